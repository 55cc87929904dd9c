#![expect(clippy::unwrap_used, reason = "tests may panic")]

use ledger::{
    checkpoint::{CheckpointPolicy, Quorum, SignCheckpointError},
    digest::RootHash,
};
use verifier::keys::failing_disk::{FailingDisk, Fails};
use zeroize::Zeroizing;

use super::*;
use crate::{random::Predictable, signing::Passphrase};

const ORIGIN: &str = "example.org/test-log";

fn origin() -> Origin {
    Origin::new(ORIGIN).unwrap()
}

fn key(path: &Path) -> SigningKeyFile {
    let passphrase = Passphrase::new(Zeroizing::new("secret".to_owned())).unwrap();
    SigningKeyFile::create(path, &passphrase, &mut Predictable::new("log signer tests")).unwrap()
}

/// A fresh key and a mark that says that nothing was signed.
fn fresh(directory: &Path) -> LogSigner {
    let file = key(&directory.join("log.key"));
    let mark = LogSigner::default_mark_path(file.path());
    Mark::nothing_signed().create(&mark, &log_key(&file, &origin()).unwrap()).unwrap();
    LogSigner::open(file, &origin(), &mark).unwrap()
}

/// The same key in another process, after this one has ended.
fn reopened(signer: LogSigner) -> LogSigner {
    let LogSigner { key, mark_path, _lock: lock, .. } = signer;
    drop(lock);
    LogSigner::open(key, &origin(), &mark_path).unwrap()
}

fn tree(size: u64, root: u8) -> Checkpoint {
    let size = TreeSize::new(size).unwrap();
    Checkpoint { origin: origin(), size, root: RootHash::from_bytes([root; 32]) }
}

#[test]
fn a_signed_checkpoint_verifies_under_the_vkey() {
    let directory = tempfile::tempdir().unwrap();
    let mut signer = fresh(directory.path());
    let signed = tree(7, 1).sign(&mut signer).unwrap();
    let policy = CheckpointPolicy::new(signer.key().clone(), Quorum::none()).unwrap();
    assert_eq!(signed.verify(&policy).unwrap().size().get(), 7);
}

#[test]
fn refuses_a_smaller_tree_and_another_root_also_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let mut signer = fresh(directory.path());
    signer.sign(&tree(7, 1)).unwrap();
    for _ in 0..2 {
        let behind = signer.sign(&tree(6, 1)).unwrap_err();
        assert!(matches!(behind, LogSignerError::Behind { size, .. } if size.get() == 6));
        let other = signer.sign(&tree(7, 2)).unwrap_err();
        assert!(
            matches!(other, LogSignerError::OtherRoot { mark } if mark == Mark::of(&tree(7, 1)))
        );
        signer = reopened(signer);
    }
}

#[test]
fn signs_the_same_tree_again_with_the_same_bytes() {
    let directory = tempfile::tempdir().unwrap();
    let mut signer = fresh(directory.path());
    let first = signer.sign(&tree(7, 1)).unwrap();
    assert_eq!(reopened(signer).sign(&tree(7, 1)).unwrap(), first);
}

#[test]
fn refuses_a_key_whose_mark_was_lost() {
    let directory = tempfile::tempdir().unwrap();
    let file = key(&directory.path().join("log.key"));
    let mark = LogSigner::default_mark_path(file.path());
    let refused = LogSigner::open(file, &origin(), &mark).unwrap_err();
    assert!(matches!(refused, OpenLogSignerError::MarkMissing { .. }));
}

#[test]
fn refuses_the_mark_of_another_key() {
    let directory = tempfile::tempdir().unwrap();
    let LogSigner { key, mark_path, .. } = fresh(directory.path());
    let other = Origin::new("example.org/other-log").unwrap();
    let refused = LogSigner::open(key, &other, &mark_path).unwrap_err();
    assert!(matches!(refused, OpenLogSignerError::Mark(MarkError::OtherKey { .. })));
}

#[test]
fn refuses_a_mark_with_any_byte_changed() {
    let directory = tempfile::tempdir().unwrap();
    let mut signer = fresh(directory.path());
    signer.sign(&tree(1234, 1)).unwrap();
    let good = std::fs::read(&signer.mark_path).unwrap();
    let size_and_root = good.len() - "1234\n".len() - 45;
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 0x80;
        std::fs::write(&signer.mark_path, &bad).unwrap();
        assert!(Mark::read(&signer.mark_path, signer.key()).is_err(), "byte {at}");
    }
    // A changed digit is another mark, and nothing here can tell; a leading zero is refused.
    let mut padded = good.clone();
    padded[size_and_root] = b'0';
    std::fs::write(&signer.mark_path, &padded).unwrap();
    let refused = Mark::read(&signer.mark_path, signer.key()).unwrap_err();
    assert!(matches!(refused, MarkError::Malformed { .. }));
}

#[test]
fn two_processes_cannot_hold_the_key_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let signer = fresh(directory.path());
    let again = key(&directory.path().join("the same key elsewhere"));
    let refused = LogSigner::open(again, &origin(), &signer.mark_path).unwrap_err();
    assert!(matches!(refused, OpenLogSignerError::Lock(LockError::InUse { .. })));
}

#[test]
fn refuses_a_checkpoint_of_another_log() {
    let directory = tempfile::tempdir().unwrap();
    let mut signer = fresh(directory.path());
    let found = Origin::new("example.org/other-log").unwrap();
    let other = Checkpoint { origin: found.clone(), ..tree(7, 1) };
    let refused = other.sign(&mut signer).unwrap_err();
    let SignCheckpointError::Signer(LogSignerError::OtherLog { found: named, .. }) = refused else {
        unreachable!("{refused}")
    };
    assert_eq!(named, found);
}

#[test]
fn a_failure_at_any_step_signs_nothing_and_stops_the_signer() {
    for at in 0..3 {
        for fails in [Fails::Undone, Fails::Done] {
            let directory = tempfile::tempdir().unwrap();
            let mut signer = fresh(directory.path());
            signer.sign(&tree(5, 1)).unwrap();
            signer.disk = Box::new(FailingDisk::after(at, fails));
            let failed = signer.sign(&tree(9, 2)).unwrap_err();
            assert!(matches!(failed, LogSignerError::NotDurable { .. }), "step {at}");
            let stopped = signer.sign(&tree(9, 2)).unwrap_err();
            assert!(matches!(stopped, LogSignerError::Stopped), "step {at}");
            assert_eq!(signer.mark(), None);
            let mut signer = reopened(signer);
            let mark = signer.mark().unwrap();
            assert!(mark == Mark::of(&tree(5, 1)) || mark == Mark::of(&tree(9, 2)), "step {at}");
            // Whichever it is, the batch that was under way can be carried on.
            signer.sign(&tree(9, 2)).unwrap();
            assert!(matches!(signer.sign(&tree(9, 3)), Err(LogSignerError::OtherRoot { .. })));
        }
    }
}
