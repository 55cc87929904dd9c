//! Private records: what stands behind the commitments of the public log. Each begins with 16 random
//! bytes, so that nobody can guess a record and test the guess against the log.

mod archive;
mod decision;
mod integrity;
mod personal;

pub use self::{
    archive::{ArchiveEntry, Correction, CorrectionKind},
    decision::DecisionRecord,
    integrity::{IntegrityKind, IntegrityRecord, Subject, SubjectKind},
    personal::{DocumentKind, IssuanceRecord, PersonalRecord, Sex},
};
use crate::{
    cbor::{CborError, Reader, Writer},
    certificate::{Text, TextError, UnknownCode},
    time::{Date, NotADate},
};

/// Length of the random bytes that begin a record.
pub const SALT_LEN: usize = 16;

/// The random bytes that begin a record and make its commitment unguessable.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; SALT_LEN]);

impl Salt {
    /// Bytes fresh from a random source; each used for one record.
    pub const fn from_random(bytes: [u8; SALT_LEN]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; SALT_LEN] {
        &self.0
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, CborError> {
        input.byte_array().map(Self)
    }
}

impl std::fmt::Debug for Salt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Salt(…)")
    }
}

/// Longest prose field (reasons, conduct) in bytes: a page of Chinese text.
///
/// Security: bounds a private record, and with it what an audit allocates for one.
pub const MAX_PROSE_LEN: usize = 8 * 1024;

/// Why bytes are no private record. No content is repeated: it is personal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Not the CBOR structure.
    #[error("record: {0}")]
    Cbor(#[from] CborError),
    /// A code that its table does not have.
    #[error("record: {0}")]
    Code(#[from] UnknownCode),
    /// A text is refused.
    #[error("record: {0}")]
    Text(#[from] TextError),
    /// A date is refused.
    #[error("record: {0}")]
    Date(#[from] NotADate),
    /// A position that no log has.
    #[error("record: {0}")]
    Position(#[from] crate::position::PositionTooLarge),
    /// A kind of integrity entry that its subject cannot have.
    #[error("record: the kind {kind:?} does not apply to a subject of kind {subject:?}")]
    SubjectNotAllowed {
        /// The kind of entry.
        kind: IntegrityKind,
        /// The kind of subject.
        subject: SubjectKind,
    },
}

fn read_text(input: &mut Reader<'_>) -> Result<Text, RecordError> {
    Ok(Text::new(input.text(crate::certificate::MAX_TEXT_LEN)?)?)
}

fn read_prose(input: &mut Reader<'_>) -> Result<String, RecordError> {
    Ok(input.text(MAX_PROSE_LEN)?.to_owned())
}

fn write_date(out: &mut Writer, date: Date) -> &mut Writer {
    out.int(i64::from(date.days()))
}

fn read_date(input: &mut Reader<'_>) -> Result<Date, RecordError> {
    Ok(Date::from_days(input.int()?)?)
}
