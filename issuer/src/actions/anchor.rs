//! Lines about anchors: something that two persons fix at a point of the log.

use ledger::{
    cbor::{Reader, Writer},
    digest::Commitment,
    entry::AnchorPurpose,
};

use super::ActionError;
use crate::signing::staff::ProposalHash;

/// An anchor that two persons approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnchorIntent {
    /// What it fixes.
    pub purpose: AnchorPurpose,
    /// SHA-256 of its private record.
    pub anchor: Commitment,
    /// The proposal that two persons signed.
    pub proposal: ProposalHash,
}

impl AnchorIntent {
    pub(super) fn write(&self, out: &mut Writer) {
        out.array(3)
            .uint(self.purpose.code())
            .bytes(self.anchor.as_bytes())
            .bytes(self.proposal.as_bytes());
    }

    pub(super) fn read(input: &mut Reader<'_>) -> Result<Self, ActionError> {
        input.array(3)?;
        Ok(Self {
            purpose: AnchorPurpose::from_code(input.uint()?)?,
            anchor: Commitment::from_bytes(input.digest()?),
            proposal: ProposalHash::from_bytes(input.digest()?),
        })
    }
}
