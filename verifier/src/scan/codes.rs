//! Finding QR codes in a picture, and which of them is a certificate's.
//!
//! The decoder was chosen by measuring (`cargo run -p verifier --example decoders`), on 174 degraded
//! frames of a version 13 code with 729 digits. Frames read, of each kind:
//!
//! | frames | n | rqrr 0.11 | rxing 0.9 | zxing-cpp 0.5 | this module |
//! |---|---|---|---|---|---|
//! | blurred | 12 | 0 | 5 | 5 | 5 |
//! | fax, 100 dpi | 30 | 9 | 30 | 30 | 29 |
//! | low contrast | 15 | 8 | 3 | 9 | 15 |
//! | noisy | 10 | 2 | 6 | 8 | 8 |
//! | perspective | 15 | 12 | 11 | 15 | 11 |
//! | telephone | 40 | 12 | 39 | 40 | 39 |
//! | fax 200 dpi, sharp, rotated, JPEG, whole page | 52 | 30 | 52 | 52 | 52 |
//! | **all** | **174** | **73** | **146** | **159** | **159** |
//!
//! So rxing, a port of zxing-cpp's reader in Rust, after a few passes of [`prepare`]: as much as the C++
//! original reads, without C++ in a program that strangers feed. rqrr read half, and spent minutes on some
//! noisy frames that were enlarged.

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
};

use image::GrayImage;
use rxing::{
    BarcodeFormat, BinaryBitmap, DecodeHints, Luma8LuminanceSource, common::HybridBinarizer,
    multi::MultipleBarcodeReader, qrcode::cpp_port::QrReader,
};

use super::{ScanError, patterns, prepare};
use crate::check::Input;

/// The longer side up to which a picture is doubled: a larger one has pixels enough.
const DOUBLED_UP_TO: u32 = 1200;

/// The longer side from which a halved picture is tried: a smaller one has no pixels to spare.
const HALVED_FROM: u32 = 1400;

/// The texts of the QR codes in a picture or a file.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Codes {
    certificates: BTreeSet<String>,
    others: BTreeSet<String>,
}

impl Codes {
    /// Whether nothing was found that looks like a certificate's link.
    fn lacks_certificate(&self) -> bool {
        self.certificates.is_empty()
    }

    /// Adds what was found elsewhere.
    pub fn merge(&mut self, other: Self) {
        self.certificates.extend(other.certificates);
        self.others.extend(other.others);
    }

    fn add(&mut self, text: String) {
        match is_certificate_link(&text) {
            true => self.certificates.insert(text),
            false => self.others.insert(text),
        };
    }

    /// The one certificate. Codes of other things beside it do not matter: a page may carry a bureau's
    /// account in a chat program.
    ///
    /// # Errors
    /// [`ScanError::NoQrCode`], [`ScanError::OtherQrCode`], [`ScanError::SeveralCertificates`].
    pub fn certificate(self) -> Result<Input, ScanError> {
        let mut certificates = self.certificates.into_iter();
        match (certificates.next(), certificates.len(), self.others.len()) {
            (Some(text), 0, _) => Ok(Input::QrText(text)),
            (Some(_), more, _) => Err(ScanError::SeveralCertificates { count: more + 1 }),
            (None, _, 0) => Err(ScanError::NoQrCode),
            (None, _, count) => Err(ScanError::OtherQrCode { count }),
        }
    }
}

/// Looks like `…/v#digits`. Whether it is one, the check says, and says what is wrong with it.
fn is_certificate_link(text: &str) -> bool {
    text.split_once('#').is_some_and(|(link, fragment)| {
        link.ends_with("/v") && fragment.starts_with(|c: char| c.is_ascii_digit())
    })
}

/// Searches a picture as it is, and then in ways that make a poor one readable, until a
/// certificate's code is found.
#[must_use]
pub fn find_codes(picture: &GrayImage) -> Codes {
    let longer = picture.width().max(picture.height());
    let mut codes = read(picture);
    if codes.lacks_certificate() && longer >= HALVED_FROM {
        codes.merge(read(&prepare::halved(picture)));
    }
    if !codes.lacks_certificate() {
        return codes;
    }
    let even = prepare::even_light(picture);
    let later: [&dyn Fn() -> Option<GrayImage>; 4] = [
        &|| Some(even.clone()),
        &|| Some(prepare::sharper(&even)),
        &|| (longer <= DOUBLED_UP_TO).then(|| prepare::doubled(&even)),
        &|| Some(prepare::inverted(&even)),
    ];
    for prepared in later {
        if !codes.lacks_certificate() {
            break;
        }
        if let Some(prepared) = prepared() {
            codes.merge(read(&prepared));
        }
    }
    codes
}

/// One pass. The decoder indexes into arrays by what it finds in a stranger's picture: should it panic,
/// this pass has found nothing, and the next one goes on.
fn read(picture: &GrayImage) -> Codes {
    let mut codes = Codes::default();
    for text in catch_unwind(AssertUnwindSafe(|| texts(picture))).unwrap_or_default() {
        codes.add(text);
    }
    codes
}

fn texts(picture: &GrayImage) -> Vec<String> {
    let levels = picture.as_raw().clone();
    let Ok(source) = Luma8LuminanceSource::new(levels, picture.width(), picture.height()) else {
        return Vec::new();
    };
    let hints = DecodeHints {
        PossibleFormats: Some([BarcodeFormat::QR_CODE].into()),
        TryHarder: Some(true),
        ..DecodeHints::default()
    };
    let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
    if patterns::are_too_many(bitmap.get_black_matrix()) {
        return Vec::new();
    }
    let found = QrReader.decode_multiple_with_hints(&mut bitmap, &hints).unwrap_or_default();
    found.into_iter().map(|code| code.getText().to_owned()).collect()
}
