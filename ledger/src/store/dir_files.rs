//! Files of a directory store made durable: written under a temporary name, synced, renamed, and the
//! directory synced. Handles of directories are held open, so that an error of an earlier write-back
//! is reported to us and not lost with a closed handle.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    thread,
};

use crate::store::{
    PRIVATE_DIRECTORY, STAGING_DIRECTORY,
    error::{IoAction, StoreError},
};

/// Mode of private directories: nobody else looks into them.
const PRIVATE_DIRECTORY_MODE: u32 = 0o700;

/// Mode of public directories, before the umask.
const PUBLIC_DIRECTORY_MODE: u32 = 0o755;

/// Mode of private files.
const PRIVATE_FILE_MODE: u32 = 0o600;

/// Mode of public files, before the umask.
const PUBLIC_FILE_MODE: u32 = 0o644;

/// How the names of incomplete files begin; they lie in the staging directory.
const TEMPORARY_PREFIX: &str = ".incomplete-";

/// Directory handles held open at once, far below the usual limit of 1,024 open files.
const MAX_OPEN_DIRECTORIES: usize = 128;

/// New files held open at once, for the same reason.
const MAX_OPEN_FILES: usize = 256;

/// Files synced at once. Parallel fsyncs share a file system's journal commit; more than these gain
/// nothing.
const SYNC_THREADS: usize = 8;

/// A file to be put in place: its path relative to the data directory, and its content.
pub(super) struct Placed<'a> {
    pub(super) path: String,
    pub(super) bytes: &'a [u8],
}

/// The files below one data directory.
#[derive(Debug)]
pub(super) struct DirFiles {
    root: PathBuf,
    open_directories: HashMap<PathBuf, File>,
    /// Directories whose own names are durable, up to the root.
    durable_directories: HashSet<PathBuf>,
    next_temporary: u64,
}

impl DirFiles {
    pub(super) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            open_directories: HashMap::new(),
            durable_directories: HashSet::new(),
            next_temporary: 0,
        }
    }

    /// Makes a directory and its parents, if absent, and makes their names durable.
    pub(super) fn make_directory(&mut self, path: &str) -> Result<(), StoreError> {
        let mut to_sync = BTreeSet::new();
        self.ensure_directory(path, &mut to_sync)?;
        self.sync_directories(&to_sync)
    }

    /// Puts files in place: whole and durable under their names when this returns, replacing what
    /// was there. After a crash each is as it was or as given.
    pub(super) fn place(&mut self, files: &[Placed<'_>]) -> Result<(), StoreError> {
        let mut directories = BTreeSet::new();
        for some in files.chunks(MAX_OPEN_FILES) {
            self.place_some(some, &mut directories)?;
        }
        self.sync_directories(&directories)
    }

    fn place_some(
        &mut self,
        files: &[Placed<'_>],
        to_sync: &mut BTreeSet<String>,
    ) -> Result<(), StoreError> {
        let mut temporaries = Vec::with_capacity(files.len());
        for file in files {
            let directory = parent(&file.path);
            self.ensure_directory(directory, to_sync)?;
            to_sync.insert(directory.to_owned());
            temporaries.push(self.write_temporary(file)?);
        }
        sync_all(&temporaries)?;
        for (temporary, file) in temporaries.iter().zip(files) {
            fs::rename(&temporary.path, self.root.join(&file.path))
                .map_err(|source| io_error(IoAction::Rename, &file.path, source))?;
        }
        Ok(())
    }

    /// Makes the names of files durable that are in place already.
    pub(super) fn sync_names(&mut self, paths: &[String]) -> Result<(), StoreError> {
        let mut directories = BTreeSet::new();
        for path in paths {
            self.ensure_directory(parent(path), &mut directories)?;
            directories.insert(parent(path).to_owned());
        }
        self.sync_directories(&directories)
    }

    /// Removes a file, if it is there. The name's absence is durable only after `sync_names`.
    pub(super) fn remove(&self, path: &str) -> Result<(), StoreError> {
        match fs::remove_file(self.root.join(path)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(io_error(IoAction::Remove, path, error))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Removes what a crash left incomplete.
    pub(super) fn clear_temporaries(&self) -> Result<(), StoreError> {
        for name in list(&self.root, STAGING_DIRECTORY)? {
            if name.starts_with(TEMPORARY_PREFIX) {
                self.remove(&format!("{STAGING_DIRECTORY}/{name}"))?;
            }
        }
        Ok(())
    }

    fn write_temporary(&mut self, file: &Placed<'_>) -> Result<Temporary, StoreError> {
        let name = format!("{STAGING_DIRECTORY}/{TEMPORARY_PREFIX}{}", self.next_temporary);
        self.next_temporary += 1;
        let path = self.root.join(&name);
        let write = || -> io::Result<File> {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true).mode(file_mode(&file.path));
            let mut handle = options.open(&path)?;
            handle.write_all(file.bytes)?;
            Ok(handle)
        };
        match write() {
            Ok(handle) => Ok(Temporary { path, handle, of: file.path.clone() }),
            Err(source) => {
                // The write's own error matters; that of the clean-up is repeated at the next open.
                let _cleanup = fs::remove_file(&path);
                Err(io_error(IoAction::Write, &file.path, source))
            }
        }
    }

    /// Makes `path` and its missing parents; notes which directories must be synced for that to last.
    fn ensure_directory(
        &mut self,
        path: &str,
        to_sync: &mut BTreeSet<String>,
    ) -> Result<(), StoreError> {
        if self.durable_directories.contains(Path::new(path)) {
            return Ok(());
        }
        let mut ancestors: Vec<&str> = path.match_indices('/').map(|(at, _)| &path[..at]).collect();
        ancestors.push(path);
        for directory in ancestors {
            let mut builder = DirBuilder::new();
            builder.mode(if is_private(directory) {
                PRIVATE_DIRECTORY_MODE
            } else {
                PUBLIC_DIRECTORY_MODE
            });
            match builder.create(self.root.join(directory)) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(io_error(IoAction::MakeDirectory, directory, error));
                }
                // One that exists may have been made just before a crash: its name is synced too.
                Ok(()) | Err(_) => to_sync.insert(parent(directory).to_owned()),
            };
        }
        Ok(())
    }

    fn sync_directories(&mut self, directories: &BTreeSet<String>) -> Result<(), StoreError> {
        for directory in directories {
            self.sync_directory(directory)?;
        }
        // Only now: each of these has all its ancestors in the set, or had them durable before.
        self.durable_directories.extend(directories.iter().map(PathBuf::from));
        Ok(())
    }

    fn sync_directory(&mut self, directory: &str) -> Result<(), StoreError> {
        let fault = |action, source| io_error(action, directory, source);
        if self.open_directories.len() >= MAX_OPEN_DIRECTORIES {
            self.open_directories.clear();
        }
        let path = PathBuf::from(directory);
        if !self.open_directories.contains_key(&path) {
            let handle = File::open(self.root.join(&path)).map_err(|e| fault(IoAction::Open, e))?;
            self.open_directories.insert(path.clone(), handle);
        }
        match self.open_directories.get(&path) {
            Some(handle) => handle.sync_all().map_err(|e| fault(IoAction::Sync, e)),
            None => Ok(()),
        }
    }
}

/// A file that is written but has not its name yet; removed when dropped unless it was renamed.
#[derive(Debug)]
struct Temporary {
    path: PathBuf,
    handle: File,
    of: String,
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // After a rename there is nothing of this name; after an error a leftover is cleared at the
        // next open. Neither is worth reporting.
        let _gone = fs::remove_file(&self.path);
    }
}

fn sync_all(files: &[Temporary]) -> Result<(), StoreError> {
    let sync = |file: &Temporary| {
        file.handle.sync_all().map_err(|source| io_error(IoAction::Sync, &file.of, source))
    };
    let share = files.len().div_ceil(SYNC_THREADS).max(1);
    let mut shares = files.chunks(share);
    let Some(own) = shares.next() else {
        return Ok(());
    };
    thread::scope(|scope| {
        let others: Vec<_> =
            shares.map(|share| scope.spawn(move || share.iter().try_for_each(sync))).collect();
        let mut outcome = own.iter().try_for_each(sync);
        for other in others {
            let synced = other.join().unwrap_or(Err(StoreError::Stopped));
            outcome = outcome.and(synced);
        }
        outcome
    })
}

/// Reads a whole file of at most `limit` bytes; none if there is none.
pub(super) fn read_whole(
    root: &Path,
    path: &str,
    limit: usize,
) -> Result<Option<Vec<u8>>, StoreError> {
    // Without waiting: a named pipe in a file's place would keep its reader for ever.
    let nonblocking = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let opened = OpenOptions::new().read(true).custom_flags(nonblocking).open(root.join(path));
    let file = match opened {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_error(IoAction::Open, path, error)),
    };
    // One byte more than there are, so that the end is found without another buffer.
    let data = file.metadata().map_err(|source| io_error(IoAction::Read, path, source))?;
    if !data.is_file() {
        let source = match data.is_dir() {
            true => io::ErrorKind::IsADirectory.into(),
            false => io::Error::new(io::ErrorKind::InvalidInput, "this is no regular file"),
        };
        return Err(io_error(IoAction::Read, path, source));
    }
    let len = data.len().min(limit as u64);
    let mut bytes = Vec::with_capacity(len as usize + 1);
    let read = file.take(limit as u64 + 1).read_to_end(&mut bytes);
    match read.map_err(|source| io_error(IoAction::Read, path, source))? {
        len if len > limit => {
            Err(StoreError::TooLarge { path: path.to_owned(), len: len as u64, limit })
        }
        _ => Ok(Some(bytes)),
    }
}

/// The names in a directory that may be absent. Names that are not UTF-8 are of no file of ours.
pub(super) fn list(root: &Path, directory: &str) -> Result<Vec<String>, StoreError> {
    let fault = |source| io_error(IoAction::Read, directory, source);
    let entries = match fs::read_dir(root.join(directory)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(fault(error)),
    };
    entries
        .map(|entry| Ok(entry.map_err(fault)?.file_name().to_string_lossy().into_owned()))
        .collect()
}

pub(super) fn is_temporary(name: &str) -> bool {
    name.starts_with(TEMPORARY_PREFIX)
}

pub(super) fn io_error(action: IoAction, path: &str, source: io::Error) -> StoreError {
    StoreError::Io { action, path: path.to_owned(), source }
}

/// The directory of a path relative to the data directory; empty for the data directory itself.
fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

fn is_private(path: &str) -> bool {
    Path::new(path).starts_with(PRIVATE_DIRECTORY)
}

fn file_mode(path: &str) -> u32 {
    if is_private(path) { PRIVATE_FILE_MODE } else { PUBLIC_FILE_MODE }
}
