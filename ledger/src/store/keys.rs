//! Changing the keyring, the one private file that changes in place.

use std::collections::BTreeMap;

use crate::{
    seal::{KeySlot, KeyringPage, SealPlace, WrappedKey},
    store::{KeyringFile, ReadStore, StoreError, StorePath},
};

/// One change to the keyring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyChange {
    /// A key for a place that has none. The same key again changes nothing; an erased place stays
    /// erased; another key is refused.
    Put(SealPlace, WrappedKey),
    /// A key for a place at which no payload was made permanent; replaces whatever a crash left.
    PutOverUnused(SealPlace, WrappedKey),
    /// Destroys the key of a place.
    Erase(SealPlace),
}

impl KeyChange {
    /// The place whose key changes.
    pub const fn place(&self) -> SealPlace {
        match self {
            Self::Put(place, _) | Self::PutOverUnused(place, _) | Self::Erase(place) => *place,
        }
    }
}

/// What the keyring holds for a place.
pub fn key_slot(
    store: &(impl ReadStore + ?Sized),
    place: SealPlace,
) -> Result<KeySlot, StoreError> {
    let (file, slot) = KeyringFile::holding(place);
    Ok(load(store, file)?.get(slot).clone())
}

/// The keyring page that holds the key of a place.
pub fn key_page(
    store: &(impl ReadStore + ?Sized),
    place: SealPlace,
) -> Result<KeyringPage, StoreError> {
    load(store, KeyringFile::holding(place).0)
}

/// Reads many keys, mostly in the order of their places: a page is loaded once.
pub struct KeySlots<'a, S: ?Sized> {
    store: &'a S,
    page: Option<(KeyringFile, KeyringPage)>,
}

impl<'a, S: ReadStore + ?Sized> KeySlots<'a, S> {
    /// The keyring as it is while nobody changes it.
    pub const fn of(store: &'a S) -> Self {
        Self { store, page: None }
    }

    /// What the keyring holds for a place.
    pub fn get(&mut self, place: SealPlace) -> Result<KeySlot, StoreError> {
        let (file, slot) = KeyringFile::holding(place);
        let page = match self.page.take() {
            Some((loaded, page)) if loaded == file => page,
            Some(_) | None => load(self.store, file)?,
        };
        let found = page.get(slot).clone();
        self.page = Some((file, page));
        Ok(found)
    }
}

/// The slot of its page in which the key of a place lies.
pub fn slot_of(place: SealPlace) -> u8 {
    KeyringFile::holding(place).1
}

/// Whether the keyring would take all of `changes`; changes nothing.
pub(crate) fn check_keys(
    store: &(impl ReadStore + ?Sized),
    changes: &[KeyChange],
) -> Result<(), StoreError> {
    changed_pages(store, changes).map(|_pages| ())
}

/// The keyring files that `changes` touch, as they should be afterwards; unchanged ones are left
/// out.
pub(super) fn changed_pages(
    store: &(impl ReadStore + ?Sized),
    changes: &[KeyChange],
) -> Result<Vec<(KeyringFile, Vec<u8>)>, StoreError> {
    let mut by_file: BTreeMap<KeyringFile, Vec<(u8, &KeyChange)>> = BTreeMap::new();
    for change in changes {
        let (file, slot) = KeyringFile::holding(change.place());
        by_file.entry(file).or_default().push((slot, change));
    }
    let mut pages = Vec::new();
    for (file, changes) in by_file {
        let before = load(store, file)?;
        let mut page = before.clone();
        for (slot, change) in changes {
            match change {
                KeyChange::Put(_, key) => page.put(slot, key.clone()),
                KeyChange::PutOverUnused(_, key) => {
                    page.put_over_unused(slot, key.clone());
                    Ok(())
                }
                KeyChange::Erase(_) => page.erase(slot),
            }
            .map_err(|source| StoreError::Keyring { path: file.to_string(), source })?;
        }
        if page != before {
            pages.push((file, page.to_bytes()));
        }
    }
    Ok(pages)
}

fn load(store: &(impl ReadStore + ?Sized), file: KeyringFile) -> Result<KeyringPage, StoreError> {
    match store.get(&StorePath::Keyring(file))? {
        None => Ok(KeyringPage::new()),
        Some(bytes) => KeyringPage::from_bytes(&bytes)
            .map_err(|source| StoreError::Keyring { path: file.to_string(), source }),
    }
}
