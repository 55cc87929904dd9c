//! Periods of the notice: working days of a public notice, and months of a recheck.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Calendar, UnknownYear};

/// How many full working days a public notice lasts at least (clauses 一(二) and 三(一)).
pub const NOTICE_WORKING_DAYS: u8 = 5;

/// Both ends of a period of months: the corresponding day, and the day after moving past holidays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthPeriodEnd {
    /// The corresponding day of the later month, or that month's last (Civil Code, article 202).
    pub nominal: Date,
    /// The last day on which the act is in time: the nominal day, moved to the first working day
    /// when it falls on a day off (article 203).
    pub last_day: Date,
}

impl Calendar {
    /// The last day of a public notice of at least `working_days` that began on `start`.
    ///
    /// The first day is not counted (Civil Code, article 201); the notice ends with the last counted
    /// day, so a confirmation is possible from the day after.
    ///
    /// # Errors
    /// [`UnknownYear`] when counting reaches a year without a table, or starts in one.
    pub fn notice_last_day(&self, start: Date, working_days: u8) -> Result<Date, UnknownYear> {
        // Also the first day must lie in a known year, although it is not counted.
        self.is_working_day(start)?;
        let mut day = start;
        let mut counted = 0;
        while counted < working_days {
            day = Self::day_after(day)?;
            if self.is_working_day(day)? {
                counted += 1;
            }
        }
        Ok(day)
    }

    /// The first working day on or after `date`.
    ///
    /// # Errors
    /// [`UnknownYear`] when the search reaches a year without a table.
    pub fn first_working_day_from(&self, date: Date) -> Result<Date, UnknownYear> {
        let mut day = date;
        while !self.is_working_day(day)? {
            day = Self::day_after(day)?;
        }
        Ok(day)
    }

    /// The end of a period of `months` that began on `start` (clause 四: two months for a recheck).
    ///
    /// # Errors
    /// [`UnknownYear`] when the end lies in a year without a table.
    pub fn months_after(&self, start: Date, months: u8) -> Result<MonthPeriodEnd, UnknownYear> {
        let nominal = start
            .checked_add(i32::from(months).months())
            .ok()
            .ok_or(UnknownYear { year: start.year() })?;
        Ok(MonthPeriodEnd { nominal, last_day: self.first_working_day_from(nominal)? })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::calendar::{DayKind, YearTable};

    fn vectors() -> serde_json::Value {
        serde_json::from_str(include_str!("../../tests/data/workday_vectors.json")).unwrap()
    }

    fn date(value: &serde_json::Value, key: &str) -> Date {
        value[key].as_str().unwrap().parse().unwrap()
    }

    #[test]
    fn a_notice_ends_as_the_vectors_say() {
        let calendar = Calendar::published().unwrap();
        let cases = vectors();
        let cases = cases["publicity"].as_array().unwrap();
        assert_eq!(cases.len(), 16);
        for case in cases {
            let start = date(case, "start");
            let last = calendar.notice_last_day(start, NOTICE_WORKING_DAYS).unwrap();
            assert_eq!(last, date(case, "last_day_excl_start"), "notice from {start}");
            assert_eq!(
                last.tomorrow().unwrap(),
                date(case, "earliest_confirm"),
                "notice from {start}"
            );
        }
    }

    #[test]
    fn a_period_of_two_months_ends_as_the_vectors_say() {
        let calendar = Calendar::published().unwrap();
        let cases = vectors();
        let cases = cases["recheck"].as_array().unwrap();
        assert_eq!(cases.len(), 10);
        for case in cases {
            let published = date(case, "published");
            let end = calendar.months_after(published, 2).unwrap();
            assert_eq!(end.nominal, date(case, "nominal_last_day"), "published {published}");
            assert_eq!(
                end.last_day,
                date(case, "last_day_after_holiday_roll"),
                "published {published}"
            );
        }
    }

    #[test]
    fn refuses_a_year_without_a_table_wherever_counting_meets_it() {
        let calendar = Calendar::published().unwrap();
        let year_end = Date::constant(2026, 12, 29);
        assert_eq!(calendar.notice_last_day(year_end, 5), Err(UnknownYear { year: 2027 }));
        assert_eq!(
            calendar.notice_last_day(Date::constant(2031, 3, 3), 5),
            Err(UnknownYear { year: 2031 })
        );
        assert_eq!(
            calendar.months_after(Date::constant(2026, 11, 1), 2),
            Err(UnknownYear { year: 2027 })
        );
        assert_eq!(calendar.notice_last_day(Date::MAX, 5), Err(UnknownYear { year: 9999 }));
    }

    #[test]
    fn an_added_year_is_counted() {
        let new_year =
            YearTable::new(2027, [(Date::constant(2027, 1, 1), DayKind::Holiday)]).unwrap();
        let calendar = Calendar::published().unwrap().with_year(new_year);
        let last = calendar.notice_last_day(Date::constant(2026, 12, 29), 5).unwrap();
        assert_eq!(last, Date::constant(2027, 1, 6));
    }

    #[test]
    fn refuses_a_table_with_a_day_of_another_year() {
        let error =
            YearTable::new(2027, [(Date::constant(2028, 1, 1), DayKind::Holiday)]).unwrap_err();
        assert!(error.to_string().contains("2028-01-01"), "{error}");
    }
}
