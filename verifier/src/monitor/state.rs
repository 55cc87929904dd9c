//! The files that keep what a monitor knows. FORMAT.md section 23.
//!
//! `commitments` only grows, `state` is replaced; the second names how much of the first counts, and
//! its hash. So a crash leaves the old state or the new one. What is lost or altered is refused and
//! never silently begun anew: a monitor that forgets can be shown another history.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufReader, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use ledger::{
    certificate::LogGeneration,
    checkpoint::{CheckpointError, CheckpointPolicy, SignedCheckpoint, VerifiedCheckpoint},
    digest::Commitment,
    note::MAX_NOTE_LEN,
    position::TreeSize,
    replay::{Follower, SavedReplay},
    trust::Trust,
};

use super::{
    Evidence,
    state_file::{
        CHAIN_START, MAX_STATE_LEN, RECORD_LEN, Records, RecordsError, Saved, StateFile, chained,
        short, written,
    },
};
use crate::keys::{
    lock::{KeyLock, LockError},
    new_file::{Access, FileError, create, sync_parent},
    replaced::{OsDisk, replace},
};

const STATE: &str = "state";
const COMMITMENTS: &str = "commitments";
/// How the names of checkpoints begin that are still to be compared.
const SUSPECT: &str = "to-compare-";
/// The most of them that are kept.
///
/// Security: a log that shows a new history each time fills no disk.
const MAX_SUSPECTS: usize = 64;
/// Why there is no state to go on with.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The operating system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another monitor is at work with it.
    #[error("{0}")]
    Lock(#[from] LockError),
    /// A file was not made.
    #[error("{0}")]
    File(#[from] FileError),
    /// There are files of a monitor, but no state.
    #[error("{path} is missing, though this directory was used before")]
    Lost {
        /// The missing file.
        path: PathBuf,
    },
    /// It is not what was written.
    #[error("{path} was altered or cut short: {detail}")]
    Altered {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// It is of a log that the trust file does not name.
    #[error("it is of log generation {generation}, which the trust file does not name so")]
    OtherLog {
        /// The generation.
        generation: u8,
    },
}

/// A monitor's directory, for one process.
#[derive(Debug)]
pub(super) struct StateDir {
    root: PathBuf,
    /// The replay that was saved last.
    saved: Option<Saved>,
    _lock: KeyLock,
}

/// What was known when it was saved last.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) generation: LogGeneration,
    /// The newest checkpoint seen.
    pub(super) seen: SignedCheckpoint,
    /// The same, if it has the quorum that the trust file asks for today.
    pub(super) verified: Option<VerifiedCheckpoint>,
    pub(super) follower: Follower,
}

impl StateDir {
    /// Opens or makes the directory, and reads what is known; nothing the first time.
    pub(super) fn open(root: &Path, trust: &Trust) -> Result<(Self, Option<Known>), StateError> {
        fs::create_dir_all(root).map_err(at(root))?;
        let lock = KeyLock::take(&root.join(STATE))?;
        let mut state = Self { root: root.to_owned(), saved: None, _lock: lock };
        let path = root.join(STATE);
        match read(&path, MAX_STATE_LEN)? {
            Some(bytes) => {
                let known = state.known(&bytes, trust)?;
                Ok((state, Some(known)))
            }
            None if state.is_new()? => Ok((state, None)),
            None => Err(StateError::Lost { path }),
        }
    }

    /// Whether nothing but the lock, and a first state that was never finished, lies here.
    fn is_new(&self) -> Result<bool, StateError> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.root).map_err(at(&self.root))? {
            names.push(entry.map_err(at(&self.root))?.file_name());
        }
        Ok(names.iter().all(|name| name == "state.lock" || name == "state.new"))
    }

    fn known(&mut self, bytes: &[u8], trust: &Trust) -> Result<Known, StateError> {
        let path = self.root.join(STATE);
        let altered = |detail: String| StateError::Altered { path: path.clone(), detail };
        let file = StateFile::decode(bytes).map_err(|error| altered(error.to_string()))?;
        let generation = file.generation;
        let of_log = |policy: &&CheckpointPolicy| *policy.origin() == file.seen.unverified().origin;
        let policy = trust.log(generation).filter(of_log);
        let policy = policy.ok_or(StateError::OtherLog { generation: generation.get() })?;
        let verified = match file.seen.clone().verify(policy) {
            Ok(verified) => Some(verified),
            // The witnesses of today may not be those of its day.
            Err(CheckpointError::NoQuorum { .. }) => None,
            Err(error) => return Err(altered(error.to_string())),
        };
        let roots = trust.roots().to_vec();
        let follower = match &file.saved {
            None => Follower::empty(generation, roots),
            Some(saved) => {
                let replay = SavedReplay::decode(&saved.replay);
                let mut records = self.commitments(saved)?;
                let restored = replay
                    .and_then(|replay| Follower::restore(generation, roots, replay, &mut records));
                records.check(saved.chain).map_err(|error| self.of_commitments(error))?;
                restored.map_err(|error| altered(error.to_string()))?
            }
        };
        self.saved = file.saved;
        Ok(Known { generation, seen: file.seen, verified, follower })
    }

    /// The commitments that the state names; more than that is what a crash left.
    fn commitments(&self, saved: &Saved) -> Result<Records<BufReader<File>>, StateError> {
        let path = self.root.join(COMMITMENTS);
        let file = match File::open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(StateError::Lost { path });
            }
            file => file.map_err(at(&path))?,
        };
        let length = file.metadata().map_err(at(&path))?.len();
        if length < saved.commitments * RECORD_LEN as u64 {
            return Err(self.of_commitments(RecordsError::Short));
        }
        Ok(Records::new(BufReader::new(file), saved.commitments))
    }

    fn of_commitments(&self, error: RecordsError) -> StateError {
        let path = self.root.join(COMMITMENTS);
        match error {
            RecordsError::Io(source) => StateError::Io { path, source },
            error => StateError::Altered { path, detail: error.to_string() },
        }
    }

    /// Keeps the newest checkpoint seen, beside the replay that was saved last.
    ///
    /// Durable when it returns. A crash leaves what was saved before.
    pub(super) fn keep_seen(
        &self,
        generation: LogGeneration,
        seen: &SignedCheckpoint,
    ) -> Result<(), StateError> {
        let file = StateFile { generation, seen: seen.clone(), saved: self.saved.clone() };
        let path = self.root.join(STATE);
        replace(&mut OsDisk, &path, &file.encode()).map_err(at(&path))
    }

    /// Saves the replay, if it stands at a head; between two heads what was saved last stays.
    ///
    /// Durable when it returns. A crash leaves what was saved before.
    pub(super) fn save(
        &mut self,
        generation: LogGeneration,
        seen: &SignedCheckpoint,
        follower: &Follower,
    ) -> Result<(), StateError> {
        let Some(replay) = follower.saved() else { return Ok(()) };
        let (size, recorded, chain) = match &self.saved {
            Some(saved) => (saved.size, saved.commitments, saved.chain),
            None => (TreeSize::EMPTY, 0, CHAIN_START),
        };
        let new: Vec<_> = follower.commitments_from(size).iter().map(written).collect();
        self.append(recorded, &new).map_err(at(&self.root.join(COMMITMENTS)))?;
        self.saved = Some(Saved {
            size: replay.size(),
            replay: replay.encode(),
            commitments: recorded + new.len() as u64,
            chain: new.iter().fold(chain, chained),
        });
        self.keep_seen(generation, seen)
    }

    /// Adds commitments behind the recorded ones; what a crash left there is overwritten.
    fn append(&self, recorded: u64, new: &[[u8; RECORD_LEN]]) -> io::Result<()> {
        let path = self.root.join(COMMITMENTS);
        let start = recorded * RECORD_LEN as u64;
        let mut file = OpenOptions::new().create(true).write(true).truncate(false).open(&path)?;
        file.set_len(start)?;
        file.seek(SeekFrom::Start(start))?;
        file.write_all(new.as_flattened())?;
        file.sync_all()?;
        if start == 0 { sync_parent(&path) } else { Ok(()) }
    }

    /// Keeps a checkpoint that could not be compared with the one seen. Of very many only some are
    /// kept: one is enough to prove what there is to prove.
    pub(super) fn keep_suspect(&self, shown: &SignedCheckpoint) -> Result<(), StateError> {
        let bytes = shown.to_bytes();
        let size = shown.unverified().size;
        let path = self.root.join(format!("{SUSPECT}{size}-{}", short(&Commitment::to(&bytes))));
        if path.exists() || self.suspect_names()?.len() >= MAX_SUSPECTS {
            return Ok(());
        }
        replace(&mut OsDisk, &path, &bytes).map_err(at(&path))
    }

    /// The checkpoints that are kept for comparison.
    pub(super) fn suspects(&self) -> Result<Vec<(PathBuf, SignedCheckpoint)>, StateError> {
        let mut suspects = Vec::new();
        for path in self.suspect_names()? {
            let bytes = read(&path, MAX_NOTE_LEN)?.unwrap_or_default();
            let suspect = SignedCheckpoint::parse(&bytes).map_err(|error| StateError::Altered {
                path: path.clone(),
                detail: error.to_string(),
            })?;
            suspects.push((path, suspect));
        }
        Ok(suspects)
    }

    /// Forgets one that turned out to be of the same history.
    pub(super) fn drop_suspect(&self, path: &Path) -> Result<(), StateError> {
        fs::remove_file(path).map_err(at(path))
    }

    fn suspect_names(&self) -> Result<Vec<PathBuf>, StateError> {
        let mut paths = Vec::new();
        for entry in fs::read_dir(&self.root).map_err(at(&self.root))? {
            let name = entry.map_err(at(&self.root))?.file_name().to_string_lossy().into_owned();
            if name.starts_with(SUSPECT) && !name.ends_with(".new") {
                paths.push(self.root.join(name));
            }
        }
        paths.sort();
        Ok(paths)
    }

    /// The error of a state that the log's own checkpoints contradict.
    pub(super) fn altered(&self, detail: String) -> StateError {
        StateError::Altered { path: self.root.join(STATE), detail }
    }

    /// Keeps evidence in a file of its own, 0644, which is never written again. The same fault found
    /// again is in the same file.
    pub(super) fn keep(&self, evidence: &Evidence) -> Result<PathBuf, StateError> {
        let path = self.root.join(evidence.file_name());
        if path.exists() {
            return Ok(path);
        }
        // Whole or absent, also after a crash: written beside, then given its name.
        let beside = self.root.join("evidence.new");
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(at(&beside)(error)),
            Ok(()) | Err(_) => {}
        }
        create(&beside, evidence.to_text().as_bytes(), Access::Everybody)?;
        fs::rename(&beside, &path).and_then(|()| sync_parent(&path)).map_err(at(&path))?;
        Ok(path)
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> StateError + use<> {
    let path = path.to_owned();
    move |source| StateError::Io { path, source }
}

/// A file of at most `limit` bytes; none if there is none.
fn read(path: &Path, limit: usize) -> Result<Option<Vec<u8>>, StateError> {
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        file => file.map_err(at(path))?,
    };
    let mut bytes = Vec::new();
    file.take(limit as u64).read_to_end(&mut bytes).map_err(at(path))?;
    Ok(Some(bytes))
}
