//! Looking at a log without being its writer, as an audit does. The public and the private part may
//! lie in different places.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use crate::{
    path::LogPath,
    reader::Fetch,
    store::{
        JOURNAL_FILE, LOG_DIRECTORY, ListedStore, PRIVATE_DIRECTORY, ReadStore, StoreError,
        StorePath,
        dir::journal_from,
        dir_files::read_whole,
        listing::{names_below, names_below_optional},
    },
};

/// The public files of a store, for a [`crate::reader::LogReader`].
#[derive(Debug)]
pub struct PublicFiles<'a, S: ?Sized>(pub &'a S);

impl<S: ReadStore + ?Sized> Fetch for PublicFiles<'_, S> {
    type Error = StoreError;

    fn fetch(&self, path: &LogPath, max_len: usize) -> Result<Option<Vec<u8>>, StoreError> {
        match self.0.get(&StorePath::from(*path))? {
            Some(bytes) if bytes.len() > max_len => {
                let len = bytes.len() as u64;
                Err(StoreError::TooLarge { path: path.to_string(), len, limit: max_len })
            }
            found => Ok(found),
        }
    }
}

/// The public part of a data directory, and perhaps the private one. It takes no lock and writes
/// nothing; a writer may be at work meanwhile.
#[derive(Debug, Clone)]
pub struct ReadOnlyDir {
    log: PathBuf,
    private: Option<PathBuf>,
}

impl ReadOnlyDir {
    /// Looks at `log` and, if it is given, at `private`: the directories themselves, not those above
    /// them.
    pub fn new(log: &Path, private: Option<&Path>) -> Self {
        Self { log: log.to_owned(), private: private.map(Path::to_owned) }
    }

    /// The directory a path begins with, and the rest of the path; none for the private part when
    /// that is not at hand.
    fn locate<'a>(&self, path: &'a str) -> Option<(&Path, &'a str)> {
        if let Some(rest) = path.strip_prefix(LOG_DIRECTORY).and_then(|p| p.strip_prefix('/')) {
            return Some((&self.log, rest));
        }
        let rest = path.strip_prefix(PRIVATE_DIRECTORY).and_then(|p| p.strip_prefix('/'))?;
        Some((self.private.as_deref()?, rest))
    }
}

impl ReadStore for ReadOnlyDir {
    /// Private files are absent when only the public part is at hand.
    fn get(&self, path: &StorePath) -> Result<Option<Vec<u8>>, StoreError> {
        match self.locate(&path.to_string()) {
            Some((root, rest)) => read_whole(root, rest, path.max_len()),
            None => Ok(None),
        }
    }

    /// Empty when only the public part is at hand.
    fn read_journal(&self, from: u64) -> Result<Box<dyn Read + Send>, StoreError> {
        match self.locate(JOURNAL_FILE) {
            Some((root, rest)) => journal_from(&root.join(rest), from),
            None => Ok(Box::new(std::io::empty())),
        }
    }
}

impl ListedStore for ReadOnlyDir {
    fn public_names(&self) -> Result<Vec<String>, StoreError> {
        names_below(&self.log)
    }

    fn private_names(&self) -> Result<Vec<String>, StoreError> {
        names_below_optional(self.private.as_ref())
    }
}
