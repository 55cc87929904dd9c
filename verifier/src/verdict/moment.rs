//! The moment of a verdict: a verified checkpoint and the status head under it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use ledger::{
    checkpoint::{CheckpointPolicy, SignedCheckpoint, VerifiedCheckpoint},
    digest::RootHash,
    entry::{Entry, StatusHead},
    evidence::{AuthorityEvidence, Moment, ProvenEntry},
    position::TreeSize,
    status::{Standing, StatusProofError},
    time::UnixMillis,
};

use super::{
    AsOf, Question,
    reason::{CheckpointFault, Reason},
};

/// How far a head's time may be ahead of this clock: clocks differ, by less than five minutes.
pub(crate) const MAX_AHEAD_MS: u64 = 5 * 60_000;

/// A checkpoint that verified under the trusted policy, and a head that is in its tree.
#[derive(Debug)]
pub(super) struct VerifiedMoment {
    checkpoint: VerifiedCheckpoint,
    head: StatusHead,
    /// Evidence about authorities that was proved under this moment; none where nothing is
    /// remembered.
    authorities: Option<Mutex<Vec<ProvedAuthority>>>,
}

/// The tree of a checkpoint that was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tree {
    pub(super) size: TreeSize,
    pub(super) root: RootHash,
}

impl Tree {
    /// The entry, if it is proved to be in the tree.
    pub(super) fn entry(&self, proven: &ProvenEntry) -> Option<Entry> {
        proven.verify(self.size, self.root).ok()
    }
}

/// Evidence about an authority whose entry is in the tree; its standing once that was proved too.
#[derive(Debug)]
struct ProvedAuthority {
    evidence: AuthorityEvidence,
    standing: Option<Standing>,
}

impl ProvedAuthority {
    fn is_of(&self, evidence: &AuthorityEvidence) -> bool {
        self.evidence == *evidence
    }
}

/// How many authorities' proofs are remembered under one moment. Bounds memory (each has about 2 KiB)
/// and the search for one; the certificates of a batch come from a few committees.
const MAX_AUTHORITIES: usize = 64;

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
                Ok(Self { checkpoint, head, authorities: None })
            }
            Ok(_) | Err(_) => Err(Reason::HeadWrong),
        }
    }

    /// The same moment, for many verdicts: it remembers what is proved under it.
    pub(super) fn remembering(self) -> Self {
        Self { authorities: Some(Mutex::default()), ..self }
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
        match question {
            Question::Now(_) if self.head.index.covering_size() != self.checkpoint.size() => {
                Err(Reason::HeadWrong)
            }
            Question::AsOf { date, .. } if time > date.beijing_end() => {
                Err(Reason::NoHeadByThen { asked: date, time })
            }
            Question::Now(_) | Question::AsOf { .. } => Ok(()),
        }
    }

    pub(super) const fn head(&self) -> &StatusHead {
        &self.head
    }

    /// The checkpoint's tree.
    pub(super) fn tree(&self) -> Tree {
        Tree { size: self.checkpoint.size(), root: self.checkpoint.root() }
    }

    /// Whether an authority's entry, whatever its bytes are, is proved to be in the checkpoint's tree.
    pub(super) fn includes(&self, evidence: &AuthorityEvidence) -> bool {
        if self.proved().is_some_and(|known| known.iter().any(|known| known.is_of(evidence))) {
            return true;
        }
        let (size, root) = (self.checkpoint.size(), self.checkpoint.root());
        if evidence.entry.verify_place(size, root).is_err() {
            return false;
        }
        if let Some(mut known) = self.proved() {
            if known.len() >= MAX_AUTHORITIES {
                known.clear();
            }
            known.push(ProvedAuthority { evidence: evidence.clone(), standing: None });
        }
        true
    }

    /// What the head says of an authority.
    pub(super) fn authority_standing(
        &self,
        evidence: &AuthorityEvidence,
    ) -> Result<Standing, StatusProofError> {
        let known = self.proved();
        let known = known
            .and_then(|known| known.iter().find(|known| known.is_of(evidence))?.standing.clone());
        if let Some(standing) = known {
            return Ok(standing);
        }
        let standing = evidence.status.verify(evidence.entry.index, &self.head)?;
        if let Some(mut known) = self.proved()
            && let Some(known) = known.iter_mut().find(|known| known.is_of(evidence))
        {
            known.standing = Some(standing.clone());
        }
        Ok(standing)
    }

    fn proved(&self) -> Option<MutexGuard<'_, Vec<ProvedAuthority>>> {
        // A panic elsewhere cannot leave something here that was not proved.
        self.authorities.as_ref().map(|known| known.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn covers(&self, index: ledger::position::LeafIndex) -> bool {
        index < self.head.index
    }

    pub(super) fn as_of(&self, asked: UnixMillis) -> AsOf {
        AsOf {
            time: self.head.time,
            checkpoint_size: self.checkpoint.size(),
            cosignatures: self.checkpoint.cosignatures().len(),
            cosigned_at: self.checkpoint.quorum_time(),
            asked,
        }
    }

    pub(super) fn time(&self) -> UnixMillis {
        self.head.time
    }
}
