//! The high-water mark: the largest size that the log's key has signed, and its root, durable beside
//! the key. With it, an old copy of the data directory cannot make the key sign a second history.

use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ledger::{
    checkpoint::{Checkpoint, VerifiedCheckpoint},
    digest::{DIGEST_LEN, RootHash},
    note::VerifierKey,
    position::TreeSize,
};

use super::new_file::{self, Access, FileError};

/// First line of a mark's file.
const FORMAT: &str = "title-ledger-mark-v1";
/// Longest file in bytes; a real one has about 200.
const MAX_FILE_LEN: u64 = 4 * 1024;

/// The largest tree that a key has signed, or promised to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Its size.
    pub size: TreeSize,
    /// Its root.
    pub root: RootHash,
}

/// Why a mark cannot be read or made.
#[derive(Debug, thiserror::Error)]
pub enum MarkError {
    /// The file itself.
    #[error("{0}")]
    File(#[from] FileError),
    /// No mark's file.
    #[error("{} is not what a mark's file looks like", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
    },
    /// The mark of another key.
    #[error("{} is the mark of the key {found}, not of {expected}", path.display())]
    OtherKey {
        /// The file.
        path: PathBuf,
        /// The key that was opened.
        expected: Box<VerifierKey>,
        /// What the file names.
        found: String,
    },
    /// A checkpoint of another log.
    #[error("the checkpoint is of the log {found}, not of {expected}")]
    OtherLog {
        /// The log of the key.
        expected: String,
        /// The log of the checkpoint.
        found: String,
    },
}

impl Mark {
    /// Nothing signed yet.
    pub fn nothing_signed() -> Self {
        Self { size: TreeSize::EMPTY, root: RootHash::empty() }
    }

    /// The mark that a checkpoint, verified under the key itself, proves at the least.
    ///
    /// # Errors
    /// [`MarkError::OtherLog`].
    pub fn proven_by(
        checkpoint: &VerifiedCheckpoint,
        key: &VerifierKey,
    ) -> Result<Self, MarkError> {
        if checkpoint.origin().key_name() != key.name() {
            return Err(MarkError::OtherLog {
                expected: key.name().as_str().to_owned(),
                found: checkpoint.origin().as_str().to_owned(),
            });
        }
        Ok(Self { size: checkpoint.size(), root: checkpoint.root() })
    }

    /// Makes a mark's file where there is none: for a new key, or when the file was lost. Never
    /// overwrites: a mark only rises, and only by signing.
    ///
    /// # Errors
    /// [`MarkError::File`].
    pub fn create(self, path: &Path, key: &VerifierKey) -> Result<(), MarkError> {
        Ok(new_file::create(path, self.to_text(key).as_bytes(), Access::Owner)?)
    }

    /// Reads the mark of `key`.
    ///
    /// # Errors
    /// [`MarkError`].
    pub fn read(path: &Path, key: &VerifierKey) -> Result<Self, MarkError> {
        let content = new_file::read(path, MAX_FILE_LEN)?;
        let malformed = || MarkError::Malformed { path: path.to_owned() };
        let text = str::from_utf8(&content).map_err(|_position| malformed())?;
        let lines: Vec<&str> = text.split_terminator('\n').collect();
        let &[FORMAT, found, size, root] = lines.as_slice() else { return Err(malformed()) };
        if found != key.to_string() {
            let (expected, found) = (Box::new(key.clone()), found.to_owned());
            return Err(MarkError::OtherKey { path: path.to_owned(), expected, found });
        }
        let size = size.parse().ok().and_then(|size| TreeSize::new(size).ok());
        let root =
            STANDARD.decode(root).ok().and_then(|root| <[u8; DIGEST_LEN]>::try_from(root).ok());
        let (Some(size), Some(root)) = (size, root) else { return Err(malformed()) };
        let mark = Self { size, root: RootHash::from_bytes(root) };
        if mark.to_text(key) == text { Ok(mark) } else { Err(malformed()) }
    }

    /// The key whose mark a text claims to be.
    pub fn key_named_in(text: &str) -> Option<VerifierKey> {
        text.strip_prefix(FORMAT)?.strip_prefix('\n')?.lines().next()?.parse().ok()
    }

    /// What must be durable before `checkpoint` is signed.
    pub(super) fn of(checkpoint: &Checkpoint) -> Self {
        Self { size: checkpoint.size, root: checkpoint.root }
    }

    pub(super) fn to_text(self, key: &VerifierKey) -> String {
        format!("{FORMAT}\n{key}\n{}\n{}\n", self.size, self.root)
    }
}
