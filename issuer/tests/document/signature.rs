//! The signature in the PDF, made with throw-away keys and judged by other people's programs.

use std::{path::Path, process::Command};

use issuer::document::{
    Attachments, pdf,
    sign::{
        DocumentCertificateRequest, DocumentCertificates, DocumentSigner, SignError, ValidFromTo,
        make_document_certificates, signed_part,
    },
};
use p256::ecdsa::SigningKey;

use super::view;

const SIGNING_TIME: &str = "2026-03-13T10:00:00+08:00";

fn key(byte: u8) -> SigningKey {
    SigningKey::from_slice(&[byte; 32]).unwrap()
}

fn certificates() -> DocumentCertificates {
    let dates =
        |from: &str, to: &str| ValidFromTo { from: from.parse().unwrap(), to: to.parse().unwrap() };
    make_document_certificates(&DocumentCertificateRequest {
        root_key: &key(1),
        signing_key: &key(2),
        root_name: "CN=测试文档签名根证书 Test Document Root,O=示例机构,C=CN",
        signer_name: "CN=测试文档签名 Test Document Signer,O=示例机构,C=CN",
        root_validity: dates("2026-01-01T00:00:00+08:00", "2055-12-31T23:59:59+08:00"),
        signer_validity: dates("2026-01-01T00:00:00+08:00", "2030-12-31T23:59:59+08:00"),
        root_serial: [0xFF; 16],
        signer_serial: [0x00; 16],
    })
    .unwrap()
}

fn signer() -> DocumentSigner {
    let made = certificates();
    DocumentSigner::new(key(2), &made.signer, &[made.root]).unwrap()
}

fn unsigned() -> Vec<u8> {
    let qr_text = format!("https://zs.example.cn/v#{}", "0123456789".repeat(60));
    pdf(&view(&qr_text), &Attachments { certificate: &[0xD2, 0x84], log_proof: None }).unwrap()
}

fn signed() -> Vec<u8> {
    signer().sign(&unsigned(), SIGNING_TIME.parse().unwrap()).unwrap()
}

/// The outcome of a program of the system; `None` when it is not installed. Where `CI` is `true`,
/// that fails.
fn run(program: &str, arguments: &[&str]) -> Option<(bool, String)> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => {
            let said = [output.stdout, output.stderr].concat();
            Some((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
        }
        Err(error) => {
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{program}: {error}");
            eprintln!("skipped: {program} cannot be run: {error}");
            None
        }
    }
}

fn written(directory: &Path, name: &str, bytes: &[u8]) -> String {
    let path = directory.join(name);
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn signing_is_deterministic_and_keeps_the_file_before_it() {
    let signed = signed();
    assert_eq!(signed, self::signed());
    assert_eq!(signed_part(&signed).unwrap(), unsigned());
}

#[test]
fn attachments_are_still_found_after_signing() {
    let document = lopdf::Document::load_mem(&signed()).unwrap();
    let catalog = document.catalog().unwrap();
    let named = document.dereference(catalog.get(b"Names").unwrap()).unwrap().1.as_dict().unwrap();
    let tree = document.dereference(named.get(b"EmbeddedFiles").unwrap()).unwrap().1;
    let names = tree.as_dict().unwrap().get(b"Names").unwrap().as_array().unwrap();
    let names: Vec<_> = names.iter().filter_map(|name| name.as_str().ok()).collect();
    assert_eq!(names, [&b"certificate.cose"[..], b"qr.txt"]);
}

#[test]
fn pdfsig_says_that_the_signature_is_valid_and_covers_the_whole_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = written(directory.path(), "signed.pdf", &signed());
    let Some((_, said)) = run("pdfsig", &["-nocert", &path]) else { return };
    assert!(said.contains("Signature is Valid."), "{said}");
    assert!(said.contains("Total document signed"), "{said}");
    assert!(said.contains("ETSI.CAdES.detached"), "{said}");
}

#[test]
fn pdfsig_finds_one_changed_byte() {
    let directory = tempfile::tempdir().unwrap();
    let mut bytes = signed();
    let place = bytes
        .windows(9)
        .position(|window| window == b"/Producer" || window == b"/MediaBox")
        .unwrap();
    *bytes.get_mut(place + 12).unwrap() ^= 1;
    let path = written(directory.path(), "changed.pdf", &bytes);
    let Some((_, said)) = run("pdfsig", &["-nocert", &path]) else { return };
    assert!(!said.contains("Signature is Valid."), "{said}");
}

#[test]
fn pyhanko_trusts_it_under_the_root_and_under_no_other() {
    let directory = tempfile::tempdir().unwrap();
    let path = written(directory.path(), "signed.pdf", &signed());
    let root = written(directory.path(), "root.der", &certificates().root);
    let script = written(directory.path(), "check.py", PYHANKO.as_bytes());
    match run("python3", &["-c", "import pyhanko"]) {
        Some((true, _)) => {}
        Some((false, said)) => {
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{said}");
            eprintln!("skipped: pyHanko is not installed");
            return;
        }
        None => return,
    }
    let Some((_, said)) = run("python3", &[&script, &path, &root]) else { return };
    assert_eq!(said.trim(), "intact valid trusted ENTIRE_FILE", "{said}");
}

const PYHANKO: &str = r"
import sys, datetime
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
root = x509.Certificate.load(open(sys.argv[2], 'rb').read())
moment = datetime.datetime(2026, 6, 1, tzinfo=datetime.timezone.utc)
with open(sys.argv[1], 'rb') as f:
    sig = PdfFileReader(f).embedded_signatures[0]
    status = validate_pdf_signature(sig, ValidationContext(trust_roots=[root], moment=moment, allow_fetching=False))
    print('intact' if status.intact else 'changed', 'valid' if status.valid else 'invalid',
          'trusted' if status.trusted else 'untrusted', status.coverage.name)
";

fn pem(certificate: &[u8]) -> Vec<u8> {
    let label = "CERTIFICATE";
    der::pem::encode_string(label, der::pem::LineEnding::LF, certificate).unwrap().into_bytes()
}

#[test]
fn openssl_accepts_the_chain() {
    let directory = tempfile::tempdir().unwrap();
    let made = certificates();
    let root = written(directory.path(), "root.pem", &pem(&made.root));
    let leaf = written(directory.path(), "leaf.pem", &pem(&made.signer));
    let time = "1780000000";
    let Some((good, said)) =
        run("openssl", &["verify", "-attime", time, "-x509_strict", "-CAfile", &root, &leaf])
    else {
        return;
    };
    assert!(good, "{said}");
}

#[test]
fn refuses_a_certificate_of_another_key() {
    let made = certificates();
    let error = DocumentSigner::new(key(3), &made.signer, &[made.root]).unwrap_err();
    assert!(matches!(error, SignError::KeyMismatch), "{error:?}");
}

#[test]
fn refuses_a_chain_in_the_wrong_order() {
    let made = certificates();
    let error =
        DocumentSigner::new(key(2), &made.signer, std::slice::from_ref(&made.signer)).unwrap_err();
    assert!(matches!(error, SignError::ChainBroken { position: 1 }), "{error:?}");
}

#[test]
fn refuses_a_certificate_that_is_none() {
    let error = DocumentSigner::new(key(2), b"no certificate", &[]).unwrap_err();
    assert!(matches!(error, SignError::Certificate { position: 0, .. }), "{error:?}");
}

#[test]
fn refuses_to_sign_outside_the_certificates_dates() {
    let error =
        signer().sign(&unsigned(), "2031-01-01T00:00:00+08:00".parse().unwrap()).unwrap_err();
    assert!(matches!(error, SignError::OutsideValidity { .. }), "{error:?}");
}

#[test]
fn refuses_to_sign_twice() {
    let error = signer().sign(&signed(), SIGNING_TIME.parse().unwrap()).unwrap_err();
    assert!(matches!(error, SignError::NotOurs(_)), "{error:?}");
}

#[test]
fn refuses_what_is_no_pdf() {
    for bytes in [&b""[..], b"%PDF-1.7\n", &[0xFF; 300]] {
        let error = signer().sign(bytes, SIGNING_TIME.parse().unwrap()).unwrap_err();
        assert!(matches!(error, SignError::NotOurs(_)), "{error:?}");
    }
    for bytes in [&b"%%EOF"[..], b"%PDF-1.7\ntrailer<</Root 1 0 R>>startxref\n9\n%%EOF"] {
        let error = signer().sign(bytes, SIGNING_TIME.parse().unwrap()).unwrap_err();
        assert!(matches!(error, SignError::Pdf(_)), "{error:?}");
    }
}

#[test]
fn a_truncated_pdf_is_refused_without_a_panic() {
    let whole = unsigned();
    for length in (0..whole.len()).step_by(997) {
        let time = SIGNING_TIME.parse().unwrap();
        let cut = whole.get(..length).unwrap();
        assert!(signer().sign(cut, time).is_err(), "signed {length} of {} bytes", whole.len());
    }
}
