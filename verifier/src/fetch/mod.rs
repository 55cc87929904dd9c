//! Where the public files of a log come from. No source is trusted for anything.

mod dir;
mod http;

use std::path::PathBuf;

use ledger::{path::LogPath, reader::Fetch};

pub use self::{
    dir::{DirError, LogDir, LogFile},
    http::{HttpError, HttpLog},
};

/// A log by its place: a directory or a URL.
#[derive(Debug)]
pub enum LogSource {
    /// A directory with the public files.
    Dir(LogDir),
    /// A web server with the public files.
    Http(HttpLog),
}

/// Why a file could not be had.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// From a directory.
    #[error(transparent)]
    Dir(#[from] DirError),
    /// Over HTTP.
    #[error(transparent)]
    Http(#[from] HttpError),
}

impl SourceError {
    /// What to say of a file that was longer than such files can be; none if it was another failure.
    /// Only the source itself can be at fault for that, no network.
    pub fn too_long(&self) -> Option<String> {
        match self {
            Self::Dir(DirError::TooLong { .. }) | Self::Http(HttpError::TooLong { .. }) => {
                Some(self.to_string())
            }
            Self::Dir(DirError::Io { .. })
            | Self::Http(HttpError::Transport { .. } | HttpError::Status { .. }) => None,
        }
    }
}

impl LogSource {
    /// The log at `place`: a URL if it begins with `http://` or `https://`, else a directory.
    pub fn at(place: &str) -> Self {
        if place.starts_with("http://") || place.starts_with("https://") {
            Self::Http(HttpLog::new(place))
        } else {
            Self::Dir(LogDir::new(PathBuf::from(place)))
        }
    }

    /// How many entries are read in search of one certificate: all of a directory, a stated number
    /// over a network.
    pub const fn search_limit(&self) -> u64 {
        match self {
            Self::Dir(_) => u64::MAX,
            Self::Http(_) => http::SEARCH_LIMIT,
        }
    }
}

impl Fetch for LogSource {
    type Error = SourceError;

    fn fetch(&self, path: &LogPath, max_len: usize) -> Result<Option<Vec<u8>>, SourceError> {
        match self {
            Self::Dir(dir) => Ok(dir.fetch(path, max_len)?),
            Self::Http(http) => Ok(http.fetch(path, max_len)?),
        }
    }
}
