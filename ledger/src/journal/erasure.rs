//! Erasure lines: which keys were destroyed, and by whom. It is the one kind of record that the
//! ledger itself understands, because the audit fails an erased key without its line.
//!
//! The line's data is the CBOR array `[what, position]`: 1 = private record of the log entry at that
//! index, 2 = payload of the journal record with that sequence.

use std::collections::BTreeSet;

use crate::{
    cbor::{CborError, Reader, Writer},
    position::LeafIndex,
    seal::{JournalSequence, SealPlace},
};

/// The kind of an erasure line.
pub const ERASURE_KIND: &str = "erasure";

const LOG_RECORD: u64 = 1;
const JOURNAL_PAYLOAD: u64 = 2;

/// The places whose erasure the journal accounts for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Erasures {
    places: BTreeSet<SealPlace>,
}

impl Erasures {
    /// Notes what an erasure line said.
    pub fn note(&mut self, place: SealPlace) {
        self.places.insert(place);
    }

    /// Whether the journal says that this place was erased.
    pub fn account_for(&self, place: SealPlace) -> bool {
        self.places.contains(&place)
    }

    /// The places in order, those of the log first.
    pub fn iter(&self) -> impl Iterator<Item = SealPlace> {
        self.places.iter().copied()
    }
}

pub(super) fn erasure_data(place: SealPlace) -> Vec<u8> {
    let what = match place {
        SealPlace::LogRecord(_) => LOG_RECORD,
        SealPlace::JournalPayload(_) => JOURNAL_PAYLOAD,
    };
    Writer::new().array(2).uint(what).uint(place.position()).finish()
}

pub(super) fn parse_erasure(data: &[u8]) -> Result<SealPlace, CborError> {
    let mut reader = Reader::new(data);
    reader.array(2)?;
    let unknown = reader.not_allowed("what was erased");
    let what = reader.uint()?;
    let out_of_range = reader.not_allowed("position");
    let position = reader.uint()?;
    reader.finish()?;
    match what {
        LOG_RECORD => LeafIndex::new(position).map(SealPlace::LogRecord),
        JOURNAL_PAYLOAD => JournalSequence::new(position).map(SealPlace::JournalPayload),
        _ => return Err(unknown),
    }
    .map_err(|_too_large| out_of_range)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;
    use crate::cbor::CborFault;

    #[test]
    fn an_erasure_that_was_written_is_read_back() {
        for place in [
            SealPlace::LogRecord(LeafIndex::new(70_000).unwrap()),
            SealPlace::JournalPayload(JournalSequence::new(3).unwrap()),
        ] {
            assert_eq!(parse_erasure(&erasure_data(place)), Ok(place));
        }
    }

    #[test]
    fn refuses_an_erasure_of_something_unknown() {
        let fault = parse_erasure(&[0x82, 0x03, 0x00]).unwrap_err().fault;
        assert_eq!(fault, CborFault::NotAllowed { field: "what was erased" });
    }

    #[test]
    fn an_erasure_in_the_log_does_not_account_for_one_in_the_journal() {
        let mut erasures = Erasures::default();
        erasures.note(SealPlace::LogRecord(LeafIndex::new(3).unwrap()));
        let journal = SealPlace::JournalPayload(JournalSequence::new(3).unwrap());
        assert!(!erasures.account_for(journal));
    }
}
