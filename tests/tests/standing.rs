//! A committee in standing on the day of the review (clause 二(二), 五(二)): at import and again at
//! issue, by what is on record and not by the list of filings alone.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use issuer::{
    case::{CaseKind, Order},
    import::{self, PendingResults as _, RowVerdict},
    office::{HoldFault, IssueOptions, KeyChoice},
};
use ledger::position::LeafIndex;
use tests::{
    bureau::{Bureau, key},
    lists::{DEMO_COMMITTEES, demo_rules, further_filing, reviewed_in_2025, synthetic},
    programs::{program, run},
    records::{Records, qr_text},
    stranger::Stranger,
};
use verifier::{clock::Clock as _, verdict::Outcome};

/// What the import makes of a list of one row, by what is on record: accepted, or the code.
fn judged(bureau: &mut Bureau, list: &str) -> &'static str {
    let mut rules = demo_rules();
    bureau.office().judge_by_record(&mut rules.committees).unwrap();
    let report = import::judge(list.as_bytes(), &rules).unwrap().report;
    match &report.rows[..] {
        [row] => match &row.verdict {
            RowVerdict::Accepted(_) => "accepted",
            RowVerdict::Refused(refusal) => refusal.code(),
        },
        rows => panic!("{} rows", rows.len()),
    }
}

/// Decides on the first committee as of a day.
fn decide_on(bureau: &mut Bureau, kind: CaseKind, day: &str) {
    let targets = bureau.entries_for(kind);
    let order = Order { decided_on: day.parse().unwrap(), ..bureau.order(kind, targets) };
    let (one, two) = (key("staff-1.key"), key("staff-2.key"));
    bureau.office().decide(order, &one, &two).unwrap();
}

/// Issues what waits: how many there were, and the codes for which others were held back.
fn issue(bureau: &mut Bureau) -> (usize, Vec<&'static str>) {
    let (proposer, approver) = (key("staff-1.key"), key("staff-2.key"));
    let options = IssueOptions { proposer: &proposer, approver: &approver };
    let report = bureau.office().issue(&options, |_step| {}).unwrap();
    let code = |fault: &HoldFault| match fault {
        HoldFault::Ineligible(gate) => gate.code(),
        other => panic!("{other}"),
    };
    (report.issued.len(), report.held_back.iter().map(|held| code(&held.fault)).collect())
}

fn outcome(bureau: &Bureau, index: LeafIndex) -> Outcome {
    let certificate = Records::of(&bureau.dir()).certificate(index);
    let text = qr_text(certificate.as_bytes(), index);
    Stranger::of(&bureau.dir(), bureau.clock.now()).outcome(&text).unwrap().0
}

#[test]
fn the_import_judges_by_decisions_and_renewals_on_record() {
    let mut bureau = Bureau::new();
    let (earlier, later) = (reviewed_in_2025(0, 1), synthetic(0, 1));
    assert_eq!(judged(&mut bureau, &later), "accepted");
    decide_on(&mut bureau, CaseKind::SuspendAuthority, "2026-02-01");
    assert_eq!(judged(&mut bureau, &later), "committee_suspended");
    assert_eq!(judged(&mut bureau, &earlier), "accepted");
    // The day of the reinstatement is the first one after the suspension.
    decide_on(&mut bureau, CaseKind::ReinstateAuthority, "2026-02-20");
    assert_eq!(judged(&mut bureau, &later), "accepted");
    assert_eq!(
        judged(&mut bureau, &later.replace("2026-02-20", "2026-02-19")),
        "committee_suspended"
    );
    decide_on(&mut bureau, CaseKind::CancelAuthority, "2026-07-10");
    for list in [&earlier, &later] {
        assert_eq!(judged(&mut bureau, list), "committee_cancelled");
    }
    bureau.audit();
}

#[test]
fn a_filing_counts_once_it_is_on_record() {
    let mut bureau = Bureau::new();
    let list = further_filing().replace("77号,2026-01-01,2028-12-31", "78号,2024-01-01,2024-06-30");
    let before = reviewed_in_2025(0, 1)
        .replace("2025-12-10", "2024-06-20")
        .replace("2025-11-22", "2024-05-20");
    assert_eq!(judged(&mut bureau, &before), "committee_filing_not_begun");
    // What only the list says is not enough for a committee that is on record.
    let mut rules = demo_rules();
    rules.committees = tests::lists::committees(&list);
    bureau.office().judge_by_record(&mut rules.committees).unwrap();
    let report = import::judge(before.as_bytes(), &rules).unwrap().report;
    assert!(matches!(&report.rows[0].verdict, RowVerdict::Refused(refusal)
        if refusal.code() == "committee_filing_not_on_record"));
    bureau.renew(&list, KeyChoice::Same).unwrap();
    // Its certificate ended twelve months after the filing: nothing is signed for it any more.
    assert_eq!(judged(&mut bureau, &before), "committee_signing_over");
    // Also where the list of the import names the committee's earlier filing only.
    bureau.renew(&further_filing(), KeyChoice::Same).unwrap();
    assert_eq!(judged(&mut bureau, &synthetic(0, 1)), "accepted");
}

#[test]
fn what_was_imported_before_a_decision_is_held_back_and_what_was_issued_stays_valid() {
    let mut bureau = Bureau::new();
    bureau.import(synthetic(0, 1).as_bytes());
    let issued = bureau.issue()[0].index;
    bureau.import(synthetic(3, 1).as_bytes());
    bureau.import(reviewed_in_2025(6, 1).as_bytes());
    bureau.import(reviewed_in_2025(9, 1).as_bytes());
    decide_on(&mut bureau, CaseKind::SuspendAuthority, "2026-02-01");
    // Reviews from before the suspension are still signed while it lasts.
    assert_eq!(issue(&mut bureau), (2, vec!["committee_suspended"]));
    assert_eq!(outcome(&bureau, issued), Outcome::Valid);
    decide_on(&mut bureau, CaseKind::ReinstateAuthority, "2026-07-10");
    assert_eq!(issue(&mut bureau), (0, vec!["committee_suspended"]));
    bureau.import(reviewed_in_2025(12, 1).as_bytes());
    decide_on(&mut bureau, CaseKind::CancelAuthority, "2026-07-10");
    assert_eq!(issue(&mut bureau), (0, vec!["committee_cancelled"; 2]));
    let indices: Vec<LeafIndex> = Records::of(&bureau.dir()).issuances().into_keys().collect();
    assert_eq!(indices.len(), 3);
    for index in indices {
        assert_eq!(outcome(&bureau, index), Outcome::Valid);
    }
    bureau.audit();
}

#[test]
fn the_command_line_names_the_way_out() {
    let mut bureau = Bureau::new();
    decide_on(&mut bureau, CaseKind::CancelAuthority, "2026-07-10");
    bureau.close();
    let (list, committees) = (bureau.beside("list.csv"), bureau.beside("committees.csv"));
    std::fs::write(&list, synthetic(0, 1)).unwrap();
    std::fs::write(&committees, DEMO_COMMITTEES).unwrap();
    let mut issuer = program("issuer");
    issuer.arg("import").arg(&list).arg("--committees").arg(&committees);
    issuer.args(["--allow-example-keys", "--now", &bureau.clock.text(), "--dir"]);
    let told = run(issuer.arg(bureau.dir()));
    assert_eq!(told.code, Some(1));
    assert!(told.stdout.contains("[committee_cancelled]"), "{}", told.stdout);
    assert!(told.stdout.contains("put it before the bureau"), "{}", told.stdout);
}
