//! Entry bundles (C2SP tlog-tiles): up to 256 entries, each after its length in two big-endian
//! bytes. Bundle *n* holds the entries whose hashes are in tile *n* of level 0.

use crate::{
    merkle::tile::{HASHES_PER_TILE, TileSpan, TileWidth},
    position::{PositionTooLarge, TreeSize},
};

/// The longest entry that a bundle can hold, in bytes.
///
/// Security: a length in a bundle can make a reader allocate no more than this.
pub const MAX_STORED_ENTRY_LEN: usize = u16::MAX as usize;

/// The longest bundle: 256 entries of the longest kind and their lengths, 16 MiB.
///
/// Security: whoever fetches a bundle from a stranger stops reading here.
pub const MAX_BUNDLE_LEN: usize = HASHES_PER_TILE as usize * (LENGTH_LEN + MAX_STORED_ENTRY_LEN);

const LENGTH_LEN: usize = 2;

/// Bytes that are no bundle of the stated width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// The bundle ends within an entry or its length.
    #[error("the bundle ends within entry {entry} of {width}")]
    Truncated {
        /// Position of that entry within the bundle.
        entry: u16,
        /// How many entries the bundle should have.
        width: u16,
    },
    /// Bytes are left after the last entry.
    #[error("{count} bytes are left over after {width} entries")]
    TrailingBytes {
        /// How many bytes.
        count: usize,
        /// How many entries the bundle should have.
        width: u16,
    },
    /// A new entry cannot be written.
    #[error(transparent)]
    EntryTooLong(#[from] EntryTooLong),
    /// More entries than the largest tree holds.
    #[error(transparent)]
    LogFull(#[from] PositionTooLarge),
}

/// An entry that a bundle cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an entry of {len} bytes; at most {MAX_STORED_ENTRY_LEN} can be stored")]
pub struct EntryTooLong {
    /// The entry's length in bytes.
    pub len: usize,
}

/// The entries of one bundle, in order. Whether they are on record is for the reader to establish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryBundle<'a>(Vec<&'a [u8]>);

impl<'a> EntryBundle<'a> {
    /// Splits the bytes of a bundle of exactly `width` entries.
    pub fn parse(bytes: &'a [u8], width: TileWidth) -> Result<Self, BundleError> {
        let mut entries = Vec::with_capacity(usize::from(width.get()));
        let mut rest = bytes;
        for entry in 0..width.get() {
            let (bytes, after) =
                split_entry(rest).ok_or(BundleError::Truncated { entry, width: width.get() })?;
            entries.push(bytes);
            rest = after;
        }
        match rest.len() {
            0 => Ok(Self(entries)),
            count => Err(BundleError::TrailingBytes { count, width: width.get() }),
        }
    }

    /// The entries, in order.
    pub fn entries(&self) -> &[&'a [u8]] {
        &self.0
    }

    /// The bytes that [`EntryBundle::parse`] read.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EntryTooLong> {
        let mut bytes = Vec::new();
        self.0.iter().try_for_each(|entry| write_entry(&mut bytes, entry))?;
        Ok(bytes)
    }
}

/// The bundles that are new or wider in a log of `new` entries than in one of `old` entries.
pub fn bundles_between(old: TreeSize, new: TreeSize) -> impl Iterator<Item = TileSpan> {
    TileSpan::between(old.get(), new.get())
}

/// Appends entries to a log of `size` entries whose last, partial bundle has the bytes `partial`
/// (empty if its size is a multiple of 256): every bundle that is then new or wider, partial ones for
/// the new size only.
pub fn append_bundles<E: AsRef<[u8]>>(
    size: TreeSize,
    partial: &[u8],
    entries: &[E],
) -> Result<Vec<(TileSpan, Vec<u8>)>, BundleError> {
    let new_size = TreeSize::new(size.get() + entries.len() as u64)?;
    match TileWidth::new(size.get() % HASHES_PER_TILE) {
        Ok(width) => drop(EntryBundle::parse(partial, width)?),
        // Width 0: there is no partial bundle.
        Err(_) if partial.is_empty() => {}
        Err(_) => return Err(BundleError::TrailingBytes { count: partial.len(), width: 0 }),
    }
    let mut bundles = Vec::new();
    let mut bytes = partial.to_vec();
    let mut entries = entries.iter();
    for span in bundles_between(size, new_size) {
        let count = span.end() - span.start().max(size.get());
        for entry in entries.by_ref().take(count as usize) {
            write_entry(&mut bytes, entry.as_ref())?;
        }
        bundles.push((span, std::mem::take(&mut bytes)));
    }
    Ok(bundles)
}

fn write_entry(bytes: &mut Vec<u8>, entry: &[u8]) -> Result<(), EntryTooLong> {
    let len = u16::try_from(entry.len()).map_err(|_too_large| EntryTooLong { len: entry.len() })?;
    bytes.extend(len.to_be_bytes());
    bytes.extend(entry);
    Ok(())
}

fn split_entry(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<LENGTH_LEN>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn width(value: u64) -> TileWidth {
        TileWidth::new(value).unwrap()
    }

    fn size(value: u64) -> TreeSize {
        TreeSize::new(value).unwrap()
    }

    #[test]
    fn splits_a_bundle_into_its_entries() {
        let bundle = EntryBundle::parse(b"\0\x03one\0\0\0\x05three", width(3)).unwrap();
        assert_eq!(bundle.entries(), [&b"one"[..], b"", b"three"]);
    }

    #[test]
    fn refuses_a_truncated_bundle() {
        let bytes = b"\0\x03one\0\x03two";
        for len in 0..bytes.len() {
            let entry = u16::from(len >= 5);
            let expected = BundleError::Truncated { entry, width: 2 };
            assert_eq!(EntryBundle::parse(&bytes[..len], width(2)), Err(expected), "{len}");
        }
    }

    #[test]
    fn refuses_bytes_after_the_last_entry() {
        let expected = BundleError::TrailingBytes { count: 2, width: 1 };
        assert_eq!(EntryBundle::parse(b"\0\x03one\0\0", width(1)), Err(expected));
    }

    #[test]
    fn refuses_an_entry_too_long_for_its_length() {
        let entry = vec![0; MAX_STORED_ENTRY_LEN + 1];
        let expected = BundleError::EntryTooLong(EntryTooLong { len: MAX_STORED_ENTRY_LEN + 1 });
        assert_eq!(append_bundles(TreeSize::EMPTY, b"", &[entry]), Err(expected));
    }

    #[test]
    fn refuses_to_continue_a_partial_bundle_of_another_width() {
        let expected = BundleError::Truncated { entry: 1, width: 2 };
        assert_eq!(append_bundles(size(2), b"\0\x01a", &[b"b"]), Err(expected));
        let expected = BundleError::TrailingBytes { count: 3, width: 0 };
        assert_eq!(append_bundles(size(256), b"\0\x01a", &[b"b"]), Err(expected));
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_again(
            bytes in proptest::collection::vec(0u8..4, 0..40), entries in 1u64..8,
        ) {
            if let Ok(bundle) = EntryBundle::parse(&bytes, width(entries)) {
                prop_assert_eq!(bundle.to_bytes(), Ok(bytes.clone()));
            }
        }

        #[test]
        fn entries_appended_in_batches_are_read_in_order(
            batches in proptest::collection::vec(0u64..400, 1..5),
        ) {
            let mut stored = BTreeMap::<TileSpan, Vec<u8>>::new();
            let mut count = 0u64;
            for batch in batches {
                let entries: Vec<_> = (count..count + batch).map(|n| n.to_string()).collect();
                let partial = TileSpan::holding(count.saturating_sub(1), count)
                    .filter(|span| !span.width().is_full())
                    .map(|span| stored[&span].clone())
                    .unwrap_or_default();
                stored.extend(append_bundles(size(count), &partial, &entries).unwrap());
                count += batch;
                let mut read = Vec::new();
                for span in bundles_between(TreeSize::EMPTY, size(count)) {
                    let bundle = EntryBundle::parse(&stored[&span], span.width()).unwrap();
                    read.extend(bundle.entries().iter().map(|e| e.to_vec()));
                }
                let all: Vec<_> = (0..count).map(|n| n.to_string().into_bytes()).collect();
                prop_assert_eq!(read, all);
            }
        }
    }
}
