//! What can be wrong with a log that is replayed.

use crate::{
    entry::EntryError,
    position::{LeafIndex, PositionTooLarge, TreeSize},
    reader::ReadError,
    rules::Rule,
    status::ListError,
};

/// The first entry that no log may have. The log is broken for good: entries never change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The entry's bytes are no entry.
    #[error("entry {index} is malformed: {source}")]
    Entry {
        /// Its index.
        index: LeafIndex,
        /// What is wrong with it.
        source: EntryError,
    },
    /// The entry breaks a rule.
    #[error("entry {index}: {rule}")]
    Rule {
        /// Its index.
        index: LeafIndex,
        /// The rule.
        rule: Rule,
    },
    /// There are more entries than a log can have.
    #[error(transparent)]
    Full(PositionTooLarge),
}

impl Broken {
    /// The entry at fault.
    pub const fn index(&self) -> Option<LeafIndex> {
        match self {
            Self::Entry { index, .. } | Self::Rule { index, .. } => Some(*index),
            Self::Full(_) => None,
        }
    }
}

/// Why an entry was not applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError<E> {
    /// It may not stand where it does.
    #[error(transparent)]
    Broken(Broken),
    /// An entry before it could not be read again.
    #[error("an earlier entry could not be read again")]
    Earlier(#[source] E),
}

/// Why a checkpoint's entries were not all applied, or do not amount to a whole log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FollowError<E> {
    /// Something could not be read, or is not what the checkpoint commits to. In
    /// [`ReadError::NotAnExtension`] the log signed two histories.
    #[error(transparent)]
    Read(#[from] ReadError<E>),
    /// An entry may not stand where it does.
    #[error(transparent)]
    Broken(Broken),
    /// The checkpoint does not end with a status head (rule 6).
    #[error("the checkpoint of size {size} does not end with a status head")]
    NoHead {
        /// The checkpoint's size.
        size: TreeSize,
    },
    /// The exceptions list that the last head names is not the one that the entries give.
    #[error("status/{head} is not the list that the entries give: {fault}")]
    List {
        /// The head whose file it is.
        head: LeafIndex,
        /// What is wrong with it.
        fault: ListFault,
    },
}

/// What is wrong with the file of an exceptions list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListFault {
    /// It is no list, or not strictly ascending.
    #[error(transparent)]
    Malformed(ListError),
    /// It says something else.
    #[error("it says something else")]
    Differs,
}
