//! Checkpoints (C2SP tlog-checkpoint): origin, size and root of a log, signed by the log and
//! cosigned by witnesses. `SignedCheckpoint` is a stranger's claim; `VerifiedCheckpoint` can only be
//! made by [`SignedCheckpoint::verify`], and everything this project answers hangs on one.

mod any;
mod policy;
mod quorum;
mod strict;

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    cosignature::CosignatureTime,
    digest::{DIGEST_LEN, RootHash},
    note::{
        InvalidKeyName, KeyName, NoteError, NoteText, NoteVerifyError, SignatureLine, SignedNote,
        VerifiedSignature, VerifierKey,
    },
    position::{PositionTooLarge, TreeSize},
    time::UnixMillis,
};
pub use any::AnyCheckpoint;
pub use policy::{CheckpointPolicy, PolicyError};
pub use quorum::{Quorum, QuorumRule, QuorumState};
pub use strict::StrictError;

/// The identity of a log, by custom a URL without its scheme: the first line of its checkpoints and
/// the name of its key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(KeyName);

impl Origin {
    /// An origin of the form that key names have.
    pub fn new(origin: &str) -> Result<Self, InvalidKeyName> {
        KeyName::new(origin).map(Self)
    }

    /// The origin as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The name that the log's key has.
    pub fn key_name(&self) -> &KeyName {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a checkpoint says. Extension lines are refused: no replay of the log can check them, so a log
/// of ours never has any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: Origin,
    /// How many entries the tree has.
    pub size: TreeSize,
    /// The tree's root.
    pub root: RootHash,
}

/// Why a note's text is no checkpoint of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointTextError {
    /// Not exactly three lines.
    #[error("a checkpoint has three lines, not {lines}: extension lines are not allowed here")]
    LineCount {
        /// How many lines there are.
        lines: usize,
    },
    /// The first line is no origin.
    #[error("the checkpoint's origin: {0}")]
    Origin(#[from] InvalidKeyName),
    /// The second line is no decimal number without leading zeros.
    #[error("the checkpoint's size is no decimal number without leading zeros")]
    Size,
    /// A size beyond the largest tree.
    #[error(transparent)]
    SizeTooLarge(#[from] PositionTooLarge),
    /// The third line is not canonical base64.
    #[error("the checkpoint's root is not canonical base64")]
    RootBase64(#[from] base64::DecodeError),
    /// The root is not 32 bytes.
    #[error("the checkpoint's root has {len} bytes instead of {DIGEST_LEN}")]
    RootLength {
        /// How many bytes.
        len: usize,
    },
    /// The tree is empty, but the root is not that of the empty tree.
    #[error("the checkpoint of the empty tree has root {root}")]
    EmptyTreeRoot {
        /// The root as stated.
        root: RootHash,
    },
}

impl Checkpoint {
    /// Reads a note's text in the one form that is allowed.
    pub fn parse(text: &NoteText) -> Result<Self, CheckpointTextError> {
        let lines: Vec<_> = text.as_str().split_terminator('\n').collect();
        let &[origin, size, root] = lines.as_slice() else {
            return Err(CheckpointTextError::LineCount { lines: lines.len() });
        };
        let origin = Origin::new(origin)?;
        let (size, root) = (parse_size(size)?, parse_root(root)?);
        if size.is_empty() && root != RootHash::empty() {
            return Err(CheckpointTextError::EmptyTreeRoot { root });
        }
        Ok(Self { origin, size, root })
    }

    /// The text that is signed.
    pub fn to_text(&self) -> NoteText {
        NoteText::of_checkpoint(self)
    }

    /// Has the log's key sign this checkpoint, and verifies what it returns.
    pub fn sign<S: CheckpointSigner>(
        self,
        signer: &mut S,
    ) -> Result<SignedCheckpoint, SignCheckpointError<S::Error>> {
        let text = self.to_text();
        let signature = signer.sign(&self).map_err(SignCheckpointError::Signer)?;
        let note = SignedNote::new(text, SignatureLine::new(signer.key(), signature.to_vec()));
        note.verify(&[signer.key()])?;
        Ok(SignedCheckpoint { note, checkpoint: self })
    }
}

fn parse_size(line: &str) -> Result<TreeSize, CheckpointTextError> {
    let number: u64 = line.parse().map_err(|_not_a_number| CheckpointTextError::Size)?;
    if number.to_string() != line {
        return Err(CheckpointTextError::Size);
    }
    Ok(TreeSize::new(number)?)
}

fn parse_root(line: &str) -> Result<RootHash, CheckpointTextError> {
    let bytes = STANDARD.decode(line)?;
    let root = bytes.as_slice().try_into().map(RootHash::from_bytes);
    root.map_err(|_not_a_digest| CheckpointTextError::RootLength { len: bytes.len() })
}

/// Whoever holds the log's key. It may refuse: it remembers what it signed before.
pub trait CheckpointSigner {
    /// Why it did not sign.
    type Error;

    /// The log's public key.
    fn key(&self) -> &VerifierKey;

    /// The Ed25519 signature over [`Checkpoint::to_text`]. Before it signs, it makes (size, root)
    /// durable beside its key, and refuses a smaller size or another root than it signed before.
    fn sign(&mut self, checkpoint: &Checkpoint) -> Result<[u8; 64], Self::Error>;
}

/// Why a checkpoint was not signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignCheckpointError<E> {
    /// The signer refused or failed.
    #[error("the log's key did not sign the checkpoint")]
    Signer(#[source] E),
    /// What the signer returned does not verify.
    #[error("the signature just made does not verify")]
    Unverified(#[from] NoteVerifyError),
}

/// A checkpoint with its signature lines. Only its form was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    note: SignedNote,
    checkpoint: Checkpoint,
}

/// Why bytes are no signed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointParseError {
    /// No signed note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The note is no checkpoint.
    #[error(transparent)]
    Text(#[from] CheckpointTextError),
}

/// Why a checkpoint is not to be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// A checkpoint of another log.
    #[error("a checkpoint of {actual}, not of {expected}")]
    WrongOrigin {
        /// The log that was asked for.
        expected: Origin,
        /// The log that the checkpoint is of.
        actual: Origin,
    },
    /// A signature fails, or none is by a known key.
    #[error(transparent)]
    Signature(#[from] NoteVerifyError),
    /// Witnesses signed, but not the log.
    #[error("the checkpoint is not signed by the log's key")]
    NotSignedByLog,
    /// Too few witnesses cosigned, or not those that the policy asks for.
    #[error(
        "{valid} of the known witnesses cosigned the checkpoint, which is no quorum: at least {needed} are needed"
    )]
    NoQuorum {
        /// The fewest that can be enough.
        needed: usize,
        /// How many valid cosignatures there are.
        valid: usize,
    },
}

impl SignedCheckpoint {
    /// Reads a signed note that is a checkpoint.
    pub fn parse(bytes: &[u8]) -> Result<Self, CheckpointParseError> {
        let note = SignedNote::parse(bytes)?;
        let checkpoint = Checkpoint::parse(note.unverified_text())?;
        Ok(Self { note, checkpoint })
    }

    /// What the checkpoint claims.
    pub fn unverified(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note with all its signature lines.
    pub fn note(&self) -> &SignedNote {
        &self.note
    }

    /// The checkpoint with one more signature line, such as a cosignature.
    pub fn with_signature(self, line: SignatureLine) -> Result<Self, NoteError> {
        Ok(Self { note: self.note.with_signature(line)?, checkpoint: self.checkpoint })
    }

    /// The note's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.note.to_bytes()
    }

    /// Verifies origin, the log's signature and the quorum of witnesses. A signature that names a
    /// known key and fails makes the whole checkpoint fail; those of unknown keys are ignored.
    pub fn verify(self, policy: &CheckpointPolicy) -> Result<VerifiedCheckpoint, CheckpointError> {
        if self.checkpoint.origin != *policy.origin() {
            let (expected, actual) = (policy.origin().clone(), self.checkpoint.origin);
            return Err(CheckpointError::WrongOrigin { expected, actual });
        }
        let mut signed_by_log = false;
        let mut cosignatures = Vec::new();
        for signature in self.note.verify(&policy.keys())? {
            match signature {
                // Of the policy's keys, only the log's is of this kind.
                VerifiedSignature::Plain { key: _ } => signed_by_log = true,
                VerifiedSignature::Cosignature { key, time } => {
                    cosignatures.push(VerifiedCosignature { witness: key.name().clone(), time });
                }
            }
        }
        if !signed_by_log {
            return Err(CheckpointError::NotSignedByLog);
        }
        let quorum = policy.quorum();
        let quorum_time = match quorum.state(cosignatures.iter().map(|c| (&c.witness, c.time))) {
            QuorumState::NotAsked => None,
            QuorumState::MetSince(time) => Some(time.instant()),
            QuorumState::NotMet => {
                let (needed, valid) = (quorum.needed(), cosignatures.len());
                return Err(CheckpointError::NoQuorum { needed, valid });
            }
        };
        cosignatures.sort_by_key(|cosignature| std::cmp::Reverse(cosignature.time));
        Ok(VerifiedCheckpoint { signed: self, cosignatures, quorum_time })
    }
}

/// A checkpoint that the log signed and a quorum of witnesses cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedCheckpoint {
    signed: SignedCheckpoint,
    cosignatures: Vec<VerifiedCosignature>,
    quorum_time: Option<UnixMillis>,
}

/// A cosignature that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedCosignature {
    /// The witness's name.
    pub witness: KeyName,
    /// When the witness says it signed.
    pub time: CosignatureTime,
}

impl VerifiedCheckpoint {
    /// Which log.
    pub fn origin(&self) -> &Origin {
        &self.signed.checkpoint.origin
    }

    /// How many entries the tree has.
    pub fn size(&self) -> TreeSize {
        self.signed.checkpoint.size
    }

    /// The tree's root.
    pub fn root(&self) -> RootHash {
        self.signed.checkpoint.root
    }

    /// The valid cosignatures of known witnesses, newest first.
    pub fn cosignatures(&self) -> &[VerifiedCosignature] {
        &self.cosignatures
    }

    /// The newest time such that the cosignatures since then meet the quorum; with k of n, the time
    /// of the k-th newest. None where the policy asks for no witness.
    pub fn quorum_time(&self) -> Option<UnixMillis> {
        self.quorum_time
    }

    /// The checkpoint as it was signed, to be kept or handed on.
    pub fn signed(&self) -> &SignedCheckpoint {
        &self.signed
    }
}

#[cfg(test)]
mod tests;
