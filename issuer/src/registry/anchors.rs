//! Where what was fixed stands: holiday tables by year, populations of spot checks. Folded from the
//! log, so that what counts is exactly what an anchor fixed; findings from the journal.

use ledger::{entry::AnchorPurpose, journal::JournalSequence, position::LeafIndex};

use super::{Registry, RegistryError, damaged_in, index_at_end, number};
use crate::{actions::SampleFound, calendar::AddedTable};

const CALENDAR: &str = "calendar";
const SAMPLES: &str = "samples";
const FINDINGS: &str = "sample_findings";

/// The trees of what anchors fixed.
#[derive(Debug)]
pub(super) struct AnchorTrees {
    /// Year (2 bytes) ‖ index of the anchor → nothing.
    calendar: sled::Tree,
    /// Index of the anchor → nothing.
    samples: sled::Tree,
    /// Index of the anchor ‖ index of the document ‖ line of the supervision record → nothing.
    findings: sled::Tree,
}

impl AnchorTrees {
    pub(super) fn open(db: &sled::Db) -> Result<Self, sled::Error> {
        Ok(Self {
            calendar: db.open_tree(CALENDAR)?,
            samples: db.open_tree(SAMPLES)?,
            findings: db.open_tree(FINDINGS)?,
        })
    }
}

impl Registry {
    /// Folds in an anchor; one whose record was erased fixes nothing that could be read any more.
    pub(super) fn fold_anchor(
        &self,
        index: LeafIndex,
        purpose: AnchorPurpose,
        private: Option<&[u8]>,
    ) -> Result<(), RegistryError> {
        let Some(private) = private else { return Ok(()) };
        match purpose {
            AnchorPurpose::HolidayTable => {
                let table = AddedTable::from_record(private);
                let year = table.map_err(|_malformed| damaged_in("private records"))?.year();
                let key = [&year.to_be_bytes()[..], &index.get().to_be_bytes()].concat();
                self.anchors.calendar.insert(key, &[])?;
            }
            AnchorPurpose::SamplePopulation => {
                self.anchors.samples.insert(index.get().to_be_bytes(), &[])?;
            }
        }
        Ok(())
    }

    /// The anchors of holiday tables with their years, by year and then as they came: of a year the
    /// last one counts.
    pub fn holiday_tables(&self) -> Result<Vec<(i16, LeafIndex)>, RegistryError> {
        self.anchors
            .calendar
            .iter()
            .keys()
            .map(|key| {
                let key = key?;
                let year = key.first_chunk::<2>().ok_or(damaged_in(CALENDAR))?;
                Ok((i16::from_be_bytes(*year), index_at_end(&key, CALENDAR)?))
            })
            .collect()
    }

    /// The anchors that fixed populations of spot checks, oldest first.
    pub fn samples(&self) -> Result<Vec<LeafIndex>, RegistryError> {
        let keys = self.anchors.samples.iter().keys();
        keys.map(|key| index_at_end(&key?, SAMPLES)).collect()
    }

    /// What a spot check found: document and supervision record, ascending.
    pub fn sample_findings(
        &self,
        sample: LeafIndex,
    ) -> Result<Vec<(LeafIndex, JournalSequence)>, RegistryError> {
        let damaged = || damaged_in(FINDINGS);
        let found = self.anchors.findings.scan_prefix(sample.get().to_be_bytes()).keys();
        found
            .map(|key| {
                let key = key?;
                let (numbers, []) = key.as_chunks::<8>() else { return Err(damaged()) };
                let [_, index, line] = numbers else { return Err(damaged()) };
                let line = number(line).and_then(|line| JournalSequence::new(line).ok());
                Ok((index_at_end(index, FINDINGS)?, line.ok_or_else(damaged)?))
            })
            .collect()
    }

    /// Every document on record, ascending.
    pub fn documents(&self) -> Result<Vec<LeafIndex>, RegistryError> {
        let damaged = |_beyond| damaged_in("issuances");
        let issuances = self.issuances.values_from(0)?;
        issuances.map(|item| LeafIndex::new(item?.0).map_err(damaged)).collect()
    }

    /// Folds in the supervision record at a line, which a spot check found.
    pub(super) fn fold_found(
        &self,
        line: JournalSequence,
        found: &SampleFound,
    ) -> Result<(), RegistryError> {
        let numbers = [found.sample.get(), found.index.get(), line.get()];
        let key: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
        self.anchors.findings.insert(key, &[])?;
        Ok(())
    }
}
