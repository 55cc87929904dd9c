//! Drawing in millimetres from the top left corner of the page. Everything that talks to the PDF
//! library's drawing surface stands here.

use krilla::{
    color::rgb,
    geom::{Path, PathBuilder, Point, Rect, Transform},
    graphic::Graphic,
    paint::{Fill, LineCap, LineJoin, Stroke, StrokeDash},
    surface::Surface,
    tagging::{ContentTag, SpanTag},
    text::{GlyphId, KrillaGlyph},
};

use super::{
    error::DocumentError,
    font::Font,
    structure::{Role, Structure},
    text::{Fitted, Line},
};

/// PDF units in a millimetre.
pub(super) const UNITS_PER_MM: f32 = 72.0 / 25.4;

/// Millimetres in a typographic point: sizes of type are thought of in points.
pub(super) const fn points(points: f32) -> f32 {
    points * 25.4 / 72.0
}

/// An opaque colour (PDF/A readers differ on transparency; paper has none).
#[derive(Debug, Clone, Copy)]
pub(super) struct Ink(pub(super) u8, pub(super) u8, pub(super) u8);

impl Ink {
    fn color(self) -> rgb::Color {
        rgb::Color::new(self.0, self.1, self.2)
    }
}

/// Where a line of text stands relative to the given point.
#[derive(Debug, Clone, Copy)]
pub(super) enum Align {
    Left,
    Center,
}

/// Whether letters stay text, to be searched and read aloud, or become mere shapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Drawn {
    Text,
    Shapes,
}

/// A line's stroke.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pen {
    pub(super) ink: Ink,
    /// Width in millimetres.
    pub(super) width: f32,
}

/// A surface whose unit is the millimetre.
pub(super) struct Canvas<'s, 'd> {
    surface: &'s mut Surface<'d>,
    structure: Structure,
}

impl<'s, 'd> Canvas<'s, 'd> {
    /// Draws with `draw` in millimetres.
    pub(super) fn with(
        surface: &'s mut Surface<'d>,
        draw: impl FnOnce(&mut Self) -> Result<(), DocumentError>,
    ) -> Result<Structure, DocumentError> {
        surface.push_transform(&Transform::from_scale(UNITS_PER_MM, UNITS_PER_MM));
        let mut canvas = Self { surface, structure: Structure::default() };
        let outcome = draw(&mut canvas);
        canvas.surface.pop();
        outcome.map(|()| canvas.structure)
    }

    /// Draws a piece of the page's content: the next one in reading order. Pieces do not nest.
    pub(super) fn piece<T>(&mut self, role: Role, draw: impl FnOnce(&mut Self) -> T) -> T {
        let content = match role {
            Role::Heading | Role::Paragraph => ContentTag::Span(SpanTag::empty()),
            Role::Code => ContentTag::Other,
        };
        self.tagged(role, content, draw)
    }

    /// Like [`Canvas::piece`], for text set so wide that readers would take the gaps for spaces.
    pub(super) fn spaced_piece<T>(
        &mut self,
        role: Role,
        text: &str,
        draw: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let content = ContentTag::Span(SpanTag::empty().with_actual_text(Some(text)));
        self.tagged(role, content, draw)
    }

    fn tagged<T>(
        &mut self,
        role: Role,
        content: ContentTag<'_>,
        draw: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let piece = self.surface.start_tagged(content);
        self.structure.push(role, piece);
        let outcome = draw(self);
        self.surface.end_tagged();
        outcome
    }

    /// Draws with `draw` in coordinates that are first moved to (`x`, `y`), then turned by
    /// `degrees` clockwise.
    pub(super) fn placed<T>(
        &mut self,
        (x, y): (f32, f32),
        degrees: f32,
        draw: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.surface.push_transform(&Transform::from_translate(x, y));
        self.surface.push_transform(&Transform::from_rotate(degrees));
        let outcome = draw(self);
        self.surface.pop();
        self.surface.pop();
        outcome
    }

    /// Draws with `draw` in units of `unit` millimetres from (`x`, `y`).
    pub(super) fn scaled<T>(
        &mut self,
        (x, y): (f32, f32),
        unit: f32,
        draw: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.surface.push_transform(&Transform::from_row(unit, 0.0, 0.0, unit, x, y));
        let outcome = draw(self);
        self.surface.pop();
        outcome
    }

    /// Draws `draw` once, and returns what [`Canvas::stamp`] repeats without writing it again.
    pub(super) fn stamp_of(
        &mut self,
        draw: impl FnOnce(&mut Canvas<'_, '_>) -> Result<(), DocumentError>,
    ) -> Result<Graphic, DocumentError> {
        let mut builder = self.surface.stream_builder();
        let mut surface = builder.surface();
        let outcome = draw(&mut Canvas { surface: &mut surface, structure: Structure::default() });
        surface.finish();
        outcome.map(|()| Graphic::new(builder.finish(), false))
    }

    /// Repeats a drawing around the origin.
    pub(super) fn stamp(&mut self, graphic: &Graphic) {
        self.surface.draw_graphic(graphic.clone());
    }

    /// Draws one line of text with its baseline at `y`; returns its width.
    pub(super) fn line(
        &mut self,
        place: (f32, f32),
        align: Align,
        line: &Line,
        size: f32,
        ink: Ink,
    ) -> Result<f32, DocumentError> {
        self.glyphs(place, align, line, (size, ink), Drawn::Text)
    }

    /// Draws a line as shapes that no reader takes for text: ornaments made of letters.
    pub(super) fn letter_shapes(
        &mut self,
        place: (f32, f32),
        line: &Line,
        size: f32,
        ink: Ink,
    ) -> Result<(), DocumentError> {
        self.glyphs(place, Align::Center, line, (size, ink), Drawn::Shapes).map(|_| ())
    }

    fn glyphs(
        &mut self,
        (x, y): (f32, f32),
        align: Align,
        line: &Line,
        (size, ink): (f32, Ink),
        drawn: Drawn,
    ) -> Result<f32, DocumentError> {
        let width = line.width() * size;
        let left = match align {
            Align::Left => x,
            Align::Center => x - width / 2.0,
        };
        let glyphs: Vec<_> = line
            .glyphs
            .iter()
            .map(|glyph| {
                let id = GlyphId::new(glyph.id.into());
                KrillaGlyph::new(id, glyph.advance, 0.0, 0.0, 0.0, glyph.range.clone(), None)
            })
            .collect();
        self.fill_with(ink);
        let font = Font::of(line.face)?.program.clone();
        self.surface.draw_glyphs(
            Point::from_xy(left, y),
            &glyphs,
            font,
            &line.text,
            size,
            drawn == Drawn::Shapes,
        );
        Ok(width)
    }

    /// Draws lines below each other, centred around the height `middle`; returns the widest width.
    pub(super) fn block(
        &mut self,
        (x, middle): (f32, f32),
        fitted: &Fitted,
        ink: Ink,
    ) -> Result<f32, DocumentError> {
        let leading = fitted.size * LEADING;
        let count = u16::try_from(fitted.lines.len()).map_or(1.0, f32::from);
        let mut baseline = middle - (count - 1.0) * leading / 2.0 + fitted.size * HALF_HEIGHT;
        let mut widest = 0.0_f32;
        for line in &fitted.lines {
            widest = widest.max(self.line((x, baseline), Align::Left, line, fitted.size, ink)?);
            baseline += leading;
        }
        Ok(widest)
    }

    /// Fills a rectangle given by its top left corner and its width and height.
    pub(super) fn rectangle(
        &mut self,
        corner: (f32, f32),
        extent: (f32, f32),
        ink: Ink,
    ) -> Result<(), DocumentError> {
        let path = rectangle(corner, extent)?;
        self.fill(&path, ink);
        Ok(())
    }

    /// Strokes a rectangle.
    pub(super) fn frame(
        &mut self,
        corner: (f32, f32),
        extent: (f32, f32),
        pen: Pen,
    ) -> Result<(), DocumentError> {
        let path = rectangle(corner, extent)?;
        self.stroke(&path, pen);
        Ok(())
    }

    /// Strokes a straight line.
    pub(super) fn rule(
        &mut self,
        from: (f32, f32),
        to: (f32, f32),
        pen: Pen,
    ) -> Result<(), DocumentError> {
        let mut path = PathBuilder::new();
        path.move_to(from.0, from.1);
        path.line_to(to.0, to.1);
        let path = finished(path)?;
        self.stroke(&path, pen);
        Ok(())
    }

    /// Strokes an ellipse around the origin.
    pub(super) fn ellipse(&mut self, (rx, ry): (f32, f32), pen: Pen) -> Result<(), DocumentError> {
        let path = ellipse(rx, ry)?;
        self.stroke(&path, pen);
        Ok(())
    }

    /// Fills a circle around the origin.
    pub(super) fn disc(&mut self, radius: f32, ink: Ink) -> Result<(), DocumentError> {
        let path = ellipse(radius, radius)?;
        self.fill(&path, ink);
        Ok(())
    }

    /// Fills a path.
    pub(super) fn fill(&mut self, path: &Path, ink: Ink) {
        self.fill_with(ink);
        self.surface.draw_path(path);
    }

    /// Strokes a path.
    pub(super) fn stroke(&mut self, path: &Path, pen: Pen) {
        self.stroke_dashed(path, pen, None);
    }

    /// Strokes a path, with dashes of the given lengths.
    pub(super) fn stroke_dashed(&mut self, path: &Path, pen: Pen, dash: Option<[f32; 2]>) {
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(Stroke {
            paint: pen.ink.color().into(),
            width: pen.width,
            line_cap: LineCap::Round,
            line_join: LineJoin::Round,
            dash: dash.map(|lengths| StrokeDash { array: lengths.to_vec(), offset: 0.0 }),
            ..Stroke::default()
        }));
        self.surface.draw_path(path);
        self.surface.set_stroke(None);
    }

    fn fill_with(&mut self, ink: Ink) {
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(Fill { paint: ink.color().into(), ..Fill::default() }));
    }
}

/// Ends a path that has at least one segment.
pub(super) fn finished(path: PathBuilder) -> Result<Path, DocumentError> {
    path.finish().ok_or(DocumentError::Measure("a path is empty or has no finite extent"))
}

fn rectangle((x, y): (f32, f32), (width, height): (f32, f32)) -> Result<Path, DocumentError> {
    let mut path = PathBuilder::new();
    path.push_rect(
        Rect::from_xywh(x, y, width, height)
            .ok_or(DocumentError::Measure("a rectangle has no extent"))?,
    );
    finished(path)
}

/// An ellipse around the origin, from four Bézier curves.
pub(super) fn ellipse(rx: f32, ry: f32) -> Result<Path, DocumentError> {
    const K: f32 = 0.552_284_8;
    let mut path = PathBuilder::new();
    path.move_to(rx, 0.0);
    path.cubic_to(rx, ry * K, rx * K, ry, 0.0, ry);
    path.cubic_to(-rx * K, ry, -rx, ry * K, -rx, 0.0);
    path.cubic_to(-rx, -ry * K, -rx * K, -ry, 0.0, -ry);
    path.cubic_to(rx * K, -ry, rx, -ry * K, rx, 0.0);
    path.close();
    finished(path)
}

/// Distance of baselines, in sizes.
const LEADING: f32 = 1.28;
/// Half the height of a Chinese character above its baseline, in sizes: centres a line by eye.
const HALF_HEIGHT: f32 = 0.37;
