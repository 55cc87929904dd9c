//! The log's static files as a server sends them, in process.
#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::{io::Read as _, path::Path, sync::Arc};

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderName, Method, Request, StatusCode,
        header::{
            ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, CACHE_CONTROL, CONTENT_ENCODING,
            CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
            VARY, X_CONTENT_TYPE_OPTIONS,
        },
    },
};
use flate2::read::GzDecoder;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;
use verifier::{
    check::{Checker, Input, InputError, Report},
    web::{Settings, TrustedKeys, router},
};

/// Nobody asks it anything here.
struct Nobody;

impl Checker for Nobody {
    fn check(&self, _input: &Input) -> Result<Report, InputError> {
        unreachable!("static files need no checker")
    }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

const FOREVER: &str = "public, max-age=31536000, immutable";
const TILE: &str = "/log/tile/0/000.p/3";
const BUNDLE: &str = "/log/tile/entries/000.p/3";
/// Longer than what is read on the spot.
const LIST: &str = "/log/status/2";

/// A directory that looks like a log's, with a private one beside it.
fn log() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, content) in [
        ("log/checkpoint", "note".to_owned()),
        ("log/checkpoints/3", "kept note".to_owned()),
        ("log/tile/0/000.p/3", "h".repeat(96)),
        ("log/tile/entries/000.p/3", "entries ".repeat(500)),
        ("log/status/2", "list ".repeat(50_000)),
        ("log/notes.txt", "not of a log".to_owned()),
        ("private/lock", "secret".to_owned()),
    ] {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    directory
}

async fn ask(log: &Path, method: Method, path: &str, headers: &[(HeaderName, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let pages = router(Arc::new(Nobody), Some(log.join("log")), Settings::new(TrustedKeys::Own));
    let response = pages.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.into_body().collect().await.unwrap().to_bytes().to_vec();
    Answer { status, headers, body }
}

async fn get(log: &tempfile::TempDir, path: &str, headers: &[(HeaderName, &str)]) -> Answer {
    ask(log.path(), Method::GET, path, headers).await
}

#[tokio::test]
async fn the_checkpoint_is_kept_by_nobody_and_everything_else_for_ever() {
    let log = log();
    let checkpoint = get(&log, "/log/checkpoint", &[]).await;
    assert_eq!(
        (checkpoint.body.as_slice(), checkpoint.header(CACHE_CONTROL)),
        (&b"note"[..], "no-cache")
    );
    assert_eq!(checkpoint.header(CONTENT_TYPE), "text/plain; charset=utf-8");
    assert_eq!((checkpoint.header(ETAG), checkpoint.header(LAST_MODIFIED)), ("", ""));
    let kept = get(&log, "/log/checkpoints/3", &[]).await;
    assert_eq!((kept.body.as_slice(), kept.header(CACHE_CONTROL)), (&b"kept note"[..], FOREVER));
    assert_eq!(kept.header(CONTENT_TYPE), "text/plain; charset=utf-8");
    for path in [TILE, BUNDLE, LIST] {
        let file = get(&log, path, &[]).await;
        assert_eq!(file.status, StatusCode::OK, "{path}");
        assert_eq!(file.body, std::fs::read(log.path().join(&path[1..])).unwrap(), "{path}");
        assert_eq!(file.header(CONTENT_TYPE), "application/octet-stream");
        assert_eq!(file.header(CACHE_CONTROL), FOREVER);
        assert_eq!(file.header(ACCESS_CONTROL_ALLOW_ORIGIN), "*");
        assert_eq!(file.header(X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(file.header(CONTENT_LENGTH), file.body.len().to_string());
    }
}

#[tokio::test]
async fn bundles_and_lists_are_compressed_for_those_who_ask() {
    let log = log();
    for path in [BUNDLE, LIST] {
        let plain = get(&log, path, &[(ACCEPT_ENCODING, "br, gzip;q=0")]).await;
        assert_eq!((plain.header(CONTENT_ENCODING), plain.header(VARY)), ("", "Accept-Encoding"));
        let small = get(&log, path, &[(ACCEPT_ENCODING, "gzip, identity")]).await;
        assert_eq!(
            (small.header(CONTENT_ENCODING), small.header(VARY)),
            ("gzip", "Accept-Encoding")
        );
        assert_eq!(small.header(ETAG), format!("W/{}", plain.header(ETAG)));
        assert!(small.body.len() < plain.body.len() / 10, "{path}: {}", small.body.len());
        let mut unpacked = Vec::new();
        GzDecoder::new(small.body.as_slice()).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, plain.body, "{path}");
    }
    for path in [TILE, "/log/checkpoint"] {
        let hashes = get(&log, path, &[(ACCEPT_ENCODING, "gzip")]).await;
        assert_eq!((hashes.header(CONTENT_ENCODING), hashes.header(VARY)), ("", ""), "{path}");
    }
}

#[tokio::test]
async fn whoever_has_a_file_is_told_that_it_is_the_same() {
    let log = log();
    let file = get(&log, BUNDLE, &[]).await;
    let (tag, modified) = (file.header(ETAG).to_owned(), file.header(LAST_MODIFIED).to_owned());
    let weak = format!("\"other\", W/{tag}");
    for has in [
        (IF_NONE_MATCH, tag.as_str()),
        (IF_NONE_MATCH, &weak),
        (IF_NONE_MATCH, "*"),
        (IF_MODIFIED_SINCE, &modified),
    ] {
        let same = get(&log, BUNDLE, std::slice::from_ref(&has)).await;
        assert_eq!(
            (same.status, same.body.as_slice()),
            (StatusCode::NOT_MODIFIED, &b""[..]),
            "{has:?}"
        );
        assert_eq!((same.header(ETAG), same.header(CACHE_CONTROL)), (tag.as_str(), FOREVER));
        assert_eq!(
            (same.header(VARY), same.header(ACCESS_CONTROL_ALLOW_ORIGIN)),
            ("Accept-Encoding", "*")
        );
    }
    let old = "Thu, 01 Jan 1970 00:00:00 GMT";
    for has_not in [
        vec![(IF_NONE_MATCH, "\"other\"")],
        vec![(IF_MODIFIED_SINCE, old)],
        // The tag decides where both are sent.
        vec![(IF_NONE_MATCH, "\"other\""), (IF_MODIFIED_SINCE, modified.as_str())],
    ] {
        assert_eq!(get(&log, BUNDLE, &has_not).await.status, StatusCode::OK, "{has_not:?}");
    }
    let checkpoint = get(&log, "/log/checkpoint", &[(IF_NONE_MATCH, "*")]).await;
    assert_eq!(checkpoint.status, StatusCode::OK);
}

#[tokio::test]
async fn a_head_request_has_the_headers_alone() {
    let log = log();
    for path in [TILE, BUNDLE, "/log/checkpoint"] {
        let (head, whole) =
            (ask(log.path(), Method::HEAD, path, &[]).await, get(&log, path, &[]).await);
        assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0), "{path}");
        assert_eq!(head.headers, whole.headers, "{path}");
    }
}

#[tokio::test]
async fn what_is_missing_may_be_there_tomorrow() {
    let log = log();
    for path in ["/log/tile/1/000", "/log/tile/0/000.p/4", "/log/status/1", "/log/notes.txt"] {
        let missing = get(&log, path, &[]).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(missing.header(CACHE_CONTROL), "no-store");
        assert_eq!(missing.header(ACCESS_CONTROL_ALLOW_ORIGIN), "*");
    }
    let posted = ask(log.path(), Method::POST, TILE, &[]).await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(posted.header(ALLOW), "GET,HEAD");
}

#[tokio::test]
async fn no_path_leads_out_of_the_log() {
    let log = log();
    for path in [
        "/log/notes.txt",
        "/log/../private/lock",
        "/log/..%2fprivate%2flock",
        "/log/%2e%2e/private/lock",
        "/log/tile/0/%2e%2e/%2e%2e/%2e%2e/private/lock",
        "/log//etc/passwd",
        "/log/%2Fetc%2Fpasswd",
        "/log/checkpoint%00",
        "/log/checkpoint/",
        "/log/",
        "/log/%ff",
    ] {
        let answer = get(&log, path, &[]).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        assert!(!answer.body.windows(6).any(|part| part == b"secret"), "{path}");
    }
}

#[tokio::test]
async fn a_host_without_a_log_of_its_own_serves_none() {
    let pages = router(Arc::new(Nobody), None, Settings::new(TrustedKeys::Own));
    let request = Request::get("/log/checkpoint").body(Body::empty()).unwrap();
    assert_eq!(pages.oneshot(request).await.unwrap().status(), StatusCode::NOT_FOUND);
}
