//! Registering review committees: a key and a certificate each, put on record as an authority.

use ledger::{
    authority::{AuthorityExtension, AuthorityKey, Role, RootCertificate, VerifiedAuthority},
    entry::{AuthorityEntry, Entry},
    position::LeafIndex,
};

use super::{Office, OfficeError};
use crate::{
    actions::{Action, RegisteredCommittee},
    committee::{Committees, ReviewCommittee},
    random,
    sequencer::{Prepared, Submission},
    signing::{
        CertificateSigner, SigningKeyFile,
        x509::{AuthorityRequest, Days, Root, Serial, read_certificate},
    },
};

/// What became of a committee that was to be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// 评委会代码
    pub code: String,
    /// The index of its authority entry.
    pub index: LeafIndex,
    /// Whether it was registered before.
    pub known: Known,
}

/// Whether something was there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It was there; nothing was done.
    Already,
    /// It is new.
    New,
}

impl Office {
    /// Registers every committee that can be registered and is not yet; in one batch.
    pub fn register_committees(
        &mut self,
        committees: &Committees,
    ) -> Result<Vec<Registration>, OfficeError> {
        self.check_room(0)?;
        let mut registered = Vec::new();
        let mut new = Vec::new();
        for committee in committees.registrable() {
            let code = committee.code.as_str();
            match self.registry.committee(code)? {
                Some(known) => match self.authority_index(&known.certificate)? {
                    Some(index) => registered.push(Registration {
                        code: code.to_owned(),
                        index,
                        known: Known::Already,
                    }),
                    // Journalled, and a crash came before it was on record.
                    None => new.push(known),
                },
                None => new.push(self.journal_committee(committee)?),
            }
        }
        if new.is_empty() {
            return Ok(registered);
        }
        let entries = new.iter().map(authority_entry).collect::<Result<_, _>>()?;
        let placed = self.sequencer.submit(Submission { entries }).wait()?;
        for (committee, index) in new.into_iter().zip(placed.indices) {
            registered.push(Registration { code: committee.code, index, known: Known::New });
        }
        Ok(registered)
    }

    fn journal_committee(
        &mut self,
        committee: &ReviewCommittee,
    ) -> Result<RegisteredCommittee, OfficeError> {
        let certificate = self.certify(committee)?.der().to_vec();
        let registered = RegisteredCommittee {
            code: committee.code.as_str().to_owned(),
            name: committee.name.clone(),
            convening_unit: committee.convening_unit.clone(),
            convening_code: committee.convening_code.as_str().to_owned(),
            approving_authority: committee.approving_authority.clone(),
            certificate,
        };
        self.note(None, vec![(Action::CommitteeRegistered(registered.clone()), None)])?;
        Ok(registered)
    }

    /// Makes a committee's key, unless a crash left one, and has the root certify it.
    fn certify(&mut self, committee: &ReviewCommittee) -> Result<VerifiedAuthority, OfficeError> {
        let path = self.layout.committee_key(committee.code.as_str());
        let key = if path.exists() {
            SigningKeyFile::load(&path, &self.passphrase, self.examples)?
        } else {
            SigningKeyFile::create(&path, &self.passphrase, self.random.as_mut())?
        };
        let root_key =
            SigningKeyFile::load(&self.layout.key("root.key"), &self.passphrase, self.examples)?;
        let root = RootCertificate::from_der(&read_certificate(&self.layout.key("root.pem"))?)
            .map_err(crate::signing::x509::X509Error::from)?;
        let root = Root::new(root_key, root)?;
        let extension =
            AuthorityExtension { role: Role::Issue, committee: Some(committee.filed.clone()) };
        Ok(root.name_authority(AuthorityRequest {
            name: committee.name.clone(),
            key: AuthorityKey::Ed25519(key.public_key()),
            extension,
            days: Days::of_filing(committee.filing(), self.settings.extra_months)?,
            serial: Serial(random::bytes(self.random.as_mut())?),
        })?)
    }

    /// Where the authority with this certificate stands.
    pub(super) fn authority_index(
        &self,
        certificate: &[u8],
    ) -> Result<Option<LeafIndex>, OfficeError> {
        let authorities = self.registry.authorities()?;
        let found = authorities.into_iter().find(|(_, entry)| entry.certificate == certificate);
        Ok(found.map(|(index, _)| index))
    }

    /// The signer of a registered committee.
    pub(super) fn committee_signer(&self, code: &str) -> Result<CertificateSigner, OfficeError> {
        let missing = || OfficeError::CommitteeNotRegistered { code: code.to_owned() };
        let registered = self.registry.committee(code)?.ok_or_else(missing)?;
        let index = self.authority_index(&registered.certificate)?.ok_or_else(missing)?;
        let path = self.layout.committee_key(code);
        let key = SigningKeyFile::load(&path, &self.passphrase, self.examples)?;
        Ok(CertificateSigner::new(key, index, self.accepted(&registered.certificate)?)?)
    }

    /// The authority of a certificate that the trusted root signed.
    pub(super) fn accepted(&self, certificate: &[u8]) -> Result<VerifiedAuthority, OfficeError> {
        let parsed = ledger::authority::AuthorityCertificate::from_der(certificate)
            .map_err(crate::signing::x509::X509Error::from)?;
        Ok(parsed.verify(self.trust.roots()).map_err(crate::signing::x509::X509Error::from)?)
    }
}

fn authority_entry(committee: &RegisteredCommittee) -> Result<Prepared, OfficeError> {
    let parsed = ledger::authority::AuthorityCertificate::from_der(&committee.certificate)
        .map_err(crate::signing::x509::X509Error::from)?;
    let entry = AuthorityEntry {
        certificate: committee.certificate.clone(),
        role: parsed.role(),
        filing_number: parsed.filing_number().cloned(),
    };
    Ok(Prepared::new(Entry::Authority(entry), None))
}
