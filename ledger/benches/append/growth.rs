//! Ten million entries: what appending, opening, proving and auditing cost at that size.
//!
//! They are written without private records, in batches of 20,000 through the real writer; about 2 GB
//! in 120,000 files. A directory that has the log already is used as it is.

use std::{
    hint::black_box,
    num::NonZeroUsize,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use ledger::{
    audit::{Scope, check_everything},
    checkpoint::SignedCheckpoint,
    digest::{LeafHash, NodeHash},
    log::SignerMark,
    merkle::verify_inclusion,
    path::LogPath,
    position::LeafIndex,
    reader::{LogReader, read_checkpoint},
    store::{PublicFiles, ReadOnlyDir},
    trust::Trust,
};

use super::kit::{BenchLog, Records, memory_mib, policy, quantile, trust_toml};

const SMALL: u64 = 10_000;
const LARGE: u64 = 10_000_000;
const FILL: usize = 20_000;
const BATCH: usize = 100;
const ROUNDS: usize = 40;
const PROOFS: u64 = 1_000;

/// Measures, and prints.
pub fn run(dir: &Path, entries: Option<u64>) {
    let entries = entries.unwrap_or(LARGE);
    std::fs::create_dir_all(dir).unwrap();
    let large = dir.join("large");
    let small = tempfile::tempdir_in(dir).unwrap();
    let mut small = BenchLog::new(small.path(), Records::None);
    small.fill(SMALL, FILL);
    if !large.join("log/checkpoint").exists() {
        let mut log = BenchLog::new(&large, Records::None);
        let start = Instant::now();
        log.fill(entries, FILL);
        println!("{entries} entries in batches of {FILL}: {:?}", start.elapsed());
    }
    append(&mut small, &large);
    prove(&large);
    audit(&large);
}

fn mark(large: &Path) -> SignerMark {
    let note = std::fs::read(large.join("private/lock")).unwrap();
    let signed = SignedCheckpoint::parse(&note).unwrap();
    SignerMark { size: signed.unverified().size, root: signed.unverified().root }
}

fn append(small: &mut BenchLog, large: &Path) {
    let mark = mark(large);
    let start = Instant::now();
    let mut log = BenchLog::open(large, Some(mark), Records::None);
    println!("opening for writing at size {}: {:?} (limit 1 s)", log.size(), start.elapsed());
    let (mut at_small, mut at_large) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        at_small.push(small.append(BATCH));
        at_large.push(log.append(BATCH));
    }
    let (at_small, at_large) = (quantile(&mut at_small, 0.5), quantile(&mut at_large, 0.5));
    println!("append {BATCH} entries, durable, median of {ROUNDS}, in turn");
    println!("  at size {SMALL:>9}: {at_small:?}");
    println!("  at size {:>9}: {at_large:?}", log.size());
    println!("  ratio {:.2} (limit 1.2)", at_large.as_secs_f64() / at_small.as_secs_f64());
    println!("  peak resident memory so far {} MiB (limit 256)", memory_mib("VmHWM"));
}

/// Opens the log for reading and proves one entry, each time anew.
fn prove(large: &Path) {
    let files = ReadOnlyDir::new(&large.join("log"), None);
    let checkpoint =
        read_checkpoint(&PublicFiles(&files), &LogPath::Checkpoint, &policy()).unwrap();
    let size = checkpoint.size();
    let (mut opened, mut proved) = (Vec::new(), Vec::new());
    for round in 0..PROOFS {
        let index = LeafIndex::new(round * 7_919_993 % size.get()).unwrap();
        let start = Instant::now();
        let reader = LogReader::open(PublicFiles(&files), checkpoint.clone()).unwrap();
        opened.push(start.elapsed());
        let start = Instant::now();
        let proof = reader.prove_inclusion(index).unwrap();
        proved.push(start.elapsed());
        let leaf = reader.leaf_hash(index).unwrap();
        verify_inclusion(leaf, index, size, proof.hashes(), checkpoint.root()).unwrap();
    }
    let p99 = |times: &mut Vec<Duration>| (quantile(times, 0.5), quantile(times, 0.99));
    println!("opening for reading, p50 and p99: {:?}", p99(&mut opened));
    println!(
        "an inclusion proof, no tile read before, p50 and p99: {:?} (limit 1 ms)",
        p99(&mut proved)
    );
}

/// Audits the log in a directory, and hashes as many leaves and nodes before and after it.
pub fn audit(large: &Path) {
    let files = ReadOnlyDir::new(&large.join("log"), None);
    let trust = Trust::parse(&trust_toml()).unwrap();
    let start = Instant::now();
    let whole = check_everything(&files, &trust, Scope::Public, &|_| {}).unwrap();
    let took = start.elapsed();
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let [one, all] = [1, cores].map(|threads| raw(whole.size.get(), threads));
    println!("audit of {} entries: {took:?}", whole.size);
    for (threads, time) in [(1, one), (cores, all)] {
        let ratio = time.as_secs_f64() / took.as_secs_f64();
        println!(
            "  SHA-256 of its leaves and nodes, {threads} core(s): {time:?}; ratio {ratio:.2}"
        );
    }
    println!("  peak resident memory {} MiB", memory_mib("VmHWM"));
}

/// The time in which so many leaves and as many nodes can be hashed.
fn raw(entries: u64, threads: usize) -> Duration {
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut node = NodeHash::from_bytes([0; 32]);
                for _ in 0..entries / threads as u64 {
                    let leaf = LeafHash::of(black_box(&[7; 39]));
                    node = NodeHash::of_children(black_box(node), leaf.into());
                }
                black_box(node);
            });
        }
    });
    start.elapsed()
}
