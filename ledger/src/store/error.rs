//! What can go wrong with storage.

use std::{fmt, io};

use sha2::{Digest as _, Sha256};

use crate::{digest::DIGEST_LEN, seal::KeyringError};

/// Why storage did not do what it was asked.
///
/// Paths in it are relative to the data directory, contents are given as digests: neither holds
/// personal data.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process writes to this data directory.
    #[error("another process writes to {directory}: wait until it ends, or stop it")]
    InUse {
        /// The data directory.
        directory: String,
    },
    /// A call to the operating system failed.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was tried.
        action: IoAction,
        /// The file or directory.
        path: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// A file is larger than any of its kind can be.
    #[error("{path} has {len} bytes, more than the {limit} that such a file can have")]
    TooLarge {
        /// The file.
        path: String,
        /// Its length.
        len: u64,
        /// The most it could have.
        limit: usize,
    },
    /// A file that never changes exists with other bytes.
    #[error(
        "{path} exists with other bytes (SHA-256 {present}, not {offered}): this directory belongs \
         to another history of the log"
    )]
    Conflict {
        /// The file.
        path: String,
        /// Digest of the bytes that are there.
        present: FileDigest,
        /// Digest of the bytes that were to be written.
        offered: FileDigest,
    },
    /// The lock does not hold what its writer last put there.
    #[error(
        "private/lock was changed by somebody else (SHA-256 {}, not {})",
        digest_or_none(present),
        digest_or_none(expected)
    )]
    LockChanged {
        /// Digest of what should be there; none if there should be no lock.
        expected: Option<FileDigest>,
        /// Digest of what is there; none if there is no lock.
        present: Option<FileDigest>,
    },
    /// The journal is not as long as its writer left it.
    #[error("the journal has {present} bytes, not {expected}: somebody else wrote to it")]
    JournalMoved {
        /// Bytes that should be there.
        expected: u64,
        /// Bytes that are there.
        present: u64,
    },
    /// A keyring file is damaged, or refuses a change.
    #[error("{path}: {source}")]
    Keyring {
        /// The keyring file.
        path: String,
        /// What is wrong.
        source: KeyringError,
    },
    /// A file lies where none of that name belongs.
    #[error("{path} does not belong there")]
    Stray {
        /// The file.
        path: String,
    },
    /// A call before this one failed, and nothing is known of what it wrote.
    #[error("the store stopped after an earlier failure; open it anew")]
    Stopped,
}

/// Why a batch was not staged.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// There is no staging file, and nothing else is affected: the disk is full, for example.
    #[error("the batch was not staged and nothing was written: {0}")]
    NotStaged(StoreError),
    /// The store stopped.
    #[error(transparent)]
    Stopped(#[from] StoreError),
}

/// A call to the operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IoAction {
    /// Opening a file or directory.
    Open,
    /// Taking the lock of the data directory.
    Lock,
    /// Reading.
    Read,
    /// Making a directory, or setting its mode.
    MakeDirectory,
    /// Writing.
    Write,
    /// Making data durable.
    Sync,
    /// Giving a file its final name.
    Rename,
    /// Removing a file.
    Remove,
    /// Cutting a file.
    Truncate,
}

impl fmt::Display for IoAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Lock => "lock",
            Self::Read => "read",
            Self::MakeDirectory => "make directory",
            Self::Write => "write",
            Self::Sync => "sync",
            Self::Rename => "rename",
            Self::Remove => "remove",
            Self::Truncate => "truncate",
        })
    }
}

impl StoreError {
    pub(super) fn conflict(path: String, present: &[u8], offered: &[u8]) -> Self {
        Self::Conflict { path, present: digest(present), offered: digest(offered) }
    }

    pub(crate) fn lock_changed(expected: Option<&[u8]>, present: Option<&[u8]>) -> Self {
        Self::LockChanged { expected: expected.map(digest), present: present.map(digest) }
    }
}

/// SHA-256 of a file's bytes, shown in hex as `sha256sum` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileDigest([u8; DIGEST_LEN]);

impl fmt::Display for FileDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn digest(bytes: &[u8]) -> FileDigest {
    FileDigest(Sha256::digest(bytes).into())
}

fn digest_or_none(digest: &Option<FileDigest>) -> String {
    digest.map_or_else(|| "none".to_owned(), |digest| digest.to_string())
}
