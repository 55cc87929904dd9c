//! What an audit of the private part finds.

use super::{assert_fault, flipped, offsets, private, sample, *};
use crate::{
    certificate::{CertificateNumber, Claims, MaskedId, Text},
    entry::Entry,
    journal::JournalSequence,
    private_kit::{
        bureau::Bureau,
        day, index,
        papers::{
            Holder, Paper, archived, claims, decision, decision_record, holder, integrity_record,
            issuance, issued, personal, status_change,
        },
    },
    record::{ArchiveEntry, Correction, CorrectionKind, DecisionRecord, PersonalRecord},
    seal::{KEY_LEN, SealPlace},
    status::Status,
    store::JOURNAL_FILE,
};

const BUNDLE: &str = "private/entries/000.p/16";
const KEYS: &str = "private/keyring/log/000";

fn record(at: u64) -> SealPlace {
    SealPlace::LogRecord(index(at))
}

#[test]
fn a_private_part_as_it_should_be_is_whole() {
    let whole = private(&sample::log().disk).unwrap_or_else(|error| panic!("{error}"));
    let found = whole.private.unwrap();
    // All entries but three authorities.
    assert_eq!((found.records, found.erased, found.journal_records), (13, 0, 3));
}

#[test]
fn any_changed_byte_of_bundles_keyring_journal_and_lock_is_found_and_its_file_named() {
    let disk = sample::log().disk;
    let files: Vec<_> =
        disk.paths().into_iter().filter(|path| path.starts_with("private/")).collect();
    assert!(files.iter().any(|path| path == JOURNAL_FILE), "{files:?}");
    for path in files {
        let good = disk.read(&path).unwrap();
        for at in offsets(good.len(), 150, 197) {
            disk.tamper(&path, Some(flipped(&good, at)));
            let found = fault(private(&disk));
            assert_eq!(found.file, path, "byte {at}: {found}");
        }
        disk.tamper(&path, Some(good));
    }
    assert_eq!(private(&disk).unwrap().size.get(), 16);
}

#[test]
fn a_dropped_record_is_named() {
    let disk = sample::log().disk;
    let bytes = disk.read(BUNDLE).unwrap();
    // The first record is that of entry 3; three entries of authorities have none.
    let len = u32::from_be_bytes(bytes[12..16].try_into().unwrap()) as usize;
    let dropped = [&bytes[..12], &[0; 4], &bytes[16 + len..]].concat();
    disk.tamper(BUNDLE, Some(dropped));
    let found = fault(private(&disk));
    assert_eq!((found.file.as_str(), found.index), (BUNDLE, Some(index(3))));
    assert!(matches!(found.problem, Problem::NoRecord), "{found}");
}

#[test]
fn missing_bundles_keys_and_locks_are_named() {
    for path in [BUNDLE, KEYS, "private/lock", JOURNAL_FILE] {
        let disk = sample::log().disk;
        disk.tamper(path, None);
        assert_eq!(fault(private(&disk)).file, path);
    }
}

#[test]
fn an_erased_record_with_its_line_is_counted() {
    let log = sample::log();
    log.erase(&[record(5)]);
    let found = private(&log.disk).unwrap_or_else(|error| panic!("{error}")).private.unwrap();
    assert_eq!((found.records, found.erased), (12, 1));
}

#[test]
fn an_erased_record_without_a_line_is_named() {
    let log = sample::log();
    let before = log.disk.read(JOURNAL_FILE);
    log.erase(&[record(5)]);
    log.disk.tamper(JOURNAL_FILE, before);
    let found = fault(private(&log.disk));
    assert_eq!((found.file.as_str(), found.index), (KEYS, Some(index(5))));
    assert!(matches!(found.problem, Problem::ErasedWithoutLine), "{found}");
}

#[test]
fn a_line_whose_key_is_still_there_is_named() {
    let log = sample::log();
    let before = log.disk.read(KEYS);
    log.erase(&[record(5)]);
    log.disk.tamper(KEYS, before);
    assert_fault!(private(&log.disk), KEYS, Problem::LineWithoutErasure);
}

#[test]
fn an_erased_payload_of_the_journal_without_a_line_is_named() {
    let log = sample::log();
    let before = log.disk.read(JOURNAL_FILE);
    log.erase(&[SealPlace::JournalPayload(JournalSequence::FIRST)]);
    log.disk.tamper(JOURNAL_FILE, before);
    assert_fault!(private(&log.disk), "private/keyring/journal/000", Problem::ErasedWithoutLine);
}

#[test]
fn the_opening_of_an_anchor_must_not_be_erased() {
    let log = sample::log();
    log.erase(&[record(7)]);
    assert_fault!(private(&log.disk), KEYS, Problem::OpeningErased);
}

#[test]
fn a_journal_shorter_than_its_last_anchor_is_named() {
    let (log, longer) = (sample::log(), sample::log());
    longer.note("one more");
    longer.disk.tamper(JOURNAL_FILE, log.disk.read(JOURNAL_FILE));
    // Nothing anchored the last line yet: nobody can tell that it is gone.
    assert_eq!(private(&longer.disk).unwrap().size.get(), 16);
    let mut longer = sample::log();
    longer.note("one more");
    longer.append(&[]);
    longer.disk.tamper(JOURNAL_FILE, log.disk.read(JOURNAL_FILE));
    assert_fault!(private(&longer.disk), JOURNAL_FILE, Problem::JournalShort { .. });
}

#[test]
fn a_journal_of_other_lines_is_named() {
    let (log, other) = (sample::log(), Bureau::new());
    for text in ["imported", "forged", "erased"] {
        other.note(text);
    }
    log.disk.tamper(JOURNAL_FILE, other.disk.read(JOURNAL_FILE));
    assert_eq!(fault(private(&log.disk)).file, JOURNAL_FILE);
}

#[test]
fn another_key_opens_nothing_and_the_keyring_is_named() {
    let other = KeyEncryptionKey::from_random([2; KEY_LEN]);
    assert_fault!(private_with(&sample::log().disk, &other), KEYS, Problem::Seal(_));
}

#[test]
fn a_committed_batch_that_is_not_published_is_audited_too() {
    let mut log = sample::log();
    let published = log.disk.read("log/checkpoint");
    log.append(&[]);
    log.disk.tamper("log/checkpoint", published);
    // The public alone cannot know what the new files belong to; the commit point says it.
    assert_fault!(super::public(&log.disk), "tile/0/000.p/17", Problem::Beyond { .. });
    assert_eq!(private(&log.disk).unwrap().size.get(), 17);
}

#[test]
fn a_commit_point_behind_what_is_published_is_named() {
    let log = sample::log();
    let old = log.disk.read("log/checkpoints/13");
    log.disk.tamper("private/lock", old);
    assert_fault!(private(&log.disk), "private/lock", Problem::LockBehind { .. });
}

#[test]
fn a_stray_file_among_the_records_is_named() {
    for path in ["private/entries/000.p/9", "private/keyring/log/001", "private/entries/x"] {
        let log = sample::log();
        log.disk.tamper(path, Some(Vec::new()));
        assert_fault!(private(&log.disk), path, Problem::Stray);
    }
}

/// Appends a paper that obeys the public rules; what is wrong with it only its record shows.
fn wrong(paper: Paper) -> Fault {
    let mut log = sample::log();
    let at = log.append(&[paper]);
    let found = fault(private(&log.disk));
    assert_eq!((found.file.as_str(), found.index), ("private/entries/000.p/18", Some(at)));
    found
}

/// A certificate of the committee with one claim, or its personal record, changed.
fn certificate(change: impl FnOnce(&mut Claims, &mut PersonalRecord)) -> Paper {
    let holder = holder("CQ-9", 60);
    let (mut claims, mut personal) = (claims(&holder, 2, None), personal(&holder));
    change(&mut claims, &mut personal);
    issuance(&claims, sample::COMMITTEE, &personal)
}

#[test]
fn a_certificate_of_another_personal_record_is_named() {
    let found = wrong(certificate(|_, personal| personal.employer = Some(text("某公司"))));
    assert!(matches!(found.problem, Problem::Claim { field: "record" }), "{found}");
}

#[test]
fn a_certificate_that_differs_from_its_personal_record_is_named() {
    let found = wrong(certificate(|claims, _| claims.holder_name = text("别人")));
    assert!(matches!(found.problem, Problem::Claim { field: "holder_name" }), "{found}");
    let found = wrong(certificate(|claims, _| {
        claims.masked_id = MaskedId::of_document("500000196205191012").unwrap();
    }));
    assert!(matches!(found.problem, Problem::Claim { field: "masked_id" }), "{found}");
}

#[test]
fn a_certificate_that_names_another_authority_or_title_is_named() {
    let mut paper = certificate(|_, _| ());
    if let Entry::Issuance(issuance) = &mut paper.entry {
        issuance.authority = index(1);
    }
    let found = wrong(paper);
    assert!(matches!(found.problem, Problem::CertificateSignature(_)), "{found}");
    let mut paper = issued(&holder("CQ-9", 60), 1, sample::REISSUE, None);
    if let Entry::Issuance(issuance) = &mut paper.entry {
        issuance.title = Some(index(6));
    }
    assert!(matches!(wrong(paper).problem, Problem::Claim { field: "title" }));
}

#[test]
fn a_certificate_out_of_its_committees_scope_or_dates_is_named() {
    use crate::{certificate::Series, rules::SignerFault};
    let found = wrong(certificate(|claims, _| claims.series = Series::new(6).unwrap()));
    assert!(matches!(found.problem, Problem::Signer(SignerFault::OutOfScope { .. })), "{found}");
    let found = wrong(certificate(|claims, _| claims.review_date = Some(day("2024-05-31"))));
    assert!(matches!(found.problem, Problem::Signer(SignerFault::OutsideFiling { .. })), "{found}");
    let found = wrong(certificate(|claims, _| claims.issued_on = day("2026-11-25")));
    let later = matches!(found.problem, Problem::Signer(SignerFault::IssuedAfterRecorded { .. }));
    assert!(later, "{found}");
}

#[test]
fn a_review_during_a_suspension_is_named_only_after_the_suspension_is_on_record() {
    let suspend = |log: &mut Bureau| {
        let record = DecisionRecord { decided_on: day("2026-01-01"), ..decision_record(70) };
        let suspension = decision(0, 2, Status::Suspended, None, &record);
        log.append(&[status_change(&suspension, sample::DECIDE, &record)]);
    };
    let mut log = sample::log();
    suspend(&mut log);
    // What was issued before it, with the same review date, stays as good as it was.
    assert_eq!(private(&log.disk).unwrap_or_else(|error| panic!("{error}")).size.get(), 18);
    let at = log.append(&[certificate(|_, _| ())]);
    let found = fault(private(&log.disk));
    assert_eq!(found.index, Some(at));
    let suspended =
        matches!(found.problem, Problem::Signer(crate::rules::SignerFault::Suspended { .. }));
    assert!(suspended, "{found}");
}

#[test]
fn a_certificate_number_of_another_title_is_named() {
    let found = wrong(certificate(|claims, _| {
        claims.number = CertificateNumber::new("CQ-1").unwrap();
    }));
    assert!(matches!(found.problem, Problem::NumberRepeated { .. }), "{found}");
}

#[test]
fn a_reissue_with_another_number_is_named() {
    let reissue = issued(&holder("CQ-9", 61), 1, sample::REISSUE, Some(6));
    assert!(matches!(wrong(reissue).problem, Problem::NumberChanged));
}

#[test]
fn a_title_whose_first_certificate_was_erased_may_be_reissued() {
    let mut log = sample::log();
    let number = sample::number_at(&log, 6);
    log.erase(&[record(6)]);
    let holder = Holder { salt: 61, ..holder(number, 0) };
    log.append(&[issued(&holder, 1, sample::REISSUE, Some(6))]);
    let whole = private(&log.disk).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(whole.private.unwrap().erased, 1);
}

/// A rescission of the entry at `cited` by somebody with this number.
fn rescission(cited: u64, identifier: &str) -> Paper {
    let mut record = integrity_record(90);
    record.subject.identifier = text(identifier);
    let correction = Correction {
        kind: CorrectionKind::Rescinded,
        entry: index(cited),
        reason: "复议决定撤销".to_owned(),
        decision: text("渝府复〔2026〕12号"),
        decided_on: day("2026-07-01"),
    };
    archived(&ArchiveEntry { record, correction: Some(correction) })
}

#[test]
fn a_correction_that_cites_no_archive_entry_of_its_subject_is_named() {
    let subject = "500000196205191011";
    // The sample's one entry of the archive stands at 9.
    for (cited, identifier) in [(6, subject), (99, subject), (9, "500000196205191012")] {
        let found = wrong(rescission(cited, identifier));
        assert!(matches!(found.problem, Problem::Correction { .. }), "{found}");
    }
    let mut log = sample::log();
    log.append(&[rescission(9, subject)]);
    private(&log.disk).unwrap_or_else(|error| panic!("{error}"));
    log.erase(&[record(9)]);
    private(&log.disk).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_decision_that_differs_from_its_record_is_named() {
    let good = decision_record(80);
    let revocation = decision(0, 6, Status::Revoked, None, &good);
    let other = DecisionRecord { reasons: "别的理由".to_owned(), ..good.clone() };
    let mut paper = status_change(&revocation, sample::DECIDE, &good);
    paper.private = Some(other.encode());
    assert!(matches!(wrong(paper).problem, Problem::Commitment));
    let mut other_date = revocation;
    other_date.decided_on = day("2026-07-02");
    let found = wrong(status_change(&other_date, sample::DECIDE, &good));
    assert!(matches!(found.problem, Problem::DecisionDate), "{found}");
}

#[test]
fn a_decision_that_one_person_proposed_and_approved_is_named() {
    let record = DecisionRecord { approver: text("staff-01"), ..decision_record(80) };
    let revocation = decision(0, 6, Status::Revoked, None, &record);
    let found = wrong(status_change(&revocation, sample::DECIDE, &record));
    assert!(matches!(found.problem, Problem::OnePerson), "{found}");
}

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}
