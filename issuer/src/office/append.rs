//! From signed certificates to their places in the log: intent → append → acknowledged → ended.

use std::convert::Infallible;

use ledger::{
    entry::{Entry, Issuance},
    journal::JournalSequence,
    parallel::map_pieces,
};

use super::{Issued, Office, OfficeError, journal::Written};
use crate::{
    actions::Action,
    draft::Signed,
    registry::Intended,
    sequencer::{FreshIssuance, Prepared, Submission, SubmitError},
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
            Ok::<_, Infallible>(piece.into_iter().map(|(_, signed)| prepared(signed)).collect())
        });
        let mut entries: Vec<Prepared> = match entries {
            Ok(entries) => entries,
            Err(never) => match never {},
        };
        let intents = issued.iter().zip(&entries).map(|((line, _, commitment), prepared)| {
            let (commitment, result) = (*commitment, Some(*line));
            let final_bytes = prepared.private.clone();
            (Action::IssueIntended { commitment, result, proposal }, final_bytes)
        });
        let intents = self.write(None, intents.collect())?;
        let results = issued.iter().map(|(result, ..)| Some(*result));
        for ((prepared, (line, _)), result) in entries.iter_mut().zip(&intents.lines).zip(results) {
            if let Some(fresh) = &mut prepared.issued {
                fresh.intended = Some(Intended { line: *line, result });
            }
        }
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
    /// registry learnt of each intent with the place of its certificate.
    fn end_written(&mut self, intents: Written) -> Result<(), OfficeError> {
        let (mut commitments, mut results) = (Vec::new(), Vec::new());
        for (_, (action, _)) in &intents.lines {
            if let Action::IssueIntended { commitment, result, proposal: _ } = action {
                commitments.push(*commitment);
                results.extend(*result);
            }
        }
        let end = match self.write(None, vec![(Action::Appended(commitments), None)]) {
            Ok(Written { end, .. }) => end,
            Err(error) => {
                self.fold(intents)?;
                return Err(error);
            }
        };
        self.registry.fold_issued(results)?;
        self.folded_to(end)
    }
}

/// The entry and private record of a signed certificate.
pub(super) fn prepared(signed: Signed) -> Prepared {
    let claims = signed.claims();
    let issuance = Issuance {
        authority: claims.authority,
        title: claims.title,
        commitment: signed.commitment(),
    };
    let private = signed.issuance_record().encode().into();
    let (verified, personal) = signed.into_verified();
    let document_number = personal.document_number;
    Prepared {
        issued: Some(FreshIssuance { verified, document_number, intended: None }),
        entry: Entry::Issuance(issuance),
        private: Some(private),
    }
}
