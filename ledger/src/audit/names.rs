//! The files that must be accounted for: each is compared with something, or it does not belong.

use std::collections::BTreeMap;

use super::{AuditError, Fault, Problem, records::Found};
use crate::{
    merkle::{HASHES_PER_TILE, TileSpan, decode_tile_number},
    path::LogPath,
    position::TreeSize,
};

/// What the public directory holds.
#[derive(Debug)]
pub(super) struct Names {
    files: BTreeMap<LogPath, FileState>,
    strays: Vec<String>,
    is_empty: bool,
}

/// How far a public file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileState {
    /// It is not there.
    Absent,
    /// Nothing was compared with it yet.
    Waiting,
    /// It was compared with what the entries give.
    Compared,
}

impl Names {
    pub(super) fn of(listed: Vec<String>) -> Self {
        let (mut files, mut strays) = (BTreeMap::new(), Vec::new());
        let is_empty = listed.is_empty();
        for name in listed {
            match name.parse() {
                Ok(path) => {
                    files.insert(path, FileState::Waiting);
                }
                Err(_) if may_be_empty(&name) => {}
                Err(_) => strays.push(name),
            }
        }
        Self { files, strays, is_empty }
    }

    /// Whether the directory holds nothing at all.
    pub(super) const fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// How far a file is; from now on, one that is there counts as compared.
    pub(super) fn take(&mut self, path: &LogPath) -> FileState {
        match self.files.get_mut(path) {
            Some(state) => std::mem::replace(state, FileState::Compared),
            None => FileState::Absent,
        }
    }

    /// Fails on a name that no file of a log has.
    pub(super) fn refuse_strays(&self) -> Result<(), AuditError> {
        match self.strays.first() {
            Some(name) => Err(Fault::private(name, Problem::Stray).into()),
            None => Ok(()),
        }
    }

    /// Fails on a file that a log of `size` entries, with the heads that it has, cannot have.
    pub(super) fn refuse_rest(&self, size: TreeSize) -> Result<(), AuditError> {
        let waiting = |(_, state): &(&LogPath, &FileState)| **state == FileState::Waiting;
        let Some((path, _)) = self.files.iter().find(waiting) else { return Ok(()) };
        let beyond = match *path {
            LogPath::Checkpoint => false,
            LogPath::KeptCheckpoint(kept) => kept > size,
            LogPath::Tile(tile) => tile.span().end() > size.get() >> (8 * tile.level()),
            LogPath::Entries(span) => span.end() > size.get(),
            LogPath::StatusList(head) => !head.is_within(size),
        };
        let problem = if beyond { Problem::Beyond { size } } else { Problem::NotPublished };
        Err(Fault::public(*path, problem).into())
    }
}

/// A directory that a crash left empty before its first file: harmless, if files of a log lie in it.
fn may_be_empty(name: &str) -> bool {
    let child = |child: &str| format!("{name}{child}").parse::<LogPath>().is_ok();
    name.ends_with('/') && ["0/000", "000", "1"].into_iter().any(child)
}

/// Fails on a file of the private part where only records and keys lie, if it belongs to none.
///
/// Other places are the bureau's own business: what nobody reads there does no harm.
pub(super) fn refuse_private_strays(
    listed: Vec<String>,
    found: &Found,
    size: u64,
    journal_records: u64,
) -> Result<(), AuditError> {
    for name in listed {
        let belongs = if let Some(span) = name.strip_prefix("entries/") {
            span.parse::<TileSpan>().is_ok_and(|span| found.bundles.contains(&span))
        } else if let Some(page) = name.strip_prefix("keyring/log/") {
            decode_tile_number(page).is_ok_and(|page| page * HASHES_PER_TILE < size)
        } else if let Some(page) = name.strip_prefix("keyring/journal/") {
            // A key may be there before its record.
            decode_tile_number(page).is_ok_and(|page| page * HASHES_PER_TILE <= journal_records)
        } else {
            true
        };
        if !belongs && !name.ends_with('/') {
            return Err(Fault::private(format!("private/{name}"), Problem::Stray).into());
        }
    }
    Ok(())
}
