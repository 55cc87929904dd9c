//! The public log as static files (C2SP tlog-tiles): what others check, mirror and audit. Only paths that
//! such a log has are ever looked up, so no address leads out of the directory.

use std::{path::PathBuf, sync::Arc};

use axum::{
    extract::{Path, State},
    http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use ledger::{path::LogPath, reader::Fetch};
use tracing::error;

use super::error::WebError;
use crate::fetch::LogDir;

/// The directory of a public log, if this host serves one.
#[derive(Clone)]
pub(super) struct LogFiles(Option<Arc<LogDir>>);

impl LogFiles {
    pub(super) fn new(directory: Option<PathBuf>) -> Self {
        Self(directory.map(|directory| Arc::new(LogDir::new(directory))))
    }

    pub(super) const fn is_served(&self) -> bool {
        self.0.is_some()
    }
}

/// Serves one file of the log.
pub(super) async fn get(State(files): State<LogFiles>, Path(path): Path<String>) -> Response {
    let (Some(directory), Ok(path)) = (files.0, path.parse::<LogPath>()) else {
        return WebError::NotFound.into_json();
    };
    let read = tokio::task::spawn_blocking(move || directory.fetch(&path, path.max_len())).await;
    match read {
        Ok(Ok(Some(content))) => file(path, content),
        Ok(Ok(None)) => WebError::NotFound.into_json(),
        Ok(Err(failure)) => {
            error!(%failure, "a file of the log could not be read");
            WebError::Internal.into_json()
        }
        Err(_panicked) => WebError::Internal.into_json(),
    }
}

fn file(path: LogPath, content: Vec<u8>) -> Response {
    let media_type = match path {
        LogPath::Checkpoint | LogPath::KeptCheckpoint(_) => "text/plain; charset=utf-8",
        LogPath::Tile(_) | LogPath::Entries(_) | LogPath::StatusList(_) => {
            "application/octet-stream"
        }
    };
    let keep = match path.is_immutable() {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let headers = [
        (CONTENT_TYPE, media_type),
        (CACHE_CONTROL, keep),
        // Public data: other sites' pages may read it, so that they can check by themselves.
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, content).into_response()
}
