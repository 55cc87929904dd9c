//! What sled 0.34 does not do: when its last handle is dropped, a thread of its own may still hold its
//! file and the lock on it, so opening the same registry at once fails now and then.

use std::{
    fs::{File, TryLockError},
    path::Path,
    thread,
    time::Duration,
};

use ledger::store::HeldLock;

use super::RegistryError;

/// Waits until the registry's last owner has let go of sled's file, and says whether there is one.
///
/// Other processes are kept out by the lock on the data directory, which is taken before; who still
/// holds this one is about to let go. Should it be held nevertheless, sled says so.
pub(super) fn await_release(registry: &Path) -> Result<bool, RegistryError> {
    let mut pauses = (0..MAX_PAUSES).map(|_| thread::sleep(PAUSE));
    await_release_with(registry, || pauses.next().is_some())
}

const PAUSE: Duration = Duration::from_millis(2);
const MAX_PAUSES: u32 = 5_000;

/// Asks again after each pause, until there are no more.
fn await_release_with(
    registry: &Path,
    mut pause: impl FnMut() -> bool,
) -> Result<bool, RegistryError> {
    let path = registry.join("db");
    if !path.exists() {
        return Ok(false);
    }
    loop {
        let taken = File::open(&path).map_err(TryLockError::Error).and_then(HeldLock::take);
        match taken {
            // Dropped here, for sled to take.
            Ok(_free) => return Ok(true),
            Err(TryLockError::WouldBlock) if pause() => {}
            Err(TryLockError::WouldBlock) => return Ok(true),
            Err(TryLockError::Error(source)) => return Err(RegistryError::File { path, source }),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    #[test]
    fn a_lock_that_its_last_owner_still_holds_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!await_release_with(folder.path(), || unreachable!()).unwrap());
        let file = File::create(folder.path().join("db")).unwrap();
        assert!(await_release_with(folder.path(), || unreachable!()).unwrap());

        file.try_lock().unwrap();
        let mut held = Some(file);
        let mut pauses = 0;
        let existed = await_release_with(folder.path(), || {
            pauses += 1;
            if pauses == 3 {
                held = None;
            }
            true
        });
        assert!(existed.unwrap());
        assert_eq!(pauses, 3);
        File::open(folder.path().join("db")).unwrap().try_lock().unwrap();
    }

    #[test]
    fn a_lock_that_is_never_let_go_of_is_left_for_sled_to_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = File::create(folder.path().join("db")).unwrap();
        file.try_lock().unwrap();
        let mut left = 2;
        let existed = await_release_with(folder.path(), || {
            left -= 1;
            left > 0
        });
        assert!(existed.unwrap());
        assert_eq!(left, 0);
        file.unlock().unwrap();
    }
}
