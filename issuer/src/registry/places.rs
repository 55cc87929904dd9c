//! Where the journal can be read from: a place every few hundred lines, so that a line is read without
//! reading all before it. And how far the journal is folded in.

use ledger::{
    digest::DIGEST_LEN,
    journal::{ChainHash, JournalHead, JournalPlace, JournalSequence, RecordCount},
};

use super::{JOURNAL_POSITION, Registry, RegistryError, damaged_in, number};

/// About how many lines stand between two noted places.
pub(crate) const LINES_BETWEEN_PLACES: u64 = 256;

const TREE: &str = "journal_places";

impl Registry {
    /// How far the journal is folded in.
    pub fn journal_position(&self) -> Result<Option<JournalPlace>, RegistryError> {
        let found = self.meta.get(JOURNAL_POSITION)?;
        found.map(|value| decode(&value).ok_or(damaged_in("meta"))).transpose()
    }

    /// Notes how far the journal is folded in; written after what it covers.
    pub fn set_journal_position(&self, place: JournalPlace) -> Result<(), RegistryError> {
        self.results.flush()?;
        self.note_journal_place(place)?;
        self.meta.insert(JOURNAL_POSITION, encode(place))?;
        Ok(())
    }

    /// Notes a place from which the journal may be read on, unless one is noted shortly before it.
    pub(crate) fn note_journal_place(&self, place: JournalPlace) -> Result<(), RegistryError> {
        let count = place.head.count.get();
        let last = self.journal_places.get_lt((count + 1).to_be_bytes())?;
        let last = last.map_or(Some(0), |(key, _)| number(&key)).ok_or(damaged_in(TREE))?;
        if count >= last + LINES_BETWEEN_PLACES {
            self.journal_places.insert(count.to_be_bytes(), encode(place))?;
        }
        Ok(())
    }

    /// The last noted place before a line; none: the journal's beginning.
    pub(crate) fn journal_place_before(
        &self,
        line: JournalSequence,
    ) -> Result<Option<JournalPlace>, RegistryError> {
        let found = self.journal_places.get_lt((line.get() + 1).to_be_bytes())?;
        found.map(|(_, value)| decode(&value).ok_or(damaged_in(TREE))).transpose()
    }
}

/// `offset ‖ count ‖ chain hash`; numbers are big-endian.
fn encode(place: JournalPlace) -> Vec<u8> {
    let JournalPlace { offset, head } = place;
    let (offset, count) = (offset.to_be_bytes(), head.count.get().to_be_bytes());
    [&offset[..], &count, head.chain.as_bytes()].concat()
}

fn decode(value: &[u8]) -> Option<JournalPlace> {
    let (offset, rest) = value.split_at_checked(8)?;
    let (count, chain) = rest.split_at_checked(8)?;
    let chain: [u8; DIGEST_LEN] = chain.try_into().ok()?;
    let (count, chain) = (RecordCount::new(number(count)?).ok()?, ChainHash::from_bytes(chain));
    Some(JournalPlace { offset: number(offset)?, head: JournalHead { count, chain } })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use ledger::seal::KeyEncryptionKey;

    use super::{super::HolderKey, *};

    fn place(count: u64) -> JournalPlace {
        let chain = ChainHash::from_bytes([(count % 251) as u8; DIGEST_LEN]);
        let head = JournalHead { count: RecordCount::new(count).unwrap(), chain };
        JournalPlace { offset: 40 + count * 1000, head }
    }

    #[test]
    fn a_line_is_read_from_the_last_place_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let key = HolderKey::derived_from(&KeyEncryptionKey::from_random([7; 32]));
        let registry = Registry::open(folder.path(), key).unwrap();
        for count in [3, 255, 256, 300, 511, 512, 10_000, 10_001] {
            registry.set_journal_position(place(count)).unwrap();
            assert_eq!(registry.journal_position().unwrap(), Some(place(count)));
        }
        for (line, noted) in [
            (0, None),
            (255, None),
            (256, Some(256)),
            (511, Some(256)),
            (512, Some(512)),
            (9_999, Some(512)),
            (10_000, Some(10_000)),
            (20_000, Some(10_000)),
        ] {
            let line = JournalSequence::new(line).unwrap();
            assert_eq!(registry.journal_place_before(line).unwrap(), noted.map(place), "{line}");
        }
    }

    #[test]
    fn what_was_written_is_read_back() {
        assert_eq!(decode(&encode(place(77))), Some(place(77)));
        assert_eq!(decode(&encode(place(77))[1..]), None);
    }
}
