//! The registry can be thrown away by a command, and is taken for nobody else's. That it then gives the
//! same answers to every question is shown in `rebuilt.rs`.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    fs,
    sync::{Arc, Mutex},
};

use issuer::{
    office::Office,
    progress::{Folded, Folding, Listener},
};
use tests::{
    answers::{About, Answers},
    bureau::{Bureau, open_options, randomness},
    files, lists,
    programs::{program, run},
    records::Records,
};

const PERSONS: usize = 9;
const ISSUED: usize = 6;

#[test]
fn registry_rebuild_gives_the_same_answers() {
    let mut bureau = Bureau::having_issued(ISSUED);
    let numbers = bureau.office().registry().certificate_numbers().unwrap();
    bureau.revoke(&numbers[2]);
    bureau.import(lists::synthetic(ISSUED, PERSONS - ISSUED).as_bytes());
    let about = About { persons: PERSONS, numbers };
    let before = Answers::of(&mut bureau, &about);
    let of_persons = before.of_persons.iter();
    assert_eq!(of_persons.filter(|person| person.documents.len() == 1).count(), ISSUED);
    bureau.close();
    let mut issuer = program("issuer");
    issuer.args(["registry", "rebuild", "--allow-example-keys", "--now", &bureau.clock.text()]);
    run(issuer.arg("--dir").arg(bureau.dir())).expect_code(0);
    bureau.reopen();
    assert_eq!(Answers::of(&mut bureau, &about), before);
    assert_eq!(bureau.issue().len(), PERSONS - ISSUED);
    bureau.audit();
}

#[test]
fn a_registry_is_thrown_away_only_where_it_is_nobody_elses_now() {
    let bureau = Bureau::having_issued(1);
    let stranger = tempfile::tempdir().unwrap();
    let theirs = stranger.path().join("registry/of-something-else");
    fs::create_dir_all(theirs.parent().unwrap()).unwrap();
    fs::write(&theirs, "kept").unwrap();
    let ours = bureau.layout().registry().join("db");
    // The first is open here, the other one is no data directory.
    for (dir, code, file) in
        [(bureau.dir(), "in_use", &ours), (stranger.path().to_owned(), "not_there", &theirs)]
    {
        let mut issuer = program("issuer");
        issuer.args(["registry", "rebuild", "--allow-example-keys", "--dir"]);
        let finished = run(issuer.arg(dir)).expect_code(2);
        assert!(finished.stderr.contains(code), "{}", finished.stderr);
        assert!(file.exists(), "{code}");
    }
}

#[test]
fn whoever_rebuilds_is_told_of_every_line_and_bundle_up_to_the_last() {
    let mut bureau = Bureau::having_issued(ISSUED);
    bureau.close();
    fs::remove_dir_all(bureau.layout().registry()).unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let mut options = open_options();
    options.progress = Listener::new({
        let told = told.clone();
        move |folding: Folding| told.lock().unwrap().push(folding)
    });
    let clock = Arc::new(bureau.clock.clone());
    Office::open(&bureau.dir(), options, clock, Box::new(randomness("office"))).unwrap();
    let records = Records::of(&bureau.dir());
    let lines = records.journal_places().len() as u64 - 1;
    let entries = records.entries().len() as u64;
    let mut expected: Vec<Folding> =
        (1..=lines).map(|done| Folding { of: Folded::Journal, done, total: lines }).collect();
    expected.push(Folding { of: Folded::Log, done: entries, total: entries });
    assert_eq!(*told.lock().unwrap(), expected);
}

#[test]
fn the_registry_of_another_bureau_is_refused_with_what_to_do() {
    let mut other = Bureau::having_issued(3);
    other.close();
    let mut bureau = Bureau::having_issued(2);
    bureau.close();
    files::replace(&other.layout().registry(), &bureau.layout().registry());
    let mut issuer = program("issuer");
    issuer.args(["heartbeat", "--allow-example-keys", "--now", &bureau.clock.text(), "--dir"]);
    let finished = run(issuer.arg(bureau.dir())).expect_code(2);
    assert!(finished.stderr.contains("issuer registry rebuild"), "{}", finished.stderr);
    bureau.audit();
}
