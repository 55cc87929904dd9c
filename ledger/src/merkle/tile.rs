//! Tiles (C2SP tlog-tiles): 256 neighbouring hashes of every eighth height, 8 KiB when full. A tile
//! at level *l* holds hashes of height 8·*l*.

use crate::{
    digest::{DIGEST_LEN, NodeHash},
    merkle::node::{NodeBeyondTree, NodeId, subtree_root},
    position::{MAX_TREE_SIZE, TreeSize},
};

/// Hashes (or entries) in a full tile (or bundle).
pub const HASHES_PER_TILE: u64 = 256;

/// Tree heights that one level of tiles spans.
pub(super) const TILE_HEIGHT: u8 = 8;

/// Levels that a tree of [`MAX_TREE_SIZE`] = 256^5 entries has: 0 to 5, the last with one hash.
pub(super) const TILE_LEVELS: u8 = 6;

/// How many hashes a tile holds: 1 to 256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileWidth(u16);

/// Coordinates that no tile of the largest tree has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTile {
    /// A width of 0 or beyond 256.
    #[error("a tile is 1 to 256 wide, not {width}")]
    Width {
        /// The refused width.
        width: u64,
    },
    /// A tile that reaches beyond [`MAX_TREE_SIZE`].
    #[error("tile {number} of level {level} lies beyond the largest tree")]
    BeyondLargestTree {
        /// The tile's level.
        level: u8,
        /// The tile's number within its level.
        number: u64,
    },
}

impl TileWidth {
    /// The width of a full tile.
    pub const FULL: Self = Self(HASHES_PER_TILE as u16);

    /// A width of 1 to 256.
    pub const fn new(width: u64) -> Result<Self, InvalidTile> {
        match width {
            1..=HASHES_PER_TILE => Ok(Self(width as u16)),
            _ => Err(InvalidTile::Width { width }),
        }
    }

    /// The width as a number.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// Whether a tile of this width is full.
    pub const fn is_full(self) -> bool {
        self.0 == Self::FULL.0
    }
}

/// A run of positions of one level: `number · 256 .. number · 256 + width`. Entry bundles, public
/// and private, have these coordinates too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileSpan {
    number: u64,
    width: TileWidth,
}

impl TileSpan {
    /// A span within the largest tree's lowest level.
    pub fn new(number: u64, width: TileWidth) -> Result<Self, InvalidTile> {
        if number < MAX_TREE_SIZE / HASHES_PER_TILE {
            Ok(Self { number, width })
        } else {
            Err(InvalidTile::BeyondLargestTree { level: 0, number })
        }
    }

    /// The span that holds `position` when there are `count` positions, as wide as they allow; none
    /// if there is no such position.
    pub fn holding(position: u64, count: u64) -> Option<Self> {
        if position >= count || count > MAX_TREE_SIZE {
            return None;
        }
        let number = position / HASHES_PER_TILE;
        let width = (count - number * HASHES_PER_TILE).min(HASHES_PER_TILE);
        Some(Self { number, width: TileWidth(width as u16) })
    }

    /// The tile's number within its level.
    pub const fn number(self) -> u64 {
        self.number
    }

    /// How many positions there are.
    pub const fn width(self) -> TileWidth {
        self.width
    }

    /// The first position.
    pub const fn start(self) -> u64 {
        self.number * HASHES_PER_TILE
    }

    /// The position after the last.
    pub const fn end(self) -> u64 {
        self.start() + self.width.0 as u64
    }

    /// The full tile that starts where this one does.
    pub const fn full(self) -> Self {
        Self { number: self.number, width: TileWidth::FULL }
    }

    /// The spans of 256 that hold positions `old..new`: the partial last one of `old` widened, the
    /// full ones after it, and the partial last one of `new`.
    pub(super) fn between(old: u64, new: u64) -> impl Iterator<Item = Self> {
        let first = old / HASHES_PER_TILE;
        let after_last = if old < new { new.div_ceil(HASHES_PER_TILE) } else { first };
        (first..after_last).filter_map(move |number| Self::holding(number * HASHES_PER_TILE, new))
    }
}

/// Names one tile of hashes, and how much of it there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    level: u8,
    span: TileSpan,
}

impl TileId {
    /// A tile whose leaves all lie within the largest tree.
    pub fn new(level: u8, span: TileSpan) -> Result<Self, InvalidTile> {
        if level < TILE_LEVELS && span.end() <= positions_at(level, MAX_TREE_SIZE) {
            Ok(Self { level, span })
        } else {
            Err(InvalidTile::BeyondLargestTree { level, number: span.number })
        }
    }

    /// The tile from which `node` is read in a tree of `size` entries.
    pub fn holding(node: NodeId, size: TreeSize) -> Result<Self, NodeBeyondTree> {
        let (level, below) = (node.height() / TILE_HEIGHT, node.height() % TILE_HEIGHT);
        let last = ((node.index() + 1) << below) - 1;
        match TileSpan::holding(last, positions_at(level, size.get())) {
            Some(span) => Ok(Self { level, span }),
            None => Err(node.beyond(size.get())),
        }
    }

    /// The node that the level above holds for this tile. Fails at the highest level, above which
    /// there is none.
    pub(crate) fn root_node(self) -> Result<NodeId, NodeBeyondTree> {
        NodeId::new((self.level + 1) * TILE_HEIGHT, self.span.number)
    }

    /// The full tile whose last hash is `node`'s; none if that node is not the last of a tile.
    pub(super) fn ending_with(node: NodeId) -> Option<Self> {
        if !node.height().is_multiple_of(TILE_HEIGHT)
            || !(node.index() + 1).is_multiple_of(HASHES_PER_TILE)
        {
            return None;
        }
        let span = TileSpan::new(node.index() / HASHES_PER_TILE, TileWidth::FULL).ok()?;
        Self::new(node.height() / TILE_HEIGHT, span).ok()
    }

    /// The tile's level: it holds hashes of height 8 · level.
    pub const fn level(self) -> u8 {
        self.level
    }

    /// The tile's place within its level.
    pub const fn span(self) -> TileSpan {
        self.span
    }

    /// The full tile that starts where this one does. It may reach beyond the tree.
    pub const fn full(self) -> Self {
        Self { level: self.level, span: self.span.full() }
    }

    /// The length of the tile's bytes.
    pub const fn byte_len(self) -> usize {
        self.span.width.0 as usize * DIGEST_LEN
    }
}

/// The tiles that are new or wider in a tree of `new` entries than in one of `old` entries: what
/// appending writes. Level by level, left to right; only widths that `new` itself has.
pub fn tiles_between(old: TreeSize, new: TreeSize) -> impl Iterator<Item = TileId> {
    (0..TILE_LEVELS).flat_map(move |level| {
        let (old, new) = (positions_at(level, old.get()), positions_at(level, new.get()));
        TileSpan::between(old, new).map(move |span| TileId { level, span })
    })
}

/// The partial tiles of a tree, lowest level first: what the next batch continues, at most one a
/// level.
pub(super) fn partial_tiles(size: TreeSize) -> impl Iterator<Item = TileId> {
    (0..TILE_LEVELS).filter_map(move |level| {
        let count = positions_at(level, size.get());
        let span = TileSpan::holding(count.checked_sub(1)?, count)?;
        (!span.width.is_full()).then_some(TileId { level, span })
    })
}

/// How many hashes of height 8 · level a tree of `size` entries has.
const fn positions_at(level: u8, size: u64) -> u64 {
    size >> (level as u32 * TILE_HEIGHT as u32)
}

/// The hashes of one tile. Whether they belong to a log is for the reader to establish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    id: TileId,
    hashes: Vec<NodeHash>,
}

/// Tile bytes that are not exactly as many hashes as the tile is wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("tile {tile} has {actual} bytes instead of {expected}")]
pub struct WrongTileLength {
    /// Which tile.
    pub tile: TileId,
    /// 32 bytes for each hash.
    pub expected: usize,
    /// How many bytes there were.
    pub actual: usize,
}

impl Tile {
    /// Reads a tile's bytes.
    pub fn parse(id: TileId, bytes: &[u8]) -> Result<Self, WrongTileLength> {
        if bytes.len() != id.byte_len() {
            let (expected, actual) = (id.byte_len(), bytes.len());
            return Err(WrongTileLength { tile: id, expected, actual });
        }
        let (chunks, _no_rest) = bytes.as_chunks::<DIGEST_LEN>();
        Ok(Self { id, hashes: chunks.iter().copied().map(NodeHash::from_bytes).collect() })
    }

    /// A tile of as many hashes as `id` is wide.
    pub(super) fn from_hashes(id: TileId, hashes: Vec<NodeHash>) -> Self {
        debug_assert_eq!(hashes.len(), usize::from(id.span.width.0));
        Self { id, hashes }
    }

    /// Which tile this is.
    pub const fn id(&self) -> TileId {
        self.id
    }

    /// The hashes, left to right.
    pub fn hashes(&self) -> &[NodeHash] {
        &self.hashes
    }

    pub(super) fn into_hashes(self) -> Vec<NodeHash> {
        self.hashes
    }

    /// The bytes as they are stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.id.byte_len());
        self.hashes.iter().for_each(|hash| bytes.extend_from_slice(hash.as_bytes()));
        bytes
    }

    /// Whether these are the bytes as they are stored.
    pub fn has_bytes(&self, bytes: &[u8]) -> bool {
        let (chunks, rest) = bytes.as_chunks::<DIGEST_LEN>();
        rest.is_empty() && chunks.iter().eq(self.hashes.iter().map(NodeHash::as_bytes))
    }

    /// The hash of a node that lies within this tile, or is all of it.
    pub fn node(&self, node: NodeId) -> Result<NodeHash, NodeBeyondTree> {
        let beyond = || node.beyond(self.id.span.end() << (self.id.level * TILE_HEIGHT));
        let below = node.height().checked_sub(self.id.level * TILE_HEIGHT).ok_or_else(beyond)?;
        if below > TILE_HEIGHT {
            return Err(beyond());
        }
        let start = (node.index() << below).checked_sub(self.id.span.start()).ok_or_else(beyond)?;
        let end = start + (1 << below);
        let hashes = self.hashes.get(start as usize..end as usize).ok_or_else(beyond)?;
        subtree_root(hashes).ok_or_else(beyond)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;

    fn size(value: u64) -> TreeSize {
        TreeSize::new(value).unwrap()
    }

    fn texts(tiles: impl Iterator<Item = TileId>) -> Vec<String> {
        tiles.map(|tile| tile.to_string()).collect()
    }

    #[test]
    fn the_specifications_tree_of_seventy_thousand_has_its_tiles() {
        let all: Vec<_> = tiles_between(TreeSize::EMPTY, size(70_000)).collect();
        let full =
            |level| all.iter().filter(|t| t.level() == level && t.span().width().is_full()).count();
        assert_eq!((full(0), full(1), full(2)), (273, 1, 0));
        let partial = texts(partial_tiles(size(70_000)));
        assert_eq!(partial, ["0/273.p/112", "1/001.p/17", "2/000.p/1"]);
    }

    #[test]
    fn a_tree_of_256_has_a_full_tile_and_a_partial_one_above() {
        assert_eq!(texts(tiles_between(size(255), size(256))), ["0/000", "1/000.p/1"]);
        assert_eq!(texts(partial_tiles(size(256))), ["1/000.p/1"]);
    }

    #[test]
    fn nothing_is_written_between_equal_sizes() {
        assert_eq!(texts(tiles_between(size(300), size(300))), [""; 0]);
    }

    #[test]
    fn the_largest_tree_has_one_hash_at_its_highest_level() {
        assert_eq!(texts(partial_tiles(size(MAX_TREE_SIZE))), ["5/000.p/1"]);
        let span = TileSpan::new(0, TileWidth::new(2).unwrap()).unwrap();
        let expected = InvalidTile::BeyondLargestTree { level: 5, number: 0 };
        assert_eq!(TileId::new(5, span), Err(expected));
    }

    #[test]
    fn refuses_tile_bytes_of_another_length() {
        let span = TileSpan::new(0, TileWidth::new(2).unwrap()).unwrap();
        let tile = TileId::new(0, span).unwrap();
        for actual in [0, 63, 65, 96] {
            let expected = WrongTileLength { tile, expected: 64, actual };
            assert_eq!(Tile::parse(tile, &vec![0; actual]), Err(expected));
        }
    }

    #[test]
    fn a_tile_says_which_node_it_does_not_hold() {
        let span = TileSpan::new(1, TileWidth::new(3).unwrap()).unwrap();
        let tile = Tile::parse(TileId::new(0, span).unwrap(), &[9; 96]).unwrap();
        let node = |height, index| NodeId::new(height, index).unwrap();
        assert_eq!(tile.node(node(0, 258)), Ok(NodeHash::from_bytes([9; 32])));
        for absent in [node(0, 255), node(0, 259), node(1, 129), node(8, 1), node(9, 0)] {
            let beyond = absent.beyond(259);
            assert_eq!(tile.node(absent), Err(beyond));
        }
    }
}
