//! Committees as they stand on record, and the keys that sign for them.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

use ledger::{
    authority::VerifiedAuthority, position::LeafIndex, status::Exception, time::UnixMillis,
};

use super::{Office, OfficeError};
use crate::{
    actions::RegisteredCommittee,
    calendar::ledger_date,
    committee::{RecordedCommittees, RecordedFiling},
    eligibility::EligibleResult,
    registry::FilingRow,
    signing::{CertificateSigner, SigningKeyFile, x509::X509Error},
};

/// The committees of a batch, and the signers that were opened for it.
pub(super) struct BatchSigners {
    committees: RecordedCommittees,
    now: UnixMillis,
    by_index: BTreeMap<LeafIndex, Arc<CertificateSigner>>,
}

impl BatchSigners {
    /// The signer of a result: the filing that its review date picks.
    pub(super) fn of(&self, result: &EligibleResult) -> Result<&CertificateSigner, OfficeError> {
        let index = filing_for(&self.committees, result, self.now)?.index;
        self.at(index)
    }

    /// The signer whose authority stands at an index.
    pub(super) fn at(&self, index: LeafIndex) -> Result<&CertificateSigner, OfficeError> {
        let signer = self.by_index.get(&index).map(Arc::as_ref);
        signer.ok_or(OfficeError::NoCommitteeAt { index })
    }

    /// What is on record about the authority at an index, with all suspensions of its committee.
    pub(super) fn exception_at(&self, index: LeafIndex) -> Option<Exception> {
        let (_, committee, filing) = self.committees.at(index)?;
        committee.exception_of(filing)
    }
}

impl Office {
    /// Every committee on record, with what was decided on it.
    pub fn recorded_committees(&self) -> Result<RecordedCommittees, OfficeError> {
        let exceptions = self.exceptions()?;
        let mut authorities = BTreeMap::new();
        for (index, entry) in self.registry.authorities()? {
            authorities.insert(entry.certificate, index);
        }
        let mut filings = Vec::new();
        for FilingRow { key, committee, .. } in self.registry.all_filings()? {
            // A crash came before it was on record.
            let Some(&index) = authorities.get(&committee.certificate) else { continue };
            let authority = self.accepted(&committee.certificate)?;
            let exception = exceptions.get(index).cloned();
            let RegisteredCommittee { code, name, approving_authority, autonomy, .. } = committee;
            let filing = RecordedFiling {
                index,
                key,
                name,
                approving_authority,
                autonomy,
                authority,
                exception,
            };
            filings.push((code, filing));
        }
        Ok(filings.into_iter().collect())
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

    /// The authority of a certificate that the trusted root signed.
    pub(super) fn accepted(&self, certificate: &[u8]) -> Result<VerifiedAuthority, OfficeError> {
        let parsed = ledger::authority::AuthorityCertificate::from_der(certificate)
            .map_err(X509Error::from)?;
        Ok(parsed.verify(self.trust.roots()).map_err(X509Error::from)?)
    }

    /// The committee whose authority stands at an index; none where it is the bureau's own.
    pub(super) fn committee_at(
        &self,
        index: LeafIndex,
    ) -> Result<Option<RegisteredCommittee>, OfficeError> {
        let Some(entry) = self.registry.authority(index)? else { return Ok(None) };
        let filings = self.registry.all_filings()?.into_iter();
        let mut found = filings.filter(|row| row.committee.certificate == entry.certificate);
        Ok(found.next().map(|row| row.committee))
    }

    /// The signers that a batch needs. A key file is opened once: opening one is meant to be slow.
    pub(super) fn batch_signers<'a>(
        &mut self,
        results: impl Iterator<Item = &'a EligibleResult>,
    ) -> Result<BatchSigners, OfficeError> {
        let committees = self.recorded_committees()?;
        let now = self.clock.now();
        let mut by_index = BTreeMap::new();
        for result in results {
            let filing = filing_for(&committees, result, now)?;
            if let Entry::Vacant(vacant) = by_index.entry(filing.index) {
                let code = result.result().review().committee.as_str();
                vacant.insert(self.signer(code, filing)?);
            }
        }
        Ok(BatchSigners { committees, now, by_index })
    }

    fn signer(
        &mut self,
        code: &str,
        filing: &RecordedFiling,
    ) -> Result<Arc<CertificateSigner>, OfficeError> {
        if let Some(signer) = self.signers.get(&filing.index) {
            return Ok(Arc::clone(signer));
        }
        let path = self.layout.committee_key(code, filing.key);
        let key = SigningKeyFile::load(&path, &self.passphrase, self.examples)?;
        let signer = CertificateSigner::new(key, filing.index, filing.authority.clone())?;
        let signer = Arc::new(signer);
        self.signers.insert(filing.index, Arc::clone(&signer));
        Ok(signer)
    }

    /// The signers of these authorities, as far as they issue; for what a crash cut short.
    pub(super) fn signers_at(
        &mut self,
        wanted: impl Iterator<Item = LeafIndex>,
    ) -> Result<BatchSigners, OfficeError> {
        let committees = self.recorded_committees()?;
        let mut by_index = BTreeMap::new();
        for index in wanted {
            if let Some((code, _, filing)) = committees.at(index) {
                by_index.insert(index, self.signer(code, filing)?);
                continue;
            }
            // The bureau itself signs reissues.
            let bureau = self.bureau_signer()?;
            if bureau.index() == index {
                by_index.insert(index, Arc::new(bureau));
            }
        }
        Ok(BatchSigners { committees, now: self.clock.now(), by_index })
    }
}

fn filing_for<'a>(
    committees: &'a RecordedCommittees,
    result: &EligibleResult,
    now: UnixMillis,
) -> Result<&'a RecordedFiling, OfficeError> {
    let review = result.result().review();
    let code = review.committee.as_str();
    let committee = committees.get(code);
    let filing = committee.and_then(|committee| {
        let day = ledger_date(review.passed_on).ok()?;
        committee.signing(day, now)
    });
    filing.ok_or_else(|| OfficeError::CommitteeNotRegistered { code: code.to_owned() })
}
