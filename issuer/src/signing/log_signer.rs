//! Signs the log's checkpoints, and never two histories.

use std::{
    io,
    path::{Path, PathBuf},
};

use ed25519_dalek::Signer as _;
use ledger::{
    checkpoint::{Checkpoint, CheckpointSigner, Origin},
    log::{MarkedSigner, SignerMark},
    note::{SignatureKind, VerifierKey, VerifierKeyError},
    position::TreeSize,
};

use super::{
    SigningKeyFile,
    lock::{KeyLock, LockError},
    mark::{Mark, MarkError},
    new_file::beside,
    replaced::{Disk, OsDisk, replace},
};

/// The log's key with its high-water mark. One process at a time holds it.
pub struct LogSigner {
    key: SigningKeyFile,
    public: VerifierKey,
    mark_path: PathBuf,
    state: State,
    disk: Box<dyn Disk>,
    /// Held while the signer lives: two writers with one mark in memory each would sign two trees.
    _lock: KeyLock,
}

enum State {
    At(Mark),
    /// Writing the mark failed: only the disk knows whether it rose.
    Unknown,
}

/// Why the log's key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenLogSignerError {
    /// The key is weak.
    #[error("the log's key: {0}")]
    Key(#[from] VerifierKeyError),
    /// Another process holds it, or the lock cannot be taken.
    #[error("{0}")]
    Lock(#[from] LockError),
    /// The key is there and its mark is not.
    #[error("the mark {} of the log's key is missing: what the key has signed is not known", mark.display())]
    MarkMissing {
        /// Where it should lie.
        mark: PathBuf,
    },
    /// The mark cannot be read.
    #[error("{0}")]
    Mark(#[from] MarkError),
}

/// Why a checkpoint is not signed.
#[derive(Debug, thiserror::Error)]
pub enum LogSignerError {
    /// A checkpoint of another log.
    #[error("a checkpoint of {found}; this is the key of {expected}")]
    OtherLog {
        /// The log of the key.
        expected: String,
        /// The log of the checkpoint.
        found: Origin,
    },
    /// A smaller tree than was signed before.
    #[error("a tree of {size} entries; the key signed {} before", .mark.size)]
    Behind {
        /// The mark.
        mark: Mark,
        /// The size asked for.
        size: TreeSize,
    },
    /// Another tree of the same size.
    #[error("another tree of {} entries was signed before: its root is {}", .mark.size, .mark.root)]
    OtherRoot {
        /// The mark.
        mark: Mark,
    },
    /// The mark could not be made durable. Nothing was signed, and nothing is until it is opened again.
    #[error("the mark {} could not be made durable: {source}", path.display())]
    NotDurable {
        /// The mark's file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An earlier failure left the mark unknown.
    #[error("writing the mark failed before: open the key again to learn what is durable")]
    Stopped,
}

impl LogSigner {
    /// Where a key's mark lies unless somebody says otherwise: `<key>.mark`.
    pub fn default_mark_path(key: &Path) -> PathBuf {
        beside(key, ".mark")
    }

    /// Takes the key of the log `origin` with its mark.
    ///
    /// A key without its mark is refused ([`OpenLogSignerError::MarkMissing`]): `issuer keys mark` makes
    /// one from the newest checkpoint that is known, or for a key that never signed.
    ///
    /// # Errors
    /// [`OpenLogSignerError`].
    pub fn open(
        key: SigningKeyFile,
        origin: &Origin,
        mark_path: &Path,
    ) -> Result<Self, OpenLogSignerError> {
        let public = log_key(&key, origin)?;
        let lock = KeyLock::take(mark_path)?;
        if !mark_path.exists() {
            return Err(OpenLogSignerError::MarkMissing { mark: mark_path.to_owned() });
        }
        let mark = Mark::read(mark_path, &public)?;
        Ok(Self {
            key,
            public,
            mark_path: mark_path.to_owned(),
            state: State::At(mark),
            disk: Box::new(OsDisk),
            _lock: lock,
        })
    }

    /// The largest tree that was signed or promised; none after a failure to write it.
    pub const fn mark(&self) -> Option<Mark> {
        match self.state {
            State::At(mark) => Some(mark),
            State::Unknown => None,
        }
    }

    /// Makes the mark rise to `checkpoint`, or refuses it.
    fn raise(&mut self, checkpoint: &Checkpoint) -> Result<(), LogSignerError> {
        let State::At(mark) = self.state else { return Err(LogSignerError::Stopped) };
        let asked = Mark::of(checkpoint);
        if asked == mark {
            return Ok(());
        }
        if asked.size < mark.size {
            return Err(LogSignerError::Behind { mark, size: asked.size });
        }
        if asked.size == mark.size {
            return Err(LogSignerError::OtherRoot { mark });
        }
        self.state = State::Unknown;
        replace(self.disk.as_mut(), &self.mark_path, asked.to_text(&self.public).as_bytes())
            .map_err(|source| LogSignerError::NotDurable {
                path: self.mark_path.clone(),
                source,
            })?;
        self.state = State::At(asked);
        Ok(())
    }
}

impl CheckpointSigner for LogSigner {
    type Error = LogSignerError;

    fn key(&self) -> &VerifierKey {
        &self.public
    }

    fn sign(&mut self, checkpoint: &Checkpoint) -> Result<[u8; 64], LogSignerError> {
        if checkpoint.origin.key_name() != self.public.name() {
            return Err(LogSignerError::OtherLog {
                expected: self.public.name().as_str().to_owned(),
                found: checkpoint.origin.clone(),
            });
        }
        self.raise(checkpoint)?;
        // The mark is durable: whatever happens from here on, no other tree of this size and no
        // smaller one is ever signed. A crash here loses the signature, which is made again.
        Ok(self.key.key().sign(checkpoint.to_text().as_str().as_bytes()).to_bytes())
    }
}

impl MarkedSigner for LogSigner {
    fn mark(&self) -> Option<SignerMark> {
        let Mark { size, root, .. } = self.mark()?;
        (!size.is_empty()).then_some(SignerMark { size, root })
    }
}

impl std::fmt::Debug for LogSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogSigner").field("public", &self.public).finish_non_exhaustive()
    }
}

/// The public half of a log's key: the vkey that trust files name.
///
/// # Errors
/// [`VerifierKeyError`] for a weak key, which none of ours is.
pub fn log_key(key: &SigningKeyFile, origin: &Origin) -> Result<VerifierKey, VerifierKeyError> {
    VerifierKey::new(origin.key_name().clone(), SignatureKind::Ed25519, key.public_key().as_bytes())
}

#[cfg(test)]
#[path = "log_signer_tests.rs"]
mod tests;
