//! Other people's programs, against which ours are tested. `tests/run` installs them.
//!
//! Where one is missing the test says "skipped: …" and passes; with `CI=true` it fails.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

const OWN_PYTHON: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../target/test-peers/python/bin/python3");

/// A program on this machine's path.
pub fn peer(name: &str) -> Option<Command> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|p| p.is_file());
    match found {
        Some(path) => Some(Command::new(path)),
        None => skip(name),
    }
}

/// A Python that has a module: the one that `tests/run` made, or this machine's.
pub fn python_with(module: &str) -> Option<Command> {
    let candidates = [PathBuf::from(OWN_PYTHON), PathBuf::from("python3")];
    let has_it = |python: &Path| {
        let tried = Command::new(python).args(["-c", &format!("import {module}")]).output();
        tried.is_ok_and(|output| output.status.success())
    };
    match candidates.into_iter().find(|python| has_it(python)) {
        Some(python) => Some(Command::new(python)),
        None => skip(&format!("Python with {module}")),
    }
}

/// Says why a test is skipped; under `CI=true` nothing may be.
pub fn skip<T>(what: &str) -> Option<T> {
    let strict = std::env::var_os("CI").is_some_and(|value| value == "true");
    assert!(!strict, "{what} is missing, and CI=true");
    println!("skipped: {what} is not here (tests/run installs it)");
    None
}
