//! The program `ledger` on a small log in a directory: exit codes, what is said where, JSON.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use std::{fs, path::Path, process::Command};

use ledger::{status::Status, test_kit::Bureau};
use serde_json::Value;
use tempfile::TempDir;

struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }
}

fn ledger(dir: &Path, command: &str, more: &[&str]) -> Ran {
    let mut program = Command::new(env!("CARGO_BIN_EXE_ledger"));
    program.current_dir(dir).arg(command).args(["--log", "log"]).args(more);
    let output = program.output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn audit(dir: &Path, more: &[&str]) -> Ran {
    ledger(dir, "audit", &[&["--trust", "trust.toml"], more].concat())
}

/// Five authorities (0–4), an issuance at 6, its revocation at 8; heads at 5, 7 and 9.
fn log() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut bureau = Bureau::in_directory(dir.path());
    let issued = bureau.issue(Bureau::claims(1));
    bureau.decide(issued.index, Status::Revoked);
    fs::write(dir.path().join("trust.toml"), bureau.trust_toml()).unwrap();
    dir
}

#[test]
fn a_whole_log_ends_with_0_and_says_so_in_both_languages() {
    let dir = log();
    let ran = audit(dir.path(), &[]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.starts_with("完整：10 条记录"), "{}", ran.stdout);
    assert!(ran.stdout.contains("\nwhole: 10 entries as of 2026-03-20T"), "{}", ran.stdout);
    let json = audit(dir.path(), &["--json"]).json();
    assert_eq!(json["whole"], true);
    assert_eq!(json["size"], 10);
    assert_eq!(json["first_fault"], Value::Null);
    assert_eq!(json["exceptions"], 1);
    assert_eq!(json["private"], false);
}

#[test]
fn a_changed_byte_ends_with_1_and_names_the_file() {
    let dir = log();
    let path = dir.path().join("log/tile/entries/000.p/8");
    let mut bytes = fs::read(&path).unwrap();
    bytes[100] ^= 1;
    fs::write(&path, bytes).unwrap();
    let ran = audit(dir.path(), &[]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.starts_with("不完整：tile/entries/000.p/8："), "{}", ran.stdout);
    assert!(ran.stdout.contains("\nnot whole: tile/entries/000.p/8: "), "{}", ran.stdout);
    assert!(ran.stdout.contains("\n  next: keep this copy"), "{}", ran.stdout);
    let json = audit(dir.path(), &["--json"]).json();
    assert_eq!(json["whole"], false);
    assert_eq!(json["size"], 10);
    assert_eq!(json["first_fault"]["file"], "tile/entries/000.p/8");
    assert_eq!(json["first_fault"]["code"], "older_bundle");
}

#[test]
fn a_missing_private_record_names_its_bundle_and_index() {
    let dir = log();
    let key = "title-ledger-kek-v1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n";
    fs::write(dir.path().join("records.kek"), key).unwrap();
    // The kit writes no private records, so the first entry that must have one has none.
    let private = ["--private", "private", "--private-key", "records.kek", "--json"];
    let json = audit(dir.path(), &private).json();
    assert_eq!(json["first_fault"]["code"], "no_record");
    assert_eq!(json["first_fault"]["file"], "private/entries/000.p/10");
    assert_eq!(json["first_fault"]["index"], 6);
    assert_eq!(json["private"], true);
}

#[test]
fn what_cannot_be_read_ends_with_2_and_says_what_to_do() {
    let dir = log();
    fs::rename(dir.path().join("log"), dir.path().join("elsewhere")).unwrap();
    let ran = audit(dir.path(), &["--json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("  下一步："), "{}", ran.stderr);
    assert!(ran.stderr.contains("  next: check the directory"), "{}", ran.stderr);
    fs::create_dir(dir.path().join("log")).unwrap();
    assert_eq!(audit(dir.path(), &[]).code, 2);
    fs::write(dir.path().join("trust.toml"), "nonsense").unwrap();
    assert_eq!(audit(dir.path(), &[]).code, 2);
}

#[test]
fn wrong_usage_ends_with_64_and_help_with_0() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(ledger(dir.path(), "audit", &[]).code, 64);
    assert_eq!(ledger(dir.path(), "prove", &[]).code, 64);
    assert_eq!(audit(dir.path(), &["--private", "private"]).code, 64);
    assert_eq!(ledger(dir.path(), "audit", &["--help"]).code, 0);
}

#[test]
fn entries_heads_lists_and_files_are_shown() {
    let dir = log();
    let show = |what| {
        let ran = ledger(dir.path(), "inspect", &["--trust", "trust.toml", "--json", what]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{what}");
        ran
    };
    let checkpoint = show("checkpoint").json();
    assert_eq!((&checkpoint["size"], &checkpoint["verified"]), (&10.into(), &true.into()));
    let authority = show("1").json();
    assert_eq!((&authority["kind"], &authority["verified"]), (&"authority".into(), &true.into()));
    assert_eq!(show("6").json()["kind"], "issuance");
    assert_eq!(show("8").json()["status"], "revoked");
    assert_eq!(show("head").json()["index"], 9);
    assert_eq!(show("list").json()["index"], 6);
    assert_eq!(show("status/9").json()["event"], 8);
    assert_eq!(show("checkpoints/8").json()["size"], 8);
    assert_eq!(show("tile/0/000.p/10").stdout.lines().count(), 10);
    assert_eq!(show("tile/entries/000.p/10").stdout.lines().count(), 10);
}

#[test]
fn without_a_trust_file_what_is_shown_is_said_to_be_a_claim() {
    let dir = log();
    let ran = ledger(dir.path(), "inspect", &["8"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stderr.contains("no signature is checked"), "{}", ran.stderr);
    assert!(ran.stdout.starts_with("#8 状态变更 status_change\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("\n  status: revoked\n"), "{}", ran.stdout);
}

#[test]
fn an_entry_that_was_altered_is_not_shown_to_whoever_trusts_somebody() {
    let dir = log();
    let path = dir.path().join("log/tile/entries/000.p/10");
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&path, bytes).unwrap();
    let ran = ledger(dir.path(), "inspect", &["--trust", "trust.toml", "head"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("entry 9"), "{}", ran.stderr);
    assert_eq!(ledger(dir.path(), "inspect", &["nothing"]).code, 2);
    assert_eq!(ledger(dir.path(), "inspect", &["10"]).code, 2);
}

#[test]
fn example_keys_are_warned_of() {
    let keys = concat!(env!("CARGO_MANIFEST_DIR"), "/../keys-example/trust.toml");
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("log")).unwrap();
    let ran = ledger(dir.path(), "audit", &["--trust", keys]);
    assert!(ran.stderr.contains("example keys"), "{}", ran.stderr);
}
