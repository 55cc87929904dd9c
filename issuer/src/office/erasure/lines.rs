//! Payloads of the journal that no entry of the log leads to: results that wait, cases that came to
//! nothing, supervision records, rechecks.

use std::collections::BTreeSet;

use ledger::{journal::JournalSequence, position::LeafIndex, seal::SealPlace};

use super::{Found, Office, OfficeError};
use crate::{
    actions::{Action, ArchiveAction, RecheckAction},
    case::CaseState,
    erasure::ErasureRefusal,
    recheck::{FollowUp, RecheckId},
    registry::ResultState,
};

impl Office {
    /// A payload of the journal that belongs to nothing on record: a result that waits, a case that
    /// came to nothing, a closed supervision record.
    pub(super) fn find_line(
        &self,
        line: JournalSequence,
        found: &mut Found,
    ) -> Result<(), OfficeError> {
        let place = SealPlace::JournalPayload(line);
        if let Some(time) = self.registry.erased(place)? {
            return Err(ErasureRefusal::Already { on: time.beijing_date() }.into());
        }
        let opened = match self.payloads(&BTreeSet::from([line])) {
            Ok(opened) => opened,
            Err(OfficeError::LineMissing { .. }) => {
                return Err(ErasureRefusal::NotALine { line }.into());
            }
            Err(error) => return Err(error),
        };
        let Some(opened) = opened.into_iter().next() else {
            return Err(ErasureRefusal::NotALine { line }.into());
        };
        match opened.action {
            Action::ResultImported => {
                let states = self.registry.results()?;
                let state = states.into_iter().find(|(at, _)| *at == line).map(|(_, state)| state);
                if state != Some(ResultState::Pending) {
                    return Err(ErasureRefusal::NotALine { line }.into());
                }
                let result = crate::eligibility::EligibleResult::from_journal(&opened.payload)?;
                self.add_drafts(line, found)?;
                let holder = result.result().holder();
                found.secrets.push(holder.name.as_str().to_owned());
                found.secrets.push(holder.document.number().to_owned());
            }
            Action::Archive(ArchiveAction::Supervised { .. }) => {
                let row = self.registry.supervision(line)?;
                let Some(closed) = row.and_then(|row| row.closed) else {
                    return Err(ErasureRefusal::StillNeeded { line }.into());
                };
                found.places.insert(SealPlace::JournalPayload(closed));
            }
            Action::Recheck(RecheckAction::Opened { .. }) => {
                let row = self.registry.recheck(RecheckId::of_line(line))?;
                let Some(end) = row.and_then(|row| row.end) else {
                    return Err(ErasureRefusal::StillNeeded { line }.into());
                };
                // A result that came with the outcome waits, or goes with its certificate.
                if end.follow_up != Some(FollowUp::Issue) {
                    found.places.insert(SealPlace::JournalPayload(end.line));
                }
            }
            Action::CaseProposed { .. } => {
                let row = self.registry.case(crate::case::CaseId::of_line(line))?;
                match row.as_ref().map(|row| row.state) {
                    Some(CaseState::Refused | CaseState::Failed) => {}
                    _ => return Err(ErasureRefusal::StillNeeded { line }.into()),
                }
                let reason = row.and_then(|row| row.decided).map(|(reason, _)| reason);
                found.places.extend(reason.map(SealPlace::JournalPayload));
            }
            _ => return Err(ErasureRefusal::NotALine { line }.into()),
        }
        found.places.insert(place);
        Ok(())
    }

    /// The rechecks of a title, and the one that its certificate follows from. An open one keeps what it
    /// needs.
    pub(super) fn add_rechecks(
        &self,
        title: LeafIndex,
        found: &mut Found,
    ) -> Result<(), OfficeError> {
        for row in self.registry.rechecks()? {
            let led_to_it = row.end.is_some_and(|end| found.results.contains(&end.line));
            if row.title != Some(title) && !led_to_it {
                continue;
            }
            let line = row.id.line();
            let end = row.end.ok_or(ErasureRefusal::StillNeeded { line })?;
            let both = [line, end.line].map(SealPlace::JournalPayload);
            found.places.extend(both);
        }
        Ok(())
    }
}
