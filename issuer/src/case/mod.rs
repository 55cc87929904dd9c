//! Cases: what two persons decide, one after the other. The first proposes a draft; the second, who
//! is somebody else, approves or refuses exactly that draft, by its hash.
//!
//! Pure: who may decide what, what each kind of decision must say, and the exact bytes that follow
//! from a draft. Where cases lie, and what they do to the log, is `office/cases`.

mod batch;
mod draft;
mod fault;
mod kind;
mod matter;
mod order;
mod reissue;
#[cfg(test)]
mod tests;

use std::{fmt, num::ParseIntError, str::FromStr};

use ledger::journal::JournalSequence;

pub use self::{
    batch::{BatchDraft, Drawn},
    draft::{ArchiveNote, CaseDraft, DecisionPair, DraftFault, MAX_TARGETS, Target},
    fault::{CaseFault, Field},
    kind::{CaseKind, Ground, TargetKind},
    matter::Matter,
    order::{BASIS, DEFAULT_REMEDY, Order, Settled, prose},
    reissue::{Corrections, ReissueDraft, ReissueOrder},
};

/// Identifies a case: the journal line that opened it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CaseId(JournalSequence);

/// How far a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseState {
    /// One person proposed it.
    Proposed,
    /// A second person approved it; what follows from it is being put on record.
    Approved,
    /// What follows from it is on record.
    Recorded,
    /// A second person refused it, or who proposed it took it back.
    Refused,
    /// It was approved, and the rules of the log refused what follows from it.
    Failed,
}

impl CaseId {
    /// The case that a line opened.
    pub const fn of_line(line: JournalSequence) -> Self {
        Self(line)
    }

    /// The line that opened it.
    pub const fn line(self) -> JournalSequence {
        self.0
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.get().fmt(f)
    }
}

/// A text that is no case's number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a case is named by its number, as `issuer case list` shows it")]
pub struct NotACase;

impl From<ParseIntError> for NotACase {
    fn from(_: ParseIntError) -> Self {
        Self
    }
}

impl FromStr for CaseId {
    type Err = NotACase;

    fn from_str(text: &str) -> Result<Self, NotACase> {
        let line = JournalSequence::new(text.parse()?).map_err(|_beyond| NotACase)?;
        Ok(Self(line))
    }
}

impl CaseState {
    /// The code under which the registry keeps it.
    pub const fn code(self) -> u64 {
        match self {
            Self::Proposed => 0,
            Self::Approved => 1,
            Self::Recorded => 2,
            Self::Refused => 3,
            Self::Failed => 4,
        }
    }

    /// The state with this code.
    pub const fn from_code(code: u64) -> Option<Self> {
        Some(match code {
            0 => Self::Proposed,
            1 => Self::Approved,
            2 => Self::Recorded,
            3 => Self::Refused,
            4 => Self::Failed,
            _ => return None,
        })
    }

    /// The stable name in `--json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Recorded => "recorded",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// The word in Chinese.
    pub const fn name_zh(self) -> &'static str {
        match self {
            Self::Proposed => "待复核",
            Self::Approved => "已批准，登记中",
            Self::Recorded => "已登记",
            Self::Refused => "已退回",
            Self::Failed => "登记未成",
        }
    }
}
