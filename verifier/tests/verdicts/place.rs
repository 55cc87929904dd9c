//! Step 3: the place in the log.

use ledger::{
    certificate::Claims,
    entry::Issuance,
    evidence::Evidence,
    test_kit::{Bureau, Seat, day, index},
};
use verifier::{
    check::Input,
    clock::FixedClock,
    gather::SearchLimit,
    log_checker::LogChecker,
    verdict::{Fact, Outcome, Reason},
};

use crate::support::{
    answer, answer_of, because, checker, evidence, judged, report, unrecorded, verdict,
};

#[test]
fn a_wrong_hint_of_a_recorded_certificate_is_found_all_the_same() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue_all((0..300).map(Bureau::claims).collect());
    for hint in [0, 6, 299] {
        let verdict = report(&bureau, issued[270].qr_text_with_hint(hint)).verdict;
        assert_eq!(answer_of(&verdict), (Outcome::Valid, None), "{hint}");
        assert_eq!(verdict.index, Some(issued[270].index), "{hint}");
    }
}

#[test]
fn a_signed_certificate_that_is_nowhere_in_the_log_is_not_recorded() {
    let mut bureau = Bureau::new();
    let other = bureau.issue(Bureau::claims(1));
    // The hint points at a genuine leaf, of another certificate.
    let stray = unrecorded(Bureau::claims(2), other.index);
    let verdict = verdict(&bureau, &stray);
    assert_eq!(answer_of(&verdict), because(Outcome::NotOnRecord, Reason::NotRecorded));
    assert!(verdict.established.contains(&Fact::Signature));
    assert!(!verdict.established.contains(&Fact::OnRecord));
}

#[test]
fn absence_is_never_carried_in_a_receipt() {
    let mut bureau = Bureau::new();
    let other = bureau.issue(Bureau::claims(1));
    let stray = unrecorded(Bureau::claims(2), other.index);
    let receipt = report(&bureau, stray.qr_text()).receipt;
    let evidence = Evidence::decode(&receipt).unwrap();
    let expected = because(Outcome::CannotDetermine, Reason::PlaceUnavailable);
    assert_eq!(answer_of(&judged(&bureau, &evidence)), expected);
}

#[test]
fn a_log_read_in_part_proves_no_absence() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue_all((0..20).map(Bureau::claims).collect());
    let limit = SearchLimit::entries(10);
    let clock = FixedClock(bureau.now);
    let checker = LogChecker::new(bureau.trust(), bureau.files(), clock, limit);
    let text = Input::QrText(issued[15].qr_text_with_hint(0));
    let verdict = checker.check_now(&text).unwrap().verdict;
    let expected = because(Outcome::CannotDetermine, Reason::PlaceUnavailable);
    assert_eq!(answer_of(&verdict), expected);
}

#[test]
fn a_genuine_place_of_another_certificate_proves_nothing() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue_all(vec![Bureau::claims(1), Bureau::claims(2)]);
    let mut mixed = evidence(&bureau, &issued[0]);
    mixed.place = evidence(&bureau, &issued[1]).place;
    let expected = because(Outcome::CannotDetermine, Reason::PlaceUnavailable);
    assert_eq!(answer_of(&judged(&bureau, &mixed)), expected);
}

#[test]
fn an_entry_that_names_another_authority_than_the_certificate_is_not_its_record() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue_false(Seat::Committee, Bureau::claims(1), |entry| Issuance {
        authority: Seat::OtherCommittee.index(),
        ..entry
    });
    assert_eq!(answer(&bureau, &issued), because(Outcome::NotOnRecord, Reason::EntryDiffers));
}

#[test]
fn an_entry_that_names_another_title_than_the_certificate_is_not_its_record() {
    let mut bureau = Bureau::new();
    let first = bureau.issue(Bureau::claims(1));
    let issued = bureau.issue_false(Seat::Committee, Bureau::claims(2), |entry| Issuance {
        title: Some(first.index),
        ..entry
    });
    assert_eq!(answer(&bureau, &issued), because(Outcome::NotOnRecord, Reason::EntryDiffers));
}

#[test]
fn the_log_time_is_that_of_the_first_head_after_the_entry() {
    let mut bureau = Bureau::new();
    let recorded = bureau.now;
    let issued = bureau.issue_all((0..3).map(Bureau::claims).collect());
    for _ in 0..3 {
        bureau.now = bureau.now.saturating_add(600_000);
        bureau.heartbeat();
    }
    assert_eq!(verdict(&bureau, &issued[1]).on_record_since, Some(recorded));
}

#[test]
fn a_later_head_is_not_taken_for_the_log_time() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Bureau::claims(1));
    bureau.heartbeat();
    let later = bureau.head().index.get();
    bureau.heartbeat();
    let mut evidence = evidence(&bureau, &issued);
    evidence.place.as_mut().unwrap().log_time = Some(bureau.tree().prove(later));
    let expected = because(Outcome::CannotDetermine, Reason::HeadWrong);
    assert_eq!(answer_of(&judged(&bureau, &evidence)), expected);
}

#[test]
fn a_certificate_dated_later_than_it_was_on_record_is_refused() {
    let mut bureau = Bureau::new();
    let recorded_on = bureau.now.beijing_date();
    let claims = |text| Claims { issued_on: day(text), ..Bureau::claims(1) };
    let issued = bureau.issue(claims("2026-03-20"));
    assert_eq!(answer(&bureau, &issued), (Outcome::Valid, None));
    let issued = bureau.issue(claims("2026-03-21"));
    let fault = ledger::rules::SignerFault::IssuedAfterRecorded {
        issued_on: day("2026-03-21"),
        recorded_on,
    };
    assert_eq!(answer(&bureau, &issued), because(Outcome::NotOnRecord, Reason::Signer(fault)));
}

#[test]
fn one_checker_finds_certificates_of_all_batches() {
    let mut bureau = Bureau::new();
    let mut issued = Vec::new();
    for batch in 0..4 {
        issued
            .extend(bureau.issue_all((0..120).map(|n| Bureau::claims(batch * 1000 + n)).collect()));
        bureau.heartbeat();
    }
    let checker = checker(&bureau);
    for (number, certificate) in issued.iter().enumerate().rev().step_by(17) {
        let report = checker.check_now(&Input::QrText(certificate.qr_text())).unwrap();
        assert_eq!(report.verdict.outcome, Outcome::Valid, "{number}");
        assert_eq!(report.verdict.index, Some(certificate.index));
    }
    let nowhere = unrecorded(Bureau::claims(9999), index(7));
    let report = checker.check_now(&Input::QrText(nowhere.qr_text())).unwrap();
    assert_eq!(report.verdict.outcome, Outcome::NotOnRecord);
}
