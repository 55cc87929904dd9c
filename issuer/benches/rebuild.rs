//! `issuer registry rebuild` over many certificates, against what it cannot do without: reading the log's
//! and the journal's files and opening every sealed record in them, on one core, with nothing kept.
//!
//! `cargo bench -p issuer --bench rebuild [-- CERTIFICATES [DIR]]`: 100,000 in a temporary directory
//! unless told otherwise; about 5 KB each. A DIR in which a run made as many is used as it is. The
//! program is run as a process of its own, so that its peak memory is its own.
#![expect(clippy::unwrap_used, reason = "a bench may stop at once")]

mod kit;

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use issuer::{
    import::PendingResults as _,
    office::{IssueOptions, Layout, MAX_BATCH},
    signing::{ExampleKeys, load_records_key},
};
use ledger::{
    certificate::LogGeneration,
    journal::{JournalReader, open_payload},
    log::read_private_bundle,
    path::LogPath,
    reader::{LogReader, read_checkpoint},
    seal::Unsealed,
    store::{KeySlots, PublicFiles, ReadOnlyDir, ReadStore as _},
    trust::Trust,
};

use self::kit::{Bureau, Lists, bureau};

const CERTIFICATES: usize = 100_000;
/// How often the running program's memory is looked at.
const LOOK: Duration = Duration::from_millis(20);

fn main() {
    let kept = tempfile::tempdir().unwrap();
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with('-'));
    let count = arguments.next().map_or(CERTIFICATES, |count| count.parse().unwrap());
    let dir: PathBuf = arguments.next().map_or_else(|| kept.path().to_owned(), Into::into);
    let made = dir.join(format!("made-{count}"));
    if !made.exists() {
        std::fs::create_dir_all(&dir).unwrap();
        make(&dir, count);
        std::fs::write(&made, "").unwrap();
    }
    let office = dir.join("office");
    // What comes first has the files in the page cache for both.
    let first = read_and_open(&office);
    let (took, peak) = rebuild(&office);
    let Read { entries, opened, took: least } = read_and_open(&office);
    let least = least.min(first.took);
    let rate = |time: Duration| entries as f64 / time.as_secs_f64();
    println!("registry rebuild over {entries} entries: {took:?}, {:.0} a second", rate(took));
    println!("  peak resident memory {} MiB", peak / 1024);
    println!("reading them and opening {opened} sealed records, one core: {least:?}");
    println!("  ratio {:.2}", least.as_secs_f64() / took.as_secs_f64());
}

/// Imports and issues, a batch at a time.
fn make(dir: &Path, count: usize) {
    let Bureau { mut office, proposer, approver } = bureau(dir);
    let mut lists = Lists::of(&mut office, &proposer, &approver);
    let options = IssueOptions { proposer: &proposer, approver: &approver };
    let start = Instant::now();
    let mut issued = 0;
    while issued < count {
        let batch = MAX_BATCH.min(count - issued);
        office.add_all(lists.take(batch)).unwrap();
        assert_eq!(office.issue(&options, |_step| {}).unwrap().issued.len(), batch);
        issued += batch;
        eprintln!("{issued} of {count} certificates after {:?}", start.elapsed());
    }
    println!(
        "{count} results imported and issued in batches of {MAX_BATCH}: {:?}",
        start.elapsed()
    );
}

/// The time of `issuer registry rebuild`, and its peak resident memory in KiB.
fn rebuild(office: &Path) -> (Duration, u64) {
    let mut issuer = Command::new(env!("CARGO_BIN_EXE_issuer"));
    issuer.args(["registry", "rebuild", "--allow-example-keys", "--dir"]).arg(office);
    let start = Instant::now();
    let mut running = issuer.stderr(Stdio::null()).spawn().unwrap();
    let mut peak = 0;
    let status = loop {
        peak = peak.max(peak_memory(&running));
        if let Some(status) = running.try_wait().unwrap() {
            break status;
        }
        thread::sleep(LOOK);
    };
    let took = start.elapsed();
    assert!(status.success(), "{status}");
    (took, peak)
}

fn peak_memory(process: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id()));
    let status = status.unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

struct Read {
    entries: u64,
    opened: u64,
    took: Duration,
}

/// The least that a rebuild can do.
fn read_and_open(office: &Path) -> Read {
    let layout = Layout::new(office);
    let trust = Trust::parse(&std::fs::read_to_string(layout.trust()).unwrap()).unwrap();
    let policy = trust.log(LogGeneration::new(1)).unwrap();
    let origin = policy.origin().as_str();
    let kek = load_records_key(&layout.key("records.kek"), ExampleKeys::Allowed).unwrap();
    let files = ReadOnlyDir::new(&layout.log(), Some(&office.join("private")));
    let start = Instant::now();
    let public = PublicFiles(&files);
    let checkpoint = read_checkpoint(&public, &LogPath::Checkpoint, policy).unwrap();
    let reader = LogReader::open(public, checkpoint).unwrap();
    let (size, mut opened) = (reader.size(), 0);
    for bundle in reader.bundles(ledger::position::TreeSize::EMPTY, size) {
        let first = bundle.unwrap().first();
        let records = read_private_bundle(&files, &kek, origin, first, size).unwrap();
        opened += records.iter().filter(|one| matches!(one, Some(Unsealed::Opened(_)))).count();
    }
    let mut journal = JournalReader::open(files.read_journal(0).unwrap(), origin).unwrap();
    let mut keys = KeySlots::of(&files);
    while let Some(record) = journal.read_next().unwrap() {
        let payload = open_payload(&mut keys, &kek, origin, &record).unwrap();
        opened += usize::from(payload.is_some());
    }
    Read { entries: size.get(), opened: opened as u64, took: start.elapsed() }
}
