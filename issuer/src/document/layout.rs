//! The page: what stands where. Millimetres from the top left corner; sizes of type in points.

use krilla::geom::{PathBuilder, Rect};

use super::{
    attach::Attachments,
    canvas::{Align, Canvas, Ink, Pen, finished, points},
    error::DocumentError,
    font::Face,
    ornament::{self, PAGE},
    qr::{PRINTED_WIDTH_MM, QUIET_ZONE, QrMatrix},
    seal,
    structure::Role,
    table,
    text::{Line, Style, fit},
    view::{CertificateView, Field, Marking},
};

pub(super) const INK: Ink = Ink(0x22, 0x22, 0x26);
pub(super) const CRIMSON: Ink = Ink(0x96, 0x1F, 0x22);
pub(super) const MUTED: Ink = Ink(0x75, 0x69, 0x55);
const WHITE: Ink = Ink(0xFF, 0xFF, 0xFF);
const WATERMARK: Ink = Ink(0xFA, 0xEE, 0xE8);

/// Left and right edge of the text.
pub(super) const LEFT: f32 = 29.0;
pub(super) const RIGHT: f32 = PAGE.0 - LEFT;
const MIDDLE: f32 = PAGE.0 / 2.0;

/// Draws the whole page.
pub(super) fn draw(
    canvas: &mut Canvas<'_, '_>,
    view: &CertificateView<'_>,
    files: &Attachments<'_>,
    code: &QrMatrix,
) -> Result<(), DocumentError> {
    ornament::draw(canvas)?;
    if view.marking == Marking::Specimen {
        watermark(canvas)?;
    }
    issuing_office(canvas, view)?;
    canvas.spaced_piece(Role::Heading, &format!("{TITLE_ZH} {TITLE_EN}"), title)?;
    ornament::divider(canvas, (MIDDLE, 62.0), 52.0)?;
    canvas.piece(Role::Paragraph, |canvas| number(canvas, view.number))?;
    table::draw(canvas, view)?;
    qr(canvas, code)?;
    instructions(canvas, view, files)?;
    if view.marking == Marking::Specimen {
        canvas.piece(Role::Paragraph, |canvas| seal::draw(canvas, (ISSUER_X, 159.5)))?;
    }
    canvas.piece(Role::Paragraph, |canvas| signature_block(canvas, view))?;
    canvas.piece(Role::Paragraph, footer)
}

fn watermark(canvas: &mut Canvas<'_, '_>) -> Result<(), DocumentError> {
    let text = Line::new(Face::Display, Field::Form, "样例")?.tracked(0.5);
    canvas.placed((MIDDLE, 112.0), -16.0, |canvas| {
        canvas.letter_shapes((0.0, 17.0), &text, 46.0, WATERMARK)
    })?;
    let tag = Line::new(Face::Display, Field::Form, "样例 SPECIMEN")?.tracked(0.06);
    let pen = Pen { ink: CRIMSON, width: 0.35 };
    canvas.frame((RIGHT - 36.0, 23.5), (36.0, 8.0), pen)?;
    canvas.piece(Role::Paragraph, |canvas| {
        canvas.line((RIGHT - 18.0, 28.9), Align::Center, &tag, points(10.5), CRIMSON).map(|_| ())
    })
}

fn issuing_office(
    canvas: &mut Canvas<'_, '_>,
    view: &CertificateView<'_>,
) -> Result<(), DocumentError> {
    let issuer = Line::new(Face::Text, Field::Issuer, view.issuer.zh)?.tracked(0.3);
    let one_line = Style { lines: 1, largest: points(13.0), smallest: points(8.0) };
    let fitted = fit(&issuer, Field::Issuer, 150.0, &[one_line])?;
    canvas.spaced_piece(Role::Paragraph, view.issuer.zh, |canvas| {
        fitted.lines.iter().try_for_each(|line| {
            canvas.line((MIDDLE, 30.5), Align::Center, line, fitted.size, INK).map(|_| ())
        })
    })?;
    let Some(en) = view.issuer.en else { return Ok(()) };
    let en = Line::new(Face::Text, Field::Issuer, en)?;
    let one_line = Style { lines: 1, largest: points(7.5), smallest: points(5.0) };
    let fitted = fit(&en, Field::Issuer, 150.0, &[one_line])?;
    canvas.piece(Role::Paragraph, |canvas| {
        fitted.lines.iter().try_for_each(|line| {
            canvas.line((MIDDLE, 35.2), Align::Center, line, fitted.size, MUTED).map(|_| ())
        })
    })
}

fn title(canvas: &mut Canvas<'_, '_>) -> Result<(), DocumentError> {
    let title = Line::new(Face::Display, Field::Form, TITLE_ZH)?.tracked(0.32);
    canvas.line((MIDDLE, 50.2), Align::Center, &title, points(33.0), CRIMSON)?;
    let english = Line::new(Face::Text, Field::Form, TITLE_EN)?.tracked(0.05);
    canvas.line((MIDDLE, 57.2), Align::Center, &english, points(11.5), CRIMSON).map(|_| ())
}

fn number(canvas: &mut Canvas<'_, '_>, number: &str) -> Result<(), DocumentError> {
    let label = Field::Number.label();
    let zh = Line::new(Face::Text, Field::Form, label.zh)?;
    let en = Line::new(Face::Text, Field::Form, label.en.unwrap_or_default())?;
    let value = Line::new(Face::Text, Field::Number, number)?.tracked(0.04);
    let style = Style { lines: 1, largest: points(11.5), smallest: points(7.0) };
    let value = fit(&value, Field::Number, 150.0, &[style])?;
    let value_width: f32 = value.lines.iter().map(|line| line.width() * value.size).sum();
    let (zh_size, en_size, gap) = (points(10.0), points(7.5), 1.8);
    let whole = zh.width() * zh_size + gap + en.width() * en_size + 2.0 * gap + value_width;
    let (mut x, y) = (MIDDLE - whole / 2.0, 68.6);
    x += canvas.line((x, y), Align::Left, &zh, zh_size, MUTED)? + gap;
    x += canvas.line((x, y), Align::Left, &en, en_size, MUTED)? + 2.0 * gap;
    for line in &value.lines {
        canvas.line((x, y), Align::Left, line, value.size, INK)?;
    }
    Ok(())
}

/// The code on white, with its quiet zone, at the measured width.
fn qr(canvas: &mut Canvas<'_, '_>, code: &QrMatrix) -> Result<(), DocumentError> {
    let module = code.module_mm();
    let quiet = module * u16::try_from(QUIET_ZONE).map_or(4.0, f32::from);
    let side = PRINTED_WIDTH_MM + 2.0 * quiet;
    canvas.rectangle((QR.0 - quiet, QR.1 - quiet), (side, side), WHITE)?;
    let mut path = PathBuilder::new();
    for run in code.dark_runs() {
        let cell = Rect::from_xywh(small(run.column), small(run.row), small(run.len), 1.0);
        path.push_rect(cell.ok_or(DocumentError::Measure("a QR module has no extent"))?);
    }
    let modules = finished(path)?;
    canvas.piece(Role::Code, |canvas| {
        canvas.scaled(QR, module, |canvas| canvas.fill(&modules, Ink(0, 0, 0)));
    });
    let caption = Line::new(Face::Text, Field::Form, "扫码核验 Scan to verify")?;
    let place = (QR.0 + PRINTED_WIDTH_MM / 2.0, QR.1 + PRINTED_WIDTH_MM + 5.4);
    canvas.piece(Role::Paragraph, |canvas| {
        canvas.line(place, Align::Center, &caption, points(8.5), INK).map(|_| ())
    })
}

/// How to check, for whoever holds the page or the file.
fn instructions(
    canvas: &mut Canvas<'_, '_>,
    view: &CertificateView<'_>,
    files: &Attachments<'_>,
) -> Result<(), DocumentError> {
    canvas.piece(Role::Paragraph, instructions_heading)?;
    let address = view.verification_address();
    let attached = match files.log_proof {
        Some(_) => [
            "本文件附有证书数据与登记证明，可离线核对。",
            "The certificate and its log proof are attached to this file.",
        ],
        None => [
            "本文件附有证书数据，可离线核对签名。",
            "The signed certificate is attached to this file.",
        ],
    };
    let notes = [
        ["扫描二维码，或在下列网址上传本文件：", "Scan the code, or upload this file at:"],
        [
            "证书状态以核验结果为准，纸面不能证明当前状态。",
            "Only the verification result shows the current status.",
        ],
        attached,
    ];
    let mut y = NOTES.1 + 6.2;
    for (position, [zh, en]) in notes.into_iter().enumerate() {
        canvas.piece(Role::Paragraph, |canvas| note(canvas, &mut y, zh, en))?;
        if position == 0 {
            canvas.piece(Role::Paragraph, |canvas| address_line(canvas, &mut y, address))?;
        }
    }
    Ok(())
}

fn instructions_heading(canvas: &mut Canvas<'_, '_>) -> Result<(), DocumentError> {
    let zh = Line::new(Face::Text, Field::Form, "核验方法")?.tracked(0.08);
    let width = canvas.line(NOTES, Align::Left, &zh, points(10.5), CRIMSON)?;
    let en = Line::new(Face::Text, Field::Form, "How to verify")?;
    let place = (NOTES.0 + width + 2.0, NOTES.1);
    canvas.line(place, Align::Left, &en, points(8.0), MUTED).map(|_| ())
}

fn note(canvas: &mut Canvas<'_, '_>, y: &mut f32, zh: &str, en: &str) -> Result<(), DocumentError> {
    canvas.placed((NOTES.0 + 0.8, *y - 1.1), 0.0, |canvas| canvas.disc(0.5, CRIMSON))?;
    let zh = Line::new(Face::Text, Field::Form, zh)?;
    canvas.line((NOTES.0 + 3.0, *y), Align::Left, &zh, points(8.8), INK)?;
    let en = Line::new(Face::Text, Field::Form, en)?;
    canvas.line((NOTES.0 + 3.0, *y + 3.5), Align::Left, &en, points(6.8), MUTED)?;
    *y += 8.6;
    Ok(())
}

fn address_line(
    canvas: &mut Canvas<'_, '_>,
    y: &mut f32,
    address: &str,
) -> Result<(), DocumentError> {
    let field = Field::VerificationAddress;
    let address = Line::new(Face::Display, field, address)?;
    let styles = [
        Style { lines: 1, largest: points(8.8), smallest: points(7.0) },
        Style { lines: 2, largest: points(7.0), smallest: points(5.5) },
    ];
    let fitted = fit(&address, field, NOTES_WIDTH, &styles)?;
    canvas.block((NOTES.0 + 3.0, *y - 1.2), &fitted, INK)?;
    *y += 5.6;
    Ok(())
}

/// Who issued it and when, and the place of the seal.
fn signature_block(
    canvas: &mut Canvas<'_, '_>,
    view: &CertificateView<'_>,
) -> Result<(), DocumentError> {
    let issuer = Line::new(Face::Text, Field::Issuer, view.issuer.zh)?;
    let style = Style { lines: 1, largest: points(11.5), smallest: points(7.5) };
    let fitted = fit(&issuer, Field::Issuer, ISSUER_WIDTH, &[style])?;
    for line in &fitted.lines {
        canvas.line((ISSUER_X, 181.0), Align::Center, line, fitted.size, INK)?;
    }
    let date = Line::new(Face::Text, Field::IssuedOn, &view.issued_on.zh())?;
    canvas.line((ISSUER_X, 186.4), Align::Center, &date, points(10.5), INK).map(|_| ())
}

fn footer(canvas: &mut Canvas<'_, '_>) -> Result<(), DocumentError> {
    let zh = "本证书由系统生成，不再办理纸质证书。";
    let zh = Line::new(Face::Text, Field::Form, zh)?;
    canvas.line((NOTES.0, 187.0), Align::Left, &zh, points(7.8), MUTED)?;
    let en = "Generated by the system; no paper certificate is issued.";
    let en = Line::new(Face::Text, Field::Form, en)?;
    canvas.line((NOTES.0, 190.2), Align::Left, &en, points(6.3), MUTED).map(|_| ())
}

/// Module positions are far below the limit of `u16`.
fn small(modules: usize) -> f32 {
    u16::try_from(modules).map_or(0.0, f32::from)
}

/// The document's title.
const TITLE_ZH: &str = "职称电子证书";
const TITLE_EN: &str = "Electronic Certificate of Professional Title";
/// Top left module of the code.
const QR: (f32, f32) = (LEFT + 2.5, 145.5);
/// Where the instructions begin.
const NOTES: (f32, f32) = (80.0, 148.0);
/// Width of the instructions' text.
const NOTES_WIDTH: f32 = 108.0;
/// Middle of the issuer's block.
const ISSUER_X: f32 = 233.0;
const ISSUER_WIDTH: f32 = 70.0;
