//! Appending, proving and verifying, in memory, against three other implementations:
//! `cargo bench -p ledger --bench peers`.
//!
//! Ours and tlog_tiles keep what a log stores (tiles, or every node by its number); ct-merkle keeps
//! entries and nodes in memory, rs_merkle all nodes. Ours proves from tiles, 8 KiB each, and hashes
//! within them; so it is the slowest to prove, and the only one that a static file server can feed.
#![expect(clippy::unwrap_used, reason = "a bench may stop at once")]
#![expect(clippy::disallowed_methods, reason = "a bench measures time")]

use std::{
    collections::HashMap,
    hint::black_box,
    time::{Duration, Instant},
};

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ledger::{
    digest::{LeafHash, NodeHash},
    merkle::{
        HashSource, NodeBeyondTree, NodeId, Tile, TileEdge, TileId, prove_inclusion,
        verify_inclusion,
    },
    position::{LeafIndex, TreeSize},
    test_kit::Rfc6962,
};
use rs_merkle::{Hasher as _, MerkleTree};
use sha2::Sha256;
use tlog_tiles::{Hash, HashReader};

const ENTRIES: u64 = 100_000;
const BATCH: usize = 1_000;
const PROOFS: u64 = 2_000;
const ROUNDS: usize = 5;

/// The best time of some rounds for each of three jobs.
struct Times {
    name: &'static str,
    append: Duration,
    prove: Duration,
    verify: Duration,
}

fn main() {
    let entries: Vec<[u8; 39]> = (0..ENTRIES)
        .map(|n| {
            let mut entry = [7; 39];
            entry[..8].copy_from_slice(&n.to_be_bytes());
            entry
        })
        .collect();
    let jobs = [ours, ct_merkle, rs_merkle, tlog_tiles];
    let mut best: Vec<Times> = jobs.iter().map(|job| job(&entries)).collect();
    for _ in 1..ROUNDS {
        for (best, job) in best.iter_mut().zip(jobs) {
            let now = job(&entries);
            best.append = best.append.min(now.append);
            best.prove = best.prove.min(now.prove);
            best.verify = best.verify.min(now.verify);
        }
    }
    println!(
        "{ENTRIES} entries in batches of {BATCH}, {PROOFS} proofs; best of {ROUNDS}; (×: theirs ÷ ours)"
    );
    println!("{:12} {:>16} {:>16} {:>16}", "", "append, entry", "prove", "verify");
    for times in &best {
        let column = |time: Duration, ours: Duration, count: u64| {
            let ratio = time.as_secs_f64() / ours.as_secs_f64();
            format!("{:.2} µs ×{ratio:.2}", time.as_secs_f64() * 1e6 / count as f64)
        };
        let append = column(times.append, best[0].append, ENTRIES);
        let prove = column(times.prove, best[0].prove, PROOFS);
        let verify = column(times.verify, best[0].verify, PROOFS);
        println!("{:12} {append:>16} {prove:>16} {verify:>16}", times.name);
    }
}

/// Indices all over the tree.
fn indices() -> impl Iterator<Item = u64> {
    (0..PROOFS).map(|n| n * 7_919 % ENTRIES)
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = black_box(work());
    (done, start.elapsed())
}

/// Tiles by name, the widest of each.
struct Tiles(HashMap<(u8, u64), Tile>);

impl HashSource for Tiles {
    type Error = NodeBeyondTree;

    fn node(&self, node: NodeId) -> Result<NodeHash, NodeBeyondTree> {
        let id = TileId::holding(node, TreeSize::new(ENTRIES).unwrap())?;
        self.0[&(id.level(), id.span().number())].node(node)
    }
}

fn ours(entries: &[[u8; 39]]) -> Times {
    let ((tiles, edge), append) = timed(|| {
        let (mut tiles, mut edge) = (Tiles(HashMap::new()), TileEdge::empty());
        for batch in entries.chunks(BATCH) {
            let leaves: Vec<_> = batch.iter().map(|entry| LeafHash::of(entry)).collect();
            let (next, new) = edge.append(&leaves).unwrap();
            edge = next;
            let new = new.into_iter().map(|t| ((t.id().level(), t.id().span().number()), t));
            tiles.0.extend(new);
        }
        (tiles, edge)
    });
    let (size, root) = (edge.size(), edge.root());
    let index = |at| LeafIndex::new(at).unwrap();
    let (proofs, prove) = timed(|| {
        indices().map(|at| prove_inclusion(&tiles, index(at), size).unwrap()).collect::<Vec<_>>()
    });
    let ((), verify) = timed(|| {
        for (at, proof) in indices().zip(&proofs) {
            let leaf = LeafHash::of(&entries[at as usize]);
            verify_inclusion(leaf, index(at), size, proof.hashes(), root).unwrap();
        }
    });
    Times { name: "ours", append, prove, verify }
}

fn ct_merkle(entries: &[[u8; 39]]) -> Times {
    let (tree, append) = timed(|| {
        let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        entries.iter().for_each(|entry| tree.push(entry.to_vec()));
        tree
    });
    let root = tree.root();
    let (proofs, prove) =
        timed(|| indices().map(|at| tree.prove_inclusion(at as usize)).collect::<Vec<_>>());
    let ((), verify) = timed(|| {
        for (at, proof) in indices().zip(&proofs) {
            let leaf = entries[at as usize].to_vec();
            root.verify_inclusion(&leaf, at, proof).unwrap();
        }
    });
    Times { name: "ct-merkle", append, prove, verify }
}

fn rs_merkle(entries: &[[u8; 39]]) -> Times {
    let (tree, append) = timed(|| {
        let mut tree = MerkleTree::<Rfc6962>::new();
        for batch in entries.chunks(BATCH) {
            tree.append(&mut batch.iter().map(|entry| Rfc6962::hash(entry)).collect());
            tree.commit();
        }
        tree
    });
    let root = tree.root().unwrap();
    let (proofs, prove) =
        timed(|| indices().map(|at| tree.proof(&[at as usize])).collect::<Vec<_>>());
    let ((), verify) = timed(|| {
        for (at, proof) in indices().zip(&proofs) {
            let leaf = Rfc6962::hash(&entries[at as usize]);
            assert!(proof.verify(root, &[at as usize], &[leaf], ENTRIES as usize));
        }
    });
    Times { name: "rs_merkle", append, prove, verify }
}

/// Every node by its number.
struct Stored(Vec<Hash>);

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog_tiles::tlog::Error> {
        Ok(indexes.iter().map(|index| self.0[*index as usize]).collect())
    }
}

fn tlog_tiles(entries: &[[u8; 39]]) -> Times {
    let (stored, append) = timed(|| {
        let mut stored = Stored(Vec::new());
        for (entry, n) in entries.iter().zip(0..) {
            let new = tlog_tiles::stored_hashes(n, entry, &stored).unwrap();
            stored.0.extend(new);
        }
        stored
    });
    let root = tlog_tiles::tree_hash(ENTRIES, &stored).unwrap();
    let (proofs, prove) = timed(|| {
        indices()
            .map(|at| tlog_tiles::prove_record(ENTRIES, at, &stored).unwrap())
            .collect::<Vec<_>>()
    });
    let ((), verify) = timed(|| {
        for (at, proof) in indices().zip(&proofs) {
            let leaf = tlog_tiles::record_hash(&entries[at as usize]);
            tlog_tiles::check_record(proof, ENTRIES, root, at, leaf).unwrap();
        }
    });
    Times { name: "tlog_tiles", append, prove, verify }
}
