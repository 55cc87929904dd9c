//! Certificates of a root and of authorities, in the profile that [`crate::authority`] reads: the
//! custom critical extension stands last.

use std::time::Duration;

use der::{Encode as _, asn1::OctetString};
use ed25519_dalek::Signature;
use x509_cert::{
    TbsCertificate,
    builder::{Builder as _, CertificateBuilder, profile::BuilderProfile},
    ext::{
        Extension, ToExtension,
        pkix::{BasicConstraints, KeyUsage, KeyUsages},
    },
    name::Name,
    serial_number::SerialNumber,
    spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef},
    time::{Time, Validity},
};

use super::{day, key};
use crate::{
    authority::{
        AuthorityExtension, Committee, Filing, OID_AUTHORITY_EXTENSION, Role, RootCertificate,
        Scope,
    },
    certificate::{Level, Series, Text},
    entry::AuthorityEntry,
};

const ROOT_SEED: u8 = 200;
const ROOT_NAME: &str = "CN=Test Root";

/// What an authority's certificate says.
#[derive(Debug, Clone)]
pub(crate) struct AuthoritySpec {
    pub(crate) seed: u8,
    pub(crate) root_seed: u8,
    pub(crate) role: Role,
    pub(crate) committee: Option<Committee>,
    pub(crate) from: &'static str,
    pub(crate) until: &'static str,
}

/// The bureau's own authority with a role.
pub(crate) const fn bureau(seed: u8, role: Role) -> AuthoritySpec {
    let (from, until) = ("2024-06-01", "2028-05-31");
    AuthoritySpec { seed, root_seed: ROOT_SEED, role, committee: None, from, until }
}

/// A committee for the series and level of the sample certificate, filed for three years.
pub(crate) fn committee(seed: u8) -> AuthoritySpec {
    let levels = vec![Level::SeniorFull, Level::SeniorAssociate];
    let district = Text::new("500000").unwrap();
    let number = Text::new("渝职改办〔2024〕101号").unwrap();
    let committee = Committee {
        scope: Scope::new(vec![Series::new(5).unwrap()], levels, district).unwrap(),
        filing: Filing::new(number, day("2024-06-01"), day("2027-05-31")).unwrap(),
    };
    AuthoritySpec { committee: Some(committee), ..bureau(seed, Role::Issue) }
}

pub(crate) fn root_der() -> Vec<u8> {
    build(Profile::Root, ROOT_SEED, ROOT_SEED, ("2020-01-01", "2049-12-31"))
}

pub(crate) fn root() -> RootCertificate {
    RootCertificate::from_der(&root_der()).unwrap()
}

pub(crate) fn authority_entry(spec: &AuthoritySpec) -> AuthorityEntry {
    let extension = AuthorityExtension { role: spec.role, committee: spec.committee.clone() };
    let days = (spec.from, spec.until);
    AuthorityEntry {
        certificate: build(Profile::Authority(extension), spec.seed, spec.root_seed, days),
        role: spec.role,
        filing_number: spec.committee.as_ref().map(|c| c.filing.number().clone()),
    }
}

enum Profile {
    Root,
    Authority(AuthorityExtension),
}

fn build(profile: Profile, seed: u8, root_seed: u8, days: (&str, &str)) -> Vec<u8> {
    let time = |millis: u64| {
        let seconds = Duration::from_millis(millis / 1000 * 1000);
        Time::GeneralTime(der::asn1::GeneralizedTime::from_unix_duration(seconds).unwrap())
    };
    let from = day(days.0).beijing_start().get();
    let until = day(days.1).beijing_end().get();
    let public = SubjectPublicKeyInfoOwned::from_key(&key(seed).verifying_key()).unwrap();
    let serial = SerialNumber::new(&[1, seed]).unwrap();
    let validity = Validity::new(time(from), time(until));
    let builder = CertificateBuilder::new(profile, serial, validity, public).unwrap();
    builder.build::<_, Signature>(&key(root_seed)).unwrap().to_der().unwrap()
}

impl BuilderProfile for Profile {
    fn get_issuer(&self, _subject: &Name) -> Name {
        ROOT_NAME.parse().unwrap()
    }

    fn get_subject(&self) -> Name {
        match self {
            Self::Root => ROOT_NAME.parse().unwrap(),
            Self::Authority(_) => "CN=Test Authority".parse().unwrap(),
        }
    }

    fn build_extensions(
        &self,
        _own: SubjectPublicKeyInfoRef<'_>,
        _issuer: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        let (ca, usage) = match self {
            Self::Root => (true, KeyUsages::KeyCertSign),
            Self::Authority(_) => (false, KeyUsages::DigitalSignature),
        };
        let constraints = BasicConstraints { ca, path_len_constraint: None };
        let mut extensions = vec![constraints.to_extension(tbs.subject(), &[])?];
        extensions.push(KeyUsage(usage.into()).to_extension(tbs.subject(), &extensions)?);
        if let Self::Authority(extension) = self {
            extensions.push(Extension {
                extn_id: OID_AUTHORITY_EXTENSION,
                critical: true,
                extn_value: OctetString::new(extension.to_der()?)?,
            });
        }
        Ok(extensions)
    }
}
