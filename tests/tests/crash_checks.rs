//! `kill -9` in the middle of a recheck and of a spot check. After each, what was acknowledged is on
//! record once, a registry made again answers the same, and running again completes it.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{cell::RefCell, collections::BTreeSet, fs, path::Path, process::Command};

use issuer::{
    actions::{Action, RecheckAction},
    archive::supervision::SupervisionKind,
    office::{IssueOptions, Layout, Office, RecheckOrder, RecheckSubject},
    recheck::RecheckId,
    registry::RecheckRow,
    sample::PopulationFile,
};
use ledger::position::LeafIndex;
use tests::{
    bureau::Bureau,
    clock::TestClock,
    kills::{Moment, can_kill},
    lists::{DEMO_COMMITTEES, holder_name, identity_number, synthetic},
    programs::{issuer_in, run, with_two_keys},
    records::Records,
    scene::Scene,
    watched::{WITNESS, Watched},
};

/// The synthetic person of the committee YZ-05-01 who is not on the first list, and so did not pass.
const FAILED: usize = 3;
const APPLICATION: &str = "2026-05-0017";

/// `recheck open` for somebody who did not pass.
fn open(dir: &Path, clock: &TestClock) -> Command {
    let mut issuer = issuer_in(dir, clock, &["recheck", "open", "--json"]);
    issuer.args(["--result", APPLICATION, "--committee", "YZ-05-01"]);
    issuer.args(["--name", &holder_name(FAILED), "--identifier", &identity_number(FAILED)]);
    issuer.args(["--published-on", "2026-03-02", "--applied-on", "2026-05-06"]);
    issuer.args(["--grounds", "论文未计入"]);
    issuer
}

/// The same through the library.
fn opened(bureau: &mut Bureau) -> RecheckRow {
    let (name, identifier) = (holder_name(FAILED), identity_number(FAILED));
    let subject = RecheckSubject::Failed {
        application: APPLICATION,
        committee: "YZ-05-01",
        name: &name,
        document_kind: None,
        identifier: &identifier,
    };
    let order = RecheckOrder {
        subject,
        applied_on: "2026-05-06".parse().unwrap(),
        published_on: Some("2026-03-02".parse().unwrap()),
        confirmed_on: None,
        grounds: "论文未计入",
    };
    bureau.office().open_recheck(&order).unwrap()
}

/// `recheck decide`: from failed to passed.
fn decide(dir: &Path, bureau: &Bureau, id: RecheckId) -> Command {
    let (list, committees) = (bureau.beside("one.csv"), bureau.beside("committees.csv"));
    fs::write(&list, synthetic(FAILED, 1)).unwrap();
    fs::write(&committees, DEMO_COMMITTEES).unwrap();
    let id = id.line().get().to_string();
    let mut issuer = issuer_in(dir, &bureau.clock, &["recheck", "decide", &id, "--json"]);
    issuer.args(["--outcome", "corrected", "--document", "渝州职改〔2026〕77号"]);
    issuer.args(["--decided-on", "2026-06-01", "--reasons", "经复查属实。", "--result"]);
    issuer.arg(list).arg("--committees").arg(committees);
    with_two_keys(&mut issuer);
    issuer
}

/// How many lines of the journal are of this kind.
fn lines(dir: &Path, is_one: fn(&Action) -> bool) -> usize {
    Records::of(dir).journal().iter().filter(|action| is_one(action)).count()
}

/// What the command acknowledged: one object a line, of which one field is a number.
fn acknowledged(scene: &Scene<'_>, field: &str) -> Vec<u64> {
    let said = scene.said();
    let objects = said.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    objects.map(|object| object[field].as_u64().unwrap()).collect()
}

/// Closes the office, has the registry made again, and gives the office that opened then.
fn rebuilt(scene: &Scene<'_>, office: Office, moment: &Moment) -> Office {
    drop(office);
    fs::remove_dir_all(Layout::new(scene.dir()).registry()).unwrap();
    scene.open(moment)
}

/// Notes how far the command had come each time it was killed; both must occur.
#[derive(Default)]
struct Ends(RefCell<BTreeSet<bool>>);

impl Ends {
    fn note(&self, was_done: bool) {
        self.0.borrow_mut().insert(was_done);
    }

    fn assert_both(self) {
        assert_eq!(self.0.into_inner().len(), 2, "killed only before, or only after, it was done");
    }
}

/// Runs the command again, which succeeds unless it had come so far: then it is refused so.
fn run_again(command: &mut Command, done: bool, refusal: &str, moment: &Moment) {
    let again = run(command);
    assert_eq!(again.code, Some(if done { 2 } else { 0 }), "{moment:?}: {}", again.stderr);
    assert_eq!(again.stderr.contains(refusal), done, "{moment:?}: {}", again.stderr);
}

#[test]
fn killed_while_it_opens_a_recheck_the_application_is_accepted_once_or_not_at_all() {
    if !can_kill() {
        return;
    }
    let mut bureau = Bureau::having_issued(2);
    let scene = Scene::of(&mut bureau);
    let (command, ends) = (open(scene.dir(), &bureau.clock), Ends::default());
    let check = |office: Office, moment: &Moment| {
        let is_opening =
            |action: &Action| matches!(action, Action::Recheck(RecheckAction::Opened { .. }));
        let accepted = lines(scene.dir(), is_opening);
        assert!(accepted <= 1, "{moment:?}");
        ends.note(accepted == 1);
        let rows = office.rechecks().unwrap();
        assert_eq!(rows.len(), accepted, "{moment:?}");
        for id in acknowledged(&scene, "recheck") {
            assert!(rows.iter().any(|row| row.id.line().get() == id), "{moment:?}");
        }
        let office = rebuilt(&scene, office, moment);
        assert_eq!(office.rechecks().unwrap(), rows, "{moment:?}");
        drop(office);
        let mut again = open(scene.dir(), &bureau.clock);
        run_again(&mut again, accepted == 1, "already_open", moment);
        let office = scene.open(moment);
        let rows = office.rechecks().unwrap();
        assert_eq!(rows.len(), 1, "{moment:?}");
        let application = office.recheck_application(rows[0].id).unwrap();
        assert_eq!(application.identifier.as_str(), identity_number(FAILED), "{moment:?}");
    };
    scene.survives(&command, 4, check);
    scene.kill_in_registry(&command, 2, |moment| check(scene.open(moment), moment));
    ends.assert_both();
}

#[test]
fn killed_while_it_decides_a_recheck_outcome_and_result_are_there_once_and_together() {
    if !can_kill() {
        return;
    }
    let mut bureau = Bureau::having_issued(2);
    let id = opened(&mut bureau).id;
    let scene = Scene::of(&mut bureau);
    let (command, ends) = (decide(scene.dir(), &bureau, id), Ends::default());
    let check = |office: Office, moment: &Moment| {
        let is_decision =
            |action: &Action| matches!(action, Action::Recheck(RecheckAction::Decided { .. }));
        let decided = lines(scene.dir(), is_decision);
        assert!(decided <= 1, "{moment:?}");
        ends.note(decided == 1);
        assert_eq!(acknowledged(&scene, "recheck").len().max(decided), decided, "{moment:?}");
        let answers = |office: &Office| {
            (
                office.rechecks().unwrap(),
                office.waiting().unwrap(),
                office.registry().results().unwrap(),
            )
        };
        let before = answers(&office);
        assert_eq!(usize::from(before.0[0].end.is_some()), decided, "{moment:?}");
        assert_eq!(before.1, decided, "{moment:?}");
        let office = rebuilt(&scene, office, moment);
        assert_eq!(answers(&office), before, "{moment:?}");
        drop(office);
        let mut again = decide(scene.dir(), &bureau, id);
        run_again(&mut again, decided == 1, "already_decided", moment);
        let mut office = scene.open(moment);
        assert_eq!(lines(scene.dir(), is_decision), 1, "{moment:?}");
        let (proposer, approver) = (&bureau.staff.proposer, &bureau.staff.approver);
        let issued = office.issue(&IssueOptions { proposer, approver }, |_step| {}).unwrap();
        assert_eq!(issued.issued.len(), 1, "{moment:?}");
        assert_eq!(office.waiting().unwrap(), 0, "{moment:?}");
    };
    scene.survives(&command, 4, check);
    scene.kill_in_registry(&command, 2, |moment| check(scene.open(moment), moment));
    ends.assert_both();
}

/// `sample fix` of the twelve documents' four of one committee.
fn fix(dir: &Path, clock: &TestClock, announced: u64, out: &Path) -> Command {
    let mut issuer = issuer_in(dir, clock, &["sample", "fix", "--json", "--size", "2"]);
    issuer.args(["--announced-size", &announced.to_string(), "--witness", WITNESS]);
    issuer.args(["--filter", "committee=YZ-05-01", "--out"]).arg(out);
    with_two_keys(&mut issuer);
    issuer
}

/// `sample draw`.
fn draw(dir: &Path, clock: &TestClock, anchor: LeafIndex, out: &Path) -> Command {
    let words = ["sample", "draw", &anchor.to_string(), "--json", "--out"];
    let mut issuer = issuer_in(dir, clock, &words[..4]);
    issuer.arg(words[4]).arg(out);
    issuer
}

#[test]
fn killed_while_it_fixes_a_population_it_is_fixed_once_and_auditors_get_it() {
    if !can_kill() {
        return;
    }
    let mut watched = Watched::having_issued(12);
    let announced = watched.size() + 9;
    let (out, clock) = (watched.bureau.beside("population"), watched.bureau.clock.clone());
    let (witness, known) = (&watched.witness, watched.witness.last());
    let scene = Scene::of(&mut watched.bureau).putting_back(|| {
        witness.set_last(known);
        if out.exists() {
            fs::remove_file(&out).unwrap();
        }
    });
    let (command, ends) = (fix(scene.dir(), &clock, announced, &out), Ends::default());
    let check = |office: Office, moment: &Moment| {
        assert_eq!(office.registry().open_intents().unwrap(), [], "{moment:?}");
        let intended = lines(scene.dir(), |action| matches!(action, Action::AnchorIntended(_)));
        assert!(intended <= 1, "{moment:?}");
        ends.note(intended == 1);
        let fixed = office.samples().unwrap();
        assert_eq!(fixed.len(), intended, "{moment:?}");
        for anchor in acknowledged(&scene, "sample") {
            assert!(fixed.iter().any(|one| one.get() == anchor), "{moment:?}");
        }
        let office = rebuilt(&scene, office, moment);
        assert_eq!(office.samples().unwrap(), fixed, "{moment:?}");
        drop(office);
        if fixed.is_empty() {
            run(&mut fix(scene.dir(), &clock, announced, &out)).expect_code(0);
        }
        let office = scene.open(moment);
        let anchor = office.samples().unwrap()[0];
        let file = office.sample_file(anchor).unwrap();
        drop(office);
        // There is no round yet, so nobody can know the seed; the population may be had all the same.
        let early = run(&mut draw(scene.dir(), &clock, anchor, &out)).expect_code(2).stderr;
        assert!(early.contains("no_round_yet"), "{early}");
        assert_eq!(PopulationFile::parse(&fs::read(&out).unwrap()).unwrap(), file, "{moment:?}");
        assert_eq!(lines(scene.dir(), |action| matches!(action, Action::AnchorIntended(_))), 1);
    };
    scene.survives(&command, 20, check);
    scene.kill_in_registry(&command, 2, |moment| check(scene.open(moment), moment));
    ends.assert_both();
}

/// A bureau with a spot check, by its anchor, and the round that gives the sample.
fn drawn() -> (Watched, LeafIndex) {
    let mut watched = Watched::having_issued(12);
    let (announced, out) = (watched.size() + 2, watched.bureau.beside("first"));
    watched.bureau.close();
    let mut command = fix(&watched.bureau.dir(), &watched.bureau.clock, announced, &out);
    let fixed = run(&mut command).expect_code(0).json();
    watched.bureau.reopen();
    watched.issue(100, 3);
    (watched, LeafIndex::new(fixed["sample"].as_u64().unwrap()).unwrap())
}

#[test]
fn killed_while_it_draws_a_sample_the_next_run_draws_the_same() {
    if !can_kill() {
        return;
    }
    let (mut watched, anchor) = drawn();
    let (out, clock) = (watched.bureau.beside("population"), watched.bureau.clock.clone());
    let report = watched.bureau.office().sample_report(anchor).unwrap();
    let (witness, known) = (&watched.witness, watched.witness.last());
    let scene = Scene::of(&mut watched.bureau).putting_back(|| witness.set_last(known));
    let command = draw(scene.dir(), &clock, anchor, &out);
    let moments = scene.moments(&command, &[out.clone(), scene.stdout().to_owned()]);
    assert!(moments.len() >= 3, "only {} moments", moments.len());
    scene.kill_at(&command, &moments, |moment| {
        let office = scene.open(moment);
        assert_eq!(office.sample_report(anchor).unwrap(), report, "{moment:?}");
        let file = office.sample_file(anchor).unwrap();
        let office = rebuilt(&scene, office, moment);
        assert_eq!(office.sample_report(anchor).unwrap(), report, "{moment:?}");
        drop(office);
        let drawn = run(&mut draw(scene.dir(), &clock, anchor, &out)).expect_code(0).json();
        let indices: Vec<u64> = report.drawn.sample.iter().map(|index| index.get()).collect();
        assert_eq!(drawn["indices"], serde_json::json!(indices), "{moment:?}");
        assert_eq!(PopulationFile::parse(&fs::read(&out).unwrap()).unwrap(), file, "{moment:?}");
        tests::whole::audit(scene.dir());
    });
}

/// `sample finding` about a document.
fn find(dir: &Path, clock: &TestClock, anchor: LeafIndex, document: LeafIndex) -> Command {
    let (sample, index) = (anchor.to_string(), document.to_string());
    let mut issuer = issuer_in(dir, clock, &["sample", "finding", &sample, &index, "--json"]);
    issuer.args(["--facts", "会议记录缺页"]);
    with_two_keys(&mut issuer);
    issuer
}

#[test]
fn killed_while_it_records_a_finding_the_record_and_the_spot_check_agree() {
    if !can_kill() {
        return;
    }
    let (mut watched, anchor) = drawn();
    let clock = watched.bureau.clock.clone();
    let document = watched.bureau.office().sample_report(anchor).unwrap().drawn.sample[0];
    let (witness, known) = (&watched.witness, watched.witness.last());
    let scene = Scene::of(&mut watched.bureau).putting_back(|| witness.set_last(known));
    let (command, ends) = (find(scene.dir(), &clock, anchor, document), Ends::default());
    let answers = |office: &Office| {
        let records = office.supervisions(Some(SupervisionKind::InspectionFinding)).unwrap();
        let records: Vec<_> = records.into_iter().map(|row| (document, row.line)).collect();
        (records, office.sample_report(anchor).unwrap().findings)
    };
    let check = |office: Office, moment: &Moment| {
        let (records, findings) = answers(&office);
        assert_eq!(records, findings, "{moment:?}");
        assert!(records.len() <= 1, "{moment:?}");
        ends.note(records.len() == 1);
        for line in acknowledged(&scene, "record") {
            assert!(findings.iter().any(|(_, record)| record.get() == line), "{moment:?}");
        }
        let office = rebuilt(&scene, office, moment);
        assert_eq!(answers(&office), (records.clone(), findings), "{moment:?}");
        drop(office);
        if records.is_empty() {
            run(&mut find(scene.dir(), &clock, anchor, document)).expect_code(0);
            let (records, findings) = answers(&scene.open(moment));
            assert_eq!((records.len(), &records), (1, &findings), "{moment:?}");
        }
    };
    scene.survives(&command, 4, check);
    scene.kill_in_registry(&command, 2, |moment| check(scene.open(moment), moment));
    ends.assert_both();
}
