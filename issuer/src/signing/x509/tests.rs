#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::path::Path;

use const_oid::db::rfc5280::{ID_CE_BASIC_CONSTRAINTS, ID_CE_KEY_USAGE};
use der::{Decode as _, Encode as _, asn1::OctetString};
use ed25519_dalek::{Signature, Signer as _, SigningKey};
use ledger::{
    authority::{Committee, OID_AUTHORITY_EXTENSION, Role, Scope},
    certificate::{Level, Series},
    time::UnixMillis,
};
use x509_cert::{
    TbsCertificate,
    builder::{Builder as _, CertificateBuilder, profile::BuilderProfile},
    ext::Extension,
    name::Name,
    spki::SubjectPublicKeyInfoRef,
    time::Validity,
};
use zeroize::Zeroizing;

use super::*;
use crate::{random::Predictable, signing::Passphrase};

fn day(day: &str) -> Date {
    day.parse().unwrap()
}

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn key(directory: &Path, name: &str) -> SigningKeyFile {
    let passphrase = Passphrase::new(Zeroizing::new("secret".to_owned())).unwrap();
    SigningKeyFile::create(&directory.join(name), &passphrase, &mut Predictable::new(name)).unwrap()
}

fn root(directory: &Path, name: &str) -> Root {
    let key = key(directory, name);
    let days = Days::new(day("2024-01-01"), day("2033-12-31")).unwrap();
    let certificate = make_root(&key, &text("重庆市职称改革办公室根"), days, Serial([0xFF; 16]));
    Root::new(key, certificate.unwrap()).unwrap()
}

fn filing() -> Filing {
    Filing::new(text("渝职改办〔2024〕101号"), day("2024-06-01"), day("2027-05-31")).unwrap()
}

fn request(key: &SigningKeyFile) -> AuthorityRequest {
    let levels = vec![Level::SeniorFull, Level::SeniorAssociate];
    let scope = Scope::new(vec![Series::new(5).unwrap()], levels, text("500000")).unwrap();
    let filing = filing();
    AuthorityRequest {
        name: text("重庆市工程技术职称评审委员会（第1）, O=x+y\"#"),
        key: AuthorityKey::Ed25519(key.public_key()),
        days: Days::of_filing(&filing, DEFAULT_EXTRA_MONTHS).unwrap(),
        extension: AuthorityExtension {
            role: Role::Issue,
            committee: Some(Committee { scope, filing }),
        },
        serial: Serial([0; 16]),
    }
}

#[test]
fn a_committees_certificate_is_read_back_as_it_was_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let root = root(directory.path(), "root");
    let committee = key(directory.path(), "committee");
    let asked = request(&committee);
    let authority = root.name_authority(asked.clone()).unwrap();
    assert_eq!(authority.name(), asked.name.as_str());
    assert_eq!(authority.extension(), &asked.extension);
    assert_eq!(authority.key(), &asked.key);
    let (from, until) = (day("2024-06-01").beijing_start(), day("2028-05-31").beijing_end());
    assert_eq!(authority.validity(), (from, until));
    assert!(!authority.is_valid_at(UnixMillis::new(until.get() + 1).unwrap()));
}

#[test]
fn a_certificate_survives_its_pem_file() {
    let directory = tempfile::tempdir().unwrap();
    let root = root(directory.path(), "root");
    let path = directory.path().join("root.pem");
    write_certificate(&path, root.certificate().der()).unwrap();
    assert_eq!(read_certificate(&path).unwrap(), root.certificate().der());
    let again = write_certificate(&path, root.certificate().der()).unwrap_err();
    assert!(matches!(again, CertificateFileError::File(_)));
    let key_file = read_certificate(&directory.path().join("root")).unwrap_err();
    assert!(matches!(key_file, CertificateFileError::Label { .. }));
}

#[test]
fn another_root_of_the_same_name_does_not_verify_it() {
    let directory = tempfile::tempdir().unwrap();
    let committee = key(directory.path(), "committee");
    let authority = root(directory.path(), "root").name_authority(request(&committee)).unwrap();
    let read = AuthorityCertificate::from_der(authority.der()).unwrap();
    let other = root(directory.path(), "other root");
    let refused = read.verify(&[other.certificate().clone()]);
    assert_eq!(refused, Err(AuthorityChainError::BadSignature));
}

#[test]
fn refuses_a_root_key_that_is_not_the_certificates() {
    let directory = tempfile::tempdir().unwrap();
    let certificate = root(directory.path(), "root").certificate().clone();
    let refused = Root::new(key(directory.path(), "another"), certificate).unwrap_err();
    assert!(matches!(refused, X509Error::NotTheRootsKey { .. }));
}

#[test]
fn refuses_a_certificate_that_outlives_its_root() {
    let directory = tempfile::tempdir().unwrap();
    let committee = key(directory.path(), "committee");
    let days = Days::of_filing(&filing(), 12 * 7).unwrap();
    let asked = AuthorityRequest { days, ..request(&committee) };
    let refused = root(directory.path(), "root").name_authority(asked).unwrap_err();
    assert!(matches!(refused, X509Error::Chain(AuthorityChainError::OutsideRoot { .. })));
}

#[test]
fn refuses_names_and_days_that_a_certificate_cannot_have() {
    let directory = tempfile::tempdir().unwrap();
    let key = key(directory.path(), "root");
    let reversed = Days::new(day("2027-01-02"), day("2027-01-01")).unwrap_err();
    assert!(matches!(reversed, X509Error::Reversed { .. }));
    let days = Days::new(day("2024-01-01"), day("2024-12-31")).unwrap();
    let long = make_root(&key, &text(&"a".repeat(65)), days, Serial([0; 16])).unwrap_err();
    assert!(matches!(long, X509Error::NameTooLong { characters: 65 }));
}

#[test]
fn refuses_a_key_of_small_order() {
    let directory = tempfile::tempdir().unwrap();
    let committee = key(directory.path(), "committee");
    // The curve's identity: under it, one signature verifies for every message.
    let mut identity = [0; 32];
    identity[0] = 1;
    let weak = AuthorityKey::Ed25519(VerifyingKey::from_bytes(&identity).unwrap());
    let asked = AuthorityRequest { key: weak, ..request(&committee) };
    let refused = root(directory.path(), "root").name_authority(asked).unwrap_err();
    assert!(matches!(refused, X509Error::Refused(CertificateFault::Key)));
}

#[test]
fn refuses_a_committee_with_a_role_of_the_bureau() {
    let directory = tempfile::tempdir().unwrap();
    let committee = key(directory.path(), "committee");
    let mut asked = request(&committee);
    asked.extension.role = Role::Decide;
    let refused = root(directory.path(), "root").name_authority(asked).unwrap_err();
    assert!(matches!(refused, X509Error::Refused(CertificateFault::Extension(_))));
}

/// A profile that changes the extensions of ours.
struct Altered<F: Fn(&mut Vec<Extension>)> {
    profile: build::Profile,
    change: F,
}

impl<F: Fn(&mut Vec<Extension>)> BuilderProfile for Altered<F> {
    fn get_issuer(&self, subject: &Name) -> Name {
        self.profile.get_issuer(subject)
    }

    fn get_subject(&self) -> Name {
        self.profile.get_subject()
    }

    fn build_extensions(
        &self,
        own: SubjectPublicKeyInfoRef<'_>,
        issuer: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        let mut extensions = self.profile.build_extensions(own, issuer, tbs)?;
        (self.change)(&mut extensions);
        Ok(extensions)
    }
}

/// What a reader says of a certificate that the root signed with altered extensions.
fn altered(change: impl Fn(&mut Vec<Extension>)) -> CertificateFault {
    let directory = tempfile::tempdir().unwrap();
    let root = root(directory.path(), "root");
    let committee = key(directory.path(), "committee");
    let asked = request(&committee);
    let profile = build::Profile::Authority {
        issuer: root.parsed.tbs_certificate().subject().clone(),
        name: build::common_name(&asked.name).unwrap(),
        extension: asked.extension,
    };
    let key = public_key_info(&asked.key).unwrap();
    let validity = *root.parsed.tbs_certificate().validity();
    let serial = root.parsed.tbs_certificate().serial_number().clone();
    let validity = Validity::new(validity.not_before, validity.not_after);
    let builder =
        CertificateBuilder::new(Altered { profile, change }, serial, validity, key).unwrap();
    let built = builder.build::<SigningKey, Signature>(root.key.key()).unwrap();
    AuthorityCertificate::from_der(&built.to_der().unwrap()).unwrap_err()
}

fn of(oid: const_oid::ObjectIdentifier) -> impl Fn(&mut Vec<Extension>) -> &mut Extension {
    move |extensions| extensions.iter_mut().find(|extension| extension.extn_id == oid).unwrap()
}

#[test]
fn refuses_an_authority_extension_that_is_missing_twice_or_not_critical() {
    let fault = CertificateFault::Profile { field: "authority extension" };
    assert_eq!(altered(|extensions| drop(extensions.pop())), fault);
    assert_eq!(altered(|extensions| extensions.extend(extensions.last().cloned())), fault);
    assert_eq!(altered(|all| of(OID_AUTHORITY_EXTENSION)(all).critical = false), fault);
}

#[test]
fn refuses_an_authority_that_could_name_authorities() {
    let refused = altered(|extensions| {
        let ca = [0x30, 0x03, 0x01, 0x01, 0xFF];
        of(ID_CE_BASIC_CONSTRAINTS)(extensions).extn_value = OctetString::new(ca).unwrap();
    });
    assert_eq!(refused, CertificateFault::Profile { field: "basicConstraints" });
    let refused = altered(|extensions| {
        let key_cert_sign = [0x03, 0x02, 0x02, 0x04];
        of(ID_CE_KEY_USAGE)(extensions).extn_value = OctetString::new(key_cert_sign).unwrap();
    });
    assert_eq!(refused, CertificateFault::Profile { field: "keyUsage" });
}

#[test]
fn refuses_an_unknown_critical_extension() {
    let oid = const_oid::ObjectIdentifier::new_unwrap("2.25.1");
    let refused = altered(|extensions| {
        let extn_value = OctetString::new([5, 0]).unwrap();
        extensions.insert(0, Extension { extn_id: oid, critical: true, extn_value });
    });
    assert_eq!(refused, CertificateFault::UnknownCritical { oid });
}

#[test]
fn refuses_a_certificate_with_any_bit_of_its_extension_changed() {
    let directory = tempfile::tempdir().unwrap();
    let root = root(directory.path(), "root");
    let committee = key(directory.path(), "committee");
    let asked = request(&committee);
    let good = root.name_authority(asked.clone()).unwrap().der().to_vec();
    let extension = asked.extension.to_der().unwrap();
    let at = good.windows(extension.len()).position(|window| window == extension).unwrap();
    for bit in at * 8..(at + extension.len()) * 8 {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        let verified = AuthorityCertificate::from_der(&bad)
            .map(|read| read.verify(std::slice::from_ref(root.certificate())));
        assert!(!matches!(verified, Ok(Ok(_))), "bit {bit}");
    }
}

#[test]
fn the_custom_extension_is_the_last_one() {
    let directory = tempfile::tempdir().unwrap();
    let committee = key(directory.path(), "committee");
    let authority = root(directory.path(), "root").name_authority(request(&committee)).unwrap();
    let parsed = Certificate::from_der(authority.der()).unwrap();
    let extensions = parsed.tbs_certificate().extensions().unwrap();
    assert_eq!(extensions.last().unwrap().extn_id, OID_AUTHORITY_EXTENSION);
}

#[test]
fn a_signature_by_nobody_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let committee = key(directory.path(), "committee");
    let root = root(directory.path(), "root");
    let good = root.name_authority(request(&committee)).unwrap().der().to_vec();
    let forged = committee.key().sign(b"something else").to_bytes();
    let mut bad = good;
    let at = bad.len() - forged.len();
    bad[at..].copy_from_slice(&forged);
    let read = AuthorityCertificate::from_der(&bad).unwrap();
    let verdict = read.verify(std::slice::from_ref(root.certificate()));
    assert_eq!(verdict, Err(AuthorityChainError::BadSignature));
}
