//! An entry of the integrity archive (诚信档案库): the kinds and their subjects are closed sets.

use super::{RecordError, Salt, read_date, read_prose, read_text, write_date};
use crate::{
    cbor::{Reader, Writer},
    certificate::{Text, coded},
    digest::Commitment,
    time::Date,
};

coded! {
    /// Whom an entry may be about: the closed set of clause 5(2).
    SubjectKind, "subject kind" {
        /// 申报人
        Applicant = 1,
        /// 专家评委
        Expert = 2,
        /// 职称评审工作人员
        Staff = 3,
        /// 职称评审委员会
        Committee = 4,
        /// 组建单位
        ConveningUnit = 5,
    }
}

coded! {
    /// What is on record. Only `TitleRevoked` and `ExpertRemoved` are literal in the notice; the
    /// others follow from its headings and from clause 5(2).
    IntegrityKind, "integrity kind" {
        /// 申报弄虚作假, 七(一)
        ApplicantFalseMaterial = 1,
        /// 撤销职称, 七(一)
        TitleRevoked = 2,
        /// 取消评审专家资格, 七(六)
        ExpertRemoved = 3,
        /// 工作人员禁止从事评审工作, 七(七)
        StaffBarred = 4,
        /// 责令限期整改, 五(二)
        RectificationOrdered = 5,
        /// 暂停评审工作, 五(二)、八
        ReviewSuspended = 6,
        /// 取消职称评审权, 五(二)、七(四)(五)
        ReviewAuthorityCancelled = 7,
        /// 未履行审核职责, 七(四)
        DutyFailureCriticised = 8,
        /// 评审不予认可, 七(五)
        ReviewNotRecognised = 9,
        /// 拒绝检查/谎报瞒报, 五(二)
        InspectionObstructed = 10,
        /// 违反评审纪律(个人), 五(二)
        DisciplineViolation = 11,
    }
}

impl IntegrityKind {
    /// Whether an entry of this kind may be about a subject of kind `subject`.
    pub const fn applies_to(self, subject: SubjectKind) -> bool {
        use SubjectKind::{Applicant, Committee, ConveningUnit, Expert, Staff};
        match self {
            Self::ApplicantFalseMaterial | Self::TitleRevoked => matches!(subject, Applicant),
            Self::ExpertRemoved => matches!(subject, Expert),
            Self::StaffBarred => matches!(subject, Staff),
            Self::RectificationOrdered | Self::ReviewSuspended | Self::ReviewNotRecognised => {
                matches!(subject, Committee | ConveningUnit)
            }
            Self::ReviewAuthorityCancelled => matches!(subject, ConveningUnit),
            Self::DutyFailureCriticised => matches!(subject, ConveningUnit | Staff),
            Self::InspectionObstructed => {
                matches!(subject, Committee | ConveningUnit | Staff | Expert | Applicant)
            }
            Self::DisciplineViolation => matches!(subject, Staff | Expert | Applicant),
        }
    }
}

/// Whom an entry is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Which of the closed set.
    pub kind: SubjectKind,
    /// A person's or unit's name.
    pub name: Text,
    /// A person's document number, or a unit's credit code or committee code.
    pub identifier: Text,
}

/// One entry of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntegrityRecord {
    /// Makes the hash unguessable.
    pub salt: Salt,
    /// Whom it is about.
    pub subject: Subject,
    /// What is on record.
    pub kind: IntegrityKind,
    /// The conduct found.
    pub conduct: String,
    /// The clause of the notice.
    pub clause: Text,
    /// 决定文号
    pub decision: Text,
    /// 决定日
    pub decided_on: Date,
    /// First day on which the subject may not apply.
    pub bar_from: Option<Date>,
    /// Last day on which the subject may not apply.
    pub bar_until: Option<Date>,
}

impl IntegrityRecord {
    /// The record's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new();
        self.write(out.array(FIELDS));
        out.finish()
    }

    /// Parses exactly one record; the kind must apply to the subject.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut input = Reader::new(bytes);
        input.array(FIELDS)?;
        let record = Self::read(&mut input)?;
        input.finish()?;
        Ok(record)
    }

    /// The fields one after another, without the array around them.
    pub(super) fn write(&self, out: &mut Writer) {
        out.bytes(self.salt.as_bytes());
        out.array(3)
            .uint(self.subject.kind.code())
            .text(self.subject.name.as_str())
            .text(self.subject.identifier.as_str());
        out.uint(self.kind.code())
            .text(&self.conduct)
            .text(self.clause.as_str())
            .text(self.decision.as_str());
        write_date(out, self.decided_on);
        out.optional(self.bar_from, write_date).optional(self.bar_until, write_date);
    }

    /// Reads what [`Self::write`] writes.
    pub(super) fn read(input: &mut Reader<'_>) -> Result<Self, RecordError> {
        let salt = Salt::read(input)?;
        input.array(3)?;
        let subject = Subject {
            kind: SubjectKind::from_code(input.uint()?)?,
            name: read_text(input)?,
            identifier: read_text(input)?,
        };
        let kind = IntegrityKind::from_code(input.uint()?)?;
        if !kind.applies_to(subject.kind) {
            return Err(RecordError::SubjectNotAllowed { kind, subject: subject.kind });
        }
        Ok(Self {
            salt,
            subject,
            kind,
            conduct: read_prose(input)?,
            clause: read_text(input)?,
            decision: read_text(input)?,
            decided_on: read_date(input)?,
            bar_from: input.optional(read_date)?,
            bar_until: input.optional(read_date)?,
        })
    }

    /// What the log entry says.
    pub fn commitment(&self) -> Commitment {
        Commitment::to(&self.encode())
    }
}

/// How many fields a record has.
pub(super) const FIELDS: usize = 9;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
pub(super) mod tests {
    use super::*;

    pub(in crate::record) fn record(kind: IntegrityKind, subject: SubjectKind) -> IntegrityRecord {
        IntegrityRecord {
            salt: Salt::from_random([1; 16]),
            subject: Subject {
                kind: subject,
                name: Text::new("某人").unwrap(),
                identifier: Text::new("500000196205191011").unwrap(),
            },
            kind,
            conduct: "伪造业绩".to_owned(),
            clause: Text::new("七(一)").unwrap(),
            decision: Text::new("渝职改办〔2026〕900号").unwrap(),
            decided_on: "2026-07-01".parse().unwrap(),
            bar_from: Some("2026-07-01".parse().unwrap()),
            bar_until: Some("2029-06-30".parse().unwrap()),
        }
    }

    #[test]
    fn every_kind_is_read_for_its_subjects_and_refused_for_all_others() {
        for kind in IntegrityKind::ALL {
            for subject in SubjectKind::ALL {
                let written = record(*kind, *subject);
                let expected = if kind.applies_to(*subject) {
                    Ok(written.clone())
                } else {
                    Err(RecordError::SubjectNotAllowed { kind: *kind, subject: *subject })
                };
                assert_eq!(IntegrityRecord::decode(&written.encode()), expected);
            }
        }
    }
}
