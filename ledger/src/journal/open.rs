//! What is checked before a journal is written to, or trusted: all of it, against its last anchor.

use std::io::Read;

use crate::{
    journal::{
        Erasures, JournalFault, JournalHead, JournalPlace, JournalProblem, JournalReader,
        chain::{ChainHash, RecordCount},
    },
    store::StoreError,
};

/// Why a journal must not be gone on with.
#[derive(Debug, thiserror::Error)]
pub enum JournalOpenError {
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something in it is wrong.
    #[error("the journal is damaged: {0}")]
    Fault(#[from] JournalFault),
    /// It has fewer records than the log says it had.
    #[error(
        "the journal ends at {end}, but the log's last head anchored {anchored} records: records \
         were lost"
    )]
    Shorter {
        /// How many records the anchor counts.
        anchored: RecordCount,
        /// Where the journal ends.
        end: JournalPlace,
    },
    /// It has other records than the log says it had.
    #[error(
        "the journal differs from what the log's last head anchored: at {place} its chain is \
         {found}, not {anchored}"
    )]
    Different {
        /// The chain hash in the anchor.
        anchored: ChainHash,
        /// The chain hash there.
        found: ChainHash,
        /// The place of the anchor. A record before it was changed.
        place: JournalPlace,
    },
}

/// A last record that was never completed, and never acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DroppedTail {
    /// Where the journal ends without it.
    pub at: JournalPlace,
    /// How many bytes of it there were.
    pub bytes: u64,
}

/// What a whole journal holds, once it fits its anchor.
#[derive(Debug)]
pub struct CheckedJournal {
    /// Where its last complete record ends.
    pub end: JournalPlace,
    /// An incomplete record after that.
    pub tail: Option<DroppedTail>,
    /// The erasures it accounts for.
    pub erasures: Erasures,
}

/// Reads a whole journal and compares it with the last anchor (none, if the log has none yet).
///
/// An incomplete record beyond the anchor is reported in the answer; everything else that is wrong
/// is an error. A journal without any byte, or with part of its header, is one without records.
pub fn check_against_anchor(
    input: impl Read,
    origin: &str,
    anchor: Option<JournalHead>,
) -> Result<CheckedJournal, JournalOpenError> {
    let mut reader = match JournalReader::open(input, origin) {
        Ok(reader) => reader,
        Err(fault) => {
            let end = JournalPlace { offset: 0, head: JournalHead::empty(origin) };
            let tail = incomplete_tail(fault, end)?;
            let checked = CheckedJournal { end, tail: Some(tail), erasures: Erasures::default() };
            return not_shorter(checked, anchor);
        }
    };
    let mut erasures = Erasures::default();
    let tail = loop {
        compare(reader.place(), anchor)?;
        match reader.read_next() {
            Ok(Some(record)) => {
                // The reader has checked erasure lines already.
                if let Ok(Some(place)) = record.erasure() {
                    erasures.note(place);
                }
            }
            Ok(None) => break None,
            Err(fault) => break Some(incomplete_tail(fault, reader.place())?),
        }
    };
    not_shorter(CheckedJournal { end: reader.place(), tail, erasures }, anchor)
}

fn incomplete_tail(fault: JournalFault, at: JournalPlace) -> Result<DroppedTail, JournalFault> {
    match fault.problem {
        JournalProblem::Incomplete { present } => Ok(DroppedTail { at, bytes: present }),
        _ => Err(fault),
    }
}

fn compare(place: JournalPlace, anchor: Option<JournalHead>) -> Result<(), JournalOpenError> {
    match anchor {
        Some(anchor) if anchor.count == place.head.count && anchor.chain != place.head.chain => {
            let (anchored, found) = (anchor.chain, place.head.chain);
            Err(JournalOpenError::Different { anchored, found, place })
        }
        _ => Ok(()),
    }
}

fn not_shorter(
    checked: CheckedJournal,
    anchor: Option<JournalHead>,
) -> Result<CheckedJournal, JournalOpenError> {
    match anchor {
        Some(anchor) if anchor.count > checked.end.head.count => {
            Err(JournalOpenError::Shorter { anchored: anchor.count, end: checked.end })
        }
        _ => Ok(checked),
    }
}
