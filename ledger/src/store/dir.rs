//! The directory store. One process writes to a data directory: it holds an exclusive lock on the
//! directory `private/` for its whole life, which the kernel releases when it dies.

use std::{
    fs::{self, File, OpenOptions, Permissions, TryLockError},
    io::{self, Read, Seek as _, SeekFrom, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    position::LeafIndex,
    store::{
        FilePath, JOURNAL_FILE, KeyChange, MAX_STAGING_LEN, NewFile, PRIVATE_DIRECTORY, ReadStore,
        STAGING_DIRECTORY, StageError, StagingName, Store, StoreError, StorePath,
        dir_files::{DirFiles, Placed, io_error, is_temporary, list, read_whole},
        error::IoAction,
        held_lock::HeldLock,
        keys::changed_pages,
    },
};

/// A data directory, opened for writing.
///
/// Reading waits for nobody; the log's and the journal's writing do not wait for each other.
#[derive(Debug)]
pub struct DirStore {
    root: PathBuf,
    files: Mutex<DirFiles>,
    journal: Mutex<File>,
    /// Set by the first failure; from then on every call is refused.
    stopped: AtomicBool,
    _lock: HeldLock,
}

impl DirStore {
    /// Opens a data directory, making what is missing, and locks out every other writer. Removes
    /// files that a crash left incomplete under temporary names; changes nothing else.
    ///
    /// Durable when it returns: the directories, and an empty journal if there was none.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        make_root(root)?;
        let mut files = DirFiles::new(root);
        files.make_directory(PRIVATE_DIRECTORY)?;
        let lock = lock_directory(root)?;
        for directory in [STAGING_DIRECTORY, "private/journal", "log"] {
            files.make_directory(directory)?;
        }
        files.clear_temporaries()?;
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true).mode(0o600);
        let journal =
            options.open(root.join(JOURNAL_FILE)).map_err(journal_error(IoAction::Open))?;
        files.sync_names(&[JOURNAL_FILE.to_owned()])?;
        Ok(Self {
            root: root.to_owned(),
            files: Mutex::new(files),
            journal: Mutex::new(journal),
            stopped: AtomicBool::new(false),
            _lock: lock,
        })
    }

    /// Runs one writing call; any failure stops the store.
    fn write<W, T>(
        &self,
        on: &Mutex<W>,
        call: impl FnOnce(&mut W) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        // A poisoned mutex means that a call panicked midway: as good as a failure.
        let mut on = on.lock().map_err(|_poisoned| StoreError::Stopped)?;
        self.check_live()?;
        let outcome = call(&mut on);
        if outcome.is_err() {
            self.stop();
        }
        outcome
    }

    fn check_live(&self) -> Result<(), StoreError> {
        if self.stopped.load(Ordering::SeqCst) { Err(StoreError::Stopped) } else { Ok(()) }
    }

    fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    fn read(&self, path: &str, limit: usize) -> Result<Option<Vec<u8>>, StoreError> {
        self.check_live()?;
        read_whole(&self.root, path, limit)
    }
}

impl ReadStore for DirStore {
    fn get(&self, path: &StorePath) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(&path.to_string(), path.max_len())
    }

    fn read_journal(&self, from: u64) -> Result<Box<dyn Read + Send>, StoreError> {
        self.check_live()?;
        journal_from(&self.root.join(JOURNAL_FILE), from)
    }
}

impl Store for DirStore {
    fn stage(&self, name: StagingName, bytes: &[u8]) -> Result<(), StageError> {
        let mut files = self.files.lock().map_err(|_poisoned| StoreError::Stopped)?;
        self.check_live()?;
        match files.place(&[Placed { path: staging_path(name), bytes }]) {
            Ok(()) => Ok(()),
            // Writing comes before the rename: nothing has the name. A failed sync is different: it may
            // come from data of an earlier call, so it stops the store whatever it was for.
            Err(error @ StoreError::Io { action: IoAction::Write, .. }) => {
                Err(StageError::NotStaged(error))
            }
            Err(error) => {
                self.stop();
                Err(StageError::Stopped(error))
            }
        }
    }

    fn staged(&self) -> Result<Vec<StagingName>, StoreError> {
        self.check_live()?;
        let names = list(&self.root, STAGING_DIRECTORY)?;
        let names = names.iter().filter(|name| !is_temporary(name));
        names
            .map(|name| {
                name.parse().map_err(|_not_ours| StoreError::Stray {
                    path: format!("{STAGING_DIRECTORY}/{name}"),
                })
            })
            .collect()
    }

    fn read_staged(&self, name: StagingName) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(&staging_path(name), MAX_STAGING_LEN)
    }

    fn drop_staged(&self, name: StagingName) -> Result<(), StoreError> {
        let path = staging_path(name);
        self.write(&self.files, |files| {
            files.remove(&path)?;
            files.sync_names(&[path])
        })
    }

    fn swap_lock(&self, expected: Option<&[u8]>, new: &[u8]) -> Result<(), StoreError> {
        let path = StorePath::Lock;
        self.write(&self.files, |files| {
            let present = self.read(&path.to_string(), path.max_len())?;
            if present.as_deref() != expected {
                return Err(StoreError::lock_changed(expected, present.as_deref()));
            }
            files.place(&[Placed { path: path.to_string(), bytes: new }])
        })
    }

    fn create(&self, new: &[NewFile]) -> Result<(), StoreError> {
        self.write(&self.files, |files| {
            let mut present = Vec::new();
            let mut absent = Vec::new();
            for NewFile { path, bytes } in new {
                let shown = path.to_string();
                match self.read(&shown, StorePath::File(*path).max_len())? {
                    None => absent.push(Placed { path: shown, bytes }),
                    Some(found) if found == *bytes => present.push(shown),
                    Some(found) => return Err(StoreError::conflict(shown, &found, bytes)),
                }
            }
            files.place(&absent)?;
            // Their content was synced before they had their names, but a crash may have come before
            // the names were.
            files.sync_names(&present)
        })
    }

    fn change_keys(&self, changes: &[KeyChange]) -> Result<(), StoreError> {
        self.write(&self.files, |files| {
            let pages = changed_pages(self, changes)?;
            let placed = pages.iter();
            let placed = placed.map(|(file, bytes)| Placed { path: file.to_string(), bytes });
            files.place(&placed.collect::<Vec<_>>())
        })
    }

    fn replace_checkpoint(&self, note: &[u8]) -> Result<(), StoreError> {
        let path = StorePath::PublicCheckpoint.to_string();
        self.write(&self.files, |files| files.place(&[Placed { path, bytes: note }]))
    }

    fn status_lists(&self) -> Result<Vec<LeafIndex>, StoreError> {
        self.check_live()?;
        let parse = |name: String| match format!("log/status/{name}").parse() {
            Ok(FilePath::StatusList(head)) => Ok(head),
            _ => Err(StoreError::Stray { path: format!("log/status/{name}") }),
        };
        list(&self.root, "log/status")?.into_iter().map(parse).collect()
    }

    fn remove_status_list(&self, head: LeafIndex) -> Result<(), StoreError> {
        self.write(&self.files, |files| files.remove(&FilePath::StatusList(head).to_string()))
    }

    fn journal_len(&self) -> Result<u64, StoreError> {
        self.check_live()?;
        match fs::metadata(self.root.join(JOURNAL_FILE)) {
            Ok(metadata) => Ok(metadata.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(io_error(IoAction::Read, JOURNAL_FILE, error)),
        }
    }

    fn free_bytes(&self) -> Result<u64, StoreError> {
        self.check_live()?;
        let shown = self.root.display().to_string();
        let room = rustix::fs::statvfs(&self.root)
            .map_err(|errno| io_error(IoAction::Read, &shown, errno.into()))?;
        Ok(room.f_bavail.saturating_mul(room.f_frsize))
    }

    fn append_journal(&self, at: u64, bytes: &[u8]) -> Result<(), StoreError> {
        self.write(&self.journal, |file| {
            let present = file.metadata().map_err(journal_error(IoAction::Read))?.len();
            if present != at {
                return Err(StoreError::JournalMoved { expected: at, present });
            }
            file.write_all(bytes).map_err(journal_error(IoAction::Write))?;
            file.sync_data().map_err(journal_error(IoAction::Sync))
        })
    }

    fn truncate_journal(&self, len: u64) -> Result<(), StoreError> {
        self.write(&self.journal, |file| {
            file.set_len(len).map_err(journal_error(IoAction::Truncate))?;
            file.sync_all().map_err(journal_error(IoAction::Sync))
        })
    }
}

fn journal_error(action: IoAction) -> impl FnOnce(io::Error) -> StoreError {
    move |source| io_error(action, JOURNAL_FILE, source)
}

pub(super) fn journal_from(path: &Path, from: u64) -> Result<Box<dyn Read + Send>, StoreError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Box::new(io::empty())),
        Err(error) => return Err(io_error(IoAction::Open, JOURNAL_FILE, error)),
    };
    file.seek(SeekFrom::Start(from)).map_err(|e| io_error(IoAction::Read, JOURNAL_FILE, e))?;
    Ok(Box::new(io::BufReader::with_capacity(JOURNAL_BUFFER, file)))
}

/// How much of the journal is read at once.
const JOURNAL_BUFFER: usize = 128 << 10;

/// Makes the data directory and what is missing above it, durably.
fn make_root(root: &Path) -> Result<(), StoreError> {
    fn fault(action: IoAction, path: &Path) -> impl FnOnce(io::Error) -> StoreError + use<> {
        let shown = path.display().to_string();
        move |source| io_error(action, &shown, source)
    }
    let missing: Vec<_> = root.ancestors().take_while(|path| !path.exists()).collect();
    for directory in missing.iter().rev().filter(|path| !path.as_os_str().is_empty()) {
        fs::create_dir(directory).map_err(fault(IoAction::MakeDirectory, directory))?;
        let above = match directory.parent() {
            Some(above) if !above.as_os_str().is_empty() => above,
            _ => Path::new("."),
        };
        let handle = File::open(above).map_err(fault(IoAction::Open, above))?;
        handle.sync_all().map_err(fault(IoAction::Sync, above))?;
    }
    Ok(())
}

fn staging_path(name: StagingName) -> String {
    format!("{STAGING_DIRECTORY}/{name}")
}

/// Takes the lock and closes the directory to others, in case somebody made it with another mode.
fn lock_directory(root: &Path) -> Result<HeldLock, StoreError> {
    let fault = |action| move |source| io_error(action, PRIVATE_DIRECTORY, source);
    let private = File::open(root.join(PRIVATE_DIRECTORY)).map_err(fault(IoAction::Open))?;
    let held = HeldLock::take(private).map_err(|refused| match refused {
        TryLockError::WouldBlock => StoreError::InUse { directory: root.display().to_string() },
        TryLockError::Error(error) => fault(IoAction::Lock)(error),
    })?;
    fs::set_permissions(root.join(PRIVATE_DIRECTORY), Permissions::from_mode(0o700))
        .map_err(fault(IoAction::MakeDirectory))?;
    Ok(held)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;
    use crate::{
        digest::RootHash,
        merkle::{TileSpan, TileWidth},
        position::TreeSize,
    };

    fn bundle(number: u64) -> NewFile {
        let span = TileSpan::new(number, TileWidth::FULL).unwrap();
        NewFile { path: FilePath::Entries(span), bytes: vec![1, 2, 3] }
    }

    fn private_bundle() -> NewFile {
        let span = TileSpan::new(0, TileWidth::new(7).unwrap()).unwrap();
        NewFile { path: FilePath::PrivateEntries(span), bytes: vec![4, 5, 6] }
    }

    fn name() -> StagingName {
        StagingName { size: TreeSize::new(1).unwrap(), root: RootHash::empty() }
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn refuses_a_second_writer_on_the_same_directory() {
        let dir = tempfile::tempdir().unwrap();
        let first = DirStore::open(dir.path()).unwrap();
        assert!(matches!(DirStore::open(dir.path()), Err(StoreError::InUse { .. })));
        drop(first);
        assert_eq!(DirStore::open(dir.path()).unwrap().staged().unwrap(), []);
    }

    #[test]
    fn what_stands_in_a_files_place_and_is_none_is_named_and_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let store = DirStore::open(dir.path()).unwrap();
        let files = [bundle(1), bundle(2)];
        store.create(&files).unwrap();
        let paths = files.map(|file| StorePath::from(file.path));
        let in_place = paths.map(|path| dir.path().join(path.to_string()));
        in_place.iter().for_each(|path| fs::remove_file(path).unwrap());
        let mode = rustix::fs::Mode::RUSR;
        rustix::fs::mkfifoat(rustix::fs::CWD, &in_place[0], mode).unwrap();
        fs::create_dir(&in_place[1]).unwrap();
        for (path, expected) in
            paths.iter().zip([io::ErrorKind::InvalidInput, io::ErrorKind::IsADirectory])
        {
            let error = store.get(path).unwrap_err();
            let StoreError::Io { path: named, source, .. } = &error else {
                unreachable!("{error}")
            };
            assert_eq!((named, source.kind()), (&path.to_string(), expected));
        }
    }

    #[test]
    fn private_files_and_directories_are_closed_to_others() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("private")).unwrap();
        let store = DirStore::open(dir.path()).unwrap();
        store.create(&[private_bundle()]).unwrap();
        store.swap_lock(None, b"x").unwrap();
        store.stage(name(), b"x").unwrap();
        for directory in ["private", "private/entries/000.p", "private/staging", "private/journal"]
        {
            assert_eq!(mode(&dir.path().join(directory)), 0o700, "{directory}");
        }
        let staged = format!("private/staging/{}", name());
        for file in ["private/entries/000.p/7", JOURNAL_FILE, "private/lock", &staged] {
            assert_eq!(mode(&dir.path().join(file)), 0o600, "{file}");
        }
    }

    #[test]
    fn more_files_than_may_be_open_at_once_are_all_put_in_place() {
        let dir = tempfile::tempdir().unwrap();
        let store = DirStore::open(dir.path()).unwrap();
        let files: Vec<_> = (900..1300).map(bundle).collect();
        store.create(&files).unwrap();
        for file in files {
            assert_eq!(store.get(&file.path.into()).unwrap(), Some(file.bytes));
        }
        assert_eq!(fs::read_dir(dir.path().join(STAGING_DIRECTORY)).unwrap().count(), 0);
    }

    #[test]
    fn what_a_crash_left_incomplete_is_cleared_at_the_next_open() {
        let dir = tempfile::tempdir().unwrap();
        drop(DirStore::open(dir.path()).unwrap());
        let leftover = dir.path().join("private/staging/.incomplete-7");
        fs::write(&leftover, b"half").unwrap();
        let store = DirStore::open(dir.path()).unwrap();
        assert!(!leftover.exists());
        assert_eq!(store.staged().unwrap(), []);
    }

    #[test]
    fn a_batch_that_cannot_be_staged_stops_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let store = DirStore::open(dir.path()).unwrap();
        store.stage(name(), b"before").unwrap();
        store.drop_staged(name()).unwrap();
        let staging = dir.path().join(STAGING_DIRECTORY);
        fs::remove_dir(&staging).unwrap();
        assert!(matches!(store.stage(name(), b"x"), Err(StageError::NotStaged(_))));
        fs::create_dir(&staging).unwrap();
        store.stage(name(), b"x").unwrap();
        assert_eq!(store.read_staged(name()).unwrap(), Some(b"x".to_vec()));
    }

    #[test]
    fn a_failed_write_stops_the_store_and_leaves_no_half_file() {
        let dir = tempfile::tempdir().unwrap();
        let store = DirStore::open(dir.path()).unwrap();
        // A file where a directory must be.
        fs::write(dir.path().join("log/tile"), b"").unwrap();
        assert!(matches!(store.create(&[bundle(0)]), Err(StoreError::Io { .. })));
        assert!(matches!(store.get(&StorePath::Lock), Err(StoreError::Stopped)));
        assert!(matches!(store.swap_lock(None, b"x"), Err(StoreError::Stopped)));
        drop(store);
        let left = fs::read_dir(dir.path().join(STAGING_DIRECTORY)).unwrap().count();
        assert_eq!(left, 0);
    }

    #[test]
    fn refuses_a_file_larger_than_its_kind_can_be() {
        let dir = tempfile::tempdir().unwrap();
        let store = DirStore::open(dir.path()).unwrap();
        let limit = StorePath::Lock.max_len();
        fs::write(dir.path().join("private/lock"), vec![0; limit + 1]).unwrap();
        assert!(matches!(store.get(&StorePath::Lock), Err(StoreError::TooLarge { .. })));
    }

    #[test]
    fn makes_a_data_directory_that_is_missing_with_those_above_it() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("a/b");
        let store = DirStore::open(&root).unwrap();
        store.replace_checkpoint(b"note").unwrap();
        assert_eq!(fs::read(root.join("log/checkpoint")).unwrap(), b"note");
    }
}
