//! Rows: lines whose cells are found by column.

use std::fmt;
use std::marker::PhantomData;

use super::headings::{Heading, Mapping};
use super::{Cell, CellFault, Line, LineForm, normalise};

/// A table whose columns were found.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<C> {
    /// The lines below the headings, without blank and total lines.
    pub lines: Vec<TableLine<C>>,
    /// Headings that mean nothing to this program; their cells are not read.
    pub unknown_columns: Vec<String>,
    /// Other visible sheets of the workbook that hold something; nothing of them is read.
    pub unused_sheets: Vec<String>,
    /// The columns that no heading names.
    pub absent: Vec<C>,
    /// How many lines were skipped: totals, and lines with nothing but a label or a remark.
    pub skipped: usize,
}

/// One line below the headings.
#[derive(Debug, Clone, PartialEq)]
pub struct TableLine<C> {
    /// The line of the file, or the row of the sheet, counted from 1.
    pub line: u32,
    /// What the file calls it.
    pub label: RowLabel,
    /// Its cells by column.
    pub row: Result<Row<C>, LineFault>,
}

/// What a report calls a row: its 序号, or `line-7` where the file gives none that is safe to repeat.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowLabel(String);

/// The cells of one line, by column.
#[derive(Debug, Clone, PartialEq)]
pub struct Row<C> {
    /// One for each column; none where the table does not have the column.
    cells: Vec<Option<Cell>>,
    columns: PhantomData<C>,
}

/// Why a line as a whole cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// A quote opens a cell and nothing closes it.
    #[error("a quotation mark opens a cell and none closes it")]
    UnclosedQuote,
    /// Cells to the right of the last heading.
    #[error("{found} cells, but there are {limit} columns")]
    TooManyCells {
        /// How many cells the line has.
        found: usize,
        /// How many columns there are.
        limit: usize,
    },
    /// The line ends before the last column that is needed.
    #[error("{found} cells, but the columns need {needed}")]
    TooFewCells {
        /// How many cells the line has.
        found: usize,
        /// How many it must have at least.
        needed: usize,
    },
}

impl<C: Heading> Row<C> {
    /// The cell in a column; an absent column is empty.
    pub fn cell(&self, column: C) -> &Cell {
        self.stated(column).unwrap_or(&Cell::Empty)
    }

    /// Whether the table has the column; its cell may be empty all the same.
    pub fn has(&self, column: C) -> bool {
        self.stated(column).is_some()
    }

    fn stated(&self, column: C) -> Option<&Cell> {
        let place = C::ALL.iter().position(|known| *known == column);
        place.and_then(|place| self.cells.get(place)).and_then(Option::as_ref)
    }

    /// The text of a cell as it stands there. Empty cells give an empty text.
    ///
    /// # Errors
    /// The cell's own fault.
    pub fn text(&self, column: C) -> Result<String, CellFault> {
        match self.cell(column) {
            Cell::Empty => Ok(String::new()),
            Cell::Text(text) | Cell::Number(text) => Ok(text.clone()),
            Cell::Date(date) => Ok(date.to_string()),
            Cell::Faulty(fault) => Err(*fault),
        }
    }

    /// A row with these cells, for tests and for callers that have no file. It has no other columns.
    pub fn from_texts<'a>(texts: impl IntoIterator<Item = (C, &'a str)>) -> Self {
        let mut cells = vec![None; C::ALL.len()];
        for (column, text) in texts {
            let slot = C::ALL.iter().zip(&mut cells).find(|(known, _)| **known == column);
            if let Some((_, slot)) = slot {
                *slot = Some(Cell::from_text(text));
            }
        }
        Self { cells, columns: PhantomData }
    }
}

impl RowLabel {
    /// Privacy: a label is repeated in reports, so only numbers and plain codes are taken over; a name
    /// that stands in the wrong column never is.
    pub fn new(text: &str, line: u32) -> Self {
        let text = normalise::code(text);
        let is_plain = !text.is_empty()
            && text.len() <= MAX_LABEL
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
            && (1..ID_DIGITS).contains(&text.bytes().filter(u8::is_ascii_digit).count());
        if is_plain { Self(text) } else { Self(format!("line-{line}")) }
    }

    /// The label.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RowLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub(super) fn assemble<C: Heading>(
    mapping: &Mapping,
    lines: impl Iterator<Item = Line>,
) -> Table<C> {
    let unplaced = C::ALL.iter().zip(&mapping.places).filter(|(_, place)| place.is_none());
    let mut table = Table {
        lines: Vec::new(),
        unknown_columns: mapping.unknown.clone(),
        unused_sheets: Vec::new(),
        absent: unplaced.map(|(column, _)| *column).collect(),
        skipped: 0,
    };
    for line in lines {
        let cell = |place: usize| line.cells.get(place).cloned().unwrap_or_default();
        let cells = mapping.places.iter().map(|place| place.map(cell)).collect();
        let row = Row { cells, columns: PhantomData };
        if line.fault.is_none() && (holds_nothing::<C>(&row) || is_total::<C>(&row, &line)) {
            table.skipped += 1;
            continue;
        }
        let label = RowLabel::new(&row.text(C::LABEL).unwrap_or_default(), line.number);
        let fault = line.fault.clone().or_else(|| length_fault::<C>(mapping, &line));
        let row = fault.map_or(Ok(row), Err);
        table.lines.push(TableLine { line: line.number, label, row });
    }
    table
}

/// Nothing but a label (a form numbered in advance), or a remark below the table in one cell.
fn holds_nothing<C: Heading>(row: &Row<C>) -> bool {
    C::ALL.iter().all(|column| {
        let is_beside = *column == C::LABEL && C::LABEL != C::ANCHOR;
        is_beside || row.cell(*column).is_empty()
    })
}

/// A line that begins with 合计, 总计 or 小计 and has nothing in the column that real rows fill.
fn is_total<C: Heading>(row: &Row<C>, line: &Line) -> bool {
    let first = line.cells.iter().find(|cell| !cell.is_empty());
    let Some(Cell::Text(first)) = first else { return false };
    let first = normalise::compact(first);
    let is_word = ["合计", "总计", "小计", "共计"].iter().any(|word| first.starts_with(word));
    let anchor = row.text(C::ANCHOR).unwrap_or_default();
    is_word && (anchor.is_empty() || normalise::compact(&anchor) == first)
}

fn length_fault<C: Heading>(mapping: &Mapping, line: &Line) -> Option<LineFault> {
    if line.form == LineForm::Placed {
        return None;
    }
    let places = C::ALL.iter().zip(&mapping.places);
    let required = places.filter(|(column, _)| column.is_required());
    let needed = required.filter_map(|(_, place)| place.map(|place| place + 1)).max().unwrap_or(0);
    let found = line.cells.len();
    if found < needed {
        return Some(LineFault::TooFewCells { found, needed });
    }
    let is_beyond = line.cells.iter().skip(mapping.width).any(|cell| !cell.is_empty());
    is_beyond.then_some(LineFault::TooManyCells { found, limit: mapping.width })
}

/// Security: a label is repeated in every report.
const MAX_LABEL: usize = 24;
/// Privacy: a resident's number that stands in the wrong column has more digits than this.
const ID_DIGITS: usize = 13;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_a_number_or_code_and_never_a_name_or_an_identity_number() {
        let label = |text| RowLabel::new(text, 7).0;
        assert_eq!(label(" １２ "), "12");
        assert_eq!(label("cq-2026-0001"), "CQ-2026-0001");
        for text in ["", "张三", "John", "11010519491231002X", "1 2;3"] {
            assert_eq!(label(text), "line-7", "{text}");
        }
    }
}
