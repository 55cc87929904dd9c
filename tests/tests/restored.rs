//! Old copies that somebody put back, and a journal or a mark that is not the one of the log: refused
//! before anything is signed, with what is wrong (promise 2).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{fs, path::PathBuf};

use tests::{
    bureau::Bureau,
    files,
    programs::{program, run},
};

/// A closed bureau that went on after a copy of its directory was made.
fn gone_on() -> (Bureau, PathBuf) {
    let mut bureau = Bureau::having_issued(2);
    bureau.close();
    let old = bureau.beside("old");
    files::copy(&bureau.dir(), &old);
    bureau.reopen();
    bureau.import(tests::lists::synthetic(2, 3).as_bytes());
    bureau.issue();
    bureau.audit();
    bureau.close();
    (bureau, old)
}

/// What `issuer heartbeat` says where it refuses; nothing may have changed in the log.
fn refusal(bureau: &Bureau) -> String {
    let tree = |part: &str| -> Vec<(PathBuf, Vec<u8>)> {
        let all = files::all(&bureau.dir().join(part)).into_iter();
        all.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
    };
    let before = (tree("log"), tree("private"), tree("keys"));
    let mut issuer = program("issuer");
    issuer.args(["heartbeat", "--allow-example-keys", "--now", &bureau.clock.text(), "--dir"]);
    let said = run(issuer.arg(bureau.dir())).expect_code(2).stderr;
    assert!((tree("log"), tree("private"), tree("keys")) == before, "something was changed");
    said
}

/// Puts the old copy's file or directory back.
fn put_back(bureau: &Bureau, old: &std::path::Path, part: &str) {
    let (from, to) = (old.join(part), bureau.dir().join(part));
    if from.is_dir() {
        files::replace(&from, &to);
    } else {
        fs::copy(from, to).unwrap();
    }
}

#[test]
fn an_old_copy_of_log_and_private_part_is_refused_because_the_key_signed_more() {
    let (bureau, old) = gone_on();
    for part in ["log", "private", "registry"] {
        put_back(&bureau, &old, part);
    }
    let said = refusal(&bureau);
    assert!(said.contains("this directory is an old copy"), "{said}");
}

#[test]
fn an_old_private_part_under_a_newer_public_checkpoint_is_refused() {
    let (bureau, old) = gone_on();
    for part in ["private", "registry", "keys"] {
        put_back(&bureau, &old, part);
    }
    let said = refusal(&bureau);
    assert!(said.contains("checkpoint"), "{said}");
}

#[test]
fn an_old_public_log_is_refused_where_committed_files_are_gone() {
    let (bureau, old) = gone_on();
    put_back(&bureau, &old, "log");
    let said = refusal(&bureau);
    assert!(said.contains("tile/"), "{said}");
}

#[test]
fn an_old_journal_is_refused_because_a_head_anchors_more() {
    let (bureau, old) = gone_on();
    put_back(&bureau, &old, "private/journal/records");
    let said = refusal(&bureau);
    assert!(said.contains("journal"), "{said}");
}

#[test]
fn a_key_without_its_mark_signs_nothing() {
    let (bureau, _) = gone_on();
    fs::remove_file(bureau.dir().join("keys/log.key.mark")).unwrap();
    let said = refusal(&bureau);
    assert!(said.contains("log.key.mark"), "{said}");
}

#[test]
fn an_incomplete_last_line_beyond_the_anchor_is_dropped_and_everything_goes_on() {
    use std::io::Write as _;
    let (mut bureau, _) = gone_on();
    let path = bureau.dir().join("private/journal/records");
    let mut journal = fs::OpenOptions::new().append(true).open(path).unwrap();
    journal.write_all(&[0, 0, 0, 99, 1, 2, 3]).unwrap();
    drop(journal);
    bureau.reopen();
    bureau.import(tests::lists::synthetic(9, 1).as_bytes());
    assert_eq!(bureau.issue().len(), 1);
    bureau.audit();
}
