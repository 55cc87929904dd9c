//! A log in a directory.

use std::{
    fs::File,
    io::{ErrorKind, Read as _},
    os::unix::fs::MetadataExt as _,
    path::PathBuf,
};

use ledger::{path::LogPath, reader::Fetch};

/// A directory with the public files of a log.
#[derive(Debug)]
pub struct LogDir {
    root: PathBuf,
}

/// One file of the directory, found and not read yet. It stays the same file when another one takes
/// its name.
#[derive(Debug)]
pub struct LogFile {
    path: PathBuf,
    file: File,
    len: u64,
    modified: i64,
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

    /// Opens a file; none if there is no such file.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn open(&self, path: &LogPath) -> Result<Option<LogFile>, DirError> {
        let path = self.root.join(path.to_string());
        let file = match File::open(&path) {
            Ok(file) => file,
            // A file where a directory would be: nothing lies below it.
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                return Ok(None);
            }
            Err(source) => return Err(DirError::Io { path, source }),
        };
        match file.metadata() {
            Ok(data) => Ok(Some(LogFile { path, file, len: data.len(), modified: data.mtime() })),
            Err(source) => Err(DirError::Io { path, source }),
        }
    }
}

impl LogFile {
    /// Its length in bytes.
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Whether it has no bytes.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// When it was written, in seconds since 1970.
    pub const fn modified(&self) -> i64 {
        self.modified
    }

    /// All its bytes, but no more than `max`.
    ///
    /// # Errors
    /// When it is longer, and those of the operating system.
    pub fn read(self, max: usize) -> Result<Vec<u8>, DirError> {
        let Self { path, file, len, .. } = self;
        // One byte more, so that the end is found without another buffer.
        let expected = usize::try_from(len).map_or(max, |len| len.min(max));
        let mut bytes = Vec::with_capacity(expected + 1);
        match file.take(max as u64 + 1).read_to_end(&mut bytes) {
            Ok(length) if length > max => Err(DirError::TooLong { path, max }),
            Ok(_) => Ok(bytes),
            Err(source) => Err(DirError::Io { path, source }),
        }
    }
}

impl Fetch for LogDir {
    type Error = DirError;

    fn fetch(&self, path: &LogPath, max_len: usize) -> Result<Option<Vec<u8>>, DirError> {
        self.open(path)?.map(|file| file.read(max_len)).transpose()
    }
}
