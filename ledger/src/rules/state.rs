//! The state that replaying a log builds up, entry by entry.

use std::collections::{BTreeMap, BTreeSet};

use super::error::{Rule, RuleError};
use crate::{
    authority::{
        AuthorityCertificate, AuthorityChainError, Role, RootCertificate, VerifiedAuthority,
    },
    certificate::LogGeneration,
    digest::{Commitment, JournalAnchor},
    entry::{AuthorityEntry, Entry, Issuance, StatusHead},
    position::{LeafIndex, PositionTooLarge, TreeSize},
    status::{ExceptionList, Status},
    time::{Date, UnixMillis},
};

/// What the rules must look up of the log before the last head. A registry answers from its index,
/// an auditor from maps it builds while reading.
pub trait History {
    /// Why a look-up failed.
    type Error;

    /// Where a commitment stands.
    fn commitment(&self, commitment: &Commitment) -> Result<Option<LeafIndex>, Self::Error>;

    /// The last decision on a title or an authority. A restored title leaves the list of
    /// exceptions, but the next decision on it must name the restoration.
    fn last_decision(&self, target: LeafIndex) -> Result<Option<LeafIndex>, Self::Error>;

    /// The issuance at an index.
    fn issuance(&self, index: LeafIndex) -> Result<Option<Issuance>, Self::Error>;
}

/// What is true of a log after its entries so far.
#[derive(Debug, Clone)]
pub struct LogState {
    generation: LogGeneration,
    roots: Vec<RootCertificate>,
    size: TreeSize,
    pub(super) authorities: BTreeMap<LeafIndex, VerifiedAuthority>,
    pub(super) exceptions: ExceptionList,
    last_head: Option<StatusHead>,
    pub(super) since_head: SinceHead,
}

/// What happened since the last head, which the history does not know yet.
#[derive(Debug, Clone)]
pub(super) struct SinceHead {
    /// Of everything but issuances.
    commitments: BTreeMap<Commitment, LeafIndex>,
    pub(super) decisions: BTreeMap<LeafIndex, LeafIndex>,
    /// Ascending by index and, as the rules demand, by commitment.
    issuances: Vec<(LeafIndex, Issuance)>,
    pub(super) signers: BTreeSet<LeafIndex>,
    pub(super) latest_decision: Option<Date>,
    /// Whether the list of exceptions was touched: only then is its root computed again. A log has
    /// ten heads an hour, and most of them change nothing.
    pub(super) list: ListState,
}

/// Whether the list of exceptions may differ from the last head's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListState {
    Unchanged,
    Touched,
}

impl SinceHead {
    const NOTHING: Self = Self {
        commitments: BTreeMap::new(),
        decisions: BTreeMap::new(),
        issuances: Vec::new(),
        signers: BTreeSet::new(),
        latest_decision: None,
        list: ListState::Unchanged,
    };

    fn last_issued(&self) -> Option<Commitment> {
        self.issuances.last().map(|(_, last)| last.commitment)
    }

    fn issuance(&self, index: LeafIndex) -> Option<Issuance> {
        let found = self.issuances.binary_search_by_key(&index, |(index, _)| *index).ok()?;
        self.issuances.get(found).map(|(_, issuance)| *issuance)
    }

    /// Where a commitment stands.
    fn commitment(&self, commitment: &Commitment) -> Option<LeafIndex> {
        if let Some(index) = self.commitments.get(commitment) {
            return Some(*index);
        }
        // The next issuance of a batch is beyond the last one: nothing is to be searched.
        self.last_issued().filter(|last| commitment <= last)?;
        let by_commitment = |(_, issuance): &(_, Issuance)| issuance.commitment.cmp(commitment);
        let found = self.issuances.binary_search_by(by_commitment).ok()?;
        self.issuances.get(found).map(|(index, _)| *index)
    }
}

impl LogState {
    /// The state of the empty log.
    pub const fn empty(generation: LogGeneration, roots: Vec<RootCertificate>) -> Self {
        Self {
            generation,
            roots,
            size: TreeSize::EMPTY,
            authorities: BTreeMap::new(),
            exceptions: ExceptionList::empty(),
            last_head: None,
            since_head: SinceHead::NOTHING,
        }
    }

    /// The state right after `head`, put together from what a writer keeps: the list that the head
    /// names and the authority entries before it. Fails where they are not what the head says.
    pub fn after_head(
        generation: LogGeneration,
        roots: Vec<RootCertificate>,
        head: StatusHead,
        exceptions: ExceptionList,
        authorities: impl IntoIterator<Item = (LeafIndex, AuthorityEntry)>,
    ) -> Result<Self, Rule> {
        let mut state = Self::empty(generation, roots);
        for (index, entry) in authorities {
            let authority = accept_authority(&entry, &state.roots)?;
            state.authorities.insert(index, authority);
        }
        if exceptions.len() as u64 != head.exceptions || exceptions.root() != head.list_root {
            return Err(Rule::Head { field: "list root" });
        }
        state.exceptions = exceptions;
        state.size = head.index.covering_size();
        state.last_head = Some(head);
        Ok(state)
    }

    /// Which log this is.
    pub const fn generation(&self) -> LogGeneration {
        self.generation
    }

    /// How many entries were applied.
    pub const fn size(&self) -> TreeSize {
        self.size
    }

    /// The last status head.
    pub const fn last_head(&self) -> Option<&StatusHead> {
        self.last_head.as_ref()
    }

    /// The authority at an index.
    pub fn authority(&self, index: LeafIndex) -> Option<&VerifiedAuthority> {
        self.authorities.get(&index)
    }

    /// Every authority, by index.
    pub fn authorities(&self) -> impl Iterator<Item = (LeafIndex, &VerifiedAuthority)> {
        self.authorities.iter().map(|(index, authority)| (*index, authority))
    }

    /// The list of exceptions as it is now.
    pub const fn exceptions(&self) -> &ExceptionList {
        &self.exceptions
    }

    /// The status head that must come next if nothing else does.
    pub fn next_head(
        &self,
        time: UnixMillis,
        journal: JournalAnchor,
    ) -> Result<StatusHead, PositionTooLarge> {
        let index = self.size.next_index()?;
        let exceptions = self.exceptions.len() as u64;
        let list_root = match (&self.last_head, self.since_head.list) {
            (Some(last), ListState::Unchanged) => last.list_root,
            (Some(_), ListState::Touched) | (None, _) => self.exceptions.root(),
        };
        let unchanged = self
            .last_head
            .filter(|last| last.exceptions == exceptions && last.list_root == list_root);
        Ok(StatusHead {
            index,
            previous: self.last_head.map(|last| last.index),
            time,
            exceptions,
            list_root,
            list_head: unchanged.map_or(index, |last| last.list_head),
            journal,
        })
    }

    /// Applies the next entry, or says which rule it breaks. After an error the state is as it was
    /// before: everything is looked up and checked first, and only then changed.
    pub fn apply<H: History>(
        &mut self,
        entry: &Entry,
        history: &H,
    ) -> Result<LeafIndex, RuleError<H::Error>> {
        let index = self.size.next_index().map_err(RuleError::Full)?;
        let outcome = match entry {
            Entry::Authority(entry) => self.apply_authority(index, entry).map_err(Fault::Rule),
            Entry::Issuance(issuance) => self.apply_issuance(index, issuance, history),
            Entry::StatusChange(change) => self.apply_decision(index, change, history),
            Entry::IntegrityRecord(commitment) => self.commit(index, *commitment, history),
            Entry::Anchor(anchor) => self.commit(index, anchor.commitment, history),
            Entry::StatusHead(head) => self.apply_head(head).map_err(Fault::Rule),
        };
        match outcome {
            Ok(()) => {
                self.size = index.covering_size();
                Ok(index)
            }
            Err(Fault::Rule(rule)) => Err(RuleError::Broken { index, rule }),
            Err(Fault::History(error)) => Err(RuleError::History(error)),
        }
    }

    fn apply_authority(&mut self, index: LeafIndex, entry: &AuthorityEntry) -> Result<(), Rule> {
        let authority = accept_authority(entry, &self.roots)?;
        let same = self.authorities.iter().find(|(_, known)| known.der() == authority.der());
        if let Some((at, _)) = same {
            return Err(Rule::AuthorityRepeated { at: *at });
        }
        self.authorities.insert(index, authority);
        Ok(())
    }

    fn apply_issuance<H: History>(
        &mut self,
        index: LeafIndex,
        issuance: &Issuance,
        history: &H,
    ) -> Result<(), Fault<H::Error>> {
        let authority = self.signer(issuance.authority)?;
        if authority.role() != Role::Issue {
            let (authority, role) = (issuance.authority, authority.role());
            return Err(Rule::Role { authority, role }.into());
        }
        let by_committee = authority.extension().committee.is_some();
        // A suspension does not stop what was reviewed before it; who holds the certificate checks
        // the review date. A cancelled authority signs nothing more.
        let status = self.exceptions.status(issuance.authority);
        if status == Status::Revoked {
            return Err(Rule::Standing { authority: issuance.authority, status }.into());
        }
        if self.since_head.last_issued().is_some_and(|last| issuance.commitment <= last) {
            return Err(Rule::NotSorted.into());
        }
        self.check_new(&issuance.commitment, history)?;
        if let Some(title) = issuance.title {
            if by_committee {
                return Err(Rule::ReissueByCommittee { authority: issuance.authority }.into());
            }
            self.reissue(index, title, history)?;
        }
        self.since_head.issuances.push((index, *issuance));
        self.since_head.signers.insert(issuance.authority);
        Ok(())
    }

    fn reissue<H: History>(
        &mut self,
        index: LeafIndex,
        title: LeafIndex,
        history: &H,
    ) -> Result<(), Fault<H::Error>> {
        let first = self.issuance(title, history)?.filter(|first| first.title.is_none());
        if first.is_none() {
            return Err(Rule::NoTitle { title }.into());
        }
        let status = self.exceptions.status(title);
        if status != Status::Valid {
            return Err(Rule::ReissueOfTitle { title, status }.into());
        }
        self.exceptions.supersede(self.exceptions.current_document(title), index);
        self.since_head.list = ListState::Touched;
        Ok(())
    }

    fn apply_head(&mut self, head: &StatusHead) -> Result<(), Rule> {
        let expected = self
            .next_head(head.time, head.journal)
            .map_err(|_beyond| Rule::Head { field: "index" })?;
        for (field, holds) in [
            ("index", head.index == expected.index),
            ("previous head", head.previous == expected.previous),
            ("number of exceptions", head.exceptions == expected.exceptions),
            ("list root", head.list_root == expected.list_root),
            ("list head", head.list_head == expected.list_head),
        ] {
            if !holds {
                return Err(Rule::Head { field });
            }
        }
        if let Some(last) = self.last_head.filter(|last| head.time < last.time) {
            return Err(Rule::HeadTime { last: last.time, time: head.time });
        }
        self.check_log_time(head.time)?;
        self.since_head = SinceHead::NOTHING;
        self.last_head = Some(*head);
        Ok(())
    }

    /// The head's time is the log time of everything since the head before it.
    fn check_log_time(&self, time: UnixMillis) -> Result<(), Rule> {
        for authority in &self.since_head.signers {
            if !self.signer(*authority)?.is_valid_at(time) {
                return Err(Rule::OutsideValidity { authority: *authority, time });
            }
        }
        let recorded_on = time.beijing_date();
        match self.since_head.latest_decision {
            Some(decided_on) if decided_on > recorded_on => {
                Err(Rule::DecisionFromTheFuture { decided_on, recorded_on })
            }
            _ => Ok(()),
        }
    }

    /// The authority that an entry names as its signer.
    pub(super) fn signer(&self, authority: LeafIndex) -> Result<&VerifiedAuthority, Rule> {
        self.authorities.get(&authority).ok_or(Rule::NoAuthority { authority })
    }

    /// Records a commitment that must be new.
    pub(super) fn commit<H: History>(
        &mut self,
        index: LeafIndex,
        commitment: Commitment,
        history: &H,
    ) -> Result<(), Fault<H::Error>> {
        self.check_new(&commitment, history)?;
        self.since_head.commitments.insert(commitment, index);
        Ok(())
    }

    fn check_new<H: History>(
        &self,
        commitment: &Commitment,
        history: &H,
    ) -> Result<(), Fault<H::Error>> {
        let known = match self.since_head.commitment(commitment) {
            Some(at) => Some(at),
            None => history.commitment(commitment).map_err(Fault::History)?,
        };
        match known {
            Some(at) => Err(Rule::CommitmentRepeated { commitment: *commitment, at }.into()),
            None => Ok(()),
        }
    }

    pub(super) fn issuance<H: History>(
        &self,
        index: LeafIndex,
        history: &H,
    ) -> Result<Option<Issuance>, Fault<H::Error>> {
        match self.since_head.issuance(index) {
            Some(issuance) => Ok(Some(issuance)),
            None => history.issuance(index).map_err(Fault::History),
        }
    }
}

/// An entry breaks a rule, or the history failed; the entry's index is added by the caller.
pub(super) enum Fault<E> {
    Rule(Rule),
    History(E),
}

impl<E> From<Rule> for Fault<E> {
    fn from(rule: Rule) -> Self {
        Self::Rule(rule)
    }
}

/// The authority of an entry, if its certificate is acceptable and says what the entry says.
pub fn accept_authority(
    entry: &AuthorityEntry,
    roots: &[RootCertificate],
) -> Result<VerifiedAuthority, AuthorityChainError> {
    let authority = AuthorityCertificate::from_der(&entry.certificate)?.verify(roots)?;
    if authority.role() != entry.role {
        let (entry, certificate) = (entry.role, authority.role());
        return Err(AuthorityChainError::RoleDiffers { entry, certificate });
    }
    let filing = authority.extension().committee.as_ref().map(|c| c.filing.number());
    if filing != entry.filing_number.as_ref() {
        return Err(AuthorityChainError::FilingDiffers);
    }
    Ok(authority)
}
