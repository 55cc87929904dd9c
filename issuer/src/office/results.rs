//! Imported results wait in the journal, where nothing of them is lost.

use super::{Office, OfficeError, journal::OpenedLine};
use crate::{
    actions::{Action, RecheckAction},
    approval::ResultKey,
    calendar::Calendar,
    committee::Committees,
    eligibility::{EligibleResult, GateSettings, Ineligible},
    import::{PendingError, PendingResults, Standing},
    recheck::Judgement,
    registry::ResultState,
};

/// About what an imported result takes in the journal, its keyring and the registry.
const IMPORTED_BYTES: u64 = 4096;

impl PendingResults for Office {
    fn standing(&self, key: &ResultKey) -> Result<Option<Standing>, PendingError> {
        let state = self.registry().result_by_key(key).map_err(boxed)?;
        Ok(state.map(|state| match state {
            ResultState::Pending | ResultState::Intended => Standing::Pending,
            ResultState::Issued => Standing::Issued,
        }))
    }

    fn closed_gate(&self, result: &EligibleResult) -> Result<Option<Ineligible>, PendingError> {
        Ok(self.closed_today(result).map_err(boxed)?)
    }

    fn judge_by_record(&self, committees: &mut Committees) -> Result<(), PendingError> {
        committees.judge_by_record(self.recorded_committees().map_err(boxed)?, self.clock.now());
        Ok(())
    }

    fn calendar(&self) -> Result<Calendar, PendingError> {
        Ok(Office::calendar(self).map_err(boxed)?)
    }

    fn gates(&self) -> GateSettings {
        self.settings.gates.clone()
    }

    fn add_all(&mut self, results: Vec<EligibleResult>) -> Result<(), PendingError> {
        self.check_room(results.len() as u64 * IMPORTED_BYTES).map_err(boxed)?;
        let lines = results
            .iter()
            .map(|result| Ok((Action::ResultImported, Some(result.to_journal()?))))
            .collect::<Result<Vec<_>, serde_json::Error>>()
            .map_err(boxed)?;
        self.note(None, lines).map_err(boxed)?;
        Ok(())
    }
}

/// The result that a journal line holds: an import, or a recheck that ended with one.
pub(super) fn result_of(line: &OpenedLine) -> Result<EligibleResult, OfficeError> {
    let missing = OfficeError::LineMissing { line: line.at.get() };
    match &line.action {
        Action::Recheck(RecheckAction::Decided { .. }) => {
            let result = Judgement::decode(&line.payload)?.result.ok_or(missing)?;
            Ok(EligibleResult::from_journal(&result)?)
        }
        Action::ResultImported => Ok(EligibleResult::from_journal(&line.payload)?),
        _ => Err(missing),
    }
}

fn boxed<E: Into<OfficeError>>(error: E) -> Box<dyn std::error::Error + Send + Sync> {
    Box::new(error.into())
}
