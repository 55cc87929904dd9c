//! One process at a time holds a key that remembers what it signed.

use std::{
    fs::{OpenOptions, TryLockError},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use ledger::store::HeldLock;

use super::new_file::beside;

/// Held while a key is in use: two processes with its memory in theirs would sign two histories.
#[derive(Debug)]
pub struct KeyLock(#[expect(dead_code, reason = "dropping it gives the lock back")] HeldLock);

/// Why a key's lock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process holds it.
    #[error("another process holds {}: only one may sign", lock.display())]
    InUse {
        /// The lock's file.
        lock: PathBuf,
    },
    /// The lock cannot be taken.
    #[error("{} could not be locked: {source}", lock.display())]
    Failed {
        /// The lock's file.
        lock: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl KeyLock {
    /// Takes the lock `<memory>.lock` of the file in which a key's memory lies.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn take(memory: &Path) -> Result<Self, LockError> {
        let path = beside(memory, ".lock");
        let fault = |source| LockError::Failed { lock: path.clone(), source };
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(false).mode(0o600).open(&path);
        let file = file.map_err(fault)?;
        match HeldLock::take(file) {
            Ok(held) => Ok(Self(held)),
            Err(TryLockError::WouldBlock) => Err(LockError::InUse { lock: path }),
            Err(TryLockError::Error(source)) => Err(fault(source)),
        }
    }
}
