//! What must hold of a workbook before the spreadsheet library may see it.
//!
//! The library inflates some parts whole, reserves memory for as many shared strings as a number in
//! the file claims (an allocation that fails aborts the process), and computes with cell references
//! without looking for overflow. So every part is inflated here first, within limits, and searched
//! for such numbers. The searches look at bytes without knowing XML: they may refuse an odd workbook,
//! but there is no comment or quoting in which a number could be hidden from them.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::read::ZipFile;

use super::FileError;

pub(super) fn check(bytes: &[u8]) -> Result<(), FileError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    if archive.len() > MAX_PARTS {
        return Err(too_large(format!("{} parts, at most {MAX_PARTS}", archive.len())));
    }
    let mut inflated = 0;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(unreadable)?;
        inflated += check_part(part)?;
        if inflated > MAX_INFLATED {
            return Err(too_large(format!("more than {MAX_INFLATED} bytes in all")));
        }
    }
    Ok(())
}

/// Inflates one part within its limit and returns its size.
fn check_part(part: ZipFile<'_, Cursor<&[u8]>>) -> Result<u64, FileError> {
    let name = part.name().map_err(unreadable)?.to_ascii_lowercase();
    let limit = match name.rsplit(['/', '\\']).next() {
        Some("sharedstrings.xml") => MAX_SHARED_STRINGS,
        Some("styles.xml") => MAX_STYLES,
        _ => MAX_INFLATED,
    };
    let mut content = Vec::new();
    part.take(limit + 1).read_to_end(&mut content).map_err(|error| FileError::Workbook {
        detail: format!("a part does not unpack: {error}"),
    })?;
    let size = content.len() as u64;
    if size > limit {
        return Err(too_large(format!("one part has more than {limit} bytes")));
    }
    // Which parts are read as XML is for the workbook to say, so every part is searched.
    check_encoding(&name, &content)?;
    check_numbers(&content)?;
    Ok(size)
}

/// Refuses XML in UTF-16, in which the searches below would find nothing. Zero bytes elsewhere belong
/// to pictures and printer settings.
fn check_encoding(name: &str, content: &[u8]) -> Result<(), FileError> {
    let begins_wide =
        matches!(content, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [b'<', 0, ..] | [0, b'<', ..]);
    let is_named_xml = [".xml", ".rels", ".vml"].iter().any(|ending| name.ends_with(ending));
    match begins_wide || (is_named_xml && content.contains(&0)) {
        true => Err(FileError::Workbook { detail: "a part is not in UTF-8".to_owned() }),
        false => Ok(()),
    }
}

fn check_numbers(content: &[u8]) -> Result<(), FileError> {
    for value in attribute_values(content, b"uniqueCount") {
        if count(value).is_none_or(|count| count > MAX_STRINGS) {
            return Err(too_large(format!("more than {MAX_STRINGS} shared strings claimed")));
        }
    }
    for attribute in [&b"r"[..], b"ref"] {
        if !attribute_values(content, attribute).all(is_harmless_reference) {
            let detail = "a cell reference is beyond what a sheet has".to_owned();
            return Err(FileError::Workbook { detail });
        }
    }
    Ok(())
}

/// The values of everything that looks like `name="value"` or `name='value'`.
fn attribute_values<'a>(content: &'a [u8], name: &'static [u8]) -> impl Iterator<Item = &'a [u8]> {
    let starts = content.windows(name.len()).enumerate().filter(move |(_, w)| *w == name);
    starts.filter_map(move |(start, _)| {
        let before = start.checked_sub(1).and_then(|at| content.get(at));
        if before.is_some_and(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let rest = content.get(start + name.len()..)?.trim_ascii_start();
        let rest = rest.strip_prefix(b"=")?.trim_ascii_start();
        let (quote, rest) = rest.split_first().filter(|(quote, _)| b"\"'".contains(quote))?;
        let end = rest.iter().take(MAX_REFERENCE + 1).position(|byte| byte == quote);
        rest.get(..end.unwrap_or(rest.len().min(MAX_REFERENCE)))
    })
}

fn count(value: &[u8]) -> Option<u64> {
    std::str::from_utf8(value).ok()?.trim().parse().ok()
}

/// References such as `A1`, `XFD1048576`, `A1:U302` and plain row numbers; also anything that is no
/// reference at all, because the reader refuses that by itself without computing.
fn is_harmless_reference(value: &[u8]) -> bool {
    let parts: Vec<Option<(u32, u32)>> = value.split(|byte| *byte == b':').map(reference).collect();
    let is_in_order = match parts.as_slice() {
        [Some((row @ 1.., column)), Some((last_row @ 1.., last_column))] => {
            row <= last_row && column <= last_column
        }
        _ => true,
    };
    is_in_order && parts.iter().all(Option::is_some)
}

/// Row and column of a reference with at most six letters and nine digits, in that order. `None` stands for a reference on which arithmetic could overflow.
fn reference(part: &[u8]) -> Option<(u32, u32)> {
    let letters = part.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let digits = part.iter().skip(letters).take_while(|byte| byte.is_ascii_digit()).count();
    if letters > 6 || digits > 9 {
        return None;
    }
    let number = |radix: u32, base: u8, part: &[u8]| {
        let digit = |byte: &u8| u32::from(byte.to_ascii_uppercase().saturating_sub(base));
        part.iter().fold(0_u32, |sum, byte| sum.saturating_mul(radix).saturating_add(digit(byte)))
    };
    let (column, rest) = part.split_at_checked(letters)?;
    Some((number(10, b'0', rest.get(..digits)?), number(26, b'A' - 1, column)))
}

fn unreadable(error: zip::result::ZipError) -> FileError {
    FileError::Workbook { detail: error.to_string() }
}

fn too_large(detail: String) -> FileError {
    FileError::WorkbookTooLarge { detail }
}

/// Security: the work of opening an archive grows with its parts; workbooks have some twenty.
const MAX_PARTS: usize = 2_000;
/// Security: DEFLATE unfolds up to 1,032 times. 100,000 rows of 21 cells are some 200 MB of XML.
const MAX_INFLATED: u64 = 256 << 20;
/// Security: kept in memory whole, and an empty string of 5 bytes takes 24 there.
const MAX_SHARED_STRINGS: u64 = 96 << 20;
/// Security: kept in memory whole, and a style of 5 bytes takes some hundred there.
const MAX_STYLES: u64 = 8 << 20;
/// Security: the library reserves 24 bytes for each string that a workbook *claims*: 100 MB.
const MAX_STRINGS: u64 = 4 << 20;
/// A reference, or the value of `uniqueCount`, is shorter than this.
const MAX_REFERENCE: usize = 64;
