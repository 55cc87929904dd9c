//! From the office to a place without a network: the log proof and the PDF that the issuer makes, and a
//! cache that a check filled before.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use tests::{
    bureau::{BEGINNING, Bureau},
    programs::{Finished, program, run},
    records::{Records, qr_text},
};

/// A closed office with one certificate, its printed files, and a copy of the public files.
struct Scene {
    bureau: Bureau,
    number: String,
    qr_text: String,
    out: PathBuf,
}

impl Scene {
    fn set() -> Self {
        let mut bureau = Bureau::having_issued(3);
        let records = Records::of(&bureau.dir());
        let (index, _) = records.issuances().into_iter().next().unwrap();
        let certificate = records.certificate(index);
        let number = certificate.unverified_claims().number.to_string();
        let qr_text = qr_text(certificate.as_bytes(), index);
        bureau.close();
        let out = bureau.beside("out");
        fs::create_dir(&out).unwrap();
        Self { bureau, number, qr_text, out }
    }

    /// `issuer VERB NUMBER …` at the beginning of the test's time.
    fn issuer(&self, verb: &str, more: &[&str]) -> Finished {
        let mut issuer = program("issuer");
        issuer.args([verb, &self.number, "--allow-example-keys", "--now", BEGINNING, "--dir"]);
        issuer.arg(self.bureau.dir());
        issuer.arg("--passphrase-file");
        issuer.arg(Path::new(tests::bureau::EXAMPLE_KEYS).join("passphrase.txt"));
        run(issuer.args(more))
    }

    /// `verifier check … --json`, with a cache.
    fn check(&self, arguments: &[&str]) -> (Option<i32>, Value) {
        let mut verifier = program("verifier");
        verifier.args(["check", "--json", "--now", BEGINNING, "--trust"]);
        verifier.arg(self.bureau.dir().join("trust.toml"));
        verifier.arg("--cache").arg(self.bureau.beside("cache"));
        let ended = run(verifier.args(arguments));
        let line = ended.json_lines().into_iter().next();
        (ended.code, line.unwrap_or_else(|| panic!("{}", ended.stderr)))
    }

    fn printed(&self, extension: &str) -> String {
        let path = self.out.join(format!("{}.{extension}", self.number));
        path.to_str().unwrap().to_owned()
    }
}

#[test]
fn a_printed_certificate_is_checked_without_the_log_and_a_qr_code_alone_is_not() {
    let scene = Scene::set();
    let out = scene.out.to_str().unwrap();
    scene.issuer("print", &["--out", out]).expect_code(0);
    let proof = scene.printed("tlog-proof");
    scene.issuer("proof", &["--out", &proof]).expect_code(0);
    let log = scene.bureau.dir().join("log");
    let (code, _) = scene.check(&[&scene.qr_text, "--log", log.to_str().unwrap()]);
    assert_eq!(code, Some(0));

    let (code, alone) = scene.check(&[&scene.qr_text]);
    assert_eq!((code, &alone["reason"]), (Some(2), &"place_unchecked".into()));
    let by_proof = scene.check(&[&scene.qr_text, "--proof", &proof]);
    let by_pdf = scene.check(&[&scene.printed("pdf")]);
    for (code, line) in [&by_proof, &by_pdf] {
        assert_eq!((*code, &line["verdict"]), (Some(0), &"valid".into()), "{line}");
        assert!(line["established"].as_array().unwrap().contains(&"on_record".into()));
        assert_eq!(line["number"], scene.number);
    }
    // The PDF carries the same proof.
    assert_eq!(by_proof.1["on_record_since"], by_pdf.1["on_record_since"]);
    let (code, receipt) = scene.check(&[&scene.printed("receipt")]);
    assert_eq!((code, &receipt["verdict"]), (Some(0), &"valid".into()));
    scene.bureau.audit();
}

#[test]
fn a_number_that_nobody_has_gets_no_proof_and_leaves_no_file() {
    let mut scene = Scene::set();
    scene.number = "NOBODY-1".to_owned();
    let proof = scene.printed("tlog-proof");
    let ended = scene.issuer("proof", &["--out", &proof]).expect_code(64);
    assert!(ended.stderr.contains("NOBODY-1"), "{}", ended.stderr);
    assert!(!Path::new(&proof).exists());
    scene.bureau.audit();
}
