//! Where a sealed payload lies. The place is authenticated with the payload, so that a ciphertext
//! moved to another index, another file or another log does not open.

use std::fmt;

use crate::position::{LeafIndex, MAX_TREE_SIZE, PositionTooLarge};

/// The position of one record in the journal, counted from zero. It is not a log index.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JournalSequence(u64);

impl JournalSequence {
    /// The first record of a journal.
    pub const FIRST: Self = Self(0);

    /// A sequence below [`MAX_TREE_SIZE`]; the journal has the same bound as the log, for the same
    /// reason: arithmetic on it cannot overflow.
    pub fn new(value: u64) -> Result<Self, PositionTooLarge> {
        if value < MAX_TREE_SIZE { Ok(Self(value)) } else { Err(PositionTooLarge { value }) }
    }

    /// The sequence as a number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The sequence of the record after this one.
    pub fn next(self) -> Result<Self, PositionTooLarge> {
        Self::new(self.0 + 1)
    }
}

impl fmt::Display for JournalSequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for JournalSequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "journal #{}", self.0)
    }
}

/// The place of one sealed payload: in the log's private bundles or in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SealPlace {
    /// The private record of the log entry at this index.
    LogRecord(LeafIndex),
    /// The sealed payload of this journal record.
    JournalPayload(JournalSequence),
}

impl SealPlace {
    /// The position as a number within its own domain.
    pub const fn position(self) -> u64 {
        match self {
            Self::LogRecord(index) => index.get(),
            Self::JournalPayload(sequence) => sequence.get(),
        }
    }

    /// `purpose ‖ "/" ‖ domain ‖ LF ‖ origin ‖ LF ‖ position (u64, big-endian)`.
    ///
    /// Unambiguous because neither the domain strings nor a log origin contains a line feed.
    pub(super) fn associated_data(self, purpose: &str, origin: &str) -> Vec<u8> {
        let domain = match self {
            Self::LogRecord(_) => "log-record",
            Self::JournalPayload(_) => "journal-payload",
        };
        let mut data = format!("{purpose}/{domain}\n{origin}\n").into_bytes();
        data.extend_from_slice(&self.position().to_be_bytes());
        data
    }
}

impl fmt::Display for SealPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LogRecord(index) => write!(f, "private record {index}"),
            Self::JournalPayload(sequence) => write!(f, "journal payload {sequence}"),
        }
    }
}
