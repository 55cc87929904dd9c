//! Where commitments and decisions stand, in little memory.

use std::collections::BTreeMap;

use super::saved::KnownCommitment;
use crate::{
    digest::Commitment,
    entry::{Entry, Issuance},
    position::{LeafIndex, TreeSize},
    rules::History,
};

/// Where entries that were applied before can be read again.
pub trait Reread {
    /// Why one could not be read.
    type Error;

    /// The entry at an index below the number of entries applied. None if what is there now is no
    /// entry any more: the caller's hashes show that.
    fn entry(&self, index: LeafIndex) -> Result<Option<Entry>, Self::Error>;
}

/// The commitments of the entries so far. Of each its first eight bytes are kept, with the index of
/// its entry: a hit is compared with the entry itself, read again.
pub(crate) trait Commitments {
    /// None yet.
    fn none() -> Self;

    /// Notes the next one.
    fn add(&mut self, known: KnownCommitment);

    /// The entries whose commitment may be the one that begins so.
    fn candidates(&self, prefix: u64) -> impl Iterator<Item = LeafIndex>;
}

/// What the entries so far say, as far as the rules look it up.
#[derive(Debug, Clone)]
pub(super) struct Known<C> {
    pub(super) commitments: C,
    pub(super) decisions: BTreeMap<LeafIndex, LeafIndex>,
}

impl<C: Commitments> Known<C> {
    pub(super) fn nothing() -> Self {
        Self { commitments: C::none(), decisions: BTreeMap::new() }
    }

    /// Notes an entry that the rules accepted.
    pub(super) fn note(&mut self, index: LeafIndex, entry: &Entry) {
        if let Some(commitment) = commitment_of(entry) {
            self.commitments.add(KnownCommitment { index, prefix: prefix(&commitment) });
        }
        if let Entry::StatusChange(change) = entry {
            self.decide(change.unverified().target, index);
        }
    }

    /// The last decision on each target, ascending by target.
    pub(super) fn decisions(&self) -> impl Iterator<Item = (LeafIndex, LeafIndex)> {
        self.decisions.iter().map(|(target, event)| (*target, *event))
    }

    pub(super) fn decide(&mut self, target: LeafIndex, event: LeafIndex) {
        self.decisions.insert(target, event);
    }
}

/// The commitment of an entry that has one: of its record, or of a certificate.
pub(super) fn commitment_of(entry: &Entry) -> Option<Commitment> {
    match entry {
        Entry::Authority(_) | Entry::StatusHead(_) => None,
        Entry::Issuance(issuance) => Some(issuance.commitment),
        Entry::IntegrityRecord(commitment) => Some(*commitment),
        Entry::Anchor(anchor) => Some(anchor.commitment),
        Entry::StatusChange(change) => Some(change.unverified().record),
    }
}

pub(super) fn prefix(commitment: &Commitment) -> u64 {
    let first = commitment.as_bytes().first_chunk().copied();
    u64::from_be_bytes(first.unwrap_or_default())
}

/// Answers the rules' questions about the entries so far.
pub(super) struct Before<'a, C, S> {
    pub(super) known: &'a Known<C>,
    pub(super) applied: TreeSize,
    pub(super) earlier: &'a S,
}

impl<C: Commitments, S: Reread> History for Before<'_, C, S> {
    type Error = S::Error;

    fn commitment(&self, commitment: &Commitment) -> Result<Option<LeafIndex>, S::Error> {
        for index in self.known.commitments.candidates(prefix(commitment)) {
            let entry = self.earlier.entry(index)?;
            if entry.as_ref().and_then(commitment_of) == Some(*commitment) {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    fn last_decision(&self, target: LeafIndex) -> Result<Option<LeafIndex>, S::Error> {
        Ok(self.known.decisions.get(&target).copied())
    }

    fn issuance(&self, index: LeafIndex) -> Result<Option<Issuance>, S::Error> {
        if !index.is_within(self.applied) {
            return Ok(None);
        }
        Ok(match self.earlier.entry(index)? {
            Some(Entry::Issuance(issuance)) => Some(issuance),
            Some(
                Entry::Authority(_)
                | Entry::StatusChange(_)
                | Entry::IntegrityRecord(_)
                | Entry::Anchor(_)
                | Entry::StatusHead(_),
            )
            | None => None,
        })
    }
}
