//! The gates about the way a result came: source system, confirmation, simultaneous notice.

use ledger::certificate::Text;

use super::{GateSettings, ProvenanceFault, UnstatedGates};
use crate::approval::{
    ApprovedResult, Column, Confirmation, DocumentNumber, ResultFiling, SourceSystem,
};
use crate::committee::Autonomy;
use crate::table;

/// What is known of the committee that decided, on record or in the list.
pub(super) struct Filed<'a> {
    /// 核准部门
    pub(super) approving_authority: &'a Text,
    /// The numbers of its filings (核准备案文号).
    pub(super) filing_numbers: Vec<&'a Text>,
    /// 自主评审, on record or else as the list of committees tells.
    pub(super) autonomy: Option<Autonomy>,
}

/// Checks which way a result came, as far as the list states it; what it does not state, by the
/// office's settings.
pub(super) fn check(
    result: &ApprovedResult,
    committee: &Filed<'_>,
    settings: &GateSettings,
) -> Result<(), ProvenanceFault> {
    check_source(result, settings)?;
    check_confirmation(result, committee, settings)?;
    check_simultaneous_notice(result, settings)
}

fn check_source(result: &ApprovedResult, settings: &GateSettings) -> Result<(), ProvenanceFault> {
    let series = result.title().series.code();
    match (result.provenance().source, settings.unstated) {
        (Some(source), _) if settings.admits(source, series) => Ok(()),
        (Some(source), _) => Err(ProvenanceFault::SourceNotAllowed { system: source, series }),
        (None, UnstatedGates::ByForm) => Ok(()),
        (None, UnstatedGates::Refused) => {
            Err(ProvenanceFault::NotStated { column: Column::Source })
        }
    }
}

/// Clause 三(一)¶2: an autonomous unit's results are filed, and nobody else's.
pub(super) fn check_autonomy(
    result: &ApprovedResult,
    autonomy: Option<Autonomy>,
) -> Result<(), ProvenanceFault> {
    match (&result.provenance().confirmation, autonomy) {
        (Some(Confirmation::Autonomous(_)), Some(Autonomy::Ordinary)) => {
            Err(ProvenanceFault::CommitteeNotAutonomous)
        }
        (
            Some(Confirmation::HrssDocument | Confirmation::UnitDocument) | None,
            Some(Autonomy::Autonomous),
        ) => Err(ProvenanceFault::AutonomousNotFiled),
        (_, None | Some(Autonomy::Autonomous | Autonomy::Ordinary)) => Ok(()),
    }
}

/// Clause 三(一)¶2: one of three, and of an autonomous unit the third.
fn check_confirmation(
    result: &ApprovedResult,
    committee: &Filed<'_>,
    settings: &GateSettings,
) -> Result<(), ProvenanceFault> {
    check_autonomy(result, committee.autonomy)?;
    let is_hrss = settings.hrss_words.issued(&result.approval().document);
    match (&result.provenance().confirmation, settings.unstated) {
        (Some(Confirmation::HrssDocument), _) if is_hrss => Ok(()),
        (Some(Confirmation::HrssDocument), _) => Err(ProvenanceFault::DocumentNotHrss),
        (Some(Confirmation::UnitDocument), _) => Ok(()),
        (Some(Confirmation::Autonomous(filing)), _) => check_filing(result, filing, committee),
        (None, UnstatedGates::ByForm) if is_hrss => Ok(()),
        (None, UnstatedGates::ByForm) => Err(ProvenanceFault::ConfirmationUnclear),
        (None, UnstatedGates::Refused) => {
            Err(ProvenanceFault::NotStated { column: Column::Confirmation })
        }
    }
}

/// A filing is an act of its own, by the authority that approved the unit, and not before the result
/// that it is about was confirmed.
fn check_filing(
    result: &ApprovedResult,
    filing: &ResultFiling,
    committee: &Filed<'_>,
) -> Result<(), ProvenanceFault> {
    let approval = result.approval();
    if filing.number == approval.document {
        return Err(ProvenanceFault::FilingIsApproval);
    }
    let is_number = |text: &&Text| {
        DocumentNumber::read(text.as_str()).is_ok_and(|number| number == filing.number)
    };
    if committee.filing_numbers.iter().any(is_number) {
        return Err(ProvenanceFault::FilingIsOfCommittee);
    }
    if filing.filed_on < approval.date {
        let (filed_on, approved) = (filing.filed_on, approval.date);
        return Err(ProvenanceFault::FiledBeforeApproval { filed_on, approved });
    }
    let approving = committee.approving_authority.as_str();
    match table::compact(&filing.filed_with) == table::compact(approving) {
        true => Ok(()),
        false => Err(ProvenanceFault::FiledWithAnother {
            approving: committee.approving_authority.clone(),
        }),
    }
}

/// Clause 三(一)¶1. Only a list of the platform's can stand for a notice on the platform.
fn check_simultaneous_notice(
    result: &ApprovedResult,
    settings: &GateSettings,
) -> Result<(), ProvenanceFault> {
    let provenance = result.provenance();
    let column = Column::SimultaneousNotice;
    match (provenance.simultaneous_notice, settings.unstated, provenance.source) {
        (Some(_), _, _) | (None, UnstatedGates::ByForm, None | Some(SourceSystem::Platform)) => {
            Ok(())
        }
        (None, UnstatedGates::ByForm, Some(source)) => {
            Err(ProvenanceFault::NoticeNotStated { system: source })
        }
        (None, UnstatedGates::Refused, _) => Err(ProvenanceFault::NotStated { column }),
    }
}
