//! Complete subtrees and the roots of ranges made of them.

use crate::{
    digest::{LeafHash, NodeHash, RootHash},
    position::{LeafIndex, MAX_TREE_SIZE, TreeSize},
};

/// Names one complete subtree: the leaves from `index · 2^height` to `(index + 1) · 2^height`.
/// Height 0 is a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    height: u8,
    index: u64,
}

/// A subtree that reaches beyond the tree in which it was sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("node {index} at height {height} is not complete in a tree of {size} entries")]
pub struct NodeBeyondTree {
    /// Height of the node; a leaf has height 0.
    pub height: u8,
    /// Position of the node among those of its height.
    pub index: u64,
    /// The tree's size.
    pub size: u64,
}

impl NodeId {
    /// A node whose leaves all lie below [`MAX_TREE_SIZE`].
    pub fn new(height: u8, index: u64) -> Result<Self, NodeBeyondTree> {
        let node = Self { height, index };
        let nodes_at_height = MAX_TREE_SIZE.checked_shr(u32::from(height)).unwrap_or(0);
        if index < nodes_at_height { Ok(node) } else { Err(node.beyond(MAX_TREE_SIZE)) }
    }

    /// The node that is one leaf.
    pub const fn leaf(index: LeafIndex) -> Self {
        Self { height: 0, index: index.get() }
    }

    /// Height of the node; a leaf has height 0.
    pub const fn height(self) -> u8 {
        self.height
    }

    /// Position of the node among those of its height.
    pub const fn index(self) -> u64 {
        self.index
    }

    /// Index of the first leaf below this node.
    pub const fn start(self) -> u64 {
        self.index << self.height
    }

    /// Index after the last leaf below this node: the smallest tree in which the node is complete.
    pub const fn end(self) -> u64 {
        (self.index + 1) << self.height
    }

    /// The node above this one, which every node at an odd index of a tree has.
    pub(super) const fn parent(self) -> Self {
        Self { height: self.height + 1, index: self.index >> 1 }
    }

    pub(crate) const fn beyond(self, size: u64) -> NodeBeyondTree {
        NodeBeyondTree { height: self.height, index: self.index, size }
    }
}

/// Where the hashes of complete subtrees come from: tiles, or leaves at hand.
pub trait HashSource {
    /// Why a hash could not be had.
    type Error;

    /// The hash of a complete subtree. Only nodes that are complete in the tree at hand are asked for.
    fn node(&self, node: NodeId) -> Result<NodeHash, Self::Error>;
}

/// A small tree of which all leaf hashes are at hand. Every node is computed anew, so a proof costs
/// as many hashes as there are leaves.
#[derive(Debug, Clone, Copy)]
pub struct LeafSlice<'a>(pub &'a [LeafHash]);

impl HashSource for LeafSlice<'_> {
    type Error = NodeBeyondTree;

    fn node(&self, node: NodeId) -> Result<NodeHash, NodeBeyondTree> {
        let beyond = || node.beyond(self.0.len() as u64);
        let start = usize::try_from(node.start()).map_err(|_too_large| beyond())?;
        let end = usize::try_from(node.end()).map_err(|_too_large| beyond())?;
        self.0.get(start..end).and_then(subtree_root).ok_or_else(beyond)
    }
}

/// The root of the tree over `leaves` (RFC 6962 §2.1); the empty root for none.
pub fn root_of_leaves(leaves: &[LeafHash]) -> RootHash {
    subtree_root(leaves).map_or_else(RootHash::empty, RootHash::from)
}

/// The root of the first `size` entries, from a source in which they are all complete.
pub fn tree_root<S: HashSource>(source: &S, size: TreeSize) -> Result<RootHash, S::Error> {
    match range_root(source, 0, size.get())? {
        Some(node) => Ok(node.into()),
        None => Ok(RootHash::empty()),
    }
}

/// More hashes than any proof of this kind can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a proof of {actual} hashes; at most {max} can be needed")]
pub struct ProofTooLong {
    /// How many hashes there were.
    pub actual: usize,
    /// The largest number that any tree can need.
    pub max: usize,
}

/// Why a proof could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProveError<E> {
    /// The entry is not in the tree.
    #[error("entry {index} is not in a tree of {size} entries")]
    IndexBeyondTree {
        /// The entry's index.
        index: LeafIndex,
        /// The tree's size.
        size: TreeSize,
    },
    /// The older tree is empty or larger than the newer one.
    #[error("no consistency proof leads from size {old} to size {new}")]
    SizesOutOfOrder {
        /// Size of the older tree.
        old: TreeSize,
        /// Size of the newer tree.
        new: TreeSize,
    },
    /// A hash that the proof needs could not be had.
    #[error("a hash that the proof needs could not be had")]
    Source(#[source] E),
}

/// The Merkle Tree Hash of the leaves `start..end`; none if there are none. `start` is a multiple of
/// the smallest power of two not below the range's length, as all ranges in proofs are.
pub(super) fn range_root<S: HashSource>(
    source: &S,
    start: u64,
    end: u64,
) -> Result<Option<NodeHash>, S::Error> {
    let mut root = None;
    // Right to left: the ragged right end is hashed together first.
    for node in complete_subtrees(start, end).into_iter().rev() {
        let hash = source.node(node)?;
        root = Some(match root {
            None => hash,
            Some(right) => NodeHash::of_children(hash, right),
        });
    }
    Ok(root)
}

/// The complete subtrees that make up `start..end`, largest (leftmost) first: one for each bit of
/// the range's length.
pub(super) fn complete_subtrees(start: u64, end: u64) -> Vec<NodeId> {
    let mut at = start;
    let mut nodes = Vec::new();
    while let Some(height) = (end - at).checked_ilog2() {
        nodes.push(NodeId { height: height as u8, index: at >> height });
        at += 1 << height;
    }
    nodes
}

/// The largest power of two smaller than `count` (RFC 6962 §2.1's *k*), for `count` of at least 2.
pub(super) const fn split_point(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

/// The root of the tree over `hashes`, leaves or nodes of one height; none for no hashes.
pub(super) fn subtree_root<H: Copy + Into<NodeHash>>(hashes: &[H]) -> Option<NodeHash> {
    match hashes {
        [] => None,
        [hash] => Some((*hash).into()),
        _ => {
            let (left, right) = hashes.split_at(split_point(hashes.len() as u64) as usize);
            Some(NodeHash::of_children(subtree_root(left)?, subtree_root(right)?))
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;

    #[test]
    fn refuses_a_node_whose_leaves_lie_beyond_the_largest_tree() {
        assert!(NodeId::new(0, MAX_TREE_SIZE - 1).is_ok());
        assert!(NodeId::new(40, 0).is_ok());
        for (height, index) in [(0, MAX_TREE_SIZE), (40, 1), (41, 0), (64, 0), (255, 0)] {
            let expected = NodeBeyondTree { height, index, size: MAX_TREE_SIZE };
            assert_eq!(NodeId::new(height, index), Err(expected));
        }
    }

    #[test]
    fn a_range_is_made_of_one_subtree_for_each_bit_of_its_length() {
        let spans = |nodes: Vec<NodeId>| -> Vec<_> {
            nodes.into_iter().map(|n| (n.start(), n.end())).collect()
        };
        assert_eq!(spans(complete_subtrees(0, 7)), [(0, 4), (4, 6), (6, 7)]);
        assert_eq!(spans(complete_subtrees(8, 13)), [(8, 12), (12, 13)]);
        assert_eq!(spans(complete_subtrees(0, 0)), []);
    }

    #[test]
    fn a_slice_says_which_node_it_does_not_have() {
        let leaves = [LeafHash::of(b"a"), LeafHash::of(b"b"), LeafHash::of(b"c")];
        let node = NodeId::new(1, 1).unwrap();
        let expected = NodeBeyondTree { height: 1, index: 1, size: 3 };
        assert_eq!(LeafSlice(&leaves).node(node), Err(expected));
    }
}
