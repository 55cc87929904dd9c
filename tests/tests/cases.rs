//! Cases: what one person proposes, another one approves or refuses. The two-person rule is tried
//! under each way around it, through the whole office.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use issuer::{
    archive::{Asker, Expired},
    case::{CaseFault, CaseKind, CaseState, Field, Matter, Order},
    office::{Layout, OfficeError, Proposed},
    signing::{
        SigningKeyFile,
        staff::{ApprovalError, Part, Person, StaffError, StaffId},
    },
};
use ledger::{
    certificate::Text, entry::Entry, position::LeafIndex, record::SubjectKind, status::Status,
};
use tempfile::TempDir;
use tests::{
    bureau::{Bureau, EXAMPLE_KEYS, key, passphrase, randomness},
    files,
    programs::{approve_case, issuer_in, run},
    records::Records,
};

const REVOKE: Matter = Matter::Decision(CaseKind::RevokeTitle);

fn titles(bureau: &mut Bureau) -> Vec<LeafIndex> {
    let office = bureau.office();
    let numbers = office.registry().certificate_numbers().unwrap();
    numbers.iter().map(|number| office.title(number).unwrap()).collect()
}

fn propose(bureau: &mut Bureau, kind: CaseKind, targets: Vec<LeafIndex>) -> Proposed {
    let order = bureau.order(kind, targets);
    bureau.office().propose_case(order, &key("staff-1.key")).unwrap()
}

/// The refusal of an approval, which leaves journal, log and case as they were.
fn refused(bureau: &mut Bureau, proposed: Proposed, approver: &SigningKeyFile) -> OfficeError {
    let (journal, entries) = before(bureau);
    let Proposed { case, draft } = proposed;
    let state = bureau.office().case(case).unwrap().row.state;
    let error = bureau.office().approve_case(case, draft, approver).unwrap_err();
    assert_eq!(before(bureau), (journal, entries));
    assert_eq!(bureau.office().case(case).unwrap().row.state, state);
    error
}

fn before(bureau: &Bureau) -> (usize, usize) {
    let records = Records::of(&bureau.dir());
    (records.journal().len(), records.entries().len())
}

fn case_fault(error: OfficeError) -> CaseFault {
    match error {
        OfficeError::Case(fault) => fault,
        other => panic!("{other:?}"),
    }
}

fn approval_fault(error: OfficeError) -> ApprovalError {
    match error {
        OfficeError::Approval(error) => error,
        other => panic!("{other:?}"),
    }
}

fn new_key(folder: &TempDir, name: &str) -> SigningKeyFile {
    SigningKeyFile::create(&folder.path().join(name), &passphrase(), &mut randomness(name)).unwrap()
}

#[test]
fn a_proposed_case_changes_nothing_until_another_person_approves_it() {
    let mut bureau = Bureau::having_issued(2);
    let title = titles(&mut bureau)[0];
    let Proposed { case, draft } = propose(&mut bureau, CaseKind::RevokeTitle, vec![title]);
    assert_eq!(bureau.audit().exceptions, 0);

    let recorded = bureau.office().approve_case(case, draft, &key("staff-2.key")).unwrap();
    let view = bureau.office().case(case).unwrap();
    assert_eq!(view.row.state, CaseState::Recorded);
    assert_eq!(view.row.proposed.person.as_str(), "staff-1");
    assert_eq!(view.row.decided.unwrap().1.person.as_str(), "staff-2");
    let entries = Records::of(&bureau.dir()).entries();
    let at = |index: LeafIndex| &entries[usize::try_from(index.get()).unwrap()];
    assert!(matches!(at(recorded.events[0]), Entry::StatusChange(change)
        if change.unverified().target == title && change.unverified().status == Status::Revoked));
    assert!(matches!(at(recorded.archive[0]), Entry::IntegrityRecord(_)));
    assert_eq!(bureau.audit().exceptions, 1);
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
    let person = Person {
        id: StaffId::new("staff-3").unwrap(),
        name: Text::new("某某").unwrap(),
        keys: vec![third.public_key()],
    };
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
    let person = |id: &str, key: &SigningKeyFile| Person {
        id: StaffId::new(id).unwrap(),
        name: Text::new("某某").unwrap(),
        keys: vec![key.public_key()],
    };
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
    let person = |id: &str, key: &SigningKeyFile| Person {
        id: StaffId::new(id).unwrap(),
        name: Text::new("某某").unwrap(),
        keys: vec![key.public_key()],
    };
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
fn a_case_is_refused_with_a_reason_or_stays_open() {
    let mut bureau = Bureau::having_issued(1);
    let all = titles(&mut bureau);
    let Proposed { case, .. } = propose(&mut bureau, CaseKind::RevokeTitle, all);
    let earlier = before(&bureau);
    for (reason, code) in [(" ".to_owned(), "field_missing"), ("长".repeat(4000), "field_too_long")]
    {
        let refused = bureau.office().refuse_case(case, &reason, &key("staff-2.key")).unwrap_err();
        let fault = case_fault(refused);
        assert_eq!((fault.code(), fault.field()), (code, Field::Reasons));
    }
    assert_eq!(before(&bureau), earlier);
    bureau.office().refuse_case(case, "证据不足。", &key("staff-2.key")).unwrap();
    assert_eq!(bureau.office().case(case).unwrap().row.state, CaseState::Refused);
    bureau.audit();
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
fn a_draft_that_another_decision_overtook_cannot_be_approved() {
    let mut bureau = Bureau::having_issued(1);
    let targets = titles(&mut bureau);
    let first = propose(&mut bureau, CaseKind::RevokeTitle, targets.clone());
    bureau.decide(CaseKind::CancelError, targets.clone()).unwrap();
    bureau.decide(CaseKind::RestoreTitle, targets.clone()).unwrap();
    // The title is valid again, as it was when the case was proposed, and still it is another draft.
    let fault = case_fault(refused(&mut bureau, first, &key("staff-2.key")));
    assert_eq!(fault, CaseFault::Stale { case: first.case, matter: REVOKE, target: targets[0] });
    assert_eq!(bureau.audit().exceptions, 0);
}

#[test]
fn a_case_is_decided_once() {
    let mut bureau = Bureau::having_issued(2);
    let all = titles(&mut bureau);
    let done = propose(&mut bureau, CaseKind::RevokeTitle, vec![all[0]]);
    bureau.office().approve_case(done.case, done.draft, &key("staff-2.key")).unwrap();
    let back = propose(&mut bureau, CaseKind::RevokeTitle, vec![all[1]]);
    bureau.office().refuse_case(back.case, "材料不全", &key("staff-2.key")).unwrap();
    bureau.reopen();
    for (proposed, state) in [(done, CaseState::Recorded), (back, CaseState::Refused)] {
        let fault = case_fault(refused(&mut bureau, proposed, &key("staff-2.key")));
        assert_eq!(fault, CaseFault::Closed { case: proposed.case, matter: REVOKE, state });
        let again = bureau.office().refuse_case(proposed.case, "x", &key("staff-2.key"));
        assert!(matches!(again, Err(OfficeError::Case(CaseFault::Closed { .. }))));
    }
    let view = bureau.office().case(back.case).unwrap();
    assert_eq!(view.refusal.as_deref(), Some("材料不全"));
    assert_eq!(bureau.audit().exceptions, 1);
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

#[test]
fn what_a_kind_of_decision_demands_is_demanded_with_field_and_clause() {
    let mut bureau = Bureau::having_issued(1);
    let title = titles(&mut bureau)[0];
    let earlier = before(&bureau);
    let whole = |kind| bureau.order(kind, vec![title]);
    let revoke = whole(CaseKind::RevokeTitle);
    let tomorrow = revoke.decided_on.plus_months(1).unwrap();
    let cases: Vec<(Order, &str, Field, Option<&str>)> = vec![
        (
            Order { served_on: None, ..revoke.clone() },
            "field_missing",
            Field::ServedOn,
            Some("七(一)"),
        ),
        (Order { heard: None, ..revoke.clone() }, "field_missing", Field::Heard, Some("七(一)")),
        (
            Order { heard: Some(" ".to_owned()), ..revoke.clone() },
            "field_missing",
            Field::Heard,
            Some("七(一)"),
        ),
        (
            Order { reasons: String::new(), ..revoke.clone() },
            "field_missing",
            Field::Reasons,
            Some("七(一)"),
        ),
        (
            Order { targets: vec![], ..revoke.clone() },
            "field_missing",
            Field::Target,
            Some("七(一)"),
        ),
        (
            Order { ground: None, ..whole(CaseKind::CancelError) },
            "field_missing",
            Field::Ground,
            Some("八"),
        ),
        (
            Order { last_valid_index: Some(title), ..revoke.clone() },
            "field_not_for_kind",
            Field::LastValidIndex,
            Some("七(一)"),
        ),
        (
            Order { decided_on: tomorrow, served_on: Some(tomorrow), ..revoke.clone() },
            "decided_in_future",
            Field::DecidedOn,
            Some("七(一)"),
        ),
        (
            Order { served_on: Some(tomorrow), ..revoke.clone() },
            "served_out_of_order",
            Field::ServedOn,
            Some("七(一)"),
        ),
        (
            Order { reasons: "长".repeat(4000), ..revoke.clone() },
            "field_too_long",
            Field::Reasons,
            Some("七(一)"),
        ),
        (
            Order { document: Text::new("一份决定").unwrap(), ..revoke.clone() },
            "document_malformed",
            Field::Document,
            Some("七(一)"),
        ),
        (
            Order { clause: Some(Text::new("九(九)").unwrap()), ..revoke.clone() },
            "clause_not_of_kind",
            Field::Clause,
            Some("七(一)"),
        ),
        (
            Order { targets: vec![title, title], ..revoke.clone() },
            "too_many_targets",
            Field::Target,
            Some("七(一)"),
        ),
        (
            Order { kind: CaseKind::NotRecognise, targets: vec![title, title], ..revoke.clone() },
            "target_twice",
            Field::Target,
            Some("七(五)"),
        ),
        (
            Order { targets: vec![LeafIndex::new(0).unwrap()], ..revoke.clone() },
            "no_target",
            Field::Target,
            Some("七(一)"),
        ),
        (
            Order { kind: CaseKind::SuspendAuthority, ..revoke },
            "no_target",
            Field::Target,
            Some("五(二)"),
        ),
    ];
    for (order, code, field, clause) in cases {
        let fault =
            case_fault(bureau.office().propose_case(order, &key("staff-1.key")).unwrap_err());
        assert_eq!((fault.code(), fault.field(), fault.clause()), (code, field, clause), "{fault}");
        let ends = format!(" [{code}, {}, {}]", field.name(), clause.unwrap());
        assert!(fault.to_string().ends_with(&ends), "{fault}");
    }
    assert_eq!(before(&bureau), earlier);
}

#[test]
fn a_whole_list_is_not_recognised_by_one_decision_in_one_batch() {
    let mut bureau = Bureau::having_issued(40);
    let all = titles(&mut bureau);
    let heads = Records::of(&bureau.dir()).heads();
    let recorded = bureau.decide(CaseKind::NotRecognise, all.clone()).unwrap();
    assert_eq!(recorded.events.len(), 40);
    assert_eq!(recorded.archive.len(), 3, "one entry for each committee");
    assert_eq!(Records::of(&bureau.dir()).heads(), heads + 1);
    assert_eq!(bureau.audit().exceptions, 40);
}

#[test]
fn the_command_line_takes_a_case_from_proposal_to_record() {
    let mut bureau = Bureau::having_issued(2);
    let number = bureau.office().registry().certificate_numbers().unwrap().remove(0);
    bureau.close();
    let issuer = |words: &[&str]| run(issuer_in(&bureau.dir(), &bureau.clock, words).arg("--json"));
    let (one, two) = (format!("{EXAMPLE_KEYS}/staff-1.key"), format!("{EXAMPLE_KEYS}/staff-2.key"));
    let decision = [
        ["--document", "渝职改办〔2026〕1号"],
        ["--decided-on", "2026-07-09"],
        ["--reasons", "业绩证明系伪造。"],
    ]
    .concat();
    let propose =
        [&["case", "propose", "revoke", "--number", number.as_str()], &decision[..]].concat();
    let lacking = issuer(&[&propose[..], &["--proposer", &one]].concat());
    let object = lacking.json();
    assert_eq!(lacking.code, Some(2));
    assert_eq!(
        (&object["refused"], &object["field"], &object["clause"]),
        (&"field_missing".into(), &"served_on".into(), &"七(一)".into())
    );
    let more = ["--served-on", "2026-07-10", "--heard", "笔录在卷", "--proposer", &one];
    let object = issuer(&[&propose[..], &more].concat()).expect_code(0).json();
    let (case, draft) = (object["case"].to_string(), object["draft"].as_str().unwrap().to_owned());
    let listed = issuer(&["case", "list", "--open"]).expect_code(0).json();
    assert_eq!(listed["draft"], draft.as_str());
    let shown = issuer(&["case", "show", &case]).expect_code(0).json();
    assert_eq!(shown["decision"]["status"], "revoked");
    let approve = ["case", "approve", &case, "--draft", &draft, "--approver"];
    let alone = issuer(&[&approve[..], &[&one]].concat());
    assert_eq!(alone.code, Some(2));
    assert!(alone.stderr.contains("two persons are needed"), "{}", alone.stderr);
    let object = issuer(&[&approve[..], &[&two]].concat()).expect_code(0).json();
    assert_eq!(object["events"].as_array().unwrap().len(), 1);
    let shown = issuer(&["case", "show", &case]).expect_code(0).json();
    assert_eq!(shown["state"], "recorded");
    assert_eq!(issuer(&["case", "list", "--open"]).expect_code(0).stdout, "");
    assert_eq!(bureau.audit().exceptions, 1);
}

#[test]
fn a_court_that_restores_a_title_clears_its_holder() {
    let mut bureau = Bureau::having_issued(1);
    let targets = titles(&mut bureau);
    let number = Text::new(&tests::lists::identity_number(0)).unwrap();
    let revoked = bureau.decide(CaseKind::RevokeTitle, targets.clone()).unwrap();
    let about = |bureau: &mut Bureau| {
        let asker = Asker::Applicant { identifier: number.clone() };
        let subject = (SubjectKind::Applicant, &number);
        let shown = bureau.office().archive_look_up(&asker, subject, Expired::Hidden).unwrap();
        shown.into_iter().map(|shown| shown.judged.index).collect::<Vec<_>>()
    };
    assert_eq!(about(&mut bureau), revoked.archive);
    let restored = bureau.decide(CaseKind::RestoreTitle, targets.clone()).unwrap();
    assert_eq!(restored.archive.len(), 1);
    assert_eq!(about(&mut bureau), []);
    // What was rescinded cannot be rescinded again, and another revocation stands for itself.
    let again = bureau.decide(CaseKind::RevokeTitle, targets).unwrap();
    assert_eq!(about(&mut bureau), again.archive);
    bureau.audit();
}

#[test]
fn a_reader_that_goes_away_is_an_error_and_no_panic() {
    let mut bureau = Bureau::having_issued(1);
    let targets = titles(&mut bureau);
    propose(&mut bureau, CaseKind::RevokeTitle, targets);
    bureau.close();
    for words in [["case", "list"], ["staff", "list"], ["authority", "list"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut issuer = issuer_in(&bureau.dir(), &bureau.clock, &words);
        let finished = issuer.stdout(writer).output().unwrap();
        let said = String::from_utf8(finished.stderr).unwrap();
        assert_eq!(finished.status.code(), Some(2), "{said}");
        assert!(said.contains("stdout") && !said.contains("panicked"), "{said}");
    }
}
