//! One gate at a time.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use jiff::civil::Date;

use super::{EligibleResult, GateSettings, Ineligible, check, check_bars};
use crate::approval::{Column, parse, parse_tests::row_with};
use crate::archive::{Bar, BarCounts};
use crate::calendar::{Calendar, YearTable};
use crate::catalogue::Catalogue;
use crate::committee::{self, Committees, ReviewCommittee, Suspension};

const COMMITTEES: &[u8] = include_bytes!("../../tests/data/samples/committees.csv");

fn committees() -> Committees {
    committee::read(COMMITTEES, &Catalogue::published().unwrap()).unwrap().committees
}

fn checked(changes: &[(Column, &str)]) -> Result<EligibleResult, Ineligible> {
    let approved = parse(&row_with(changes), &Catalogue::published().unwrap()).unwrap();
    check(approved, &committees(), &Calendar::published().unwrap(), &GateSettings::cautious())
}

fn refused_for(changes: &[(Column, &str)]) -> &'static str {
    let gate = checked(changes).unwrap_err();
    assert!(!gate.message_zh().is_empty() && !gate.message_en().is_empty());
    gate.code()
}

#[test]
fn opens_every_gate_for_a_right_result() {
    let eligible = checked(&[]).unwrap();
    assert_eq!(eligible.committee_name().as_str(), "重庆市工程技术职称评审委员会（第1）");
}

#[test]
fn each_gate_has_its_code() {
    use Column::*;
    let expired = [(Committee, "CQ-05-11"), (Level, "中级"), (Title, "工程师")];
    let before = [(ReviewedOn, "2024-05-31"), (PledgedOn, "2024-05-01")];
    let level = [(Level, "中级"), (Title, "工程师")];
    let series = [(Series, "17"), (Title, "正高级会计师")];
    let cases: [(&[(Column, &str)], &str); 10] = [
        (&[(Committee, "CQ-99-77")], "committee_unknown"),
        (&[(Committee, "CQ-20-12")], "committee_unknown"),
        (&[(PledgedOn, "2026-02-13")], "pledge_after_review"),
        (&[(ReviewedOn, "2026-03-03")], "publicity_before_review"),
        (&[(NoticeTo, "2026-03-08")], "publicity_too_short"),
        (&[(ApprovedOn, "2026-03-09")], "approved_before_publicity_ended"),
        (&expired, "committee_filing_expired"),
        (&before, "committee_filing_not_begun"),
        (&series, "out_of_scope_series"),
        (&level, "out_of_scope_level"),
    ];
    for (changes, code) in cases {
        assert_eq!(refused_for(changes), code, "{changes:?}");
    }
}

#[test]
fn names_an_unknown_year_before_a_filing_that_has_run_out() {
    use Column::*;
    let in_2031 = [
        (ReviewedOn, "2031-02-20"),
        (NoticeFrom, "2031-03-03"),
        (NoticeTo, "2031-03-10"),
        (ApprovedOn, "2031-03-12"),
    ];
    assert_eq!(checked(&in_2031), Err(Ineligible::CalendarYearUnknown { year: 2031 }));
    let approved = parse(&row_with(&in_2031), &Catalogue::published().unwrap()).unwrap();
    let calendar = Calendar::published().unwrap().with_year(YearTable::new(2031, []).unwrap());
    let gate = check(approved, &committees(), &calendar, &GateSettings::cautious()).unwrap_err();
    assert_eq!(gate.code(), "committee_filing_expired");
}

#[test]
fn a_notice_over_a_long_holiday_needs_more_days() {
    use Column::*;
    let over_october =
        |to| [(NoticeFrom, "2026-09-30"), (NoticeTo, to), (ApprovedOn, "2026-10-20")];
    assert_eq!(refused_for(&over_october("2026-10-12")), "publicity_too_short");
    assert!(checked(&over_october("2026-10-13")).is_ok());
}

#[test]
fn a_review_during_a_suspension_is_refused_and_one_beside_it_is_not() {
    let suspended = |from, until: Option<Date>| {
        let registered: Vec<ReviewCommittee> = committees().registrable().cloned().collect();
        let suspensions = vec![Suspension { from, until }];
        let committees = registered
            .into_iter()
            .map(|committee| ReviewCommittee { suspensions: suspensions.clone(), ..committee });
        let approved = parse(&row_with(&[]), &Catalogue::published().unwrap()).unwrap();
        let (calendar, settings) = (Calendar::published().unwrap(), GateSettings::cautious());
        check(approved, &committees.collect(), &calendar, &settings)
            .map(drop)
            .map_err(|gate| gate.code())
    };
    let review = Date::constant(2026, 2, 12);
    assert_eq!(suspended(review, None), Err("committee_suspended"));
    assert_eq!(suspended(Date::constant(2026, 1, 1), Some(review)), Err("committee_suspended"));
    assert_eq!(suspended(review.tomorrow().unwrap(), None), Ok(()));
    assert_eq!(suspended(Date::constant(2026, 1, 1), Some(review.yesterday().unwrap())), Ok(()));
}

#[test]
fn reads_back_from_the_journal_what_it_wrote() {
    let eligible = checked(&[]).unwrap();
    let bytes = eligible.to_journal().unwrap();
    assert_eq!(EligibleResult::from_journal(&bytes).unwrap(), eligible);
}

#[test]
fn refuses_journal_bytes_that_it_would_not_write() {
    let text = String::from_utf8(checked(&[]).unwrap().to_journal().unwrap()).unwrap();
    let changes = [
        ("eligible_result/1", "eligible_result/2"),
        ("11010519491231002X", "11010519491231002x"),
        ("11010519491231002X", "110105194912310021"),
        ("91350100M000100Y43", "91350100M000100Y44"),
        ("2026-02-12", "2026/2/12"),
        ("\"series\":5", "\"series\":28"),
        ("\"level\":1", "\"level\":9"),
        ("{\"format\"", "{\"more\":1,\"format\""),
        ("{\"format\"", "{ \"format\""),
        ("阿依古丽·买买提", "阿依古丽•买买提"),
    ];
    for (from, to) in changes {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from} stands there");
        let error = EligibleResult::from_journal(changed.as_bytes()).unwrap_err();
        let said = format!("{error} {error:?}");
        assert!(!said.contains("阿依古丽") && !said.contains("1101051949"), "{said}");
    }
    assert!(EligibleResult::from_journal(format!("{text} ").as_bytes()).is_err());
    assert!(EligibleResult::from_journal(b"").is_err());
}

#[test]
fn an_applicant_who_was_barred_on_the_day_of_the_review_or_pledge_is_kept_out() {
    // The row's pledge is of 2025-12-26, its review of 2026-02-12.
    let result = checked(&[]).unwrap();
    let (pledged, reviewed) = (result.result().pledged_on(), result.result().review().passed_on);
    assert!(pledged < reviewed);
    let kept_out = |from: Date, until: Option<Date>, counts| {
        let day = |day: Date| crate::calendar::ledger_date(day).unwrap();
        let bar = Bar { from: day(from), until: until.map(day) };
        check_bars(result.result(), [bar].into_iter(), counts).map_err(|gate| gate.code())
    };
    let barred = Err("applicant_barred");
    let (before, between) = (pledged.yesterday().unwrap(), pledged.tomorrow().unwrap());
    for (from, until, counts, expected) in [
        (pledged, Some(pledged), BarCounts::ReviewOrPledge, barred),
        (pledged, Some(pledged), BarCounts::Review, Ok(())),
        (reviewed, None, BarCounts::ReviewOrPledge, barred),
        (reviewed, None, BarCounts::Pledge, Ok(())),
        (before, Some(before), BarCounts::ReviewOrPledge, Ok(())),
        (between, Some(between), BarCounts::ReviewOrPledge, Ok(())),
    ] {
        assert_eq!(kept_out(from, until, counts), expected, "{from} {until:?} {counts:?}");
    }
    let gate = Ineligible::ApplicantBarred { until: None };
    assert!(!gate.message_zh().is_empty() && !gate.message_en().is_empty());
    assert_eq!(gate.column(), Column::DocumentNumber);
}
