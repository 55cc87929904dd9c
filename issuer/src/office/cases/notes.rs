//! What a decision puts into the integrity archive, in the same batch (clause 五(二)).

use std::collections::{BTreeMap, BTreeSet};

use ledger::{
    certificate::Text,
    position::LeafIndex,
    record::{DecisionRecord, IntegrityKind, PersonalRecord, Subject, SubjectKind},
    rules::History as _,
};

use super::{Office, OfficeError};
use crate::{
    actions::RegisteredCommittee,
    archive::{Judged, Standing, has_clause},
    case::{ArchiveNote, CaseDraft, CaseFault, CaseId, CaseKind, Matter, Order, Settled},
};

impl Office {
    /// What goes into the archive with a decision. An entry rests on the decision's clause, so that must
    /// be one on which entries of its kind may rest.
    pub(super) fn notes(&self, settled: &Settled) -> Result<Vec<ArchiveNote>, OfficeError> {
        let (order, clause) = (settled.order(), settled.clause()?);
        let notes = self.notes_of(order)?;
        let rests = |note: &ArchiveNote| match note {
            ArchiveNote::Record { kind, .. } => has_clause(*kind, clause.as_str()),
            ArchiveNote::Rescind { .. } => true,
        };
        match notes.iter().all(rests) {
            true => Ok(notes),
            false => Err(CaseFault::ClauseNotOfKind { kind: order.kind }.into()),
        }
    }

    fn notes_of(&self, order: &Order) -> Result<Vec<ArchiveNote>, OfficeError> {
        let Some(first) = order.targets.first().copied() else { return Ok(Vec::new()) };
        match order.kind {
            CaseKind::RevokeTitle => {
                let until = order.decided_on.plus_months(self.settings.archive.bar_months)?;
                let subject = applicant(&self.holder(first)?);
                let bar = Some((order.decided_on, until));
                Ok(vec![ArchiveNote::Record { subject, kind: IntegrityKind::TitleRevoked, bar }])
            }
            CaseKind::NotRecognise => self.not_recognised(&order.targets),
            CaseKind::SuspendAuthority => {
                self.of_committee(first, IntegrityKind::ReviewSuspended, committee)
            }
            CaseKind::CancelAuthority => {
                self.of_committee(first, IntegrityKind::ReviewAuthorityCancelled, convening_unit)
            }
            CaseKind::RestoreTitle => self.rescissions(first),
            CaseKind::CancelError | CaseKind::ReinstateAuthority => Ok(Vec::new()),
        }
    }

    /// One entry for each committee whose titles are not recognised.
    fn not_recognised(&self, titles: &[LeafIndex]) -> Result<Vec<ArchiveNote>, OfficeError> {
        let mut authorities = BTreeSet::new();
        for &title in titles {
            authorities.extend(self.registry.issuance(title)?.map(|issuance| issuance.authority));
        }
        let mut committees = BTreeMap::new();
        for authority in authorities {
            if let Some(committee) = self.committee_at(authority)? {
                committees.insert(committee.code.clone(), committee);
            }
        }
        let kind = IntegrityKind::ReviewNotRecognised;
        committees.values().map(|one| note(committee(one)?, kind)).collect()
    }

    fn of_committee(
        &self,
        authority: LeafIndex,
        kind: IntegrityKind,
        subject: fn(&RegisteredCommittee) -> Result<Subject, OfficeError>,
    ) -> Result<Vec<ArchiveNote>, OfficeError> {
        let committee = self.committee_at(authority)?;
        committee.iter().map(|committee| note(subject(committee)?, kind)).collect()
    }

    /// A restored title clears its holder: the entry of the revocation that is undone no longer counts,
    /// and with it ends the bar.
    fn rescissions(&self, title: LeafIndex) -> Result<Vec<ArchiveNote>, OfficeError> {
        let Some(event) = self.registry.last_decision(title)? else { return Ok(Vec::new()) };
        let Some(decision) = self.private(event)? else { return Ok(Vec::new()) };
        let decision = DecisionRecord::decode(&decision)?;
        let document = self.exceptions()?.current_document(title);
        let Some(person) = self.person_of(document)? else { return Ok(Vec::new()) };
        let number = person.document_number.as_str();
        let entries = self.archive_about(SubjectKind::Applicant, number)?;
        let undone = |judged: &Judged| {
            let record = &judged.entry.record;
            stands(judged)
                && record.kind == IntegrityKind::TitleRevoked
                && record.decision == decision.document_number
                && record.decided_on == decision.decided_on
        };
        let rescind = |Judged { index, entry, .. }: Judged| ArchiveNote::Rescind {
            entry: index,
            record: Box::new(entry.record),
        };
        Ok(entries.into_iter().filter(undone).map(rescind).collect())
    }

    /// Refuses a draft that would rescind an entry which no longer stands.
    pub(super) fn check_notes(&self, case: CaseId, draft: &CaseDraft) -> Result<(), OfficeError> {
        for note in &draft.notes {
            let ArchiveNote::Rescind { entry, record } = note else { continue };
            let subject = &record.subject;
            let entries = self.archive_about(subject.kind, subject.identifier.as_str())?;
            if !entries.iter().any(|judged| judged.index == *entry && stands(judged)) {
                let matter = Matter::Decision(draft.kind);
                return Err(CaseFault::Stale { case, matter, target: *entry }.into());
            }
        }
        Ok(())
    }
}

const fn stands(judged: &Judged) -> bool {
    matches!(judged.standing, Standing::InForce | Standing::Expired { .. })
}

#[expect(clippy::unnecessary_wraps, reason = "it ends chains of results")]
const fn note(subject: Subject, kind: IntegrityKind) -> Result<ArchiveNote, OfficeError> {
    Ok(ArchiveNote::Record { subject, kind, bar: None })
}

fn applicant(person: &PersonalRecord) -> Subject {
    Subject {
        kind: SubjectKind::Applicant,
        name: person.name.clone(),
        identifier: person.document_number.clone(),
    }
}

fn committee(committee: &RegisteredCommittee) -> Result<Subject, OfficeError> {
    let identifier = Text::new(&committee.code)?;
    Ok(Subject { kind: SubjectKind::Committee, name: committee.name.clone(), identifier })
}

fn convening_unit(committee: &RegisteredCommittee) -> Result<Subject, OfficeError> {
    Ok(Subject {
        kind: SubjectKind::ConveningUnit,
        name: committee.convening_unit.clone(),
        identifier: Text::new(&committee.convening_code)?,
    })
}
