//! QR codes: text → modules → PNG, SVG, or a vector path in the PDF.

use std::io::Cursor;

use image::{GrayImage, ImageFormat, Luma};
use qrcode::{EcLevel, QrCode, Version, render::svg, types::Color, types::QrError as EncodeError};

/// Light modules on each side (ISO/IEC 18004: at least 4). Without them a reader does not find the code.
pub const QUIET_ZONE: usize = 4;

/// Printed width of the symbol without its quiet zone, in millimetres. Measured with 100 dpi faxes
/// of a version 13 code: at 30 mm 9 of 30 were read, at 38 mm all.
pub const PRINTED_WIDTH_MM: f32 = 36.0;

/// The largest version of an ordinary certificate. Up to here a module of the printed code is at
/// least 0.52 mm, which scanners and faxes of 100 dpi read. At level M version 13 holds 2,672 bits:
/// an address of *a* characters before `#` leaves room for about (2628 − 8*a*) × 21 / 170 bytes,
/// that is 302 with 22 characters, 291 with 33, 280 with 45.
pub const ORDINARY_VERSION: i16 = 13;

/// Most pixels of one side of a PNG: a guard for memory, far above print quality.
pub const MAX_PNG_SIDE: usize = 4096;

/// Why a QR code could not be made.
#[derive(Debug, thiserror::Error)]
pub enum QrError {
    /// The text is too long for any version at level M.
    #[error("the text has {bytes} bytes, which is more than a QR code holds")]
    Encode {
        /// Length of the text.
        bytes: usize,
        /// What the encoder said.
        #[source]
        source: EncodeError,
    },
    /// The picture would be larger than [`MAX_PNG_SIDE`].
    #[error("a picture of {side} pixels a side is larger than {MAX_PNG_SIDE}")]
    TooLarge {
        /// The side that was asked for.
        side: usize,
    },
    /// The PNG encoder failed.
    #[error("the PNG could not be encoded")]
    Png(#[from] image::ImageError),
}

/// Pixels of one module in a PNG, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModulePixels(pub std::num::NonZeroUsize);

impl ModulePixels {
    /// Enough for a sharp print at 36 mm and for every screen.
    pub const DEFAULT: Self = Self(std::num::NonZeroUsize::MIN.saturating_add(7));
}

/// A QR code at error correction level M.
#[derive(Clone)]
pub struct QrMatrix {
    code: QrCode,
}

impl std::fmt::Debug for QrMatrix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QrMatrix").field("version", &self.version()).finish_non_exhaustive()
    }
}

impl QrMatrix {
    /// Encodes `text` in the smallest version that holds it. Digits after an address are packed
    /// as a numeric segment.
    ///
    /// # Errors
    /// [`QrError::Encode`] when no version holds the text.
    pub fn encode(text: &str) -> Result<Self, QrError> {
        QrCode::with_error_correction_level(text, EcLevel::M)
            .map(|code| Self { code })
            .map_err(|source| QrError::Encode { bytes: text.len(), source })
    }

    /// The version, 1 to 40. A Micro QR code is never made.
    #[must_use]
    pub fn version(&self) -> i16 {
        match self.code.version() {
            Version::Normal(version) | Version::Micro(version) => version,
        }
    }

    /// Modules on one side, without the quiet zone.
    #[must_use]
    pub fn width(&self) -> usize {
        self.code.width()
    }

    /// The side of one module, in millimetres, at which the symbol is [`PRINTED_WIDTH_MM`] wide.
    #[must_use]
    pub fn module_mm(&self) -> f32 {
        PRINTED_WIDTH_MM / u16::try_from(self.width()).map_or(1.0, f32::from)
    }

    /// Horizontal runs of dark modules.
    pub fn dark_runs(&self) -> impl Iterator<Item = Run> {
        let width = self.width();
        let colors = self.code.to_colors();
        (0..width).flat_map(move |row| runs(row, colors.iter().skip(row * width).take(width)))
    }

    /// A PNG with the quiet zone.
    ///
    /// # Errors
    /// [`QrError::TooLarge`] and [`QrError::Png`].
    pub fn to_png(&self, module: ModulePixels) -> Result<Vec<u8>, QrError> {
        let scale = module.0.get();
        let side = (self.width() + 2 * QUIET_ZONE).saturating_mul(scale);
        let pixels = u32::try_from(side).ok().filter(|_| side <= MAX_PNG_SIDE);
        let pixels = pixels.ok_or(QrError::TooLarge { side })?;
        let mut picture = GrayImage::from_pixel(pixels, pixels, Luma([255]));
        for run in self.dark_runs() {
            paint(&mut picture, run, scale);
        }
        let mut png = Cursor::new(Vec::new());
        picture.write_to(&mut png, ImageFormat::Png)?;
        Ok(png.into_inner())
    }

    /// An SVG with the quiet zone, whose natural size prints the symbol [`PRINTED_WIDTH_MM`] wide.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let drawn =
            self.code.render::<svg::Color<'_>>().module_dimensions(1, 1).quiet_zone(true).build();
        let side = self.width() + 2 * QUIET_ZONE;
        let millimetres = self.module_mm() * u16::try_from(side).map_or(1.0, f32::from);
        let pixels = format!("width=\"{side}\" height=\"{side}\"");
        drawn.replacen(
            &pixels,
            &format!("width=\"{millimetres:.2}mm\" height=\"{millimetres:.2}mm\""),
            1,
        )
    }
}

/// A horizontal run of dark modules: `len` modules in `row`, from `column` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Row, from the top.
    pub row: usize,
    /// First column, from the left.
    pub column: usize,
    /// Number of modules.
    pub len: usize,
}

fn runs<'a>(row: usize, colors: impl Iterator<Item = &'a Color>) -> Vec<Run> {
    let mut found: Vec<Run> = Vec::new();
    for (column, color) in colors.enumerate() {
        if *color == Color::Light {
            continue;
        }
        match found.last_mut() {
            Some(run) if run.column + run.len == column => run.len += 1,
            _ => found.push(Run { row, column, len: 1 }),
        }
    }
    found
}

fn paint(picture: &mut GrayImage, run: Run, scale: usize) {
    let left = (run.column + QUIET_ZONE) * scale;
    let top = (run.row + QUIET_ZONE) * scale;
    let side = picture.width() as usize;
    let data: &mut [u8] = picture;
    for line in data.chunks_mut(side).skip(top).take(scale) {
        for pixel in line.iter_mut().skip(left).take(run.len * scale) {
            *pixel = 0;
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at once")]
mod tests {
    use super::*;

    /// A text like ours: an address and the digits of `bytes` bytes.
    fn certificate_text(address: &str, bytes: u32) -> String {
        let digits = (0..(bytes * 17).div_ceil(7))
            .filter_map(|n| char::from_digit((n * 7 + n / 3) % 10, 10));
        format!("{address}#{}", digits.collect::<String>())
    }

    fn ordinary() -> String {
        certificate_text("https://zs.cq.gov.cn/v", 300)
    }

    #[test]
    fn an_ordinary_certificate_needs_version_13_at_most() {
        let code = QrMatrix::encode(&ordinary()).unwrap();
        assert_eq!(code.version(), ORDINARY_VERSION);
        assert_eq!(code.width(), 17 + 4 * usize::try_from(code.version()).unwrap());
    }

    #[test]
    fn the_documented_budget_of_version_13_is_exact() {
        for (address, bytes) in [(22, 302), (33, 291), (45, 280)] {
            let address = "a".repeat(address);
            let within = QrMatrix::encode(&certificate_text(&address, bytes)).unwrap();
            let beyond = QrMatrix::encode(&certificate_text(&address, bytes + 1)).unwrap();
            assert_eq!((within.version(), beyond.version()), (13, 14), "{} {bytes}", address.len());
        }
    }

    #[test]
    fn modules_times_width_is_the_printed_width() {
        let code = QrMatrix::encode("https://example.org/v#0123456789").unwrap();
        let width = code.module_mm() * f32::from(u16::try_from(code.width()).unwrap());
        assert!((width - PRINTED_WIDTH_MM).abs() < 1e-3);
    }

    #[test]
    fn runs_are_the_dark_modules() {
        let code = QrMatrix::encode(&ordinary()).unwrap();
        let mut seen = vec![Color::Light; code.width() * code.width()];
        for run in code.dark_runs() {
            for column in run.column..run.column + run.len {
                seen[run.row * code.width() + column] = Color::Dark;
            }
        }
        assert_eq!(seen, code.code.to_colors());
    }

    #[test]
    fn a_reader_finds_the_text_in_the_png() {
        let text = ordinary();
        let png = QrMatrix::encode(&text).unwrap().to_png(ModulePixels::DEFAULT).unwrap();
        let picture = image::load_from_memory(&png).unwrap().to_luma8();
        let mut prepared = rqrr::PreparedImage::prepare(picture);
        let (_, content) = prepared.detect_grids().first().unwrap().decode().unwrap();
        assert_eq!(content, text);
    }

    #[test]
    fn svg_prints_at_the_measured_size() {
        let code = QrMatrix::encode(&ordinary()).unwrap();
        let svg = code.to_svg();
        let side = code.width() + 2 * QUIET_ZONE;
        assert!(svg.contains("mm\" height=\""), "{}", &svg[..200]);
        assert!(svg.contains(&format!("viewBox=\"0 0 {side} {side}\"")), "{}", &svg[..200]);
    }

    #[test]
    fn refuses_a_text_that_no_version_holds() {
        let error = QrMatrix::encode(&"9".repeat(6000)).unwrap_err();
        assert!(matches!(error, QrError::Encode { bytes: 6000, .. }), "{error:?}");
    }

    #[test]
    fn refuses_a_huge_picture() {
        let module = ModulePixels(100.try_into().unwrap());
        let error = QrMatrix::encode(&ordinary()).unwrap().to_png(module).unwrap_err();
        assert!(matches!(error, QrError::TooLarge { .. }), "{error:?}");
    }
}
