//! Orders to put things right by a deadline, and that they were complied with. Two persons sign each;
//! the order's entry goes into the integrity archive.
//!
//! An order is no case: it changes no status, so it has no target and nothing public to sign. It is an
//! entry of the archive with a deadline, and ends as those do: journalled with its final bytes, then
//! appended once, also after a crash.

use ledger::{
    entry::Entry,
    journal::JournalSequence,
    position::LeafIndex,
    record::{ArchiveEntry, IntegrityKind, SubjectKind},
    rules::History as _,
    time::Date,
};

use super::{Office, OfficeError, archive::ArchiveWritten};
use crate::{
    actions::{Action, AuthorityAction},
    archive::{self, BarOrder, Cause, NewEntry, SubjectOrder, kind_code, subject_code},
    case::{CaseKind, Order},
    committee::{AuthorityFault, Rectification},
    signing::{
        SigningKeyFile,
        staff::{ProposalHash, ProposalKind, TwoPersons},
    },
};

/// Whom an order is to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rectified {
    /// The committee.
    Committee,
    /// Its convening unit.
    ConveningUnit,
}

/// An order as staff write it.
#[derive(Debug, Clone, Copy)]
pub struct RectificationOrder<'a> {
    /// The committee's code.
    pub code: &'a str,
    /// Whom it is to.
    pub to: Rectified,
    /// The last day on which it can be complied with.
    pub deadline: Date,
    /// The decision.
    pub cause: Cause<'a>,
    /// The conduct found.
    pub conduct: &'a str,
    /// The clause; none: 五(二).
    pub clause: Option<&'a str>,
}

/// What an order put on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rectifying {
    /// Its number.
    pub order: JournalSequence,
    /// The entry of the integrity archive.
    pub archive: LeafIndex,
}

impl Office {
    /// Orders a committee or its convening unit to put things right by a deadline.
    ///
    /// # Errors
    /// [`AuthorityFault`], what the archive refuses, or two keys that are not two persons': nothing is
    /// journalled then.
    pub fn order_rectification(
        &mut self,
        order: &RectificationOrder<'_>,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<Rectifying, OfficeError> {
        TwoPersons::hold(&proposer.public_key(), &approver.public_key(), &self.staff)?;
        let code = order.code.to_owned();
        let committees = self.recorded_committees()?;
        let not_registered = || AuthorityFault::NotRegistered { code: code.clone() };
        let committee = committees.get(order.code).ok_or_else(not_registered)?;
        if let Some(event) = committee.cancelled() {
            return Err(AuthorityFault::Cancelled { code, event }.into());
        }
        let row = self.registry.filings(order.code)?.pop().ok_or_else(not_registered)?;
        let (kind, name, identifier) = match order.to {
            Rectified::Committee => {
                (SubjectKind::Committee, &row.committee.name, &row.committee.code)
            }
            Rectified::ConveningUnit => {
                let unit = &row.committee;
                (SubjectKind::ConveningUnit, &unit.convening_unit, &unit.convening_code)
            }
        };
        let entry = NewEntry {
            subject: SubjectOrder {
                kind: subject_code(kind),
                name: name.as_str(),
                document_kind: None,
                identifier,
            },
            kind: kind_code(IntegrityKind::RectificationOrdered),
            conduct: order.conduct,
            clause: order.clause,
            cause: order.cause,
            bar: BarOrder::default(),
        };
        let (today, salt) = (self.today(), self.salt()?);
        let entry = archive::recorded(&entry, &self.settings.archive, today, salt)?;
        let (decided_on, deadline) = (entry.record.decided_on, order.deadline);
        if deadline <= decided_on {
            return Err(AuthorityFault::DeadlineTooEarly { decided_on, deadline }.into());
        }
        let commitment = entry.commitment();
        let logged = Entry::IntegrityRecord(commitment).encode();
        let parts = AuthorityAction::rectification_parts(&code, deadline, logged);
        let proposal = ProposalHash::of(ProposalKind::Authority, parts);
        self.approve(ProposalKind::Authority, proposal, proposer, approver)?;
        let document = entry.record.decision.clone();
        let intent = AuthorityAction::RectificationOrdered {
            code,
            document,
            deadline,
            entry: commitment,
            proposal,
        };
        let (line, written) = self.record_intended(Action::Authority(intent), entry)?;
        let ArchiveWritten { index, .. } = written;
        Ok(Rectifying { order: line, archive: index })
    }

    /// Records that an order was complied with. `finding` says how that was found.
    ///
    /// # Errors
    /// As for [`Self::order_rectification`].
    pub fn complete_rectification(
        &mut self,
        order: JournalSequence,
        done_on: Date,
        finding: &str,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<(), OfficeError> {
        TwoPersons::hold(&proposer.public_key(), &approver.public_key(), &self.staff)?;
        let known = self.registry.rectifications()?.into_iter().find(|one| one.order == order);
        let known = known.ok_or(AuthorityFault::NoSuchRectification { order })?;
        if let Some(done_on) = known.done_on {
            return Err(AuthorityFault::AlreadyDone { order, done_on }.into());
        }
        let today = self.today();
        if done_on > today {
            return Err(AuthorityFault::DoneInFuture { done_on, today }.into());
        }
        if let Some(decided_on) = self.ordered_on(&known)?.filter(|ordered| done_on < *ordered) {
            return Err(AuthorityFault::DoneBeforeOrdered { done_on, decided_on }.into());
        }
        if finding.trim().is_empty() {
            return Err(AuthorityFault::FindingMissing.into());
        }
        // The journal's chain makes the proposal unrepeatable.
        let chain = *self.journal_head().chain.as_bytes();
        let parts = AuthorityAction::completion_parts(order, done_on, finding, chain);
        let proposal = ProposalHash::of(ProposalKind::Authority, parts);
        self.approve(ProposalKind::Authority, proposal, proposer, approver)?;
        let done = AuthorityAction::RectificationDone { order, done_on, proposal };
        let finding = finding.as_bytes().to_vec();
        self.note(None, vec![(Action::Authority(done), Some(finding))])?;
        Ok(())
    }

    /// When an order was decided; none where its entry was erased.
    fn ordered_on(&self, order: &Rectification) -> Result<Option<Date>, OfficeError> {
        let Some(index) = self.registry.commitment(&order.entry)? else { return Ok(None) };
        let Some(record) = self.private(index)? else { return Ok(None) };
        Ok(Some(ArchiveEntry::decode(&record)?.record.decided_on))
    }

    /// The orders to a committee that are open, oldest first.
    pub fn open_rectifications(&self, code: &str) -> Result<Vec<Rectification>, OfficeError> {
        let orders = self.registry.rectifications()?.into_iter();
        Ok(orders.filter(|one| one.code == code && one.done_on.is_none()).collect())
    }

    /// Suspended or cancelled while an order is overdue: the decision cites it, unless it names a
    /// basis of its own.
    pub(super) fn citing_overdue(&self, order: Order) -> Result<Order, OfficeError> {
        let escalates =
            matches!(order.kind, CaseKind::SuspendAuthority | CaseKind::CancelAuthority);
        let (true, None, Some(&first)) = (escalates, &order.basis, order.targets.first()) else {
            return Ok(order);
        };
        let Some(committee) = self.committee_at(first)? else { return Ok(order) };
        let today = self.today();
        let overdue = self.open_rectifications(&committee.code)?.into_iter();
        let overdue: Vec<String> =
            overdue.filter(|one| one.is_overdue(today)).map(|one| one.citation()).collect();
        if overdue.is_empty() {
            return Ok(order);
        }
        let basis = format!("{}；{}", crate::case::BASIS, overdue.join("；"));
        Ok(Order { basis: Some(basis), ..order })
    }
}
