//! How a recheck ends.

use ledger::{
    cbor::{Reader, Writer},
    certificate::{MAX_TEXT_LEN, Text},
    record::{MAX_PROSE_LEN, RecordError},
    time::Date,
};

/// Longest imported result in bytes; one takes less than 2 KiB.
const MAX_RESULT_LEN: usize = 16 * 1024;

/// How a recheck ends: a closed set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// 维持
    Upheld,
    /// 更正
    Corrected,
}

/// What a correction needs besides. Nothing changes on record by the outcome alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowUp {
    /// From failed to passed: a certificate is issued for the result that came with the outcome.
    Issue,
    /// From passed to failed: a case that cancels an error (更正注销).
    CancelError,
    /// What the certificate states is wrong: a corrected document is issued (换发).
    Reissue,
}

/// The decision on a recheck: the sealed payload of its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// 复查决定文号
    pub document: Text,
    /// Its date.
    pub decided_on: Date,
    /// Why.
    pub reasons: String,
    /// Of a correction from failed to passed: the approved result, as the journal holds imported ones.
    pub result: Option<Vec<u8>>,
}

impl Outcome {
    /// Its number in the journal.
    pub const fn number(self) -> u64 {
        match self {
            Self::Upheld => 1,
            Self::Corrected => 2,
        }
    }

    /// The outcome with this number.
    pub const fn from_number(number: u64) -> Option<Self> {
        match number {
            1 => Some(Self::Upheld),
            2 => Some(Self::Corrected),
            _ => None,
        }
    }

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Upheld => "upheld",
            Self::Corrected => "corrected",
        }
    }
}

impl FollowUp {
    /// Its number in the journal.
    pub const fn number(self) -> u64 {
        match self {
            Self::Issue => 1,
            Self::CancelError => 2,
            Self::Reissue => 3,
        }
    }

    /// The follow-up with this number.
    pub const fn from_number(number: u64) -> Option<Self> {
        match number {
            1 => Some(Self::Issue),
            2 => Some(Self::CancelError),
            3 => Some(Self::Reissue),
            _ => None,
        }
    }

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::CancelError => "cancel-error",
            Self::Reissue => "reissue",
        }
    }
}

impl Judgement {
    /// The payload's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.array(4)
            .text(self.document.as_str())
            .int(i64::from(self.decided_on.days()))
            .text(&self.reasons)
            .optional(self.result.as_deref(), |out, result| out.bytes(result));
        out.finish()
    }

    /// Parses exactly one decision.
    ///
    /// # Errors
    /// [`RecordError`]; it repeats nothing.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut input = Reader::new(bytes);
        input.array(4)?;
        let judgement = Self {
            document: Text::new(input.text(MAX_TEXT_LEN)?)?,
            decided_on: Date::from_days(input.int()?)?,
            reasons: input.text(MAX_PROSE_LEN)?.to_owned(),
            result: input
                .optional(|input| Ok::<_, RecordError>(input.bytes(MAX_RESULT_LEN)?.to_vec()))?,
        };
        input.finish()?;
        Ok(judgement)
    }
}
