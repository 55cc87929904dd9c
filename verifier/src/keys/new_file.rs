//! Files that are made once and never overwritten: keys, certificates, marks. Their names.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

/// Who may read a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Its owner (0600).
    Owner,
    /// Everybody (0644, less what the umask takes away).
    Everybody,
}

/// Why a file was not made or not read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It exists already.
    #[error("{} exists already, and is never overwritten", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// It could not be written; nothing is left of it.
    #[error("{} could not be written: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It could not be read.
    #[error("{} could not be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is longer than such a file ever is.
    #[error("{} has more than {limit} bytes; it is another file than was meant", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// Bytes allowed.
        limit: u64,
    },
}

/// Makes the file `path`, and returns once it would survive a power cut.
///
/// # Errors
/// [`FileError::Exists`], [`FileError::Write`].
pub fn create(path: &Path, content: &[u8], access: Access) -> Result<(), FileError> {
    let mode = match access {
        Access::Owner => 0o600,
        Access::Everybody => 0o644,
    };
    let file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    let mut file = file.map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => FileError::Exists { path: path.to_owned() },
        _ => FileError::Write { path: path.to_owned(), source },
    })?;
    let written =
        file.write_all(content).and_then(|()| file.sync_all()).and_then(|()| sync_parent(path));
    written.map_err(|source| {
        // The file is ours and useless; that it cannot be removed either adds nothing to the error.
        let _ = std::fs::remove_file(path);
        FileError::Write { path: path.to_owned(), source }
    })
}

/// Makes the directory entry of `path` durable.
///
/// # Errors
/// The system's.
pub fn sync_parent(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}

/// Reads at most `limit` bytes into memory that is wiped.
///
/// # Errors
/// [`FileError::Read`], [`FileError::TooLong`].
pub fn read(path: &Path, limit: u64) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let fault = |source| FileError::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(fault)?;
    // Room for everything at once: a vector that grows leaves copies behind.
    let room = usize::try_from(limit).unwrap_or_default().saturating_add(1);
    let mut content = Zeroizing::new(Vec::with_capacity(room));
    file.take(limit + 1).read_to_end(&mut content).map_err(fault)?;
    if content.len() as u64 > limit {
        return Err(FileError::TooLong { path: path.to_owned(), limit });
    }
    Ok(content)
}

/// The same path with `suffix` behind its file name.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
