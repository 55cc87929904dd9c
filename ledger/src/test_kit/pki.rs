//! Root and authorities, built with x509-cert in the profile that [`crate::authority`] reads.

use std::time::Duration;

use const_oid::db::rfc4519::CN;
use der::{
    Any, Decode as _, Encode as _,
    asn1::{GeneralizedTime, OctetString, Utf8StringRef},
};
use ed25519_dalek::{Signature, SigningKey};
use x509_cert::{
    TbsCertificate,
    attr::AttributeTypeAndValue,
    builder::{Builder as _, CertificateBuilder, profile::BuilderProfile},
    ext::{
        Extension, ToExtension,
        pkix::{BasicConstraints, KeyUsage, KeyUsages},
    },
    name::{Name, RdnSequence, RelativeDistinguishedName},
    serial_number::SerialNumber,
    spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef},
    time::{Time, Validity},
};

use super::{day, index};
use crate::{
    authority::{
        AuthorityExtension, Committee, Filing, OID_AUTHORITY_EXTENSION, Role, RootCertificate,
        Scope,
    },
    certificate::{Level, Series, Text},
    entry::AuthorityEntry,
    position::LeafIndex,
};

/// The authorities that every kit log begins with, in the order of their indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    /// The bureau's authority for decisions.
    Decide,
    /// A committee: engineering, both senior levels, filed from 2024-06-01 to 2027-05-31.
    Committee,
    /// A second committee with the same scope, filed from 2025-01-01 to 2026-12-31.
    OtherCommittee,
    /// The bureau's own issuing authority, for reissues and legacy stock.
    Bureau,
    /// The authority for purpose-bound copies.
    Copies,
}

impl Seat {
    /// Every seat.
    pub const ALL: [Self; 5] =
        [Self::Decide, Self::Committee, Self::OtherCommittee, Self::Bureau, Self::Copies];

    /// Its index in the log.
    pub fn index(self) -> LeafIndex {
        index(self as u64)
    }

    /// Its key.
    pub(super) fn key(self) -> SigningKey {
        SigningKey::from_bytes(&[self as u8 + 1; 32])
    }

    fn role(self) -> Role {
        match self {
            Self::Decide => Role::Decide,
            Self::Committee | Self::OtherCommittee | Self::Bureau => Role::Issue,
            Self::Copies => Role::CopyOnly,
        }
    }

    fn filing(self) -> Option<Filing> {
        let (number, from, until) = match self {
            Self::Committee => ("渝职改办〔2024〕101号", "2024-06-01", "2027-05-31"),
            Self::OtherCommittee => ("渝职改办〔2025〕7号", "2025-01-01", "2026-12-31"),
            Self::Decide | Self::Bureau | Self::Copies => return None,
        };
        Some(Filing::new(Text::new(number).unwrap(), day(from), day(until)).unwrap())
    }

    fn extension(self) -> AuthorityExtension {
        let committee = self.filing().map(|filing| Committee {
            scope: Scope::new(
                vec![Series::new(5).unwrap()],
                vec![Level::SeniorFull, Level::SeniorAssociate],
                Text::new("500000").unwrap(),
            )
            .unwrap(),
            filing,
        });
        AuthorityExtension { role: self.role(), committee }
    }
}

fn root_key() -> SigningKey {
    SigningKey::from_bytes(&[99; 32])
}

/// The certificate of a root with this key.
pub(crate) fn root_der(key: &SigningKey) -> Vec<u8> {
    build(Profile::Root, key, ("2020-01-01", "2049-12-31"), key)
}

/// The root's certificate.
pub(super) fn root() -> RootCertificate {
    RootCertificate::from_der(&root_der(&root_key())).unwrap()
}

/// The entry that names an authority.
pub fn authority_entry(seat: Seat) -> AuthorityEntry {
    named_by(&root_key(), seat)
}

/// An entry that looks the same, by a root of the same name that nobody trusts.
pub fn authority_entry_of_another_root(seat: Seat) -> AuthorityEntry {
    named_by(&SigningKey::from_bytes(&[98; 32]), seat)
}

fn named_by(root: &SigningKey, seat: Seat) -> AuthorityEntry {
    let subject = format!("测试机构{}", seat as u8);
    let profile = Profile::Authority { subject, extension: seat.extension() };
    let validity = match seat {
        Seat::Committee => ("2024-06-01", "2028-05-31"),
        Seat::OtherCommittee => ("2025-01-01", "2027-12-31"),
        Seat::Decide | Seat::Bureau | Seat::Copies => ("2024-01-01", "2049-12-31"),
    };
    AuthorityEntry {
        certificate: build(profile, &seat.key(), validity, root),
        role: seat.role(),
        filing_number: seat.filing().map(|filing| filing.number().clone()),
    }
}

/// Whose certificate.
pub(crate) enum Profile {
    Root,
    Authority { subject: String, extension: AuthorityExtension },
}

/// A certificate over `key`, for these days, by `signer`.
pub(crate) fn build(
    profile: Profile,
    key: &SigningKey,
    (from, until): (&str, &str),
    signer: &SigningKey,
) -> Vec<u8> {
    let time = |millis: u64| {
        Time::GeneralTime(
            GeneralizedTime::from_unix_duration(Duration::from_secs(millis / 1000)).unwrap(),
        )
    };
    let validity =
        Validity::new(time(day(from).beijing_start().get()), time(day(until).beijing_end().get()));
    let subject_key = SubjectPublicKeyInfoOwned::from_key(&key.verifying_key()).unwrap();
    let serial = SerialNumber::new(&[0x41; 16]).unwrap();
    let builder = CertificateBuilder::new(profile, serial, validity, subject_key).unwrap();
    builder.build::<_, Signature>(signer).unwrap().to_der().unwrap()
}

fn common_name(name: &str) -> Name {
    let value = Any::encode_from(&Utf8StringRef::new(name).unwrap()).unwrap();
    let mut part = RelativeDistinguishedName::default();
    part.insert(AttributeTypeAndValue { oid: CN, value }).unwrap();
    let mut sequence = RdnSequence::default();
    sequence.push(part);
    Name::from_der(&sequence.to_der().unwrap()).unwrap()
}

impl BuilderProfile for Profile {
    fn get_issuer(&self, _subject: &Name) -> Name {
        common_name("测试职改办根证书")
    }

    fn get_subject(&self) -> Name {
        match self {
            Self::Root => common_name("测试职改办根证书"),
            Self::Authority { subject, .. } => common_name(subject),
        }
    }

    fn build_extensions(
        &self,
        _own_key: SubjectPublicKeyInfoRef<'_>,
        _issuer_key: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        let (ca, usage) = match self {
            Self::Root => (true, KeyUsages::KeyCertSign),
            Self::Authority { .. } => (false, KeyUsages::DigitalSignature),
        };
        let constraints = BasicConstraints { ca, path_len_constraint: ca.then_some(0) };
        let mut extensions = Vec::new();
        extensions.push(constraints.to_extension(tbs.subject(), &extensions)?);
        extensions.push(KeyUsage(usage.into()).to_extension(tbs.subject(), &extensions)?);
        // Last: OpenSSL fails on an unknown critical extension that stands before the known ones.
        if let Self::Authority { extension, .. } = self {
            extensions.push(Extension {
                extn_id: OID_AUTHORITY_EXTENSION,
                critical: true,
                extn_value: OctetString::new(extension.to_der()?)?,
            });
        }
        Ok(extensions)
    }
}
