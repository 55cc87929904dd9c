//! The full tiles that were read last.

use std::{collections::BTreeMap, sync::Arc};

use crate::merkle::{Tile, TileId};

/// How many full tiles a reader keeps: 128 of 8 KiB, 1 MiB.
///
/// Security: a reader's memory does not grow with the log or with the questions it is asked. A walk
/// through a log needs one tile a level; 128 serve proofs all over a log of some ten thousand entries.
pub const MAX_CACHED_TILES: usize = 128;

/// Tiles by name, each with the turn in which it was last wanted.
#[derive(Debug)]
pub(super) struct TileCache {
    tiles: BTreeMap<TileId, (u64, Arc<Tile>)>,
    turn: u64,
}

impl TileCache {
    pub(super) const fn empty() -> Self {
        Self { tiles: BTreeMap::new(), turn: 0 }
    }

    pub(super) fn get(&mut self, id: TileId) -> Option<Arc<Tile>> {
        self.turn += 1;
        let (wanted, tile) = self.tiles.get_mut(&id)?;
        *wanted = self.turn;
        Some(Arc::clone(tile))
    }

    /// Keeps a tile that was checked, in place of the one not wanted for longest.
    pub(super) fn insert(&mut self, tile: Arc<Tile>) {
        self.turn += 1;
        self.tiles.insert(tile.id(), (self.turn, tile));
        if self.tiles.len() > MAX_CACHED_TILES {
            let oldest = self.tiles.iter().min_by_key(|(_, (wanted, _))| *wanted);
            if let Some(oldest) = oldest.map(|(id, _)| *id) {
                self.tiles.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;
    use crate::merkle::{TileSpan, TileWidth};

    fn tile(number: u64) -> Arc<Tile> {
        let id = TileId::new(0, TileSpan::new(number, TileWidth::FULL).unwrap()).unwrap();
        Arc::new(Tile::parse(id, &[0; 8192]).unwrap())
    }

    #[test]
    fn the_tile_not_wanted_for_longest_makes_room() {
        let mut cache = TileCache::empty();
        for number in 0..MAX_CACHED_TILES as u64 {
            cache.insert(tile(number));
        }
        assert_eq!(cache.get(tile(0).id()), Some(tile(0)));
        cache.insert(tile(1000));
        assert_eq!(cache.tiles.len(), MAX_CACHED_TILES);
        assert_eq!(cache.get(tile(1).id()), None);
        assert_eq!(cache.get(tile(0).id()), Some(tile(0)));
    }
}
