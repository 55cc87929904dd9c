//! Supervision records: in the journal only, made and closed by two persons. A report by the public is
//! made by nobody and closed by two.

use std::collections::BTreeSet;

use ledger::journal::JournalSequence;

use super::{Office, OfficeError, journal::Line};
use crate::{
    actions::{Action, ArchiveAction, SampleFound},
    archive::supervision::{
        SupervisionKind, SupervisionOrder, SupervisionRecord, SupervisionRefusal, finding,
    },
    registry::SupervisionRow,
    signing::{
        SigningKeyFile,
        staff::{ProposalHash, ProposalKind},
    },
};

/// A supervision record with what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupervisionView {
    /// Its line, kind and end.
    pub row: SupervisionRow,
    /// What it says; none when it was erased.
    pub record: Option<SupervisionRecord>,
    /// The finding that closed it; none while it is open, or when it was erased.
    pub finding: Option<String>,
}

impl Office {
    /// Makes a supervision record.
    ///
    /// # Errors
    /// [`OfficeError::Supervision`]: the first field that is wrong.
    pub fn supervise(
        &mut self,
        order: &SupervisionOrder<'_>,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<JournalSequence, OfficeError> {
        self.supervised(order, None, proposer, approver)
    }

    /// Makes a supervision record, perhaps of what a spot check found: in one line, so that nothing can
    /// part the two.
    pub(super) fn supervised(
        &mut self,
        order: &SupervisionOrder<'_>,
        found: Option<SampleFound>,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<JournalSequence, OfficeError> {
        let record = order.record(self.today())?;
        let line = |proposal| ArchiveAction::Supervised { kind: record.kind, proposal, found };
        let unsigned = line(Some(ProposalHash::from_bytes([0; 32])));
        let proposal = self.supervision_proposal(unsigned, &record.encode());
        self.approve(ProposalKind::Supervision, proposal, proposer, approver)?;
        let line = self.supervision_line(&record, line(Some(proposal)))?;
        self.one_line(line)
    }

    /// Closes a supervision record of a kind with a finding.
    ///
    /// # Errors
    /// [`OfficeError::Supervision`]: no such record, closed already, or no finding.
    pub fn close_supervision(
        &mut self,
        record: JournalSequence,
        kind: SupervisionKind,
        text: &str,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<JournalSequence, OfficeError> {
        let row = self.supervision_row(record, Some(kind))?;
        if let Some(by) = row.closed {
            return Err(SupervisionRefusal::Closed { by }.into());
        }
        let text = finding(text)?;
        let line = |proposal| ArchiveAction::SupervisionClosed { record, proposal };
        let unsigned = line(ProposalHash::from_bytes([0; 32]));
        let proposal = self.supervision_proposal(unsigned, text.as_bytes());
        self.approve(ProposalKind::Supervision, proposal, proposer, approver)?;
        self.one_line((Action::Archive(line(proposal)), Some(text.into_bytes())))
    }

    /// Every supervision record, in the order in which they were made; of one kind, if one is named.
    pub fn supervisions(
        &self,
        kind: Option<SupervisionKind>,
    ) -> Result<Vec<SupervisionRow>, OfficeError> {
        let rows = self.registry.supervisions()?.into_iter();
        Ok(rows.filter(|row| kind.is_none_or(|kind| row.kind == kind)).collect())
    }

    /// One supervision record with what it says.
    ///
    /// # Errors
    /// [`OfficeError::Supervision`]: no such record.
    pub fn supervision(&self, line: JournalSequence) -> Result<SupervisionView, OfficeError> {
        let row = self.supervision_row(line, None)?;
        let record = self.payload_of(line)?;
        let record = record.map(|payload| SupervisionRecord::decode(&payload)).transpose()?;
        let finding = match row.closed {
            Some(by) => self.payload_of(by)?,
            None => None,
        };
        let text = |payload: Vec<u8>| String::from_utf8_lossy(&payload).into_owned();
        Ok(SupervisionView { row, record, finding: finding.map(text) })
    }

    pub(super) fn keep_supervision(
        &mut self,
        record: &SupervisionRecord,
    ) -> Result<JournalSequence, OfficeError> {
        let action = ArchiveAction::Supervised { kind: record.kind, proposal: None, found: None };
        let line = self.supervision_line(record, action)?;
        self.one_line(line)
    }

    fn supervision_line(
        &self,
        record: &SupervisionRecord,
        action: ArchiveAction,
    ) -> Result<Line, OfficeError> {
        let payload = record.encode();
        self.check_room(payload.len() as u64)?;
        Ok((Action::Archive(action), Some(payload)))
    }

    fn supervision_row(
        &self,
        line: JournalSequence,
        kind: Option<SupervisionKind>,
    ) -> Result<SupervisionRow, OfficeError> {
        let row = self.registry.supervision(line)?;
        let row = row.filter(|row| kind.is_none_or(|kind| row.kind == kind));
        Ok(row.ok_or(SupervisionRefusal::NoSuchRecord { line })?)
    }

    /// The line as it will stand but for the proposal, its payload, and where the journal stands: so an
    /// old approval approves nothing new.
    fn supervision_proposal(&self, unsigned: ArchiveAction, payload: &[u8]) -> ProposalHash {
        let line = Action::Archive(unsigned).encode();
        let before = self.journal_head().chain.as_bytes().to_vec();
        ProposalHash::of(ProposalKind::Supervision, [line, payload.to_vec(), before])
    }

    fn one_line(&mut self, line: Line) -> Result<JournalSequence, OfficeError> {
        let lines = self.note(None, vec![line])?;
        lines.first().copied().ok_or(OfficeError::StatusUnreadable)
    }

    /// The payload of a line; none when it was erased.
    fn payload_of(&self, line: JournalSequence) -> Result<Option<Vec<u8>>, OfficeError> {
        match self.payloads(&BTreeSet::from([line])) {
            Ok(lines) => Ok(lines.first().map(|line| line.payload.to_vec())),
            Err(OfficeError::PayloadErased { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
