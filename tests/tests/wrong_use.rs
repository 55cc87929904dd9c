//! What a person is told who uses a program wrongly or has a file in the wrong place: in Chinese first,
//! with a stable code and what it is about, then in English; the same from every program.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{fs, path::Path};

use tests::{
    bureau::Bureau,
    programs::{issuer_in, program, run},
};

fn chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c))
}

fn said(name: &str, words: &[&str], code: i32) -> String {
    run(program(name).args(words)).expect_code(code).stderr
}

#[test]
fn a_wrong_command_line_is_64_and_said_in_chinese_and_english_by_every_program() {
    let day = ["revoke", "CQ2026K7M2P9QAX", "--decided-on", "2026-13-01"];
    for (name, words, code, about) in [
        ("issuer", &["issue", "--nonsense"] as &[&str], "unknown_option", "--nonsense"),
        ("issuer", &day, "wrong_value", "[date_wrong]"),
        ("issuer", &["init", "--generation", "many"], "wrong_value", "[number_wrong]"),
        ("issuer", &["keys", "new", "authority", "a", "--role", "king"], "wrong_value", "decide"),
        ("issuer", &["isue"], "unknown_command", "issue"),
        ("issuer", &["staff"], "missing_command", "缺少命令"),
        ("verifier", &["check", "--nonsense"], "unknown_option", "--nonsense"),
        ("verifier", &["check", "x", "--as-of", "yesterday"], "wrong_value", "[date_wrong]"),
        ("verifier", &["check", "x", "--now", "noon"], "wrong_value", "[time_wrong]"),
        ("verifier", &["mirror"], "missing_argument", "--to"),
        ("ledger", &["audit", "--nonsense"], "unknown_option", "--nonsense"),
        ("ledger", &["audit", "--log", "."], "missing_argument", "--trust"),
        ("ledger", &["adit"], "unknown_command", "audit"),
    ] {
        let said = said(name, words, 64);
        let (first, rest) = said.split_once('\n').unwrap();
        assert!(first.starts_with(&format!("[usage_{code}] ")), "{name} {words:?}: {said}");
        assert!(first.contains(about) && chinese(first), "{name} {words:?}: {said}");
        assert!(rest.contains("--help"), "{name} {words:?}: {said}");
    }
}

#[test]
fn help_is_in_both_languages_in_every_program_also_what_clap_adds() {
    for (name, words) in [
        ("issuer", &["--help"] as &[&str]),
        ("issuer", &["keys", "new", "root", "--help"]),
        ("verifier", &["check", "-h"]),
        ("issuer", &["help", "keys", "new"]),
        ("verifier", &["help"]),
        ("ledger", &["audit", "--help"]),
    ] {
        let help = run(program(name).args(words)).expect_code(0).stdout;
        for part in ["用法 / Usage: ", "选项 / Options:", "显示说明 / Print help"] {
            assert!(help.contains(part), "{name} {words:?}: {part} is not in {help}");
        }
    }
    for name in ["issuer", "verifier", "ledger"] {
        let version = run(program(name).arg("--version")).expect_code(0).stdout;
        assert!(version.starts_with(name), "{version}");
    }
}

#[test]
fn a_file_that_is_not_there_is_named_with_its_cause_by_every_program() {
    let absent = "/nonexistent/trust.toml";
    for (name, words) in [
        ("ledger", &["audit", "--log", ".", "--trust", absent] as &[&str]),
        ("verifier", &["check", "x", "--log", ".", "--trust", absent]),
        ("issuer", &["keys", "show", absent]),
        ("issuer", &["import", absent, "--committees", absent, "--dry-run"]),
    ] {
        let said = said(name, words, 2);
        let first = said.lines().next().unwrap();
        assert!(first.contains(absent) && chinese(first), "{name}: {said}");
        assert!(first.contains("没有此文件或目录 [file_not_found]"), "{name}: {said}");
        assert!(said.contains("No such file or directory"), "{name}: {said}");
    }
}

#[test]
fn a_directory_or_a_key_that_is_not_there_is_said_before_a_passphrase_is_asked_for() {
    let heartbeat = said("issuer", &["heartbeat", "--dir", "/nonexistent"], 2);
    assert!(heartbeat.contains("[not_there] /nonexistent"), "{heartbeat}");
    let words = [
        "init",
        "--dir",
        "/nonexistent/a",
        "--keys",
        "/nonexistent",
        "--host",
        "https://a.example",
    ];
    let init = said("issuer", &words, 2);
    assert!(init.contains("/nonexistent/log.key") && init.contains("[file_not_found]"), "{init}");
}

#[test]
fn a_wrong_passphrase_and_a_file_that_is_no_key_are_told_apart() {
    let mut bureau = Bureau::new();
    bureau.close();
    let file = bureau.beside("passphrase");
    fs::write(&file, "another passphrase\n").unwrap();
    let with = |dir: &Path| {
        let mut issuer = issuer_in(dir, &bureau.clock, &["heartbeat"]);
        issuer.arg("--passphrase-file").arg(&file);
        run(&mut issuer).expect_code(2).stderr
    };
    let said = with(&bureau.dir());
    assert!(said.contains("[wrong_passphrase]") && said.contains("[key_not_opened]"), "{said}");
    fs::write(bureau.dir().join("keys/log.key"), "no key").unwrap();
    let said = with(&bureau.dir());
    assert!(said.contains("不是加密的私钥文件（PEM） [not_encrypted_pem]"), "{said}");
}

#[test]
fn a_directory_that_another_process_holds_is_said_to_be_in_use() {
    let bureau = Bureau::new();
    let said = run(&mut issuer_in(&bureau.dir(), &bureau.clock, &["heartbeat"])).expect_code(2);
    assert!(said.stderr.contains("正由另一进程使用 [in_use]"), "{}", said.stderr);
}

#[test]
fn example_keys_that_nobody_allowed_are_said_to_be_such() {
    let mut bureau = Bureau::new();
    bureau.close();
    let said = said("issuer", &["heartbeat", "--dir", bureau.dir().to_str().unwrap()], 2);
    assert!(said.contains("这是人人皆知的示例密钥") && said.contains("[example_key]"), "{said}");
}
