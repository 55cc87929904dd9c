//! Rechecks across the crates: in time or refused with the last day, without effect meanwhile, decided
//! by two persons, and from failed to passed with a certificate that cites the outcome.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{fs, process::Command};

use issuer::{
    actions::{Action, RecheckAction},
    office::{ErasureOrder, OfficeError, RecheckOrder, RecheckSubject, RecheckVerdict},
    recheck::{Against, FollowUp, Outcome, RecheckId},
    registry::RecheckRow,
};
use ledger::{
    certificate::{CertificateNumber, SignedCertificate},
    record::{IssuanceRecord, PersonalRecord},
    seal::SealPlace,
};
use tests::{
    bureau::Bureau,
    lists::{DEMO_COMMITTEES, demo_committees, holder_name, identity_number, synthetic},
    programs::{Finished, issuer_in, run, with_two_keys},
    records::Records,
};

const DOCUMENT: &str = "渝州职改〔2026〕77号";
/// The notices of the synthetic results began on 2 March 2026 and were confirmed on 10 March: with the
/// later of both, the two months end on Sunday 10 May, so on the 11th.
const LAST_DAY: &str = "2026-05-11";

fn number(bureau: &mut Bureau) -> CertificateNumber {
    bureau.office().registry().certificate_numbers().unwrap().remove(0)
}

fn order<'a>(subject: RecheckSubject<'a>, applied_on: &str) -> RecheckOrder<'a> {
    RecheckOrder {
        subject,
        applied_on: applied_on.parse().unwrap(),
        published_on: Some("2026-03-02".parse().unwrap()),
        confirmed_on: None,
        grounds: "论文未计入",
    }
}

fn verdict(outcome: Outcome, follow_up: Option<FollowUp>) -> RecheckVerdict<'static> {
    let decided_on = "2026-06-01".parse().unwrap();
    let (document, reasons) = (DOCUMENT, "经复查属实。");
    RecheckVerdict { outcome, follow_up, document, decided_on, reasons, result: None }
}

fn open(bureau: &mut Bureau, order: &RecheckOrder<'_>) -> Result<RecheckRow, Box<OfficeError>> {
    bureau.office().open_recheck(order).map_err(Box::new)
}

fn decide(
    bureau: &mut Bureau,
    id: RecheckId,
    verdict: &RecheckVerdict<'_>,
) -> Result<RecheckRow, Box<OfficeError>> {
    let (office, staff) = bureau.both();
    office.decide_recheck(id, verdict, &staff.proposer, &staff.approver).map_err(Box::new)
}

fn code<T: std::fmt::Debug>(outcome: Result<T, Box<OfficeError>>) -> &'static str {
    match outcome.map_err(|error| *error) {
        Err(OfficeError::Recheck(refusal)) => refusal.code(),
        other => panic!("{other:?}"),
    }
}

/// Who did not pass: the person of a synthetic result that is not on the first list.
fn failed<'a>(identifier: &'a str, name: &'a str) -> RecheckSubject<'a> {
    let (application, committee) = ("2026-05-0017", "YZ-05-01");
    RecheckSubject::Failed { application, committee, name, document_kind: None, identifier }
}

#[test]
fn a_late_application_is_refused_with_the_last_day_and_one_in_time_changes_nothing() {
    let mut bureau = Bureau::having_issued(2);
    let number = number(&mut bureau);
    let passed = RecheckSubject::Passed(&number);
    let late = open(&mut bureau, &order(passed, "2026-05-12")).unwrap_err().to_string();
    assert!(late.contains(LAST_DAY) && late.contains("[recheck_late, applied-on, 四]"), "{late}");
    assert_eq!(code(open(&mut bureau, &order(passed, "2026-03-01"))), "applied_before_publication");
    assert_eq!(code(open(&mut bureau, &order(passed, "2026-08-01"))), "date_in_future");
    let differs = RecheckOrder {
        published_on: Some("2026-03-03".parse().unwrap()),
        ..order(passed, LAST_DAY)
    };
    assert_eq!(code(open(&mut bureau, &differs)), "publication_differs");
    let entries = Records::of(&bureau.dir()).entries().len();
    let row = open(&mut bureau, &order(passed, LAST_DAY)).unwrap();
    assert_eq!(row.last_day.to_string(), LAST_DAY);
    assert_eq!(code(open(&mut bureau, &order(passed, LAST_DAY))), "already_open");
    assert_eq!(Records::of(&bureau.dir()).entries().len(), entries);
    assert!(bureau.office().exceptions().unwrap().is_empty());
    bureau.audit();
}

#[test]
fn two_persons_decide_once_and_the_follow_up_is_named() {
    let mut bureau = Bureau::having_issued(2);
    let first = number(&mut bureau);
    let upheld = open(&mut bureau, &order(RecheckSubject::Passed(&first), LAST_DAY)).unwrap();
    let (office, staff) = bureau.both();
    let alone = office.decide_recheck(
        upheld.id,
        &verdict(Outcome::Upheld, None),
        &staff.proposer,
        &staff.proposer,
    );
    assert!(matches!(alone, Err(OfficeError::Approval(_))), "{alone:?}");
    for (outcome, follow_up, refusal) in [
        (Outcome::Upheld, Some(FollowUp::Reissue), "follow_up_not_allowed"),
        (Outcome::Corrected, None, "follow_up_missing"),
        (Outcome::Corrected, Some(FollowUp::Issue), "follow_up_not_allowed"),
    ] {
        assert_eq!(code(decide(&mut bureau, upheld.id, &verdict(outcome, follow_up))), refusal);
    }
    let early = RecheckVerdict {
        decided_on: "2026-05-10".parse().unwrap(),
        ..verdict(Outcome::Upheld, None)
    };
    assert_eq!(code(decide(&mut bureau, upheld.id, &early)), "decided_before_applied");
    let malformed = RecheckVerdict { document: "77号", ..verdict(Outcome::Upheld, None) };
    assert_eq!(code(decide(&mut bureau, upheld.id, &malformed)), "decision_invalid");
    let ended = decide(&mut bureau, upheld.id, &verdict(Outcome::Upheld, None)).unwrap();
    assert_eq!(ended.end.unwrap().outcome, Outcome::Upheld);
    let again = decide(&mut bureau, upheld.id, &verdict(Outcome::Upheld, None));
    assert_eq!(code(again), "already_decided");
    let corrected = open(&mut bureau, &order(RecheckSubject::Passed(&first), LAST_DAY)).unwrap();
    let needs = verdict(Outcome::Corrected, Some(FollowUp::CancelError));
    let ended = decide(&mut bureau, corrected.id, &needs).unwrap();
    assert_eq!(ended.end.unwrap().follow_up, Some(FollowUp::CancelError));
    // The outcome alone cancels nothing.
    assert!(bureau.office().exceptions().unwrap().is_empty());

    let rows = bureau.office().rechecks().unwrap();
    bureau.close();
    fs::remove_dir_all(bureau.layout().registry()).unwrap();
    assert_eq!(bureau.reopen().rechecks().unwrap(), rows);
    bureau.audit();
}

#[test]
fn what_a_title_was_rechecked_by_is_erased_with_it_once_it_is_decided() {
    let mut bureau = Bureau::having_issued(1);
    let number = number(&mut bureau);
    let row = open(&mut bureau, &order(RecheckSubject::Passed(&number), "2026-05-06")).unwrap();
    let what = ErasureOrder::Number(number);
    let (office, staff) = bureau.both();
    let (first, second) = (&staff.proposer, &staff.approver);
    let kept = office.erase(&what, "渝州职改删〔2026〕5号", first, second).unwrap_err();
    assert!(kept.to_string().contains("still_needed"), "{kept}");
    let end = decide(&mut bureau, row.id, &verdict(Outcome::Upheld, None)).unwrap().end.unwrap();
    let (office, staff) = bureau.both();
    let (first, second) = (&staff.proposer, &staff.approver);
    let erased = office.erase(&what, "渝州职改删〔2026〕5号", first, second).unwrap();
    for line in [row.id.line(), end.line] {
        assert!(erased.places.contains(&SealPlace::JournalPayload(line)), "{:?}", erased.places);
    }
    bureau.close();
    bureau.reopen();
    bureau.audit();
}

#[test]
fn from_failed_to_passed_a_certificate_follows_that_cites_the_outcome() {
    let mut bureau = Bureau::having_issued(2);
    // Person 3's title is of the committee YZ-05-01.
    let (id, name) = (identity_number(3), holder_name(3));
    let row = open(&mut bureau, &order(failed(&id, &name), "2026-05-06")).unwrap();
    assert_eq!(row.title, None);
    let application = bureau.office().recheck_application(row.id).unwrap();
    assert!(matches!(application.against, Against::Application { .. }));
    assert_eq!(code(open(&mut bureau, &order(failed(&id, &name), "2026-05-06"))), "already_open");
    let committees = demo_committees();
    let (own, other, both) = (synthetic(3, 1), synthetic(6, 1), synthetic(3, 2));
    let short = own.replace("2026-03-09", "2026-03-06");
    for (list, refusal) in
        [(&other, "result_of_another"), (&both, "result_not_one_row"), (&short, "result_refused")]
    {
        let with = RecheckVerdict {
            result: Some((list.as_bytes(), &committees)),
            ..verdict(Outcome::Corrected, None)
        };
        assert_eq!(code(decide(&mut bureau, row.id, &with)), refusal);
    }
    let without = verdict(Outcome::Corrected, None);
    assert_eq!(code(decide(&mut bureau, row.id, &without)), "result_missing");
    let with = RecheckVerdict { result: Some((own.as_bytes(), &committees)), ..without };
    let ended = decide(&mut bureau, row.id, &with).unwrap().end.unwrap();
    assert_eq!(ended.follow_up, Some(FollowUp::Issue));
    // It waits like an imported result, also after the index was made again, and is imported once.
    bureau.close();
    fs::remove_dir_all(bureau.layout().registry()).unwrap();
    assert_eq!(bureau.reopen().waiting().unwrap(), 1);
    assert_eq!(bureau.import(own.as_bytes()), 0);
    let issued = bureau.issue();
    assert_eq!((issued.len(), issued[0].result), (1, ended.line));
    let record = IssuanceRecord::decode(&Records::of(&bureau.dir()).private(issued[0].index));
    let record = record.unwrap();
    let note = PersonalRecord::decode(&record.personal).unwrap().note.unwrap();
    let id = row.id.to_string();
    assert!(note.as_str().contains(DOCUMENT) && note.as_str().contains(&id), "{note}");
    let certificate = SignedCertificate::decode(&record.certificate).unwrap();
    assert_eq!(certificate.unverified_claims().holder_name.as_str(), name);
    bureau.audit();
}

fn issuer(bureau: &Bureau, words: &[&str]) -> Command {
    let mut issuer = issuer_in(&bureau.dir(), &bureau.clock, &[&["recheck"], words].concat());
    issuer.arg("--json");
    issuer
}

fn decided(bureau: &Bureau, id: &str, more: &[&str]) -> Finished {
    let mut issuer = issuer(bureau, &["decide", id, "--document", DOCUMENT]);
    issuer.args(["--decided-on", "2026-06-01", "--reasons", "经复查属实。"]).args(more);
    run(with_two_keys(&mut issuer))
}

#[test]
fn the_program_opens_decides_and_lists_and_the_setting_moves_the_last_day() {
    let mut bureau = Bureau::having_issued(1);
    bureau.close();
    let (id, name) = (identity_number(3), holder_name(3));
    let application = [
        "open",
        "--result",
        "2026-05-0017",
        "--committee",
        "YZ-05-01",
        "--name",
        &name,
        "--identifier",
        &id,
        "--published-on",
        "2026-03-02",
        "--confirmed-on",
        "2026-03-10",
        "--grounds",
        "论文未计入",
        "--applied-on",
        "2026-05-08",
    ];
    let opened = run(&mut issuer(&bureau, &application)).expect_code(0).json();
    assert_eq!(opened["last_day"], LAST_DAY);
    let (list, committees) = (bureau.beside("one.csv"), bureau.beside("committees.csv"));
    fs::write(&list, synthetic(3, 1)).unwrap();
    fs::write(&committees, DEMO_COMMITTEES).unwrap();
    let files = [list.to_str().unwrap(), committees.to_str().unwrap()];
    let recheck = opened["recheck"].to_string();
    let outcome = ["--outcome", "corrected", "--result", files[0], "--committees", files[1]];
    let ended = decided(&bureau, &recheck, &outcome).expect_code(0).json();
    assert_eq!((&ended["outcome"], &ended["follow_up"]), (&"corrected".into(), &"issue".into()));
    let listed = run(&mut issuer(&bureau, &["list"])).expect_code(0);
    assert_eq!(listed.json_lines(), [ended]);
    assert!(!listed.stdout.contains(&id) && !listed.stdout.contains(&name));
    assert_eq!(bureau.reopen().waiting().unwrap(), 1);
    bureau.close();

    // Counted from the notice alone, 8 May is late.
    let settings = bureau.layout().settings();
    let text = fs::read_to_string(&settings).unwrap();
    assert!(text.contains("recheck_period_from = \"later\""), "{text}");
    fs::write(&settings, text.replace("\"later\"", "\"notice\"")).unwrap();
    let late = run(&mut issuer(&bureau, &application)).expect_code(2).stderr;
    assert!(late.contains("2026-05-06") && late.contains("recheck_late"), "{late}");
    assert!(!late.contains(&id) && !late.contains(&name), "{late}");
    let is_opening =
        |action: &Action| matches!(action, Action::Recheck(RecheckAction::Opened { .. }));
    let journal = Records::of(&bureau.dir()).journal();
    assert_eq!(journal.iter().filter(|action| is_opening(action)).count(), 1);
    bureau.audit();
}
