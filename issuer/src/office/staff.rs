//! Who belongs to the staff. One person alone can neither take somebody in, which would give that
//! person a second pair of hands, nor put somebody out: two who are registered already sign.

use super::{Office, OfficeError};
use crate::{
    actions::Action,
    signing::{
        SigningKeyFile,
        staff::{Person, ProposalHash, ProposalKind, StaffError, StaffId, TwoPersons},
    },
};

impl Office {
    /// Registers a person with keys.
    ///
    /// # Errors
    /// [`StaffError`]: the person or a key is registered already. [`OfficeError::Approval`].
    pub fn add_staff(
        &mut self,
        person: Person,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<(), OfficeError> {
        let mut after = self.staff.clone();
        after.add(person.clone())?;
        let keys = person.keys.iter().map(|key| key.to_bytes()).collect();
        let action = Action::StaffRegistered { person: person.id, keys };
        let name = person.name.as_str().as_bytes().to_vec();
        self.change_staff((action, Some(name)), proposer, approver)?;
        self.staff = after;
        Ok(())
    }

    /// Takes a person's keys away. What this person proposed and nobody has approved yet cannot be
    /// approved any more.
    ///
    /// # Errors
    /// [`StaffError::NoSuchPerson`], [`StaffError::TooFew`] where fewer than two would be left,
    /// [`OfficeError::Approval`].
    pub fn remove_staff(
        &mut self,
        person: &StaffId,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<(), OfficeError> {
        let mut after = self.staff.clone();
        after.remove(person)?;
        if after.persons().count() < 2 {
            return Err(StaffError::TooFew.into());
        }
        let action = Action::StaffRemoved { person: person.clone() };
        self.change_staff((action, None), proposer, approver)?;
        self.staff = after;
        Ok(())
    }

    fn change_staff(
        &mut self,
        line: super::journal::Line,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<(), OfficeError> {
        TwoPersons::hold(&proposer.public_key(), &approver.public_key(), &self.staff)?;
        // The journal's chain makes the proposal unrepeatable.
        let chain = *self.journal_head().chain.as_bytes();
        let (action, name) = &line;
        let parts = [action.encode(), name.clone().unwrap_or_default(), chain.to_vec()];
        let proposal = ProposalHash::of(ProposalKind::Staff, parts);
        self.approve(ProposalKind::Staff, proposal, proposer, approver)?;
        self.note(None, vec![line])?;
        Ok(())
    }
}
