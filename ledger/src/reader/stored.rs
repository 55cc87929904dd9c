//! Reading the public files of a store as any other source: trusted for nothing.

use crate::{
    path::LogPath,
    reader::Fetch,
    store::{FilePath, ReadStore, StoreError, StorePath},
};

/// The public part of a store.
#[derive(Debug)]
pub struct Stored<'s, S: ?Sized>(pub &'s S);

impl<S: ReadStore + ?Sized> Fetch for Stored<'_, S> {
    type Error = StoreError;

    /// The store bounds what it reads by the kind of file; a reader refuses what is longer still.
    fn fetch(&self, path: &LogPath, _max_len: usize) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.get(&stored_at(path))
    }
}

/// Where a store keeps a public file.
fn stored_at(path: &LogPath) -> StorePath {
    match path {
        LogPath::Checkpoint => StorePath::PublicCheckpoint,
        LogPath::KeptCheckpoint(size) => FilePath::Checkpoint(*size).into(),
        LogPath::Tile(tile) => FilePath::Tile(*tile).into(),
        LogPath::Entries(span) => FilePath::Entries(*span).into(),
        LogPath::StatusList(head) => FilePath::StatusList(*head).into(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;

    #[test]
    fn a_store_keeps_each_public_file_below_log_under_its_public_path() {
        for text in
            ["checkpoint", "checkpoints/7", "tile/0/000.p/7", "tile/entries/x001/234", "status/9"]
        {
            let path: LogPath = text.parse().unwrap();
            assert_eq!(stored_at(&path).to_string(), format!("log/{text}"));
        }
    }
}
