//! The audit: recomputes a log from its bytes, so that any changed byte of any public file is found
//! and its file named, and with the private part any record or journal that does not match.
//!
//! It needs nothing but the trust file and the files themselves: no clock, no network, and nobody's
//! word. In order:
//!
//! 1. the checkpoint: every signature line is by a known key and verifies;
//! 2. the entries, from the first to the last: every rule is applied, every status head recomputed,
//!    every tile, older partial file, list and kept checkpoint compared with what the entries give,
//!    and their root with the signed one;
//! 3. no other file lies in the directory;
//! 4. the private records, each opened and compared with its commitment (every certificate's
//!    signature and signer too), and every erased one found among the journal's erasure lines;
//! 5. the journal: its chain against the anchor of every head.
//!
//! Memory holds the commitments and, with the private part, the certificate numbers; never the log.
//!
//! | file | knows |
//! |---|---|
//! | `checkpoints` | which checkpoints there are and what they are worth |
//! | `names` | the files that must be accounted for |
//! | `ruled` | the entries and the rules |
//! | `replay` | the tree that follows from the entries, and the files that must agree |
//! | `blame` | which file is wrong when entries and root disagree |
//! | `past` | what the rules look up, and what the private part asks later |
//! | `records`, `keyring`, `journal` | the private part |

mod blame;
mod checkpoints;
mod fault;
mod journal;
mod keyring;
mod names;
mod past;
mod problem;
mod records;
mod replay;
mod ruled;

use std::num::NonZeroUsize;

use self::{checkpoints::Checkpoints, names::Names, replay::Replayed};
pub use self::{
    fault::{AuditError, Fault, Unreadable},
    problem::Problem,
};
use crate::{
    position::TreeSize,
    seal::KeyEncryptionKey,
    store::{ListedStore, StorePath},
    time::UnixMillis,
    trust::Trust,
};

/// How often an audit begins again because the writer published meanwhile.
const ATTEMPTS: usize = 3;

/// How much is looked at.
#[derive(Debug, Clone, Copy)]
pub enum Scope<'a> {
    /// What everybody can see.
    Public,
    /// The private records and the journal too.
    Private {
        /// The key that opens the records' keys.
        key: &'a KeyEncryptionKey,
        /// How many threads open records.
        threads: NonZeroUsize,
    },
}

/// A log in which nothing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole {
    /// Its size; with the private part at hand, the committed one.
    pub size: TreeSize,
    /// Time of its last status head; none in an empty log.
    pub as_of: Option<UnixMillis>,
    /// How many titles, documents and authorities are on the list of exceptions.
    pub exceptions: usize,
    /// What the private part showed.
    pub private: Option<WholePrivate>,
}

/// A private part in which nothing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WholePrivate {
    /// How many records were opened and matched.
    pub records: u64,
    /// How many records were erased, each with its line in the journal.
    pub erased: u64,
    /// How many records the journal has.
    pub journal_records: u64,
}

/// How far an audit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being read.
    pub stage: Stage,
    /// How many entries, or journal records, are behind it.
    pub done: u64,
    /// How many there are; none where that is not known.
    pub total: Option<u64>,
}

/// The parts of an audit that take time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The public entries.
    Entries,
    /// The private records.
    Records,
    /// The journal.
    Journal,
}

/// Recomputes everything. Fails with the first thing that is wrong, or that could not be read.
///
/// A writer may be at work meanwhile: if something is found wrong and the checkpoint has moved since,
/// the audit begins again.
pub fn check_everything<S: ListedStore>(
    files: &S,
    trust: &Trust,
    scope: Scope<'_>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Whole, AuditError> {
    let mut attempt = 1;
    loop {
        let before = moving_parts(files)?;
        match check_once(files, trust, scope, progress) {
            Err(AuditError::Fault { .. })
                if attempt < ATTEMPTS && moving_parts(files)? != before =>
            {
                attempt += 1;
            }
            verdict => return verdict,
        }
    }
}

/// What a writer changes with every batch. A file that cannot be read does not move.
fn moving_parts<S: ListedStore>(files: &S) -> Result<[Option<Vec<u8>>; 2], AuditError> {
    let read = |path: StorePath| match files.get(&path) {
        Err(crate::store::StoreError::TooLarge { .. }) => Ok(None),
        outcome => outcome.map_err(AuditError::from),
    };
    Ok([read(StorePath::PublicCheckpoint)?, read(StorePath::Lock)?])
}

fn check_once<S: ListedStore>(
    files: &S,
    trust: &Trust,
    scope: Scope<'_>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Whole, AuditError> {
    let names = Names::of(files.public_names()?);
    let checkpoints = Checkpoints::read(files, trust, scope, &names)?;
    let size = checkpoints.tip().size();
    let checked = || -> Result<Whole, AuditError> {
        names.refuse_strays()?;
        let replayed = replay::replay(files, &checkpoints, names, trust, progress)?;
        let private = match scope {
            Scope::Public => None,
            Scope::Private { key, threads } => {
                Some(check_private(files, &checkpoints, &replayed, key, threads, progress)?)
            }
        };
        let exceptions = replayed.state.exceptions().len();
        Ok(Whole { size, as_of: replayed.as_of(), exceptions, private })
    };
    checked().map_err(|error| error.in_a_log_of(size))
}

fn check_private<S: ListedStore>(
    files: &S,
    checkpoints: &Checkpoints<'_>,
    replayed: &Replayed,
    key: &KeyEncryptionKey,
    threads: NonZeroUsize,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<WholePrivate, AuditError> {
    let origin = checkpoints.policy().origin().as_str();
    let vault = keyring::Vault { files, key, origin };
    let found = records::check_records(&vault, replayed, threads, progress)?;
    let journal = journal::check_journal(&vault, &found, progress)?;
    let size = checkpoints.tip().size().get();
    names::refuse_private_strays(files.private_names()?, &found, size, journal.records)?;
    Ok(WholePrivate {
        records: found.opened,
        erased: found.erased.len() as u64,
        journal_records: journal.records,
    })
}

#[cfg(test)]
mod tests;
