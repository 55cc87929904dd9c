#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use super::*;
use crate::{
    journal::{JournalProblem, RecordCount, reader::JournalFault},
    seal::{KEY_LEN, RecordKey, WRAP_NONCE_LEN, WrapNonce},
    store::{FaultForm, JOURNAL_FILE, MemoryDisk},
};

const ORIGIN: &str = "ledger.example/titles";

fn now() -> UnixMillis {
    UnixMillis::new(1_795_449_600_000).unwrap()
}

fn kek() -> Arc<KeyEncryptionKey> {
    Arc::new(KeyEncryptionKey::from_random([1; KEY_LEN]))
}

fn open_on(disk: &MemoryDisk, anchor: Option<JournalHead>) -> JournalWriter {
    try_open(disk, anchor).unwrap()
}

fn try_open(
    disk: &MemoryDisk,
    anchor: Option<JournalHead>,
) -> Result<JournalWriter, JournalOpenError> {
    JournalWriter::open(Arc::new(disk.open().unwrap()), kek(), ORIGIN, anchor)
}

fn line(kind: &str) -> NewRecord {
    NewRecord {
        kind: RecordKind::new(kind).unwrap(),
        actor: Some("clerk-1".to_owned()),
        data: b"details".to_vec(),
        payload: None,
    }
}

fn about(person: &str) -> NewRecord {
    let payload = PrivatePayload {
        plaintext: person.as_bytes().to_vec().into(),
        key: RecordKey::from_random([3; KEY_LEN]),
        nonce: WrapNonce::from_random([4; WRAP_NONCE_LEN]),
    };
    NewRecord { payload: Some(payload), ..line("import") }
}

fn records(writer: &JournalWriter) -> Vec<JournalRecord> {
    let mut reader = writer.read(None).unwrap();
    std::iter::from_fn(|| reader.read_next().unwrap()).collect()
}

fn at(sequence: u64) -> SealPlace {
    SealPlace::JournalPayload(JournalSequence::new(sequence).unwrap())
}

/// A disk with three records, and the heads after each.
fn three() -> (MemoryDisk, Vec<JournalHead>) {
    let disk = MemoryDisk::new();
    let mut writer = open_on(&disk, None);
    let mut heads = vec![writer.head()];
    for kind in ["one", "two", "three"] {
        writer.append(now(), vec![line(kind)]).unwrap();
        heads.push(writer.head());
    }
    (disk, heads)
}

fn cut(disk: &MemoryDisk, keep: usize) {
    let bytes = disk.read(JOURNAL_FILE).unwrap();
    disk.tamper(JOURNAL_FILE, Some(bytes[..keep].to_vec()));
}

#[test]
fn what_was_appended_is_read_after_opening_again() {
    let (disk, heads) = three();
    let writer = open_on(&disk, Some(heads[2]));
    assert_eq!(writer.head(), heads[3]);
    let kinds: Vec<_> = records(&writer).iter().map(|r| r.kind.as_str().to_owned()).collect();
    assert_eq!(kinds, ["one", "two", "three"]);
}

#[test]
fn a_reader_goes_on_from_a_place_it_reached_before() {
    let disk = MemoryDisk::new();
    let mut writer = open_on(&disk, None);
    writer.append(now(), vec![line("one")]).unwrap();
    let place = writer.place();
    writer.append(now(), vec![line("two")]).unwrap();
    let mut reader = writer.read(Some(place)).unwrap();
    assert_eq!(reader.read_next().unwrap().unwrap().kind.as_str(), "two");
    assert!(reader.read_next().unwrap().is_none());
    assert_eq!(reader.place(), writer.place());
}

#[test]
fn payloads_open_for_whoever_holds_the_key_encryption_key() {
    let disk = MemoryDisk::new();
    let mut writer = open_on(&disk, None);
    writer.append(now(), vec![line("one"), about("张三")]).unwrap();
    let record = records(&writer).remove(1);
    let opened =
        open_payload(&mut KeySlots::of(&*writer.store), &kek(), ORIGIN, &record).unwrap().unwrap();
    assert!(matches!(opened, Unsealed::Opened(bytes) if *bytes == "张三".as_bytes()));
}

#[test]
fn the_journals_file_holds_no_byte_of_a_payload() {
    let disk = MemoryDisk::new();
    let mut writer = open_on(&disk, None);
    writer.append(now(), vec![about("张三丰")]).unwrap();
    let bytes = disk.read(JOURNAL_FILE).unwrap();
    assert!(!bytes.windows(9).any(|window| window == "张三丰".as_bytes()));
}

#[test]
fn an_erased_payload_is_gone_and_its_chain_still_fits() {
    let disk = MemoryDisk::new();
    let mut writer = open_on(&disk, None);
    writer.append(now(), vec![about("张三"), about("李四")]).unwrap();
    writer.erase(now(), Some("clerk-2"), &[at(0)]).unwrap();
    let head = writer.head();
    drop(writer);
    let writer = open_on(&disk, Some(head));
    let records = records(&writer);
    let outcome = |n: usize| {
        open_payload(&mut KeySlots::of(&*writer.store), &kek(), ORIGIN, &records[n]).unwrap()
    };
    assert!(matches!(outcome(0), Some(Unsealed::Erased)));
    assert!(matches!(outcome(1), Some(Unsealed::Opened(_))));
    assert_eq!(records[2].erasure(), Ok(Some(at(0))));
}

#[test]
fn refuses_to_erase_what_is_not_there_and_writes_no_line() {
    let disk = MemoryDisk::new();
    let mut writer = open_on(&disk, None);
    writer.append(now(), vec![line("one")]).unwrap();
    for place in [at(0), at(1)] {
        let error = writer.erase(now(), None, &[place]).unwrap_err();
        assert!(matches!(error, JournalError::NothingToErase { .. }), "{error}");
    }
    assert_eq!(writer.head().count, RecordCount::new(1).unwrap());
}

#[test]
fn refuses_an_erasure_line_written_by_hand() {
    let disk = MemoryDisk::new();
    let error = open_on(&disk, None).append(now(), vec![line(ERASURE_KIND)]).unwrap_err();
    assert!(matches!(error, JournalError::Record(RecordError::ReservedKind)), "{error}");
}

#[test]
fn an_erasure_interrupted_after_its_line_is_finished_at_the_next_open() {
    let disk = MemoryDisk::new();
    let mut writer = open_on(&disk, None);
    writer.append(now(), vec![about("张三")]).unwrap();
    let before = disk.calls();
    // key slot, line, then the erasure itself.
    disk.fail_call(before + 2, FaultForm::NotDone);
    writer.erase(now(), None, &[at(0)]).unwrap_err();
    drop(writer);
    let writer = open_on(&disk, None);
    assert_eq!(writer.head().count, RecordCount::new(2).unwrap());
    assert_eq!(key_slot(&*writer.store, at(0)).unwrap(), KeySlot::Erased);
}

#[test]
fn drops_an_incomplete_last_record_beyond_the_anchor() {
    let (disk, heads) = three();
    let whole = disk.read(JOURNAL_FILE).unwrap();
    let last = {
        let writer = open_on(&disk, None);
        let mut reader = writer.read(None).unwrap();
        reader.read_next().unwrap();
        reader.read_next().unwrap();
        reader.place().offset as usize
    };
    for keep in last + 1..whole.len() {
        disk.tamper(JOURNAL_FILE, Some(whole[..keep].to_vec()));
        let writer = open_on(&disk, Some(heads[2]));
        let dropped = writer.dropped().unwrap();
        assert_eq!(dropped.bytes, (keep - last) as u64);
        assert_eq!(writer.head(), heads[2]);
        assert_eq!(disk.read(JOURNAL_FILE).unwrap().len(), last);
    }
}

#[test]
fn drops_a_last_record_of_which_only_the_length_of_the_file_arrived() {
    let (disk, heads) = three();
    let mut bytes = disk.read(JOURNAL_FILE).unwrap();
    bytes.resize(bytes.len() + 700, 0);
    disk.tamper(JOURNAL_FILE, Some(bytes));
    assert_eq!(open_on(&disk, Some(heads[3])).head(), heads[3]);
}

#[test]
fn drops_a_last_record_whose_end_never_arrived() {
    let (disk, heads) = three();
    let mut bytes = disk.read(JOURNAL_FILE).unwrap();
    let end = bytes.len();
    bytes[end - 40..].fill(0);
    disk.tamper(JOURNAL_FILE, Some(bytes));
    assert_eq!(open_on(&disk, Some(heads[2])).head(), heads[2]);
}

#[test]
fn refuses_a_journal_shorter_than_its_anchor() {
    let (disk, heads) = three();
    cut(&disk, disk.read(JOURNAL_FILE).unwrap().len() - 1);
    let error = try_open(&disk, Some(heads[3])).err().unwrap();
    match error {
        JournalOpenError::Shorter { anchored, end } => {
            assert_eq!((anchored.get(), end.head.count.get()), (3, 2));
        }
        other => panic!("{other}"),
    }
}

#[test]
fn refuses_an_empty_journal_where_the_log_anchored_one() {
    let (_, heads) = three();
    let error = try_open(&MemoryDisk::new(), Some(heads[1])).err().unwrap();
    assert!(matches!(error, JournalOpenError::Shorter { .. }), "{error}");
}

#[test]
fn refuses_a_journal_with_another_history_at_its_anchor() {
    let (_, heads) = three();
    let disk = MemoryDisk::new();
    open_on(&disk, None).append(now(), vec![line("other"), line("two")]).unwrap();
    let error = try_open(&disk, Some(heads[1])).err().unwrap();
    match error {
        JournalOpenError::Different { anchored, place, .. } => {
            assert_eq!((anchored, place.head.count.get()), (heads[1].chain, 1));
        }
        other => panic!("{other}"),
    }
}

#[test]
fn refuses_any_changed_byte_of_a_complete_record_and_names_its_place() {
    let (disk, _) = three();
    let whole = disk.read(JOURNAL_FILE).unwrap();
    let header = header(ORIGIN).len();
    for (position, flip) in (header..whole.len()).flat_map(|at| [1, 0x40].map(|flip| (at, flip))) {
        let mut bytes = whole.clone();
        bytes[position] ^= flip;
        disk.tamper(JOURNAL_FILE, Some(bytes));
        match try_open(&disk, None) {
            Err(JournalOpenError::Fault(JournalFault { offset, .. })) => {
                assert!(offset as usize <= position, "byte {position}, fault at {offset}");
            }
            Ok(_) => panic!("byte {position}: not noticed"),
            Err(other) => panic!("byte {position}: {other}"),
        }
    }
}

#[test]
fn refuses_a_journal_that_belongs_to_another_log() {
    let (disk, _) = three();
    let store = Arc::new(disk.open().unwrap());
    let error = JournalWriter::open(store, kek(), "ledger.example/other", None).err().unwrap();
    match error {
        JournalOpenError::Fault(fault) => {
            assert!(matches!(fault.problem, JournalProblem::WrongHeader));
        }
        other => panic!("{other}"),
    }
}

#[test]
fn after_a_fault_in_any_call_what_was_acknowledged_is_there_and_the_rest_can_be_done_again() {
    let calls = {
        let disk = MemoryDisk::new();
        run(&disk, 0).unwrap();
        disk.calls()
    };
    for form in [FaultForm::NotDone, FaultForm::DoneAnswerLost, FaultForm::HalfDone] {
        for number in 0..calls {
            let disk = MemoryDisk::new();
            let acknowledged = run_with_fault(&disk, number, form);
            let writer = open_on(&disk, None);
            let there = records(&writer).len();
            assert!(there >= acknowledged, "{form:?} at call {number}: {there} < {acknowledged}");
            drop(writer);
            run(&disk, there).unwrap();
            let writer = open_on(&disk, None);
            let records = records(&writer);
            assert_eq!(records.len(), 4, "{form:?} at call {number}");
            for record in records {
                let opened =
                    open_payload(&mut KeySlots::of(&*writer.store), &kek(), ORIGIN, &record)
                        .unwrap();
                assert!(matches!(opened, Some(Unsealed::Opened(_))), "{form:?} at call {number}");
            }
        }
    }
}

/// Appends records until there are four, two at a time; says how many are acknowledged.
fn run(disk: &MemoryDisk, there: usize) -> Result<usize, usize> {
    let mut writer = try_open(disk, None).map_err(|_fault| there)?;
    let mut acknowledged = there;
    while acknowledged < 4 {
        let batch = (acknowledged..4).take(2).map(|n| about(&n.to_string())).collect();
        acknowledged += writer.append(now(), batch).map_err(|_fault| acknowledged)?.len();
    }
    Ok(acknowledged)
}

fn run_with_fault(disk: &MemoryDisk, number: u64, form: FaultForm) -> usize {
    let store = disk.open().unwrap();
    disk.fail_call(number, form);
    let Ok(mut writer) = JournalWriter::open(Arc::new(store), kek(), ORIGIN, None) else {
        return 0;
    };
    let mut acknowledged = 0;
    for first in [0, 2] {
        let batch = (first..first + 2).map(|n| about(&n.to_string())).collect();
        match writer.append(now(), batch) {
            Ok(sequences) => acknowledged += sequences.len(),
            Err(_fault) => break,
        }
    }
    acknowledged
}
