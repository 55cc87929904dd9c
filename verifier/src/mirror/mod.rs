//! A copy of a log's public files, byte for byte those of the source, of which every byte was checked
//! against a verified checkpoint before it got its name.
//!
//! One round, and what a crash leaves at each step:
//!
//! 1. The source's checkpoint is verified (every signature line, the quorum) and held against the
//!    copy's: the source may not shrink, nor show another history.
//! 2. The new entry bundles are read, several at once, and each entry is checked against the tree
//!    under that checkpoint. What follows from the entries is made here and not fetched: the full
//!    tiles, and the partial tiles and bundles of every size that ended with a status head, which
//!    are all that the writer ever makes. Kept checkpoints and exceptions lists are fetched and
//!    checked. Everything goes into a directory beside the copy. A crash leaves the copy as it was;
//!    the next round goes on with the bundles that are there.
//! 3. The checkpoint is put beside them, synced: **the commit point of the round**.
//! 4. The files are moved into the copy, then the checkpoint. A crash in between leaves files that
//!    no checkpoint names yet; opening the mirror finishes the move.
//!
//! Memory: a window of 32 bundles (at most 64 MiB, usually half of one), one exceptions list.
//!
//! | file | knows |
//! |---|---|
//! | `place` | the two directories, durability |
//! | `source` | what is read from where, and which failure is the source's fault |
//! | `extend` | the files that follow from the entries |
//! | `lists` | which exceptions lists a copy has |
//! | `error` | why a round fails |

mod error;
mod extend;
mod lists;
mod place;
mod source;

use std::path::Path;

use ledger::{
    certificate::LogGeneration,
    checkpoint::{CheckpointPolicy, SignedCheckpoint, VerifiedCheckpoint},
    path::LogPath,
    position::TreeSize,
    reader::{Fetch as _, LogReader, ReadError},
    trust::Trust,
};

pub use self::error::{CopyError, KeptFault, MirrorError, SourceFault};
use self::{extend::Extension, place::Place, source::Resuming};
use crate::{fetch::LogSource, watch::Watch};

/// A copy of a log in a directory, which only this process changes.
#[derive(Debug)]
pub struct Mirror {
    place: Place,
}

/// What a round came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// The copy's size before.
    pub before: TreeSize,
    /// Its size now.
    pub size: TreeSize,
}

impl Mirror {
    /// Opens the copy in `directory`, or makes an empty one; finishes what a crash left.
    ///
    /// What is not finished lies in a directory beside it, with `.mirror` at the end of its name.
    pub fn open(directory: &Path) -> Result<Self, CopyError> {
        let place = Place::open(directory)?;
        place.recover()?;
        Ok(Self { place })
    }

    /// Brings the copy up to the source's checkpoint. On any error the copy is as it was.
    pub fn bring_up(
        &self,
        source: &LogSource,
        trust: &Trust,
        watch: &dyn Watch,
    ) -> Result<Round, MirrorError> {
        let ours = self.ours(trust)?;
        let (generation, shown) = read_shown(source, trust)?;
        let before = ours.as_ref().map_or(TreeSize::EMPTY, VerifiedCheckpoint::size);
        let policy = trust.log(generation).ok_or(CopyError::OtherLog)?;
        if let Some(ours) = &ours {
            if ours.origin() != shown.origin() {
                return Err(CopyError::OtherLog.into());
            }
            if shown.size() <= ours.size() {
                self.hold_against(ours, &shown)?;
                return Ok(Round { before, size: before });
            }
        }
        let resumed = self.place.has_staged()?;
        let round = || self.extend(ours.as_ref(), &shown, source, policy, watch);
        match round() {
            // What an earlier round left may be of another history, or damaged.
            Err(MirrorError::Source(_)) if resumed => {
                self.place.clear_staged()?;
                round()?;
            }
            outcome => outcome?,
        }
        Ok(Round { before, size: shown.size() })
    }

    /// The copy's own checkpoint.
    fn ours(&self, trust: &Trust) -> Result<Option<VerifiedCheckpoint>, MirrorError> {
        let path = LogPath::Checkpoint;
        let bytes = self.place.copy().fetch(&path, path.max_len()).map_err(CopyError::Read)?;
        let Some(bytes) = bytes else {
            self.place.must_be_empty()?;
            return Ok(None);
        };
        let signed = SignedCheckpoint::parse(&bytes)
            .map_err(|error| CopyError::Checkpoint { detail: error.to_string() })?;
        let origin = signed.unverified().origin.clone();
        let (_, policy) = of_origin(trust, &origin).ok_or(CopyError::OtherLog)?;
        let verified = signed
            .verify_every_line(policy)
            .map_err(|error| CopyError::Checkpoint { detail: error.to_string() })?;
        Ok(Some(verified))
    }

    /// A checkpoint that is not larger than the copy's: the same, or the source went back.
    fn hold_against(
        &self,
        ours: &VerifiedCheckpoint,
        shown: &VerifiedCheckpoint,
    ) -> Result<(), MirrorError> {
        let split = || SourceFault::SplitView {
            ours: (ours.size(), ours.root()),
            shown: (shown.size(), shown.root()),
        };
        if shown.size() == ours.size() {
            if shown.root() != ours.root() {
                return Err(split().into());
            }
            // More witnesses may have cosigned since.
            let bytes = shown.signed().to_bytes();
            if bytes != ours.signed().to_bytes() && shown.quorum_time() >= ours.quorum_time() {
                self.place.commit(&bytes)?;
                self.place.finish_move()?;
            }
            return Ok(());
        }
        let reader =
            LogReader::open(self.place.copy(), ours.clone()).map_err(CopyError::damaged)?;
        match reader.check_extends(shown.size(), shown.root()) {
            Ok(()) => Err(SourceFault::Shrunk { ours: ours.size(), shown: shown.size() }.into()),
            Err(ReadError::NotAnExtension { .. }) => Err(split().into()),
            Err(error) => Err(CopyError::damaged(error).into()),
        }
    }

    fn extend(
        &self,
        ours: Option<&VerifiedCheckpoint>,
        shown: &VerifiedCheckpoint,
        source: &LogSource,
        policy: &CheckpointPolicy,
        watch: &dyn Watch,
    ) -> Result<(), MirrorError> {
        self.place.forget_derived(shown.size())?;
        let resuming = Resuming { staged: self.place.staged(), source };
        let reader = LogReader::open(resuming, shown.clone()).map_err(source::told)?;
        if let Some(ours) = ours {
            reader.check_extends(ours.size(), ours.root()).map_err(|error| match error {
                ReadError::NotAnExtension { .. } => SourceFault::SplitView {
                    ours: (ours.size(), ours.root()),
                    shown: (shown.size(), shown.root()),
                }
                .into(),
                error => source::told(error),
            })?;
        }
        let edge = self.place.edge(ours)?;
        let before = edge.size();
        let mut extension = Extension::new(source, &reader, &self.place, policy, edge);
        extension.run(watch)?;
        let heads = extension.finish()?;
        let dropped = lists::bring_up(source, &self.place, before, &heads)?;
        self.place.commit(&shown.signed().to_bytes())?;
        self.place.finish_move()?;
        Ok(self.place.drop_lists(&dropped)?)
    }
}

fn of_origin<'t>(
    trust: &'t Trust,
    origin: &ledger::checkpoint::Origin,
) -> Option<(LogGeneration, &'t CheckpointPolicy)> {
    trust.logs().find(|(_, policy)| policy.origin() == origin)
}

/// The source's checkpoint, verified to its last line.
fn read_shown(
    source: &LogSource,
    trust: &Trust,
) -> Result<(LogGeneration, VerifiedCheckpoint), MirrorError> {
    let path = LogPath::Checkpoint;
    let bytes = source.fetch(&path, path.max_len()).map_err(source::not_fetched)?;
    let bytes = bytes.ok_or(MirrorError::NoLog)?;
    let wrong = |detail: String| MirrorError::from(SourceFault::Checkpoint { detail });
    let signed = SignedCheckpoint::parse(&bytes).map_err(|error| wrong(error.to_string()))?;
    let origin = signed.unverified().origin.clone();
    let unknown = || wrong(format!("the trust file names no log {origin}"));
    let (generation, policy) = of_origin(trust, &origin).ok_or_else(unknown)?;
    let verified = signed.verify_every_line(policy).map_err(|error| wrong(error.to_string()))?;
    Ok((generation, verified))
}
