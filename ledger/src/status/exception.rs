//! One exception: what is on record about a title, a document or an authority that is not simply
//! valid.

use super::Status;
use crate::{
    cbor::{CborError, Reader, Writer},
    certificate::UnknownCode,
    digest::LeafHash,
    position::{LeafIndex, PositionTooLarge},
    time::{Date, NotADate},
};

/// Most suspensions one authority can have had.
///
/// Security: bounds an exception's size. A year's rectification cycle suspends once or twice; an
/// authority with 64 suspensions has been cancelled long before.
pub const MAX_SUSPENSIONS: usize = 64;

/// An index whose status is not simply `valid`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// The title's or document's issuance, or the authority entry.
    pub index: LeafIndex,
    /// The title's status on its first index, an authority's on its entry, `valid` elsewhere.
    pub status: Status,
    /// The issuance that replaced this document.
    pub superseded_by: Option<LeafIndex>,
    /// The last status change; on a document that was only superseded, the reissue.
    pub event: LeafIndex,
    /// On a revoked authority whose key was compromised: its last good entry.
    pub last_valid_index: Option<LeafIndex>,
    /// An authority's suspensions, oldest first.
    pub suspensions: Vec<Suspension>,
}

/// A time in which an authority's reviews do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspension {
    /// The status change that began it.
    pub event: LeafIndex,
    /// Its first day.
    pub from: Date,
    /// How it ended.
    pub ended: Option<SuspensionEnd>,
}

/// The end of a suspension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SuspensionEnd {
    /// The status change that ended it.
    pub event: LeafIndex,
    /// The first day after it.
    pub until: Date,
}

/// Why bytes are no exception.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExceptionError {
    /// Not the CBOR structure.
    #[error("exception: {0}")]
    Cbor(#[from] CborError),
    /// A status that does not exist.
    #[error("exception: {0}")]
    Code(#[from] UnknownCode),
    /// A date outside the calendar.
    #[error("exception: {0}")]
    Date(#[from] NotADate),
    /// A position outside every log.
    #[error("exception: {0}")]
    Position(#[from] PositionTooLarge),
    /// It says nothing: valid, not superseded, never suspended.
    #[error("exception {index} states nothing exceptional")]
    NotExceptional {
        /// Its index.
        index: LeafIndex,
    },
}

impl Suspension {
    /// Whether `date` lies in it: from its first day up to the day of its end, exclusive.
    pub fn covers(&self, date: Date) -> bool {
        self.from <= date && self.ended.is_none_or(|end| date < end.until)
    }
}

impl Exception {
    /// The encoded exception: a leaf of the status tree and an item of the list file.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.array(6)
            .uint(self.index.get())
            .uint(self.status.code())
            .optional(self.superseded_by, |out, index| out.uint(index.get()))
            .uint(self.event.get())
            .optional(self.last_valid_index, |out, index| out.uint(index.get()))
            .array(self.suspensions.len());
        for suspension in &self.suspensions {
            out.array(4)
                .uint(suspension.event.get())
                .int(i64::from(suspension.from.days()))
                .optional(suspension.ended, |out, end| out.uint(end.event.get()))
                .optional(suspension.ended, |out, end| out.int(i64::from(end.until.days())));
        }
        out.finish()
    }

    /// Parses exactly one exception.
    pub fn decode(bytes: &[u8]) -> Result<Self, ExceptionError> {
        let mut input = Reader::new(bytes);
        let exception = Self::read(&mut input)?;
        input.finish()?;
        Ok(exception)
    }

    /// Its leaf hash in the status tree.
    pub fn leaf_hash(&self) -> LeafHash {
        LeafHash::of(&self.encode())
    }

    pub(super) fn read(input: &mut Reader<'_>) -> Result<Self, ExceptionError> {
        input.array(6)?;
        let exception = Self {
            index: read_index(input)?,
            status: Status::from_code(input.uint()?)?,
            superseded_by: input.optional(read_index)?,
            event: read_index(input)?,
            last_valid_index: input.optional(read_index)?,
            suspensions: (0..input.array_up_to(MAX_SUSPENSIONS)?)
                .map(|_| read_suspension(input))
                .collect::<Result<_, _>>()?,
        };
        if exception.is_exceptional() {
            Ok(exception)
        } else {
            Err(ExceptionError::NotExceptional { index: exception.index })
        }
    }

    /// Whether it belongs on the list.
    pub(super) fn is_exceptional(&self) -> bool {
        self.status != Status::Valid || self.superseded_by.is_some() || !self.suspensions.is_empty()
    }
}

fn read_suspension(input: &mut Reader<'_>) -> Result<Suspension, ExceptionError> {
    input.array(4)?;
    let event = read_index(input)?;
    let from = read_date(input)?;
    let not_both = input.not_allowed("suspension end");
    let ended = match (input.optional(read_index)?, input.optional(read_date)?) {
        (Some(event), Some(until)) => Some(SuspensionEnd { event, until }),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => return Err(not_both.into()),
    };
    Ok(Suspension { event, from, ended })
}

fn read_date(input: &mut Reader<'_>) -> Result<Date, ExceptionError> {
    Ok(Date::from_days(input.int()?)?)
}

fn read_index(input: &mut Reader<'_>) -> Result<LeafIndex, ExceptionError> {
    Ok(LeafIndex::new(input.uint()?)?)
}
