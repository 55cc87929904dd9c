//! `kill -9` in the middle of an issuing batch, at every call that changes a file of the batch: the
//! journal, the staging file, the key's mark, the lock, tiles, records, keyring, checkpoints, the
//! registry, and the acknowledgement itself. After each, everything acknowledged is on record once,
//! and running again issues the rest exactly once.

use std::path::PathBuf;

use tests::{
    kills::can_kill,
    victim::{BATCH, Victim},
};

/// Kills at every moment at which issuing changes one of these files, and checks what is left.
fn assert_survives(victim: &Victim, files: &[PathBuf], at_least: usize) {
    let moments = victim.scene.moments(&victim.issue(), files);
    assert!(moments.len() >= at_least, "only {} moments", moments.len());
    victim.scene.kill_at(&victim.issue(), &moments, |moment| victim.check(moment));
}

#[test]
fn killed_while_the_batch_is_staged_and_committed() {
    if can_kill() {
        let victim = Victim::new();
        assert_survives(&victim, &victim.scene.temporary(0..4), 16);
    }
}

#[test]
fn killed_while_the_batch_is_applied_and_published() {
    if can_kill() {
        let victim = Victim::new();
        assert_survives(&victim, &victim.scene.temporary(4..9), 20);
    }
}

#[test]
fn killed_while_the_journal_and_the_mark_are_written() {
    if can_kill() {
        let victim = Victim::new();
        assert_survives(&victim, &victim.scene.journal_and_mark(), 12);
    }
}

#[test]
fn killed_while_the_registry_is_written() {
    if can_kill() {
        let victim = Victim::new();
        victim.scene.kill_in_registry(&victim.issue(), 4, |moment| victim.check(moment));
    }
}

#[test]
fn killed_while_it_acknowledges() {
    if can_kill() {
        let victim = Victim::new();
        assert_survives(&victim, &[victim.scene.stdout().to_owned()], BATCH);
    }
}
