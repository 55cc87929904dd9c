//! Gates that need the office: who was barred is imported by nobody and issued nothing (七(一)); nothing
//! is signed for a review that the committee's filings and suspensions do not bear (二(二), 五(二)), and
//! nothing that will only be filed (三(一)).

use ledger::{journal::JournalSequence, record::SubjectKind};

use super::{HeldBack, HoldFault, Office, OfficeError};
use crate::{
    archive::bars,
    eligibility::{EligibleResult, Ineligible, check_bars, check_filed, check_record},
};

impl Office {
    /// The gate that is closed today: a bar on the applicant, or a filing to come.
    pub(super) fn closed_today(
        &self,
        result: &EligibleResult,
    ) -> Result<Option<Ineligible>, OfficeError> {
        let result = result.result();
        let number = result.holder().document.number();
        let entries = self.archive_about(SubjectKind::Applicant, number)?;
        let counts = self.settings.archive.bar_counts;
        let barred = check_bars(result, bars(&entries), counts);
        Ok(barred.and_then(|()| check_filed(result, self.today())).err())
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
            let closed = match self.closed_today(&result)? {
                Some(gate) => Some(gate),
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
