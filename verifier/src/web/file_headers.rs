//! The headers of the log's static files. `examples/nginx.conf` makes another server send the same.

use axum::http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{
        ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING,
        CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, VARY,
        X_CONTENT_TYPE_OPTIONS,
    },
};
use axum::response::Response;
use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};
use ledger::path::LogPath;

use crate::fetch::LogFile;

/// Shorter files are sent as they are: the encoding would cost more than it saves.
const WORTH_COMPRESSING: u64 = 1024;

/// How a file's bytes go over the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Identity,
    Gzip,
}

/// What is said of one file.
pub(super) struct FileHeaders {
    path: LogPath,
    /// Whether it may go out compressed: bundles and lists. Hashes and signatures do not shrink.
    compressible: bool,
    validators: Option<Validators>,
}

/// By what a cache recognises a file. The checkpoint has none: two of one second and one length would
/// look alike, and what a cache saves of it is nothing.
struct Validators {
    tag: String,
    modified: String,
}

impl FileHeaders {
    pub(super) fn of(path: LogPath, file: &LogFile) -> Self {
        let compressible = match path {
            LogPath::Entries(_) | LogPath::StatusList(_) => file.len() >= WORTH_COMPRESSING,
            LogPath::Checkpoint | LogPath::KeptCheckpoint(_) | LogPath::Tile(_) => false,
        };
        let validators = path.is_immutable().then(|| Validators::of(file)).flatten();
        Self { path, compressible, validators }
    }

    /// Whether the client says that it has this file (RFC 9110 §13.2.2).
    pub(super) fn are_known_to(&self, asked: &HeaderMap) -> bool {
        let Some(Validators { tag, modified }) = &self.validators else { return false };
        if asked.contains_key(IF_NONE_MATCH) {
            let known = asked.get_all(IF_NONE_MATCH).iter().filter_map(|tags| tags.to_str().ok());
            return known
                .flat_map(|tags| tags.split(','))
                .map(str::trim)
                .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag);
        }
        asked.get(IF_MODIFIED_SINCE).is_some_and(|since| since.as_bytes() == modified.as_bytes())
    }

    /// The encoding that the client asks for, where the file is worth it.
    pub(super) fn encoding_for(&self, asked: &HeaderMap) -> Encoding {
        let wanted = asked.get_all(ACCEPT_ENCODING).iter().filter_map(|list| list.to_str().ok());
        let wanted = wanted.flat_map(|list| list.split(',')).any(wants_gzip);
        if self.compressible && wanted { Encoding::Gzip } else { Encoding::Identity }
    }

    /// With the file itself.
    pub(super) fn with(&self, encoding: Encoding) -> HeaderMap {
        let mut headers = self.of_nothing_new();
        let media_type = match self.path {
            LogPath::Checkpoint | LogPath::KeptCheckpoint(_) => "text/plain; charset=utf-8",
            LogPath::Tile(_) | LogPath::Entries(_) | LogPath::StatusList(_) => {
                "application/octet-stream"
            }
        };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        if encoding == Encoding::Gzip {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            // The same file, but not the same bytes.
            if let Some(Validators { tag, .. }) = &self.validators {
                put(&mut headers, ETAG, &format!("W/{tag}"));
            }
        }
        headers
    }

    /// Without it, for a client that has it.
    pub(super) fn of_nothing_new(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let keep = match self.path.is_immutable() {
            true => "public, max-age=31536000, immutable",
            false => "no-cache",
        };
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
        if self.compressible {
            headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        }
        if let Some(Validators { tag, modified }) = &self.validators {
            put(&mut headers, ETAG, tag);
            put(&mut headers, LAST_MODIFIED, modified);
        }
        headers
    }
}

impl Validators {
    /// The tag that nginx makes, too: hosts that share a directory share their caches' entries.
    fn of(file: &LogFile) -> Option<Self> {
        let time = Timestamp::from_second(file.modified()).ok()?;
        let modified = DateTimePrinter::new().timestamp_to_rfc9110_string(&time).ok()?;
        Some(Self { tag: format!("\"{:x}-{:x}\"", file.modified(), file.len()), modified })
    }
}

/// What every answer below `/log/` says, errors too: other sites' pages may read it, so that they can
/// check by themselves. A tile that is missing today may be there tomorrow.
pub(super) fn for_everybody(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// One item of `Accept-Encoding`.
fn wants_gzip(item: &str) -> bool {
    let mut parts = item.split(';').map(str::trim);
    let named = parts.next().is_some_and(|coding| coding.eq_ignore_ascii_case("gzip"));
    let refused = parts.any(|weight| {
        let weight = weight.strip_prefix("q=").or_else(|| weight.strip_prefix("Q="));
        weight.is_some_and(|weight| weight.parse::<f32>().is_ok_and(|weight| weight == 0.0))
    });
    named && !refused
}

/// Both are ASCII.
fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_those_who_ask_for_it() {
        for asks in ["gzip", "GZIP", " gzip;q=0.5", "gzip; q=1"] {
            assert!(wants_gzip(asks), "{asks}");
        }
        for not in ["", "br", "x-gzip", "gzip;q=0", "gzip; q=0.000", "identity", "*"] {
            assert!(!wants_gzip(not), "{not}");
        }
    }
}
