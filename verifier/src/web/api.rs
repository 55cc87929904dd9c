//! `POST /api/v1/check`: the answers of `verifier check --json`, and the receipt.

use axum::{
    Json,
    extract::{Request, State},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Serialize;

use super::{guard::Checks, handed_in::json_or_form};
use crate::report_json::ReportJson;

/// A report, and the evidence that it hangs on.
#[derive(Serialize)]
struct Answer {
    #[serde(flatten)]
    report: ReportJson,
    /// The receipt in base64.
    receipt: String,
}

/// Takes `{"qr": "<text>"}`, `{"receipt": "<base64>"}`, or a form with a field `file`.
pub(super) async fn check(State(checks): State<Checks>, request: Request) -> Response {
    match checks.answer(json_or_form(request)).await {
        Ok(answered) => Json(Answer {
            report: ReportJson::of(answered.name, &answered.report),
            receipt: STANDARD.encode(&answered.report.receipt),
        })
        .into_response(),
        Err(error) => error.into_json(),
    }
}

/// Whether the server is up. It says nothing of how fresh the log is: a verdict does.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}
