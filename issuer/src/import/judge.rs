//! From rows to verdicts.

use std::collections::HashMap;

use super::report::{ImportReport, Refusal, RowReport, RowVerdict};
use crate::approval::{self, Column, ResultKey};
use crate::calendar::Calendar;
use crate::catalogue::Catalogue;
use crate::committee::Committees;
use crate::eligibility::{self, EligibleResult, GateSettings};
use crate::table::{self, FileError, LineFault, Row, RowLabel};

/// What rows are judged by.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Series, levels and title names.
    pub catalogue: Catalogue,
    /// The committees and their filings.
    pub committees: Committees,
    /// Working days.
    pub calendar: Calendar,
    /// What the gates leave to the office.
    pub gates: GateSettings,
}

/// A judged list: the report, and the results of its accepted rows.
#[derive(Debug)]
pub struct Judged {
    /// What became of each row.
    pub report: ImportReport,
    /// The results of the accepted rows, in the order of those rows.
    pub accepted: Vec<EligibleResult>,
}

/// Reads a file of approved results and judges every row.
///
/// # Errors
/// [`FileError`] when nothing of the file can be used.
pub fn judge(bytes: &[u8], rules: &Rules) -> Result<Judged, FileError> {
    let table = table::read::<Column>(bytes)?;
    let mut accepted = Vec::new();
    let mut titles: HashMap<ResultKey, RowLabel> = HashMap::new();
    let mut rows = Vec::with_capacity(table.lines.len());
    for found in table.lines {
        let verdict = match judge_row(found.row, rules, &titles) {
            Ok(result) => {
                titles.insert(result.result().title_key(), found.label.clone());
                accepted.push(result);
                RowVerdict::Accepted(None)
            }
            Err(refusal) => RowVerdict::Refused(refusal),
        };
        rows.push(RowReport { line: found.line, label: found.label, verdict });
    }
    let report = ImportReport {
        rows,
        unknown_columns: table.unknown_columns,
        unused_sheets: table.unused_sheets,
        absent_columns: table.absent,
        skipped: table.skipped,
    };
    Ok(Judged { report, accepted })
}

fn judge_row(
    row: Result<Row<Column>, LineFault>,
    rules: &Rules,
    titles: &HashMap<ResultKey, RowLabel>,
) -> Result<EligibleResult, Refusal> {
    let row = row.map_err(Refusal::Malformed)?;
    let approved = approval::parse(&row, &rules.catalogue).map_err(|faults| {
        let (first, others) = faults.split();
        Refusal::Field { first: Box::new(first), others }
    })?;
    let Rules { committees, calendar, gates, .. } = rules;
    let eligible = eligibility::check(approved, committees, calendar, gates)
        .map_err(|gate| Refusal::Ineligible(Box::new(gate)))?;
    match titles.get(&eligible.result().title_key()) {
        Some(above) => Err(Refusal::DuplicateOf(above.clone())),
        None => Ok(eligible),
    }
}
