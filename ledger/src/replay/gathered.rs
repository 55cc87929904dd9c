//! Commitments that are only gathered, and searched for repeated ones in the end: whoever reads a whole
//! log at once. A table of ten million places misses every cache at every look-up; sorting as many
//! takes a tenth of that time, and half the memory.

use std::{array, collections::BTreeMap, convert::Infallible};

use super::{
    known::{Commitments, Reread, commitment_of},
    saved::KnownCommitment,
};
use crate::{digest::Commitment, parallel::map_pieces, position::LeafIndex};

/// How many places are allocated at once: 12 KiB. What is not filled yet is 3 MiB at most, for all 256
/// buckets.
const CHUNK: usize = 1024;

/// The commitments of a log in buckets by their first byte.
#[derive(Debug)]
pub(crate) struct Gathered(Box<[Bucket; 256]>);

/// A bucket grows by a chunk at a time: nothing is copied, and nothing is allocated on the word of a
/// log that says how large it is.
#[derive(Debug, Default)]
struct Bucket(Vec<Vec<Place>>);

/// The other seven bytes of a prefix and the five of an index, as one big-endian number: places in
/// ascending order are in order of their prefixes, and within one prefix of their indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place([u32; 3]);

/// An entry whose commitment another one had before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Repeated {
    pub(super) index: LeafIndex,
    pub(super) commitment: Commitment,
    /// Where it stands first.
    pub(super) at: LeafIndex,
}

impl Commitments for Gathered {
    fn none() -> Self {
        Self(Box::new(array::from_fn(|_empty| Bucket::default())))
    }

    fn add(&mut self, known: KnownCommitment) {
        let [first, ..] = known.prefix.to_be_bytes();
        if let Some(bucket) = self.0.get_mut(usize::from(first)) {
            bucket.push(Place::new(known));
        }
    }

    /// Nobody looks before the end.
    fn candidates(&self, _prefix: u64) -> impl Iterator<Item = LeafIndex> {
        std::iter::empty()
    }
}

impl Gathered {
    /// The first entry with a repeated commitment. Those that begin alike are read again: by chance
    /// there are none.
    pub(super) fn first_repeated<S: Reread>(
        &self,
        earlier: &S,
    ) -> Result<Option<Repeated>, S::Error> {
        let mut first: Option<Repeated> = None;
        for indices in self.alike() {
            let mut seen = BTreeMap::new();
            for index in indices {
                if first.is_some_and(|first| first.index <= index) {
                    break;
                }
                let entry = earlier.entry(index)?;
                let Some(commitment) = entry.as_ref().and_then(commitment_of) else { continue };
                match seen.get(&commitment) {
                    Some(at) => first = Some(Repeated { index, commitment, at: *at }),
                    None => drop(seen.insert(commitment, index)),
                }
            }
        }
        Ok(first)
    }

    /// The indices of commitments that begin alike, ascending; group by group, by all cores.
    fn alike(&self) -> Vec<Vec<LeafIndex>> {
        let groups = map_pieces(self.0.iter().collect(), |buckets: Vec<&Bucket>| {
            let (mut groups, mut scratch) = (Vec::new(), Vec::new());
            for bucket in buckets {
                bucket.alike(&mut scratch, &mut groups);
            }
            Ok::<_, Infallible>(groups)
        });
        groups.unwrap_or_else(|never| match never {})
    }
}

impl Bucket {
    fn push(&mut self, place: Place) {
        match self.0.last_mut() {
            Some(chunk) if chunk.len() < CHUNK => chunk.push(place),
            Some(_) | None => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(place);
                self.0.push(chunk);
            }
        }
    }

    fn alike(&self, sorted: &mut Vec<Place>, groups: &mut Vec<Vec<LeafIndex>>) {
        sorted.clear();
        sorted.extend(self.0.iter().flatten());
        sorted.sort_unstable_by_key(|place| place.number());
        let alike = sorted.chunk_by(|a, b| a.rest() == b.rest()).filter(|alike| alike.len() > 1);
        groups.extend(alike.map(|alike| alike.iter().filter_map(|place| place.index()).collect()));
    }
}

impl Place {
    fn new(known: KnownCommitment) -> Self {
        let [_, a, b, c, d, e, f, g] = known.prefix.to_be_bytes();
        let [_, _, _, h, i, j, k, l] = known.index.get().to_be_bytes();
        Self([[a, b, c, d], [e, f, g, h], [i, j, k, l]].map(u32::from_be_bytes))
    }

    fn number(self) -> u128 {
        self.0.iter().fold(0, |number, word| number << 32 | u128::from(*word))
    }

    /// The prefix without its first byte.
    fn rest(self) -> u128 {
        self.number() >> 40
    }

    /// An index is below 2⁴⁰: five bytes.
    fn index(self) -> Option<LeafIndex> {
        LeafIndex::new((self.number() & 0xFF_FFFF_FFFF) as u64).ok()
    }
}

/// What was gathered, for looking up the commitment of one entry more: all of a bucket is read for it.
#[derive(Debug)]
pub(crate) struct Searched(pub(super) Gathered);

impl Commitments for Searched {
    fn none() -> Self {
        Self(Gathered::none())
    }

    fn add(&mut self, known: KnownCommitment) {
        self.0.add(known);
    }

    fn candidates(&self, prefix: u64) -> impl Iterator<Item = LeafIndex> {
        let [first, ..] = prefix.to_be_bytes();
        let bucket = self.0.0.get(usize::from(first)).map_or(&[][..], |bucket| &bucket.0);
        let alike = bucket
            .iter()
            .flatten()
            .filter(move |place| place.rest() == u128::from(prefix & 0xFF_FFFF_FFFF_FFFF));
        alike.filter_map(|place| place.index())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        entry::Entry,
        position::TreeSize,
        replay::{
            indexed::Indexed,
            known::{Before, Known},
        },
        rules::History as _,
    };

    /// Entries by index, each with a commitment.
    struct Entries(Vec<Commitment>);

    impl Reread for Entries {
        type Error = Infallible;

        fn entry(&self, index: LeafIndex) -> Result<Option<Entry>, Infallible> {
            Ok(self.0.get(index.get() as usize).copied().map(Entry::IntegrityRecord))
        }
    }

    fn index(value: usize) -> LeafIndex {
        LeafIndex::new(value as u64).unwrap()
    }

    /// A commitment that has its first eight bytes in common with every other one that begins so.
    fn commitment(begins: u8, ends: u8) -> Commitment {
        let mut bytes = [0; 32];
        (bytes[begins as usize % 8], bytes[31]) = (begins, ends);
        Commitment::from_bytes(bytes)
    }

    fn gathered<C: Commitments>(entries: &Entries) -> C {
        let mut known = Known::<C>::nothing();
        for (at, commitment) in entries.0.iter().enumerate() {
            known.note(index(at), &Entry::IntegrityRecord(*commitment));
        }
        known.commitments
    }

    /// The same, asking before each entry.
    fn first_by_asking(entries: &Entries) -> Option<Repeated> {
        let mut known = Known::<Indexed>::nothing();
        for (at, commitment) in entries.0.iter().enumerate() {
            let (index, applied) = (index(at), TreeSize::new(at as u64).unwrap());
            let before = Before { known: &known, applied, earlier: entries };
            if let Some(at) = before.commitment(commitment).unwrap() {
                return Some(Repeated { index, commitment: *commitment, at });
            }
            known.note(index, &Entry::IntegrityRecord(*commitment));
        }
        None
    }

    #[test]
    fn more_commitments_than_a_chunk_holds_are_all_searched() {
        let number = |n: usize| {
            Commitment::from_bytes([[0; 8], n.to_be_bytes()].concat().repeat(2).try_into().unwrap())
        };
        let mut entries = Entries((0..3 * CHUNK).map(number).collect());
        entries.0.push(number(1));
        let expected = Repeated { index: index(3 * CHUNK), commitment: number(1), at: index(1) };
        assert_eq!(gathered::<Gathered>(&entries).first_repeated(&entries), Ok(Some(expected)));
    }

    proptest! {
        #[test]
        fn finds_in_the_end_what_asking_before_each_entry_finds(
            parts in proptest::collection::vec((0u8..5, 0u8..9), 0..12),
        ) {
            let entries = Entries(parts.into_iter().map(|(a, b)| commitment(a, b)).collect());
            let found = gathered::<Gathered>(&entries).first_repeated(&entries).unwrap();
            prop_assert_eq!(found, first_by_asking(&entries));
        }

        #[test]
        fn one_entry_more_is_looked_up_as_in_an_index(
            parts in proptest::collection::vec((any::<u8>(), 0u8..3), 0..40), more: u8,
        ) {
            let entries = Entries(parts.into_iter().map(|(a, b)| commitment(a, b)).collect());
            let prefix = crate::replay::known::prefix(&commitment(more, 0));
            let searched = Searched(gathered::<Gathered>(&entries));
            let indexed = gathered::<Indexed>(&entries);
            let [found, expected]: [Vec<_>; 2] =
                [searched.candidates(prefix).collect(), indexed.candidates(prefix).collect()];
            prop_assert_eq!(found, expected);
        }
    }
}
