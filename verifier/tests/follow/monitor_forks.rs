//! `verifier monitor` and two histories; `verifier evidence`.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

use ledger::{digest::RootHash, test_kit::size};
use verifier::monitor::{Evidence, Proven};

use super::{
    loopback::{Instead, Server},
    monitoring::{assert_found, assert_holds},
    place::{Place, files},
};

#[test]
fn two_checkpoints_of_one_size_are_kept_as_evidence_that_anybody_verifies() {
    let mut place = Place::new();
    place.grow();
    assert_found(&place.look_dir(), 0, "fine");
    let before = place.bureau.checkpoint();
    let server = Server::of(&place.log());
    let root = place.bureau.tree().with(6, b"other".to_vec()).root();
    let forked = place.bureau.sign_checkpoint(place.bureau.size(), root);
    server.instead("checkpoint", Instead::Bytes(forked.clone()));
    let line = assert_found(&place.look(&server.url()), 1, "split_view");
    let kept = place.kept();
    assert_eq!(line["evidence"].as_str(), kept.file_name().unwrap().to_str());
    assert_eq!(fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o644);
    let text = fs::read_to_string(&kept).unwrap();
    for note in [before, forked] {
        assert!(text.contains(&String::from_utf8(note).unwrap()), "a note is not in it whole");
    }
    assert_holds(&place, 0);
    // Found again, it is the same file.
    assert_found(&place.look(&server.url()), 1, "split_view");
    assert_eq!(place.kept(), kept);
    assert_eq!(fs::read_to_string(&kept).unwrap(), text);
    // The log is not trusted again because it goes back to its first history: but that one is fine.
    assert_found(&place.look_dir(), 0, "fine");
}

#[test]
fn a_longer_history_is_kept_with_the_proof_between_them() {
    let mut place = Place::new();
    place.grow();
    assert_found(&place.look_dir(), 0, "fine");
    let mut other = Place::new();
    other.records(2000);
    let line = assert_found(&place.look(other.log().to_str().unwrap()), 1, "split_view");
    assert!(line["zh"].as_str().unwrap().contains("两段互相矛盾的历史"));
    let kept = fs::read_to_string(place.kept()).unwrap();
    assert!(kept.contains("=== consistency proof ==="), "{kept}");
    assert_holds(&place, 0);
}

#[test]
fn a_shorter_history_is_proved_as_soon_as_the_longer_one_can_be_read() {
    let mut place = Place::new();
    place.grow();
    let mut other = Place::new();
    other.records(3);
    // Whoever shows it serves the files of what was seen too: proved at once.
    let server = Server::of(&place.log());
    assert_found(&place.look(&server.url()), 0, "fine");
    server.instead("checkpoint", Instead::Bytes(other.bureau.checkpoint()));
    assert_found(&place.look(&server.url()), 1, "split_view");
    assert_holds(&place, 0);
    fs::remove_file(place.kept()).unwrap();
    // It is served alone: its checkpoint is kept, and proved when the log is at hand again.
    let line = assert_found(&place.look(other.log().to_str().unwrap()), 1, "rolled_back");
    assert!(line["en"].as_str().unwrap().contains("cannot be told now"), "{line}");
    place.grow();
    server.honest();
    assert_found(&place.look(&server.url()), 1, "split_view");
    assert_holds(&place, 0);
}

#[test]
fn a_log_that_only_went_back_is_fine_once_it_is_back() {
    let mut place = Place::new();
    place.grow();
    let old = tempfile::tempdir().unwrap();
    fs::write(old.path().join("checkpoint"), place.bureau.checkpoint()).unwrap();
    place.grow();
    assert_found(&place.look_dir(), 0, "fine");
    let line = assert_found(&place.look(old.path().to_str().unwrap()), 1, "rolled_back");
    assert!(line["en"].as_str().unwrap().contains("cannot be told now"), "{line}");
    let to_compare = || {
        files(&place.path("monitor")).into_keys().filter(|n| n.starts_with("to-compare")).count()
    };
    assert_eq!(to_compare(), 1);
    assert_found(&place.look_dir(), 0, "fine");
    assert_eq!(to_compare(), 0);
}

#[test]
fn a_power_of_two_needs_no_seed_in_its_proof_and_still_proves_a_fork() {
    let mut place = Place::new();
    // Five authorities and a head are there; up to eight with this.
    place.records(1);
    assert_eq!(place.bureau.size().get(), 8);
    assert_found(&place.look_dir(), 0, "fine");
    let mut other = Place::new();
    other.records(40);
    assert_found(&place.look(other.log().to_str().unwrap()), 1, "split_view");
    assert_holds(&place, 0);
}

#[test]
fn evidence_that_was_altered_proves_nothing() {
    let mut place = Place::new();
    place.grow();
    assert_found(&place.look_dir(), 0, "fine");
    let mut other = Place::new();
    other.records(2000);
    assert_found(&place.look(other.log().to_str().unwrap()), 1, "split_view");
    let bytes = fs::read(place.kept()).unwrap();
    let trust = place.bureau.trust();
    let whole = Evidence::parse(&bytes).unwrap();
    assert_eq!(whole.verify(&trust), Ok(Proven::TwoHistories));
    assert_eq!(whole.to_text().as_bytes(), bytes);
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        let Ok(evidence) = Evidence::parse(&flipped) else { continue };
        // When it was found is the monitor's word alone.
        let only_time = Evidence { found_at: whole.found_at, ..evidence.clone() } == whole;
        assert!(only_time || evidence.verify(&trust).is_err(), "byte {at}");
    }
    // Under the keys of somebody else it is evidence against nobody.
    let strangers = concat!(env!("CARGO_MANIFEST_DIR"), "/../keys-example/trust.toml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_verifier"));
    command.args(["--lang", "en", "evidence", "--trust", strangers]).arg(place.kept());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("does not name the key"), "{said}");
    fs::write(place.kept(), &bytes[..bytes.len() - 1]).unwrap();
    assert_eq!(place.evidence(place.kept().to_str().unwrap()).status.code(), Some(2));
}

#[test]
fn two_checkpoints_of_one_history_are_no_evidence() {
    let mut place = Place::new();
    place.grow();
    let one = place.bureau.checkpoint();
    place.grow();
    let parse = |bytes: &[u8]| ledger::checkpoint::SignedCheckpoint::parse(bytes).unwrap();
    let (smaller, larger) = (parse(&one), parse(&place.bureau.checkpoint()));
    let policy = place.bureau.policy();
    let verified = larger.clone().verify(&policy).unwrap();
    let reader = ledger::reader::LogReader::open(place.bureau.files(), verified).unwrap();
    let size = smaller.unverified().size;
    let proof = reader.prove_consistency(size).unwrap().hashes().to_vec();
    let root = smaller.unverified().root;
    for link in [None, Some(verifier::monitor::Link { root, proof })] {
        let fork =
            verifier::monitor::Fork { smaller: smaller.clone(), larger: larger.clone(), link };
        let proof = verifier::monitor::Proof::Fork(fork);
        let log_key = policy.log_key().clone();
        let evidence = Evidence { log_key, found_at: place.bureau.now, proof };
        assert!(evidence.verify(&place.bureau.trust()).is_err());
    }
}

#[test]
fn a_log_that_goes_back_is_named() {
    let mut place = Place::new();
    place.grow();
    let old = place.bureau.checkpoint();
    let before = place.bureau.size().get();
    place.grow();
    let server = Server::of(&place.log());
    assert_found(&place.look(&server.url()), 0, "fine");
    server.instead("checkpoint", Instead::Bytes(old));
    let line = assert_found(&place.look(&server.url()), 1, "rolled_back");
    let says = format!("to size {before} of the same history");
    assert!(line["en"].as_str().unwrap().ends_with(&says), "{line}");
    assert_eq!(line["size"].as_u64(), Some(place.bureau.size().get()));
}

#[test]
fn a_signed_checkpoint_without_its_files_is_compared_when_the_log_is_at_hand() {
    // The log is read again at the size of the fork, and at a larger one.
    for grown in [3, 50] {
        let mut place = Place::new();
        place.grow();
        let server = Server::of(&place.log());
        assert_found(&place.look(&server.url()), 0, "fine");
        let forked_size = size(place.bureau.size().get() + 4);
        let forked = place.bureau.sign_checkpoint(forked_size, RootHash::from_bytes([7; 32]));
        server.instead("checkpoint", Instead::Bytes(forked));
        assert_found(&place.look(&server.url()), 1, "file");
        server.honest();
        assert_found(&place.look(&server.url()), 0, "fine");
        place.records(grown);
        assert_found(&place.look(&server.url()), 1, "split_view");
        assert_holds(&place, 0);
    }
}
