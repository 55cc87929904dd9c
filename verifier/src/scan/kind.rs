//! What a file is, by its first bytes.

use image::ImageFormat;

use super::{MAX_TEXT_LEN, ScanError, TooLarge};

/// How far into a file `%PDF-` may begin (ISO 32000-1, annex H.3.4.1).
const PDF_HEADER_WITHIN: usize = 1024;

/// What the first bytes say.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// A picture that we decode.
    Picture(ImageFormat),
    /// A PDF.
    Pdf,
    /// A receipt: a CBOR array of seven, beginning with its version.
    Receipt,
    /// A text in UTF-8.
    Text(&'a str),
}

impl<'a> Kind<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Result<Self, ScanError> {
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Ok(Self::Picture(ImageFormat::Png));
        }
        if bytes.starts_with(b"\xff\xd8\xff") {
            return Ok(Self::Picture(ImageFormat::Jpeg));
        }
        if let Some(name) = other_picture(bytes) {
            return Err(ScanError::PictureFormat { name });
        }
        let head = bytes.get(..PDF_HEADER_WITHIN.min(bytes.len())).unwrap_or_default();
        if head.windows(5).any(|window| window == b"%PDF-") {
            return Ok(Self::Pdf);
        }
        if let [0x87, 0x00..=0x17, ..] = bytes {
            return Ok(Self::Receipt);
        }
        match std::str::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => match text.len() {
                0..=MAX_TEXT_LEN => Ok(Self::Text(text)),
                len => Err(ScanError::TooLarge(TooLarge {
                    unit: "bytes",
                    found: len as u64,
                    limit: MAX_TEXT_LEN as u64,
                })),
            },
            _ => Err(ScanError::UnknownKind),
        }
    }
}

/// Pictures that people have and that we do not decode: each decoder is code that strangers feed.
fn other_picture(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => match brand.get(..4)? {
            b"heic" | b"heix" | b"hevc" | b"mif1" | b"msf1" => Some("HEIC"),
            b"avif" | b"avis" => Some("AVIF"),
            _ => None,
        },
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("WebP"),
        [b'G', b'I', b'F', b'8', ..] => Some("GIF"),
        [b'B', b'M', ..] if bytes.get(6..10) == Some(&[0; 4]) => Some("BMP"),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some("TIFF"),
        _ => None,
    }
}
