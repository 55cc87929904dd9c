//! Every byte of every public file of a small cosigned log, changed alone: the audit finds each, and
//! names the file. `tamper.rs` does it to a bureau's own log, on disk and through the program.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use ledger::{
    audit::{AuditError, Scope, Whole, check_everything},
    status::Status,
    store::{ListedStore, ReadStore, StoreError, StorePath},
    test_kit::Bureau,
    trust::Trust,
};
use tests::files;

/// The public files by name.
type Files = BTreeMap<String, Vec<u8>>;

/// A log of which one file has other bytes.
struct Flipped<'a> {
    files: &'a Files,
    name: &'a str,
    bytes: Vec<u8>,
}

impl ReadStore for Flipped<'_> {
    fn get(&self, path: &StorePath) -> Result<Option<Vec<u8>>, StoreError> {
        let path = path.to_string();
        // It has no private part.
        let Some(name) = path.strip_prefix("log/") else { return Ok(None) };
        let changed = (name == self.name).then_some(&self.bytes);
        Ok(changed.or_else(|| self.files.get(name)).cloned())
    }

    fn read_journal(&self, _from: u64) -> Result<Box<dyn Read + Send>, StoreError> {
        unreachable!("a public audit reads no journal")
    }
}

impl ListedStore for Flipped<'_> {
    fn public_names(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.files.keys().cloned().collect())
    }

    fn private_names(&self) -> Result<Vec<String>, StoreError> {
        Ok(Vec::new())
    }
}

/// Two of three witnesses cosign a log with authorities, issuances, a reissue, a revocation and a
/// heartbeat.
fn cosigned() -> (Files, Trust) {
    let folder = tempfile::tempdir().unwrap();
    let mut bureau = Bureau::in_directory_with_witnesses(folder.path(), 2, 3);
    let issued = bureau.issue_all(vec![Bureau::claims(1), Bureau::claims(2)]);
    bureau.reissue(&issued[0]);
    bureau.decide(issued[1].index, Status::Revoked);
    bureau.heartbeat();
    let log = folder.path().join("log");
    let name =
        |path: &std::path::Path| path.strip_prefix(&log).unwrap().to_str().unwrap().to_owned();
    let files = files::all(&log).into_iter().map(|path| (name(&path), fs::read(path).unwrap()));
    (files.collect(), bureau.trust())
}

fn audit(log: &Flipped<'_>, trust: &Trust) -> Result<Whole, AuditError> {
    check_everything(log, trust, Scope::Public, &|_| {})
}

fn assert_named(files: &Files, trust: &Trust, name: &str, at: usize) {
    let mut bytes = files[name].clone();
    bytes[at] ^= 1 << (at % 8);
    match audit(&Flipped { files, name, bytes }, trust) {
        Ok(_) => panic!("byte {at} of {name} is changed, and the audit says: whole"),
        Err(AuditError::Fault { fault, .. }) => {
            assert_eq!(fault.file, name, "byte {at}: {fault:?}")
        }
        Err(AuditError::Unreadable(error)) => panic!("byte {at} of {name}: {error}"),
    }
}

#[test]
fn each_changed_byte_of_a_cosigned_log_is_found_and_its_file_named() {
    let (files, trust) = cosigned();
    for kind in ["checkpoint", "checkpoints/", "tile/0/", "tile/entries/", "status/"] {
        assert!(files.keys().any(|name| name.starts_with(kind)), "no {kind}");
    }
    let checkpoint = std::str::from_utf8(&files["checkpoint"]).unwrap();
    assert_eq!(checkpoint.matches("\n— ").count(), 4, "the log and three witnesses");
    let unchanged = Flipped { files: &files, name: "", bytes: Vec::new() };
    audit(&unchanged, &trust).unwrap_or_else(|error| panic!("{error}"));

    let place = |(name, bytes): (&String, &Vec<u8>)| {
        (0..bytes.len()).map(|at| (name.clone(), at)).collect::<Vec<_>>()
    };
    let places: Vec<_> = files.iter().flat_map(place).collect();
    assert!(places.len() > 10_000, "{} bytes", places.len());
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some((name, at)) = places.get(next.fetch_add(1, Ordering::Relaxed)) {
                    assert_named(&files, &trust, name, *at);
                }
            });
        }
    });
}
