//! Below the office: the sequencer of a data directory, fed by hand, and a hostile writer, which has
//! the keys and keeps no rules.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex},
};

use issuer::{
    actions::Action,
    office::Layout,
    progress::Listener,
    random::bytes,
    registry::{HolderKey, Registry},
    sequencer::{Parts, Prepared, Sequencer},
    signing::{ExampleKeys, LogSigner, load_records_key},
};
use ledger::{
    certificate::LogGeneration,
    checkpoint::CheckpointPolicy,
    digest::Commitment,
    entry::{Entry, Issuance},
    journal::{AnchorOpening, JournalHead, JournalWriter, NewRecord},
    log::{Batch, LogWriter, NewEntry, NewHead, read_private},
    position::{LeafIndex, PositionTooLarge},
    rules::History,
    seal::{KeyEncryptionKey, PrivatePayload, RecordKey, Unsealed, WrapNonce},
    store::{DirStore, KeepCheckpoint},
};
use verifier::clock::Clock as _;

use crate::{
    bureau::{key, randomness},
    clock::TestClock,
    records::Records,
    whole,
};

/// Opens the sequencer of a data directory whose office is closed.
pub fn sequencer(dir: &Path, clock: &TestClock) -> Sequencer {
    let Opened { store, kek, writer, journal, policy: _ } = open(dir, clock);
    let registry = Registry::open(&Layout::new(dir).registry(), HolderKey::derived_from(&kek));
    let parts = Parts {
        store,
        kek,
        registry: Arc::new(registry.unwrap()),
        journal: Arc::new(Mutex::new(journal)),
        trust: Arc::new(whole::trust(dir)),
        generation: LogGeneration::new(1),
        clock: Arc::new(clock.clone()),
        random: Box::new(randomness("desk")),
        witnesses: None,
        progress: Listener::nobody(),
    };
    Sequencer::open(parts, writer).unwrap()
}

/// A writer that has the log's key and appends what it likes, with the head that its entries would
/// have if nothing of them had been there before.
pub fn append_hostile(dir: &Path, clock: &TestClock, entries: &[Prepared], history: &Forgetful) {
    let mut state = sequencer(dir, clock).state().clone();
    let Opened { store: _, kek: _, mut writer, journal, policy } = open(dir, clock);
    let mut random = randomness("hostile");
    let mut record_key = || {
        let key = RecordKey::from_random(bytes(&mut random).unwrap());
        (key, WrapNonce::from_random(bytes(&mut random).unwrap()))
    };
    let first = writer.next_index().unwrap();
    let mut sealed = Vec::new();
    for Prepared { entry, private, issued: _ } in entries {
        state.apply(entry, history).unwrap();
        let private = private.clone().map(|plaintext| {
            let (key, nonce) = record_key();
            PrivatePayload { plaintext, key, nonce }
        });
        sealed.push(NewEntry { bytes: entry.encode(), private });
    }
    let opening = AnchorOpening::new([7; 16], journal.head());
    let head = state.next_head(clock.now(), opening.anchor()).unwrap();
    state.apply(&Entry::StatusHead(head), history).unwrap();
    let (key, nonce) = record_key();
    let list = (head.list_head == head.index).then(|| state.exceptions().encode());
    let head = NewHead { head, opening, key, nonce };
    let batch = Batch { first, entries: sealed, head, list, keep: KeepCheckpoint::ForProofs };
    let checkpoint = writer.commit(batch).unwrap().checkpoint().clone();
    writer.publish(&checkpoint.verify(&policy).unwrap()).unwrap();
    writer.finish().unwrap();
}

/// Writes lines into the journal of a data directory whose office is closed, as a program would that
/// stopped before it folded them.
pub fn write_lines(dir: &Path, clock: &TestClock, lines: Vec<(Action, Option<Vec<u8>>)>) {
    let mut random = randomness("lines");
    let mut payload = |plaintext: Vec<u8>| PrivatePayload {
        plaintext: plaintext.into(),
        key: RecordKey::from_random(bytes(&mut random).unwrap()),
        nonce: WrapNonce::from_random(bytes(&mut random).unwrap()),
    };
    let records = lines.into_iter().map(|(action, plaintext)| NewRecord {
        kind: action.kind().unwrap(),
        actor: None,
        data: action.encode(),
        payload: plaintext.map(&mut payload),
    });
    let records = records.collect();
    open(dir, clock).journal.append(clock.now(), records).unwrap();
}

/// A past in which no commitment was ever seen, and the last decision on everything is one and the
/// same: what a hostile writer's rules go by.
#[derive(Debug)]
pub struct Forgetful {
    issuances: BTreeMap<LeafIndex, Issuance>,
    last_decision: Option<LeafIndex>,
}

impl Forgetful {
    /// Forgets everything of a log but its issuances, and takes this for the last decision.
    pub fn past(dir: &Path, last_decision: Option<LeafIndex>) -> Self {
        Self { issuances: Records::of(dir).issuances(), last_decision }
    }
}

impl History for Forgetful {
    type Error = PositionTooLarge;

    fn commitment(&self, _: &Commitment) -> Result<Option<LeafIndex>, Self::Error> {
        Ok(None)
    }

    fn last_decision(&self, _: LeafIndex) -> Result<Option<LeafIndex>, Self::Error> {
        Ok(self.last_decision)
    }

    fn issuance(&self, index: LeafIndex) -> Result<Option<Issuance>, Self::Error> {
        Ok(self.issuances.get(&index).copied())
    }
}

struct Opened {
    store: Arc<DirStore>,
    kek: Arc<KeyEncryptionKey>,
    writer: LogWriter<LogSigner>,
    journal: JournalWriter,
    policy: CheckpointPolicy,
}

fn open(dir: &Path, clock: &TestClock) -> Opened {
    let layout = Layout::new(dir);
    let policy = whole::trust(dir).log(LogGeneration::new(1)).unwrap().clone();
    let kek = load_records_key(&layout.key("records.kek"), ExampleKeys::Allowed).unwrap();
    let (store, kek) = (Arc::new(DirStore::open(dir).unwrap()), Arc::new(kek));
    let mark = LogSigner::default_mark_path(&layout.key("log.key"));
    let signer = LogSigner::open(key("log.key"), policy.origin(), &mark).unwrap();
    let writer = LogWriter::open(store.clone(), signer, kek.clone(), clock.now(), &[]).unwrap();
    let origin = policy.origin().as_str();
    let anchor = last_anchor(&store, &kek, &writer);
    let journal = JournalWriter::open(store.clone(), kek.clone(), origin, anchor).unwrap();
    Opened { store, kek, writer, journal, policy }
}

fn last_anchor(
    store: &DirStore,
    kek: &KeyEncryptionKey,
    writer: &LogWriter<LogSigner>,
) -> Option<JournalHead> {
    let head = writer.last_head()?;
    match read_private(store, kek, writer.origin(), head.index, writer.size()).unwrap() {
        Some(Unsealed::Opened(opening)) => {
            Some(AnchorOpening::from_bytes(&opening).unwrap().head())
        }
        Some(Unsealed::Erased) | None => panic!("the last head has no opening"),
    }
}
