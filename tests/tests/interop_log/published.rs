//! A log with a long history, as an outsider finds it: static files, and the checkpoints that were seen.

use std::{
    fs,
    path::{Path, PathBuf},
};

use ledger::test_kit::Bureau;

/// A log that was published again and again.
pub struct Published {
    folder: tempfile::TempDir,
    vkey: String,
    sizes: Vec<u64>,
}

impl Published {
    /// 1,000 entries made with 100 batches. Some end where a tile does, and one is a heartbeat alone.
    pub fn thousand() -> Self {
        let mut sizes: Vec<u64> = (0..100).map(|batch| 6 + 994 * batch / 99).collect();
        sizes[25] = 256;
        sizes[50] = sizes[49] + 1;
        sizes[51] = 512;
        sizes[75] = 768;
        assert!(sizes.is_sorted_by(|a, b| a < b) && sizes.contains(&512) && sizes[99] == 1000);
        Self::with_sizes(sizes, 0)
    }

    /// A short one, with every kind of file.
    pub fn short() -> Self {
        Self::with_sizes(vec![6, 16, 100, 256, 257, 300, 520], 0)
    }

    /// Another history of the same log.
    pub fn other_history() -> Self {
        Self::with_sizes(vec![6, 16], 5000)
    }

    fn with_sizes(sizes: Vec<u64>, mut serial: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut bureau = Bureau::in_directory(folder.path());
        let vkey = bureau.trust().logs().next().unwrap().1.log_key().to_string();
        fs::write(folder.path().join("trust.toml"), bureau.trust_toml()).unwrap();
        fs::create_dir(folder.path().join("seen")).unwrap();
        for size in &sizes {
            bureau.now = bureau.now.saturating_add(60_000);
            match size - bureau.size().get() {
                // The authorities are there already.
                0 => {}
                1 => bureau.heartbeat(),
                entries => {
                    let claims = (1..entries).map(|_head_is_the_last| {
                        serial += 1;
                        Bureau::claims(serial)
                    });
                    bureau.issue_all(claims.collect());
                }
            }
            assert_eq!(bureau.size().get(), *size);
            let seen = folder.path().join(format!("seen/{size}"));
            fs::write(seen, bureau.checkpoint()).unwrap();
        }
        Self { folder, vkey, sizes }
    }

    /// The public files.
    pub fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// The directory above them.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// The checkpoint of each published size.
    pub fn seen(&self) -> PathBuf {
        self.folder.path().join("seen")
    }

    /// Whom to believe.
    pub fn trust(&self) -> PathBuf {
        self.folder.path().join("trust.toml")
    }

    /// The log's key.
    pub fn vkey(&self) -> &str {
        &self.vkey
    }

    /// What a checker says that found nothing wrong.
    pub fn all_proofs(&self) -> String {
        let (count, last) = (self.sizes.len() as u64, self.sizes[self.sizes.len() - 1]);
        let inclusion: u64 = self.sizes.iter().sum();
        // From each published size to each later one and itself; from every size to the last.
        let consistency = count * (count + 1) / 2 + last;
        format!("{count} sizes, {inclusion} inclusion proofs, {consistency} consistency proofs\n")
    }
}
