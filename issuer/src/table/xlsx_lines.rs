//! Lines of an xlsx workbook, read cell by cell.
//!
//! The library's whole-range reader allocates the rectangle between the outermost cells: two cells in
//! opposite corners abort the process. Its cell reader does not, and is the only one used here.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use jiff::civil::Date;

use super::{
    Cell, CellFault, FileError, Line, LineForm, MAX_COLUMNS, MAX_LINES, MAX_TEXT_BYTES, preflight,
};

/// An opened workbook that passed the checks made before opening.
pub(super) struct Workbook<'a>(Xlsx<Cursor<&'a [u8]>>);

impl<'a> Workbook<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, FileError> {
        preflight::check(bytes)?;
        let workbook = contained(|| Xlsx::new(Cursor::new(bytes)).map_err(unreadable))?;
        Ok(Self(workbook))
    }

    /// The names of the visible sheets with cells, in order.
    ///
    /// # Errors
    /// [`FileError::TooManySheets`].
    pub(super) fn visible_sheets(&self) -> Result<Vec<String>, FileError> {
        let sheets = self.0.sheets_metadata().iter();
        let visible: Vec<String> = sheets
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .filter(|sheet| sheet.visible == SheetVisible::Visible)
            .map(|sheet| sheet.name.clone())
            .collect();
        match visible.len() {
            0..=MAX_SHEETS => Ok(visible),
            found => Err(FileError::TooManySheets { found, limit: MAX_SHEETS }),
        }
    }

    pub(super) fn lines(&mut self, sheet: &str) -> Result<Vec<Line>, FileError> {
        contained(|| lines(&mut self.0, sheet))
    }
}

/// Runs the library and turns a panic inside it into an error: the bytes that caused it are the
/// user's file, and the other work of this process must go on.
fn contained<T>(read: impl FnOnce() -> Result<T, FileError>) -> Result<T, FileError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_panic| {
        let detail = "the spreadsheet reader failed on damaged content".to_owned();
        Err(FileError::Workbook { detail })
    })
}

fn lines(workbook: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<Vec<Line>, FileError> {
    let mut reader = workbook.worksheet_cells_reader(sheet).map_err(unreadable)?;
    let mut rows: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
    let mut text_bytes = 0;
    while let Some(found) = reader.next_cell().map_err(unreadable)? {
        let (row, column) = found.get_position();
        let cell = cell(found.get_value());
        let column = column as usize;
        if cell.is_empty() || column >= MAX_COLUMNS {
            continue;
        }
        text_bytes += cell.text_bytes();
        if text_bytes > MAX_TEXT_BYTES {
            return Err(FileError::TooMuchText);
        }
        let cells = rows.entry(row).or_default();
        if cells.len() <= column {
            cells.resize(column + 1, Cell::Empty);
        }
        if let Some(slot) = cells.get_mut(column) {
            *slot = cell;
        }
        if rows.len() > MAX_LINES {
            return Err(FileError::TooManyLines);
        }
    }
    let line = |(row, cells): (u32, _)| Line {
        number: row.saturating_add(1),
        cells,
        form: LineForm::Placed,
        fault: None,
    };
    Ok(rows.into_iter().map(line).collect())
}

fn cell(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) => Cell::from_text(text),
        DataRef::SharedString(text) => Cell::from_text(text),
        DataRef::DateTimeIso(text) => Cell::from_text(text),
        DataRef::Int(number) => Cell::from_number(*number as f64),
        DataRef::Float(number) => Cell::from_number(*number),
        DataRef::DateTime(time) => {
            date(time).map_or(Cell::Faulty(CellFault::WrongType), Cell::Date)
        }
        DataRef::Bool(_) | DataRef::DurationIso(_) => Cell::Faulty(CellFault::WrongType),
        DataRef::Error(_) => Cell::Faulty(CellFault::WorkbookError),
    }
}

/// The day of a date cell. A time of day beside it is dropped; a time without a day is no date.
fn date(time: &ExcelDateTime) -> Option<Date> {
    if time.is_duration() || !(1.0..LAST_DAY).contains(&time.as_f64()) {
        return None;
    }
    let (year, month, day, ..) = time.to_ymd_hms_milli();
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn unreadable(error: XlsxError) -> FileError {
    FileError::Workbook { detail: error.to_string() }
}

/// Security: each sheet is read to its end; lists stand on the first.
const MAX_SHEETS: usize = 20;
/// The day after 9999-12-31 as spreadsheets count.
const LAST_DAY: f64 = 2_958_466.0;
