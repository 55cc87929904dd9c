//! The archive's index: which entries there are about whom. A subject is found by a keyed hash of its
//! kind and identifier, as holders are; folded from the log's private records.

use ledger::{
    journal::JournalSequence,
    position::LeafIndex,
    record::{ArchiveEntry, SubjectKind},
};

use super::{Intent, IntentState, Registry, RegistryError, damaged_in, index_at_end, number};
use crate::{actions::ArchiveAction, archive::supervision::SupervisionKind};

/// A supervision record as the index keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SupervisionRow {
    /// Its journal line.
    pub line: JournalSequence,
    /// What happened.
    pub kind: SupervisionKind,
    /// The line that closed it; none while it is open.
    pub closed: Option<JournalSequence>,
}

/// The trees of the archive and of supervision records.
#[derive(Debug)]
pub(super) struct ArchiveTrees {
    /// Keyed hash of the subject ‖ index → nothing.
    subjects: sled::Tree,
    /// Index → keyed hash of the subject; nothing where the record was erased.
    entries: sled::Tree,
    /// Journal line → kind (8 bytes) ‖ closing line (8 bytes, all ones while open).
    supervision: sled::Tree,
}

impl ArchiveTrees {
    pub(super) fn open(db: &sled::Db) -> Result<Self, sled::Error> {
        Ok(Self {
            subjects: db.open_tree("archive_subjects")?,
            entries: db.open_tree("archive")?,
            supervision: db.open_tree("supervision")?,
        })
    }
}

impl Registry {
    /// Folds in an entry of the archive; without its record, where that was erased.
    pub(super) fn fold_archive_entry(
        &self,
        index: LeafIndex,
        private: Option<&[u8]>,
    ) -> Result<(), RegistryError> {
        let key = index.get().to_be_bytes();
        let Some(private) = private else {
            self.archive.entries.insert(key, &[])?;
            return Ok(());
        };
        let entry =
            ArchiveEntry::decode(private).map_err(|_malformed| damaged_in("private records"))?;
        let subject = &entry.record.subject;
        let hash = self.holder_key.of_subject(subject.kind, subject.identifier.as_str());
        self.archive.subjects.insert([&hash[..], &key].concat(), &[])?;
        self.archive.entries.insert(key, &hash)?;
        Ok(())
    }

    /// Forgets whom an erased entry was about.
    pub(super) fn forget_archive_entry(&self, index: [u8; 8]) -> Result<(), RegistryError> {
        let Some(hash) = self.archive.entries.get(index)? else { return Ok(()) };
        self.archive.subjects.remove([&hash[..], &index].concat())?;
        self.archive.entries.insert(index, &[])?;
        Ok(())
    }

    /// The entries about a subject, oldest first.
    pub fn archive_of(
        &self,
        kind: SubjectKind,
        identifier: &str,
    ) -> Result<Vec<LeafIndex>, RegistryError> {
        let prefix = self.holder_key.of_subject(kind, identifier);
        let found = self.archive.subjects.scan_prefix(prefix);
        found.map(|item| index_at_end(&item?.0, "archive_subjects")).collect()
    }

    /// The entries about whomever the entry at an index is about, oldest first; none where no entry
    /// of the archive stands, or its record was erased.
    pub fn archive_beside(&self, index: LeafIndex) -> Result<Vec<LeafIndex>, RegistryError> {
        let Some(hash) = self.archive.entries.get(index.get().to_be_bytes())? else {
            return Ok(Vec::new());
        };
        if hash.is_empty() {
            return Ok(Vec::new());
        }
        let found = self.archive.subjects.scan_prefix(hash);
        found.map(|item| index_at_end(&item?.0, "archive_subjects")).collect()
    }

    /// Every entry of the archive, and whether its record is there.
    pub fn archive_entries(&self) -> Result<Vec<(LeafIndex, bool)>, RegistryError> {
        self.archive
            .entries
            .iter()
            .map(|item| {
                let (key, hash) = item?;
                Ok((index_at_end(&key, "archive")?, !hash.is_empty()))
            })
            .collect()
    }

    pub(super) fn fold_archive_line(
        &self,
        line: JournalSequence,
        action: &ArchiveAction,
    ) -> Result<(), RegistryError> {
        match action {
            ArchiveAction::Intended { entry, proposal: _ } => {
                let (commitment, state) = (*entry, IntentState::Open);
                self.put_intent(Intent { commitment, line, result: None, state })
            }
            ArchiveAction::Disclosed { .. } => Ok(()),
            ArchiveAction::Supervised { kind, proposal: _, found } => {
                if let Some(found) = found {
                    self.fold_found(line, found)?;
                }
                self.put_supervision(SupervisionRow { line, kind: *kind, closed: None })
            }
            ArchiveAction::SupervisionClosed { record, proposal: _ } => {
                let row = self.supervision(*record)?.ok_or(damaged_in("supervision"))?;
                self.put_supervision(SupervisionRow { closed: Some(line), ..row })
            }
        }
    }

    fn put_supervision(&self, row: SupervisionRow) -> Result<(), RegistryError> {
        let closed = row.closed.map_or(u64::MAX, JournalSequence::get);
        let value = [row.kind.number().to_be_bytes(), closed.to_be_bytes()].concat();
        self.archive.supervision.insert(row.line.get().to_be_bytes(), value)?;
        Ok(())
    }

    /// The supervision record of a journal line.
    pub fn supervision(
        &self,
        line: JournalSequence,
    ) -> Result<Option<SupervisionRow>, RegistryError> {
        let found = self.archive.supervision.get(line.get().to_be_bytes())?;
        found.map(|value| supervision_row(line, &value)).transpose()
    }

    /// Every supervision record, in the order of the lines.
    pub fn supervisions(&self) -> Result<Vec<SupervisionRow>, RegistryError> {
        self.archive
            .supervision
            .iter()
            .map(|item| {
                let (key, value) = item?;
                let line = number(&key).and_then(|line| JournalSequence::new(line).ok());
                supervision_row(line.ok_or(damaged_in("supervision"))?, &value)
            })
            .collect()
    }
}

fn supervision_row(line: JournalSequence, value: &[u8]) -> Result<SupervisionRow, RegistryError> {
    let damaged = || damaged_in("supervision");
    let (kind, closed) = value.split_at_checked(8).ok_or_else(damaged)?;
    let kind = number(kind).and_then(|code| SupervisionKind::from_number(code).ok());
    let closed = match number(closed).ok_or_else(damaged)? {
        u64::MAX => None,
        line => Some(JournalSequence::new(line).map_err(|_beyond| damaged())?),
    };
    Ok(SupervisionRow { line, kind: kind.ok_or_else(damaged)?, closed })
}
