//! A data directory whose issuing is killed, or hit by a fault, again and again from the same state.

use std::{
    fmt::Debug,
    path::{Path, PathBuf},
    process::Command,
};

use issuer::{
    office::{IssueOptions, Office, Settings},
    registry::ResultState,
};
use ledger::certificate::CertificateNumber;
use tempfile::TempDir;

use crate::{
    bureau::{Bureau, EXAMPLE_KEYS, Staff, open},
    clock::TestClock,
    files, lists,
    programs::program,
    whole,
};

/// What is on record before the batch.
pub const BEFORE: usize = 2;
/// What the batch issues.
pub const BATCH: usize = 7;

/// A directory in which [`BATCH`] results wait, and the copy that suffers.
pub struct Victim {
    folder: TempDir,
    clock: TestClock,
    staff: Staff,
}

impl Victim {
    /// Makes both.
    pub fn new() -> Self {
        Self::in_folder(tempfile::tempdir().unwrap())
    }

    /// Makes both on a disk that may then be filled: nothing is kept back for heads.
    pub fn on_disk(disk: &Path) -> Self {
        let victim = Self::in_folder(tempfile::tempdir_in(disk).unwrap());
        let settings = victim.folder.path().join("before/issuer.toml");
        let text = std::fs::read_to_string(&settings).unwrap();
        let kept = format!("reserve_mebibytes = {}", Settings::DEFAULT_RESERVE_MEBIBYTES);
        assert!(text.contains(&kept));
        std::fs::write(&settings, text.replace(&kept, "reserve_mebibytes = 0")).unwrap();
        victim
    }

    fn in_folder(folder: TempDir) -> Self {
        let mut bureau = Bureau::having_issued(BEFORE);
        bureau.import(lists::synthetic(BEFORE, BATCH).as_bytes());
        bureau.close();
        files::copy(&bureau.dir(), &folder.path().join("before"));
        Self { folder, clock: bureau.clock, staff: bureau.staff }
    }

    /// The copy.
    pub fn dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where the program's standard output goes.
    pub fn stdout(&self) -> PathBuf {
        self.folder.path().join("stdout")
    }

    /// Puts the copy into the state before the batch.
    pub fn begin(&self) {
        files::replace(&self.folder.path().join("before"), &self.dir());
    }

    /// `issuer issue`.
    pub fn issue(&self) -> Command {
        let mut issuer = program("issuer");
        issuer.args(["issue", "--allow-example-keys", "--now", &self.clock.text(), "--dir"]);
        issuer.arg(self.dir()).args(["--proposer", &format!("{EXAMPLE_KEYS}/staff-1.key")]);
        issuer.args(["--approver", &format!("{EXAMPLE_KEYS}/staff-2.key")]);
        issuer
    }

    /// What the program acknowledged stands once; no intent is open; issuing again issues the rest
    /// exactly once; the log is whole before and after.
    pub fn check(&self, moment: &impl Debug) {
        let mut office =
            open(&self.dir(), &self.clock).unwrap_or_else(|e| panic!("{moment:?}: {e}"));
        for line in std::fs::read_to_string(self.stdout()).unwrap().lines() {
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

    /// The files under temporary names that a batch goes through, in this order: keyring of the
    /// journal, staging file, lock, tiles, bundles, keyring, kept checkpoint, checkpoint.
    pub fn temporary(&self, numbers: std::ops::Range<usize>) -> Vec<PathBuf> {
        let staging = self.dir().join("private/staging");
        numbers.map(|number| staging.join(format!(".incomplete-{number}"))).collect()
    }

    /// The journal, and the file that becomes the key's mark.
    pub fn journal_and_mark(&self) -> Vec<PathBuf> {
        ["private/journal/records", "keys/log.key.mark.new"]
            .map(|name| self.dir().join(Path::new(name)))
            .into()
    }
}

impl Default for Victim {
    fn default() -> Self {
        Self::new()
    }
}

fn assert_all_issued_once(office: &Office, moment: &impl Debug) {
    let registry = office.registry();
    let states = registry.results().unwrap().into_iter().map(|(_, state)| state);
    assert_eq!(states.collect::<Vec<_>>(), [ResultState::Issued; BEFORE + BATCH], "{moment:?}");
    for number in 0..BEFORE + BATCH {
        let documents = registry.by_holder(&lists::identity_number(number)).unwrap();
        assert_eq!(documents.len(), 1, "{moment:?}");
    }
    assert_eq!(registry.certificate_numbers().unwrap().len(), BEFORE + BATCH, "{moment:?}");
}
