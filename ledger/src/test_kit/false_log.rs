//! What a log that turned could sign.

use super::index;
use crate::{
    digest::{LeafHash, RootHash},
    evidence::ProvenEntry,
    merkle::{LeafSlice, prove_inclusion, root_of_leaves},
    position::{LeafIndex, TreeSize},
    status::{ExceptionList, Status},
    time::Date,
};

/// A list of exceptions that can be made to say anything.
#[derive(Debug)]
pub struct FalseList(pub(super) ExceptionList);

impl FalseList {
    /// Gives `index` a status that no rule need allow.
    pub fn set(&mut self, index: LeafIndex, status: Status, event: LeafIndex, day: Date) {
        self.0.change_status(index, status, event, day, None);
    }
}

/// A tree over any entries, with proofs for them.
#[derive(Debug, Clone)]
pub struct FalseTree {
    entries: Vec<Vec<u8>>,
    leaves: Vec<LeafHash>,
}

impl FalseTree {
    /// The tree over `entries`.
    pub fn of(entries: Vec<Vec<u8>>) -> Self {
        let leaves = entries.iter().map(|entry| LeafHash::of(entry)).collect();
        Self { entries, leaves }
    }

    /// Its entries.
    pub fn entries(&self) -> &[Vec<u8>] {
        &self.entries
    }

    /// The tree with another entry at `at`, or one more at its end.
    #[must_use]
    pub fn with(&self, at: u64, entry: Vec<u8>) -> Self {
        let mut entries = self.entries.clone();
        match entries.get_mut(at as usize) {
            Some(place) => *place = entry,
            None => entries.push(entry),
        }
        Self::of(entries)
    }

    /// How many entries it has.
    pub fn size(&self) -> TreeSize {
        super::size(self.entries.len() as u64)
    }

    /// Its root.
    pub fn root(&self) -> RootHash {
        root_of_leaves(&self.leaves)
    }

    /// An entry with the proof of its place.
    pub fn prove(&self, at: u64) -> ProvenEntry {
        let proof = prove_inclusion(&LeafSlice(&self.leaves), index(at), self.size()).unwrap();
        let bytes = self.entries[at as usize].clone();
        ProvenEntry { index: index(at), bytes, path: proof.hashes().to_vec() }
    }
}
