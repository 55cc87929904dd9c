//! What of a decision a refusal is about.

use std::fmt;

/// A field of a decision, as the command line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Whom it is about.
    Target,
    /// 决定文号
    Document,
    /// 决定日
    DecidedOn,
    /// 送达日
    ServedOn,
    /// The facts found.
    Reasons,
    /// 陈述申辩记录
    Heard,
    /// What a correction or restoration rests on.
    Ground,
    /// The last entry that is still good.
    LastValidIndex,
    /// The statement of remedy.
    Remedy,
    /// The clause.
    Clause,
    /// The legal basis in words.
    Basis,
    /// The hash of the draft.
    Draft,
    /// What a reissue corrects.
    Corrections,
    /// The case's number.
    Case,
}

impl Field {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Document => "document",
            Self::DecidedOn => "decided_on",
            Self::ServedOn => "served_on",
            Self::Reasons => "reasons",
            Self::Heard => "heard",
            Self::Ground => "ground",
            Self::LastValidIndex => "last_valid_index",
            Self::Remedy => "remedy",
            Self::Clause => "clause",
            Self::Basis => "basis",
            Self::Draft => "draft",
            Self::Corrections => "corrections",
            Self::Case => "case",
        }
    }

    pub(super) const fn name_zh(self) -> &'static str {
        match self {
            Self::Target => "对象",
            Self::Document => "决定文号",
            Self::DecidedOn => "决定日",
            Self::ServedOn => "送达日",
            Self::Reasons => "事实与理由",
            Self::Heard => "陈述申辩记录",
            Self::Ground => "依据文书的种类",
            Self::LastValidIndex => "最后有效序号",
            Self::Remedy => "救济告知",
            Self::Clause => "依据条款",
            Self::Basis => "法律依据",
            Self::Draft => "草案摘要",
            Self::Corrections => "更正内容",
            Self::Case => "案件号",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
