//! X.509 certificates for signing documents: a root of its own, and the certificate that signs.
//!
//! No extended key usage is set: readers differ in which they accept for documents, and all accept
//! a certificate without one whose key usage is digital signature and content commitment.

use std::{str::FromStr, time::Duration};

use der::{Encode, asn1::GeneralizedTime};
use p256::ecdsa::{DerSignature, SigningKey};
use x509_cert::{
    TbsCertificate,
    builder::{Builder, CertificateBuilder, profile::BuilderProfile},
    ext::{
        Extension, ToExtension,
        pkix::{
            AuthorityKeyIdentifier, BasicConstraints, KeyUsage, KeyUsages, SubjectKeyIdentifier,
        },
    },
    name::Name,
    serial_number::SerialNumber,
    spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef},
    time::{Time, Validity},
};

use super::SignError;

/// The first and the last second in which a certificate holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValidFromTo {
    /// First second.
    pub from: jiff::Timestamp,
    /// Last second.
    pub to: jiff::Timestamp,
}

/// What is needed to make the two certificates. Nothing is taken from a clock or a random source.
#[derive(Debug)]
pub struct DocumentCertificateRequest<'a> {
    /// Key of the document-signing root.
    pub root_key: &'a SigningKey,
    /// The key that signs documents.
    pub signing_key: &'a SigningKey,
    /// Name of the root, as RFC 4514 text: `CN=…,O=…,C=CN`.
    pub root_name: &'a str,
    /// Name of the signer, as RFC 4514 text.
    pub signer_name: &'a str,
    /// Dates of the root certificate.
    pub root_validity: ValidFromTo,
    /// Dates of the signing certificate.
    pub signer_validity: ValidFromTo,
    /// Random bytes for the root's serial number; the first two bits are overwritten.
    pub root_serial: [u8; 16],
    /// Random bytes for the signing certificate's serial number.
    pub signer_serial: [u8; 16],
}

/// The two certificates, in DER.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentCertificates {
    /// The root, self-signed.
    pub root: Vec<u8>,
    /// The certificate that signs documents, issued by the root.
    pub signer: Vec<u8>,
}

/// Makes a self-signed root and a signing certificate.
///
/// # Errors
/// [`SignError`] when a name is no RFC 4514 text or a date cannot be written in X.509.
pub fn make_document_certificates(
    request: &DocumentCertificateRequest<'_>,
) -> Result<DocumentCertificates, SignError> {
    let root_name = Name::from_str(request.root_name)?;
    let signer_name = Name::from_str(request.signer_name)?;
    let root = Profile { role: Role::Root, issuer: root_name.clone(), subject: root_name.clone() };
    let signer = Profile { role: Role::Signer, issuer: root_name, subject: signer_name };
    let issuer = request.root_key;
    Ok(DocumentCertificates {
        root: build(root, request.root_serial, request.root_validity, issuer, issuer)?,
        signer: build(
            signer,
            request.signer_serial,
            request.signer_validity,
            request.signing_key,
            issuer,
        )?,
    })
}

fn build(
    profile: Profile,
    serial: [u8; 16],
    dates: ValidFromTo,
    key: &SigningKey,
    issuer: &SigningKey,
) -> Result<Vec<u8>, SignError> {
    let validity = Validity::new(time(dates.from)?, time(dates.to)?);
    let public_key = SubjectPublicKeyInfoOwned::from_key(key.verifying_key())?;
    let builder = CertificateBuilder::new(profile, positive(serial)?, validity, public_key)?;
    Ok(builder.build::<_, DerSignature>(issuer)?.to_der()?)
}

/// A positive serial number of always 16 bytes (RFC 5280, 4.1.2.2).
fn positive(mut bytes: [u8; 16]) -> Result<SerialNumber, SignError> {
    let [first, ..] = &mut bytes;
    *first = *first & 0x3F | 0x40;
    Ok(SerialNumber::new(&bytes)?)
}

fn time(time: jiff::Timestamp) -> Result<Time, SignError> {
    let seconds =
        u64::try_from(time.as_second()).map_err(|source| SignError::Before1970 { time, source })?;
    Ok(Time::GeneralTime(GeneralizedTime::from_unix_duration(Duration::from_secs(seconds))?))
}

#[derive(Clone, Copy)]
enum Role {
    Root,
    Signer,
}

struct Profile {
    role: Role,
    issuer: Name,
    subject: Name,
}

impl BuilderProfile for Profile {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        own_key: SubjectPublicKeyInfoRef<'_>,
        issuer_key: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        let (constraints, usage) = match self.role {
            Role::Root => (
                BasicConstraints { ca: true, path_len_constraint: Some(0) },
                KeyUsages::KeyCertSign | KeyUsages::CRLSign,
            ),
            Role::Signer => (
                BasicConstraints { ca: false, path_len_constraint: None },
                KeyUsages::DigitalSignature | KeyUsages::NonRepudiation,
            ),
        };
        let authority = SubjectKeyIdentifier::try_from(issuer_key)?;
        let authority =
            AuthorityKeyIdentifier { key_identifier: Some(authority.0), ..Default::default() };
        let mut extensions = Vec::new();
        extensions.push(constraints.to_extension(&tbs.subject().clone(), &extensions)?);
        extensions.push(KeyUsage(usage).to_extension(tbs.subject(), &extensions)?);
        let subject = SubjectKeyIdentifier::try_from(own_key)?;
        extensions.push(subject.to_extension(tbs.subject(), &extensions)?);
        extensions.push(authority.to_extension(tbs.subject(), &extensions)?);
        Ok(extensions)
    }
}
