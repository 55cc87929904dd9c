//! The decision for one request, and what is durable before its answer.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use ledger::{
    cosignature::{CosignatureTime, NotAWitnessKey},
    note::{NoteError, SignatureLine, SignedNote, VerifierKey},
    position::TreeSize,
    reader::Fetch,
    witness::{AddCheckpoint, AddCheckpointError, Cosignable, WitnessRefusal},
};

use super::{
    ReplayFault, Replayer, StateError, Statement, WitnessKey, evidence,
    state::{Kept, path_of},
};
use crate::{
    clock::Clock,
    keys::{
        new_file::sync_parent,
        replaced::{Disk, OsDisk, replace},
    },
    monitor::{Evidence, Proof},
};

/// A witness with its key and its memory. Requests for different logs do not wait for each other;
/// those for one log are answered one after the other.
pub struct Witness<C, F> {
    key: Mutex<WitnessKey>,
    public: VerifierKey,
    directory: PathBuf,
    logs: BTreeMap<String, WatchedLog>,
    replayer: Option<Replayer<F>>,
    clock: C,
    disk: Mutex<Box<dyn Disk>>,
}

struct WatchedLog {
    keys: Vec<VerifierKey>,
    slot: Mutex<Slot>,
}

enum Slot {
    At(Option<Kept>),
    /// Writing the state failed: only the disk knows what it is.
    Unknown,
}

/// Why a witness cannot start.
#[derive(Debug, thiserror::Error)]
pub enum WitnessOpenError {
    /// Its state cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// The key states one thing, and the program was to do another.
    #[error("the key is for cosigning {}; a key states one thing only: make another key", match key {
        Statement::Append => "without replaying",
        Statement::Replayed => "after replaying every rule",
    })]
    OtherStatement {
        /// What the key's cosignatures state.
        key: Statement,
    },
    /// No log is named.
    #[error("no log is named")]
    NoLog,
    /// What was cosigned before is not a whole log.
    #[error("the checkpoint that was cosigned last: {0}")]
    Replay(String),
}

/// Why a request is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It is malformed: 400.
    #[error(transparent)]
    Malformed(#[from] AddCheckpointError),
    /// The rules of tlog-witness.
    #[error(transparent)]
    Rule(#[from] WitnessRefusal),
    /// The log breaks its own rules: 422. Its evidence is kept, unless there is enough of it.
    #[error("{what}")]
    Broken {
        /// What is wrong with the log.
        what: String,
        /// Where the evidence lies.
        evidence: Option<PathBuf>,
    },
    /// What the checkpoint commits to cannot be read now: 503.
    #[error("{0}")]
    Unread(String),
    /// The clock is behind the last cosignature: 503.
    #[error("the clock of this witness is behind its last cosignature of this log")]
    ClockBehind,
    /// The state could not be made durable, now or before: 500, until the witness starts again.
    #[error("the state of this witness could not be made durable")]
    NotDurable(#[source] Option<io::Error>),
    /// The cosigned note would be no note: 400.
    #[error(transparent)]
    NoRoom(#[from] NoteError),
    /// The witness's own key cannot cosign: 500.
    #[error(transparent)]
    Key(#[from] NotAWitnessKey),
}

impl<C: Clock, F: Fetch> Witness<C, F>
where
    F::Error: std::fmt::Display,
{
    /// A witness of the logs with these keys, whose memory lies in `directory`. With a `replayer` it
    /// witnesses the replayer's log alone, and replays it now up to what it cosigned before;
    /// `progress` is told how many entries are behind it.
    ///
    /// # Errors
    /// [`WitnessOpenError`]: above all where the state of a log is gone that the key cosigned.
    pub fn open(
        mut key: WitnessKey,
        directory: &Path,
        logs: Vec<VerifierKey>,
        replayer: Option<Replayer<F>>,
        clock: C,
        progress: &mut dyn FnMut(TreeSize),
    ) -> Result<Self, WitnessOpenError> {
        let statement = if replayer.is_some() { Statement::Replayed } else { Statement::Append };
        if key.statement() != statement {
            return Err(WitnessOpenError::OtherStatement { key: key.statement() });
        }
        if logs.is_empty() {
            return Err(WitnessOpenError::NoLog);
        }
        let mut disk = OsDisk;
        // Every log that was ever cosigned has a state, whether it is witnessed now or not.
        for (origin, cosigned) in key.logs() {
            let (path, origin) = (path_of(directory, origin), origin.to_owned());
            match Kept::read(directory, &origin, key.public())? {
                None => return Err(StateError::Lost { path, origin }.into()),
                Some(kept) if kept.tree.size < cosigned => {
                    let found = kept.tree.size;
                    return Err(StateError::Old { path, origin, cosigned, found }.into());
                }
                Some(_) => {}
            }
        }
        make_directory(directory)?;
        let mut watched: BTreeMap<String, WatchedLog> = BTreeMap::new();
        for log in logs {
            let origin = log.name().as_str().to_owned();
            if let Some(known) = watched.get_mut(&origin) {
                if !known.keys.contains(&log) {
                    known.keys.push(log);
                }
                continue;
            }
            let kept = Kept::read(directory, &origin, key.public())?;
            if let Some(kept) = &kept {
                // A crash may have come between the state and the list.
                let path = || directory.to_owned();
                key.note_log(&mut disk, &origin, kept.tree.size)
                    .map_err(|source| StateError::Io { path: path(), source })?;
            }
            if let (Some(replayer), Some(kept)) = (&replayer, &kept) {
                replayer
                    .replay(&kept.note, progress)
                    .map_err(|fault| WitnessOpenError::Replay(fault.to_string()))?;
            }
            let slot = Mutex::new(Slot::At(kept));
            watched.insert(origin, WatchedLog { keys: vec![log], slot });
        }
        Ok(Self {
            public: key.public().clone(),
            key: Mutex::new(key),
            directory: directory.to_owned(),
            logs: watched,
            replayer,
            clock,
            disk: Mutex::new(Box::new(disk)),
        })
    }

    /// The witness's public key.
    pub const fn public(&self) -> &VerifierKey {
        &self.public
    }

    /// Answers a request's body: the cosignature, durable.
    ///
    /// # Errors
    /// [`Refused`]; nothing changed then.
    pub fn add_checkpoint(&self, body: &[u8]) -> Result<SignatureLine, Refused> {
        let request = AddCheckpoint::parse(body)?;
        let origin = request.unverified().origin.as_str();
        let log = self.logs.get(origin).ok_or(WitnessRefusal::UnknownOrigin)?;
        let keys: Vec<&VerifierKey> = log.keys.iter().collect();
        // From here to the end of the request the log's memory belongs to it: what is compared is
        // what is replaced.
        let mut slot = locked(&log.slot);
        let Slot::At(kept) = &*slot else { return Err(Refused::NotDurable(None)) };
        let cosignable = match request.check(&keys, kept.as_ref().map(|kept| kept.tree)) {
            Ok(cosignable) => cosignable,
            Err(refusal) => {
                self.keep_fork(&request, &keys, &refusal, kept.as_ref());
                return Err(refusal.into());
            }
        };
        let time = CosignatureTime::at(self.clock.now());
        if let Some(kept) = kept {
            if time < kept.time {
                return Err(Refused::ClockBehind);
            }
            // The same answer again costs no write.
            let same = kept.tree == cosignable.tree() && kept.time == time;
            if let Some(line) = kept.line(&self.public).filter(|_| same) {
                return Ok(line);
            }
        }
        self.replay(log, &cosignable)?;
        let line = locked(&self.key).cosign(time, cosignable.note().unverified_text())?;
        let new = Kept::new(cosignable.note().clone(), cosignable.tree(), time, line.clone())?;
        *slot = Slot::Unknown;
        self.persist(origin, &new)?;
        *slot = Slot::At(Some(new));
        Ok(line)
    }

    /// The newest cosigned checkpoint of the log whose origin has this SHA-256, in hexadecimal.
    pub fn newest(&self, hash: &str) -> Option<SignedNote> {
        let (_, log) =
            self.logs.iter().find(|(origin, _)| super::state::origin_hash(origin) == hash)?;
        match &*locked(&log.slot) {
            Slot::At(kept) => kept.as_ref().map(|kept| kept.note.clone()),
            Slot::Unknown => None,
        }
    }

    /// First the state, then its size in the list beside the key: a crash in between loses nothing,
    /// since the answer was not given.
    fn persist(&self, origin: &str, new: &Kept) -> Result<(), Refused> {
        let mut disk = locked(&self.disk);
        let path = path_of(&self.directory, origin);
        replace(disk.as_mut(), &path, &new.note.to_bytes())
            .and_then(|()| locked(&self.key).note_log(disk.as_mut(), origin, new.tree.size))
            .map_err(|error| Refused::NotDurable(Some(error)))
    }

    fn replay(&self, log: &WatchedLog, cosignable: &Cosignable) -> Result<(), Refused> {
        let Some(replayer) = &self.replayer else { return Ok(()) };
        match replayer.replay(cosignable.note(), &mut |_| {}) {
            Ok(()) => Ok(()),
            Err(ReplayFault::Broken { what, entry }) => {
                let checkpoint = evidence::checkpoint(cosignable.note());
                let charge = what.clone();
                let proof = checkpoint.zip(entry);
                let proof =
                    proof.map(|(checkpoint, entry)| Proof::Entry { checkpoint, entry, charge });
                Err(Refused::Broken {
                    what,
                    evidence: proof.and_then(|proof| self.keep(log, proof)),
                })
            }
            Err(
                fault @ (ReplayFault::Unread(_)
                | ReplayFault::Smaller { .. }
                | ReplayFault::Form(_)
                | ReplayFault::Signature(_)),
            ) => Err(Refused::Unread(fault.to_string())),
        }
    }

    /// Two histories under the log's own signature are kept: they prove what it did. Nothing else of
    /// a refused request is.
    fn keep_fork(
        &self,
        request: &AddCheckpoint,
        keys: &[&VerifierKey],
        refusal: &WitnessRefusal,
        kept: Option<&Kept>,
    ) {
        let fork = kept.and_then(|kept| evidence::fork_in(request, refusal, kept, keys));
        let log = self.logs.get(&request.unverified().origin);
        if let (Some(fork), Some(log)) = (fork, log) {
            self.keep(log, Proof::Fork(fork));
        }
    }

    /// Where the evidence lies now. Whether it could be kept or not, the log is refused.
    fn keep(&self, log: &WatchedLog, proof: Proof) -> Option<PathBuf> {
        // With several keys, the one that signed; a witnessed log has at least one.
        let shown = match &proof {
            Proof::Fork(fork) => &fork.larger,
            Proof::Entry { checkpoint, .. } => checkpoint,
        };
        let signed = |key: &&VerifierKey| shown.note().only_by(&[key]).is_some();
        let log_key = log.keys.iter().find(signed)?.clone();
        let evidence = Evidence { log_key, found_at: self.clock.now(), proof };
        evidence::keep(&evidence, &mut **locked(&self.disk), &self.directory).ok().flatten()
    }
}

/// Makes the state directory where there is none; durable on return.
fn make_directory(directory: &Path) -> Result<(), StateError> {
    if directory.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(directory)
        .and_then(|()| sync_parent(directory))
        .map_err(|source| StateError::Io { path: directory.to_owned(), source })
}

/// A panic elsewhere leaves a slot as `Unknown`, or as it was.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
impl<C, F> Witness<C, F> {
    /// The same with storage that fails as a test scripts it.
    pub(super) fn set_disk(&self, disk: Box<dyn Disk>) {
        *locked(&self.disk) = disk;
    }
}
