//! What is told of the witnesses: a line each, in both languages.

use std::fmt;

use ledger::{note::KeyName, position::TreeSize};

use super::WitnessFailure;

/// Something that a witness did or did not.
#[derive(Debug)]
pub enum WitnessNews<'a> {
    /// It told which size it knows.
    Knows {
        /// The witness.
        witness: &'a KeyName,
        /// The size.
        size: TreeSize,
    },
    /// It could not be asked which size it knows.
    NotAsked {
        /// The witness.
        witness: &'a KeyName,
        /// Why.
        why: &'a WitnessFailure,
        /// Whether the directory is opened all the same.
        overridden: bool,
    },
    /// It cosigned.
    Cosigned {
        /// The witness.
        witness: &'a KeyName,
        /// The checkpoint's size.
        size: TreeSize,
    },
    /// It did not cosign.
    NotCosigned {
        /// The witness.
        witness: &'a KeyName,
        /// The checkpoint's size.
        size: TreeSize,
        /// Why.
        why: &'a WitnessFailure,
    },
}

impl fmt::Display for WitnessNews<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Knows { witness, size } => write!(
                f,
                "见证者 {witness} 已知 {size} 条登记 / witness {witness} knows {size} entries"
            ),
            Self::NotAsked { witness, why, overridden: false } => {
                write!(f, "见证者 {witness} 无法询问 / witness {witness} could not be asked: {why}")
            }
            Self::NotAsked { witness, why, overridden: true } => write!(
                f,
                "见证者 {witness} 无法询问，按指示不再等它 / witness {witness} could not be asked, and was to be done without: {why}"
            ),
            Self::Cosigned { witness, size } => write!(
                f,
                "见证者 {witness} 已联署 {size} 条登记的检查点 / witness {witness} cosigned the checkpoint of size {size}"
            ),
            Self::NotCosigned { witness, size, why } => write!(
                f,
                "见证者 {witness} 未联署 {size} 条登记的检查点 / witness {witness} did not cosign the checkpoint of size {size}: {why}"
            ),
        }
    }
}
