//! Inclusion proofs (RFC 6962 §2.1.1): this entry stands at this index of the tree with this root.

use crate::{
    digest::{LeafHash, NodeHash, RootHash},
    merkle::node::{HashSource, ProofTooLong, ProveError, range_root, split_point},
    position::{LeafIndex, TreeSize},
};

/// The most hashes an inclusion proof can have: one for each level of the largest tree.
///
/// Security: a decoder can refuse a longer list before it allocates; 40 = log2 of
/// [`MAX_TREE_SIZE`](crate::position::MAX_TREE_SIZE).
pub const MAX_INCLUSION_PROOF_LEN: usize = 40;

/// The sibling hashes from a leaf to the root, lowest first. Nothing is verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionProof(Vec<NodeHash>);

impl InclusionProof {
    /// A proof of at most [`MAX_INCLUSION_PROOF_LEN`] hashes.
    pub fn new(hashes: Vec<NodeHash>) -> Result<Self, ProofTooLong> {
        if hashes.len() <= MAX_INCLUSION_PROOF_LEN {
            Ok(Self(hashes))
        } else {
            Err(ProofTooLong { actual: hashes.len(), max: MAX_INCLUSION_PROOF_LEN })
        }
    }

    /// The hashes, lowest first.
    pub fn hashes(&self) -> &[NodeHash] {
        &self.0
    }
}

/// Why an inclusion proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InclusionError {
    /// The tree has no entry at that index.
    #[error("entry {index} is not in a tree of {size} entries")]
    IndexBeyondTree {
        /// The claimed index.
        index: LeafIndex,
        /// The tree's size.
        size: TreeSize,
    },
    /// Too few hashes, or some left over.
    #[error("an inclusion proof of {actual} hashes where exactly {expected} are needed")]
    WrongLength {
        /// How many hashes that index and size need.
        expected: usize,
        /// How many there were.
        actual: usize,
    },
    /// The hashes lead to another root.
    #[error("the inclusion proof leads to root {computed}, not to {expected}")]
    RootMismatch {
        /// The root of the tree.
        expected: RootHash,
        /// The root that follows from leaf and proof.
        computed: RootHash,
    },
}

/// Verifies that the entry with hash `leaf` stands at `index` of the tree with `size` entries and
/// `root`.
///
/// Size and root must come from one trusted statement, such as a checkpoint: RFC 6962 proofs do not
/// bind the size, and one of the same shape (entry 2 of 8, claimed of 7) leads to the same root.
pub fn verify_inclusion(
    leaf: LeafHash,
    index: LeafIndex,
    size: TreeSize,
    proof: &[NodeHash],
    root: RootHash,
) -> Result<(), InclusionError> {
    let computed = root_from_inclusion(leaf, index, size, proof)?;
    if computed == root {
        Ok(())
    } else {
        Err(InclusionError::RootMismatch { expected: root, computed })
    }
}

/// The root of the tree of `size` entries in which `proof` proves `leaf` at `index`. The caller
/// compares it with a root it trusts; it never fails with [`InclusionError::RootMismatch`].
pub fn root_from_inclusion(
    leaf: LeafHash,
    index: LeafIndex,
    size: TreeSize,
    proof: &[NodeHash],
) -> Result<RootHash, InclusionError> {
    if !index.is_within(size) {
        return Err(InclusionError::IndexBeyondTree { index, size });
    }
    let shape = ProofShape::of(index.get(), size.get());
    let Some((inner, border)) = shape.split(proof) else {
        let (expected, actual) = (shape.len(), proof.len());
        return Err(InclusionError::WrongLength { expected, actual });
    };
    let node = hash_inner(leaf.into(), inner, index.get());
    Ok(hash_border(node, border).into())
}

/// Makes the proof that the entry at `index` is in the tree of `size` entries.
pub fn prove_inclusion<S: HashSource>(
    source: &S,
    index: LeafIndex,
    size: TreeSize,
) -> Result<InclusionProof, ProveError<S::Error>> {
    if !index.is_within(size) {
        return Err(ProveError::IndexBeyondTree { index, size });
    }
    // Walk from the root down to the leaf, noting the sibling at each step.
    let (mut start, mut end) = (0, size.get());
    let mut siblings = Vec::new();
    while end - start > 1 {
        let middle = start + split_point(end - start);
        if index.get() < middle {
            siblings.push((middle, end));
            end = middle;
        } else {
            siblings.push((start, middle));
            start = middle;
        }
    }
    let mut hashes = Vec::with_capacity(siblings.len());
    for (start, end) in siblings.into_iter().rev() {
        hashes.extend(range_root(source, start, end).map_err(ProveError::Source)?);
    }
    Ok(InclusionProof(hashes))
}

/// How many hashes a path from a leaf to the root has. Up to where it joins the path of the last
/// leaf, a sibling stands left or right as the index's bits say (`inner`); above, all are left ones
/// (`border`).
pub(super) struct ProofShape {
    pub(super) inner: usize,
    pub(super) border: usize,
}

impl ProofShape {
    /// The shape for a leaf at `index` of a tree of `size` entries; `index < size`.
    pub(super) const fn of(index: u64, size: u64) -> Self {
        let inner = u64::BITS - (index ^ (size - 1)).leading_zeros();
        let border = (index >> inner).count_ones();
        Self { inner: inner as usize, border: border as usize }
    }

    pub(super) const fn len(&self) -> usize {
        self.inner + self.border
    }

    /// The two parts of a proof of exactly this shape's length; none for any other length.
    pub(super) fn split<'a>(
        &self,
        proof: &'a [NodeHash],
    ) -> Option<(&'a [NodeHash], &'a [NodeHash])> {
        if proof.len() == self.len() { proof.split_at_checked(self.inner) } else { None }
    }
}

/// Hashes `node` up past siblings that stand left where the index has a 1, right where it has a 0.
pub(super) fn hash_inner(node: NodeHash, siblings: &[NodeHash], index: u64) -> NodeHash {
    siblings.iter().zip(0..u64::BITS).fold(node, |node, (sibling, height)| {
        if index >> height & 1 == 0 {
            NodeHash::of_children(node, *sibling)
        } else {
            NodeHash::of_children(*sibling, node)
        }
    })
}

/// Hashes `node` up past siblings that all stand left of it.
pub(super) fn hash_border(node: NodeHash, siblings: &[NodeHash]) -> NodeHash {
    siblings.iter().fold(node, |node, sibling| NodeHash::of_children(*sibling, node))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;
    use crate::merkle::{LeafSlice, root_of_leaves};

    fn leaves(count: u64) -> Vec<LeafHash> {
        (0..count).map(|n| LeafHash::of(&n.to_be_bytes())).collect()
    }

    fn proven(index: u64, size: u64) -> (LeafHash, LeafIndex, TreeSize, Vec<NodeHash>, RootHash) {
        let leaves = leaves(size);
        let (index, size) = (LeafIndex::new(index).unwrap(), TreeSize::new(size).unwrap());
        let proof = prove_inclusion(&LeafSlice(&leaves), index, size).unwrap();
        let leaf = leaves[index.get() as usize];
        (leaf, index, size, proof.hashes().to_vec(), root_of_leaves(&leaves))
    }

    #[test]
    fn every_proof_of_a_small_tree_holds_at_its_own_index_only() {
        for size in 1..=33 {
            for index in 0..size {
                let (leaf, _, tree, proof, root) = proven(index, size);
                for claimed in 0..size {
                    let claimed_index = LeafIndex::new(claimed).unwrap();
                    let verdict = verify_inclusion(leaf, claimed_index, tree, &proof, root);
                    assert_eq!(verdict.is_ok(), claimed == index, "{index} as {claimed} of {size}");
                }
            }
        }
    }

    #[test]
    fn refuses_an_index_that_equals_the_size() {
        let (leaf, _, size, proof, root) = proven(6, 7);
        let index = LeafIndex::new(7).unwrap();
        let expected = InclusionError::IndexBeyondTree { index, size };
        assert_eq!(verify_inclusion(leaf, index, size, &proof, root), Err(expected));
    }

    #[test]
    fn refuses_any_index_in_the_empty_tree() {
        let index = LeafIndex::new(0).unwrap();
        let size = TreeSize::EMPTY;
        let expected = InclusionError::IndexBeyondTree { index, size };
        let verdict = verify_inclusion(LeafHash::of(b""), index, size, &[], RootHash::empty());
        assert_eq!(verdict, Err(expected));
    }

    #[test]
    fn refuses_a_hash_left_over() {
        let (leaf, index, size, mut proof, root) = proven(3, 7);
        proof.push(NodeHash::from_bytes([0; 32]));
        let expected = InclusionError::WrongLength { expected: 3, actual: 4 };
        assert_eq!(verify_inclusion(leaf, index, size, &proof, root), Err(expected));
    }

    #[test]
    fn refuses_a_missing_hash() {
        let (leaf, index, size, mut proof, root) = proven(3, 7);
        proof.pop();
        let expected = InclusionError::WrongLength { expected: 3, actual: 2 };
        assert_eq!(verify_inclusion(leaf, index, size, &proof, root), Err(expected));
    }

    #[test]
    fn a_changed_hash_leads_to_another_root() {
        let (leaf, index, size, mut proof, root) = proven(3, 7);
        proof[1] = NodeHash::from_bytes([7; 32]);
        let computed = root_from_inclusion(leaf, index, size, &proof).unwrap();
        assert_ne!(computed, root);
        let expected = InclusionError::RootMismatch { expected: root, computed };
        assert_eq!(verify_inclusion(leaf, index, size, &proof, root), Err(expected));
    }

    #[test]
    fn the_longest_proof_belongs_to_the_largest_tree() {
        use crate::position::MAX_TREE_SIZE;
        assert_eq!(ProofShape::of(0, MAX_TREE_SIZE).len(), MAX_INCLUSION_PROOF_LEN);
        let too_many = vec![NodeHash::from_bytes([0; 32]); MAX_INCLUSION_PROOF_LEN + 1];
        let expected = ProofTooLong { actual: 41, max: MAX_INCLUSION_PROOF_LEN };
        assert_eq!(InclusionProof::new(too_many), Err(expected));
    }
}
