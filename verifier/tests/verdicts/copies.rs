//! Purpose-bound copies.

use ledger::{
    status::Status,
    test_kit::{Bureau, Issued, Seat, at, day},
};
use verifier::verdict::{Fact, Outcome, Reason, Verdict};

use crate::support::{Answer, answer_of, because, evidence, judged, report};

fn one_issued() -> (Bureau, Issued) {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Bureau::claims(1));
    (bureau, issued)
}

fn with_copy(bureau: &Bureau, issued: &Issued, copy: Vec<u8>) -> Verdict {
    report(bureau, issued.qr_text_with_copy(copy)).verdict
}

fn good_copy(issued: &Issued) -> Vec<u8> {
    Bureau::copy_by(Seat::Copies, &issued.certificate, day("2026-03-31"))
}

fn wrong() -> Answer {
    because(Outcome::Superseded, Reason::CopyWrong)
}

#[test]
fn a_good_copy_is_valid_and_says_for_whom_and_for_what() {
    let (bureau, issued) = one_issued();
    let verdict = with_copy(&bureau, &issued, good_copy(&issued));
    assert_eq!(answer_of(&verdict), (Outcome::Valid, None));
    assert!(verdict.established.contains(&Fact::Copy));
    let terms = verdict.copy.unwrap();
    assert_eq!(
        (terms.purpose.as_str(), terms.recipient.as_str()),
        ("投标资格审查", "某招标代理机构")
    );
}

#[test]
fn a_copy_is_good_to_the_end_of_its_last_day_and_then_expired() {
    let (mut bureau, issued) = one_issued();
    let copy = good_copy(&issued);
    bureau.now = at("2026-03-31", 24 * 60 - 1);
    bureau.heartbeat();
    assert_eq!(with_copy(&bureau, &issued, copy.clone()).outcome, Outcome::Valid);
    bureau.now = at("2026-04-01", 0);
    let verdict = with_copy(&bureau, &issued, copy);
    let expired = Reason::CopyExpired { expired_on: day("2026-03-31") };
    assert_eq!(answer_of(&verdict), because(Outcome::Superseded, expired));
    assert!(verdict.established.contains(&Fact::TitleStatus));
    assert!(!verdict.established.contains(&Fact::Copy));
}

#[test]
fn a_copy_of_another_certificate_is_wrong() {
    let (mut bureau, issued) = one_issued();
    let other = bureau.issue(Bureau::claims(2));
    let verdict = with_copy(&bureau, &issued, good_copy(&other));
    assert_eq!(answer_of(&verdict), wrong());
}

#[test]
fn a_copy_by_an_authority_of_another_role_is_wrong() {
    let (bureau, issued) = one_issued();
    for seat in [Seat::Committee, Seat::Decide] {
        let copy = Bureau::copy_by(seat, &issued.certificate, day("2026-03-31"));
        assert_eq!(answer_of(&with_copy(&bureau, &issued, copy)), wrong(), "{seat:?}");
    }
}

#[test]
fn a_copy_with_a_flipped_bit_is_wrong() {
    let (bureau, issued) = one_issued();
    let mut copy = good_copy(&issued);
    let last = copy.len() - 1;
    copy[last] ^= 1;
    assert_eq!(answer_of(&with_copy(&bureau, &issued, copy)), wrong());
}

#[test]
fn a_copy_by_a_cancelled_authority_is_wrong() {
    let (mut bureau, issued) = one_issued();
    bureau.decide(Seat::Copies.index(), Status::Revoked);
    assert_eq!(answer_of(&with_copy(&bureau, &issued, good_copy(&issued))), wrong());
}

#[test]
fn a_copy_that_cannot_be_checked_is_neither_good_nor_bad() {
    let (bureau, issued) = one_issued();
    let text = issued.qr_text_with_copy(good_copy(&issued));
    let receipt = report(&bureau, text).receipt;
    let mut evidence = ledger::evidence::Evidence::decode(&receipt).unwrap();
    evidence.copy.as_mut().unwrap().authority = None;
    let expected = because(Outcome::CannotDetermine, Reason::CopyUnavailable);
    assert_eq!(answer_of(&judged(&bureau, &evidence)), expected);
}

#[test]
fn a_copy_does_not_hide_that_the_title_was_revoked() {
    let (mut bureau, issued) = one_issued();
    bureau.decide(issued.index, Status::Revoked);
    let verdict = with_copy(&bureau, &issued, good_copy(&issued));
    assert_eq!(verdict.outcome, Outcome::Revoked);
}

#[test]
fn a_certificate_without_a_copy_is_not_told_that_it_has_none() {
    let (bureau, issued) = one_issued();
    let verdict = judged(&bureau, &evidence(&bureau, &issued));
    assert!(!verdict.not_established.contains(&Fact::Copy));
}
