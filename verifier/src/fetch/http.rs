//! A log on a web server: plain GET requests for static files, everything bounded.

use std::time::Duration;

use ledger::{path::LogPath, reader::Fetch};

/// How many entries are read over HTTP in search of one certificate whose hint is wrong.
///
/// Security: a forged QR code with a genuine signature cannot exist, but an old one with a wrong hint
/// can; 100,000 entries are 400 requests, which a server bears and a person waits for.
pub(super) const SEARCH_LIMIT: u64 = 100_000;

/// Longest time for one file, connection and body together. A tile has 8 KiB.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A web server with the public files of a log.
#[derive(Debug)]
pub struct HttpLog {
    base: String,
    agent: ureq::Agent,
}

/// Why a file could not be had over HTTP.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// No answer, or not a whole one.
    #[error("{url}: {source}")]
    Transport {
        /// The file's address.
        url: String,
        /// What went wrong.
        source: Box<ureq::Error>,
    },
    /// Longer than such files are.
    #[error("{url} is longer than {max} bytes")]
    TooLong {
        /// The file's address.
        url: String,
        /// The most that is read.
        max: usize,
    },
    /// An answer that is neither the file nor "not found".
    #[error("{url}: the server answered {status}")]
    Status {
        /// The file's address.
        url: String,
        /// The status code.
        status: u16,
    },
}

impl HttpLog {
    /// The log below `base`, which has the file `checkpoint`.
    pub fn new(base: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .max_redirects(3)
            .build();
        Self { base: base.trim_end_matches('/').to_owned(), agent: config.into() }
    }
}

impl Fetch for HttpLog {
    type Error = HttpError;

    fn fetch(&self, path: &LogPath, max_len: usize) -> Result<Option<Vec<u8>>, HttpError> {
        let url = format!("{}/{path}", self.base);
        let failed = |source| HttpError::Transport { url: url.clone(), source: Box::new(source) };
        let mut response = self.agent.get(&url).call().map_err(failed)?;
        match response.status().as_u16() {
            200 => {}
            404 | 410 => return Ok(None),
            status => return Err(HttpError::Status { url, status }),
        }
        let body = response.body_mut().with_config().limit(max_len as u64 + 1).read_to_vec();
        match body {
            Ok(bytes) if bytes.len() > max_len => Err(HttpError::TooLong { url, max: max_len }),
            Err(ureq::Error::BodyExceedsLimit(_)) => Err(HttpError::TooLong { url, max: max_len }),
            body => body.map(Some).map_err(failed),
        }
    }
}
