//! Cases: what one person proposes, another one approves or refuses, through the whole office.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use issuer::{
    archive::{Asker, Expired},
    case::{CaseFault, CaseKind, CaseState, Field, Matter, Order},
    office::{OfficeError, Proposed},
};
use ledger::{
    certificate::Text, entry::Entry, position::LeafIndex, record::SubjectKind, status::Status,
};
use tests::{
    bureau::{Bureau, EXAMPLE_KEYS, key},
    deciding::{before, case_fault, propose, refused, titles},
    programs::{issuer_in, run},
    records::Records,
};

const REVOKE: Matter = Matter::Decision(CaseKind::RevokeTitle);

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
