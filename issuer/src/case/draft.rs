//! The draft of a case: everything that two persons agree to, in final form. From it, and from who the
//! two were, the entries follow byte for byte; so an approved case is itself the intent that a crash
//! cannot lose, and approving it again would give the same commitments.
//!
//! In bytes: FORMAT.md, section 15.

use ledger::{
    cbor::{CborError, Reader, Writer},
    certificate::{LogGeneration, MAX_TEXT_LEN, Text, TextError, UnknownCode},
    entry::Decision,
    position::{LeafIndex, PositionTooLarge},
    record::{
        ArchiveEntry, Correction, CorrectionKind, DecisionRecord, IntegrityKind, IntegrityRecord,
        MAX_PROSE_LEN, RecordError, Salt, Subject, SubjectKind,
    },
    time::{Date, NotADate},
};
use sha2::{Digest as _, Sha256};

use super::{CaseKind, Ground, Settled};
use crate::signing::staff::{ProposalHash, ProposalKind, StaffId};

/// Most titles in one case. It bounds what two persons answer for at once, and the batch that follows.
pub const MAX_TARGETS: usize = 10_000;
/// Most entries that one case adds to the integrity archive: one for each committee of a list.
const MAX_NOTES: usize = 256;
const VERSION: u64 = 1;
const FIELDS: usize = 17;
const RECORD_FIELDS: usize = 5;
const RESCIND_FIELDS: usize = 2;
/// Longest archive record in bytes: its prose and its texts.
const MAX_RECORD_LEN: usize = 2 * MAX_PROSE_LEN;
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

/// Why bytes are no draft. No content is repeated: it is personal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftFault {
    /// Not the CBOR structure.
    #[error("case draft: {0}")]
    Cbor(#[from] CborError),
    /// A text is refused.
    #[error("case draft: {0}")]
    Text(#[from] TextError),
    /// A date outside the calendar.
    #[error("case draft: {0}")]
    Date(#[from] NotADate),
    /// A position outside every log.
    #[error("case draft: {0}")]
    Position(#[from] PositionTooLarge),
    /// A code that its table does not have.
    #[error("case draft: {0}")]
    Code(#[from] UnknownCode),
    /// The record that is to be rescinded is none.
    #[error("case draft: {0}")]
    Record(#[from] RecordError),
    /// Targets not strictly ascending, or none.
    #[error("case draft: the targets are not strictly ascending")]
    Targets,
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

    /// The draft's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.array(FIELDS)
            .uint(VERSION)
            .uint(u64::from(self.log.get()))
            .uint(self.authority.get())
            .uint(self.kind.code())
            .array(self.targets.len());
        for target in &self.targets {
            out.array(2).uint(target.index.get());
            write_index(&mut out, target.previous);
        }
        out.text(self.document.as_str())
            .text(self.clause.as_str())
            .text(&self.basis)
            .text(&self.reasons)
            .int(i64::from(self.decided_on.days()))
            .optional(self.served_on, write_date)
            .optional(self.remedy.as_deref(), Writer::text)
            .optional(self.heard.as_deref(), Writer::text)
            .optional(self.ground, |out, ground| out.uint(ground.code()));
        write_index(&mut out, self.last_valid_index);
        out.array(self.notes.len());
        for note in &self.notes {
            write_note(&mut out, note);
        }
        out.bytes(&self.seed).finish()
    }

    /// Parses exactly one draft.
    ///
    /// # Errors
    /// [`DraftFault`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DraftFault> {
        let mut input = Reader::new(bytes);
        input.array(FIELDS)?;
        let version = input.not_allowed("version");
        if input.uint()? != VERSION {
            return Err(version.into());
        }
        let log = read_generation(&mut input)?;
        let authority = LeafIndex::new(input.uint()?)?;
        let unknown = input.not_allowed("kind of case");
        let kind = CaseKind::from_code(input.uint()?).ok_or(unknown)?;
        let draft = Self {
            log,
            authority,
            kind,
            targets: read_targets(&mut input)?,
            document: Text::new(input.text(MAX_TEXT_LEN)?)?,
            clause: Text::new(input.text(MAX_TEXT_LEN)?)?,
            basis: input.text(MAX_PROSE_LEN)?.to_owned(),
            reasons: input.text(MAX_PROSE_LEN)?.to_owned(),
            decided_on: read_date(&mut input)?,
            served_on: input.optional(read_date)?,
            remedy: input.optional(read_prose)?,
            heard: input.optional(read_prose)?,
            ground: input.optional(read_ground)?,
            last_valid_index: input.optional(read_index)?,
            notes: (0..input.array_up_to(MAX_NOTES)?)
                .map(|_| read_note(&mut input))
                .collect::<Result<_, DraftFault>>()?,
            seed: input.byte_array()?,
        };
        input.finish()?;
        Ok(draft)
    }
}

fn write_index(out: &mut Writer, index: Option<LeafIndex>) {
    out.optional(index, |out, index| out.uint(index.get()));
}

fn write_date(out: &mut Writer, date: Date) -> &mut Writer {
    out.int(i64::from(date.days()))
}

fn read_date(input: &mut Reader<'_>) -> Result<Date, DraftFault> {
    Ok(Date::from_days(input.int()?)?)
}

fn read_prose(input: &mut Reader<'_>) -> Result<String, DraftFault> {
    Ok(input.text(MAX_PROSE_LEN)?.to_owned())
}

fn read_index(input: &mut Reader<'_>) -> Result<LeafIndex, DraftFault> {
    Ok(LeafIndex::new(input.uint()?)?)
}

fn read_ground(input: &mut Reader<'_>) -> Result<Ground, DraftFault> {
    let unknown = input.not_allowed("ground");
    Ok(Ground::from_code(input.uint()?).ok_or(unknown)?)
}

fn read_generation(input: &mut Reader<'_>) -> Result<LogGeneration, DraftFault> {
    let beyond = input.not_allowed("log generation");
    let generation = u8::try_from(input.uint()?).map_err(|_beyond| beyond)?;
    Ok(LogGeneration::new(generation))
}

fn read_targets(input: &mut Reader<'_>) -> Result<Vec<Target>, DraftFault> {
    let mut targets: Vec<Target> = Vec::new();
    for _ in 0..input.array_up_to(MAX_TARGETS)? {
        input.array(2)?;
        let index = read_index(input)?;
        if targets.last().is_some_and(|last| last.index >= index) {
            return Err(DraftFault::Targets);
        }
        targets.push(Target { index, previous: input.optional(read_index)? });
    }
    if targets.is_empty() { Err(DraftFault::Targets) } else { Ok(targets) }
}

fn write_note(out: &mut Writer, note: &ArchiveNote) {
    match note {
        ArchiveNote::Record { subject, kind, bar } => {
            out.array(RECORD_FIELDS)
                .uint(subject.kind.code())
                .text(subject.name.as_str())
                .text(subject.identifier.as_str())
                .uint(kind.code())
                .optional(*bar, |out, (from, until)| {
                    write_date(write_date(out.array(2), from), until)
                });
        }
        ArchiveNote::Rescind { entry, record } => {
            out.array(RESCIND_FIELDS).uint(entry.get()).bytes(&record.encode());
        }
    }
}

fn read_note(input: &mut Reader<'_>) -> Result<ArchiveNote, DraftFault> {
    let unknown = input.not_allowed("kind of archive note");
    match input.array_up_to(RECORD_FIELDS)? {
        RECORD_FIELDS => {
            let subject = Subject {
                kind: SubjectKind::from_code(input.uint()?)?,
                name: Text::new(input.text(MAX_TEXT_LEN)?)?,
                identifier: Text::new(input.text(MAX_TEXT_LEN)?)?,
            };
            let kind = IntegrityKind::from_code(input.uint()?)?;
            let bar = input.optional(|input| {
                input.array(2)?;
                Ok::<_, DraftFault>((read_date(input)?, read_date(input)?))
            })?;
            Ok(ArchiveNote::Record { subject, kind, bar })
        }
        RESCIND_FIELDS => {
            let entry = read_index(input)?;
            let record = IntegrityRecord::decode(input.bytes(MAX_RECORD_LEN)?)?;
            Ok(ArchiveNote::Rescind { entry, record: Box::new(record) })
        }
        _ => Err(unknown.into()),
    }
}
