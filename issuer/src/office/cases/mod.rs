//! Cases in the office: proposed by one person, approved or refused by another, and then put on record.
//!
//! Nothing of a case is acknowledged before its journal line is durable. The approval is the intent:
//! from it and the draft the entries follow byte for byte, so that a crash after it loses nothing and
//! does nothing twice.

mod batch;
mod carry_out;
mod entries;
mod notes;
mod propose;
mod reissue;
mod view;

use ledger::position::LeafIndex;

pub use self::{batch::ProposedBatch, view::CaseView};
use super::{Office, OfficeError};
use crate::{
    actions::{Action, CaseSignature},
    case::{
        self, BatchDraft, CaseDraft, CaseFault, CaseId, CaseState, Field, Matter, Order,
        ReissueDraft,
    },
    registry::CaseRow,
    signing::{
        SigningKeyFile,
        staff::{Approval, ApprovalError, Part, ProposalHash, Refusal, StaffId, TwoPersons},
    },
};

/// A case that was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposed {
    /// Its number.
    pub case: CaseId,
    /// The hash of its draft: what the second person approves.
    pub draft: ProposalHash,
}

/// What a case put on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The case.
    pub case: CaseId,
    /// The status changes, in the order of their targets.
    pub events: Vec<LeafIndex>,
    /// The entries of the integrity archive.
    pub archive: Vec<LeafIndex>,
    /// The certificates that were issued.
    pub issued: Vec<LeafIndex>,
}

/// What a case would put on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseContent {
    /// Decisions.
    Decision(CaseDraft),
    /// First certificates.
    Batch(BatchDraft),
    /// A corrected document.
    Reissue(ReissueDraft),
}

impl Office {
    /// Proposes and approves in one go, with both persons at hand.
    ///
    /// # Errors
    /// As for [`Office::propose_case`] and [`Office::approve_case`]; two keys that are not two
    /// persons' are refused before anything is journalled.
    pub fn decide(
        &mut self,
        order: Order,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<Recorded, OfficeError> {
        TwoPersons::hold(&proposer.public_key(), &approver.public_key(), &self.staff)?;
        let Proposed { case, draft } = self.propose_case(order, proposer)?;
        self.approve_case(case, draft, approver)
    }

    /// Approves a case as a second person, and puts what follows on record. `seen` is the hash of the
    /// draft that this person looked at.
    ///
    /// # Errors
    /// A refusal leaves the case as it was: it is closed, the draft is another one or out of date, or
    /// the two are not two persons who are registered now. After the approval is journalled, a rule of
    /// the log that refuses what follows ends the case as failed; any other failure is finished when
    /// the directory is opened again.
    pub fn approve_case(
        &mut self,
        case: CaseId,
        seen: ProposalHash,
        approver: &SigningKeyFile,
    ) -> Result<Recorded, OfficeError> {
        let row = self.open_case(case)?;
        let content = self.content_of(&row)?;
        let by = self.second_person(&row, seen, approver)?;
        match content {
            CaseContent::Decision(draft) => {
                self.check_current(case, &draft)?;
                // Made before anything is journalled: keys that do not open refuse it, too.
                let entries = self.entries_of(&draft, &row.proposed.person, &by.person)?;
                self.note_approved(case, by)?;
                self.carry_out(case, &draft, entries)
            }
            CaseContent::Batch(draft) => self.approve_batch(&row, draft, by),
            CaseContent::Reissue(draft) => self.approve_reissue(&row, &draft, by),
        }
    }

    /// The second person's signature, if it makes two persons with the first one's.
    fn second_person(
        &self,
        row: &CaseRow,
        seen: ProposalHash,
        approver: &SigningKeyFile,
    ) -> Result<CaseSignature, OfficeError> {
        let proposed = row.proposed.proposal;
        if seen != proposed {
            let (case, matter) = (row.id, row.matter);
            return Err(CaseFault::OtherDraft { case, matter, proposed }.into());
        }
        let second = Approval::sign(approver, &proposed);
        let first = approval(&row.proposed)?;
        let approved = TwoPersons::new(proposed, &first, &second, &self.staff)?;
        // Whose key it is now need not be who proposed, or was off the staff meanwhile.
        let staff = self.registry.staff()?;
        let proposer = staff.iter().find(|member| member.id == *approved.proposer());
        if proposer.is_none_or(|proposer| proposer.since > row.id.line()) {
            return Err(ApprovalError::RegisteredSince { part: Part::Proposer }.into());
        }
        Ok(CaseSignature::of(approved.approver().clone(), proposed, &second))
    }

    fn note_proposed(
        &mut self,
        matter: Matter,
        by: CaseSignature,
        draft: Vec<u8>,
    ) -> Result<Proposed, OfficeError> {
        let (actor, proposal) = (by.person.clone(), by.proposal);
        let line = (Action::CaseProposed { kind: matter.code(), by }, Some(draft));
        let lines = self.note(Some(actor.as_str()), vec![line])?;
        let line = lines.first().copied().ok_or(OfficeError::StatusUnreadable)?;
        Ok(Proposed { case: CaseId::of_line(line), draft: proposal })
    }

    fn note_approved(&mut self, case: CaseId, by: CaseSignature) -> Result<(), OfficeError> {
        let actor = by.person.clone();
        self.note(Some(actor.as_str()), vec![(Action::CaseApproved { case, by }, None)])?;
        Ok(())
    }

    /// Who proposes with this key.
    fn proposer(&self, key: &SigningKeyFile) -> Result<StaffId, ApprovalError> {
        let unknown = ApprovalError::UnknownKey { part: Part::Proposer };
        Ok(self.staff.owner(&key.public_key()).ok_or(unknown)?.id.clone())
    }

    /// Refuses a case, or takes one's own back.
    ///
    /// # Errors
    /// The case is closed, no reason is given or a too long one, or the key is nobody's.
    pub fn refuse_case(
        &mut self,
        case: CaseId,
        reason: &str,
        by: &SigningKeyFile,
    ) -> Result<(), OfficeError> {
        let row = self.open_case(case)?;
        case::prose(row.matter, Field::Reasons, reason)?;
        let unknown = ApprovalError::UnknownKey { part: Part::Approver };
        let person = self.staff.owner(&by.public_key()).ok_or(unknown)?.id.clone();
        let proposal = row.proposed.proposal;
        let Refusal { key, signature } = Refusal::sign(by, &proposal);
        let by = CaseSignature { person, proposal, key: key.to_bytes(), signature };
        let actor = by.person.clone();
        let line = (Action::CaseRefused { case, by }, Some(reason.as_bytes().to_vec()));
        self.note(Some(actor.as_str()), vec![line])?;
        Ok(())
    }

    /// A case that waits for its second person.
    fn open_case(&self, case: CaseId) -> Result<CaseRow, OfficeError> {
        let row = self.registry.case(case)?.ok_or(CaseFault::NoSuchCase { case })?;
        if row.state != CaseState::Proposed {
            let (matter, state) = (row.matter, row.state);
            return Err(CaseFault::Closed { case, matter, state }.into());
        }
        Ok(row)
    }

    /// The draft of a case, if it is the one that was signed. The certificates of a batch are checked
    /// when they are drafted again.
    fn content_of(&self, row: &CaseRow) -> Result<CaseContent, OfficeError> {
        let line = row.id.line();
        let missing = || OfficeError::LineMissing { line: line.get() };
        let opened = self.payloads(&std::iter::once(line).collect())?.pop().ok_or_else(missing)?;
        content(row, &opened.payload)
    }

    /// Every case with its draft, in one pass over the journal. Those that were erased are left out.
    pub(super) fn contents(&self) -> Result<Vec<(CaseRow, CaseContent)>, OfficeError> {
        let mut rows = std::collections::BTreeMap::new();
        for row in self.registry.cases()? {
            let line = row.id.line();
            if self.registry.erased(ledger::seal::SealPlace::JournalPayload(line))?.is_none() {
                rows.insert(line, row);
            }
        }
        let opened = self.payloads(&rows.keys().copied().collect())?;
        let read = |line: super::journal::OpenedLine| {
            let row = rows.remove(&line.at)?;
            Some(content(&row, &line.payload).map(|content| (row, content)))
        };
        opened.into_iter().filter_map(read).collect()
    }
}

/// A case's draft, if it is the one that was signed.
fn content(row: &CaseRow, payload: &[u8]) -> Result<CaseContent, OfficeError> {
    let content = match row.matter {
        Matter::Decision(_) => CaseContent::Decision(CaseDraft::decode(payload)?),
        Matter::IssueBatch => CaseContent::Batch(BatchDraft::decode(payload)?),
        Matter::Reissue => CaseContent::Reissue(ReissueDraft::decode(payload)?),
    };
    let proposal = match &content {
        CaseContent::Decision(draft) => draft.proposal(),
        CaseContent::Reissue(draft) => draft.proposal(),
        CaseContent::Batch(_) => row.proposed.proposal,
    };
    match proposal == row.proposed.proposal {
        true => Ok(content),
        false => Err(OfficeError::LineMissing { line: row.id.line().get() }),
    }
}

fn approval(signed: &CaseSignature) -> Result<Approval, ApprovalError> {
    let key = ed25519_dalek::VerifyingKey::from_bytes(&signed.key)
        .map_err(|_no_key| ApprovalError::UnknownKey { part: Part::Proposer })?;
    Ok(Approval { key, signature: signed.signature })
}
