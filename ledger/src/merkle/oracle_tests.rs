//! Roots and proofs against two other implementations, and the forged proofs that one of them takes.
#![expect(clippy::unwrap_used, reason = "tests may panic")]

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use rs_merkle::{MerkleProof, MerkleTree};
use sha2::Sha256;

use crate::{
    digest::{LeafHash, NodeHash, RootHash},
    merkle::{
        InclusionError, LeafSlice, prove_consistency, prove_inclusion, root_of_leaves, tree_root,
        verify_consistency, verify_inclusion,
    },
    position::{LeafIndex, TreeSize},
    status::provable::Rfc6962,
};

fn entries(count: u64) -> Vec<Vec<u8>> {
    (0..count).map(|n| n.to_be_bytes().to_vec()).collect()
}

fn leaves(count: u64) -> Vec<LeafHash> {
    entries(count).iter().map(|entry| LeafHash::of(entry)).collect()
}

fn ct_tree(count: u64) -> MemoryBackedTree<Sha256, Vec<u8>> {
    let mut tree = MemoryBackedTree::new();
    entries(count).into_iter().for_each(|entry| tree.push(entry));
    tree
}

fn rs_tree(count: u64) -> MerkleTree<Rfc6962> {
    let hashes: Vec<_> = leaves(count).iter().map(|leaf| *leaf.as_bytes()).collect();
    MerkleTree::from_leaves(&hashes)
}

fn index(value: u64) -> LeafIndex {
    LeafIndex::new(value).unwrap()
}

fn size(value: u64) -> TreeSize {
    TreeSize::new(value).unwrap()
}

fn nodes(bytes: &[u8]) -> Vec<NodeHash> {
    bytes.as_chunks::<32>().0.iter().copied().map(NodeHash::from_bytes).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn roots_and_inclusion_proofs_equal_those_of_two_other_implementations(
        (count, at) in (1u64..700).prop_flat_map(|count| (Just(count), 0..count)),
    ) {
        let all = leaves(count);
        let root = root_of_leaves(&all);
        prop_assert_eq!(tree_root(&LeafSlice(&all), size(count)), Ok(root));
        let ct_root = ct_tree(count).root();
        prop_assert_eq!(root.as_bytes().as_slice(), ct_root.as_bytes().as_slice());
        prop_assert_eq!(*root.as_bytes(), rs_tree(count).root().unwrap());

        let proof = prove_inclusion(&LeafSlice(&all), index(at), size(count)).unwrap();
        let ct_proof = ct_tree(count).prove_inclusion(at as usize);
        prop_assert_eq!(proof.hashes(), nodes(ct_proof.as_bytes()));
        let rs_proof = rs_tree(count).proof(&[at as usize]);
        prop_assert_eq!(proof.hashes(), nodes(&rs_proof.to_bytes()));
        let verdict = verify_inclusion(all[at as usize], index(at), size(count), proof.hashes(), root);
        prop_assert_eq!(verdict, Ok(()));
    }

    #[test]
    fn consistency_proofs_equal_those_of_another_implementation(
        (new, old) in (1u64..700).prop_flat_map(|new| (Just(new), 1..=new)),
    ) {
        let all = leaves(new);
        let proof = prove_consistency(&LeafSlice(&all), size(old), size(new)).unwrap();
        let theirs = ct_tree(new).prove_consistency((new - old) as usize);
        prop_assert_eq!(proof.hashes(), nodes(theirs.as_bytes()));
        let (old_root, new_root) = (root_of_leaves(&all[..old as usize]), root_of_leaves(&all));
        let verdict = verify_consistency(size(old), old_root, size(new), new_root, proof.hashes());
        prop_assert_eq!(verdict, Ok(()));
    }
}

/// Whether rs_merkle's own verifier takes `leaves` at `indices` of a tree of `claimed_size`.
fn rs_merkle_accepts(
    root: RootHash,
    proof: &[NodeHash],
    indices: &[usize],
    leaves: &[LeafHash],
    claimed_size: usize,
) -> bool {
    let proof = MerkleProof::<Rfc6962>::new(proof.iter().map(|hash| *hash.as_bytes()).collect());
    let leaves: Vec<_> = leaves.iter().map(|leaf| *leaf.as_bytes()).collect();
    proof.verify(*root.as_bytes(), indices, &leaves, claimed_size)
}

fn real_proof(all: &[LeafHash], at: u64) -> Vec<NodeHash> {
    let count = size(all.len() as u64);
    prove_inclusion(&LeafSlice(all), index(at), count).unwrap().hashes().to_vec()
}

#[test]
fn refuses_the_forged_leaf_that_rs_merkle_accepts_beside_a_repeated_index() {
    let all = leaves(2);
    let root = root_of_leaves(&all);
    let forged = LeafHash::of(b"never appended");
    assert!(rs_merkle_accepts(root, &[], &[0, 1, 1], &[all[0], all[1], forged], 2));

    let computed = NodeHash::of_children(all[0].into(), forged.into()).into();
    let verdict = verify_inclusion(forged, index(1), size(2), &[all[0].into()], root);
    assert_eq!(verdict, Err(InclusionError::RootMismatch { expected: root, computed }));
}

#[test]
fn refuses_the_leaf_that_rs_merkle_accepts_at_the_index_of_its_neighbour() {
    let all = leaves(2);
    let root = root_of_leaves(&all);
    let unused = NodeHash::from_bytes([0; 32]);
    assert!(rs_merkle_accepts(root, &[unused, unused], &[0, 0], &[all[0], all[1]], 2));

    let computed = NodeHash::of_children(all[1].into(), all[0].into()).into();
    let verdict = verify_inclusion(all[1], index(0), size(2), &[all[0].into()], root);
    assert_eq!(verdict, Err(InclusionError::RootMismatch { expected: root, computed }));
}

#[test]
fn refuses_the_index_beyond_the_tree_that_rs_merkle_accepts_with_a_wrong_size() {
    let all = leaves(8);
    let root = root_of_leaves(&all);
    for (at, claimed) in [(7, 4), (6, 4), (7, 6)] {
        let (leaf, proof) = (all[at as usize], real_proof(&all, at));
        assert!(rs_merkle_accepts(root, &proof, &[at as usize], &[leaf], claimed as usize));

        let expected = InclusionError::IndexBeyondTree { index: index(at), size: size(claimed) };
        assert_eq!(verify_inclusion(leaf, index(at), size(claimed), &proof, root), Err(expected));
    }
}

#[test]
fn refuses_the_hashes_left_over_that_rs_merkle_accepts() {
    let all = leaves(7);
    let root = root_of_leaves(&all);
    let mut proof = real_proof(&all, 3);
    proof.push(NodeHash::from_bytes([0; 32]));
    assert!(rs_merkle_accepts(root, &proof, &[3], &[all[3]], 7));

    let expected = InclusionError::WrongLength { expected: 3, actual: 4 };
    assert_eq!(verify_inclusion(all[3], index(3), size(7), &proof, root), Err(expected));
}
