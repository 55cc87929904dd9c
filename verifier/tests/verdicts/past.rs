//! Questions about the past, and receipts that are judged years later.

use ledger::{
    evidence::Evidence,
    status::Status,
    test_kit::{Bureau, Issued, at, day},
    time::Date,
};
use verifier::{
    check::{Input, Report},
    verdict::{Findings, Outcome, Question, Reason, judge},
};

use crate::support::{answer_of, because, checker, evidence, judged, report, report_as_of};

/// Issued on 20 March, revoked on 10 April, restored on 5 May; it is 20 May. A head each midnight.
fn a_history() -> (Bureau, Issued) {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Bureau::claims(1));
    let pass_until = |bureau: &mut Bureau, date: &str| {
        while bureau.now < at(date, 0) {
            bureau.now = bureau.now.saturating_add(86_400_000).min(at(date, 0));
            bureau.heartbeat();
        }
    };
    for (date, status) in [("2026-04-10", Status::Revoked), ("2026-05-05", Status::Valid)] {
        pass_until(&mut bureau, date);
        bureau.decide(issued.index, status);
    }
    pass_until(&mut bureau, "2026-05-20");
    (bureau, issued)
}

fn as_of(bureau: &Bureau, issued: &Issued, date: &str) -> Report {
    report_as_of(bureau, issued, day(date))
}

#[test]
fn before_the_issuance_it_was_not_on_record() {
    let mut bureau = Bureau::new();
    bureau.now = at("2026-03-25", 0);
    let issued = bureau.issue(Bureau::claims(1));
    let report = as_of(&bureau, &issued, "2026-03-20");
    let asked = day("2026-03-20");
    let expected = because(Outcome::NotOnRecord, Reason::RecordedLater { asked });
    assert_eq!(answer_of(&report.verdict), expected);
    assert_eq!(report.later, Some(Outcome::Valid));
}

#[test]
fn each_day_has_the_answer_of_its_last_head() {
    let (bureau, issued) = a_history();
    for (date, outcome, later) in [
        ("2026-03-20", Outcome::Valid, None),
        ("2026-04-09", Outcome::Valid, None),
        ("2026-04-10", Outcome::Revoked, Some(Outcome::Valid)),
        ("2026-05-04", Outcome::Revoked, Some(Outcome::Valid)),
        ("2026-05-05", Outcome::Valid, None),
        ("2026-05-20", Outcome::Valid, None),
    ] {
        let report = as_of(&bureau, &issued, date);
        assert_eq!((report.verdict.outcome, report.later), (outcome, later), "{date}");
        let time = report.verdict.as_of.unwrap().time;
        assert!(time <= day(date).beijing_end(), "{date}: {time}");
    }
}

#[test]
fn before_the_log_began_nothing_can_be_determined() {
    let (bureau, issued) = a_history();
    let report = as_of(&bureau, &issued, "2026-03-19");
    let (asked, time) = (day("2026-03-19"), bureau.now);
    let reason = Some(Reason::NoHeadByThen { asked, time });
    assert_eq!((report.verdict.outcome, report.verdict.reason), (Outcome::CannotDetermine, reason));
}

#[test]
fn a_day_on_which_no_head_was_published_in_time_is_not_answered() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Bureau::claims(1));
    bureau.now = at("2026-04-10", 0);
    bureau.heartbeat();
    let report = as_of(&bureau, &issued, "2026-03-25");
    assert!(
        matches!(report.verdict.reason, Some(Reason::Stale { .. })),
        "{:?}",
        report.verdict.reason
    );
    assert_eq!(report.verdict.last_known, Some(Outcome::Valid));
}

#[test]
fn today_asked_as_a_date_is_answered_by_the_newest_head() {
    let (bureau, issued) = a_history();
    let report = as_of(&bureau, &issued, "2026-05-20");
    let time = report.verdict.as_of.unwrap().time;
    assert_eq!(time, bureau.now);
}

fn judged_as_of(bureau: &Bureau, evidence: &Evidence, date: Date) -> (Outcome, Option<Reason>) {
    let question = Question::AsOf { date, now: bureau.now };
    answer_of(&judge(evidence, &Findings::NONE, &bureau.trust(), question))
}

#[test]
fn a_receipt_says_the_same_years_later_about_its_own_day() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Bureau::claims(1));
    let kept = evidence(&bureau, &issued);
    bureau.now = at("2031-03-20", 0);
    assert_eq!(judged_as_of(&bureau, &kept, day("2026-03-20")), (Outcome::Valid, None));
    let verdict = judged(&bureau, &kept);
    assert_eq!(
        (verdict.outcome, verdict.last_known),
        (Outcome::CannotDetermine, Some(Outcome::Valid))
    );
    // Of a day much later it knows nothing.
    let (outcome, reason) = judged_as_of(&bureau, &kept, day("2026-04-20"));
    assert!(matches!((outcome, reason), (Outcome::CannotDetermine, Some(Reason::Stale { .. }))));
    // Of the day before its head neither.
    let asked = day("2026-03-19");
    let before = judged_as_of(&bureau, &kept, asked);
    let time = verdict.as_of.unwrap().time;
    assert_eq!(before, because(Outcome::CannotDetermine, Reason::NoHeadByThen { asked, time }));
}

#[test]
fn a_receipt_of_a_past_day_holds_what_was_asked_and_can_be_judged_alone() {
    let (bureau, issued) = a_history();
    let report = as_of(&bureau, &issued, "2026-04-20");
    let kept = Evidence::decode(&report.receipt).unwrap();
    let again = judged_as_of(&bureau, &kept, day("2026-04-20"));
    assert_eq!(again, because(Outcome::Revoked, Reason::Decision));
}

#[test]
fn a_fresh_receipt_is_not_called_valid_when_the_log_at_hand_says_otherwise() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Bureau::claims(1));
    let kept = report(&bureau, issued.qr_text()).receipt;
    bureau.decide(issued.index, Status::Revoked);
    let report = checker(&bureau).check_now(&Input::Receipt(kept)).unwrap();
    assert_eq!(report.verdict.outcome, Outcome::Revoked);
}

#[test]
fn a_receipt_of_the_morning_does_not_answer_for_the_evening_when_the_log_is_at_hand() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Bureau::claims(1));
    let morning = report(&bureau, issued.qr_text()).receipt;
    bureau.now = at("2026-03-20", 15 * 60);
    bureau.decide(issued.index, Status::Revoked);
    bureau.now = at("2026-05-01", 0);
    bureau.heartbeat();
    let asked = day("2026-03-20");
    let report = checker(&bureau).check_as_of(&Input::Receipt(morning), asked).unwrap();
    assert_eq!(report.verdict.outcome, Outcome::Revoked);
}
