//! Lines about the integrity archive and the supervision records beside it.

use ledger::{
    cbor::{Reader, Writer},
    digest::Commitment,
    journal::JournalSequence,
    position::LeafIndex,
};

use super::ActionError;
use crate::{archive::supervision::SupervisionKind, signing::staff::ProposalHash};

/// Most entries that one disclosure names.
const MAX_DISCLOSED: usize = 10_000;

/// What a spot check found something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleFound {
    /// The anchor that fixed the population.
    pub sample: LeafIndex,
    /// The document that was looked at.
    pub index: LeafIndex,
}

/// A line about the archive or a supervision record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArchiveAction {
    /// An entry of the archive is about to be appended. Payload: its private record, final bytes.
    Intended {
        /// The entry's commitment.
        entry: Commitment,
        /// The proposal that two persons signed.
        proposal: ProposalHash,
    },
    /// Entries were shown to somebody who is no member of staff.
    Disclosed {
        /// Who asked: 2 applicant, 3 employer, 4 department.
        asker: u64,
        /// Which entries.
        entries: Vec<LeafIndex>,
    },
    /// A supervision record. Payload: the record.
    Supervised {
        /// What happened.
        kind: SupervisionKind,
        /// The proposal that two persons signed; none for a report by the public.
        proposal: Option<ProposalHash>,
        /// The spot check that found it, if one did.
        found: Option<SampleFound>,
    },
    /// A supervision record was closed with a finding. Payload: the finding, UTF-8.
    SupervisionClosed {
        /// The line of the record.
        record: JournalSequence,
        /// The proposal that two persons signed.
        proposal: ProposalHash,
    },
}

impl ArchiveAction {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Intended { .. } => INTENDED,
            Self::Disclosed { .. } => DISCLOSED,
            Self::Supervised { .. } => SUPERVISED,
            Self::SupervisionClosed { .. } => SUPERVISION_CLOSED,
        }
    }

    pub(super) fn write(&self, out: &mut Writer) {
        match self {
            Self::Intended { entry, proposal } => {
                out.array(2).bytes(entry.as_bytes()).bytes(proposal.as_bytes());
            }
            Self::Disclosed { asker, entries } => {
                out.array(2).uint(*asker).array(entries.len());
                for entry in entries {
                    out.uint(entry.get());
                }
            }
            Self::Supervised { kind, proposal, found } => {
                out.array(2 + usize::from(found.is_some()) * 2)
                    .uint(kind.number())
                    .optional(*proposal, |out, proposal| out.bytes(proposal.as_bytes()));
                if let Some(SampleFound { sample, index }) = found {
                    out.uint(sample.get()).uint(index.get());
                }
            }
            Self::SupervisionClosed { record, proposal } => {
                out.array(2).uint(record.get()).bytes(proposal.as_bytes());
            }
        }
    }

    /// Reads the data of a line; none for a kind that is not of this topic.
    pub(super) fn read(kind: &str, input: &mut Reader<'_>) -> Result<Option<Self>, ActionError> {
        if ![INTENDED, DISCLOSED, SUPERVISED, SUPERVISION_CLOSED].contains(&kind) {
            return Ok(None);
        }
        let malformed = input.not_allowed("number of fields");
        let fields = input.array_up_to(4)?;
        if fields != 2 && !(kind == SUPERVISED && fields == 4) {
            return Err(malformed.into());
        }
        let proposal = |input: &mut Reader<'_>| input.digest().map(ProposalHash::from_bytes);
        let action = match kind {
            INTENDED => {
                let entry = Commitment::from_bytes(input.digest()?);
                Self::Intended { entry, proposal: proposal(input)? }
            }
            DISCLOSED => Self::Disclosed {
                asker: input.uint()?,
                entries: (0..input.array_up_to(MAX_DISCLOSED)?)
                    .map(|_| Ok(LeafIndex::new(input.uint()?)?))
                    .collect::<Result<_, ActionError>>()?,
            },
            SUPERVISED => Self::Supervised {
                kind: SupervisionKind::from_number(input.uint()?)?,
                proposal: input.optional(proposal)?,
                found: match fields {
                    4 => Some(SampleFound {
                        sample: LeafIndex::new(input.uint()?)?,
                        index: LeafIndex::new(input.uint()?)?,
                    }),
                    _ => None,
                },
            },
            _ => Self::SupervisionClosed {
                record: JournalSequence::new(input.uint()?)?,
                proposal: proposal(input)?,
            },
        };
        Ok(Some(action))
    }
}

const INTENDED: &str = "archive-intended";
const DISCLOSED: &str = "archive-disclosed";
const SUPERVISED: &str = "supervision-recorded";
const SUPERVISION_CLOSED: &str = "supervision-closed";

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn a_supervision_record_names_its_spot_check_or_none_and_never_half_of_it() {
        let index = |index| LeafIndex::new(index).unwrap();
        let found = Some(SampleFound { sample: index(70), index: index(12) });
        let proposal = Some(ProposalHash::from_bytes([7; 32]));
        for found in [None, found] {
            let kind = SupervisionKind::InspectionFinding;
            let written = ArchiveAction::Supervised { kind, proposal, found };
            let mut out = Writer::new();
            written.write(&mut out);
            let bytes = out.finish();
            let mut input = Reader::new(&bytes);
            assert_eq!(ArchiveAction::read(SUPERVISED, &mut input).unwrap(), Some(written));
            input.finish().unwrap();
        }
        for fields in [1, 3] {
            let mut out = Writer::new();
            out.array(fields).uint(4).null().uint(70);
            assert!(ArchiveAction::read(SUPERVISED, &mut Reader::new(&out.finish())).is_err());
        }
        let mut out = Writer::new();
        out.array(4).uint(4).bytes(&[7; 32]).uint(70).uint(12);
        let bytes = out.finish();
        assert!(ArchiveAction::read(SUPERVISION_CLOSED, &mut Reader::new(&bytes)).is_err());
    }
}
