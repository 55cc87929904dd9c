//! Rechecks: which there are, and how they ended. Folded from the journal.

use ledger::{journal::JournalSequence, position::LeafIndex, time::Date};

use super::{Registry, RegistryError, damaged_in, number};
use crate::{
    actions::RecheckAction,
    recheck::{FollowUp, Judgement, Outcome, RecheckId},
};

const TREE: &str = "rechecks";

/// A recheck as the index keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecheckRow {
    /// Its number.
    pub id: RecheckId,
    /// The title whose result is not accepted; none of somebody who did not pass.
    pub title: Option<LeafIndex>,
    /// When the application was handed in.
    pub applied_on: Date,
    /// The last day on which it was in time.
    pub last_day: Date,
    /// How it ended; none while it is open.
    pub end: Option<RecheckEnd>,
}

/// How a recheck ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecheckEnd {
    /// The line that decided; of a correction from failed to passed it holds the approved result.
    pub line: JournalSequence,
    /// How.
    pub outcome: Outcome,
    /// What it needs besides.
    pub follow_up: Option<FollowUp>,
}

impl Registry {
    /// What is known of a recheck.
    pub fn recheck(&self, id: RecheckId) -> Result<Option<RecheckRow>, RegistryError> {
        let found = self.rechecks.get(id.line().get().to_be_bytes())?;
        found.map(|value| row(id, &value)).transpose()
    }

    /// Every recheck, in the order in which they were opened.
    pub fn rechecks(&self) -> Result<Vec<RecheckRow>, RegistryError> {
        self.rechecks
            .iter()
            .map(|item| {
                let (key, value) = item?;
                let line = number(&key).and_then(|line| JournalSequence::new(line).ok());
                row(RecheckId::of_line(line.ok_or(damaged_in(TREE))?), &value)
            })
            .collect()
    }

    pub(super) fn fold_recheck(
        &self,
        at: JournalSequence,
        action: &RecheckAction,
        payload: Option<&[u8]>,
    ) -> Result<(), RegistryError> {
        match *action {
            RecheckAction::Opened { title, applied_on, last_day } => {
                let id = RecheckId::of_line(at);
                // A line that is folded again finds its recheck further on.
                if self.recheck(id)?.is_none() {
                    self.put_recheck(&RecheckRow { id, title, applied_on, last_day, end: None })?;
                }
            }
            RecheckAction::Decided { recheck, outcome, follow_up, proposal: _ } => {
                let row = self.recheck(recheck)?.ok_or(damaged_in(TREE))?;
                let end = Some(RecheckEnd { line: at, outcome, follow_up });
                self.put_recheck(&RecheckRow { end, ..row })?;
                let judgement = payload.map(Judgement::decode).transpose();
                let judgement = judgement.map_err(|_malformed| damaged_in("decided rechecks"))?;
                if let Some(result) = judgement.and_then(|judgement| judgement.result) {
                    self.fold_result(at, Some(&result))?;
                }
            }
        }
        Ok(())
    }

    fn put_recheck(&self, row: &RecheckRow) -> Result<(), RegistryError> {
        let none = u64::MAX;
        let value: Vec<u8> = [
            row.title.map_or(none, LeafIndex::get),
            row.applied_on.days().cast_unsigned().into(),
            row.last_day.days().cast_unsigned().into(),
            row.end.map_or(none, |end| end.line.get()),
            row.end.map_or(0, |end| end.outcome.number()),
            row.end.and_then(|end| end.follow_up).map_or(0, FollowUp::number),
        ]
        .iter()
        .flat_map(|number: &u64| number.to_be_bytes())
        .collect();
        self.rechecks.insert(row.id.line().get().to_be_bytes(), value)?;
        Ok(())
    }
}

fn row(id: RecheckId, value: &[u8]) -> Result<RecheckRow, RegistryError> {
    let damaged = || damaged_in(TREE);
    let (numbers, []) = value.as_chunks::<8>() else { return Err(damaged()) };
    let numbers: Vec<u64> = numbers.iter().map(|bytes| u64::from_be_bytes(*bytes)).collect();
    let &[title, applied_on, last_day, line, outcome, follow_up] = numbers.as_slice() else {
        return Err(damaged());
    };
    let date = |days: u64| {
        let days = u32::try_from(days).ok().map(u32::cast_signed);
        days.and_then(|days| Date::from_days(i64::from(days)).ok()).ok_or_else(damaged)
    };
    let title = match title {
        u64::MAX => None,
        index => Some(LeafIndex::new(index).map_err(|_beyond| damaged())?),
    };
    let end = match line {
        u64::MAX => None,
        line => Some(RecheckEnd {
            line: JournalSequence::new(line).map_err(|_beyond| damaged())?,
            outcome: Outcome::from_number(outcome).ok_or_else(damaged)?,
            follow_up: match follow_up {
                0 => None,
                number => Some(FollowUp::from_number(number).ok_or_else(damaged)?),
            },
        }),
    };
    Ok(RecheckRow { id, title, applied_on: date(applied_on)?, last_day: date(last_day)?, end })
}
