//! What FORMAT.md section 11 demands of the key of a document-signing authority. The other rows of its
//! table are tried where certificates are made and where the rules are.

#![expect(clippy::unwrap_used, reason = "tests may panic")]
#![expect(clippy::disallowed_types, reason = "the test plays the root")]

use ed25519_dalek::SigningKey;
use ledger::authority::{
    AuthorityCertificate, AuthorityExtension, AuthorityKey, CertificateFault, Role,
};

#[path = "format_worked_example/x509.rs"]
mod x509;

/// SEQUENCE of id-ecPublicKey (1.2.840.10045.2.1) and a named curve.
fn ec_subject_key(curve: &[u8], point_len: u8) -> Vec<u8> {
    const EC_PUBLIC_KEY: &[u8] = &[0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];
    let algorithm = [EC_PUBLIC_KEY, curve].concat();
    let mut out = [&[0x30, algorithm.len() as u8], algorithm.as_slice()].concat();
    // No unused bits, then an uncompressed point.
    out.extend([0x03, point_len + 1, 0x00, 0x04]);
    out.extend(vec![0x11; usize::from(point_len) - 1]);
    out
}

fn parse(subject_key: Vec<u8>) -> Result<AuthorityCertificate, CertificateFault> {
    let extension = AuthorityExtension { role: Role::DocumentSigning, committee: None };
    let request = x509::Request {
        serial: 7,
        issuer: "Example root",
        subject: "Example document signing",
        validity: ("250601000000Z", "290531235959Z"),
        subject_key,
        extension: Some(&extension),
    };
    let root = SigningKey::from_bytes(&[1; 32]);
    AuthorityCertificate::from_der(&x509::certificate(&request, &root))
}

/// 1.2.840.10045.3.1.7.
const P256: &[u8] = &[0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
/// 1.3.132.0.34.
const P384: &[u8] = &[0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22];

#[test]
fn a_document_signing_authority_has_a_p256_key() {
    let subject_key = ec_subject_key(P256, 65);
    let parsed = parse(subject_key.clone()).unwrap();
    let info = [&[0x30, subject_key.len() as u8], subject_key.as_slice()].concat();
    let root = [1; 32];
    let root = SigningKey::from_bytes(&root);
    let root = x509::certificate(
        &x509::Request {
            serial: 1,
            issuer: "Example root",
            subject: "Example root",
            validity: ("250101000000Z", "491231235959Z"),
            subject_key: x509::ed25519_subject_key(&root),
            extension: None,
        },
        &root,
    );
    let root = ledger::authority::RootCertificate::from_der(&root).unwrap();
    assert_eq!(*parsed.verify(&[root]).unwrap().key(), AuthorityKey::P256(info));
}

#[test]
fn a_document_signing_authority_with_a_key_on_another_curve_is_refused() {
    let refused = Err(CertificateFault::Profile { field: "key algorithm" });
    assert_eq!(parse(ec_subject_key(P384, 97)), refused);
}

#[test]
fn a_document_signing_authority_whose_key_names_no_curve_is_refused() {
    let refused = Err(CertificateFault::Profile { field: "key algorithm" });
    assert_eq!(parse(ec_subject_key(&[], 65)), refused);
}
