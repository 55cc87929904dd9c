//! The real programs, as processes.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use issuer::office::Proposed;
use serde_json::Value;

use crate::{bureau::EXAMPLE_KEYS, clock::TestClock};

/// One of the project's programs: `issuer`, `ledger`, `verifier`.
///
/// Cargo builds the programs of another package only when it is told to, so they must be there.
pub fn program(name: &str) -> Command {
    let path = path(name);
    assert!(
        path.exists(),
        "{} is not built: run tests/run, or `cargo build --workspace --bins` first",
        path.display()
    );
    let mut command = Command::new(path);
    command.env_remove("TITLE_LEDGER_PASSPHRASE").env("LC_ALL", "C.UTF-8");
    command
}

/// `issuer` with these words, for a data directory made from the example keys.
pub fn issuer_in(dir: &Path, clock: &TestClock, words: &[&str]) -> Command {
    let mut issuer = program("issuer");
    issuer.args(words).args(["--allow-example-keys", "--now", &clock.text(), "--dir"]).arg(dir);
    issuer
}

/// Has the two registered members of staff sign, one after the other.
pub fn with_two_keys(issuer: &mut Command) -> &mut Command {
    issuer.args(["--proposer", &format!("{EXAMPLE_KEYS}/staff-1.key")]);
    issuer.args(["--approver", &format!("{EXAMPLE_KEYS}/staff-2.key")])
}

/// `issuer case approve` by the second member of staff.
pub fn approve_case(dir: &Path, clock: &TestClock, proposed: Proposed) -> Command {
    let (case, draft) = (proposed.case.to_string(), proposed.draft.to_string());
    let approver = format!("{EXAMPLE_KEYS}/staff-2.key");
    let words = ["case", "approve", &case, "--draft", &draft, "--approver", &approver];
    issuer_in(dir, clock, &words)
}

/// Where a program lies: beside the directory of the test's own executable.
fn path(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    profile.join(name)
}

/// How a program ended.
#[derive(Debug)]
pub struct Finished {
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// Data.
    pub stdout: String,
    /// Talk.
    pub stderr: String,
}

/// Runs a program to its end.
pub fn run(command: &mut Command) -> Finished {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Finished { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
}

impl Finished {
    /// Stops the test unless the program ended with this code.
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// Standard output as one JSON object.
    pub fn json(&self) -> Value {
        let [object] = &self.json_lines()[..] else { panic!("not one line: {}", self.stdout) };
        object.clone()
    }

    /// Standard output as one JSON object a line.
    pub fn json_lines(&self) -> Vec<Value> {
        let line = |line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        self.stdout.lines().map(line).collect()
    }
}
