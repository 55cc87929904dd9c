//! The gates between an approved result and an issuance (clauses 二, 三(一)): the committee was
//! allowed to decide this on that day, the public notice lasted long enough and the HRSS authority
//! published it too, one of the three confirmations came after it, and the application went through the
//! platform or a system that may stand in for it. One gate more needs the integrity archive: the
//! applicant is not barred (七(一)); and one the day: what will only be filed is not confirmed yet.

mod ineligible;
mod provenance;
mod provenance_fault;
#[cfg(test)]
mod provenance_tests;
mod settings;
mod stored;
#[cfg(test)]
mod tests;

use ledger::authority::Scope;
use ledger::certificate::Text;
use ledger::time::{self, UnixMillis};

pub use ineligible::Ineligible;
pub use provenance_fault::ProvenanceFault;
pub use settings::{EmptyWord, GateSettings, HrssWords, UnstatedGates};
pub use stored::StoredResultError;

use crate::approval::{ApprovedResult, Confirmation};
use crate::archive::{self, Bar, BarCounts};
use crate::calendar::{Calendar, NOTICE_WORKING_DAYS, ledger_date};
use crate::committee::{
    Committees, NoStanding, RecordedCommittee, RecordedFiling, ReviewCommittee,
};

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
/// What the list does not state of the result's way, the office's settings say.
///
/// # Errors
/// [`Ineligible`] names the gate.
pub fn check(
    result: ApprovedResult,
    committees: &Committees,
    calendar: &Calendar,
    settings: &GateSettings,
) -> Result<EligibleResult, Ineligible> {
    let recorded = committees.recorded(&result.review().committee);
    let listed = known(&result, committees);
    if recorded.is_none() {
        listed.clone()?;
    }
    check_order(&result)?;
    check_notice(&result, calendar)?;
    let autonomy = listed.as_ref().ok().and_then(|listed| listed.autonomy);
    let (committee_name, filed) = match recorded {
        Some((committee, now)) => {
            let lists_it = listed.is_ok_and(|listed| check_standing(&result, listed).is_ok());
            let filing = check_record(&result, committee, now).map_err(|gate| match gate {
                // The list knows a filing that nobody has put on record.
                Ineligible::FilingNotBegun { passed_on, .. }
                | Ineligible::FilingExpired { passed_on, .. }
                    if lists_it =>
                {
                    Ineligible::FilingNotOnRecord { passed_on }
                }
                gate => gate,
            })?;
            let numbers = committee.filings().iter().filter_map(RecordedFiling::filed);
            let filing_numbers = numbers.map(|filed| filed.filing.number()).collect();
            let approving_authority = &filing.approving_authority;
            // What is on record wins over what a list says.
            let autonomy = filing.autonomy.or(autonomy);
            (
                filing.name.clone(),
                provenance::Filed { approving_authority, filing_numbers, autonomy },
            )
        }
        None => {
            let listed = listed?;
            check_standing(&result, listed)?;
            check_scope(&result, listed.scope())?;
            let filing_numbers = vec![listed.filing().number()];
            let approving_authority = &listed.approving_authority;
            (
                listed.name.clone(),
                provenance::Filed { approving_authority, filing_numbers, autonomy },
            )
        }
    };
    provenance::check(&result, &filed, settings)?;
    Ok(EligibleResult { result, committee_name, cites: None })
}

/// The gates that need the record: the committee's filings and what was decided on them since. At
/// import, and again at issue.
///
/// # Errors
/// [`Ineligible`] names the gate.
pub fn check_record<'a>(
    result: &ApprovedResult,
    committee: &'a RecordedCommittee,
    now: UnixMillis,
) -> Result<&'a RecordedFiling, Ineligible> {
    let passed_on = result.review().passed_on;
    let Ok(day) = ledger_date(passed_on) else {
        let from = committee.filings().first().and_then(RecordedFiling::filed);
        let from = from.map_or_else(|| now.beijing_date(), |filed| filed.filing.from());
        return Err(Ineligible::FilingNotBegun { passed_on, from });
    };
    let filing = committee.standing(day, now).map_err(|reason| match reason {
        NoStanding::NotFiled { from, .. } if day < from => {
            Ineligible::FilingNotBegun { passed_on, from }
        }
        NoStanding::NotFiled { until, .. } => Ineligible::FilingExpired { passed_on, until },
        NoStanding::Suspended(suspension) => {
            Ineligible::Suspended { passed_on, from: suspension.from }
        }
        NoStanding::Cancelled { event } => Ineligible::Cancelled { passed_on, event },
        NoStanding::NotSignedNow { until } => Ineligible::SigningOver { passed_on, until },
    })?;
    if let Some(filed) = filing.filed() {
        check_scope(result, &filed.scope)?;
    }
    provenance::check_autonomy(result, filing.autonomy)?;
    Ok(filing)
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

/// The gate that needs the day: what an autonomous unit has not filed yet is not confirmed, whatever
/// the list says of the time to come. At import, and again at issue.
///
/// # Errors
/// [`ProvenanceFault::FiledInFuture`].
pub fn check_filed(result: &ApprovedResult, today: time::Date) -> Result<(), Ineligible> {
    match &result.provenance().confirmation {
        Some(Confirmation::Autonomous(filing))
            if ledger_date(filing.filed_on).is_ok_and(|filed_on| filed_on > today) =>
        {
            Err(ProvenanceFault::FiledInFuture { filed_on: filing.filed_on }.into())
        }
        _ => Ok(()),
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
        Some(suspension) => {
            let from = ledger_date(suspension.from).unwrap_or(from);
            Err(Ineligible::Suspended { passed_on, from })
        }
        None => Ok(()),
    }
}

fn check_scope(result: &ApprovedResult, scope: &Scope) -> Result<(), Ineligible> {
    let title = result.title();
    if !scope.series().contains(&title.series.code()) {
        return Err(Ineligible::SeriesOutOfScope { series: title.series.code() });
    }
    if !scope.levels().contains(&title.level) {
        return Err(Ineligible::LevelOutOfScope { level: title.level });
    }
    Ok(())
}
