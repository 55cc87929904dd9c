//! The audit that every test of a log ends with.

use std::{fs, num::NonZeroUsize, path::Path};

use issuer::{
    office::Layout,
    signing::{ExampleKeys, load_records_key},
};
use ledger::{
    audit::{AuditError, Scope, Whole, check_everything},
    store::ReadOnlyDir,
    trust::Trust,
};

/// Recomputes a data directory, once as everybody can and once with the private part; stops the test
/// when anything is wrong.
pub fn audit(dir: &Path) -> Whole {
    let public = try_audit_public(dir);
    let all = try_audit(dir);
    match (public, all) {
        (Ok(_), Ok(whole)) => whole,
        (Err(error), _) => panic!("public audit: {error}"),
        (_, Err(error)) => panic!("private audit: {error}"),
    }
}

/// What everybody can see of a data directory.
pub fn try_audit_public(dir: &Path) -> Result<Whole, AuditError> {
    let layout = Layout::new(dir);
    check_everything(&ReadOnlyDir::new(&layout.log(), None), &trust(dir), Scope::Public, &|_| {})
}

/// The whole data directory.
pub fn try_audit(dir: &Path) -> Result<Whole, AuditError> {
    let layout = Layout::new(dir);
    let files = ReadOnlyDir::new(&layout.log(), Some(&dir.join("private")));
    let key = load_records_key(&layout.key("records.kek"), ExampleKeys::Allowed).unwrap();
    let threads = NonZeroUsize::MIN;
    check_everything(&files, &trust(dir), Scope::Private { key: &key, threads }, &|_| {})
}

/// The trust file of a data directory.
pub fn trust(dir: &Path) -> Trust {
    Trust::parse(&fs::read_to_string(Layout::new(dir).trust()).unwrap()).unwrap()
}
