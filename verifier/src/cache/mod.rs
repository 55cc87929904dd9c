//! What a check needs when the log is out of reach, kept in one file: a checkpoint with its status
//! head, that head's list of exceptions, and the authorities.
//!
//! Nothing read from the file is trusted because it lies on this machine: it becomes evidence, which
//! [`judge`](crate::verdict::judge) verifies as it does a stranger's. FORMAT.md, section 25.

mod fill;
mod left_out;

use std::collections::{BTreeMap, BTreeSet};

use ledger::{
    cbor::{CborError, Reader, Writer},
    digest::NodeHash,
    entry::MAX_ENTRY_LEN,
    merkle::{HashSource, NodeBeyondTree, NodeId},
    note::MAX_NOTE_LEN,
    position::{LeafIndex, PositionTooLarge, TreeSize},
    status::MAX_LIST_LEN,
};

pub use self::left_out::{Filled, LeftOut, NotFilled};

/// Version of the format.
const VERSION: u64 = 1;

/// The largest cache in bytes: the largest list, and as much again.
///
/// Security: bounds what is read from a file that somebody else may have written. That of a log with
/// 100,000 entries and 500 authorities has about 2 MiB.
pub const MAX_CACHE_LEN: usize = 2 * MAX_LIST_LEN;

/// Most authorities in a cache. Security: bounds memory before the file's own numbers are believed.
const MAX_AUTHORITIES: usize = 1 << 16;

/// Most hashes in a cache. Security: as above.
const MAX_NODES: usize = 1 << 21;

/// Of how many batches a cache can show that they are the beginning of its checkpoint's log: the newest
/// ones. Each costs up to a kilobyte.
const MAX_BATCHES: usize = 4096;

/// What was kept of a log. Nothing in it is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cache {
    /// The checkpoint: a signed note.
    pub(crate) checkpoint: Vec<u8>,
    /// The status head: the checkpoint's last entry.
    pub(crate) head: Vec<u8>,
    /// That head's list of exceptions.
    pub(crate) list: Vec<u8>,
    /// How far the log was read in search of authorities.
    read: TreeSize,
    /// Entries of authorities.
    pub(crate) authorities: BTreeMap<LeafIndex, Vec<u8>>,
    /// The sizes with which batches of issuances ended: at those, log proofs are made.
    batches: BTreeSet<TreeSize>,
    /// Hashes of subtrees, from which all proofs of what is here are made.
    nodes: BTreeMap<NodeId, NodeHash>,
}

/// Why bytes are no cache.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CacheError {
    /// Longer than [`MAX_CACHE_LEN`].
    #[error("a cache of {length} bytes; at most {MAX_CACHE_LEN} are read")]
    TooLong {
        /// Bytes given.
        length: usize,
    },
    /// A version that this code does not know.
    #[error("a cache of version {found}; this program knows version {VERSION}")]
    Version {
        /// The version found.
        found: u64,
    },
    /// Not the CBOR structure.
    #[error(transparent)]
    Cbor(#[from] CborError),
    /// A position outside every log.
    #[error(transparent)]
    Position(#[from] PositionTooLarge),
    /// A hash of a subtree outside every log.
    #[error(transparent)]
    Node(#[from] NodeBeyondTree),
    /// Items that do not ascend.
    #[error("the {items} do not ascend")]
    Order {
        /// Which items.
        items: &'static str,
    },
}

/// A hash that is not in the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a hash that is not kept")]
pub struct NotKept;

impl HashSource for Cache {
    type Error = NotKept;

    fn node(&self, node: NodeId) -> Result<NodeHash, NotKept> {
        self.nodes.get(&node).copied().ok_or(NotKept)
    }
}

impl Cache {
    /// The checkpoint's bytes.
    pub fn checkpoint(&self) -> &[u8] {
        &self.checkpoint
    }

    /// How many first entries were read in search of authorities.
    pub const fn read_to(&self) -> TreeSize {
        self.read
    }

    /// The file's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.array(8).uint(VERSION);
        out.bytes(&self.checkpoint).bytes(&self.head).bytes(&self.list).uint(self.read.get());
        out.array(self.authorities.len());
        for (index, entry) in &self.authorities {
            out.array(2).uint(index.get()).bytes(entry);
        }
        out.array(self.batches.len());
        for size in &self.batches {
            out.uint(size.get());
        }
        out.array(self.nodes.len());
        for (node, hash) in &self.nodes {
            out.array(3).uint(node.height().into()).uint(node.index()).bytes(hash.as_bytes());
        }
        out.finish()
    }

    /// Parses exactly one cache; nothing in it is verified.
    pub fn decode(bytes: &[u8]) -> Result<Self, CacheError> {
        if bytes.len() > MAX_CACHE_LEN {
            return Err(CacheError::TooLong { length: bytes.len() });
        }
        let mut input = Reader::new(bytes);
        input.array(8)?;
        match input.uint()? {
            VERSION => {}
            found => return Err(CacheError::Version { found }),
        }
        let cache = Self {
            checkpoint: input.bytes(MAX_NOTE_LEN)?.to_vec(),
            head: input.bytes(MAX_ENTRY_LEN)?.to_vec(),
            list: input.bytes(MAX_LIST_LEN)?.to_vec(),
            read: TreeSize::new(input.uint()?)?,
            authorities: read_authorities(&mut input)?,
            batches: read_batches(&mut input)?,
            nodes: read_nodes(&mut input)?,
        };
        input.finish()?;
        Ok(cache)
    }
}

fn read_authorities(input: &mut Reader<'_>) -> Result<BTreeMap<LeafIndex, Vec<u8>>, CacheError> {
    let mut read = BTreeMap::new();
    for _ in 0..input.array_up_to(MAX_AUTHORITIES)? {
        input.array(2)?;
        let index = LeafIndex::new(input.uint()?)?;
        ascends("authorities", read.last_key_value().map(|(last, _)| last), &index)?;
        read.insert(index, input.bytes(MAX_ENTRY_LEN)?.to_vec());
    }
    Ok(read)
}

fn read_batches(input: &mut Reader<'_>) -> Result<BTreeSet<TreeSize>, CacheError> {
    let mut read = BTreeSet::new();
    for _ in 0..input.array_up_to(MAX_BATCHES)? {
        let size = TreeSize::new(input.uint()?)?;
        ascends("batches", read.last(), &size)?;
        read.insert(size);
    }
    Ok(read)
}

fn read_nodes(input: &mut Reader<'_>) -> Result<BTreeMap<NodeId, NodeHash>, CacheError> {
    let mut read = BTreeMap::new();
    for _ in 0..input.array_up_to(MAX_NODES)? {
        input.array(3)?;
        // A height beyond a byte is beyond every tree.
        let height = u8::try_from(input.uint()?).unwrap_or(u8::MAX);
        let node = NodeId::new(height, input.uint()?)?;
        ascends("hashes", read.last_key_value().map(|(last, _)| last), &node)?;
        read.insert(node, NodeHash::from_bytes(input.digest()?));
    }
    Ok(read)
}

fn ascends<T: Ord>(items: &'static str, last: Option<&T>, next: &T) -> Result<(), CacheError> {
    if last.is_none_or(|last| last < next) { Ok(()) } else { Err(CacheError::Order { items }) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn full() -> Cache {
        let index = |at| LeafIndex::new(at).unwrap();
        let node = |height, at| NodeId::new(height, at).unwrap();
        Cache {
            checkpoint: b"note".to_vec(),
            head: vec![0x87],
            list: vec![0x80],
            read: TreeSize::new(9).unwrap(),
            authorities: BTreeMap::from([(index(0), vec![1]), (index(4), vec![2])]),
            batches: BTreeSet::from([5, 9].map(|size| TreeSize::new(size).unwrap())),
            nodes: BTreeMap::from([
                (node(0, 3), NodeHash::from_bytes([1; 32])),
                (node(2, 0), NodeHash::from_bytes([2; 32])),
            ]),
        }
    }

    #[test]
    fn a_cache_survives_writing_and_reading() {
        assert_eq!(Cache::decode(&full().encode()), Ok(full()));
    }

    #[test]
    fn refuses_every_truncation_an_addition_and_another_version() {
        let bytes = full().encode();
        for end in 0..bytes.len() {
            assert!(Cache::decode(&bytes[..end]).is_err(), "{end}");
        }
        assert!(Cache::decode(&[bytes.as_slice(), &[0]].concat()).is_err());
        let mut other = bytes;
        other[1] = 2;
        assert_eq!(Cache::decode(&other), Err(CacheError::Version { found: 2 }));
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_written_the_same(at in 0usize..200, byte: u8) {
            let mut bytes = full().encode();
            let at = at % bytes.len();
            bytes[at] = byte;
            if let Ok(cache) = Cache::decode(&bytes) {
                prop_assert_eq!(cache.encode(), bytes);
            }
        }
    }
}
