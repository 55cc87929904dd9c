//! Assembles certificates with x509-cert.
//!
//! The profile is our own for one reason: OpenSSL 3.0 and 3.6 fail on a certificate (error 89, even
//! with `-ignore_critical`) whose unknown critical extension stands before the known ones, and
//! `CertificateBuilder::add_extension` puts it there. A profile emits it last.

use std::time::Duration;

use const_oid::db::rfc4519::CN;
use der::{
    Any, Decode as _, Encode as _,
    asn1::{GeneralizedTime, OctetString, Utf8StringRef},
};
use ed25519_dalek::{Signature, SigningKey};
use ledger::{
    authority::{AuthorityExtension, OID_AUTHORITY_EXTENSION},
    certificate::Text,
    time::UnixMillis,
};
use x509_cert::{
    TbsCertificate,
    attr::AttributeTypeAndValue,
    builder::{Builder as _, CertificateBuilder, profile::BuilderProfile},
    ext::{
        Extension, ToExtension,
        pkix::{
            AuthorityKeyIdentifier, BasicConstraints, KeyUsage, KeyUsages, SubjectKeyIdentifier,
        },
    },
    name::{Name, RdnSequence, RelativeDistinguishedName},
    serial_number::SerialNumber,
    spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef},
    time::{Time, Validity},
};

use super::{Days, MAX_NAME_CHARS, Serial, X509Error};

pub(super) enum Profile {
    Root { name: Name },
    Authority { issuer: Name, name: Name, extension: AuthorityExtension },
}

pub(super) fn certificate(
    profile: Profile,
    subject_key: SubjectPublicKeyInfoOwned,
    days: Days,
    serial: Serial,
    signer: &SigningKey,
) -> Result<Vec<u8>, X509Error> {
    let validity = Validity::new(time(days.from.beijing_start())?, time(days.until.beijing_end())?);
    let builder = CertificateBuilder::new(profile, positive(serial)?, validity, subject_key)?;
    Ok(builder.build::<_, Signature>(signer)?.to_der()?)
}

/// A name that consists of a common name. Not parsed from RFC 4514 text: committees' names may hold
/// any character.
pub(super) fn common_name(name: &Text) -> Result<Name, X509Error> {
    let characters = name.as_str().chars().count();
    if characters > MAX_NAME_CHARS {
        return Err(X509Error::NameTooLong { characters });
    }
    let value = Any::encode_from(&Utf8StringRef::new(name.as_str())?)?;
    let mut part = RelativeDistinguishedName::default();
    part.insert(AttributeTypeAndValue { oid: CN, value })?;
    let mut sequence = RdnSequence::default();
    sequence.push(part);
    Ok(Name::from_der(&sequence.to_der()?)?)
}

/// A positive serial number of always 16 bytes (RFC 5280 §4.1.2.2).
fn positive(Serial(mut bytes): Serial) -> Result<SerialNumber, X509Error> {
    let [first, ..] = &mut bytes;
    *first = *first & 0x3F | 0x40;
    Ok(SerialNumber::new(&bytes)?)
}

/// X.509 counts whole seconds; the builder chooses UTCTime through 2049 (RFC 5280 §4.1.2.5).
fn time(instant: UnixMillis) -> Result<Time, X509Error> {
    let seconds = Duration::from_secs(instant.get() / 1000);
    Ok(Time::GeneralTime(GeneralizedTime::from_unix_duration(seconds)?))
}

impl BuilderProfile for Profile {
    fn get_issuer(&self, _subject: &Name) -> Name {
        match self {
            Self::Root { name } => name.clone(),
            Self::Authority { issuer, .. } => issuer.clone(),
        }
    }

    fn get_subject(&self) -> Name {
        let (Self::Root { name } | Self::Authority { name, .. }) = self;
        name.clone()
    }

    fn build_extensions(
        &self,
        own_key: SubjectPublicKeyInfoRef<'_>,
        issuer_key: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        let (constraints, usage) = match self {
            Self::Root { .. } => (
                BasicConstraints { ca: true, path_len_constraint: Some(0) },
                KeyUsages::KeyCertSign,
            ),
            Self::Authority { .. } => (
                BasicConstraints { ca: false, path_len_constraint: None },
                KeyUsages::DigitalSignature,
            ),
        };
        let issuer = SubjectKeyIdentifier::try_from(issuer_key)?;
        let issuer =
            AuthorityKeyIdentifier { key_identifier: Some(issuer.0), ..Default::default() };
        let mut extensions = Vec::new();
        extensions.push(constraints.to_extension(tbs.subject(), &extensions)?);
        extensions.push(KeyUsage(usage.into()).to_extension(tbs.subject(), &extensions)?);
        let own = SubjectKeyIdentifier::try_from(own_key)?;
        extensions.push(own.to_extension(tbs.subject(), &extensions)?);
        extensions.push(issuer.to_extension(tbs.subject(), &extensions)?);
        if let Self::Authority { extension, .. } = self {
            extensions.push(authority_extension(extension)?);
        }
        Ok(extensions)
    }
}

fn authority_extension(extension: &AuthorityExtension) -> Result<Extension, der::Error> {
    Ok(Extension {
        extn_id: OID_AUTHORITY_EXTENSION,
        critical: true,
        extn_value: OctetString::new(extension.to_der()?)?,
    })
}
