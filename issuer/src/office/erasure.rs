//! Erasing what is kept about a person: two persons decide, the decision is journalled, then the
//! ledger journals each place and destroys its key.
//!
//! | durable | after a crash here |
//! |---|---|
//! | approvals | nothing was erased; ask again |
//! | the decision (`erasure-decided`) | opening erases every place that it names |
//! | some or all `erasure` lines | opening the journal destroys their keys, and the rest follows as above |
//! | the keys are destroyed | done |

mod lines;

use std::{collections::BTreeSet, sync::PoisonError};

use ledger::{
    certificate::{CertificateNumber, SignedCertificate},
    entry::{Entry, Issuance},
    journal::JournalSequence,
    position::LeafIndex,
    record::{ArchiveEntry, IssuanceRecord, PersonalRecord, SubjectKind},
    rules::History as _,
    seal::SealPlace,
    time::Date,
};

use super::{CaseContent, Office, OfficeError};
use crate::{
    actions::{Action, ErasureDecided},
    case::CaseState,
    erasure::{self, ErasureRefusal},
    registry::{CaseRow, IntentState},
    signing::{
        SigningKeyFile,
        staff::{ProposalHash, ProposalKind},
    },
};

/// What is to be erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErasureOrder {
    /// Everything about a title: its documents, the decisions on it, their journal lines.
    Number(CertificateNumber),
    /// One document, or an entry of the archive with its corrections, and their journal lines.
    Index(LeafIndex),
    /// One payload of the journal that belongs to nothing on record.
    Line(JournalSequence),
}

/// What was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// Where keys were destroyed.
    pub places: Vec<SealPlace>,
    /// The day.
    pub on: Date,
}

/// What an order comes down to.
#[derive(Default)]
struct Found {
    places: BTreeSet<SealPlace>,
    numbers: BTreeSet<(CertificateNumber, LeafIndex)>,
    /// The lines of issued results.
    results: BTreeSet<JournalSequence>,
    /// Names and document numbers, which must not stand in the reason.
    secrets: Vec<String>,
}

impl Office {
    /// Erases.
    ///
    /// # Errors
    /// [`OfficeError::Erasure`] says what keeps it; nothing is journalled then.
    pub fn erase(
        &mut self,
        order: &ErasureOrder,
        reason: &str,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<Erased, OfficeError> {
        let found = self.find(order)?;
        let secrets = found.secrets.iter().map(String::as_str);
        let reason = erasure::reason(reason, secrets)?.to_owned();
        let places: Vec<SealPlace> = found.places.into_iter().collect();
        let numbers = found.numbers.iter();
        let hashes = numbers.map(|(number, at)| (self.registry.number_hash(number), *at)).collect();
        let mut decided = ErasureDecided {
            // What the two sign is the rest of the line; their proposal's hash completes it.
            proposal: ProposalHash::from_bytes([0; 32]),
            reason,
            places: places.clone(),
            numbers: hashes,
            results: self.result_hashes(&found.results)?,
        };
        let before = self.journal_head();
        decided.proposal = ProposalHash::of(
            ProposalKind::Erasure,
            [Action::Erasure(decided.clone()).encode(), before.chain.as_bytes().to_vec()],
        );
        let approved = self.approve(ProposalKind::Erasure, decided.proposal, proposer, approver)?;
        for (number, _) in &found.numbers {
            self.remove_printed(number)?;
        }
        let actor = approved.approver().as_str().to_owned();
        self.note(Some(&actor), vec![(Action::Erasure(decided), None)])?;
        self.destroy(Some(&actor), &places)?;
        Ok(Erased { places, on: self.today() })
    }

    /// The day on which the record at an index was erased; none if it was not.
    pub fn erased_on(&self, index: LeafIndex) -> Result<Option<Date>, OfficeError> {
        let time = self.registry.erased(SealPlace::LogRecord(index))?;
        Ok(time.map(|time| time.beijing_date()))
    }

    /// Erases what a decision names and a crash left.
    pub(super) fn settle_erasures(&mut self) -> Result<(), OfficeError> {
        let unfinished = self.registry.unfinished_erasures()?;
        self.destroy(None, &unfinished)
    }

    /// Has the ledger journal the places and destroy their keys, and forgets what was known by them.
    fn destroy(&mut self, actor: Option<&str>, places: &[SealPlace]) -> Result<(), OfficeError> {
        if places.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        journal.erase(now, actor, places)?;
        let place = journal.place();
        drop(journal);
        let erased: Vec<_> = places.iter().map(|place| (*place, now)).collect();
        self.registry.fold_erasures(&erased)?;
        self.registry.set_journal_position(place)?;
        Ok(self.registry.sync()?)
    }

    fn result_hashes(
        &self,
        lines: &BTreeSet<JournalSequence>,
    ) -> Result<Vec<([u8; 32], JournalSequence)>, OfficeError> {
        let mut hashes = Vec::new();
        for line in lines {
            hashes.extend(self.registry.result_hash(*line)?.map(|hash| (hash, *line)));
        }
        Ok(hashes)
    }

    fn find(&self, order: &ErasureOrder) -> Result<Found, OfficeError> {
        let mut found = Found::default();
        match order {
            ErasureOrder::Number(number) => {
                let title = self.title(number)?;
                let documents = self.registry.by_number(number)?;
                let cases = self.contents()?;
                self.may_erase(title, &documents, &cases)?;
                for index in documents {
                    if let Some(issuance) = self.registry.issuance(index)? {
                        self.add_document(index, &issuance, &mut found)?;
                    }
                }
                self.add_decisions(title, cases, &mut found)?;
                self.add_rechecks(title, &mut found)?;
            }
            ErasureOrder::Index(index) => self.find_entry(*index, &mut found)?,
            ErasureOrder::Line(line) => self.find_line(*line, &mut found)?,
        }
        self.without_erased(found)
    }

    fn find_entry(&self, index: LeafIndex, found: &mut Found) -> Result<(), OfficeError> {
        if let Some(issuance) = self.registry.issuance(index)? {
            let title = issuance.title.unwrap_or(index);
            self.may_erase(title, &[index], &self.contents()?)?;
            self.add_document(index, &issuance, found)?;
            return self.add_rechecks(title, found);
        }
        if let Some(on) = self.erased_on(index)? {
            return Err(ErasureRefusal::Already { on }.into());
        }
        let subject = self.judged(self.registry.archive_beside(index)?)?;
        if subject.is_empty() {
            return Err(ErasureRefusal::NotPersonal { index }.into());
        }
        let chain = erasure::erasable_chain(index, &subject, &self.settings.archive)?;
        for judged in subject.iter().filter(|judged| chain.contains(&judged.index)) {
            self.add_archive_entry(judged.index, &judged.entry, found)?;
        }
        Ok(())
    }

    /// Whether a title's documents may be erased: the archive, the setting, and no open case.
    fn may_erase(
        &self,
        title: LeafIndex,
        documents: &[LeafIndex],
        cases: &[(CaseRow, CaseContent)],
    ) -> Result<(), OfficeError> {
        let status = self.exceptions()?.status(title);
        let mut holder = Vec::new();
        for index in documents {
            if let Some(person) = self.person_of(*index)? {
                let number = person.document_number.as_str();
                holder.extend(self.archive_about(SubjectKind::Applicant, number)?);
            }
        }
        let (valid, settings) = (self.settings.erasure_of_valid_titles, &self.settings.archive);
        erasure::may_erase_title(title, status, &holder, valid, settings)?;
        let is_open =
            |row: &CaseRow| matches!(row.state, CaseState::Proposed | CaseState::Approved);
        match cases.iter().find(|(row, content)| is_open(row) && names(content, title)) {
            Some((row, _)) => Err(ErasureRefusal::CaseOpen { case: row.id }.into()),
            None => Ok(()),
        }
    }

    /// A document with the lines that led to it.
    fn add_document(
        &self,
        index: LeafIndex,
        issuance: &Issuance,
        found: &mut Found,
    ) -> Result<(), OfficeError> {
        found.places.insert(SealPlace::LogRecord(index));
        if let Some(intent) = self.registry.intent(&issuance.commitment)? {
            if intent.state == IntentState::Open {
                return Err(ErasureRefusal::StillNeeded { line: intent.line }.into());
            }
            found.places.insert(SealPlace::JournalPayload(intent.line));
            found.places.extend(intent.result.map(SealPlace::JournalPayload));
            found.results.extend(intent.result);
            if let Some(result) = intent.result {
                self.add_drafts(result, found)?;
            }
        }
        let Some(record) = self.private(index)? else { return Ok(()) };
        let record = IssuanceRecord::decode(&record)?;
        let certificate = SignedCertificate::decode(&record.certificate)?;
        found.numbers.insert((certificate.unverified_claims().number.clone(), index));
        let person = PersonalRecord::decode(&record.personal)?;
        found.secrets.push(person.name.as_str().to_owned());
        found.secrets.push(person.document_number.as_str().to_owned());
        Ok(())
    }

    /// What was drawn for a result in batches that were proposed.
    fn add_drafts(&self, result: JournalSequence, found: &mut Found) -> Result<(), OfficeError> {
        let drafted = self.registry.drafted(result)?;
        found.places.extend(drafted.into_iter().map(SealPlace::JournalPayload));
        Ok(())
    }

    /// The decisions on a title, and the cases that are about it alone. A case about many titles names
    /// no holder.
    fn add_decisions(
        &self,
        title: LeafIndex,
        cases: Vec<(CaseRow, CaseContent)>,
        found: &mut Found,
    ) -> Result<(), OfficeError> {
        let mut next = self.registry.last_decision(title)?;
        while let Some(index) = next {
            found.places.insert(SealPlace::LogRecord(index));
            next = match self.entry(index)? {
                Entry::StatusChange(change) => change.unverified().previous,
                Entry::Authority(_)
                | Entry::Issuance(_)
                | Entry::IntegrityRecord(_)
                | Entry::Anchor(_)
                | Entry::StatusHead(_) => None,
            };
        }
        for (row, content) in cases {
            if is_about_alone(&content, title) {
                found.places.insert(SealPlace::JournalPayload(row.id.line()));
                if row.state == CaseState::Refused
                    && let Some((line, _)) = row.decided
                {
                    found.places.insert(SealPlace::JournalPayload(line));
                }
            }
        }
        Ok(())
    }

    fn add_archive_entry(
        &self,
        index: LeafIndex,
        entry: &ArchiveEntry,
        found: &mut Found,
    ) -> Result<(), OfficeError> {
        found.places.insert(SealPlace::LogRecord(index));
        if let Some(intent) = self.registry.intent(&entry.commitment())? {
            found.places.insert(SealPlace::JournalPayload(intent.line));
        }
        let subject = &entry.record.subject;
        found.secrets.push(subject.name.as_str().to_owned());
        found.secrets.push(subject.identifier.as_str().to_owned());
        Ok(())
    }

    /// Leaves out what is erased already, or never had a key; refuses where nothing is left.
    fn without_erased(&self, found: Found) -> Result<Found, OfficeError> {
        let (mut places, mut gone) = (BTreeSet::new(), None);
        for place in found.places {
            match self.registry.erased(place)? {
                Some(time) => gone = Some(time.beijing_date()),
                None if self.has_key(place)? => {
                    places.insert(place);
                }
                None => {}
            }
        }
        match (places.is_empty(), gone) {
            (true, Some(on)) => Err(ErasureRefusal::Already { on }.into()),
            _ => Ok(Found { places, ..found }),
        }
    }
}

/// Whether a case is about a title.
fn names(content: &CaseContent, title: LeafIndex) -> bool {
    match content {
        CaseContent::Decision(draft) => draft.targets.iter().any(|target| target.index == title),
        CaseContent::Reissue(draft) => draft.title == title,
        // A batch is about results that have no title yet, and its own line names none of them.
        CaseContent::Batch(_) => false,
    }
}

/// Whether a case is about a title and nothing else.
fn is_about_alone(content: &CaseContent, title: LeafIndex) -> bool {
    let alone = match content {
        CaseContent::Decision(draft) => draft.targets.len() == 1,
        CaseContent::Reissue(_) | CaseContent::Batch(_) => true,
    };
    alone && names(content, title)
}
