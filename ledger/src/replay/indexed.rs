//! Commitments that are looked up at once: whoever follows a log learns of a repeated one where it stands.

use std::{
    array,
    collections::{BTreeMap, HashMap, hash_map::Entry as Slot},
};

use super::{known::Commitments, saved::KnownCommitment};
use crate::position::{LeafIndex, TreeSize};

/// Indices by a prefix, and those whose prefix another one had before. By chance there is none of the
/// latter; whoever makes such a pair on purpose (2³² hashes) makes a replay read one entry more.
#[derive(Debug, Clone)]
pub(crate) struct Indexed {
    tables: Tables,
    alike: BTreeMap<u64, Vec<LeafIndex>>,
}

/// The first byte of a prefix names one of 256 tables, so that a table that grows is copied while it
/// is small: memory has no peaks.
#[derive(Debug, Clone)]
struct Tables(Box<[Table; 256]>);

/// Twelve bytes a place: the other bytes of a prefix, and an index.
type Table = HashMap<[u8; 7], [u8; 5]>;

impl Commitments for Indexed {
    fn none() -> Self {
        let tables = Tables(Box::new(array::from_fn(|_empty| HashMap::new())));
        Self { tables, alike: BTreeMap::new() }
    }

    fn add(&mut self, known: KnownCommitment) {
        if !self.tables.insert(known) {
            self.alike.entry(known.prefix).or_default().push(known.index);
        }
    }

    fn candidates(&self, prefix: u64) -> impl Iterator<Item = LeafIndex> {
        let alike = self.alike.get(&prefix).into_iter().flatten().copied();
        self.tables.get(prefix).into_iter().chain(alike)
    }
}

impl Indexed {
    /// The commitments of the entries from an index on, in no order.
    pub(super) fn from(&self, from: TreeSize) -> impl Iterator<Item = KnownCommitment> {
        let alike = self.alike.iter().flat_map(|(prefix, of)| {
            of.iter().map(|index| KnownCommitment { index: *index, prefix: *prefix })
        });
        self.tables.iter().chain(alike).filter(move |known| !known.index.is_within(from))
    }
}

impl Tables {
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::{
        digest::Commitment,
        entry::Entry,
        replay::known::{Before, Known, Reread},
        rules::History as _,
    };

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
        let mut known = Known::<Indexed>::nothing();
        for value in 0..3 {
            let index = LeafIndex::new(value).unwrap();
            known.note(index, &Entry::IntegrityRecord(alike(value)));
        }
        let before = Before { known: &known, applied: TreeSize::new(3).unwrap(), earlier: &Alike };
        let found = |value| before.commitment(&alike(value)).unwrap().map(LeafIndex::get);
        assert_eq!([0, 1, 2, 3].map(found), [Some(0), Some(1), Some(2), None]);
    }
}
