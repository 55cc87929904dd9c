//! The files inside the PDF (associated files, ISO 19005-3). The names are a contract: the
//! verifier finds the evidence by them.

use krilla::{
    Document,
    embed::{AssociationKind, EmbeddedFile, MimeType},
    metadata::DateTime,
};

use super::error::DocumentError;

/// The QR text, ASCII, without a line end: `verifier check` reads it instead of decoding a picture.
pub const QR_TEXT: &str = "qr.txt";
/// The certificate: COSE bytes exactly as committed to by the log.
pub const CERTIFICATE: &str = "certificate.cose";
/// Proof of inclusion at the first checkpoint that covered the certificate (C2SP tlog-proof).
pub const LOG_PROOF: &str = "certificate.tlog-proof";

/// The largest file that is attached. A certificate has a few hundred bytes and a proof a few
/// thousand; a reader of our PDFs may refuse anything larger before it inflates it.
pub const MAX_ATTACHMENT_BYTES: usize = 256 * 1024;

/// The bytes that travel inside the PDF, beside the QR text.
#[derive(Debug, Clone, Copy)]
pub struct Attachments<'a> {
    /// COSE bytes of the certificate.
    pub certificate: &'a [u8],
    /// The log proof, where a checkpoint already covers the certificate.
    pub log_proof: Option<&'a [u8]>,
}

/// Attaches all files to `document`.
pub(super) fn attach(
    document: &mut Document,
    qr_text: &str,
    files: &Attachments<'_>,
    modified: DateTime,
) -> Result<(), DocumentError> {
    let text = File {
        name: QR_TEXT,
        media_type: "text/plain",
        description: "核验文本（二维码内容） / text of the QR code",
        relation: AssociationKind::Data,
    };
    let certificate = File {
        name: CERTIFICATE,
        media_type: "application/cose",
        description: "证书数据（COSE） / the signed certificate",
        relation: AssociationKind::Source,
    };
    let proof = File {
        name: LOG_PROOF,
        media_type: "text/plain",
        description: "登记证明 / proof that the certificate is on the log",
        relation: AssociationKind::Supplement,
    };
    embed(document, text, qr_text.as_bytes(), modified)?;
    embed(document, certificate, files.certificate, modified)?;
    if let Some(bytes) = files.log_proof {
        embed(document, proof, bytes, modified)?;
    }
    Ok(())
}

struct File {
    name: &'static str,
    media_type: &'static str,
    description: &'static str,
    relation: AssociationKind,
}

fn embed(
    document: &mut Document,
    file: File,
    bytes: &[u8],
    modified: DateTime,
) -> Result<(), DocumentError> {
    let name = file.name;
    if bytes.len() > MAX_ATTACHMENT_BYTES {
        return Err(DocumentError::AttachmentTooLarge {
            name,
            bytes: bytes.len(),
            limit: MAX_ATTACHMENT_BYTES,
        });
    }
    document
        .embed_file(EmbeddedFile {
            path: name.to_owned(),
            mime_type: MimeType::new(file.media_type),
            description: Some(file.description.to_owned()),
            association_kind: file.relation,
            data: bytes.to_vec().into(),
            modification_date: Some(modified),
            compress: None,
            location: None,
        })
        .ok_or(DocumentError::Measure("two attachments have one name"))
}
