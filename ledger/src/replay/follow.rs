//! Reading the entries of one verified checkpoint after another, and applying every rule to them.

use std::ops::ControlFlow;

use super::{Broken, FollowError, ListFault, Replay, ReplayError, Reread, indexed::Indexed};
use crate::{
    authority::RootCertificate,
    certificate::LogGeneration,
    digest::{LeafHash, RootHash},
    entry::Entry,
    merkle::Edge,
    position::{LeafIndex, TreeSize},
    reader::{Fetch, LogReader, ReadError},
    rules::LogState,
    status::ExceptionList,
};

/// How far a log was replayed, and what is true of it there.
///
/// It holds its own root of the entries that it applied: whatever checkpoint comes next must extend
/// exactly those, also when the one before could not be read to its end.
#[derive(Debug, Clone)]
pub struct Follower {
    pub(super) replay: Replay<Indexed>,
    pub(super) edge: Edge,
}

impl Follower {
    /// Before the first entry.
    pub fn empty(generation: LogGeneration, roots: Vec<RootCertificate>) -> Self {
        Self { replay: Replay::empty(generation, roots), edge: Edge::empty() }
    }

    /// How many entries were applied.
    pub const fn size(&self) -> TreeSize {
        self.edge.size()
    }

    /// The root over the entries that were applied.
    pub fn root(&self) -> RootHash {
        self.edge.root()
    }

    /// What is true of the log after them.
    pub const fn state(&self) -> &LogState {
        self.replay.state()
    }

    /// Applies what the reader's checkpoint has beyond the entries applied so far; then checks that
    /// it ends with a status head, and the list that this head names. `progress` is told the number
    /// of entries behind it, head by head.
    ///
    /// Fails with the first fault. What was applied before it stays applied; the next call goes on
    /// there, and finds the same fault again if it is the log's and not the network's.
    pub fn advance<F: Fetch>(
        &mut self,
        reader: &LogReader<F>,
        progress: &mut dyn FnMut(TreeSize),
    ) -> Result<(), FollowError<F::Error>> {
        let going_on = self.advance_while(reader, &mut |follower| {
            progress(follower.size());
            ControlFlow::Continue(())
        });
        going_on.map(|_flow| ())
    }

    /// The same; after each status head `looks` sees how far it is, and may end it there: what was
    /// not applied is for the next call.
    pub fn advance_while<F: Fetch>(
        &mut self,
        reader: &LogReader<F>,
        looks: &mut dyn FnMut(&Self) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, FollowError<F::Error>> {
        reader.check_extends(self.size(), self.root())?;
        for bundle in reader.bundles(self.size(), reader.size()) {
            for entry in bundle?.entries() {
                let applied = self.apply(entry, reader)?;
                if matches!(applied, Entry::StatusHead(_)) && looks(self).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        self.check_end(reader)?;
        Ok(ControlFlow::Continue(()))
    }

    fn apply<F: Fetch>(
        &mut self,
        entry: &[u8],
        reader: &LogReader<F>,
    ) -> Result<Entry, FollowError<F::Error>> {
        let applied = self.replay.apply(entry, reader).map_err(|error| match error {
            ReplayError::Broken(broken) => FollowError::Broken(broken),
            ReplayError::Earlier(error) => FollowError::Read(error),
        })?;
        let leaf = LeafHash::of(entry);
        self.edge.push(leaf).map_err(|beyond| FollowError::Broken(Broken::Full(beyond)))?;
        Ok(applied)
    }

    /// The last entry is a head, and the list that it names is the one that the entries give.
    fn check_end<F: Fetch>(&self, reader: &LogReader<F>) -> Result<(), FollowError<F::Error>> {
        let size = self.size();
        let last = self.state().last_head();
        let Some(head) = last.filter(|head| head.index.covering_size() == size) else {
            return if size.is_empty() { Ok(()) } else { Err(FollowError::NoHead { size }) };
        };
        let bytes = reader.unchecked_list(head.list_head)?;
        if bytes == self.state().exceptions().encode() {
            return Ok(());
        }
        let fault = match ExceptionList::decode(&bytes) {
            Err(error) => ListFault::Malformed(error),
            Ok(_) => ListFault::Differs,
        };
        Err(FollowError::List { head: head.list_head, fault })
    }
}

impl<F: Fetch> Reread for LogReader<F> {
    type Error = ReadError<F::Error>;

    fn entry(&self, index: LeafIndex) -> Result<Option<Entry>, Self::Error> {
        Ok(Entry::decode(&LogReader::entry(self, index)?).ok())
    }
}
