//! What goes wrong in a request, and the one place that says it to the outside. What the log says differs:
//! a status and a code, never what was handed in.

use askama::Template as _;
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{Html, IntoResponse, Response},
};
use serde::Serialize;

use super::{lang::Lang, page::ErrorPage};
use crate::{check::InputError, scan::ScanError};

/// Why a request gets no answer.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// Nothing to check was found in what was handed in.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// What was found is none of ours.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The body is larger than is read.
    #[error("the body is too large")]
    BodyTooLarge,
    /// Neither JSON nor a form with files.
    #[error("the media type is neither application/json nor multipart/form-data")]
    MediaType,
    /// Not the JSON that is asked for.
    #[error("the JSON is malformed, or has not exactly one of the fields qr and receipt")]
    Json,
    /// Not a form as browsers send it.
    #[error("the form is malformed or has none of the fields file, photo, text and receipt")]
    Form,
    /// Too much to do at the moment.
    #[error("too many requests at once")]
    Busy,
    /// The check took longer than a request may.
    #[error("the check took too long")]
    Timeout,
    /// Nothing is here.
    #[error("no such page")]
    NotFound,
    /// Not with this method.
    #[error("no such method here")]
    Method,
    /// Our fault.
    #[error("internal error")]
    Internal,
}

/// An error of the API.
#[derive(Debug, Serialize)]
pub struct ErrorJson {
    error: &'static str,
    message_zh: String,
    message_en: String,
}

impl WebError {
    /// The status of the response (RFC 9110).
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Scan(ScanError::TooLarge(_)) | Self::BodyTooLarge => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::Scan(_) | Self::Input(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Json | Self::Form => StatusCode::BAD_REQUEST,
            Self::Busy | Self::Timeout => StatusCode::SERVICE_UNAVAILABLE,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Scan(error) => error.code(),
            Self::Input(error) => error.code(),
            Self::BodyTooLarge => "input_too_large",
            Self::MediaType => "media_type",
            Self::Json => "json_malformed",
            Self::Form => "form_malformed",
            Self::Busy => "busy",
            Self::Timeout => "timeout",
            Self::NotFound => "not_found",
            Self::Method => "method_not_allowed",
            Self::Internal => "internal",
        }
    }

    /// What is wrong and what to do next.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let (zh, en) = match self {
            Self::Scan(error) => return lang.pick(error.zh(), error.en()),
            Self::Input(error) => (error.zh(), error.en()),
            Self::BodyTooLarge => (
                "内容过大（最多16 MB）。请改用证书PDF原件，或裁剪后的照片。",
                "That is too large (at most 16 MB). Use the original PDF, or a cropped picture.",
            ),
            Self::MediaType => (
                "请以 application/json 或 multipart/form-data 提交。",
                "Send application/json or multipart/form-data.",
            ),
            Self::Json => (
                "JSON格式有误。请提交 {\"qr\": \"二维码全文\"} 或 {\"receipt\": \"回执的base64\"}，二者取一。",
                "The JSON is malformed. Send either {\"qr\": \"<full text>\"} or {\"receipt\": \"<base64>\"}.",
            ),
            Self::Form => (
                "表单不完整。请选择一个文件，或粘贴二维码文字后再提交。",
                "The form is incomplete. Choose a file or paste the QR text, and submit again.",
            ),
            Self::Busy => (
                "当前核验的人较多，请稍后再试。这不表示证书无效。",
                "Many people are verifying at the moment; try again shortly. This does not mean that the certificate is invalid.",
            ),
            Self::Timeout => (
                "核验超时，请稍后再试。这不表示证书无效。",
                "The check took too long; try again shortly. This does not mean that the certificate is invalid.",
            ),
            Self::NotFound => (
                "没有这个页面。请回到首页，或重新扫描证书上的二维码。",
                "There is no such page. Go to the start page, or scan the QR code again.",
            ),
            Self::Method => (
                "不支持这种请求方式。请回到首页提交。",
                "This request method is not supported here. Use the form on the start page.",
            ),
            Self::Internal => (
                "系统内部错误，未能完成核验。请稍后再试。这不表示证书无效。",
                "An internal error kept the check from finishing; try again later. This does not mean that the certificate is invalid.",
            ),
        };
        lang.pick(zh, en).to_owned()
    }

    /// As the API answers.
    pub(super) fn into_json(self) -> Response {
        let body = ErrorJson {
            error: self.code(),
            message_zh: self.message(Lang::Zh),
            message_en: self.message(Lang::En),
        };
        self.with_status(Json(body))
    }

    /// As a page, with the form to try again.
    pub(super) fn into_page(self, page: &ErrorPage<'_>) -> Response {
        match page.render() {
            Ok(page) => self.with_status(Html(page)),
            // A template fails only when memory does.
            Err(_out_of_memory) => self.into_json(),
        }
    }

    fn with_status(self, body: impl IntoResponse) -> Response {
        let mut response = (self.status(), body).into_response();
        if matches!(self, Self::Busy | Self::Timeout) {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("10"));
        }
        response
    }
}
