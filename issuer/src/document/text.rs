//! Lines of text: shaping without a shaper (the font has no ligatures, no kerning), line breaks
//! that obey Chinese punctuation, and fitting a text into a place by size and number of lines.

use std::ops::Range;

use super::{
    error::DocumentError,
    font::{Face, Font},
    view::Field,
};

/// One glyph of a line.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) id: u16,
    /// Advance in em, tracking included.
    pub(super) advance: f32,
    /// The bytes of the text that it stands for.
    pub(super) range: Range<usize>,
}

/// One line of text, measured in em.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) face: Face,
    pub(super) text: String,
    pub(super) glyphs: Vec<Placed>,
}

impl Line {
    /// Looks up every glyph.
    pub(super) fn new(face: Face, field: Field, text: &str) -> Result<Self, DocumentError> {
        let font = Font::of(face)?;
        let mut glyphs = Vec::new();
        for (start, character) in text.char_indices() {
            let glyph = font
                .glyph(character)
                .ok_or(DocumentError::MissingCharacter { field, character })?;
            let range = start..start + character.len_utf8();
            glyphs.push(Placed { id: glyph.id, advance: glyph.advance, range });
        }
        Ok(Self { face, text: text.to_owned(), glyphs })
    }

    /// Spreads the glyphs by `tracking` em; none after the last.
    pub(super) fn tracked(mut self, tracking: f32) -> Self {
        let gaps = self.glyphs.len().saturating_sub(1);
        self.glyphs.iter_mut().take(gaps).for_each(|glyph| glyph.advance += tracking);
        self
    }

    /// Spreads the glyphs so that the line is `width` em wide. Wider lines stay as they are.
    pub(super) fn justified(self, width: f32) -> Self {
        let gaps = u16::try_from(self.glyphs.len().saturating_sub(1)).unwrap_or(0);
        let missing = width - self.width();
        if gaps == 0 || missing <= 0.0 { self } else { self.tracked(missing / f32::from(gaps)) }
    }

    /// Width in em.
    pub(super) fn width(&self) -> f32 {
        self.glyphs.iter().map(|glyph| glyph.advance).sum()
    }

    /// The glyphs `range` as a line of their own, without spaces at its ends.
    fn part(&self, range: Range<usize>) -> Self {
        let all = self.glyphs.get(range).unwrap_or_default();
        let space = |glyph: &&Placed| self.slice(&glyph.range) == " ";
        let leading = all.iter().take_while(space).count();
        let trailing = all.iter().skip(leading).rev().take_while(space).count();
        let kept = all.get(leading..all.len() - trailing).unwrap_or_default();
        let start = kept.first().map_or(0, |glyph| glyph.range.start);
        let end = kept.last().map_or(start, |glyph| glyph.range.end);
        let glyphs = kept
            .iter()
            .map(|glyph| Placed {
                range: glyph.range.start - start..glyph.range.end - start,
                ..glyph.clone()
            })
            .collect();
        Self { face: self.face, text: self.slice(&(start..end)).to_owned(), glyphs }
    }

    fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn character(&self, glyph: usize) -> Option<char> {
        self.slice(&self.glyphs.get(glyph)?.range).chars().next()
    }
}

/// One way to fill a place: so many lines, at sizes from `largest` down to `smallest`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub(super) lines: usize,
    pub(super) largest: f32,
    pub(super) smallest: f32,
}

/// A text that fits.
#[derive(Debug, Clone)]
pub(super) struct Fitted {
    pub(super) size: f32,
    pub(super) lines: Vec<Line>,
}

/// Fits `line` into `width`, trying the styles in order and in each the largest size first.
/// Several lines are evened out, so that no single character is left on the last.
pub(super) fn fit(
    line: &Line,
    field: Field,
    width: f32,
    styles: &[Style],
) -> Result<Fitted, DocumentError> {
    for style in styles {
        let mut size = style.largest;
        while size >= style.smallest - SIZE_STEP / 2.0 {
            if let Some(lines) = broken(line, width / size, style.lines) {
                return Ok(Fitted { size, lines });
            }
            size -= SIZE_STEP;
        }
    }
    Err(DocumentError::DoesNotFit { field })
}

/// Breaks into at most `most` lines of `width` em.
fn broken(line: &Line, width: f32, most: usize) -> Option<Vec<Line>> {
    let cuts = cuts(line, width)?;
    if cuts.len() > most {
        return None;
    }
    let best = if cuts.len() > 1 { evened(line, width, cuts) } else { cuts };
    Some(best.into_iter().map(|range| line.part(range)).collect())
}

/// The cuts of the narrowest width that still gives the same number of lines.
fn evened(line: &Line, width: f32, cuts: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let (mut low, mut high, mut best) = (width / 2.0, width, cuts);
    for _ in 0..EVENING_STEPS {
        let middle = f32::midpoint(low, high);
        match self::cuts(line, middle) {
            Some(narrower) if narrower.len() == best.len() => {
                best = narrower;
                high = middle;
            }
            _ => low = middle,
        }
    }
    best
}

/// Greedy line breaks: ranges of glyphs, or `None` when one unbreakable piece is too wide.
fn cuts(line: &Line, width: f32) -> Option<Vec<Range<usize>>> {
    let mut found = Vec::new();
    let (mut start, mut used, mut last_break, mut used_at_break) = (0, 0.0, None, 0.0);
    for (index, glyph) in line.glyphs.iter().enumerate() {
        if index > start && breaks_before(line, index) {
            (last_break, used_at_break) = (Some(index), used);
        }
        used += glyph.advance;
        let overhang = line.character(index) == Some(' ');
        if used > width + TOLERANCE && !overhang {
            let at = last_break.take()?;
            found.push(start..at);
            (start, used) = (at, used - used_at_break);
            if used > width + TOLERANCE {
                return None;
            }
        }
    }
    found.push(start..line.glyphs.len());
    Some(found)
}

/// Whether a line may end before glyph `index`.
fn breaks_before(line: &Line, index: usize) -> bool {
    let Some(before) = index.checked_sub(1).and_then(|index| line.character(index)) else {
        return false;
    };
    let Some(after) = line.character(index) else { return false };
    let word = |c: char| c.is_ascii_graphic() || (c.is_alphabetic() && u32::from(c) < 0x0250);
    if NOT_AT_START.contains(after) || NOT_AT_END.contains(before) {
        return false;
    }
    !(word(before) && word(after)) || "/-#?&=".contains(before)
}

/// Characters that may not begin a line (GB/T 15834).
const NOT_AT_START: &str = " ，。、；：？！）〕】》」』’”·…—％,.;:?!)]}%";
/// Characters that may not end a line.
const NOT_AT_END: &str = "（〔【《「『‘“([{第";
/// A size step smaller than the eye sees.
const SIZE_STEP: f32 = 0.1;
/// Rounding of sums of advances, in em.
const TOLERANCE: f32 = 1e-4;
/// Halvings while evening lines out: finer than a hundredth of the width.
const EVENING_STEPS: usize = 8;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at once")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(text: &str) -> Line {
        Line::new(Face::Text, Field::CommitteeName, text).unwrap()
    }

    fn texts(lines: &[Line]) -> Vec<&str> {
        lines.iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn one_line_when_it_fits() {
        let style = Style { lines: 1, largest: 4.0, smallest: 3.0 };
        let fitted = fit(&line("重庆市"), Field::CommitteeName, 12.0, &[style]).unwrap();
        assert_eq!(texts(&fitted.lines), ["重庆市"]);
        assert!((fitted.size - 4.0).abs() < 1e-3);
    }

    #[test]
    fn shrinks_before_it_wraps() {
        let styles = [
            Style { lines: 1, largest: 4.0, smallest: 3.0 },
            Style { lines: 2, largest: 4.0, smallest: 2.0 },
        ];
        let fitted = fit(&line("重庆市人社"), Field::CommitteeName, 16.0, &styles).unwrap();
        assert_eq!(fitted.lines.len(), 1);
        assert!(fitted.size < 3.3 && fitted.size > 3.1, "{}", fitted.size);
    }

    #[test]
    fn lines_are_evened_out() {
        let cut = broken(&line("重庆市工程技术职称评审委"), 11.0, 2).unwrap();
        assert_eq!(texts(&cut), ["重庆市工程技", "术职称评审委"]);
    }

    #[test]
    fn closing_marks_stay_with_their_text() {
        let cut = broken(&line("重庆市（第一）评审"), 4.0, 9).unwrap();
        for line in &cut {
            assert!(
                !line.text.starts_with('）') && !line.text.ends_with('（'),
                "{:?}",
                texts(&cut)
            );
        }
    }

    #[test]
    fn words_and_numbers_are_not_cut() {
        let cut = broken(&line("文号 2026 Document"), 5.6, 9).unwrap();
        assert_eq!(texts(&cut), ["文号 2026", "Document"]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let style = Style { lines: 1, largest: 4.0, smallest: 3.0 };
        let error = fit(&line("重庆市人力资源"), Field::CommitteeName, 12.0, &[style]).unwrap_err();
        assert!(matches!(error, DocumentError::DoesNotFit { field: Field::CommitteeName }));
    }

    #[test]
    fn a_missing_character_is_named_by_its_code_point() {
        let error = Line::new(Face::Text, Field::HolderName, "王\u{2A6A5}").unwrap_err();
        assert!(error.to_string().contains("U+2A6A5"), "{error}");
    }

    proptest! {
        #[test]
        fn breaking_keeps_every_character_and_the_width(
            text in "[重庆市职称评审委员会（）、· a-z0-9]{1,60}", width in 2.0f32..20.0,
        ) {
            let whole = line(&text);
            if let Some(cut) = broken(&whole, width, usize::MAX) {
                let kept: String = cut.iter().map(|line| line.text.replace(' ', "")).collect();
                prop_assert_eq!(kept, text.replace(' ', ""));
                for line in &cut {
                    prop_assert!(line.width() <= width + 0.01, "{} > {}", line.width(), width);
                }
            }
        }
    }
}
