//! Spot checks: two persons fix the population before anybody can know the seed; the draw and the
//! report follow from what is on record.

use ledger::{
    certificate::SignedCertificate,
    entry::AnchorPurpose,
    journal::JournalSequence,
    path::LogPath,
    position::{LeafIndex, TreeSize},
    reader::{LogReader, read_checkpoint},
    record::IssuanceRecord,
    sample::{Drawn, Filter, Population, draw},
    store::PublicFiles,
};

use super::{Office, OfficeError};
use crate::{
    actions::SampleFound,
    archive::supervision::{SupervisionKind, SupervisionOrder},
    sample::{PopulationFile, SampleRefusal, is_picked},
    signing::{SigningKeyFile, staff::ProposalKind},
};

/// A spot check that is to be made.
#[derive(Debug, Clone)]
pub struct SampleOrder<'a> {
    /// Which documents are looked at.
    pub filter: Filter,
    /// How many are drawn.
    pub size: usize,
    /// The size at or above which a checkpoint's cosignature gives the seed.
    pub announced: TreeSize,
    /// The name in the trust file of the witness whose cosignature gives the seed.
    pub witness: &'a str,
}

/// A population that was fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleFixed {
    /// What an auditor is given.
    pub file: PopulationFile,
    /// How many documents it has.
    pub population: usize,
    /// How many documents were erased, so that nobody can say whether the filter picks them.
    pub erased: usize,
}

/// What became of a spot check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleReport {
    /// What was fixed.
    pub population: Population,
    /// The sample.
    pub drawn: Drawn,
    /// What was found: document and supervision record.
    pub findings: Vec<(LeafIndex, JournalSequence)>,
}

impl Office {
    /// Fixes the population of a spot check: two persons.
    ///
    /// # Errors
    /// [`SampleRefusal`], [`OfficeError::Approval`].
    pub fn fix_sample(
        &mut self,
        order: &SampleOrder<'_>,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<SampleFixed, OfficeError> {
        let unknown = || SampleRefusal::UnknownWitness { name: order.witness.to_owned() };
        let (policy, _view) = self.published()?;
        let mut witnesses = policy.quorum().witnesses().iter();
        let witness = witnesses.find(|key| key.name().as_str() == order.witness);
        let witness = witness.ok_or_else(unknown)?.to_string();
        let (indices, erased) = self.picked(&order.filter)?;
        let population = Population {
            salt: self.salt()?,
            filter: order.filter.clone(),
            fixed_at: self.registry.log_position()?.0,
            announced: order.announced,
            witness,
            sample_size: order.size,
            indices,
        };
        population.check().map_err(SampleRefusal::from)?;
        let (record, count) = (population.encode(), population.indices.len());
        let (purpose, kind) = (AnchorPurpose::SamplePopulation, ProposalKind::Sample);
        let anchor = self.fix(purpose, record.clone(), kind, proposer, approver)?;
        let file = PopulationFile { origin: self.origin()?, anchor, record };
        Ok(SampleFixed { file, population: count, erased })
    }

    /// Every spot check, by the anchor that fixed its population.
    pub fn samples(&self) -> Result<Vec<LeafIndex>, OfficeError> {
        Ok(self.registry.samples()?)
    }

    /// What an auditor is given of a spot check.
    ///
    /// # Errors
    /// [`SampleRefusal::NotFixed`].
    pub fn sample_file(&self, anchor: LeafIndex) -> Result<PopulationFile, OfficeError> {
        if !self.registry.samples()?.contains(&anchor) {
            return Err(SampleRefusal::NotFixed { anchor }.into());
        }
        let record = self.private(anchor)?.ok_or(OfficeError::NoPrivateRecord { index: anchor })?;
        Ok(PopulationFile { origin: self.origin()?, anchor, record: record.to_vec() })
    }

    /// The sample of a spot check and what was found in it.
    ///
    /// # Errors
    /// [`SampleRefusal`]: not fixed, or there is no round yet.
    pub fn sample_report(&self, anchor: LeafIndex) -> Result<SampleReport, OfficeError> {
        let record = self.sample_file(anchor)?.record;
        let (policy, _view) = self.published()?;
        let files = PublicFiles(&*self.store);
        let checkpoint = read_checkpoint(&files, &LogPath::Checkpoint, &policy)?;
        let reader = LogReader::open(&files, checkpoint)?;
        let drawn = draw(&files, &reader, &policy, anchor, &record);
        let drawn = drawn.map_err(|fault| SampleRefusal::from(Box::new(fault)))?;
        Ok(SampleReport {
            population: Population::decode(&record).map_err(SampleRefusal::from)?,
            drawn,
            findings: self.registry.sample_findings(anchor)?,
        })
    }

    /// Records a finding about a document of a sample, as a supervision record (INSPECTION_FINDING) on
    /// its committee: two persons.
    ///
    /// # Errors
    /// [`SampleRefusal::NotInSample`]; [`OfficeError::Supervision`].
    pub fn sample_finding(
        &mut self,
        anchor: LeafIndex,
        index: LeafIndex,
        facts: &str,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<JournalSequence, OfficeError> {
        if !self.sample_report(anchor)?.drawn.sample.contains(&index) {
            return Err(SampleRefusal::NotInSample { index }.into());
        }
        let record = self.private(index)?.ok_or(OfficeError::NoPrivateRecord { index })?;
        let record = IssuanceRecord::decode(&record)?;
        let certificate = SignedCertificate::decode(&record.certificate)?;
        let committee = certificate.unverified_claims().committee_name.clone();
        let kind = SupervisionKind::InspectionFinding.code();
        let order = SupervisionOrder { kind, subject: Some(committee.as_str()), facts };
        let found = SampleFound { sample: anchor, index };
        self.supervised(&order, Some(found), proposer, approver)
    }

    /// The documents that a filter picks, and how many were erased.
    fn picked(&self, filter: &Filter) -> Result<(Vec<LeafIndex>, usize), OfficeError> {
        let mut committees = std::collections::BTreeMap::new();
        for filing in self.registry.all_filings()? {
            if let Some(authority) = self.authority_index(&filing.committee.certificate)? {
                committees.insert(authority, filing.committee.code);
            }
        }
        let documents = self.registry.documents()?;
        let (mut picked, mut erased) = (Vec::new(), 0);
        let mut next = documents.iter();
        self.each_private(&documents, |record| {
            let Some(&index) = next.next() else { return Ok(()) };
            let Some(record) = record else {
                erased += 1;
                return Ok(());
            };
            let record = IssuanceRecord::decode(record)?;
            let certificate = SignedCertificate::decode(&record.certificate)?;
            let claims = certificate.unverified_claims();
            let committee = committees.get(&claims.authority).map(String::as_str);
            if is_picked(filter, committee, claims) {
                picked.push(index);
            }
            Ok(())
        })?;
        Ok((picked, erased))
    }
}
