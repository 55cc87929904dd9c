//! Why a case is not opened, or stays as it was.

mod field;
mod words;

use ledger::{journal::JournalSequence, position::LeafIndex, status::Status, time::Date};

pub use self::field::Field;
use super::{CaseId, CaseKind, CaseState};
use crate::signing::staff::ProposalHash;

/// A refusal: code, field, clause, and a sentence in Chinese and English. The case, if there is one,
/// stays as it was. No personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} / {} [{}, {}{}{}]", self.message_zh(), self.message_en(), self.code(), self.field().name(),
    if self.clause().is_some() { ", " } else { "" }, self.clause().unwrap_or_default())]
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
}
