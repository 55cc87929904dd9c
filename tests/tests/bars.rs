//! Whoever is barred is refused at import, and held back when the bar came after it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::fs;

use issuer::{
    archive::{BarOrder, Cause, NewEntry, SubjectOrder},
    office::{HoldFault, IssueOptions},
};
use ledger::position::LeafIndex;
use tests::{
    bureau::Bureau,
    lists,
    programs::{Finished, program, run},
};

/// Bars a person over the days of the synthetic list's reviews (2026-02-20) and pledges.
fn bar(bureau: &mut Bureau, person: usize, from: &str, until: &str) -> LeafIndex {
    let day = |day: &str| Some(day.parse().unwrap());
    false_material(bureau, person, BarOrder { from: day(from), until: day(until) })
}

/// A decision of 2026-07-09 that somebody handed in false material.
fn false_material(bureau: &mut Bureau, person: usize, bar: BarOrder) -> LeafIndex {
    let id = lists::identity_number(person);
    let order = NewEntry {
        subject: SubjectOrder {
            kind: "applicant",
            name: "某人",
            document_kind: None,
            identifier: &id,
        },
        kind: "APPLICANT_FALSE_MATERIAL",
        conduct: "论文系剽窃。",
        clause: None,
        cause: Cause {
            decision: Some("渝州职改〔2026〕901号"),
            decided_on: Some("2026-07-09".parse().unwrap()),
        },
        bar,
    };
    let (office, staff) = bureau.both();
    office.archive_add(&order, &staff.proposer, &staff.approver).unwrap().index
}

/// `issuer import` of a list.
fn import(bureau: &Bureau, results: String) -> Finished {
    let [list, committees] = ["list.csv", "committees.csv"].map(|name| bureau.beside(name));
    fs::write(&list, results).unwrap();
    fs::write(&committees, lists::DEMO_COMMITTEES).unwrap();
    let mut issuer = program("issuer");
    issuer.arg("import").arg(&list).arg("--committees").arg(&committees).arg("--json");
    issuer.args(["--allow-example-keys", "--now", &bureau.clock.text(), "--dir"]);
    run(issuer.arg(bureau.dir()))
}

#[test]
fn who_was_barred_in_that_year_is_refused_at_import_without_the_conduct() {
    let mut bureau = Bureau::new();
    bar(&mut bureau, 1, "2026-01-01", "2026-12-31");
    bar(&mut bureau, 2, "2026-02-21", "2029-02-21");
    bureau.close();
    let rows = import(&bureau, lists::synthetic(0, 4)).expect_code(1).json_lines();
    let verdicts: Vec<_> = rows.iter().map(|row| row["verdict"].as_str().unwrap()).collect();
    // Number 2 was reviewed the day before the bar.
    assert_eq!(verdicts, ["accepted", "refused", "accepted", "accepted"]);
    assert_eq!(rows[1]["reason"], "applicant_barred");
    let said = rows[1].to_string();
    assert!(said.contains("2026-12-31") && said.contains("七(一)"), "{said}");
    assert!(!said.contains("剽窃") && !said.contains(&lists::identity_number(1)), "{said}");
    bureau.reopen();
    assert_eq!(bureau.issue().len(), 3);
    bureau.audit();
}

#[test]
fn a_bar_between_import_and_issue_holds_the_result_back_until_it_is_rescinded() {
    let mut bureau = Bureau::new();
    bureau.import(lists::synthetic(0, 3).as_bytes());
    let entry = bar(&mut bureau, 0, "2025-11-22", "2025-11-22");
    let (office, staff) = bureau.both();
    let options = IssueOptions { proposer: &staff.proposer, approver: &staff.approver };
    let report = office.issue(&options, |_step| {}).unwrap();
    assert_eq!((report.issued.len(), report.held_back.len()), (2, 1));
    let HoldFault::Ineligible(gate) = &report.held_back[0].fault else {
        panic!("{:?}", report.held_back)
    };
    assert_eq!(gate.code(), "applicant_barred");
    assert!(report.held_back[0].fault.to_string().contains("2025-11-22"));
    let cause = Cause {
        decision: Some("渝州职改〔2026〕902号"),
        decided_on: Some("2026-07-10".parse().unwrap()),
    };
    let (office, staff) = bureau.both();
    let rescinded =
        office.archive_rescind(entry, "复议撤销", &cause, &staff.proposer, &staff.approver);
    rescinded.unwrap();
    assert_eq!(bureau.issue().len(), 1);
    bureau.audit();
}

#[test]
fn false_material_costs_the_application_of_the_year_in_which_it_is_found() {
    let mut bureau = Bureau::new();
    // Reviewed in February, found out in July: 当年不得签发.
    bureau.import(lists::synthetic(0, 2).as_bytes());
    false_material(&mut bureau, 0, BarOrder::default());
    let (office, staff) = bureau.both();
    let options = IssueOptions { proposer: &staff.proposer, approver: &staff.approver };
    let report = office.issue(&options, |_step| {}).unwrap();
    assert_eq!((report.issued.len(), report.held_back.len()), (1, 1));
    assert!(report.held_back[0].fault.to_string().contains("2029-07-09"));
    bureau.audit();
}

#[test]
fn a_revoked_title_bars_its_holder_and_leaves_what_is_issued_alone() {
    let mut bureau = Bureau::having_issued(1);
    let number = bureau.office().registry().certificate_numbers().unwrap().remove(0);
    bureau.revoke(&number);
    bureau.close();
    let again = import(&bureau, lists::synthetic(0, 1)).expect_code(0).json_lines().remove(0);
    assert_eq!(again["standing"], "already_issued");
    // Whoever pledges and is reviewed after the revocation, under the bar of three years.
    let later = lists::synthetic(0, 2)
        .replace("2026-02-20,2026-03-02,2026-03-09", "2026-09-01,2026-09-02,2026-09-09")
        .replace("2026-03-10,2025-11-22", "2026-09-10,2026-08-20")
        .replace("〔2026〕11号", "〔2026〕12号");
    let rows = import(&bureau, later).expect_code(1).json_lines();
    assert_eq!(rows[0]["reason"], "applicant_barred");
    assert!(rows[0]["message_zh"].as_str().unwrap().contains("2029-07-10"), "{}", rows[0]);
    assert_eq!(rows[1]["verdict"], "accepted");
    bureau.audit();
}
