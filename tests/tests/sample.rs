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
    bureau::{Bureau, EXAMPLE_KEYS},
    fake_witness::{FakeWitness, watched},
    files,
    lists::{holder_name, identity_number, synthetic},
    peers::python_with,
    programs::{Finished, program, run},
    records::Records,
    witnesses::size,
};

const WITNESS: &str = "fake.example";
const CHECKER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/interop/sample.py");

struct Watched {
    bureau: Bureau,
    _witness: FakeWitness,
    _folder: tempfile::TempDir,
}

impl Watched {
    /// A bureau with one witness, which must cosign, and twelve certificates.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (bureau, witness) = watched(folder.path());
        let mut watched = Self { bureau, _witness: witness, _folder: folder };
        watched.issue(0, 12);
        watched
    }

    fn issue(&mut self, first: usize, count: usize) -> u64 {
        assert_eq!(self.bureau.import(synthetic(first, count).as_bytes()), count);
        assert_eq!(self.bureau.issue().len(), count);
        self.size()
    }

    fn size(&self) -> u64 {
        size(&self.bureau.layout().log())
    }

    /// Fixes a sample of the documents of one committee, announced so many entries ahead.
    fn fix(
        &mut self,
        sample: usize,
        ahead: u64,
        witness: &str,
    ) -> Result<SampleFixed, Box<OfficeError>> {
        let committee = Some(Text::new("YZ-05-01").unwrap());
        let order = SampleOrder {
            filter: Filter { committee, ..Filter::default() },
            size: sample,
            announced: TreeSize::new(self.size() + ahead).unwrap(),
            witness,
        };
        let (office, staff) = self.bureau.both();
        office.fix_sample(&order, &staff.proposer, &staff.approver).map_err(Box::new)
    }

    fn written(&self, name: &str, file: &PopulationFile) -> PathBuf {
        let path = self.bureau.beside(name);
        fs::write(&path, file.to_text().unwrap()).unwrap();
        path
    }

    fn recompute(&self, file: &Path, log: &Path) -> Finished {
        let mut issuer = program("issuer");
        issuer.args(["sample", "recompute", "--json"]).arg(file).arg("--log").arg(log);
        run(issuer.arg("--trust").arg(self.bureau.layout().trust()))
    }
}

fn code<T: std::fmt::Debug>(outcome: Result<T, OfficeError>) -> &'static str {
    match outcome {
        Err(OfficeError::Sample(refusal)) => refusal.code(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn refuses_what_would_let_somebody_choose() {
    let mut watched = Watched::new();
    let entries = Records::of(&watched.bureau.dir()).entries().len();
    for (sample, ahead, witness, refusal) in [
        (2, 0, WITNESS, "announced_too_small"),
        (2, 1, WITNESS, "announced_too_small"),
        (5, 9, WITNESS, "sample_size"),
        (0, 9, WITNESS, "sample_size"),
        (2, 9, "nobody.example", "unknown_witness"),
    ] {
        assert_eq!(code(watched.fix(sample, ahead, witness).map_err(|error| *error)), refusal);
    }
    assert_eq!(Records::of(&watched.bureau.dir()).entries().len(), entries);
    let anchor = ledger::position::LeafIndex::new(0).unwrap();
    assert_eq!(code(watched.bureau.office().sample_report(anchor)), "population_not_fixed");

    let fixed = watched.fix(2, 2, WITNESS).unwrap();
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
    let mut watched = Watched::new();
    let fixed = watched.fix(2, 2, WITNESS).unwrap();
    let anchor = fixed.file.anchor;
    let file = watched.written("population", &fixed.file);
    let text = fs::read_to_string(&file).unwrap();
    for person in 0..12 {
        assert!(!text.contains(&identity_number(person)) && !text.contains(&holder_name(person)));
    }
    let log = watched.bureau.layout().log();
    let early = watched.recompute(&file, &log).expect_code(2);
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
    let recomputed = watched.recompute(&file, &log).expect_code(0).json();
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
    let missed = watched.recompute(&file, &copy).expect_code(0).json();
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
    let other = watched.fix(3, 2, WITNESS).unwrap();
    let forged = PopulationFile { anchor, ..other.file };
    let forged = watched.written("forged", &forged);
    let refused = watched.recompute(&forged, &log).expect_code(2);
    assert!(refused.stderr.contains("other_population"), "{}", refused.stderr);
    fs::remove_file(&kept).unwrap();
    let refused = watched.recompute(&file, &copy).expect_code(2);
    assert!(refused.stderr.contains(&format!("checkpoints/{first}")), "{}", refused.stderr);
    watched.bureau.audit();
}

#[test]
fn findings_are_supervision_records_and_the_report_counts_them_also_after_a_rebuild() {
    let mut watched = Watched::new();
    let fixed = watched.fix(2, 2, WITNESS).unwrap();
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
    let mut issuer = program("issuer");
    issuer.args([
        "sample",
        "report",
        &anchor.to_string(),
        "--json",
        "--allow-example-keys",
        "--now",
    ]);
    issuer.arg(watched.bureau.clock.text()).arg("--dir").arg(watched.bureau.dir());
    let told = run(&mut issuer).expect_code(0).json();
    assert_eq!((&told["population"], &told["findings"]), (&4.into(), &1.into()));
    assert_eq!((&told["size"], &told["missed_rounds"]), (&2.into(), &0.into()));
    watched.bureau.audit();
}

#[test]
fn the_program_fixes_draws_and_refuses_a_filter_that_it_does_not_know() {
    let mut watched = Watched::new();
    let announced = (watched.size() + 2).to_string();
    watched.bureau.close();
    let (dir, now) = (watched.bureau.dir(), watched.bureau.clock.text());
    let out = watched.bureau.beside("population");
    let fix = |filter: &str| {
        let mut issuer = program("issuer");
        issuer.args(["sample", "fix", "--json", "--size", "2", "--announced-size", &announced]);
        issuer.args([
            "--witness",
            WITNESS,
            "--filter",
            filter,
            "--filter",
            "level=正高级",
            "--out",
        ]);
        issuer.arg(&out).arg("--dir").arg(&dir);
        issuer.args(["--allow-example-keys", "--now", &now]);
        issuer.args(["--proposer", &format!("{EXAMPLE_KEYS}/staff-1.key")]);
        run(issuer.args(["--approver", &format!("{EXAMPLE_KEYS}/staff-2.key")]))
    };
    let refused = fix("name=某人").expect_code(2).stderr;
    assert!(refused.contains("[filter_unknown, filter, 六]"), "{refused}");
    let none = fix("obtained-from=2026-02-21").expect_code(2).stderr;
    assert!(none.contains("[sample_size, size, 六]"), "{none}");
    let fixed = fix("obtained-from=2026-02-20").expect_code(0).json();
    assert_eq!(fixed["population"], 4);
    watched.bureau.reopen();
    watched.issue(100, 3);
    watched.bureau.close();
    let mut issuer = program("issuer");
    issuer.args(["sample", "draw", &fixed["sample"].to_string(), "--json", "--dir"]).arg(&dir);
    let drawn = run(issuer.args(["--allow-example-keys", "--now", &now])).expect_code(0).json();
    let recomputed = watched.recompute(&out, &watched.bureau.layout().log()).expect_code(0).json();
    assert_eq!(drawn, recomputed);
    watched.bureau.audit();
}
