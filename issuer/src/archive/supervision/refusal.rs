//! Why a supervision record is not made or closed: code, field, clause, a sentence in two languages.

use ledger::{journal::JournalSequence, record::MAX_PROSE_LEN};

use super::{MAX_EVIDENCE_LEN, SupervisionKind};

/// Why a supervision record is not made, shown or closed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} / {} [{}, {}, {}]", self.message_zh(), self.message_en(), self.code(), self.field(), self.clause())]
pub enum SupervisionRefusal {
    /// Not one of the seven kinds.
    KindUnknown,
    /// A kind whose subject is always known, and none is named.
    SubjectMissing {
        /// The kind.
        kind: SupervisionKind,
    },
    /// A name that cannot be kept.
    SubjectInvalid,
    /// Nothing is said, or more than fits.
    Facts,
    /// More evidence than a sealed payload holds.
    EvidenceTooLarge {
        /// Bytes given.
        len: usize,
    },
    /// No finding, or more than fits.
    Finding,
    /// No such record, or one of another kind.
    NoSuchRecord {
        /// The line asked for.
        line: JournalSequence,
    },
    /// It is closed.
    Closed {
        /// By which line.
        by: JournalSequence,
    },
}

impl SupervisionRefusal {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::KindUnknown => "supervision_kind_unknown",
            Self::SubjectMissing { .. } => "subject_missing",
            Self::SubjectInvalid => "subject_invalid",
            Self::Facts => "facts_missing_or_too_long",
            Self::EvidenceTooLarge { .. } => "evidence_too_large",
            Self::Finding => "finding_missing_or_too_long",
            Self::NoSuchRecord { .. } => "no_such_record",
            Self::Closed { .. } => "closed_already",
        }
    }

    /// The field to look at.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::KindUnknown => "kind",
            Self::SubjectMissing { .. } | Self::SubjectInvalid => "subject",
            Self::Facts => "facts",
            Self::EvidenceTooLarge { .. } => "input",
            Self::Finding => "finding",
            Self::NoSuchRecord { .. } | Self::Closed { .. } => "line",
        }
    }

    /// The clause of the notice.
    pub const fn clause(&self) -> &'static str {
        match self {
            Self::SubjectMissing { kind } => kind.clause(),
            Self::KindUnknown
            | Self::SubjectInvalid
            | Self::Facts
            | Self::EvidenceTooLarge { .. }
            | Self::Finding
            | Self::NoSuchRecord { .. }
            | Self::Closed { .. } => "五(一)",
        }
    }

    /// The sentence in Chinese.
    pub fn message_zh(&self) -> String {
        match self {
            Self::KindUnknown => "不是七类监督记录之一".to_owned(),
            Self::SubjectMissing { kind } => format!("“{}”须写明对象", kind.zh()),
            Self::SubjectInvalid => "对象名称不可用".to_owned(),
            Self::Facts => format!("须写明事实，且不超过 {MAX_PROSE_LEN} 字节"),
            Self::EvidenceTooLarge { len } => {
                format!(
                    "材料有 {len} 字节，最多 {MAX_EVIDENCE_LEN}：请缩小图片，或只给出二维码文字"
                )
            }
            Self::Finding => format!("须写明处理结论，且不超过 {MAX_PROSE_LEN} 字节"),
            Self::NoSuchRecord { line } => format!("工作日志第 {line} 行不是该类监督记录"),
            Self::Closed { by } => format!("已由工作日志第 {by} 行办结"),
        }
    }

    /// The sentence in English.
    pub fn message_en(&self) -> String {
        match self {
            Self::KindUnknown => "not one of the seven kinds of supervision records".to_owned(),
            Self::SubjectMissing { kind } => format!("{} must name its subject", kind.code()),
            Self::SubjectInvalid => "the subject's name cannot be kept".to_owned(),
            Self::Facts => format!("the facts are needed, in at most {MAX_PROSE_LEN} bytes"),
            Self::EvidenceTooLarge { len } => format!(
                "{len} bytes are handed in, at most {MAX_EVIDENCE_LEN} are kept: make the picture \
                 smaller, or give the text of its QR code"
            ),
            Self::Finding => format!("a finding is needed, in at most {MAX_PROSE_LEN} bytes"),
            Self::NoSuchRecord { line } => {
                format!("journal line {line} is no supervision record of that kind")
            }
            Self::Closed { by } => format!("journal line {by} closed it"),
        }
    }
}
