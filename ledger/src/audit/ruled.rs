//! The first half of the replay, on a thread of its own: reads the bundles and applies the rules to
//! their entries. What follows for the tree and the other files is the second half's, in `replay`.

use std::sync::mpsc::{SyncSender, TrySendError};

use super::{
    AuditError, Fault, Problem,
    fault::read,
    past::{Files, Past},
};
use crate::{
    certificate::LogGeneration,
    digest::LeafHash,
    entry::{Entry, StatusHead},
    merkle::{EntryBundle, TileId, TileSpan, bundles_between},
    path::LogPath,
    position::{LeafIndex, TreeSize},
    replay::{Broken, Gathered, Refused, Replay, ReplayError},
    rules::LogState,
    store::{ListedStore, StoreError, StorePath},
    trust::Trust,
};

/// Bundles that the first half may be ahead of the second.
///
/// Security: of the largest entries they have 32 MiB; of ordinary ones some 200 KiB.
pub(super) const AHEAD: usize = 16;

/// Bytes that stand before each entry of a bundle.
const LENGTH_LEN: usize = 2;

/// A bundle whose entries the rules have seen.
pub(super) struct Ruled {
    pub(super) span: TileSpan,
    /// The whole file.
    pub(super) bytes: Vec<u8>,
    /// Its status heads, in order; none after an entry that breaks a rule.
    pub(super) heads: Vec<RuledHead>,
    /// What the first half did of the other's work, which had more to do at the time. It does not
    /// matter for the verdict who did it.
    pub(super) ahead: Option<Ahead>,
}

/// What follows for the tree from one bundle alone.
pub(super) struct Ahead {
    pub(super) leaves: Vec<LeafHash>,
    /// The file of the full tile over them, if it can be read.
    pub(super) tile: Option<Vec<u8>>,
}

/// A status head that the rules accepted, and what holds there.
pub(super) struct RuledHead {
    pub(super) head: StatusHead,
    /// How many entries of its bundle come before it, and how many bytes they and it take there.
    pub(super) before: usize,
    pub(super) length: usize,
    /// The list of exceptions, if the head has one of its own.
    pub(super) list: Option<Vec<u8>>,
    /// Whether something was issued since the head before.
    pub(super) issued: bool,
}

/// What the rules made of all entries; whether commitments are repeated is still open.
pub(super) struct Outcome {
    replay: Replay<Gathered>,
    past: Past,
    /// The first entry that was refused. What comes after it was not looked at.
    refused: Option<Refused>,
}

/// What is true of the log.
pub(super) struct Concluded {
    pub(super) state: LogState,
    pub(super) past: Past,
    /// The first entry that breaks a rule.
    pub(super) broken: Option<Fault>,
}

impl Ruled {
    pub(super) fn leaves(&self) -> Result<Vec<LeafHash>, AuditError> {
        let bundle = parse(self.span, &self.bytes)?;
        Ok(bundle.entries().iter().map(|entry| LeafHash::of(entry)).collect())
    }
}

fn parse(span: TileSpan, bytes: &[u8]) -> Result<EntryBundle<'_>, AuditError> {
    EntryBundle::parse(bytes, span.width())
        .map_err(|source| Fault::public(LogPath::Entries(span), Problem::Bundle(source)).into())
}

impl Outcome {
    /// Looks for repeated commitments. Only a log whose root is right is worth that.
    pub(super) fn conclude<S: ListedStore>(
        self,
        files: &S,
        size: TreeSize,
    ) -> Result<Concluded, StoreError> {
        let (state, broken) = self.replay.finish(self.refused, &Files::of(files, size))?;
        let broken = broken.map(|broken| match broken {
            Broken::Entry { index, source } => at(index, size, Problem::Entry(source)),
            Broken::Rule { index, rule } => at(index, size, Problem::Rule(rule)),
            Broken::Full(_) => Fault::public(LogPath::Checkpoint, Problem::Full),
        });
        Ok(Concluded { state, past: self.past, broken })
    }
}

/// A fault of an entry, in the bundle that holds it.
fn at(index: LeafIndex, size: TreeSize, problem: Problem) -> Fault {
    match TileSpan::holding(index.get(), size.get()) {
        Some(span) => Fault::entry(LogPath::Entries(span), index, problem),
        None => Fault::public(LogPath::Checkpoint, problem),
    }
}

/// The first half at work.
pub(super) struct Rules<'a, S> {
    files: &'a S,
    size: TreeSize,
    replay: Replay<Gathered>,
    earlier: Files<'a, S>,
    past: Past,
    issued: bool,
    refused: Option<Refused>,
}

impl<'a, S: ListedStore> Rules<'a, S> {
    pub(super) fn new(
        files: &'a S,
        size: TreeSize,
        generation: LogGeneration,
        trust: &Trust,
    ) -> Self {
        Self {
            files,
            size,
            replay: Replay::empty(generation, trust.roots().to_vec()),
            earlier: Files::of(files, size),
            past: Past::default(),
            issued: false,
            refused: None,
        }
    }

    /// Hands on bundle after bundle, the first error last; stops when nobody takes them any more.
    pub(super) fn run(mut self, ruled: &SyncSender<Result<Ruled, AuditError>>) -> Outcome {
        for span in bundles_between(TreeSize::EMPTY, self.size) {
            let bundle = self.bundle(span);
            let failed = bundle.is_err();
            let sent = match ruled.try_send(bundle) {
                Ok(()) => true,
                // The other half has enough to do: it is spared some of this one.
                Err(TrySendError::Full(bundle)) => ruled.send(self.go_ahead(bundle)).is_ok(),
                Err(TrySendError::Disconnected(_)) => false,
            };
            if failed || !sent {
                break;
            }
        }
        Outcome { replay: self.replay, past: self.past, refused: self.refused }
    }

    fn bundle(&mut self, span: TileSpan) -> Result<Ruled, AuditError> {
        let path = LogPath::Entries(span);
        let bytes = read(self.files, StorePath::from(path), path)?;
        let bytes = bytes.ok_or_else(|| Fault::public(path, Problem::Missing))?;
        let (mut heads, mut length) = (Vec::new(), 0);
        for (before, entry) in parse(span, &bytes)?.entries().iter().enumerate() {
            if self.refused.is_some() {
                break;
            }
            length += LENGTH_LEN + entry.len();
            if let Some(Entry::StatusHead(head)) =
                self.entry(span.start() + before as u64, entry)?
            {
                heads.push(self.head(head, before, length));
            }
        }
        Ok(Ruled { span, bytes, heads, ahead: None })
    }

    fn go_ahead(&self, bundle: Result<Ruled, AuditError>) -> Result<Ruled, AuditError> {
        let mut bundle = bundle?;
        let tile = TileId::new(0, bundle.span).ok().filter(|_| bundle.span.width().is_full());
        let leaves = bundle.leaves()?;
        // A file that is missing, or cannot be read, is the other half's finding.
        let tile = tile.and_then(|id| self.files.get(&StorePath::from(LogPath::Tile(id))).ok()?);
        bundle.ahead = Some(Ahead { leaves, tile });
        Ok(bundle)
    }

    /// Applies the rules to an entry; none if they refuse it.
    fn entry(&mut self, index: u64, bytes: &[u8]) -> Result<Option<Entry>, AuditError> {
        let index = match LeafIndex::new(index) {
            Ok(index) => index,
            Err(full) => {
                self.refuse(Broken::Full(full), bytes);
                return Ok(None);
            }
        };
        let entry = match self.replay.apply(bytes, &self.earlier) {
            Ok(entry) => entry,
            Err(ReplayError::Broken(broken)) => {
                self.refuse(broken, bytes);
                return Ok(None);
            }
            Err(ReplayError::Earlier(error)) => return Err(error.into()),
        };
        self.past.note(index, &entry, self.replay.state());
        self.issued |= matches!(entry, Entry::Issuance(_));
        Ok(Some(entry))
    }

    fn refuse(&mut self, broken: Broken, bytes: &[u8]) {
        self.refused = Some(Refused { broken, bytes: bytes.to_vec() });
    }

    fn head(&mut self, head: StatusHead, before: usize, length: usize) -> RuledHead {
        let has_own = head.list_head == head.index;
        let list = has_own.then(|| self.replay.state().exceptions().encode());
        RuledHead { head, before, length, list, issued: std::mem::take(&mut self.issued) }
    }
}
