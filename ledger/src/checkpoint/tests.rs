#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::{fs, path::Path};

use ed25519_dalek::{Signer as _, SigningKey};
use proptest::prelude::*;

use super::*;
use crate::{
    cosignature::{Cosignature, cosigned_message},
    note::{SignatureError, SignatureKind},
};

const TESTDATA_LOG: &str =
    "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
const TEXT: &str = "example.com/log\n7\nWqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=\n";

struct Key {
    signing: SigningKey,
    public: VerifierKey,
}

fn key(name: &str, seed: u8, kind: SignatureKind) -> Key {
    let signing = SigningKey::from_bytes(&[seed; 32]);
    let public = signing.verifying_key().to_bytes();
    Key { signing, public: VerifierKey::new(KeyName::new(name).unwrap(), kind, &public).unwrap() }
}

fn log() -> Key {
    key("example.com/log", 1, SignatureKind::Ed25519)
}

fn witness(seed: u8) -> Key {
    key(&format!("w{seed}.example"), seed, SignatureKind::CosignatureV1)
}

/// A signer that answers with a signature over the text that its field gives, if any.
impl CheckpointSigner for Key {
    type Error = std::convert::Infallible;

    fn key(&self) -> &VerifierKey {
        &self.public
    }

    fn sign(&mut self, checkpoint: &Checkpoint) -> Result<[u8; 64], Self::Error> {
        Ok(self.signing.sign(checkpoint.to_text().as_str().as_bytes()).to_bytes())
    }
}

fn parse(text: &str) -> Result<Checkpoint, CheckpointTextError> {
    Checkpoint::parse(&NoteText::new(text).unwrap())
}

fn signed() -> SignedCheckpoint {
    parse(TEXT).unwrap().sign(&mut log()).unwrap()
}

fn seconds(seconds: u64) -> CosignatureTime {
    CosignatureTime::from_seconds(seconds).unwrap()
}

fn cosign(checkpoint: SignedCheckpoint, witness: &Key, at: u64) -> SignedCheckpoint {
    let message = cosigned_message(seconds(at), checkpoint.note().unverified_text());
    let cosignature = Cosignature::new(seconds(at), witness.signing.sign(&message).to_bytes());
    checkpoint.with_signature(cosignature.line(&witness.public).unwrap()).unwrap()
}

fn policy(needed: usize, witnesses: &[u8]) -> CheckpointPolicy {
    let witnesses = witnesses.iter().map(|seed| witness(*seed).public).collect();
    CheckpointPolicy::new(log().public, Quorum::new(needed, witnesses).unwrap()).unwrap()
}

#[test]
fn all_checkpoints_of_the_log_of_fifteen_entries_verify() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/vectors/tlog-15");
    if !Path::new(folder).is_dir() {
        println!("skipped: the tlog-15 vectors are not here");
        return;
    }
    let policy = CheckpointPolicy::new(TESTDATA_LOG.parse().unwrap(), Quorum::none()).unwrap();
    for size in 0..=15 {
        let bytes = fs::read(format!("{folder}/checkpoint.{size}")).unwrap();
        let signed = SignedCheckpoint::parse(&bytes).unwrap();
        assert_eq!(signed.to_bytes(), bytes);
        assert_eq!(signed.verify(&policy).unwrap().size().get(), size);
    }
}

#[test]
fn a_checkpoint_is_read_and_written() {
    let checkpoint = parse(TEXT).unwrap();
    assert_eq!(checkpoint.origin.as_str(), "example.com/log");
    assert_eq!(checkpoint.size.get(), 7);
    assert_eq!(checkpoint.to_text().as_str(), TEXT);
}

#[test]
fn refuses_extension_lines() {
    let verdict = parse(&format!("{TEXT}extension\n"));
    assert_eq!(verdict, Err(CheckpointTextError::LineCount { lines: 4 }));
    assert_eq!(parse("a\n1\n"), Err(CheckpointTextError::LineCount { lines: 2 }));
}

#[test]
fn refuses_sizes_written_in_any_other_way() {
    for size in ["", "07", "+7", "-7", " 7", "7 ", "0x7", "00", "18446744073709551616", "７"] {
        let verdict = parse(&TEXT.replace("\n7\n", &format!("\n{size}\n")));
        assert_eq!(verdict, Err(CheckpointTextError::Size), "{size:?}");
    }
}

#[test]
fn refuses_a_size_beyond_the_largest_tree() {
    let value = crate::position::MAX_TREE_SIZE + 1;
    let verdict = parse(&TEXT.replace("\n7\n", &format!("\n{value}\n")));
    assert_eq!(verdict, Err(CheckpointTextError::SizeTooLarge(PositionTooLarge { value })));
}

#[test]
fn refuses_roots_of_another_length_or_encoding() {
    let root = |text: &str| parse(&format!("example.com/log\n7\n{text}\n"));
    assert_eq!(root("AAAA"), Err(CheckpointTextError::RootLength { len: 3 }));
    // The last digit carries bits that belong to no byte.
    let verdict = root("Wqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKl=");
    assert!(matches!(verdict, Err(CheckpointTextError::RootBase64(_))));
}

#[test]
fn refuses_an_empty_tree_with_a_root_of_its_own() {
    let root = parse(TEXT).unwrap().root;
    let verdict = parse(&TEXT.replace("\n7\n", "\n0\n"));
    assert_eq!(verdict, Err(CheckpointTextError::EmptyTreeRoot { root }));
}

#[test]
fn refuses_an_origin_with_spaces() {
    let verdict = parse(&TEXT.replace("example.com/log", "example.com log"));
    assert_eq!(verdict, Err(CheckpointTextError::Origin(InvalidKeyName)));
}

#[test]
fn a_quorum_counts_from_its_kth_newest_cosignature() {
    let checkpoint =
        cosign(cosign(cosign(signed(), &witness(2), 200), &witness(3), 300), &witness(4), 100);
    let quorum_time = |needed| {
        let verified = checkpoint.clone().verify(&policy(needed, &[2, 3, 4])).unwrap();
        verified.quorum_time().map(UnixMillis::get)
    };
    assert_eq!([0, 1, 2, 3].map(quorum_time), [None, Some(300_000), Some(200_000), Some(100_000)]);
}

#[test]
fn cosignatures_are_given_newest_first_with_their_times() {
    let checkpoint = cosign(cosign(signed(), &witness(2), 200), &witness(3), 300);
    let verified = checkpoint.verify(&policy(1, &[2, 3])).unwrap();
    let expected = [(3, 300), (2, 200)].map(|(seed, at)| VerifiedCosignature {
        witness: witness(seed).public.name().clone(),
        time: seconds(at),
    });
    assert_eq!(verified.cosignatures(), expected);
}

#[test]
fn refuses_too_few_witnesses_and_counts_no_unknown_one() {
    let checkpoint = cosign(cosign(signed(), &witness(2), 200), &witness(9), 300);
    let verdict = checkpoint.clone().verify(&policy(2, &[2, 3]));
    assert_eq!(verdict, Err(CheckpointError::NoQuorum { needed: 2, valid: 1 }));
    let policy = policy(1, &[2, 3]);
    let unknown = checkpoint.note().unknown_signatures(&policy.keys());
    assert_eq!(unknown, [&checkpoint.note().signatures()[2]]);
    assert_eq!(checkpoint.clone().verify(&policy).unwrap().cosignatures().len(), 1);
}

#[test]
fn refuses_a_known_witness_whose_cosignature_is_of_another_checkpoint() {
    let other = parse(&TEXT.replace("\n7\n", "\n8\n")).unwrap().sign(&mut log()).unwrap();
    let line = cosign(other, &witness(2), 200).note().signatures()[1].clone();
    let checkpoint = cosign(signed(), &witness(3), 300).with_signature(line).unwrap();
    let verdict = checkpoint.verify(&policy(1, &[2, 3]));
    let name = witness(2).public.name().clone();
    assert!(matches!(
        verdict,
        Err(CheckpointError::Signature(NoteVerifyError::Signature {
            name: failed,
            source: SignatureError::Mismatch,
            ..
        })) if failed == name
    ));
}

#[test]
fn refuses_one_witness_that_cosigned_twice() {
    let checkpoint = cosign(cosign(signed(), &witness(2), 200), &witness(2), 300);
    let (name, id) = (witness(2).public.name().clone(), witness(2).public.id());
    let expected = NoteVerifyError::Repeated { name, id };
    assert_eq!(checkpoint.verify(&policy(2, &[2, 3])), Err(expected.into()));
}

#[test]
fn refuses_a_checkpoint_that_only_witnesses_signed() {
    let cosigned = cosign(signed(), &witness(2), 200);
    let line = cosigned.note().signatures()[1].clone();
    let note = SignedNote::new(cosigned.note().unverified_text().clone(), line);
    let checkpoint = SignedCheckpoint::parse(&note.to_bytes()).unwrap();
    assert_eq!(checkpoint.verify(&policy(1, &[2])), Err(CheckpointError::NotSignedByLog));
}

#[test]
fn refuses_a_checkpoint_of_another_log() {
    let mut other = key("example.com/other", 1, SignatureKind::Ed25519);
    let text = TEXT.replace("example.com/log", "example.com/other");
    let checkpoint = parse(&text).unwrap().sign(&mut other).unwrap();
    let expected = CheckpointError::WrongOrigin {
        expected: Origin::new("example.com/log").unwrap(),
        actual: Origin::new("example.com/other").unwrap(),
    };
    assert_eq!(checkpoint.verify(&policy(0, &[])), Err(expected));
}

#[test]
fn a_signature_that_does_not_verify_is_not_handed_out() {
    let mut signer = log();
    signer.signing = SigningKey::from_bytes(&[99; 32]);
    let verdict = parse(TEXT).unwrap().sign(&mut signer);
    assert!(matches!(
        verdict,
        Err(SignCheckpointError::Unverified(NoteVerifyError::Signature { .. }))
    ));
}

#[test]
fn refuses_policies_that_count_a_key_twice() {
    let repeated = || PolicyError::Repeated { name: witness(2).public.name().clone() };
    let verdict = Quorum::new(1, vec![witness(2).public, witness(2).public]);
    assert_eq!(verdict, Err(repeated()));
    let renamed = key("another.example", 2, SignatureKind::CosignatureV1).public;
    let verdict = Quorum::new(1, vec![renamed, witness(2).public]);
    assert_eq!(verdict, Err(repeated()));
    let log = key("example.com/log", 2, SignatureKind::Ed25519).public;
    let verdict = CheckpointPolicy::new(log, Quorum::new(1, vec![witness(2).public]).unwrap());
    assert_eq!(verdict, Err(repeated()));
}

#[test]
fn refuses_policies_with_keys_of_the_wrong_kind_or_that_cannot_be_met() {
    let verdict = Quorum::new(0, vec![log().public]);
    assert_eq!(verdict, Err(PolicyError::NotAWitnessKey { name: log().public.name().clone() }));
    let verdict = CheckpointPolicy::new(witness(2).public, Quorum::none());
    assert_eq!(verdict, Err(PolicyError::NotALogKey { name: witness(2).public.name().clone() }));
    let verdict = Quorum::new(2, vec![witness(2).public]);
    assert_eq!(verdict, Err(PolicyError::CannotBeMet { needed: 2, witnesses: 1 }));
}

proptest! {
    #[test]
    fn what_is_read_is_written_again(at in 0..TEXT.len(), byte in 32u8..127) {
        let mut bytes = TEXT.as_bytes().to_vec();
        bytes[at] = byte;
        let Ok(text) = NoteText::new(std::str::from_utf8(&bytes).unwrap()) else { return Ok(()) };
        if let Ok(checkpoint) = Checkpoint::parse(&text) {
            prop_assert_eq!(checkpoint.to_text(), text);
        }
    }
}
