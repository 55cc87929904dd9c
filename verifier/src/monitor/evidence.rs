//! What proves a fault of a log to somebody who trusts neither the log nor the monitor: signatures of
//! the log's key, and hashes that anybody computes again.

use ledger::{
    checkpoint::{CheckpointError, CheckpointPolicy, SignedCheckpoint, VerifiedCheckpoint},
    digest::{Commitment, NodeHash, RootHash},
    entry::MAX_ENTRY_LEN,
    evidence::ProvenEntry,
    merkle::{ConsistencyError, InclusionError, MAX_CONSISTENCY_PROOF_LEN, verify_consistency},
    note::{MAX_NOTE_LEN, VerifierKey},
    time::UnixMillis,
    trust::Trust,
};

use super::state_file::short;

/// The largest evidence file in bytes: two checkpoints with a hundred cosignatures each, an entry in
/// base64, a proof, and the words around them.
///
/// Security: bounds what is read from a stranger.
pub const MAX_EVIDENCE_LEN: usize =
    2 * MAX_NOTE_LEN + 2 * MAX_ENTRY_LEN + 64 * MAX_CONSISTENCY_PROOF_LEN + 16 * 1024;

/// What was found, and who is charged with it. Nothing is verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The log's key.
    pub log_key: VerifierKey,
    /// When the monitor found it, by its own clock.
    pub found_at: UnixMillis,
    /// What proves it.
    pub proof: Proof,
}

/// What proves a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// Two signed checkpoints that no one history has.
    Fork(Fork),
    /// A signed checkpoint, and an entry in its tree that may not stand there.
    Entry {
        /// The checkpoint.
        checkpoint: SignedCheckpoint,
        /// The entry with its inclusion proof.
        entry: ProvenEntry,
        /// The rule that it breaks, in words: one line.
        charge: String,
    },
}

/// Two signed checkpoints, the smaller one first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    /// The one with fewer entries.
    pub smaller: SignedCheckpoint,
    /// The one with more, or as many.
    pub larger: SignedCheckpoint,
    /// What ties the larger one to the size of the smaller; none at the same size, where the two
    /// roots are enough.
    pub link: Option<Link>,
}

/// The root that the larger tree has at the size of the smaller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// That root: another than the smaller checkpoint's.
    pub root: RootHash,
    /// The consistency proof from it to the larger root (RFC 6962 §2.1.2).
    pub proof: Vec<NodeHash>,
}

/// What evidence proves, once it was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proven {
    /// The log's key signed two histories.
    TwoHistories,
    /// The log's key signed a tree with that entry at that place. That it breaks the rule is seen by
    /// replaying the log up to it.
    EntryOnRecord,
}

/// Why evidence proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// The trust file names no log with this key.
    #[error("the trust file does not name the key {key}")]
    OtherLog {
        /// The key in the evidence.
        key: Box<VerifierKey>,
    },
    /// A checkpoint is not signed by that key.
    #[error("a checkpoint of it is not the log's: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The checkpoints do not contradict each other.
    #[error("the two checkpoints do not contradict each other")]
    NoContradiction,
    /// The consistency proof does not hold.
    #[error("the consistency proof does not hold: {0}")]
    Link(#[from] ConsistencyError),
    /// The inclusion proof does not hold.
    #[error("the entry is not in the checkpoint's tree: {0}")]
    Place(#[from] InclusionError),
}

impl Fork {
    /// The fork that two verified checkpoints make, in whatever order.
    pub fn of(one: &VerifiedCheckpoint, other: &VerifiedCheckpoint, link: Option<Link>) -> Self {
        let (smaller, larger) =
            if one.size() <= other.size() { (one, other) } else { (other, one) };
        Self { smaller: smaller.signed().clone(), larger: larger.signed().clone(), link }
    }

    fn verify(&self, policy: &CheckpointPolicy) -> Result<(), EvidenceError> {
        signed_by_log(&self.smaller, policy)?;
        signed_by_log(&self.larger, policy)?;
        let (smaller, larger) = (self.smaller.unverified(), self.larger.unverified());
        let contradiction = match &self.link {
            None => smaller.size == larger.size && smaller.root != larger.root,
            Some(link) => {
                let (old, new) = (smaller.size, larger.size);
                verify_consistency(old, link.root, new, larger.root, &link.proof)?;
                old < new && link.root != smaller.root
            }
        };
        if contradiction { Ok(()) } else { Err(EvidenceError::NoContradiction) }
    }
}

impl Evidence {
    /// The name of its file. The same proof has the same name, whenever it was found.
    pub fn file_name(&self) -> String {
        let found_at = UnixMillis::new(0).unwrap_or(self.found_at);
        let text = Self { found_at, ..self.clone() }.to_text();
        let hash = Commitment::to(text.as_bytes());
        let kind = match self.proof {
            Proof::Fork(_) => "split-view",
            Proof::Entry { .. } => "entry",
        };
        format!("evidence-{kind}-{}.txt", short(&hash))
    }

    /// Verifies everything that can be verified without the log.
    pub fn verify(&self, trust: &Trust) -> Result<Proven, EvidenceError> {
        let named = trust.logs().find(|(_, policy)| *policy.log_key() == self.log_key);
        let (_, policy) =
            named.ok_or_else(|| EvidenceError::OtherLog { key: Box::new(self.log_key.clone()) })?;
        match &self.proof {
            Proof::Fork(fork) => {
                fork.verify(policy)?;
                Ok(Proven::TwoHistories)
            }
            Proof::Entry { checkpoint, entry, charge: _ } => {
                signed_by_log(checkpoint, policy)?;
                let stated = checkpoint.unverified();
                entry.verify_place(stated.size, stated.root)?;
                Ok(Proven::EntryOnRecord)
            }
        }
    }
}

/// The log's own signature is what attributes a checkpoint to it, with or without witnesses.
fn signed_by_log(
    checkpoint: &SignedCheckpoint,
    policy: &CheckpointPolicy,
) -> Result<(), CheckpointError> {
    match checkpoint.clone().verify(policy) {
        Ok(_) | Err(CheckpointError::NoQuorum { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}
