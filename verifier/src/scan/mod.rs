//! From what a person hands in (a picture, a PDF, a receipt, a text) to the one thing to check.
//!
//! What a file is, its first bytes say; names and media types are never asked. Everything is bounded:
//! a file costs at most its own length, one picture's pixels and a handful of passes over them.
//!
//! | file | knows |
//! |---|---|
//! | `kind` | what first bytes mean |
//! | `pdf` | finding the attachments and the pictures inside a PDF |
//! | `picture` | from PNG and JPEG to grey levels |
//! | `prepare` | making a poor picture readable |
//! | `patterns` | which pictures cost too much to decode |
//! | `codes` | finding QR codes, and which of them is a certificate's |

mod codes;
mod error;
mod kind;
mod patterns;
mod pdf;
mod picture;
mod prepare;

#[cfg(test)]
mod tests;

pub use self::{
    codes::{Codes, find_codes},
    error::{ScanError, TooLarge},
};
use self::{kind::Kind, pdf::Pdf};
use crate::check::Input;

/// The largest file that is looked at, in bytes.
///
/// Security: a web server holds a whole upload in memory. The largest photograph of a present-day
/// telephone has about 12 MiB, a scanned page as a PDF less.
pub const MAX_FILE_LEN: usize = 16 << 20;

/// The largest text that is looked at, in bytes: the longest QR text (7,089 digits) and a long message
/// around it.
///
/// Security: texts are copied and searched; nothing of ours is longer.
pub const MAX_TEXT_LEN: usize = 16 << 10;

/// Finds in a file the one thing to check.
///
/// # Errors
/// [`ScanError`]: what the file is not, and what to do about it. Whether a QR text or a receipt holds
/// what it should is for the check itself to say.
pub fn read_file(bytes: &[u8]) -> Result<Input, ScanError> {
    if bytes.is_empty() {
        return Err(ScanError::Empty);
    }
    if bytes.len() > MAX_FILE_LEN {
        let (found, limit) = (bytes.len() as u64, MAX_FILE_LEN as u64);
        return Err(ScanError::TooLarge(TooLarge { unit: "bytes", found, limit }));
    }
    match Kind::of(bytes)? {
        Kind::Picture(format) => Ok(certificate_in(&picture::decode(bytes, format)?)?),
        Kind::Pdf => read_pdf(bytes),
        Kind::Receipt => Ok(Input::Receipt(bytes.to_vec())),
        Kind::Text(text) => read_text(text),
    }
}

/// Takes a text that was typed, pasted or sent: the text of a QR code, perhaps within a message.
///
/// # Errors
/// [`ScanError::Empty`], [`ScanError::TooLarge`].
pub fn read_text(text: &str) -> Result<Input, ScanError> {
    if text.len() > MAX_TEXT_LEN {
        let (found, limit) = (text.len() as u64, MAX_TEXT_LEN as u64);
        return Err(ScanError::TooLarge(TooLarge { unit: "bytes", found, limit }));
    }
    match text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}') {
        "" => Err(ScanError::Empty),
        text => Ok(Input::QrText(link_within(text).to_owned())),
    }
}

/// The link within a message, such as one forwarded by a chat program; the whole text where there is
/// none, so that the check can say what is wrong with it.
fn link_within(text: &str) -> &str {
    let start = ["https://", "http://"].iter().filter_map(|scheme| text.find(scheme)).min();
    start.and_then(|start| text.get(start..)).unwrap_or(text)
}

/// The attachments first: they need no decoding. A PDF without them may be a scan.
fn read_pdf(bytes: &[u8]) -> Result<Input, ScanError> {
    let pdf = Pdf::scan(bytes);
    if let Some(attached) = pdf.attached()? {
        return Ok(attached);
    }
    let mut found = Codes::default();
    for picture in pdf.pictures() {
        found.merge(find_codes(&picture));
    }
    match found.certificate() {
        Err(ScanError::NoQrCode) if pdf.is_encrypted() => Err(ScanError::PdfEncrypted),
        Err(ScanError::NoQrCode) => Err(ScanError::NotOurPdf),
        found => found,
    }
}

fn certificate_in(picture: &image::GrayImage) -> Result<Input, ScanError> {
    find_codes(picture).certificate()
}
