//! Tables as offices exchange them: CSV in UTF-8 or GB18030, and xlsx workbooks.
//!
//! A file is untrusted. Reading it gives lines of cells within stated bounds, then rows whose cells
//! are found by heading. A fault of one cell or one line stays with that cell or line.

mod cell;
mod csv_lines;
mod error;
mod headings;
mod kind;
mod normalise;
mod preflight;
mod row;
mod xlsx_lines;

#[cfg(test)]
mod hostile_tests;

pub use cell::{Cell, CellFault};
pub use error::{FileError, FileKind};
pub use headings::Heading;
pub use normalise::{code, compact, text};
pub use row::{LineFault, Row, RowLabel, Table, TableLine};

use csv_lines::TextEncoding;
use xlsx_lines::Workbook;

/// The largest file.
///
/// Security: the file is read into memory whole. A year's list of a city has some 50,000 rows of
/// about 300 bytes; this is four times that.
pub const MAX_FILE_BYTES: usize = 64 << 20;
/// The most lines with content.
///
/// Security: bounds the memory of a hostile workbook whose rows are nearly empty.
pub const MAX_LINES: usize = 200_000;
/// The most columns; cells beyond are not read.
///
/// Security: with [`MAX_LINES`] it bounds the number of cells. Exports have about 20 columns.
pub const MAX_COLUMNS: usize = 128;
/// The most characters in one cell.
///
/// Security: an oversized cell cannot reach a message, a certificate or the journal.
pub const MAX_CELL_CHARS: usize = 1_000;
/// The most text in all cells together, in bytes.
///
/// Security: a workbook can name one shared string from every cell; this bounds what that unfolds to.
pub const MAX_TEXT_BYTES: usize = 256 << 20;

/// One line of a file before headings are known.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    /// The line or sheet row in the file, counted from 1.
    number: u32,
    cells: Vec<Cell>,
    form: LineForm,
    /// Set when the line is broken as a whole; then `cells` is only good for finding its label.
    fault: Option<LineFault>,
}

/// Whether the number of cells in a line says anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineForm {
    /// Cells follow one another: a cell too few or too many has shifted the others.
    Delimited,
    /// Each cell knows its column.
    Placed,
}

/// Reads a table and finds its columns by heading.
///
/// # Errors
/// [`FileError`] when nothing of the file can be used; faults of single lines are in the table.
pub fn read<C: Heading>(bytes: &[u8]) -> Result<Table<C>, FileError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(FileError::TooLarge { bytes: bytes.len() });
    }
    let table = match kind::detect(bytes)? {
        kind::Readable::Workbook => of_workbook(Workbook::open(bytes)?)?,
        kind::Readable::Text => of_text(bytes)?,
    };
    // A list that lost its rows on the way must not look like one of which all were accepted.
    if table.lines.is_empty() { Err(FileError::NoRows) } else { Ok(table) }
}

fn of_text<C: Heading>(bytes: &[u8]) -> Result<Table<C>, FileError> {
    let mut failure = headings::not_found::<C>();
    for encoding in TextEncoding::candidates(bytes) {
        match headings::table(csv_lines::read(bytes, encoding)?) {
            Ok(table) => return Ok(table),
            Err(error) => failure = better(failure, error),
        }
    }
    Err(failure)
}

/// The one list among the visible sheets. Of two lists none would be read in silence, so both are named.
fn of_workbook<C: Heading>(mut workbook: Workbook<'_>) -> Result<Table<C>, FileError> {
    let mut failure = headings::not_found::<C>();
    let (mut list, mut empty, mut unused) = (None, None, Vec::new());
    for sheet in workbook.visible_sheets()? {
        let lines = workbook.lines(&sheet)?;
        let is_blank = lines.is_empty();
        match headings::table::<C>(lines) {
            Ok(table) if table.lines.is_empty() => empty = empty.or(Some(table)),
            Ok(table) => match list.take() {
                None => list = Some((sheet, table)),
                Some((first, _)) => {
                    return Err(FileError::SeveralLists { names: vec![first, sheet] });
                }
            },
            Err(error) => {
                failure = better(failure, error);
                if !is_blank {
                    unused.push(sheet);
                }
            }
        }
    }
    let list = list.map(|(_, table)| table).or(empty).ok_or(failure)?;
    Ok(Table { unused_sheets: unused, ..list })
}

/// Of two failed readings the one that found headings says more.
fn better(first: FileError, second: FileError) -> FileError {
    match first {
        FileError::HeadingsNotFound { .. } => second,
        _ => first,
    }
}
