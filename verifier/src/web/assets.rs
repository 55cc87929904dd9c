//! Styles, scripts and pictures, compiled in.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::LazyLock,
};

use axum::{
    extract::Path,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    response::{IntoResponse, Response},
};

use super::error::WebError;

/// Name, media type, content.
const ASSETS: [(&str, &str, &str); 5] = [
    ("style.css", "text/css; charset=utf-8", include_str!("../../assets/style.css")),
    ("verify.js", "text/javascript; charset=utf-8", include_str!("../../assets/verify.js")),
    ("verdict.js", "text/javascript; charset=utf-8", include_str!("../../assets/verdict.js")),
    ("print.js", "text/javascript; charset=utf-8", include_str!("../../assets/print.js")),
    ("mark.svg", "image/svg+xml", include_str!("../../assets/mark.svg")),
];

/// Stands in the assets' addresses, so that a page never meets the scripts of another version. It only
/// tells contents apart; nothing is trusted because of it.
pub(super) static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = DefaultHasher::new();
    ASSETS.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
});

/// Serves one file, for as long as anybody wants to keep it.
pub(super) async fn get(Path((version, name)): Path<(String, String)>) -> Response {
    let asset = ASSETS.iter().find(|(known, _, _)| *known == name && version == *VERSION);
    match asset {
        Some((_, media_type, content)) => {
            let keep = (CACHE_CONTROL, "public, max-age=31536000, immutable");
            ([(CONTENT_TYPE, *media_type), keep], *content).into_response()
        }
        None => WebError::NotFound.into_json(),
    }
}
