//! The pages. They work without scripts: a form goes in, a page with the verdict comes out.

use askama::Template;
use axum::{
    extract::{Query, Request, State},
    http::{
        HeaderMap,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{Html, IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ledger::evidence::Evidence;

use super::{
    AppState,
    assets::VERSION,
    error::WebError,
    guard::Answered,
    handed_in::{Content, form},
    lang::{Lang, LangQuery},
    view::VerdictView,
    words::Words,
};
use crate::{
    check::{Input, InputError},
    verdict::Outcome,
};

/// What every page shows around its own content.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    lang: Lang,
    words: &'static Words,
    version: &'a str,
    example: bool,
    ledger: bool,
    /// Where the switch of languages leads, and what it takes along.
    switch: Switch,
}

/// How the other language is reached from a page.
#[derive(Debug)]
enum Switch {
    /// By its address.
    Link(&'static str),
    /// By handing in again what was handed in: an answer has no address.
    Again { field: &'static str, value: String },
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    frame: Frame<'a>,
    blank: VerdictView,
}

#[derive(Template)]
#[template(path = "landing.html")]
struct LandingPage<'a> {
    frame: Frame<'a>,
    blank: VerdictView,
}

#[derive(Template)]
#[template(path = "result.html")]
struct ResultPage<'a> {
    frame: Frame<'a>,
    verdict: VerdictView,
}

/// A page that says what went wrong, with the form to try again.
#[derive(Template)]
#[template(path = "error.html")]
pub(super) struct ErrorPage<'a> {
    frame: Frame<'a>,
    code: &'static str,
    message: String,
}

impl<'a> Frame<'a> {
    fn new(state: &AppState, lang: Lang, switch: Switch) -> Self {
        let (example, ledger) = (state.example(), state.files.is_served());
        Self { lang, words: lang.words(), version: VERSION.as_str(), example, ledger, switch }
    }
}

/// `GET /`: the form.
pub(super) async fn home(
    State(state): State<AppState>,
    Query(query): Query<LangQuery>,
    headers: HeaderMap,
) -> Response {
    let lang = Lang::negotiate(query, &headers);
    let frame = Frame::new(&state, lang, Switch::Link("/"));
    show(&HomePage { frame, blank: VerdictView::blank(lang, state.lookup()) })
}

/// `GET /v`: where the links of QR codes lead. The certificate stands behind `#`, which no browser sends;
/// the page's script reads it.
pub(super) async fn landing(
    State(state): State<AppState>,
    Query(query): Query<LangQuery>,
    headers: HeaderMap,
) -> Response {
    let lang = Lang::negotiate(query, &headers);
    let frame = Frame::new(&state, lang, Switch::Link("/v"));
    show(&LandingPage { frame, blank: VerdictView::blank(lang, state.lookup()) })
}

/// `POST /check`: the form's answer, as a page.
pub(super) async fn check(
    State(state): State<AppState>,
    Query(query): Query<LangQuery>,
    request: Request,
) -> Response {
    let lang = Lang::negotiate(query, request.headers());
    match state.checks.answer(form(request)).await {
        Ok(answered) => show(&result_page(&state, lang, &answered)),
        Err(error) => failed(&state, lang, error),
    }
}

fn result_page<'a>(state: &AppState, lang: Lang, answered: &Answered) -> ResultPage<'a> {
    let again = match &answered.input {
        Input::QrText(text) | Input::Proved { text, proof: _ } => {
            Switch::Again { field: "text", value: text.clone() }
        }
        Input::Receipt(bytes) => Switch::Again { field: "receipt", value: STANDARD.encode(bytes) },
    };
    let receipt = STANDARD.encode(&answered.report.receipt);
    ResultPage {
        frame: Frame::new(state, lang, again),
        verdict: VerdictView::of(&answered.report, receipt, lang, state.lookup()),
    }
}

/// `POST /receipt`: gives the receipt that a page holds back as a file, for browsers without scripts.
/// Only a receipt: nobody is to offer other files in this host's name.
pub(super) async fn receipt(
    State(state): State<AppState>,
    Query(query): Query<LangQuery>,
    request: Request,
) -> Response {
    let lang = Lang::negotiate(query, request.headers());
    let bytes = match form(request).await {
        Ok(handed_in) => match handed_in.content {
            Content::Receipt(bytes) => bytes,
            Content::File(_) | Content::Text(_) => return failed(&state, lang, WebError::Form),
        },
        Err(error) => return failed(&state, lang, error),
    };
    if let Err(error) = Evidence::decode(&bytes) {
        return failed(&state, lang, WebError::Input(InputError::Receipt(error)));
    }
    let headers = [
        (CONTENT_TYPE, "application/octet-stream"),
        (CONTENT_DISPOSITION, "attachment; filename=\"title-certificate.receipt\""),
    ];
    (headers, bytes).into_response()
}

/// Whatever has no page.
pub(super) async fn not_found(
    State(state): State<AppState>,
    Query(query): Query<LangQuery>,
    headers: HeaderMap,
) -> Response {
    failed(&state, Lang::negotiate(query, &headers), WebError::NotFound)
}

/// An error as a page.
pub(super) fn failed(state: &AppState, lang: Lang, error: WebError) -> Response {
    let frame = Frame::new(state, lang, Switch::Link("/"));
    let (code, message) = (error.code(), error.message(lang));
    error.into_page(&ErrorPage { frame, code, message })
}

fn show(page: &impl Template) -> Response {
    match page.render() {
        Ok(page) => Html(page).into_response(),
        Err(_out_of_memory) => WebError::Internal.into_json(),
    }
}
