//! Spot checks across the crates: a population fixed before anybody can know the seed, a sample that a
//! stranger recomputes with our program and with one that uses nothing of ours, missed rounds, findings.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use issuer::{
    office::{OfficeError, SampleFixed, SampleOrder},
    sample::PopulationFile,
};
use ledger::{
    certificate::Text, checkpoint::SignedCheckpoint, entry::Entry, position::TreeSize,
    sample::Filter,
};
use tests::{
    files,
    lists::{holder_name, identity_number},
    peers::python_with,
    programs::{Finished, issuer_in, program, run, with_two_keys},
    records::Records,
    watched::{WITNESS, Watched},
};

const CHECKER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/interop/sample.py");

/// Fixes a sample of the documents of one committee, announced so many entries ahead.
fn fix(
    watched: &mut Watched,
    sample: usize,
    ahead: u64,
    witness: &str,
) -> Result<SampleFixed, Box<OfficeError>> {
    let committee = Some(Text::new("YZ-05-01").unwrap());
    let order = SampleOrder {
        filter: Filter { committee, ..Filter::default() },
        size: sample,
        announced: TreeSize::new(watched.size() + ahead).unwrap(),
        witness,
    };
    let (office, staff) = watched.bureau.both();
    office.fix_sample(&order, &staff.proposer, &staff.approver).map_err(Box::new)
}

fn written(watched: &Watched, name: &str, file: &PopulationFile) -> PathBuf {
    let path = watched.bureau.beside(name);
    fs::write(&path, file.to_text().unwrap()).unwrap();
    path
}

fn recompute(watched: &Watched, file: &Path, log: &Path) -> Finished {
    let mut issuer = program("issuer");
    issuer.args(["sample", "recompute", "--json"]).arg(file).arg("--log").arg(log);
    run(issuer.arg("--trust").arg(watched.bureau.layout().trust()))
}

fn code<T: std::fmt::Debug>(outcome: Result<T, OfficeError>) -> &'static str {
    match outcome {
        Err(OfficeError::Sample(refusal)) => refusal.code(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn refuses_what_would_let_somebody_choose() {
    let mut watched = Watched::having_issued(12);
    let entries = Records::of(&watched.bureau.dir()).entries().len();
    for (sample, ahead, witness, refusal) in [
        (2, 0, WITNESS, "announced_too_small"),
        (2, 1, WITNESS, "announced_too_small"),
        (5, 9, WITNESS, "sample_size"),
        (0, 9, WITNESS, "sample_size"),
        (2, 9, "nobody.example", "unknown_witness"),
    ] {
        assert_eq!(
            code(fix(&mut watched, sample, ahead, witness).map_err(|error| *error)),
            refusal
        );
    }
    assert_eq!(Records::of(&watched.bureau.dir()).entries().len(), entries);
    let anchor = ledger::position::LeafIndex::new(0).unwrap();
    assert_eq!(code(watched.bureau.office().sample_report(anchor)), "population_not_fixed");

    let fixed = fix(&mut watched, 2, 2, WITNESS).unwrap();
    assert_eq!((fixed.population, fixed.erased), (4, 0));
    let anchor = fixed.file.anchor;
    // Heads alone end no batch of issuances, so they are no rounds.
    for _ in 0..3 {
        watched.bureau.office().heartbeat().unwrap();
    }
    assert_eq!(code(watched.bureau.office().sample_report(anchor)), "no_round_yet");
    watched.bureau.audit();
}

#[test]
fn a_stranger_recomputes_the_sample_and_a_missed_round_is_told() {
    let mut watched = Watched::having_issued(12);
    let fixed = fix(&mut watched, 2, 2, WITNESS).unwrap();
    let anchor = fixed.file.anchor;
    let file = written(&watched, "population", &fixed.file);
    let text = fs::read_to_string(&file).unwrap();
    for person in 0..12 {
        assert!(!text.contains(&identity_number(person)) && !text.contains(&holder_name(person)));
    }
    let log = watched.bureau.layout().log();
    let early = recompute(&watched, &file, &log).expect_code(2);
    assert!(early.stderr.contains("no_round_yet"), "{}", early.stderr);
    let first = watched.issue(100, 3);
    let second = watched.issue(200, 3);

    let report = watched.bureau.office().sample_report(anchor).unwrap();
    assert_eq!((report.drawn.round.get(), report.drawn.missed.len()), (first, 0));
    assert_eq!(report.drawn.sample.len(), 2);
    let records = Records::of(&watched.bureau.dir());
    for index in &report.drawn.sample {
        assert!(matches!(
            records.entries()[usize::try_from(index.get()).unwrap()],
            Entry::Issuance(_)
        ));
        assert!(report.population.indices.contains(index));
    }
    let own: Vec<u64> = report.drawn.sample.iter().map(|index| index.get()).collect();
    let recomputed = recompute(&watched, &file, &log).expect_code(0).json();
    assert_eq!(recomputed["indices"], serde_json::json!(own));
    assert_eq!(recomputed["seed"], report.drawn.seed.to_string());

    // A copy in which the witness missed the first round.
    let copy = watched.bureau.beside("copy");
    files::replace(&log, &copy);
    let kept = copy.join(format!("checkpoints/{first}"));
    let note = fs::read_to_string(&kept).unwrap();
    let without: String =
        note.split_inclusive('\n').filter(|line| !line.contains("— fake.example")).collect();
    assert_ne!(without, note);
    SignedCheckpoint::parse(without.as_bytes()).unwrap();
    fs::write(&kept, without).unwrap();
    let missed = recompute(&watched, &file, &copy).expect_code(0).json();
    assert_eq!(
        (&missed["round"], &missed["missed"]),
        (&second.into(), &serde_json::json!([first]))
    );

    if let Some(mut python) = python_with("cryptography") {
        let trust = watched.bureau.layout().trust();
        let checked = run(python.arg(CHECKER).arg(&file).arg(&log).arg(&trust)).expect_code(0);
        let expected = serde_json::json!({ "round": first, "missed": 0, "indices": own });
        assert_eq!(checked.json(), expected);
        let mut python = python_with("cryptography").unwrap();
        let checked = run(python.arg(CHECKER).arg(&file).arg(&copy).arg(&trust)).expect_code(0);
        assert_eq!(
            checked.json(),
            serde_json::json!({ "round": second, "missed": 1, "indices": missed["indices"] })
        );
    }

    // Another population under the same anchor, and a round that is not there.
    let other = fix(&mut watched, 3, 2, WITNESS).unwrap();
    let forged = PopulationFile { anchor, ..other.file };
    let forged = written(&watched, "forged", &forged);
    let refused = recompute(&watched, &forged, &log).expect_code(2);
    assert!(refused.stderr.contains("other_population"), "{}", refused.stderr);
    fs::remove_file(&kept).unwrap();
    let refused = recompute(&watched, &file, &copy).expect_code(2);
    assert!(refused.stderr.contains(&format!("checkpoints/{first}")), "{}", refused.stderr);
    watched.bureau.audit();
}

#[test]
fn findings_are_supervision_records_and_the_report_counts_them_also_after_a_rebuild() {
    let mut watched = Watched::having_issued(12);
    let fixed = fix(&mut watched, 2, 2, WITNESS).unwrap();
    let anchor = fixed.file.anchor;
    watched.issue(100, 3);
    let report = watched.bureau.office().sample_report(anchor).unwrap();
    let (office, staff) = watched.bureau.both();
    let (proposer, approver) = (&staff.proposer, &staff.approver);
    let drawn = report.drawn.sample[0];
    let line = office.sample_finding(anchor, drawn, "会议记录缺页", proposer, approver).unwrap();
    let outside =
        *report.population.indices.iter().find(|one| !report.drawn.sample.contains(one)).unwrap();
    let refused = office.sample_finding(anchor, outside, "无", proposer, approver);
    assert_eq!(code(refused), "not_in_sample");
    assert_eq!(office.supervision(line).unwrap().record.unwrap().facts, "会议记录缺页");
    let report = office.sample_report(anchor).unwrap();
    assert_eq!(report.findings, [(drawn, line)]);

    watched.bureau.close();
    fs::remove_dir_all(watched.bureau.layout().registry()).unwrap();
    let office = watched.bureau.reopen();
    assert_eq!(office.samples().unwrap(), [anchor]);
    assert_eq!(office.sample_report(anchor).unwrap(), report);
    watched.bureau.close();
    let words = ["sample", "report", &anchor.to_string(), "--json"];
    let mut issuer = issuer_in(&watched.bureau.dir(), &watched.bureau.clock, &words);
    let told = run(&mut issuer).expect_code(0).json();
    assert_eq!((&told["population"], &told["findings"]), (&4.into(), &1.into()));
    assert_eq!((&told["size"], &told["missed_rounds"]), (&2.into(), &0.into()));
    watched.bureau.audit();
}

#[test]
fn the_program_fixes_draws_and_refuses_a_filter_that_it_does_not_know() {
    let mut watched = Watched::having_issued(12);
    let announced = (watched.size() + 2).to_string();
    watched.bureau.close();
    let (dir, clock) = (watched.bureau.dir(), watched.bureau.clock.clone());
    let out = watched.bureau.beside("population");
    let fix = |filter: &str| {
        let words = ["sample", "fix", "--json", "--size", "2", "--announced-size", &announced];
        let mut issuer = issuer_in(&dir, &clock, &words);
        issuer.args(["--witness", WITNESS, "--filter", filter, "--filter", "level=正高级"]);
        run(with_two_keys(issuer.arg("--out").arg(&out)))
    };
    let refused = fix("name=某人").expect_code(2).stderr;
    assert!(refused.contains("[filter_unknown, filter, 六]"), "{refused}");
    let none = fix("obtained-from=2026-02-21").expect_code(2).stderr;
    assert!(none.contains("[sample_size, size, 六]"), "{none}");
    let fixed = fix("obtained-from=2026-02-20").expect_code(0).json();
    assert_eq!(fixed["population"], 4);
    // Auditors are given the population before anybody can know the seed; also once more.
    let sample = fixed["sample"].to_string();
    let again = watched.bureau.beside("again");
    let draw = ["sample", "draw", &sample, "--json", "--out", again.to_str().unwrap()];
    let early = run(&mut issuer_in(&dir, &clock, &draw)).expect_code(2).stderr;
    assert!(early.contains("[no_round_yet, sample, 六]"), "{early}");
    assert_eq!(fs::read(&again).unwrap(), fs::read(&out).unwrap());
    watched.bureau.reopen();
    watched.issue(100, 3);
    watched.bureau.close();
    let drawn = run(&mut issuer_in(&dir, &clock, &draw)).expect_code(0).json();
    let recomputed =
        recompute(&watched, &out, &watched.bureau.layout().log()).expect_code(0).json();
    assert_eq!(drawn, recomputed);
    watched.bureau.audit();
}
