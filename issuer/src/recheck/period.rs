//! Until when an application is in time.

use jiff::civil::Date;

use super::RecheckRefusal;
use crate::calendar::Calendar;

/// How many months after publication an application is in time (clause 四).
pub const PERIOD_MONTHS: u8 = 2;

/// The day from which the two months count (`recheck_period_from` in `issuer.toml`). Clause 四 says
/// 结果公布 and not whether that is the notice or the confirming document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodFrom {
    /// The later of the notice's first day and the confirming document's date. The default: what a text
    /// leaves open must not cost an applicant a remedy.
    Later,
    /// The first day of the public notice.
    Notice,
}

/// When a result was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Publication {
    /// 公示开始日期
    pub noticed_on: Date,
    /// 发文日期 of the confirming document; none where there is none.
    pub confirmed_on: Option<Date>,
}

impl Publication {
    /// The day from which the two months count.
    pub fn day(&self, from: PeriodFrom) -> Date {
        match from {
            PeriodFrom::Notice => self.noticed_on,
            PeriodFrom::Later => self.noticed_on.max(self.confirmed_on.unwrap_or(self.noticed_on)),
        }
    }
}

/// Checks that an application is in time; gives the last day on which it would have been.
///
/// # Errors
/// [`RecheckRefusal`]: too late, before anything was published, or a year without a holiday table.
pub fn check_in_time(
    applied_on: Date,
    publication: &Publication,
    from: PeriodFrom,
    calendar: &Calendar,
) -> Result<Date, RecheckRefusal> {
    let published_on = publication.noticed_on;
    if applied_on < published_on {
        return Err(RecheckRefusal::BeforePublication { applied_on, published_on });
    }
    let end = calendar
        .months_after(publication.day(from), PERIOD_MONTHS)
        .map_err(|unknown| RecheckRefusal::YearUnknown { year: unknown.year })?;
    if applied_on > end.last_day {
        return Err(RecheckRefusal::Late { applied_on, last_day: end.last_day });
    }
    Ok(end.last_day)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn the_last_day_is_in_time_and_the_next_is_late_as_the_vectors_say() {
        let calendar = Calendar::published().unwrap();
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/data/workday_vectors.json")).unwrap();
        for case in vectors["recheck"].as_array().unwrap() {
            let noticed_on = day(case["published"].as_str().unwrap());
            let last = day(case["last_day_after_holiday_roll"].as_str().unwrap());
            let publication = Publication { noticed_on, confirmed_on: None };
            let check = |on| check_in_time(on, &publication, PeriodFrom::Later, &calendar);
            assert_eq!(check(last), Ok(last));
            let late = last.tomorrow().unwrap();
            let refusal = check(late).unwrap_err();
            assert_eq!(refusal, RecheckRefusal::Late { applied_on: late, last_day: last });
            assert!(refusal.to_string().contains(&last.to_string()), "{refusal}");
            assert_eq!(
                check(noticed_on.yesterday().unwrap()).unwrap_err().code(),
                "applied_before_publication"
            );
        }
    }

    #[test]
    fn the_setting_says_from_which_day_the_months_count() {
        let calendar = Calendar::published().unwrap();
        let confirmed_on = Some(day("2026-03-10"));
        let publication = Publication { noticed_on: day("2026-03-02"), confirmed_on };
        let check = |from| check_in_time(day("2026-05-09"), &publication, from, &calendar);
        assert_eq!(check(PeriodFrom::Later), Ok(day("2026-05-11")));
        let last_day = day("2026-05-06");
        let applied_on = day("2026-05-09");
        assert_eq!(check(PeriodFrom::Notice), Err(RecheckRefusal::Late { applied_on, last_day }));
        let late = Publication { noticed_on: day("2026-11-30"), confirmed_on: None };
        let unknown = check_in_time(day("2026-12-01"), &late, PeriodFrom::Later, &calendar);
        assert_eq!(unknown, Err(RecheckRefusal::YearUnknown { year: 2027 }));
    }

    proptest! {
        #[test]
        fn the_later_day_is_never_worse_for_the_applicant(notice in 0i32..1000, more in 0i32..60, after in 0i32..120) {
            use jiff::ToSpan as _;
            let calendar = Calendar::published().unwrap();
            let noticed_on = day("2022-01-04").checked_add(notice.days()).unwrap();
            let confirmed_on = Some(noticed_on.checked_add(more.days()).unwrap());
            let publication = Publication { noticed_on, confirmed_on };
            let on = noticed_on.checked_add(after.days()).unwrap();
            if check_in_time(on, &publication, PeriodFrom::Notice, &calendar).is_ok() {
                prop_assert!(check_in_time(on, &publication, PeriodFrom::Later, &calendar).is_ok());
            }
        }
    }
}
