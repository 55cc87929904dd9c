//! Why something is not erased: a stable code, the field, the clause, a sentence in two languages.

use ledger::{journal::JournalSequence, position::LeafIndex, time::Date};

use super::MAX_REASON_LEN;
use crate::{archive::ArchiveRefusal, case::CaseId};

/// The law that gives the right to erasure, and its limits.
const LAW: &str = "个人信息保护法第四十七条";

/// Why something is not erased.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} / {} [{}, {}, {}]", self.message_zh(), self.message_en(), self.code(), self.field(), self.clause())]
pub enum ErasureRefusal {
    /// No reason is given.
    NoReason,
    /// The reason is too long.
    LongReason,
    /// The reason names the person.
    ReasonNamesPerson,
    /// The entry at an index is about nobody.
    NotPersonal {
        /// Where.
        index: LeafIndex,
    },
    /// The line is about nobody, or belongs to an entry of the log.
    NotALine {
        /// Which.
        line: JournalSequence,
    },
    /// It is gone already.
    Already {
        /// Since when.
        on: Date,
    },
    /// The title is valid, and a setting keeps such records.
    TitleValid {
        /// Its first index.
        title: LeafIndex,
    },
    /// A case needs it.
    CaseOpen {
        /// Which.
        case: CaseId,
    },
    /// What the line intends is not ended, or its record is open.
    StillNeeded {
        /// Which.
        line: JournalSequence,
    },
    /// An entry of the archive must be kept.
    Archive(ArchiveRefusal),
}

impl From<ArchiveRefusal> for ErasureRefusal {
    fn from(refusal: ArchiveRefusal) -> Self {
        Self::Archive(refusal)
    }
}

impl ErasureRefusal {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoReason => "reason_missing",
            Self::LongReason => "reason_too_long",
            Self::ReasonNamesPerson => "reason_names_person",
            Self::NotPersonal { .. } => "not_personal",
            Self::NotALine { .. } => "not_a_line_to_erase",
            Self::Already { .. } => "erased_already",
            Self::TitleValid { .. } => "title_valid",
            Self::CaseOpen { .. } => "case_open",
            Self::StillNeeded { .. } => "still_needed",
            Self::Archive(refusal) => refusal.code(),
        }
    }

    /// The field to look at.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::NoReason | Self::LongReason | Self::ReasonNamesPerson => "reason",
            Self::NotPersonal { .. } | Self::Already { .. } => "index",
            Self::NotALine { .. } | Self::StillNeeded { .. } => "line",
            Self::TitleValid { .. } | Self::CaseOpen { .. } => "number",
            Self::Archive(refusal) => refusal.field().name(),
        }
    }

    /// The clause that it rests on.
    pub fn clause(&self) -> &'static str {
        match self {
            Self::Archive(refusal) => refusal.clause(),
            Self::NoReason
            | Self::LongReason
            | Self::ReasonNamesPerson
            | Self::NotPersonal { .. }
            | Self::NotALine { .. }
            | Self::Already { .. }
            | Self::TitleValid { .. }
            | Self::CaseOpen { .. }
            | Self::StillNeeded { .. } => LAW,
        }
    }

    /// The sentence in Chinese.
    pub fn message_zh(&self) -> String {
        match self {
            Self::NoReason => "缺少删除理由".to_owned(),
            Self::LongReason => {
                format!("删除理由超过 {MAX_REASON_LEN} 字节，请只写申请或决定的文号")
            }
            Self::ReasonNamesPerson => {
                "删除理由中写有本人的姓名或证件号码：理由留在工作日志中，不会被删除".to_owned()
            }
            Self::NotPersonal { index } => format!("第 {index} 条记录不是关于个人的"),
            Self::NotALine { line } => {
                format!(
                    "工作日志第 {line} 行没有可单独删除的个人资料；已登记的请用 --number 或 --index"
                )
            }
            Self::Already { on } => format!("已于 {on} 依法删除"),
            Self::TitleValid { title } => {
                format!("第 {title} 条的职称有效，设置规定保留（erasure_of_valid_titles）")
            }
            Self::CaseOpen { case } => format!("案件 {case} 尚未办结，所涉资料不得删除"),
            Self::StillNeeded { line } => format!("工作日志第 {line} 行的事项尚未办结"),
            Self::Archive(refusal) => refusal.message_zh(),
        }
    }

    /// The sentence in English.
    pub fn message_en(&self) -> String {
        match self {
            Self::NoReason => "the reason is missing".to_owned(),
            Self::LongReason => format!(
                "the reason has more than {MAX_REASON_LEN} bytes: name the request or decision only"
            ),
            Self::ReasonNamesPerson => "the reason names the person: it stays in the journal, and \
                erasure does not reach it"
                .to_owned(),
            Self::NotPersonal { index } => format!("the entry at {index} is about no person"),
            Self::NotALine { line } => format!(
                "journal line {line} holds nothing that can be erased alone: use --number or --index \
                 for what is on record"
            ),
            Self::Already { on } => format!("erased on {on}"),
            Self::TitleValid { title } => format!(
                "the title at {title} is valid, and erasure_of_valid_titles keeps its records"
            ),
            Self::CaseOpen { case } => format!("case {case} is open and needs these records"),
            Self::StillNeeded { line } => format!("what journal line {line} began has not ended"),
            Self::Archive(refusal) => refusal.message_en(),
        }
    }
}
