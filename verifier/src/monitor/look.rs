//! One look at a log.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use ledger::{
    certificate::LogGeneration,
    checkpoint::{CheckpointPolicy, SignedCheckpoint, VerifiedCheckpoint},
    digest::RootHash,
    evidence::ProvenEntry,
    merkle::ProveError,
    path::LogPath,
    position::{LeafIndex, TreeSize},
    reader::{Fetch as _, LogReader, ReadError},
    replay::{FollowError, Follower},
    time::UnixMillis,
    trust::Trust,
};

use super::{
    Evidence, Finding, Fork, History, Link, Proof, StateError,
    state::{Known, StateDir},
};
use crate::{
    fetch::{LogSource, SourceError},
    verdict::MAX_AHEAD_MS,
    watch::Watch,
};

/// How many entries are replayed at least between two savings; and at least an eighth of those that
/// are behind, since saving looks at all of them. A process that is killed does no more than that
/// again.
const SAVE_EVERY: u64 = 20_000;

type Reading<'a> = LogReader<&'a LogSource>;

/// A monitor of one log.
#[derive(Debug)]
pub struct Monitor {
    trust: Trust,
    state: StateDir,
    known: Option<Known>,
}

/// What a look saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What it came to.
    pub finding: Finding,
    /// The log's origin, once a checkpoint of it verified.
    pub origin: Option<String>,
    /// Size and root of the newest checkpoint seen.
    pub newest: Option<(TreeSize, RootHash)>,
    /// How many entries were replayed.
    pub replayed: TreeSize,
    /// The time of the last head that was replayed.
    pub as_of: Option<UnixMillis>,
    /// The file of evidence, where the finding can be proved to others.
    pub evidence: Option<PathBuf>,
}

/// What was found, and what proves it.
struct Found {
    finding: Finding,
    proof: Option<Proof>,
}

/// Why a look ends before its end.
enum Ended {
    Found(Box<Found>),
    State(StateError),
    Stopped,
}

impl From<Finding> for Ended {
    fn from(finding: Finding) -> Self {
        Self::Found(Box::new(Found { finding, proof: None }))
    }
}

impl From<StateError> for Ended {
    fn from(error: StateError) -> Self {
        Self::State(error)
    }
}

impl Monitor {
    /// A monitor that keeps what it knows in a directory.
    pub fn open(directory: &Path, trust: Trust) -> Result<Self, StateError> {
        let (state, known) = StateDir::open(directory, &trust)?;
        Ok(Self { trust, state, known })
    }

    /// Looks at the log. Fails only if the state cannot be kept; none if it was told to stop.
    pub fn look(
        &mut self,
        source: &LogSource,
        now: UnixMillis,
        watch: &dyn Watch,
    ) -> Result<Option<Seen>, StateError> {
        let found = match self.look_at(source, now, watch) {
            Ok(()) => Found { finding: Finding::Fine, proof: None },
            Err(Ended::Found(found)) => *found,
            Err(Ended::State(error)) => return Err(error),
            Err(Ended::Stopped) => return Ok(None),
        };
        let evidence = match (found.proof, self.policy()) {
            (Some(proof), Some(policy)) => {
                let log_key = policy.log_key().clone();
                Some(self.state.keep(&Evidence { log_key, found_at: now, proof })?)
            }
            (Some(_), None) | (None, _) => None,
        };
        let known = self.known.as_ref();
        Ok(Some(Seen {
            finding: found.finding,
            origin: known.map(|known| known.seen.unverified().origin.to_string()),
            newest: known.map(|known| point(known.seen.unverified())),
            replayed: known.map_or(TreeSize::EMPTY, |known| known.follower.size()),
            as_of: known.and_then(|known| known.follower.state().last_head()).map(|head| head.time),
            evidence,
        }))
    }

    fn policy(&self) -> Option<&CheckpointPolicy> {
        self.trust.log(self.known.as_ref()?.generation)
    }

    fn look_at(
        &mut self,
        source: &LogSource,
        now: UnixMillis,
        watch: &dyn Watch,
    ) -> Result<(), Ended> {
        let (generation, shown) = self.read_checkpoint(source)?;
        let reader = match &self.known {
            Some(known) => self.hold_against(known, &shown, source)?,
            None => LogReader::open(source, shown.clone()).map_err(wrong_file)?,
        };
        self.note(generation, &shown)?;
        self.compare_suspects(&reader)?;
        self.replay(&reader, watch)?;
        self.check_age(&shown, now)
    }

    /// The checkpoint, verified to its last line.
    fn read_checkpoint(
        &self,
        source: &LogSource,
    ) -> Result<(LogGeneration, VerifiedCheckpoint), Finding> {
        let path = LogPath::Checkpoint;
        let wrong = |detail: String| Finding::Checkpoint { detail };
        let missing = || Finding::Unreachable { detail: "there is no file checkpoint".to_owned() };
        let bytes =
            source.fetch(&path, path.max_len()).map_err(not_fetched)?.ok_or_else(missing)?;
        let signed = SignedCheckpoint::parse(&bytes).map_err(|error| wrong(error.to_string()))?;
        let origin = &signed.unverified().origin;
        let expected = self.known.as_ref().map(|known| known.generation);
        let named = self.trust.logs().find(|(generation, policy)| {
            policy.origin() == origin && expected.is_none_or(|expected| expected == *generation)
        });
        let unknown = || wrong(format!("it is of {origin}, not of the log that is followed"));
        let (generation, policy) = named.ok_or_else(unknown)?;
        let verified =
            signed.verify_every_line(policy).map_err(|error| wrong(error.to_string()))?;
        Ok((generation, verified))
    }

    /// Checks that the checkpoint shown extends the newest one seen; gives a reader under it.
    fn hold_against<'s>(
        &self,
        known: &Known,
        shown: &VerifiedCheckpoint,
        source: &'s LogSource,
    ) -> Result<Reading<'s>, Ended> {
        let seen = known.seen.unverified();
        let fork = |link: Option<Link>| -> Ended {
            let (smaller, larger) = match seen.size <= shown.size() {
                true => (known.seen.clone(), shown.signed().clone()),
                false => (shown.signed().clone(), known.seen.clone()),
            };
            let proof = Proof::Fork(Fork { smaller, larger, link });
            let finding = Finding::SplitView { seen: point(seen), shown: of(shown) };
            Ended::Found(Box::new(Found { finding, proof: Some(proof) }))
        };
        if shown.size() == seen.size && shown.root() != seen.root {
            return Err(fork(None));
        }
        if shown.size() < seen.size {
            let history = match known.verified.clone().map(|seen| LogReader::open(source, seen)) {
                // Who shows a smaller log need not have the files of the larger one.
                None | Some(Err(_)) => History::NotCompared,
                Some(Ok(reader)) => match reader.check_extends(shown.size(), shown.root()) {
                    Ok(()) => History::Same,
                    Err(_) => match link(&reader, shown.size(), shown.root()) {
                        Some(link) => return Err(fork(Some(link))),
                        None => History::NotCompared,
                    },
                },
            };
            if history == History::NotCompared {
                self.state.keep_suspect(shown.signed())?;
            }
            return Err(
                Finding::RolledBack { seen: seen.size, shown: shown.size(), history }.into()
            );
        }
        let reader = LogReader::open(source, shown.clone()).map_err(wrong_file)?;
        match reader.check_extends(seen.size, seen.root) {
            Ok(()) => Ok(reader),
            Err(ReadError::NotAnExtension { .. }) => {
                let link = link(&reader, seen.size, seen.root);
                // The tiles that gave another root give the proof; if they are gone by now, the
                // next look finds them or not.
                link.map_or_else(
                    || {
                        Err(Finding::Unreachable {
                            detail: "the tiles changed while they were read".to_owned(),
                        }
                        .into())
                    },
                    |link| Err(fork(Some(link))),
                )
            }
            Err(error) => Err(wrong_file(error).into()),
        }
    }

    /// Keeps the newest checkpoint seen, before anything else is read.
    fn note(
        &mut self,
        generation: LogGeneration,
        shown: &VerifiedCheckpoint,
    ) -> Result<(), StateError> {
        let roots = self.trust.roots().to_vec();
        let known = self.known.get_or_insert_with(|| Known {
            generation,
            seen: shown.signed().clone(),
            follower: Follower::empty(generation, roots),
            verified: None,
        });
        let is_new = known.verified.as_ref().is_none_or(|verified| verified != shown);
        known.seen = shown.signed().clone();
        known.verified = Some(shown.clone());
        if is_new {
            self.state.keep_seen(generation, &known.seen)?;
        }
        Ok(())
    }

    /// Compares the smaller checkpoints that could not be compared when they were shown.
    fn compare_suspects(&self, reader: &Reading<'_>) -> Result<(), Ended> {
        let Some(policy) = self.policy() else { return Ok(()) };
        for (path, suspect) in self.state.suspects()? {
            let (size, root) = point(suspect.unverified());
            if size > reader.size() || suspect.clone().verify(policy).is_err() {
                continue;
            }
            if let Some(link) = link(reader, size, root) {
                let larger = reader.checkpoint().signed().clone();
                let finding =
                    Finding::SplitView { seen: (size, root), shown: of(reader.checkpoint()) };
                let proof = Proof::Fork(Fork { smaller: suspect, larger, link: Some(link) });
                return Err(Found { finding, proof: Some(proof) }.into());
            }
            if reader.root_at(size).is_ok_and(|found| found == root) {
                self.state.drop_suspect(&path)?;
            }
        }
        Ok(())
    }

    /// Applies the rules to what is new, and saves in between.
    fn replay(&mut self, reader: &Reading<'_>, watch: &dyn Watch) -> Result<(), Ended> {
        let (Some(known), state) = (&mut self.known, &mut self.state) else { return Ok(()) };
        let (generation, seen) = (known.generation, known.seen.clone());
        let mut saved = known.follower.size();
        let mut failed = None;
        let outcome = known.follower.advance_while(reader, &mut |follower| {
            watch.done(follower.size(), reader.size());
            if follower.size().get() - saved.get() >= SAVE_EVERY.max(saved.get() / 8) {
                saved = follower.size();
                failed = state.save(generation, &seen, follower).err();
            }
            match failed.is_some() || watch.is_stopped() {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        });
        if let Some(error) = failed {
            return Err(error.into());
        }
        if known.follower.size() > saved {
            state.save(generation, &seen, &known.follower)?;
        }
        match outcome {
            Ok(ControlFlow::Continue(())) => Ok(()),
            Ok(ControlFlow::Break(())) => Err(Ended::Stopped),
            Err(FollowError::Read(error @ ReadError::NotAnExtension { .. })) => {
                // The checkpoint extends the newest one seen: it is the replay that is another's.
                Err(state.altered(error.to_string()).into())
            }
            Err(error) => Err(broken(error, reader).into()),
        }
    }

    fn check_age(&self, shown: &VerifiedCheckpoint, now: UnixMillis) -> Result<(), Ended> {
        let head = self.known.as_ref().and_then(|known| known.follower.state().last_head());
        let limit_ms = self.trust.max_age_ms();
        // A log without any head has nothing that could be old.
        let Some(head) = head else { return Ok(()) };
        if head.time > now.saturating_add(MAX_AHEAD_MS) {
            return Err(Finding::Ahead { time: head.time }.into());
        }
        let time = shown.quorum_time().map_or(head.time, |cosigned| cosigned.min(head.time));
        match now.millis_since(time) > limit_ms {
            true => Err(Finding::Stale { time, limit_ms }.into()),
            false => Ok(()),
        }
    }
}

impl From<Found> for Ended {
    fn from(found: Found) -> Self {
        Self::Found(Box::new(found))
    }
}

fn of(checkpoint: &VerifiedCheckpoint) -> (TreeSize, RootHash) {
    (checkpoint.size(), checkpoint.root())
}

fn point(checkpoint: &ledger::checkpoint::Checkpoint) -> (TreeSize, RootHash) {
    (checkpoint.size, checkpoint.root)
}

/// What proves that the reader's tree has another root than `root` at a smaller size; none if it has
/// the same, or cannot be read.
fn link(reader: &Reading<'_>, size: TreeSize, root: RootHash) -> Option<Link> {
    let found = reader.root_at(size).ok().filter(|found| *found != root)?;
    let proof = reader.prove_consistency(size).ok()?;
    Some(Link { root: found, proof: proof.hashes().to_vec() })
}

/// What a replay that failed found.
fn broken(error: FollowError<SourceError>, reader: &Reading<'_>) -> Found {
    let (finding, entry) = match error {
        FollowError::Read(error) => (wrong_file(error), None),
        FollowError::Broken(broken) => {
            let index = broken.index();
            (Finding::Broken(broken), index)
        }
        FollowError::NoHead { size } => (Finding::NoHead { size }, size.last_index()),
        // Nobody signed the file of a list.
        FollowError::List { head, fault } => (Finding::List { head, fault }, None),
    };
    let proof = entry.and_then(|index| charge(reader, index, &finding));
    Found { finding, proof }
}

/// The entry with the proof of its place; none if it cannot be had any more.
fn charge(reader: &Reading<'_>, index: LeafIndex, finding: &Finding) -> Option<Proof> {
    let bytes = reader.entry(index).ok()?;
    let path: Result<_, ProveError<_>> = reader.prove_inclusion(index);
    let entry = ProvenEntry { index, bytes, path: path.ok()?.hashes().to_vec() };
    let checkpoint = reader.checkpoint().signed().clone();
    let charge = format!("{}; {}", finding.zh(), finding.en()).replace('\n', " ");
    Some(Proof::Entry { checkpoint, entry, charge })
}

fn not_fetched(error: SourceError) -> Finding {
    match error.too_long() {
        Some(detail) => Finding::File { detail },
        None => Finding::Unreachable { detail: error.to_string() },
    }
}

fn wrong_file(error: ReadError<SourceError>) -> Finding {
    match error {
        ReadError::Fetch { path: _, source } => not_fetched(source),
        ReadError::Bundle { path, source } => Finding::File { detail: format!("{path}: {source}") },
        error => Finding::File { detail: error.to_string() },
    }
}
