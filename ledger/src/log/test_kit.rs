//! A log in memory, its key, and one check that recomputes everything from the stored bytes.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use ed25519_dalek::{Signer as _, SigningKey};

use crate::{
    checkpoint::{Checkpoint, CheckpointPolicy, CheckpointSigner, Quorum, SignedCheckpoint},
    digest::{LeafHash, RootHash},
    entry::{Entry, StatusHead},
    journal::{AnchorOpening, JournalHead},
    log::{
        Batch, CommitError, LogWriter, MarkedSigner, NewEntry, NewHead, OpenError, SignerMark,
        WitnessAnswer,
    },
    merkle::{
        EntryBundle, HashSource as _, LeafSlice, NodeId, Tile, TileSpan, bundles_between,
        root_of_leaves, tiles_between,
    },
    note::{KeyName, SignatureKind, VerifierKey},
    position::{LeafIndex, TreeSize},
    seal::{
        KEY_LEN, KeyEncryptionKey, KeyringPage, PrivateBundle, PrivatePayload, RecordKey,
        SealPlace, Unsealed, WRAP_NONCE_LEN, WrapNonce, open,
    },
    status::ExceptionList,
    store::{FilePath, KeepCheckpoint, KeyringFile, MemoryDisk, Store, StorePath},
    time::UnixMillis,
};

pub(super) const ORIGIN: &str = "ledger.example/titles";

/// How the key fails the next time it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SignerFault {
    BeforeMark,
    AfterMark,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum Refusal {
    #[error("scripted fault")]
    Scripted,
    #[error("below the mark, or another root at it")]
    Mark,
}

/// What the key keeps on its own disk.
#[derive(Debug, Clone, Default)]
pub(super) struct KeyState(Arc<Mutex<(Option<SignerMark>, Option<SignerFault>)>>);

impl KeyState {
    pub(super) fn mark(&self) -> Option<SignerMark> {
        self.0.lock().unwrap().0
    }

    pub(super) fn set_mark(&self, mark: Option<SignerMark>) {
        self.0.lock().unwrap().0 = mark;
    }

    pub(super) fn fail_next(&self, fault: SignerFault) {
        self.0.lock().unwrap().1 = Some(fault);
    }
}

#[derive(Debug)]
pub(super) struct TestSigner {
    signing: SigningKey,
    public: VerifierKey,
    state: KeyState,
}

impl TestSigner {
    pub(super) fn new(state: KeyState) -> Self {
        let signing = SigningKey::from_bytes(&[9; 32]);
        let name = KeyName::new(ORIGIN).unwrap();
        let key = signing.verifying_key().to_bytes();
        let public = VerifierKey::new(name, SignatureKind::Ed25519, &key).unwrap();
        Self { signing, public, state }
    }
}

impl CheckpointSigner for TestSigner {
    type Error = Refusal;

    fn key(&self) -> &VerifierKey {
        &self.public
    }

    fn sign(&mut self, checkpoint: &Checkpoint) -> Result<[u8; 64], Refusal> {
        let fault = self.state.0.lock().unwrap().1.take();
        if fault == Some(SignerFault::BeforeMark) {
            return Err(Refusal::Scripted);
        }
        let Checkpoint { size, root, .. } = *checkpoint;
        match self.state.mark() {
            Some(mark) if size < mark.size || (size == mark.size && root != mark.root) => {
                return Err(Refusal::Mark);
            }
            _ => self.state.set_mark(Some(SignerMark { size, root })),
        }
        if fault == Some(SignerFault::AfterMark) {
            return Err(Refusal::Scripted);
        }
        Ok(self.signing.sign(checkpoint.to_text().as_str().as_bytes()).to_bytes())
    }
}

impl MarkedSigner for TestSigner {
    fn mark(&self) -> Option<SignerMark> {
        self.state.mark()
    }
}

pub(super) fn kek() -> Arc<KeyEncryptionKey> {
    Arc::new(KeyEncryptionKey::from_random([1; KEY_LEN]))
}

pub(super) fn policy() -> CheckpointPolicy {
    let key = TestSigner::new(KeyState::default()).public;
    CheckpointPolicy::new(key, Quorum::none()).unwrap()
}

pub(super) fn index(value: u64) -> LeafIndex {
    LeafIndex::new(value).unwrap()
}

pub(super) fn size(value: u64) -> TreeSize {
    TreeSize::new(value).unwrap()
}

/// 2026-11-24T00:00 in Beijing, and so many seconds.
pub(super) fn at(seconds: u64) -> UnixMillis {
    UnixMillis::new(1_795_449_600_000 + seconds * 1000).unwrap()
}

/// A name that makes a public entry and a private record.
pub(super) fn entry(name: &str) -> NewEntry {
    NewEntry { bytes: format!("entry {name}").into_bytes(), private: Some(record(name)) }
}

fn record(name: &str) -> PrivatePayload {
    // One key for all is good enough here: what is sealed under it stands at different places.
    PrivatePayload {
        plaintext: format!("record {name}").into_bytes().into(),
        key: RecordKey::from_random([3; KEY_LEN]),
        nonce: WrapNonce::from_random([4; WRAP_NONCE_LEN]),
    }
}

pub(super) fn opening() -> AnchorOpening {
    AnchorOpening::new([5; 16], JournalHead::empty(ORIGIN))
}

/// A batch of named entries for where the writer stands.
pub(super) fn batch<K: MarkedSigner>(
    writer: &LogWriter<K>,
    names: &[String],
    keep: KeepCheckpoint,
    time: UnixMillis,
) -> Batch {
    let first = writer.next_index().unwrap();
    let head_index = index(first.get() + names.len() as u64);
    let last = writer.last_head();
    let list = ExceptionList::empty();
    let head = StatusHead {
        index: head_index,
        previous: last.map(|last| last.index),
        time,
        exceptions: 0,
        list_root: list.root(),
        list_head: last.map_or(head_index, |last| last.list_head),
        journal: opening().anchor(),
    };
    Batch {
        first,
        entries: names.iter().map(|name| entry(name)).collect(),
        head: NewHead {
            head,
            opening: opening(),
            key: RecordKey::from_random([6; KEY_LEN]),
            nonce: WrapNonce::from_random([7; WRAP_NONCE_LEN]),
        },
        list: last.is_none().then(|| list.encode()),
        keep,
    }
}

pub(super) fn names(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|n| format!("{prefix}{n}")).collect()
}

/// A log in memory with its key.
#[derive(Debug, Clone, Default)]
pub(super) struct TestLog {
    pub(super) disk: MemoryDisk,
    pub(super) key: KeyState,
}

pub(super) type Writer = LogWriter<TestSigner>;

impl TestLog {
    pub(super) fn try_open(&self) -> Result<Writer, OpenError<Refusal>> {
        self.open_with(at(1_000_000), &[])
    }

    pub(super) fn open_with(
        &self,
        now: UnixMillis,
        witnesses: &[WitnessAnswer],
    ) -> Result<Writer, OpenError<Refusal>> {
        let store = Arc::new(self.disk.open()?);
        LogWriter::open(store, TestSigner::new(self.key.clone()), kek(), now, witnesses)
    }

    pub(super) fn open(&self) -> Writer {
        self.try_open().unwrap_or_else(|error| panic!("the log should open: {error}"))
    }

    /// Appends a batch to its end; the time goes on by a second an entry.
    pub(super) fn append(&self, prefix: &str, count: usize) {
        let mut writer = self.open();
        append(&mut writer, &names(prefix, count), KeepCheckpoint::ForProofs).unwrap();
    }
}

/// Commits, publishes and finishes a batch.
pub(super) fn append(
    writer: &mut Writer,
    names: &[String],
    keep: KeepCheckpoint,
) -> Result<(), CommitError<Refusal>> {
    let batch = batch(writer, names, keep, at(writer.size().get()));
    writer.commit(batch)?;
    settle(writer).unwrap();
    Ok(())
}

/// Publishes and finishes what is pending.
pub(super) fn settle(writer: &mut Writer) -> Result<(), crate::log::PublishError> {
    if let Some(pending) = writer.pending() {
        let verified = pending.checkpoint().clone().verify(&policy()).unwrap();
        writer.publish(&verified)?;
        writer.finish()?;
    }
    Ok(())
}

/// The public entries of a committed log by name, and how often each is there.
pub(super) fn names_on_record(store: &dyn Store) -> BTreeMap<String, usize> {
    let mut names = BTreeMap::new();
    for bytes in check_everything(store) {
        if let Some(name) = bytes.strip_prefix(b"entry ".as_slice()) {
            *names.entry(String::from_utf8(name.to_vec()).unwrap()).or_default() += 1;
        }
    }
    names
}

/// Recomputes the committed log from its stored bytes, naively: entries, every tile, the root, heads,
/// private records, and everything that published checkpoints need. Gives the entries.
pub(super) fn check_everything(store: &dyn Store) -> Vec<Vec<u8>> {
    let Some(lock) = store.get(&StorePath::Lock).unwrap() else {
        assert_eq!(store.get(&StorePath::PublicCheckpoint).unwrap(), None);
        return Vec::new();
    };
    let lock = SignedCheckpoint::parse(&lock).unwrap().verify(&policy()).unwrap();
    let entries = stored_entries(store, lock.size());
    let leaves: Vec<_> = entries.iter().map(|entry| LeafHash::of(entry)).collect();
    assert_eq!(naive_root(&leaves), lock.root(), "the root at {:?}", lock.size());
    check_tiles(store, &leaves, lock.size());
    check_private(store, &entries, lock.size());
    let Entry::StatusHead(head) = Entry::decode(entries.last().unwrap()).unwrap() else {
        panic!("the log does not end with a head");
    };
    assert_eq!(head.index.covering_size(), lock.size());
    let list = store.get(&FilePath::StatusList(head.list_head).into()).unwrap().unwrap();
    assert_eq!(ExceptionList::decode(&list).unwrap().root(), head.list_root);
    if let Some(public) = store.get(&StorePath::PublicCheckpoint).unwrap() {
        let public = SignedCheckpoint::parse(&public).unwrap().verify(&policy()).unwrap();
        let published = &leaves[..public.size().get() as usize];
        assert_eq!(naive_root(published), public.root(), "published {:?}", public.size());
        check_tiles(store, published, public.size());
    }
    entries
}

/// RFC 6962 §2.1, word for word.
fn naive_root(leaves: &[LeafHash]) -> RootHash {
    fn node(leaves: &[LeafHash]) -> crate::digest::NodeHash {
        match leaves {
            [leaf] => (*leaf).into(),
            _ => {
                let split = leaves.len().next_power_of_two() / 2;
                let (left, right) = leaves.split_at(split);
                crate::digest::NodeHash::of_children(node(left), node(right))
            }
        }
    }
    if leaves.is_empty() { root_of_leaves(&[]) } else { node(leaves).into() }
}

fn stored_entries(store: &dyn Store, size: TreeSize) -> Vec<Vec<u8>> {
    let mut entries = Vec::new();
    for span in bundles_between(TreeSize::EMPTY, size) {
        let bytes = store.get(&FilePath::Entries(span).into()).unwrap();
        let bytes = bytes.unwrap_or_else(|| panic!("bundle {span} is missing"));
        let bundle = EntryBundle::parse(&bytes, span.width()).unwrap();
        entries.extend(bundle.entries().iter().map(|entry| entry.to_vec()));
    }
    entries
}

fn check_tiles(store: &dyn Store, leaves: &[LeafHash], size: TreeSize) {
    for id in tiles_between(TreeSize::EMPTY, size) {
        let bytes = store.get(&FilePath::Tile(id).into()).unwrap();
        let bytes = bytes.unwrap_or_else(|| panic!("tile {id} is missing at {size:?}"));
        let tile = Tile::parse(id, &bytes).unwrap();
        for (hash, place) in tile.hashes().iter().zip(id.span().start()..) {
            let node = NodeId::new(id.level() * 8, place).unwrap();
            assert_eq!(*hash, LeafSlice(leaves).node(node).unwrap(), "tile {id}, hash {place}");
        }
    }
}

fn check_private(store: &dyn Store, entries: &[Vec<u8>], size: TreeSize) {
    for span in bundles_between(TreeSize::EMPTY, size) {
        let bytes = store.get(&FilePath::PrivateEntries(span).into()).unwrap().unwrap();
        let bundle = PrivateBundle::from_bytes(&bytes, span.width().get().into()).unwrap();
        let (file, _) = KeyringFile::holding(SealPlace::LogRecord(index(span.start())));
        let page = store.get(&StorePath::Keyring(file)).unwrap().unwrap();
        let page = KeyringPage::from_bytes(&page).unwrap();
        for (sealed, at) in bundle.iter().zip(span.start()..) {
            let place = SealPlace::LogRecord(index(at));
            let slot = page.get((at % 256) as u8);
            let opened = open(&kek(), ORIGIN, place, slot, sealed.unwrap()).unwrap();
            let expected = match entries[at as usize].strip_prefix(b"entry ".as_slice()) {
                Some(name) => [b"record ".as_slice(), name].concat(),
                None => opening().to_bytes().to_vec(),
            };
            let Unsealed::Opened(found) = opened else { panic!("record {at} is erased") };
            assert_eq!(*found, expected, "record {at}");
        }
    }
}

/// The last file of the public entries of a log of `size` entries.
pub(super) fn last_bundle(size: TreeSize) -> FilePath {
    FilePath::Entries(TileSpan::holding(size.get() - 1, size.get()).unwrap())
}
