//! OpenSSL reads our keys and certificates: what a bureau's other tools will do with them.
#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::{path::Path, process::Command};

use issuer::{
    random::Predictable,
    signing::{
        DocumentKeyFile, Passphrase, SigningKeyFile,
        x509::{AuthorityRequest, Days, Root, Serial, make_root, write_certificate},
    },
};
use ledger::{
    authority::{AuthorityExtension, AuthorityKey, Committee, Filing, Role, Scope},
    certificate::{Level, Series, Text},
    time::Date,
};

/// Runs OpenSSL in `directory`; none when it is not installed (`tests/run` installs it).
fn openssl(directory: &Path, arguments: &str) -> Option<String> {
    let mut command = Command::new("openssl");
    let Ok(output) = command.current_dir(directory).args(arguments.split(' ')).output() else {
        println!("skipped: openssl is not here");
        return None;
    };
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "openssl {arguments}: {said}");
    Some(said)
}

struct Desk {
    directory: tempfile::TempDir,
    passphrase: Passphrase,
}

fn desk() -> Desk {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("passphrase");
    std::fs::write(&file, "口令 with spaces\n").unwrap();
    let passphrase = Passphrase::from_file(&file).unwrap();
    Desk { directory, passphrase }
}

impl Desk {
    fn key(&self, name: &str) -> SigningKeyFile {
        let path = self.directory.path().join(name);
        SigningKeyFile::create(&path, &self.passphrase, &mut Predictable::new(name)).unwrap()
    }
}

fn day(day: &str) -> Date {
    day.parse().unwrap()
}

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

/// A root and a committee under it, filed from 2024-06-01 to 2027-05-31.
fn chain(desk: &Desk) {
    let directory = desk.directory.path();
    let days = Days::new(day("2024-01-01"), day("2060-12-31")).unwrap();
    let (root_key, committee) = (desk.key("root.key"), desk.key("committee.key"));
    let certificate = make_root(&root_key, &text("职改办根"), days, Serial([0; 16])).unwrap();
    let scope = Scope::new(vec![Series::new(5).unwrap()], vec![Level::SeniorFull], text("500000"));
    let filing = Filing::new(text("渝职改办〔2024〕101号"), day("2024-06-01"), day("2027-05-31"));
    let filing = filing.unwrap();
    let request = AuthorityRequest {
        name: text("重庆市工程技术职称评审委员会（第1）"),
        key: AuthorityKey::Ed25519(committee.public_key()),
        days: Days::of_filing(&filing, 12).unwrap(),
        extension: AuthorityExtension {
            role: Role::Issue,
            committee: Some(Committee { scope: scope.unwrap(), filing }),
        },
        serial: Serial([0xFF; 16]),
    };
    write_certificate(&directory.join("root.pem"), certificate.der()).unwrap();
    let authority = Root::new(root_key, certificate).unwrap().name_authority(request).unwrap();
    write_certificate(&directory.join("committee.pem"), authority.der()).unwrap();
}

#[test]
fn openssl_verifies_the_chain_when_it_may_ignore_the_extension() {
    let desk = desk();
    chain(&desk);
    // 2026-11-24: the verdict must not depend on the day of the test.
    let line = "verify -ignore_critical -attime 1795449600 -CAfile root.pem committee.pem";
    let Some(said) = openssl(desk.directory.path(), line) else { return };
    assert_eq!(said.trim(), "committee.pem: OK");
}

#[test]
fn openssl_shows_the_dates_and_the_extension() {
    let desk = desk();
    chain(&desk);
    let line = "x509 -in committee.pem -noout -text";
    let Some(said) = openssl(desk.directory.path(), line) else { return };
    for expected in [
        "Not Before: May 31 16:00:00 2024 GMT",
        "Not After : May 31 15:59:59 2028 GMT",
        "2.25.2620221126: critical",
        "CA:FALSE",
        "Digital Signature",
    ] {
        assert!(said.contains(expected), "{expected} in {said}");
    }
}

#[test]
fn openssl_opens_an_ed25519_key_and_finds_the_same_public_key() {
    let desk = desk();
    let key = desk.key("a.key");
    let line = "pkey -in a.key -passin file:passphrase -pubout -outform PEM";
    let Some(said) = openssl(desk.directory.path(), line) else { return };
    let body: String = said.lines().filter(|line| !line.starts_with('-')).collect();
    let der = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, body).unwrap();
    assert_eq!(der.get(12..), Some(key.public_key().as_bytes().as_slice()));
}

#[test]
fn openssl_opens_a_p256_key() {
    let desk = desk();
    let path = desk.directory.path().join("document.key");
    DocumentKeyFile::create(&path, &desk.passphrase, &mut Predictable::new("document")).unwrap();
    let line = "pkey -in document.key -passin file:passphrase -noout -text_pub";
    let Some(said) = openssl(desk.directory.path(), line) else { return };
    assert!(said.contains("NIST CURVE: P-256"), "{said}");
}

#[test]
fn openssl_verifies_the_chains_of_the_example() {
    let kept = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../keys-example"));
    let authorities = "decide.pem issue.pem copy.pem document-authority.pem";
    let line = format!("verify -ignore_critical -CAfile root.pem {authorities}");
    let Some(said) = openssl(kept, &line) else { return };
    assert_eq!(said.lines().filter(|line| line.ends_with(": OK")).count(), 4, "{said}");
    let Some(said) = openssl(kept, "verify -CAfile document-root.pem document.pem") else { return };
    assert_eq!(said.trim(), "document.pem: OK");
}
