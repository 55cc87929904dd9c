//! A data directory whose issuing is killed, or hit by a fault, again and again from the same state.

use std::{fmt::Debug, path::Path, process::Command};

use issuer::{
    office::{IssueOptions, Layout, Office, Settings},
    registry::ResultState,
};
use ledger::certificate::CertificateNumber;
use tempfile::TempDir;

use crate::{
    bureau::{Bureau, Staff},
    clock::TestClock,
    lists,
    programs::{issuer_in, with_two_keys},
    scene::Scene,
    whole,
};

/// What is on record before the batch.
pub const BEFORE: usize = 2;
/// What the batch issues.
pub const BATCH: usize = 7;

/// A directory in which [`BATCH`] results wait, and the copy that suffers.
pub struct Victim {
    /// Both.
    pub scene: Scene<'static>,
    clock: TestClock,
    staff: Staff,
    _folder: TempDir,
}

impl Victim {
    /// Makes both.
    pub fn new() -> Self {
        Self::in_folder(tempfile::tempdir().unwrap())
    }

    /// Makes both on a disk that may then be filled: nothing is kept back for heads.
    pub fn on_disk(disk: &Path) -> Self {
        let victim = Self::in_folder(tempfile::tempdir_in(disk).unwrap());
        let settings = Layout::new(victim.scene.before()).settings();
        let text = std::fs::read_to_string(&settings).unwrap();
        let kept = format!("reserve_mebibytes = {}", Settings::DEFAULT_RESERVE_MEBIBYTES);
        assert!(text.contains(&kept));
        std::fs::write(&settings, text.replace(&kept, "reserve_mebibytes = 0")).unwrap();
        victim
    }

    fn in_folder(folder: TempDir) -> Self {
        let mut bureau = Bureau::having_issued(BEFORE);
        bureau.import(lists::synthetic(BEFORE, BATCH).as_bytes());
        let scene = Scene::in_folder(&mut bureau, folder.path());
        Self { scene, clock: bureau.clock, staff: bureau.staff, _folder: folder }
    }

    /// `issuer issue`.
    pub fn issue(&self) -> Command {
        let mut issuer = issuer_in(self.scene.dir(), &self.clock, &["issue"]);
        with_two_keys(&mut issuer);
        issuer
    }

    /// What the program acknowledged stands once; no intent is open; issuing again issues the rest
    /// exactly once; the log is whole before and after.
    pub fn check(&self, moment: &impl Debug) {
        let mut office = self.scene.open(moment);
        for line in self.scene.said().lines() {
            let number = CertificateNumber::new(line.split(' ').next().unwrap()).unwrap();
            assert_eq!(office.registry().by_number(&number).unwrap().len(), 1, "{moment:?}");
        }
        assert_eq!(office.registry().open_intents().unwrap(), [], "{moment:?}");
        whole::audit(self.scene.dir());
        let options =
            IssueOptions { proposer: &self.staff.proposer, approver: &self.staff.approver };
        office.issue(&options, |_step| {}).unwrap();
        assert_all_issued_once(&office, moment);
        drop(office);
        whole::audit(self.scene.dir());
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
