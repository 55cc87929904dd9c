//! The rules by which a witness cosigns, in the order of the specification.

use super::AddCheckpoint;
use crate::{
    digest::RootHash,
    merkle::{ConsistencyError, verify_consistency},
    note::{NoteVerifyError, SignedNote, VerifierKey},
    position::TreeSize,
};

/// The newest tree of a log that a witness cosigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastCosigned {
    /// Its size.
    pub size: TreeSize,
    /// Its root.
    pub root: RootHash,
}

/// A checkpoint that a witness may cosign: the log signed it, and it extends what the witness
/// cosigned before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignable {
    note: SignedNote,
    tree: LastCosigned,
}

/// Why a witness does not cosign. Its text is for the log's operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WitnessRefusal {
    /// No key of this log is known: 404.
    #[error("this witness does not know the log")]
    UnknownOrigin,
    /// No signature by a known key of the log, or one that fails: 403.
    #[error("{0}")]
    NotSigned(#[from] NoteVerifyError),
    /// The old tree is the larger one: 400.
    #[error("the old size {old} is greater than the checkpoint's size {size}")]
    OldSizeLarger {
        /// The old size.
        old: TreeSize,
        /// The checkpoint's.
        size: TreeSize,
    },
    /// The witness cosigned a tree of another size than the request starts from: 409, with its size.
    #[error("this witness last cosigned a tree of {known} entries, not of {old}")]
    OtherSize {
        /// The old size of the request.
        old: TreeSize,
        /// The size last cosigned; 0 if there is none.
        known: TreeSize,
    },
    /// A tree without entries has another root than the empty tree's: 422.
    #[error("the tree has no entries, but its root is {root}")]
    EmptyTreeRoot {
        /// The root.
        root: RootHash,
    },
    /// A proof from the empty tree, which proves nothing: 422.
    #[error("from the old size 0 no proof is to be sent")]
    ProofFromEmpty,
    /// Two roots of one size, both signed by the log: 422. This proves that it shows two histories.
    #[error("the log signed two trees of {size} entries: {known} before, {shown} now")]
    TwoRoots {
        /// The size.
        size: TreeSize,
        /// The root that was cosigned.
        known: RootHash,
        /// The root of the request.
        shown: RootHash,
    },
    /// The proof does not hold: 422.
    #[error("{0}")]
    Inconsistent(#[from] ConsistencyError),
}

impl AddCheckpoint {
    /// Applies the witness's rules. `keys` are those that it trusts for the checkpoint's origin,
    /// `last` is what it cosigned last for that origin.
    pub fn check(
        &self,
        keys: &[&VerifierKey],
        last: Option<LastCosigned>,
    ) -> Result<Cosignable, WitnessRefusal> {
        if keys.is_empty() {
            return Err(WitnessRefusal::UnknownOrigin);
        }
        let signatures = self.note.signatures().len();
        let unsigned = NoteVerifyError::NoKnownSignature { signatures };
        self.note.verify(keys)?;
        let note = self.note.only_by(keys).ok_or(unsigned)?;
        let (old, size, root) = (self.old, self.checkpoint.size, self.checkpoint.root);
        if old > size {
            return Err(WitnessRefusal::OldSizeLarger { old, size });
        }
        let known = last.map_or(TreeSize::EMPTY, |last| last.size);
        if old != known {
            return Err(WitnessRefusal::OtherSize { old, known });
        }
        if size.is_empty() && root != RootHash::empty() {
            return Err(WitnessRefusal::EmptyTreeRoot { root });
        }
        let tree = LastCosigned { size, root };
        match last.filter(|last| !last.size.is_empty()) {
            None if self.proof.is_empty() => {}
            None => return Err(WitnessRefusal::ProofFromEmpty),
            Some(LastCosigned { size: known_size, root: known }) => {
                if known_size == size && known != root {
                    return Err(WitnessRefusal::TwoRoots { size, known, shown: root });
                }
                verify_consistency(old, known, size, root, &self.proof)?;
            }
        }
        Ok(Cosignable { note, tree })
    }
}

impl Cosignable {
    /// The checkpoint with the log's signatures and nobody else's.
    pub const fn note(&self) -> &SignedNote {
        &self.note
    }

    /// Its tree.
    pub const fn tree(&self) -> LastCosigned {
        self.tree
    }
}
