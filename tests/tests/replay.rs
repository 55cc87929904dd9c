//! What is on record once is not put there again: neither a revoked certificate nor an old decision.
//! The sequencer refuses it; from a writer that keeps no rules the audit finds it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::path::Path;

use ed25519_dalek::Signer as _;
use issuer::{
    office::Revoked,
    sequencer::{Prepared, Submission, SubmitError},
};
use ledger::{
    audit::{AuditError, Problem},
    certificate::{LogGeneration, Text},
    entry::{Decision, Entry, UnsignedStatusChange},
    position::LeafIndex,
    record::{DecisionRecord, Salt},
    rules::{Rule, RuleError},
    status::Status,
};
use tests::{
    bureau::{Bureau, key},
    desk::{Forgetful, append_hostile, sequencer},
    records::Records,
    whole,
};
use verifier::clock::Clock as _;

fn again(dir: &Path, index: LeafIndex) -> Prepared {
    Records::of(dir).again(index)
}

/// A bureau, closed, that issued three certificates and revoked the first.
fn having_revoked() -> (Bureau, LeafIndex, Revoked) {
    let mut bureau = Bureau::having_issued(3);
    let number = bureau.office().registry().certificate_numbers().unwrap().remove(0);
    let index = bureau.office().registry().by_number(&number).unwrap()[0];
    let revoked = bureau.revoke(&number);
    bureau.close();
    (bureau, index, revoked)
}

fn refused(bureau: &Bureau, entry: Prepared) -> Rule {
    let mut sequencer = sequencer(&bureau.dir(), &bureau.clock);
    let before = sequencer.size();
    let answer = sequencer.commit_group(vec![Submission { entries: vec![entry] }]).remove(0);
    assert_eq!(sequencer.size(), before);
    match answer {
        Err(SubmitError::Rule(RuleError::Broken { rule, .. })) => rule,
        other => panic!("{other:?}"),
    }
}

/// Which rule the public audit says that an entry breaks.
fn found_by_audit(bureau: &Bureau) -> Rule {
    match whole::try_audit_public(&bureau.dir()) {
        Err(AuditError::Fault { fault, .. }) => match fault.problem {
            Problem::Rule(rule) => rule,
            other => panic!("{}: {other}", fault.file),
        },
        other => panic!("{other:?}"),
    }
}

/// Restores a title as the bureau would, through the sequencer.
fn restore(bureau: &Bureau, revoked: Revoked) -> LeafIndex {
    let today = bureau.clock.now().beijing_date();
    let text = |text: &str| Text::new(text).unwrap();
    let record = DecisionRecord {
        salt: Salt::from_random([3; 16]),
        number_salt: Salt::from_random([4; 16]),
        document_number: text("渝州职改〔2026〕901号"),
        clause: text("七(一)"),
        basis: "复查".to_owned(),
        reasons: "复查认定原决定有误。".to_owned(),
        decided_on: today,
        served_on: None,
        remedy: None,
        proposer: text("staff-1"),
        approver: text("staff-2"),
    };
    let mut sequencer = sequencer(&bureau.dir(), &bureau.clock);
    let decide = key("decide.key");
    let authority = sequencer
        .state()
        .authorities()
        .find(|(_, authority)| authority.ed25519_key() == Some(&decide.public_key()))
        .map(|(index, _)| index);
    let unsigned = UnsignedStatusChange::new(&Decision {
        log: LogGeneration::new(1),
        authority: authority.unwrap(),
        target: revoked.title,
        previous: Some(revoked.event),
        status: Status::Valid,
        decided_on: today,
        last_valid_index: None,
        record: record.commitment(),
        number: record.number_commitment(),
    });
    let signature = decide.key().sign(&unsigned.to_be_signed()).to_bytes();
    let entry = Entry::StatusChange(unsigned.with_signature(signature).unwrap());
    let private = Some(record.encode().into());
    let restoration = Submission { entries: vec![Prepared::new(entry, private)] };
    sequencer.commit_group(vec![restoration]).remove(0).unwrap().indices[0]
}

/// A bureau, closed, whose first title was revoked, restored, and revoked again.
fn having_restored_and_revoked_again() -> (Bureau, Revoked, LeafIndex) {
    let (mut bureau, index, first) = having_revoked();
    let restoration = restore(&bureau, first);
    let number = Records::of(&bureau.dir()).certificate(index).unverified_claims().number.clone();
    bureau.clock.advance_minutes(60);
    bureau.reopen();
    bureau.revoke(&number);
    bureau.close();
    (bureau, first, restoration)
}

#[test]
fn the_sequencer_refuses_a_revoked_certificate_that_is_appended_again() {
    let (bureau, index, _) = having_revoked();
    let rule = refused(&bureau, again(&bureau.dir(), index));
    assert!(matches!(rule, Rule::CommitmentRepeated { at, .. } if at == index), "{rule}");
    bureau.audit();
}

#[test]
fn the_audit_finds_a_revoked_certificate_that_a_hostile_writer_appended_again() {
    let (bureau, index, _) = having_revoked();
    let entry = again(&bureau.dir(), index);
    append_hostile(&bureau.dir(), &bureau.clock, &[entry], &Forgetful::past(&bureau.dir(), None));
    let rule = found_by_audit(&bureau);
    assert!(matches!(rule, Rule::CommitmentRepeated { at, .. } if at == index), "{rule}");
}

#[test]
fn the_sequencer_refuses_an_old_restoration() {
    let (bureau, _, restoration) = having_restored_and_revoked_again();
    let rule = refused(&bureau, again(&bureau.dir(), restoration));
    assert!(matches!(rule, Rule::Previous { .. }), "{rule}");
    bureau.audit();
}

#[test]
fn the_audit_finds_an_old_restoration_that_a_hostile_writer_replayed() {
    let (bureau, first, restoration) = having_restored_and_revoked_again();
    let entry = again(&bureau.dir(), restoration);
    let past = Forgetful::past(&bureau.dir(), Some(first.event));
    append_hostile(&bureau.dir(), &bureau.clock, &[entry], &past);
    let rule = found_by_audit(&bureau);
    assert!(matches!(rule, Rule::Previous { .. }), "{rule}");
}

#[test]
fn the_sequencer_refuses_an_old_revocation_of_a_restored_title() {
    let (bureau, _, first) = having_revoked();
    restore(&bureau, first);
    let rule = refused(&bureau, again(&bureau.dir(), first.event));
    assert!(matches!(rule, Rule::Previous { .. }), "{rule}");
    bureau.audit();
}

#[test]
fn the_audit_finds_an_old_revocation_that_a_hostile_writer_replayed() {
    let (bureau, _, first) = having_revoked();
    restore(&bureau, first);
    let entry = again(&bureau.dir(), first.event);
    append_hostile(&bureau.dir(), &bureau.clock, &[entry], &Forgetful::past(&bureau.dir(), None));
    let rule = found_by_audit(&bureau);
    assert!(matches!(rule, Rule::Previous { .. }), "{rule}");
}
