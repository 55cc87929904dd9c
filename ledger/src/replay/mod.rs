//! Replaying a log: every rule, entry by entry, with what the rules must look up kept beside it.
//!
//! [`Replay`] applies entries that somebody hands it; an audit does. [`Follower`] reads them itself,
//! each checked against a verified checkpoint, and goes on where it stopped: monitors and replaying
//! witnesses do. Both find the first entry that breaks a rule, and name its index and the rule.
//!
//! Memory: what the rules hold (the authorities, the list of exceptions, the entries since the last
//! head), for each commitment 12 bytes in tables that are between half and seven eighths full (14 to
//! 27 bytes an entry), and 16 bytes for each title or authority that was decided on. The entries are
//! never held; an old one that a rule asks for is read again.
//!
//! | file | knows |
//! |---|---|
//! | `known` | where commitments and decisions stand |
//! | `error` | what can be wrong |
//! | `follow` | reading the entries of one verified checkpoint after another |
//! | `saved` | going on where a replay stopped |

mod error;
mod follow;
mod known;
mod saved;

use self::known::{Before, Known};
pub use self::{
    error::{Broken, FollowError, ListFault, ReplayError},
    follow::Follower,
    known::Reread,
    saved::{KnownCommitment, MAX_SAVED_LEN, SavedError, SavedReplay},
};
use crate::{
    authority::RootCertificate,
    certificate::LogGeneration,
    entry::Entry,
    rules::{LogState, RuleError},
};

/// The rules' state after the entries so far, and what they must look up of those.
#[derive(Debug, Clone)]
pub struct Replay {
    state: LogState,
    known: Known,
}

impl Replay {
    /// Before the first entry.
    pub fn empty(generation: LogGeneration, roots: Vec<RootCertificate>) -> Self {
        Self { state: LogState::empty(generation, roots), known: Known::nothing() }
    }

    /// What is true of the log after the entries so far.
    pub const fn state(&self) -> &LogState {
        &self.state
    }

    /// The same, for keeping.
    pub fn into_state(self) -> LogState {
        self.state
    }

    /// Applies the bytes of the next entry, or says what is wrong with them. `earlier` reads entries
    /// again that were applied before. After an error everything is as it was before.
    pub fn apply<S: Reread>(
        &mut self,
        bytes: &[u8],
        earlier: &S,
    ) -> Result<Entry, ReplayError<S::Error>> {
        let full = |error| ReplayError::Broken(Broken::Full(error));
        let index = self.state.size().next_index().map_err(full)?;
        let entry = Entry::decode(bytes)
            .map_err(|source| ReplayError::Broken(Broken::Entry { index, source }))?;
        let before = Before { known: &self.known, applied: self.state.size(), earlier };
        match self.state.apply(&entry, &before) {
            Ok(_) => {}
            Err(RuleError::Broken { index, rule }) => {
                return Err(ReplayError::Broken(Broken::Rule { index, rule }));
            }
            Err(RuleError::Full(error)) => return Err(full(error)),
            Err(RuleError::History(error)) => return Err(ReplayError::Earlier(error)),
        }
        self.known.note(index, &entry);
        Ok(entry)
    }
}
