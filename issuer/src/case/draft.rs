//! The draft of a case: everything that two persons agree to, in final form. From it, and from who the
//! two were, the entries follow byte for byte; so an approved case is itself the intent that a crash
//! cannot lose, and approving it again would give the same commitments.

mod codec;

use ledger::{
    certificate::{LogGeneration, Text, TextError},
    entry::Decision,
    position::LeafIndex,
    record::{
        ArchiveEntry, Correction, CorrectionKind, DecisionRecord, IntegrityKind, IntegrityRecord,
        Salt, Subject,
    },
    time::Date,
};
use sha2::{Digest as _, Sha256};

pub use self::codec::DraftFault;
use super::{CaseKind, Ground, Settled};
use crate::signing::staff::{ProposalHash, ProposalKind, StaffId};

/// Most titles in one case. It bounds what two persons answer for at once, and the batch that follows.
pub const MAX_TARGETS: usize = 10_000;
/// Separates the salts of records from every other hash.
const SALT_CONTEXT: &[u8] = b"title-ledger/case-salt/v1\0";

/// One title or authority, and the last decision on it when the case was proposed. Another one since
/// then makes the draft stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Its index.
    pub index: LeafIndex,
    /// The last status change on it.
    pub previous: Option<LeafIndex>,
}

/// An entry that the case adds to the integrity archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArchiveNote {
    /// Records what the decision found.
    Record {
        /// Whom it is about.
        subject: Subject,
        /// What it says.
        kind: IntegrityKind,
        /// First and last day on which the subject may not apply.
        bar: Option<(Date, Date)>,
    },
    /// Rescinds an earlier entry: its title was restored.
    Rescind {
        /// Its index.
        entry: LeafIndex,
        /// What it says.
        record: Box<IntegrityRecord>,
    },
}

/// What two persons agree to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseDraft {
    /// The log.
    pub log: LogGeneration,
    /// The deciding authority.
    pub authority: LeafIndex,
    /// What is decided.
    pub kind: CaseKind,
    /// Whom it is about, ascending.
    pub targets: Vec<Target>,
    /// 决定文号
    pub document: Text,
    /// The clause.
    pub clause: Text,
    /// The legal basis in words.
    pub basis: String,
    /// The facts found.
    pub reasons: String,
    /// 决定日
    pub decided_on: Date,
    /// 送达日
    pub served_on: Option<Date>,
    /// The statement of remedy.
    pub remedy: Option<String>,
    /// 陈述申辩记录; stays in the case's file.
    pub heard: Option<String>,
    /// What a correction or restoration rests on; stays in the case's file.
    pub ground: Option<Ground>,
    /// On an authority whose key was compromised: its last entry that is still good.
    pub last_valid_index: Option<LeafIndex>,
    /// What goes into the integrity archive.
    pub notes: Vec<ArchiveNote>,
    /// Fresh random bytes, of which the records' salts are made.
    pub seed: [u8; 32],
}

/// What one target's decision puts on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionPair {
    /// The public part, to be signed.
    pub decision: Decision,
    /// The private part.
    pub record: DecisionRecord,
}

impl CaseDraft {
    /// The draft of a settled order on targets that were looked up.
    ///
    /// # Errors
    /// None for the kinds' own clauses.
    pub fn new(
        settled: Settled,
        log: LogGeneration,
        authority: LeafIndex,
        targets: Vec<Target>,
        notes: Vec<ArchiveNote>,
        seed: [u8; 32],
    ) -> Result<Self, TextError> {
        let clause = settled.clause()?;
        let order = settled.into_order();
        Ok(Self {
            log,
            authority,
            kind: order.kind,
            targets,
            document: order.document,
            clause,
            basis: order.basis.unwrap_or_default(),
            reasons: order.reasons,
            decided_on: order.decided_on,
            served_on: order.served_on,
            remedy: order.remedy,
            heard: order.heard,
            ground: order.ground,
            last_valid_index: order.last_valid_index,
            notes,
            seed,
        })
    }

    /// What the two persons sign.
    pub fn proposal(&self) -> ProposalHash {
        ProposalHash::of(ProposalKind::StatusChange, [self.encode()])
    }

    /// The decisions that follow, one for each target in their order.
    ///
    /// # Errors
    /// None: staff identifiers are texts.
    pub fn decisions(
        &self,
        proposer: &StaffId,
        approver: &StaffId,
    ) -> Result<Vec<DecisionPair>, TextError> {
        let (proposer, approver) = (Text::new(proposer.as_str())?, Text::new(approver.as_str())?);
        let pair = |target: &Target| {
            let record = DecisionRecord {
                salt: self.salt(b"decision", target.index.get()),
                number_salt: self.salt(b"number", target.index.get()),
                document_number: self.document.clone(),
                clause: self.clause.clone(),
                basis: self.basis.clone(),
                reasons: self.reasons.clone(),
                decided_on: self.decided_on,
                served_on: self.served_on,
                remedy: self.remedy.clone(),
                proposer: proposer.clone(),
                approver: approver.clone(),
            };
            let decision = Decision {
                log: self.log,
                authority: self.authority,
                target: target.index,
                previous: target.previous,
                status: self.kind.status(),
                decided_on: self.decided_on,
                // An entry that stands further on under the same key has no good issuance.
                last_valid_index: self.last_valid_index.map(|last| last.max(target.index)),
                record: record.commitment(),
                number: record.number_commitment(),
            };
            DecisionPair { decision, record }
        };
        Ok(self.targets.iter().map(pair).collect())
    }

    /// The archive entries that follow.
    pub fn archive(&self) -> Vec<ArchiveEntry> {
        let entry = |(number, note): (u64, &ArchiveNote)| {
            let salt = self.salt(b"archive", number);
            match note {
                ArchiveNote::Record { subject, kind, bar } => {
                    ArchiveEntry::recorded(IntegrityRecord {
                        salt,
                        subject: subject.clone(),
                        kind: *kind,
                        conduct: self.reasons.clone(),
                        clause: self.clause.clone(),
                        decision: self.document.clone(),
                        decided_on: self.decided_on,
                        bar_from: bar.map(|(from, _)| from),
                        bar_until: bar.map(|(_, until)| until),
                    })
                }
                ArchiveNote::Rescind { entry, record } => ArchiveEntry {
                    record: IntegrityRecord { salt, ..(**record).clone() },
                    correction: Some(Correction {
                        kind: CorrectionKind::Rescinded,
                        entry: *entry,
                        reason: self.reasons.clone(),
                        decision: self.document.clone(),
                        decided_on: self.decided_on,
                    }),
                },
            }
        };
        (0..).zip(&self.notes).map(entry).collect()
    }

    fn salt(&self, purpose: &[u8], number: u64) -> Salt {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(SALT_CONTEXT)
            .chain_update(self.seed)
            .chain_update(purpose)
            .chain_update(number.to_be_bytes())
            .finalize()
            .into();
        let (salt, _) = digest.split_first_chunk().unwrap_or((&[0; 16], &[]));
        Salt::from_random(*salt)
    }
}
