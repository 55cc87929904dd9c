//! A log in a directory, and what every test of this file asks of a program.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Output,
    time::{Duration, Instant},
};

use ledger::{digest::Commitment, entry::Entry, status::Status, test_kit::Bureau};

/// A log in a directory, its trust file, and a place for the copy.
pub struct Place {
    directory: tempfile::TempDir,
    pub bureau: Bureau,
    records: u64,
}

impl Place {
    pub fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let bureau = Bureau::in_directory(directory.path());
        fs::write(directory.path().join("trust.toml"), bureau.trust_toml()).unwrap();
        Self { directory, bureau, records: 0 }
    }

    /// Everything that makes files: full and partial tiles of two levels, lists, kept checkpoints.
    pub fn grow(&mut self) {
        let serial = self.bureau.size().get() as u32;
        let issued = self.bureau.issue_all((serial..serial + 3).map(Bureau::claims).collect());
        self.records(200);
        self.bureau.decide(issued[0].index, Status::Revoked);
        self.records(150);
        self.bureau.decide(issued[0].index, Status::Valid);
        self.bureau.reissue(&issued[1]);
        self.bureau.heartbeat();
    }

    pub fn records(&mut self, count: u64) {
        let numbers = self.records..self.records + count;
        self.records += count;
        let record = |number: u64| Entry::IntegrityRecord(Commitment::to(&number.to_be_bytes()));
        self.bureau.append(numbers.map(record).collect());
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn log(&self) -> PathBuf {
        self.path("log")
    }
}

pub fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read(path).unwrap());
            }
        }
    }
    found
}

pub fn assert_exit(output: &Output, code: i32, says: &str) {
    let err = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{err}");
    assert!(err.contains(says), "{says:?} is not in {err:?}");
}

pub fn wait_until(holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < deadline, "it never came");
        std::thread::park_timeout(Duration::from_millis(5));
    }
}
