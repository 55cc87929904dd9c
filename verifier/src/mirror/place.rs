//! The copy's directory, and the one beside it where a round is prepared. Every file is written under
//! another name, synced and renamed; directories are synced before a checkpoint names what is in them.

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
    thread,
};

use ledger::{
    checkpoint::VerifiedCheckpoint,
    merkle::TileEdge,
    path::LogPath,
    position::{LeafIndex, TreeSize},
    reader::Fetch as _,
    store::HeldLock,
};

use super::{CopyError, source::is_full};
use crate::fetch::LogDir;

/// Files written and synced at once: parallel fsyncs share a file system's journal commit.
const WRITERS: usize = 8;

/// Directories deeper than this hold no file of a log (`tile/entries/x001/x002/003.p/4`).
const MAX_DEPTH: usize = 8;

/// Where files are prepared.
const STAGED: &str = "files";
/// The checkpoint that they amount to, once all are there.
const COMMITTED: &str = "checkpoint";
/// How the names of unfinished files begin.
const UNFINISHED: &str = "unfinished-";

/// The two directories, for one process.
#[derive(Debug)]
pub(super) struct Place {
    root: PathBuf,
    beside: PathBuf,
    /// Held as long as the mirror is open.
    _lock: HeldLock,
}

impl Place {
    pub(super) fn open(directory: &Path) -> Result<Self, CopyError> {
        fs::create_dir_all(directory).map_err(at(directory))?;
        let root = directory.canonicalize().map_err(at(directory))?;
        if root.parent().is_some_and(|parent| parent.join("private/lock").exists()) {
            return Err(CopyError::Writers { path: root });
        }
        let mut beside = root.clone().into_os_string();
        beside.push(".mirror");
        let beside = PathBuf::from(beside);
        let staged = beside.join(STAGED);
        fs::create_dir_all(&staged).map_err(at(&staged))?;
        let path = beside.join("lock");
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let lock = lock.map_err(at(&path))?;
        let lock = match HeldLock::take(lock) {
            Ok(held) => held,
            Err(TryLockError::WouldBlock) => return Err(CopyError::Locked { path }),
            Err(TryLockError::Error(source)) => return Err(CopyError::Io { path, source }),
        };
        let place = Self { root, beside, _lock: lock };
        for name in names(&place.beside)?.iter().filter(|name| name.starts_with(UNFINISHED)) {
            remove(&place.beside.join(name))?;
        }
        Ok(place)
    }

    /// The copy, to read from.
    pub(super) fn copy(&self) -> LogDir {
        LogDir::new(self.root.clone())
    }

    /// What is prepared, to read from.
    pub(super) fn staged(&self) -> LogDir {
        LogDir::new(self.beside.join(STAGED))
    }

    /// Fails if something lies in the copy's directory, where there is no checkpoint.
    pub(super) fn must_be_empty(&self) -> Result<(), CopyError> {
        match names(&self.root)?.is_empty() {
            true => Ok(()),
            false => Err(CopyError::NotEmpty { path: self.root.clone() }),
        }
    }

    /// The right edge of the copy's tree, checked against its own checkpoint.
    pub(super) fn edge(&self, ours: Option<&VerifiedCheckpoint>) -> Result<TileEdge, CopyError> {
        let Some(ours) = ours else { return Ok(TileEdge::empty()) };
        let copy = self.copy();
        let edge = TileEdge::load(ours.size(), ours.root(), |tile| {
            let found = copy.fetch(&LogPath::Tile(tile), tile.byte_len());
            found
                .map_err(CopyError::Read)?
                .ok_or_else(|| CopyError::Damaged { detail: format!("tile/{tile} is missing") })
        });
        edge.map_err(|error| match error {
            ledger::merkle::TileEdgeError::Read { tile: _, source } => source,
            error => CopyError::damaged(error),
        })
    }

    /// The heads whose lists the copy has.
    pub(super) fn list_names(&self) -> Result<Vec<LeafIndex>, CopyError> {
        let directory = self.root.join("status");
        if !directory.exists() {
            return Ok(Vec::new());
        }
        let list = |name: String| match format!("status/{name}").parse() {
            Ok(LogPath::StatusList(head)) => Some(head),
            Ok(_) | Err(_) => None,
        };
        Ok(names(&directory)?.into_iter().filter_map(list).collect())
    }

    /// Removes old lists. One that comes back after a power cut does no harm.
    pub(super) fn drop_lists(&self, heads: &[LeafIndex]) -> Result<(), CopyError> {
        let mut paths = heads.iter().map(|head| LogPath::StatusList(*head).to_string());
        paths.try_for_each(|path| remove(&self.root.join(path)))
    }

    /// Whether an earlier round left something.
    pub(super) fn has_staged(&self) -> Result<bool, CopyError> {
        Ok(!files_below(&self.beside.join(STAGED))?.is_empty())
    }

    /// Removes everything that is prepared.
    pub(super) fn clear_staged(&self) -> Result<(), CopyError> {
        let staged = self.beside.join(STAGED);
        fs::remove_dir_all(&staged).map_err(at(&staged))?;
        fs::create_dir_all(&staged).map_err(at(&staged))
    }

    /// Removes what is prepared but full tiles and bundles of a log of this size: only those are the
    /// same whatever checkpoint they were fetched for.
    pub(super) fn forget_derived(&self, size: TreeSize) -> Result<(), CopyError> {
        let staged = self.beside.join(STAGED);
        for name in files_below(&staged)? {
            let keep = name.parse().is_ok_and(|path: LogPath| is_full(&path) && fits(&path, size));
            if !keep {
                remove(&staged.join(name))?;
            }
        }
        Ok(())
    }

    /// Prepares files, each whole and synced under its name. One that is there with the same bytes
    /// is left as it is.
    pub(super) fn stage_all(&self, files: Vec<(LogPath, Vec<u8>)>) -> Result<(), CopyError> {
        let share = files.len().div_ceil(WRITERS).max(1);
        thread::scope(|scope| {
            let some = |(number, files): (usize, &[(LogPath, Vec<u8>)])| {
                files.iter().try_for_each(|(path, bytes)| self.stage(number, path, bytes))
            };
            let threads: Vec<_> = files
                .chunks(share)
                .enumerate()
                .map(|files| scope.spawn(move || some(files)))
                .collect();
            threads.into_iter().try_for_each(|thread| match thread.join() {
                Ok(outcome) => outcome,
                Err(panic) => std::panic::resume_unwind(panic),
            })
        })
    }

    fn stage(&self, writer: usize, path: &LogPath, bytes: &[u8]) -> Result<(), CopyError> {
        if let Ok(Some(there)) = self.staged().fetch(path, path.max_len())
            && there == bytes
        {
            return Ok(());
        }
        let target = self.beside.join(STAGED).join(path.to_string());
        if let Some(directory) = target.parent() {
            fs::create_dir_all(directory).map_err(at(directory))?;
        }
        self.write(&format!("{UNFINISHED}{writer}"), &target, bytes)
    }

    fn write(&self, unfinished: &str, target: &Path, bytes: &[u8]) -> Result<(), CopyError> {
        let path = self.beside.join(unfinished);
        let written = File::create(&path).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.and_then(|()| fs::rename(&path, target)).map_err(at(target))
    }

    /// Everything that is prepared amounts to this checkpoint. Durable when it returns.
    pub(super) fn commit(&self, checkpoint: &[u8]) -> Result<(), CopyError> {
        for directory in directories_below(&self.beside.join(STAGED))? {
            sync_directory(&directory)?;
        }
        self.write(&format!("{UNFINISHED}{COMMITTED}"), &self.beside.join(COMMITTED), checkpoint)?;
        sync_directory(&self.beside)
    }

    /// If a crash came between a commit and the end of its move: finishes that.
    pub(super) fn recover(&self) -> Result<(), CopyError> {
        if !self.beside.join(COMMITTED).exists() {
            return Ok(());
        }
        self.move_files()?;
        // Which files were moved before the crash nobody knows any more: every directory is synced.
        for directory in directories_below(&self.root)? {
            sync_directory(&directory)?;
        }
        self.move_checkpoint()
    }

    /// Moves the prepared files into the copy, then the checkpoint that was committed. After a crash
    /// [`Place::recover`] goes on where it stopped.
    pub(super) fn finish_move(&self) -> Result<(), CopyError> {
        for directory in self.move_files()? {
            sync_directory(&directory)?;
        }
        self.move_checkpoint()
    }

    /// Moves the prepared files; gives the directories that must be synced for that to last.
    fn move_files(&self) -> Result<BTreeSet<PathBuf>, CopyError> {
        let staged = self.beside.join(STAGED);
        let mut changed = BTreeSet::new();
        for name in files_below(&staged)? {
            let target = self.root.join(&name);
            if let Some(directory) = target.parent() {
                fs::create_dir_all(directory).map_err(at(directory))?;
                // Those above it too: they may be new.
                let within = |directory: &&Path| directory.starts_with(&self.root);
                changed.extend(directory.ancestors().take_while(within).map(Path::to_owned));
            }
            fs::rename(staged.join(&name), &target).map_err(at(&target))?;
        }
        Ok(changed)
    }

    fn move_checkpoint(&self) -> Result<(), CopyError> {
        let committed = self.beside.join(COMMITTED);
        let target = self.root.join(LogPath::Checkpoint.to_string());
        fs::rename(&committed, &target).map_err(at(&target))?;
        sync_directory(&self.root)?;
        sync_directory(&self.beside)?;
        self.clear_staged()
    }
}

/// Whether a full tile or bundle lies within a log of this size.
fn fits(path: &LogPath, size: TreeSize) -> bool {
    match path {
        LogPath::Tile(tile) => tile.span().end() <= size.get() >> (8 * tile.level()),
        LogPath::Entries(span) => span.end() <= size.get(),
        LogPath::Checkpoint | LogPath::KeptCheckpoint(_) | LogPath::StatusList(_) => false,
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> CopyError + use<> {
    let path = path.to_owned();
    move |source| CopyError::Io { path, source }
}

fn names(directory: &Path) -> Result<Vec<String>, CopyError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory).map_err(at(directory))? {
        let entry = entry.map_err(at(directory))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    Ok(names)
}

/// The files below a directory, relative to it.
fn files_below(root: &Path) -> Result<Vec<String>, CopyError> {
    Ok(walk(root)?.files)
}

/// A directory and those below it, the deepest first.
fn directories_below(root: &Path) -> Result<Vec<PathBuf>, CopyError> {
    let mut directories = walk(root)?.directories;
    directories.reverse();
    Ok(directories)
}

struct Below {
    files: Vec<String>,
    directories: Vec<PathBuf>,
}

fn walk(root: &Path) -> Result<Below, CopyError> {
    let mut below = Below { files: Vec::new(), directories: Vec::new() };
    let mut waiting = vec![(String::new(), 0)];
    while let Some((directory, depth)) = waiting.pop() {
        let path = root.join(&directory);
        below.directories.push(path.clone());
        for entry in fs::read_dir(&path).map_err(at(&path))? {
            let entry = entry.map_err(at(&path))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let name = if directory.is_empty() { name } else { format!("{directory}/{name}") };
            match entry.file_type().map_err(at(&path))?.is_dir() {
                true if depth < MAX_DEPTH => waiting.push((name, depth + 1)),
                true => {}
                false => below.files.push(name),
            }
        }
    }
    Ok(below)
}

fn remove(path: &Path) -> Result<(), CopyError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(at(path)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn sync_directory(path: &Path) -> Result<(), CopyError> {
    File::open(path).and_then(|directory| directory.sync_all()).map_err(at(path))
}
