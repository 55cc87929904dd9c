//! Small values by consecutive numbers, 256 to a page: a batch of 10,000 changes some 40 pages, where
//! sled would take 10,000 inserts of five microseconds each.
//!
//! Changed pages are kept until [`PagedTree::flush`], which whoever notes a position calls before: the
//! position is written after what it covers, as everywhere in the registry.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{RegistryError, damaged_in};

/// How many values stand on a page.
const SLOTS: u64 = 256;

/// How many changed pages are kept before they are written. Bounds memory: a page of issuances has
/// some 15 KiB.
const MAX_CHANGED: usize = 64;

/// The values of a page, by slot.
type Page = BTreeMap<u8, Vec<u8>>;

/// A tree of pages.
#[derive(Debug)]
pub(super) struct PagedTree {
    name: &'static str,
    tree: sled::Tree,
    changed: Mutex<BTreeMap<u64, Page>>,
}

impl PagedTree {
    pub(super) fn open(db: &sled::Db, name: &'static str) -> Result<Self, sled::Error> {
        Ok(Self { name, tree: db.open_tree(name)?, changed: Mutex::default() })
    }

    /// The value of a number.
    pub(super) fn get(&self, number: u64) -> Result<Option<Vec<u8>>, RegistryError> {
        let (page, slot) = place(number);
        if let Some(page) = self.changed().get(&page) {
            return Ok(page.get(&slot).cloned());
        }
        Ok(self.read(page)?.remove(&slot))
    }

    /// Gives a number a value. A value has at most 65,535 bytes.
    pub(super) fn set(&self, number: u64, value: &[u8]) -> Result<(), RegistryError> {
        self.change(number, |page, slot| {
            page.insert(slot, value.to_vec());
        })
    }

    /// Takes a number's value away.
    pub(super) fn remove(&self, number: u64) -> Result<(), RegistryError> {
        self.change(number, |page, slot| {
            page.remove(&slot);
        })
    }

    /// Every number from `first` on with its value, ascending; a page is read when it is reached.
    pub(super) fn values_from(
        &self,
        first: u64,
    ) -> Result<impl Iterator<Item = Result<(u64, Vec<u8>), RegistryError>> + '_, RegistryError>
    {
        self.flush()?;
        let pages = self.tree.range((first / SLOTS).to_be_bytes()..);
        let values = pages.flat_map(|item| match self.numbered(item) {
            Ok(values) => values.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        });
        Ok(values.skip_while(move |value| value.as_ref().is_ok_and(|(at, _)| *at < first)))
    }

    fn numbered(
        &self,
        item: sled::Result<(sled::IVec, sled::IVec)>,
    ) -> Result<Vec<(u64, Vec<u8>)>, RegistryError> {
        let (key, value) = item?;
        let damaged = || damaged_in(self.name);
        let first = super::number(&key).and_then(|page| page.checked_mul(SLOTS));
        let (first, page) = (first.ok_or_else(damaged)?, decode(&value).ok_or_else(damaged)?);
        Ok(page.into_iter().map(|(slot, value)| (first + u64::from(slot), value)).collect())
    }

    /// Hands the changed pages to sled.
    pub(super) fn flush(&self) -> Result<(), RegistryError> {
        self.write(&mut self.changed())
    }

    fn change(&self, number: u64, change: impl FnOnce(&mut Page, u8)) -> Result<(), RegistryError> {
        let (number, slot) = place(number);
        let mut changed = self.changed();
        if !changed.contains_key(&number) {
            if changed.len() >= MAX_CHANGED {
                self.write(&mut changed)?;
            }
            changed.insert(number, self.read(number)?);
        }
        if let Some(page) = changed.get_mut(&number) {
            change(page, slot);
        }
        Ok(())
    }

    fn write(&self, changed: &mut BTreeMap<u64, Page>) -> Result<(), RegistryError> {
        while let Some((number, page)) = changed.pop_first() {
            self.tree.insert(number.to_be_bytes(), encode(&page))?;
        }
        Ok(())
    }

    fn read(&self, page: u64) -> Result<Page, RegistryError> {
        let Some(bytes) = self.tree.get(page.to_be_bytes())? else { return Ok(Page::new()) };
        decode(&bytes).ok_or(damaged_in(self.name))
    }

    fn changed(&self) -> MutexGuard<'_, BTreeMap<u64, Page>> {
        // A panic elsewhere leaves a page as it was before or after one change.
        self.changed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const fn place(number: u64) -> (u64, u8) {
    (number / SLOTS, (number % SLOTS) as u8)
}

/// For each value `slot ‖ length (u16, big-endian) ‖ bytes`, ascending by slot.
fn encode(page: &Page) -> Vec<u8> {
    let length = page.values().map(|value| 3 + value.len()).sum();
    let mut bytes = Vec::with_capacity(length);
    for (slot, value) in page {
        bytes.push(*slot);
        bytes.extend((value.len() as u16).to_be_bytes());
        bytes.extend(value);
    }
    bytes
}

fn decode(mut bytes: &[u8]) -> Option<Page> {
    let mut page = Page::new();
    while let Some((&[slot, high, low], rest)) = bytes.split_first_chunk::<3>() {
        let (value, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes([high, low])))?;
        if page.last_key_value().is_some_and(|(last, _)| *last >= slot) {
            return None;
        }
        page.insert(slot, value.to_vec());
        bytes = rest;
    }
    bytes.is_empty().then_some(page)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn paged(db: &sled::Db) -> PagedTree {
        PagedTree::open(db, "numbers").unwrap()
    }

    fn all(tree: &PagedTree, first: u64) -> Result<Vec<(u64, Vec<u8>)>, RegistryError> {
        tree.values_from(first)?.collect()
    }

    fn in_memory() -> sled::Db {
        sled::Config::new().temporary(true).open().unwrap()
    }

    #[derive(Debug, Clone)]
    enum Step {
        Set(u64, Vec<u8>),
        Remove(u64),
        Flush,
    }

    fn step() -> impl Strategy<Value = Step> {
        let number = || prop_oneof![0u64..40, 250u64..260, (u64::MAX - 300)..=u64::MAX];
        let value = proptest::collection::vec(any::<u8>(), 0..5);
        prop_oneof![
            4 => (number(), value).prop_map(|(number, value)| Step::Set(number, value)),
            2 => number().prop_map(Step::Remove),
            1 => Just(Step::Flush),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn a_paged_tree_answers_as_a_map_does(
            steps in proptest::collection::vec(step(), 0..60),
        ) {
            let db = in_memory();
            let (tree, mut map) = (paged(&db), BTreeMap::new());
            for step in steps {
                match step {
                    Step::Set(number, value) => {
                        tree.set(number, &value).unwrap();
                        map.insert(number, value);
                    }
                    Step::Remove(number) => {
                        tree.remove(number).unwrap();
                        map.remove(&number);
                    }
                    Step::Flush => tree.flush().unwrap(),
                }
                for number in [0, 7, 255, 256, u64::MAX] {
                    prop_assert_eq!(tree.get(number).unwrap(), map.get(&number).cloned());
                }
            }
            let expected: Vec<_> = map.into_iter().collect();
            prop_assert_eq!(all(&tree, 0).unwrap(), expected.clone());
            prop_assert_eq!(all(&paged(&db), 0).unwrap(), expected.clone());
            let later = expected.into_iter().filter(|(number, _)| *number >= 7);
            let later: Vec<_> = later.collect();
            prop_assert_eq!(all(&tree, 7).unwrap(), later);
        }

        #[test]
        fn a_page_that_was_read_is_written_back(
            bytes in proptest::collection::vec(any::<u8>(), 0..40),
        ) {
            if let Some(page) = decode(&bytes) {
                prop_assert_eq!(encode(&page), bytes);
            }
        }
    }

    #[test]
    fn more_pages_than_are_kept_are_all_written() {
        let db = in_memory();
        let tree = paged(&db);
        let numbers = (0..3 * MAX_CHANGED as u64).map(|page| page * SLOTS + page % SLOTS);
        let expected: Vec<_> = numbers.map(|number| (number, vec![1])).collect();
        expected.iter().for_each(|(number, value)| tree.set(*number, value).unwrap());
        assert!(tree.changed().len() <= MAX_CHANGED);
        assert_eq!(all(&tree, 0).unwrap(), expected);
    }

    #[test]
    fn a_damaged_page_is_refused_and_not_written_over() {
        let db = in_memory();
        let tree = paged(&db);
        tree.set(3, &[1, 2]).unwrap();
        tree.flush().unwrap();
        let key = 0u64.to_be_bytes();
        tree.tree.insert(key, &[3, 0, 9, 1]).unwrap();
        assert!(matches!(tree.get(3), Err(RegistryError::Damaged { tree: "numbers" })));
        assert!(tree.set(4, &[]).is_err());
        assert!(all(&tree, 0).is_err());
    }
}
