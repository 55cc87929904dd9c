//! Putting on record what follows from an approved case; also after a crash.

use ed25519_dalek::Signer as _;
use ledger::{
    entry::{Entry, UnsignedStatusChange},
    position::LeafIndex,
    rules::{History as _, RuleError},
};
use std::sync::Arc;

use super::{CaseContent, Office, OfficeError, Recorded};
use crate::{
    actions::{Action, CaseEnd},
    case::{CaseDraft, CaseId, CaseState},
    registry::CaseRow,
    sequencer::{Placed, Prepared, Submission, SubmitError},
    signing::{SigningKeyFile, staff::StaffId, x509::read_certificate},
};

impl Office {
    /// The entries that follow from a draft that these two agreed on, signed by the bureau.
    pub(super) fn entries_of(
        &mut self,
        draft: &CaseDraft,
        proposer: &StaffId,
        approver: &StaffId,
    ) -> Result<Vec<Prepared>, OfficeError> {
        let (_, key) = self.deciding_key()?;
        let mut entries = Vec::with_capacity(draft.targets.len() + draft.notes.len());
        for pair in draft.decisions(proposer, approver)? {
            let unsigned = UnsignedStatusChange::new(&pair.decision);
            let signature = key.key().sign(&unsigned.to_be_signed()).to_bytes();
            let change = Entry::StatusChange(unsigned.with_signature(signature)?);
            entries.push(Prepared::new(change, Some(pair.record.encode().into())));
        }
        for record in draft.archive() {
            let entry = Entry::IntegrityRecord(record.commitment());
            entries.push(Prepared::new(entry, Some(record.encode().into())));
        }
        Ok(entries)
    }

    /// Appends the entries of an approved case in one batch, and ends the case.
    pub(super) fn carry_out(
        &mut self,
        case: CaseId,
        draft: &CaseDraft,
        entries: Vec<Prepared>,
    ) -> Result<Recorded, OfficeError> {
        let placed = match self.sequencer.submit(Submission { entries }).wait() {
            Ok(placed) => placed,
            Err(error) => return Err(self.fail(case, error.into())?),
        };
        self.end_case(case, CaseEnd::Recorded)?;
        Ok(recorded(case, draft, placed))
    }

    /// Ends every case that was approved and whose end is not journalled: what is on record is noted,
    /// what is not is appended now.
    pub(in crate::office) fn settle_cases(&mut self) -> Result<(), OfficeError> {
        for row in self.registry.cases()? {
            if row.state == CaseState::Approved {
                self.settle_case(&row)?;
            }
        }
        Ok(())
    }

    fn settle_case(&mut self, row: &CaseRow) -> Result<(), OfficeError> {
        match self.content_of(row)? {
            CaseContent::Decision(draft) => self.settle_decisions(row, &draft),
            CaseContent::Batch(draft) => self.settle_batch(row, draft),
            CaseContent::Reissue(draft) => self.settle_reissue(row, &draft),
        }
    }

    fn settle_decisions(&mut self, row: &CaseRow, draft: &CaseDraft) -> Result<(), OfficeError> {
        let line = row.id.line().get();
        let (_, second) = row.decided.as_ref().ok_or(OfficeError::LineMissing { line })?;
        let (proposer, approver) = (&row.proposed.person, &second.person);
        // All of a case stands in one batch: the first tells of all.
        let first = draft.decisions(proposer, approver)?.into_iter().next();
        let commitment = first.ok_or(OfficeError::LineMissing { line })?.decision.record;
        if self.registry.commitment(&commitment)?.is_some() {
            return self.end_case(row.id, CaseEnd::Recorded);
        }
        let entries = self.entries_of(draft, proposer, approver)?;
        match self.carry_out(row.id, draft, entries) {
            // The case ended, though not as it was meant to.
            Ok(_) | Err(OfficeError::Submit(SubmitError::Rule(RuleError::Broken { .. }))) => Ok(()),
            Err(error) => Err(error),
        }
    }

    pub(super) fn end_case(&mut self, case: CaseId, end: CaseEnd) -> Result<(), OfficeError> {
        self.note(None, vec![(Action::CaseEnded { case, end }, None)])?;
        Ok(())
    }

    /// The bureau's deciding key with its place in the log. The file is opened once: opening it is
    /// meant to be slow.
    pub(super) fn deciding_key(&mut self) -> Result<(LeafIndex, Arc<SigningKeyFile>), OfficeError> {
        if let Some((index, key)) = &self.deciding {
            return Ok((*index, key.clone()));
        }
        let path = self.layout.key("decide.pem");
        let index = self.authority_index(&read_certificate(&path)?)?;
        let index = index.ok_or(OfficeError::NoAuthority { certificate: path })?;
        let key = self.layout.key("decide.key");
        let key = Arc::new(SigningKeyFile::load(&key, &self.passphrase, self.examples)?);
        self.deciding = Some((index, key.clone()));
        Ok((index, key))
    }
}

fn recorded(case: CaseId, draft: &CaseDraft, placed: Placed) -> Recorded {
    let mut events = placed.indices;
    let archive = events.split_off(draft.targets.len().min(events.len()));
    Recorded { case, events, archive, issued: Vec::new() }
}
