//! Appending at size 1,000,000 against appending at size 1,000, and resident memory at both.
//!
//! `cargo bench -p ledger --bench append [-- DIR]` writes a log of a million entries with private
//! records in batches of 10,000 to DIR (default: a temporary directory; about 2 GB) and prints ratios.
#![expect(clippy::unwrap_used, reason = "a bench may stop at once")]
#![expect(clippy::disallowed_methods, reason = "a bench measures time")]
#![expect(clippy::disallowed_types, reason = "a bench plays the signer")]

use std::{
    convert::Infallible,
    sync::Arc,
    time::{Duration, Instant},
};

use ed25519_dalek::{Signer as _, SigningKey};
use ledger::{
    checkpoint::{Checkpoint, CheckpointPolicy, CheckpointSigner, Quorum},
    digest::Commitment,
    entry::{Entry, Issuance, StatusHead},
    journal::{AnchorOpening, JournalHead},
    log::{Batch, LogWriter, MarkedSigner, NewEntry, NewHead, SignerMark},
    note::{KeyName, SignatureKind, VerifierKey},
    position::LeafIndex,
    seal::{KeyEncryptionKey, PrivatePayload, RecordKey, WrapNonce},
    status::ExceptionList,
    store::{DirStore, KeepCheckpoint},
    time::UnixMillis,
};

const ORIGIN: &str = "bench.example/log";
const SMALL: u64 = 1_000;
const LARGE: u64 = 1_000_000;
const FILL: usize = 10_000;
/// What is measured: batches of a hundred, ten of them at each size.
const BATCH: usize = 100;
const ROUNDS: usize = 20;

struct Signer {
    key: SigningKey,
    public: VerifierKey,
    mark: Option<SignerMark>,
}

impl CheckpointSigner for Signer {
    type Error = Infallible;

    fn key(&self) -> &VerifierKey {
        &self.public
    }

    fn sign(&mut self, checkpoint: &Checkpoint) -> Result<[u8; 64], Infallible> {
        self.mark = Some(SignerMark { size: checkpoint.size, root: checkpoint.root });
        Ok(self.key.sign(checkpoint.to_text().as_str().as_bytes()).to_bytes())
    }
}

impl MarkedSigner for Signer {
    fn mark(&self) -> Option<SignerMark> {
        self.mark
    }
}

fn main() {
    let kept = tempfile::tempdir().unwrap();
    let dir = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let dir = dir.map_or_else(|| kept.path().to_owned(), Into::into);
    let key = SigningKey::from_bytes(&[9; 32]);
    let name = KeyName::new(ORIGIN).unwrap();
    let public = VerifierKey::new(name, SignatureKind::Ed25519, key.verifying_key().as_bytes());
    let public = public.unwrap();
    let policy = CheckpointPolicy::new(public.clone(), Quorum::none()).unwrap();
    let signer = Signer { key, public, mark: None };
    let store = Arc::new(DirStore::open(&dir).unwrap());
    let kek = Arc::new(KeyEncryptionKey::from_random([1; 32]));
    let start = UnixMillis::new(1).unwrap();
    let mut writer = LogWriter::open(store, signer, kek, start, &[]).unwrap();

    fill(&mut writer, &policy, SMALL);
    let (small, small_rss) = (measure(&mut writer, &policy), resident());
    fill(&mut writer, &policy, LARGE);
    let (large, large_rss) = (measure(&mut writer, &policy), resident());
    println!("append {BATCH} entries, durable, median of {ROUNDS}");
    println!("  at size {SMALL:>9}: {small:?}, resident {small_rss} KiB");
    println!("  at size {LARGE:>9}: {large:?}, resident {large_rss} KiB");
    println!("  ratio {:.2} (limit 1.3)", large.as_secs_f64() / small.as_secs_f64());
}

fn fill(writer: &mut LogWriter<Signer>, policy: &CheckpointPolicy, to: u64) {
    while writer.size().get() < to {
        let missing = usize::try_from(to - writer.size().get()).unwrap();
        append(writer, policy, missing.min(FILL));
    }
}

fn measure(writer: &mut LogWriter<Signer>, policy: &CheckpointPolicy) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS).map(|_| append(writer, policy, BATCH)).collect();
    times.sort();
    times[ROUNDS / 2]
}

fn append(writer: &mut LogWriter<Signer>, policy: &CheckpointPolicy, count: usize) -> Duration {
    let batch = batch(writer, count);
    let start = Instant::now();
    let checkpoint = writer.commit(batch).unwrap().checkpoint().clone();
    writer.publish(&checkpoint.verify(policy).unwrap()).unwrap();
    writer.finish().unwrap();
    start.elapsed()
}

fn batch(writer: &LogWriter<Signer>, count: usize) -> Batch {
    let first = writer.next_index().unwrap();
    let index = LeafIndex::new(first.get() + count as u64).unwrap();
    let last = writer.last_head();
    let list = ExceptionList::empty();
    let opening = AnchorOpening::new([5; 16], JournalHead::empty(ORIGIN));
    let head = StatusHead {
        index,
        previous: last.map(|last| last.index),
        time: UnixMillis::new(1).unwrap(),
        exceptions: 0,
        list_root: list.root(),
        list_head: last.map_or(index, |last| last.list_head),
        journal: opening.anchor(),
    };
    let (key, nonce) = key();
    Batch {
        first,
        entries: (first.get()..index.get()).map(entry).collect(),
        head: NewHead { head, opening, key, nonce },
        list: last.is_none().then(|| list.encode()),
        keep: KeepCheckpoint::No,
    }
}

/// An issuance with a private record of an ordinary size.
fn entry(index: u64) -> NewEntry {
    let commitment = Commitment::to(&index.to_be_bytes());
    let authority = LeafIndex::new(0).unwrap();
    let issuance = Issuance { authority, title: None, commitment };
    let (key, nonce) = key();
    let private = PrivatePayload { plaintext: vec![7; 1_000].into(), key, nonce };
    NewEntry { bytes: Entry::Issuance(issuance).encode(), private: Some(private) }
}

/// Worthless; a bench seals nothing worth hiding.
fn key() -> (RecordKey, WrapNonce) {
    (RecordKey::from_random([3; 32]), WrapNonce::from_random([4; 24]))
}

/// Resident memory in KiB; 0 where the system does not tell.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
