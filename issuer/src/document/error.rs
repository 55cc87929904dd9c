//! Why a certificate could not be printed. Errors name the field, never its content.

use super::{font::Face, qr::QrError, view::Field};

/// Why a certificate could not be printed.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// A field has no text.
    #[error("the field {field} is empty")]
    Empty {
        /// The field.
        field: Field,
    },
    /// A field has more characters than [`super::MAX_FIELD_CHARS`].
    #[error("the field {field} has {chars} characters; at most {limit} can be printed")]
    TooLong {
        /// The field.
        field: Field,
        /// Its length in characters.
        chars: usize,
        /// The limit.
        limit: usize,
    },
    /// A field does not fit into its place, not even at the smallest legible size.
    #[error("the field {field} does not fit into its place on the page; shorten it")]
    DoesNotFit {
        /// The field.
        field: Field,
    },
    /// The embedded font has no glyph for a character.
    #[error(
        "the field {field} has the character U+{:04X}, which the certificate's font does not have; \
         write the name with a character of GB 2312 or 通用规范汉字表, or extend the font \
         (issuer/assets/fonts/README.md)",
        u32::from(*.character)
    )]
    MissingCharacter {
        /// The field.
        field: Field,
        /// The character.
        character: char,
    },
    /// The compiled-in font cannot be read: a broken build.
    #[error("the compiled-in font {face:?} cannot be read; build the program again")]
    Font {
        /// Which font.
        face: Face,
    },
    /// The QR code could not be made.
    #[error("the QR code could not be made")]
    Qr(#[from] QrError),
    /// The attachment is larger than [`super::MAX_ATTACHMENT_BYTES`].
    #[error("the attachment {name} has {bytes} bytes; at most {limit} can be attached")]
    AttachmentTooLarge {
        /// Its file name.
        name: &'static str,
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The PDF library knows no version of PDF for PDF/A-3u.
    #[error("PDF/A-3u cannot be written: {0:?}")]
    Conformance(krilla::configure::ConfigurationError),
    /// The PDF library refused: the page would not conform to PDF/A-3u.
    #[error("the PDF could not be written: {0}")]
    Pdf(krilla::error::KrillaError),
    /// A number of the layout is outside what a PDF can hold: a defect of this program.
    #[error("a measure of the page is out of range: {0}")]
    Measure(&'static str),
}
