//! `verifier serve`: the pages where a QR code's link leads, the API, and the log's static files.
//!
//! | address | what |
//! |---|---|
//! | `GET /` | the form: a picture, a PDF, a receipt or a text |
//! | `GET /v` | where a QR code's link leads; the certificate is behind `#` and reaches no server |
//! | `POST /check` | the form's answer as a page, for browsers without scripts |
//! | `POST /receipt` | the receipt that such a page holds, as a file |
//! | `POST /api/v1/check` | the answer as JSON |
//! | `GET /log/…` | the public log (C2SP tlog-tiles), if this host has one |
//! | `GET /assets/…` | styles and scripts, compiled in |
//! | `GET /healthz` | whether the server is up |
//!
//! No address ever holds personal data, and neither does any log line: a certificate comes in a body and
//! goes out in a body that nobody may keep.

mod api;
mod assets;
mod error;
mod file_headers;
mod files;
mod guard;
mod handed_in;
mod headers;
mod lang;
pub(crate) mod log;
mod page;
mod view;
mod words;

use std::{future::Future, io, num::NonZeroUsize, path::PathBuf, sync::Arc};

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef, Request, State},
    middleware::{self, Next},
    response::Response,
    routing::{get, post},
};
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;

use self::{
    error::WebError,
    files::LogFiles,
    guard::{Checks, REQUEST_TIME},
    handed_in::MAX_FORM_LEN,
    lang::{Lang, LangQuery},
};
use crate::check::Checker;

pub use self::headers::POLICY;

/// Whose keys the answers rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrustedKeys {
    /// A bureau's.
    Own,
    /// The published example keys: every page says that no answer counts.
    Example,
}

/// What a host decides about its pages.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whose keys are trusted.
    pub keys: TrustedKeys,
    /// Where holders download the current document, an `https` address.
    pub lookup: Option<String>,
    /// How many checks run at a time. Security: each may decode a picture of 50 megapixels.
    pub checks_at_a_time: NonZeroUsize,
}

impl Settings {
    /// The settings of a host with nothing special.
    #[must_use]
    pub const fn new(keys: TrustedKeys) -> Self {
        Self { keys, lookup: None, checks_at_a_time: NonZeroUsize::MIN.saturating_add(3) }
    }
}

/// The whole URL space. `static_log` is the directory of a public log, to be served as it is.
pub fn router(
    checker: Arc<dyn Checker>,
    static_log: Option<PathBuf>,
    settings: Settings,
) -> Router {
    let checks = Checks::new(checker, settings.checks_at_a_time);
    let state = AppState { checks, files: LogFiles::new(static_log), settings: Arc::new(settings) };
    let guarded = middleware::from_fn_with_state(state.clone(), in_time);
    let pages = Router::new()
        .route("/", get(page::home))
        .route("/v", get(page::landing))
        .route("/check", post(page::check))
        .route("/receipt", post(page::receipt))
        .route("/api/v1/check", post(api::check))
        .route("/assets/{version}/{name}", get(assets::get))
        .route("/healthz", get(api::healthz))
        .fallback(page::not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(MAX_FORM_LEN))
        .layer(guarded)
        .layer(CatchPanicLayer::custom(|_panic| WebError::Internal.into_json()))
        .layer(middleware::from_fn(headers::add));
    // Static files have headers of their own, no body to wait for, and many requests.
    let files = Router::new()
        .route("/log/{*path}", get(files::get))
        .method_not_allowed_fallback(files::method_not_allowed)
        .layer(CatchPanicLayer::custom(|_panic| WebError::Internal.into_json()));
    pages.merge(files).layer(middleware::from_fn(log::access)).with_state(state)
}

/// Serves until `shutdown` is done, and then finishes what was begun.
///
/// # Errors
/// Those of the listener.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    axum::serve(listener, router).with_graceful_shutdown(shutdown).await
}

#[derive(Clone)]
struct AppState {
    checks: Checks,
    files: LogFiles,
    settings: Arc<Settings>,
}

impl AppState {
    fn example(&self) -> bool {
        self.settings.keys == TrustedKeys::Example
    }

    fn lookup(&self) -> Option<&str> {
        self.settings.lookup.as_deref()
    }
}

impl FromRef<AppState> for Checks {
    fn from_ref(state: &AppState) -> Self {
        state.checks.clone()
    }
}

impl FromRef<AppState> for LogFiles {
    fn from_ref(state: &AppState) -> Self {
        state.files.clone()
    }
}

/// Ends a request that takes too long.
async fn in_time(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let asked = Asked::of(&request);
    match tokio::time::timeout(REQUEST_TIME, next.run(request)).await {
        Ok(response) => response,
        Err(_elapsed) => asked.refuse(&state, WebError::Timeout),
    }
}

async fn method_not_allowed(State(state): State<AppState>, request: Request) -> Response {
    Asked::of(&request).refuse(&state, WebError::Method)
}

/// In which form a request wants its errors.
enum Asked {
    Json,
    Page(Lang),
}

impl Asked {
    fn of(request: &Request) -> Self {
        if request.uri().path().starts_with("/api/") {
            return Self::Json;
        }
        let query = axum::extract::Query::<LangQuery>::try_from_uri(request.uri());
        let query = query.map_or_else(|_no_language| LangQuery::default(), |query| query.0);
        Self::Page(Lang::negotiate(query, request.headers()))
    }

    fn refuse(self, state: &AppState, error: WebError) -> Response {
        match self {
            Self::Json => error.into_json(),
            Self::Page(lang) => page::failed(state, lang, error),
        }
    }
}
