//! Working days of the People's Republic of China, year by year as the State Council announced them.
//!
//! A year without a published table is refused, never guessed: a calendar that assumed "Monday to
//! Friday" would end notices too early around every long holiday.

mod added;
mod period;
mod table;

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use ledger::time::NotADate;

pub use added::{AddedTable, CalendarRefusal, MAX_TABLE_LEN};
pub use period::{MonthPeriodEnd, NOTICE_WORKING_DAYS};
pub use table::{CalendarDataError, DayKind, YearTable};

/// The holiday tables that are known, by year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    years: BTreeMap<i16, YearTable>,
}

/// A question about a day in a year whose holiday table has not been published here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no holiday table of {year} is known: add it before counting days in that year")]
pub struct UnknownYear {
    /// The year that is missing.
    pub year: i16,
}

impl Calendar {
    /// The tables that ship with this program (2022 to 2026).
    ///
    /// # Errors
    /// [`CalendarDataError`] when the compiled-in data is damaged; a test reads it.
    pub fn published() -> Result<Self, CalendarDataError> {
        Self::from_json(include_str!("../../data/holidays_cn.json"))
    }

    /// Tables from the text of a `holidays_cn/1` document.
    ///
    /// # Errors
    /// [`CalendarDataError`] names the first thing that is wrong.
    pub fn from_json(text: &str) -> Result<Self, CalendarDataError> {
        Ok(Self { years: table::parse(text.as_bytes())? })
    }

    /// The same calendar with the table of one more year, or with a corrected one.
    #[must_use]
    pub fn with_year(mut self, table: YearTable) -> Self {
        self.years.insert(table.year(), table);
        self
    }

    /// The years with a table, ascending.
    pub fn years(&self) -> impl Iterator<Item = i16> + '_ {
        self.years.keys().copied()
    }

    /// The table of a year.
    pub fn table(&self, year: i16) -> Option<&YearTable> {
        self.years.get(&year)
    }

    /// Whether people work on `date`.
    ///
    /// # Errors
    /// [`UnknownYear`] when no table covers the date.
    pub fn is_working_day(&self, date: Date) -> Result<bool, UnknownYear> {
        let table = self.years.get(&date.year()).ok_or(UnknownYear { year: date.year() })?;
        Ok(match table.exception(date) {
            Some(DayKind::Holiday) => false,
            Some(DayKind::AdjustedWorkday) => true,
            None => !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday),
        })
    }

    /// The day after `date`; the end of all calendars counts as an unknown year.
    fn day_after(date: Date) -> Result<Date, UnknownYear> {
        date.tomorrow().ok().ok_or(UnknownYear { year: date.year() })
    }
}

/// The day as the ledger's formats hold it.
///
/// # Errors
/// [`NotADate`] for days before 1900, which those formats do not have.
pub fn ledger_date(date: Date) -> Result<ledger::time::Date, NotADate> {
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    ledger::time::Date::from_ymd(i32::from(date.year()), u32::from(month), u32::from(day))
}
