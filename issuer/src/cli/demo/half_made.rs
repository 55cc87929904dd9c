//! A demo that ended while it made its directory: made anew, because nothing was issued in it yet.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::Failure;
use crate::office::Layout;

/// Where the demo's keys lie until the directory is made. Gone afterwards.
pub(super) const KEYS: &str = "keys-made";
/// What making the directory leaves, the mark of its being half-made last: if clearing is interrupted
/// too, the next demo clears the rest.
const MADE: [&str; 8] =
    ["issuer.toml", "trust.toml", "log", "private", "registry", "out", "keys", KEYS];

/// Clears what an interrupted demo left, so that the directory can be made.
pub(super) fn clear(dir: &Path) -> Result<(), Failure> {
    if !dir.join(KEYS).exists() || Layout::new(dir).kept_checkpoints().exists() {
        return Ok(());
    }
    MADE.iter().map(|name| dir.join(name)).try_for_each(remove)
}

fn remove(path: PathBuf) -> Result<(), Failure> {
    let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
    match removed {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(Failure::Io { path, source })
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
