//! Private records of the log and what stands at an index, read back.

use ledger::{
    entry::Entry,
    log::{read_private, read_private_bundle},
    path::LogPath,
    position::LeafIndex,
    reader::{LogReader, read_checkpoint},
    record::{IssuanceRecord, PersonalRecord},
    seal::{KeySlot, SLOTS_PER_BUNDLE, SealPlace, Unsealed},
    store::{PublicFiles, key_slot},
};
use zeroize::Zeroizing;

use super::{Layout, Office, OfficeError};

impl Office {
    /// The private record at an index; none where the entry has none, or it was erased.
    pub(super) fn private(
        &self,
        index: LeafIndex,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, OfficeError> {
        let size = self.registry.log_position()?.0;
        match read_private(&*self.store, &self.kek, &self.origin()?, index, size)? {
            Some(Unsealed::Opened(bytes)) => Ok(Some(bytes)),
            Some(Unsealed::Erased) | None => Ok(None),
        }
    }

    /// The private records at ascending indices, one after another, each bundle read once; none where
    /// it was erased.
    pub(super) fn each_private(
        &self,
        indices: &[LeafIndex],
        mut done: impl FnMut(Option<&[u8]>) -> Result<(), OfficeError>,
    ) -> Result<(), OfficeError> {
        let (size, origin) = (self.registry.log_position()?.0, self.origin()?);
        let same_bundle = |a: &LeafIndex, b: &LeafIndex| {
            a.get() / SLOTS_PER_BUNDLE as u64 == b.get() / SLOTS_PER_BUNDLE as u64
        };
        for together in indices.chunk_by(same_bundle) {
            let Some(first) = together.first() else { continue };
            let records = read_private_bundle(&*self.store, &self.kek, &origin, *first, size)?;
            let mut records = (first.get()..).zip(records);
            for index in together {
                match records.find(|(at, _)| *at == index.get()) {
                    Some((_, Some(Unsealed::Opened(bytes)))) => done(Some(&bytes))?,
                    Some((_, Some(Unsealed::Erased) | None)) | None => done(None)?,
                }
            }
        }
        Ok(())
    }

    /// The person whose issuance stands at an index; none where the record was erased.
    pub(super) fn person_of(
        &self,
        index: LeafIndex,
    ) -> Result<Option<PersonalRecord>, OfficeError> {
        let Some(record) = self.private(index)? else { return Ok(None) };
        let record = IssuanceRecord::decode(&record)?;
        Ok(Some(PersonalRecord::decode(&record.personal)?))
    }

    /// The public entry at an index.
    pub(super) fn entry(&self, index: LeafIndex) -> Result<Entry, OfficeError> {
        let unknown = OfficeError::UnknownLog { generation: self.settings.generation.get() };
        let policy = self.trust.log(self.settings.generation).ok_or(unknown)?;
        let files = PublicFiles(&*self.store);
        let checkpoint = read_checkpoint(&files, &LogPath::Checkpoint, policy)?;
        let bytes = LogReader::open(files, checkpoint)?.entry(index)?;
        Entry::decode(&bytes).map_err(|_malformed| OfficeError::StatusUnreadable)
    }

    /// Whether the keyring holds a key for a place.
    pub(super) fn has_key(&self, place: SealPlace) -> Result<bool, OfficeError> {
        Ok(matches!(key_slot(&*self.store, place)?, KeySlot::Wrapped(_)))
    }

    /// Removes what was printed of a certificate: it can be printed again while its record is there.
    pub(super) fn remove_printed(
        &self,
        number: &ledger::certificate::CertificateNumber,
    ) -> Result<(), OfficeError> {
        for extension in Layout::PRINTED {
            let path = self.layout.out().join(format!("{number}.{extension}"));
            match std::fs::remove_file(&path) {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(source) => return Err(OfficeError::Io { path, source }),
            }
        }
        Ok(())
    }
}
