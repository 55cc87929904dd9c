//! What a file is, by its first bytes: names of files are often wrong.

use super::{FileError, FileKind};

/// A kind of file that has a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Readable {
    Text,
    Workbook,
}

pub(super) fn detect(bytes: &[u8]) -> Result<Readable, FileError> {
    let unusable = |kind| Err(FileError::NotATable { kind });
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(FileError::Empty);
    }
    match bytes {
        [b'P', b'K', 3, 4, ..] => return Ok(Readable::Workbook),
        [b'P', b'K', ..] => return unusable(FileKind::Archive),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return unusable(FileKind::OldWorkbook),
        [b'%', b'P', b'D', b'F', ..] => return unusable(FileKind::Pdf),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => return unusable(FileKind::Utf16),
        _ => {}
    }
    let start = bytes.trim_ascii_start();
    if start.first() == Some(&b'<') {
        return unusable(FileKind::Markup);
    }
    match bytes.contains(&0) {
        true => unusable(FileKind::Binary),
        false => Ok(Readable::Text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_kind_of_a_file_that_is_no_table() {
        let cases: [(&[u8], FileKind); 6] = [
            (b"%PDF-1.7", FileKind::Pdf),
            (b"\xD0\xCF\x11\xE0\xA1\xB1", FileKind::OldWorkbook),
            (b"\xFF\xFE\x01\x02", FileKind::Utf16),
            (b"  <html><table>", FileKind::Markup),
            (b"\x89PNG\0\0", FileKind::Binary),
            (b"PK\x05\x06", FileKind::Archive),
        ];
        for (bytes, kind) in cases {
            assert_eq!(detect(bytes), Err(FileError::NotATable { kind }));
        }
        assert_eq!(detect(b" \r\n"), Err(FileError::Empty));
    }
}
