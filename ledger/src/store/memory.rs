//! The test double: a disk in memory that outlives its store, and fails on command.
//!
//! It is always compiled, because the tests of every crate use it (a feature would have to be turned
//! on and off by each of them, and cargo would unite it anyway); it is small and depends on nothing.

use std::{
    collections::BTreeMap,
    io::{self, Cursor, Read},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    position::LeafIndex,
    store::{
        FilePath, IoAction, JOURNAL_FILE, KeyChange, LOG_DIRECTORY, ListedStore, NewFile,
        PRIVATE_DIRECTORY, ReadStore, STAGING_DIRECTORY, StageError, StagingName, Store,
        StoreError, StorePath, dir_files::io_error, keys::changed_pages,
    },
};

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultForm {
    /// Nothing was done.
    NotDone,
    /// All was done, but the caller is told that it failed: the process died before the answer.
    DoneAnswerLost,
    /// Half of it was done: the first half of the files, or of the bytes of a file that is not
    /// written atomically. What is atomic is not done.
    HalfDone,
}

/// What lies on the disk. Clones are the same disk.
#[derive(Debug, Clone, Default)]
pub struct MemoryDisk(Arc<Mutex<Disk>>);

#[derive(Debug, Default)]
struct Disk {
    files: BTreeMap<String, Vec<u8>>,
    in_use: bool,
    calls: u64,
    fault: Option<(u64, FaultForm)>,
}

impl MemoryDisk {
    /// An empty disk.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens the disk. A second writer is refused until the first is dropped; dropping it without
    /// more ado is what a crash looks like. Counts calls from zero and plans no fault.
    pub fn open(&self) -> Result<MemoryStore, StoreError> {
        let mut disk = self.disk();
        if disk.in_use {
            return Err(StoreError::InUse { directory: "memory".to_owned() });
        }
        disk.in_use = true;
        disk.calls = 0;
        disk.fault = None;
        Ok(MemoryStore { disk: self.clone(), stopped: Mutex::new(false) })
    }

    /// From now on, the call with this number fails (the first after opening is 0), and the store
    /// with it.
    pub fn fail_call(&self, number: u64, form: FaultForm) {
        self.disk().fault = Some((number, form));
    }

    /// Calls since the disk was opened.
    pub fn calls(&self) -> u64 {
        self.disk().calls
    }

    /// A copy of the disk as it is now, in use by nobody: a backup.
    pub fn snapshot(&self) -> Self {
        let files = self.disk().files.clone();
        Self(Arc::new(Mutex::new(Disk { files, ..Disk::default() })))
    }

    /// The bytes of a file, by its path relative to the data directory.
    pub fn read(&self, path: &str) -> Option<Vec<u8>> {
        self.disk().files.get(path).cloned()
    }

    /// Puts or (with none) removes a file behind the store's back.
    pub fn tamper(&self, path: &str, bytes: Option<Vec<u8>>) {
        let files = &mut self.disk().files;
        match bytes {
            Some(bytes) => files.insert(path.to_owned(), bytes),
            None => files.remove(path),
        };
    }

    /// The paths of all files, in order.
    pub fn paths(&self) -> Vec<String> {
        self.disk().files.keys().cloned().collect()
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        // A test that panicked while it held the disk has failed already.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A store on a [`MemoryDisk`].
#[derive(Debug)]
pub struct MemoryStore {
    disk: MemoryDisk,
    stopped: Mutex<bool>,
}

impl Drop for MemoryStore {
    fn drop(&mut self) {
        self.disk.disk().in_use = false;
    }
}

impl MemoryStore {
    /// Counts the call; tells whether it is the one that fails, and how.
    fn begin(&self) -> Result<Option<FaultForm>, StoreError> {
        if *self.stopped() {
            return Err(StoreError::Stopped);
        }
        let mut disk = self.disk.disk();
        let number = disk.calls;
        disk.calls += 1;
        Ok(disk.fault.filter(|(at, _)| *at == number).map(|(_, form)| form))
    }

    fn read<T>(&self, call: impl FnOnce(&Disk) -> Result<T, StoreError>) -> Result<T, StoreError> {
        match self.begin()? {
            None => call(&self.disk.disk()),
            Some(_) => Err(injected(IoAction::Read)),
        }
    }

    /// Runs a writing call whose steps are each atomic.
    fn write(
        &self,
        steps: impl FnOnce(&Disk) -> Result<Vec<Step>, StoreError>,
    ) -> Result<(), StoreError> {
        let fault = self.begin()?;
        let mut disk = self.disk.disk();
        let outcome = steps(&disk).and_then(|steps| {
            let done = match fault {
                None | Some(FaultForm::DoneAnswerLost) => steps.len(),
                Some(FaultForm::NotDone) => 0,
                Some(FaultForm::HalfDone) => steps.len() / 2,
            };
            for Step(path, bytes) in steps.into_iter().take(done) {
                match bytes {
                    Some(bytes) => disk.files.insert(path, bytes),
                    None => disk.files.remove(&path),
                };
            }
            if fault.is_some() { Err(injected(IoAction::Sync)) } else { Ok(()) }
        });
        drop(disk);
        *self.stopped() = outcome.is_err();
        outcome
    }

    fn stopped(&self) -> MutexGuard<'_, bool> {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One atomic change: a file's new bytes, or that it is gone.
struct Step(String, Option<Vec<u8>>);

fn injected(action: IoAction) -> StoreError {
    io_error(action, "memory", io::Error::other("scripted fault"))
}

impl ReadStore for Disk {
    fn get(&self, path: &StorePath) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.files.get(&path.to_string()).cloned())
    }

    fn read_journal(&self, from: u64) -> Result<Box<dyn Read + Send>, StoreError> {
        let bytes = self.files.get(JOURNAL_FILE).cloned().unwrap_or_default();
        let from = usize::try_from(from).unwrap_or(usize::MAX).min(bytes.len());
        Ok(Box::new(Cursor::new(bytes.split_at(from).1.to_vec())))
    }
}

/// Looking at a disk without being its writer, as [`crate::store::ReadOnlyDir`] does.
impl ReadStore for MemoryDisk {
    fn get(&self, path: &StorePath) -> Result<Option<Vec<u8>>, StoreError> {
        self.disk().get(path)
    }

    fn read_journal(&self, from: u64) -> Result<Box<dyn Read + Send>, StoreError> {
        self.disk().read_journal(from)
    }
}

impl ListedStore for MemoryDisk {
    fn public_names(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.disk().names_below(LOG_DIRECTORY))
    }

    fn private_names(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.disk().names_below(PRIVATE_DIRECTORY))
    }
}

impl Disk {
    fn names_below(&self, directory: &str) -> Vec<String> {
        let below = |path: &String| {
            path.strip_prefix(directory).and_then(|path| path.strip_prefix('/')).map(str::to_owned)
        };
        self.files.keys().filter_map(below).collect()
    }
}

impl ReadStore for MemoryStore {
    fn get(&self, path: &StorePath) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|disk| disk.get(path))
    }

    fn read_journal(&self, from: u64) -> Result<Box<dyn Read + Send>, StoreError> {
        self.read(|disk| disk.read_journal(from))
    }
}

impl Store for MemoryStore {
    fn stage(&self, name: StagingName, bytes: &[u8]) -> Result<(), StageError> {
        let path = format!("{STAGING_DIRECTORY}/{name}");
        let fault = self.begin()?;
        let kept = match fault {
            None | Some(FaultForm::DoneAnswerLost) => bytes.len(),
            Some(FaultForm::HalfDone) => bytes.len() / 2,
            Some(FaultForm::NotDone) => {
                return Err(StageError::NotStaged(injected(IoAction::Write)));
            }
        };
        // Half a file under its final name: a file system that renames before it writes.
        let kept = bytes.iter().take(kept).copied().collect();
        self.disk.disk().files.insert(path, kept);
        match fault {
            None => Ok(()),
            Some(_) => {
                *self.stopped() = true;
                Err(StageError::Stopped(injected(IoAction::Sync)))
            }
        }
    }

    fn staged(&self) -> Result<Vec<StagingName>, StoreError> {
        let prefix = format!("{STAGING_DIRECTORY}/");
        self.read(|disk| {
            let names = disk.files.keys().filter_map(|path| path.strip_prefix(&prefix));
            names
                .map(|name| {
                    name.parse()
                        .map_err(|_not_ours| StoreError::Stray { path: format!("{prefix}{name}") })
                })
                .collect()
        })
    }

    fn read_staged(&self, name: StagingName) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|disk| Ok(disk.files.get(&format!("{STAGING_DIRECTORY}/{name}")).cloned()))
    }

    fn drop_staged(&self, name: StagingName) -> Result<(), StoreError> {
        self.write(|_disk| Ok(vec![Step(format!("{STAGING_DIRECTORY}/{name}"), None)]))
    }

    fn swap_lock(&self, expected: Option<&[u8]>, new: &[u8]) -> Result<(), StoreError> {
        self.write(|disk| {
            let path = StorePath::Lock.to_string();
            let present = disk.files.get(&path).map(Vec::as_slice);
            if present == expected {
                Ok(vec![Step(path, Some(new.to_vec()))])
            } else {
                Err(StoreError::lock_changed(expected, present))
            }
        })
    }

    fn create(&self, files: &[NewFile]) -> Result<(), StoreError> {
        self.write(|disk| {
            let mut steps = Vec::new();
            for NewFile { path, bytes } in files {
                let path = path.to_string();
                match disk.files.get(&path) {
                    None => steps.push(Step(path, Some(bytes.clone()))),
                    Some(found) if found == bytes => {}
                    Some(found) => return Err(StoreError::conflict(path, found, bytes)),
                }
            }
            Ok(steps)
        })
    }

    fn change_keys(&self, changes: &[KeyChange]) -> Result<(), StoreError> {
        self.write(|disk| {
            let pages = changed_pages(disk, changes)?.into_iter();
            Ok(pages.map(|(file, bytes)| Step(file.to_string(), Some(bytes))).collect())
        })
    }

    fn replace_checkpoint(&self, note: &[u8]) -> Result<(), StoreError> {
        let path = StorePath::PublicCheckpoint.to_string();
        self.write(|_disk| Ok(vec![Step(path, Some(note.to_vec()))]))
    }

    fn status_lists(&self) -> Result<Vec<LeafIndex>, StoreError> {
        self.read(|disk| {
            let heads = disk.files.keys().filter_map(|path| match path.parse() {
                Ok(FilePath::StatusList(head)) => Some(head),
                _ => None,
            });
            Ok(heads.collect())
        })
    }

    fn remove_status_list(&self, head: LeafIndex) -> Result<(), StoreError> {
        self.write(|_disk| Ok(vec![Step(FilePath::StatusList(head).to_string(), None)]))
    }

    fn journal_len(&self) -> Result<u64, StoreError> {
        self.read(|disk| Ok(disk.files.get(JOURNAL_FILE).map_or(0, |bytes| bytes.len() as u64)))
    }

    fn free_bytes(&self) -> Result<u64, StoreError> {
        // A disk without end.
        Ok(u64::MAX)
    }

    fn append_journal(&self, at: u64, bytes: &[u8]) -> Result<(), StoreError> {
        let half = {
            let disk = self.disk.disk();
            disk.fault == Some((disk.calls, FaultForm::HalfDone))
        };
        self.write(|disk| {
            let mut journal = disk.files.get(JOURNAL_FILE).cloned().unwrap_or_default();
            if journal.len() as u64 != at {
                return Err(StoreError::JournalMoved {
                    expected: at,
                    present: journal.len() as u64,
                });
            }
            let path = || JOURNAL_FILE.to_owned();
            let (first, rest) = bytes.split_at(bytes.len() / 2);
            journal.extend_from_slice(first);
            let torn = Step(path(), Some(journal.clone()));
            journal.extend_from_slice(rest);
            // Two steps, so that half of them is half of the bytes.
            let whole = Step(path(), Some(journal));
            Ok(if half { vec![torn, whole] } else { vec![whole] })
        })
    }

    fn truncate_journal(&self, len: u64) -> Result<(), StoreError> {
        self.write(|disk| {
            let mut journal = disk.files.get(JOURNAL_FILE).cloned().unwrap_or_default();
            journal.truncate(usize::try_from(len).unwrap_or(usize::MAX));
            Ok(vec![Step(JOURNAL_FILE.to_owned(), Some(journal))])
        })
    }
}
