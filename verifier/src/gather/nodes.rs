//! Hashes of subtrees, each computed once: the proofs of a batch's certificates share nearly all of
//! theirs.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use ledger::{
    digest::NodeHash,
    merkle::{HashSource, NodeId},
    reader::{Fetch, LogReader, ReadError},
};

/// How many hashes are kept: those of some 30,000 entries, about 6 MiB.
///
/// Security: memory does not grow with the log.
const MAX_NODES: usize = 1 << 16;

/// Every eighth height stands in tiles.
const TILE_HEIGHT: u8 = 8;

/// Hashes that were computed from a reader's checked tiles.
#[derive(Debug, Default)]
pub(super) struct Nodes(Mutex<HashMap<NodeId, NodeHash>>);

/// A reader that remembers.
pub(super) struct Remembering<'r, F> {
    pub(super) reader: &'r LogReader<F>,
    pub(super) nodes: &'r Nodes,
}

impl Nodes {
    fn known(&self) -> MutexGuard<'_, HashMap<NodeId, NodeHash>> {
        // A panic elsewhere cannot leave a hash that was not computed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<F: Fetch> HashSource for Remembering<'_, F> {
    type Error = ReadError<F::Error>;

    fn node(&self, node: NodeId) -> Result<NodeHash, ReadError<F::Error>> {
        if let Some(hash) = self.nodes.known().get(&node) {
            return Ok(*hash);
        }
        // No lock is held while something may be fetched.
        let hash = match children(node) {
            Some((left, right)) => NodeHash::of_children(self.node(left)?, self.node(right)?),
            None => self.reader.node(node)?,
        };
        let mut known = self.nodes.known();
        if known.len() >= MAX_NODES {
            known.clear();
        }
        known.insert(node, hash);
        Ok(hash)
    }
}

/// The two subtrees that a node is made of; none where the node stands in a tile itself.
fn children(node: NodeId) -> Option<(NodeId, NodeId)> {
    if node.height().is_multiple_of(TILE_HEIGHT) {
        return None;
    }
    let height = node.height() - 1;
    let first = node.index() * 2;
    Some((NodeId::new(height, first).ok()?, NodeId::new(height, first + 1).ok()?))
}
