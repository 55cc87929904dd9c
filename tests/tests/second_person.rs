//! The two-person rule of cases, under each way around it, through the whole office.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use issuer::{
    case::{CaseFault, CaseKind, Matter},
    office::{Layout, OfficeError, Proposed},
    signing::{
        SigningKeyFile,
        staff::{ApprovalError, Part, Person, StaffError, StaffId},
    },
};
use ledger::{certificate::Text, entry::Entry};
use tempfile::TempDir;
use tests::{
    bureau::{Bureau, EXAMPLE_KEYS, key, passphrase, randomness},
    deciding::{before, case_fault, propose, refused, titles},
    files,
    programs::{approve_case, run},
    records::Records,
};

const REVOKE: Matter = Matter::Decision(CaseKind::RevokeTitle);

fn approval_fault(error: OfficeError) -> ApprovalError {
    match error {
        OfficeError::Approval(error) => error,
        other => panic!("{other:?}"),
    }
}

fn new_key(folder: &TempDir, name: &str) -> SigningKeyFile {
    SigningKeyFile::create(&folder.path().join(name), &passphrase(), &mut randomness(name)).unwrap()
}

fn person(id: &str, key: &SigningKeyFile) -> Person {
    Person {
        id: StaffId::new(id).unwrap(),
        name: Text::new("某某").unwrap(),
        keys: vec![key.public_key()],
    }
}

#[test]
fn who_proposed_a_case_cannot_approve_it() {
    let mut bureau = Bureau::having_issued(1);
    let targets = titles(&mut bureau);
    let proposed = propose(&mut bureau, CaseKind::RevokeTitle, targets);
    let error = refused(&mut bureau, proposed, &key("staff-1.key"));
    assert_eq!(approval_fault(error), ApprovalError::SameKey);
}

#[test]
fn a_second_account_of_who_proposed_a_case_cannot_approve_it() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    files::copy(Path::new(EXAMPLE_KEYS), &keys);
    let second = new_key(&folder, "second.key");
    let register = std::fs::read_to_string(keys.join("staff.toml")).unwrap();
    let owned = STANDARD.encode(key("staff-1.key").public_key().as_bytes());
    let added = format!("{owned}\", \"{}", STANDARD.encode(second.public_key().as_bytes()));
    std::fs::write(keys.join("staff.toml"), register.replace(&owned, &added)).unwrap();

    let mut bureau = Bureau::with_keys(&keys);
    bureau.import(tests::lists::synthetic(0, 1).as_bytes());
    bureau.issue();
    let targets = titles(&mut bureau);
    let proposed = propose(&mut bureau, CaseKind::RevokeTitle, targets);
    let error = approval_fault(refused(&mut bureau, proposed, &second));
    assert!(matches!(error, ApprovalError::SamePerson { person } if person.as_str() == "staff-1"));
}

#[test]
fn nobody_alone_can_register_a_second_pair_of_hands() {
    let folder = tempfile::tempdir().unwrap();
    let mut bureau = Bureau::having_issued(1);
    let (one, accomplice) = (key("staff-1.key"), new_key(&folder, "accomplice.key"));
    let person = Person {
        id: StaffId::new("accomplice").unwrap(),
        name: Text::new("某人").unwrap(),
        keys: vec![accomplice.public_key()],
    };
    let earlier = before(&bureau);
    let outcome = bureau.office().add_staff(person.clone(), &one, &one).unwrap_err();
    assert_eq!(approval_fault(outcome), ApprovalError::SameKey);
    let outcome = bureau.office().add_staff(person.clone(), &one, &accomplice).unwrap_err();
    let unknown = ApprovalError::UnknownKey { part: Part::Approver };
    assert_eq!(approval_fault(outcome), unknown);
    // Nor take a key that is somebody's.
    let stolen = Person { keys: vec![key("staff-2.key").public_key()], ..person };
    let outcome = bureau.office().add_staff(stolen, &one, &key("staff-2.key")).unwrap_err();
    assert!(matches!(outcome, OfficeError::Staff(StaffError::KeyTwice { .. })), "{outcome:?}");
    assert_eq!(before(&bureau), earlier);
}

#[test]
fn who_lost_the_role_meanwhile_neither_approves_nor_has_proposed() {
    let folder = tempfile::tempdir().unwrap();
    let mut bureau = Bureau::having_issued(2);
    let all = titles(&mut bureau);
    let third = new_key(&folder, "third.key");
    let person = person("staff-3", &third);
    let (one, two) = (key("staff-1.key"), key("staff-2.key"));
    bureau.office().add_staff(person, &one, &two).unwrap();

    let proposed = propose(&mut bureau, CaseKind::RevokeTitle, vec![all[0]]);
    let leaver = StaffId::new("staff-1").unwrap();
    bureau.office().remove_staff(&leaver, &two, &third).unwrap();
    // Also after the directory is opened anew, from the journal alone.
    bureau.reopen();
    let error = approval_fault(refused(&mut bureau, proposed, &two));
    assert_eq!(error, ApprovalError::UnknownKey { part: Part::Proposer });

    let order = bureau.order(CaseKind::RevokeTitle, vec![all[1]]);
    let proposed = bureau.office().propose_case(order.clone(), &two).unwrap();
    let error = approval_fault(refused(&mut bureau, proposed, &one));
    assert_eq!(error, ApprovalError::UnknownKey { part: Part::Approver });
    let error = bureau.office().propose_case(order, &one).unwrap_err();
    assert_eq!(approval_fault(error), ApprovalError::UnknownKey { part: Part::Proposer });
    // Two must be left.
    let error = bureau.office().remove_staff(&StaffId::new("staff-3").unwrap(), &two, &third);
    assert!(matches!(error, Err(OfficeError::Staff(StaffError::TooFew))));
    assert_eq!(bureau.audit().exceptions, 0);
}

#[test]
fn who_proposed_cannot_approve_after_their_old_key_became_somebody_elses() {
    let folder = tempfile::tempdir().unwrap();
    let mut bureau = Bureau::having_issued(1);
    let all = titles(&mut bureau);
    let (one, two) = (key("staff-1.key"), key("staff-2.key"));
    let [third, fresh] = ["third.key", "fresh.key"].map(|name| new_key(&folder, name));
    bureau.office().add_staff(person("staff-3", &third), &one, &two).unwrap();
    let proposed = propose(&mut bureau, CaseKind::RevokeTitle, all);
    // The key goes from staff-1 to staff-4, and staff-1 comes back with another one.
    let office = bureau.office();
    office.remove_staff(&StaffId::new("staff-1").unwrap(), &two, &third).unwrap();
    office.add_staff(person("staff-4", &one), &two, &third).unwrap();
    office.add_staff(person("staff-1", &fresh), &two, &third).unwrap();
    let error = approval_fault(refused(&mut bureau, proposed, &fresh));
    assert_eq!(error, ApprovalError::RegisteredSince { part: Part::Proposer });
    assert_eq!(bureau.audit().exceptions, 0);
}

#[test]
fn what_somebody_proposed_who_left_and_came_back_cannot_be_approved() {
    let folder = tempfile::tempdir().unwrap();
    let mut bureau = Bureau::having_issued(1);
    let all = titles(&mut bureau);
    let (one, two, third) = (key("staff-1.key"), key("staff-2.key"), new_key(&folder, "third.key"));
    bureau.office().add_staff(person("staff-3", &third), &one, &two).unwrap();
    let proposed = propose(&mut bureau, CaseKind::RevokeTitle, all.clone());
    let office = bureau.office();
    office.remove_staff(&StaffId::new("staff-1").unwrap(), &two, &third).unwrap();
    office.add_staff(person("staff-1", &one), &two, &third).unwrap();
    // As the running office knows it, and as a registry made of the journal alone does.
    for _ in 0..2 {
        let error = approval_fault(refused(&mut bureau, proposed, &two));
        assert_eq!(error, ApprovalError::RegisteredSince { part: Part::Proposer });
        bureau.close();
        std::fs::remove_dir_all(Layout::new(&bureau.dir()).registry()).unwrap();
        bureau.reopen();
    }
    let again = propose(&mut bureau, CaseKind::RevokeTitle, all);
    bureau.office().approve_case(again.case, again.draft, &two).unwrap();
    assert_eq!(bureau.audit().exceptions, 1);
}

#[test]
fn an_approval_is_bound_to_the_draft_that_was_seen() {
    let mut bureau = Bureau::having_issued(2);
    let all = titles(&mut bureau);
    let one = propose(&mut bureau, CaseKind::RevokeTitle, vec![all[0]]);
    let other = propose(&mut bureau, CaseKind::RevokeTitle, vec![all[1]]);
    let mixed = Proposed { draft: other.draft, ..one };
    let fault = case_fault(refused(&mut bureau, mixed, &key("staff-2.key")));
    assert_eq!(
        fault,
        CaseFault::OtherDraft { case: one.case, matter: REVOKE, proposed: one.draft }
    );
}

#[test]
fn of_two_approvals_at_the_same_instant_one_takes_effect() {
    let mut bureau = Bureau::having_issued(1);
    let targets = titles(&mut bureau);
    let proposed = propose(&mut bureau, CaseKind::RevokeTitle, targets);
    bureau.close();
    let (dir, clock) = (bureau.dir(), bureau.clock.clone());
    let approve = || approve_case(&dir, &clock, proposed);
    let succeeded = std::thread::scope(|scope| {
        let together: Vec<_> = (0..4).map(|_| scope.spawn(|| run(&mut approve()))).collect();
        together.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>()
    });
    let codes: Vec<_> = succeeded.iter().map(|one| one.code).collect();
    assert_eq!(codes.iter().filter(|code| **code == Some(0)).count(), 1, "{succeeded:?}");
    bureau.reopen();
    assert_eq!(bureau.audit().exceptions, 1);
    let decisions = Records::of(&bureau.dir()).entries().into_iter();
    assert_eq!(decisions.filter(|entry| matches!(entry, Entry::StatusChange(_))).count(), 1);
}
