//! Border and background: woven lines (guilloche), all vector, nothing that belongs to anybody.
//! Each piece is drawn with the same operators at many places, which a PDF compresses to little.

use krilla::geom::{Path, PathBuilder};

use super::{
    canvas::{Canvas, Ink, Pen, finished},
    error::DocumentError,
};

const GOLD: Ink = Ink(0xB4, 0x92, 0x55);
const GOLD_DARK: Ink = Ink(0x8E, 0x6D, 0x33);
const GOLD_PALE: Ink = Ink(0xDC, 0xC8, 0x9F);
const VEIL: Ink = Ink(0xF3, 0xEB, 0xDA);
const PAPER: Ink = Ink(0xFF, 0xFD, 0xF8);

/// The page in millimetres: A4, landscape.
pub(super) const PAGE: (f32, f32) = (297.0, 210.0);

/// The border's outer edge, and the depth of its woven band.
const EDGE: f32 = 7.5;
const BAND: f32 = 8.0;

/// Paper tint, border and background.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>) -> Result<(), DocumentError> {
    let inner = EDGE + BAND;
    canvas.rectangle((inner, inner), (PAGE.0 - 2.0 * inner, PAGE.1 - 2.0 * inner), PAPER)?;
    background(canvas)?;
    frame(canvas, EDGE, Pen { ink: GOLD_DARK, width: 0.55 })?;
    frame(canvas, EDGE + 1.0, Pen { ink: GOLD, width: 0.15 })?;
    frame(canvas, inner - 1.0, Pen { ink: GOLD, width: 0.15 })?;
    frame(canvas, inner, Pen { ink: GOLD_DARK, width: 0.4 })?;
    frame(canvas, inner + 1.1, Pen { ink: GOLD_PALE, width: 0.15 })?;
    sides(canvas)?;
    corners(canvas)
}

/// A thin rule with a diamond in its middle, `half` millimetres to each side of (`x`, `y`).
pub(super) fn divider(
    canvas: &mut Canvas<'_, '_>,
    (x, y): (f32, f32),
    half: f32,
) -> Result<(), DocumentError> {
    let pen = Pen { ink: GOLD, width: 0.25 };
    canvas.rule((x - half, y), (x - 3.0, y), pen)?;
    canvas.rule((x + 3.0, y), (x + half, y), pen)?;
    let diamond = diamond(1.1)?;
    canvas.placed((x, y), 0.0, |canvas| canvas.fill(&diamond, GOLD_DARK));
    let small = self::diamond(0.55)?;
    for side in [x - 2.2, x + 2.2] {
        canvas.placed((side, y), 0.0, |canvas| canvas.fill(&small, GOLD));
    }
    Ok(())
}

fn frame(canvas: &mut Canvas<'_, '_>, inset: f32, pen: Pen) -> Result<(), DocumentError> {
    canvas.frame((inset, inset), (PAGE.0 - 2.0 * inset, PAGE.1 - 2.0 * inset), pen)
}

/// The woven band along the four sides, between the corner squares.
fn sides(canvas: &mut Canvas<'_, '_>) -> Result<(), DocumentError> {
    let middle = EDGE + BAND / 2.0;
    let corner = EDGE + BAND;
    let (long, short) = (PAGE.0 - 2.0 * corner, PAGE.1 - 2.0 * corner);
    side(canvas, (corner, middle), 0.0, long)?;
    side(canvas, (corner, PAGE.1 - middle), 0.0, long)?;
    side(canvas, (middle, corner), 90.0, short)?;
    side(canvas, (PAGE.0 - middle, corner), 90.0, short)
}

/// One side: whole waves, so that every strand ends in the middle of the band.
fn side(
    canvas: &mut Canvas<'_, '_>,
    start: (f32, f32),
    degrees: f32,
    length: f32,
) -> Result<(), DocumentError> {
    let waves = (length / WAVE_LENGTH).round().max(1.0);
    let wave = length / waves;
    let strands = [
        (strand(wave, 2.6, 0.0)?, GOLD, 0.22),
        (strand(wave, -2.6, 0.0)?, GOLD, 0.22),
        (strand(wave, 1.7, 0.25)?, GOLD_PALE, 0.16),
        (strand(wave, -1.7, 0.25)?, GOLD_PALE, 0.16),
        (strand(wave, 0.9, 0.0)?, GOLD_DARK, 0.16),
        (strand(wave, -0.9, 0.0)?, GOLD_DARK, 0.16),
    ];
    let tile = canvas.stamp_of(|canvas| {
        for (path, ink, width) in &strands {
            canvas.stroke(path, Pen { ink: *ink, width: *width });
        }
        Ok(())
    })?;
    canvas.placed(start, degrees, |canvas| {
        let mut along = 0.0;
        while along < length - wave / 2.0 {
            canvas.placed((along, 0.0), 0.0, |canvas| canvas.stamp(&tile));
            along += wave;
        }
    });
    Ok(())
}

/// One period of a sine of the given amplitude, shifted by `phase` periods, from four Bézier
/// quarters whose control points follow the curve to within 0.1 %.
fn strand(wave: f32, amplitude: f32, phase: f32) -> Result<Path, DocumentError> {
    const REACH: f32 = 0.326_13; // of a quarter: 0.512286 / (π/2)
    const RISE: f32 = 0.512_286;
    const FLAT: f32 = 0.638_09; // 1.002314 / (π/2)
    let quarter = wave / 4.0;
    let shift = (phase * 4.0).round();
    let mut path = PathBuilder::new();
    let height = |step: f32| amplitude * ((step + shift) * std::f32::consts::FRAC_PI_2).sin();
    path.move_to(0.0, height(0.0));
    for step in [0.0_f32, 1.0, 2.0, 3.0] {
        let (x, from, to) = (step * quarter, height(step), height(step + 1.0));
        let rising_from_zero = from.abs() < to.abs();
        let (first, second) = if rising_from_zero {
            ((REACH, to * RISE), (FLAT, to))
        } else {
            ((1.0 - FLAT, from), (1.0 - REACH, from * RISE))
        };
        path.cubic_to(
            x + first.0 * quarter,
            first.1,
            x + second.0 * quarter,
            second.1,
            x + quarter,
            to,
        );
    }
    finished(path)
}

fn corners(canvas: &mut Canvas<'_, '_>) -> Result<(), DocumentError> {
    let middle = EDGE + BAND / 2.0;
    let drawn = canvas.stamp_of(corner)?;
    for x in [middle, PAGE.0 - middle] {
        for y in [middle, PAGE.1 - middle] {
            canvas.placed((x, y), 0.0, |canvas| canvas.stamp(&drawn));
        }
    }
    Ok(())
}

fn corner(canvas: &mut Canvas<'_, '_>) -> Result<(), DocumentError> {
    let half = BAND / 2.0;
    canvas.rectangle((-half, -half), (BAND, BAND), Ink(0xFF, 0xFF, 0xFF))?;
    canvas.frame((-half, -half), (BAND, BAND), Pen { ink: GOLD_DARK, width: 0.4 })?;
    rosette(canvas, 12, (3.2, 1.1), Pen { ink: GOLD, width: 0.14 })?;
    canvas.disc(0.8, GOLD_DARK)?;
    canvas.disc(0.42, Ink(0xFF, 0xFF, 0xFF))
}

/// A pale rosette behind the text.
fn background(canvas: &mut Canvas<'_, '_>) -> Result<(), DocumentError> {
    let pen = Pen { ink: VEIL, width: 0.2 };
    canvas.placed((PAGE.0 / 2.0, 112.0), 0.0, |canvas| {
        rosette(canvas, 36, (66.0, 23.0), pen)?;
        rosette(canvas, 30, (41.0, 13.5), pen)?;
        rosette(canvas, 18, (15.0, 6.0), pen)
    })
}

/// `count` ellipses, turned around the origin over half a turn.
fn rosette(
    canvas: &mut Canvas<'_, '_>,
    count: u16,
    radii: (f32, f32),
    pen: Pen,
) -> Result<(), DocumentError> {
    let petal = canvas.stamp_of(|canvas| canvas.ellipse(radii, pen))?;
    for turn in 0..count {
        let degrees = 180.0 * f32::from(turn) / f32::from(count);
        canvas.placed((0.0, 0.0), degrees, |canvas| canvas.stamp(&petal));
    }
    Ok(())
}

fn diamond(half: f32) -> Result<Path, DocumentError> {
    let mut path = PathBuilder::new();
    path.move_to(0.0, -half);
    path.line_to(half, 0.0);
    path.line_to(0.0, half);
    path.line_to(-half, 0.0);
    path.close();
    finished(path)
}

/// About the length of one wave of the border; rounded so that whole waves fill a side.
const WAVE_LENGTH: f32 = 9.0;
