//! A lock that keeps every other process out.

use std::fs::{File, TryLockError};

/// An exclusive lock on a file or directory, given back when this is dropped, and by the kernel when
/// the process dies.
#[derive(Debug)]
pub struct HeldLock(File);

impl HeldLock {
    /// Takes it, without waiting.
    ///
    /// # Errors
    /// [`TryLockError::WouldBlock`] while somebody else holds it.
    pub fn take(file: File) -> Result<Self, TryLockError> {
        file.try_lock()?;
        Ok(Self(file))
    }
}

impl Drop for HeldLock {
    fn drop(&mut self) {
        // Closing the file is not enough: a program that another thread is starting has a copy of every
        // descriptor until it is itself, and the lock would last as long.
        let _closed_next = self.0.unlock();
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;

    #[test]
    fn is_free_once_dropped_although_a_copy_of_its_descriptor_is_still_open() {
        let dir = tempfile::tempdir().unwrap();
        let open = || File::open(dir.path()).unwrap();
        let file = open();
        let inherited = file.try_clone().unwrap();
        let held = HeldLock::take(file).unwrap();
        assert!(matches!(HeldLock::take(open()), Err(TryLockError::WouldBlock)));
        drop(held);
        assert!(HeldLock::take(open()).is_ok());
        drop(inherited);
    }
}
