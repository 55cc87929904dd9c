//! The log's one writer: how a batch becomes permanent, and what is made of a crash.
//!
//! A batch goes through [`LogWriter::commit`], [`LogWriter::publish`] and [`LogWriter::finish`]; the
//! caller collects cosignatures after the first, and judges and acknowledges after the second. At
//! each step of a batch's life this is durable, and a crash right after it leads to:
//!
//! | step | durable then | after a crash |
//! |---|---|---|
//! | (0) what will be stored is hashed again | nothing | nothing happened |
//! | (1) one staging file | the whole batch, unsigned | the staging file is dropped: nothing happened |
//! | (2) the signer's mark | size and root, beside the key | signed again, the lock swapped: the batch is committed |
//! | (2) `private/lock` | **the commit point** | the staging file is applied: the batch is committed |
//! | (3) all files in place | files and keys | the same; applying is idempotent |
//! | (5) `checkpoints/<size>`, `checkpoint` | the publication | the batch is pending: judged and acknowledged again |
//! | (8) the staging file is gone | | nothing is left to do |
//!
//! Only the right edge of the tree and the last, partial bundle are held in memory, whatever the
//! log's size.

mod append;
mod batch;
mod check;
mod error;
mod open;
mod plan;
mod private;
mod prune;
mod recover;
mod tiles;

use std::sync::Arc;

pub use self::{
    batch::{Batch, NewEntry, NewHead},
    error::{BatchRefused, CommitError, OpenError, PublishError, RehashError},
    open::{CLOCK_WAIT_MS, WitnessAnswer},
    private::{PrivateReadError, read_private, read_private_bundle},
    prune::{PruneError, StoredList, lists_to_drop},
    tiles::TileReadError,
};
use crate::{
    checkpoint::{CheckpointPolicy, CheckpointSigner, SignedCheckpoint},
    digest::RootHash,
    entry::StatusHead,
    merkle::TileEdge,
    position::{LeafIndex, PositionTooLarge, TreeSize},
    seal::KeyEncryptionKey,
    store::{KeepCheckpoint, StagingName, Store},
};

/// What a signer remembers of what it signed: the largest size, and its root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignerMark {
    /// The largest size that was signed, or is about to be.
    pub size: TreeSize,
    /// The root at that size.
    pub root: RootHash,
}

/// The log's key with its memory. Its [`CheckpointSigner::sign`] makes the mark durable before it
/// signs, and refuses a smaller size and another root at its mark.
pub trait MarkedSigner: CheckpointSigner {
    /// The mark as it is durable now; none before the first signature.
    fn mark(&self) -> Option<SignerMark>;
}

/// The only writer of a log.
pub struct LogWriter<K: MarkedSigner> {
    store: Arc<dyn Store>,
    signer: K,
    kek: Arc<KeyEncryptionKey>,
    policy: CheckpointPolicy,
    tip: Tip,
    pending: Option<PendingBatch>,
    stopped: bool,
}

/// The tree as it is committed, and what the next batch continues.
#[derive(Debug, Clone)]
struct Tip {
    edge: TileEdge,
    /// Bytes of the last bundle of entries, if it is partial; else empty.
    partial_entries: Vec<u8>,
    head: Option<StatusHead>,
    lock: Option<SignedCheckpoint>,
}

impl Tip {
    const fn empty() -> Self {
        Self { edge: TileEdge::empty(), partial_entries: Vec::new(), head: None, lock: None }
    }
}

/// A batch that is committed and not finished.
#[derive(Debug, Clone)]
pub struct PendingBatch {
    name: StagingName,
    first: LeafIndex,
    checkpoint: SignedCheckpoint,
    published: Option<SignedCheckpoint>,
    keep: KeepCheckpoint,
}

impl PendingBatch {
    /// The index of its first entry; its last is the status head, at the checkpoint's size minus 1.
    pub const fn first(&self) -> LeafIndex {
        self.first
    }

    /// The checkpoint that commits it, signed by the log and by nobody else yet.
    pub const fn checkpoint(&self) -> &SignedCheckpoint {
        &self.checkpoint
    }

    /// The checkpoint that published it, with its cosignatures, once there is one. After a crash it
    /// may be there, yet whether the batch was acknowledged is not known: judge it again.
    pub const fn published(&self) -> Option<&SignedCheckpoint> {
        self.published.as_ref()
    }

    /// Whether it is a batch of issuances.
    pub const fn keep(&self) -> KeepCheckpoint {
        self.keep
    }
}

impl<K: MarkedSigner> LogWriter<K> {
    /// How many entries are committed.
    pub const fn size(&self) -> TreeSize {
        self.tip.edge.size()
    }

    /// The index that the next entry gets.
    pub fn next_index(&self) -> Result<LeafIndex, PositionTooLarge> {
        self.size().next_index()
    }

    /// The last committed status head; none in an empty log.
    pub const fn last_head(&self) -> Option<&StatusHead> {
        self.tip.head.as_ref()
    }

    /// The last committed checkpoint, as the log alone signed it; none in an empty log.
    pub const fn committed(&self) -> Option<&SignedCheckpoint> {
        self.tip.lock.as_ref()
    }

    /// The batch that is committed and not finished. It must be published and finished before the
    /// next one is committed.
    pub const fn pending(&self) -> Option<&PendingBatch> {
        self.pending.as_ref()
    }

    /// The storage, to read from.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// The origin of the log.
    pub fn origin(&self) -> &str {
        self.policy.origin().as_str()
    }
}

#[cfg(test)]
mod test_kit;
#[cfg(test)]
mod tests;
