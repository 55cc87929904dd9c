//! A bureau with one witness, which must cosign and does what a test scripts.

use crate::{
    bureau::Bureau,
    fake_witness::{FakeWitness, watched},
    lists::synthetic,
    witnesses::size,
};

/// The witness's name in the trust file.
pub const WITNESS: &str = "fake.example";

/// The bureau and its witness.
pub struct Watched {
    /// The bureau.
    pub bureau: Bureau,
    /// The witness.
    pub witness: FakeWitness,
    _folder: tempfile::TempDir,
}

impl Watched {
    /// Both, with the demo's committees on record.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (bureau, witness) = watched(folder.path());
        Self { bureau, witness, _folder: folder }
    }

    /// The same with certificates for `count` synthetic results.
    pub fn having_issued(count: usize) -> Self {
        let mut watched = Self::new();
        watched.issue(0, count);
        watched
    }

    /// Issues certificates for synthetic results; the size of the log then.
    pub fn issue(&mut self, first: usize, count: usize) -> u64 {
        assert_eq!(self.bureau.import(synthetic(first, count).as_bytes()), count);
        assert_eq!(self.bureau.issue().len(), count);
        self.size()
    }

    /// The size of the published log.
    pub fn size(&self) -> u64 {
        size(&self.bureau.layout().log())
    }
}

impl Default for Watched {
    fn default() -> Self {
        Self::new()
    }
}
