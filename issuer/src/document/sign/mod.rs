//! Signs the PDF: PAdES baseline B-B (ETSI EN 319 142-1), ECDSA P-256 with SHA-256, deterministic.
//!
//! The certificate inside the file is signed with Ed25519, which ordinary PDF readers cannot
//! verify; so the file gets a second signature with which any reader shows that it was not
//! changed. It proves nothing about the title: status and authority come from the ledger.
//!
//! The signature is invisible and added as an incremental update, so the bytes of [`super::pdf`]
//! stay as they are and [`signed_part`] finds them again.

mod certificates;
mod cms;
mod update;

pub use certificates::{
    DocumentCertificateRequest, DocumentCertificates, ValidFromTo, make_document_certificates,
};
pub use update::signed_part;

use der::{Decode, Encode};
use p256::ecdsa::SigningKey;
use x509_cert::{Certificate, spki::SubjectPublicKeyInfoOwned};

/// Most certificates above the signing certificate. A longer chain is a mistake, and every
/// certificate adds its size to every file.
pub const MAX_CHAIN: usize = 4;

/// The key that signs documents, with its certificate and the chain up to the root.
#[derive(Debug)]
pub struct DocumentSigner {
    key: SigningKey,
    certificate: Certificate,
    chain: Vec<Certificate>,
}

impl DocumentSigner {
    /// Takes a key with its certificate (DER) and the certificates above it, in order.
    ///
    /// # Errors
    /// [`SignError`] when a certificate cannot be read, is not the key's, or was not issued by
    /// the name of the next one.
    pub fn new(key: SigningKey, certificate: &[u8], chain: &[Vec<u8>]) -> Result<Self, SignError> {
        if chain.len() > MAX_CHAIN {
            return Err(SignError::ChainTooLong { certificates: chain.len(), limit: MAX_CHAIN });
        }
        let certificate = read(certificate, 0)?;
        let chain =
            (1..).zip(chain).map(|(place, der)| read(der, place)).collect::<Result<Vec<_>, _>>()?;
        let own = SubjectPublicKeyInfoOwned::from_key(key.verifying_key())?;
        if certificate.tbs_certificate().subject_public_key_info() != &own {
            return Err(SignError::KeyMismatch);
        }
        let mut below = &certificate;
        for (position, above) in (1..).zip(&chain) {
            if below.tbs_certificate().issuer() != above.tbs_certificate().subject() {
                return Err(SignError::ChainBroken { position });
            }
            below = above;
        }
        Ok(Self { key, certificate, chain })
    }

    /// Signs a file made by [`super::pdf`]. Equal input gives equal bytes.
    ///
    /// # Errors
    /// [`SignError::OutsideValidity`] when `signing_time` is not within the certificate's dates;
    /// [`SignError::NotOurs`] when the file has a form already, so a second signature is refused.
    pub fn sign(&self, pdf: &[u8], signing_time: jiff::Timestamp) -> Result<Vec<u8>, SignError> {
        self.check_time(signing_time)?;
        let room = self.signature_room()?;
        let prepared = update::Prepared::new(pdf, signing_time, room)?;
        let signature = cms::detached(self, &prepared.signed_bytes())?;
        prepared.finish(&signature)
    }

    fn check_time(&self, time: jiff::Timestamp) -> Result<(), SignError> {
        let dates = self.certificate.tbs_certificate().validity();
        let seconds = u64::try_from(time.as_second()).unwrap_or(0);
        let (from, to) = (dates.not_before, dates.not_after);
        if seconds < from.to_unix_duration().as_secs() || seconds > to.to_unix_duration().as_secs()
        {
            return Err(SignError::OutsideValidity {
                signing_time: time,
                not_before: from.to_string(),
                not_after: to.to_string(),
            });
        }
        Ok(())
    }

    /// Bytes that a signature may take: the certificates, and room for everything else.
    fn signature_room(&self) -> Result<usize, SignError> {
        let mut room = SIGNATURE_ROOM;
        for certificate in std::iter::once(&self.certificate).chain(&self.chain) {
            room += certificate.to_der()?.len();
        }
        Ok(room)
    }
}

fn read(der: &[u8], position: usize) -> Result<Certificate, SignError> {
    Certificate::from_der(der).map_err(|source| SignError::Certificate { position, source })
}

/// Attributes, issuer's name, signature value: measured 450 to 700 bytes.
const SIGNATURE_ROOM: usize = 1536;

/// Why a document could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// A certificate cannot be read.
    #[error("certificate {position} of the chain (0 signs) is not a DER certificate")]
    Certificate {
        /// Its place: 0 is the signing certificate.
        position: usize,
        /// What the decoder said.
        #[source]
        source: der::Error,
    },
    /// The signing certificate has another public key.
    #[error("the signing certificate does not belong to the signing key")]
    KeyMismatch,
    /// A certificate was not issued by the one after it.
    #[error("certificate {position} of the chain is not the issuer of the one before it")]
    ChainBroken {
        /// Its place: 0 is the signing certificate.
        position: usize,
    },
    /// More than [`MAX_CHAIN`] certificates above the signing certificate.
    #[error("the chain has {certificates} certificates; at most {limit} are allowed")]
    ChainTooLong {
        /// Number of certificates given.
        certificates: usize,
        /// The limit.
        limit: usize,
    },
    /// The certificate is not valid at the time of signing.
    #[error(
        "the signing certificate holds from {not_before} to {not_after}, not at {signing_time}"
    )]
    OutsideValidity {
        /// The time of signing.
        signing_time: jiff::Timestamp,
        /// The certificate's first moment.
        not_before: String,
        /// The certificate's last moment.
        not_after: String,
    },
    /// A certificate cannot begin or end before 1970 here.
    #[error("a certificate cannot begin or end at {time}, before 1970")]
    Before1970 {
        /// The date.
        time: jiff::Timestamp,
        /// Why it is no number of seconds.
        #[source]
        source: std::num::TryFromIntError,
    },
    /// The file is no PDF that this program made and has not signed yet.
    #[error("the file is not an unsigned certificate of this program: {0}")]
    NotOurs(&'static str),
    /// The PDF cannot be read or extended.
    #[error("the PDF cannot be read or extended")]
    Pdf(#[from] lopdf::Error),
    /// The update cannot be written to memory.
    #[error("the signed PDF cannot be written")]
    Write(#[from] std::io::Error),
    /// A structure cannot be encoded.
    #[error("the signature cannot be encoded")]
    Encode(#[from] der::Error),
    /// The public key cannot be encoded.
    #[error("the public key cannot be encoded")]
    PublicKey(#[from] x509_cert::spki::Error),
    /// The key refused to sign.
    #[error("the key did not sign")]
    Key(#[from] p256::ecdsa::Error),
    /// A certificate cannot be built.
    #[error("the certificate cannot be built")]
    Build(#[from] x509_cert::builder::Error),
    /// The signature is larger than the room kept for it: a defect of this program.
    #[error("the signature has {bytes} bytes, but only {room} were kept")]
    NoRoom {
        /// Size of the signature.
        bytes: usize,
        /// Size of the room.
        room: usize,
    },
}
