#![expect(clippy::unwrap_used, reason = "tests may panic")]

use ed25519_dalek::SigningKey;
use proptest::prelude::*;

use super::*;
use crate::note::{KeyName, SignatureKind, VerifierKeyError};

fn vkey(name: &str, seed: u8, kind: SignatureKind) -> VerifierKey {
    let public = SigningKey::from_bytes(&[seed; 32]).verifying_key().to_bytes();
    VerifierKey::new(KeyName::new(name).unwrap(), kind, &public).unwrap()
}

fn log(seed: u8) -> VerifierKey {
    vkey("log.example/titles", seed, SignatureKind::Ed25519)
}

fn witness(seed: u8) -> VerifierKey {
    vkey(&format!("w{seed}.example"), seed, SignatureKind::CosignatureV1)
}

/// The specification's example, with keys, addresses, comments and loose spacing.
fn example() -> String {
    let [x1, x2, x3, y1, y2, y3] = [2, 3, 4, 5, 6, 7].map(witness);
    format!(
        "# a policy\nlog {} https://log.example/\n\n\
         witness X1 {x1} https://w2.example\nwitness\tX2   {x2}\n  witness X3 {x3}  \n\
         group X-witnesses 2 X1 X2 X3\n\n\
         witness Y1 {y1}\nwitness Y2 {y2}\nwitness Y3 {y3}\n\
         group Y-witnesses any Y1 Y2 Y3\n  # both\n\
         group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n",
        log(1)
    )
}

fn parse(text: &str) -> Result<TlogPolicy, TlogPolicyError> {
    TlogPolicy::parse(text.as_bytes())
}

fn name(text: &str) -> PolicyName {
    PolicyName(text.as_bytes().to_vec())
}

/// Lines that define w2 and w3, then these.
fn after_two_witnesses(lines: &str) -> Result<TlogPolicy, TlogPolicyError> {
    parse(&format!("witness w2 {}\nwitness w3 {}\n{lines}", witness(2), witness(3)))
}

#[test]
fn the_specifications_example_is_read() {
    let policy = parse(&example()).unwrap();
    let [only] = policy.logs() else { unreachable!() };
    assert_eq!((&only.key, only.url.as_deref()), (&log(1), Some("https://log.example/")));
    assert_eq!(policy.witnesses().len(), 6);
    assert_eq!(policy.witnesses()[0].url.as_deref(), Some("https://w2.example"));
    let of = |seeds: [u8; 3]| seeds.map(|n| QuorumRule::Witness(witness(n).name().clone()));
    let x = QuorumRule::AtLeast { needed: 2, of: of([2, 3, 4]).into() };
    let y = QuorumRule::AtLeast { needed: 1, of: of([5, 6, 7]).into() };
    let rule = QuorumRule::AtLeast { needed: 2, of: vec![x, y] };
    let keys = [2, 3, 4, 5, 6, 7].map(witness).into();
    assert_eq!(*policy.quorum(), Quorum::of(Some(rule), keys).unwrap());
}

#[test]
fn a_quorum_of_none_or_of_one_witness_needs_no_group() {
    assert_eq!(parse("quorum none\n").unwrap().quorum(), &Quorum::none());
    let one = after_two_witnesses("quorum w3\n").unwrap();
    assert_eq!(one.quorum().needed(), 1);
    assert_eq!(one.quorum().witnesses().len(), 2);
}

#[test]
fn refuses_a_policy_that_was_cut_off() {
    // The first 8 bytes of the last line's name are another group's name in some policy.
    assert_eq!(parse("quorum none"), Err(TlogPolicyError::Unended));
    assert_eq!(parse(""), Err(TlogPolicyError::Unended));
    assert_eq!(parse("\n"), Err(TlogPolicyError::NoQuorum));
}

#[test]
fn refuses_control_characters_even_in_comments() {
    let verdict = parse("quorum none\r\n");
    assert_eq!(verdict, Err(TlogPolicyError::ControlCharacter { line: 1, byte: b'\r' }));
    let verdict = parse("quorum none\n# \u{7f}\n");
    assert_eq!(verdict, Err(TlogPolicyError::ControlCharacter { line: 2, byte: 0x7f }));
}

#[test]
fn bytes_that_are_no_utf8_are_allowed_in_comments_and_names_only() {
    let key = witness(2).to_string();
    let policy = |url: &[u8]| {
        let words = [b"# \xff\nwitness \xfe ".as_slice(), key.as_bytes(), url, b"\nquorum \xfe\n"];
        TlogPolicy::parse(&words.concat())
    };
    assert_eq!(policy(b"").unwrap().quorum().needed(), 1);
    assert_eq!(policy(b" \xff"), Err(TlogPolicyError::NotUtf8 { line: 2 }));
}

#[test]
fn refuses_lines_of_another_form() {
    assert_eq!(parse("quorums none\n"), Err(TlogPolicyError::UnknownLine { line: 1 }));
    for line in ["log", "witness w", "group g", "group g any", "quorum", "quorum none none"] {
        let verdict = parse(&format!("{line}\n"));
        assert!(matches!(verdict, Err(TlogPolicyError::Form { line: 1, .. })), "{line}");
    }
}

#[test]
fn refuses_keys_of_the_wrong_kind_and_kinds_not_known_here() {
    let verdict = parse(&format!("log {}\n", witness(2)));
    assert!(matches!(verdict, Err(TlogPolicyError::NotALogKey { line: 1, .. })));
    let verdict = parse(&format!("witness w {}\nquorum none\n", log(2)));
    assert!(matches!(verdict, Err(TlogPolicyError::Quorum(PolicyError::NotAWitnessKey { .. }))));
    let verdict = parse("log nothing\n");
    assert_eq!(verdict, Err(TlogPolicyError::Key { line: 1, source: VerifierKeyError::Form }));
}

#[test]
fn refuses_a_public_key_twice_under_whatever_name() {
    let again = vkey("other.example", 1, SignatureKind::Ed25519);
    let verdict = parse(&format!("log {}\nlog {again}\n", log(1)));
    assert_eq!(verdict, Err(TlogPolicyError::LogRepeated { line: 2 }));
    let again = vkey("other.example", 2, SignatureKind::CosignatureV1);
    let verdict = after_two_witnesses(&format!("witness w4 {again}\nquorum none\n"));
    let repeated = PolicyError::Repeated { name: again.name().clone() };
    assert_eq!(verdict, Err(TlogPolicyError::Quorum(repeated)));
}

#[test]
fn refuses_names_that_are_taken_undefined_or_counted_twice() {
    let taken = |name| Err(TlogPolicyError::NameTaken { line: 3, name });
    assert_eq!(after_two_witnesses("group w2 any w3\n"), taken(name("w2")));
    assert_eq!(after_two_witnesses("group none any w3\n"), taken(name("none")));
    let undefined = |name| Err(TlogPolicyError::Undefined { line: 3, name });
    assert_eq!(after_two_witnesses("group g any w4\n"), undefined(name("w4")));
    assert_eq!(after_two_witnesses("group g any g\n"), undefined(name("g")));
    assert_eq!(after_two_witnesses("group g any none\n"), undefined(name("none")));
    assert_eq!(after_two_witnesses("quorum W2\n"), undefined(name("W2")));
    let twice = |line, name| Err(TlogPolicyError::MemberTwice { line, name });
    assert_eq!(after_two_witnesses("group g 1 w2 w2\n"), twice(3, name("w2")));
    assert_eq!(after_two_witnesses("group g any w2\ngroup h all g w2\n"), twice(4, name("w2")));
}

#[test]
fn refuses_thresholds_that_cannot_be_met_or_are_written_otherwise() {
    for threshold in ["0", "3", "01", "+1", "1.0", "ALL", "99999999999999999999999"] {
        let verdict = after_two_witnesses(&format!("group g {threshold} w2 w3\n"));
        let expected = Err(TlogPolicyError::Threshold { line: 3, members: 2 });
        assert_eq!(verdict, expected, "{threshold}");
    }
}

#[test]
fn refuses_two_quorums_and_too_many_lines() {
    let verdict = after_two_witnesses("quorum w2\nquorum w2\n");
    assert_eq!(verdict, Err(TlogPolicyError::SecondQuorum { line: 4 }));
    let groups = (0..=MAX_LINES_OF_A_KIND).map(|n| match n {
        0 => "group g0 any w2\n".to_owned(),
        n => format!("group g{n} any g{}\n", n - 1),
    });
    let verdict = after_two_witnesses(&groups.collect::<String>());
    assert_eq!(verdict, Err(TlogPolicyError::TooMany { line: 3 + MAX_LINES_OF_A_KIND }));
    let len = MAX_POLICY_LEN + 1;
    assert_eq!(parse(&" ".repeat(len)), Err(TlogPolicyError::TooLong { len }));
}

proptest! {
    /// Written and read again, a policy says the same; and written once more it is the same bytes.
    #[test]
    fn what_is_written_is_read_again(at in 0usize..1000, byte: u8, insert: bool) {
        let mut bytes = example().into_bytes();
        let at = at % bytes.len();
        if insert { bytes.insert(at, byte) } else { bytes[at] = byte }
        if let Ok(policy) = TlogPolicy::parse(&bytes) {
            let written = policy.to_bytes();
            let again = TlogPolicy::parse(&written).unwrap();
            prop_assert_eq!(&again, &policy);
            prop_assert_eq!(again.to_bytes(), written);
        }
    }
}
