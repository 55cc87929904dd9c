//! Which certificates an authority could sign where they stand.
#![expect(clippy::unwrap_used, reason = "tests may panic")]

use super::{SignerFault, accept_authority, check_signer};
use crate::{
    authority::{Role, VerifiedAuthority},
    certificate::{Claims, Level, Series, tests::sample_claims},
    position::LeafIndex,
    private_kit::{
        day, index,
        x509::{AuthoritySpec, authority_entry, bureau, committee, root},
    },
    status::{Exception, Status, Suspension, SuspensionEnd},
    time::UnixMillis,
};

fn authority(spec: &AuthoritySpec) -> VerifiedAuthority {
    accept_authority(&authority_entry(spec), &[root()]).unwrap()
}

fn by_committee(change: impl FnOnce(&mut Claims)) -> Result<(), SignerFault> {
    check(change, &committee(1), index(50), noon("2026-11-24"), None)
}

fn check(
    change: impl FnOnce(&mut Claims),
    spec: &AuthoritySpec,
    at: LeafIndex,
    time: UnixMillis,
    exception: Option<&Exception>,
) -> Result<(), SignerFault> {
    let mut claims = sample_claims();
    change(&mut claims);
    check_signer(&claims, at, time, &authority(spec), exception)
}

fn noon(date: &str) -> UnixMillis {
    day(date).beijing_start().saturating_add(12 * 3_600_000)
}

fn exception(status: Status, last_valid_index: Option<u64>) -> Exception {
    Exception {
        index: index(3),
        status,
        superseded_by: None,
        event: index(40),
        last_valid_index: last_valid_index.map(index),
        suspensions: Vec::new(),
    }
}

#[test]
fn a_committee_signs_within_its_scope_and_filing() {
    assert_eq!(by_committee(|_| ()), Ok(()));
    for date in ["2024-06-01", "2026-11-24"] {
        assert_eq!(by_committee(|claims| claims.review_date = Some(day(date))), Ok(()), "{date}");
    }
}

#[test]
fn other_series_and_levels_are_out_of_scope() {
    let series = Series::new(6).unwrap();
    let level = sample_claims().level;
    let fault = SignerFault::OutOfScope { series, level };
    assert_eq!(by_committee(|claims| claims.series = series), Err(fault));
    let (series, level) = (sample_claims().series, Level::Intermediate);
    let fault = SignerFault::OutOfScope { series, level };
    assert_eq!(by_committee(|claims| claims.level = level), Err(fault));
}

#[test]
fn a_review_outside_the_filing_or_without_a_date_does_not_count() {
    for date in ["2024-05-31", "2027-06-01"] {
        let found = by_committee(|claims| claims.review_date = Some(day(date)));
        assert!(matches!(found, Err(SignerFault::OutsideFiling { .. })), "{date}: {found:?}");
    }
    let found = by_committee(|claims| claims.review_date = None);
    assert_eq!(found, Err(SignerFault::NoReviewDate));
}

#[test]
fn a_certificate_is_not_issued_after_it_was_recorded() {
    let found = by_committee(|claims| claims.issued_on = day("2026-11-24"));
    assert_eq!(found, Ok(()));
    let issued_on = day("2026-11-25");
    let found = by_committee(|claims| claims.issued_on = issued_on);
    let fault = SignerFault::IssuedAfterRecorded { issued_on, recorded_on: day("2026-11-24") };
    assert_eq!(found, Err(fault));
}

#[test]
fn the_log_time_lies_within_the_certificates_validity() {
    let at = |time| check(|_| (), &committee(1), index(50), time, None);
    assert_eq!(at(day("2028-05-31").beijing_end()), Ok(()));
    let late = at(day("2028-06-01").beijing_start());
    assert!(matches!(late, Err(SignerFault::OutsideValidity { .. })), "{late:?}");
    let early = at(noon("2024-05-31"));
    assert!(matches!(early, Err(SignerFault::OutsideValidity { .. })), "{early:?}");
}

#[test]
fn a_cancellation_bites_by_position() {
    let cancelled = exception(Status::Revoked, None);
    let at = |at, exception| {
        check(|_| (), &committee(1), index(at), noon("2026-11-24"), Some(exception))
    };
    assert_eq!(at(39, &cancelled), Ok(()));
    let fault = SignerFault::Cancelled { last: index(40), index: index(41) };
    assert_eq!(at(41, &cancelled), Err(fault));
    let compromised = exception(Status::Revoked, Some(20));
    assert_eq!(at(20, &compromised), Ok(()));
    let fault = SignerFault::Cancelled { last: index(20), index: index(21) };
    assert_eq!(at(21, &compromised), Err(fault));
}

#[test]
fn a_suspension_covers_reviews_of_its_days_that_were_recorded_after_it() {
    let ended = Some(SuspensionEnd { event: index(45), until: day("2026-03-01") });
    let suspension = Suspension { event: index(40), from: day("2026-02-01"), ended };
    let suspended = Exception { suspensions: vec![suspension], ..exception(Status::Valid, None) };
    let at = |review: &str, place| {
        let change = |claims: &mut Claims| claims.review_date = Some(day(review));
        check(change, &committee(1), index(place), noon("2026-11-24"), Some(&suspended))
    };
    for (review, place) in [("2026-01-31", 50), ("2026-03-01", 50), ("2026-02-12", 39)] {
        assert_eq!(at(review, place), Ok(()), "{review} at {place}");
    }
    let (review, from) = (day("2026-02-12"), day("2026-02-01"));
    assert_eq!(at("2026-02-12", 50), Err(SignerFault::Suspended { review, from }));
}

#[test]
fn the_bureaus_own_authority_is_bound_by_neither_scope_nor_review_date() {
    let own = bureau(2, Role::Issue);
    let change = |claims: &mut Claims| {
        claims.series = Series::OTHER;
        claims.review_date = None;
        claims.title = Some(index(7));
    };
    assert_eq!(check(change, &own, index(50), noon("2026-11-24"), None), Ok(()));
}

#[test]
fn a_committee_does_not_reissue_and_other_roles_do_not_issue() {
    let found = by_committee(|claims| claims.title = Some(index(7)));
    assert_eq!(found, Err(SignerFault::ReissueByCommittee));
    for role in [Role::Decide, Role::CopyOnly] {
        let found = check(|_| (), &bureau(2, role), index(50), noon("2026-11-24"), None);
        assert_eq!(found, Err(SignerFault::Role { role }));
    }
}
