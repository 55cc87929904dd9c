//! Gates that can close after the import: who was barred is imported by nobody and issued nothing
//! (七(一)); nothing is signed for a review that the committee's filings and suspensions do not bear
//! (二(二), 五(二)).

use ledger::{journal::JournalSequence, record::SubjectKind};

use super::{HeldBack, HoldFault, Office, OfficeError};
use crate::{
    archive::bars,
    eligibility::{EligibleResult, Ineligible, check_bars, check_record},
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

    /// Holds back the results whose applicants were barred, or whose committees lost their standing on
    /// the day of the review, after the import.
    pub(super) fn still_eligible(
        &self,
        results: Vec<(JournalSequence, EligibleResult)>,
        held_back: &mut Vec<HeldBack>,
    ) -> Result<Vec<(JournalSequence, EligibleResult)>, OfficeError> {
        let (committees, now) = (self.recorded_committees()?, self.clock.now());
        let mut free = Vec::with_capacity(results.len());
        for (line, result) in results {
            let closed = match self.bar_on(&result)? {
                Some(bar) => Some(bar),
                None => {
                    let committee = committees.get(result.result().review().committee.as_str());
                    committee.and_then(|one| check_record(result.result(), one, now).err())
                }
            };
            match closed {
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
