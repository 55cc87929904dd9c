//! The integrity archive: entries and their corrections go on record by two persons; look-ups are
//! answered from the private records.

use ledger::{
    certificate::Text,
    digest::Commitment,
    entry::Entry,
    journal::JournalSequence,
    position::LeafIndex,
    record::{ArchiveEntry, Salt, SubjectKind},
    time::Date,
};

use super::{Office, OfficeError};
use crate::{
    actions::{Action, ArchiveAction},
    archive::{
        self, Amendment, ArchiveRefusal, Asker, Cause, Expired, Judged, Kept, NewEntry, Shown,
        Statistics,
    },
    random,
    sequencer::{Prepared, Submission, SubmitError},
    signing::{
        SigningKeyFile,
        staff::{ProposalHash, ProposalKind},
    },
};

/// What was put on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveWritten {
    /// Where it stands.
    pub index: LeafIndex,
    /// What it says.
    pub entry: ArchiveEntry,
}

impl Office {
    /// Records an entry of the archive.
    pub fn archive_add(
        &mut self,
        order: &NewEntry<'_>,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<ArchiveWritten, OfficeError> {
        let (today, salt) = (self.today(), self.salt()?);
        let entry = archive::recorded(order, &self.settings.archive, today, salt)?;
        self.put_into_archive(entry, proposer, approver)
    }

    /// Puts another entry in an entry's place.
    pub fn archive_amend(
        &mut self,
        cited: LeafIndex,
        order: &Amendment<'_>,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<ArchiveWritten, OfficeError> {
        let cited = self.archive_entry_at(cited)?;
        let entry = archive::amended(&cited, order, self.today(), self.salt()?)?;
        self.put_into_archive(entry, proposer, approver)
    }

    /// Takes an entry away, by an entry that says so.
    pub fn archive_rescind(
        &mut self,
        cited: LeafIndex,
        reason: &str,
        cause: &Cause<'_>,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<ArchiveWritten, OfficeError> {
        let cited = self.archive_entry_at(cited)?;
        let entry = archive::rescinded(&cited, reason, cause, self.today(), self.salt()?)?;
        self.put_into_archive(entry, proposer, approver)
    }

    /// What an asker may see of the entries about a subject, oldest first. Whoever is no member of
    /// staff is answered only after the disclosure is journalled.
    pub fn archive_look_up(
        &mut self,
        asker: &Asker,
        subject: (SubjectKind, &Text),
        expired: Expired,
    ) -> Result<Vec<Shown>, OfficeError> {
        let entries = self.archive_about(subject.0, subject.1.as_str())?;
        let (settings, today) = (&self.settings.archive, self.today());
        let shown = archive::look_up(asker, subject, entries, expired, settings, today)?;
        self.note_disclosure(asker, &shown)?;
        Ok(shown)
    }

    /// The entry at an index with what it counts for, for staff.
    pub fn archive_entry_at(&self, index: LeafIndex) -> Result<Judged, OfficeError> {
        let beside = self.registry.archive_beside(index)?;
        let judged = self.judged(beside)?.into_iter().find(|judged| judged.index == index);
        judged.ok_or_else(|| ArchiveRefusal::NoSuchEntry { entry: index }.into())
    }

    /// Counts of the whole archive, which name nobody.
    pub fn archive_statistics(&self) -> Result<Statistics, OfficeError> {
        let mut statistics = Statistics::default();
        let entries: Vec<LeafIndex> =
            self.registry.archive_entries()?.into_iter().map(|(index, _)| index).collect();
        self.each_private(&entries, |record| {
            let entry = record.map(ArchiveEntry::decode).transpose()?;
            statistics.count(entry.as_ref());
            Ok(())
        })?;
        Ok(statistics)
    }

    /// Every entry about a subject with what it counts for today.
    pub(super) fn archive_about(
        &self,
        kind: SubjectKind,
        identifier: &str,
    ) -> Result<Vec<Judged>, OfficeError> {
        self.judged(self.registry.archive_of(kind, identifier)?)
    }

    pub(super) fn judged(&self, indices: Vec<LeafIndex>) -> Result<Vec<Judged>, OfficeError> {
        let mut kept = Vec::with_capacity(indices.len());
        for index in indices {
            let record = self.private(index)?.ok_or(OfficeError::NoPrivateRecord { index })?;
            kept.push(Kept { index, entry: ArchiveEntry::decode(&record)? });
        }
        Ok(archive::judge(kept, &self.settings.archive, self.today()))
    }

    fn put_into_archive(
        &mut self,
        entry: ArchiveEntry,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<ArchiveWritten, OfficeError> {
        let commitment = entry.commitment();
        let part = Entry::IntegrityRecord(commitment).encode();
        let proposal = ProposalHash::of(ProposalKind::Archive, [part]);
        self.approve(ProposalKind::Archive, proposal, proposer, approver)?;
        let intent = Action::Archive(ArchiveAction::Intended { entry: commitment, proposal });
        Ok(self.record_intended(intent, entry)?.1)
    }

    /// Journals an entry of the archive with its final bytes, and appends it. The line's place, and
    /// what was put on record.
    pub(super) fn record_intended(
        &mut self,
        intent: Action,
        entry: ArchiveEntry,
    ) -> Result<(JournalSequence, ArchiveWritten), OfficeError> {
        let commitment = entry.commitment();
        let lines = self.note(None, vec![(intent, Some(entry.encode()))])?;
        let line = lines.first().copied().ok_or(OfficeError::StatusUnreadable)?;
        // From here on a crash leads to the same entry: opening the directory appends it.
        let submission = Submission { entries: vec![archive_entry(&entry)] };
        let index = self.append_intended(commitment, submission)?;
        Ok((line, ArchiveWritten { index, entry }))
    }

    /// Puts the one entry of a journalled intent on record, and ends the intent.
    pub(super) fn append_intended(
        &mut self,
        commitment: Commitment,
        submission: Submission,
    ) -> Result<LeafIndex, OfficeError> {
        let placed = match self.sequencer.submit(submission).wait() {
            Ok(placed) => placed,
            Err(SubmitError::Rule(rule)) => {
                let (intents, reason) = (vec![commitment], rule.to_string());
                self.note(None, vec![(Action::Abandoned { intents, reason }, None)])?;
                return Err(SubmitError::Rule(rule).into());
            }
            Err(error) => return Err(error.into()),
        };
        self.end_appended(vec![commitment])?;
        placed.indices.first().copied().ok_or(OfficeError::StatusUnreadable)
    }

    fn note_disclosure(&mut self, asker: &Asker, shown: &[Shown]) -> Result<(), OfficeError> {
        let asker = match asker {
            Asker::Staff => return Ok(()),
            Asker::Applicant { .. } => 2,
            Asker::Employer => 3,
            Asker::Department => 4,
        };
        let entries = shown.iter().map(|shown| shown.judged.index).collect();
        let line = Action::Archive(ArchiveAction::Disclosed { asker, entries });
        self.note(None, vec![(line, None)])?;
        Ok(())
    }

    /// Today, in Beijing.
    pub fn today(&self) -> Date {
        self.clock.now().beijing_date()
    }

    pub(super) fn salt(&mut self) -> Result<Salt, OfficeError> {
        Ok(Salt::from_random(random::bytes(self.random.as_mut())?))
    }
}

/// The log entry of an archive entry, with its private record.
pub(super) fn archive_entry(entry: &ArchiveEntry) -> Prepared {
    let private = Some(entry.encode().into());
    Prepared::new(Entry::IntegrityRecord(entry.commitment()), private)
}
