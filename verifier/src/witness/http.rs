//! Addresses and status codes of C2SP tlog-witness.
//!
//! | address | answers |
//! |---|---|
//! | `POST /add-checkpoint` | 200 a cosignature; 400 malformed, or the old size is the larger; 403 no valid signature of a known key; 404 unknown log; 409 another size was cosigned last, which the body names; 422 inconsistent, or the log breaks its rules; 413 too long; 500 the state is not durable; 503 busy, or the clock is behind, or the log cannot be read |
//! | `GET /<SHA-256 of the origin>/checkpoint` | the newest checkpoint that was cosigned; 404 none |
//!
//! Nothing of a request is logged but which address was asked and how it ended.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use ledger::{
    reader::Fetch,
    witness::{
        ADD_CHECKPOINT, MAX_ADD_CHECKPOINT_LEN, SIZE_CONTENT_TYPE, WitnessRefusal,
        cosignature_lines, size_text,
    },
};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::{error, warn};

use super::{Refused, Witness};
use crate::{clock::Clock, web::log};

/// How long a request's body may take.
///
/// Security: a client that sends a byte a minute gives its place back.
pub const REQUEST_TIME: Duration = Duration::from_secs(10);

/// Most requests that are worked on at a time.
///
/// Security: each holds at most 134 KB and a thread; the rest is told to come again.
const MAX_REQUESTS: usize = 64;

struct Served<C, F> {
    witness: Witness<C, F>,
    places: Arc<Semaphore>,
}

/// The witness's whole URL space.
pub fn router<C, F>(witness: Witness<C, F>) -> Router
where
    C: Clock,
    F: Fetch + Send + Sync + 'static,
    F::Error: std::fmt::Display + 'static,
{
    let places = Arc::new(Semaphore::new(MAX_REQUESTS));
    let served = Arc::new(Served { witness, places });
    Router::new()
        .route(&format!("/{ADD_CHECKPOINT}"), post(add_checkpoint::<C, F>))
        .route("/{origin}/checkpoint", get(checkpoint::<C, F>))
        .layer(CatchPanicLayer::custom(|_panic| StatusCode::INTERNAL_SERVER_ERROR.into_response()))
        .layer(middleware::from_fn(log::access))
        .with_state(served)
}

async fn add_checkpoint<C, F>(State(served): State<Arc<Served<C, F>>>, body: Body) -> Response
where
    C: Clock,
    F: Fetch + Send + Sync + 'static,
    F::Error: std::fmt::Display + 'static,
{
    let Ok(place) = Arc::clone(&served.places).try_acquire_owned() else {
        return again("too many requests at once");
    };
    let body = axum::body::to_bytes(body, MAX_ADD_CHECKPOINT_LEN);
    let body = match tokio::time::timeout(REQUEST_TIME, body).await {
        Ok(Ok(body)) => body,
        // Longer than a request can be, or cut off, where nobody reads the answer.
        Ok(Err(_unread)) => return told(StatusCode::PAYLOAD_TOO_LARGE, "the request is too long"),
        Err(_elapsed) => return told(StatusCode::REQUEST_TIMEOUT, "the request took too long"),
    };
    let work = move || {
        // The place is taken until the work is done, even if the client has gone away.
        let _place = place;
        served.witness.add_checkpoint(&body)
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(line)) => told(StatusCode::OK, cosignature_lines(&[line])),
        Ok(Err(refused)) => refuse(&refused),
        Err(_panicked) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn checkpoint<C, F>(
    State(served): State<Arc<Served<C, F>>>,
    Path(origin): Path<String>,
) -> Response
where
    C: Clock,
    F: Fetch + Send + Sync + 'static,
    F::Error: std::fmt::Display + 'static,
{
    // Another request may hold the log's memory while it replays.
    let newest = tokio::task::spawn_blocking(move || served.witness.newest(&origin));
    match newest.await {
        Ok(Some(note)) => told(StatusCode::OK, note.to_bytes()),
        Ok(None) => told(StatusCode::NOT_FOUND, "nothing was cosigned for this origin"),
        Err(_panicked) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The one place that maps refusals to status codes.
fn refuse(refused: &Refused) -> Response {
    let status = match refused {
        Refused::Rule(WitnessRefusal::OtherSize { known, .. }) => {
            let kind = [(header::CONTENT_TYPE, SIZE_CONTENT_TYPE)];
            return (StatusCode::CONFLICT, kind, size_text(*known)).into_response();
        }
        Refused::Rule(WitnessRefusal::UnknownOrigin) => StatusCode::NOT_FOUND,
        Refused::Rule(WitnessRefusal::NotSigned(_)) => StatusCode::FORBIDDEN,
        Refused::Rule(WitnessRefusal::OldSizeLarger { .. })
        | Refused::Malformed(_)
        | Refused::NoRoom(_) => StatusCode::BAD_REQUEST,
        Refused::Rule(
            WitnessRefusal::EmptyTreeRoot { .. }
            | WitnessRefusal::ProofFromEmpty
            | WitnessRefusal::TwoRoots { .. }
            | WitnessRefusal::Inconsistent(_),
        ) => StatusCode::UNPROCESSABLE_ENTITY,
        Refused::Broken { what, evidence } => {
            let evidence = evidence.as_ref().map(|path| path.display().to_string());
            warn!(what, evidence, "refused a checkpoint of a log that breaks its rules");
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Refused::Unread(why) => {
            warn!(why, "the log could not be replayed now");
            return again("this witness could not read the log");
        }
        Refused::ClockBehind => {
            warn!("the clock is behind the last cosignature: set it right");
            return again("the clock of this witness is behind");
        }
        Refused::NotDurable(cause) => {
            let cause = cause.as_ref().map(ToString::to_string);
            error!(cause, "the state could not be made durable: start the witness again");
            return told(StatusCode::INTERNAL_SERVER_ERROR, "the state is not durable");
        }
        Refused::Key(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    told(status, refused.to_string())
}

fn again(why: &'static str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5")], format!("{why}\n"))
        .into_response()
}

fn told(status: StatusCode, body: impl Into<Body>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (status, kind, body.into()).into_response()
}
