//! The first half of the replay, on a thread of its own: reads the bundles and applies the rules to
//! their entries. What follows for the tree and the other files is the second half's, in `replay`.

use std::sync::mpsc::SyncSender;

use super::{
    AuditError, Fault, Problem,
    fault::read,
    past::{Files, Past},
};
use crate::{
    certificate::LogGeneration,
    entry::{Entry, StatusHead},
    merkle::{EntryBundle, TileSpan, bundles_between},
    path::LogPath,
    position::{LeafIndex, TreeSize},
    replay::{Broken, Replay, ReplayError},
    rules::LogState,
    store::{ListedStore, StorePath},
    trust::Trust,
};

/// Bundles that the first half may be ahead of the second.
///
/// Security: of the largest entries they have 32 MiB; of ordinary ones some 200 KiB.
pub(super) const AHEAD: usize = 16;

/// A bundle whose entries the rules have seen.
pub(super) struct Ruled {
    pub(super) span: TileSpan,
    /// The whole file.
    pub(super) bytes: Vec<u8>,
    /// Its status heads, in order; none after an entry that breaks a rule.
    pub(super) heads: Vec<RuledHead>,
}

/// A status head that the rules accepted, and what holds there.
pub(super) struct RuledHead {
    pub(super) head: StatusHead,
    /// The list of exceptions, if the head has one of its own.
    pub(super) list: Option<Vec<u8>>,
    /// Whether something was issued since the head before.
    pub(super) issued: bool,
}

/// What the rules made of all entries.
pub(super) struct Outcome {
    pub(super) state: LogState,
    pub(super) past: Past,
    /// The first entry that breaks a rule. What comes after it was not looked at.
    pub(super) broken: Option<Fault>,
}

/// The first half at work.
pub(super) struct Rules<'a, S> {
    files: &'a S,
    size: TreeSize,
    replay: Replay,
    earlier: Files<'a, S>,
    past: Past,
    issued: bool,
    broken: Option<Fault>,
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
            broken: None,
        }
    }

    /// Hands on bundle after bundle, the first error last; stops when nobody takes them any more.
    pub(super) fn run(mut self, ruled: &SyncSender<Result<Ruled, AuditError>>) -> Outcome {
        for span in bundles_between(TreeSize::EMPTY, self.size) {
            let bundle = self.bundle(span);
            let failed = bundle.is_err();
            if ruled.send(bundle).is_err() || failed {
                break;
            }
        }
        Outcome { state: self.replay.into_state(), past: self.past, broken: self.broken }
    }

    fn bundle(&mut self, span: TileSpan) -> Result<Ruled, AuditError> {
        let path = LogPath::Entries(span);
        let bytes = read(self.files, StorePath::from(path), path)?;
        let bytes = bytes.ok_or_else(|| Fault::public(path, Problem::Missing))?;
        let bundle = EntryBundle::parse(&bytes, span.width())
            .map_err(|source| Fault::public(path, Problem::Bundle(source)))?;
        let mut heads = Vec::new();
        for (entry, index) in bundle.entries().iter().zip(span.start()..) {
            if self.broken.is_some() {
                break;
            }
            heads.extend(self.entry(path, index, entry)?);
        }
        Ok(Ruled { span, bytes, heads })
    }

    /// Applies the rules to an entry; gives it back if it is a head.
    fn entry(
        &mut self,
        path: LogPath,
        index: u64,
        bytes: &[u8],
    ) -> Result<Option<RuledHead>, AuditError> {
        let Ok(index) = LeafIndex::new(index) else {
            self.broken = Some(Fault::public(path, Problem::Full));
            return Ok(None);
        };
        let entry = match self.replay.apply(bytes, &self.earlier) {
            Ok(entry) => entry,
            Err(ReplayError::Broken(broken)) => {
                let (index, problem) = match broken {
                    Broken::Entry { index, source } => (index, Problem::Entry(source)),
                    Broken::Rule { index, rule } => (index, Problem::Rule(rule)),
                    Broken::Full(_) => (index, Problem::Full),
                };
                self.broken = Some(Fault::entry(path, index, problem));
                return Ok(None);
            }
            Err(ReplayError::Earlier(error)) => return Err(error.into()),
        };
        self.past.note(index, &entry, self.replay.state());
        self.issued |= matches!(entry, Entry::Issuance(_));
        match entry {
            Entry::StatusHead(head) => Ok(Some(self.head(head))),
            Entry::Authority(_)
            | Entry::Issuance(_)
            | Entry::StatusChange(_)
            | Entry::IntegrityRecord(_)
            | Entry::Anchor(_) => Ok(None),
        }
    }

    fn head(&mut self, head: StatusHead) -> RuledHead {
        let has_own = head.list_head == head.index;
        let list = has_own.then(|| self.replay.state().exceptions().encode());
        RuledHead { head, list, issued: std::mem::take(&mut self.issued) }
    }
}
