//! Small files that are replaced, and must be the old or the new one after a crash, never less.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use super::new_file::{beside, sync_parent};

/// The steps by which a file is replaced, each of which may fail. Tests script the failures.
pub trait Disk: Send {
    /// Writes a file beside the one that is replaced, and makes its content durable.
    ///
    /// # Errors
    /// The system's.
    fn write(&mut self, path: &Path, content: &[u8]) -> io::Result<()>;
    /// Puts it in the other's place.
    ///
    /// # Errors
    /// The system's.
    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()>;
    /// Makes that durable.
    ///
    /// # Errors
    /// The system's.
    fn sync_directory_of(&mut self, path: &Path) -> io::Result<()>;
}

/// The operating system's files. New ones belong to their owner alone (0600).
#[derive(Debug, Clone, Copy)]
pub struct OsDisk;

impl Disk for OsDisk {
    fn write(&mut self, path: &Path, content: &[u8]) -> io::Result<()> {
        let mut options = OpenOptions::new();
        let mut file: File =
            options.write(true).create(true).truncate(true).mode(0o600).open(path)?;
        file.write_all(content)?;
        file.sync_all()
    }

    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn sync_directory_of(&mut self, path: &Path) -> io::Result<()> {
        sync_parent(path)
    }
}

/// Replaces a file, or makes it; durable on return.
///
/// # Errors
/// The system's. After one, nobody knows which of the two contents is durable.
pub fn replace(disk: &mut dyn Disk, path: &Path, content: &[u8]) -> io::Result<()> {
    let new = beside(path, ".new");
    // A crash before the rename leaves the old content, and a file that the next time overwrites.
    disk.write(&new, content)?;
    disk.rename(&new, path)?;
    disk.sync_directory_of(path)
}
