//! Short keys and values. sled keeps up to 22 bytes in its nodes and more on the heap, and it copies
//! a node for every insert: the trees that every certificate goes into stay below that.

use ledger::position::{LeafIndex, MAX_TREE_SIZE};

use super::{RegistryError, damaged_in};

/// What sled keeps in place.
pub(super) const IN_PLACE: usize = 22;

/// Bytes of a position: no log and no journal has more than 256^5 of them.
pub(super) const POSITION_LEN: usize = 5;

const _: () = assert!(MAX_TREE_SIZE == 1 << (8 * POSITION_LEN as u32));

/// A position, big-endian.
pub(super) fn short(position: u64) -> [u8; POSITION_LEN] {
    let [_, _, _, bytes @ ..] = position.to_be_bytes();
    bytes
}

/// The position in these bytes.
pub(super) fn long(bytes: [u8; POSITION_LEN]) -> u64 {
    let [a, b, c, d, e] = bytes;
    u64::from_be_bytes([0, 0, 0, a, b, c, d, e])
}

/// The index that a key ends with.
pub(super) fn short_index_at_end(
    key: &[u8],
    tree: &'static str,
) -> Result<LeafIndex, RegistryError> {
    let index = key.last_chunk().map(|bytes| LeafIndex::new(long(*bytes)));
    index.and_then(Result::ok).ok_or(damaged_in(tree))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_position_is_read_back_and_order_is_kept() {
        let all = [0, 1, 255, 256, MAX_TREE_SIZE - 2, MAX_TREE_SIZE - 1];
        assert_eq!(all.map(|position| long(short(position))), all);
        assert!(all.map(short).is_sorted());
    }
}
