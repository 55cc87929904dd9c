//! What sled 0.34 does not do: its `flush` calls `sync_file_range`, never `fsync`. Measured: after a
//! power cut every acknowledged write was gone; with these syncs, none.

use std::{fs::File, path::Path};

use super::RegistryError;

/// Syncs every file of the database and the directories that name them.
pub(super) fn sync_files(path: &Path) -> Result<(), RegistryError> {
    sync_directory(path)?;
    let blobs = path.join("blobs");
    if blobs.is_dir() {
        sync_directory(&blobs)?;
    }
    Ok(())
}

fn sync_directory(directory: &Path) -> Result<(), RegistryError> {
    let failed = |source| RegistryError::Sync { path: directory.to_owned(), source };
    for item in std::fs::read_dir(directory).map_err(failed)? {
        let path = item.map_err(failed)?.path();
        if path.is_file() {
            let synced = File::open(&path).and_then(|file| file.sync_data());
            synced.map_err(|source| RegistryError::Sync { path, source })?;
        }
    }
    File::open(directory).and_then(|directory| directory.sync_all()).map_err(failed)
}
