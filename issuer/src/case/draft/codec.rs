//! The draft of a case in bytes: FORMAT.md, section 15.

use ledger::{
    cbor::{CborError, Reader, Writer},
    certificate::{LogGeneration, MAX_TEXT_LEN, Text, TextError, UnknownCode},
    position::{LeafIndex, PositionTooLarge},
    record::{IntegrityKind, IntegrityRecord, MAX_PROSE_LEN, RecordError, Subject, SubjectKind},
    time::{Date, NotADate},
};

use super::{ArchiveNote, CaseDraft, MAX_TARGETS, Target};
use crate::case::{CaseKind, Ground};

/// Most entries that one case adds to the integrity archive: one for each committee of a list.
const MAX_NOTES: usize = 256;
const VERSION: u64 = 1;
const FIELDS: usize = 17;
const RECORD_FIELDS: usize = 5;
const RESCIND_FIELDS: usize = 2;
/// Longest archive record in bytes: its prose and its texts.
const MAX_RECORD_LEN: usize = 2 * MAX_PROSE_LEN;

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

impl CaseDraft {
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
