//! The newest checkpoint seen, and what a later one must extend.

use std::sync::{Arc, Mutex, PoisonError};

use ledger::{
    checkpoint::VerifiedCheckpoint,
    digest::RootHash,
    position::TreeSize,
    reader::{Fetch, LogReader, ReadError},
};

use super::view::ViewError;
use crate::verdict::SplitView;

/// The newest checkpoint that this verifier saw of a log. Every later one must extend it.
#[derive(Debug)]
pub struct LastSeen {
    checkpoint: Mutex<Option<VerifiedCheckpoint>>,
}

impl LastSeen {
    /// Nothing was seen yet.
    pub const fn nothing() -> Self {
        Self { checkpoint: Mutex::new(None) }
    }

    /// This was seen in an earlier run.
    pub const fn of(checkpoint: VerifiedCheckpoint) -> Self {
        Self { checkpoint: Mutex::new(Some(checkpoint)) }
    }

    /// The newest checkpoint seen.
    pub fn newest(&self) -> Option<VerifiedCheckpoint> {
        self.checkpoint.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn advance(&self, to: &VerifiedCheckpoint) {
        let mut seen = self.checkpoint.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.as_ref().is_none_or(|seen| seen.size() < to.size()) {
            *seen = Some(to.clone());
        }
    }
}

/// The newer of the checkpoint shown and the last one seen, once one extends the other.
pub(super) fn newest_of<F: Fetch>(
    source: &Arc<F>,
    shown: VerifiedCheckpoint,
    seen: &LastSeen,
) -> Result<VerifiedCheckpoint, ViewError> {
    // Another generation's log says nothing about this one.
    if let Some(last) = seen.newest().filter(|last| last.origin() == shown.origin()) {
        let (newer, older) =
            if shown.size() < last.size() { (&last, &shown) } else { (&shown, &last) };
        match extends(source, newer, point(older)) {
            Ok(()) => {}
            Err(ReadError::NotAnExtension { .. }) => {
                let (seen, shown) = (point(&last), point(&shown));
                return Err(ViewError::SplitView(SplitView { seen, shown }));
            }
            Err(_) => return Err(ViewError::Unavailable),
        }
        if shown.size() < last.size() {
            return Ok(last);
        }
    }
    seen.advance(&shown);
    Ok(shown)
}

fn point(checkpoint: &VerifiedCheckpoint) -> (TreeSize, RootHash) {
    (checkpoint.size(), checkpoint.root())
}

fn extends<F: Fetch>(
    source: &Arc<F>,
    newer: &VerifiedCheckpoint,
    (size, root): (TreeSize, RootHash),
) -> Result<(), ReadError<F::Error>> {
    if point(newer) == (size, root) {
        return Ok(());
    }
    if newer.size() == size {
        // Two signed roots of one size: nothing need be read to know.
        let (expected, computed) = (root, newer.root());
        return Err(ReadError::NotAnExtension { size, expected, computed });
    }
    LogReader::open(Arc::clone(source), newer.clone())?.check_extends(size, root)
}
