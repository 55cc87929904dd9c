//! Certificates as cases: a batch and a corrected document, proposed by one person and approved by
//! another, also through `kill -9`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use issuer::{
    archive::{Asker, Expired},
    case::{CaseFault, CaseKind, CaseState, Corrections, ReissueOrder},
    office::{Office, OfficeError, Proposed},
    registry::ResultState,
};
use ledger::{certificate::Text, position::LeafIndex, record::SubjectKind};
use tests::{
    bureau::{Bureau, EXAMPLE_KEYS, key},
    deciding::case_fault,
    kills::{Moment, can_kill},
    lists,
    programs::{approve_case, issuer_in, run},
    records::{Records, qr_text},
    scene::Scene,
    stranger::Stranger,
};
use verifier::{clock::Clock as _, verdict::Outcome};

const RESULTS: usize = 5;

fn propose_batch(bureau: &mut Bureau) -> Proposed {
    bureau.import(lists::synthetic(0, RESULTS).as_bytes());
    let proposed = bureau.office().propose_batch(&key("staff-1.key")).unwrap();
    assert_eq!((proposed.certificates, &proposed.held_back[..]), (RESULTS, &[][..]));
    proposed.case.unwrap()
}

fn approve(office: &mut Office, proposed: Proposed) -> Result<Vec<LeafIndex>, Box<OfficeError>> {
    let Proposed { case, draft } = proposed;
    Ok(office.approve_case(case, draft, &key("staff-2.key")).map_err(Box::new)?.issued)
}

fn correction(bureau: &mut Bureau, name: &str) -> ReissueOrder {
    let number = bureau.office().registry().certificate_numbers().unwrap().remove(0);
    ReissueOrder {
        title: bureau.office().title(&number).unwrap(),
        corrections: Corrections { name: Some(Text::new(name).unwrap()), ..Corrections::default() },
        document: Text::new("渝州职改〔2026〕31号").unwrap(),
        decided_on: bureau.today(),
        reasons: "姓名更正。".to_owned(),
    }
}

#[test]
fn a_batch_waits_for_its_second_person_and_is_issued_as_it_was_proposed() {
    let mut bureau = Bureau::new();
    let proposed = propose_batch(&mut bureau);
    // Also after the directory was closed: what was drawn is in the journal.
    bureau.reopen();
    assert_eq!(Records::of(&bureau.dir()).issuances().len(), 0);
    let issued = approve(bureau.office(), proposed).unwrap();
    assert_eq!(issued.len(), RESULTS);
    assert_eq!(bureau.office().case(proposed.case).unwrap().row.state, CaseState::Recorded);
    assert_eq!(bureau.office().waiting().unwrap(), 0);
    let error = approve(bureau.office(), proposed).unwrap_err();
    assert!(matches!(case_fault(*error), CaseFault::Closed { .. }));
    bureau.audit();
}

#[test]
fn a_batch_whose_results_were_issued_meanwhile_is_refused() {
    let mut bureau = Bureau::new();
    let proposed = propose_batch(&mut bureau);
    assert_eq!(bureau.issue().len(), RESULTS);
    let fault = case_fault(*approve(bureau.office(), proposed).unwrap_err());
    assert_eq!(fault.code(), "draft_stale");
    assert_eq!(bureau.office().case(proposed.case).unwrap().row.state, CaseState::Proposed);
    bureau.audit();
}

#[test]
fn a_corrected_document_supersedes_the_one_before_and_keeps_number_and_title() {
    let mut bureau = Bureau::having_issued(1);
    let order = correction(&mut bureau, "更名者");
    let title = order.title;
    let proposed = bureau.office().propose_reissue(order, &key("staff-1.key")).unwrap();
    let issued = approve(bureau.office(), proposed).unwrap();
    let records = Records::of(&bureau.dir());
    let (first, second) = (records.certificate(title), records.certificate(issued[0]));
    let (first_claims, claims) = (first.unverified_claims(), second.unverified_claims());
    assert_eq!(claims.number, first_claims.number);
    assert_eq!((claims.title, claims.holder_name.as_str()), (Some(title), "更名者"));
    assert_eq!(claims.masked_id, first_claims.masked_id);

    let stranger = Stranger::of(&bureau.dir(), bureau.clock.now());
    let old = stranger.outcome(&qr_text(first.as_bytes(), title)).unwrap();
    let new = stranger.outcome(&qr_text(second.as_bytes(), issued[0])).unwrap();
    assert_eq!((old.0, new.0), (Outcome::Superseded, Outcome::Valid));
    assert_eq!(bureau.office().registry().by_number(&claims.number).unwrap(), [title, issued[0]]);
    bureau.audit();
}

#[test]
fn a_reissue_that_corrects_nothing_or_comes_too_late_is_refused() {
    let mut bureau = Bureau::having_issued(1);
    let order = correction(&mut bureau, &lists::holder_name(0));
    let fault = bureau.office().propose_reissue(order.clone(), &key("staff-1.key")).unwrap_err();
    assert_eq!(case_fault(fault), CaseFault::NothingCorrected);
    let nothing = ReissueOrder { corrections: Corrections::default(), ..order };
    let fault = bureau.office().propose_reissue(nothing, &key("staff-1.key")).unwrap_err();
    assert_eq!(case_fault(fault), CaseFault::NothingCorrected);

    let mut propose = |name| {
        let order = correction(&mut bureau, name);
        bureau.office().propose_reissue(order, &key("staff-1.key")).unwrap()
    };
    let (one, other) = (propose("更名甲"), propose("更名乙"));
    approve(bureau.office(), one).unwrap();
    let fault = case_fault(*approve(bureau.office(), other).unwrap_err());
    assert_eq!(fault.code(), "draft_stale");
    bureau.audit();
}

#[test]
fn a_reissue_without_reasons_or_with_more_than_fits_is_refused_before_it_is_journalled() {
    let mut bureau = Bureau::having_issued(1);
    let order = correction(&mut bureau, "更名者");
    let lines = Records::of(&bureau.dir()).journal().len();
    let document = Text::new("一份决定").unwrap();
    for (order, code) in [
        (ReissueOrder { reasons: " ".to_owned(), ..order.clone() }, "field_missing"),
        // What cannot be read back would keep every erasure waiting.
        (ReissueOrder { reasons: "长".repeat(4000), ..order.clone() }, "field_too_long"),
        (ReissueOrder { document, ..order.clone() }, "document_malformed"),
    ] {
        let refused = bureau.office().propose_reissue(order, &key("staff-1.key")).unwrap_err();
        let fault = case_fault(refused);
        assert_eq!((fault.code(), fault.clause()), (code, Some("三(二)")), "{fault}");
    }
    assert_eq!(Records::of(&bureau.dir()).journal().len(), lines);
    bureau.audit();
}

#[test]
fn a_revocation_is_recorded_under_the_holders_corrected_number_and_a_court_takes_it_away() {
    let mut bureau = Bureau::having_issued(1);
    let right = lists::identity_number(7);
    let wrong = lists::identity_number(0);
    let order = correction(&mut bureau, "某人");
    let title = order.title;
    let document_number = Some(Text::new(&right).unwrap());
    let corrections = Corrections { document_number, ..Corrections::default() };
    let order = ReissueOrder { corrections, ..order };
    let proposed = bureau.office().propose_reissue(order, &key("staff-1.key")).unwrap();
    approve(bureau.office(), proposed).unwrap();
    bureau.decide(CaseKind::RevokeTitle, vec![title]).unwrap();
    let mut entries = |number: &str| {
        let number = Text::new(number).unwrap();
        let subject = (SubjectKind::Applicant, &number);
        bureau.office().archive_look_up(&Asker::Staff, subject, Expired::Hidden).unwrap().len()
    };
    assert_eq!((entries(&right), entries(&wrong)), (1, 0));
    bureau.decide(CaseKind::RestoreTitle, vec![title]).unwrap();
    let number = Text::new(&right).unwrap();
    let subject = (SubjectKind::Applicant, &number);
    let left = bureau.office().archive_look_up(&Asker::Staff, subject, Expired::Hidden).unwrap();
    assert_eq!(left, []);
    bureau.audit();
}

/// Approves what is not approved yet; in between there is nothing.
fn finish(office: &mut Office, proposed: Proposed, moment: &Moment) {
    match office.case(proposed.case).unwrap().row.state {
        CaseState::Proposed => {
            approve(office, proposed).unwrap_or_else(|error| panic!("{moment:?}: {error}"));
        }
        CaseState::Recorded => {}
        state => panic!("{moment:?}: {state:?}"),
    }
}

#[test]
fn killed_while_a_batch_is_approved_every_result_is_issued_once() {
    if !can_kill() {
        return;
    }
    let mut bureau = Bureau::new();
    let proposed = propose_batch(&mut bureau);
    let scene = Scene::of(&mut bureau);
    let command = approve_case(scene.dir(), &bureau.clock, proposed);
    scene.survives(&command, 20, |mut office, moment| {
        finish(&mut office, proposed, moment);
        let states = office.registry().results().unwrap().into_iter().map(|(_, state)| state);
        assert_eq!(states.collect::<Vec<_>>(), [ResultState::Issued; RESULTS], "{moment:?}");
        assert_eq!(office.registry().certificate_numbers().unwrap().len(), RESULTS, "{moment:?}");
        assert_eq!(Records::of(scene.dir()).issuances().len(), RESULTS, "{moment:?}");
    });
}

#[test]
fn killed_while_a_reissue_is_approved_it_is_on_record_once() {
    if !can_kill() {
        return;
    }
    let mut bureau = Bureau::having_issued(1);
    let order = correction(&mut bureau, "更名者");
    let proposed = bureau.office().propose_reissue(order, &key("staff-1.key")).unwrap();
    let scene = Scene::of(&mut bureau);
    let command = approve_case(scene.dir(), &bureau.clock, proposed);
    scene.survives(&command, 20, |mut office, moment| {
        finish(&mut office, proposed, moment);
        assert_eq!(Records::of(scene.dir()).issuances().len(), 2, "{moment:?}");
    });
}

#[test]
fn the_command_line_issues_a_batch_and_a_correction_with_two_persons() {
    let mut bureau = Bureau::new();
    bureau.import(lists::synthetic(0, 2).as_bytes());
    bureau.close();
    let issuer = |words: &[&str]| run(issuer_in(&bureau.dir(), &bureau.clock, words).arg("--json"));
    let (one, two) = (format!("{EXAMPLE_KEYS}/staff-1.key"), format!("{EXAMPLE_KEYS}/staff-2.key"));
    let approve = |proposed: serde_json::Value| {
        let case = proposed["case"].to_string();
        let draft = proposed["draft"].as_str().unwrap_or_else(|| panic!("{proposed}"));
        issuer(&["case", "approve", &case, "--draft", draft, "--approver", &two])
            .expect_code(0)
            .json()
    };
    let proposed = issuer(&["case", "propose", "issue", "--proposer", &one]).expect_code(0).json();
    assert_eq!(approve(proposed)["issued"].as_array().unwrap().len(), 2);
    let index = *Records::of(&bureau.dir()).issuances().keys().next().unwrap();
    let certificate = Records::of(&bureau.dir()).certificate(index);
    let number = certificate.unverified_claims().number.to_string();
    let words = ["case", "propose", "reissue", "--number", &number, "--name", "更名者"];
    let more =
        ["--document", "渝州职改〔2026〕1号", "--decided-on", "2026-07-10", "--reasons", "x"];
    let proposed = issuer(&[&words[..], &more, &["--proposer", &one]].concat()).expect_code(0);
    assert_eq!(approve(proposed.json())["issued"].as_array().unwrap().len(), 1);
    bureau.audit();
}
