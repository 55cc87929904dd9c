//! What can go wrong between a submission and its acknowledgement.

use ledger::{
    checkpoint::CheckpointError,
    log::{CommitError, PrivateReadError, PruneError, PublishError},
    position::{LeafIndex, PositionTooLarge},
    reader::ReadError,
    rules::{Rule, RuleError},
    status::ListError,
    store::StoreError,
    time::UnixMillis,
};
use verifier::verdict::Outcome;

use crate::{
    random::RandomError,
    registry::RegistryError,
    signing::LogSignerError,
    witnesses::{NoQuorum, WitnessesError},
};

/// Why a submission was not appended.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// It breaks a rule; nothing was appended.
    #[error(transparent)]
    Rule(#[from] RuleError<RegistryError>),
    /// The clock is behind the last head; nothing was appended.
    #[error("the clock says {now}, but the last status head is of {last}: set the clock right")]
    ClockBehind {
        /// This machine's time.
        now: UnixMillis,
        /// The last head's.
        last: UnixMillis,
    },
    /// No random bytes; nothing was appended.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The log is full.
    #[error(transparent)]
    Full(#[from] PositionTooLarge),
    /// The writer refused it, or stopped.
    #[error(transparent)]
    Commit(Box<CommitError<LogSignerError>>),
    /// The batch is committed, and something failed after that: the sequencer has stopped.
    #[error("committed, not acknowledged, and stopped: {0}; start again to carry on")]
    AfterCommit(#[from] SequencerError),
    /// The batch is committed, and too few witnesses cosigned it: it is not published, and not
    /// acknowledged. Their cosignatures are collected again with the next submission or heartbeat,
    /// and when the directory is opened.
    #[error(
        "committed, not published and not acknowledged: {0}; it is tried again with the next submission or heartbeat"
    )]
    Unpublished(NoQuorum),
    /// Nothing was appended: an earlier batch still waits for its cosignatures.
    #[error("nothing was appended, an earlier batch is still not published: {0}")]
    EarlierUnpublished(NoQuorum),
    /// An earlier failure stopped the sequencer.
    #[error("the sequencer has stopped after an earlier failure; start again to recover")]
    Stopped,
}

/// Why the sequencer cannot open, or has stopped.
#[derive(Debug, thiserror::Error)]
pub enum SequencerError {
    /// The trust file does not name this log.
    #[error("the trust file names no log of generation {generation}")]
    UnknownLog {
        /// The generation.
        generation: u8,
    },
    /// No batch is pending where one must be.
    #[error("no batch is pending")]
    NothingPending,
    /// The committed checkpoint does not verify, or lacks the quorum.
    #[error("committed, but not published: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// Too few witnesses cosigned a committed batch.
    #[error("committed, not published: {0}; start again when the witnesses can be reached")]
    NoQuorum(#[from] NoQuorum),
    /// The witnesses could not be asked.
    #[error(transparent)]
    Witnesses(#[from] Box<WitnessesError>),
    /// Publishing failed.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// Old exceptions lists could not be dropped.
    #[error(transparent)]
    Prune(#[from] PruneError),
    /// The log could not be read back.
    #[error(transparent)]
    Read(#[from] ReadError<StoreError>),
    /// A private record could not be read back.
    #[error(transparent)]
    Private(#[from] PrivateReadError),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The registry failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The registry is of another log, or of another history of this one.
    #[error(
        "the registry does not belong to this log at size {size}: run `issuer registry rebuild`"
    )]
    RegistryDiffers {
        /// How far the registry says that it is.
        size: u64,
    },
    /// The list of exceptions that the last head names is missing.
    #[error("log/status/{head} is missing, though the last status head names it")]
    ListMissing {
        /// The head that names it.
        head: LeafIndex,
    },
    /// The list of exceptions is damaged.
    #[error(transparent)]
    List(#[from] ListError),
    /// The log's last state is not what its head says.
    #[error("the log's state is not what its last head says: {0}")]
    State(Rule),
    /// The last entry is no status head.
    #[error("entry {index} should be a status head")]
    NoHead {
        /// Its index.
        index: LeafIndex,
    },
    /// What was issued is not valid by the stranger's code.
    #[error("the certificate at index {index} was judged {} ({}) right after it was issued", .outcome.name(), .reason)]
    JudgedOtherwise {
        /// Where it stands.
        index: LeafIndex,
        /// The verdict.
        outcome: Outcome,
        /// The reason's code.
        reason: &'static str,
    },
    /// What was just published cannot be read as a stranger reads it.
    #[error("what was just published cannot be read back: run `ledger audit`")]
    Unreadable,
    /// A private record is not what an issuance has.
    #[error("the private record at index {index} is malformed")]
    RecordMalformed {
        /// Where.
        index: LeafIndex,
    },
    /// A position that no log has.
    #[error(transparent)]
    Position(#[from] PositionTooLarge),
}

/// Whether a failed commit leaves the writer stopped.
pub(super) const fn stops(error: &CommitError<LogSignerError>) -> bool {
    match error {
        CommitError::Refused(_) | CommitError::NotStaged(_) => false,
        CommitError::Rehash(_)
        | CommitError::Store(_)
        | CommitError::Sign(_)
        | CommitError::Stopped => true,
    }
}
