//! The public log as static files (C2SP tlog-tiles): what others check, mirror and audit. Only paths that
//! such a log has are ever looked up, so no address leads out of the directory.

use std::{io::Write as _, path::PathBuf, sync::Arc};

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};
use ledger::path::LogPath;
use tracing::error;

use super::{
    error::WebError,
    file_headers::{Encoding, FileHeaders, for_everybody},
};
use crate::fetch::{DirError, LogDir, LogFile};

/// Files up to this length are read and compressed where the request is served; longer ones by threads
/// that may wait. A tile has 8 KiB and lies in the page cache: handing it to another thread costs more
/// than reading it. Whoever shares the server waits no longer than for one such file from the disk,
/// as with any web server that calls `sendfile`.
const ON_THE_SPOT: u64 = 64 * 1024;

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
pub(super) async fn get(
    State(files): State<LogFiles>,
    asked: HeaderMap,
    Path(path): Path<String>,
) -> Response {
    let found = match (files.0, path.parse::<LogPath>()) {
        (Some(directory), Ok(path)) => file(&directory, path, &asked).await,
        _ => Err(WebError::NotFound),
    };
    for_everybody(found.unwrap_or_else(WebError::into_json))
}

/// Nothing here changes anything.
pub(super) async fn method_not_allowed() -> Response {
    for_everybody(WebError::Method.into_json())
}

async fn file(directory: &LogDir, path: LogPath, asked: &HeaderMap) -> Result<Response, WebError> {
    let file = directory.open(&path).map_err(unreadable)?.ok_or(WebError::NotFound)?;
    let headers = FileHeaders::of(path, &file);
    if headers.are_known_to(asked) {
        return Ok((StatusCode::NOT_MODIFIED, headers.of_nothing_new()).into_response());
    }
    let encoding = headers.encoding_for(asked);
    let on_the_spot = file.len() <= ON_THE_SPOT;
    let read = move || content(file, path, encoding);
    let content = match on_the_spot {
        true => read(),
        false => match tokio::task::spawn_blocking(read).await {
            Ok(content) => content,
            Err(_panicked) => return Err(WebError::Internal),
        },
    };
    Ok((headers.with(encoding), content.map_err(unreadable)?).into_response())
}

fn content(file: LogFile, path: LogPath, encoding: Encoding) -> Result<Vec<u8>, DirError> {
    let bytes = file.read(path.max_len())?;
    match encoding {
        Encoding::Identity => Ok(bytes),
        Encoding::Gzip => {
            let mut gzip = GzEncoder::new(Vec::with_capacity(bytes.len()), Compression::fast());
            let compressed = gzip.write_all(&bytes).and_then(|()| gzip.finish());
            compressed.map_err(|source| DirError::Io { path: path.to_string().into(), source })
        }
    }
}

fn unreadable(failure: DirError) -> WebError {
    error!(%failure, "a file of the log could not be read");
    WebError::Internal
}
