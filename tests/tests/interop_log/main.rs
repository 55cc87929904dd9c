//! The public log under programs that were not written here: Go's checksum database packages and a
//! Python reader of C2SP logs check everything over HTTP, and nginx serves the same files.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod nginx;
mod published;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use tests::{
    files,
    peers::{peer, python_with, skip},
    programs::{Finished, run},
    server::Server,
};

use self::published::Published;

const CHECKERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/interop");

/// Where Debian's golang-golang-x-mod-dev puts the packages.
const GOPATH: &str = "/usr/share/gocode";

/// One log for all tests of this file: none of them changes it.
fn thousand() -> &'static Published {
    static LOG: OnceLock<Published> = OnceLock::new();
    LOG.get_or_init(Published::thousand)
}

/// The Go checker, built once.
fn go_checker() -> Option<Command> {
    static BUILT: OnceLock<Option<(tempfile::TempDir, PathBuf)>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let mut go = peer("go")?;
        if !Path::new(GOPATH).join("src/golang.org/x/mod/sumdb/tlog").is_dir() {
            return skip("golang-golang-x-mod-dev");
        }
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("check");
        go.env("GO111MODULE", "off").env("GOPATH", GOPATH).env_remove("GOFLAGS");
        go.current_dir(CHECKERS).args(["build", "-o"]).arg(&program).arg("check.go");
        run(&mut go).expect_code(0);
        Some((folder, program))
    });
    built.as_ref().map(|(_, program)| Command::new(program))
}

/// The Python checker.
fn python_checker() -> Option<Command> {
    let mut python = python_with("aics_tlog")?;
    python.arg(Path::new(CHECKERS).join("check.py"));
    Some(python)
}

fn check(mut checker: Command, url: &str, vkey: &str, seen: &Path) -> Finished {
    run(checker.arg(format!("{url}/log")).arg(vkey).arg(seen))
}

/// Everything holds, served by `verifier serve`.
fn accepts_all(checker: Command) {
    let log = thousand();
    let server = Server::verifier(&log.log(), &log.trust());
    let said = check(checker, &server.url().unwrap(), log.vkey(), &log.seen());
    assert_eq!(said.expect_code(0).stdout, log.all_proofs());
}

#[test]
fn gos_tlog_accepts_every_published_size_with_all_proofs() {
    if let Some(checker) = go_checker() {
        accepts_all(checker);
    }
}

#[test]
fn aics_tlog_accepts_every_published_size_with_all_proofs() {
    if let Some(checker) = python_checker() {
        accepts_all(checker);
    }
}

/// What a checker says of a log of which one byte of one file was changed.
fn said_of_forged(checker: Command, log: &Published, file: &str) -> Finished {
    let forged = tempfile::tempdir().unwrap();
    files::copy(&log.log(), &forged.path().join("log"));
    let path = forged.path().join("log").join(file);
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.len() - 9;
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
    let server = Server::verifier(&forged.path().join("log"), &log.trust());
    check(checker, &server.url().unwrap(), log.vkey(), &log.seen())
}

/// A checker that accepts everything would be of no use: it must look at every kind of file, full and
/// partial, the newest and the oldest.
fn refuses_forged(checker: fn() -> Option<Command>) {
    let log = Published::short();
    for file in [
        "checkpoint",
        "tile/0/000",
        "tile/0/002.p/8",
        "tile/0/000.p/16",
        "tile/1/000.p/1",
        "tile/1/000.p/2",
        "tile/entries/001",
        "tile/entries/000.p/6",
    ] {
        let Some(checker) = checker() else { return };
        let said = said_of_forged(checker, &log, file);
        assert_eq!(said.code, Some(1), "{file}: {} {}", said.stdout, said.stderr);
        assert!(said.stderr.starts_with("check: "), "{file}: {}", said.stderr);
    }
    // As it is, it is accepted.
    let Some(checker) = checker() else { return };
    let server = Server::verifier(&log.log(), &log.trust());
    let said = check(checker, &server.url().unwrap(), log.vkey(), &log.seen());
    assert_eq!(said.expect_code(0).stdout, log.all_proofs());
}

#[test]
fn gos_tlog_refuses_a_changed_byte_in_any_kind_of_file() {
    refuses_forged(go_checker);
}

#[test]
fn aics_tlog_refuses_a_changed_byte_in_any_kind_of_file() {
    refuses_forged(python_checker);
}

/// A checkpoint of another history with the same key: both views cannot be of one log.
fn refuses_another_history(checker: Command) {
    let (log, other) = (Published::short(), Published::other_history());
    let seen = tempfile::tempdir().unwrap();
    files::copy(&log.seen(), seen.path());
    fs::copy(other.seen().join("16"), seen.path().join("16")).unwrap();
    let server = Server::verifier(&log.log(), &log.trust());
    let said = check(checker, &server.url().unwrap(), log.vkey(), seen.path());
    assert_eq!(said.code, Some(1), "{}", said.stdout);
    assert!(said.stderr.starts_with("check: "), "{}", said.stderr);
}

#[test]
fn gos_tlog_refuses_a_checkpoint_of_another_history() {
    if let Some(checker) = go_checker() {
        refuses_another_history(checker);
    }
}

#[test]
fn aics_tlog_refuses_a_checkpoint_of_another_history() {
    if let Some(checker) = python_checker() {
        refuses_another_history(checker);
    }
}
