//! What the README tells people to type works, and every command and option that it names exists.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::process::Command;

use tests::{
    programs::{program, run},
    whole,
};

const README: &str = include_str!("../../README.md");
const PROGRAMS: [&str; 3] = ["issuer", "verifier", "ledger"];

/// The lines of commands under a heading, up to the next one.
fn commands_under(heading: &str) -> Vec<&'static str> {
    let (_, section) = README.split_once(&format!("\n{heading}\n")).unwrap();
    let section = section.split("\n#").next().unwrap();
    section.lines().filter_map(|line| line.strip_prefix("    ")).collect()
}

/// A command line of the README with the programs that were built for the tests.
fn shell(line: &str) -> Command {
    let mut built = line.to_owned();
    for name in PROGRAMS {
        let path = program(name).get_program().to_str().unwrap().to_owned();
        built = built.replace(&format!("target/release/{name}"), &path);
    }
    assert!(!built.contains("target/release"), "{built}");
    let mut shell = Command::new("sh");
    shell.args(["-c", &built]);
    shell
}

#[test]
fn the_commands_to_try_it_do_what_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut commands = commands_under("## Try it").into_iter();
    assert_eq!(commands.next(), Some("cargo build --release --workspace"));
    // The demo succeeds, the check finds the revoked certificate, the audit is clean.
    for (line, code) in commands.by_ref().zip([0, 1, 0]) {
        run(shell(line).current_dir(folder.path())).expect_code(code);
    }
    assert_eq!(commands.next(), None, "a command that this test does not know");
    for left in ["log", "private", "registry", "keys", "trust.toml", "out/report.json"] {
        assert!(folder.path().join("demo-out").join(left).exists(), "{left}");
    }
    whole::audit(&folder.path().join("demo-out"));
    // The copy passes an audit too, and answers as the log does.
    let watch = commands_under("## Watch the log");
    assert_eq!(watch.len(), 2, "a command that this test does not know");
    for line in watch {
        run(shell(line).current_dir(folder.path())).expect_code(0);
    }
    let of_copy = |line: &str| {
        let line = line.replace("--log demo-out/log", "--log demo-out/copy/log");
        run(shell(&line).current_dir(folder.path()))
    };
    let tried = commands_under("## Try it");
    for (line, code) in tried.into_iter().skip(2).zip([1, 0]) {
        of_copy(line).expect_code(code);
    }
}

/// Every `code span` of the README that begins with one of the programs and goes on; one that names
/// several verbs (`a\|b`) once for each.
fn spans() -> Vec<String> {
    let spans = README.split('`').skip(1).step_by(2);
    let spans = spans.filter(|span| {
        let mut words = span.split(' ');
        words.next().is_some_and(|first| PROGRAMS.contains(&first)) && words.next().is_some()
    });
    spans.flat_map(each_verb).collect()
}

fn each_verb(span: &str) -> Vec<String> {
    let is_verbs = |word: &&str| word.contains("\\|") && !word.contains(char::is_uppercase);
    let Some(verbs) = span.split(' ').find(is_verbs) else { return vec![span.to_owned()] };
    verbs.split("\\|").map(|verb| span.replace(verbs, verb)).collect()
}

/// The program and its subcommands, and the options that are named with them.
fn named(span: &str) -> (Vec<&str>, Vec<&str>) {
    let is_verb = |word: &&str| {
        !word.starts_with('-') && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    };
    let verbs: Vec<&str> = span.split(' ').take_while(is_verb).collect();
    let is_option = |word: &&str| word.starts_with("--");
    (verbs, span.split([' ', '[', ']']).filter(is_option).collect())
}

#[test]
fn every_command_and_option_that_is_named_exists() {
    let spans = spans();
    assert!(spans.len() >= 15, "{spans:?}");
    for span in spans {
        let (verbs, options) = named(&span);
        let mut help = program(verbs[0]);
        let said = run(help.args(&verbs[1..]).arg("--help")).expect_code(0).stdout;
        for option in options {
            assert!(said.contains(option), "{span}: there is no {option}");
        }
    }
}
