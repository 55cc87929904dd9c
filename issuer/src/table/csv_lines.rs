//! Lines of a CSV file.
//!
//! Records are cut at byte level and their cells decoded one by one, so that bad bytes or a stray
//! quote spoil one cell or one line. (No byte of a multi-byte GB18030 character is a comma, a quote or
//! a line break.)

use encoding_rs::GB18030;

use super::{
    Cell, CellFault, FileError, Line, LineFault, LineForm, MAX_COLUMNS, MAX_LINES, MAX_TEXT_BYTES,
};

/// How the bytes of a text file stand for characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextEncoding {
    Utf8,
    Gb18030,
}

impl TextEncoding {
    /// The encodings to try, likeliest first: what is valid UTF-8 or says so is UTF-8, else GB18030;
    /// the other one is tried when no headings come out of the first (a UTF-8 file with one bad byte).
    pub(super) fn candidates(bytes: &[u8]) -> [Self; 2] {
        match bytes.starts_with(UTF8_BOM) || std::str::from_utf8(bytes).is_ok() {
            true => [Self::Utf8, Self::Gb18030],
            false => [Self::Gb18030, Self::Utf8],
        }
    }

    fn bom(self) -> &'static [u8] {
        match self {
            Self::Utf8 => UTF8_BOM,
            Self::Gb18030 => GB18030_BOM,
        }
    }

    fn cell(self, bytes: &[u8]) -> Cell {
        let text = match self {
            Self::Utf8 => std::str::from_utf8(bytes).ok().map(Into::into),
            Self::Gb18030 => GB18030.decode_without_bom_handling_and_without_replacement(bytes),
        };
        text.map_or(Cell::Faulty(CellFault::Encoding), |text| Cell::from_text(&text))
    }
}

pub(super) fn read(bytes: &[u8], encoding: TextEncoding) -> Result<Vec<Line>, FileError> {
    let mut rest = bytes.strip_prefix(encoding.bom()).unwrap_or(bytes);
    let mut lines = Vec::new();
    let mut number = 1_u32;
    let mut text_bytes = 0;
    let mut cutter = CellCutter::new();
    let mut cells =
        |record| -> Vec<Cell> { cutter.cut(record).map(|cell| encoding.cell(cell)).collect() };
    while !rest.is_empty() {
        let (record, after, breaks) = split_record(rest);
        let (cells, fault) = match record {
            Record::Whole(record) => (cells(record), None),
            Record::UnclosedQuote(line) => (cells(line), Some(LineFault::UnclosedQuote)),
        };
        let found = cells.len();
        let too_many = LineFault::TooManyCells { found, limit: MAX_COLUMNS };
        let fault = fault.or((found > MAX_COLUMNS).then_some(too_many));
        if fault.is_some() || !cells.iter().all(Cell::is_empty) {
            text_bytes += cells.iter().map(Cell::text_bytes).sum::<usize>();
            lines.push(Line { number, cells, form: LineForm::Delimited, fault });
        }
        if lines.len() > MAX_LINES {
            return Err(FileError::TooManyLines);
        }
        if text_bytes > MAX_TEXT_BYTES {
            return Err(FileError::TooMuchText);
        }
        number = number.saturating_add(breaks);
        rest = after;
    }
    Ok(lines)
}

enum Record<'a> {
    Whole(&'a [u8]),
    UnclosedQuote(&'a [u8]),
}

/// The first record of `bytes`, what follows it, and how many line breaks it took.
///
/// A line ends with LF, CR LF or a CR alone (spreadsheets of old save so): what the reader of cells
/// takes for an end is one here too, so that no row hides behind another. A quoted cell may hold line
/// breaks, but at most [`MAX_BREAKS_IN_RECORD`]: a quote that nobody closes must not swallow the rows
/// below it.
fn split_record(bytes: &[u8]) -> (Record<'_>, &[u8], u32) {
    let mut state = State::CellStart;
    let mut breaks = 0;
    for (index, byte) in bytes.iter().enumerate() {
        let is_break = is_break(bytes, index);
        state = match (state, byte) {
            (State::Quoted, b'"') => State::QuoteInQuoted,
            (State::Quoted, _) if is_break && breaks == MAX_BREAKS_IN_RECORD => {
                return unclosed(bytes);
            }
            (State::Quoted, _) => {
                breaks += u32::from(is_break);
                State::Quoted
            }
            (_, b'\n' | b'\r') => {
                let (record, rest) = cut(bytes, index);
                return (Record::Whole(record), rest, breaks + 1);
            }
            (State::CellStart | State::QuoteInQuoted, b'"') => State::Quoted,
            (State::CellStart | State::Plain | State::QuoteInQuoted, b',') => State::CellStart,
            // After the closing quote other text goes on: it closed nothing, look at one line only.
            (State::QuoteInQuoted, _) if breaks > 0 => return unclosed(bytes),
            (State::CellStart | State::Plain | State::QuoteInQuoted, _) => State::Plain,
        };
    }
    match state {
        State::Quoted => unclosed(bytes),
        State::CellStart | State::Plain | State::QuoteInQuoted => {
            (Record::Whole(bytes), &[], breaks + 1)
        }
    }
}

fn unclosed(bytes: &[u8]) -> (Record<'_>, &[u8], u32) {
    let end = bytes.iter().position(|byte| b"\r\n".contains(byte)).unwrap_or(bytes.len());
    let (line, rest) = cut(bytes, end);
    (Record::UnclosedQuote(line), rest, 1)
}

/// Whether a line break ends at `index`: a CR before an LF is the first half of one.
fn is_break(bytes: &[u8], index: usize) -> bool {
    match bytes.get(index) {
        Some(b'\n') => true,
        Some(b'\r') => bytes.get(index + 1) != Some(&b'\n'),
        Some(_) | None => false,
    }
}

/// What is before `end`, and what is behind the line break there.
fn cut(bytes: &[u8], end: usize) -> (&[u8], &[u8]) {
    let (before, behind) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
    let after = behind.strip_prefix(b"\r\n").or_else(|| behind.get(1..)).unwrap_or_default();
    (before, after)
}

#[derive(Clone, Copy)]
enum State {
    CellStart,
    Plain,
    Quoted,
    QuoteInQuoted,
}

/// Cuts one record after another into its cells: making a reader costs more than reading a line.
struct CellCutter {
    reader: csv_core::Reader,
    /// The cells' bytes, one after the other.
    text: Vec<u8>,
    /// Where each of them ends.
    ends: Vec<usize>,
}

impl CellCutter {
    fn new() -> Self {
        Self { reader: csv_core::Reader::new(), text: Vec::new(), ends: Vec::new() }
    }

    /// The cells of a record without its line break, unquoted.
    fn cut(&mut self, record: &[u8]) -> impl Iterator<Item = &[u8]> {
        self.reader.reset();
        // Unquoting only shortens, and every cell but the first one follows a comma.
        self.text.resize(record.len(), 0);
        self.ends.resize(record.len() + 1, 0);
        let (_, _, _, before) = self.reader.read_record(record, &mut self.text, &mut self.ends);
        // Nothing more to come ends the last cell.
        let left = self.ends.get_mut(before..).unwrap_or_default();
        let (_, _, _, last) = self.reader.read_record(&[], &mut [], left);
        let ends = self.ends.get(..before + last).unwrap_or_default();
        let starts = std::iter::once(&0).chain(ends);
        starts.zip(ends).filter_map(|(start, end)| self.text.get(*start..*end))
    }
}

const UTF8_BOM: &[u8] = b"\xEF\xBB\xBF";
const GB18030_BOM: &[u8] = b"\x84\x31\x95\x33";
/// Security: bounds how many rows a stray quote can take with it before it is recognised as one.
const MAX_BREAKS_IN_RECORD: u32 = 20;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    fn texts(bytes: &[u8], encoding: TextEncoding) -> Vec<(u32, Result<Vec<String>, LineFault>)> {
        let text = |cell: &Cell| match cell {
            Cell::Text(text) => text.clone(),
            Cell::Empty => String::new(),
            other => format!("{other:?}"),
        };
        let content = |line: &Line| match &line.fault {
            None => Ok(line.cells.iter().map(text).collect()),
            Some(fault) => Err(fault.clone()),
        };
        let lines = read(bytes, encoding).unwrap();
        lines.iter().map(|line| (line.number, content(line))).collect()
    }

    fn owned(cells: &[&str]) -> Result<Vec<String>, LineFault> {
        Ok(cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn reads_both_line_endings_quotes_and_breaks_inside_them() {
        let bytes = "\u{FEFF}a,b\r\n\r\n1,\"x, \"\"y\"\"\nz\"\n2,\"\"".as_bytes();
        assert_eq!(
            texts(bytes, TextEncoding::Utf8),
            [(1, owned(&["a", "b"])), (3, owned(&["1", "x, \"y\"\nz"])), (5, owned(&["2", ""]))]
        );
    }

    #[test]
    fn a_line_ends_with_a_carriage_return_alone_too() {
        let lines = texts(b"a,b\r1,\"x\ry\"\r\r2,z\r\n3,w\r", TextEncoding::Utf8);
        assert_eq!(
            lines,
            [
                (1, owned(&["a", "b"])),
                (2, owned(&["1", "x\ry"])),
                (5, owned(&["2", "z"])),
                (6, owned(&["3", "w"]))
            ]
        );
        let lines = texts(b"1,\"open\r2,fine\r3,fine\r", TextEncoding::Utf8);
        assert_eq!(lines[0], (1, Err(LineFault::UnclosedQuote)));
        assert_eq!(lines[1..], [(2, owned(&["2", "fine"])), (3, owned(&["3", "fine"]))]);
    }

    #[test]
    fn an_unclosed_quote_spoils_its_own_line_only() {
        let mut bytes = b"1,\"open\n".to_vec();
        for row in 2..60 {
            bytes.extend(format!("{row},fine\n").as_bytes());
        }
        let lines = texts(&bytes, TextEncoding::Utf8);
        assert_eq!(lines.len(), 59);
        assert_eq!(lines.first().unwrap(), &(1, Err(LineFault::UnclosedQuote)));
        assert_eq!(lines.get(1).unwrap(), &(2, owned(&["2", "fine"])));
    }

    #[test]
    fn an_unclosed_quote_is_not_closed_by_the_next_rows_quoted_cell() {
        let lines = texts(b"1,\"open\n2,\"fine\"\n", TextEncoding::Utf8);
        assert_eq!(lines, [(1, Err(LineFault::UnclosedQuote)), (2, owned(&["2", "fine"]))]);
        let lines = texts(b"1,fine\n2,\"open", TextEncoding::Utf8);
        assert_eq!(lines, [(1, owned(&["1", "fine"])), (2, Err(LineFault::UnclosedQuote))]);
    }

    #[test]
    fn a_quote_inside_a_plain_cell_is_text() {
        assert_eq!(texts(b"1,5\" x\n2,y", TextEncoding::Utf8)[0], (1, owned(&["1", "5\" x"])));
    }

    #[test]
    fn bad_bytes_spoil_their_own_cell_only() {
        let (mut bytes, _, _) = GB18030.encode("1,龚𬭎,男\n2,");
        bytes.to_mut().extend(b"\xFF\xFF,x\n3,y");
        let lines = texts(&bytes, TextEncoding::Gb18030);
        assert_eq!(lines[0], (1, owned(&["1", "龚𬭎", "男"])));
        assert_eq!(lines[1], (2, owned(&["2", "Faulty(Encoding)", "x"])));
        assert_eq!(lines[2], (3, owned(&["3", "y"])));
    }

    #[test]
    fn an_oversized_line_is_named() {
        let bytes = ",x".repeat(MAX_COLUMNS);
        let fault = LineFault::TooManyCells { found: MAX_COLUMNS + 1, limit: MAX_COLUMNS };
        assert_eq!(texts(bytes.as_bytes(), TextEncoding::Utf8), [(1, Err(fault))]);
    }

    proptest::proptest! {
        #[test]
        fn every_row_of_plain_cells_is_read_whatever_ends_the_lines(
            rows in proptest::collection::vec(("[a1]{1,3}", "[\\r\\n]{1,3}"), 1..20)) {
            let text: String = rows.iter().flat_map(|(row, end)| [row.as_str(), end]).collect();
            let lines = read(text.as_bytes(), TextEncoding::Utf8).unwrap();
            proptest::prop_assert_eq!(lines.len(), rows.len());
        }

        #[test]
        fn never_panics_and_never_loses_a_line(bytes in proptest::collection::vec(
            proptest::sample::select(b"\",\r\n a1\x81\xFF".to_vec()), 0..200)) {
            for encoding in TextEncoding::candidates(&bytes) {
                let lines = read(&bytes, encoding).unwrap();
                let mut numbers: Vec<_> = lines.iter().map(|line| line.number).collect();
                numbers.dedup();
                proptest::prop_assert_eq!(numbers.len(), lines.len());
            }
        }
    }
}
