//! Spot checks (clause 六) as the office makes them: which documents a filter picks, the file that an
//! auditor is given, and refusals. The draw itself is `ledger::sample`, which a stranger runs too.

mod file;
mod refusal;

use ledger::{certificate::Claims, sample::Filter, time::PartialDate};

pub use self::{
    file::{MAX_FILE_LEN, PopulationFile},
    refusal::SampleRefusal,
};

/// Whether a document is of the population: everything that the filter names fits. A date that is
/// known to the month or year fits when any of its days does.
pub fn is_picked(filter: &Filter, committee: Option<&str>, claims: &Claims) -> bool {
    let (first, last) = days(claims.obtained_on);
    let fits = |wanted: Option<bool>| wanted.unwrap_or(true);
    fits(filter.committee.as_ref().map(|code| committee == Some(code.as_str())))
        && fits(filter.series.map(|series| series == claims.series))
        && fits(filter.level.map(|level| level == claims.level))
        && fits(filter.obtained_from.map(|from| last.as_str() >= from.to_string().as_str()))
        && fits(filter.obtained_until.map(|until| first.as_str() <= until.to_string().as_str()))
}

/// The first and last day that a date may mean, in the form in which days are compared.
fn days(date: PartialDate) -> (String, String) {
    match date {
        PartialDate::Day(day) => (day.to_string(), day.to_string()),
        PartialDate::Month { year, month } => {
            (format!("{year:04}-{month:02}-01"), format!("{year:04}-{month:02}-31"))
        }
        PartialDate::Year { year } => (format!("{year:04}-01-01"), format!("{year:04}-12-31")),
    }
}
