//! What a log does not open with, and which batches it does not take.

use super::super::test_kit::*;
use crate::{
    checkpoint::{Checkpoint, CheckpointSigner as _, Origin},
    digest::RootHash,
    log::{Batch, BatchRefused, CLOCK_WAIT_MS, CommitError, OpenError, SignerMark, WitnessAnswer},
    merkle::{TileId, TileSpan},
    note::{KeyName, SignatureLine, SignedNote},
    store::{FilePath, KeepCheckpoint, StoreError},
    time::UnixMillis,
};

/// Two logs: one with a batch, and a later state of it with two.
fn earlier_and_later() -> (TestLog, TestLog) {
    let earlier = TestLog::default();
    earlier.append("a", 5);
    let later = TestLog { disk: earlier.disk.snapshot(), ..TestLog::default() };
    later.key.set_mark(earlier.key.mark());
    later.append("b", 5);
    (earlier, later)
}

fn refusal(log: &TestLog) -> OpenError<Refusal> {
    log.try_open().err().unwrap()
}

fn signed(size_: u64, root: RootHash) -> Vec<u8> {
    let mut signer = TestSigner::new(KeyState::default());
    let origin = Origin::new(ORIGIN).unwrap();
    let checkpoint = Checkpoint { origin, size: size(size_), root };
    let signature = signer.sign(&checkpoint).unwrap().to_vec();
    SignedNote::new(checkpoint.to_text(), SignatureLine::new(signer.key(), signature)).to_bytes()
}

fn witness(size_: u64) -> WitnessAnswer {
    WitnessAnswer::Knows { witness: KeyName::new("w.example").unwrap(), size: size(size_) }
}

#[test]
fn refuses_a_private_directory_older_than_what_is_published() {
    let (earlier, later) = earlier_and_later();
    for path in earlier.disk.paths().into_iter().filter(|path| path.starts_with("private/")) {
        later.disk.tamper(&path, earlier.disk.read(&path));
    }
    match refusal(&later) {
        OpenError::PublicAhead { public, lock } => {
            assert_eq!((public.get(), lock.get()), (12, 6));
        }
        other => panic!("{other}"),
    }
}

#[test]
fn refuses_a_published_log_whose_lock_is_missing() {
    let log = TestLog::default();
    log.append("a", 5);
    log.disk.tamper("private/lock", None);
    assert!(matches!(refusal(&log), OpenError::PublicAhead { .. }));
}

#[test]
fn refuses_a_public_checkpoint_of_another_history() {
    let (_, later) = earlier_and_later();
    for size in [6, 12] {
        let other = signed(size, RootHash::from_bytes([8; 32]));
        later.disk.tamper("log/checkpoint", Some(other));
        assert!(matches!(refusal(&later), OpenError::PublicDiffers { .. }), "{size}");
    }
}

#[test]
fn refuses_an_old_copy_of_the_directory_because_the_key_remembers_more() {
    let (earlier, later) = earlier_and_later();
    let restored = TestLog { disk: earlier.disk, key: later.key };
    match refusal(&restored) {
        OpenError::MarkAhead { mark, lock, staged } => {
            assert_eq!((mark.size.get(), lock.get(), staged.len()), (12, 6, 0));
        }
        other => panic!("{other}"),
    }
}

#[test]
fn refuses_an_old_copy_of_the_keys_state() {
    let (earlier, later) = earlier_and_later();
    let restored = TestLog { disk: later.disk.snapshot(), key: earlier.key };
    assert!(matches!(refusal(&restored), OpenError::MarkBehind { .. }));
    let fresh = TestLog { disk: later.disk, key: KeyState::default() };
    assert!(matches!(refusal(&fresh), OpenError::MarkBehind { mark: None, .. }));
}

#[test]
fn refuses_a_key_that_signed_another_tree_of_this_size() {
    let (earlier, _) = earlier_and_later();
    let mark = SignerMark { size: size(6), root: RootHash::from_bytes([8; 32]) };
    earlier.key.set_mark(Some(mark));
    assert!(matches!(refusal(&earlier), OpenError::MarkDiffers { .. }));
}

#[test]
fn refuses_old_copies_of_both_where_a_witness_knows_more() {
    let (earlier, _) = earlier_and_later();
    match earlier.open_with(at(1_000_000), &[witness(6), witness(12)]).err().unwrap() {
        OpenError::WitnessAhead { theirs, ours, .. } => {
            assert_eq!((theirs.get(), ours.get()), (12, 6));
        }
        other => panic!("{other}"),
    }
}

#[test]
fn refuses_without_a_witness_that_should_be_asked_unless_overridden() {
    let (earlier, _) = earlier_and_later();
    let name = KeyName::new("w.example").unwrap();
    let unreachable = WitnessAnswer::Unreachable { witness: name.clone() };
    let error = earlier.open_with(at(1_000_000), &[unreachable]).err().unwrap();
    assert!(matches!(error, OpenError::WitnessUnreachable { .. }), "{error}");
    let overridden = WitnessAnswer::Overridden { witness: name };
    assert_eq!(earlier.open_with(at(1_000_000), &[overridden]).unwrap().size(), size(6));
}

#[test]
fn refuses_a_clock_behind_the_last_head_by_more_than_the_next_can_wait_for() {
    let (earlier, _) = earlier_and_later();
    let head = earlier.open().last_head().unwrap().time.get();
    let open = |now| earlier.open_with(UnixMillis::new(now).unwrap(), &[]);
    assert_eq!(open(head - CLOCK_WAIT_MS).unwrap().size(), size(6));
    let error = open(head - CLOCK_WAIT_MS - 1).err().unwrap();
    assert!(matches!(error, OpenError::ClockBehind { .. }), "{error}");
}

#[test]
fn refuses_storage_shorter_than_the_lock_says_and_names_the_file() {
    let tile = TileId::new(0, TileSpan::holding(5, 6).unwrap()).unwrap();
    for missing in [FilePath::Tile(tile), last_bundle(size(6))] {
        let (earlier, _) = earlier_and_later();
        earlier.disk.tamper(&missing.to_string(), None);
        match refusal(&earlier) {
            OpenError::StorageShort { lock, path } => {
                assert_eq!((lock, path), (size(6), missing.to_string()));
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn refuses_any_changed_byte_of_the_last_bundle_and_tile() {
    let tile = TileId::new(0, TileSpan::holding(5, 6).unwrap()).unwrap();
    for path in [FilePath::Tile(tile), last_bundle(size(6))].map(|path| path.to_string()) {
        let (earlier, _) = earlier_and_later();
        let whole = earlier.disk.read(&path).unwrap();
        for position in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[position] ^= 1;
            earlier.disk.tamper(&path, Some(bytes));
            assert!(earlier.try_open().is_err(), "{path}, byte {position}");
        }
    }
}

#[test]
fn refuses_a_lock_that_another_key_signed() {
    let (earlier, _) = earlier_and_later();
    let lock = String::from_utf8(earlier.disk.read("private/lock").unwrap()).unwrap();
    earlier.disk.tamper("private/lock", Some(lock.replacen("\n6\n", "\n7\n", 1).into_bytes()));
    assert!(matches!(refusal(&earlier), OpenError::Unverified { .. }));
}

#[test]
fn refuses_a_second_writer_in_another_process_and_in_this_one() {
    let (earlier, _) = earlier_and_later();
    let mut first = earlier.open();
    assert!(matches!(refusal(&earlier), OpenError::Store(StoreError::InUse { .. })));
    let signer = TestSigner::new(earlier.key.clone());
    let store = std::sync::Arc::clone(first.store());
    let mut second = crate::log::LogWriter::open(store, signer, kek(), at(99), &[]).unwrap();
    append(&mut first, &names("b", 1), KeepCheckpoint::No).unwrap();
    let mark = earlier.key.mark();
    let error = append(&mut second, &names("c", 7), KeepCheckpoint::No).unwrap_err();
    assert!(matches!(error, CommitError::Store(StoreError::LockChanged { .. })), "{error}");
    assert_eq!(earlier.key.mark(), mark, "the key signed beside the log");
}

/// Commits a batch that `change` made wrong, on a log of one batch; nothing may come of it.
fn refused(change: impl FnOnce(&mut Batch)) -> BatchRefused {
    let (log, _) = earlier_and_later();
    let paths = log.disk.paths();
    let mut writer = log.open();
    let mut wrong = batch(&writer, &names("b", 3), KeepCheckpoint::No, at(50));
    change(&mut wrong);
    let error = match writer.commit(wrong) {
        Err(CommitError::Refused(error)) => error,
        other => panic!("{:?}", other.err()),
    };
    assert_eq!(log.disk.paths(), paths);
    // The writer goes on.
    append(&mut writer, &names("b", 3), KeepCheckpoint::No).unwrap();
    error
}

#[test]
fn refuses_a_batch_made_for_another_place() {
    let error = refused(|batch| batch.first = index(5));
    assert!(matches!(error, BatchRefused::WrongPlace { .. }), "{error}");
}

#[test]
fn refuses_heads_that_do_not_fit() {
    let field = |change: fn(&mut Batch)| match refused(change) {
        BatchRefused::Head { field } => field,
        other => panic!("{other}"),
    };
    assert_eq!(field(|batch| drop(batch.entries.pop())), "index");
    assert_eq!(field(|batch| batch.head.head.previous = None), "previous head");
    assert_eq!(field(|batch| batch.head.head.time = UnixMillis::new(0).unwrap()), "time");
    assert_eq!(field(|batch| batch.head.head.list_head = index(0)), "list head");
    assert_eq!(field(|batch| batch.list = Some(vec![0x80])), "list head");
    assert_eq!(
        field(|batch| {
            batch.head.head.list_head = batch.head.head.index;
            batch.list = Some(vec![0x81]);
        }),
        "list root"
    );
    assert_eq!(
        field(|batch| {
            batch.head.head.journal = crate::digest::JournalAnchor::from_bytes([0; 32]);
        }),
        "journal anchor"
    );
}

#[test]
fn refuses_an_entry_longer_than_a_reader_reads() {
    let error = refused(|batch| batch.entries[1].bytes = vec![0; 9000]);
    assert!(matches!(error, BatchRefused::EntryTooLong { len: 9000, .. }), "{error}");
}

#[test]
fn refuses_a_batch_where_files_of_another_history_lie() {
    let (log, later) = earlier_and_later();
    let path = last_bundle(size(12)).to_string();
    let mut bytes = later.disk.read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    log.disk.tamper(&path, Some(bytes));
    let mut writer = log.open();
    let error = append(&mut writer, &names("b", 5), KeepCheckpoint::No).unwrap_err();
    assert!(matches!(error, CommitError::Refused(BatchRefused::Occupied { .. })), "{error}");
}

#[test]
fn refuses_the_next_batch_while_one_is_pending() {
    let log = TestLog::default();
    let mut writer = log.open();
    let first = batch(&writer, &names("a", 1), KeepCheckpoint::No, at(0));
    writer.commit(first).unwrap();
    let second = batch(&writer, &names("b", 1), KeepCheckpoint::No, at(9));
    let error = writer.commit(second).unwrap_err();
    assert!(matches!(error, CommitError::Refused(BatchRefused::Unfinished { .. })), "{error}");
}
