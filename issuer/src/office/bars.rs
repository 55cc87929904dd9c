//! The archive as a gate: who was barred is imported by nobody and issued nothing (七(一)).

use ledger::{journal::JournalSequence, record::SubjectKind};

use super::{HeldBack, HoldFault, Office, OfficeError};
use crate::{
    archive::bars,
    eligibility::{EligibleResult, Ineligible, check_bars},
};

impl Office {
    /// The bar that keeps a result's applicant out, if one does.
    pub(super) fn bar_on(
        &self,
        result: &EligibleResult,
    ) -> Result<Option<Ineligible>, OfficeError> {
        let result = result.result();
        let number = result.holder().document.number();
        let entries = self.archive_about(SubjectKind::Applicant, number)?;
        let counts = self.settings.archive.bar_counts;
        Ok(check_bars(result, bars(&entries), counts).err())
    }

    /// Holds back the results of applicants who were barred after the import.
    pub(super) fn without_barred(
        &self,
        results: Vec<(JournalSequence, EligibleResult)>,
        held_back: &mut Vec<HeldBack>,
    ) -> Result<Vec<(JournalSequence, EligibleResult)>, OfficeError> {
        let mut free = Vec::with_capacity(results.len());
        for (line, result) in results {
            match self.bar_on(&result)? {
                Some(gate) => {
                    let fault = HoldFault::Ineligible(gate);
                    held_back.push(HeldBack { result: line, fault });
                }
                None => free.push((line, result)),
            }
        }
        Ok(free)
    }
}
