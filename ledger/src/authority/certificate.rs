//! X.509 as far as the chain root → authority needs it (RFC 5280, RFC 8410), read strictly.

use const_oid::{
    ObjectIdentifier,
    db::{rfc5280, rfc8410::ID_ED_25519},
};
use der::{Decode as _, Encode as _, Header, Reader as _, SliceReader, Writer};
use ed25519_dalek::VerifyingKey;
use x509_cert::{
    Certificate, TbsCertificate, Version,
    ext::{
        Extension,
        pkix::{BasicConstraints, KeyUsage, KeyUsages},
    },
};

use super::Role;
use super::extension::{AuthorityExtension, ExtensionFault, OID_AUTHORITY_EXTENSION};
use crate::{
    ed25519::{is_weak, verify_strict},
    time::UnixMillis,
};

/// The largest certificate in bytes.
///
/// Security: bounds what is parsed before a signature is checked; real ones have about 800 bytes.
pub const MAX_X509_LEN: usize = 6 * 1024;

/// The key of an authority, with the only algorithm that is registered for its role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthorityKey {
    /// For certificates, decisions and copies.
    Ed25519(VerifyingKey),
    /// For PDF signatures, which this crate does not check: the SubjectPublicKeyInfo in DER.
    P256(Vec<u8>),
}

/// The bureau's root certificate, trusted because a trust file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootCertificate {
    der: Vec<u8>,
    subject: Vec<u8>,
    key: VerifyingKey,
    validity: Validity,
}

/// An authority's certificate as it was read; who signed it is unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityCertificate {
    der: Vec<u8>,
    tbs: Vec<u8>,
    issuer: Vec<u8>,
    signature: [u8; 64],
    name: String,
    key: AuthorityKey,
    validity: Validity,
    extension: AuthorityExtension,
}

/// An authority whose certificate a trusted root signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedAuthority {
    certificate: AuthorityCertificate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Validity {
    not_before: UnixMillis,
    not_after: UnixMillis,
}

/// Why bytes are no certificate of this profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFault {
    /// Longer than [`MAX_X509_LEN`].
    #[error("a certificate of {length} bytes; at most {MAX_X509_LEN} are read")]
    TooLong {
        /// Bytes given.
        length: usize,
    },
    /// Not DER of a certificate.
    #[error("not DER of an X.509 certificate: {0}")]
    Der(#[from] der::Error),
    /// Decoding and encoding again gives other bytes.
    #[error("the certificate is not in canonical DER")]
    NotCanonical,
    /// A field that the profile fixes has another value.
    #[error("the certificate's {field} is not what the profile demands")]
    Profile {
        /// The field.
        field: &'static str,
    },
    /// A critical extension that this code does not know.
    #[error("the critical extension {oid} is not known")]
    UnknownCritical {
        /// Its identifier.
        oid: ObjectIdentifier,
    },
    /// A weak or malformed public key.
    #[error("the public key is malformed or of small order")]
    Key,
    /// The authority extension is malformed.
    #[error(transparent)]
    Extension(#[from] ExtensionFault),
}

/// Why an authority's certificate is not accepted under the trusted roots.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthorityChainError {
    /// The certificate is malformed.
    #[error(transparent)]
    Certificate(#[from] CertificateFault),
    /// No trusted root has the issuer's name.
    #[error("no trusted root has the name of the certificate's issuer")]
    UnknownIssuer,
    /// The root of that name did not sign it.
    #[error("the signature on the authority's certificate is not the root's")]
    BadSignature,
    /// It is valid at a time when the root is not.
    #[error("the certificate's validity {from} to {until} is not within the root's")]
    OutsideRoot {
        /// Start of the certificate's validity.
        from: UnixMillis,
        /// End of the certificate's validity.
        until: UnixMillis,
    },
    /// The entry states another role than the certificate.
    #[error("the entry states the role {entry:?}, its certificate {certificate:?}")]
    RoleDiffers {
        /// The role in the entry.
        entry: Role,
        /// The role in the certificate.
        certificate: Role,
    },
    /// The entry states another filing number than the certificate.
    #[error("the entry and its certificate state different filing numbers")]
    FilingDiffers,
}

impl RootCertificate {
    /// Parses a self-signed Ed25519 CA certificate and checks its signature.
    pub fn from_der(bytes: &[u8]) -> Result<Self, CertificateFault> {
        let parsed = parse(bytes)?;
        let tbs = parsed.tbs_certificate();
        let key = ed25519_key(tbs)?;
        profile("subject", tbs.subject() == tbs.issuer())?;
        let (constraints, usage) = constraints(tbs, None)?;
        profile("basicConstraints", constraints.ca)?;
        profile("keyUsage", usage == KeyUsage(KeyUsages::KeyCertSign.into()))?;
        let signature = signature(&parsed)?;
        verify_strict(&key, &tbs.to_der()?, &signature)
            .map_err(|_bad| CertificateFault::Profile { field: "signature" })?;
        Ok(Self {
            der: bytes.to_vec(),
            subject: tbs.subject().to_der()?,
            key,
            validity: Validity::of(tbs)?,
        })
    }

    /// The certificate's bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }
}

impl AuthorityCertificate {
    /// Parses an end-entity certificate with exactly one authority extension.
    pub fn from_der(bytes: &[u8]) -> Result<Self, CertificateFault> {
        let parsed = parse(bytes)?;
        let tbs = parsed.tbs_certificate();
        let (constraints, usage) = constraints(tbs, Some(OID_AUTHORITY_EXTENSION))?;
        profile("basicConstraints", !constraints.ca)?;
        profile("keyUsage", usage == KeyUsage(KeyUsages::DigitalSignature.into()))?;
        let extension = authority_extension(tbs)?;
        let key = match extension.role {
            Role::Issue | Role::Decide | Role::CopyOnly => AuthorityKey::Ed25519(ed25519_key(tbs)?),
            Role::DocumentSigning => AuthorityKey::P256(p256_key_info(tbs)?),
        };
        let name =
            tbs.subject().common_name()?.ok_or(CertificateFault::Profile { field: "subject" })?;
        Ok(Self {
            der: bytes.to_vec(),
            tbs: signed_part(bytes)?,
            issuer: tbs.issuer().to_der()?,
            signature: signature(&parsed)?,
            name: name.value().into_owned(),
            key,
            validity: Validity::of(tbs)?,
            extension,
        })
    }

    /// The role that the extension states.
    pub const fn role(&self) -> Role {
        self.extension.role
    }

    /// The filing number that the extension states; none for the bureau's own authorities.
    pub fn filing_number(&self) -> Option<&crate::certificate::Text> {
        self.extension.committee.as_ref().map(|committee| committee.filing.number())
    }

    /// Checks that one of `roots` signed it, and that its validity lies within the root's.
    pub fn verify(
        self,
        roots: &[RootCertificate],
    ) -> Result<VerifiedAuthority, AuthorityChainError> {
        let mut named = roots.iter().filter(|root| root.subject == self.issuer).peekable();
        if named.peek().is_none() {
            return Err(AuthorityChainError::UnknownIssuer);
        }
        let root = named
            .find(|root| verify_strict(&root.key, &self.tbs, &self.signature).is_ok())
            .ok_or(AuthorityChainError::BadSignature)?;
        let (from, until) = (self.validity.not_before, self.validity.not_after);
        if from < root.validity.not_before || root.validity.not_after < until {
            return Err(AuthorityChainError::OutsideRoot { from, until });
        }
        Ok(VerifiedAuthority { certificate: self })
    }
}

impl VerifiedAuthority {
    /// The subject's common name: the committee or unit.
    pub fn name(&self) -> &str {
        &self.certificate.name
    }

    /// Its key.
    pub const fn key(&self) -> &AuthorityKey {
        &self.certificate.key
    }

    /// Its Ed25519 key; none for a document-signing authority.
    pub const fn ed25519_key(&self) -> Option<&VerifyingKey> {
        match &self.certificate.key {
            AuthorityKey::Ed25519(key) => Some(key),
            AuthorityKey::P256(_) => None,
        }
    }

    /// What it may sign.
    pub const fn role(&self) -> Role {
        self.certificate.extension.role
    }

    /// What the extension states.
    pub const fn extension(&self) -> &AuthorityExtension {
        &self.certificate.extension
    }

    /// Whether an entry made at `time` lies within the certificate's validity, both ends included.
    pub fn is_valid_at(&self, time: UnixMillis) -> bool {
        self.certificate.validity.not_before <= time && time <= self.certificate.validity.not_after
    }

    /// Start and end of the certificate's validity.
    pub const fn validity(&self) -> (UnixMillis, UnixMillis) {
        (self.certificate.validity.not_before, self.certificate.validity.not_after)
    }

    /// The certificate's bytes.
    pub fn der(&self) -> &[u8] {
        &self.certificate.der
    }
}

impl Validity {
    fn of(tbs: &TbsCertificate) -> Result<Self, CertificateFault> {
        let millis = |time: &x509_cert::time::Time| {
            u64::try_from(time.to_unix_duration().as_millis())
                .ok()
                .and_then(UnixMillis::new)
                .ok_or(CertificateFault::Profile { field: "validity" })
        };
        let validity = tbs.validity();
        // X.509 times name whole seconds: notAfter includes the second it names.
        let not_before = millis(&validity.not_before)?;
        let not_after = millis(&validity.not_after)?.saturating_add(999);
        profile("validity", not_before <= not_after)?;
        Ok(Self { not_before, not_after })
    }
}

/// Parses a v3 certificate signed with Ed25519 and nothing that decodes to it in another way.
fn parse(bytes: &[u8]) -> Result<Certificate, CertificateFault> {
    if bytes.len() > MAX_X509_LEN {
        return Err(CertificateFault::TooLong { length: bytes.len() });
    }
    let parsed = Certificate::from_der(bytes)?;
    let mut expected = Expected(bytes);
    if parsed.encode(&mut expected).is_err() || !expected.0.is_empty() {
        return Err(CertificateFault::NotCanonical);
    }
    let tbs = parsed.tbs_certificate();
    profile("version", tbs.version() == Version::V3)?;
    for algorithm in [parsed.signature_algorithm(), tbs.signature()] {
        profile(
            "signature algorithm",
            algorithm.oid == ID_ED_25519 && algorithm.parameters.is_none(),
        )?;
    }
    Ok(parsed)
}

/// Takes what is written, as long as it is what is expected; the rest is still to come.
struct Expected<'a>(&'a [u8]);

impl Writer for Expected<'_> {
    fn write(&mut self, written: &[u8]) -> der::Result<()> {
        self.0 = self.0.strip_prefix(written).ok_or(der::ErrorKind::Failed)?;
        Ok(())
    }
}

/// The bytes that the issuer signed: the first element of the certificate, as it stands there. What
/// encoding it again would give, since the certificate is canonical.
fn signed_part(certificate: &[u8]) -> Result<Vec<u8>, CertificateFault> {
    let mut outer = SliceReader::new(certificate)?;
    Header::decode(&mut outer)?;
    Ok(outer.tlv_bytes()?.to_vec())
}

fn signature(parsed: &Certificate) -> Result<[u8; 64], CertificateFault> {
    parsed
        .signature()
        .as_bytes()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(CertificateFault::Profile { field: "signature" })
}

fn ed25519_key(tbs: &TbsCertificate) -> Result<VerifyingKey, CertificateFault> {
    let info = tbs.subject_public_key_info();
    profile(
        "key algorithm",
        info.algorithm.oid == ID_ED_25519 && info.algorithm.parameters.is_none(),
    )?;
    let bytes = info.subject_public_key.as_bytes().ok_or(CertificateFault::Key)?;
    let bytes = bytes.try_into().map_err(|_length| CertificateFault::Key)?;
    VerifyingKey::from_bytes(bytes).ok().filter(|key| !is_weak(key)).ok_or(CertificateFault::Key)
}

fn p256_key_info(tbs: &TbsCertificate) -> Result<Vec<u8>, CertificateFault> {
    const ID_EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
    const SECP256R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
    let info = tbs.subject_public_key_info();
    // A named curve (RFC 5480 §2.1.1), and this one: another algorithm needs another role.
    let named = info.algorithm.parameters.as_ref().map(|curve| curve.decode_as());
    let on_curve = named == Some(Ok(SECP256R1));
    profile("key algorithm", info.algorithm.oid == ID_EC_PUBLIC_KEY && on_curve)?;
    Ok(info.to_der()?)
}

/// The two constraints that the profile demands, each exactly once; no critical extension but these
/// and `known`.
fn constraints(
    tbs: &TbsCertificate,
    known: Option<ObjectIdentifier>,
) -> Result<(BasicConstraints, KeyUsage), CertificateFault> {
    let extensions = tbs.extensions().map_or(&[][..], |extensions| extensions.as_slice());
    for extension in extensions.iter().filter(|extension| extension.critical) {
        let oid = extension.extn_id;
        let expected = oid == rfc5280::ID_CE_BASIC_CONSTRAINTS
            || oid == rfc5280::ID_CE_KEY_USAGE
            || Some(oid) == known;
        if !expected {
            return Err(CertificateFault::UnknownCritical { oid });
        }
    }
    let basic = only(extensions, rfc5280::ID_CE_BASIC_CONSTRAINTS, "basicConstraints")?;
    let usage = only(extensions, rfc5280::ID_CE_KEY_USAGE, "keyUsage")?;
    Ok((
        BasicConstraints::from_der(basic.extn_value.as_bytes())?,
        KeyUsage::from_der(usage.extn_value.as_bytes())?,
    ))
}

fn authority_extension(tbs: &TbsCertificate) -> Result<AuthorityExtension, CertificateFault> {
    let extensions = tbs.extensions().map_or(&[][..], |extensions| extensions.as_slice());
    let found = only(extensions, OID_AUTHORITY_EXTENSION, "authority extension")?;
    Ok(AuthorityExtension::from_der(found.extn_value.as_bytes())?)
}

/// The one critical extension with this identifier.
fn only<'a>(
    extensions: &'a [Extension],
    oid: ObjectIdentifier,
    field: &'static str,
) -> Result<&'a Extension, CertificateFault> {
    let mut found = extensions.iter().filter(|extension| extension.extn_id == oid);
    match (found.next(), found.next()) {
        (Some(extension), None) if extension.critical => Ok(extension),
        _ => Err(CertificateFault::Profile { field }),
    }
}

/// A condition of the profile, and the field that breaks it.
fn profile(field: &'static str, holds: bool) -> Result<(), CertificateFault> {
    if holds { Ok(()) } else { Err(CertificateFault::Profile { field }) }
}
