//! What a request hands in: JSON from a program, or a form from a browser.

use std::error::Error;

use axum::{
    body::Bytes,
    extract::{FromRequest as _, Multipart, Request, multipart::MultipartError},
    http::{StatusCode, header::CONTENT_TYPE},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use ledger::evidence::MAX_EVIDENCE_LEN;
use serde::Deserialize;

use super::error::WebError;
use crate::{
    check::Input,
    scan::{MAX_FILE_LEN, read_file, read_text},
};

/// The largest form in bytes: one file and what a form puts around it.
///
/// Security: a form is held in memory while it is read.
pub(super) const MAX_FORM_LEN: usize = MAX_FILE_LEN + (64 << 10);

/// The largest JSON body in bytes: the largest receipt in base64, and a little.
///
/// Security: it is held in memory while it is read.
const MAX_JSON_LEN: usize = MAX_EVIDENCE_LEN.div_ceil(3) * 4 + (4 << 10);

/// Most parts of a form that are looked at; ours has four. Security: bounds the work on a form.
const MAX_PARTS: usize = 8;

/// What was handed in, and what it is called in the answer.
#[derive(Debug)]
pub(super) struct HandedIn {
    /// `file`, `qr` or `receipt`.
    pub(super) name: &'static str,
    /// What came.
    pub(super) content: Content,
}

/// Not looked at yet: that may take a while, and is done beside the event loop.
#[derive(Debug)]
pub(super) enum Content {
    /// A file of any kind.
    File(Bytes),
    /// A text.
    Text(String),
    /// A receipt.
    Receipt(Vec<u8>),
}

impl Content {
    /// Finds the one thing to check. Slow: it may decode a picture.
    pub(super) fn read(self) -> Result<Input, WebError> {
        match self {
            Self::File(bytes) => Ok(read_file(&bytes)?),
            Self::Text(text) => Ok(read_text(&text)?),
            Self::Receipt(bytes) => Ok(Input::Receipt(bytes)),
        }
    }
}

/// Reads JSON or a form, by the media type.
pub(super) async fn json_or_form(request: Request) -> Result<HandedIn, WebError> {
    match media_type(&request) {
        Some("application/json") => json(request).await,
        Some("multipart/form-data") => form(request).await,
        _ => Err(WebError::MediaType),
    }
}

fn media_type(request: &Request) -> Option<&str> {
    let header = request.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    Some(header.split(';').next()?.trim())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckJson {
    qr: Option<String>,
    receipt: Option<String>,
}

async fn json(request: Request) -> Result<HandedIn, WebError> {
    let body = Limited::new(request.into_body(), MAX_JSON_LEN).collect().await;
    let body = body.map_err(|error| unread(error.as_ref(), WebError::Json))?.to_bytes();
    let asked: CheckJson = serde_json::from_slice(&body).map_err(|_not_ours| WebError::Json)?;
    match asked {
        CheckJson { qr: Some(text), receipt: None } => {
            Ok(HandedIn { name: "qr", content: Content::Text(text) })
        }
        CheckJson { qr: None, receipt: Some(base64) } => {
            let bytes = STANDARD.decode(base64).map_err(|_not_base64| WebError::Json)?;
            Ok(HandedIn { name: "receipt", content: Content::Receipt(bytes) })
        }
        _ => Err(WebError::Json),
    }
}

/// Reads the form of the pages: the first of its fields that holds something counts.
pub(super) async fn form(request: Request) -> Result<HandedIn, WebError> {
    if media_type(&request) != Some("multipart/form-data") {
        return Err(WebError::MediaType);
    }
    let parts = Multipart::from_request(request, &()).await;
    let mut parts = parts.map_err(|_no_boundary| WebError::Form)?;
    for _ in 0..MAX_PARTS {
        let Some(part) = parts.next_field().await.map_err(|e| part_unread(&e))? else { break };
        let name = part.name().map(str::to_owned);
        let bytes = part.bytes().await.map_err(|error| part_unread(&error))?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if let Some(handed_in) = field(name.as_deref(), bytes)? {
            return Ok(handed_in);
        }
    }
    Err(WebError::Form)
}

/// One field of a form; none if it is not ours.
fn field(name: Option<&str>, bytes: Bytes) -> Result<Option<HandedIn>, WebError> {
    let handed_in = match name {
        Some("file" | "photo") => HandedIn { name: "file", content: Content::File(bytes) },
        Some("text") => {
            let text = String::from_utf8(bytes.into()).map_err(|_not_text| WebError::Form)?;
            HandedIn { name: "qr", content: Content::Text(text) }
        }
        Some("receipt") => {
            let receipt = STANDARD.decode(bytes).map_err(|_not_base64| WebError::Form)?;
            HandedIn { name: "receipt", content: Content::Receipt(receipt) }
        }
        _ => return Ok(None),
    };
    Ok(Some(handed_in))
}

fn part_unread(error: &MultipartError) -> WebError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => WebError::BodyTooLarge,
        _ => unread(error, WebError::Form),
    }
}

/// Too large, wherever in the chain of causes that is said; otherwise as given.
fn unread(error: &(dyn Error + 'static), otherwise: WebError) -> WebError {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return WebError::BodyTooLarge;
        }
        cause = error.source();
    }
    otherwise
}
