//! Replays the public entries: what follows from them is compared with every public file. The rules
//! are applied by `ruled`, at the same time on a thread of its own; here their entries are hashed.

use std::{panic, sync::mpsc, thread};

use super::{
    AuditError, Fault, Problem, Progress, Stage, blame,
    checkpoints::Checkpoints,
    fault::read,
    names::{FileState, Names},
    past::Past,
    ruled::{AHEAD, Ahead, Concluded, Outcome, Ruled, RuledHead, Rules},
};
use crate::{
    digest::LeafHash,
    entry::StatusHead,
    merkle::{Tile, TileEdge, TileSpan},
    path::LogPath,
    position::{LeafIndex, TreeSize},
    rules::LogState,
    store::{ListedStore, StorePath},
    time::UnixMillis,
    trust::Trust,
};

/// A public log in which nothing is wrong.
#[derive(Debug)]
pub(super) struct Replayed {
    pub(super) size: TreeSize,
    pub(super) state: LogState,
    pub(super) past: Past,
}

impl Replayed {
    /// Time of the last head.
    pub(super) fn as_of(&self) -> Option<UnixMillis> {
        self.past.heads().last().map(|head| head.time)
    }
}

/// Reads all entries, and every other public file beside them.
pub(super) fn replay<S: ListedStore>(
    files: &S,
    checkpoints: &Checkpoints<'_>,
    names: Names,
    trust: &Trust,
    progress: &dyn Fn(Progress),
) -> Result<Replayed, AuditError> {
    let size = checkpoints.tip().size();
    let mut tree = Tree {
        files,
        checkpoints,
        names,
        size,
        edge: TileEdge::empty(),
        list: None,
        differs: None,
    };
    tree.names.take(&LogPath::Checkpoint);
    let rules = Rules::new(files, size, checkpoints.generation(), trust);
    thread::scope(|scope| {
        let (sender, bundles) = mpsc::sync_channel(AHEAD);
        let rules = scope.spawn(move || rules.run(&sender));
        // A fault ends the loop and drops the receiver, and with that the other thread's work.
        for bundle in bundles {
            let bundle: Ruled = bundle?;
            let (done, total) = (bundle.span.end(), Some(size.get()));
            tree.bundle(bundle)?;
            progress(Progress { stage: Stage::Entries, done, total });
        }
        let outcome = rules.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked));
        tree.finish(outcome)
    })
}

/// The second half at work: the tree, and every file that must agree with it.
struct Tree<'a, S> {
    files: &'a S,
    checkpoints: &'a Checkpoints<'a>,
    names: Names,
    size: TreeSize,
    edge: TileEdge,
    /// The newest list so far, and whether its file is there.
    list: Option<(LeafIndex, bool)>,
    /// The first file that differs from what the entries give. Whether it is at fault, or the
    /// entries are, the root decides.
    differs: Option<Fault>,
}

impl<S: ListedStore> Tree<'_, S> {
    fn bundle(&mut self, mut ruled: Ruled) -> Result<(), AuditError> {
        let path = LogPath::Entries(ruled.span);
        if self.names.take(&path) == FileState::Absent {
            return Err(Fault::public(path, Problem::Missing).into());
        }
        let (leaves, mut tile) = match ruled.ahead.take() {
            Some(Ahead { leaves, tile }) => (leaves, tile),
            None => (ruled.leaves()?, None),
        };
        let mut done = 0;
        for here in &ruled.heads {
            let upto = here.before + 1;
            self.append(leaves.get(done..upto).unwrap_or_default(), &mut tile)?;
            done = upto;
            self.published(here, ruled.span, ruled.bytes.get(..here.length).unwrap_or_default())?;
        }
        self.append(leaves.get(done..).unwrap_or_default(), &mut tile)
    }

    /// Grows the tree and compares the full tiles that this makes. Of the lowest the file may have been
    /// read already.
    fn append(
        &mut self,
        leaves: &[LeafHash],
        lowest: &mut Option<Vec<u8>>,
    ) -> Result<(), AuditError> {
        let filled = self.edge.extend(leaves);
        let tiles = filled.map_err(|_beyond| Fault::public(LogPath::Checkpoint, Problem::Full))?;
        for tile in tiles {
            let read = if tile.id().level() == 0 { lowest.take() } else { None };
            match self.compare_tile(&tile, read)? {
                FileState::Waiting | FileState::Compared => {}
                FileState::Absent => {
                    return Err(Fault::public(LogPath::Tile(tile.id()), Problem::Missing).into());
                }
            }
        }
        Ok(())
    }

    /// Notes whether a tile that is compared for the first time is as it should be.
    fn compare_tile(
        &mut self,
        tile: &Tile,
        read: Option<Vec<u8>>,
    ) -> Result<FileState, AuditError> {
        let path = LogPath::Tile(tile.id());
        let state = self.names.take(&path);
        if state == FileState::Waiting {
            let bytes = read.map_or_else(|| self.read(path), Ok)?;
            if !tile.has_bytes(&bytes) {
                self.note_difference(Fault::public(path, Problem::Tile));
            }
        }
        Ok(state)
    }

    /// Compares what a published size must have, or may still have.
    fn published(
        &mut self,
        ruled: &RuledHead,
        span: TileSpan,
        bundle: &[u8],
    ) -> Result<(), AuditError> {
        let size = ruled.head.index.covering_size();
        self.partial_tiles()?;
        self.partial_bundle(size, span, bundle)?;
        self.list(&ruled.head, ruled.list.as_deref())?;
        self.kept_checkpoint(size, ruled.issued)?;
        if size == self.checkpoints.published().size() {
            let (signed, computed) = (self.checkpoints.published().root(), self.edge.root());
            // At the tip the root is compared in the end, where a difference is explained.
            if signed != computed && size < self.size {
                let problem = Problem::Root { size, signed, computed };
                self.note_difference(Fault::public(LogPath::Checkpoint, problem));
            }
            self.require_list()?;
        }
        Ok(())
    }

    /// The partial tiles of a published size: each is there, or the full tile that replaced it.
    fn partial_tiles(&mut self) -> Result<(), AuditError> {
        let tiles: Vec<_> = self.edge.partial_tiles().collect();
        for tile in tiles {
            let id = tile.id();
            let is_full_by_now =
                id.span().full().end() <= self.size.get() >> (8 * u32::from(id.level()));
            // A level that did not change since the last head was compared then.
            if self.compare_tile(&tile, None)? == FileState::Absent && !is_full_by_now {
                return Err(Fault::public(LogPath::Tile(id), Problem::Missing).into());
            }
        }
        Ok(())
    }

    /// The partial bundle of a published size: it is there, or a full one replaced it.
    fn partial_bundle(
        &mut self,
        size: TreeSize,
        whole: TileSpan,
        beginning: &[u8],
    ) -> Result<(), AuditError> {
        let last = size.last_index().and_then(|last| TileSpan::holding(last.get(), size.get()));
        let Some(span) = last.filter(|span| *span != whole) else { return Ok(()) };
        let path = LogPath::Entries(span);
        match self.take(path)? {
            Some(bytes) if bytes == beginning => {}
            Some(_) => self.note_difference(Fault::public(path, Problem::OlderBundle)),
            None if whole.width().is_full() => {}
            None => return Err(Fault::public(path, Problem::Missing).into()),
        }
        Ok(())
    }

    /// The list of a head that has its own; an old one may be gone.
    fn list(&mut self, head: &StatusHead, list: Option<&[u8]>) -> Result<(), AuditError> {
        let Some(list) = list else { return Ok(()) };
        let path = LogPath::StatusList(head.index);
        let bytes = match self.names.take(&path) {
            // An old one may go while we look.
            FileState::Waiting => read(self.files, StorePath::from(path), path)?,
            FileState::Absent | FileState::Compared => None,
        };
        self.list = Some((head.index, bytes.is_some()));
        if bytes.is_some_and(|bytes| bytes != list) {
            self.note_difference(Fault::public(path, Problem::List));
        }
        Ok(())
    }

    /// The newest list must be there.
    fn require_list(&self) -> Result<(), AuditError> {
        match self.list {
            Some((head, false)) => {
                Err(Fault::public(LogPath::StatusList(head), Problem::Missing).into())
            }
            Some((_, true)) | None => Ok(()),
        }
    }

    /// The checkpoint that ended a batch of issuances, once it is published.
    fn kept_checkpoint(&mut self, size: TreeSize, issued: bool) -> Result<(), AuditError> {
        let path = LogPath::KeptCheckpoint(size);
        match self.take(path)? {
            Some(bytes) => {
                let checked = self.checkpoints.check_kept(&bytes, size, self.edge.root());
                if let Err(problem) = checked {
                    self.note_difference(Fault::public(path, problem));
                }
            }
            None if issued && size <= self.checkpoints.published().size() => {
                return Err(Fault::public(path, Problem::Missing).into());
            }
            None => {}
        }
        Ok(())
    }

    fn finish(mut self, rules: Outcome) -> Result<Replayed, AuditError> {
        let tip = self.checkpoints.tip();
        let (signed, computed) = (tip.root(), self.edge.root());
        if signed != computed {
            let problem = Problem::Root { size: self.size, signed, computed };
            let otherwise = Fault { file: self.checkpoints.tip_file(), index: None, problem };
            let fault = blame::blame(self.files, tip, self.differs.take().unwrap_or(otherwise))?;
            return Err(fault.into());
        }
        let Concluded { state, past, broken } = rules.conclude(self.files, self.size)?;
        if let Some(fault) = broken.or(self.differs.take()) {
            return Err(fault.into());
        }
        let heads = past.heads();
        let covered = |size: TreeSize| {
            size.is_empty() || heads.iter().any(|head| head.index.covering_size() == size)
        };
        for (size, file) in [
            (self.checkpoints.published().size(), LogPath::Checkpoint.to_string()),
            (self.size, self.checkpoints.tip_file()),
        ] {
            if !covered(size) {
                return Err(Fault { file, index: None, problem: Problem::NoHead { size } }.into());
            }
        }
        self.require_list()?;
        self.names.refuse_rest(self.size)?;
        Ok(Replayed { size: self.size, state, past })
    }

    /// A file that is compared with something now; none if there is none, or it was before.
    fn take(&mut self, path: LogPath) -> Result<Option<Vec<u8>>, AuditError> {
        match self.names.take(&path) {
            FileState::Waiting => self.read(path).map(Some),
            FileState::Absent | FileState::Compared => Ok(None),
        }
    }

    /// A file that was there when the directory was listed.
    fn read(&self, path: LogPath) -> Result<Vec<u8>, AuditError> {
        let bytes = read(self.files, StorePath::from(path), path)?;
        Ok(bytes.ok_or_else(|| Fault::public(path, Problem::Missing))?)
    }

    fn note_difference(&mut self, fault: Fault) {
        self.differs.get_or_insert(fault);
    }
}
