//! Reading private records.

use crate::{
    merkle::TileSpan,
    position::{LeafIndex, TreeSize},
    seal::{BundleError, KeyEncryptionKey, PrivateBundle, SealError, SealPlace, Unsealed, open},
    store::{FilePath, ReadStore, StoreError, key_page, key_slot, slot_of},
};

/// Why a private record could not be read.
#[derive(Debug, thiserror::Error)]
pub enum PrivateReadError {
    /// The log has no such entry.
    #[error("the log of {size} entries has no entry {index}")]
    NoEntry {
        /// The entry.
        index: LeafIndex,
        /// The log's size.
        size: TreeSize,
    },
    /// The bundle is missing.
    #[error("{path} is missing")]
    Missing {
        /// The bundle.
        path: String,
    },
    /// The bundle is damaged.
    #[error("{path}: {source}")]
    Bundle {
        /// The bundle.
        path: String,
        /// What is wrong with it.
        source: BundleError,
    },
    /// The record does not open.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The private record of the entry at `index` in a log of `size` entries, whose origin is `origin`;
/// none if the entry has none.
///
/// It is what was sealed for this entry; that the entry commits to it is for the caller to compare.
pub fn read_private(
    store: &(impl ReadStore + ?Sized),
    kek: &KeyEncryptionKey,
    origin: &str,
    index: LeafIndex,
    size: TreeSize,
) -> Result<Option<Unsealed>, PrivateReadError> {
    let no_entry = PrivateReadError::NoEntry { index, size };
    let Some(span) = TileSpan::holding(index.get(), size.get()) else {
        return Err(no_entry);
    };
    let path = FilePath::PrivateEntries(span);
    let bytes = store
        .get(&path.into())?
        .ok_or_else(|| PrivateReadError::Missing { path: path.to_string() })?;
    let bundle = PrivateBundle::from_bytes(&bytes, usize::from(span.width().get()))
        .map_err(|source| PrivateReadError::Bundle { path: path.to_string(), source })?;
    match bundle.get((index.get() - span.start()) as usize) {
        None => Err(no_entry),
        Some(None) => Ok(None),
        Some(Some(sealed)) => {
            let place = SealPlace::LogRecord(index);
            Ok(Some(open(kek, origin, place, &key_slot(store, place)?, sealed)?))
        }
    }
}

/// The private records of the entries from `first` to the end of its bundle, in a log of `size`
/// entries: what [`read_private`] gives for each, with every file read once.
pub fn read_private_bundle(
    store: &(impl ReadStore + ?Sized),
    kek: &KeyEncryptionKey,
    origin: &str,
    first: LeafIndex,
    size: TreeSize,
) -> Result<Vec<Option<Unsealed>>, PrivateReadError> {
    let no_entry = PrivateReadError::NoEntry { index: first, size };
    let span = TileSpan::holding(first.get(), size.get()).ok_or(no_entry)?;
    let path = FilePath::PrivateEntries(span);
    let bytes = store
        .get(&path.into())?
        .ok_or_else(|| PrivateReadError::Missing { path: path.to_string() })?;
    let bundle = PrivateBundle::from_bytes(&bytes, usize::from(span.width().get()))
        .map_err(|source| PrivateReadError::Bundle { path: path.to_string(), source })?;
    let keys = key_page(store, SealPlace::LogRecord(first))?;
    let skip = (first.get() - span.start()) as usize;
    (first.get()..)
        .zip(bundle.iter().skip(skip))
        .map(|(index, sealed)| {
            let Some(sealed) = sealed else { return Ok(None) };
            let at = LeafIndex::new(index)
                .map_err(|_beyond| PrivateReadError::NoEntry { index: first, size })?;
            let place = SealPlace::LogRecord(at);
            Ok(Some(open(kek, origin, place, keys.get(slot_of(place)), sealed)?))
        })
        .collect()
}
