//! The tree over a list, and proofs from it.

use rs_merkle::{Hasher, MerkleTree};
use sha2::{Digest as _, Sha256};

use super::{
    ExceptionList,
    exception::Exception,
    proof::{ExceptionInclusion, StatusProof},
};
use crate::{
    digest::{DIGEST_LEN, LeafHash, NodeHash, RootHash},
    position::LeafIndex,
};

/// A list with its tree at hand. A proof then costs a search by halving and a few copied hashes,
/// however long the list is.
#[derive(Clone)]
pub struct ProvableList {
    /// In ascending order, as in the tree.
    exceptions: Vec<Exception>,
    tree: MerkleTree<Rfc6962>,
}

impl std::fmt::Debug for ProvableList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProvableList").field("exceptions", &self.exceptions).finish_non_exhaustive()
    }
}

impl ProvableList {
    /// Hashes the whole list.
    pub fn of(list: &ExceptionList) -> Self {
        let exceptions: Vec<_> = list.iter().cloned().collect();
        let leaves: Vec<_> = exceptions.iter().map(|e| *e.leaf_hash().as_bytes()).collect();
        Self { exceptions, tree: MerkleTree::from_leaves(&leaves) }
    }

    /// The RFC 6962 root over the encoded exceptions.
    pub fn root(&self) -> RootHash {
        self.tree.root().map_or_else(RootHash::empty, RootHash::from_bytes)
    }

    /// Proves what the list says of `index`: that it is an exception, or that it is none.
    pub fn prove(&self, index: LeafIndex) -> StatusProof {
        match self.exceptions.binary_search_by_key(&index, |exception| exception.index) {
            Ok(at) => match self.inclusion(at) {
                Some(inclusion) => StatusProof::Listed(inclusion),
                None => StatusProof::NotListed { left: None, right: None },
            },
            Err(after) => StatusProof::NotListed {
                left: after.checked_sub(1).and_then(|left| self.inclusion(left)),
                right: self.inclusion(after),
            },
        }
    }

    fn inclusion(&self, position: usize) -> Option<ExceptionInclusion> {
        let exception = self.exceptions.get(position)?.clone();
        let path = self.tree.proof(&[position]);
        let hashes = path.proof_hashes().iter().map(|hash| NodeHash::from_bytes(*hash)).collect();
        Some(ExceptionInclusion::new(position as u64, exception, hashes))
    }
}

/// RFC 6962 inner nodes for rs_merkle; leaves are hashed before they are given to it. A lone node is
/// promoted unchanged, as RFC 6962 demands.
#[derive(Debug, Clone)]
pub struct Rfc6962;

impl Hasher for Rfc6962 {
    type Hash = [u8; DIGEST_LEN];

    fn hash(data: &[u8]) -> Self::Hash {
        *LeafHash::of(data).as_bytes()
    }

    fn concat_and_hash(left: &Self::Hash, right: Option<&Self::Hash>) -> Self::Hash {
        match right {
            Some(right) => Sha256::new()
                .chain_update([0x01])
                .chain_update(left)
                .chain_update(right)
                .finalize()
                .into(),
            None => *left,
        }
    }
}
