//! A log of issuances on the directory store, written by the real writer and good for a real audit.

use std::{
    convert::Infallible,
    path::Path,
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
    test_kit::{Bureau, Seat, at, authority_entry},
    time::UnixMillis,
};

const ORIGIN: &str = "bench.example/log";

/// Whether the entries of a log have private records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Records {
    /// None: a log that is to be large quickly.
    None,
    /// One of 1,000 bytes each, as issuances have.
    Ordinary,
}

/// The log's key, its mark in memory.
pub struct Signer {
    key: SigningKey,
    public: VerifierKey,
    mark: Option<SignerMark>,
}

impl Signer {
    fn new(mark: Option<SignerMark>) -> Self {
        let key = SigningKey::from_bytes(&[9; 32]);
        let name = KeyName::new(ORIGIN).unwrap();
        let public = VerifierKey::new(name, SignatureKind::Ed25519, key.verifying_key().as_bytes());
        Self { public: public.unwrap(), key, mark }
    }
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

/// A log with its writer.
pub struct BenchLog {
    writer: LogWriter<Signer>,
    policy: CheckpointPolicy,
    records: Records,
}

impl BenchLog {
    /// A new log in an empty directory, its authorities on record.
    pub fn new(directory: &Path, records: Records) -> Self {
        let mut log = Self::open(directory, None, records);
        let authorities = Seat::ALL.map(|seat| Entry::Authority(authority_entry(seat)));
        let entries = authorities.map(|entry| NewEntry { bytes: entry.encode(), private: None });
        log.append_entries(entries.into());
        log
    }

    /// The log of a directory, whose key has this mark.
    pub fn open(directory: &Path, mark: Option<SignerMark>, records: Records) -> Self {
        let store = Arc::new(DirStore::open(directory).unwrap());
        let kek = Arc::new(KeyEncryptionKey::from_random([1; 32]));
        let writer = LogWriter::open(store, Signer::new(mark), kek, now(), &[]).unwrap();
        Self { writer, policy: policy(), records }
    }

    /// How many entries it has.
    pub fn size(&self) -> u64 {
        self.writer.size().get()
    }

    /// Appends batches of at most `step` entries until it has `to`.
    pub fn fill(&mut self, to: u64, step: usize) {
        while self.size() + 1 < to {
            let missing = usize::try_from(to - self.size() - 1).unwrap();
            self.append(missing.min(step));
        }
    }

    /// Appends so many issuances and a head: committed, published, finished.
    pub fn append(&mut self, count: usize) -> Duration {
        let first = self.size();
        let mut commitments: Vec<_> =
            (first..first + count as u64).map(|at| Commitment::to(&at.to_be_bytes())).collect();
        commitments.sort();
        self.append_entries(commitments.into_iter().map(|c| issuance(c, self.records)).collect())
    }

    fn append_entries(&mut self, entries: Vec<NewEntry>) -> Duration {
        let batch = self.batch(entries);
        let start = Instant::now();
        let checkpoint = self.writer.commit(batch).unwrap().checkpoint().clone();
        self.writer.publish(&checkpoint.verify(&self.policy).unwrap()).unwrap();
        self.writer.finish().unwrap();
        start.elapsed()
    }

    fn batch(&self, entries: Vec<NewEntry>) -> Batch {
        let first = self.writer.next_index().unwrap();
        let index = LeafIndex::new(first.get() + entries.len() as u64).unwrap();
        let last = self.writer.last_head();
        let list = ExceptionList::empty();
        let opening = AnchorOpening::new([5; 16], JournalHead::empty(ORIGIN));
        let head = StatusHead {
            index,
            previous: last.map(|last| last.index),
            time: now(),
            exceptions: 0,
            list_root: list.root(),
            list_head: last.map_or(index, |last| last.list_head),
            journal: opening.anchor(),
        };
        let (key, nonce) = key();
        let keep = match last {
            Some(_) => KeepCheckpoint::ForProofs,
            None => KeepCheckpoint::No,
        };
        let list = last.is_none().then(|| list.encode());
        Batch { first, entries, head: NewHead { head, opening, key, nonce }, list, keep }
    }
}

/// Who is trusted with such a log, as a trust file.
pub fn trust_toml() -> String {
    let kit = Bureau::new().trust_toml();
    let roots = kit.split_once("[[root]]").unwrap().1;
    format!("[[log]]\ngeneration = 1\nvkey = \"{}\"\n[[root]]{roots}", Signer::new(None).public)
}

/// The log's key.
pub fn policy() -> CheckpointPolicy {
    CheckpointPolicy::new(Signer::new(None).public, Quorum::none()).unwrap()
}

fn now() -> UnixMillis {
    at("2026-11-24", 540)
}

fn issuance(commitment: Commitment, records: Records) -> NewEntry {
    let issuance = Issuance { authority: Seat::Bureau.index(), title: None, commitment };
    let (key, nonce) = key();
    let private = match records {
        Records::None => None,
        Records::Ordinary => Some(PrivatePayload { plaintext: vec![7; 1_000].into(), key, nonce }),
    };
    NewEntry { bytes: Entry::Issuance(issuance).encode(), private }
}

/// Worthless; a bench seals nothing worth hiding.
fn key() -> (RecordKey, WrapNonce) {
    (RecordKey::from_random([3; 32]), WrapNonce::from_random([4; 24]))
}

/// A line of `/proc/self/status` in MiB; 0 where the system does not tell.
pub fn memory_mib(line: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|text| text.strip_prefix(line)?.strip_prefix(':'));
    line.and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// The value below which a share of all values lies.
pub fn quantile(times: &mut [Duration], share: f64) -> Duration {
    times.sort();
    times[((times.len() - 1) as f64 * share).round() as usize]
}
