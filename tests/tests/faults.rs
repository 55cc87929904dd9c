//! A disk that fails in the middle of an issuing batch: each write says that there is no space, each
//! sync and rename that there was an input/output error. The program says so and stops, and the next
//! one finds everything as after a crash.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::PathBuf;

use tests::{
    kills::{can_kill, fail},
    victim::Victim,
};

/// Has every writing call on one of these files fail, one in each run.
fn assert_survives(victim: &Victim, files: &[PathBuf], at_least: usize) {
    let mut moments = victim.scene.moments(&victim.issue(), files);
    moments.retain(|moment| !moment.call.starts_with("unlink") && moment.call != "openat");
    assert!(moments.len() >= at_least, "only {} moments", moments.len());
    for moment in &moments {
        let errno = if moment.call.contains("write") { "ENOSPC" } else { "EIO" };
        victim.scene.begin();
        let output = fail(&victim.issue(), moment, errno, victim.scene.stdout());
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{moment:?}: {said}");
        assert!(said.contains("not done") && !said.contains("panicked"), "{moment:?}: {said}");
        assert_eq!(victim.scene.said(), "", "{moment:?}");
        victim.check(moment);
    }
}

#[test]
fn the_disk_fails_while_the_batch_is_staged_and_committed() {
    if can_kill() {
        let victim = Victim::new();
        assert_survives(&victim, &victim.scene.temporary(0..4), 10);
    }
}

#[test]
fn the_disk_fails_while_the_batch_is_applied_and_published() {
    if can_kill() {
        let victim = Victim::new();
        assert_survives(&victim, &victim.scene.temporary(4..9), 12);
    }
}

#[test]
fn the_disk_fails_while_the_journal_and_the_mark_are_written() {
    if can_kill() {
        let victim = Victim::new();
        assert_survives(&victim, &victim.scene.journal_and_mark(), 8);
    }
}
