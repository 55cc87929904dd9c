//! Places in the log: an index names one entry, a size counts entries. They are different types on
//! purpose: the entry at index *k* is in every tree of size greater than *k*, and mixing the two up
//! by one is the classic mistake of Merkle code.

use std::fmt;

/// The largest tree this implementation handles: 2^40 entries.
///
/// Security: arithmetic on positions (`index + 1`, shifts in proofs, tile numbers) can then never
/// overflow a `u64`, whatever a checkpoint claims. A trillion entries is a thousand issuances a
/// second for thirty years.
pub const MAX_TREE_SIZE: u64 = 1 << 40;

/// The position of one entry in the log, counted from zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeafIndex(u64);

/// How many entries a tree covers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreeSize(u64);

/// A number that no tree of this implementation can have as a position or size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("position {value} is beyond the largest tree of {MAX_TREE_SIZE} entries")]
pub struct PositionTooLarge {
    /// The refused number.
    pub value: u64,
}

impl LeafIndex {
    /// An index below [`MAX_TREE_SIZE`].
    pub fn new(value: u64) -> Result<Self, PositionTooLarge> {
        if value < MAX_TREE_SIZE { Ok(Self(value)) } else { Err(PositionTooLarge { value }) }
    }

    /// The index as a number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The size of the smallest tree that contains this entry: index + 1.
    pub const fn covering_size(self) -> TreeSize {
        TreeSize(self.0 + 1)
    }

    /// Whether a tree of `size` entries contains this entry.
    pub const fn is_within(self, size: TreeSize) -> bool {
        self.0 < size.0
    }
}

impl TreeSize {
    /// The empty tree.
    pub const EMPTY: Self = Self(0);

    /// A size of at most [`MAX_TREE_SIZE`].
    pub fn new(value: u64) -> Result<Self, PositionTooLarge> {
        if value <= MAX_TREE_SIZE { Ok(Self(value)) } else { Err(PositionTooLarge { value }) }
    }

    /// The size as a number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Whether the tree has no entries.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The index of the last entry; none in the empty tree.
    pub const fn last_index(self) -> Option<LeafIndex> {
        match self.0.checked_sub(1) {
            Some(last) => Some(LeafIndex(last)),
            None => None,
        }
    }

    /// The index that the next entry appended to a tree of this size gets.
    pub fn next_index(self) -> Result<LeafIndex, PositionTooLarge> {
        LeafIndex::new(self.0)
    }
}

impl fmt::Display for LeafIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for LeafIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

impl fmt::Display for TreeSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for TreeSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "size {}", self.0)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_within_the_size_that_covers_it_and_not_within_a_smaller_one() {
        let index = LeafIndex::new(7).unwrap();
        assert_eq!(index.covering_size(), TreeSize::new(8).unwrap());
        assert!(index.is_within(TreeSize::new(8).unwrap()));
        assert!(!index.is_within(TreeSize::new(7).unwrap()));
    }

    #[test]
    fn refuses_positions_beyond_the_largest_tree() {
        assert_eq!(LeafIndex::new(MAX_TREE_SIZE), Err(PositionTooLarge { value: MAX_TREE_SIZE }));
        assert_eq!(
            TreeSize::new(MAX_TREE_SIZE + 1),
            Err(PositionTooLarge { value: MAX_TREE_SIZE + 1 })
        );
    }
}
