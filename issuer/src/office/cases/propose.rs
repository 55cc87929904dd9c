//! Opening a case: the order is settled, its targets are looked up, and the draft is fixed.

use ledger::{
    authority::Role,
    certificate::CertificateNumber,
    log::read_private,
    position::LeafIndex,
    record::{IssuanceRecord, PersonalRecord},
    rules::History as _,
    seal::Unsealed,
};

use super::{Office, OfficeError, Proposed};
use crate::{
    actions::CaseSignature,
    case::{CaseDraft, CaseFault, CaseKind, Matter, Order, Target, TargetKind},
    random,
    signing::{SigningKeyFile, staff::Approval},
};

impl Office {
    /// Opens a case: one person proposes it.
    ///
    /// # Errors
    /// [`CaseFault`] names what the order lacks or may not do; nothing is journalled then.
    pub fn propose_case(
        &mut self,
        order: Order,
        proposer: &SigningKeyFile,
    ) -> Result<Proposed, OfficeError> {
        let person = self.proposer(proposer)?;
        let settled = self.citing_overdue(order)?.settle(self.clock.now().beijing_date())?;
        let order = settled.order();
        let targets = self.targets(order.kind, &order.targets)?;
        self.check_together(order.kind, &order.targets, order.last_valid_index)?;
        let notes = self.notes(order)?;
        let (authority, _) = self.deciding_key()?;
        let seed = random::bytes(self.random.as_mut())?;
        let log = self.settings.generation;
        let draft = CaseDraft::new(settled, log, authority, targets, notes, seed)?;
        let proposal = draft.proposal();
        let by = CaseSignature::of(person, proposal, &Approval::sign(proposer, &proposal));
        self.note_proposed(Matter::Decision(draft.kind), by, draft.encode())
    }

    /// The title that a certificate number names: its first issuance.
    ///
    /// # Errors
    /// [`OfficeError::NoSuchNumber`].
    pub fn title(&self, number: &CertificateNumber) -> Result<LeafIndex, OfficeError> {
        let missing = || OfficeError::NoSuchNumber { number: number.to_string() };
        self.registry.by_number(number)?.first().copied().ok_or_else(missing)
    }

    /// Looks the targets up, with what is decided on them now, and applies the table of statuses.
    fn targets(&self, kind: CaseKind, indices: &[LeafIndex]) -> Result<Vec<Target>, OfficeError> {
        let exceptions = self.exceptions()?;
        let mut targets = Vec::with_capacity(indices.len());
        for &index in indices {
            if !self.is_target(kind, index)? {
                return Err(CaseFault::NoTarget { kind, target: index }.into());
            }
            let status = exceptions.status(index);
            if !kind.may_follow(status) {
                return Err(CaseFault::Transition { kind, target: index, status }.into());
            }
            targets.push(Target { index, previous: self.registry.last_decision(index)? });
        }
        Ok(targets)
    }

    fn is_target(&self, kind: CaseKind, index: LeafIndex) -> Result<bool, OfficeError> {
        Ok(match kind.target() {
            TargetKind::Title | TargetKind::Titles => {
                self.registry.issuance(index)?.is_some_and(|issuance| issuance.title.is_none())
            }
            TargetKind::Authority => {
                self.registry.authority(index)?.is_some_and(|entry| entry.role == Role::Issue)
            }
        })
    }

    /// The personal record behind an issuance.
    pub(in crate::office) fn person(
        &self,
        title: LeafIndex,
    ) -> Result<PersonalRecord, OfficeError> {
        let size = self.registry.log_position()?.0;
        let origin = self.origin()?;
        match read_private(&*self.store, &self.kek, &origin, title, size)? {
            Some(Unsealed::Opened(bytes)) => {
                let record = IssuanceRecord::decode(&bytes)?;
                Ok(PersonalRecord::decode(&record.personal)?)
            }
            Some(Unsealed::Erased) | None => Err(OfficeError::NoPrivateRecord { index: title }),
        }
    }
}
