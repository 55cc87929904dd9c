//! A bureau: the real writer on a disk in memory, the real journal, and the rules (or not).

use std::{
    cell::Cell,
    sync::{Arc, Mutex},
};

use ed25519_dalek::{Signer as _, SigningKey};

use super::{index, key, papers::Paper, x509};
use crate::{
    certificate::LogGeneration,
    checkpoint::{Checkpoint, CheckpointPolicy, CheckpointSigner, Quorum},
    digest::Commitment,
    entry::{Entry, Issuance, StatusHead},
    journal::{AnchorOpening, JournalWriter, NewRecord, RecordKind},
    log::{Batch, LogWriter, MarkedSigner, NewEntry, NewHead, SignerMark},
    note::{KeyName, SignatureKind, VerifierKey},
    position::LeafIndex,
    rules::{History, LogState, Rule, RuleError},
    seal::{
        KEY_LEN, KeyEncryptionKey, PrivatePayload, RecordKey, SealPlace, WRAP_NONCE_LEN, WrapNonce,
    },
    store::{KeepCheckpoint, MemoryDisk},
    time::UnixMillis,
    trust::Trust,
};

pub(crate) const ORIGIN: &str = "ledger.example/titles";
const LOG_SEED: u8 = 100;

pub(crate) fn kek() -> KeyEncryptionKey {
    KeyEncryptionKey::from_random([1; KEY_LEN])
}

pub(crate) fn log_signing_key() -> SigningKey {
    key(LOG_SEED)
}

pub(crate) fn log_key() -> VerifierKey {
    let public = log_signing_key().verifying_key().to_bytes();
    VerifierKey::new(KeyName::new(ORIGIN).unwrap(), SignatureKind::Ed25519, &public).unwrap()
}

/// What trusts the log's key and the test root.
pub(crate) fn trust() -> Trust {
    let label = "CERTIFICATE";
    let root = der::pem::encode_string(label, der::pem::LineEnding::LF, &x509::root_der()).unwrap();
    let vkey = log_key();
    let text = format!(
        "[[log]]\ngeneration = 1\nvkey = \"{vkey}\"\n[[root]]\ncertificate = '''\n{root}'''\n"
    );
    Trust::parse(&text).unwrap()
}

/// The log's key with its memory.
struct LogKey {
    public: VerifierKey,
    mark: Arc<Mutex<Option<SignerMark>>>,
}

#[derive(Debug, thiserror::Error)]
#[error("the mark is ahead")]
pub(crate) struct MarkAhead;

impl CheckpointSigner for LogKey {
    type Error = MarkAhead;

    fn key(&self) -> &VerifierKey {
        &self.public
    }

    fn sign(&mut self, checkpoint: &Checkpoint) -> Result<[u8; 64], MarkAhead> {
        let mut mark = self.mark.lock().unwrap();
        if mark.is_some_and(|mark| mark.size > checkpoint.size) {
            return Err(MarkAhead);
        }
        *mark = Some(SignerMark { size: checkpoint.size, root: checkpoint.root });
        let text = checkpoint.to_text();
        Ok(log_signing_key().sign(text.as_str().as_bytes()).to_bytes())
    }
}

impl MarkedSigner for LogKey {
    fn mark(&self) -> Option<SignerMark> {
        *self.mark.lock().unwrap()
    }
}

/// The entries so far, searched from the first to the last.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entries(pub(crate) Vec<Entry>);

impl History for Entries {
    type Error = std::convert::Infallible;

    fn commitment(&self, sought: &Commitment) -> Result<Option<LeafIndex>, Self::Error> {
        let holds = |entry: &Entry| match entry {
            Entry::Issuance(issuance) => issuance.commitment == *sought,
            Entry::IntegrityRecord(commitment) => commitment == sought,
            Entry::Anchor(anchor) => anchor.commitment == *sought,
            Entry::StatusChange(change) => change.unverified().record == *sought,
            Entry::Authority(_) | Entry::StatusHead(_) => false,
        };
        Ok(self.0.iter().position(holds).map(|at| index(at as u64)))
    }

    fn last_decision(&self, target: LeafIndex) -> Result<Option<LeafIndex>, Self::Error> {
        let decides = |entry: &Entry| match entry {
            Entry::StatusChange(change) => change.unverified().target == target,
            _ => false,
        };
        Ok(self.0.iter().rposition(decides).map(|at| index(at as u64)))
    }

    fn issuance(&self, at: LeafIndex) -> Result<Option<Issuance>, Self::Error> {
        Ok(match self.0.get(at.get() as usize) {
            Some(Entry::Issuance(issuance)) => Some(*issuance),
            _ => None,
        })
    }
}

/// A log with everything around it.
pub(crate) struct Bureau {
    pub(crate) disk: MemoryDisk,
    pub(crate) state: LogState,
    pub(crate) entries: Entries,
    mark: Arc<Mutex<Option<SignerMark>>>,
    seconds: u64,
    random: Cell<u64>,
}

impl Bureau {
    pub(crate) fn new() -> Self {
        Self {
            disk: MemoryDisk::new(),
            state: LogState::empty(LogGeneration::new(1), vec![x509::root()]),
            entries: Entries::default(),
            mark: Arc::default(),
            seconds: 0,
            random: Cell::new(0),
        }
    }

    /// 2026-11-24T00:00 in Beijing, and a minute for each batch.
    pub(crate) fn now(&self) -> UnixMillis {
        UnixMillis::new(1_795_449_600_000 + self.seconds * 1000).unwrap()
    }

    pub(crate) fn next_index(&self) -> LeafIndex {
        index(self.entries.0.len() as u64)
    }

    /// Applies the rules to one entry.
    pub(crate) fn apply(&mut self, entry: &Entry) -> Result<LeafIndex, Rule> {
        match self.state.apply(entry, &self.entries) {
            Ok(at) => {
                self.entries.0.push(entry.clone());
                Ok(at)
            }
            Err(RuleError::Broken { rule, .. }) => Err(rule),
            Err(other) => panic!("{other}"),
        }
    }

    /// Appends a batch that obeys the rules, and its head. Gives the index of its first entry.
    pub(crate) fn append(&mut self, papers: &[Paper]) -> LeafIndex {
        let first = self.next_index();
        for paper in papers {
            self.apply(&paper.entry).unwrap_or_else(|rule| panic!("{rule}"));
        }
        self.seconds += 60;
        let opening = self.opening();
        let head = self.state.next_head(self.now(), opening.anchor()).unwrap();
        self.apply(&Entry::StatusHead(head)).unwrap_or_else(|rule| panic!("{rule}"));
        self.write(first, papers, head, opening);
        first
    }

    /// Appends whatever it is given, as a writer without rules would. Heads say what they would say
    /// if nothing had happened.
    pub(crate) fn append_lawlessly(&mut self, papers: &[Paper]) -> LeafIndex {
        let first = self.next_index();
        self.entries.0.extend(papers.iter().map(|paper| paper.entry.clone()));
        self.seconds += 60;
        let opening = self.opening();
        let last = self.state.last_head().copied().unwrap();
        let head = StatusHead {
            index: self.next_index(),
            previous: Some(last.index),
            time: self.now(),
            journal: opening.anchor(),
            ..last
        };
        self.entries.0.push(Entry::StatusHead(head));
        self.write(first, papers, head, opening);
        first
    }

    fn write(
        &mut self,
        first: LeafIndex,
        papers: &[Paper],
        head: StatusHead,
        opening: AnchorOpening,
    ) {
        let entry = |paper: &Paper| NewEntry {
            bytes: paper.entry.encode(),
            private: paper.private.as_ref().map(|plaintext| self.payload(plaintext)),
        };
        let issues = papers.iter().any(|paper| matches!(paper.entry, Entry::Issuance(_)));
        let batch = Batch {
            first,
            entries: papers.iter().map(entry).collect(),
            head: NewHead { head, opening, key: self.record_key(), nonce: self.nonce() },
            list: (head.list_head == head.index).then(|| self.state.exceptions().encode()),
            keep: if issues { KeepCheckpoint::ForProofs } else { KeepCheckpoint::No },
        };
        let mut writer = self.writer();
        writer.commit(batch).unwrap();
        let pending = writer.pending().unwrap().checkpoint().clone();
        let policy = CheckpointPolicy::new(log_key(), Quorum::none()).unwrap();
        writer.publish(&pending.verify(&policy).unwrap()).unwrap();
        writer.finish().unwrap();
    }

    fn writer(&self) -> LogWriter<LogKey> {
        let key = LogKey { public: log_key(), mark: Arc::clone(&self.mark) };
        let store = Arc::new(self.disk.open().unwrap());
        LogWriter::open(store, key, Arc::new(kek()), self.now(), &[])
            .unwrap_or_else(|error| panic!("{error}"))
    }

    fn journal(&self) -> JournalWriter {
        let store = Arc::new(self.disk.open().unwrap());
        JournalWriter::open(store, Arc::new(kek()), ORIGIN, None).unwrap()
    }

    fn opening(&self) -> AnchorOpening {
        AnchorOpening::new(self.bytes(), self.journal().head())
    }

    /// Appends a line with a sealed payload.
    pub(crate) fn note(&self, text: &str) {
        let record = NewRecord {
            kind: RecordKind::new("test").unwrap(),
            actor: Some("staff-01".to_owned()),
            data: text.as_bytes().to_vec(),
            payload: Some(self.payload(text.as_bytes())),
        };
        self.journal().append(self.now(), vec![record]).unwrap();
    }

    /// Erases places, each with its line.
    pub(crate) fn erase(&self, places: &[SealPlace]) {
        self.journal().erase(self.now(), Some("staff-01"), places).unwrap();
    }

    fn payload(&self, plaintext: &[u8]) -> PrivatePayload {
        let plaintext = plaintext.to_vec().into();
        PrivatePayload { plaintext, key: self.record_key(), nonce: self.nonce() }
    }

    fn record_key(&self) -> RecordKey {
        RecordKey::from_random(self.bytes::<KEY_LEN>())
    }

    fn nonce(&self) -> WrapNonce {
        WrapNonce::from_random(self.bytes::<WRAP_NONCE_LEN>())
    }

    /// Bytes that were not used before.
    fn bytes<const N: usize>(&self) -> [u8; N] {
        let next = self.random.get() + 1;
        self.random.set(next);
        let mut bytes = [7; N];
        bytes[..8].copy_from_slice(&next.to_be_bytes());
        bytes
    }
}
