//! The one place that knows the files of a data directory beside those of the store.

use std::path::{Path, PathBuf};

use crate::committee::KeyNumber;

/// A data directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    dir: PathBuf,
}

impl Layout {
    /// The extensions of a certificate's printed files.
    pub const PRINTED: [&'static str; 5] = ["pdf", "png", "svg", "receipt", "tlog-proof"];

    /// The layout below `dir`.
    pub fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned() }
    }

    /// The directory itself: the store keeps `log/` and `private/` below it.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The public files of the log.
    pub fn log(&self) -> PathBuf {
        self.dir.join("log")
    }

    /// The checkpoints that are kept for proofs: there once something was issued.
    pub fn kept_checkpoints(&self) -> PathBuf {
        self.log().join("checkpoints")
    }

    /// Settings.
    pub fn settings(&self) -> PathBuf {
        self.dir.join("issuer.toml")
    }

    /// What a stranger trusts.
    pub fn trust(&self) -> PathBuf {
        self.dir.join("trust.toml")
    }

    /// Who cosigns the log's checkpoints, and where they are asked: a C2SP tlog-policy. Absent where
    /// nobody does.
    pub fn witness_policy(&self) -> PathBuf {
        self.dir.join("witness-policy")
    }

    /// The registry, which can be deleted.
    pub fn registry(&self) -> PathBuf {
        self.dir.join("registry")
    }

    /// Key files.
    pub fn keys(&self) -> PathBuf {
        self.dir.join("keys")
    }

    /// A key file by its name.
    pub fn key(&self, name: &str) -> PathBuf {
        self.keys().join(name)
    }

    /// A key of a committee. A code holds no dot, so no two committees share a file.
    pub fn committee_key(&self, code: &str, key: KeyNumber) -> PathBuf {
        let name = match key {
            KeyNumber::FIRST => format!("{code}.key"),
            later => format!("{code}.{}.key", later.get()),
        };
        self.keys().join("committees").join(name)
    }

    /// Printed certificates and receipts.
    pub fn out(&self) -> PathBuf {
        self.dir.join("out")
    }
}
