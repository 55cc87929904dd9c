//! What is read from where, and which failure is the source's fault.

use ledger::{
    entry::MAX_ENTRY_LEN,
    merkle::HASHES_PER_TILE,
    path::LogPath,
    reader::{Fetch, ReadError},
};

use super::{MirrorError, SourceFault};
use crate::fetch::{LogDir, LogSource, SourceError};

/// The source, behind what an interrupted round had fetched already. Whatever comes from there is
/// checked like everything else.
#[derive(Debug)]
pub(super) struct Resuming<'a> {
    pub(super) staged: LogDir,
    pub(super) source: &'a LogSource,
}

impl Fetch for Resuming<'_> {
    type Error = SourceError;

    fn fetch(&self, path: &LogPath, max_len: usize) -> Result<Option<Vec<u8>>, SourceError> {
        if is_full(path)
            && let Ok(Some(bytes)) = self.staged.fetch(path, max_len)
        {
            return Ok(Some(bytes));
        }
        let max_len = match path {
            LogPath::Entries(_) => max_len.min(MAX_BUNDLE_LEN),
            LogPath::Checkpoint
            | LogPath::KeptCheckpoint(_)
            | LogPath::Tile(_)
            | LogPath::StatusList(_) => max_len,
        };
        self.source.fetch(path, max_len)
    }
}

/// The most bytes of a bundle whose entries may stand in a log: 2 MiB.
///
/// Security: a window of bundles is held at once; C2SP's own limit is eight times as high.
const MAX_BUNDLE_LEN: usize = HASHES_PER_TILE as usize * (2 + MAX_ENTRY_LEN);

/// Whether a file is a full tile or bundle: those are the same at every size that has them.
pub(super) const fn is_full(path: &LogPath) -> bool {
    match path {
        LogPath::Tile(tile) => tile.span().width().is_full(),
        LogPath::Entries(span) => span.width().is_full(),
        LogPath::Checkpoint | LogPath::KeptCheckpoint(_) | LogPath::StatusList(_) => false,
    }
}

/// A file did not come: too long is the source's fault, everything else may be the network's.
pub(super) fn not_fetched(error: SourceError) -> MirrorError {
    match error.too_long() {
        Some(detail) => SourceFault::File { file: String::new(), detail }.into(),
        None => MirrorError::Unreachable(error),
    }
}

/// What a reader found: files that are not what the checkpoint commits to are the source's fault.
pub(super) fn told(error: ReadError<SourceError>) -> MirrorError {
    match error {
        ReadError::Fetch { path: _, source } => not_fetched(source),
        ReadError::Bundle { path, source } => {
            SourceFault::File { file: format!("{path}: "), detail: source.to_string() }.into()
        }
        error => SourceFault::File { file: String::new(), detail: error.to_string() }.into(),
    }
}
