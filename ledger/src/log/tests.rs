#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

mod faults;
mod refusals;

use std::sync::Arc;

use super::{test_kit::*, *};
use crate::{
    journal::JournalWriter,
    merkle::TileSpan,
    seal::{SealPlace, Unsealed},
    store::{DirStore, FilePath, KeepCheckpoint, StorePath},
};

#[test]
fn a_log_grows_batch_by_batch_and_everything_can_be_recomputed() {
    let log = TestLog::default();
    let mut expected = 0;
    for (round, count) in [0, 1, 250, 3, 600, 0].into_iter().enumerate() {
        log.append(&format!("r{round}-"), count);
        expected += count + 1;
        let writer = log.open();
        assert_eq!(check_everything(&**writer.store()).len(), expected);
        assert_eq!(writer.size(), size(expected as u64));
        assert!(writer.pending().is_none());
    }
}

#[test]
fn a_directory_store_keeps_the_same_log() {
    let dir = tempfile::tempdir().unwrap();
    let key = KeyState::default();
    for round in 0..4 {
        let store = Arc::new(DirStore::open(dir.path()).unwrap());
        let signer = TestSigner::new(key.clone());
        let mut writer = LogWriter::open(store, signer, kek(), at(1_000_000), &[]).unwrap();
        let names = names(&format!("r{round}-"), 300);
        append(&mut writer, &names, KeepCheckpoint::ForProofs).unwrap();
        assert_eq!(names_on_record(&**writer.store()).len(), 300 * (round + 1));
    }
}

#[test]
fn a_batch_of_issuances_keeps_its_checkpoint_and_a_heartbeat_does_not() {
    let log = TestLog::default();
    log.append("a", 2);
    let mut writer = log.open();
    append(&mut writer, &[], KeepCheckpoint::No).unwrap();
    let kept = |at| writer.store().get(&FilePath::KeptCheckpoint(size(at)).into()).unwrap();
    assert!(kept(3).is_some());
    assert!(kept(4).is_none());
}

#[test]
fn nothing_of_a_batch_is_public_before_it_is_published() {
    let log = TestLog::default();
    let mut writer = log.open();
    let batch = batch(&writer, &names("a", 2), KeepCheckpoint::No, at(0));
    writer.commit(batch).unwrap();
    assert_eq!(writer.store().get(&StorePath::PublicCheckpoint).unwrap(), None);
    assert!(matches!(writer.finish(), Err(PublishError::NotPublished)));
}

#[test]
fn whoever_waits_for_the_commit_point_hears_of_it_before_any_file_is_in_place() {
    let log = TestLog::default();
    let mut writer = log.open();
    let batch = batch(&writer, &names("a", 2), KeepCheckpoint::No, at(0));
    let store = Arc::clone(writer.store());
    let mut seen = Vec::new();
    let look = || seen.push((store.get(&StorePath::Lock), bundle(&*store)));
    writer.commit_telling(batch, look).unwrap();
    let [(lock, before)] = <[_; 1]>::try_from(seen).unwrap();
    assert_eq!(lock.as_ref().unwrap(), &store.get(&StorePath::Lock).unwrap());
    assert!(lock.unwrap().is_some() && before.is_none() && bundle(&*store).is_some());
}

#[test]
fn whoever_waits_for_the_commit_point_hears_nothing_of_a_refused_batch() {
    let log = TestLog::default();
    let mut writer = log.open();
    let mut batch = batch(&writer, &names("a", 2), KeepCheckpoint::No, at(0));
    batch.first = index(1);
    let refused = writer.commit_telling(batch, || panic!("told of a refused batch"));
    assert!(matches!(refused, Err(CommitError::Refused(BatchRefused::WrongPlace { .. }))));
}

/// The first bundle of a log of three entries.
fn bundle(store: &dyn Store) -> Option<Vec<u8>> {
    let span = TileSpan::holding(0, 3).unwrap();
    store.get(&FilePath::Entries(span).into()).unwrap()
}

#[test]
fn a_batch_that_was_committed_but_not_published_is_pending_after_opening_again() {
    let log = TestLog::default();
    let mut writer = log.open();
    let batch = batch(&writer, &names("a", 2), KeepCheckpoint::ForProofs, at(0));
    writer.commit(batch).unwrap();
    drop(writer);
    let mut writer = log.open();
    let pending = writer.pending().unwrap();
    assert_eq!((pending.first(), pending.keep()), (index(0), KeepCheckpoint::ForProofs));
    assert!(pending.published().is_none());
    settle(&mut writer).unwrap();
    drop(writer);
    assert!(log.open().pending().is_none());
}

#[test]
fn a_batch_that_was_published_but_not_finished_says_so_after_opening_again() {
    let log = TestLog::default();
    let mut writer = log.open();
    let batch = batch(&writer, &names("a", 2), KeepCheckpoint::ForProofs, at(0));
    let checkpoint = writer.commit(batch).unwrap().checkpoint().clone();
    writer.publish(&checkpoint.clone().verify(&policy()).unwrap()).unwrap();
    drop(writer);
    let writer = log.open();
    assert_eq!(writer.pending().unwrap().published(), Some(&checkpoint));
}

#[test]
fn refuses_to_publish_the_checkpoint_of_another_batch() {
    let log = TestLog::default();
    log.append("a", 2);
    let mut writer = log.open();
    let old = writer.committed().unwrap().clone().verify(&policy()).unwrap();
    let batch = batch(&writer, &names("b", 2), KeepCheckpoint::No, at(5));
    writer.commit(batch).unwrap();
    let error = writer.publish(&old).unwrap_err();
    assert!(matches!(error, PublishError::OtherCheckpoint { .. }), "{error}");
}

#[test]
fn an_erased_private_record_is_gone_and_the_log_is_as_it_was() {
    let log = TestLog::default();
    log.append("a", 2);
    let writer = log.open();
    let store = Arc::clone(writer.store());
    let mut journal = JournalWriter::open(Arc::clone(&store), kek(), ORIGIN, None).unwrap();
    let place = SealPlace::LogRecord(index(1));
    journal.erase(at(9), None, &[place]).unwrap();
    let read = |at| read_private(&*store, &kek(), ORIGIN, index(at), size(3)).unwrap().unwrap();
    assert!(matches!(read(1), Unsealed::Erased));
    assert!(matches!(read(0), Unsealed::Opened(_)));
    drop((writer, journal, store));
    log.append("b", 1);
}

#[test]
fn lists_that_nobody_needs_any_more_are_dropped() {
    const DAY: u64 = 86_400;
    let log = TestLog::default();
    let mut writer = log.open_with(at(9 * DAY), &[]).unwrap();
    for time in [0, 10, 20, 2 * DAY] {
        let mut batch = batch(&writer, &[], KeepCheckpoint::No, at(time));
        batch.list = Some(crate::status::ExceptionList::empty().encode());
        batch.head.head.list_head = batch.head.head.index;
        writer.commit(batch).unwrap();
        settle(&mut writer).unwrap();
    }
    assert_eq!(writer.prune_lists(at(DAY + 10)).unwrap(), []);
    assert_eq!(writer.prune_lists(at(DAY + 11)).unwrap(), [index(0)]);
    assert_eq!(writer.prune_lists(at(9 * DAY)).unwrap(), [index(1)]);
    assert_eq!(writer.store().status_lists().unwrap(), [index(2), index(3)]);
}

#[test]
fn the_public_part_holds_no_byte_of_a_private_record() {
    let log = TestLog::default();
    log.append("张三", 3);
    for path in log.disk.paths() {
        let bytes = log.disk.read(&path).unwrap();
        let leaks = bytes.windows(7).any(|window| window == b"record ");
        assert!(!leaks, "{path}");
    }
}
