//! What every store must do, run on each of them.
#![expect(clippy::unwrap_used, reason = "tests may panic")]

use super::*;
use crate::{
    digest::RootHash,
    merkle::{TileSpan, TileWidth},
    position::TreeSize,
    seal::{
        JournalSequence, KEY_LEN, KeyEncryptionKey, KeySlot, PrivatePayload, RecordKey, SealPlace,
        WRAP_NONCE_LEN, WrapNonce, WrappedKey, seal,
    },
};

/// Runs a check on a fresh store of each kind.
fn each(check: impl Fn(&dyn Store)) {
    check(&MemoryDisk::new().open().unwrap());
    let dir = tempfile::tempdir().unwrap();
    check(&DirStore::open(dir.path()).unwrap());
}

fn bundle(number: u64, bytes: &[u8]) -> NewFile {
    let span = TileSpan::new(number, TileWidth::FULL).unwrap();
    NewFile { path: FilePath::Entries(span), bytes: bytes.to_vec() }
}

fn staging_name(size: u64) -> StagingName {
    StagingName { size: TreeSize::new(size).unwrap(), root: RootHash::from_bytes([7; 32]) }
}

fn key(place: SealPlace, fill: u8) -> WrappedKey {
    let kek = KeyEncryptionKey::from_random([1; KEY_LEN]);
    let nonce = WrapNonce::from_random([fill; WRAP_NONCE_LEN]);
    let key = RecordKey::from_random([fill; KEY_LEN]);
    let payload = PrivatePayload { plaintext: b"x".to_vec().into(), key, nonce };
    seal(&kek, "log.example", place, payload).unwrap().1
}

fn log_place(index: u64) -> SealPlace {
    SealPlace::LogRecord(LeafIndex::new(index).unwrap())
}

fn read_all(mut input: Box<dyn Read + Send>) -> Vec<u8> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_new_store_has_nothing() {
    each(|store| {
        assert_eq!(store.get(&StorePath::Lock).unwrap(), None);
        assert_eq!(store.get(&StorePath::PublicCheckpoint).unwrap(), None);
        assert_eq!(store.get(&bundle(0, b"").path.into()).unwrap(), None);
        assert_eq!(store.staged().unwrap(), []);
        assert_eq!(store.status_lists().unwrap(), []);
        assert_eq!(store.journal_len().unwrap(), 0);
        assert_eq!(read_all(store.read_journal(0).unwrap()), b"");
        assert_eq!(key_slot(store, log_place(0)).unwrap(), KeySlot::Empty);
    });
}

#[test]
fn files_that_exist_with_the_same_bytes_are_made_again_without_effect() {
    each(|store| {
        store.create(&[bundle(0, b"a")]).unwrap();
        store.create(&[bundle(0, b"a"), bundle(1, b"b")]).unwrap();
        assert_eq!(store.get(&bundle(1, b"").path.into()).unwrap(), Some(b"b".to_vec()));
    });
}

#[test]
fn a_file_that_exists_with_other_bytes_stops_the_store_and_is_left_alone() {
    each(|store| {
        store.create(&[bundle(0, b"a")]).unwrap();
        let error = store.create(&[bundle(0, b"z")]).unwrap_err();
        assert!(matches!(error, StoreError::Conflict { .. }), "{error}");
        assert!(matches!(store.staged(), Err(StoreError::Stopped)));
    });
}

#[test]
fn the_lock_is_swapped_only_against_what_it_holds() {
    each(|store| {
        store.swap_lock(None, b"one").unwrap();
        store.swap_lock(Some(b"one"), b"two").unwrap();
        assert_eq!(store.get(&StorePath::Lock).unwrap(), Some(b"two".to_vec()));
        let error = store.swap_lock(Some(b"one"), b"three").unwrap_err();
        assert!(matches!(error, StoreError::LockChanged { .. }), "{error}");
    });
}

#[test]
fn refuses_to_make_a_lock_where_there_is_one() {
    each(|store| {
        store.swap_lock(None, b"one").unwrap();
        let error = store.swap_lock(None, b"two").unwrap_err();
        assert!(matches!(error, StoreError::LockChanged { expected: None, .. }), "{error}");
    });
}

#[test]
fn staging_files_are_listed_read_and_dropped() {
    each(|store| {
        store.stage(staging_name(5), b"batch").unwrap();
        assert_eq!(store.staged().unwrap(), [staging_name(5)]);
        assert_eq!(store.read_staged(staging_name(5)).unwrap(), Some(b"batch".to_vec()));
        store.drop_staged(staging_name(5)).unwrap();
        store.drop_staged(staging_name(5)).unwrap();
        assert_eq!(store.staged().unwrap(), []);
        assert_eq!(store.read_staged(staging_name(5)).unwrap(), None);
    });
}

#[test]
fn keys_are_put_kept_and_erased_each_in_its_domain() {
    each(|store| {
        let (log, journal) =
            (log_place(300), SealPlace::JournalPayload(JournalSequence::new(300).unwrap()));
        let put = [KeyChange::Put(log, key(log, 1)), KeyChange::Put(journal, key(journal, 2))];
        store.change_keys(&put).unwrap();
        store.change_keys(&[KeyChange::Erase(log)]).unwrap();
        store.change_keys(&put).unwrap();
        assert_eq!(key_slot(store, log).unwrap(), KeySlot::Erased);
        assert_eq!(key_slot(store, journal).unwrap(), KeySlot::Wrapped(key(journal, 2)));
    });
}

#[test]
fn refuses_a_second_key_for_a_place() {
    each(|store| {
        let place = log_place(1);
        store.change_keys(&[KeyChange::Put(place, key(place, 1))]).unwrap();
        let error = store.change_keys(&[KeyChange::Put(place, key(place, 2))]).unwrap_err();
        assert!(matches!(error, StoreError::Keyring { .. }), "{error}");
    });
}

#[test]
fn the_journal_grows_only_from_where_its_writer_left_it() {
    each(|store| {
        store.append_journal(0, b"abc").unwrap();
        store.append_journal(3, b"def").unwrap();
        assert_eq!(store.journal_len().unwrap(), 6);
        assert_eq!(read_all(store.read_journal(2).unwrap()), b"cdef");
        store.truncate_journal(4).unwrap();
        store.append_journal(4, b"!").unwrap();
        assert_eq!(read_all(store.read_journal(0).unwrap()), b"abcd!");
        let error = store.append_journal(4, b"?").unwrap_err();
        assert!(matches!(error, StoreError::JournalMoved { expected: 4, present: 5 }), "{error}");
    });
}

#[test]
fn status_lists_are_listed_and_removed() {
    each(|store| {
        let head = LeafIndex::new(12).unwrap();
        let list = NewFile { path: FilePath::StatusList(head), bytes: vec![0x80] };
        store.create(&[list]).unwrap();
        assert_eq!(store.status_lists().unwrap(), [head]);
        store.remove_status_list(head).unwrap();
        assert_eq!(store.status_lists().unwrap(), []);
    });
}

#[test]
fn the_memory_stores_faults_leave_what_their_form_says() {
    let files = [bundle(0, b"a"), bundle(1, b"b")];
    for (form, left) in
        [(FaultForm::NotDone, 0), (FaultForm::HalfDone, 1), (FaultForm::DoneAnswerLost, 2)]
    {
        let disk = MemoryDisk::new();
        let store = disk.open().unwrap();
        disk.fail_call(0, form);
        assert!(matches!(store.create(&files), Err(StoreError::Io { .. })));
        assert!(matches!(store.staged(), Err(StoreError::Stopped)));
        assert_eq!(disk.paths().len(), left, "{form:?}");
    }
}

#[test]
fn the_memory_store_tears_a_journal_append_in_half() {
    let disk = MemoryDisk::new();
    let store = disk.open().unwrap();
    store.append_journal(0, b"abcd").unwrap();
    disk.fail_call(1, FaultForm::HalfDone);
    store.append_journal(4, b"efgh").unwrap_err();
    assert_eq!(disk.read(JOURNAL_FILE), Some(b"abcdef".to_vec()));
}

#[test]
fn the_memory_store_refuses_a_second_writer_until_the_first_is_gone() {
    let disk = MemoryDisk::new();
    let first = disk.open().unwrap();
    assert!(matches!(disk.open(), Err(StoreError::InUse { .. })));
    drop(first);
    assert_eq!(disk.open().unwrap().journal_len().unwrap(), 0);
}
