//! One changed byte in any file of a log makes the audit fail and name that file; nothing changed in
//! a certificate is called valid by a stranger.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use ledger::audit::{AuditError, Whole};
use tests::{
    bureau::Bureau,
    files, lists,
    programs::{Finished, program, run},
    whole,
};

/// In files up to this length every byte is changed, in longer ones every [`STEP`]th.
const SMALL: usize = 512;
/// A prime: over the repetitions of records and hashes it comes to every position within them.
const STEP: usize = 23;

/// A closed bureau whose log has every kind of public file: authorities, issuances, a revocation with
/// its archive entry, heartbeats, kept checkpoints, lists.
fn bureau() -> Bureau {
    let mut bureau = Bureau::having_issued(5);
    let number = bureau.office().registry().certificate_numbers().unwrap().remove(1);
    bureau.revoke(&number);
    bureau.import(lists::synthetic(5, 2).as_bytes());
    bureau.issue();
    bureau.clock.advance_minutes(10);
    bureau.office().heartbeat().unwrap();
    bureau.audit();
    bureau.close();
    bureau
}

/// The file that an audit names, relative to `log/`, or beginning with `private/`.
fn named(outcome: Result<Whole, AuditError>) -> Option<String> {
    match outcome {
        Ok(_) => None,
        Err(AuditError::Fault { fault, .. }) => Some(fault.file),
        Err(AuditError::Unreadable(error)) => panic!("{error}"),
    }
}

/// Changes one bit in many bytes of a file, one at a time; after each the audit must name it.
fn flip(path: &Path, name: &str, audit: &dyn Fn() -> Result<Whole, AuditError>) -> usize {
    let good = fs::read(path).unwrap();
    let step = if good.len() <= SMALL { 1 } else { STEP };
    let last = good.len().saturating_sub(1);
    let places: Vec<usize> = (0..good.len()).step_by(step).chain([last]).collect();
    for at in &places {
        let mut bad = good.clone();
        bad[*at] ^= 1 << (at % 8);
        fs::write(path, bad).unwrap();
        assert_eq!(named(audit()).as_deref(), Some(name), "byte {at} of {}", good.len());
    }
    fs::write(path, good).unwrap();
    places.len()
}

fn audit(dir: &Path) -> Finished {
    let mut ledger = program("ledger");
    ledger.arg("audit").arg("--log").arg(dir.join("log"));
    run(ledger.arg("--trust").arg(dir.join("trust.toml")).arg("--json"))
}

/// What the program says is wrong first.
fn first_fault(dir: &Path) -> String {
    let line = audit(dir).expect_code(1).json_lines().remove(0);
    assert_eq!(line["whole"], false);
    line["first_fault"]["file"].as_str().unwrap().to_owned()
}

/// Each file below a directory with its name there.
fn named_files(root: &Path) -> Vec<(PathBuf, String)> {
    let name = |path: &PathBuf| path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
    files::all(root).into_iter().map(|path| (path.clone(), name(&path))).collect()
}

#[test]
fn a_changed_byte_of_any_public_file_is_found_and_the_file_named() {
    let bureau = bureau();
    let dir = bureau.dir();
    let public = named_files(&bureau.layout().log());
    for kind in ["checkpoint", "checkpoints/", "tile/0/", "tile/entries/", "status/"] {
        assert!(public.iter().any(|(_, name)| name.starts_with(kind)), "no {kind}");
    }
    let changes =
        public.iter().map(|(path, name)| flip(path, name, &|| whole::try_audit_public(&dir)));
    let changes: usize = changes.sum();
    assert!(changes > 1_000, "{changes} changes");
    bureau.audit();
}

#[test]
fn a_changed_byte_of_any_private_file_is_found_and_the_file_named() {
    let bureau = bureau();
    let dir = bureau.dir();
    let changes = named_files(&dir).into_iter().filter(|(_, name)| name.starts_with("private/"));
    let changes = changes.map(|(path, name)| flip(&path, &name, &|| whole::try_audit(&dir)));
    let changes: usize = changes.sum();
    assert!(changes > 500, "{changes} changes");
    bureau.audit();
}

#[test]
fn the_program_names_each_public_file_that_is_changed_cut_short_or_gone() {
    let bureau = bureau();
    let dir = bureau.dir();
    for (path, name) in named_files(&bureau.layout().log()) {
        let good = fs::read(&path).unwrap();
        let mut bad = good.clone();
        bad[good.len() / 2] ^= 0x10;
        fs::write(&path, bad).unwrap();
        assert_eq!(first_fault(&dir), name, "changed");
        fs::write(&path, &good[..good.len() - 1]).unwrap();
        assert_eq!(first_fault(&dir), name, "cut short");
        fs::remove_file(&path).unwrap();
        // An older partial file, or a list that is no longer kept, may be gone.
        let gone = audit(&dir);
        assert!(gone.code == Some(0) || first_fault(&dir) == name, "{name} gone");
        fs::write(&path, good).unwrap();
    }
    bureau.audit();
}

#[test]
fn a_file_that_does_not_belong_there_is_named() {
    let bureau = bureau();
    let stray = bureau.layout().log().join("tile/0/notes.txt");
    fs::write(&stray, b"x").unwrap();
    assert_eq!(first_fault(&bureau.dir()), "tile/0/notes.txt");
    fs::remove_file(stray).unwrap();
    bureau.audit();
}
