//! Filling a cache while the log is at hand.
//!
//! Authorities stand anywhere in a log, so it is read through once, and later only what was added. The
//! hashes of an earlier cache serve again; every proof that they give is verified before it is kept.
//! What could not be had is named, and the next filling reads from before it again.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use ledger::{
    checkpoint::SignedCheckpoint,
    digest::{LeafHash, NodeHash},
    entry::Entry,
    merkle::{
        HashSource, NodeId, ProveError, prove_consistency, prove_inclusion, tree_root,
        verify_consistency, verify_inclusion,
    },
    position::{LeafIndex, TreeSize},
    reader::{Fetch, LogReader, ReadError},
};

use super::{Cache, Filled, LeftOut, MAX_BATCHES, NotFilled};
use crate::gather::{SearchLimit, View};

type Nodes = BTreeMap<NodeId, NodeHash>;

impl Cache {
    /// What there is to keep under a view, together with what was kept before. At most `limit` entries are
    /// read in search of authorities; the next filling goes on from there.
    ///
    /// # Errors
    /// [`NotFilled::NoList`].
    pub fn filled<F: Fetch>(
        view: &View<F>,
        earlier: Option<&Self>,
        limit: SearchLimit,
    ) -> Result<Filled, NotFilled> {
        let (reader, head) = (view.reader(), view.proven_head());
        let list = view.list().ok_or(NotFilled::NoList { head: head.index })?;
        let earlier = earlier.filter(|earlier| earlier.is_of(view));
        let mut cache = Self {
            checkpoint: view.checkpoint().signed().to_bytes(),
            head: head.bytes.clone(),
            list: list.encode(),
            read: earlier.map_or(TreeSize::EMPTY, |earlier| earlier.read.min(reader.size())),
            authorities: earlier.map_or_else(BTreeMap::new, |earlier| earlier.authorities.clone()),
            batches: earlier.map_or_else(BTreeSet::new, |earlier| earlier.batches.clone()),
            nodes: BTreeMap::new(),
        };
        let mut left_out = Vec::from_iter(cache.read_on(reader, limit));
        while cache.batches.len() > MAX_BATCHES {
            cache.batches.pop_first();
        }
        let nothing = BTreeMap::new();
        let prover = Prover { reader, earlier: earlier.map_or(&nothing, |earlier| &earlier.nodes) };
        prover.keep_proofs(&mut cache, head.index, &mut left_out);
        Ok(Filled { cache, left_out })
    }

    /// Whether this was kept of the log that `view` shows.
    fn is_of<F: Fetch>(&self, view: &View<F>) -> bool {
        let kept = SignedCheckpoint::parse(&self.checkpoint);
        kept.is_ok_and(|kept| kept.unverified().origin == *view.checkpoint().origin())
    }

    /// Reads on from where the last filling stopped, up to a status head: a batch is read whole, unless
    /// it is longer than the limit. Gives what could not be read.
    fn read_on<F: Fetch>(&mut self, reader: &LogReader<F>, limit: SearchLimit) -> Option<LeftOut> {
        let end = TreeSize::new(self.read.get().saturating_add(limit.get()));
        let end = end.map_or(reader.size(), |end| end.min(reader.size()));
        let (start, mut issued) = (self.read, false);
        let mut before = self.read;
        for bundle in reader.bundles(self.read, end) {
            let bundle = match bundle {
                Ok(bundle) => bundle,
                Err(error) => {
                    return Some(LeftOut::Entries { from: before, cause: error.to_string() });
                }
            };
            let mut index = bundle.first();
            for entry in bundle.entries() {
                before = index.covering_size();
                match Entry::decode(entry) {
                    Ok(Entry::Authority(_)) => {
                        self.authorities.insert(index, entry.clone());
                    }
                    Ok(Entry::Issuance(_)) => issued = true,
                    Ok(Entry::StatusHead(_)) => {
                        self.read = before;
                        if std::mem::take(&mut issued) {
                            self.batches.insert(self.read);
                        }
                    }
                    Ok(Entry::StatusChange(_) | Entry::IntegrityRecord(_) | Entry::Anchor(_)) => {}
                    // No entry of this log's form is no authority either, and nothing else is looked
                    // for. It is there as the log committed to it: what it breaks is said by audits.
                    Err(_malformed) => {}
                }
                index = match before.next_index() {
                    Ok(next) => next,
                    // The last position that there can be.
                    Err(_) => break,
                };
            }
        }
        if self.read == start {
            self.read = end;
        }
        None
    }

    /// Where to read from again for something that could not be proved: a batch is found from its
    /// beginning only.
    fn go_back_before(&mut self, size: TreeSize) {
        let batch = self.batches.range(..size).next_back().copied();
        self.read = self.read.min(batch.unwrap_or(TreeSize::EMPTY));
    }
}

/// Makes proofs from an earlier cache's hashes, and from the log where those do not do.
struct Prover<'a, F> {
    reader: &'a LogReader<F>,
    earlier: &'a Nodes,
}

impl<F: Fetch> Prover<'_, F> {
    /// Keeps the hashes that all proofs of a cache need; what cannot be proved is left out, and named.
    fn keep_proofs(&self, cache: &mut Cache, head: LeafIndex, left_out: &mut Vec<LeftOut>) {
        let mut nodes = Nodes::new();
        match self.inclusion(head, &cache.head) {
            Ok(proof) => nodes.extend(proof),
            Err(cause) => left_out.push(LeftOut::Head { index: head, cause }),
        }
        let mut missing = Vec::new();
        cache.authorities.retain(|index, entry| {
            let proved = self.inclusion(*index, entry).or_else(|_other| {
                // An earlier cache may say anything of what stands here.
                *entry = self.reader.entry(*index).map_err(|error| error.to_string())?;
                self.inclusion(*index, entry)
            });
            match proved {
                Ok(proof) if is_authority(entry) => {
                    nodes.extend(proof);
                    true
                }
                // The log has something else here: the earlier cache was wrong, and nothing is missing.
                Ok(_) => false,
                Err(cause) => {
                    missing.push(index.covering_size());
                    left_out.push(LeftOut::Authority { index: *index, cause });
                    false
                }
            }
        });
        cache.batches.retain(|batch| match self.consistency(*batch) {
            Ok(proof) => {
                nodes.extend(proof);
                true
            }
            Err(cause) => {
                missing.push(*batch);
                left_out.push(LeftOut::Batch { size: *batch, cause });
                false
            }
        });
        if let Some(first) = missing.into_iter().min() {
            cache.go_back_before(first);
        }
        cache.nodes = nodes;
    }

    /// The hashes that prove an entry's place.
    fn inclusion(&self, index: LeafIndex, entry: &[u8]) -> Result<Nodes, String> {
        let (size, root) = (self.reader.size(), self.reader.checkpoint().root());
        self.first_that_holds(|source| {
            let proof = prove_inclusion(source, index, size).map_err(cause)?;
            verify_inclusion(LeafHash::of(entry), index, size, proof.hashes(), root)
                .map_err(|error| error.to_string())
        })
    }

    /// The hashes that prove that the log begins with that of `batch` entries.
    fn consistency(&self, batch: TreeSize) -> Result<Nodes, String> {
        let (size, root) = (self.reader.size(), self.reader.checkpoint().root());
        self.first_that_holds(|source| {
            let proof = prove_consistency(source, batch, size).map_err(cause)?;
            let batch_root = tree_root(source, batch).map_err(|error| error.to_string())?;
            verify_consistency(batch, batch_root, size, root, proof.hashes())
                .map_err(|error| error.to_string())
        })
    }

    /// With the earlier cache's hashes, which may be wrong, or else with the log's alone.
    fn first_that_holds(
        &self,
        prove: impl Fn(&Recording<'_, F>) -> Result<(), String>,
    ) -> Result<Nodes, String> {
        let with = |earlier| {
            let source = Recording { reader: self.reader, earlier, used: RefCell::default() };
            prove(&source)?;
            Ok(source.used.into_inner())
        };
        with(Some(self.earlier)).or_else(|_wrong: String| with(None))
    }
}

fn cause<E>(error: ProveError<ReadError<E>>) -> String {
    match error {
        ProveError::Source(unread) => unread.to_string(),
        ProveError::IndexBeyondTree { .. } | ProveError::SizesOutOfOrder { .. } => {
            error.to_string()
        }
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
