//! One verified view of a log: a checkpoint, its last status head, that head's list.

use std::sync::{Mutex, PoisonError};

use ledger::{
    checkpoint::{CheckpointPolicy, SignedCheckpoint, VerifiedCheckpoint},
    digest::RootHash,
    entry::{Entry, StatusHead},
    evidence::{Moment, ProvenEntry},
    path::LogPath,
    position::{LeafIndex, TreeSize},
    reader::{Fetch, LogReader, ReadError},
    status::{ExceptionList, StatusProof},
};

use super::as_head;
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

    fn get(&self) -> Option<VerifiedCheckpoint> {
        self.checkpoint.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn advance(&self, to: &VerifiedCheckpoint) {
        let mut seen = self.checkpoint.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.as_ref().is_none_or(|seen| seen.size() < to.size()) {
            *seen = Some(to.clone());
        }
    }
}

/// Why there is no view.
#[derive(Debug)]
pub enum ViewError {
    /// No checkpoint, or not the files that it commits to.
    Unavailable,
    /// A checkpoint that does not verify.
    Unverified {
        /// Its bytes.
        checkpoint: Vec<u8>,
    },
    /// It does not extend what was seen before.
    SplitView(SplitView),
}

/// One verified view of a log.
#[derive(Debug)]
pub struct View<'f, F> {
    reader: LogReader<&'f F>,
    fetch: &'f F,
    head: ProvenEntry,
    list: Option<ExceptionList>,
}

impl<'f, F: Fetch> View<'f, F> {
    /// Fetches the newest checkpoint, verifies it, holds it against the last one seen, and reads the
    /// head under it.
    pub fn open(
        fetch: &'f F,
        policy: &CheckpointPolicy,
        seen: &LastSeen,
    ) -> Result<Self, ViewError> {
        let path = LogPath::Checkpoint;
        let bytes = match fetch.fetch(&path, path.max_len()) {
            Ok(Some(bytes)) => bytes,
            Ok(None) | Err(_) => return Err(ViewError::Unavailable),
        };
        let verified = SignedCheckpoint::parse(&bytes).ok().and_then(|c| c.verify(policy).ok());
        let shown = verified.ok_or(ViewError::Unverified { checkpoint: bytes })?;
        let newest = newest_of(fetch, shown, seen)?;
        let reader =
            LogReader::open(fetch, newest).map_err(|_unreadable| ViewError::Unavailable)?;
        let last = reader.size().last_index().ok_or(ViewError::Unavailable)?;
        let head = prove(&reader, last).ok_or(ViewError::Unavailable)?;
        Ok(Self { list: read_list(fetch, &head), reader, fetch, head })
    }

    /// The same log with an earlier head, for a question about the past.
    pub(super) fn at_head(self, head: ProvenEntry) -> Self {
        Self { list: read_list(self.fetch, &head), head, ..self }
    }

    pub(super) const fn reader(&self) -> &LogReader<&'f F> {
        &self.reader
    }

    pub(super) const fn head_index(&self) -> LeafIndex {
        self.head.index
    }

    pub(super) fn moment(&self) -> Moment {
        Moment {
            checkpoint: self.reader.checkpoint().signed().to_bytes(),
            head: Some(self.head.clone()),
        }
    }

    /// The head under which statuses are proved.
    pub fn head(&self) -> Option<StatusHead> {
        as_head(&self.head)
    }

    /// The whole list of exceptions, its order and root checked; none if it could not be had.
    pub const fn list(&self) -> Option<&ExceptionList> {
        self.list.as_ref()
    }

    /// An entry with the proof of its place.
    pub(super) fn prove(&self, index: LeafIndex) -> Option<ProvenEntry> {
        prove(&self.reader, index)
    }

    /// The proof of what the head says of `index`. Without the list it is a proof that nobody
    /// accepts, unless the list is empty.
    pub(super) fn status(&self, index: LeafIndex) -> StatusProof {
        match &self.list {
            Some(list) => list.prove(index),
            None => StatusProof::NotListed { left: None, right: None },
        }
    }
}

/// The newer of the checkpoint shown and the last one seen, once one extends the other.
fn newest_of<F: Fetch>(
    fetch: &F,
    shown: VerifiedCheckpoint,
    seen: &LastSeen,
) -> Result<VerifiedCheckpoint, ViewError> {
    if let Some(last) = seen.get() {
        let (newer, older) =
            if shown.size() < last.size() { (&last, &shown) } else { (&shown, &last) };
        let point = |checkpoint: &VerifiedCheckpoint| (checkpoint.size(), checkpoint.root());
        match extends(fetch, newer, point(older)) {
            Ok(()) => {}
            Err(ReadError::NotAnExtension { .. }) => {
                return Err(ViewError::SplitView(SplitView {
                    seen: point(&last),
                    shown: point(&shown),
                }));
            }
            Err(_) => return Err(ViewError::Unavailable),
        }
        if newer.size() == last.size() && shown.size() < last.size() {
            return Ok(last);
        }
    }
    seen.advance(&shown);
    Ok(shown)
}

fn extends<F: Fetch>(
    fetch: &F,
    newer: &VerifiedCheckpoint,
    (size, root): (TreeSize, RootHash),
) -> Result<(), ReadError<F::Error>> {
    if (newer.size(), newer.root()) == (size, root) {
        return Ok(());
    }
    LogReader::open(fetch, newer.clone())?.check_extends(size, root)
}

fn prove<F: Fetch>(reader: &LogReader<F>, index: LeafIndex) -> Option<ProvenEntry> {
    let bytes = reader.entry(index).ok()?;
    let path = reader.prove_inclusion(index).ok()?.hashes().to_vec();
    Some(ProvenEntry { index, bytes, path })
}

/// The list that a head names, if it is the one whose root the head states. Reading it checks order
/// and uniqueness, which proofs alone cannot show.
fn read_list<F: Fetch>(fetch: &F, head: &ProvenEntry) -> Option<ExceptionList> {
    let head = match Entry::decode(&head.bytes) {
        Ok(Entry::StatusHead(head)) => head,
        Ok(_) | Err(_) => return None,
    };
    let path = LogPath::StatusList(head.list_head);
    let bytes = fetch.fetch(&path, path.max_len()).ok()??;
    let list = ExceptionList::decode(&bytes).ok()?;
    (list.len() as u64 == head.exceptions && list.root() == head.list_root).then_some(list)
}
