//! The private side of the worked example: the journal, sealed records, keys and a staging file.

use ledger::{
    journal::{
        AnchorOpening, ChainHash, JournalHead, JournalRecord, RecordCount, RecordKind,
        check_against_anchor,
    },
    position::TreeSize,
    seal::{
        JournalSequence, KeyEncryptionKey, KeySlot, PrivateBundle, PrivatePayload, RecordKey,
        SealPlace, Sealed, WrapNonce, WrappedKey, seal,
    },
    store::{
        FilePath, KeepCheckpoint, NewFile, StagedBatch, StagedKey, StagingHeader, StagingName,
    },
};
use sha2::{Digest as _, Sha256};

use crate::log::{Log, ORIGIN, index, nine_in_the_morning};

pub fn kek() -> KeyEncryptionKey {
    KeyEncryptionKey::from_random([0x21; 32])
}

pub fn seal_at(place: SealPlace, plaintext: &[u8], key: u8) -> (Sealed, WrappedKey) {
    let payload = PrivatePayload {
        plaintext: plaintext.to_vec().into(),
        key: RecordKey::from_random([key; 32]),
        nonce: WrapNonce::from_random([key; 24]),
    };
    seal(&kek(), ORIGIN, place, payload).unwrap()
}

/// Two records: an action with a sealed payload about one person, and the erasure of that payload.
pub struct Journal {
    pub bytes: Vec<u8>,
    pub bodies: Vec<Vec<u8>>,
    pub head: JournalHead,
}

pub fn journal() -> Journal {
    let payload = SealPlace::JournalPayload(JournalSequence::FIRST);
    let record = |sequence, kind, actor: Option<&str>, data: &[u8], sealed| JournalRecord {
        sequence,
        time: nine_in_the_morning("2026-05-08"),
        kind: RecordKind::new(kind).unwrap(),
        actor: actor.map(str::to_owned),
        data: data.to_vec(),
        sealed,
    };
    let (sealed, _key) = seal_at(payload, b"person", 0x32);
    let first = JournalSequence::FIRST;
    let records = [
        record(first, "example-action", Some("staff-1"), b"data", Some(sealed)),
        // [2, 0]: the payload of journal record 0.
        record(first.next().unwrap(), "erasure", Some("staff-2"), &[0x82, 0x02, 0x00], None),
    ];
    assert_eq!(records[1].erasure(), Ok(Some(payload)));
    let header = format!("title-ledger-journal-v1\n{ORIGIN}\n").into_bytes();
    let mut chain = Sha256::digest(&header).to_vec();
    let mut bytes = header;
    let bodies = records.map(|record| record.to_bytes().unwrap());
    for body in &bodies {
        chain = Sha256::digest([chain.as_slice(), body].concat()).to_vec();
        bytes.extend((body.len() as u32).to_be_bytes());
        bytes.extend_from_slice(body);
        bytes.extend_from_slice(&chain);
    }
    let chain = ChainHash::from_bytes(chain.try_into().unwrap());
    let head = JournalHead { count: RecordCount::new(2).unwrap(), chain };
    let checked = check_against_anchor(bytes.as_slice(), ORIGIN, Some(head)).unwrap();
    assert!(checked.end.head == head && checked.tail.is_none());
    assert!(checked.erasures.account_for(payload));
    Journal { bytes, bodies: bodies.to_vec(), head }
}

pub fn last_opening() -> AnchorOpening {
    AnchorOpening::new([0x44; 16], journal().head)
}

/// The private record of the last head: sealed, and its key wrapped.
pub fn sealed_opening(head: u64) -> (Sealed, WrappedKey) {
    let place = SealPlace::LogRecord(index(head));
    seal_at(place, &last_opening().to_bytes(), 0x31)
}

/// A bundle whose first entry has no private record and whose second has one.
pub fn bundle(sealed: Sealed) -> PrivateBundle {
    let mut bundle = PrivateBundle::new();
    bundle.push(None).unwrap();
    bundle.push(Some(sealed)).unwrap();
    assert_eq!(PrivateBundle::from_bytes(&bundle.to_bytes(), 2).as_ref(), Ok(&bundle));
    bundle
}

/// A staging file with one file and one key. (A real one also has the tiles and bundles.)
pub fn staging(log: &Log, list: Vec<u8>, key: WrappedKey) -> Vec<u8> {
    let size = |number| TreeSize::new(number).unwrap();
    let last = log.entries.len() as u64 - 1;
    let base_root = ledger::merkle::root_of_leaves(&log.leaves()[..8]);
    let makes = StagingName { size: size(last + 1), root: log.root() };
    let header = StagingHeader { base_size: size(8), base_root, makes, keep: KeepCheckpoint::No };
    let files = vec![NewFile { path: FilePath::StatusList(index(last)), bytes: list }];
    let keys = vec![StagedKey { index: index(last), key }];
    let batch = StagedBatch::new(header, files, keys).unwrap();
    assert_eq!(StagedBatch::from_bytes(&batch.to_bytes()).as_ref(), Ok(&batch));
    batch.to_bytes()
}

pub fn slots(wrapped: &WrappedKey) -> [(&'static str, KeySlot); 3] {
    [
        ("slot-empty", KeySlot::Empty),
        ("slot-wrapped", KeySlot::Wrapped(wrapped.clone())),
        ("slot-erased", KeySlot::Erased),
    ]
}
