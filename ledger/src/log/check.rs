//! Step (0): before anything is signed, the very bytes that will be stored are read back, hashed again
//! and compared with the tiles and the root. What memory or a bug altered since is caught here, and
//! never published.

use crate::{
    digest::{LeafHash, NodeHash},
    log::{RehashError, tiles::Tiles},
    merkle::{EntryBundle, Tile, TileSpan, tree_root},
    position::{LeafIndex, TreeSize},
    store::{FilePath, NewFile, ReadStore, StagedBatch, StagingHeader},
};

/// Hashes a batch again: entries against tiles, tiles against those above, the tiles together against
/// the new root, and the old root against what the new tiles say of the old size.
pub(super) fn rehash(
    store: &(impl ReadStore + ?Sized),
    staged: &StagedBatch,
) -> Result<(), RehashError> {
    let StagingHeader { base_size, base_root, makes, .. } = *staged.header();
    let new_tiles = staged.files().iter().filter_map(|file| match file.path {
        FilePath::Tile(id) => Some(Tile::parse(id, &file.bytes)),
        FilePath::Entries(_)
        | FilePath::StatusList(_)
        | FilePath::KeptCheckpoint(_)
        | FilePath::PrivateEntries(_) => None,
    });
    let new_tiles: Vec<_> =
        new_tiles.collect::<Result<_, _>>().map_err(crate::log::TileReadError::from)?;
    let tiles = Tiles::with_new(store, makes.size, new_tiles);
    check_leaves(&tiles, staged, base_size)?;
    check_levels(&tiles)?;
    for (size, expected) in [(base_size, base_root), (makes.size, makes.root)] {
        let computed = tree_root(&tiles, size)?;
        if computed != expected {
            return Err(RehashError::Root { size, expected, computed });
        }
    }
    Ok(())
}

/// Every new entry hashes to what its tile says, and there is one for each index.
fn check_leaves<S: ReadStore + ?Sized>(
    tiles: &Tiles<'_, S>,
    staged: &StagedBatch,
    base_size: TreeSize,
) -> Result<(), RehashError> {
    let mut next = base_size.get();
    for NewFile { path, bytes } in staged.files() {
        let FilePath::Entries(span) = path else { continue };
        let index = |offset: usize| LeafIndex::new(span.start() + offset as u64);
        let bundle = EntryBundle::parse(bytes, span.width())?;
        let hashes = tiles.new_tile(0, span.number()).map(Tile::hashes).unwrap_or_default();
        for (offset, entry) in bundle.entries().iter().enumerate() {
            if hashes.get(offset) != Some(&NodeHash::from(LeafHash::of(entry))) {
                return Err(RehashError::Leaf { index: beyond(index(offset))? });
            }
        }
        if !continues(*span, next) {
            return Err(RehashError::Lacking { index: beyond(LeafIndex::new(next))? });
        }
        next = span.end();
    }
    if next == staged.header().makes.size.get() {
        Ok(())
    } else {
        Err(RehashError::Lacking { index: beyond(LeafIndex::new(next))? })
    }
}

const fn continues(span: TileSpan, next: u64) -> bool {
    span.start() <= next && next < span.end()
}

/// Every full new tile hashes to what the new tile above it says.
fn check_levels<S: ReadStore + ?Sized>(tiles: &Tiles<'_, S>) -> Result<(), RehashError> {
    for tile in tiles.new_tiles().filter(|tile| tile.id().span().width().is_full()) {
        let (level, number) = (tile.id().level(), tile.id().span().number());
        let place = TileSpan::holding(number, number + 1);
        let above = place.and_then(|place| tiles.new_tile(level + 1, place.number()));
        let slot = place.map(|place| (number - place.start()) as usize);
        let said = above.zip(slot).and_then(|(above, slot)| above.hashes().get(slot).copied());
        let root = tile.id().root_node().and_then(|node| tile.node(node));
        if said.is_none() || said != root.ok() {
            return Err(RehashError::TileRoot { tile: tile.id() });
        }
    }
    Ok(())
}

/// A position beyond the largest tree cannot come from a span, which is within it.
fn beyond(
    index: Result<LeafIndex, crate::position::PositionTooLarge>,
) -> Result<LeafIndex, RehashError> {
    index.map_err(|too_large| RehashError::Bundle(too_large.into()))
}
