//! `kill -9` in the middle of an issuing batch, at every call that changes a file of the batch: the
//! journal, the staging file, the key's mark, the lock, tiles, records, keyring, checkpoints, the
//! registry, and the acknowledgement itself. After each, everything acknowledged is on record once,
//! and running again issues the rest exactly once.

use std::path::PathBuf;

use tests::{
    kills::{can_kill, kill, kill_if_it_comes, moments},
    victim::{BATCH, Victim},
};

/// Kills at every moment at which issuing changes one of these files, each time from the same state,
/// and checks what is left.
fn assert_survives(victim: &Victim, files: &[PathBuf], at_least: usize) {
    victim.begin();
    let moments = moments(&victim.issue(), files, &victim.stdout());
    assert!(moments.len() >= at_least, "only {} moments", moments.len());
    for moment in &moments {
        victim.begin();
        kill(&victim.issue(), moment, &victim.stdout());
        victim.check(moment);
    }
}

#[test]
fn killed_while_the_batch_is_staged_and_committed() {
    if can_kill() {
        let victim = Victim::new();
        assert_survives(&victim, &victim.temporary(0..4), 16);
    }
}

#[test]
fn killed_while_the_batch_is_applied_and_published() {
    if can_kill() {
        let victim = Victim::new();
        assert_survives(&victim, &victim.temporary(4..9), 20);
    }
}

#[test]
fn killed_while_the_journal_and_the_mark_are_written() {
    if can_kill() {
        let victim = Victim::new();
        assert_survives(&victim, &victim.journal_and_mark(), 12);
    }
}

#[test]
fn killed_while_the_registry_is_written() {
    if can_kill() {
        let victim = Victim::new();
        victim.begin();
        let moments =
            moments(&victim.issue(), &[victim.dir().join("registry/db")], &victim.stdout());
        assert!(moments.len() >= 4, "only {} moments", moments.len());
        for moment in &moments {
            victim.begin();
            let killed = kill_if_it_comes(&victim.issue(), moment, &victim.stdout());
            // sled's threads share the writes differently from run to run, and a thread's second
            // one may be another's first. The first of each call comes in every run.
            assert!(killed || moment.when > 1, "{moment:?} did not come");
            victim.check(moment);
        }
    }
}

#[test]
fn killed_while_it_acknowledges() {
    if can_kill() {
        let victim = Victim::new();
        assert_survives(&victim, &[victim.stdout()], BATCH);
    }
}
