//! `kill -9` in the middle of a renewal with a fresh key, and of an order to put things right. After
//! each, what was journalled is on record once, and else nothing; a renewal that is run again is there
//! once, under one key file.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{fs, path::Path, process::Command};

use issuer::actions::Action;
use ledger::entry::Entry;
use tests::{
    bureau::{Bureau, FIRST_COMMITTEE},
    clock::TestClock,
    kills::can_kill,
    lists::further_filing,
    programs::{issuer_in, run, with_two_keys},
    records::Records,
    scene::Scene,
    whole,
};

fn renew(dir: &Path, list: &Path, clock: &TestClock) -> Command {
    let words = ["authority", "renew", FIRST_COMMITTEE, "--new-key", "--json", "--committees"];
    let mut issuer = issuer_in(dir, clock, &[&words[..], &[list.to_str().unwrap()]].concat());
    with_two_keys(&mut issuer);
    issuer
}

fn rectify(dir: &Path, clock: &TestClock) -> Command {
    let mut issuer = issuer_in(dir, clock, &["authority", "rectify", FIRST_COMMITTEE, "--json"]);
    issuer.args(["--document", "渝州职改〔2026〕55号", "--decided-on", "2026-07-09"]);
    issuer.args(["--deadline", "2026-07-31", "--reasons", "程序不规范。"]);
    with_two_keys(&mut issuer);
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
    let list = bureau.beside("further.csv");
    fs::write(&list, further_filing()).unwrap();
    let before = authorities(&bureau.dir());
    let scene = Scene::of(&mut bureau);
    let dir = scene.dir();
    scene.survives(&renew(dir, &list, &bureau.clock), 12, |office, moment| {
        drop(office);
        let expected = if was_journalled(dir) { 1 } else { 0 };
        assert_eq!(authorities(dir), before + expected, "{moment:?}");
        whole::audit(dir);
        run(&mut renew(dir, &list, &bureau.clock)).expect_code(0);
        assert_eq!(authorities(dir), before + 1, "{moment:?}");
        assert_eq!(key_files(dir), ["YZ-05-01.2.key", "YZ-05-01.key"], "{moment:?}");
    });
}

#[test]
fn killed_while_it_orders_to_rectify_the_order_is_in_the_archive_once_or_not_at_all() {
    if !can_kill() {
        return;
    }
    let mut bureau = Bureau::new();
    let scene = Scene::of(&mut bureau);
    let dir = scene.dir();
    scene.survives(&rectify(dir, &bureau.clock), 12, |office, moment| {
        let expected = if was_journalled(dir) { 1 } else { 0 };
        assert_eq!(office.open_rectifications(FIRST_COMMITTEE).unwrap().len(), expected);
        let entries = Records::of(dir).entries().into_iter();
        let archived = entries.filter(|entry| matches!(entry, Entry::IntegrityRecord(_)));
        assert_eq!(archived.count(), expected, "{moment:?}");
    });
}
