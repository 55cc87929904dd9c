//! Filling a cache while the log is at hand.
//!
//! Authorities stand anywhere in a log, so it is read through once, and later only what was added. The
//! hashes of an earlier cache serve again; every proof that they give is verified before it is kept.

use std::{cell::RefCell, collections::BTreeMap};

use ledger::{
    checkpoint::SignedCheckpoint,
    digest::{LeafHash, NodeHash},
    entry::Entry,
    merkle::{
        HashSource, NodeId, prove_consistency, prove_inclusion, tree_root, verify_consistency,
        verify_inclusion,
    },
    position::{LeafIndex, TreeSize},
    reader::{Fetch, LogReader, ReadError},
};

use super::{Cache, MAX_BATCHES};
use crate::gather::{SearchLimit, View};

type Nodes = BTreeMap<NodeId, NodeHash>;

impl Cache {
    /// What there is to keep under a view, together with what was kept before. At most `limit` entries are
    /// read in search of authorities; the next filling goes on from there. None if the view lacks its list.
    pub fn filled<F: Fetch>(
        view: &View<F>,
        earlier: Option<&Self>,
        limit: SearchLimit,
    ) -> Option<Self> {
        let (moment, reader) = (view.moment(), view.reader());
        let earlier = earlier.filter(|earlier| earlier.is_of(view));
        let mut cache = Self {
            checkpoint: moment.checkpoint,
            head: moment.head?.bytes,
            list: view.list()?.encode(),
            read: earlier.map_or(TreeSize::EMPTY, |earlier| earlier.read.min(reader.size())),
            authorities: earlier.map_or_else(BTreeMap::new, |earlier| earlier.authorities.clone()),
            batches: earlier.map(|earlier| earlier.batches.clone()).unwrap_or_default(),
            nodes: BTreeMap::new(),
        };
        cache.read_on(reader, limit);
        while cache.batches.len() > MAX_BATCHES {
            cache.batches.pop_first();
        }
        let nothing = BTreeMap::new();
        Prover { reader, earlier: earlier.map_or(&nothing, |earlier| &earlier.nodes) }
            .keep_proofs(&mut cache);
        Some(cache)
    }

    /// Whether this was kept of the log that `view` shows.
    fn is_of<F: Fetch>(&self, view: &View<F>) -> bool {
        let kept = SignedCheckpoint::parse(&self.checkpoint);
        kept.is_ok_and(|kept| kept.unverified().origin == *view.checkpoint().origin())
    }

    /// Reads on from where the last filling stopped, up to a status head: a batch is read whole, unless
    /// it is longer than the limit.
    fn read_on<F: Fetch>(&mut self, reader: &LogReader<F>, limit: SearchLimit) {
        let end = self.read.get().saturating_add(limit.get()).min(reader.size().get());
        let Ok(end) = TreeSize::new(end) else { return };
        let (start, mut issued) = (self.read, false);
        for bundle in reader.bundles(self.read, end) {
            // What could not be had now is read the next time.
            let Ok(bundle) = bundle else { return };
            for (entry, at) in bundle.entries().iter().zip(bundle.first().get()..) {
                let Ok(index) = LeafIndex::new(at) else { return };
                match Entry::decode(entry) {
                    Ok(Entry::Authority(_)) => {
                        self.authorities.insert(index, entry.clone());
                    }
                    Ok(Entry::Issuance(_)) => issued = true,
                    Ok(Entry::StatusHead(_)) => {
                        self.read = index.covering_size();
                        if std::mem::take(&mut issued) {
                            self.batches.insert(self.read);
                        }
                    }
                    Ok(_) | Err(_) => {}
                }
            }
        }
        if self.read == start {
            self.read = end;
        }
    }
}

/// Makes proofs from an earlier cache's hashes, and from the log where those do not do.
struct Prover<'a, F> {
    reader: &'a LogReader<F>,
    earlier: &'a Nodes,
}

impl<F: Fetch> Prover<'_, F> {
    /// Keeps the hashes that all proofs of a cache need; leaves out what cannot be proved.
    fn keep_proofs(&self, cache: &mut Cache) {
        let (size, mut nodes) = (self.reader.size(), Nodes::new());
        let last = size.last_index();
        nodes.extend(last.and_then(|last| self.inclusion(last, &cache.head)).unwrap_or_default());
        cache.authorities.retain(|index, entry| {
            let mut proof = self.inclusion(*index, entry);
            if proof.is_none() {
                // An earlier cache may say anything of what stands here.
                let read = self.reader.entry(*index).ok().filter(|read| is_authority(read));
                *entry = read.unwrap_or_default();
                proof = self.inclusion(*index, entry);
            }
            let is_proved = proof.is_some();
            nodes.extend(proof.unwrap_or_default());
            is_proved
        });
        cache.batches.retain(|batch| {
            let proof = self.consistency(*batch);
            let is_proved = proof.is_some();
            nodes.extend(proof.unwrap_or_default());
            is_proved
        });
        cache.nodes = nodes;
    }

    /// The hashes that prove an entry's place.
    fn inclusion(&self, index: LeafIndex, entry: &[u8]) -> Option<Nodes> {
        let (size, root) = (self.reader.size(), self.reader.checkpoint().root());
        self.first_that_holds(|source| {
            let proof = prove_inclusion(source, index, size).ok()?;
            verify_inclusion(LeafHash::of(entry), index, size, proof.hashes(), root).ok()
        })
    }

    /// The hashes that prove that the log begins with that of `batch` entries.
    fn consistency(&self, batch: TreeSize) -> Option<Nodes> {
        let (size, root) = (self.reader.size(), self.reader.checkpoint().root());
        self.first_that_holds(|source| {
            let proof = prove_consistency(source, batch, size).ok()?;
            let batch_root = tree_root(source, batch).ok()?;
            verify_consistency(batch, batch_root, size, root, proof.hashes()).ok()
        })
    }

    fn first_that_holds(&self, prove: impl Fn(&Recording<'_, F>) -> Option<()>) -> Option<Nodes> {
        [Some(self.earlier), None].into_iter().find_map(|earlier| {
            let source = Recording { reader: self.reader, earlier, used: RefCell::default() };
            prove(&source)?;
            Some(source.used.into_inner())
        })
    }
}

/// A source that notes which hashes were asked for.
struct Recording<'a, F> {
    reader: &'a LogReader<F>,
    earlier: Option<&'a Nodes>,
    used: RefCell<Nodes>,
}

impl<F: Fetch> HashSource for Recording<'_, F> {
    type Error = ReadError<F::Error>;

    fn node(&self, node: NodeId) -> Result<NodeHash, ReadError<F::Error>> {
        let hash = match self.earlier.and_then(|earlier| earlier.get(&node)) {
            Some(hash) => *hash,
            None => self.reader.node(node)?,
        };
        self.used.borrow_mut().insert(node, hash);
        Ok(hash)
    }
}

fn is_authority(entry: &[u8]) -> bool {
    matches!(Entry::decode(entry), Ok(Entry::Authority(_)))
}
