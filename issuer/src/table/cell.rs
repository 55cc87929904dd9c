//! One cell, and what can be wrong with it before anybody asks what it means.

use jiff::civil::Date;

/// The content of a cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// Nothing, or only spaces.
    #[default]
    Empty,
    /// Text as it stands in the file, not normalised.
    Text(String),
    /// A whole number that a workbook holds exactly (at most 15 digits), as digits.
    Number(String),
    /// A date cell of a workbook, without time of day.
    Date(Date),
    /// Something that cannot be read as any of these.
    Faulty(CellFault),
}

/// Why a cell cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CellFault {
    /// Bytes that the file's encoding does not have.
    #[error("bytes that are not valid in the encoding of the file")]
    Encoding,
    /// Longer than [`super::MAX_CELL_CHARS`].
    #[error("longer than {} characters", super::MAX_CELL_CHARS)]
    TooLong,
    /// A workbook number with more digits than it can hold, or with a fraction: an ID number typed
    /// into a number cell has lost its last digits.
    #[error("a number that the workbook does not hold exactly")]
    InexactNumber,
    /// The result of a formula that failed, such as `#N/A`.
    #[error("an error value of the workbook")]
    WorkbookError,
    /// A time of day, a duration, a truth value or an impossible date.
    #[error("a time, duration or truth value")]
    WrongType,
}

impl Cell {
    /// A text cell, or an empty or oversized one.
    pub(super) fn from_text(text: &str) -> Self {
        if text.chars().all(|c| c.is_whitespace() || c == '\u{FEFF}' || c == '\u{200B}') {
            return Self::Empty;
        }
        match text.chars().nth(super::MAX_CELL_CHARS) {
            Some(_) => Self::Faulty(CellFault::TooLong),
            None => Self::Text(text.to_owned()),
        }
    }

    /// A number cell: exact whole numbers only.
    pub(super) fn from_number(number: f64) -> Self {
        match number.fract() == 0.0 && number.abs() < EXACT {
            true => Self::Number(format!("{number:.0}")),
            false => Self::Faulty(CellFault::InexactNumber),
        }
    }

    /// Whether the cell holds nothing.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// The memory its text takes, in bytes.
    pub(super) fn text_bytes(&self) -> usize {
        match self {
            Self::Text(text) | Self::Number(text) => text.len(),
            Self::Empty | Self::Date(_) | Self::Faulty(_) => 0,
        }
    }
}

/// Spreadsheets hold 15 significant digits.
const EXACT: f64 = 1e15;
