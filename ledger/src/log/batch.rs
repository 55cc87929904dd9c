//! What a caller hands in to be appended.

use crate::{
    entry::StatusHead,
    journal::AnchorOpening,
    position::{LeafIndex, TreeSize},
    seal::{PrivatePayload, RecordKey, WrapNonce},
    store::KeepCheckpoint,
};

/// An entry to be appended, already encoded and checked against the rules.
#[derive(Debug)]
pub struct NewEntry {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its private record, if its kind has one.
    pub private: Option<PrivatePayload>,
}

/// The status head that ends a batch, and what its private record takes.
#[derive(Debug)]
pub struct NewHead {
    /// The head, for the index after the batch's last entry.
    pub head: StatusHead,
    /// The opening of its journal anchor: its private record.
    pub opening: AnchorOpening,
    /// A fresh key for the opening.
    pub key: RecordKey,
    /// A fresh nonce for wrapping that key.
    pub nonce: WrapNonce,
}

/// Entries, and the status head after them. Made for one place in the log: where
/// [`super::LogWriter::next_index`] was when its head was made.
#[derive(Debug)]
pub struct Batch {
    /// The index of its first entry; that of the head if there are no others.
    pub first: LeafIndex,
    /// The entries in order, without the head. None, for a heartbeat.
    pub entries: Vec<NewEntry>,
    /// The head.
    pub head: NewHead,
    /// The file of the exceptions list, if the list changed: then the head names itself.
    pub list: Option<Vec<u8>>,
    /// Whether the checkpoint is kept for proofs: for a batch of issuances.
    pub keep: KeepCheckpoint,
}

impl Batch {
    /// How many entries the log has with the head.
    pub(super) const fn new_size(&self) -> TreeSize {
        self.head.head.index.covering_size()
    }
}
