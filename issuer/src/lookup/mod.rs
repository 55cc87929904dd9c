//! Look-up by certificate number and name: who knows both gets the text of the newest document's QR
//! code, which a verifier checks like any other. Everybody else gets one and the same answer, whether
//! the number is wrong, the name is wrong, the records were erased, or there never was such a thing.
//!
//! **Indistinguishable** means: the answers are equal byte for byte, and the work before them is the
//! same. For every question, the same number of records is read and opened, of documents under that
//! number where there are some, else of decoys (`decoy.rs`), which the number alone picks from the whole
//! log. Each record's name is compared, in constant time, as a keyed hash of fixed length, and a QR
//! text is made whether or not it is given away.
//!
//! It does not mean that every question takes equally long. Whether a bundle is in the page cache, how
//! long a record is, how many index entries a number has: such things differ from question to question,
//! for decoys as for documents, and are not evened out. Whoever wanted to measure them would have to ask
//! about one number many times, which [`Attempts`] does not grant. Where most of a log was erased there
//! may be no decoy, and a question then reads less. To find something takes longer than to find nothing,
//! by what its bytes take: who gets them knows the name.

mod attempts;
mod decoy;
mod name;
mod question;

#[cfg(test)]
mod tests;

use std::{fmt, iter};

use ledger::{
    certificate::{CertificateNumber, SignedCertificate},
    position::{LeafIndex, TreeSize},
    qr::{QrPayload, VerificationHost},
};

use self::name::NameHash;
pub use self::{
    attempts::{Attempts, AttemptsSettings, Charge, Limit, TooManyAttempts},
    name::LookupKey,
    question::Question,
};

/// How many documents' names open a number: the newest document's, and that of the one before it, so
/// that who holds a document with a name that was corrected finds the way to the new one. So many
/// records are read for every question.
pub const NAMES: usize = 2;

/// What a look-up is answered.
#[derive(Clone, PartialEq, Eq)]
pub enum Answer {
    /// There is such a certificate.
    Found {
        /// The text of the newest document's QR code: personal data. What the document is worth (it may
        /// be revoked) is for a verifier to judge.
        qr_text: String,
    },
    /// Wrong number, wrong name, erased, or never on record.
    NoSuchCertificate,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Found { .. } => "Found(..)",
            Self::NoSuchCertificate => "NoSuchCertificate",
        })
    }
}

/// What a look-up reads.
pub trait Records {
    /// Why something could not be read. It says nothing about the question.
    type Error;

    /// Entries in the log.
    fn size(&self) -> Result<TreeSize, Self::Error>;

    /// The documents with a number, oldest first, erased ones too.
    fn documents(&self, number: &CertificateNumber) -> Result<Vec<LeafIndex>, Self::Error>;

    /// The first issuance at an index or behind it.
    fn issuance_from(&self, index: LeafIndex) -> Result<Option<LeafIndex>, Self::Error>;

    /// Whether the record at an index was erased.
    fn is_erased(&self, index: LeafIndex) -> Result<bool, Self::Error>;

    /// Opens the record at an index; none if its key is gone.
    fn certificate(&self, index: LeafIndex) -> Result<Option<SignedCertificate>, Self::Error>;
}

/// Answers a question. Attempts are not counted here.
///
/// # Errors
/// What the records give. It may name files: for the office's eyes, not for whoever asks.
pub fn answer<R: Records>(
    records: &R,
    key: &LookupKey,
    host: &VerificationHost,
    question: &Question,
) -> Result<Answer, R::Error> {
    let decoys = decoy::pick(records, key, question.number())?;
    let documents = records.documents(question.number())?;
    let newest_first = documents.into_iter().rev().map(Some).chain(iter::repeat(None));
    let asked = Asked { records, key, host, name: key.of_name(question.name()) };
    let opened = newest_first.zip(decoys).map(|(document, decoy)| asked.open(document, decoy));
    let opened = opened.collect::<Result<Vec<_>, R::Error>>()?;
    let is_known = opened.iter().flatten().fold(false, |known, one| known | one.is_known);
    // The newest document alone decides whether the number still has one.
    match opened.into_iter().next().flatten() {
        Some(newest) if newest.is_document & is_known => {
            Ok(Answer::Found { qr_text: newest.qr_text })
        }
        Some(_) | None => Ok(Answer::NoSuchCertificate),
    }
}

/// What every record is looked at with.
struct Asked<'a, R> {
    records: &'a R,
    key: &'a LookupKey,
    host: &'a VerificationHost,
    name: NameHash,
}

/// A record that was opened.
struct Opened {
    /// It is of the number that was asked for, and no decoy.
    is_document: bool,
    /// It is, and has the name that was asked for.
    is_known: bool,
    qr_text: String,
}

impl<R: Records> Asked<'_, R> {
    /// Opens a document, or the decoy where there is none or it was erased; none where the log has no
    /// record to open.
    fn open(
        &self,
        document: Option<LeafIndex>,
        decoy: Option<LeafIndex>,
    ) -> Result<Option<Opened>, R::Error> {
        let Some(candidate) = document.or(decoy) else { return Ok(None) };
        let chosen = if self.records.is_erased(candidate)? { decoy } else { Some(candidate) };
        let Some(index) = chosen else { return Ok(None) };
        // None if it was erased a moment ago: as if it had been before.
        let Some(certificate) = self.records.certificate(index)? else { return Ok(None) };
        let is_document = document == chosen;
        let name = self.key.of_name(certificate.unverified_claims().holder_name.as_str());
        let is_known = (name == self.name) & is_document;
        let certificate = certificate.as_bytes().to_vec();
        let qr_text = QrPayload { certificate, index, copy: None }.to_text(self.host);
        Ok(Some(Opened { is_document, is_known, qr_text }))
    }
}
