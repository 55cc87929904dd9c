//! Rechecks (clause 四): an applicant who does not accept the result applies within two months of its
//! publication. Nothing about a certificate changes meanwhile.
//!
//! Pure: what an application must say, until when it is in time, and what an outcome must say. Where
//! applications lie is `office/recheck.rs`.

mod application;
mod outcome;
mod period;
mod refusal;

use std::fmt;

use ledger::journal::JournalSequence;

pub use self::{
    application::{Against, Application},
    outcome::{FollowUp, Judgement, Outcome},
    period::{PERIOD_MONTHS, PeriodFrom, Publication, check_in_time},
    refusal::RecheckRefusal,
};

/// Identifies a recheck: the journal line that opened it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecheckId(JournalSequence);

impl RecheckId {
    /// The recheck that a line opened.
    pub const fn of_line(line: JournalSequence) -> Self {
        Self(line)
    }

    /// The line that opened it.
    pub const fn line(self) -> JournalSequence {
        self.0
    }
}

impl fmt::Display for RecheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.get().fmt(f)
    }
}
