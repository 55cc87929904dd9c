//! `kill -9` while a data directory is made. Once the directory counts as an issuer's, making it again
//! finishes it; a finished one is left as it is.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{path::Path, process::Command};

use tests::{
    bureau::EXAMPLE_KEYS,
    files,
    kills::{Moment, can_kill, kill, moments},
    programs::{program, run},
    records::Records,
    whole,
};

const NOW: &str = "2026-07-10";

fn init(dir: &Path, host: &str) -> Command {
    let mut issuer = program("issuer");
    issuer.args(["init", "--keys", EXAMPLE_KEYS, "--host", host]);
    issuer.args(["--allow-example-keys", "--now", NOW, "--dir"]).arg(dir);
    issuer
}

const HOST: &str = "https://verify.example.org";

#[test]
fn a_directory_whose_making_was_killed_is_finished_by_making_it_again() {
    if !can_kill() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (dir, stdout) = (folder.path().join("data"), folder.path().join("stdout"));
    let command = init(&dir, HOST);
    let mut changed = vec![dir.join("private/journal/records")];
    changed.extend((0..7).map(|n| dir.join(format!("private/staging/.incomplete-{n}"))));
    let mut moments = moments(&command, &changed, &stdout);
    let expected = Records::of(&dir).entries();
    moments.retain(|moment| moment.call == "write" || moment.call.starts_with("rename"));
    assert!(moments.len() >= 10, "{} moments", moments.len());

    for moment in moments {
        std::fs::remove_dir_all(&dir).unwrap();
        kill(&command, &moment, &stdout);
        let finished = run(&mut init(&dir, HOST));
        // Killed after its last step, it was finished already.
        let was_finished = finished.stderr.contains("stands here already");
        assert!(finished.code == Some(0) || was_finished, "{moment:?}: {}", finished.stderr);
        let journal = Records::of(&dir).journal();
        assert_eq!(journal.len(), 2, "{moment:?}: two members of staff");
        let entries = Records::of(&dir).entries();
        assert_eq!(entries[..4], expected[..4], "{moment:?}: the bureau's own authorities");
        whole::audit(&dir);
    }
}

#[test]
fn a_finished_directory_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("data");
    run(&mut init(&dir, HOST)).expect_code(0);
    let before = whole::audit(&dir);
    let checkpoint = std::fs::read(dir.join("log/checkpoint")).unwrap();
    for host in [HOST, "https://elsewhere.example.org"] {
        let refused = run(&mut init(&dir, host)).expect_code(2);
        assert!(refused.stderr.contains("stands here already"), "{}", refused.stderr);
    }
    assert_eq!(std::fs::read(dir.join("log/checkpoint")).unwrap(), checkpoint);
    assert!(files::contains(&std::fs::read(dir.join("issuer.toml")).unwrap(), HOST.as_bytes()));
    assert_eq!(whole::audit(&dir), before);
}

#[test]
fn a_demo_that_was_killed_while_it_made_its_directory_can_be_run_again() {
    if !can_kill() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (dir, stdout) = (folder.path().join("data"), folder.path().join("stdout"));
    let demo = || {
        let mut issuer = program("issuer");
        issuer.args(["demo", "--once", "--dir"]).arg(&dir);
        issuer
    };
    // Before a key is copied; before the first batch is staged; before the staff's keys are moved.
    for (file, call) in [
        ("keys/log.key", "openat"),
        ("private/staging/.incomplete-1", "rename"),
        ("keys-made/staff-2.key", "rename"),
    ] {
        let moment = Moment { file: dir.join(file), call: call.to_owned(), when: 1 };
        kill(&demo(), &moment, &stdout);
        assert!(!dir.join("log/checkpoints").exists(), "nothing was issued yet");
    }
    run(&mut demo()).expect_code(0);
    assert!(!dir.join("keys-made").exists());
    whole::audit(&dir);
}
