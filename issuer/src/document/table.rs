//! The fields: two columns with labels in Chinese and small English, and thin rules between rows.

use super::{
    canvas::{Align, Canvas, Ink, Pen, points},
    error::DocumentError,
    font::Face,
    layout::{CRIMSON, INK, LEFT, MUTED, RIGHT},
    structure::Role,
    text::{Fitted, Line, Style, fit},
    view::{Bilingual, CertificateView, Field},
};

const RULE: Pen = Pen { ink: Ink(0xD9, 0xC9, 0xA6), width: 0.2 };
const TOP: f32 = 73.0;
/// Height of the first row, which has the name and the title.
const TALL: f32 = 13.0;
const ROW: f32 = 11.0;
const GUTTER: f32 = 8.0;
const COLUMN: f32 = (RIGHT - LEFT - GUTTER) / 2.0;
/// Width of a label; the value follows.
const LABEL: f32 = 26.0;

/// Draws all fields.
pub(super) fn draw(
    canvas: &mut Canvas<'_, '_>,
    view: &CertificateView<'_>,
) -> Result<(), DocumentError> {
    let right = LEFT + COLUMN + GUTTER;
    let plain = |zh| Bilingual { zh, en: None };
    let (obtained, issued) = (Dated::of(view.obtained_on), Dated::of(view.issued_on));
    let cells = [
        [(Field::HolderName, plain(view.holder_name)), (Field::TitleName, plain(view.title_name))],
        [(Field::MaskedId, plain(view.masked_id)), (Field::Level, view.level)],
        [(Field::SeriesName, plain(view.series_name)), (Field::Specialty, plain(view.specialty))],
        [(Field::ObtainedOn, obtained.text()), (Field::ObtainMethod, view.obtain_method)],
        [
            (Field::IssuedOn, issued.text()),
            (Field::ApprovalDocument, plain(view.approval_document)),
        ],
    ];
    let mut top = TOP;
    for (row, pair) in cells.into_iter().enumerate() {
        let height = if row == 0 { TALL } else { ROW };
        for (left, (field, value)) in [LEFT, right].into_iter().zip(pair) {
            let place = Place { left, middle: top + height / 2.0, width: COLUMN };
            canvas.piece(Role::Paragraph, |canvas| cell(canvas, place, field, value))?;
        }
        top += height;
        canvas.rule((LEFT, top), (LEFT + COLUMN, top), RULE)?;
        canvas.rule((right, top), (RIGHT, top), RULE)?;
    }
    let place = Place { left: LEFT, middle: top + ROW / 2.0, width: RIGHT - LEFT };
    canvas.piece(Role::Paragraph, |canvas| {
        cell(canvas, place, Field::CommitteeName, plain(view.committee_name))
    })?;
    canvas.rule((LEFT, top + ROW), (RIGHT, top + ROW), RULE)
}

/// A cell's place: its left edge, the height of its middle, its width.
#[derive(Clone, Copy)]
struct Place {
    left: f32,
    middle: f32,
    width: f32,
}

fn cell(
    canvas: &mut Canvas<'_, '_>,
    place: Place,
    field: Field,
    value: Bilingual<'_>,
) -> Result<(), DocumentError> {
    label(canvas, place, field.label())?;
    let zh = Line::new(Face::Text, field, value.zh)?;
    let (left, width) = (place.left + LABEL, place.width - LABEL);
    let prominent = matches!(field, Field::HolderName | Field::TitleName);
    let ink = if prominent { CRIMSON } else { INK };
    let styles = if prominent { &PROMINENT } else { &ORDINARY };
    let fitted = fit(&zh, field, width, styles)?;
    let Some(en) = value.en else {
        return canvas.block((left, place.middle), &fitted, ink).map(|_| ());
    };
    let en = Line::new(Face::Text, field, en)?;
    let used: f32 = fitted.lines.iter().map(|line| line.width() * fitted.size).sum();
    if fitted.lines.len() == 1 && used + EN_GAP + en.width() * EN_SIZE <= width {
        canvas.block((left, place.middle), &fitted, ink)?;
        let baseline = place.middle + fitted.size * 0.37;
        return canvas
            .line((left + used + EN_GAP, baseline), Align::Left, &en, EN_SIZE, MUTED)
            .map(|_| ());
    }
    stacked(canvas, place, &zh, &en, field)
}

/// Chinese above, English below, each on one line.
fn stacked(
    canvas: &mut Canvas<'_, '_>,
    place: Place,
    zh: &Line,
    en: &Line,
    field: Field,
) -> Result<(), DocumentError> {
    let (left, width) = (place.left + LABEL, place.width - LABEL);
    let above = Style { lines: 1, largest: points(11.0), smallest: points(6.0) };
    let below = Style { lines: 1, largest: EN_SIZE, smallest: points(4.5) };
    let above: Fitted = fit(zh, field, width, &[above])?;
    let below: Fitted = fit(en, field, width, &[below])?;
    canvas.block((left, place.middle - 1.6), &above, INK)?;
    canvas.block((left, place.middle + 2.8), &below, MUTED).map(|_| ())
}

/// The label: Chinese spread to four characters' width, English below.
fn label(
    canvas: &mut Canvas<'_, '_>,
    place: Place,
    text: Bilingual<'_>,
) -> Result<(), DocumentError> {
    let zh = Line::new(Face::Text, Field::Form, text.zh)?.justified(4.0);
    canvas.line((place.left, place.middle + 0.1), Align::Left, &zh, points(10.0), MUTED)?;
    let en = Line::new(Face::Text, Field::Form, text.en.unwrap_or_default())?;
    canvas.line((place.left, place.middle + 3.4), Align::Left, &en, points(6.6), MUTED).map(|_| ())
}

/// A date in both languages, alive as long as it is drawn.
struct Dated {
    zh: String,
    en: String,
}

impl Dated {
    fn of(date: super::PrintedDate) -> Self {
        Self { zh: date.zh(), en: date.en() }
    }

    fn text(&self) -> Bilingual<'_> {
        Bilingual { zh: &self.zh, en: Some(&self.en) }
    }
}

const EN_SIZE: f32 = points(8.0);
const EN_GAP: f32 = 3.0;
/// Name and title: large, smaller when long, two lines when very long.
const PROMINENT: [Style; 3] = [
    Style { lines: 1, largest: points(18.0), smallest: points(11.0) },
    Style { lines: 2, largest: points(12.0), smallest: points(8.5) },
    Style { lines: 3, largest: points(8.5), smallest: points(6.5) },
];
const ORDINARY: [Style; 3] = [
    Style { lines: 1, largest: points(12.5), smallest: points(10.0) },
    Style { lines: 2, largest: points(10.5), smallest: points(8.0) },
    Style { lines: 3, largest: points(7.8), smallest: points(5.5) },
];
