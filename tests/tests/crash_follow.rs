//! `kill -9`, and a disk that fails, at every step of a mirror's round and of a monitor's look. A copy
//! is the old one or the new one; what a monitor knows is never lost; doing it again finishes it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use ledger::{
    audit::{Scope, check_everything},
    position::LeafIndex,
    store::ReadOnlyDir,
};
use tempfile::TempDir;
use tests::{
    bureau::Bureau,
    desk::{Forgetful, append_hostile},
    files,
    kills::{Moment, can_kill, fail, kill, kill_if_it_comes, moments},
    programs::{Finished, program, run},
    records::Records,
    whole,
};
use verifier::clock::Clock as _;

/// A log before and after a batch, and what a program makes of it.
struct Followed {
    folder: TempDir,
    bureau: Bureau,
}

impl Followed {
    /// Three certificates, and what the program made of them; then one of them is revoked.
    fn new(program: fn(&Self) -> Command) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut followed = Self { folder, bureau: Bureau::having_issued(3) };
        run(&mut program(&followed)).expect_code(0);
        files::copy(&followed.path("made"), &followed.path("before"));
        let number = followed.bureau.office().registry().certificate_numbers().unwrap().remove(0);
        followed.bureau.revoke(&number);
        followed.bureau.close();
        followed
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn log(&self) -> PathBuf {
        self.bureau.dir().join("log")
    }

    fn begin(&self) {
        files::replace(&self.path("before"), &self.path("made"));
    }

    fn mirror(&self) -> Command {
        let mut verifier = program("verifier");
        verifier.arg("mirror").arg("--from").arg(self.log());
        verifier.arg("--trust").arg(self.bureau.dir().join("trust.toml"));
        verifier.arg("--to").arg(self.path("made/log"));
        verifier
    }

    fn monitor(&self) -> Command {
        let mut verifier = program("verifier");
        verifier.args([
            "monitor",
            "--once",
            "--json",
            "--now",
            &self.bureau.clock.now().to_string(),
        ]);
        verifier.arg("--log").arg(self.log());
        verifier.arg("--trust").arg(self.bureau.dir().join("trust.toml"));
        verifier.arg("--state").arg(self.path("made/state"));
        verifier
    }

    /// Every moment of a run at which one of these files, below what is made, changes.
    fn moments(&self, command: &Command, names: &[String]) -> Vec<Moment> {
        self.begin();
        let changed: Vec<_> = names.iter().map(|name| self.path("made").join(name)).collect();
        let mut moments = moments(command, &changed, &self.path("stdout"));
        moments.retain(|moment| moment.call != "openat");
        moments
    }

    /// The copy is whole, unless the round was committed and its files were on their way.
    fn assert_copy_is_whole(&self, moment: &Moment) {
        let copy = self.path("made/log");
        let checkpoint = fs::read(copy.join("checkpoint")).unwrap();
        let old = fs::read(self.path("before/log/checkpoint")).unwrap();
        let new = fs::read(self.log().join("checkpoint")).unwrap();
        assert!(checkpoint == old || checkpoint == new, "{moment:?}: another checkpoint");
        if !self.path("made/log.mirror/checkpoint").exists() {
            let trust = whole::trust(&self.bureau.dir());
            check_everything(&ReadOnlyDir::new(&copy, None), &trust, Scope::Public, &|_| ())
                .unwrap_or_else(|error| panic!("{moment:?}: {error}"));
        }
    }

    fn assert_finished(&self, moment: &Moment) {
        let finished = run(&mut self.mirror());
        assert_eq!(finished.code, Some(0), "{moment:?}: {}", finished.stderr);
        assert!(content(&self.path("made/log")) == content(&self.log()), "{moment:?}: it differs");
    }
}

fn content(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let relative = |path: &PathBuf| path.strip_prefix(root).unwrap().to_owned();
    files::all(root).iter().map(|path| (relative(path), fs::read(path).unwrap())).collect()
}

/// The files that a round of the mirror touches, under every name that they have meanwhile.
fn names_of_round(followed: &Followed) -> Vec<String> {
    let before = content(&followed.path("before/log"));
    let new = content(&followed.log()).into_keys().filter(|path| !before.contains_key(path));
    let new: Vec<_> = new.map(|path| path.to_str().unwrap().to_owned()).collect();
    assert!(new.len() >= 3, "{new:?}");
    let writers = (0..8).map(|number| format!("log.mirror/unfinished-{number}"));
    // A call is named by the first of its paths: a file that is moved, by the one that it had.
    let staged = new.iter().map(|name| format!("log.mirror/files/{name}"));
    let places: BTreeSet<_> = new
        .iter()
        .filter_map(|name| name.rsplit_once('/'))
        .flat_map(|(place, _)| ["log", "log.mirror/files"].map(|root| format!("{root}/{place}")))
        .collect();
    let others = ["log.mirror/unfinished-checkpoint", "log.mirror/checkpoint", "log", "log.mirror"];
    writers.chain(staged).chain(places).chain(others.map(str::to_owned)).collect()
}

fn is_of_a_thread(moment: &Moment) -> bool {
    let name = moment.file.file_name().unwrap().to_str().unwrap();
    name.strip_prefix("unfinished-").is_some_and(|rest| rest.parse::<u8>().is_ok())
}

#[test]
fn a_mirror_that_is_killed_at_any_step_is_finished_by_the_next() {
    if !can_kill() {
        return;
    }
    let followed = Followed::new(Followed::mirror);
    let command = followed.mirror();
    let mut killed = 0;
    for moment in followed.moments(&command, &names_of_round(&followed)) {
        followed.begin();
        // Which of its threads writes which file differs from run to run.
        let came = kill_if_it_comes(&command, &moment, &followed.path("stdout"));
        assert!(came || is_of_a_thread(&moment), "{moment:?} did not come");
        killed += usize::from(came);
        followed.assert_copy_is_whole(&moment);
        followed.assert_finished(&moment);
    }
    assert!(killed >= 20, "only {killed} moments");
}

#[test]
fn a_mirror_on_a_failing_disk_says_so_and_is_finished_by_the_next() {
    if !can_kill() {
        return;
    }
    let followed = Followed::new(Followed::mirror);
    let command = followed.mirror();
    let mut failed = 0;
    for moment in followed.moments(&command, &names_of_round(&followed)) {
        followed.begin();
        let output = fail(&command, &moment, "EIO", &followed.path("stdout"));
        let came = !(is_of_a_thread(&moment) && output.status.success());
        assert!(!came || output.status.code() == Some(2), "{moment:?}: {}", output.status);
        failed += usize::from(came);
        followed.assert_copy_is_whole(&moment);
        followed.assert_finished(&moment);
    }
    assert!(failed >= 20, "only {failed} moments");
}

fn report(finished: &Finished) -> serde_json::Value {
    finished.json_lines().remove(0)
}

#[test]
fn a_monitor_that_is_killed_at_any_step_knows_what_it_knew() {
    if !can_kill() {
        return;
    }
    let mut followed = Followed::new(Followed::monitor);
    // Then a writer that keeps no rules puts a certificate on record again.
    let dir = followed.bureau.dir();
    let records = Records::of(&dir);
    let first = *records.issuances().keys().next().unwrap();
    let at = usize::try_from(first.get()).unwrap();
    let again = issuer::sequencer::Prepared::new(
        records.entries().remove(at),
        Some(records.private(first).into()),
    );
    append_hostile(&dir, &followed.bureau.clock, &[again], &Forgetful::past(&dir, None));
    let fault = LeafIndex::new(Records::of(&dir).entries().len() as u64 - 2).unwrap();
    followed.bureau.close();

    let command = followed.monitor();
    followed.begin();
    let found = run(&mut followed.monitor()).expect_code(1);
    let evidence = report(&found)["evidence"].as_str().unwrap().to_owned();
    followed.begin();
    // The program ends with 1, which the tracing kit takes for a failure: the moments are listed.
    let moments = [
        ("state.new", "write"),
        ("state.new", "fsync"),
        ("state.new", "rename"),
        ("commitments", "write"),
        ("commitments", "fsync"),
        ("evidence.new", "write"),
        ("evidence.new", "fsync"),
        ("evidence.new", "rename"),
    ]
    .map(|(name, call)| Moment {
        file: followed.path("made/state").join(name),
        call: call.to_owned(),
        when: 1,
    });
    for moment in moments {
        followed.begin();
        kill(&command, &moment, &followed.path("stdout"));
        let found = run(&mut followed.monitor());
        assert_eq!(found.code, Some(1), "{moment:?}: {}", found.stderr);
        let line = report(&found);
        assert_eq!(line["index"].as_u64(), Some(fault.get()), "{moment:?}: {line}");
        assert_eq!(line["rule"], "commitment_repeated", "{moment:?}");
        assert_eq!(line["evidence"].as_str(), Some(evidence.as_str()), "{moment:?}");
        let mut verify = program("verifier");
        verify.arg("evidence").arg(followed.path("made/state").join(&evidence));
        verify.arg("--trust").arg(dir.join("trust.toml"));
        run(&mut verify).expect_code(0);
    }
}
