//! The gates between an approved result and an issuance (clauses 二(二), 三(一)): the committee was
//! allowed to decide this on that day, the public notice lasted long enough, and the confirmation
//! came after it. One gate more needs the integrity archive: the applicant is not barred (七(一)).

mod ineligible;
mod stored;
#[cfg(test)]
mod tests;

use ledger::certificate::Text;

pub use ineligible::Ineligible;
pub use stored::StoredResultError;

use crate::approval::ApprovedResult;
use crate::archive::{self, Bar, BarCounts};
use crate::calendar::{Calendar, NOTICE_WORKING_DAYS, ledger_date};
use crate::committee::{Committees, ReviewCommittee};

/// An approved result that passed every gate. Made by [`check`] only, or read back from the journal
/// by [`EligibleResult::from_journal`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EligibleResult {
    result: ApprovedResult,
    committee_name: Text,
    cites: Option<Text>,
}

impl EligibleResult {
    /// What was approved.
    pub fn result(&self) -> &ApprovedResult {
        &self.result
    }

    /// The committee's name when the result was checked.
    pub fn committee_name(&self) -> &Text {
        &self.committee_name
    }

    /// The outcome of a recheck that this result follows from; it goes into the personal record.
    pub fn cites(&self) -> Option<&Text> {
        self.cites.as_ref()
    }

    /// The same result as one that follows from the outcome of a recheck.
    #[must_use]
    pub fn citing(self, outcome: Text) -> Self {
        Self { cites: Some(outcome), ..self }
    }
}

/// Checks every gate. The first that does not open is the reason; an unknown calendar year is named
/// before a filing that has run out, because the filing's dates cannot be judged in that year either.
///
/// # Errors
/// [`Ineligible`] names the gate.
pub fn check(
    result: ApprovedResult,
    committees: &Committees,
    calendar: &Calendar,
) -> Result<EligibleResult, Ineligible> {
    let committee = known(&result, committees)?;
    check_order(&result)?;
    check_notice(&result, calendar)?;
    check_standing(&result, committee)?;
    check_scope(&result, committee)?;
    let committee_name = committee.name.clone();
    Ok(EligibleResult { result, committee_name, cites: None })
}

/// The gate that needs the integrity archive: an applicant who was barred in that year is kept out
/// (clause 七(一), three years by the national rules). Which days count is a setting of the archive.
///
/// # Errors
/// [`Ineligible::ApplicantBarred`] names the end of the bar.
pub fn check_bars(
    result: &ApprovedResult,
    bars: impl Iterator<Item = Bar>,
    counts: BarCounts,
) -> Result<(), Ineligible> {
    let days = [result.pledged_on(), result.review().passed_on].map(ledger_date);
    // A day that no ledger can hold lies in no bar either.
    let [Ok(pledged_on), Ok(reviewed_on)] = days else { return Ok(()) };
    match archive::hit(bars, pledged_on, reviewed_on, counts) {
        Some(bar) => Err(Ineligible::ApplicantBarred { until: bar.until }),
        None => Ok(()),
    }
}

fn known<'a>(
    result: &ApprovedResult,
    committees: &'a Committees,
) -> Result<&'a ReviewCommittee, Ineligible> {
    let code = &result.review().committee;
    match committees.get(code) {
        Some(Ok(committee)) => Ok(committee),
        Some(Err(fault)) => Err(Ineligible::CommitteeNotRegistered {
            code: code.clone(),
            fault: Box::new(fault.clone()),
        }),
        None => Err(Ineligible::CommitteeUnknown { code: code.clone() }),
    }
}

/// Pledge, review and notice follow one another (clauses 一(一), 三(一)).
fn check_order(result: &ApprovedResult) -> Result<(), Ineligible> {
    let passed_on = result.review().passed_on;
    if result.pledged_on() > passed_on {
        return Err(Ineligible::PledgeAfterReview { pledged: result.pledged_on(), passed_on });
    }
    if result.notice().from < passed_on {
        return Err(Ineligible::NoticeBeforeReview { from: result.notice().from, passed_on });
    }
    Ok(())
}

fn check_notice(result: &ApprovedResult, calendar: &Calendar) -> Result<(), Ineligible> {
    let notice = result.notice();
    let earliest_end = calendar
        .notice_last_day(notice.from, NOTICE_WORKING_DAYS)
        .map_err(|unknown| Ineligible::CalendarYearUnknown { year: unknown.year })?;
    if notice.to < earliest_end {
        return Err(Ineligible::NoticeTooShort { from: notice.from, to: notice.to, earliest_end });
    }
    let approved = result.approval().date;
    if approved <= notice.to {
        return Err(Ineligible::ApprovedBeforeNoticeEnded { to: notice.to, approved });
    }
    Ok(())
}

fn check_standing(result: &ApprovedResult, committee: &ReviewCommittee) -> Result<(), Ineligible> {
    let passed_on = result.review().passed_on;
    let (from, until) = (committee.filing().from(), committee.filing().until());
    let day = ledger_date(passed_on).ok().ok_or(Ineligible::FilingNotBegun { passed_on, from })?;
    if day < from {
        return Err(Ineligible::FilingNotBegun { passed_on, from });
    }
    if day > until {
        return Err(Ineligible::FilingExpired { passed_on, until });
    }
    match committee.suspended_on(passed_on) {
        Some(suspension) => Err(Ineligible::Suspended { passed_on, suspension }),
        None => Ok(()),
    }
}

fn check_scope(result: &ApprovedResult, committee: &ReviewCommittee) -> Result<(), Ineligible> {
    let title = result.title();
    if !committee.covers_series(title.series.code()) {
        return Err(Ineligible::SeriesOutOfScope { series: title.series.code() });
    }
    if !committee.covers_level(title.level) {
        return Err(Ineligible::LevelOutOfScope { level: title.level });
    }
    Ok(())
}
