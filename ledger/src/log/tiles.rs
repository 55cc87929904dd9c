//! Hashes of the stored tree, and of one that is about to be stored.

use std::collections::BTreeMap;

use crate::{
    digest::NodeHash,
    merkle::{HashSource, NodeBeyondTree, NodeId, Tile, TileId, WrongTileLength},
    position::TreeSize,
    store::{FilePath, ReadStore, StoreError},
};

/// Why a tile could not be used.
#[derive(Debug, thiserror::Error)]
pub enum TileReadError {
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such tile.
    #[error("log/tile/{tile} is missing")]
    Missing {
        /// Which.
        tile: TileId,
    },
    /// It has another length than its width says.
    #[error(transparent)]
    WrongLength(#[from] WrongTileLength),
    /// It does not hold the hash.
    #[error(transparent)]
    Beyond(#[from] NodeBeyondTree),
}

/// The hashes of the tree of `size` entries: new tiles first, then stored ones.
pub(super) struct Tiles<'a, S: ?Sized> {
    store: &'a S,
    size: TreeSize,
    new: BTreeMap<(u8, u64), Tile>,
}

impl<'a, S: ReadStore + ?Sized> Tiles<'a, S> {
    /// The stored tree.
    pub(super) const fn stored(store: &'a S, size: TreeSize) -> Self {
        Self { store, size, new: BTreeMap::new() }
    }

    /// The tree that `new` tiles make of the stored one.
    pub(super) fn with_new(
        store: &'a S,
        size: TreeSize,
        new: impl IntoIterator<Item = Tile>,
    ) -> Self {
        let key = |tile: &Tile| (tile.id().level(), tile.id().span().number());
        Self { store, size, new: new.into_iter().map(|tile| (key(&tile), tile)).collect() }
    }

    /// The new tiles.
    pub(super) fn new_tiles(&self) -> impl Iterator<Item = &Tile> {
        self.new.values()
    }

    /// The new tile that holds a place of a level, if it is new.
    pub(super) fn new_tile(&self, level: u8, number: u64) -> Option<&Tile> {
        self.new.get(&(level, number))
    }
}

/// One stored tile's bytes.
pub(super) fn read_tile(
    store: &(impl ReadStore + ?Sized),
    tile: TileId,
) -> Result<Vec<u8>, TileReadError> {
    store.get(&FilePath::Tile(tile).into())?.ok_or(TileReadError::Missing { tile })
}

impl<S: ReadStore + ?Sized> HashSource for Tiles<'_, S> {
    type Error = TileReadError;

    fn node(&self, node: NodeId) -> Result<NodeHash, TileReadError> {
        let id = TileId::holding(node, self.size)?;
        if let Some(tile) = self.new_tile(id.level(), id.span().number()) {
            return Ok(tile.node(node)?);
        }
        Ok(Tile::parse(id, &read_tile(self.store, id)?)?.node(node)?)
    }
}
