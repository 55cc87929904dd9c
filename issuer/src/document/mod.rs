//! The printed certificate: a QR code and a PDF that a bureau can hand out.
//!
//! Display strings go in ([`CertificateView`]), and the bytes that prove them ([`Attachments`]); a
//! PDF/A-3u file comes out. This module decides nothing, looks nothing up and has no clock: the
//! page is worth only what its QR code and its attachments prove.

mod attach;
mod canvas;
mod date;
mod error;
mod font;
mod layout;
mod ornament;
mod pdf;
pub mod qr;
mod seal;
pub mod sign;
mod structure;
mod table;
mod text;
mod view;

pub use attach::{Attachments, CERTIFICATE, LOG_PROOF, MAX_ATTACHMENT_BYTES, QR_TEXT};
pub use date::{PrintedDate, PrintedDateError};
pub use error::DocumentError;
pub use font::{Face, missing_characters};
pub use pdf::pdf;
pub use view::{Bilingual, CertificateView, Field, MAX_FIELD_CHARS, Marking};

/// Dates in files are Beijing time, as dates on the page are. China has no daylight saving time.
const BEIJING_OFFSET_HOURS: i8 = 8;

fn beijing(time: jiff::Timestamp) -> jiff::civil::DateTime {
    jiff::tz::offset(BEIJING_OFFSET_HOURS).to_datetime(time)
}
