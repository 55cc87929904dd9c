//! Steps 5 to 7: decisions, reissues, and `valid`.

use ledger::{
    evidence::Evidence,
    status::{Status, StatusProof},
    test_kit::{Bureau, Seat, day},
};
use verifier::verdict::{Fact, Outcome, Reason};

use crate::support::{answer, answer_of, because, evidence, judged, verdict};

#[test]
fn a_valid_certificate_establishes_everything_but_who_presents_it() {
    let mut bureau = Bureau::with_witnesses(1, 1);
    let issued = bureau.issue(Bureau::claims(1));
    let verdict = verdict(&bureau, &issued);
    assert_eq!(answer_of(&verdict), (Outcome::Valid, None));
    assert_eq!(verdict.claims.as_deref(), Some(&issued.claims));
    assert_eq!(verdict.not_established, [Fact::Presenter]);
    let as_of = verdict.as_of.unwrap();
    assert_eq!((as_of.time, as_of.checkpoint_size), (bureau.now, bureau.size()));
}

#[test]
fn each_decision_on_a_title_has_its_own_verdict() {
    for (status, outcome) in [
        (Status::Revoked, Outcome::Revoked),
        (Status::NotRecognised, Outcome::NotRecognised),
        (Status::CancelledError, Outcome::CancelledError),
    ] {
        let mut bureau = Bureau::new();
        let issued = bureau.issue_all((0..5).map(Bureau::claims).collect());
        let event = bureau.decide(issued[2].index, status);
        let found = verdict(&bureau, &issued[2]);
        assert_eq!(answer_of(&found), because(outcome, Reason::Decision));
        assert_eq!(found.event, Some(event));
        for other in [0, 1, 3, 4] {
            assert_eq!(answer(&bureau, &issued[other]), (Outcome::Valid, None), "{other}");
        }
    }
}

#[test]
fn a_restored_title_is_valid_again() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Bureau::claims(1));
    bureau.decide(issued.index, Status::Revoked);
    bureau.decide(issued.index, Status::Valid);
    assert_eq!(answer(&bureau, &issued), (Outcome::Valid, None));
}

#[test]
fn a_reissued_document_leads_step_by_step_to_the_newest() {
    let mut bureau = Bureau::new();
    let first = bureau.issue(Bureau::claims(1));
    let second = bureau.reissue(&first);
    let third = bureau.reissue(&second);
    for (document, next) in [(&first, &second), (&second, &third)] {
        let verdict = verdict(&bureau, document);
        assert_eq!(answer_of(&verdict), because(Outcome::Superseded, Reason::Reissued));
        assert_eq!(verdict.superseded_by, Some(next.index));
        assert!(verdict.established.contains(&Fact::TitleStatus));
        assert!(!verdict.established.contains(&Fact::CurrentDocument));
    }
    assert_eq!(answer(&bureau, &third), (Outcome::Valid, None));
}

#[test]
fn a_decision_on_a_title_hits_every_document_of_it() {
    let mut bureau = Bureau::new();
    let first = bureau.issue(Bureau::claims(1));
    let second = bureau.reissue(&first);
    bureau.decide(first.index, Status::Revoked);
    for document in [&first, &second] {
        assert_eq!(answer(&bureau, document), because(Outcome::Revoked, Reason::Decision));
    }
    bureau.decide(first.index, Status::Valid);
    assert_eq!(answer(&bureau, &first), because(Outcome::Superseded, Reason::Reissued));
    assert_eq!(answer(&bureau, &second), (Outcome::Valid, None));
}

#[test]
fn a_reissued_documents_status_cannot_be_shown_without_its_titles() {
    let mut bureau = Bureau::new();
    let first = bureau.issue(Bureau::claims(1));
    let second = bureau.reissue(&first);
    bureau.decide(first.index, Status::Revoked);
    let mut evidence = evidence(&bureau, &second);
    let title = evidence.place.as_mut().unwrap().title.take();
    assert!(matches!(title, Some(StatusProof::Listed(_))));
    let unproved = because(Outcome::CannotDetermine, Reason::StatusUnproved);
    assert_eq!(answer_of(&judged(&bureau, &evidence)), unproved);
    // The document's own standing is not its title's.
    let place = evidence.place.as_mut().unwrap();
    place.title = Some(place.document.clone());
    assert_eq!(answer_of(&judged(&bureau, &evidence)), unproved);
}

#[test]
fn an_old_status_proof_does_not_hold_under_a_new_head() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue_all((0..3).map(Bureau::claims).collect());
    bureau.decide(issued[0].index, Status::Revoked);
    let before = evidence(&bureau, &issued[1]);
    bureau.decide(issued[1].index, Status::Revoked);
    let mut after = evidence(&bureau, &issued[1]);
    after.place.as_mut().unwrap().document = before.place.unwrap().document;
    let unproved = because(Outcome::CannotDetermine, Reason::StatusUnproved);
    assert_eq!(answer_of(&judged(&bureau, &after)), unproved);
}

#[test]
fn a_status_that_no_title_can_have_is_no_ground() {
    for status in [Status::Suspended, Status::Superseded] {
        let mut bureau = Bureau::new();
        let issued = bureau.issue(Bureau::claims(1));
        let event = bureau.head().index;
        bureau.append_false(vec![], |list| {
            list.set(issued.index, status, event, day("2026-03-20"));
        });
        let unproved = because(Outcome::CannotDetermine, Reason::StatusUnproved);
        assert_eq!(answer(&bureau, &issued), unproved, "{status:?}");
    }
}

#[test]
fn an_authoritys_standing_must_be_proved_too() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Bureau::claims(1));
    let clean = evidence(&bureau, &issued);
    bureau.decide(Seat::Committee.index(), Status::Suspended);
    let now = evidence(&bureau, &issued);
    let mut authority = now.authority.clone().unwrap();
    authority.status = clean.authority.unwrap().status;
    let evidence = Evidence { authority: Some(authority), ..now };
    let unproved = because(Outcome::CannotDetermine, Reason::StatusUnproved);
    assert_eq!(answer_of(&judged(&bureau, &evidence)), unproved);
}
