//! Workbooks that try to bring the process down, and odd but honest ones.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::io::{Cursor, Write};

use jiff::civil::Date;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Cell, CellFault, FileError, Heading, Row, Table, read};
use crate::approval::Column;

/// A minimal workbook with the given sheet and further parts.
fn workbook(sheet: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let fixed = [
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", WORKBOOK_RELS),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    for (name, content) in fixed.iter().chain(parts) {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn sheet(rows: &str) -> String {
    format!(r#"<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>"#)
}

fn refused(bytes: &[u8]) -> FileError {
    read::<Column>(bytes).unwrap_err()
}

/// A workbook whose first row holds all headings.
fn with_headings() -> Workbook {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (at, column) in (0_u16..).zip(Column::ALL) {
        sheet.write_string(0, at, column.name()).unwrap();
    }
    workbook
}

fn place(column: Column) -> u16 {
    u16::try_from(Column::ALL.iter().position(|known| *known == column).unwrap()).unwrap()
}

fn only_row(table: &Table<Column>) -> &Row<Column> {
    let [line] = table.lines.as_slice() else { panic!("{} lines", table.lines.len()) };
    line.row.as_ref().unwrap()
}

#[test]
fn cells_in_opposite_corners_cost_nothing() {
    let mut workbook = with_headings();
    let sheet = workbook.worksheet_from_index(0).unwrap();
    sheet.write_string(1_048_575, 16_383, "x").unwrap();
    sheet.write_string(1_048_574, 1, "name").unwrap();
    let table = read::<Column>(&workbook.save_to_buffer().unwrap()).unwrap();
    assert_eq!(table.lines.first().unwrap().line, 1_048_575);
    assert_eq!(table.lines.len(), 1);
}

#[test]
fn reads_date_number_and_faulty_cells() {
    let mut workbook = with_headings();
    let sheet = workbook.worksheet_from_index(0).unwrap();
    let day = Format::new().set_num_format("yyyy/m/d");
    let clock = Format::new().set_num_format("hh:mm");
    let date = ExcelDateTime::from_ymd(2026, 3, 2).unwrap();
    sheet.write_number(1, place(Column::Number), 7.0).unwrap();
    sheet.write_number(1, place(Column::DocumentNumber), 500_000_196_205_191_011.0).unwrap();
    sheet.write_datetime_with_format(1, place(Column::ReviewedOn), &date, &day).unwrap();
    sheet.write_number_with_format(1, place(Column::NoticeFrom), 0.5, &clock).unwrap();
    let not_available = Formula::new("=NA()").set_result("#N/A");
    sheet.write_formula(1, place(Column::Name), not_available).unwrap();
    sheet.write_boolean(1, place(Column::Employer), true).unwrap();
    sheet.write_number(1, place(Column::Series), 5.0).unwrap();
    sheet.write_number(1, place(Column::Level), 0.5).unwrap();
    sheet.write_string(1, place(Column::Specialty), "长".repeat(1_001)).unwrap();
    let table = read::<Column>(&workbook.save_to_buffer().unwrap()).unwrap();
    let row = only_row(&table);
    assert_eq!(table.lines.first().unwrap().label.as_str(), "7");
    assert_eq!(row.cell(Column::DocumentNumber), &Cell::Faulty(CellFault::InexactNumber));
    assert_eq!(row.cell(Column::ReviewedOn), &Cell::Date(Date::constant(2026, 3, 2)));
    assert_eq!(row.cell(Column::NoticeFrom), &Cell::Faulty(CellFault::WrongType));
    assert_eq!(row.cell(Column::Name), &Cell::Faulty(CellFault::WorkbookError));
    assert_eq!(row.cell(Column::Employer), &Cell::Faulty(CellFault::WrongType));
    assert_eq!(row.cell(Column::Series), &Cell::Number("5".to_owned()));
    assert_eq!(row.cell(Column::Level), &Cell::Faulty(CellFault::InexactNumber));
    assert_eq!(row.cell(Column::Specialty), &Cell::Faulty(CellFault::TooLong));
}

/// Adds a sheet with all headings below a title, and one row for each text, which fills its cells.
fn add_list(workbook: &mut Workbook, sheet: &str, rows: &[&str]) {
    let sheet = workbook.add_worksheet().set_name(sheet).unwrap();
    for (at, column) in (0_u16..).zip(Column::ALL) {
        sheet.write_string(3, at, column.name()).unwrap();
        for (row, text) in (4_u32..).zip(rows) {
            sheet.write_string(row, at, *text).unwrap();
        }
    }
}

fn opened(mut workbook: Workbook) -> Result<Table<Column>, FileError> {
    read::<Column>(&workbook.save_to_buffer().unwrap())
}

#[test]
fn finds_the_list_on_the_only_visible_sheet_that_has_one() {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("说明").unwrap().write_string(0, 0, "说明").unwrap();
    add_list(&mut workbook, "隐藏", &["错"]);
    workbook.worksheet_from_index(1).unwrap().set_hidden(true);
    add_list(&mut workbook, "空表", &[]);
    add_list(&mut workbook, "名单", &["对"]);
    workbook.add_worksheet();
    let table = opened(workbook).unwrap();
    assert_eq!(only_row(&table).text(Column::Name).unwrap(), "对");
    assert_eq!(table.unused_sheets, ["说明"]);
}

#[test]
fn refuses_a_workbook_with_two_lists_and_names_both() {
    let mut workbook = Workbook::new();
    add_list(&mut workbook, "甲", &["一"]);
    add_list(&mut workbook, "乙", &["二"]);
    let error = opened(workbook).unwrap_err();
    assert_eq!(error.code(), "several_lists");
    for said in [error.to_string(), error.message_zh()] {
        assert!(said.contains('甲') && said.contains('乙'), "{said}");
    }
}

#[test]
fn refuses_a_workbook_with_more_sheets_than_are_looked_through() {
    let mut workbook = Workbook::new();
    for _ in 0..20 {
        workbook.add_worksheet();
    }
    add_list(&mut workbook, "最后", &["一"]);
    assert_eq!(opened(workbook).unwrap_err(), FileError::TooManySheets { found: 21, limit: 20 });
}

#[test]
fn refuses_headings_without_a_row() {
    let mut workbook = Workbook::new();
    add_list(&mut workbook, "名单", &[]);
    assert_eq!(opened(workbook).unwrap_err(), FileError::NoRows);
    let headings: Vec<&str> = Column::ALL.iter().map(|column| column.name()).collect();
    assert_eq!(refused(headings.join(",").as_bytes()), FileError::NoRows);
}

#[test]
fn refuses_a_claim_of_more_shared_strings_than_memory() {
    let strings = format!(
        r#"<!-- <sst uniqueCount="1"> --><sst xmlns="{MAIN}" uniqueCount = '99999999999'></sst>"#
    );
    let bytes = workbook(&sheet(""), &[("xl/sharedStrings.xml", &strings)]);
    assert_eq!(refused(&bytes).code(), "workbook_too_large");
}

#[test]
fn refuses_cell_references_on_which_arithmetic_overflows() {
    for cell in ["AAAAAAAAAAAAAAAA1", "A99999999999"] {
        let rows = format!(r#"<row r="1"><c r="{cell}"><v>1</v></c></row>"#);
        assert_eq!(refused(&workbook(&sheet(&rows), &[])).code(), "workbook_unreadable", "{cell}");
    }
    let reversed = sheet("").replace("<sheetData>", r#"<dimension ref="B2:A1"/><sheetData>"#);
    assert_eq!(refused(&workbook(&reversed, &[])).code(), "workbook_unreadable");
    let row = r#"<row r="4294967296"><c><v>1</v></c></row>"#;
    assert_eq!(refused(&workbook(&sheet(row), &[])).code(), "workbook_unreadable");
}

#[test]
fn refuses_a_part_that_unfolds_beyond_its_limit() {
    let styles = format!("<styleSheet>{}</styleSheet>", " ".repeat(9 << 20));
    let bytes = workbook(&sheet(""), &[("xl/styles.xml", &styles)]);
    assert!(bytes.len() < 100_000);
    assert_eq!(refused(&bytes).code(), "workbook_too_large");
}

#[test]
fn refuses_parts_in_an_encoding_that_hides_them_from_the_searches() {
    let wide: String = sheet("").chars().flat_map(|c| [c, '\0']).collect();
    assert_eq!(refused(&workbook(&wide, &[])).code(), "workbook_unreadable");
}

#[test]
fn refuses_an_archive_that_is_no_workbook() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("list.csv", SimpleFileOptions::default()).unwrap();
    zip.write_all(b"1,2,3").unwrap();
    assert_eq!(refused(&zip.finish().unwrap().into_inner()).code(), "workbook_unreadable");
    assert_eq!(refused(b"PK\x03\x04 and nothing more").code(), "workbook_unreadable");
}

#[test]
fn a_file_without_content_or_of_another_kind_is_named() {
    assert_eq!(refused(b"").code(), "file_empty");
    assert_eq!(refused(b"%PDF-1.7 named list.csv").code(), "file_not_a_table");
    let error = refused(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    assert!(error.to_string().contains("save it as .xlsx"), "{error}");
    assert!(error.message_zh().contains("另存为 .xlsx"));
}

#[test]
fn survives_every_truncation_and_damage_of_a_real_workbook() {
    let whole = include_bytes!("../../tests/data/samples/approved-results.xlsx");
    for length in (0..whole.len()).step_by(911) {
        assert!(read::<Column>(&whole[..length]).is_err(), "{length} bytes");
    }
    for at in (0..whole.len()).step_by(1_009) {
        let mut damaged = whole.to_vec();
        damaged[at] ^= 0x55;
        // Damage may hit a part that nobody reads; what matters is that there is an answer.
        let _ = read::<Column>(&damaged);
    }
}

/// Damage inside the XML, behind a correct archive: a simple generator of changes, always the same.
#[test]
fn survives_damage_inside_the_sheets_xml() {
    let headings: String = Column::ALL
        .iter()
        .map(|column| format!(r#"<c t="inlineStr"><is><t>{}</t></is></c>"#, column.name()))
        .collect();
    let rows = format!(
        r#"<row r="1">{headings}</row><row r="2"><c r="A2" s="1" t="n"><v>1</v></c></row>"#
    );
    let original = sheet(&rows).into_bytes();
    let mut state = 1_u64;
    let mut next = |bound: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % bound
    };
    for _ in 0..500 {
        let mut damaged = original.clone();
        for _ in 0..=next(3) {
            let at = next(damaged.len());
            match next(3) {
                0 => damaged[at] = b"<>/\"=rsc19AZ &"[next(14)],
                1 => drop(damaged.drain(at..damaged.len().min(at + 1 + next(40)))),
                _ => damaged
                    .splice(at..at, original[at % original.len()..].iter().take(30).copied())
                    .for_each(drop),
            }
        }
        let Ok(text) = String::from_utf8(damaged) else { continue };
        let _ = read::<Column>(&workbook(&text, &[]));
    }
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const WORKBOOK_RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
