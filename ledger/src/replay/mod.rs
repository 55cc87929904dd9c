//! Replaying a log: every rule, entry by entry, with what the rules must look up kept beside it.
//!
//! A [`Follower`] reads the entries itself, each checked against a verified checkpoint, and goes on
//! where it stopped: monitors and replaying witnesses do. An audit reads the whole log at once and
//! hands a `Replay` its entries. Both find the first entry that breaks a rule, and name its index and
//! the rule.
//!
//! Memory: what the rules hold (the authorities, the list of exceptions, the entries since the last
//! head), 16 bytes for each title or authority that was decided on, and for each commitment 12 bytes;
//! a follower keeps those in tables that are between half and seven eighths full (14 to 27 bytes an
//! entry). The entries are never held; an old one that a rule asks for is read again.
//!
//! | file | knows |
//! |---|---|
//! | `known` | what the rules look up |
//! | `indexed` | commitments that are looked up at once, by followers |
//! | `gathered` | commitments that are searched in the end, by audits |
//! | `error` | what can be wrong |
//! | `follow` | reading the entries of one verified checkpoint after another |
//! | `saved` | going on where a replay stopped |

mod error;
mod follow;
mod gathered;
mod indexed;
mod known;
mod saved;

pub(crate) use self::gathered::Gathered;
pub use self::{
    error::{Broken, FollowError, ListFault, ReplayError},
    follow::Follower,
    known::Reread,
    saved::{KnownCommitment, MAX_SAVED_LEN, SavedError, SavedReplay},
};
use self::{
    gathered::{Repeated, Searched},
    known::{Before, Commitments, Known},
};
use crate::{
    authority::RootCertificate,
    certificate::LogGeneration,
    entry::Entry,
    rules::{LogState, Rule, RuleError},
};

/// The rules' state after the entries so far, and what they must look up of those.
#[derive(Debug, Clone)]
pub(crate) struct Replay<C> {
    state: LogState,
    known: Known<C>,
}

impl<C: Commitments> Replay<C> {
    /// Before the first entry.
    pub(crate) fn empty(generation: LogGeneration, roots: Vec<RootCertificate>) -> Self {
        Self { state: LogState::empty(generation, roots), known: Known::nothing() }
    }

    /// What is true of the log after the entries so far.
    pub(crate) const fn state(&self) -> &LogState {
        &self.state
    }

    /// Applies the bytes of the next entry, or says what is wrong with them. `earlier` reads entries
    /// again that were applied before. After an error everything is as it was before.
    pub(crate) fn apply<S: Reread>(
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

/// The entry that a replay refused: what is wrong with it, and its bytes.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) broken: Broken,
    pub(crate) bytes: Vec<u8>,
}

impl Replay<Gathered> {
    /// Ends the replay of a log whose entries were applied up to the one that was `refused`, or all of
    /// them. Gives the state, and what is wrong with the first entry at fault, exactly as if commitments
    /// had been looked up at once. A state with an entry at fault is good for nothing.
    pub(crate) fn finish<S: Reread>(
        self,
        refused: Option<Refused>,
        earlier: &S,
    ) -> Result<(LogState, Option<Broken>), S::Error> {
        let Self { state, known: Known { commitments, decisions } } = self;
        if let Some(Repeated { index, commitment, at }) = commitments.first_repeated(earlier)? {
            let rule = Rule::CommitmentRepeated { commitment, at };
            return Ok((state, Some(Broken::Rule { index, rule })));
        }
        let Some(Refused { broken, bytes }) = refused else { return Ok((state, None)) };
        // It may repeat a commitment and break another rule too; that which is asked first counts.
        let known = Known { commitments: Searched(commitments), decisions };
        let mut again = Replay { state, known };
        match again.apply(&bytes, earlier) {
            Err(ReplayError::Broken(broken)) => Ok((again.state, Some(broken))),
            Err(ReplayError::Earlier(error)) => Err(error),
            // What the rules refused once, knowing less, they refuse again, unless files change meanwhile.
            Ok(_) => Ok((again.state, Some(broken))),
        }
    }
}
