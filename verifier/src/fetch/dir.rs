//! A log in a directory.

use std::{
    fs::File,
    io::{ErrorKind, Read as _},
    path::PathBuf,
};

use ledger::{path::LogPath, reader::Fetch};

/// A directory with the public files of a log.
#[derive(Debug)]
pub struct LogDir {
    root: PathBuf,
}

/// Why a file of the directory could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DirError {
    /// The operating system refused.
    #[error("{path} cannot be read: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Longer than such files are.
    #[error("{path} is longer than {max} bytes")]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The most that is read.
        max: usize,
    },
}

impl LogDir {
    /// The log in `root`, which holds the file `checkpoint`.
    pub const fn new(root: PathBuf) -> Self {
        Self { root }
    }
}

impl Fetch for LogDir {
    type Error = DirError;

    fn fetch(&self, path: &LogPath, max_len: usize) -> Result<Option<Vec<u8>>, DirError> {
        let path = self.root.join(path.to_string());
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(DirError::Io { path, source }),
        };
        let mut bytes = Vec::new();
        match file.take(max_len as u64 + 1).read_to_end(&mut bytes) {
            Ok(length) if length > max_len => Err(DirError::TooLong { path, max: max_len }),
            Ok(_) => Ok(Some(bytes)),
            Err(source) => Err(DirError::Io { path, source }),
        }
    }
}
