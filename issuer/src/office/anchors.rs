//! Anchors: what two persons fix at a point of the log, so that nobody can say later it was otherwise.

use ledger::{
    digest::Commitment,
    entry::{Anchor, AnchorPurpose, Entry},
    position::LeafIndex,
};

use super::{Office, OfficeError};
use crate::{
    actions::{Action, AnchorIntent},
    sequencer::{Prepared, Submission},
    signing::{
        SigningKeyFile,
        staff::{ProposalHash, ProposalKind},
    },
};

impl Office {
    /// Has two persons fix a private record, which begins with random bytes: so no earlier approval
    /// approves it. Its index, once it is journalled and on record.
    pub(super) fn fix(
        &mut self,
        purpose: AnchorPurpose,
        record: Vec<u8>,
        kind: ProposalKind,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<LeafIndex, OfficeError> {
        self.check_room(2 * record.len() as u64)?;
        let entry = anchor_entry(purpose, &record);
        let proposal = ProposalHash::of(kind, [entry.entry.encode()]);
        self.approve(kind, proposal, proposer, approver)?;
        let anchor = Commitment::to(&record);
        let intent = Action::AnchorIntended(AnchorIntent { purpose, anchor, proposal });
        self.note(None, vec![(intent, Some(record))])?;
        // From here on a crash leads to the same anchor: opening the directory appends it.
        self.append_intended(anchor, Submission { entries: vec![entry] })
    }
}

/// The log entry that fixes a private record.
pub(super) fn anchor_entry(purpose: AnchorPurpose, record: &[u8]) -> Prepared {
    let anchor = Anchor { purpose, commitment: Commitment::to(record) };
    Prepared::new(Entry::Anchor(anchor), Some(record.to_vec().into()))
}
