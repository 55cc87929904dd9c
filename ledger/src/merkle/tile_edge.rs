//! The partial tiles at the right edge of a log: what a batch continues, and what ties a tree's
//! tiles to its root.

use crate::{
    digest::{LeafHash, NodeHash, RootHash},
    merkle::{
        edge::Edge,
        node::{NodeId, subtree_root},
        tile::{
            HASHES_PER_TILE, TILE_HEIGHT, TILE_LEVELS, Tile, TileId, WrongTileLength,
            partial_tiles, tiles_between,
        },
    },
    position::{PositionTooLarge, TreeSize},
};

/// The partial tiles of a tree (at most 255 hashes for each of six levels, 48 KiB) with its compact
/// edge. Appending costs what the new leaves cost, whatever the size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TileEdge {
    edge: Edge,
    /// For each level, the hashes of its partial tile; empty where all tiles are full.
    partial: [Vec<NodeHash>; TILE_LEVELS as usize],
}

/// Why the right edge of a tree could not be loaded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TileEdgeError<E> {
    /// A tile could not be read.
    #[error("tile {tile} could not be read")]
    Read {
        /// The partial tile that was asked for.
        tile: TileId,
        /// What the storage said.
        source: E,
    },
    /// A tile has another length than its width says.
    #[error(transparent)]
    WrongLength(#[from] WrongTileLength),
    /// The partial tiles together do not give the tree's root.
    #[error("the partial tiles of the tree of {size} entries give root {computed}, not {expected}")]
    RootMismatch {
        /// The tree's size.
        size: TreeSize,
        /// The tree's root.
        expected: RootHash,
        /// The root that follows from the tiles.
        computed: RootHash,
    },
}

impl TileEdge {
    /// The edge of the empty tree.
    pub const fn empty() -> Self {
        Self { edge: Edge::empty(), partial: [const { Vec::new() }; TILE_LEVELS as usize] }
    }

    /// Loads the partial tiles of the tree of `size` entries, whose bytes `read` gives, and checks
    /// them against its `root`: the edge that is returned is the one that the root commits to.
    pub fn load<E>(
        size: TreeSize,
        root: RootHash,
        mut read: impl FnMut(TileId) -> Result<Vec<u8>, E>,
    ) -> Result<Self, TileEdgeError<E>> {
        let mut partial = [const { Vec::new() }; TILE_LEVELS as usize];
        for id in partial_tiles(size) {
            let bytes = read(id).map_err(|source| TileEdgeError::Read { tile: id, source })?;
            let tile = Tile::parse(id, &bytes)?;
            if let Some(hashes) = partial.get_mut(usize::from(id.level())) {
                *hashes = tile.into_hashes();
            }
        }
        let peaks = partial.iter().rev().flat_map(|hashes| perfect_roots(hashes)).collect();
        let edge = Edge::from_peaks(size, peaks);
        let computed = edge.root();
        if computed != root {
            return Err(TileEdgeError::RootMismatch { size, expected: root, computed });
        }
        Ok(Self { edge, partial })
    }

    /// How many leaves the tree has.
    pub const fn size(&self) -> TreeSize {
        self.edge.size()
    }

    /// The root of the tree.
    pub fn root(&self) -> RootHash {
        self.edge.root()
    }

    /// The tree with `leaves` appended, and every tile that is then new or wider: all full ones, and
    /// the partial ones of the new size only. `self` stays as it is, so that a batch that fails has
    /// changed nothing.
    pub fn append(&self, leaves: &[LeafHash]) -> Result<(Self, Vec<Tile>), PositionTooLarge> {
        let mut next = self.clone();
        let mut tiles = next.extend(leaves)?;
        tiles.extend(next.tiles_wider_than(self.size()));
        Ok((next, tiles))
    }

    /// Appends `leaves` in place; gives the tiles that this fills. After an error, which means that the
    /// largest tree was reached, the leaves up to there are in it.
    pub fn extend(&mut self, leaves: &[LeafHash]) -> Result<Vec<Tile>, PositionTooLarge> {
        let mut tiles = Vec::new();
        for leaf in leaves {
            let partial = &mut self.partial;
            self.edge.push_noting(*leaf, |node, hash| tiles.extend(add(partial, node, hash)))?;
        }
        Ok(tiles)
    }

    /// The partial tiles of the tree, lowest level first: those that a published size of this many
    /// entries has.
    pub fn partial_tiles(&self) -> impl Iterator<Item = Tile> {
        (0..TILE_LEVELS).filter_map(|level| self.partial_tile(level))
    }

    /// The partial tile of a level, if the level has one.
    fn partial_tile(&self, level: u8) -> Option<Tile> {
        let id = partial_tiles(self.size()).find(|id| id.level() == level)?;
        Some(Tile::from_hashes(id, self.partial.get(usize::from(level))?.clone()))
    }

    fn tiles_wider_than(&self, old: TreeSize) -> Vec<Tile> {
        let changed = tiles_between(old, self.size()).filter(|id| !id.span().width().is_full());
        changed.filter_map(|id| self.partial_tile(id.level())).collect()
    }
}

/// Adds a newly completed node to the partial tile of its level, if tiles hold its height; gives the
/// tile when that fills it.
fn add(partial: &mut [Vec<NodeHash>], node: NodeId, hash: NodeHash) -> Option<Tile> {
    if !node.height().is_multiple_of(TILE_HEIGHT) {
        return None;
    }
    let hashes = partial.get_mut(usize::from(node.height() / TILE_HEIGHT))?;
    hashes.push(hash);
    let id = TileId::ending_with(node)?;
    let next = Vec::with_capacity(HASHES_PER_TILE as usize);
    Some(Tile::from_hashes(id, std::mem::replace(hashes, next)))
}

/// The roots of the perfect trees that make up a partial tile, largest first.
fn perfect_roots(hashes: &[NodeHash]) -> Vec<NodeHash> {
    let mut rest = hashes;
    let mut roots = Vec::new();
    while let Some(height) = rest.len().checked_ilog2() {
        let (perfect, smaller) = rest.split_at(1 << height);
        roots.extend(subtree_root(perfect));
        rest = smaller;
    }
    roots
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::merkle::node::HashSource as _;
    use crate::merkle::{LeafSlice, root_of_leaves};

    fn leaves(from: u64, to: u64) -> Vec<LeafHash> {
        (from..to).map(|n| LeafHash::of(&n.to_be_bytes())).collect()
    }

    fn size(value: u64) -> TreeSize {
        TreeSize::new(value).unwrap()
    }

    /// What every tile of a tree holds, from all its leaves: the definition, without any edge.
    fn naive_tile(id: TileId, all: &[LeafHash]) -> Tile {
        let height = id.level() * TILE_HEIGHT;
        let node = |index| LeafSlice(all).node(NodeId::new(height, index).unwrap()).unwrap();
        Tile::from_hashes(id, (id.span().start()..id.span().end()).map(node).collect())
    }

    fn load(
        store: &BTreeMap<TileId, Vec<u8>>,
        at: u64,
        root: RootHash,
    ) -> Result<TileEdge, TileEdgeError<TileId>> {
        TileEdge::load(size(at), root, |id| store.get(&id).cloned().ok_or(id))
    }

    #[test]
    fn a_batch_writes_full_tiles_and_only_the_last_partial_ones() {
        let (edge, _) = TileEdge::empty().append(&leaves(0, 250)).unwrap();
        let (_, tiles) = edge.append(&leaves(250, 600)).unwrap();
        let names: Vec<_> = tiles.iter().map(|tile| tile.id().to_string()).collect();
        assert_eq!(names, ["0/000", "0/001", "0/002.p/88", "1/000.p/2"]);
    }

    #[test]
    fn an_empty_batch_writes_nothing() {
        let (edge, _) = TileEdge::empty().append(&leaves(0, 250)).unwrap();
        assert_eq!(edge.append(&[]), Ok((edge, Vec::new())));
    }

    #[test]
    fn a_level_that_a_batch_leaves_unchanged_is_not_written_again() {
        let (edge, _) = TileEdge::empty().append(&leaves(0, 260)).unwrap();
        let (_, tiles) = edge.append(&leaves(260, 261)).unwrap();
        let names: Vec<_> = tiles.iter().map(|tile| tile.id().to_string()).collect();
        assert_eq!(names, ["0/001.p/5"]);
    }

    #[test]
    fn refuses_an_edge_that_the_root_does_not_commit_to() {
        let (edge, tiles) = TileEdge::empty().append(&leaves(0, 3)).unwrap();
        let mut store: BTreeMap<_, _> = tiles.iter().map(|t| (t.id(), t.to_bytes())).collect();
        store.values_mut().for_each(|bytes| bytes[40] ^= 1);
        let verdict = load(&store, 3, edge.root());
        let Err(TileEdgeError::RootMismatch { size: at, expected, computed }) = verdict else {
            unreachable!("{verdict:?}");
        };
        assert_eq!((at, expected), (size(3), edge.root()));
        assert_ne!(computed, expected);
    }

    #[test]
    fn names_the_tile_that_is_missing() {
        let missing: TileId = "0/000.p/3".parse().unwrap();
        let expected = TileEdgeError::Read { tile: missing, source: missing };
        assert_eq!(load(&BTreeMap::new(), 3, RootHash::empty()), Err(expected));
    }

    #[test]
    fn the_edge_of_the_empty_tree_needs_no_tile_but_the_empty_root() {
        assert_eq!(load(&BTreeMap::new(), 0, RootHash::empty()), Ok(TileEdge::empty()));
        let wrong = root_of_leaves(&leaves(0, 1));
        let computed = RootHash::empty();
        let expected = TileEdgeError::RootMismatch { size: size(0), expected: wrong, computed };
        assert_eq!(load(&BTreeMap::new(), 0, wrong), Err(expected));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn tiles_and_roots_are_those_of_a_naive_tree(
            batches in proptest::collection::vec(0u64..700, 1..5),
            reload in any::<bool>(),
        ) {
            let mut edge = TileEdge::empty();
            let mut store = BTreeMap::new();
            for batch in batches {
                let (old, new) = (edge.size().get(), edge.size().get() + batch);
                let (next, tiles) = edge.append(&leaves(old, new)).unwrap();
                let all = leaves(0, new);
                prop_assert_eq!(next.root(), root_of_leaves(&all));
                let mut written: Vec<_> = tiles.iter().map(Tile::id).collect();
                written.sort();
                let mut wanted: Vec<_> = tiles_between(size(old), size(new)).collect();
                wanted.sort();
                prop_assert_eq!(written, wanted);
                for tile in tiles {
                    prop_assert_eq!(&tile, &naive_tile(tile.id(), &all));
                    store.insert(tile.id(), tile.to_bytes());
                }
                if reload {
                    prop_assert_eq!(load(&store, new, next.root()), Ok(next.clone()));
                }
                edge = next;
            }
        }
    }
}
