//! What the public reports becomes a case when a stranger's check finds that it is not on record, and
//! only then. Cases and other supervision records stay out of the archive.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::fs;

use issuer::{
    archive::{
        Statistics,
        supervision::{SupervisionKind, SupervisionOrder},
    },
    counterfeit::Exhibit,
    document::qr::{ModulePixels, QrMatrix},
    office::{ErasureOrder, OfficeError},
};
use ledger::{journal::JournalSequence, position::LeafIndex};
use tests::{
    bureau::{Bureau, EXAMPLE_KEYS},
    files::{self, contains},
    lists,
    programs::{Finished, program, run},
    records::{Records, qr_text},
};
use verifier::{
    check::Input, clock::Clock as _, clock::FixedClock, fetch::LogDir, gather::SearchLimit,
    log_checker::LogChecker, verdict::Outcome,
};

const FINDING: &str = "系伪造，已移送公安机关。";

/// A certificate on record, and the text of a code in which its document number is forged.
fn genuine_and_forged(bureau: &Bureau) -> (String, String) {
    let records = Records::of(&bureau.dir());
    let index = *records.issuances().keys().next().unwrap();
    let certificate = records.certificate(index);
    let (from, to) = ("渝州职改〔2026〕11号".as_bytes(), "渝州职改〔2026〕12号".as_bytes());
    let mut forged = certificate.as_bytes().to_vec();
    let at = forged.windows(from.len()).position(|window| window == from).unwrap();
    forged[at..at + to.len()].copy_from_slice(to);
    (qr_text(certificate.as_bytes(), index), qr_text(&forged, index))
}

fn report(bureau: &mut Bureau, input: &[u8]) -> Result<JournalSequence, String> {
    match bureau.office().report_counterfeit(input.to_vec()) {
        Ok(line) => Ok(line),
        Err(OfficeError::Counterfeit(refusal)) => Err(refusal.code().to_owned()),
        Err(OfficeError::Supervision(refusal)) => Err(refusal.code().to_owned()),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_text_or_picture_that_is_not_on_record_becomes_a_case_with_its_evidence() {
    let mut bureau = Bureau::having_issued(2);
    let (_, forged) = genuine_and_forged(&bureau);
    let picture = QrMatrix::encode(&forged).unwrap().to_png(ModulePixels::DEFAULT).unwrap();
    for input in [forged.as_bytes(), &picture] {
        let line = report(&mut bureau, input).unwrap();
        let view = bureau.office().supervision(line).unwrap();
        assert_eq!((view.row.kind, view.row.closed), (SupervisionKind::CounterfeitCase, None));
        let record = view.record.unwrap();
        let exhibit = Exhibit::decode(&record.evidence).unwrap();
        assert_eq!(exhibit.input, input);
        // Anybody who trusts the root can judge the evidence again.
        let (trust, log) = (tests::whole::trust(&bureau.dir()), LogDir::new(bureau.layout().log()));
        let limit = SearchLimit::entries(u64::MAX);
        let checker = LogChecker::new(trust, log, FixedClock(bureau.clock.now()), limit);
        let again = checker.check_now(&Input::Receipt(exhibit.receipt)).unwrap();
        assert_eq!(again.verdict.outcome, Outcome::NotOnRecord);
        assert!(record.facts.contains(again.verdict.reason.unwrap().code()), "{}", record.facts);
    }
    // What the public handed in is sealed.
    for path in files::all(&bureau.dir().join("private")) {
        assert!(
            !contains(&fs::read(&path).unwrap(), &forged.as_bytes()[..60]),
            "{}",
            path.display()
        );
    }
    bureau.audit();
}

#[test]
fn what_is_on_record_unreadable_or_no_certificate_becomes_no_case() {
    let mut bureau = Bureau::having_issued(2);
    let (genuine, _) = genuine_and_forged(&bureau);
    let blank = QrMatrix::encode("https://example.org/").unwrap();
    let blank = blank.to_png(ModulePixels::DEFAULT).unwrap();
    assert_eq!(report(&mut bureau, genuine.as_bytes()), Err("on_record".into()));
    assert_eq!(report(&mut bureau, b"https://example.org/"), Err("qr_not_ours".into()));
    assert!(report(&mut bureau, &blank).is_err());
    assert!(report(&mut bureau, b"\x89PNG\r\n\x1a\n").is_err());
    assert!(report(&mut bureau, b"").is_err());
    let number = bureau.office().registry().certificate_numbers().unwrap().remove(0);
    let index = bureau.office().registry().by_number(&number).unwrap()[0];
    let certificate = Records::of(&bureau.dir()).certificate(index);
    bureau.revoke(&number);
    let revoked = qr_text(certificate.as_bytes(), index);
    let refusal = bureau.office().report_counterfeit(revoked.into_bytes()).unwrap_err();
    let said = refusal.to_string();
    assert!(said.contains("on_record, input, 五(一)") && said.contains("已撤销"), "{said}");
    assert_eq!(bureau.office().supervisions(None).unwrap(), []);
    bureau.audit();
}

#[test]
fn an_office_that_slept_publishes_a_head_and_checks_then() {
    let mut bureau = Bureau::having_issued(1);
    let (genuine, forged) = genuine_and_forged(&bureau);
    bureau.clock.advance_minutes(3 * 24 * 60);
    assert_eq!(report(&mut bureau, genuine.as_bytes()), Err("on_record".into()));
    bureau.clock.advance_minutes(3 * 24 * 60);
    assert!(report(&mut bureau, forged.as_bytes()).is_ok());
    bureau.audit();
}

#[test]
fn a_signed_certificate_that_was_never_recorded_is_a_case_wherever_it_points() {
    let mut bureau = Bureau::having_issued(2);
    let (before, index, unrecorded) = bureau.unrecorded_in_copy();
    let mut office = tests::bureau::open(&before, &bureau.clock).unwrap();
    for hint in [0, index.get(), 1_000_000] {
        let text = qr_text(unrecorded.as_bytes(), LeafIndex::new(hint).unwrap());
        let case = office.report_counterfeit(text.into_bytes());
        assert!(case.is_ok(), "{hint}: {}", case.unwrap_err());
    }
    drop(office);
    tests::whole::audit(&before);
}

#[test]
fn two_persons_close_a_case_once_and_then_it_may_be_erased() {
    let mut bureau = Bureau::having_issued(1);
    let (_, forged) = genuine_and_forged(&bureau);
    let line = report(&mut bureau, forged.as_bytes()).unwrap();
    let counterfeit = SupervisionKind::CounterfeitCase;
    let (office, staff) = bureau.both();
    let (first, second) = (&staff.proposer, &staff.approver);
    let alone = office.close_supervision(line, counterfeit, FINDING, first, first);
    assert!(matches!(alone, Err(OfficeError::Approval(_))), "{alone:?}");
    let open = office.erase(&ErasureOrder::Line(line), "渝州职改删〔2026〕4号", first, second);
    assert!(open.unwrap_err().to_string().contains("still_needed"));
    let code = |outcome: Result<_, OfficeError>| match outcome {
        Err(OfficeError::Supervision(refusal)) => refusal.code(),
        other => panic!("{other:?}"),
    };
    let other = SupervisionKind::Commendation;
    let wrong = office.close_supervision(line, other, FINDING, first, second);
    assert_eq!(code(wrong), "no_such_record");
    let empty = office.close_supervision(line, counterfeit, " ", first, second);
    assert_eq!(code(empty), "finding_missing_or_too_long");
    let closed = office.close_supervision(line, counterfeit, FINDING, first, second).unwrap();
    let again = office.close_supervision(line, counterfeit, FINDING, first, second);
    assert_eq!(code(again), "closed_already");
    let view = office.supervision(line).unwrap();
    assert_eq!((view.row.closed, view.finding.as_deref()), (Some(closed), Some(FINDING)));

    office.erase(&ErasureOrder::Line(line), "渝州职改删〔2026〕4号", first, second).unwrap();
    let view = office.supervision(line).unwrap();
    assert_eq!((view.record, view.finding), (None, None));
    assert_eq!(view.row.closed, Some(closed));
    bureau.audit();
}

#[test]
fn supervision_records_are_in_no_answer_of_the_archive_and_survive_a_rebuild() {
    let mut bureau = Bureau::having_issued(1);
    let (_, forged) = genuine_and_forged(&bureau);
    let line = report(&mut bureau, forged.as_bytes()).unwrap();
    let (office, staff) = bureau.both();
    for kind in SupervisionKind::ALL {
        let order =
            SupervisionOrder {
                kind: kind.code(), subject: Some("某单位"), facts: "有关事实。"
            };
        office.supervise(&order, &staff.proposer, &staff.approver).unwrap();
    }
    let counterfeit = SupervisionKind::CounterfeitCase;
    office.close_supervision(line, counterfeit, FINDING, &staff.proposer, &staff.approver).unwrap();
    assert_eq!(office.archive_statistics().unwrap(), Statistics::default());
    let before = office.supervisions(None).unwrap();
    assert_eq!(before.len(), 1 + SupervisionKind::ALL.len());
    assert_eq!(office.supervisions(Some(counterfeit)).unwrap().len(), 2);
    bureau.close();
    fs::remove_dir_all(bureau.layout().registry()).unwrap();
    assert_eq!(bureau.reopen().supervisions(None).unwrap(), before);
    bureau.audit();
}

fn issuer(bureau: &Bureau, arguments: &[&str]) -> Finished {
    let mut issuer = program("issuer");
    issuer.args(arguments).args(["--allow-example-keys", "--now", &bureau.clock.text(), "--dir"]);
    run(issuer.arg(bureau.dir()))
}

#[test]
fn the_program_reports_lists_shows_and_closes_and_says_nothing_of_the_person() {
    let mut bureau = Bureau::having_issued(1);
    let (genuine, forged) = genuine_and_forged(&bureau);
    bureau.close();
    let picture = bureau.beside("fake.png");
    let png = QrMatrix::encode(&forged).unwrap().to_png(ModulePixels::DEFAULT).unwrap();
    fs::write(&picture, &png).unwrap();
    let picture = picture.to_str().unwrap();
    let reported = issuer(&bureau, &["counterfeit", "report", picture, &genuine, "--json"]);
    let reported = reported.expect_code(1);
    let lines = reported.json_lines();
    assert_eq!((&lines[0]["input"], &lines[1]["refused"]), (&1.into(), &"on_record".into()));
    let said = format!("{}{}", reported.stdout, reported.stderr);
    assert!(!said.contains(&lists::holder_name(0)) && !said.contains("/v#"), "{said}");

    let case = lines[0]["case"].to_string();
    let listed = issuer(&bureau, &["counterfeit", "list", "--json"]).expect_code(0);
    assert_eq!(listed.json_lines()[0]["state"], "open");
    let out = bureau.beside("exhibit");
    fs::create_dir(&out).unwrap();
    let out_text = out.to_str().unwrap();
    let shown = issuer(&bureau, &["counterfeit", "show", &case, "--json", "--out", out_text]);
    assert_eq!(shown.expect_code(0).json_lines()[0]["clause"], "五(一)");
    assert_eq!(fs::read(out.join("input")).unwrap(), png);
    let [first, second] = [1, 2].map(|n| format!("{EXAMPLE_KEYS}/staff-{n}.key"));
    let two = ["--proposer", &first, "--approver", &second, "--json"];
    let close = [&["counterfeit", "close", &case, "--finding", FINDING], &two[..]].concat();
    issuer(&bureau, &close).expect_code(0);
    assert!(issuer(&bureau, &close).expect_code(2).stderr.contains("closed_already"));
    let record = ["supervision", "record", "--kind", "COMMENDATION", "--subject", "某单位"];
    let record = [&record, &["--facts", "评审公正。"][..], &two].concat();
    issuer(&bureau, &record).expect_code(0);
    let all = issuer(&bureau, &["supervision", "list", "--json"]).expect_code(0).json_lines();
    assert_eq!(all.len(), 2);
    bureau.audit();
}
