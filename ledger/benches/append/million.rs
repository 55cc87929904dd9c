//! A million entries with private records, against a thousand.

use std::{
    hint::black_box,
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use ledger::{
    digest::{Commitment, LeafHash, NodeHash},
    entry::{Entry, Issuance},
    test_kit::Seat,
};

use super::kit::{BenchLog, Records, memory_mib, quantile};

const SMALL: u64 = 1_000;
const LARGE: u64 = 1_000_000;
const FILL: usize = 10_000;
const BATCH: usize = 100;
const ROUNDS: usize = 40;
const SINGLES: usize = 400;

/// Measures, and prints.
pub fn run(dir: &Path) {
    let mut small = BenchLog::new(&dir.join("small"), Records::Ordinary);
    let mut large = BenchLog::new(&dir.join("large"), Records::Ordinary);
    small.fill(SMALL, FILL);
    let before = memory_mib("VmRSS");
    let start = Instant::now();
    large.fill(LARGE, FILL);
    let rate = LARGE as f64 / start.elapsed().as_secs_f64();
    println!("{LARGE} entries in batches of {FILL}: {rate:.0} a second, durable");
    println!("  raw SHA-256 of as many: {:.0} a second, one core", raw(FILL));
    println!("  ratio {:.4}", rate / raw(FILL));

    let (mut at_small, mut at_large) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        at_small.push(small.append(BATCH));
        at_large.push(large.append(BATCH));
    }
    let (at_small, at_large) = (quantile(&mut at_small, 0.5), quantile(&mut at_large, 0.5));
    println!("append {BATCH} entries, durable, median of {ROUNDS}");
    println!("  at size {SMALL:>9}: {at_small:?}");
    println!("  at size {LARGE:>9}: {at_large:?}, resident {before} → {} MiB", memory_mib("VmRSS"));
    println!("  ratio {:.2} (limit 1.3)", at_large.as_secs_f64() / at_small.as_secs_f64());
    println!("  entries a second: {:.0}", BATCH as f64 / at_large.as_secs_f64());

    let mut singles: Vec<Duration> = (0..SINGLES).map(|_| large.append(1)).collect();
    let mut syncs: Vec<Duration> = (0..SINGLES).map(|_| one_sync(dir)).collect();
    let sync = quantile(&mut syncs, 0.5);
    let (p50, p99) = (quantile(&mut singles, 0.5), quantile(&mut singles, 0.99));
    println!("one entry with its head, committed, published, finished, {SINGLES} times");
    println!("  p50 {p50:?}, p99 {p99:?}");
    println!(
        "  p50 of one new file of 8 KiB, synced: {sync:?}; ratio {:.1}",
        p50.as_secs_f64() / sync.as_secs_f64()
    );
}

/// Entries a second that one core can hash into a tree: a leaf and a node for each.
fn raw(count: usize) -> f64 {
    let (authority, commitment) = (Seat::Bureau.index(), Commitment::to(b"x"));
    let entry = Entry::Issuance(Issuance { authority, title: None, commitment }).encode();
    let start = Instant::now();
    let mut node = NodeHash::from_bytes([0; 32]);
    for _ in 0..count * 100 {
        node = NodeHash::of_children(black_box(node), LeafHash::of(black_box(&entry)).into());
    }
    black_box(node);
    (count * 100) as f64 / start.elapsed().as_secs_f64()
}

/// What the disk takes for one new file.
fn one_sync(dir: &Path) -> Duration {
    let path = dir.join("sync");
    let start = Instant::now();
    let mut file = std::fs::File::create(&path).unwrap();
    file.write_all(&[7; 8192]).unwrap();
    file.sync_all().unwrap();
    let time = start.elapsed();
    std::fs::remove_file(path).unwrap();
    time
}
