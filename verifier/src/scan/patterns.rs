//! Counting what looks like a corner of a QR code, before a decoder tries every three of them.

use rxing::{
    Point,
    common::{
        BitMatrix,
        cpp_essentials::{
            ConcentricPattern, FindLeftGuardBy, FixedPattern, GetPatternRowTP, IsPattern,
            LocateConcentricPattern, PatternRow, PatternType, PatternView,
        },
    },
};

/// Most finder patterns of a picture that is decoded. A page with a dozen codes has fewer; of the frames
/// that the decoder was measured on, none has more than 16.
///
/// Security: the decoder samples up to 105 groups of three around each pattern. A picture tiled with them
/// was measured to cost 200 seconds; with this many, it is less than one.
const MAX_PATTERNS: usize = 64;

/// Most rows' runs of 1:1:3:1:1 that are followed up; ordinary pictures have up to some thousands.
///
/// Security: bounds the counting itself.
const MAX_RUNS: usize = 200_000;

/// Rows that are looked at: one in so many, as the decoder does.
const STEP: u32 = 3;

/// Runs across the middle of a finder pattern (ISO/IEC 18004, 6.3.3).
const FINDER: FixedPattern<5, 7> = FixedPattern::new([1, 1, 3, 1, 1]);

/// Whether a picture has more of them than any that a person hands in. It finds them as the decoder
/// does.
pub(super) fn are_too_many(picture: &BitMatrix) -> bool {
    let mut patterns: Vec<ConcentricPattern> = Vec::new();
    let mut runs = 0;
    let mut row = PatternRow::default();
    for y in (STEP - 1..picture.height()).step_by(STEP as usize) {
        GetPatternRowTP(picture, y, &mut row, false);
        let mut view = PatternView::new(&row);
        while let Some(found) = next_run(view) {
            view = found;
            runs += 1;
            let center = Point::new(center_of(&view), y as f32 + 0.5);
            if !patterns.iter().any(|known| lies_within(center, known)) {
                let range = view.iter().map(i32::from).sum::<i32>() * 3;
                let finder = &FINDER.into();
                patterns
                    .extend(LocateConcentricPattern::<true, 5, 7>(picture, finder, center, range));
            }
            if runs > MAX_RUNS || patterns.len() > MAX_PATTERNS {
                return true;
            }
            view.skipPair();
            view.skipPair();
            view.extend();
        }
    }
    false
}

fn next_run(view: PatternView<'_>) -> Option<PatternView<'_>> {
    let found = FindLeftGuardBy::<5, _>(view, 5, |view: &PatternView<'_>, space: Option<f32>| {
        let run = |at: i32| -> PatternType { view[at] };
        run(2) >= 3
            && run(2) / 2 >= run(0).max(run(4))
            && run(2) >= run(1).max(run(3))
            && IsPattern::<true, 5, 7, false>(view, &FINDER, space, 0.1, 0.0, 0.0) != 0.0
    });
    found.ok().filter(PatternView::isValid)
}

fn center_of(view: &PatternView<'_>) -> f32 {
    let run = |at: i32| -> PatternType { view[at] };
    f32::from(view.pixelsInFront())
        + f32::from(run(0))
        + f32::from(run(1))
        + f32::from(run(2)) / 2.0
}

fn lies_within(center: Point, known: &ConcentricPattern) -> bool {
    Point::distance(center, known.p) < known.size as f32 / 2.0
}
