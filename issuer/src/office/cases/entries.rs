//! A committee has an entry for each filing and key. What is decided on the committee hits all of them
//! that are in standing: one that was left out could go on signing.

use ledger::{position::LeafIndex, rules::History as _};

use super::{Office, OfficeError};
use crate::case::{CaseDraft, CaseFault, CaseId, CaseKind, Matter, TargetKind};

impl Office {
    /// The entries of a committee that a decision of this kind is about: all that are in standing for
    /// it, or those under the key of the entry `of_key`, where only that key is compromised. Where none
    /// is in standing, all, so that the table of statuses says why not.
    ///
    /// # Errors
    /// [`OfficeError::CommitteeNotRegistered`]; [`CaseFault::NoTarget`]: `of_key` is not the committee's.
    pub fn committee_targets(
        &self,
        code: &str,
        kind: CaseKind,
        of_key: Option<LeafIndex>,
    ) -> Result<Vec<LeafIndex>, OfficeError> {
        let committees = self.recorded_committees()?;
        let missing = || OfficeError::CommitteeNotRegistered { code: code.to_owned() };
        let committee = committees.get(code).ok_or_else(missing)?;
        let key = match of_key {
            None => None,
            Some(target) => {
                let filing = committee.filings().iter().find(|filing| filing.index == target);
                Some(filing.ok_or(CaseFault::NoTarget { kind, target })?.key)
            }
        };
        let mut found = committee.decided_together(key, |status| kind.may_follow(status));
        if found.is_empty() {
            found = committee.decided_together(key, |_any| true);
        }
        Ok(found)
    }

    /// Refuses a decision on some of the entries that it must hit together.
    pub(super) fn check_together(
        &self,
        kind: CaseKind,
        targets: &[LeafIndex],
        last_valid_index: Option<LeafIndex>,
    ) -> Result<(), OfficeError> {
        let (TargetKind::Authority, [first, others @ ..]) = (kind.target(), targets) else {
            return Ok(());
        };
        let committees = self.recorded_committees()?;
        let expected = match committees.at(*first) {
            Some((_, committee, filing)) => {
                let key = last_valid_index.map(|_compromised| filing.key);
                committee.decided_together(key, |status| kind.may_follow(status))
            }
            // The bureau's own authority stands alone.
            None => vec![*first],
        };
        if let Some(&target) = others.iter().find(|target| !expected.contains(target)) {
            return Err(CaseFault::NotTogether { kind, target }.into());
        }
        match expected.into_iter().find(|target| !targets.contains(target)) {
            Some(target) => Err(CaseFault::EntryMissing { kind, target }.into()),
            None => Ok(()),
        }
    }

    /// Refuses a draft whose targets have moved on since it was proposed, or to which a renewal has
    /// added one.
    pub(super) fn check_current(&self, case: CaseId, draft: &CaseDraft) -> Result<(), OfficeError> {
        let matter = Matter::Decision(draft.kind);
        for target in &draft.targets {
            if self.registry.last_decision(target.index)? != target.previous {
                return Err(CaseFault::Stale { case, matter, target: target.index }.into());
            }
        }
        self.check_notes(case, draft)?;
        let targets: Vec<LeafIndex> = draft.targets.iter().map(|target| target.index).collect();
        match self.check_together(draft.kind, &targets, draft.last_valid_index) {
            Err(OfficeError::Case(
                CaseFault::EntryMissing { target, .. } | CaseFault::NotTogether { target, .. },
            )) => Err(CaseFault::Stale { case, matter, target }.into()),
            outcome => outcome,
        }
    }
}
