//! The moment of a verdict: a verified checkpoint and the status head under it.

use ledger::{
    checkpoint::{CheckpointPolicy, SignedCheckpoint, VerifiedCheckpoint},
    entry::{Entry, StatusHead},
    evidence::{Moment, ProvenEntry},
    time::UnixMillis,
};

use super::{
    AsOf, Question,
    reason::{CheckpointFault, Reason},
};

/// How far a head's time may be ahead of this clock: clocks differ, by less than five minutes.
const MAX_AHEAD_MS: u64 = 5 * 60_000;

/// A checkpoint that verified under the trusted policy, and a head that is in its tree.
#[derive(Debug)]
pub(super) struct VerifiedMoment {
    checkpoint: VerifiedCheckpoint,
    head: StatusHead,
}

impl VerifiedMoment {
    /// Checks signatures, quorum and the head's place.
    pub(super) fn verify(moment: &Moment, policy: &CheckpointPolicy) -> Result<Self, Reason> {
        let checkpoint = SignedCheckpoint::parse(&moment.checkpoint)
            .map_err(|_malformed| Reason::CheckpointWrong(CheckpointFault::Malformed))?
            .verify(policy)
            .map_err(|error| Reason::CheckpointWrong(CheckpointFault::Unverified(error)))?;
        let proven = moment.head.as_ref().ok_or(Reason::HeadWrong)?;
        match proven.verify(checkpoint.size(), checkpoint.root()) {
            Ok(Entry::StatusHead(head)) if head.index == proven.index => {
                Ok(Self { checkpoint, head })
            }
            Ok(_) | Err(_) => Err(Reason::HeadWrong),
        }
    }

    /// Whether this moment answers the question.
    pub(super) fn answers(&self, question: Question, limit_ms: u64) -> Result<(), Reason> {
        let (now, asked) = (question.now(), question.instant());
        let time = self.head.time;
        if time > now.saturating_add(MAX_AHEAD_MS) {
            return Err(Reason::ClockAhead { time, now });
        }
        let oldest = match question {
            Question::Now(_) => {
                self.checkpoint.quorum_time().map_or(time, |cosigned| cosigned.min(time))
            }
            // An earlier head under a later checkpoint: only the head's own time counts.
            Question::AsOf { .. } => time,
        };
        if asked.millis_since(oldest) > limit_ms {
            return Err(Reason::Stale { time: oldest, asked, limit_ms });
        }
        let is_of_the_moment = match question {
            Question::Now(_) => self.head.index.covering_size() == self.checkpoint.size(),
            Question::AsOf { date, .. } => time <= date.beijing_end(),
        };
        if is_of_the_moment { Ok(()) } else { Err(Reason::HeadWrong) }
    }

    pub(super) const fn head(&self) -> &StatusHead {
        &self.head
    }

    /// The entry, if it is proved to be in the checkpoint's tree.
    pub(super) fn entry(&self, proven: &ProvenEntry) -> Option<Entry> {
        proven.verify(self.checkpoint.size(), self.checkpoint.root()).ok()
    }

    /// Whether the bytes are proved to be in the checkpoint's tree, whatever they are.
    pub(super) fn includes(&self, proven: &ProvenEntry) -> bool {
        proven.verify_place(self.checkpoint.size(), self.checkpoint.root()).is_ok()
    }

    pub(super) fn covers(&self, index: ledger::position::LeafIndex) -> bool {
        index < self.head.index
    }

    pub(super) fn as_of(&self) -> AsOf {
        AsOf {
            time: self.head.time,
            checkpoint_size: self.checkpoint.size(),
            cosignatures: self.checkpoint.cosignatures().len(),
            cosigned_at: self.checkpoint.quorum_time(),
        }
    }

    pub(super) fn time(&self) -> UnixMillis {
        self.head.time
    }
}
