#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::convert::Infallible;

use ed25519_dalek::{Signer as _, SigningKey};
use proptest::prelude::*;

use super::*;
use crate::{
    digest::{LeafHash, NodeHash, RootHash},
    merkle::{ConsistencyError, HashSource, NodeId, prove_consistency, root_of_leaves, tree_root},
    note::{
        KeyName, NoteText, NoteVerifyError, SignatureKind, SignatureLine, SignedNote, VerifierKey,
    },
    position::TreeSize,
};

const EXAMPLE: &str = "old 20852014\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n\
    jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n\
    /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\nexample.com/behind-the-sofa\n20852163\n\
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
    — example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n";

/// A tree whose entries are one byte each: the branch, then counted.
struct Tree(u8);

impl HashSource for Tree {
    type Error = Infallible;

    fn node(&self, node: NodeId) -> Result<NodeHash, Infallible> {
        let leaf = |index| LeafHash::of(&[self.0, index as u8]);
        let leaves: Vec<_> = (node.start()..node.end()).map(leaf).collect();
        Ok(NodeHash::from_bytes(*root_of_leaves(&leaves).as_bytes()))
    }
}

fn size(size: u64) -> TreeSize {
    TreeSize::new(size).unwrap()
}

fn root(tree: &Tree, of: u64) -> RootHash {
    tree_root(tree, size(of)).unwrap()
}

fn signing(seed: u8) -> (SigningKey, VerifierKey) {
    let signing = SigningKey::from_bytes(&[seed; 32]);
    let name = KeyName::new("log.example/a").unwrap();
    let public = signing.verifying_key().to_bytes();
    (signing, VerifierKey::new(name, SignatureKind::Ed25519, &public).unwrap())
}

fn note_by(seed: u8, text: &str) -> SignedNote {
    let (signing, key) = signing(seed);
    let text = NoteText::new(text).unwrap();
    let signature = signing.sign(text.as_str().as_bytes()).to_bytes().to_vec();
    SignedNote::new(text, SignatureLine::new(&key, signature))
}

fn note(of: u64, root: RootHash) -> SignedNote {
    note_by(1, &format!("log.example/a\n{of}\n{root}\n"))
}

fn proof(tree: &Tree, old: u64, new: u64) -> Vec<NodeHash> {
    prove_consistency(tree, size(old), size(new)).unwrap().hashes().to_vec()
}

/// What the witness says that cosigned `last` entries of the tree 0.
fn answer(
    last: Option<u64>,
    old: u64,
    proof: Vec<NodeHash>,
    note: SignedNote,
) -> Result<LastCosigned, WitnessRefusal> {
    let last = last.map(|last| LastCosigned { size: size(last), root: root(&Tree(0), last) });
    let request = AddCheckpoint::new(size(old), proof, note).unwrap();
    request.check(&[&signing(1).1], last).map(|cosignable| cosignable.tree())
}

#[test]
fn the_specifications_request_is_read_and_written() {
    let request = AddCheckpoint::parse(EXAMPLE.as_bytes()).unwrap();
    assert_eq!(request.unverified().origin, "example.com/behind-the-sofa");
    assert_eq!((request.old.get(), request.unverified().size.get()), (20_852_014, 20_852_163));
    assert_eq!((request.proof.len(), request.note().signatures().len()), (4, 2));
    assert_eq!(request.to_bytes(), EXAMPLE.as_bytes());
}

#[test]
fn refuses_malformed_requests() {
    let with =
        |from: &str, to: &str| AddCheckpoint::parse(EXAMPLE.replacen(from, to, 1).as_bytes());
    for old in ["old  20852014", "Old 20852014", "old 020852014", "old -1", "old", "old 1 "] {
        assert_eq!(with("old 20852014", old), Err(AddCheckpointError::OldSize), "{old}");
    }
    assert_eq!(with("PlRN", "PlR"), Err(AddCheckpointError::Hash { line: 2 }));
    assert_eq!(with("pkaw=\n", "pkax=\n"), Err(AddCheckpointError::Hash { line: 2 }));
    assert_eq!(AddCheckpoint::parse(b"old 1\n"), Err(AddCheckpointError::NoEmptyLine));
    assert!(matches!(AddCheckpoint::parse(b"old 1\n\n"), Err(AddCheckpointError::Note(_))));
    assert!(matches!(with("\n20852163\n", "\n"), Err(AddCheckpointError::Checkpoint(_))));
    assert!(matches!(with("\n20852163\n", "\n0x1\n"), Err(AddCheckpointError::Checkpoint(_))));
    let len = MAX_ADD_CHECKPOINT_LEN + 1;
    assert_eq!(AddCheckpoint::parse(&vec![b'o'; len]), Err(AddCheckpointError::TooLong { len }));
}

#[test]
fn a_proof_has_at_most_63_lines() {
    let line = "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n";
    let lines = |count| EXAMPLE.replacen(line, &line.repeat(count), 1);
    let read = AddCheckpoint::parse(lines(60).as_bytes()).unwrap();
    assert_eq!(read.proof.len(), 63);
    let verdict = AddCheckpoint::parse(lines(61).as_bytes());
    assert_eq!(verdict, Err(AddCheckpointError::TooManyHashes));
}

#[test]
fn extension_lines_and_odd_origins_are_for_the_log_to_choose() {
    let root = root(&Tree(0), 3);
    let text = format!("any origin + at all\n3\n{root}\nan extension\n");
    let request = AddCheckpoint::new(size(0), vec![], note_by(1, &text)).unwrap();
    assert_eq!(request.unverified().origin, "any origin + at all");
    let empty = note_by(1, &format!("log.example/a\n3\n{root}\n\nafter an empty line\n"));
    assert!(AddCheckpoint::new(size(0), vec![], empty).is_err());
}

#[test]
fn the_first_checkpoint_needs_no_proof_and_a_later_one_extends_it() {
    let tree = Tree(0);
    let seen = |of| Ok(LastCosigned { size: size(of), root: root(&tree, of) });
    assert_eq!(answer(None, 0, vec![], note(5, root(&tree, 5))), seen(5));
    let grown = note(9, root(&tree, 9));
    assert_eq!(answer(Some(5), 5, proof(&tree, 5, 9), grown), seen(9));
    // The same again, and an empty log.
    assert_eq!(answer(Some(5), 5, vec![], note(5, root(&tree, 5))), seen(5));
    assert_eq!(answer(None, 0, vec![], note(0, RootHash::empty())), seen(0));
    assert_eq!(answer(Some(0), 0, vec![], note(5, root(&tree, 5))), seen(5));
}

#[test]
fn refuses_in_the_specifications_order() {
    let tree = Tree(0);
    let at = |of| note(of, root(&tree, of));
    // Not signed comes before the sizes, the sizes before the proof.
    let stranger = note_by(2, &format!("log.example/a\n3\n{}\n", root(&tree, 3)));
    assert!(matches!(answer(Some(5), 9, vec![], stranger), Err(WitnessRefusal::NotSigned(_))));
    let larger = WitnessRefusal::OldSizeLarger { old: size(9), size: size(7) };
    assert_eq!(answer(Some(5), 9, vec![], at(7)), Err(larger));
    let other = |old| WitnessRefusal::OtherSize { old: size(old), known: size(5) };
    assert_eq!(answer(Some(5), 0, vec![], at(7)), Err(other(0)));
    assert_eq!(answer(Some(5), 6, proof(&tree, 6, 7), at(7)), Err(other(6)));
    let root = root(&tree, 1);
    let empty = Err(WitnessRefusal::EmptyTreeRoot { root });
    assert_eq!(answer(None, 0, vec![], note(0, root)), empty);
    let node = NodeHash::from_bytes([1; 32]);
    assert_eq!(answer(None, 0, vec![node], at(7)), Err(WitnessRefusal::ProofFromEmpty));
    let no_proof = ConsistencyError::WrongLength { expected: 4, actual: 0 };
    assert_eq!(answer(Some(5), 5, vec![], at(7)), Err(WitnessRefusal::Inconsistent(no_proof)));
    let request = AddCheckpoint::new(size(0), vec![], at(7)).unwrap();
    assert_eq!(request.check(&[], None), Err(WitnessRefusal::UnknownOrigin));
}

#[test]
fn refuses_a_second_history_at_the_same_size_and_beyond() {
    let (tree, other) = (Tree(0), Tree(1));
    let two =
        WitnessRefusal::TwoRoots { size: size(5), known: root(&tree, 5), shown: root(&other, 5) };
    assert_eq!(answer(Some(5), 5, vec![], note(5, root(&other, 5))), Err(two));
    let grown = answer(Some(5), 5, proof(&other, 5, 9), note(9, root(&other, 9)));
    assert!(matches!(grown, Err(WitnessRefusal::Inconsistent(_))), "{grown:?}");
}

#[test]
fn a_known_key_that_fails_or_signs_twice_refuses_the_whole_note() {
    let mut note = note(5, root(&Tree(0), 5));
    let line = note.signatures()[0].clone();
    let twice = note.clone().with_signature(line).unwrap();
    let verdict = answer(None, 0, vec![], twice);
    let repeated =
        matches!(verdict, Err(WitnessRefusal::NotSigned(NoteVerifyError::Repeated { .. })));
    assert!(repeated, "{verdict:?}");
    let bad = SignatureLine::new(&signing(1).1, vec![0; 64]);
    note = SignedNote::new(note.unverified_text().clone(), bad);
    let verdict = answer(None, 0, vec![], note);
    assert!(matches!(verdict, Err(WitnessRefusal::NotSigned(_))), "{verdict:?}");
}

#[test]
fn signatures_of_strangers_are_ignored_and_not_passed_on() {
    let stranger = SignatureLine::new(&signing(9).1, vec![0; 64]);
    let note = note(5, root(&Tree(0), 5)).with_signature(stranger).unwrap();
    let request = AddCheckpoint::new(size(0), vec![], note).unwrap();
    let cosignable = request.check(&[&signing(1).1], None).unwrap();
    assert_eq!(cosignable.note().signatures().len(), 1);
}

#[test]
fn answers_are_read_as_they_are_written() {
    let lines = vec![SignatureLine::new(&signing(1).1, vec![1; 72])];
    assert_eq!(parse_cosignatures(cosignature_lines(&lines).as_bytes()), Ok(lines));
    assert_eq!(parse_cosignatures(b""), Err(CosignaturesError::NotLines));
    assert!(matches!(parse_cosignatures(b"\n"), Err(CosignaturesError::Line { line: 1, .. })));
    assert_eq!(parse_size(size_text(size(17)).as_bytes()), Some(size(17)));
    for text in ["17", "017\n", "\n", "17\n\n", "-1\n", "18446744073709551616\n"] {
        assert_eq!(parse_size(text.as_bytes()), None, "{text:?}");
    }
}

proptest! {
    #[test]
    fn what_is_read_is_written_again(at in 0..EXAMPLE.len(), byte: u8) {
        let mut bytes = EXAMPLE.as_bytes().to_vec();
        bytes[at] = byte;
        if let Ok(request) = AddCheckpoint::parse(&bytes) {
            prop_assert_eq!(request.to_bytes(), bytes);
        }
    }
}
