//! Consistency proofs (RFC 6962 §2.1.2): the newer tree starts with all entries of the older one.

use crate::{
    digest::{NodeHash, RootHash},
    merkle::{
        inclusion::{ProofShape, hash_border, hash_inner},
        node::{HashSource, ProofTooLong, ProveError, range_root, split_point},
    },
    position::TreeSize,
};

/// The most hashes a consistency proof can have: a path of 40 and the node it starts from.
///
/// Security: a decoder can refuse a longer list before it allocates.
pub const MAX_CONSISTENCY_PROOF_LEN: usize = 41;

/// The hashes that lead from an older root to a newer one. Nothing is verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsistencyProof(Vec<NodeHash>);

impl ConsistencyProof {
    /// A proof of at most [`MAX_CONSISTENCY_PROOF_LEN`] hashes.
    pub fn new(hashes: Vec<NodeHash>) -> Result<Self, ProofTooLong> {
        if hashes.len() <= MAX_CONSISTENCY_PROOF_LEN {
            Ok(Self(hashes))
        } else {
            Err(ProofTooLong { actual: hashes.len(), max: MAX_CONSISTENCY_PROOF_LEN })
        }
    }

    /// The hashes in the order of RFC 6962.
    pub fn hashes(&self) -> &[NodeHash] {
        &self.0
    }
}

/// Why a consistency proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConsistencyError {
    /// The older tree is empty: every tree extends it, so a proof from it would prove nothing.
    #[error("a consistency proof from the empty tree proves nothing")]
    OldTreeEmpty,
    /// The older tree is the larger one.
    #[error("the older tree has {old} entries, more than the newer with {new}")]
    OldTreeLarger {
        /// Size of the older tree.
        old: TreeSize,
        /// Size of the newer tree.
        new: TreeSize,
    },
    /// Too few hashes, or some left over.
    #[error("a consistency proof of {actual} hashes where exactly {expected} are needed")]
    WrongLength {
        /// How many hashes those sizes need.
        expected: usize,
        /// How many there were.
        actual: usize,
    },
    /// The hashes do not lead to the older root.
    #[error("the consistency proof leads to old root {computed}, not to {expected}")]
    OldRootMismatch {
        /// The older root.
        expected: RootHash,
        /// The older root that follows from the proof.
        computed: RootHash,
    },
    /// The hashes do not lead to the newer root.
    #[error("the consistency proof leads to new root {computed}, not to {expected}")]
    NewRootMismatch {
        /// The newer root.
        expected: RootHash,
        /// The newer root that follows from the proof.
        computed: RootHash,
    },
}

/// Verifies that the tree with size `new` and `new_root` starts with exactly the `old` entries under
/// `old_root`. Equal sizes need equal roots and an empty proof.
pub fn verify_consistency(
    old: TreeSize,
    old_root: RootHash,
    new: TreeSize,
    new_root: RootHash,
    proof: &[NodeHash],
) -> Result<(), ConsistencyError> {
    if old > new {
        return Err(ConsistencyError::OldTreeLarger { old, new });
    }
    if old.is_empty() {
        return Err(ConsistencyError::OldTreeEmpty);
    }
    if old == new {
        return verify_same(old_root, new_root, proof.len());
    }
    // The path starts at the last complete subtree that ends where the older tree ends. If that is
    // the whole older tree, its root is known and not in the proof.
    let height = old.get().trailing_zeros();
    let shape = ProofShape::of((old.get() - 1) >> height, ((new.get() - 1) >> height) + 1);
    let (seed, path, seeds) = if old.get().is_power_of_two() {
        (NodeHash::from_bytes(*old_root.as_bytes()), proof, 0)
    } else {
        match proof.split_first() {
            Some((seed, path)) => (*seed, path, 1),
            None => {
                let expected = shape.len() + 1;
                return Err(ConsistencyError::WrongLength { expected, actual: 0 });
            }
        }
    };
    let Some((inner, border)) = shape.split(path) else {
        let (expected, actual) = (shape.len() + seeds, proof.len());
        return Err(ConsistencyError::WrongLength { expected, actual });
    };
    let index = (old.get() - 1) >> height;
    let computed = hash_border(hash_left_of(seed, inner, index), border).into();
    if computed != old_root {
        return Err(ConsistencyError::OldRootMismatch { expected: old_root, computed });
    }
    let computed = hash_border(hash_inner(seed, inner, index), border).into();
    if computed != new_root {
        return Err(ConsistencyError::NewRootMismatch { expected: new_root, computed });
    }
    Ok(())
}

/// Makes the proof that the tree of `new` entries extends that of `old` entries.
pub fn prove_consistency<S: HashSource>(
    source: &S,
    old: TreeSize,
    new: TreeSize,
) -> Result<ConsistencyProof, ProveError<S::Error>> {
    if old.is_empty() || old > new {
        return Err(ProveError::SizesOutOfOrder { old, new });
    }
    // Walk down to the subtree at which the older tree ends, noting what stands beside the way.
    let (mut start, mut end) = (0, new.get());
    let mut ranges = Vec::new();
    while end != old.get() {
        let middle = start + split_point(end - start);
        if old.get() <= middle {
            ranges.push((middle, end));
            end = middle;
        } else {
            ranges.push((start, middle));
            start = middle;
        }
    }
    // If it starts at 0 it is the whole older tree, whose root the verifier knows.
    if start != 0 {
        ranges.push((start, end));
    }
    let mut hashes = Vec::with_capacity(ranges.len());
    for (start, end) in ranges.into_iter().rev() {
        hashes.extend(range_root(source, start, end).map_err(ProveError::Source)?);
    }
    Ok(ConsistencyProof(hashes))
}

fn verify_same(old: RootHash, new: RootHash, proof_len: usize) -> Result<(), ConsistencyError> {
    if proof_len != 0 {
        return Err(ConsistencyError::WrongLength { expected: 0, actual: proof_len });
    }
    if old != new {
        return Err(ConsistencyError::NewRootMismatch { expected: new, computed: old });
    }
    Ok(())
}

/// Hashes `node` up past those siblings only that stand left of it: those of the older tree.
fn hash_left_of(node: NodeHash, siblings: &[NodeHash], index: u64) -> NodeHash {
    siblings
        .iter()
        .zip(0..u64::BITS)
        .filter(|(_, height)| index >> height & 1 == 1)
        .fold(node, |node, (sibling, _)| NodeHash::of_children(*sibling, node))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;
    use crate::{
        digest::LeafHash,
        merkle::{LeafSlice, root_of_leaves},
    };

    fn leaves(count: u64) -> Vec<LeafHash> {
        (0..count).map(|n| LeafHash::of(&n.to_be_bytes())).collect()
    }

    fn size(value: u64) -> TreeSize {
        TreeSize::new(value).unwrap()
    }

    fn root(count: u64) -> RootHash {
        root_of_leaves(&leaves(count))
    }

    fn proof(old: u64, new: u64) -> Vec<NodeHash> {
        let leaves = leaves(new);
        prove_consistency(&LeafSlice(&leaves), size(old), size(new)).unwrap().hashes().to_vec()
    }

    #[test]
    fn every_pair_of_small_trees_is_consistent_at_its_own_sizes_only() {
        for new in 1..=20 {
            for old in 1..=new {
                let hashes = proof(old, new);
                for claimed in 1..=new {
                    let verdict =
                        verify_consistency(size(claimed), root(old), size(new), root(new), &hashes);
                    assert_eq!(verdict.is_ok(), claimed == old, "{old} as {claimed} to {new}");
                }
            }
        }
    }

    #[test]
    fn refuses_a_proof_from_the_empty_tree() {
        let verdict = verify_consistency(TreeSize::EMPTY, RootHash::empty(), size(1), root(1), &[]);
        assert_eq!(verdict, Err(ConsistencyError::OldTreeEmpty));
    }

    #[test]
    fn refuses_an_older_tree_that_is_larger() {
        let verdict = verify_consistency(size(3), root(3), size(2), root(2), &[]);
        assert_eq!(verdict, Err(ConsistencyError::OldTreeLarger { old: size(3), new: size(2) }));
    }

    #[test]
    fn refuses_a_hash_left_over() {
        let mut hashes = proof(6, 13);
        let expected = hashes.len();
        hashes.push(hashes[0]);
        let verdict = verify_consistency(size(6), root(6), size(13), root(13), &hashes);
        let actual = hashes.len();
        assert_eq!(verdict, Err(ConsistencyError::WrongLength { expected, actual }));
    }

    #[test]
    fn refuses_an_empty_proof_between_different_sizes() {
        let expected = proof(6, 13).len();
        let verdict = verify_consistency(size(6), root(6), size(13), root(13), &[]);
        assert_eq!(verdict, Err(ConsistencyError::WrongLength { expected, actual: 0 }));
    }

    #[test]
    fn refuses_different_roots_of_equal_sizes() {
        let verdict = verify_consistency(size(4), root(4), size(4), root(5), &[]);
        let expected = ConsistencyError::NewRootMismatch { expected: root(5), computed: root(4) };
        assert_eq!(verdict, Err(expected));
    }

    #[test]
    fn refuses_a_history_that_was_rewritten() {
        let mut changed = leaves(13);
        changed[2] = LeafHash::of(b"another entry");
        let hashes = prove_consistency(&LeafSlice(&changed), size(6), size(13)).unwrap();
        let new_root = root_of_leaves(&changed);
        let verdict = verify_consistency(size(6), root(6), size(13), new_root, hashes.hashes());
        let computed = root_of_leaves(&changed[..6]);
        let expected = ConsistencyError::OldRootMismatch { expected: root(6), computed };
        assert_eq!(verdict, Err(expected));
    }
}
