//! Issuing a batch as a case. Each certificate's number and salt are drawn when it is proposed and kept
//! in a line of its own, so that what the second person approves is what is signed, byte for byte.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{journal::JournalSequence, rules::RuleError};

use super::{Office, OfficeError, Proposed, Recorded};
use crate::{
    actions::{Action, CaseEnd, CaseSignature},
    case::{BatchDraft, CaseFault, CaseId, Drawn, Matter},
    draft::Linted,
    office::{
        issue::{HeldBack, ISSUED_BYTES, MAX_BATCH, Waiting, sign},
        standing::BatchSigners,
    },
    registry::{CaseRow, ResultState},
    sequencer::SubmitError,
    signing::{
        SigningKeyFile,
        staff::{Approval, ProposalHash, ProposalKind},
    },
};

/// A batch that was proposed.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposedBatch {
    /// The case; none when no result passed the lint.
    pub case: Option<Proposed>,
    /// How many certificates it would issue.
    pub certificates: usize,
    /// What goes on waiting, because its certificate would not be sound.
    pub held_back: Vec<HeldBack>,
}

impl Office {
    /// Proposes to issue what waits, at most [`MAX_BATCH`] results.
    ///
    /// # Errors
    /// The key is nobody's; anything that keeps [`Office::issue`] from issuing.
    pub fn propose_batch(
        &mut self,
        proposer: &SigningKeyFile,
    ) -> Result<ProposedBatch, OfficeError> {
        let person = self.proposer(proposer)?;
        let lines: BTreeSet<_> = self.pending()?.into_iter().take(MAX_BATCH).collect();
        self.check_room(lines.len() as u64 * ISSUED_BYTES)?;
        let mut held_back = Vec::new();
        let results = self.still_eligible(self.results(&lines)?, &mut held_back)?;
        let signers = self.batch_signers(results.iter().map(|(_, result)| result))?;
        let drawn = self.draw(results)?;
        let kept: BTreeMap<_, _> = drawn
            .iter()
            .map(|((line, _), number, salt)| (*line, Drawn { number: number.clone(), salt: *salt }))
            .collect();
        let drafts = self.drafts(drawn, &signers)?;
        let passed = self.lint(drafts, &signers, &mut held_back)?;
        let linted = passed.iter().flat_map(|passed| &passed.linted);
        let parts: Vec<_> = linted.map(Linted::proposal_part).collect();
        let lines: Vec<_> = passed.iter().flat_map(|passed| &passed.lines).copied().collect();
        drop(passed);
        if parts.is_empty() {
            return Ok(ProposedBatch { case: None, certificates: 0, held_back });
        }
        let proposal = ProposalHash::of(ProposalKind::Issuance, &parts);
        let by = CaseSignature::of(person.clone(), proposal, &Approval::sign(proposer, &proposal));
        let first = self.journal_head().count.next_sequence()?;
        let draft = BatchDraft { first, count: lines.len() as u64 };
        let drafted = |line: &JournalSequence| {
            let drawn = kept.get(line).ok_or(OfficeError::LineMissing { line: line.get() })?;
            Ok((Action::IssueDrafted { result: *line }, Some(drawn.encode())))
        };
        let mut noted = lines.iter().map(drafted).collect::<Result<Vec<_>, OfficeError>>()?;
        let kind = Matter::IssueBatch.code();
        let case = (Action::CaseProposed { kind, by }, Some(draft.encode()));
        noted.push(case);
        let sequences = self.note(Some(person.as_str()), noted)?;
        let line = sequences.last().copied().ok_or(OfficeError::StatusUnreadable)?;
        let case = Some(Proposed { case: CaseId::of_line(line), draft: proposal });
        Ok(ProposedBatch { case, certificates: lines.len(), held_back })
    }

    /// Issues a batch that a second person approves with `by`.
    pub(super) fn approve_batch(
        &mut self,
        row: &CaseRow,
        draft: BatchDraft,
        by: CaseSignature,
    ) -> Result<Recorded, OfficeError> {
        let case = row.id;
        let drawn = self.drafted(draft)?;
        let states: BTreeMap<_, _> = self.registry.results()?.into_iter().collect();
        let moved = drawn.keys().find(|line| states.get(line) != Some(&ResultState::Pending));
        if let Some(line) = moved {
            return Err(CaseFault::ResultMoved { case, line: *line }.into());
        }
        let mut held_back = Vec::new();
        let (signers, drafts) = self.redraft(drawn, &mut held_back)?;
        let passed = self.lint(drafts, &signers, &mut held_back)?;
        if let Some(HeldBack { result, .. }) = held_back.first() {
            return Err(CaseFault::ResultMoved { case, line: *result }.into());
        }
        let linted = passed.iter().flat_map(|passed| &passed.linted);
        let proposal = ProposalHash::of(
            ProposalKind::Issuance,
            linted.map(Linted::proposal_part).collect::<Vec<_>>(),
        );
        if proposal != row.proposed.proposal {
            return Err(
                CaseFault::OtherDraft { case, matter: row.matter, proposed: proposal }.into()
            );
        }
        let signed = sign(passed)?;
        self.note_approved(case, by)?;
        match self.append(signed, proposal) {
            Ok(issued) => {
                self.end_case(case, CaseEnd::Recorded)?;
                let issued = issued.into_iter().map(|issued| issued.index).collect();
                Ok(Recorded { case, events: Vec::new(), archive: Vec::new(), issued })
            }
            Err(error) => Err(self.fail(case, error)?),
        }
    }

    /// After a crash: issues what of an approved batch is not on record.
    pub(super) fn settle_batch(
        &mut self,
        row: &CaseRow,
        draft: BatchDraft,
    ) -> Result<(), OfficeError> {
        let mut drawn = self.drafted(draft)?;
        let states: BTreeMap<_, _> = self.registry.results()?.into_iter().collect();
        drawn.retain(|line, _| states.get(line) == Some(&ResultState::Pending));
        if !drawn.is_empty() {
            // What would not be sound any more goes on waiting.
            let mut held_back = Vec::new();
            let (signers, drafts) = self.redraft(drawn, &mut held_back)?;
            let signed = sign(self.lint(drafts, &signers, &mut held_back)?)?;
            if !signed.is_empty()
                && let Err(error) = self.append(signed, row.proposed.proposal)
            {
                let _ended = self.fail(row.id, error)?;
                return Ok(());
            }
        }
        self.end_case(row.id, CaseEnd::Recorded)
    }

    /// Ends a case that a rule of the log refused, and gives the error back; any other error is for
    /// the next opening.
    pub(super) fn fail(
        &mut self,
        case: CaseId,
        error: OfficeError,
    ) -> Result<OfficeError, OfficeError> {
        match &error {
            OfficeError::Submit(SubmitError::Rule(RuleError::Broken { rule, .. })) => {
                self.end_case(case, CaseEnd::Failed { reason: rule.to_string() })?;
                Ok(error)
            }
            _ => Err(error),
        }
    }

    /// What was drawn for each result of a batch.
    fn drafted(&self, draft: BatchDraft) -> Result<BTreeMap<JournalSequence, Drawn>, OfficeError> {
        let lines = draft.lines()?.into_iter().collect();
        let drawn = |line: crate::office::journal::OpenedLine| match line.action {
            Action::IssueDrafted { result } => Ok((result, Drawn::decode(&line.payload)?)),
            _ => Err(OfficeError::LineMissing { line: line.at.get() }),
        };
        self.payloads(&lines)?.into_iter().map(drawn).collect()
    }

    /// The drafts as they were proposed; but those of applicants who were barred meanwhile.
    fn redraft(
        &mut self,
        mut drawn: BTreeMap<JournalSequence, Drawn>,
        held_back: &mut Vec<HeldBack>,
    ) -> Result<(BatchSigners, Vec<Waiting>), OfficeError> {
        let results = self.results(&drawn.keys().copied().collect())?;
        let results = self.still_eligible(results, held_back)?;
        let signers = self.batch_signers(results.iter().map(|(_, result)| result))?;
        let drawn = results
            .into_iter()
            .filter_map(|(line, result)| {
                let Drawn { number, salt } = drawn.remove(&line)?;
                Some(((line, result), number, salt))
            })
            .collect();
        let drafts = self.drafts(drawn, &signers)?;
        Ok((signers, drafts))
    }
}
