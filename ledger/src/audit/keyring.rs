//! Opening what is sealed, and saying which file is at fault when it does not open.

use super::{AuditError, Fault, Problem, fault::read};
use crate::{
    merkle::HASHES_PER_TILE,
    seal::{
        KeyEncryptionKey, KeySlot, KeyringPage, SealError, SealPlace, Sealed, TAG_LEN, Unsealed,
        open,
    },
    store::{KeyringFile, ListedStore, StorePath},
};

/// The private part with the key that opens it.
pub(super) struct Vault<'a, S> {
    pub(super) files: &'a S,
    pub(super) key: &'a KeyEncryptionKey,
    pub(super) origin: &'a str,
}

/// The keys of 256 neighbouring places.
pub(super) struct Page {
    pub(super) file: KeyringFile,
    page: KeyringPage,
}

impl<S: ListedStore> Vault<'_, S> {
    /// The page with the key of a place; an empty one where there is none.
    pub(super) fn page(&self, place: SealPlace) -> Result<Page, AuditError> {
        let (file, _) = KeyringFile::holding(place);
        let page = match read(self.files, StorePath::Keyring(file), file)? {
            None => KeyringPage::new(),
            Some(bytes) => KeyringPage::from_bytes(&bytes)
                .map_err(|source| Fault::private(file, Problem::Keyring(source)))?,
        };
        Ok(Page { file, page })
    }

    /// Opens what is sealed at a place.
    pub(super) fn open(
        &self,
        page: &Page,
        place: SealPlace,
        sealed: &Sealed,
    ) -> Result<Unsealed, SealError> {
        open(self.key, self.origin, place, page.slot(place), sealed)
    }

    /// Whether the slot of a place at which nothing is sealed may be as it is: empty, or with a whole
    /// key that a crash left there.
    pub(super) fn is_leftover(&self, page: &Page, place: SealPlace) -> bool {
        let nothing = Sealed::from_bytes(vec![0; TAG_LEN]);
        match page.slot(place) {
            KeySlot::Empty => true,
            KeySlot::Erased => false,
            KeySlot::Wrapped(_) => nothing
                .and_then(|nothing| self.open(page, place, &nothing))
                .is_err_and(|error| matches!(error, SealError::DoesNotOpen { .. })),
        }
    }
}

impl Page {
    pub(super) fn slot(&self, place: SealPlace) -> &KeySlot {
        self.page.get(KeyringFile::holding(place).1)
    }

    /// Slot numbers with their slots from `from` on.
    pub(super) fn slots_from(&self, from: u64) -> impl Iterator<Item = (u64, &KeySlot)> {
        (0..HASHES_PER_TILE).zip(self.page.iter()).skip(from as usize)
    }
}

/// Whether the key is at fault, or what it should open.
pub(super) const fn key_is_at_fault(error: &SealError) -> bool {
    match error {
        SealError::NoKey { .. } | SealError::KeyDoesNotUnwrap { .. } => true,
        SealError::DoesNotOpen { .. } | SealError::NotSealed { .. } | SealError::TooLong { .. } => {
            false
        }
    }
}
