//! The place of the seal in examples. It says `样章` and shows neither a star nor the name of an
//! office: nobody can take it, or a cut-out of it, for a real seal.

use super::{
    canvas::{Align, Canvas, Ink, Pen, ellipse},
    error::DocumentError,
    font::Face,
    text::{Line, Placed},
    view::Field,
};

/// Radius in millimetres. Official seals of this level have a diameter of 42 mm; ours does not.
pub(super) const RADIUS: f32 = 15.5;

const VERMILION: Ink = Ink(0xC8, 0x4B, 0x3C);

/// Draws the sample seal around (`x`, `y`).
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, center: (f32, f32)) -> Result<(), DocumentError> {
    let center_text = Line::new(Face::Display, Field::Form, "样章")?.tracked(0.12);
    let above = Line::new(Face::Text, Field::Form, "仅供演示·不是印章")?;
    let below = Line::new(Face::Text, Field::Form, "SAMPLE · NOT A SEAL")?;
    let (outer, inner) = (ellipse(RADIUS, RADIUS)?, ellipse(RADIUS - 5.4, RADIUS - 5.4)?);
    canvas.placed(center, 0.0, |canvas| {
        canvas.stroke_dashed(&outer, Pen { ink: VERMILION, width: 0.7 }, Some([2.2, 1.4]));
        canvas.stroke(&inner, Pen { ink: VERMILION, width: 0.2 });
        arc(canvas, &above, 3.3, RADIUS - 4.3, Side::Top)?;
        arc(canvas, &below, 2.5, RADIUS - 2.3, Side::Bottom)?;
        canvas.line((0.0, 2.3), Align::Center, &center_text, 6.6, VERMILION).map(|_| ())
    })
}

/// Which half of the circle a text runs along; on both it reads from left to right.
#[derive(Clone, Copy)]
enum Side {
    Top,
    Bottom,
}

/// Sets `line` along a circle of `radius` around the origin, glyph by glyph.
fn arc(
    canvas: &mut Canvas<'_, '_>,
    line: &Line,
    size: f32,
    radius: f32,
    side: Side,
) -> Result<(), DocumentError> {
    let spread = line.clone().tracked(0.08);
    let degrees_per_mm = 180.0 / (std::f32::consts::PI * radius);
    let mut along = -spread.width() * size / 2.0;
    for glyph in &spread.glyphs {
        let advance = glyph.advance * size;
        let middle = (along + advance / 2.0) * degrees_per_mm;
        let alone = single(&spread, glyph);
        let (turn, baseline) = match side {
            Side::Top => (middle, -radius),
            Side::Bottom => (-middle, radius),
        };
        canvas.placed((0.0, 0.0), turn, |canvas| {
            canvas.letter_shapes((0.0, baseline), &alone, size, VERMILION)
        })?;
        along += advance;
    }
    Ok(())
}

fn single(line: &Line, glyph: &Placed) -> Line {
    let text = line.text.get(glyph.range.clone()).unwrap_or_default().to_owned();
    let range = 0..text.len();
    Line { face: line.face, text, glyphs: vec![Placed { range, ..glyph.clone() }] }
}
