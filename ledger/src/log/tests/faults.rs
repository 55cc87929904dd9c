//! Every storage call of a batch's life fails, in every form; then the log is opened again. What was
//! acknowledged must be there, once; the rest must be possible once more.

use crate::{
    log::{
        CommitError, LogWriter, MarkedSigner as _, OpenError,
        test_kit::{
            Refusal, SignerFault, TestLog, Writer, at, batch, names, names_on_record, settle,
        },
    },
    store::{FaultForm, KeepCheckpoint},
};

/// A log whose next batch completes a tile.
fn nearly_full_tile() -> TestLog {
    let log = TestLog::default();
    log.append("a", 249);
    log
}

fn new_names() -> Vec<String> {
    names("b", 12)
}

/// Opens, appends a batch, and acknowledges it.
fn issue(log: &TestLog, fault: Option<(u64, FaultForm)>) -> Result<(), String> {
    let shown = |error: &dyn std::fmt::Display| error.to_string();
    let store = std::sync::Arc::new(log.disk.open().map_err(|e| shown(&e))?);
    if let Some((number, form)) = fault {
        log.disk.fail_call(number, form);
    }
    let signer = crate::log::test_kit::TestSigner::new(log.key.clone());
    let kek = crate::log::test_kit::kek();
    let mut writer =
        LogWriter::open(store, signer, kek, at(1_000_000), &[]).map_err(|e| shown(&e))?;
    let batch = batch(&writer, &new_names(), KeepCheckpoint::ForProofs, at(writer.size().get()));
    writer.commit(batch).map_err(|e| shown(&e))?;
    settle(&mut writer).map_err(|e| shown(&e))
}

/// Opens the log as the issuer would after a crash: settles what is pending, appends what is missing.
fn catch_up(log: &TestLog, note: &str) {
    let mut writer = open(log, note);
    settle(&mut writer).unwrap();
    // All of the batch is on record, or none of it.
    assert!([250, 263].contains(&writer.size().get()), "{note}: {}", writer.size());
    if writer.size().get() == 250 {
        let batch =
            batch(&writer, &new_names(), KeepCheckpoint::ForProofs, at(writer.size().get()));
        writer.commit(batch).unwrap();
        settle(&mut writer).unwrap();
    }
}

fn open(log: &TestLog, note: &str) -> Writer {
    log.try_open().unwrap_or_else(|error| panic!("{note}: {error}"))
}

fn assert_all_there_once(log: &TestLog, note: &str) {
    let writer = open(log, note);
    assert!(writer.pending().is_none(), "{note}");
    let on_record = names_on_record(&**writer.store());
    assert_eq!(on_record.len(), 249 + 12, "{note}");
    assert!(on_record.values().all(|count| *count == 1), "{note}: {on_record:?}");
    assert_eq!(writer.signer.mark().unwrap().size, writer.size(), "{note}");
    assert!(writer.store().staged().unwrap().is_empty(), "{note}");
}

#[test]
fn after_a_fault_in_any_storage_call_every_entry_is_on_record_once() {
    let calls = {
        let log = nearly_full_tile();
        issue(&log, None).unwrap();
        log.disk.calls()
    };
    assert!(calls > 20, "only {calls} calls: the faults below would prove little");
    let prepared = nearly_full_tile();
    let mark = prepared.key.mark();
    for form in [FaultForm::NotDone, FaultForm::DoneAnswerLost, FaultForm::HalfDone] {
        for number in 0..calls {
            let note = format!("{form:?} at call {number}");
            let log = TestLog { disk: prepared.disk.snapshot(), ..TestLog::default() };
            log.key.set_mark(mark);
            assert!(issue(&log, Some((number, form))).is_err(), "{note}");
            catch_up(&log, &note);
            assert_all_there_once(&log, &note);
            log.append("c", 3);
        }
    }
}

#[test]
fn a_second_fault_while_recovering_from_the_first_loses_nothing() {
    let prepared = nearly_full_tile();
    let mark = prepared.key.mark();
    let crashed = || {
        let log = TestLog { disk: prepared.disk.snapshot(), ..TestLog::default() };
        log.key.set_mark(mark);
        log.key.fail_next(SignerFault::AfterMark);
        issue(&log, None).unwrap_err();
        log
    };
    let calls = {
        let log = crashed();
        drop(open(&log, "carried on"));
        log.disk.calls()
    };
    for form in [FaultForm::NotDone, FaultForm::DoneAnswerLost, FaultForm::HalfDone] {
        for number in 0..calls {
            let note = format!("{form:?} at call {number} of recovery");
            let log = crashed();
            let faulty = issue(&log, Some((number, form)));
            assert!(faulty.is_err(), "{note}");
            catch_up(&log, &note);
            assert_all_there_once(&log, &note);
        }
    }
}

#[test]
fn a_batch_that_the_key_marked_but_did_not_sign_is_carried_on() {
    let log = nearly_full_tile();
    log.key.fail_next(SignerFault::AfterMark);
    issue(&log, None).unwrap_err();
    let mut writer = open(&log, "carried on");
    assert_eq!(writer.size().get(), 263);
    assert!(writer.pending().unwrap().published().is_none());
    settle(&mut writer).unwrap();
    drop(writer);
    assert_all_there_once(&log, "carried on");
}

#[test]
fn a_batch_that_the_key_did_not_mark_is_dropped() {
    let log = nearly_full_tile();
    log.key.fail_next(SignerFault::BeforeMark);
    issue(&log, None).unwrap_err();
    let writer = open(&log, "dropped");
    assert_eq!(writer.size().get(), 250);
    assert!(writer.store().staged().unwrap().is_empty());
}

#[test]
fn a_batch_that_cannot_be_staged_fails_alone() {
    let log = nearly_full_tile();
    let mut writer = open(&log, "before");
    let make = |writer: &Writer| batch(writer, &new_names(), KeepCheckpoint::ForProofs, at(250));
    let staging_call = {
        // The same batch once more on a copy, to learn which call stages it.
        let copy = TestLog { disk: log.disk.snapshot(), ..TestLog::default() };
        copy.key.set_mark(log.key.mark());
        let mut writer = open(&copy, "copy");
        copy.key.fail_next(SignerFault::BeforeMark);
        let batch = make(&writer);
        writer.commit(batch).unwrap_err();
        copy.disk.calls() - 1
    };
    log.disk.fail_call(staging_call, FaultForm::NotDone);
    let batch = make(&writer);
    let error = writer.commit(batch).unwrap_err();
    assert!(matches!(error, CommitError::NotStaged(_)), "{error}");
    let batch = make(&writer);
    writer.commit(batch).unwrap();
    settle(&mut writer).unwrap();
    drop(writer);
    assert_all_there_once(&log, "after the second attempt");
}

#[test]
fn after_a_failure_the_writer_refuses_to_go_on() {
    let log = nearly_full_tile();
    let mut writer = open(&log, "before");
    log.key.fail_next(SignerFault::BeforeMark);
    let first = batch(&writer, &new_names(), KeepCheckpoint::No, at(250));
    let error = writer.commit(first).unwrap_err();
    assert!(
        matches!(
            error,
            CommitError::Sign(crate::checkpoint::SignCheckpointError::Signer(Refusal::Scripted))
        ),
        "{error}"
    );
    let second = batch(&writer, &new_names(), KeepCheckpoint::No, at(250));
    assert!(matches!(writer.commit(second), Err(CommitError::Stopped)));
}

#[test]
fn a_torn_staging_file_of_a_batch_that_was_signed_is_refused_with_what_is_known() {
    let log = nearly_full_tile();
    log.key.fail_next(SignerFault::AfterMark);
    issue(&log, None).unwrap_err();
    let staged = log.disk.paths().into_iter().find(|p| p.starts_with("private/staging/")).unwrap();
    let mut bytes = log.disk.read(&staged).unwrap();
    bytes.truncate(bytes.len() - 1);
    log.disk.tamper(&staged, Some(bytes));
    match log.try_open().err().unwrap() {
        OpenError::MarkAhead { mark, lock, staged } => {
            assert_eq!((mark.size.get(), lock.get(), staged.len()), (263, 250, 1));
        }
        other => panic!("{other}"),
    }
}
