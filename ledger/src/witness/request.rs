//! The body of `add-checkpoint`.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    checkpoint::{AnyCheckpoint, CheckpointTextError},
    digest::{DIGEST_LEN, NodeHash},
    note::{MAX_NOTE_LEN, NoteError, SignedNote},
    position::{PositionTooLarge, TreeSize},
};

/// The last part of the path, below a witness's submission prefix.
pub const ADD_CHECKPOINT: &str = "add-checkpoint";

/// The most lines of proof that the specification lets a log send.
const MAX_PROOF_LINES: usize = 63;
/// `old`, a space, up to 13 digits (2^40), a newline.
const MAX_OLD_LINE_LEN: usize = 18;
/// 32 bytes in base64, a newline.
const PROOF_LINE_LEN: usize = 45;

/// The longest request that is read, in bytes.
///
/// Security: a stranger's request costs no more memory than this. It is the sum of its longest parts.
pub const MAX_ADD_CHECKPOINT_LEN: usize =
    MAX_OLD_LINE_LEN + MAX_PROOF_LINES * PROOF_LINE_LEN + 1 + MAX_NOTE_LEN;

/// A checkpoint that a log asks a witness to cosign. Its form is right; nothing is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    pub(super) old: TreeSize,
    pub(super) proof: Vec<NodeHash>,
    pub(super) note: SignedNote,
    pub(super) checkpoint: AnyCheckpoint,
}

/// Why bytes are no such request: a witness answers 400.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddCheckpointError {
    /// Longer than [`MAX_ADD_CHECKPOINT_LEN`].
    #[error("a request of {len} bytes; at most {MAX_ADD_CHECKPOINT_LEN} are read")]
    TooLong {
        /// Bytes given.
        len: usize,
    },
    /// No empty line between the proof and the checkpoint.
    #[error("no empty line stands before the checkpoint")]
    NoEmptyLine,
    /// The first line is not `old` and a size.
    #[error("the first line is not `old`, a space and a decimal size without leading zeros")]
    OldSize,
    /// A line of the proof is no hash.
    #[error("line {line} is no hash in base64")]
    Hash {
        /// Its number among the lines of the request, from one.
        line: usize,
    },
    /// More than 63 lines of proof.
    #[error("a proof of more than {MAX_PROOF_LINES} lines")]
    TooManyHashes,
    /// A size that no tree of this implementation has.
    #[error(transparent)]
    Position(#[from] PositionTooLarge),
    /// The checkpoint is no signed note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The note is no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointTextError),
}

impl AddCheckpoint {
    /// A request to cosign `note` for a witness that last cosigned a tree of `old` entries, with the
    /// consistency proof from there; without one where `old` is 0.
    pub fn new(
        old: TreeSize,
        proof: Vec<NodeHash>,
        note: SignedNote,
    ) -> Result<Self, AddCheckpointError> {
        if proof.len() > MAX_PROOF_LINES {
            return Err(AddCheckpointError::TooManyHashes);
        }
        let checkpoint = AnyCheckpoint::parse(note.unverified_text())?;
        Ok(Self { old, proof, note, checkpoint })
    }

    /// Reads a request's body.
    pub fn parse(bytes: &[u8]) -> Result<Self, AddCheckpointError> {
        if bytes.len() > MAX_ADD_CHECKPOINT_LEN {
            return Err(AddCheckpointError::TooLong { len: bytes.len() });
        }
        // The first empty line ends the proof: neither the size nor a hash is empty.
        let empty = bytes.windows(2).position(|pair| pair == b"\n\n");
        let empty = empty.ok_or(AddCheckpointError::NoEmptyLine)?;
        let (head, note) = bytes.split_at(empty);
        let note = note.get(2..).unwrap_or_default();
        let head = std::str::from_utf8(head).map_err(|_not_text| AddCheckpointError::OldSize)?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old "));
        let old = old.ok_or(AddCheckpointError::OldSize)?;
        let number: u64 = old.parse().map_err(|_no_number| AddCheckpointError::OldSize)?;
        if number.to_string() != old {
            return Err(AddCheckpointError::OldSize);
        }
        let mut proof = Vec::new();
        for (line, number) in lines.zip(2..) {
            if proof.len() == MAX_PROOF_LINES {
                return Err(AddCheckpointError::TooManyHashes);
            }
            proof.push(hash(line).ok_or(AddCheckpointError::Hash { line: number })?);
        }
        Self::new(TreeSize::new(number)?, proof, SignedNote::parse(note)?)
    }

    /// The body that [`AddCheckpoint::parse`] reads.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut head = format!("old {}\n", self.old);
        for hash in &self.proof {
            head.push_str(&STANDARD.encode(hash.as_bytes()));
            head.push('\n');
        }
        head.push('\n');
        [head.into_bytes(), self.note.to_bytes()].concat()
    }

    /// The size from which it goes on.
    pub const fn old(&self) -> TreeSize {
        self.old
    }

    /// The consistency proof from there, not verified yet.
    pub fn proof(&self) -> &[NodeHash] {
        &self.proof
    }

    /// What the checkpoint claims.
    pub const fn unverified(&self) -> &AnyCheckpoint {
        &self.checkpoint
    }

    /// The checkpoint with its signatures.
    pub const fn note(&self) -> &SignedNote {
        &self.note
    }
}

/// The standard engine refuses what is not canonical.
fn hash(text: &str) -> Option<NodeHash> {
    let bytes: [u8; DIGEST_LEN] = STANDARD.decode(text).ok()?.try_into().ok()?;
    Some(NodeHash::from_bytes(bytes))
}
