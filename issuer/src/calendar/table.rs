//! One year's table, and the `holidays_cn/1` document that carries several.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use jiff::civil::Date;
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor},
};

/// What a listed day is; an unlisted one is a working day from Monday to Friday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind {
    /// No work, weekends that belong to a long holiday included.
    Holiday,
    /// A weekend day on which people work in exchange (调休上班).
    AdjustedWorkday,
}

/// The exceptions of one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearTable {
    year: i16,
    days: BTreeMap<Date, DayKind>,
}

/// Why a holiday document cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CalendarDataError {
    /// It is no JSON of this shape.
    #[error("the holiday table is not a holidays_cn/1 document: {0}")]
    Json(#[from] serde_json::Error),
    /// It states another schema.
    #[error("the holiday table has schema {found:?}, expected \"holidays_cn/1\"")]
    Schema {
        /// What stands in its `schema` field.
        found: String,
    },
    /// A key is no year or no date.
    #[error("the holiday table has {text:?} where a year or a date belongs")]
    NotADate {
        /// The offending key.
        text: String,
    },
    /// A day is listed although its year is not said to be known.
    #[error("the holiday table lists {date}, a day outside the year {year} it belongs to")]
    DayOutsideYear {
        /// The listed day.
        date: Date,
        /// The year of the table.
        year: i16,
    },
}

impl YearTable {
    /// A table of `year` with its holidays and adjusted working days.
    ///
    /// # Errors
    /// [`CalendarDataError::DayOutsideYear`] when a day belongs to another year.
    pub fn new(
        year: i16,
        days: impl IntoIterator<Item = (Date, DayKind)>,
    ) -> Result<Self, CalendarDataError> {
        let days: BTreeMap<Date, DayKind> = days.into_iter().collect();
        match days.keys().find(|date| date.year() != year) {
            Some(date) => Err(CalendarDataError::DayOutsideYear { date: *date, year }),
            None => Ok(Self { year, days }),
        }
    }

    /// The year that this table covers.
    pub fn year(&self) -> i16 {
        self.year
    }

    /// The listed days in order, with what they are.
    pub fn days(&self) -> impl Iterator<Item = (Date, DayKind)> + '_ {
        self.days.iter().map(|(date, kind)| (*date, *kind))
    }

    /// What `date` is, when it differs from the plain week.
    pub fn exception(&self, date: Date) -> Option<DayKind> {
        self.days.get(&date).copied()
    }
}

#[derive(Deserialize)]
struct Document {
    schema: String,
    #[serde(deserialize_with = "once_each")]
    certainty_by_year: BTreeMap<String, Certainty>,
    #[serde(deserialize_with = "once_each")]
    days: BTreeMap<String, Kind>,
}

#[derive(Deserialize)]
struct Certainty {
    level: String,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Holiday,
    Workday,
}

/// The years of a document. A year of certainty "none" is listed there to say that it is *not* known.
pub(super) fn parse(text: &[u8]) -> Result<BTreeMap<i16, YearTable>, CalendarDataError> {
    let document: Document = serde_json::from_slice(text)?;
    if document.schema != "holidays_cn/1" {
        return Err(CalendarDataError::Schema { found: document.schema });
    }
    let mut years = BTreeMap::new();
    for (key, certainty) in &document.certainty_by_year {
        if certainty.level != "none" {
            let year = key.parse::<i16>().ok().ok_or_else(|| not_a_date(key))?;
            years.insert(year, Vec::new());
        }
    }
    for (key, kind) in &document.days {
        let date = key.parse::<Date>().ok().ok_or_else(|| not_a_date(key))?;
        let kind = match kind {
            Kind::Holiday => DayKind::Holiday,
            Kind::Workday => DayKind::AdjustedWorkday,
        };
        let days = years
            .get_mut(&date.year())
            .ok_or(CalendarDataError::DayOutsideYear { date, year: date.year() })?;
        days.push((date, kind));
    }
    years.into_iter().map(|(year, days)| Ok((year, YearTable::new(year, days)?))).collect()
}

/// An object in which no key stands twice: of two statements about one day neither is taken.
fn once_each<'de, D: Deserializer<'de>, V: Deserialize<'de>>(
    input: D,
) -> Result<BTreeMap<String, V>, D::Error> {
    struct OnceEach<V>(PhantomData<V>);

    impl<'de, V: Deserialize<'de>> Visitor<'de> for OnceEach<V> {
        type Value = BTreeMap<String, V>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object in which no key stands twice")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut input: A) -> Result<Self::Value, A::Error> {
            let mut found = BTreeMap::new();
            while let Some((key, value)) = input.next_entry::<String, V>()? {
                if found.contains_key(&key) {
                    return Err(A::Error::custom(format!("{key:?} stands twice")));
                }
                found.insert(key, value);
            }
            Ok(found)
        }
    }

    input.deserialize_map(OnceEach(PhantomData))
}

fn not_a_date(text: &str) -> CalendarDataError {
    CalendarDataError::NotADate { text: text.to_owned() }
}
