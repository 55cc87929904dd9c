//! Reading a list of committees.

use jiff::civil::Date;
use ledger::authority::{Committee, ExtensionFault, Filing, Scope};
use ledger::certificate::{Level, Series, Text};

use super::{Autonomy, CommitteeColumn, Committees, RegistrationFault, ReviewCommittee};
use crate::approval::{CommitteeCode, DateError, DocumentNumber, read_date};
use crate::calendar::ledger_date;
use crate::catalogue::{Catalogue, SeriesError, read_level};
use crate::table::{self, Cell, FileError, Row, RowLabel};

/// A list of committees that was read: what can be used of it, and what became of each line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitteeList {
    /// The committees by code.
    pub committees: Committees,
    /// Each line with the fault for which it was refused.
    pub lines: Vec<CommitteeLine>,
}

/// What became of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitteeLine {
    /// The line of the file.
    pub line: u32,
    /// The committee's code, or the line's number.
    pub label: RowLabel,
    /// The fault, when it was refused; a line that cannot be read as a whole has none that is finer.
    pub refused: Option<Result<RegistrationFault, table::LineFault>>,
}

/// Reads a list of committees: CSV or xlsx.
///
/// # Errors
/// [`FileError`] when nothing of the file can be used.
pub fn read(bytes: &[u8], catalogue: &Catalogue) -> Result<CommitteeList, FileError> {
    let table = table::read::<CommitteeColumn>(bytes)?;
    let mut list = CommitteeList { committees: Committees::default(), lines: Vec::new() };
    for found in table.lines {
        let refused = match found.row {
            Ok(row) => add(&mut list.committees, &row, catalogue).err().map(Ok),
            Err(fault) => Some(Err(fault)),
        };
        list.lines.push(CommitteeLine { line: found.line, label: found.label, refused });
    }
    Ok(list)
}

fn add(
    committees: &mut Committees,
    row: &Row<CommitteeColumn>,
    catalogue: &Catalogue,
) -> Result<(), RegistrationFault> {
    let code = table::code(&text(row, CommitteeColumn::Code)?);
    let code: CommitteeCode =
        code.parse().ok().ok_or(RegistrationFault::Missing { column: CommitteeColumn::Code })?;
    if committees.known.contains_key(&code) {
        return Err(RegistrationFault::RepeatedCode);
    }
    let committee = committee(code.clone(), row, catalogue);
    let refused = committee.as_ref().err().cloned();
    committees.known.insert(code, committee);
    refused.map_or(Ok(()), Err)
}

fn committee(
    code: CommitteeCode,
    row: &Row<CommitteeColumn>,
    catalogue: &Catalogue,
) -> Result<ReviewCommittee, RegistrationFault> {
    let convening_code = table::code(&text(row, CommitteeColumn::ConveningCode)?)
        .parse()
        .map_err(|problem| RegistrationFault::ConveningCodeInvalid { problem })?;
    Ok(ReviewCommittee {
        code,
        name: printable(row, CommitteeColumn::Name)?,
        convening_unit: printable(row, CommitteeColumn::ConveningUnit)?,
        convening_code,
        approving_authority: printable(row, CommitteeColumn::ApprovingAuthority)?,
        filed: Committee { filing: filing(row)?, scope: scope(row, catalogue)? },
        autonomy: autonomy(row)?,
        suspensions: Vec::new(),
    })
}

/// None where the list does not have the column.
fn autonomy(row: &Row<CommitteeColumn>) -> Result<Option<Autonomy>, RegistrationFault> {
    let column = CommitteeColumn::Autonomous;
    if !row.has(column) {
        return Ok(None);
    }
    match table::compact(&text(row, column)?).as_str() {
        "" => Err(RegistrationFault::Missing { column }),
        "是" => Ok(Some(Autonomy::Autonomous)),
        "否" => Ok(Some(Autonomy::Ordinary)),
        _ => Err(RegistrationFault::AutonomyUnknown),
    }
}

fn filing(row: &Row<CommitteeColumn>) -> Result<Filing, RegistrationFault> {
    let number = DocumentNumber::read(&text(row, CommitteeColumn::FilingNumber)?)
        .map_err(|problem| RegistrationFault::FilingNumberMalformed { problem })?;
    let number = as_text(CommitteeColumn::FilingNumber, number.as_str())?;
    let from = date(row, CommitteeColumn::FiledFrom)?;
    let until = date(row, CommitteeColumn::FiledUntil)?;
    let from = certifiable(ledger_date(from).map_err(ExtensionFault::from))?;
    let until = certifiable(ledger_date(until).map_err(ExtensionFault::from))?;
    certifiable(Filing::new(number, from, until))
}

fn certifiable<T>(stated: Result<T, ExtensionFault>) -> Result<T, RegistrationFault> {
    stated.map_err(|problem| match problem {
        ExtensionFault::FilingTooLong { .. } => {
            RegistrationFault::FilingLongerThanThreeYears { problem }
        }
        _ => RegistrationFault::NotCertifiable { problem },
    })
}

fn scope(row: &Row<CommitteeColumn>, catalogue: &Catalogue) -> Result<Scope, RegistrationFault> {
    let series = listed(row, CommitteeColumn::Series, |word| series(word, catalogue))?;
    let levels: Vec<Level> = listed(row, CommitteeColumn::Levels, |word| {
        read_level(word).map_err(|problem| RegistrationFault::LevelUnknown { problem })
    })?;
    let district = table::code(&text(row, CommitteeColumn::District)?);
    if district.len() != 6 || !district.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(RegistrationFault::DistrictMalformed);
    }
    certifiable(Scope::new(series, levels, as_text(CommitteeColumn::District, &district)?))
}

/// Series 99 may stand in a scope without a name: the committee reviews what lies outside the others.
fn series(word: &str, catalogue: &Catalogue) -> Result<Series, RegistrationFault> {
    match catalogue.series(word) {
        Ok(series) => Ok(series.code()),
        Err(SeriesError::OtherNeedsName) => Ok(Series::OTHER),
        Err(problem) => Err(RegistrationFault::SeriesUnknown { problem }),
    }
}

/// Several values in one cell, ascending and each once.
fn listed<T: Ord>(
    row: &Row<CommitteeColumn>,
    column: CommitteeColumn,
    read: impl Fn(&str) -> Result<T, RegistrationFault>,
) -> Result<Vec<T>, RegistrationFault> {
    let text = table::text(&text(row, column)?);
    let words = text.split(['、', ',', ';', '/', '，', '；', ' ']).filter(|word| !word.is_empty());
    let mut values = words.map(read).collect::<Result<Vec<T>, _>>()?;
    values.sort();
    values.dedup();
    if values.is_empty() { Err(RegistrationFault::Missing { column }) } else { Ok(values) }
}

fn date(row: &Row<CommitteeColumn>, column: CommitteeColumn) -> Result<Date, RegistrationFault> {
    match row.cell(column) {
        Cell::Date(date) => Ok(*date),
        Cell::Faulty(_) => Err(RegistrationFault::DateInvalid { column, problem: DateError::Form }),
        _ => read_date(&text(row, column)?)
            .map_err(|problem| RegistrationFault::DateInvalid { column, problem }),
    }
}

fn printable(
    row: &Row<CommitteeColumn>,
    column: CommitteeColumn,
) -> Result<Text, RegistrationFault> {
    let text = text(row, column)?;
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.is_empty() {
        true => Err(RegistrationFault::Missing { column }),
        false => as_text(column, &words.join(" ")),
    }
}

fn as_text(column: CommitteeColumn, text: &str) -> Result<Text, RegistrationFault> {
    Text::new(text).map_err(|problem| RegistrationFault::Text { column, problem })
}

fn text(row: &Row<CommitteeColumn>, column: CommitteeColumn) -> Result<String, RegistrationFault> {
    row.text(column).map_err(|fault| RegistrationFault::Unreadable { column, fault })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    const SAMPLE: &[u8] = include_bytes!("../../tests/data/samples/committees.csv");

    fn sample() -> CommitteeList {
        read(SAMPLE, &Catalogue::published().unwrap()).unwrap()
    }

    /// The faults of the sample's first committee after one change of its text.
    fn changed(from: &str, to: &str) -> Vec<&'static str> {
        let text = String::from_utf8(SAMPLE.to_vec()).unwrap();
        let two: Vec<&str> = text.lines().take(2).collect();
        let changed = two.join("\n").replace(from, to);
        assert_ne!(changed, two.join("\n"), "{from} stands there");
        let list = read(changed.as_bytes(), &Catalogue::published().unwrap()).unwrap();
        list.committees.refused().map(|(_, fault)| fault.code()).collect()
    }

    #[test]
    fn registers_the_sample_but_for_the_filing_of_four_years() {
        let list = sample();
        assert_eq!(list.lines.len(), 12);
        assert_eq!(list.committees.registrable().count(), 11);
        let refused: Vec<_> = list.committees.refused().collect();
        let [(code, fault)] = refused.as_slice() else { panic!("{refused:?}") };
        assert_eq!(code.as_str(), "CQ-20-12");
        assert_eq!(fault.code(), "filing_longer_than_three_years");
    }

    #[test]
    fn reads_scope_and_filing() {
        let list = sample();
        let committee = list.committees.registrable().next().unwrap();
        assert_eq!(committee.code.as_str(), "CQ-05-01");
        assert_eq!(committee.scope().levels(), [Level::SeniorFull, Level::SeniorAssociate]);
        assert!(committee.scope().series().contains(&Series::new(5).unwrap()));
        assert_eq!(committee.filing().until().to_string(), "2027-05-31");
    }

    #[test]
    fn refuses_what_cannot_be_registered() {
        assert_eq!(
            changed("91500000U203BNL05Q", "91500000U203BNL05A"),
            ["convening_unit_code_invalid"]
        );
        assert_eq!(changed("〔2024〕101号", "2024年101号"), ["filing_number_malformed"]);
        assert_eq!(changed("2024-06-01", "2024-06-31"), ["date_invalid"]);
        assert_eq!(changed("2027-05-31", "2027-06-01"), ["filing_longer_than_three_years"]);
        assert_eq!(changed("2027-05-31", "2023-05-31"), ["filing_not_certifiable"]);
        assert_eq!(changed(",05,", ",55,"), ["series_unknown"]);
        assert_eq!(changed("正高级、副高级", "高级"), ["level_unknown"]);
        assert_eq!(changed("正高级、副高级", ""), ["field_missing"]);
        assert_eq!(changed(",500000", ",渝中区"), ["district_code_malformed"]);
        assert_eq!(changed("重庆市人力资源和社会保障局", " "), ["field_missing"]);
    }

    #[test]
    fn reads_whether_a_unit_reviews_autonomously_where_the_list_says_so() {
        let text = String::from_utf8(SAMPLE.to_vec()).unwrap();
        let two: Vec<&str> = text.lines().take(2).collect();
        let autonomy = |cell: &str| {
            let list = format!("{},是否自主评审\n{},{cell}\n", two[0], two[1]);
            let list = read(list.as_bytes(), &Catalogue::published().unwrap()).unwrap();
            let read = list.committees.registrable().next().map(|committee| committee.autonomy);
            let refused: Vec<_> = list.committees.refused().map(|(_, one)| one.code()).collect();
            (read.flatten(), refused)
        };
        assert_eq!(autonomy(" 是"), (Some(Autonomy::Autonomous), vec![]));
        assert_eq!(autonomy("否"), (Some(Autonomy::Ordinary), vec![]));
        assert_eq!(autonomy(""), (None, vec!["field_missing"]));
        assert_eq!(autonomy("部分"), (None, vec!["autonomy_unknown"]));
        assert!(sample().committees.registrable().all(|one| one.autonomy.is_none()));
    }

    #[test]
    fn keeps_the_first_of_two_committees_with_one_code() {
        let text = String::from_utf8(SAMPLE.to_vec()).unwrap().replace("CQ-05-02", "cq-05-01");
        let list = read(text.as_bytes(), &Catalogue::published().unwrap()).unwrap();
        let refused = list.lines.get(1).unwrap().refused.clone();
        assert_eq!(refused, Some(Ok(RegistrationFault::RepeatedCode)));
        let kept = list.committees.registrable().next().unwrap();
        assert_eq!(kept.filing().number().as_str(), "渝职改办〔2024〕101号");
    }
}
