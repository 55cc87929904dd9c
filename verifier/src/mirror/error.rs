//! Why a round fails: the source's fault, the copy's, or nobody's.

use std::{io, path::PathBuf};

use ledger::{
    digest::RootHash,
    path::LogPath,
    position::{LeafIndex, TreeSize},
};

use crate::fetch::{DirError, SourceError};

/// Why a copy was not brought up. The copy is as it was.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// The source cannot be read now.
    #[error("the source cannot be read: {0}")]
    Unreachable(SourceError),
    /// The source has no checkpoint.
    #[error("the source has no file checkpoint: there is no log")]
    NoLog,
    /// The source serves what no honest source of this log serves.
    #[error(transparent)]
    Source(#[from] SourceFault),
    /// The copy cannot be written, or is not what it was left as.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// Somebody asked to stop.
    #[error("stopped")]
    Stopped,
}

/// What is wrong with the source.
#[derive(Debug, thiserror::Error)]
pub enum SourceFault {
    /// Its checkpoint is malformed, not trusted, or has a line that nobody can check.
    #[error("checkpoint: {detail}")]
    Checkpoint {
        /// What is wrong with it.
        detail: String,
    },
    /// The log signed another history than the copy has.
    #[error(
        "the log signed two histories: size {} with root {} is in the copy, size {} with root {} is shown",
        .ours.0, .ours.1, .shown.0, .shown.1
    )]
    SplitView {
        /// Size and root of the copy.
        ours: (TreeSize, RootHash),
        /// Size and root of what is shown.
        shown: (TreeSize, RootHash),
    },
    /// It shows a smaller log than the copy has.
    #[error("the source went back from size {ours} to size {shown}")]
    Shrunk {
        /// The copy's size.
        ours: TreeSize,
        /// The size shown.
        shown: TreeSize,
    },
    /// A file is missing, too long, or not what the checkpoint commits to.
    #[error("{file}{detail}")]
    File {
        /// The file; empty where several together are wrong.
        file: String,
        /// What is wrong with it.
        detail: String,
    },
    /// A kept checkpoint is missing or wrong.
    #[error("{path}: {fault}")]
    Kept {
        /// The file.
        path: LogPath,
        /// What is wrong with it.
        fault: KeptFault,
    },
    /// An exceptions list is not the one that its head states.
    #[error("status/{head}: {detail}")]
    List {
        /// The head whose file it is.
        head: LeafIndex,
        /// What is wrong with it.
        detail: String,
    },
}

/// What is wrong with a kept checkpoint.
#[derive(Debug, thiserror::Error)]
pub enum KeptFault {
    /// It is missing, though issuances ended there.
    #[error("missing, though a batch of issuances ended there")]
    Missing,
    /// It is malformed or does not verify.
    #[error("{0}")]
    Unverified(String),
    /// It is of another tree.
    #[error("it is of size {size} with root {root}, not of the tree at this size")]
    OtherTree {
        /// Its size.
        size: TreeSize,
        /// Its root.
        root: RootHash,
    },
}

/// What is wrong with the copy's directory.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The operating system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of the copy cannot be read.
    #[error(transparent)]
    Read(DirError),
    /// Another mirror is at work in the same place.
    #[error("{path} is locked: another mirror is at work there")]
    Locked {
        /// The lock.
        path: PathBuf,
    },
    /// It is the directory of a log's writer.
    #[error("{path} belongs to the log's writer: a copy goes elsewhere")]
    Writers {
        /// The directory.
        path: PathBuf,
    },
    /// There are files, but no checkpoint: this is no copy of a log.
    #[error("{path} is neither empty nor a copy of a log")]
    NotEmpty {
        /// The directory.
        path: PathBuf,
    },
    /// The copy's checkpoint does not verify.
    #[error("the copy's checkpoint: {detail}")]
    Checkpoint {
        /// What is wrong with it.
        detail: String,
    },
    /// The copy is of another log than the source.
    #[error("the copy is of another log than the source")]
    OtherLog,
    /// The copy is not what its checkpoint commits to.
    #[error("the copy is damaged: {detail}")]
    Damaged {
        /// What is wrong with it.
        detail: String,
    },
}

impl CopyError {
    /// The copy does not bear out its own checkpoint.
    pub(super) fn damaged(error: impl std::error::Error) -> Self {
        Self::Damaged { detail: error.to_string() }
    }
}
