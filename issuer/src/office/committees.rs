//! Registering review committees: a key and a certificate each, put on record as an authority.

use ledger::{
    authority::{AuthorityCertificate, RootCertificate},
    entry::{AuthorityEntry, Entry},
    position::LeafIndex,
};

use super::{Office, OfficeError};
use crate::{
    actions::{Action, AuthorityAction, RegisteredCommittee},
    committee::{Committees, KeyNumber, RecordedFiling, ReviewCommittee},
    random,
    registry::FilingRow,
    sequencer::{Prepared, Submission},
    signing::{
        SigningKeyFile,
        staff::{ProposalHash, ProposalKind, TwoPersons},
        x509::{AuthorityRequest, Root, Serial, X509Error, read_certificate},
    },
};

/// What became of a committee that was to be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// 评委会代码
    pub code: String,
    /// The index of its authority entry; of several, of the one that the list's filing names, or else
    /// of the newest.
    pub index: LeafIndex,
    /// Whether it was registered before.
    pub known: Known,
}

/// Whether something was there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It was there; nothing was done.
    Already,
    /// It is on record with another filing than the list's; nothing was done. `issuer authority renew`
    /// puts a further filing on record, for which two persons sign.
    OtherFiling,
    /// It is new.
    New,
}

impl Office {
    /// Registers every committee that can be registered and is not yet; in one batch, which two persons
    /// sign.
    ///
    /// # Errors
    /// Two keys that are not two persons': nothing is journalled then.
    pub fn register_committees(
        &mut self,
        committees: &Committees,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<Vec<Registration>, OfficeError> {
        TwoPersons::hold(&proposer.public_key(), &approver.public_key(), &self.staff)?;
        self.check_room(0)?;
        let recorded = self.recorded_committees()?;
        let mut registered = Vec::new();
        let (mut new, mut fresh) = (Vec::new(), Vec::new());
        for committee in committees.registrable() {
            let code = committee.code.as_str();
            if let Some(known) = recorded.get(code) {
                let is_same = |one: &&RecordedFiling| one.filed() == Some(&committee.filed);
                let same = known.filings().iter().rfind(is_same);
                let (filing, known) = match same {
                    Some(same) => (Some(same), Known::Already),
                    None => (known.filings().last(), Known::OtherFiling),
                };
                let (code, index) = (code.to_owned(), filing.map(|filing| filing.index));
                registered.extend(index.map(|index| Registration { code, index, known }));
            } else if let Some(FilingRow { committee, .. }) = self.registry.filings(code)?.pop() {
                // Journalled, and a crash came before it was on record.
                new.push(committee);
            } else {
                fresh.push(self.certify(committee, KeyNumber::FIRST)?);
            }
        }
        if !(new.is_empty() && fresh.is_empty()) {
            let certified = new.iter().chain(&fresh);
            let parts: Vec<_> = certified
                .flat_map(|one| AuthorityAction::proposal_parts(KeyNumber::FIRST, one))
                .collect();
            let proposal = ProposalHash::of(ProposalKind::Authority, parts);
            self.approve(ProposalKind::Authority, proposal, proposer, approver)?;
        }
        if !fresh.is_empty() {
            let line = |one: &RegisteredCommittee| (Action::CommitteeRegistered(one.clone()), None);
            self.note(None, fresh.iter().map(line).collect())?;
            new.append(&mut fresh);
        }
        let indices = self.put_on_record(&new)?;
        for (committee, index) in new.into_iter().zip(indices) {
            registered.push(Registration { code: committee.code, index, known: Known::New });
        }
        Ok(registered)
    }

    /// Appends committees' authority entries in one batch.
    pub(super) fn put_on_record(
        &mut self,
        committees: &[RegisteredCommittee],
    ) -> Result<Vec<LeafIndex>, OfficeError> {
        if committees.is_empty() {
            return Ok(Vec::new());
        }
        let entries = committees.iter().map(authority_entry).collect::<Result<_, _>>()?;
        Ok(self.sequencer.submit(Submission { entries }).wait()?.indices)
    }

    /// Makes a committee's key, unless it is there already (from an earlier filing, or left by a
    /// crash), and has the root certify it for the filing.
    pub(super) fn certify(
        &mut self,
        committee: &ReviewCommittee,
        key: KeyNumber,
    ) -> Result<RegisteredCommittee, OfficeError> {
        let path = self.layout.committee_key(committee.code.as_str(), key);
        let key = if path.exists() {
            SigningKeyFile::load(&path, &self.passphrase, self.examples)?
        } else {
            SigningKeyFile::create(&path, &self.passphrase, self.random.as_mut())?
        };
        let root_key =
            SigningKeyFile::load(&self.layout.key("root.key"), &self.passphrase, self.examples)?;
        let root = RootCertificate::from_der(&read_certificate(&self.layout.key("root.pem"))?)
            .map_err(X509Error::from)?;
        let root = Root::new(root_key, root)?;
        let serial = Serial(random::bytes(self.random.as_mut())?);
        let (public, extra) = (key.public_key(), self.settings.extra_months);
        let request = AuthorityRequest::of_committee(committee, public, extra, serial)?;
        Ok(RegisteredCommittee {
            code: committee.code.as_str().to_owned(),
            name: committee.name.clone(),
            convening_unit: committee.convening_unit.clone(),
            convening_code: committee.convening_code.as_str().to_owned(),
            approving_authority: committee.approving_authority.clone(),
            certificate: root.name_authority(request)?.der().to_vec(),
            autonomy: committee.autonomy,
        })
    }
}

fn authority_entry(committee: &RegisteredCommittee) -> Result<Prepared, OfficeError> {
    let parsed = AuthorityCertificate::from_der(&committee.certificate).map_err(X509Error::from)?;
    let entry = AuthorityEntry {
        certificate: committee.certificate.clone(),
        role: parsed.role(),
        filing_number: parsed.filing_number().cloned(),
    };
    Ok(Prepared::new(Entry::Authority(entry), None))
}
