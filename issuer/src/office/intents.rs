//! After a crash: every intent ends in exactly one of *appended* or *abandoned*. What is found in the
//! log was appended; what is missing is linted again and appended now.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{
    certificate::SignedCertificate,
    digest::Commitment,
    journal::JournalSequence,
    position::LeafIndex,
    record::{ArchiveEntry, IssuanceRecord, PersonalRecord},
    rules::{History as _, RuleError},
};

use super::{
    Office, OfficeError, anchors::anchor_entry, append::prepared, archive::archive_entry,
    journal::OpenedLine, standing::BatchSigners,
};
use crate::{
    actions::{Action, ArchiveAction, AuthorityAction, MAX_INTENTS},
    draft::Draft,
    registry::Intent,
    sequencer::{Prepared, Submission, SubmitError},
    signing::ResumeError,
};

/// What can be done with an intent that is not on record.
enum Missing {
    /// Append it now.
    Append(Submission),
    /// It may not be appended any more.
    GiveUp(String),
}

impl Office {
    /// Ends every open intent.
    pub(super) fn settle_intents(&mut self) -> Result<(), OfficeError> {
        let open = self.registry.open_intents()?;
        if open.is_empty() {
            return Ok(());
        }
        let mut recorded = Vec::new();
        let mut missing = BTreeMap::new();
        for intent in open {
            match self.registry.commitment(&intent.commitment)? {
                Some(_) => recorded.push(intent.commitment),
                None => {
                    missing.insert(intent.line, intent);
                }
            }
        }
        self.end_appended(recorded)?;
        self.append_missing(missing)
    }

    fn append_missing(
        &mut self,
        missing: BTreeMap<JournalSequence, Intent>,
    ) -> Result<(), OfficeError> {
        let lines: BTreeSet<JournalSequence> = missing.keys().copied().collect();
        let opened = self.payloads(&lines)?;
        let wanted = opened.iter().filter_map(authority_of).collect::<BTreeSet<_>>();
        let signers = self.signers_at(wanted.into_iter())?;
        let mut together = Vec::new();
        for OpenedLine { at: line, action, payload } in opened {
            let Some(intent) = missing.get(&line) else { continue };
            let found = match action {
                Action::IssueIntended { .. } => self.resume(&payload, &signers)?,
                Action::Archive(ArchiveAction::Intended { .. })
                | Action::Authority(AuthorityAction::RectificationOrdered { .. }) => {
                    archived(&payload)?
                }
                Action::AnchorIntended(intent) => {
                    let entries = vec![anchor_entry(intent.purpose, &payload)];
                    Missing::Append(Submission { entries })
                }
                _ => return Err(OfficeError::LineMissing { line: line.get() }),
            };
            match found {
                Missing::GiveUp(reason) => self.abandon(intent.commitment, reason)?,
                Missing::Append(submission) => together.push((intent.commitment, submission)),
            }
        }
        self.append_together(together)
    }

    /// Appends interrupted certificates in one batch; if the rules refuse that, one by one, so that
    /// one bad certificate holds up no other.
    fn append_together(
        &mut self,
        missing: Vec<(Commitment, Submission)>,
    ) -> Result<(), OfficeError> {
        let entries: Vec<Prepared> =
            missing.iter().flat_map(|(_, submission)| submission.entries.clone()).collect();
        if entries.is_empty() {
            return Ok(());
        }
        match self.sequencer.submit(Submission { entries }).wait() {
            Ok(_placed) => {
                self.end_appended(missing.into_iter().map(|(commitment, _)| commitment).collect())
            }
            Err(SubmitError::Rule(RuleError::Broken { .. })) => missing
                .into_iter()
                .try_for_each(|(commitment, submission)| self.append_one(commitment, submission)),
            Err(error) => Err(error.into()),
        }
    }

    /// Journals that intents ended on record.
    pub(super) fn end_appended(&mut self, intents: Vec<Commitment>) -> Result<(), OfficeError> {
        for piece in intents.chunks(MAX_INTENTS) {
            self.note(None, vec![(Action::Appended(piece.to_vec()), None)])?;
        }
        Ok(())
    }

    /// Lints an interrupted certificate again; its bytes stay what they were.
    fn resume(&self, payload: &[u8], signers: &BatchSigners) -> Result<Missing, OfficeError> {
        let record = IssuanceRecord::decode(payload)?;
        let certificate = SignedCertificate::decode(&record.certificate)?;
        let draft = Draft::of_intent(&certificate, PersonalRecord::decode(&record.personal)?);
        let index = draft.claims().authority;
        let Ok(signer) = signers.at(index) else {
            return Ok(Missing::GiveUp("the authority's key is not at hand".to_owned()));
        };
        let exception = signers.exception_at(index);
        match signer.resume(&certificate, draft, &self.lint_rules(signer, exception.as_ref())?) {
            Ok(signed) => Ok(Missing::Append(Submission { entries: vec![prepared(signed)] })),
            Err(ResumeError::Lint(fault)) => Ok(Missing::GiveUp(fault.to_string())),
            Err(error @ (ResumeError::Sign(_) | ResumeError::Differs)) => Err(error.into()),
        }
    }

    fn append_one(
        &mut self,
        commitment: Commitment,
        submission: Submission,
    ) -> Result<(), OfficeError> {
        match self.sequencer.submit(submission).wait() {
            Ok(_placed) => self.end_appended(vec![commitment]),
            Err(SubmitError::Rule(RuleError::Broken { rule, .. })) => {
                self.abandon(commitment, rule.to_string())
            }
            Err(error) => Err(error.into()),
        }
    }

    fn abandon(&mut self, commitment: Commitment, reason: String) -> Result<(), OfficeError> {
        let intents = vec![commitment];
        self.note(None, vec![(Action::Abandoned { intents, reason }, None)])?;
        Ok(())
    }
}

/// The authority whose key signed what an intent holds; none where that is no certificate.
fn authority_of(line: &OpenedLine) -> Option<LeafIndex> {
    let record = IssuanceRecord::decode(&line.payload).ok()?;
    let certificate = SignedCertificate::decode(&record.certificate).ok()?;
    Some(certificate.unverified_claims().authority)
}

/// An interrupted entry of the archive, as two persons approved it.
fn archived(payload: &[u8]) -> Result<Missing, OfficeError> {
    let entry = archive_entry(&ArchiveEntry::decode(payload)?);
    Ok(Missing::Append(Submission { entries: vec![entry] }))
}
