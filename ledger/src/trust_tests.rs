#![expect(clippy::unwrap_used, reason = "tests may panic")]

use super::*;
use crate::{
    checkpoint::QuorumRule,
    note::{KeyName, SignatureKind},
};

const EXAMPLE: &str = include_str!("../../keys-example/trust.toml");

fn witness(seed: u8) -> VerifierKey {
    let public = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).verifying_key().to_bytes();
    let name = KeyName::new(&format!("w{seed}.example")).unwrap();
    VerifierKey::new(name, SignatureKind::CosignatureV1, &public).unwrap()
}

/// The example trust file with these lines in place of those that name key and witnesses.
fn with(lines: &str) -> Result<Trust, TrustError> {
    let (before, rest) = EXAMPLE.split_once("vkey = ").unwrap();
    let (_, after) = rest.split_once("quorum = 0\n").unwrap();
    Trust::parse(&format!("{before}{lines}\n{after}"))
}

fn policy(log: &str) -> String {
    let [a, b] = [1, 2].map(witness);
    format!("policy = \"\"\"\n{log}witness a {a}\nwitness b {b}\ngroup g any a b\nquorum g\n\"\"\"")
}

fn vkey() -> String {
    format!("vkey = \"{}\"", EXAMPLE_LOG_VKEY.trim())
}

#[test]
fn a_policy_gives_the_log_its_key_and_its_quorum() {
    let log = format!("log {} https://log.example/\n", EXAMPLE_LOG_VKEY.trim());
    for lines in [
        policy(&log),
        format!("{}\n{}", vkey(), policy(&log)),
        format!("{}\n{}", vkey(), policy("")),
    ] {
        let trust = with(&lines).unwrap();
        let found = trust.log(LogGeneration::new(1)).unwrap();
        assert_eq!(found.log_key().to_string(), EXAMPLE_LOG_VKEY.trim());
        let of = [1, 2].map(|n| QuorumRule::Witness(witness(n).name().clone())).into();
        let rule = QuorumRule::AtLeast { needed: 1, of };
        let expected = Quorum::of(Some(rule), [1, 2].map(witness).into()).unwrap();
        assert_eq!(*found.quorum(), expected);
        assert!(trust.names_example_keys());
    }
}

#[test]
fn refuses_a_section_that_names_no_key_or_two() {
    let log = format!("log {}\n", EXAMPLE_LOG_VKEY.trim());
    let other = "log sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8\n";
    for lines in [
        String::new(),
        policy(""),
        policy(&format!("{log}{other}")),
        format!("{}\n{}", vkey(), policy(other)),
    ] {
        assert!(matches!(with(&lines), Err(TrustError::LogKey { generation: 1 })), "{lines}");
    }
}

#[test]
fn refuses_a_policy_beside_what_it_replaces_and_a_malformed_one() {
    for extra in ["quorum = 1", "witnesses = []"] {
        let verdict = with(&format!("{}\n{}\n{extra}", vkey(), policy("")));
        assert!(matches!(verdict, Err(TrustError::PolicyAndWitnesses { generation: 1 })));
    }
    let verdict = with(&format!("{}\npolicy = \"quorum none\"", vkey()));
    let unended = TlogPolicyError::Unended;
    assert!(matches!(verdict, Err(TrustError::TlogPolicy { source, .. }) if source == unended));
}
