//! Reading a log that is trusted for nothing: every hash, proof and entry that comes out hangs on a
//! verified checkpoint. Whoever stores or serves the files can withhold, not falsify.
//!
//! The partial tiles of the checkpoint's tree are read first: together they give its root. Every full
//! tile is then checked against its hash in the level above, every entry against its hash in its
//! tile. So nothing is believed that the checkpoint's root does not commit to.

mod cache;
mod entries;
mod error;

use std::sync::{Arc, Mutex, PoisonError};

use crate::{
    checkpoint::{CheckpointPolicy, SignedCheckpoint, VerifiedCheckpoint},
    digest::{LeafHash, NodeHash, RootHash},
    merkle::{
        ConsistencyProof, HashSource, InclusionProof, NodeId, ProveError, Tile, TileEdge,
        TileEdgeError, TileId, prove_consistency, prove_inclusion, tree_root,
    },
    path::LogPath,
    position::{LeafIndex, TreeSize},
    reader::cache::TileCache,
};
pub use cache::MAX_CACHED_TILES;
pub use entries::VerifiedBundle;
pub use error::{ReadCheckpointError, ReadError};

/// Where the public files of a log come from: a directory, a web server, memory. It is trusted for
/// nothing.
pub trait Fetch {
    /// Why a file could not be had, other than that there is none.
    type Error;

    /// A whole file; none if there is no such file. A file longer than `max_len` is an error, and no
    /// more than that is read of it.
    fn fetch(&self, path: &LogPath, max_len: usize) -> Result<Option<Vec<u8>>, Self::Error>;
}

impl<F: Fetch + ?Sized> Fetch for &F {
    type Error = F::Error;

    fn fetch(&self, path: &LogPath, max_len: usize) -> Result<Option<Vec<u8>>, F::Error> {
        (**self).fetch(path, max_len)
    }
}

impl<F: Fetch + ?Sized> Fetch for Arc<F> {
    type Error = F::Error;

    fn fetch(&self, path: &LogPath, max_len: usize) -> Result<Option<Vec<u8>>, F::Error> {
        (**self).fetch(path, max_len)
    }
}

/// Fetches a checkpoint and verifies it.
pub fn read_checkpoint<F: Fetch>(
    fetch: &F,
    path: &LogPath,
    policy: &CheckpointPolicy,
) -> Result<VerifiedCheckpoint, ReadCheckpointError<F::Error>> {
    let bytes = fetch_present(fetch, path, path.max_len())?;
    let signed = SignedCheckpoint::parse(&bytes)
        .map_err(|source| ReadCheckpointError::Parse { path: *path, source })?;
    signed.verify(policy).map_err(|source| ReadCheckpointError::Verify { path: *path, source })
}

/// A log as its verified checkpoint commits to it.
#[derive(Debug)]
pub struct LogReader<F> {
    fetch: F,
    checkpoint: VerifiedCheckpoint,
    /// The partial tile of each level that has one. They were checked against the root.
    partial: Vec<Arc<Tile>>,
    /// Full tiles, each of which was checked against the level above.
    full: Mutex<TileCache>,
}

impl<F: Fetch> LogReader<F> {
    /// Reads the right edge of the checkpoint's tree (at most six small files) and checks it against
    /// the root.
    pub fn open(fetch: F, checkpoint: VerifiedCheckpoint) -> Result<Self, ReadError<F::Error>> {
        let (size, root) = (checkpoint.size(), checkpoint.root());
        let edge = TileEdge::load(size, root, |tile| fetch_partial(&fetch, tile));
        let edge = edge.map_err(|error| match error {
            TileEdgeError::Read { tile: _, source } => source,
            TileEdgeError::WrongLength(wrong) => ReadError::WrongLength {
                path: LogPath::Tile(wrong.tile),
                expected: wrong.expected,
                actual: wrong.actual,
            },
            TileEdgeError::RootMismatch { size, expected, computed } => {
                ReadError::EdgeMismatch { size, expected, computed }
            }
        })?;
        let partial = edge.partial_tiles().map(Arc::new).collect();
        Ok(Self { fetch, checkpoint, partial, full: Mutex::new(TileCache::empty()) })
    }

    /// The checkpoint on which everything hangs that is read here.
    pub fn checkpoint(&self) -> &VerifiedCheckpoint {
        &self.checkpoint
    }

    /// How many entries the checkpoint covers.
    pub fn size(&self) -> TreeSize {
        self.checkpoint.size()
    }

    /// The hash of an entry.
    pub fn leaf_hash(&self, index: LeafIndex) -> Result<LeafHash, ReadError<F::Error>> {
        Ok(LeafHash::from_bytes(*self.node(NodeId::leaf(index))?.as_bytes()))
    }

    /// The proof that the entry at `index` is under the checkpoint's root.
    pub fn prove_inclusion(
        &self,
        index: LeafIndex,
    ) -> Result<InclusionProof, ProveError<ReadError<F::Error>>> {
        prove_inclusion(self, index, self.size())
    }

    /// The proof that the checkpoint's tree extends that of `old` entries.
    pub fn prove_consistency(
        &self,
        old: TreeSize,
    ) -> Result<ConsistencyProof, ProveError<ReadError<F::Error>>> {
        prove_consistency(self, old, self.size())
    }

    /// The root that the log had at an earlier size, if it is the log that it is now.
    pub fn root_at(&self, size: TreeSize) -> Result<RootHash, ReadError<F::Error>> {
        if size > self.size() {
            return Err(ReadError::SizeBeyondCheckpoint { size, checkpoint: self.size() });
        }
        tree_root(self, size)
    }

    /// Checks that the log extends an earlier view of it: that its first `size` entries had `root`.
    /// A failure is proof that the log signed two histories.
    pub fn check_extends(&self, size: TreeSize, root: RootHash) -> Result<(), ReadError<F::Error>> {
        let computed = self.root_at(size)?;
        if computed == root {
            Ok(())
        } else {
            Err(ReadError::NotAnExtension { size, expected: root, computed })
        }
    }

    /// The file of the exceptions list of the head at `head`. Nothing about it is checked here but
    /// its length: the head of a verified entry states its root.
    pub fn unchecked_list(&self, head: LeafIndex) -> Result<Vec<u8>, ReadError<F::Error>> {
        let path = LogPath::StatusList(head);
        fetch_present(&self.fetch, &path, path.max_len())
    }

    /// A tile of the checkpoint's tree, checked.
    fn tile(&self, id: TileId) -> Result<Arc<Tile>, ReadError<F::Error>> {
        if let Some(tile) = self.partial.iter().find(|tile| tile.id() == id) {
            return Ok(Arc::clone(tile));
        }
        if let Some(tile) = self.cached().get(id) {
            return Ok(tile);
        }
        let path = LogPath::Tile(id);
        // The lock is not held while fetching: readers do not wait for each other's network.
        let root = id.root_node()?;
        let expected = self.node(root)?;
        let bytes = fetch_present(&self.fetch, &path, id.byte_len())?;
        let tile = Tile::parse(id, &bytes).map_err(|wrong| ReadError::WrongLength {
            path,
            expected: wrong.expected,
            actual: wrong.actual,
        })?;
        let computed = tile.node(root)?;
        if computed != expected {
            return Err(ReadError::TileMismatch { path, expected, computed });
        }
        let tile = Arc::new(tile);
        self.cached().insert(Arc::clone(&tile));
        Ok(tile)
    }

    fn cached(&self) -> std::sync::MutexGuard<'_, TileCache> {
        // A panic elsewhere cannot leave a tile in the cache that was not checked.
        self.full.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<F: Fetch> HashSource for LogReader<F> {
    type Error = ReadError<F::Error>;

    /// The hash of a subtree that is complete in the checkpoint's tree.
    fn node(&self, node: NodeId) -> Result<NodeHash, ReadError<F::Error>> {
        let id = TileId::holding(node, self.size())?;
        Ok(self.tile(id)?.node(node)?)
    }
}

/// A file that must be there, of at most `max_len` bytes.
fn fetch_present<F: Fetch>(
    fetch: &F,
    path: &LogPath,
    max_len: usize,
) -> Result<Vec<u8>, ReadError<F::Error>> {
    fetch_optional(fetch, path, max_len)?.ok_or(ReadError::Missing { path: *path })
}

fn fetch_optional<F: Fetch>(
    fetch: &F,
    path: &LogPath,
    max_len: usize,
) -> Result<Option<Vec<u8>>, ReadError<F::Error>> {
    let bytes = fetch.fetch(path, max_len);
    let bytes = bytes.map_err(|source| ReadError::Fetch { path: *path, source })?;
    match bytes {
        Some(bytes) if bytes.len() > max_len => {
            Err(ReadError::TooLong { path: *path, max: max_len, actual: bytes.len() })
        }
        bytes => Ok(bytes),
    }
}

/// The bytes of a partial tile. Where it is gone, the full tile has taken its place: its beginning.
fn fetch_partial<F: Fetch>(fetch: &F, id: TileId) -> Result<Vec<u8>, ReadError<F::Error>> {
    let path = LogPath::Tile(id);
    if let Some(bytes) = fetch_optional(fetch, &path, id.byte_len())? {
        return Ok(bytes);
    }
    let full = LogPath::Tile(id.full());
    let bytes = fetch_optional(fetch, &full, id.full().byte_len())?;
    let mut bytes = bytes.ok_or(ReadError::Missing { path })?;
    if bytes.len() != id.full().byte_len() {
        let (expected, actual) = (id.full().byte_len(), bytes.len());
        return Err(ReadError::WrongLength { path: full, expected, actual });
    }
    bytes.truncate(id.byte_len());
    Ok(bytes)
}

#[cfg(test)]
mod tests;
