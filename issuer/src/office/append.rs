//! From signed certificates to their places in the log: intent → append → acknowledged → ended.

use std::convert::Infallible;

use ledger::{
    entry::{Entry, Issuance},
    journal::JournalSequence,
    parallel::map_pieces,
};
use zeroize::Zeroizing;

use super::{
    Issued, Office, OfficeError,
    journal::{Line, Written},
};
use crate::{
    actions::Action,
    draft::Signed,
    registry::{Intent, IntentState},
    sequencer::{Prepared, Submission, SubmitError},
    signing::staff::ProposalHash,
};

impl Office {
    /// Journals the intents of signed certificates, appends them, and journals that it was done.
    pub(super) fn append(
        &mut self,
        signed: Vec<(JournalSequence, Signed)>,
        proposal: ProposalHash,
    ) -> Result<Vec<Issued>, OfficeError> {
        let issued =
            signed.iter().map(|(line, s)| (*line, s.claims().number.clone(), s.commitment()));
        let issued: Vec<_> = issued.collect();
        let entries = map_pieces(signed, |piece| {
            Ok::<_, Infallible>(piece.iter().map(|(_, signed)| prepared(signed)).collect())
        });
        let entries: Vec<Prepared> = match entries {
            Ok(entries) => entries,
            Err(never) => match never {},
        };
        let intents = issued.iter().zip(&entries).map(|((line, _, commitment), prepared)| {
            let (commitment, result) = (*commitment, Some(*line));
            let final_bytes = prepared.private.as_ref().map(|record| record.to_vec());
            (Action::IssueIntended { commitment, result, proposal }, final_bytes)
        });
        let intents = self.write(None, intents.collect())?;
        // From here on a crash leads to the same certificates: opening the directory appends what
        // is missing.
        let placed = match self.sequencer.submit(Submission { entries }).wait() {
            Ok(placed) => placed,
            Err(error) => {
                // The first failure says why. What is not folded then is folded on opening.
                let folded = self.fold(intents);
                if let SubmitError::Rule(_) = error {
                    // Each intent ends: what the rules allow is appended alone, the rest abandoned.
                    folded?;
                    self.settle_intents()?;
                }
                return Err(error.into());
            }
        };
        self.end_written(intents)?;
        let issued = issued.into_iter().zip(placed.indices);
        Ok(issued.map(|((result, number, _), index)| Issued { number, index, result }).collect())
    }

    /// Journals that intents ended on record whose own lines are not folded yet, and folds both: the
    /// registry learns of an intent of this batch once, when it has ended.
    fn end_written(&mut self, intents: Written) -> Result<(), OfficeError> {
        let opened: Vec<Intent> = intents.lines.iter().filter_map(opened).collect();
        let commitments = opened.iter().map(|intent| intent.commitment).collect();
        let end = match self.write(None, vec![(Action::Appended(commitments), None)]) {
            Ok(Written { end, .. }) => end,
            Err(error) => {
                self.fold(intents)?;
                return Err(error);
            }
        };
        self.registry.fold_appended(&opened)?;
        self.folded_to(end)
    }
}

/// The entry and private record of a signed certificate.
pub(super) fn prepared(signed: &Signed) -> Prepared {
    let claims = signed.claims();
    Prepared {
        verified: Some(signed.verified().clone()),
        entry: Entry::Issuance(Issuance {
            authority: claims.authority,
            title: claims.title,
            commitment: signed.commitment(),
        }),
        private: Some(Zeroizing::new(signed.issuance_record().encode())),
    }
}

/// The intent that a line opens.
fn opened((at, (action, _)): &(JournalSequence, Line)) -> Option<Intent> {
    let Action::IssueIntended { commitment, result, proposal: _ } = action else { return None };
    let (commitment, result) = (*commitment, *result);
    Some(Intent { commitment, line: *at, result, state: IntentState::Open })
}
