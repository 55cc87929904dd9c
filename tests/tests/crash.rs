//! `kill -9` in the middle of an issuing batch, at every call that changes a file of the batch: the
//! journal, the staging file, the key's mark, the lock, tiles, records, keyring, checkpoints, the
//! registry, and the acknowledgement itself. After each, everything acknowledged is on record once,
//! and running again issues the rest exactly once.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use issuer::{
    office::{IssueOptions, Office},
    registry::ResultState,
};
use ledger::certificate::CertificateNumber;
use tempfile::TempDir;
use tests::{
    bureau::{BEGINNING, Bureau, EXAMPLE_KEYS, Staff, key, open},
    clock::TestClock,
    files,
    kills::{Moment, acknowledged, can_kill, kill, moments},
    lists,
    programs::program,
    whole,
};

/// What was on record before the batch.
const BEFORE: usize = 2;
/// What the batch issues.
const BATCH: usize = 7;

/// A closed directory in which [`BATCH`] results wait; copied for each kill.
static TEMPLATE: LazyLock<PathBuf> = LazyLock::new(|| {
    let mut bureau = Bureau::having_issued(BEFORE);
    bureau.import(lists::synthetic(BEFORE, BATCH).as_bytes());
    bureau.close();
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("crash");
    files::replace(&bureau.dir(), &dir);
    dir
});

/// One copy, whose issuing is killed again and again from the same state.
struct Victim {
    folder: TempDir,
    clock: TestClock,
    staff: Staff,
}

impl Victim {
    fn new() -> Self {
        let staff = Staff { proposer: key("staff-1.key"), approver: key("staff-2.key") };
        let clock = TestClock::at(BEGINNING);
        Self { folder: tempfile::tempdir().unwrap(), clock, staff }
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn stdout(&self) -> PathBuf {
        self.folder.path().join("stdout")
    }

    fn issue(&self) -> Command {
        let mut issuer = program("issuer");
        issuer.args(["issue", "--allow-example-keys", "--now", &self.clock.text(), "--dir"]);
        issuer.arg(self.dir()).args(["--proposer", &format!("{EXAMPLE_KEYS}/staff-1.key")]);
        issuer.args(["--approver", &format!("{EXAMPLE_KEYS}/staff-2.key")]);
        issuer
    }

    /// Puts the directory into the state before the batch.
    fn begin(&self) {
        files::replace(&TEMPLATE, &self.dir());
    }

    /// Kills at every moment at which issuing changes one of these files, each time from the same
    /// state, and checks what is left; gives the number of kills.
    fn sweep(&self, files: &[PathBuf]) -> usize {
        self.begin();
        let moments = moments(&self.issue(), files, &self.stdout());
        for moment in &moments {
            self.begin();
            kill(&self.issue(), moment, &self.stdout());
            self.check(moment);
        }
        moments.len()
    }

    fn check(&self, moment: &Moment) {
        let mut office =
            open(&self.dir(), &self.clock).unwrap_or_else(|e| panic!("{moment:?}: {e}"));
        for line in acknowledged(&self.stdout()) {
            let number = CertificateNumber::new(line.split(' ').next().unwrap()).unwrap();
            assert_eq!(office.registry().by_number(&number).unwrap().len(), 1, "{moment:?}");
        }
        assert_eq!(office.registry().open_intents().unwrap(), [], "{moment:?}");
        whole::audit(&self.dir());
        let options =
            IssueOptions { proposer: &self.staff.proposer, approver: &self.staff.approver };
        office.issue(&options, |_done| {}).unwrap();
        assert_all_issued_once(&office, moment);
        drop(office);
        whole::audit(&self.dir());
    }
}

fn assert_all_issued_once(office: &Office, moment: &Moment) {
    let registry = office.registry();
    let states = registry.results().unwrap().into_iter().map(|(_, state)| state);
    assert_eq!(states.collect::<Vec<_>>(), [ResultState::Issued; BEFORE + BATCH], "{moment:?}");
    for number in 0..BEFORE + BATCH {
        let documents = registry.by_holder(&lists::identity_number(number)).unwrap();
        assert_eq!(documents.len(), 1, "{moment:?}");
    }
    assert_eq!(registry.certificate_numbers().unwrap().len(), BEFORE + BATCH, "{moment:?}");
}

/// The files under temporary names that a batch goes through, in this order: keyring of the journal,
/// staging file, lock, tiles, bundles, keyring, kept checkpoint, checkpoint.
fn temporary(dir: &Path, numbers: std::ops::Range<usize>) -> Vec<PathBuf> {
    numbers.map(|number| dir.join(format!("private/staging/.incomplete-{number}"))).collect()
}

#[test]
fn killed_while_the_batch_is_staged_and_committed() {
    if !can_kill() {
        return;
    }
    let victim = Victim::new();
    let kills = victim.sweep(&temporary(&victim.dir(), 0..4));
    assert!(kills >= 16, "{kills} kills");
}

#[test]
fn killed_while_the_batch_is_applied_and_published() {
    if !can_kill() {
        return;
    }
    let victim = Victim::new();
    let kills = victim.sweep(&temporary(&victim.dir(), 4..9));
    assert!(kills >= 20, "{kills} kills");
}

#[test]
fn killed_while_the_journal_and_the_mark_are_written() {
    if !can_kill() {
        return;
    }
    let victim = Victim::new();
    let dir = victim.dir();
    let files = [dir.join("private/journal/records"), dir.join("keys/log.key.mark.new")];
    let kills = victim.sweep(&files);
    assert!(kills >= 12, "{kills} kills");
}

#[test]
fn killed_while_the_registry_is_written() {
    if !can_kill() {
        return;
    }
    let victim = Victim::new();
    let kills = victim.sweep(&[victim.dir().join("registry/db")]);
    assert!(kills >= 4, "{kills} kills");
}

#[test]
fn killed_while_it_acknowledges() {
    if !can_kill() {
        return;
    }
    let victim = Victim::new();
    let kills = victim.sweep(&[victim.stdout()]);
    assert!(kills >= BATCH, "{kills} kills");
}
