//! X.509 certificates of the bureau's root and its authorities, in exactly the profile that
//! [`ledger::authority`] reads. What is built here is read with that code before it is handed out.

mod build;
mod file;

use ed25519_dalek::VerifyingKey;
use ledger::{
    authority::{
        AuthorityCertificate, AuthorityChainError, AuthorityExtension, AuthorityKey,
        CertificateFault, Filing, Role, RootCertificate, VerifiedAuthority,
    },
    certificate::Text,
    time::{Date, NotADate, UnixMillis},
};
use x509_cert::{Certificate, spki::SubjectPublicKeyInfoOwned};

pub use self::file::{CertificateFileError, read_certificate, write_certificate};
use super::SigningKeyFile;
use crate::committee::ReviewCommittee;

/// Months after a filing's end in which its reviews are still signed, unless a setting says more.
pub const DEFAULT_EXTRA_MONTHS: u32 = 12;

/// Longest name in a certificate, in characters (X.520, `ub-common-name`).
pub const MAX_NAME_CHARS: usize = 64;

/// The first and the last day on which a certificate holds, in Beijing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    from: Date,
    until: Date,
}

/// Why a certificate was not made.
#[derive(Debug, thiserror::Error)]
pub enum X509Error {
    /// It would end before it begins.
    #[error("the certificate would hold from {from} to {until}: the end is before the beginning")]
    Reversed {
        /// The first day.
        from: Date,
        /// The last day.
        until: Date,
    },
    /// A date beyond the calendar.
    #[error("the certificate's last day: {0}")]
    Date(#[from] NotADate),
    /// X.509 has no room for the name.
    #[error("the name has {characters} characters; a certificate has room for {MAX_NAME_CHARS}")]
    NameTooLong {
        /// Characters given.
        characters: usize,
    },
    /// The key is not the one that the root certificate names.
    #[error("the key in {} is not the key of the root certificate", key.display())]
    NotTheRootsKey {
        /// The key's file.
        key: std::path::PathBuf,
    },
    /// The structure could not be built.
    #[error("the certificate could not be built: {0}")]
    Build(#[from] x509_cert::builder::Error),
    /// The structure could not be encoded.
    #[error("the certificate could not be encoded: {0}")]
    Encode(#[from] der::Error),
    /// A public key could not be encoded.
    #[error("the public key could not be encoded: {0}")]
    PublicKey(#[from] x509_cert::spki::Error),
    /// What was built is no certificate that a verifier accepts.
    #[error("the certificate that was built is refused: {0}")]
    Refused(#[from] CertificateFault),
    /// What was built does not hold under its root.
    #[error("the certificate that was built does not hold under its root: {0}")]
    Chain(#[from] AuthorityChainError),
}

impl Days {
    /// From the beginning of one day to the end of another, both in Beijing.
    ///
    /// # Errors
    /// [`X509Error::Reversed`].
    pub fn new(from: Date, until: Date) -> Result<Self, X509Error> {
        if until < from {
            return Err(X509Error::Reversed { from, until });
        }
        Ok(Self { from, until })
    }

    /// From a filing's first day to `extra_months` after its last: the time in which its reviews may
    /// still be signed (a setting; [`DEFAULT_EXTRA_MONTHS`]).
    ///
    /// # Errors
    /// [`X509Error::Date`] beyond the year 9999.
    pub fn of_filing(filing: &Filing, extra_months: u32) -> Result<Self, X509Error> {
        Ok(Self { from: filing.from(), until: filing.until().plus_months(extra_months)? })
    }

    /// The first day.
    pub const fn from(self) -> Date {
        self.from
    }

    /// The last day.
    pub const fn until(self) -> Date {
        self.until
    }
}

/// Sixteen random bytes that become a certificate's serial number (RFC 5280 §4.1.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Serial(pub [u8; 16]);

/// Makes the bureau's root certificate: self-signed, for signing authorities' certificates only.
///
/// # Errors
/// [`X509Error`]; what the ledger would refuse is not handed out.
pub fn make_root(
    key: &SigningKeyFile,
    name: &Text,
    days: Days,
    serial: Serial,
) -> Result<RootCertificate, X509Error> {
    let name = build::common_name(name)?;
    let profile = build::Profile::Root { name };
    let subject_key = SubjectPublicKeyInfoOwned::from_key(&key.public_key())?;
    let der = build::certificate(profile, subject_key, days, serial, key.key())?;
    Ok(RootCertificate::from_der(&der)?)
}

/// The root's key with its certificate: what names authorities.
#[derive(Debug)]
pub struct Root {
    key: SigningKeyFile,
    certificate: RootCertificate,
    parsed: Certificate,
}

/// What a new authority is: whose key may sign what, and for how long.
#[derive(Debug, Clone)]
pub struct AuthorityRequest {
    /// Name of the committee or unit.
    pub name: Text,
    /// Its public key.
    pub key: AuthorityKey,
    /// Role, scope and filing.
    pub extension: AuthorityExtension,
    /// When the certificate holds; within the root's own days.
    pub days: Days,
    /// Random bytes for the serial number.
    pub serial: Serial,
}

impl AuthorityRequest {
    /// A registered committee, whose certificate holds from its filing's first day to `extra_months`
    /// after its last.
    ///
    /// # Errors
    /// [`X509Error::Date`] beyond the year 9999.
    pub fn of_committee(
        committee: &ReviewCommittee,
        key: VerifyingKey,
        extra_months: u32,
        serial: Serial,
    ) -> Result<Self, X509Error> {
        let committee_filed = Some(committee.filed.clone());
        Ok(Self {
            name: committee.name.clone(),
            key: AuthorityKey::Ed25519(key),
            extension: AuthorityExtension { role: Role::Issue, committee: committee_filed },
            days: Days::of_filing(committee.filing(), extra_months)?,
            serial,
        })
    }
}

impl Root {
    /// Takes the root's key and certificate, when they belong together.
    ///
    /// # Errors
    /// [`X509Error::NotTheRootsKey`].
    pub fn new(key: SigningKeyFile, certificate: RootCertificate) -> Result<Self, X509Error> {
        let parsed = <Certificate as der::Decode>::from_der(certificate.der())?;
        let named = parsed.tbs_certificate().subject_public_key_info();
        if *named != SubjectPublicKeyInfoOwned::from_key(&key.public_key())? {
            return Err(X509Error::NotTheRootsKey { key: key.path().to_owned() });
        }
        Ok(Self { key, certificate, parsed })
    }

    /// The root's certificate.
    pub fn certificate(&self) -> &RootCertificate {
        &self.certificate
    }

    /// Signs an authority's certificate, and reads it back as a verifier would.
    ///
    /// # Errors
    /// [`X509Error`]; what a verifier would refuse is not handed out.
    pub fn name_authority(
        &self,
        request: AuthorityRequest,
    ) -> Result<VerifiedAuthority, X509Error> {
        let profile = build::Profile::Authority {
            issuer: self.parsed.tbs_certificate().subject().clone(),
            name: build::common_name(&request.name)?,
            extension: request.extension,
        };
        let key = public_key_info(&request.key)?;
        let der = build::certificate(profile, key, request.days, request.serial, self.key.key())?;
        let certificate = AuthorityCertificate::from_der(&der)?;
        Ok(certificate.verify(std::slice::from_ref(&self.certificate))?)
    }
}

fn public_key_info(key: &AuthorityKey) -> Result<SubjectPublicKeyInfoOwned, X509Error> {
    match key {
        AuthorityKey::Ed25519(key) => Ok(ed25519_info(key)?),
        AuthorityKey::P256(info) => Ok(<SubjectPublicKeyInfoOwned as der::Decode>::from_der(info)?),
    }
}

fn ed25519_info(key: &VerifyingKey) -> Result<SubjectPublicKeyInfoOwned, x509_cert::spki::Error> {
    SubjectPublicKeyInfoOwned::from_key(key)
}

/// An instant as the PDF's side of the program counts it; whole seconds, as in X.509.
pub fn timestamp(instant: UnixMillis) -> jiff::Timestamp {
    let seconds = i64::try_from(instant.get() / 1000).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MAX)
}

/// The public key of a document-signing authority, as [`AuthorityRequest::key`] takes it.
///
/// # Errors
/// [`X509Error::PublicKey`].
pub fn document_authority_key(key: &p256::PublicKey) -> Result<AuthorityKey, X509Error> {
    let info = SubjectPublicKeyInfoOwned::from_key(key)?;
    Ok(AuthorityKey::P256(der::Encode::to_der(&info)?))
}

#[cfg(test)]
mod tests;
