//! The decision to erase. The ledger's own lines of kind `erasure`, one for each place, follow it.

use ledger::{
    cbor::{Reader, Writer},
    journal::JournalSequence,
    position::LeafIndex,
    seal::SealPlace,
};

use super::ActionError;
use crate::signing::staff::ProposalHash;

/// Most places of one decision: a person's documents, decisions and their lines.
const MAX_PLACES: usize = 1024;
/// Longest reason, with room to spare.
const MAX_REASON_LEN: usize = 512;

const LOG_RECORD: u64 = 1;
const JOURNAL_PAYLOAD: u64 = 2;

/// Two persons decided to erase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureDecided {
    /// The proposal that they signed.
    pub proposal: ProposalHash,
    /// Why; names nobody.
    pub reason: String,
    /// What is erased, ascending.
    pub places: Vec<SealPlace>,
    /// The keyed hash of a certificate number with the index of its document: so that a look-up by
    /// number says "erased" afterwards, though nobody can read the number here.
    pub numbers: Vec<([u8; 32], LeafIndex)>,
    /// The keyed hash of an issued result's key with the line that imported it: so that the same list,
    /// imported again, issues nothing twice.
    pub results: Vec<([u8; 32], JournalSequence)>,
}

impl ErasureDecided {
    pub(super) fn write(&self, out: &mut Writer) {
        out.array(5).bytes(self.proposal.as_bytes()).text(&self.reason);
        out.array(self.places.len());
        for place in &self.places {
            let what = match place {
                SealPlace::LogRecord(_) => LOG_RECORD,
                SealPlace::JournalPayload(_) => JOURNAL_PAYLOAD,
            };
            out.array(2).uint(what).uint(place.position());
        }
        out.array(self.numbers.len());
        for (number, index) in &self.numbers {
            out.array(2).bytes(number).uint(index.get());
        }
        out.array(self.results.len());
        for (result, line) in &self.results {
            out.array(2).bytes(result).uint(line.get());
        }
    }

    pub(super) fn read(input: &mut Reader<'_>) -> Result<Self, ActionError> {
        input.array(5)?;
        Ok(Self {
            proposal: ProposalHash::from_bytes(input.digest()?),
            reason: input.text(MAX_REASON_LEN)?.to_owned(),
            places: (0..input.array_up_to(MAX_PLACES)?)
                .map(|_| read_place(input))
                .collect::<Result<_, _>>()?,
            numbers: (0..input.array_up_to(MAX_PLACES)?)
                .map(|_| {
                    input.array(2)?;
                    Ok((input.byte_array()?, LeafIndex::new(input.uint()?)?))
                })
                .collect::<Result<_, ActionError>>()?,
            results: (0..input.array_up_to(MAX_PLACES)?)
                .map(|_| {
                    input.array(2)?;
                    Ok((input.byte_array()?, JournalSequence::new(input.uint()?)?))
                })
                .collect::<Result<_, ActionError>>()?,
        })
    }
}

fn read_place(input: &mut Reader<'_>) -> Result<SealPlace, ActionError> {
    input.array(2)?;
    let unknown = input.not_allowed("what is erased");
    let what = input.uint()?;
    let position = input.uint()?;
    match what {
        LOG_RECORD => Ok(SealPlace::LogRecord(LeafIndex::new(position)?)),
        JOURNAL_PAYLOAD => Ok(SealPlace::JournalPayload(JournalSequence::new(position)?)),
        _ => Err(unknown.into()),
    }
}
