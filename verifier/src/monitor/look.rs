//! One look at a log.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use ledger::{
    certificate::LogGeneration,
    checkpoint::{CheckpointPolicy, SignedCheckpoint, VerifiedCheckpoint},
    digest::RootHash,
    path::LogPath,
    position::TreeSize,
    reader::{Fetch as _, LogReader, ReadError},
    replay::{FollowError, Follower},
    time::UnixMillis,
    trust::Trust,
};

use super::{
    Evidence, Finding, StateError,
    compare::{compare_suspects, hold_against, point},
    found::{Ended, Found, Reading, broken, not_fetched, wrong_file},
    state::{Known, StateDir},
};
use crate::{fetch::LogSource, verdict::MAX_AHEAD_MS, watch::Watch};

/// How many entries are replayed at least between two savings; and at least an eighth of those that
/// are behind, since saving looks at all of them. A process that is killed does no more than that
/// again.
const SAVE_EVERY: u64 = 20_000;

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
                self.keep(&Evidence { log_key, found_at: now, proof })?
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

    /// Keeps evidence, once it was read and verified as anybody else would.
    fn keep(&self, evidence: &Evidence) -> Result<Option<PathBuf>, StateError> {
        let read = Evidence::parse(evidence.to_text().as_bytes());
        match read.is_ok_and(|read| read.verify(&self.trust).is_ok()) {
            true => self.state.keep(evidence).map(Some),
            false => Ok(None),
        }
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
            Some(known) => {
                let held = hold_against(known, &shown, source);
                if let Err(Ended::Found(found)) = &held
                    && found.proof.is_none()
                    && !found.finding.is_of_one_history()
                {
                    self.state.keep_suspect(shown.signed())?;
                }
                held?
            }
            None => {
                // The first one is believed: from now on the log is held against it.
                self.note(generation, &shown)?;
                LogReader::open(source, shown.clone()).map_err(wrong_file)?
            }
        };
        self.note(generation, &shown)?;
        compare_suspects(&self.state, &reader)?;
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
