//! SHA-256 digests, one type per meaning, so that a leaf hash can never be compared with a root or
//! a commitment by accident. RFC 6962 §2.1 prefixes keep leaves and nodes apart.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256, block_api::compress256};

/// Length of every digest in bytes.
pub const DIGEST_LEN: usize = 32;

macro_rules! digest_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; DIGEST_LEN]);

        impl $name {
            /// Wraps bytes that were read from a place where this kind of digest stands.
            pub const fn from_bytes(bytes: [u8; DIGEST_LEN]) -> Self {
                Self(bytes)
            }

            /// The digest's bytes.
            pub const fn as_bytes(&self) -> &[u8; DIGEST_LEN] {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl fmt::Display for $name {
            /// Standard base64, as in checkpoints.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&STANDARD.encode(self.0))
            }
        }
    };
}

digest_type! {
    /// RFC 6962 leaf hash: SHA-256(0x00 ‖ entry).
    LeafHash
}
digest_type! {
    /// A hash inside a tree: a leaf hash or SHA-256(0x01 ‖ left ‖ right). Proofs are made of these.
    NodeHash
}
digest_type! {
    /// The root of a whole tree (RFC 6962 Merkle Tree Hash) of a stated size.
    RootHash
}
digest_type! {
    /// SHA-256 over bytes that stay private; the public log holds only this.
    Commitment
}
digest_type! {
    /// SHA-256(16 random bytes ‖ record count ‖ chain hash): what a status head says of the journal.
    JournalAnchor
}

impl LeafHash {
    /// The leaf hash of an entry's bytes (RFC 6962 §2.1).
    pub fn of(entry: &[u8]) -> Self {
        Self(Sha256::new().chain_update([0x00]).chain_update(entry).finalize().into())
    }
}

impl NodeHash {
    /// The hash of an inner node (RFC 6962 §2.1).
    pub fn of_children(left: NodeHash, right: NodeHash) -> Self {
        // SHA-256 of these 65 bytes by its two blocks (FIPS 180-4 §5.1.1, §6.2): proofs and trees are
        // made of nothing else, and a buffer that takes any length costs a third more.
        let mut blocks = [[0; 64]; 2];
        let [first, second] = &mut blocks;
        first[0] = 0x01;
        first[1..33].copy_from_slice(&left.0);
        first[33..].copy_from_slice(&right.0[..31]);
        second[0] = right.0[31];
        second[1] = 0x80;
        second[56..].copy_from_slice(&NODE_BITS.to_be_bytes());
        let mut state = SHA256_START;
        compress256(&mut state, &blocks);
        let mut hash = [0; DIGEST_LEN];
        for (word, state) in hash.chunks_exact_mut(4).zip(state) {
            word.copy_from_slice(&state.to_be_bytes());
        }
        Self(hash)
    }
}

impl From<LeafHash> for NodeHash {
    /// A tree of one leaf has that leaf's hash as its root.
    fn from(leaf: LeafHash) -> Self {
        Self(leaf.0)
    }
}

impl From<NodeHash> for RootHash {
    /// The topmost node of a tree is its root; the caller knows that it is topmost.
    fn from(node: NodeHash) -> Self {
        Self(node.0)
    }
}

impl RootHash {
    /// The root of the empty tree: SHA-256 of nothing (RFC 6962 §2.1).
    pub fn empty() -> Self {
        Self(Sha256::digest([]).into())
    }
}

impl Commitment {
    /// Commits to `bytes`. They must contain enough randomness that nobody can guess them.
    pub fn to(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

/// What an inner node hashes, in bits.
const NODE_BITS: u64 = 8 * (1 + 2 * DIGEST_LEN as u64);

/// SHA-256's initial hash value (FIPS 180-4 §5.3.3).
const SHA256_START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_node_is_the_sha_256_of_its_65_bytes(left: [u8; 32], right: [u8; 32]) {
            let node = NodeHash::of_children(NodeHash(left), NodeHash(right));
            let bytes = [&[0x01][..], &left, &right].concat();
            prop_assert_eq!(node.0, <[u8; 32]>::from(Sha256::digest(bytes)));
        }
    }
}
