//! The 7 supervision records: kept apart from the archive, in the journal only. They are in none of its
//! answers and bar nobody.

mod order;
mod refusal;

use ledger::{
    cbor::{CborError, Reader, Writer},
    certificate::{MAX_TEXT_LEN, Text, TextError},
    record::MAX_PROSE_LEN,
    time::{Date, NotADate},
};

pub use self::{
    order::{SupervisionOrder, finding},
    refusal::SupervisionRefusal,
};

/// Whom a supervision record may be about: none of them is added to the archive's closed set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SupervisedKind {
    /// 用人单位
    Employer,
    /// 主管部门
    CompetentDepartment,
    /// 职称评审委员会
    Committee,
    /// 第三方
    ThirdParty,
    /// 组建单位
    ConveningUnit,
}

/// What happened: a closed set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SupervisionKind {
    /// 用人单位责任, 七(二)
    EmployerAccountability,
    /// 主管部门批评教育, 七(三)
    DepartmentCriticised,
    /// 移交线索, 七(三)
    DepartmentReferred,
    /// 抽查/巡查发现, 五(一)、六
    InspectionFinding,
    /// 假冒评审、制售假证, 五(一)
    CounterfeitCase,
    /// 复核纠正, 八
    ResultRereviewed,
    /// 通报表扬, 八
    Commendation,
}

/// A supervision record: the sealed payload of its journal line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupervisionRecord {
    /// What happened.
    pub kind: SupervisionKind,
    /// The day on which it was made.
    pub on: Date,
    /// Whom it is about, as far as it is known: for a counterfeit nobody may be.
    pub subject: Option<Text>,
    /// What was found.
    pub facts: String,
    /// What backs it: a picture, a text, a report's bytes.
    pub evidence: Vec<u8>,
}

/// Longest evidence in bytes: a picture as telephones take them, within what a sealed payload holds.
pub const MAX_EVIDENCE_LEN: usize = 900 * 1024;

/// Why bytes are no supervision record. Repeats nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SupervisionError {
    /// Not the CBOR structure.
    #[error("supervision record: {0}")]
    Cbor(#[from] CborError),
    /// A text is refused.
    #[error("supervision record: {0}")]
    Text(#[from] TextError),
    /// A date is refused.
    #[error("supervision record: {0}")]
    Date(#[from] NotADate),
    /// A kind outside the closed set.
    #[error("supervision record: no kind has the code {code}")]
    Kind {
        /// The code.
        code: u64,
    },
}

impl SupervisedKind {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Employer => "employer",
            Self::CompetentDepartment => "competent_department",
            Self::Committee => "committee",
            Self::ThirdParty => "third_party",
            Self::ConveningUnit => "convening_unit",
        }
    }
}

impl SupervisionKind {
    /// All seven.
    pub const ALL: [Self; 7] = [
        Self::EmployerAccountability,
        Self::DepartmentCriticised,
        Self::DepartmentReferred,
        Self::InspectionFinding,
        Self::CounterfeitCase,
        Self::ResultRereviewed,
        Self::Commendation,
    ];

    /// Its number in the journal.
    pub const fn number(self) -> u64 {
        match self {
            Self::EmployerAccountability => 1,
            Self::DepartmentCriticised => 2,
            Self::DepartmentReferred => 3,
            Self::InspectionFinding => 4,
            Self::CounterfeitCase => 5,
            Self::ResultRereviewed => 6,
            Self::Commendation => 7,
        }
    }

    /// The kind with this number.
    pub fn from_number(code: u64) -> Result<Self, SupervisionError> {
        let found = Self::ALL.into_iter().find(|kind| kind.number() == code);
        found.ok_or(SupervisionError::Kind { code })
    }

    /// The kind with this stable code; none outside the closed set.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The kind in Chinese.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::EmployerAccountability => "用人单位责任",
            Self::DepartmentCriticised => "主管部门批评教育",
            Self::DepartmentReferred => "移交线索",
            Self::InspectionFinding => "抽查/巡查发现",
            Self::CounterfeitCase => "假冒评审、制售假证",
            Self::ResultRereviewed => "复核纠正",
            Self::Commendation => "通报表扬",
        }
    }

    /// The clause that it rests on.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::EmployerAccountability => "七(二)",
            Self::DepartmentCriticised | Self::DepartmentReferred => "七(三)",
            Self::InspectionFinding | Self::CounterfeitCase => "五(一)",
            Self::ResultRereviewed | Self::Commendation => "八",
        }
    }

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::EmployerAccountability => "EMPLOYER_ACCOUNTABILITY",
            Self::DepartmentCriticised => "DEPARTMENT_CRITICISED",
            Self::DepartmentReferred => "DEPARTMENT_REFERRED",
            Self::InspectionFinding => "INSPECTION_FINDING",
            Self::CounterfeitCase => "COUNTERFEIT_CASE",
            Self::ResultRereviewed => "RESULT_REREVIEWED",
            Self::Commendation => "COMMENDATION",
        }
    }

    /// Whom it is about: each kind has one.
    pub const fn subject(self) -> SupervisedKind {
        match self {
            Self::EmployerAccountability => SupervisedKind::Employer,
            Self::DepartmentCriticised | Self::DepartmentReferred => {
                SupervisedKind::CompetentDepartment
            }
            Self::InspectionFinding | Self::ResultRereviewed => SupervisedKind::Committee,
            Self::CounterfeitCase => SupervisedKind::ThirdParty,
            Self::Commendation => SupervisedKind::ConveningUnit,
        }
    }
}

impl SupervisionRecord {
    /// The payload's bytes.
    pub fn encode(&self) -> Vec<u8> {
        Writer::new()
            .array(5)
            .uint(self.kind.number())
            .int(i64::from(self.on.days()))
            .optional(self.subject.as_ref(), |out, subject| out.text(subject.as_str()))
            .text(&self.facts)
            .bytes(&self.evidence)
            .finish()
    }

    /// Parses exactly one record.
    pub fn decode(bytes: &[u8]) -> Result<Self, SupervisionError> {
        let mut input = Reader::new(bytes);
        input.array(5)?;
        let kind = SupervisionKind::from_number(input.uint()?)?;
        let on = Date::from_days(input.int()?)?;
        let read_text = |input: &mut Reader<'_>| {
            Ok::<_, SupervisionError>(Text::new(input.text(MAX_TEXT_LEN)?)?)
        };
        let record = Self {
            kind,
            on,
            subject: input.optional(read_text)?,
            facts: input.text(MAX_PROSE_LEN)?.to_owned(),
            evidence: input.bytes(MAX_EVIDENCE_LEN)?.to_vec(),
        };
        input.finish()?;
        Ok(record)
    }
}
