//! Renewing a committee's authority: a further filing (核准备案) of at most three years, or a fresh
//! key. Two persons sign. The earlier entries stay for what they signed.

use super::{Known, Office, OfficeError, Registration};
use crate::{
    actions::{Action, AuthorityAction},
    committee::{AuthorityFault, Committees, KeyNumber, RecordedCommittee, ReviewCommittee},
    signing::{
        SigningKeyFile,
        staff::{ProposalHash, ProposalKind, TwoPersons},
    },
};
use ledger::status::Status;

/// Under which key a committee goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyChoice {
    /// The one that it has.
    Same,
    /// A fresh one, in a file of its own.
    New,
}

impl Office {
    /// Puts a further filing of a registered committee on record, or its filing under a fresh key.
    /// What the list states is on record already (for a fresh key: under one that signed nothing yet):
    /// nothing is done.
    ///
    /// # Errors
    /// [`AuthorityFault`] and two keys that are not two persons' leave everything as it was. Once the
    /// renewal is journalled, opening the directory finishes what failed.
    pub fn renew_committee(
        &mut self,
        code: &str,
        list: &Committees,
        choice: KeyChoice,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<Registration, OfficeError> {
        TwoPersons::hold(&proposer.public_key(), &approver.public_key(), &self.staff)?;
        self.check_room(0)?;
        let recorded = self.recorded_committees()?;
        let not_registered = || AuthorityFault::NotRegistered { code: code.to_owned() };
        let on_record = recorded.get(code).ok_or_else(not_registered)?;
        let committee = AuthorityFault::listed(code, list)?;
        if let Some(index) = self.known_renewal(on_record, committee, choice)? {
            return Ok(Registration { code: code.to_owned(), index, known: Known::Already });
        }
        let key = renewable(on_record, committee, choice)?;
        let registered = self.certify(committee, key)?;
        let parts = AuthorityAction::proposal_parts(key, &registered);
        let kind = ProposalKind::Authority;
        let proposal = ProposalHash::of(kind, parts);
        self.approve(kind, proposal, proposer, approver)?;
        let renewed = AuthorityAction::Renewed { key, committee: registered.clone(), proposal };
        // From here on a crash leads to the same entry: opening the directory appends it.
        self.note(None, vec![(Action::Authority(renewed), None)])?;
        let placed = self.put_on_record(&[registered])?;
        let index = placed.first().copied().ok_or(OfficeError::StatusUnreadable)?;
        Ok(Registration { code: code.to_owned(), index, known: Known::New })
    }

    /// The entry that is all that a renewal would make.
    fn known_renewal(
        &self,
        on_record: &RecordedCommittee,
        committee: &ReviewCommittee,
        choice: KeyChoice,
    ) -> Result<Option<ledger::position::LeafIndex>, OfficeError> {
        let filings = on_record.filings().iter();
        let same: Vec<_> = filings
            .filter(|filing| filing.filed() == Some(&committee.filed))
            .filter(|filing| committee.autonomy.is_none_or(|said| filing.autonomy == Some(said)))
            .collect();
        let Some(newest) = same.last().filter(|newest| newest.status() != Status::Revoked) else {
            return Ok(None);
        };
        let mut earlier = on_record.filings().iter().take_while(|one| one.index < newest.index);
        let is_fresh =
            newest.key != KeyNumber::FIRST && earlier.all(|earlier| earlier.key != newest.key);
        Ok(match choice {
            KeyChoice::Same => Some(newest.index),
            KeyChoice::New if is_fresh && !self.registry.has_signed(newest.index)? => {
                Some(newest.index)
            }
            KeyChoice::New => None,
        })
    }

    /// Appends the filings that are journalled and that a crash kept from the record.
    pub(super) fn settle_filings(&mut self) -> Result<(), OfficeError> {
        let mut missing = Vec::new();
        let authorities = self.registry.authorities()?;
        for row in self.registry.all_filings()? {
            let certificate = &row.committee.certificate;
            if !authorities.iter().any(|(_, entry)| entry.certificate == *certificate) {
                missing.push(row.committee);
            }
        }
        self.put_on_record(&missing)?;
        Ok(())
    }
}

/// The key under which a committee may be renewed.
fn renewable(
    on_record: &RecordedCommittee,
    committee: &ReviewCommittee,
    choice: KeyChoice,
) -> Result<KeyNumber, AuthorityFault> {
    let code = || committee.code.as_str().to_owned();
    if let Some(event) = on_record.cancelled() {
        return Err(AuthorityFault::Cancelled { code: code(), event });
    }
    if let Some(suspension) = on_record.open_suspension() {
        return Err(AuthorityFault::Suspended { code: code(), from: suspension.from });
    }
    let number = committee.filing().number();
    let is_other = |filed: &ledger::authority::Committee| {
        filed.filing.number() == number && *filed != committee.filed
    };
    if on_record.filings().iter().filter_map(|filing| filing.filed()).any(is_other) {
        return Err(AuthorityFault::FilingDiffers { code: code(), number: number.clone() });
    }
    let newest = on_record.newest_key().unwrap_or(KeyNumber::FIRST);
    let lost = |filing: &&crate::committee::RecordedFiling| {
        filing.key == newest && filing.status() == Status::Revoked
    };
    match (choice, on_record.filings().iter().find(lost)) {
        (KeyChoice::New, _) => Ok(newest.next()),
        (KeyChoice::Same, None) => Ok(newest),
        (KeyChoice::Same, Some(filing)) => {
            Err(AuthorityFault::KeyCancelled { code: code(), index: filing.index })
        }
    }
}
