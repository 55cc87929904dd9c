//! Why a case is not opened, or stays as it was.

mod field;
mod words;

use ledger::{
    journal::JournalSequence,
    position::{LeafIndex, TreeSize},
    status::Status,
    time::Date,
};

pub use self::field::Field;
use super::{CaseId, CaseKind, CaseState, Matter};
use crate::signing::staff::ProposalHash;

/// A refusal: code, field, clause, and a sentence in Chinese and English. The case, if there is one,
/// stays as it was. No personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} / {} {}", self.message_zh(), self.message_en(), self.reference())]
pub enum CaseFault {
    /// A field that a case of this matter must have is missing or empty.
    Missing {
        /// The matter.
        matter: Matter,
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
        /// The matter.
        matter: Matter,
        /// The field.
        field: Field,
        /// Its length in bytes of UTF-8.
        bytes: usize,
    },
    /// The decision's date is still to come.
    DecidedInFuture {
        /// The matter.
        matter: Matter,
        /// The decision's date.
        decided_on: Date,
        /// Today, in Beijing.
        today: Date,
    },
    /// It was served before it was decided, or not yet.
    ServedOutOfOrder {
        /// The matter.
        matter: Matter,
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
        /// The kind.
        kind: CaseKind,
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
    /// A decision document's number that is none.
    Document {
        /// The matter.
        matter: Matter,
    },
    /// A clause on which the archive entry that follows cannot rest.
    ClauseNotOfKind {
        /// The kind.
        kind: CaseKind,
    },
    /// The last good entry of a compromised key is not on record yet.
    LastValidAhead {
        /// The kind.
        kind: CaseKind,
        /// What was given.
        last: LeafIndex,
        /// The log's size.
        size: TreeSize,
    },
    /// A suspension would end before it began.
    SuspensionReversed {
        /// The kind.
        kind: CaseKind,
        /// The suspension's first day.
        from: Date,
        /// The decision's date.
        decided_on: Date,
    },
    /// The list of exceptions keeps no more suspensions of one entry.
    TooManySuspensions {
        /// The kind.
        kind: CaseKind,
        /// Its index in the log.
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
        /// What it is about.
        matter: Matter,
        /// The target.
        target: LeafIndex,
    },
    /// The second person saw another draft than the one that is proposed.
    OtherDraft {
        /// The case.
        case: CaseId,
        /// What it is about.
        matter: Matter,
        /// The hash of the draft that is proposed.
        proposed: ProposalHash,
    },
    /// The case was decided already.
    Closed {
        /// The case.
        case: CaseId,
        /// What it is about.
        matter: Matter,
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
            Self::Document { .. } => "document_malformed",
            Self::ClauseNotOfKind { .. } => "clause_not_of_kind",
            Self::LastValidAhead { .. } => "last_valid_ahead",
            Self::SuspensionReversed { .. } => "suspension_reversed",
            Self::TooManySuspensions { .. } => "too_many_suspensions",
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
            Self::DecidedInFuture { .. } | Self::SuspensionReversed { .. } => Field::DecidedOn,
            Self::Document { .. } => Field::Document,
            Self::ClauseNotOfKind { .. } => Field::Clause,
            Self::LastValidAhead { .. } => Field::LastValidIndex,
            Self::ServedOutOfOrder { .. } => Field::ServedOn,
            Self::TooManyTargets { .. }
            | Self::TargetTwice { .. }
            | Self::NoTarget { .. }
            | Self::ReissueOfTitle { .. }
            | Self::Transition { .. }
            | Self::EntryMissing { .. }
            | Self::NotTogether { .. }
            | Self::TooManySuspensions { .. } => Field::Target,
            Self::NothingCorrected => Field::Corrections,
            Self::ResultMoved { .. } | Self::Stale { .. } | Self::OtherDraft { .. } => Field::Draft,
            Self::Closed { .. } | Self::NoSuchCase { .. } => Field::Case,
        }
    }

    /// The clause of the notice that it is about; none for a case that is not there.
    pub const fn clause(&self) -> Option<&'static str> {
        match self {
            Self::Missing { matter, .. }
            | Self::TooLong { matter, .. }
            | Self::DecidedInFuture { matter, .. }
            | Self::ServedOutOfOrder { matter, .. }
            | Self::Document { matter }
            | Self::Stale { matter, .. }
            | Self::OtherDraft { matter, .. }
            | Self::Closed { matter, .. } => Some(matter.clause()),
            Self::NotForKind { kind, .. }
            | Self::TooManyTargets { kind, .. }
            | Self::TargetTwice { kind, .. }
            | Self::NoTarget { kind, .. }
            | Self::Transition { kind, .. }
            | Self::EntryMissing { kind, .. }
            | Self::NotTogether { kind, .. }
            | Self::ClauseNotOfKind { kind }
            | Self::LastValidAhead { kind, .. }
            | Self::SuspensionReversed { kind, .. }
            | Self::TooManySuspensions { kind, .. } => Some(kind.clause()),
            Self::ResultMoved { .. } => Some(Matter::IssueBatch.clause()),
            Self::NothingCorrected | Self::ReissueOfTitle { .. } => Some(Matter::Reissue.clause()),
            Self::NoSuchCase { .. } => None,
        }
    }

    /// Code, field and clause as sentences end with them.
    fn reference(&self) -> String {
        let (code, field) = (self.code(), self.field());
        self.clause().map_or_else(
            || format!("[{code}, {field}]"),
            |clause| format!("[{code}, {field}, {clause}]"),
        )
    }
}
