//! The files that follow from a log's entries, made from entries that were checked.

use std::thread;

use ledger::{
    checkpoint::{CheckpointError, CheckpointPolicy, SignedCheckpoint, StrictError},
    digest::LeafHash,
    entry::{Entry, StatusHead},
    merkle::{TileEdge, TileId, TileSpan, append_bundles, bundles_between},
    path::LogPath,
    position::TreeSize,
    reader::{Fetch as _, LogReader},
};

use super::{
    KeptFault, MirrorError, SourceFault,
    place::Place,
    source::{Resuming, not_fetched, told},
};
use crate::{fetch::LogSource, watch::Watch};

/// How many bundles are fetched at once.
///
/// Security: no more than a browser asks of one server.
const AT_ONCE: usize = 8;

/// How many bundles are held at once. One has at most 2 MiB.
const WINDOW: usize = 32;

/// Everything that one checkpoint adds to a copy.
pub(super) struct Extension<'a> {
    source: &'a LogSource,
    reader: &'a LogReader<Resuming<'a>>,
    place: &'a Place,
    policy: &'a CheckpointPolicy,
    /// The tree over the entries so far, but those in `leaves`.
    edge: TileEdge,
    leaves: Vec<LeafHash>,
    /// Whether something was issued since the last head.
    issued: bool,
    /// The partial tile of each level that was written last.
    partial: Vec<TileId>,
    heads: Heads,
    files: Vec<(LogPath, Vec<u8>)>,
}

/// The status heads that a checkpoint adds.
pub(super) struct Heads {
    /// Those that have a list of their own.
    pub(super) with_list: Vec<StatusHead>,
    /// The last one.
    pub(super) last: Option<StatusHead>,
}

impl<'a> Extension<'a> {
    pub(super) fn new(
        source: &'a LogSource,
        reader: &'a LogReader<Resuming<'a>>,
        place: &'a Place,
        policy: &'a CheckpointPolicy,
        edge: TileEdge,
    ) -> Self {
        // The copy has the partial tiles of its own size.
        let partial = edge.partial_tiles().map(|tile| tile.id()).collect();
        Self {
            source,
            reader,
            place,
            policy,
            edge,
            leaves: Vec::new(),
            issued: false,
            partial,
            heads: Heads { with_list: Vec::new(), last: None },
            files: Vec::new(),
        }
    }

    /// Reads the entries that are new and stages what follows from them.
    pub(super) fn run(&mut self, watch: &dyn Watch) -> Result<(), MirrorError> {
        let (old, size) = (self.edge.size(), self.reader.size());
        let spans: Vec<_> = bundles_between(old, size).collect();
        for window in spans.chunks(WINDOW) {
            if watch.is_stopped() {
                return Err(MirrorError::Stopped);
            }
            for (span, entries) in window.iter().zip(self.fetch(window)?) {
                self.bundle(*span, &entries)?;
            }
            self.place.stage_all(std::mem::take(&mut self.files))?;
            watch.done(self.edge.size(), size);
        }
        Ok(())
    }

    /// Gives the heads, once the entries give the checkpoint's root.
    pub(super) fn finish(self) -> Result<Heads, MirrorError> {
        let (signed, computed) = (self.reader.checkpoint().root(), self.edge.root());
        if signed != computed {
            let detail = format!("the entries give root {computed}, the checkpoint has {signed}");
            return Err(SourceFault::File { file: String::new(), detail }.into());
        }
        Ok(self.heads)
    }

    /// The checked entries of some bundles, read in parallel.
    fn fetch(&self, spans: &[TileSpan]) -> Result<Vec<Vec<Vec<u8>>>, MirrorError> {
        let share = spans.len().div_ceil(AT_ONCE).max(1);
        thread::scope(|scope| {
            let threads: Vec<_> = spans
                .chunks(share)
                .map(|spans| {
                    scope.spawn(move || {
                        spans.iter().map(|span| self.entries(*span)).collect::<Result<Vec<_>, _>>()
                    })
                })
                .collect();
            let mut all = Vec::with_capacity(spans.len());
            for thread in threads {
                match thread.join() {
                    Ok(entries) => all.extend(entries?),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            Ok(all)
        })
    }

    /// All entries of a bundle, also those that the copy has: the bundle is written whole.
    fn entries(&self, span: TileSpan) -> Result<Vec<Vec<u8>>, MirrorError> {
        let bound = |value| TreeSize::new(value).map_err(super::CopyError::damaged);
        let bundles = self.reader.bundles(bound(span.start())?, bound(span.end())?).next();
        Ok(bundles.transpose().map_err(told)?.map_or_else(Vec::new, |found| found.into_entries()))
    }

    fn bundle(&mut self, span: TileSpan, entries: &[Vec<u8>]) -> Result<(), MirrorError> {
        let known = (self.edge.size().get().saturating_sub(span.start())) as usize;
        for (at, entry) in entries.iter().enumerate().skip(known) {
            self.leaves.push(LeafHash::of(entry));
            let index = span.start() + at as u64;
            match Entry::decode(entry) {
                // A head that names another place than its own is none.
                Ok(Entry::StatusHead(head)) if head.index.get() == index => {
                    self.grow()?;
                    self.published(span, entries.get(..=at).unwrap_or_default())?;
                    self.head(head)?;
                }
                Ok(Entry::Issuance(_)) => self.issued = true,
                // Whether an entry keeps the rules is for auditors and monitors to say.
                Ok(_) | Err(_) => {}
            }
        }
        self.grow()?;
        match span.width().is_full() {
            true => self.bundle_file(span, entries),
            false => self.published(span, entries),
        }
    }

    /// Grows the tree and notes the full tiles that this makes.
    fn grow(&mut self) -> Result<(), MirrorError> {
        let leaves = std::mem::take(&mut self.leaves);
        let (edge, tiles) = self.edge.append(&leaves).map_err(super::CopyError::damaged)?;
        self.edge = edge;
        let full = tiles.into_iter().filter(|tile| tile.id().span().width().is_full());
        self.files.extend(full.map(|tile| (LogPath::Tile(tile.id()), tile.to_bytes())));
        Ok(())
    }

    /// Notes the partial files of a size that is published: it ended with a head, or is the last.
    fn published(&mut self, span: TileSpan, entries: &[Vec<u8>]) -> Result<(), MirrorError> {
        let tiles: Vec<_> = self.edge.partial_tiles().collect();
        for tile in &tiles {
            if !self.partial.contains(&tile.id()) {
                self.files.push((LogPath::Tile(tile.id()), tile.to_bytes()));
            }
        }
        self.partial = tiles.iter().map(|tile| tile.id()).collect();
        let size = self.edge.size().get();
        match TileSpan::holding(span.start(), size).filter(|part| !part.width().is_full()) {
            Some(part) => self.bundle_file(part, entries),
            None => Ok(()),
        }
    }

    fn bundle_file(&mut self, span: TileSpan, entries: &[Vec<u8>]) -> Result<(), MirrorError> {
        let start = TreeSize::new(span.start()).map_err(super::CopyError::damaged)?;
        let bundles = append_bundles(start, &[], entries).map_err(super::CopyError::damaged)?;
        let files = bundles.into_iter().map(|(span, bytes)| (LogPath::Entries(span), bytes));
        self.files.extend(files);
        Ok(())
    }

    fn head(&mut self, head: StatusHead) -> Result<(), MirrorError> {
        if std::mem::take(&mut self.issued) {
            self.kept_checkpoint(head.index.covering_size())?;
        }
        if head.list_head == head.index {
            self.heads.with_list.push(head);
        }
        self.heads.last = Some(head);
        Ok(())
    }

    /// The checkpoint that ended a batch of issuances. It needs no quorum: the witnesses of today
    /// may not be those of its day.
    fn kept_checkpoint(&mut self, size: TreeSize) -> Result<(), MirrorError> {
        let path = LogPath::KeptCheckpoint(size);
        let wrong = |fault| SourceFault::Kept { path, fault };
        let bytes = self.source.fetch(&path, path.max_len()).map_err(not_fetched)?;
        let bytes = bytes.ok_or_else(|| wrong(KeptFault::Missing))?;
        let signed = SignedCheckpoint::parse(&bytes)
            .map_err(|error| wrong(KeptFault::Unverified(error.to_string())))?;
        let stated = signed.unverified().clone();
        match signed.verify_every_line(self.policy) {
            Ok(_) | Err(StrictError::Checkpoint(CheckpointError::NoQuorum { .. })) => {}
            Err(error) => return Err(wrong(KeptFault::Unverified(error.to_string())).into()),
        }
        if (stated.size, stated.root) != (size, self.edge.root()) {
            let (size, root) = (stated.size, stated.root);
            return Err(wrong(KeptFault::OtherTree { size, root }).into());
        }
        self.files.push((path, bytes));
        Ok(())
    }
}
