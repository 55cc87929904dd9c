//! Step 4: the authority's scope, dates and standing at the certificate's place.

use ledger::{
    certificate::{Claims, Level, Series},
    rules::SignerFault,
    status::Status,
    test_kit::{Bureau, Issued, Seat, at, day},
    time::{Date, PartialDate},
};
use verifier::verdict::{Fact, Outcome, Reason};

use crate::support::{Answer, answer, because, verdict};

fn refused(fault: SignerFault) -> Answer {
    because(Outcome::NotOnRecord, Reason::Signer(fault))
}

fn reviewed_on(date: &str, serial: u32) -> Claims {
    let review = day(date);
    let (obtained_on, review_date) = (PartialDate::Day(review), Some(review));
    Claims { obtained_on, review_date, ..Bureau::claims(serial) }
}

#[test]
fn a_series_or_a_level_out_of_the_committees_scope_is_refused() {
    let mut bureau = Bureau::new();
    let economics = Series::new(19).unwrap();
    for (series, level) in
        [(economics, Level::SeniorFull), (Series::new(5).unwrap(), Level::Intermediate)]
    {
        let issued = bureau.issue(Claims { series, level, ..Bureau::claims(1) });
        assert_eq!(answer(&bureau, &issued), refused(SignerFault::OutOfScope { series, level }));
    }
}

#[test]
fn the_signature_and_the_record_of_an_out_of_scope_certificate_are_established_all_the_same() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Claims { level: Level::Assistant, ..Bureau::claims(1) });
    let verdict = verdict(&bureau, &issued);
    let established = verdict.established;
    assert!(established.contains(&Fact::Signature) && established.contains(&Fact::OnRecord));
    assert!(verdict.not_established.contains(&Fact::WithinFiling));
}

#[test]
fn a_review_outside_the_filing_is_refused_on_the_day_before_and_the_day_after() {
    let mut bureau = Bureau::new();
    bureau.now = at("2027-06-10", 0);
    let (from, until) = (day("2024-06-01"), day("2027-05-31"));
    for date in ["2024-06-01", "2027-05-31"] {
        let issued = bureau.issue(reviewed_on(date, 1));
        assert_eq!(answer(&bureau, &issued), (Outcome::Valid, None), "{date}");
    }
    for date in ["2024-05-31", "2027-06-01"] {
        let issued = bureau.issue(reviewed_on(date, 2));
        let review = day(date);
        let fault = SignerFault::OutsideFiling { review, from, until };
        assert_eq!(answer(&bureau, &issued), refused(fault));
    }
}

#[test]
fn a_committees_certificate_without_a_review_date_is_refused() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Claims {
        obtained_on: PartialDate::Year { year: 2026 },
        review_date: None,
        ..Bureau::claims(1)
    });
    assert_eq!(answer(&bureau, &issued), refused(SignerFault::NoReviewDate));
}

#[test]
fn the_bureaus_own_authority_is_bound_by_no_scope_and_no_review_date() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Claims {
        authority: Seat::Bureau.index(),
        series: Series::new(19).unwrap(),
        level: Level::Technician,
        obtained_on: PartialDate::Year { year: 1987 },
        review_date: None,
        ..Bureau::claims(1)
    });
    assert_eq!(answer(&bureau, &issued), (Outcome::Valid, None));
}

#[test]
fn a_certificate_on_record_after_the_authoritys_validity_is_refused() {
    let mut bureau = Bureau::new();
    bureau.now = at("2028-01-05", 0);
    let claims = Claims { authority: Seat::OtherCommittee.index(), ..Bureau::claims(1) };
    let issued = bureau.issue_false(Seat::OtherCommittee, claims, |entry| entry);
    let fault = SignerFault::OutsideValidity {
        time: bureau.now,
        from: day("2025-01-01").beijing_start(),
        until: day("2027-12-31").beijing_end(),
    };
    assert_eq!(answer(&bureau, &issued), refused(fault));
}

#[test]
fn a_reissue_by_a_committee_is_refused() {
    let mut bureau = Bureau::new();
    let first = bureau.issue(Bureau::claims(1));
    let claims = Claims { title: Some(first.index), ..Bureau::claims(2) };
    let issued = bureau.issue_false(Seat::Committee, claims, |entry| entry);
    assert_eq!(answer(&bureau, &issued), refused(SignerFault::ReissueByCommittee));
}

fn suspend(bureau: &mut Bureau, status: Status, date: Date) {
    bureau.decide_with(Seat::Committee.index(), status, date, None);
}

#[test]
fn a_review_during_a_suspension_is_refused_by_the_place_in_the_log() {
    let mut bureau = Bureau::new();
    let before = bureau.issue(reviewed_on("2026-03-10", 1));
    suspend(&mut bureau, Status::Suspended, day("2026-03-05"));
    // What stands before the decision stays good, whatever it claims.
    assert_eq!(answer(&bureau, &before), (Outcome::Valid, None));
    let during = bureau.issue(reviewed_on("2026-03-10", 2));
    let (review, from) = (day("2026-03-10"), day("2026-03-05"));
    assert_eq!(answer(&bureau, &during), refused(SignerFault::Suspended { review, from }));
    // A review before the suspension may be put on record during it.
    let earlier = bureau.issue(reviewed_on("2026-03-04", 3));
    assert_eq!(answer(&bureau, &earlier), (Outcome::Valid, None));
}

#[test]
fn a_review_after_the_end_of_a_suspension_is_good_and_one_within_it_stays_refused() {
    let mut bureau = Bureau::new();
    suspend(&mut bureau, Status::Suspended, day("2026-03-05"));
    suspend(&mut bureau, Status::Valid, day("2026-03-15"));
    let within = bureau.issue(reviewed_on("2026-03-14", 1));
    let (review, from) = (day("2026-03-14"), day("2026-03-05"));
    assert_eq!(answer(&bureau, &within), refused(SignerFault::Suspended { review, from }));
    let after = bureau.issue(reviewed_on("2026-03-15", 2));
    assert_eq!(answer(&bureau, &after), (Outcome::Valid, None));
}

#[test]
fn certificates_before_a_cancellation_stay_good_and_later_ones_are_refused() {
    let mut bureau = Bureau::new();
    let before = bureau.issue(Bureau::claims(1));
    let event = bureau.decide(Seat::Committee.index(), Status::Revoked);
    assert_eq!(answer(&bureau, &before), (Outcome::Valid, None));
    let after = bureau.issue_false(Seat::Committee, Bureau::claims(2), |entry| entry);
    let fault = SignerFault::Cancelled { last: event, index: after.index };
    assert_eq!(answer(&bureau, &after), refused(fault));
}

#[test]
fn a_compromised_key_is_cut_off_after_its_last_good_entry() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue_all((0..4).map(Bureau::claims).collect());
    let last = issued[1].index;
    let today = bureau.now.beijing_date();
    bureau.decide_with(Seat::Committee.index(), Status::Revoked, today, Some(last));
    let answers: Vec<_> = issued.iter().map(|issued| answer(&bureau, issued)).collect();
    let refused = |at: &Issued| refused(SignerFault::Cancelled { last, index: at.index });
    let good = (Outcome::Valid, None);
    assert_eq!(answers, [good.clone(), good, refused(&issued[2]), refused(&issued[3])]);
}
