//! The entries before an entry: for the rules, which ask for one again, and what they said for the
//! private part that is read later.

use std::collections::BTreeMap;

use crate::{
    entry::Entry,
    merkle::{EntryBundle, TileSpan},
    position::{LeafIndex, TreeSize},
    replay::Reread,
    rules::LogState,
    status::Exception,
    store::{FilePath, ListedStore, StoreError},
    time::UnixMillis,
};

/// The entries of a log's files, for a replay that asks for an earlier one.
pub(super) struct Files<'a, S> {
    files: &'a S,
    /// The size of the whole log, which names its files.
    size: TreeSize,
}

impl<'a, S: ListedStore> Files<'a, S> {
    pub(super) const fn of(files: &'a S, size: TreeSize) -> Self {
        Self { files, size }
    }
}

impl<S: ListedStore> Reread for Files<'_, S> {
    type Error = StoreError;

    fn entry(&self, index: LeafIndex) -> Result<Option<Entry>, StoreError> {
        read_entry(self.files, index, self.size)
    }
}

/// An entry that was read before: none only if its file changed since, which its hash has shown or
/// the next audit shows.
fn read_entry<S: ListedStore>(
    files: &S,
    index: LeafIndex,
    size: TreeSize,
) -> Result<Option<Entry>, StoreError> {
    let Some(span) = TileSpan::holding(index.get(), size.get()) else { return Ok(None) };
    let bytes = files.get(&FilePath::Entries(span).into())?.unwrap_or_default();
    let bundle = EntryBundle::parse(&bytes, span.width()).ok();
    let entry = bundle.and_then(|bundle| {
        let bytes = bundle.entries().get((index.get() - span.start()) as usize)?;
        Entry::decode(bytes).ok()
    });
    Ok(entry)
}

/// Where a status head stands, and its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HeadTime {
    pub(super) index: LeafIndex,
    pub(super) time: UnixMillis,
}

/// When entries were recorded, and what was on record about authorities at the time.
#[derive(Debug, Default)]
pub(super) struct Past {
    heads: Vec<HeadTime>,
    authorities: BTreeMap<LeafIndex, Vec<(LeafIndex, Option<Exception>)>>,
}

impl Past {
    pub(super) fn note(&mut self, index: LeafIndex, entry: &Entry, state: &LogState) {
        match entry {
            Entry::StatusHead(head) => self.heads.push(HeadTime { index, time: head.time }),
            Entry::StatusChange(change) => {
                let target = change.unverified().target;
                if state.authority(target).is_some() {
                    let now = state.exceptions().get(target).cloned();
                    self.authorities.entry(target).or_default().push((index, now));
                }
            }
            Entry::Authority(_)
            | Entry::Issuance(_)
            | Entry::IntegrityRecord(_)
            | Entry::Anchor(_) => {}
        }
    }

    pub(super) fn heads(&self) -> &[HeadTime] {
        &self.heads
    }

    /// The heads from index `from` up to, not including, index `to`.
    pub(super) fn heads_within(&self, from: u64, to: u64) -> &[HeadTime] {
        let at = |index: u64| self.heads.partition_point(|head| head.index.get() < index);
        self.heads.get(at(from)..at(to)).unwrap_or_default()
    }

    /// The time of the first head after an entry.
    pub(super) fn log_time(&self, index: LeafIndex) -> Option<UnixMillis> {
        let next = self.heads.partition_point(|head| head.index <= index);
        self.heads.get(next).map(|head| head.time)
    }

    /// What was on record about an authority when the entry at `index` was appended.
    pub(super) fn exception(&self, authority: LeafIndex, index: LeafIndex) -> Option<&Exception> {
        let changes = self.authorities.get(&authority)?;
        let before = changes.partition_point(|(event, _)| *event < index);
        changes.get(before.checked_sub(1)?)?.1.as_ref()
    }
}
