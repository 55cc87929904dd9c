//! What became of each row. A report names rows and columns; it never holds a name or a number of a
//! person.

use serde::Serialize;

use super::pending::Standing;
use crate::approval::{Column, FieldFault};
use crate::eligibility::Ineligible;
use crate::table::{Heading, LineFault, RowLabel};

/// What became of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportReport {
    /// Each row, in the order of the file.
    pub rows: Vec<RowReport>,
    /// Headings that mean nothing to this program; those columns were not read.
    pub unknown_columns: Vec<String>,
    /// Other visible sheets of the workbook that hold something; they were not read.
    pub unused_sheets: Vec<String>,
    /// Columns that the list does not have; all of them are optional.
    pub absent_columns: Vec<Column>,
    /// Lines that are no rows: totals, and lines with nothing but a number or a remark.
    pub skipped: usize,
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq)]
pub struct RowReport {
    /// The line of the file, or the row of the sheet.
    pub line: u32,
    /// Its 序号, or the line's number.
    pub label: RowLabel,
    /// Accepted or refused.
    pub verdict: RowVerdict,
}

/// Accepted or refused.
#[derive(Debug, Clone, PartialEq)]
pub enum RowVerdict {
    /// Eligible. With a store at hand: whether it was known before.
    Accepted(Option<Standing>),
    /// Nothing is issued from this row.
    Refused(Refusal),
}

/// Why a row was refused.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// The line is broken as a whole.
    Malformed(LineFault),
    /// A field is wrong; others may be too.
    Field {
        /// The leftmost fault: the reason.
        first: Box<FieldFault>,
        /// The other faults, from left to right.
        others: Vec<FieldFault>,
    },
    /// A gate did not open.
    Ineligible(Box<Ineligible>),
    /// An accepted row above has the same person, series, level and specialty.
    DuplicateOf(RowLabel),
}

impl Refusal {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "row_malformed",
            Self::Field { first, .. } => first.code(),
            Self::Ineligible(gate) => gate.code(),
            Self::DuplicateOf(_) => "duplicate_of_row",
        }
    }

    /// The heading of the column to look at; none when it is the whole row.
    pub fn column(&self) -> Option<&'static str> {
        match self {
            Self::Malformed(_) | Self::DuplicateOf(_) => None,
            Self::Field { first, .. } => Some(first.column().name()),
            Self::Ineligible(gate) => Some(gate.column().name()),
        }
    }

    /// The sentence in Chinese.
    pub fn message_zh(&self) -> String {
        match self {
            Self::Malformed(LineFault::UnclosedQuote) => {
                "该行有未闭合的引号:请检查引号后重新导入该行".to_owned()
            }
            Self::Malformed(LineFault::TooManyCells { found, limit }) => {
                format!("该行有 {found} 个单元格,表头只有 {limit} 列:多余的逗号须加引号")
            }
            Self::Malformed(LineFault::TooFewCells { found, needed }) => {
                format!("该行只有 {found} 个单元格,至少应有 {needed} 个")
            }
            Self::Field { first, .. } => first.message_zh(),
            Self::Ineligible(gate) => gate.message_zh(),
            Self::DuplicateOf(row) => format!("与第 {row} 号的人员、系列、级别和专业相同"),
        }
    }

    /// The sentence in English.
    pub fn message_en(&self) -> String {
        match self {
            Self::Malformed(fault) => format!("the row cannot be read: {fault}"),
            Self::Field { first, .. } => first.message_en(),
            Self::Ineligible(gate) => gate.message_en(),
            Self::DuplicateOf(row) => {
                format!("row {row} above has the same person, series, level and specialty")
            }
        }
    }

    /// The codes of the row's other faults, so that all can be put right at once.
    pub fn other_codes(&self) -> Vec<&'static str> {
        match self {
            Self::Field { others, .. } => others.iter().map(FieldFault::code).collect(),
            Self::Malformed(_) | Self::Ineligible(_) | Self::DuplicateOf(_) => Vec::new(),
        }
    }
}

impl ImportReport {
    /// How many rows were accepted.
    pub fn accepted(&self) -> usize {
        self.rows.iter().filter(|row| matches!(row.verdict, RowVerdict::Accepted(_))).count()
    }

    /// How many rows were refused.
    pub fn refused(&self) -> usize {
        self.rows.len() - self.accepted()
    }
}

impl RowReport {
    /// The row as one JSON object without line breaks.
    ///
    /// # Errors
    /// Never for values of this type; the JSON writer's error is passed on rather than hidden.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let plain = JsonRow { row: self.label.as_str(), line: self.line, ..JsonRow::default() };
        serde_json::to_string(&match &self.verdict {
            RowVerdict::Accepted(standing) => {
                JsonRow { verdict: "accepted", standing: standing.map(standing_code), ..plain }
            }
            RowVerdict::Refused(refusal) => JsonRow {
                verdict: "refused",
                reason: Some(refusal.code()),
                column: refusal.column(),
                message_zh: Some(refusal.message_zh()),
                message_en: Some(refusal.message_en()),
                duplicate_of: match refusal {
                    Refusal::DuplicateOf(row) => Some(row.as_str()),
                    _ => None,
                },
                also: refusal.other_codes(),
                ..plain
            },
        })
    }
}

const fn standing_code(standing: Standing) -> &'static str {
    match standing {
        Standing::Pending => "already_pending",
        Standing::Issued => "already_issued",
    }
}

#[derive(Serialize, Default)]
struct JsonRow<'a> {
    row: &'a str,
    line: u32,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_zh: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_en: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duplicate_of: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<&'static str>,
}
