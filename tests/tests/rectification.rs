//! 责令限期整改: ordered by two persons with a deadline, complied with or overdue, and then what a
//! suspension cites. No clock suspends anybody.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use issuer::{
    archive::{Asker, Cause, Expired, kind_code},
    case::CaseKind,
    office::{OfficeError, RectificationOrder, Rectified, Rectifying},
    signing::SigningKeyFile,
};
use ledger::{
    certificate::Text,
    record::{DecisionRecord, SubjectKind},
    status::Status,
    time::Date,
};
use tests::{
    bureau::{Bureau, EXAMPLE_KEYS, FIRST_COMMITTEE, key},
    lists::further_filing,
    programs::{program, run},
    records::Records,
};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn order() -> RectificationOrder<'static> {
    RectificationOrder {
        code: FIRST_COMMITTEE,
        to: Rectified::Committee,
        deadline: day("2026-07-31"),
        cause: Cause {
            decision: Some("渝州职改〔2026〕55号"),
            decided_on: Some(day("2026-07-09")),
        },
        conduct: "程序不规范，投诉较多。",
        clause: None,
    }
}

fn keys() -> (SigningKeyFile, SigningKeyFile) {
    (key("staff-1.key"), key("staff-2.key"))
}

fn place(
    bureau: &mut Bureau,
    order: &RectificationOrder<'_>,
) -> Result<Rectifying, Box<OfficeError>> {
    let (one, two) = keys();
    bureau.office().order_rectification(order, &one, &two).map_err(Box::new)
}

fn journal(bureau: &Bureau) -> usize {
    Records::of(&bureau.dir()).journal().len()
}

#[test]
fn an_order_is_in_the_archive_of_whom_it_is_to() {
    let mut bureau = Bureau::new();
    let to_committee = place(&mut bureau, &order()).unwrap();
    let to_unit = RectificationOrder { to: Rectified::ConveningUnit, ..order() };
    let to_unit = place(&mut bureau, &to_unit).unwrap();
    for (kind, identifier, made) in [
        (SubjectKind::Committee, FIRST_COMMITTEE, to_committee),
        (SubjectKind::ConveningUnit, "51500000F1ULHJKW0Y", to_unit),
    ] {
        let subject = (kind, &Text::new(identifier).unwrap());
        let shown =
            bureau.office().archive_look_up(&Asker::Staff, subject, Expired::Hidden).unwrap();
        let [only] = &shown[..] else { panic!("{} entries", shown.len()) };
        assert_eq!(only.judged.index, made.archive);
        let record = &only.judged.entry.record;
        assert_eq!(kind_code(record.kind), "RECTIFICATION_ORDERED");
        assert_eq!(record.clause.as_str(), "五(二)");
    }
    assert_eq!(bureau.audit().exceptions, 0);
}

#[test]
fn a_deadline_that_passes_suspends_nobody_and_is_cited_by_the_suspension() {
    let mut bureau = Bureau::new();
    bureau.renew(&further_filing(), issuer::office::KeyChoice::New).unwrap();
    let made = place(&mut bureau, &order()).unwrap();
    let targets = bureau.entries_for(CaseKind::SuspendAuthority);
    let basis = |bureau: &mut Bureau, kind| {
        let recorded = bureau.decide(kind, targets.clone()).unwrap();
        let records = Records::of(&bureau.dir());
        let record = DecisionRecord::decode(&records.private(recorded.events[0])).unwrap();
        record.basis
    };
    // On the last day it is not overdue.
    let cited = "渝州职改〔2026〕55号责令限期整改，期限至 2026-07-31";
    bureau.clock.advance_minutes(21 * 24 * 60);
    assert_eq!(bureau.today(), day("2026-07-31"));
    assert!(!basis(&mut bureau, CaseKind::SuspendAuthority).contains(cited));
    basis(&mut bureau, CaseKind::ReinstateAuthority);

    bureau.clock.advance_minutes(24 * 60);
    bureau.office().heartbeat().unwrap();
    bureau.reopen();
    let exceptions = bureau.office().exceptions().unwrap();
    assert!(targets.iter().all(|entry| exceptions.status(*entry) == Status::Valid));
    let open = bureau.office().open_rectifications(FIRST_COMMITTEE).unwrap();
    assert!(open[0].is_overdue(bureau.today()));
    assert_eq!(open[0].order, made.order);
    let words = basis(&mut bureau, CaseKind::SuspendAuthority);
    assert!(words.starts_with("渝职改办〔2022〕226号"), "{words}");
    assert!(words.contains(cited) && words.contains("逾期未完成"), "{words}");
    // Complied with: a later decision cites it no more.
    let (one, two) = keys();
    let today = bureau.today();
    bureau.office().complete_rectification(made.order, today, "已复查", &one, &two).unwrap();
    basis(&mut bureau, CaseKind::ReinstateAuthority);
    assert!(!basis(&mut bureau, CaseKind::CancelAuthority).contains(cited));
    bureau.audit();
}

#[test]
fn a_faulty_order_is_refused_with_its_code_and_nothing_is_journalled() {
    let mut bureau = Bureau::new();
    let cause = order().cause;
    let before = journal(&bureau);
    let faulty = [
        (RectificationOrder { code: "YZ-77-01", ..order() }, "committee_not_registered"),
        (RectificationOrder { deadline: day("2026-07-09"), ..order() }, "deadline_too_early"),
        (RectificationOrder { conduct: " ", ..order() }, "field_missing"),
        (
            RectificationOrder { cause: Cause { decision: None, ..cause }, ..order() },
            "field_missing",
        ),
        (
            RectificationOrder {
                cause: Cause { decided_on: Some(day("2026-07-11")), ..cause },
                ..order()
            },
            "decided_in_future",
        ),
        (RectificationOrder { clause: Some("七(一)"), ..order() }, "clause_not_of_kind"),
    ];
    for (order, code) in faulty {
        let found = match *place(&mut bureau, &order).unwrap_err() {
            OfficeError::Authority(fault) => fault.code(),
            OfficeError::Archive(refusal) => refusal.code(),
            other => panic!("{other:?}"),
        };
        assert_eq!(found, code);
    }
    let (one, two) = keys();
    let alone = bureau.office().order_rectification(&order(), &one, &one);
    assert!(matches!(alone, Err(OfficeError::Approval(_))), "{alone:?}");
    assert_eq!(journal(&bureau), before);

    let made = place(&mut bureau, &order()).unwrap().order;
    let before = journal(&bureau);
    let today = bureau.today();
    let tomorrow = day("2026-07-11");
    let never = ledger::journal::JournalSequence::new(0).unwrap();
    for (number, done_on, finding, code) in [
        (never, today, "已复查", "no_such_rectification"),
        (made, tomorrow, "已复查", "done_in_future"),
        (made, day("2026-07-08"), "已复查", "done_before_ordered"),
        (made, today, " ", "field_missing"),
    ] {
        let outcome = bureau.office().complete_rectification(number, done_on, finding, &one, &two);
        assert!(matches!(outcome, Err(OfficeError::Authority(fault)) if fault.code() == code));
    }
    assert_eq!(journal(&bureau), before);
    bureau.office().complete_rectification(made, today, "已复查", &one, &two).unwrap();
    let again = bureau.office().complete_rectification(made, today, "已复查", &one, &two);
    assert!(
        matches!(again, Err(OfficeError::Authority(fault)) if fault.code() == "rectification_done")
    );
}

#[test]
fn the_command_line_orders_lists_what_is_overdue_and_records_what_was_done() {
    let mut bureau = Bureau::new();
    bureau.close();
    let issuer = |now: &str, words: &[&str]| {
        let mut issuer = program("issuer");
        issuer.args(["authority"]).args(words).args(["--allow-example-keys", "--now", now]);
        run(issuer.arg("--dir").arg(bureau.dir()))
    };
    let (one, two) = (format!("{EXAMPLE_KEYS}/staff-1.key"), format!("{EXAMPLE_KEYS}/staff-2.key"));
    let keys = ["--proposer", &one, "--approver", &two, "--json"];
    let rectify = ["rectify", FIRST_COMMITTEE, "--reasons", "程序不规范。"];
    let decision = ["--document", "渝州职改〔2026〕55号", "--decided-on", "2026-07-09"];
    let early = [&rectify[..], &decision, &["--deadline", "2026-07-01"], &keys].concat();
    let refused = issuer(&bureau.clock.text(), &early);
    assert_eq!((refused.code, &refused.json()["refused"]), (Some(2), &"deadline_too_early".into()));
    let ordered = [&rectify[..], &decision, &["--deadline", "2026-07-31"], &keys].concat();
    let made = issuer(&bureau.clock.text(), &ordered).expect_code(0).json();

    let later = "2026-08-01T09:00:00+08:00";
    let listed = issuer(later, &["list", "--json"]).expect_code(0);
    let rows: Vec<serde_json::Value> =
        listed.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let row = rows.iter().find(|row| row["committee"] == FIRST_COMMITTEE).unwrap();
    assert_eq!((&row["status"], &row["filed_until"]), (&"valid".into(), &"2027-06-30".into()));
    let open = &row["rectifications"][0];
    assert_eq!((&open["order"], &open["overdue"]), (&made["order"], &true.into()));
    let words = issuer(later, &["list"]).expect_code(0).stdout;
    assert!(words.contains("overdue since 2026-07-31: suspend or cancel"), "{words}");

    let order = made["order"].to_string();
    let done = ["--done", &order, "--done-on", "2026-07-31"];
    issuer(later, &[&rectify[..], &done, &keys].concat()).expect_code(0);
    let words = issuer(later, &["list"]).expect_code(0).stdout;
    assert!(!words.contains("55号"), "{words}");
}
