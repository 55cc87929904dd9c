//! Journal lines of cases.

use ledger::{
    cbor::{Reader, Writer},
    cose::SIGNATURE_LEN,
    journal::JournalSequence,
};

use super::{ActionError, codec::MAX_TEXT_LEN};
use crate::{
    case::CaseId,
    signing::staff::{Approval, ProposalHash, StaffId},
};

/// One person's signature under a case's draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseSignature {
    /// Who.
    pub person: StaffId,
    /// The draft's hash.
    pub proposal: ProposalHash,
    /// The key that signed.
    pub key: [u8; 32],
    /// Its signature: of approval, or of refusal where the line is a refusal.
    pub signature: [u8; SIGNATURE_LEN],
}

/// How an approved case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseEnd {
    /// What follows from it is on record.
    Recorded,
    /// The rules of the log refused it.
    Failed {
        /// The rule; no personal data.
        reason: String,
    },
}

impl CaseSignature {
    /// A person's approval of a draft.
    pub(crate) fn of(person: StaffId, proposal: ProposalHash, approval: &Approval) -> Self {
        Self { person, proposal, key: approval.key.to_bytes(), signature: approval.signature }
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        out.text(self.person.as_str())
            .bytes(self.proposal.as_bytes())
            .bytes(&self.key)
            .bytes(&self.signature);
    }

    pub(crate) fn read(input: &mut Reader<'_>) -> Result<Self, ActionError> {
        Ok(Self {
            person: StaffId::new(input.text(MAX_TEXT_LEN)?)?,
            proposal: ProposalHash::from_bytes(input.digest()?),
            key: input.byte_array()?,
            signature: input.byte_array()?,
        })
    }
}

pub(super) fn read_case(input: &mut Reader<'_>) -> Result<CaseId, ActionError> {
    Ok(CaseId::of_line(JournalSequence::new(input.uint()?)?))
}

impl CaseEnd {
    pub(super) fn write(&self, out: &mut Writer) {
        let reason = match self {
            Self::Recorded => None,
            Self::Failed { reason } => Some(reason.as_str()),
        };
        out.optional(reason, Writer::text);
    }

    pub(super) fn read(input: &mut Reader<'_>) -> Result<Self, ActionError> {
        let reason =
            input.optional(|input| Ok::<_, ActionError>(input.text(MAX_TEXT_LEN)?.to_owned()))?;
        Ok(reason.map_or(Self::Recorded, |reason| Self::Failed { reason }))
    }
}
