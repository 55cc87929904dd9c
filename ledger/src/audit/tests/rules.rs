//! What a writer that skips the rules can do, and the audit that fails it.

use super::{assert_fault, public, sample, *};
use crate::{
    entry::Entry,
    private_kit::{
        bureau::Bureau,
        papers::{Paper, decision, decision_record, status_change},
    },
    rules::Rule,
    status::Status,
};

/// The certificate at an index again, as it was issued.
fn again(log: &Bureau, at: usize) -> Paper {
    Paper { entry: log.entries.0[at].clone(), private: Some(b"whatever".to_vec()) }
}

/// Asserts that the rules refuse `paper` and that the audit fails a log in which it stands anyway.
fn refused_and_failed(mut log: Bureau, paper: &Paper, expected: impl Fn(&Rule) -> bool) {
    let rule = Bureau::apply(&mut copy(&log), &paper.entry).unwrap_err();
    assert!(expected(&rule), "{rule}");
    let at = log.append_lawlessly(std::slice::from_ref(paper));
    let found = super::fault(public(&log.disk));
    assert_eq!(found.index, Some(at), "{found}");
    assert_eq!(found.file, format!("tile/entries/000.p/{}", at.get() + 2));
    assert!(matches!(&found.problem, Problem::Rule(found) if expected(found)), "{found}");
}

/// The same state, to try something on.
fn copy(log: &Bureau) -> Bureau {
    let mut copy = Bureau::new();
    copy.state = log.state.clone();
    copy.entries = log.entries.clone();
    copy
}

#[test]
fn a_revoked_certificate_appended_again_is_refused_and_failed() {
    let log = sample::log();
    let paper = again(&log, 5);
    refused_and_failed(
        log,
        &paper,
        |rule| matches!(rule, Rule::CommitmentRepeated { at, .. } if at.get() == 5),
    );
}

#[test]
fn an_old_signed_revocation_replayed_after_the_restoration_is_refused_and_failed() {
    let mut log = sample::log();
    let record = decision_record(50);
    let restoration = decision(0, 5, Status::Valid, Some(8), &record);
    log.append(&[status_change(&restoration, sample::DECIDE, &record)]);
    let old_revocation = again(&log, 8);
    refused_and_failed(log, &old_revocation, |rule| matches!(rule, Rule::Previous { .. }));
}

#[test]
fn an_old_signed_restoration_replayed_after_another_revocation_is_refused_and_failed() {
    let mut log = sample::log();
    let record = decision_record(50);
    let restoration = decision(0, 5, Status::Valid, Some(8), &record);
    let at = log.append(&[status_change(&restoration, sample::DECIDE, &record)]);
    let record = decision_record(52);
    let revocation = decision(0, 5, Status::Revoked, Some(at.get()), &record);
    log.append(&[status_change(&revocation, sample::DECIDE, &record)]);
    let old_restoration = again(&log, at.get() as usize);
    refused_and_failed(log, &old_restoration, |rule| matches!(rule, Rule::Previous { .. }));
}

#[test]
fn a_decision_by_a_committee_is_refused_and_failed() {
    let log = sample::log();
    let record = decision_record(50);
    let restoration = decision(2, 5, Status::Valid, Some(8), &record);
    let paper = status_change(&restoration, sample::COMMITTEE, &record);
    refused_and_failed(log, &paper, |rule| matches!(rule, Rule::Role { .. }));
}

#[test]
fn a_head_that_hides_a_revocation_is_failed() {
    let mut log = sample::log();
    let record = decision_record(50);
    let revocation = decision(0, 6, Status::Revoked, None, &record);
    // The writer appends the decision, but its head says that nothing happened.
    let at = log.append_lawlessly(&[status_change(&revocation, sample::DECIDE, &record)]);
    let found = fault(public(&log.disk));
    assert_eq!(found.index.map(|index| index.get()), Some(at.get() + 1));
    assert_fault!(
        public(&log.disk),
        "tile/entries/000.p/18",
        Problem::Rule(Rule::Head { field: "number of exceptions" })
    );
    assert!(matches!(log.entries.0.last(), Some(Entry::StatusHead(_))));
}

#[test]
fn a_repeated_commitment_is_the_first_fault_though_a_later_entry_breaks_a_rule_too() {
    let mut log = sample::log();
    let record = decision_record(50);
    let by_committee = decision(2, 5, Status::Valid, Some(8), &record);
    let second = status_change(&by_committee, sample::COMMITTEE, &record);
    let at = log.append_lawlessly(&[again(&log, 5), second]);
    let found = fault(public(&log.disk));
    assert_eq!(found.index, Some(at), "{found}");
    assert!(matches!(found.problem, Problem::Rule(Rule::CommitmentRepeated { .. })), "{found}");
}

#[test]
fn an_entry_that_repeats_a_commitment_and_breaks_a_later_rule_is_failed_for_the_first() {
    let mut log = sample::log();
    let Entry::Issuance(mut issuance) = log.entries.0[4].clone() else { panic!("no issuance") };
    // The committee may not reissue; but that is asked after whether the commitment is new.
    issuance.title = Some(crate::private_kit::index(6));
    let paper = Paper { entry: Entry::Issuance(issuance), private: Some(b"whatever".to_vec()) };
    let at = log.append_lawlessly(&[paper]);
    let found = fault(public(&log.disk));
    assert_eq!(found.index, Some(at), "{found}");
    assert!(
        matches!(found.problem, Problem::Rule(Rule::CommitmentRepeated { at, .. }) if at.get() == 4),
        "{found}"
    );
}
