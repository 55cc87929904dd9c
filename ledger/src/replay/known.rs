//! Where commitments and decisions stand, in little memory.

use std::{
    array,
    collections::{BTreeMap, HashMap, hash_map::Entry as Slot},
};

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

/// What the entries so far say, as far as the rules look it up. Of a commitment its first eight
/// bytes are kept, with the index of its entry: a hit is compared with the entry itself, read again.
#[derive(Debug, Clone)]
pub(super) struct Known {
    commitments: Commitments,
    /// Commitments whose prefix another one had before. By chance there is none; whoever makes such
    /// a pair on purpose (2³² hashes) makes a replay read one entry more.
    alike: BTreeMap<u64, Vec<LeafIndex>>,
    decisions: BTreeMap<LeafIndex, LeafIndex>,
}

/// Indices by a prefix. Its first byte names one of 256 tables, so that a table that grows is copied
/// while it is small: memory has no peaks.
#[derive(Debug, Clone)]
struct Commitments(Box<[Table; 256]>);

/// Twelve bytes a place: the other bytes of a prefix, and an index.
type Table = HashMap<[u8; 7], [u8; 5]>;

impl Known {
    pub(super) fn nothing() -> Self {
        let commitments = Commitments(Box::new(array::from_fn(|_empty| HashMap::new())));
        Self { commitments, alike: BTreeMap::new(), decisions: BTreeMap::new() }
    }

    /// Notes an entry that the rules accepted.
    pub(super) fn note(&mut self, index: LeafIndex, entry: &Entry) {
        if let Some(commitment) = commitment_of(entry) {
            self.commit(KnownCommitment { index, prefix: prefix(&commitment) });
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

    /// The commitments of the entries from an index on, in no order.
    pub(super) fn commitments_from(&self, from: TreeSize) -> impl Iterator<Item = KnownCommitment> {
        let alike = self.alike.iter().flat_map(|(prefix, of)| {
            of.iter().map(|index| KnownCommitment { index: *index, prefix: *prefix })
        });
        self.commitments.iter().chain(alike).filter(move |known| !known.index.is_within(from))
    }

    pub(super) fn commit(&mut self, known: KnownCommitment) {
        if !self.commitments.insert(known) {
            self.alike.entry(known.prefix).or_default().push(known.index);
        }
    }

    /// The entries whose commitment may be this one.
    fn candidates(&self, commitment: &Commitment) -> impl Iterator<Item = LeafIndex> {
        let prefix = prefix(commitment);
        let alike = self.alike.get(&prefix).into_iter().flatten().copied();
        self.commitments.get(prefix).into_iter().chain(alike)
    }
}

impl Commitments {
    /// Keeps the first of its kind; says whether it was that.
    fn insert(&mut self, known: KnownCommitment) -> bool {
        let [table, rest @ ..] = known.prefix.to_be_bytes();
        let [_, _, _, index @ ..] = known.index.get().to_be_bytes();
        match self.0.get_mut(usize::from(table)).map(|table| table.entry(rest)) {
            Some(Slot::Vacant(place)) => {
                place.insert(index);
                true
            }
            Some(Slot::Occupied(_)) | None => false,
        }
    }

    fn get(&self, prefix: u64) -> Option<LeafIndex> {
        let [table, rest @ ..] = prefix.to_be_bytes();
        index_of(*self.0.get(usize::from(table))?.get(&rest)?)
    }

    fn iter(&self) -> impl Iterator<Item = KnownCommitment> {
        self.0.iter().zip(0..=u8::MAX).flat_map(|(table, first)| {
            table.iter().filter_map(move |([b, c, d, e, f, g, h], index)| {
                let prefix = u64::from_be_bytes([first, *b, *c, *d, *e, *f, *g, *h]);
                Some(KnownCommitment { index: index_of(*index)?, prefix })
            })
        })
    }
}

/// An index is below 2⁴⁰: five bytes.
fn index_of([a, b, c, d, e]: [u8; 5]) -> Option<LeafIndex> {
    LeafIndex::new(u64::from_be_bytes([0, 0, 0, a, b, c, d, e])).ok()
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

fn prefix(commitment: &Commitment) -> u64 {
    let first = commitment.as_bytes().first_chunk().copied();
    u64::from_be_bytes(first.unwrap_or_default())
}

/// Answers the rules' questions about the entries so far.
pub(super) struct Before<'a, S> {
    pub(super) known: &'a Known,
    pub(super) applied: TreeSize,
    pub(super) earlier: &'a S,
}

impl<S: Reread> History for Before<'_, S> {
    type Error = S::Error;

    fn commitment(&self, commitment: &Commitment) -> Result<Option<LeafIndex>, S::Error> {
        for index in self.known.candidates(commitment) {
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// Entries of which each commits to its own index, with one first half for all.
    struct Alike;

    fn alike(index: u64) -> Commitment {
        let mut bytes = [7; 32];
        bytes[31] = index as u8;
        Commitment::from_bytes(bytes)
    }

    impl Reread for Alike {
        type Error = Infallible;

        fn entry(&self, index: LeafIndex) -> Result<Option<Entry>, Infallible> {
            Ok(Some(Entry::IntegrityRecord(alike(index.get()))))
        }
    }

    #[test]
    fn commitments_that_begin_alike_are_told_apart_by_reading_them_again() {
        let mut known = Known::nothing();
        for value in 0..3 {
            let index = LeafIndex::new(value).unwrap();
            known.note(index, &Entry::IntegrityRecord(alike(value)));
        }
        let before = Before { known: &known, applied: TreeSize::new(3).unwrap(), earlier: &Alike };
        let found = |value| before.commitment(&alike(value)).unwrap().map(LeafIndex::get);
        assert_eq!([0, 1, 2, 3].map(found), [Some(0), Some(1), Some(2), None]);
    }
}
