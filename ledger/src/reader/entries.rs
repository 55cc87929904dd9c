//! Reading entries: each is hashed and compared with its place in the tree before it is handed out.

use crate::{
    digest::LeafHash,
    merkle::{EntryBundle, NodeId, Tile, TileId, TileSpan},
    path::LogPath,
    position::{LeafIndex, TreeSize},
    reader::{Fetch, LogReader, ReadError, fetch_optional},
};

/// Entries of one bundle, each as the checkpoint commits to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedBundle {
    first: LeafIndex,
    entries: Vec<Vec<u8>>,
}

impl VerifiedBundle {
    /// The index of the first entry.
    pub fn first(&self) -> LeafIndex {
        self.first
    }

    /// The entries' bytes, in order.
    pub fn entries(&self) -> &[Vec<u8>] {
        &self.entries
    }

    /// The entries' bytes, in order, for keeping.
    pub fn into_entries(self) -> Vec<Vec<u8>> {
        self.entries
    }
}

impl<F: Fetch> LogReader<F> {
    /// One entry's bytes. Its whole bundle is fetched; of it, only this entry is checked.
    pub fn entry(&self, index: LeafIndex) -> Result<Vec<u8>, ReadError<F::Error>> {
        let bundle = self.read_entries(index, index.covering_size())?;
        let entry = bundle.and_then(|bundle| bundle.entries.into_iter().next());
        entry.ok_or(ReadError::IndexBeyondCheckpoint { index, size: self.size() })
    }

    /// The entries from index `from` up to (not including) index `to`, bundle by bundle: the first
    /// and the last bundle may be cut to the range. A range that reaches beyond the checkpoint ends
    /// with an error. The iterator ends after the first error.
    pub fn bundles(
        &self,
        from: TreeSize,
        to: TreeSize,
    ) -> impl Iterator<Item = Result<VerifiedBundle, ReadError<F::Error>>> {
        let mut next = from;
        std::iter::from_fn(move || {
            let first = next.next_index().ok().filter(|first| first.is_within(to))?;
            let bundle = self.read_entries(first, to);
            // After an error nothing is left to read.
            next = match &bundle {
                Ok(Some(bundle)) => TreeSize::new(next.get() + bundle.entries.len() as u64).ok()?,
                Ok(None) | Err(_) => to,
            };
            bundle.transpose()
        })
    }

    /// The entries from `first` to the end of its bundle, but none from `to` on.
    fn read_entries(
        &self,
        first: LeafIndex,
        to: TreeSize,
    ) -> Result<Option<VerifiedBundle>, ReadError<F::Error>> {
        let size = self.size();
        let beyond = ReadError::IndexBeyondCheckpoint { index: first, size };
        let Some(span) = TileSpan::holding(first.get(), size.get()) else { return Err(beyond) };
        let tile = self.tile(TileId::holding(NodeId::leaf(first), size)?)?;
        let (path, bytes, span_there) = self.fetch_bundle(span)?;
        let bundle = EntryBundle::parse(&bytes, span_there.width())
            .map_err(|source| ReadError::Bundle { path, source })?;
        let skip = (first.get() - span.start()) as usize;
        let end = span.end().min(to.get());
        let mut entries = Vec::new();
        for (index, entry) in (first.get()..end).zip(bundle.entries().iter().skip(skip)) {
            let Ok(index) = LeafIndex::new(index) else { break };
            check_entry(&path, &tile, index, entry)?;
            entries.push(entry.to_vec());
        }
        Ok((!entries.is_empty()).then_some(VerifiedBundle { first, entries }))
    }

    /// The bytes of a bundle, where they were, and which span they have. Where a partial bundle is
    /// gone, the full one has taken its place.
    fn fetch_bundle(
        &self,
        span: TileSpan,
    ) -> Result<(LogPath, Vec<u8>, TileSpan), ReadError<F::Error>> {
        let path = LogPath::Entries(span);
        if let Some(bytes) = fetch_optional(&self.fetch, &path, path.max_len())? {
            return Ok((path, bytes, span));
        }
        let full = LogPath::Entries(span.full());
        let bytes = match span.width().is_full() {
            true => None,
            false => fetch_optional(&self.fetch, &full, full.max_len())?,
        };
        let bytes = bytes.ok_or(ReadError::Missing { path })?;
        Ok((full, bytes, span.full()))
    }
}

fn check_entry<E>(
    path: &LogPath,
    tile: &Tile,
    index: LeafIndex,
    entry: &[u8],
) -> Result<(), ReadError<E>> {
    let expected = LeafHash::from_bytes(*tile.node(NodeId::leaf(index))?.as_bytes());
    let computed = LeafHash::of(entry);
    if computed == expected {
        Ok(())
    } else {
        Err(ReadError::EntryMismatch { path: *path, index, expected, computed })
    }
}
