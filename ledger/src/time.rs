//! Instants and dates as the formats hold them. Dates of the law are Beijing dates: a day starts at
//! 16:00 UTC of the day before. This module never asks for the current time.

use std::{fmt, str::FromStr};

/// China Standard Time is UTC+8 all year.
const BEIJING_OFFSET_MS: i64 = 8 * 3_600_000;
const DAY_MS: i64 = 86_400_000;

/// An instant in milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixMillis(u64);

impl UnixMillis {
    /// The latest instant the formats accept: the end of the year 9999.
    ///
    /// Security: additions of limits and ages to an instant from a file cannot overflow.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// An instant of at most [`UnixMillis::MAX`].
    pub const fn new(millis: u64) -> Option<Self> {
        if millis <= Self::MAX.0 { Some(Self(millis)) } else { None }
    }

    /// Milliseconds since 1970.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The Beijing date of this instant.
    pub const fn beijing_date(self) -> Date {
        // Below MAX, both fit: 253_402_300_799_999 + 8 h in an i64, its days in an i32.
        Date(((self.0 as i64 + BEIJING_OFFSET_MS) / DAY_MS) as i32)
    }

    /// Milliseconds from `earlier` to this instant; zero when `earlier` is later.
    pub const fn millis_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// This instant moved forward, at most to [`UnixMillis::MAX`].
    pub const fn saturating_add(self, millis: u64) -> Self {
        let sum = self.0.saturating_add(millis);
        if sum > Self::MAX.0 { Self::MAX } else { Self(sum) }
    }
}

impl fmt::Display for UnixMillis {
    /// Beijing time with its offset, to the second: `2026-03-13T09:30:00+08:00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = (self.0 as i64 + BEIJING_OFFSET_MS) / 1000 % 86_400;
        let (h, m, s) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{}T{h:02}:{m:02}:{s:02}+08:00", self.beijing_date())
    }
}

/// A calendar date (proleptic Gregorian) between 1900-01-01 and 9999-12-31, held as days since
/// 1970-01-01 (the content of RFC 8943's tag 100).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

/// Text or a number that is no date the formats accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a calendar date between 1900-01-01 and 9999-12-31, written YYYY-MM-DD")]
pub struct NotADate;

impl Date {
    const FIRST: i32 = days_from_civil(1900, 1, 1);
    const LAST: i32 = days_from_civil(9999, 12, 31);

    /// The date of a year, month (1–12) and day (1–31).
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Result<Self, NotADate> {
        if !(1900..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 {
            return Err(NotADate);
        }
        let date = Self(days_from_civil(year, month, day));
        if date.ymd() == (year, month, day) { Ok(date) } else { Err(NotADate) }
    }

    /// The date `days` after 1970-01-01.
    pub fn from_days(days: i64) -> Result<Self, NotADate> {
        let days = i32::try_from(days).map_err(|_out_of_range| NotADate)?;
        if (Self::FIRST..=Self::LAST).contains(&days) { Ok(Self(days)) } else { Err(NotADate) }
    }

    /// Days since 1970-01-01, negative before.
    pub const fn days(self) -> i32 {
        self.0
    }

    /// Year, month, day.
    pub const fn ymd(self) -> (i32, u32, u32) {
        civil_from_days(self.0)
    }

    /// The instant at which this date begins in Beijing; 1970-01-01T00:00Z for older dates.
    pub const fn beijing_start(self) -> UnixMillis {
        let start = self.0 as i64 * DAY_MS - BEIJING_OFFSET_MS;
        if start < 0 { UnixMillis(0) } else { UnixMillis(start as u64) }
    }

    /// The last millisecond of this date in Beijing.
    pub const fn beijing_end(self) -> UnixMillis {
        let end = (self.0 as i64 + 1) * DAY_MS - BEIJING_OFFSET_MS - 1;
        if end < 0 { UnixMillis(0) } else { UnixMillis(end as u64) }
    }

    /// The same day `months` later, or the last day of that month where it has no such day
    /// (Civil Code art. 202).
    pub fn plus_months(self, months: u32) -> Result<Self, NotADate> {
        let (year, month, day) = self.ymd();
        let count = i64::from(year) * 12 + i64::from(month) - 1 + i64::from(months);
        let year = i32::try_from(count / 12).map_err(|_out_of_range| NotADate)?;
        let month = (count % 12) as u32 + 1;
        (1..=day).rev().take(4).find_map(|d| Self::from_ymd(year, month, d).ok()).ok_or(NotADate)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, m, d) = self.ymd();
        write!(f, "{y:04}-{m:02}-{d:02}")
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Date {
    type Err = NotADate;

    /// Exactly `YYYY-MM-DD`.
    fn from_str(text: &str) -> Result<Self, NotADate> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(NotADate);
        }
        let number = |range: std::ops::Range<usize>| {
            bytes[range].iter().try_fold(0u32, |n, b| match b {
                b'0'..=b'9' => Ok(n * 10 + u32::from(b - b'0')),
                _ => Err(NotADate),
            })
        };
        Self::from_ymd(number(0..4)? as i32, number(5..7)?, number(8..10)?)
    }
}

/// A date known to the day, the month or only the year, as old records have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartialDate {
    /// Known to the day.
    Day(Date),
    /// Known to the month (1–12).
    Month {
        /// 1900–9999.
        year: u16,
        /// 1–12.
        month: u8,
    },
    /// Known to the year.
    Year {
        /// 1900–9999.
        year: u16,
    },
}

impl PartialDate {
    /// The earliest day that this may mean.
    pub fn earliest(self) -> Result<Date, NotADate> {
        match self {
            Self::Day(date) => Ok(date),
            Self::Month { year, month } => Date::from_ymd(i32::from(year), u32::from(month), 1),
            Self::Year { year } => Date::from_ymd(i32::from(year), 1, 1),
        }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(date) => date.fmt(f),
            Self::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Self::Year { year } => write!(f, "{year:04}"),
        }
    }
}

/// Days since 1970-01-01 of a civil date, by the well-known era arithmetic on 400-year cycles.
const fn days_from_civil(year: i32, month: u32, day: u32) -> i32 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let month_from_march = (month as i32 + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day as i32 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

const fn civil_from_days(days: i32) -> (i32, u32, u32) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u32;
    let month = ((month_from_march + 2) % 12 + 1) as u32;
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;

    #[test]
    fn days_and_civil_dates_agree_over_the_whole_range() {
        let mut expected = (1900, 1, 1);
        for days in Date::FIRST..=Date::LAST {
            let date = Date::from_days(i64::from(days)).unwrap();
            assert_eq!(date.ymd(), expected);
            expected = next_day(expected);
        }
        assert_eq!(expected, (10_000, 1, 1));
    }

    fn next_day((y, m, d): (i32, u32, u32)) -> (i32, u32, u32) {
        let leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
        let length = match m {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        match (m, d) {
            (12, 31) => (y + 1, 1, 1),
            (_, d) if d == length => (y, m + 1, 1),
            _ => (y, m, d + 1),
        }
    }

    #[test]
    fn a_beijing_day_starts_at_sixteen_hundred_utc() {
        let date: Date = "2026-11-24".parse().unwrap();
        assert_eq!(date.beijing_start().get(), 1_795_449_600_000);
        assert_eq!(date.beijing_start().beijing_date(), date);
        assert_eq!(date.beijing_end().beijing_date(), date);
        assert_eq!(date.beijing_end().get() + 1 - date.beijing_start().get(), DAY_MS as u64);
    }

    #[test]
    fn refuses_dates_that_no_calendar_has() {
        for text in ["2026-02-30", "2026-13-01", "1899-12-31", "2026-2-03", "２026-02-03", ""] {
            assert_eq!(text.parse::<Date>(), Err(NotADate), "{text}");
        }
    }

    #[test]
    fn a_month_period_ends_on_the_last_day_where_the_same_day_is_missing() {
        let date: Date = "2022-12-31".parse().unwrap();
        assert_eq!(date.plus_months(2).unwrap().to_string(), "2023-02-28");
    }

    #[test]
    fn instants_are_written_in_beijing_time() {
        assert_eq!(UnixMillis::new(0).unwrap().to_string(), "1970-01-01T08:00:00+08:00");
    }
}
