//! Who may decide what about whom: a closed table of roles, targets and statuses.

use super::{
    error::Rule,
    state::{Fault, History, ListState, LogState},
};
use crate::{
    authority::{Role, VerifiedAuthority},
    entry::{Decision, SignedStatusChange},
    position::LeafIndex,
    status::{MAX_SUSPENSIONS, Status},
};

/// What a decision is about.
enum Target {
    /// A title, with the authority that issued it.
    Title { issued_by: LeafIndex },
    /// An authority.
    Authority,
}

impl LogState {
    pub(super) fn apply_decision<H: History>(
        &mut self,
        index: LeafIndex,
        change: &SignedStatusChange,
        history: &H,
    ) -> Result<(), Fault<H::Error>> {
        let decision = *self.check_signature(change)?;
        let target = self.target(decision.target, history)?;
        self.check_role(&decision, &target)?;
        self.check_transition(&decision, &target)?;
        self.check_last_valid_index(index, &decision, &target)?;
        self.check_previous(&decision, history)?;
        self.commit(index, decision.record, history)?;
        self.exceptions.change_status(
            decision.target,
            decision.status,
            index,
            decision.decided_on,
            decision.last_valid_index,
        );
        self.since_head.list = ListState::Touched;
        self.since_head.decisions.insert(decision.target, index);
        self.since_head.signers.insert(decision.authority);
        self.since_head.latest_decision =
            self.since_head.latest_decision.max(Some(decision.decided_on));
        Ok(())
    }

    fn check_signature<'a>(&self, change: &'a SignedStatusChange) -> Result<&'a Decision, Rule> {
        let decision = change.unverified();
        if decision.log != self.generation() {
            let (expected, found) = (self.generation().get(), decision.log.get());
            return Err(Rule::OtherLog { expected, found });
        }
        let authority = decision.authority;
        let signer = self.signer(authority)?;
        let status = self.exceptions.status(authority);
        if status != Status::Valid {
            return Err(Rule::Standing { authority, status });
        }
        let key = match (signer.role(), signer.ed25519_key()) {
            (Role::Issue | Role::Decide, Some(key)) => key,
            (role, _) => return Err(Rule::Role { authority, role }),
        };
        change.verify(key).map_err(|_bad| Rule::DecisionSignature { authority })?;
        Ok(decision)
    }

    fn target<H: History>(
        &self,
        target: LeafIndex,
        history: &H,
    ) -> Result<Target, Fault<H::Error>> {
        if self.authorities.contains_key(&target) {
            return Ok(Target::Authority);
        }
        match self.issuance(target, history)? {
            Some(first) if first.title.is_none() => {
                Ok(Target::Title { issued_by: first.authority })
            }
            Some(_) | None => Err(Rule::NoTarget { target }.into()),
        }
    }

    fn check_role(&self, decision: &Decision, target: &Target) -> Result<(), Rule> {
        let authority = decision.authority;
        let role = self.signer(authority).map(VerifiedAuthority::role)?;
        match (role, target) {
            (Role::Decide, _) => Ok(()),
            (Role::Issue, Target::Title { issued_by })
                if decision.status == Status::Revoked && *issued_by == authority =>
            {
                Ok(())
            }
            (Role::Issue, Target::Title { .. }) if decision.status == Status::Revoked => {
                Err(Rule::NotItsOwn)
            }
            (Role::Issue | Role::CopyOnly | Role::DocumentSigning, _) => {
                Err(Rule::Role { authority, role })
            }
        }
    }

    fn check_transition(&self, decision: &Decision, target: &Target) -> Result<(), Rule> {
        let (from, to) = (self.exceptions.status(decision.target), decision.status);
        let allowed = match target {
            Target::Title { .. } => from.title_may_become(to),
            Target::Authority => from.authority_may_become(to),
        };
        if !allowed {
            return Err(Rule::Transition { from, to });
        }
        let before = self.exceptions.get(decision.target);
        let suspensions = before.map_or(&[][..], |exception| &exception.suspensions);
        if to == Status::Suspended && suspensions.len() == MAX_SUSPENSIONS {
            return Err(Rule::TooManySuspensions { authority: decision.target });
        }
        match suspensions.last().filter(|suspension| suspension.ended.is_none()) {
            Some(open) if decision.decided_on < open.from => {
                Err(Rule::SuspensionReversed { from: open.from, until: decision.decided_on })
            }
            _ => Ok(()),
        }
    }

    fn check_last_valid_index(
        &self,
        index: LeafIndex,
        decision: &Decision,
        target: &Target,
    ) -> Result<(), Rule> {
        let Some(last) = decision.last_valid_index else { return Ok(()) };
        let belongs = matches!(target, Target::Authority) && decision.status == Status::Revoked;
        if belongs && decision.target <= last && last < index {
            Ok(())
        } else {
            Err(Rule::LastValidIndex)
        }
    }

    fn check_previous<H: History>(
        &self,
        decision: &Decision,
        history: &H,
    ) -> Result<(), Fault<H::Error>> {
        let expected = match self.since_head.decisions.get(&decision.target) {
            Some(recent) => Some(*recent),
            None => history.last_decision(decision.target).map_err(Fault::History)?,
        };
        if decision.previous == expected {
            Ok(())
        } else {
            Err(Rule::Previous { expected, found: decision.previous }.into())
        }
    }
}
