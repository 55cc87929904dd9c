//! Why a case is not opened, or stays as it was.

use std::fmt;

use ledger::{
    journal::JournalSequence, position::LeafIndex, record::MAX_PROSE_LEN, status::Status,
    time::Date,
};

use super::{CaseId, CaseKind, CaseState, MAX_TARGETS};
use crate::signing::staff::ProposalHash;

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
            Self::Basis => "basis",
            Self::Draft => "draft",
            Self::Corrections => "corrections",
            Self::Case => "case",
        }
    }

    const fn name_zh(self) -> &'static str {
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
            Self::Basis => "法律依据",
            Self::Draft => "草案摘要",
            Self::Corrections => "更正内容",
            Self::Case => "案件号",
        }
    }
}

/// A refusal: code, field, clause, and a sentence in Chinese and English. The case, if there is one,
/// stays as it was. No personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} / {}", self.message_zh(), self.message_en())]
pub enum CaseFault {
    /// A field that decisions of this kind must have is missing or empty.
    Missing {
        /// The kind.
        kind: CaseKind,
        /// The field.
        field: Field,
    },
    /// A field that decisions of this kind do not have, or with a value that they cannot have.
    NotForKind {
        /// The kind.
        kind: CaseKind,
        /// The field.
        field: Field,
    },
    /// A text is longer than a record can hold.
    TooLong {
        /// The field.
        field: Field,
        /// Its length in bytes of UTF-8.
        bytes: usize,
    },
    /// The decision's date is still to come.
    DecidedInFuture {
        /// The decision's date.
        decided_on: Date,
        /// Today, in Beijing.
        today: Date,
    },
    /// It was served before it was decided, or not yet.
    ServedOutOfOrder {
        /// When it was decided.
        decided_on: Date,
        /// When it was served.
        served_on: Date,
    },
    /// More targets than a case can have, or more than one where it is about one.
    TooManyTargets {
        /// The kind.
        kind: CaseKind,
        /// How many there are.
        found: usize,
    },
    /// A target stands twice in the list.
    TargetTwice {
        /// Which.
        target: LeafIndex,
    },
    /// What stands at an index is no target for decisions of this kind.
    NoTarget {
        /// The kind.
        kind: CaseKind,
        /// The index.
        target: LeafIndex,
    },
    /// The table of statuses does not allow it.
    Transition {
        /// The kind.
        kind: CaseKind,
        /// The target.
        target: LeafIndex,
        /// Its status.
        status: Status,
    },
    /// A decision on a committee leaves out one of its entries that is in standing.
    EntryMissing {
        /// The kind.
        kind: CaseKind,
        /// The entry that is left out.
        target: LeafIndex,
    },
    /// An authority's entry that is not of the committee, or not under the key, of the first one.
    NotTogether {
        /// The kind.
        kind: CaseKind,
        /// The entry.
        target: LeafIndex,
    },
    /// A reissue that corrects nothing.
    NothingCorrected,
    /// A reissue of a title that is not valid.
    ReissueOfTitle {
        /// The title.
        title: LeafIndex,
        /// Its status.
        status: Status,
    },
    /// A result of a batch no longer waits, or its certificate would no longer be sound.
    ResultMoved {
        /// The case.
        case: CaseId,
        /// The journal line of the result.
        line: JournalSequence,
    },
    /// Something was decided on a target since the case was proposed: the draft is out of date.
    Stale {
        /// The case.
        case: CaseId,
        /// The target.
        target: LeafIndex,
    },
    /// The second person saw another draft than the one that is proposed.
    OtherDraft {
        /// The case.
        case: CaseId,
        /// The hash of the draft that is proposed.
        proposed: ProposalHash,
    },
    /// The case was decided already.
    Closed {
        /// The case.
        case: CaseId,
        /// How it ended.
        state: CaseState,
    },
    /// There is no such case.
    NoSuchCase {
        /// The number asked for.
        case: CaseId,
    },
}

impl CaseFault {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "field_missing",
            Self::NotForKind { .. } => "field_not_for_kind",
            Self::TooLong { .. } => "field_too_long",
            Self::DecidedInFuture { .. } => "decided_in_future",
            Self::ServedOutOfOrder { .. } => "served_out_of_order",
            Self::TooManyTargets { .. } => "too_many_targets",
            Self::TargetTwice { .. } => "target_twice",
            Self::NoTarget { .. } => "no_target",
            Self::Transition { .. } => "transition_not_allowed",
            Self::EntryMissing { .. } => "entry_missing",
            Self::NotTogether { .. } => "not_together",
            Self::NothingCorrected => "nothing_corrected",
            Self::ReissueOfTitle { .. } => "transition_not_allowed",
            Self::ResultMoved { .. } | Self::Stale { .. } => "draft_stale",
            Self::OtherDraft { .. } => "draft_differs",
            Self::Closed { .. } => "case_closed",
            Self::NoSuchCase { .. } => "no_such_case",
        }
    }

    /// The field to look at.
    pub const fn field(&self) -> Field {
        match self {
            Self::Missing { field, .. }
            | Self::NotForKind { field, .. }
            | Self::TooLong { field, .. } => *field,
            Self::DecidedInFuture { .. } => Field::DecidedOn,
            Self::ServedOutOfOrder { .. } => Field::ServedOn,
            Self::TooManyTargets { .. }
            | Self::TargetTwice { .. }
            | Self::NoTarget { .. }
            | Self::ReissueOfTitle { .. }
            | Self::Transition { .. }
            | Self::EntryMissing { .. }
            | Self::NotTogether { .. } => Field::Target,
            Self::NothingCorrected => Field::Corrections,
            Self::ResultMoved { .. } | Self::Stale { .. } | Self::OtherDraft { .. } => Field::Draft,
            Self::Closed { .. } | Self::NoSuchCase { .. } => Field::Case,
        }
    }

    /// The clause of the notice that asks for it; none where only the two-person rule does.
    pub const fn clause(&self) -> Option<&'static str> {
        match self {
            Self::Missing { kind, .. }
            | Self::NotForKind { kind, .. }
            | Self::TooManyTargets { kind, .. }
            | Self::NoTarget { kind, .. }
            | Self::Transition { kind, .. }
            | Self::EntryMissing { kind, .. }
            | Self::NotTogether { kind, .. } => Some(kind.clause()),
            Self::NothingCorrected | Self::ReissueOfTitle { .. } => Some("三(二)"),
            Self::TooLong { .. }
            | Self::ResultMoved { .. }
            | Self::DecidedInFuture { .. }
            | Self::ServedOutOfOrder { .. }
            | Self::TargetTwice { .. }
            | Self::Stale { .. }
            | Self::OtherDraft { .. }
            | Self::Closed { .. }
            | Self::NoSuchCase { .. } => None,
        }
    }

    /// The sentence in Chinese.
    pub fn message_zh(&self) -> String {
        match self {
            Self::Missing { kind, field } => {
                format!("{}决定缺少{}（{}）", kind.name_zh(), field.name_zh(), kind.clause())
            }
            Self::NotForKind { kind, field } => {
                format!("{}决定不能有此{}（{}）", kind.name_zh(), field.name_zh(), kind.clause())
            }
            Self::TooLong { field, bytes } => {
                format!("{}有 {bytes} 字节，最多 {MAX_PROSE_LEN}", field.name_zh())
            }
            Self::DecidedInFuture { decided_on, today } => {
                format!("决定日 {decided_on} 晚于今天 {today}")
            }
            Self::ServedOutOfOrder { decided_on, served_on } => {
                format!("送达日 {served_on} 早于决定日 {decided_on}，或尚未到来")
            }
            Self::TooManyTargets { kind, found } => {
                format!("{}决定列出了 {found} 个对象，超出所限", kind.name_zh())
            }
            Self::TargetTwice { target } => format!("第 {target} 条在清单中重复"),
            Self::NoTarget { kind, target } => {
                format!("第 {target} 条不能作为{}决定的对象", kind.name_zh())
            }
            Self::Transition { kind, target, status } => format!(
                "第 {target} 条现为{}，不能{}（{}）",
                status_zh(*status),
                kind.name_zh(),
                kind.clause()
            ),
            Self::EntryMissing { kind, target } => format!(
                "该评委会的第 {target} 条也有效，{}须一并列入（{}）",
                kind.name_zh(),
                kind.clause()
            ),
            Self::NotTogether { kind, target } => format!(
                "第 {target} 条与其他各条不属同一评委会或同一密钥，不能一并{}（{}）",
                kind.name_zh(),
                kind.clause()
            ),
            Self::NothingCorrected => "没有任何更正（三(二)）".to_owned(),
            Self::ReissueOfTitle { title, status } => {
                format!("第 {title} 条现为{}，不能换发（三(二)）", status_zh(*status))
            }
            Self::ResultMoved { case, line } => {
                format!(
                    "案件 {case} 提出后，日志第 {line} 行的结果已有变化：请重新提出",
                    line = line.get()
                )
            }
            Self::Stale { case, target } => {
                format!("案件 {case} 提出后，第 {target} 条另有决定：请重新提出")
            }
            Self::OtherDraft { case, proposed } => {
                format!("案件 {case} 的草案已是 {proposed}，与所批准的不同：请先查看再批准")
            }
            Self::Closed { case, state } => format!("案件 {case} {}", state.name_zh()),
            Self::NoSuchCase { case } => format!("没有案件 {case}：请用 issuer case list 查看"),
        }
    }

    /// The sentence in English.
    pub fn message_en(&self) -> String {
        match self {
            Self::Missing { kind, field } => {
                format!("{} is missing, and a case of kind {} needs it", field.name(), kind.name())
            }
            Self::NotForKind { kind, field } => {
                format!("a case of kind {} cannot have this {}", kind.name(), field.name())
            }
            Self::TooLong { field, bytes } => {
                format!("{} has {bytes} bytes, and at most {MAX_PROSE_LEN} fit", field.name())
            }
            Self::DecidedInFuture { decided_on, today } => {
                format!("the decision is of {decided_on}, and today is {today}")
            }
            Self::ServedOutOfOrder { decided_on, served_on } => format!(
                "it was served on {served_on}, which is before the decision of {decided_on} or \
                 still to come"
            ),
            Self::TooManyTargets { kind, found } => format!(
                "{found} targets; a case of kind {} has one, a list at most {MAX_TARGETS}",
                kind.name()
            ),
            Self::TargetTwice { target } => format!("entry {target} stands in the list twice"),
            Self::NoTarget { kind, target } => {
                format!("entry {target} is nothing that a case of kind {} is about", kind.name())
            }
            Self::Transition { kind, target, status } => {
                format!("entry {target} is {}; {} is not allowed", status.name(), kind.name())
            }
            Self::EntryMissing { kind, target } => format!(
                "entry {target} of the same committee is in standing, too: a case of kind {} names \
                 all of them",
                kind.name()
            ),
            Self::NotTogether { kind, target } => format!(
                "entry {target} is of another committee or under another key than the first: a case \
                 of kind {} is about one committee, with --last-valid-index about one key (--index)",
                kind.name()
            ),
            Self::NothingCorrected => "nothing is corrected".to_owned(),
            Self::ReissueOfTitle { title, status } => {
                format!("the title at entry {title} is {}; it is not reissued", status.name())
            }
            Self::ResultMoved { case, line } => format!(
                "since case {case} was proposed, the result of journal line {} has moved on: \
                 propose it again",
                line.get()
            ),
            Self::Stale { case, target } => format!(
                "since case {case} was proposed, something was decided on entry {target}: propose \
                 it again"
            ),
            Self::OtherDraft { case, proposed } => format!(
                "the draft of case {case} is {proposed}, another one than was approved: look at it \
                 first"
            ),
            Self::Closed { case, state } => format!("case {case} is {} already", state.name()),
            Self::NoSuchCase { case } => format!("no case {case}: see `issuer case list`"),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

const fn status_zh(status: Status) -> &'static str {
    match status {
        Status::Valid => "有效",
        Status::Revoked => "已撤销",
        Status::Suspended => "暂停评审",
        Status::Superseded => "已换发",
        Status::NotRecognised => "不予认可",
        Status::CancelledError => "更正注销",
    }
}
