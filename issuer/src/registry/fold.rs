//! Folding log entries and journal lines into the index. Folding the same thing twice changes
//! nothing, so a position that lags behind is harmless.

use ledger::{
    certificate::{CertificateNumber, SignedCertificate},
    digest::{Commitment, RootHash},
    entry::{Entry, SignedStatusChange},
    journal::JournalSequence,
    position::{LeafIndex, TreeSize},
    record::{IssuanceRecord, PersonalRecord},
};

use super::{
    Intended, Intent, IntentState, LOG_POSITION, Registry, RegistryError, ResultState, damaged_in,
    short::short,
};
use crate::{actions::Action, case::CaseState, committee::KeyNumber, eligibility::EligibleResult};

/// An issuance that was just appended: whoever has its certificate at hand puts it with
/// [`Registry::put_documents`], and it need not be read from its record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fresh {
    /// The intent that it ends, if its line is not folded yet.
    pub intended: Option<Intended>,
}

/// By what a certificate is found. Personal: it has no `Debug`.
#[derive(Clone, Copy)]
pub(crate) struct Document<'a> {
    /// Where it stands.
    pub index: LeafIndex,
    /// Its number.
    pub number: &'a CertificateNumber,
    /// The holder's document number.
    pub document_number: &'a str,
}

impl Registry {
    /// Folds in one log entry with its private record; none where it has none or it was erased.
    pub fn fold_entry(
        &self,
        index: LeafIndex,
        bytes: &[u8],
        private: Option<&[u8]>,
    ) -> Result<(), RegistryError> {
        let entry = Entry::decode(bytes).map_err(|_malformed| damaged_in("log"))?;
        self.fold_appended(index, &entry, private, None)
    }

    /// As [`Registry::fold_entry`], for whoever has just appended the entry; `fresh` for an issuance.
    pub(crate) fn fold_appended(
        &self,
        index: LeafIndex,
        entry: &Entry,
        private: Option<&[u8]>,
        fresh: Option<Fresh>,
    ) -> Result<(), RegistryError> {
        match entry {
            Entry::Authority(_) => {
                self.authorities.insert(index.get().to_be_bytes(), entry.encode())?;
            }
            Entry::Issuance(issuance) => {
                let intended = fresh.and_then(|fresh| fresh.intended);
                self.put_place(&issuance.commitment, index, intended.as_ref())?;
                self.issuances.set(index.get(), &entry.encode())?;
                match (fresh, private) {
                    (Some(_), _) => {}
                    (None, Some(private)) => self.fold_record(index, private)?,
                    // An erased record leaves the issuance findable by commitment only.
                    (None, None) => {}
                }
            }
            Entry::StatusChange(change) => self.fold_decision(index, change)?,
            Entry::IntegrityRecord(commitment) => {
                self.put_place(commitment, index, None)?;
                self.fold_archive_entry(index, private)?;
            }
            Entry::Anchor(anchor) => {
                self.put_place(&anchor.commitment, index, None)?;
                self.fold_anchor(index, anchor.purpose, private)?;
            }
            Entry::StatusHead(_) => {}
        }
        Ok(())
    }

    fn fold_record(&self, index: LeafIndex, private: &[u8]) -> Result<(), RegistryError> {
        let damaged = || damaged_in("private records");
        let record = IssuanceRecord::decode(private).map_err(|_malformed| damaged())?;
        let certificate =
            SignedCertificate::decode(&record.certificate).map_err(|_malformed| damaged())?;
        let person = PersonalRecord::decode(&record.personal).map_err(|_malformed| damaged())?;
        let number = &certificate.unverified_claims().number;
        self.put_documents(&[Document {
            index,
            number,
            document_number: person.document_number.as_str(),
        }])
    }

    /// Certificates by number and by holder. Each tree is filled in the order of its keys, so that
    /// neighbours are put into one of sled's nodes one after the other.
    pub(crate) fn put_documents(&self, documents: &[Document<'_>]) -> Result<(), RegistryError> {
        let by_number = documents.iter().map(|document| {
            let number = document.number.as_str().as_bytes();
            [number, &[0], &short(document.index.get())].concat()
        });
        insert_sorted(&self.numbers, by_number)?;
        let by_holder = documents.iter().map(|document| {
            let holder = self.holder_key.of(document.document_number);
            [&holder[..], &short(document.index.get())].concat()
        });
        insert_sorted(&self.holders, by_holder)
    }

    fn fold_decision(
        &self,
        index: LeafIndex,
        change: &SignedStatusChange,
    ) -> Result<(), RegistryError> {
        let decision = change.unverified();
        let value = index.get().to_be_bytes();
        self.put_place(&decision.record, index, None)?;
        self.decisions.insert(decision.target.get().to_be_bytes(), &value)?;
        Ok(())
    }

    /// Folds in one journal line with its payload; none where it has none or it was erased.
    pub fn fold_line(
        &self,
        at: JournalSequence,
        action: &Action,
        payload: Option<&[u8]>,
    ) -> Result<(), RegistryError> {
        match action {
            Action::StaffRegistered { person, keys } => {
                self.put_staff(at, person, keys, payload.unwrap_or(b"-"))?;
            }
            Action::StaffRemoved { person } => {
                self.remove_staff(person)?;
            }
            Action::CommitteeRegistered(committee) => {
                self.fold_filing(at, KeyNumber::FIRST, committee)?;
            }
            Action::Authority(action) => self.fold_authority(at, action)?,
            Action::ResultImported => self.fold_result(at, payload)?,
            Action::Proposed(_) | Action::Approved(_) => {}
            Action::IssueDrafted { result } => self.fold_drafted(at, *result)?,
            Action::IssueIntended { commitment, result, proposal: _ } => {
                let (commitment, result) = (*commitment, *result);
                self.put_intent(Intent { commitment, line: at, result, state: IntentState::Open })?;
                self.set_result(result, ResultState::Intended)?;
            }
            Action::CaseProposed { kind, by } => self.fold_proposed(at, *kind, by)?,
            Action::CaseApproved { case, by } => {
                self.fold_decided(*case, CaseState::Approved, at, by)?;
            }
            Action::CaseRefused { case, by } => {
                self.fold_decided(*case, CaseState::Refused, at, by)?;
            }
            Action::CaseEnded { case, end } => self.fold_ended(*case, end)?,
            Action::Archive(action) => self.fold_archive_line(at, action)?,
            Action::Erasure(decided) => self.fold_erasure_decided(at, decided)?,
            Action::Recheck(action) => self.fold_recheck(at, action, payload)?,
            Action::AnchorIntended(intent) => {
                let (commitment, state) = (intent.anchor, IntentState::Open);
                self.put_intent(Intent { commitment, line: at, result: None, state })?;
            }
            Action::Appended(intents) => {
                for commitment in intents {
                    let result = self.end_intent(commitment, IntentState::Appended)?;
                    self.set_result(result, ResultState::Issued)?;
                }
            }
            Action::Abandoned { intents, reason: _ } => {
                for commitment in intents {
                    let result = self.end_intent(commitment, IntentState::Abandoned)?;
                    self.set_result(result, ResultState::Pending)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn fold_result(
        &self,
        at: JournalSequence,
        payload: Option<&[u8]>,
    ) -> Result<(), RegistryError> {
        // Erased before it was issued: there is nothing left to issue.
        let Some(payload) = payload else { return Ok(()) };
        let result = EligibleResult::from_journal(payload)
            .map_err(|_malformed| damaged_in("imported results"))?;
        let key = self.holder_key.of_result(result.result().result_key().as_bytes());
        self.result_keys.insert(key, &at.get().to_be_bytes())?;
        if self.results.get(at.get())?.is_none() {
            self.set_result(Some(at), ResultState::Pending)?;
        }
        Ok(())
    }

    /// Folds in that results were issued whose intents were noted as ended with their certificates'
    /// places: what folding the line of each intent, and then the line that ends them, leads to.
    pub(crate) fn fold_issued(
        &self,
        results: impl IntoIterator<Item = JournalSequence>,
    ) -> Result<(), RegistryError> {
        results
            .into_iter()
            .try_for_each(|result| self.set_result(Some(result), ResultState::Issued))
    }

    fn end_intent(
        &self,
        commitment: &Commitment,
        state: IntentState,
    ) -> Result<Option<JournalSequence>, RegistryError> {
        let intent = self.intent(commitment)?.ok_or(damaged_in("intents"))?;
        self.put_intent(Intent { state, ..intent })?;
        Ok(intent.result)
    }

    pub(super) fn set_result(
        &self,
        result: Option<JournalSequence>,
        state: ResultState,
    ) -> Result<(), RegistryError> {
        let Some(result) = result else { return Ok(()) };
        let value = match state {
            ResultState::Pending => 0u8,
            ResultState::Intended => 1,
            ResultState::Issued => 2,
        };
        self.results.set(result.get(), &[value])
    }

    /// Imported results in the order of their lines, with what became of them.
    pub fn results(&self) -> Result<Vec<(JournalSequence, ResultState)>, RegistryError> {
        self.results
            .values_from(0)?
            .map(|item| {
                let (at, value) = item?;
                let at = JournalSequence::new(at).map_err(|_beyond| damaged_in("results"))?;
                Ok((at, result_state(&value)?))
            })
            .collect()
    }

    /// What is known of a result by its key.
    pub fn result_by_key(
        &self,
        key: &crate::approval::ResultKey,
    ) -> Result<Option<ResultState>, RegistryError> {
        let hash = self.holder_key.of_result(key.as_bytes());
        let known = match self.result_keys.get(hash)? {
            None => self.erased_result(hash)?,
            found => found,
        };
        let Some(at) = known else { return Ok(None) };
        let at = super::number(&at).ok_or(damaged_in("results"))?;
        self.results.get(at)?.map(|value| result_state(&value)).transpose()
    }

    /// Notes how far the log is folded in; written after what it covers.
    pub fn set_log_position(&self, size: TreeSize, root: RootHash) -> Result<(), RegistryError> {
        self.issuances.flush()?;
        let value = [&size.get().to_be_bytes()[..], root.as_bytes()].concat();
        self.meta.insert(LOG_POSITION, value)?;
        Ok(())
    }
}

fn insert_sorted(
    tree: &sled::Tree,
    keys: impl Iterator<Item = Vec<u8>>,
) -> Result<(), RegistryError> {
    let mut keys: Vec<_> = keys.collect();
    keys.sort_unstable();
    for key in keys {
        tree.insert(key, &[])?;
    }
    Ok(())
}

pub(super) fn result_state(value: &[u8]) -> Result<ResultState, RegistryError> {
    match value {
        [0] => Ok(ResultState::Pending),
        [1] => Ok(ResultState::Intended),
        [2] => Ok(ResultState::Issued),
        _ => Err(damaged_in("results")),
    }
}
