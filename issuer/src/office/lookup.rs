//! The desk at which certificates are looked up by number and name: it reads registry and private
//! records, and counts attempts. A server keeps one for as long as it runs.

use std::sync::Arc;

use ledger::{
    certificate::{CertificateNumber, SignedCertificate},
    log::read_private,
    position::{LeafIndex, TreeSize},
    qr::VerificationHost,
    record::IssuanceRecord,
    seal::{KeyEncryptionKey, SealPlace, Unsealed},
    store::ReadStore,
};
use verifier::clock::Clock;

use super::{Office, OfficeError};
use crate::{
    lookup::{self, Answer, Attempts, LookupKey, Question, Records},
    registry::Registry,
};

/// Whoever asks, as the caller tells one from another: an account, or the part of a network address
/// that one household has. It is kept as a keyed hash only.
#[derive(Clone, Copy)]
pub struct AskerKey<'a>(pub &'a [u8]);

/// Looks certificates up. May be asked by several threads at once.
pub struct LookupDesk {
    stored: Stored,
    key: LookupKey,
    host: VerificationHost,
    attempts: Attempts,
    clock: Arc<dyn Clock>,
}

/// The records of a data directory.
struct Stored {
    files: Arc<dyn ReadStore>,
    kek: Arc<KeyEncryptionKey>,
    registry: Arc<Registry>,
    origin: String,
}

impl Office {
    /// A desk on which nobody has asked yet: its attempts are counted from now on.
    ///
    /// # Errors
    /// [`OfficeError::UnknownLog`] if the trust file does not name this log.
    pub fn lookup_desk(&self) -> Result<LookupDesk, OfficeError> {
        self.lookup_desk_over(self.store.clone())
    }

    /// The same desk, which reads private records through another view of the same directory, such as
    /// one that counts.
    ///
    /// # Errors
    /// As [`Office::lookup_desk`].
    pub fn lookup_desk_over(&self, files: Arc<dyn ReadStore>) -> Result<LookupDesk, OfficeError> {
        let (kek, registry) = (self.kek.clone(), self.registry.clone());
        Ok(LookupDesk {
            key: LookupKey::derived_from(&kek),
            stored: Stored { files, kek, registry, origin: self.origin()? },
            host: self.settings.host.clone(),
            attempts: Attempts::new(&self.settings.attempts),
            clock: self.clock.clone(),
        })
    }
}

impl LookupDesk {
    /// Answers what somebody typed. The answer is the same for a wrong number, a wrong name, erased
    /// records and nothing on record; see [`crate::lookup`] for what that covers.
    ///
    /// # Errors
    /// [`OfficeError::TooManyAttempts`] is for the asker. Every other error may name files and is for
    /// the office.
    pub fn ask(
        &self,
        asker: AskerKey<'_>,
        number: &str,
        name: &str,
    ) -> Result<Answer, OfficeError> {
        let question = Question::read(number, name);
        let now = self.clock.now();
        let charge = self.attempts.charge(&self.key, asker.0, question.number(), now)?;
        let answer = lookup::answer(&self.stored, &self.key, &self.host, &question)?;
        if let Answer::Found { .. } = answer {
            self.attempts.give_back(charge);
        }
        Ok(answer)
    }
}

impl Records for Stored {
    type Error = OfficeError;

    fn size(&self) -> Result<TreeSize, OfficeError> {
        Ok(self.registry.log_position()?.0)
    }

    fn documents(&self, number: &CertificateNumber) -> Result<Vec<LeafIndex>, OfficeError> {
        // The registry learns of a batch while it is judged: before that is done, nothing of it is there.
        let size = self.size()?;
        let mut documents = self.registry.by_number(number)?;
        documents.retain(|index| index.is_within(size));
        Ok(documents)
    }

    fn issuance_from(&self, index: LeafIndex) -> Result<Option<LeafIndex>, OfficeError> {
        let size = self.size()?;
        Ok(self.registry.issuance_from(index)?.filter(|index| index.is_within(size)))
    }

    fn is_erased(&self, index: LeafIndex) -> Result<bool, OfficeError> {
        Ok(self.registry.erased(SealPlace::LogRecord(index))?.is_some())
    }

    fn certificate(&self, index: LeafIndex) -> Result<Option<SignedCertificate>, OfficeError> {
        let size = self.size()?;
        match read_private(&*self.files, &self.kek, &self.origin, index, size)? {
            Some(Unsealed::Opened(record)) => {
                let record = IssuanceRecord::decode(&record)?;
                Ok(Some(SignedCertificate::decode(&record.certificate)?))
            }
            Some(Unsealed::Erased) | None => Ok(None),
        }
    }
}
