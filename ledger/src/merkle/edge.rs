//! The compact right edge of a tree: all that is needed to append leaves and to know the root.

use crate::{
    digest::{LeafHash, NodeHash, RootHash},
    merkle::node::NodeId,
    position::{PositionTooLarge, TreeSize},
};

/// The roots of the complete subtrees that make up a tree, largest first: one for each bit of its
/// size, so at most 40 hashes whatever the size. Appending a leaf costs two hashes on average.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    size: TreeSize,
    peaks: Vec<NodeHash>,
}

impl Edge {
    /// The edge of the empty tree.
    pub const fn empty() -> Self {
        Self { size: TreeSize::EMPTY, peaks: Vec::new() }
    }

    /// How many leaves the tree has.
    pub const fn size(&self) -> TreeSize {
        self.size
    }

    /// Appends a leaf. Fails only at the largest size, and then changes nothing.
    pub fn push(&mut self, leaf: LeafHash) -> Result<(), PositionTooLarge> {
        self.push_noting(leaf, |_node, _hash| ())
    }

    /// The root of the tree (RFC 6962 §2.1).
    pub fn root(&self) -> RootHash {
        let right_to_left = self.peaks.iter().rev().copied();
        right_to_left
            .reduce(|right, left| NodeHash::of_children(left, right))
            .map_or_else(RootHash::empty, RootHash::from)
    }

    /// The roots of the complete subtrees, largest first: all that is needed to go on.
    pub(crate) fn peaks(&self) -> &[NodeHash] {
        &self.peaks
    }

    /// Appends a leaf and tells `note` of each subtree that it completes, from the leaf upwards.
    pub(super) fn push_noting(
        &mut self,
        leaf: LeafHash,
        mut note: impl FnMut(NodeId, NodeHash),
    ) -> Result<(), PositionTooLarge> {
        let index = self.size.next_index()?;
        let mut node = NodeId::leaf(index);
        let mut hash = NodeHash::from(leaf);
        note(node, hash);
        // A node at an odd index completes its parent with the peak at its left.
        while let (true, Some(left)) = (node.index() % 2 == 1, self.peaks.last()) {
            hash = NodeHash::of_children(*left, hash);
            node = node.parent();
            self.peaks.pop();
            note(node, hash);
        }
        self.peaks.push(hash);
        self.size = index.covering_size();
        Ok(())
    }

    /// An edge from its subtree roots, largest first: exactly one for each bit of `size`.
    pub(crate) fn from_peaks(size: TreeSize, peaks: Vec<NodeHash>) -> Self {
        debug_assert_eq!(peaks.len(), size.get().count_ones() as usize);
        Self { size, peaks }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;
    use crate::{merkle::root_of_leaves, position::MAX_TREE_SIZE};

    #[test]
    fn the_root_after_each_leaf_is_that_of_all_leaves_so_far() {
        let leaves: Vec<_> = (0..300u32).map(|n| LeafHash::of(&n.to_be_bytes())).collect();
        let mut edge = Edge::empty();
        assert_eq!(edge.root(), RootHash::empty());
        for (count, leaf) in leaves.iter().enumerate() {
            edge.push(*leaf).unwrap();
            assert_eq!(edge.root(), root_of_leaves(&leaves[..=count]));
        }
    }

    #[test]
    fn refuses_a_leaf_beyond_the_largest_tree_and_stays_as_it_was() {
        let size = TreeSize::new(MAX_TREE_SIZE).unwrap();
        let full = Edge::from_peaks(size, vec![NodeHash::from_bytes([1; 32])]);
        let mut edge = full.clone();
        let verdict = edge.push(LeafHash::of(b"one more"));
        assert_eq!(verdict, Err(PositionTooLarge { value: MAX_TREE_SIZE }));
        assert_eq!(edge, full);
    }
}
