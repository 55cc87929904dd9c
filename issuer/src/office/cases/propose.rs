//! Opening a case: the order is settled, its targets are looked up, and the draft is fixed.

use std::collections::BTreeMap;

use ledger::{
    authority::Role,
    certificate::{CertificateNumber, Text},
    log::read_private,
    position::LeafIndex,
    record::{IntegrityKind, IssuanceRecord, PersonalRecord, Subject, SubjectKind},
    rules::History as _,
    seal::Unsealed,
};

use super::{Office, OfficeError, Proposed};
use crate::{
    actions::{Action, CaseSignature, RegisteredCommittee},
    case::{ArchiveNote, CaseDraft, CaseFault, CaseId, CaseKind, Order, Target, TargetKind},
    random,
    signing::{SigningKeyFile, staff::Approval},
};

/// How long a revocation bars from applying, in months, where the decision says nothing else: three
/// years, as the national rule has it (the notice is silent).
pub const DEFAULT_BAR_MONTHS: u32 = 36;

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
        let signed = Approval::sign(proposer, &proposal);
        let by = CaseSignature {
            person: person.clone(),
            proposal,
            key: signed.key.to_bytes(),
            signature: signed.signature,
        };
        let action = Action::CaseProposed { kind: draft.kind.code(), by };
        let lines = self.note(Some(person.as_str()), vec![(action, Some(draft.encode()))])?;
        let line = lines.first().copied().ok_or(OfficeError::StatusUnreadable)?;
        Ok(Proposed { case: CaseId::of_line(line), draft: proposal })
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

    /// What the decision puts into the integrity archive (clause 五(二)).
    fn notes(&self, order: &Order) -> Result<Vec<ArchiveNote>, OfficeError> {
        let first = order.targets.first().copied();
        Ok(match (order.kind, first) {
            (CaseKind::RevokeTitle, Some(title)) => {
                let until = order.decided_on.plus_months(DEFAULT_BAR_MONTHS)?;
                let subject = applicant(&self.person(title)?);
                let bar = Some((order.decided_on, until));
                vec![ArchiveNote { subject, kind: IntegrityKind::TitleRevoked, bar }]
            }
            (CaseKind::NotRecognise, _) => self.not_recognised(&order.targets)?,
            (CaseKind::SuspendAuthority, Some(authority)) => self
                .committee_at(authority)?
                .map(|committee| {
                    note(committee_subject(&committee), IntegrityKind::ReviewSuspended)
                })
                .transpose()?
                .into_iter()
                .collect(),
            (CaseKind::CancelAuthority, Some(authority)) => self
                .committee_at(authority)?
                .map(|committee| {
                    note(unit_subject(&committee), IntegrityKind::ReviewAuthorityCancelled)
                })
                .transpose()?
                .into_iter()
                .collect(),
            (
                CaseKind::RevokeTitle
                | CaseKind::CancelError
                | CaseKind::RestoreTitle
                | CaseKind::SuspendAuthority
                | CaseKind::ReinstateAuthority
                | CaseKind::CancelAuthority,
                _,
            ) => Vec::new(),
        })
    }

    /// One entry for each committee whose titles are not recognised.
    fn not_recognised(&self, titles: &[LeafIndex]) -> Result<Vec<ArchiveNote>, OfficeError> {
        let mut committees = BTreeMap::new();
        let mut asked = BTreeMap::new();
        for &title in titles {
            let Some(issuance) = self.registry.issuance(title)? else { continue };
            let authority = issuance.authority;
            if asked.insert(authority, ()).is_none()
                && let Some(committee) = self.committee_at(authority)?
            {
                committees.insert(committee.code.clone(), committee);
            }
        }
        let kind = IntegrityKind::ReviewNotRecognised;
        committees.values().map(|committee| note(committee_subject(committee), kind)).collect()
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

fn note(
    subject: Result<Subject, OfficeError>,
    kind: IntegrityKind,
) -> Result<ArchiveNote, OfficeError> {
    Ok(ArchiveNote { subject: subject?, kind, bar: None })
}

fn applicant(person: &PersonalRecord) -> Subject {
    Subject {
        kind: SubjectKind::Applicant,
        name: person.name.clone(),
        identifier: person.document_number.clone(),
    }
}

fn committee_subject(committee: &RegisteredCommittee) -> Result<Subject, OfficeError> {
    let identifier = Text::new(&committee.code)?;
    Ok(Subject { kind: SubjectKind::Committee, name: committee.name.clone(), identifier })
}

fn unit_subject(committee: &RegisteredCommittee) -> Result<Subject, OfficeError> {
    Ok(Subject {
        kind: SubjectKind::ConveningUnit,
        name: committee.convening_unit.clone(),
        identifier: Text::new(&committee.convening_code)?,
    })
}
