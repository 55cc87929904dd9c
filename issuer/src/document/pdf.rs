//! One certificate → one PDF/A-3u file. Equal input gives equal bytes.

use krilla::{
    Document, SerializeSettings,
    configure::{Archival, ConfigurationBuilder},
    metadata::{DateTime, Metadata},
    page::PageSettings,
};

use super::{
    attach::{self, Attachments},
    canvas::{Canvas, UNITS_PER_MM},
    error::DocumentError,
    layout,
    ornament::PAGE,
    qr::QrMatrix,
    view::{CertificateView, Field},
};

/// Prints `view` on one A4 page (landscape) and attaches `files` and the QR text.
///
/// The result is PDF/A-3u, not yet signed; see [`super::sign`].
///
/// # Errors
/// [`DocumentError`], which names the field that cannot be printed. Nothing is cut or left out.
pub fn pdf(view: &CertificateView<'_>, files: &Attachments<'_>) -> Result<Vec<u8>, DocumentError> {
    view.check()?;
    let code = QrMatrix::encode(view.qr_text)?;
    let created = creation_date(view.created);
    let mut document = Document::new_with(settings()?);
    let size = PageSettings::from_wh(PAGE.0 * UNITS_PER_MM, PAGE.1 * UNITS_PER_MM)
        .ok_or(DocumentError::Measure("the page has no extent"))?;
    let mut page = document.start_page_with(size);
    let mut surface = page.surface();
    let structure = Canvas::with(&mut surface, |canvas| layout::draw(canvas, view, files, &code))?;
    surface.finish();
    page.finish();
    document.set_tag_tree(structure.tree(view.verification_address()));
    document.set_metadata(metadata(view, created));
    attach::attach(&mut document, view.qr_text, files, created)?;
    document.finish().map_err(DocumentError::Pdf)
}

fn settings() -> Result<SerializeSettings, DocumentError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_U)
        .finish()
        .map_err(DocumentError::Conformance)?;
    Ok(SerializeSettings { configuration, ..SerializeSettings::default() })
}

fn metadata(view: &CertificateView<'_>, created: DateTime) -> Metadata {
    Metadata::new()
        .title(format!("职称电子证书 {}", view.number))
        .authors(vec![view.issuer.zh.to_owned()])
        .description(Field::Number.label().zh.to_owned() + " " + view.number)
        .creator("issuer".to_owned())
        .language("zh-CN".to_owned())
        .document_id(view.number.to_owned())
        .creation_date(created)
}

/// Beijing time, as on the page.
fn creation_date(time: jiff::Timestamp) -> DateTime {
    let local = super::beijing(time);
    let part = |value: i8| u8::try_from(value).unwrap_or(0);
    DateTime::new(u16::try_from(local.year()).unwrap_or(0))
        .month(part(local.month()))
        .day(part(local.day()))
        .hour(part(local.hour()))
        .minute(part(local.minute()))
        .second(part(local.second()))
        .utc_offset_hour(super::BEIJING_OFFSET_HOURS)
        .utc_offset_minute(0)
}
