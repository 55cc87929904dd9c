//! `kill -9` in the middle of a revocation. After each, the title is revoked with its entry in the
//! integrity archive, or neither is on record; running again revokes it once.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{path::Path, process::Command};

use issuer::{
    actions::Action,
    case::{CaseFault, CaseKind, CaseState},
    office::OfficeError,
};
use ledger::{certificate::CertificateNumber, entry::Entry};
use tests::{
    bureau::Bureau,
    clock::TestClock,
    kills::can_kill,
    programs::{issuer_in, with_two_keys},
    records::Records,
    scene::Scene,
    whole,
};

fn revoke(dir: &Path, number: &CertificateNumber, clock: &TestClock) -> Command {
    let mut issuer = issuer_in(dir, clock, &["revoke", number.as_str()]);
    issuer.args(["--document", "渝州职改〔2026〕900号"]);
    issuer.args(["--decided-on", "2026-07-09", "--served-on", "2026-07-09"]);
    issuer.args(["--reasons", "业绩证明系伪造。", "--heard", "已听取陈述申辩。"]);
    with_two_keys(&mut issuer);
    issuer
}

/// How many decisions and archive entries are on record.
fn on_record(dir: &Path) -> (usize, usize) {
    let entries = Records::of(dir).entries();
    let count = |wanted: fn(&Entry) -> bool| entries.iter().filter(|entry| wanted(entry)).count();
    let decisions = count(|entry| matches!(entry, Entry::StatusChange(_)));
    (decisions, count(|entry| matches!(entry, Entry::IntegrityRecord(_))))
}

fn was_approved(dir: &Path) -> bool {
    let is_intent = |action: &Action| matches!(action, Action::CaseApproved { .. });
    Records::of(dir).journal().iter().any(is_intent)
}

#[test]
fn killed_while_it_revokes_the_decision_and_its_archive_entry_stand_together_or_not_at_all() {
    if !can_kill() {
        return;
    }
    let mut bureau = Bureau::having_issued(2);
    let number = bureau.office().registry().certificate_numbers().unwrap().remove(0);
    let scene = Scene::of(&mut bureau);
    let dir = scene.dir();
    scene.survives(&revoke(dir, &number, &bureau.clock), 20, |mut office, moment| {
        let mut states = office.cases().unwrap().into_iter().map(|case| case.state);
        assert!(!states.any(|state| state == CaseState::Approved), "{moment:?}");
        let expected = if was_approved(dir) { (1, 1) } else { (0, 0) };
        assert_eq!(on_record(dir), expected, "{moment:?}");
        whole::audit(dir);
        let (order, staff) = (bureau.order(CaseKind::RevokeTitle, Vec::new()), &bureau.staff);
        match office.revoke(&number, order, &staff.proposer, &staff.approver) {
            Ok(_) => assert_eq!(expected, (0, 0), "{moment:?}"),
            Err(OfficeError::Case(CaseFault::Transition { .. })) => {
                assert_eq!(expected, (1, 1), "{moment:?}")
            }
            Err(error) => panic!("{moment:?}: {error}"),
        }
        assert_eq!(on_record(dir), (1, 1), "{moment:?}");
    });
}
