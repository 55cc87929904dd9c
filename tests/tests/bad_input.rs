//! Bad input gets a clear error that names it, and loses nothing else (promise 8): through
//! the programs, with the exit codes that scripts rely on, and never a panic.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use tests::{
    bureau::{Bureau, EXAMPLE_KEYS},
    files, lists,
    programs::{Finished, program, run},
};

/// A closed bureau with one printed certificate: PDF, PNG, receipt.
struct Printed {
    bureau: Bureau,
    files: [PathBuf; 3],
}

impl Printed {
    fn new() -> Self {
        let mut bureau = Bureau::having_issued(1);
        let now = verifier::clock::Clock::now(&bureau.clock);
        let number = bureau.office().registry().certificate_numbers().unwrap().remove(0);
        let index = bureau.office().registry().by_number(&number).unwrap()[0];
        let printed = bureau.office().printer().unwrap().print(index, now).unwrap();
        let files =
            [("a.pdf", printed.pdf), ("a.png", printed.png), ("a.receipt", printed.receipt)];
        let files = files.map(|(name, bytes)| write(&bureau, name, &bytes));
        bureau.close();
        Self { bureau, files }
    }

    fn check(&self, inputs: &[PathBuf]) -> Finished {
        let layout = self.bureau.layout();
        let mut verifier = program("verifier");
        verifier.arg("check").args(inputs).args(["--json", "--now", &self.bureau.clock.text()]);
        let finished =
            run(verifier.arg("--log").arg(layout.log()).arg("--trust").arg(layout.trust()));
        assert!(!finished.stderr.contains("panicked"), "{}", finished.stderr);
        finished
    }
}

fn write(bureau: &Bureau, name: &str, bytes: &[u8]) -> PathBuf {
    let path = bureau.beside(name);
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn what_is_no_certificate_is_named_and_the_others_are_checked() {
    let printed = Printed::new();
    let write = |name: &str, bytes: &[u8]| write(&printed.bureau, name, bytes);
    let mut inputs = vec![
        write("empty", b""),
        write("text.txt", "你好".as_bytes()),
        write("not.pdf", b"%PDF-1.7\n%%EOF\n"),
        write("not.png", b"\x89PNG\r\n\x1a\n"),
        write("not.receipt", &[0x86; 64]),
        write("link.txt", b"https://verify.example.org/v#123"),
        printed.bureau.beside("absent.pdf"),
        printed.bureau.dir(),
    ];
    let bad = inputs.len();
    inputs.extend(printed.files.iter().cloned());
    let checked = printed.check(&inputs).expect_code(2);
    let lines = checked.json_lines();
    assert_eq!(lines.len(), inputs.len());
    for (line, input) in lines.iter().zip(&inputs) {
        assert_eq!(line["input"], input.to_str().unwrap());
    }
    for line in &lines[..bad] {
        assert_eq!(line["verdict"], "cannot_determine");
        assert!(line["error"].is_string() && line["reason_en"].is_string(), "{line}");
    }
    assert!(lines[bad..].iter().all(|line| line["verdict"] == "valid"));
    printed.bureau.audit();
}

#[test]
fn a_damaged_file_never_ends_a_run() {
    let printed = Printed::new();
    let mut inputs = Vec::new();
    for path in &printed.files {
        let good = fs::read(path).unwrap();
        for (number, at) in (0..good.len()).step_by(good.len() / 12).enumerate() {
            let name = path.file_name().unwrap().to_str().unwrap();
            let mut changed = good.clone();
            changed[at] ^= 0xFF;
            inputs.push(write(&printed.bureau, &format!("changed-{number}-{name}"), &changed));
            inputs.push(write(&printed.bureau, &format!("cut-{number}-{name}"), &good[..at]));
        }
    }
    let checked = printed.check(&inputs);
    assert!(matches!(checked.code, Some(1 | 2)), "{:?}", checked.code);
    assert_eq!(checked.json_lines().len(), inputs.len());
    printed.bureau.audit();
}

#[test]
fn a_trust_file_that_is_none_is_named() {
    let printed = Printed::new();
    let trust = write(&printed.bureau, "trust-broken.toml", b"[[log]]\nvkey = \"x\"\n");
    for (name, verb) in [("verifier", "check"), ("ledger", "audit")] {
        let mut command = program(name);
        command.arg(verb).arg("--log").arg(printed.bureau.layout().log());
        command.arg("--trust").arg(&trust);
        if name == "verifier" {
            command.arg(&printed.files[0]);
        }
        let said = run(&mut command).expect_code(2).stderr;
        assert!(said.contains("trust-broken.toml"), "{said}");
    }
    printed.bureau.audit();
}

#[test]
fn wrong_usage_ends_with_64_everywhere() {
    for (name, arguments) in [
        ("issuer", &["issue"][..]),
        ("issuer", &["heartbeat", "--dir", "x", "--now", "2026-01-01"]),
        ("issuer", &["revoke", "--dir", "x"]),
        ("verifier", &["check"]),
        ("verifier", &["check", "x", "--log", "y", "--trust", "z", "--as-of", "yesterday"]),
        ("ledger", &["audit"]),
        ("ledger", &["audit", "--log", "x", "--trust", "y", "--private", "z"]),
    ] {
        let finished = run(program(name).args(arguments)).expect_code(64);
        assert_eq!(finished.stdout, "");
        assert!(!finished.stderr.is_empty(), "{name} {arguments:?}");
    }
}

/// `issuer` on a directory, as the demo's staff would.
fn issuer(dir: &Path, now: &str, arguments: &[&str]) -> Finished {
    let mut issuer = program("issuer");
    issuer.args(arguments).args(["--allow-example-keys", "--now", now, "--dir"]).arg(dir);
    run(&mut issuer)
}

#[test]
fn a_list_with_broken_rows_loses_no_other_row_and_is_put_right_by_importing_it_again() {
    let mut bureau = Bureau::new();
    bureau.close();
    let (dir, now) = (bureau.dir(), bureau.clock.text());
    let committees = write(&bureau, "committees.csv", lists::DEMO_COMMITTEES);
    let committees = committees.to_str().unwrap();
    let good = lists::synthetic(0, 6);
    let broken = good.replace(&lists::identity_number(2), "12345").replace("4,", "4,\u{1}");
    let import = |bytes: &[u8], code: i32| {
        let list = write(&bureau, "list.csv", bytes);
        let list = list.to_str().unwrap();
        issuer(&dir, &now, &["import", list, "--committees", committees, "--json"])
            .expect_code(code)
            .json_lines()
    };
    let refused = |lines: &[serde_json::Value]| {
        lines.iter().filter(|line| line["verdict"] == "refused").count()
    };
    let first = import(broken.as_bytes(), 1);
    let lost = refused(&first);
    assert!((1..6).contains(&lost) && first.len() == 6, "{first:?}");
    assert_eq!(refused(&import(good.as_bytes(), 0)), 0);
    let [a, b] = [1, 2].map(|n| format!("{EXAMPLE_KEYS}/staff-{n}.key"));
    let issued = issuer(&dir, &now, &["issue", "--json", "--proposer", &a, "--approver", &b]);
    assert_eq!(issued.expect_code(0).json_lines().len(), 6);
    bureau.audit();
}

#[test]
fn unknown_and_malformed_numbers_are_refused_and_change_nothing() {
    let mut bureau = Bureau::having_issued(1);
    bureau.close();
    let before = bureau.audit();
    let [a, b] = [1, 2].map(|n| format!("{EXAMPLE_KEYS}/staff-{n}.key"));
    let order =
        ["--document", "渝州职改〔2026〕1号", "--decided-on", "2026-07-09", "--reasons", "x"];
    let two = ["--proposer", &a, "--approver", &b];
    for (number, code) in [("CQ2026AAAAAAAAA", 2), ("no number", 64), ("", 64)] {
        let revoke = [&["revoke", number], &order[..], &two].concat();
        let finished = issuer(&bureau.dir(), &bureau.clock.text(), &revoke);
        assert_eq!(finished.code, Some(code), "{number:?}: {}", finished.stderr);
        assert!(!finished.stderr.contains("panicked"), "{}", finished.stderr);
    }
    assert_eq!(bureau.audit(), before);
    assert!(files::all(&bureau.dir().join("private/staging")).is_empty());
}
