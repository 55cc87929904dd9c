//! `kill -9` in the middle of a renewal with a fresh key, and of an order to put things right. After
//! each, what was journalled is on record once, and else nothing; a renewal that is run again is there
//! once, under one key file.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{fs, path::Path, process::Command};

use issuer::actions::Action;
use ledger::entry::Entry;
use tests::{
    bureau::{Bureau, EXAMPLE_KEYS, FIRST_COMMITTEE, open},
    files,
    kills::{can_kill, kill, moments},
    lists::further_filing,
    programs::{program, run},
    records::Records,
    whole,
};

fn renew(dir: &Path, list: &Path, now: &str) -> Command {
    let mut issuer = program("issuer");
    issuer.args(["authority", "renew", FIRST_COMMITTEE, "--new-key", "--json"]);
    issuer.args(["--allow-example-keys", "--now", now, "--committees"]).arg(list);
    issuer.args(["--proposer", &format!("{EXAMPLE_KEYS}/staff-1.key")]);
    issuer.args(["--approver", &format!("{EXAMPLE_KEYS}/staff-2.key")]);
    issuer.arg("--dir").arg(dir);
    issuer
}

fn rectify(dir: &Path, now: &str) -> Command {
    let mut issuer = program("issuer");
    issuer.args(["authority", "rectify", FIRST_COMMITTEE, "--json", "--allow-example-keys"]);
    issuer.args(["--document", "渝州职改〔2026〕55号", "--decided-on", "2026-07-09"]);
    issuer.args(["--deadline", "2026-07-31", "--reasons", "程序不规范。", "--now", now]);
    issuer.args(["--proposer", &format!("{EXAMPLE_KEYS}/staff-1.key")]);
    issuer.args(["--approver", &format!("{EXAMPLE_KEYS}/staff-2.key")]);
    issuer.arg("--dir").arg(dir);
    issuer
}

fn authorities(dir: &Path) -> usize {
    let entries = Records::of(dir).entries().into_iter();
    entries.filter(|entry| matches!(entry, Entry::Authority(_))).count()
}

fn was_journalled(dir: &Path) -> bool {
    let is_renewal = |action: &Action| matches!(action, Action::Authority(_));
    Records::of(dir).journal().iter().any(is_renewal)
}

fn key_files(dir: &Path) -> Vec<String> {
    let folder = fs::read_dir(dir.join("keys/committees")).unwrap();
    let names = folder.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name.starts_with(FIRST_COMMITTEE)).collect();
    names.sort();
    names
}

#[test]
fn killed_while_it_renews_the_filing_is_on_record_once_or_not_at_all() {
    if !can_kill() {
        return;
    }
    let mut bureau = Bureau::new();
    bureau.close();
    let (dir, stdout) = (bureau.beside("victim"), bureau.beside("stdout"));
    let list = bureau.beside("further.csv");
    fs::write(&list, further_filing()).unwrap();
    let command = renew(&dir, &list, &bureau.clock.text());
    let before = authorities(&bureau.dir());
    let mut changed = vec![dir.join("private/journal/records"), dir.join("keys/log.key.mark.new")];
    changed.extend((0..8).map(|n| dir.join(format!("private/staging/.incomplete-{n}"))));
    files::replace(&bureau.dir(), &dir);
    let mut moments = moments(&command, &changed, &stdout);
    moments.retain(|moment| {
        ["write", "fdatasync"].contains(&&*moment.call) || moment.call.starts_with("rename")
    });
    assert!(moments.len() >= 12, "{} moments", moments.len());

    for moment in moments {
        files::replace(&bureau.dir(), &dir);
        kill(&command, &moment, &stdout);
        drop(open(&dir, &bureau.clock).unwrap_or_else(|e| panic!("{moment:?}: {e}")));
        let expected = if was_journalled(&dir) { 1 } else { 0 };
        assert_eq!(authorities(&dir), before + expected, "{moment:?}");
        whole::audit(&dir);
        run(&mut renew(&dir, &list, &bureau.clock.text())).expect_code(0);
        assert_eq!(authorities(&dir), before + 1, "{moment:?}");
        assert_eq!(key_files(&dir), ["YZ-05-01.2.key", "YZ-05-01.key"], "{moment:?}");
        whole::audit(&dir);
    }
}

#[test]
fn killed_while_it_orders_to_rectify_the_order_is_in_the_archive_once_or_not_at_all() {
    if !can_kill() {
        return;
    }
    let mut bureau = Bureau::new();
    bureau.close();
    let (dir, stdout) = (bureau.beside("victim"), bureau.beside("stdout"));
    let command = rectify(&dir, &bureau.clock.text());
    let mut changed = vec![dir.join("private/journal/records"), dir.join("keys/log.key.mark.new")];
    changed.extend((0..8).map(|n| dir.join(format!("private/staging/.incomplete-{n}"))));
    files::replace(&bureau.dir(), &dir);
    let mut moments = moments(&command, &changed, &stdout);
    moments.retain(|moment| {
        ["write", "fdatasync"].contains(&&*moment.call) || moment.call.starts_with("rename")
    });
    assert!(moments.len() >= 12, "{} moments", moments.len());
    for moment in moments {
        files::replace(&bureau.dir(), &dir);
        kill(&command, &moment, &stdout);
        let office = open(&dir, &bureau.clock).unwrap_or_else(|e| panic!("{moment:?}: {e}"));
        let expected = if was_journalled(&dir) { 1 } else { 0 };
        assert_eq!(office.open_rectifications(FIRST_COMMITTEE).unwrap().len(), expected);
        drop(office);
        let entries = Records::of(&dir).entries().into_iter();
        let archived = entries.filter(|entry| matches!(entry, Entry::IntegrityRecord(_)));
        assert_eq!(archived.count(), expected, "{moment:?}");
        whole::audit(&dir);
    }
}
