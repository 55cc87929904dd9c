//! What an audit ends with when it does not end well.

use std::fmt;

use super::Problem;
use crate::{
    path::LogPath,
    position::{LeafIndex, TreeSize},
    store::{IoAction, JOURNAL_FILE, StoreError, StorePath},
};

/// The first thing that is wrong.
#[derive(Debug)]
pub struct Fault {
    /// The file at fault: relative to the log's directory, or beginning with `private/`.
    pub file: String,
    /// The entry at fault, where it is one entry.
    pub index: Option<LeafIndex>,
    /// What is wrong with it.
    pub problem: Problem,
}

/// Why an audit did not end with a whole log.
#[derive(Debug)]
pub enum AuditError {
    /// Something is wrong.
    Fault {
        /// What.
        fault: Box<Fault>,
        /// The log's size, once its checkpoint was verified.
        size: Option<TreeSize>,
    },
    /// Something could not be read, so nothing is known.
    Unreadable(Unreadable),
}

/// Why a log could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The directory holds nothing.
    #[error("the directory is empty: there is no log in it")]
    Empty,
}

impl Fault {
    /// A fault of a public file.
    pub(super) fn public(path: LogPath, problem: Problem) -> Self {
        Self { file: path.to_string(), index: None, problem }
    }

    /// A fault of one entry, in the public file that holds it.
    pub(super) fn entry(path: LogPath, index: LeafIndex, problem: Problem) -> Self {
        Self { file: path.to_string(), index: Some(index), problem }
    }

    /// A fault of a private file, or of one that is no log's.
    pub(super) fn private(path: impl fmt::Display, problem: Problem) -> Self {
        Self { file: path.to_string(), index: None, problem }
    }

    /// A fault of one private record, in the file that holds it.
    pub(super) fn record(path: impl fmt::Display, index: LeafIndex, problem: Problem) -> Self {
        Self { file: path.to_string(), index: Some(index), problem }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            Some(index) => write!(f, "{}, entry {index}: {}", self.file, self.problem),
            None => write!(f, "{}: {}", self.file, self.problem),
        }
    }
}

impl AuditError {
    /// The journal could not be read.
    pub(super) fn journal_unreadable(source: std::io::Error) -> Self {
        let path = JOURNAL_FILE.to_owned();
        StoreError::Io { action: IoAction::Read, path, source }.into()
    }

    /// The same, of a log whose size is known by now.
    pub(super) fn in_a_log_of(self, size: TreeSize) -> Self {
        match self {
            Self::Fault { fault, size: None } => Self::Fault { fault, size: Some(size) },
            other => other,
        }
    }
}

impl From<Fault> for AuditError {
    fn from(fault: Fault) -> Self {
        Self::Fault { fault: Box::new(fault), size: None }
    }
}

impl From<StoreError> for AuditError {
    fn from(error: StoreError) -> Self {
        Self::Unreadable(Unreadable::Store(error))
    }
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault { fault, size: _ } => fault.fmt(f),
            Self::Unreadable(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for AuditError {}

/// A file's bytes; one that is too long is at fault, whatever it holds.
pub(super) fn read<S: crate::store::ReadStore + ?Sized>(
    files: &S,
    path: StorePath,
    shown: impl fmt::Display,
) -> Result<Option<Vec<u8>>, AuditError> {
    match files.get(&path) {
        Err(StoreError::TooLarge { limit, .. }) => {
            Err(Fault::private(shown, Problem::TooLong { limit }).into())
        }
        outcome => Ok(outcome?),
    }
}
