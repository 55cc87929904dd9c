//! The compiled-in font: glyphs and widths, and the question whether a text can be printed at all.

use std::sync::LazyLock;

use super::error::DocumentError;

/// Noto Serif CJK SC Regular, subset; see `assets/fonts/README.md`.
static TEXT: &[u8] = include_bytes!("../../assets/fonts/certificate-text.otf");
/// Noto Serif CJK SC Bold, only ASCII and the characters of the form's own titles.
static DISPLAY: &[u8] = include_bytes!("../../assets/fonts/certificate-display.otf");

/// The two faces on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// Every text that comes from data.
    Text,
    /// Titles that the form itself brings along.
    Display,
}

/// One glyph: what the font knows of a character.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    pub(super) id: u16,
    /// Advance width, in em.
    pub(super) advance: f32,
}

/// A font that was read.
pub(super) struct Font {
    metrics: ttf_parser::Face<'static>,
    pub(super) program: krilla::text::Font,
}

impl Font {
    /// The font of `face`, read once for the life of the program.
    pub(super) fn of(face: Face) -> Result<&'static Self, DocumentError> {
        static TEXT_FONT: LazyLock<Option<Font>> = LazyLock::new(|| Font::read(TEXT));
        static DISPLAY_FONT: LazyLock<Option<Font>> = LazyLock::new(|| Font::read(DISPLAY));
        let font = match face {
            Face::Text => &TEXT_FONT,
            Face::Display => &DISPLAY_FONT,
        };
        font.as_ref().ok_or(DocumentError::Font { face })
    }

    fn read(bytes: &'static [u8]) -> Option<Self> {
        let metrics = ttf_parser::Face::parse(bytes, 0).ok()?;
        let program = krilla::text::Font::new(bytes.into(), 0)?;
        Some(Self { metrics, program })
    }

    /// The glyph of `character`, or `None` when the font has none.
    pub(super) fn glyph(&self, character: char) -> Option<Glyph> {
        let id = self.metrics.glyph_index(character).filter(|id| id.0 != 0)?;
        let advance = f32::from(self.metrics.glyph_hor_advance(id)?);
        Some(Glyph { id: id.0, advance: advance / f32::from(self.metrics.units_per_em()) })
    }
}

/// The characters of `text` that a certificate cannot print, each once, in the order of the text.
///
/// The linter asks this before anything is signed, so that no certificate is issued that has no
/// printed form. Covered are GB 2312, 通用规范汉字表 (8,105 characters), Latin letters up to
/// U+017F, and punctuation. Control characters are always among the missing ones.
#[must_use]
pub fn missing_characters(text: &str) -> Vec<char> {
    let font = Font::of(Face::Text).ok();
    let mut missing = Vec::new();
    for character in text.chars() {
        let known = font.is_some_and(|font| font.glyph(character).is_some());
        if !known && !missing.contains(&character) {
            missing.push(character);
        }
    }
    missing
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at once")]
mod tests {
    use super::*;

    #[test]
    fn covers_the_8105_standard_characters() {
        // 通用规范汉字表
        let text = include_str!("../../tests/data/tgh_8105.txt").replace('\n', "");
        assert_eq!(text.chars().count(), 8105);
        assert_eq!(missing_characters(&text), Vec::<char>::new());
    }

    #[test]
    fn covers_gbk_and_the_signs_of_names_and_document_numbers() {
        let mut text = String::from("买买提·吐尔逊 〔2026〕64号 （第1） “” ‘’ — … ① Ⅲ No. é ü ñ");
        for high in 0x81_u8..0xFF {
            for low in 0x40_u8..0xFF {
                let bytes = [high, low];
                let decoded = encoding_rs::GBK.decode(&bytes).0;
                text.extend(decoded.chars().filter(|c| ('\u{4E00}'..='\u{9FA5}').contains(c)));
            }
        }
        assert!(text.chars().count() > 20_900);
        assert_eq!(missing_characters(&text), Vec::<char>::new());
    }

    /// Names whose characters are in no code table of their time: the font has what is in use.
    #[test]
    fn covers_characters_of_names_beyond_the_basic_plane() {
        assert_eq!(missing_characters("𠮷田明 𬭎 𪨶"), Vec::<char>::new());
    }

    #[test]
    fn names_what_it_cannot_print_once_and_in_order() {
        assert_eq!(missing_characters("王\u{2A6A5}\n\u{2A6A5}😀五"), vec!['\u{2A6A5}', '\n', '😀']);
    }

    #[test]
    fn a_chinese_character_is_one_em_wide() {
        let glyph = Font::of(Face::Text).unwrap().glyph('证').unwrap();
        assert!((glyph.advance - 1.0).abs() < f32::EPSILON);
    }
}
