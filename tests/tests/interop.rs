//! Other people's programs agree: OpenSSL on the chain of authorities that stands in the log, two
//! Python libraries on the signature of a certificate, a third on the proof that it is on record.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ledger::{
    authority::{AuthorityCertificate, Role},
    entry::{AuthorityEntry, Entry},
    position::LeafIndex,
};
use tests::{
    bureau::Bureau,
    peers::{peer, python_with},
    programs::{Finished, run},
    records::Records,
    whole,
};

/// 2026-07-10: the verdict must not depend on the day of the test.
const ATTIME: &str = "1783641600";

fn pem(path: &Path, der: &[u8]) -> PathBuf {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let body = lines.join("\n");
    fs::write(path, format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"))
        .unwrap();
    path.to_owned()
}

/// The authorities on record.
fn authorities(bureau: &Bureau) -> Vec<AuthorityEntry> {
    let entries = Records::of(&bureau.dir()).entries().into_iter();
    entries
        .filter_map(|entry| match entry {
            Entry::Authority(authority) => Some(authority),
            _ => None,
        })
        .collect()
}

/// The trusted root as a file.
fn root(bureau: &Bureau) -> PathBuf {
    let trust = whole::trust(&bureau.dir());
    pem(&bureau.beside("root.pem"), trust.roots()[0].der())
}

fn openssl(arguments: &[&str], files: &[&Path]) -> Option<Finished> {
    Some(run(peer("openssl")?.args(arguments).args(files)))
}

#[test]
fn openssl_accepts_every_authority_of_the_log_under_the_trusted_root_in_its_time() {
    let bureau = Bureau::having_issued(1);
    let root = root(&bureau);
    let authorities = authorities(&bureau);
    assert_eq!(authorities.len(), 4 + 7, "the bureau's own and the demo's committees");
    let mut expired = Vec::new();
    for (number, authority) in authorities.iter().enumerate() {
        let file = pem(&bureau.beside(&format!("authority-{number}.pem")), &authority.certificate);
        let verify = ["verify", "-ignore_critical", "-attime", ATTIME, "-CAfile"];
        let Some(said) = openssl(&verify, &[&root, &file]) else { return };
        if said.stderr.contains("certificate has expired") {
            expired.extend(authority.filing_number.as_ref().map(|filed| filed.as_str()));
        } else {
            assert!(said.expect_code(0).stdout.ends_with(": OK\n"));
        }
    }
    // One committee of the demo is there to have run out.
    assert_eq!(expired, ["渝州职改〔2022〕27号"]);
    bureau.audit();
}

#[test]
fn openssl_refuses_an_authority_of_the_log_under_another_root() {
    let bureau = Bureau::new();
    let authority = pem(&bureau.beside("authority.pem"), &authorities(&bureau)[0].certificate);
    let other = Path::new(tests::bureau::EXAMPLE_KEYS).join("document-root.pem");
    let verify = ["verify", "-ignore_critical", "-attime", ATTIME, "-CAfile"];
    let Some(said) = openssl(&verify, &[&other, &authority]) else { return };
    said.expect_code(2);
    bureau.audit();
}

#[test]
fn openssl_shows_the_dates_of_a_filing_and_the_twelve_months_after_it() {
    let bureau = Bureau::new();
    let filed = |authority: &AuthorityEntry| {
        authority.filing_number.as_ref().is_some_and(|n| n.as_str() == "渝州职改〔2024〕21号")
    };
    let committee = authorities(&bureau).into_iter().find(filed).unwrap();
    let file = pem(&bureau.beside("committee.pem"), &committee.certificate);
    let Some(said) = openssl(&["x509", "-noout", "-text", "-in"], &[&file]) else { return };
    let said = said.expect_code(0).stdout;
    // Filed from 2024-07-01 to 2027-06-30, Beijing.
    for expected in [
        "Not Before: Jun 30 16:00:00 2024 GMT",
        "Not After : Jun 30 15:59:59 2028 GMT",
        "Public Key Algorithm: ED25519",
        "2.25.2620221126: critical",
    ] {
        assert!(said.contains(expected), "{expected} is not in {said}");
    }
    bureau.audit();
}

/// A certificate of the log with its authority's public key, both in hexadecimal.
fn signed(bureau: &Bureau) -> (String, String) {
    let records = Records::of(&bureau.dir());
    let (index, issuance) = records.issuances().into_iter().next().unwrap();
    let certificate = records.certificate(index);
    let Entry::Authority(entry) = records.entries().remove(at(issuance.authority)) else {
        unreachable!("an issuance names an authority")
    };
    let authority = AuthorityCertificate::from_der(&entry.certificate).unwrap();
    let authority = authority.verify(whole::trust(&bureau.dir()).roots()).unwrap();
    assert_eq!(authority.role(), Role::Issue);
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    (hex(certificate.as_bytes()), hex(authority.ed25519_key().unwrap().as_bytes()))
}

fn at(index: LeafIndex) -> usize {
    usize::try_from(index.get()).unwrap()
}

/// Runs a script that says "yes" or "no" to a certificate and a key.
fn python(module: &str, script: &str, certificate: &str, key: &str) -> Option<String> {
    let mut python = python_with(module)?;
    let said = run(python.args(["-c", script, certificate, key])).expect_code(0);
    Some(said.stdout.trim().to_owned())
}

/// The last byte of the signature, changed.
fn spoiled(certificate: &str) -> String {
    let (rest, last) = certificate.split_at(certificate.len() - 1);
    format!("{rest}{}", if last == "0" { "1" } else { "0" })
}

const PYCOSE: &str = "
import sys
from pycose.keys import OKPKey
from pycose.keys.curves import Ed25519
from pycose.messages import Sign1Message
message = Sign1Message.decode(bytes.fromhex(sys.argv[1]))
message.key = OKPKey(crv=Ed25519, x=bytes.fromhex(sys.argv[2]))
print('yes' if message.verify_signature() else 'no')
";

const CWT: &str = "
import sys
import cwt
key = cwt.COSEKey.new({1: 1, -1: 6, -2: bytes.fromhex(sys.argv[2]), 3: -8})
try:
    cwt.COSE.new().decode(bytes.fromhex(sys.argv[1]), key)
    print('yes')
except cwt.VerifyError:
    print('no')
";

fn verified_by(module: &str, script: &str) {
    let bureau = Bureau::having_issued(1);
    let (certificate, key) = signed(&bureau);
    let Some(said) = python(module, script, &certificate, &key) else { return };
    assert_eq!(said, "yes");
    assert_eq!(python(module, script, &spoiled(&certificate), &key).unwrap(), "no");
    bureau.audit();
}

#[test]
fn pycose_verifies_a_certificate_and_refuses_a_spoiled_one() {
    verified_by("pycose", PYCOSE);
}

#[test]
fn cwt_verifies_a_certificate_and_refuses_a_spoiled_one() {
    verified_by("cwt", CWT);
}

/// Arguments: the proof's text, the entry in hexadecimal, the log's key.
const PROOFBUNDLE: &str = "
import sys
from proofbundle.tlogproof import verify_tlog_proof
found = verify_tlog_proof(sys.argv[1], bytes.fromhex(sys.argv[2]), sys.argv[3])
print('yes' if found['ok'] else 'no', found['index'])
";

#[test]
fn proofbundle_verifies_a_log_proof_of_its_entry_and_of_no_other() {
    let mut bureau = Bureau::having_issued(3);
    let records = Records::of(&bureau.dir());
    let [first, second, _] =
        <[_; 3]>::try_from(Vec::from_iter(records.issuances().into_keys())).unwrap();
    let key = whole::trust(&bureau.dir()).logs().next().unwrap().1.log_key().to_string();
    let proof = String::from_utf8(bureau.office().log_proof(first).unwrap()).unwrap();
    let entries = records.entries();
    let hex = |index| {
        let entry = entries[at(index)].encode();
        entry.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let said = |entry: &str, key: &str| {
        let mut python = python_with("proofbundle")?;
        let said = run(python.args(["-c", PROOFBUNDLE, &proof, entry, key])).expect_code(0);
        Some(said.stdout.trim().to_owned())
    };
    let Some(of_its_own) = said(&hex(first), &key) else { return };
    assert_eq!(of_its_own, format!("yes {first}"));
    assert_eq!(said(&hex(second), &key).unwrap(), format!("no {first}"));
    bureau.audit();
}
