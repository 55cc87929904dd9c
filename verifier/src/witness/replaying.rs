//! Replaying a title ledger before cosigning it: every entry is read and every rule applied, so that
//! a cosignature says more than that the log only grew.

use std::sync::{Mutex, PoisonError};

use ledger::{
    certificate::LogGeneration,
    checkpoint::{
        CheckpointError, CheckpointParseError, CheckpointPolicy, PolicyError, Quorum,
        SignedCheckpoint,
    },
    evidence::ProvenEntry,
    note::SignedNote,
    position::{LeafIndex, TreeSize},
    reader::{Fetch, LogReader, ReadError},
    replay::{FollowError, Follower},
    trust::Trust,
};

/// The log, replayed as far as it was asked for.
#[derive(Debug)]
pub struct Replayer<F> {
    /// The log's key alone: the other witnesses' cosignatures are collected at the same time.
    log_alone: CheckpointPolicy,
    source: F,
    follower: Mutex<Follower>,
}

/// Why a checkpoint was not found whole.
#[derive(Debug, thiserror::Error)]
pub enum ReplayFault<E> {
    /// The log is broken: it committed to something that no log may have.
    #[error("{what}")]
    Broken {
        /// What is wrong, in a sentence.
        what: String,
        /// The entry at fault, in the checkpoint's tree, if it is one.
        entry: Option<ProvenEntry>,
    },
    /// What the checkpoint commits to could not be read. Nothing is known of it.
    #[error("the log could not be read: {0}")]
    Unread(ReadError<E>),
    /// A tree smaller than was replayed: nothing is signed for a log that goes back.
    #[error("{replayed} entries were replayed before; the checkpoint has {size}")]
    Smaller {
        /// How many were replayed.
        replayed: TreeSize,
        /// The checkpoint's size.
        size: TreeSize,
    },
    /// No checkpoint of a title ledger: those have no extension lines.
    #[error(transparent)]
    Form(#[from] CheckpointParseError),
    /// The log's signature fails.
    #[error(transparent)]
    Signature(#[from] CheckpointError),
}

impl<F: Fetch> Replayer<F> {
    /// The log of `policy` by its files at `source`, of which nothing was read yet.
    ///
    /// # Errors
    /// [`PolicyError`] never for a policy of a trust file.
    pub fn new(
        trust: &Trust,
        generation: LogGeneration,
        policy: &CheckpointPolicy,
        source: F,
    ) -> Result<Self, PolicyError> {
        let log_alone = CheckpointPolicy::new(policy.log_key().clone(), Quorum::none())?;
        let follower = Follower::empty(generation, trust.roots().to_vec());
        Ok(Self { log_alone, source, follower: Mutex::new(follower) })
    }

    /// Replays the log up to a checkpoint that it signed. `progress` is told how many entries are
    /// behind it.
    ///
    /// # Errors
    /// [`ReplayFault`].
    pub fn replay(
        &self,
        note: &SignedNote,
        progress: &mut dyn FnMut(TreeSize),
    ) -> Result<(), ReplayFault<F::Error>> {
        let checkpoint = SignedCheckpoint::parse(&note.to_bytes())?.verify(&self.log_alone)?;
        let reader = LogReader::open(&self.source, checkpoint).map_err(ReplayFault::Unread)?;
        let mut follower = self.follower.lock().unwrap_or_else(PoisonError::into_inner);
        let (replayed, size) = (follower.size(), reader.size());
        if size < replayed {
            return Err(ReplayFault::Smaller { replayed, size });
        }
        follower.advance(&reader, progress).map_err(|error| match error {
            FollowError::Read(error @ ReadError::NotAnExtension { .. }) => {
                ReplayFault::Broken { what: error.to_string(), entry: None }
            }
            FollowError::Read(error) => ReplayFault::Unread(error),
            FollowError::Broken(broken) => {
                let entry = broken.index().and_then(|index| proven(&reader, index));
                ReplayFault::Broken { what: broken.to_string(), entry }
            }
            error @ FollowError::NoHead { .. } => {
                let entry = size.last_index().and_then(|last| proven(&reader, last));
                ReplayFault::Broken { what: error.to_string(), entry }
            }
            // A head with a false root was found above. The list's file has no signature of its own.
            error @ FollowError::List { .. } => {
                let what = format!("{error}. Whoever stores the log may have put it there");
                ReplayFault::Broken { what, entry: None }
            }
        })
    }
}

/// An entry with the proof of its place; none where it cannot be read again.
fn proven<F: Fetch>(reader: &LogReader<F>, index: LeafIndex) -> Option<ProvenEntry> {
    let path = reader.prove_inclusion(index).ok()?.hashes().to_vec();
    Some(ProvenEntry { index, bytes: reader.entry(index).ok()?, path })
}
