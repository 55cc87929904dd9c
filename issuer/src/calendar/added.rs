//! A year's table that staff add: judged, and in the form in which an anchor fixes it.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use ledger::record::{SALT_LEN, Salt};

use super::{
    DayKind, YearTable,
    table::{self, CalendarDataError},
};

/// Longest table in bytes; a year of the published ones takes some 2 KiB.
///
/// Security: bounds what a program reads that was pointed at the wrong file, and a private record.
pub const MAX_TABLE_LEN: usize = 64 * 1024;

/// The legal holidays that are the same days each year (全国年节及纪念日放假办法). A table without one
/// of them is incomplete; the others follow the lunar calendar and are for two persons to check.
const FIXED_HOLIDAYS: [(i8, i8); 5] = [(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)];

/// A table that may be added, with the document that staff handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedTable {
    table: YearTable,
    document: Vec<u8>,
}

/// Why a holiday table is not added.
#[derive(Debug, thiserror::Error)]
#[error("{} / {} [{}, {}, {}]", self.message_zh(), self.message_en(), self.code(), self.field(), self.clause())]
#[expect(
    missing_docs,
    reason = "each variant is documented by its sentences, fields are its evidence"
)]
pub enum CalendarRefusal {
    /// More bytes than a table has.
    TooLong { limit: usize },
    /// Not a `holidays_cn/1` document.
    Form(CalendarDataError),
    /// No year, or several.
    NotOneYear { found: usize },
    /// A legal holiday that is the same day each year is no holiday in it.
    HolidayMissing { date: Date },
    /// A day from Monday to Friday is called an adjusted working day.
    AdjustedWeekday { date: Date },
    /// The year is known with these very days.
    Unchanged { year: i16 },
}

impl AddedTable {
    /// Judges a document: `holidays_cn/1` with exactly one year that is known.
    ///
    /// # Errors
    /// [`CalendarRefusal`].
    pub fn read(document: &[u8]) -> Result<Self, CalendarRefusal> {
        if document.len() > MAX_TABLE_LEN {
            return Err(CalendarRefusal::TooLong { limit: MAX_TABLE_LEN });
        }
        let years = table::parse(document).map_err(CalendarRefusal::Form)?;
        let table = only(years)?;
        for (month, day) in FIXED_HOLIDAYS {
            let date = Date::new(table.year(), month, day).map_err(|_no_such_year| {
                let text = table.year().to_string();
                CalendarRefusal::Form(CalendarDataError::NotADate { text })
            })?;
            if table.exception(date) != Some(DayKind::Holiday) {
                return Err(CalendarRefusal::HolidayMissing { date });
            }
        }
        let is_weekend = |date: Date| matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        let odd = table
            .days()
            .find(|(date, kind)| *kind == DayKind::AdjustedWorkday && !is_weekend(*date));
        match odd {
            Some((date, _)) => Err(CalendarRefusal::AdjustedWeekday { date }),
            None => Ok(Self { table, document: document.to_vec() }),
        }
    }

    /// Reads the private record of an anchor.
    ///
    /// # Errors
    /// [`CalendarRefusal`]: the record holds no table that could have been added.
    pub fn from_record(record: &[u8]) -> Result<Self, CalendarRefusal> {
        Self::read(record.get(SALT_LEN..).unwrap_or_default())
    }

    /// The anchor's private record: random bytes, then the document as it was handed in.
    pub fn record(&self, salt: &Salt) -> Vec<u8> {
        [salt.as_bytes(), self.document.as_slice()].concat()
    }

    /// The table.
    pub fn table(&self) -> &YearTable {
        &self.table
    }

    /// The year that it covers.
    pub fn year(&self) -> i16 {
        self.table.year()
    }
}

fn only(years: BTreeMap<i16, YearTable>) -> Result<YearTable, CalendarRefusal> {
    let found = years.len();
    let mut tables = years.into_values();
    match (tables.next(), tables.next()) {
        (Some(table), None) => Ok(table),
        (None, _) | (Some(_), Some(_)) => Err(CalendarRefusal::NotOneYear { found }),
    }
}

impl CalendarRefusal {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "table_too_long",
            Self::Form(_) => "table_malformed",
            Self::NotOneYear { .. } => "table_not_one_year",
            Self::HolidayMissing { .. } => "table_incomplete",
            Self::AdjustedWeekday { .. } => "adjusted_weekday",
            Self::Unchanged { .. } => "table_unchanged",
        }
    }

    /// What of the document is to be looked at.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::TooLong { .. } | Self::Form(_) => "file",
            Self::NotOneYear { .. } => "certainty_by_year",
            Self::HolidayMissing { .. } | Self::AdjustedWeekday { .. } | Self::Unchanged { .. } => {
                "days"
            }
        }
    }

    /// The clause whose days are counted by it.
    pub const fn clause(&self) -> &'static str {
        "三(一)"
    }

    /// The sentence in Chinese.
    pub fn message_zh(&self) -> String {
        match self {
            Self::TooLong { limit } => format!("节假日安排文件超过 {limit} 字节"),
            Self::Form(_) => "不是 holidays_cn/1 格式的节假日安排".to_owned(),
            Self::NotOneYear { found } => format!("一份文件应只含一个年度,此文件含 {found} 个"),
            Self::HolidayMissing { date } => format!("安排不完整:法定节日 {date} 未列为放假"),
            Self::AdjustedWeekday { date } => format!("{date} 本为工作日,不能列为调休上班"),
            Self::Unchanged { year } => format!("{year} 年的安排已有,且完全相同"),
        }
    }

    /// The sentence in English.
    pub fn message_en(&self) -> String {
        match self {
            Self::TooLong { limit } => format!("the table has more than {limit} bytes"),
            Self::Form(error) => error.to_string(),
            Self::NotOneYear { found } => {
                format!("a table is of exactly one known year; this file has {found}")
            }
            Self::HolidayMissing { date } => {
                format!("the table is incomplete: {date}, a legal holiday, is none in it")
            }
            Self::AdjustedWeekday { date } => {
                format!("{date} is a working day anyway and cannot be an adjusted one")
            }
            Self::Unchanged { year } => format!("{year} is known with these very days"),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn document(days: &str) -> String {
        format!(
            r#"{{"schema":"holidays_cn/1","certainty_by_year":{{"2027":{{"level":"B"}}}},"days":{{{days}}}}}"#
        )
    }

    const DAYS: &str = r#""2027-01-01":"holiday","2027-05-01":"holiday","2027-10-01":"holiday",
        "2027-10-02":"holiday","2027-10-03":"holiday""#;

    fn code(document: &str) -> &'static str {
        AddedTable::read(document.as_bytes()).unwrap_err().code()
    }

    #[test]
    fn a_table_is_read_back_from_its_record_byte_for_byte() {
        let document = document(DAYS);
        let added = AddedTable::read(document.as_bytes()).unwrap();
        assert_eq!((added.year(), added.table().days().count()), (2027, 5));
        let record = added.record(&Salt::from_random([7; 16]));
        assert_eq!(record[16..], *document.as_bytes());
        assert_eq!(AddedTable::from_record(&record).unwrap(), added);
        assert!(AddedTable::from_record(&[0; 7]).is_err());
    }

    #[test]
    fn refuses_what_is_no_whole_table_of_one_year() {
        assert_eq!(code("{}"), "table_malformed");
        assert_eq!(code(&document(&DAYS.replace("2027-05-01", "2028-05-01"))), "table_malformed");
        assert_eq!(code(&document(&DAYS.replace("2027-10-02", "2027-10-04"))), "table_incomplete");
        assert_eq!(code(&document("")), "table_incomplete");
        let friday = format!(r#"{DAYS},"2027-01-08":"workday""#);
        assert_eq!(code(&document(&friday)), "adjusted_weekday");
        let twice = format!(r#"{DAYS},"2027-01-01":"workday""#);
        let error = AddedTable::read(document(&twice).as_bytes()).unwrap_err();
        assert!(error.to_string().contains("stands twice"), "{error}");
        assert_eq!(code(include_str!("../../data/holidays_cn.json")), "table_not_one_year");
        let far = document("").replace("2027", "32000");
        assert_eq!(code(&far), "table_malformed");
        assert_eq!(code(&document(DAYS).replace(r#""B""#, r#""none""#)), "table_malformed");
        assert_eq!(code(&" ".repeat(MAX_TABLE_LEN + 1)), "table_too_long");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _refused = AddedTable::read(&bytes);
            let _refused = AddedTable::from_record(&bytes);
        }
    }
}
