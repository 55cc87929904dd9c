//! Opening a case: the order is settled, its targets are looked up, and the draft is fixed.

use ledger::{
    authority::Role,
    certificate::CertificateNumber,
    position::LeafIndex,
    record::PersonalRecord,
    rules::History as _,
    status::{MAX_SUSPENSIONS, Status},
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
        let targets = self.targets(order)?;
        self.check_together(order.kind, &order.targets, order.last_valid_index)?;
        let notes = self.notes(&settled)?;
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
    fn targets(&self, order: &Order) -> Result<Vec<Target>, OfficeError> {
        let (kind, exceptions) = (order.kind, self.exceptions()?);
        let size = self.registry.log_position()?.0;
        let mut targets = Vec::with_capacity(order.targets.len());
        for &index in &order.targets {
            if !self.is_target(kind, index)? {
                return Err(CaseFault::NoTarget { kind, target: index }.into());
            }
            let status = exceptions.status(index);
            if !kind.may_follow(status) {
                return Err(CaseFault::Transition { kind, target: index, status }.into());
            }
            let suspensions = exceptions.get(index).map_or(&[][..], |known| &known.suspensions);
            if kind.status() == Status::Suspended && suspensions.len() == MAX_SUSPENSIONS {
                return Err(CaseFault::TooManySuspensions { kind, target: index }.into());
            }
            let began =
                suspensions.last().filter(|last| last.ended.is_none()).map(|last| last.from);
            if let Some(from) = began.filter(|from| order.decided_on < *from) {
                let decided_on = order.decided_on;
                return Err(CaseFault::SuspensionReversed { kind, from, decided_on }.into());
            }
            targets.push(Target { index, previous: self.registry.last_decision(index)? });
        }
        if let Some(last) = order.last_valid_index.filter(|last| last.get() >= size.get()) {
            return Err(CaseFault::LastValidAhead { kind, last, size }.into());
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

    /// A title's holder, as its newest document has them: what was corrected since the first one counts.
    pub(super) fn holder(&self, title: LeafIndex) -> Result<PersonalRecord, OfficeError> {
        let index = self.exceptions()?.current_document(title);
        self.person_of(index)?.ok_or(OfficeError::NoPrivateRecord { index })
    }
}
