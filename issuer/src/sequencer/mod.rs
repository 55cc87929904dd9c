//! The sequencer: everything that goes into the log goes through here, in one order.
//!
//! A group of submissions becomes one batch: checked against the rules, ended by a status head,
//! committed (steps 0 to 3 of the log), cosigned by the witnesses (4), published (5), judged with the
//! stranger's code (6), acknowledged (7), forgotten (8). The registry learns of it beside that, from
//! the commit point on where no witness can hold it up, and notes that before (7). A caller is
//! acknowledged only for entries that are durable, signed and published.
//!
//! Without the quorum that the policy names, a batch stays committed, unpublished and unacknowledged:
//! its cosignatures are collected again before anything else is done, and on opening.

mod batch_fold;
mod catch_up;
mod error;

mod group;
mod judging;
mod publishing;
mod queue;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use ledger::{
    certificate::{LogGeneration, Text, VerifiedCertificate},
    checkpoint::CheckpointPolicy,
    entry::Entry,
    journal::{AnchorOpening, JournalWriter},
    log::{Batch, LogWriter, NewEntry, NewHead},
    position::{LeafIndex, TreeSize},
    rules::LogState,
    seal::{KeyEncryptionKey, Plaintext, PrivatePayload, RecordKey, WrapNonce},
    store::{KeepCheckpoint, Store},
    time::UnixMillis,
    trust::Trust,
};
use verifier::{clock::Clock, verdict::Known};

use self::batch_fold::BatchFold;
pub use self::{
    error::{SequencerError, SubmitError},
    queue::{Heartbeat, SequencerHandle, Waiting},
};
use crate::{
    progress::Listener,
    random::{self, Random},
    registry::{Intended, Registry},
    signing::LogSigner,
    witnesses::Witnesses,
};

/// How far the clock may be behind the last head while heads still take the last head's time. A clock
/// further behind is wrong, and nothing is appended.
const CLOCK_WAIT_MS: u64 = ledger::log::CLOCK_WAIT_MS;

/// One entry to be appended, with its private record.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The entry.
    pub entry: Entry,
    /// Its private record, if its kind has one.
    pub private: Option<Plaintext>,
    /// Of an issuance that this process has just signed: what need not be read from its record again.
    pub issued: Option<FreshIssuance>,
}

/// An issuance that this process has just signed. Its `Debug` shows nothing of it.
#[derive(Clone)]
pub struct FreshIssuance {
    /// The certificate as it verified when it was signed.
    pub verified: VerifiedCertificate,
    /// The holder's document number.
    pub document_number: Text,
    /// The intent that it ends, if its line is not folded into the registry yet.
    pub intended: Option<Intended>,
}

impl fmt::Debug for FreshIssuance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FreshIssuance(..)")
    }
}

impl Prepared {
    /// An entry with its private record, if its kind has one.
    pub const fn new(entry: Entry, private: Option<Plaintext>) -> Self {
        Self { entry, private, issued: None }
    }
}

/// Entries that must stand in one batch, or not at all.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The entries.
    pub entries: Vec<Prepared>,
}

/// Where a submission's entries stand, in the order in which they were submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Their indices.
    pub indices: Vec<LeafIndex>,
    /// The size of the checkpoint that published them.
    pub size: TreeSize,
}

/// What the sequencer works with.
pub struct Parts {
    /// Where everything lies.
    pub store: Arc<dyn Store>,
    /// Wraps the keys of private records.
    pub kek: Arc<KeyEncryptionKey>,
    /// The index.
    pub registry: Arc<Registry>,
    /// The journal, which every head anchors.
    pub journal: Arc<Mutex<JournalWriter>>,
    /// What a stranger trusts: our own output is judged by it.
    pub trust: Arc<Trust>,
    /// Which log of the trust file this is.
    pub generation: LogGeneration,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Random bytes for record keys.
    pub random: Box<dyn Random + Send>,
    /// Who cosigns the log's checkpoints, if anybody does.
    pub witnesses: Option<Witnesses>,
    /// Who is told while the registry catches up.
    pub progress: Listener,
}

/// The one thread's worth of state behind the queue.
pub struct Sequencer {
    parts: Parts,
    policy: CheckpointPolicy,
    /// What verified before, when our own output was judged.
    known: Known,
    writer: LogWriter<LogSigner>,
    state: LogState,
    /// A batch that is committed and waits for its quorum.
    unpublished: Option<Unpublished>,
    stopped: bool,
}

/// What must still be done with a committed batch.
struct Unpublished {
    first: LeafIndex,
    entries: Arc<Vec<Prepared>>,
    /// The state after it.
    state: LogState,
    /// Begun at the commit point where no witness can hold up the publication; else after it.
    folding: Option<BatchFold>,
}

impl Sequencer {
    /// Takes over an opened log: folds what the registry lacks, and finishes a batch that a crash
    /// left unpublished or unjudged.
    pub fn open(parts: Parts, writer: LogWriter<LogSigner>) -> Result<Self, SequencerError> {
        let unknown = SequencerError::UnknownLog { generation: parts.generation.get() };
        let policy = parts.trust.log(parts.generation).ok_or(unknown)?.clone();
        let state = catch_up::catch_up(&parts, &writer, &policy)?;
        let known = Known::nothing((*parts.trust).clone());
        let mut sequencer =
            Self { parts, policy, known, writer, state, unpublished: None, stopped: false };
        if sequencer.writer.pending().is_some() {
            sequencer.publish_pending()?;
            let first = sequencer.pending_first()?;
            sequencer.judge_range(first, sequencer.writer.size())?;
            sequencer.writer.finish()?;
        }
        Ok(sequencer)
    }

    /// The rules' state after the last head.
    pub const fn state(&self) -> &LogState {
        &self.state
    }

    /// How many entries are committed.
    pub const fn size(&self) -> TreeSize {
        self.writer.size()
    }

    /// Publishes a head when nothing else happens, so that the public status never grows old.
    pub fn heartbeat(&mut self) -> Result<TreeSize, SubmitError> {
        self.settle()?;
        let state = self.state.clone();
        self.append(Vec::new(), state)?;
        Ok(self.size())
    }

    /// Appends prepared entries, in order, with the head after them. `state` is the state after the
    /// entries.
    fn append(&mut self, entries: Vec<Prepared>, mut state: LogState) -> Result<(), SubmitError> {
        if self.stopped {
            return Err(SubmitError::Stopped);
        }
        let first = self.writer.next_index()?;
        let keep = keep_checkpoint(&entries);
        let head = self.head(&mut state)?;
        let list = (head.head.list_head == head.head.index).then(|| state.exceptions().encode());
        let sealed = entries.iter().map(|entry| self.new_entry(entry)).collect::<Result<_, _>>()?;
        let batch = Batch { first, entries: sealed, head, list, keep };
        // From here on only a refusal leaves things as they were.
        self.stopped = true;
        let entries = Arc::new(entries);
        let mut folding = None;
        let early = self.parts.witnesses.is_none();
        let fold = || {
            if early {
                folding = Some(BatchFold::begin(&self.parts.registry, first, &entries));
            }
        };
        if let Err(error) = self.writer.commit_telling(batch, fold) {
            self.stopped = error::stops(&error);
            return Err(SubmitError::Commit(Box::new(error)));
        }
        self.unpublished = Some(Unpublished { first, entries, state, folding });
        self.finish_unpublished().map_err(|error| match error {
            SequencerError::NoQuorum(missing) => SubmitError::Unpublished(missing),
            error => SubmitError::AfterCommit(error),
        })
    }

    /// The head for what `state` says, applied to it.
    fn head(&mut self, state: &mut LogState) -> Result<NewHead, SubmitError> {
        let time = self.head_time()?;
        let salt = random::bytes(self.parts.random.as_mut())?;
        let journal = self.parts.journal.lock().unwrap_or_else(PoisonError::into_inner).head();
        let opening = AnchorOpening::new(salt, journal);
        let head = state.next_head(time, opening.anchor())?;
        state.apply(&Entry::StatusHead(head), &*self.parts.registry)?;
        let (key, nonce) = self.record_key()?;
        Ok(NewHead { head, opening, key, nonce })
    }

    /// Now, but never before the last head; a clock far behind it is refused.
    fn head_time(&self) -> Result<UnixMillis, SubmitError> {
        let now = self.parts.clock.now();
        match self.state.last_head() {
            Some(last) if now.saturating_add(CLOCK_WAIT_MS) < last.time => {
                Err(SubmitError::ClockBehind { now, last: last.time })
            }
            Some(last) => Ok(now.max(last.time)),
            None => Ok(now),
        }
    }

    fn new_entry(&mut self, prepared: &Prepared) -> Result<NewEntry, SubmitError> {
        let private = match &prepared.private {
            None => None,
            Some(plaintext) => {
                let (key, nonce) = self.record_key()?;
                Some(PrivatePayload { plaintext: plaintext.clone(), key, nonce })
            }
        };
        Ok(NewEntry { bytes: prepared.entry.encode(), private })
    }

    fn record_key(&mut self) -> Result<(RecordKey, WrapNonce), SubmitError> {
        let random = self.parts.random.as_mut();
        let key = RecordKey::from_random(random::bytes(random)?);
        Ok((key, WrapNonce::from_random(random::bytes(random)?)))
    }

    /// Drops old exceptions lists, once a Beijing day: with its first head.
    fn prune_lists(&self, state: &LogState) -> Result<(), SequencerError> {
        let day = |state: &LogState| state.last_head().map(|head| head.time.beijing_date());
        if let (Some(before), Some(head)) = (day(&self.state), state.last_head())
            && before != head.time.beijing_date()
        {
            self.writer.prune_lists(head.time)?;
        }
        Ok(())
    }
}

/// A checkpoint that ends a batch of issuances is kept, so that proofs can name it.
fn keep_checkpoint(entries: &[Prepared]) -> KeepCheckpoint {
    let issues = entries.iter().any(|prepared| matches!(prepared.entry, Entry::Issuance(_)));
    if issues { KeepCheckpoint::ForProofs } else { KeepCheckpoint::No }
}
