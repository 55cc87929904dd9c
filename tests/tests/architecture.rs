//! ARCHITECTURE.md says what each room must not know. What clippy cannot see of it is checked here:
//! the directions between the crates, and what they could reach through a dependency.

#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::{
    fs,
    path::{Path, PathBuf},
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Crates that know a clock, randomness, a network or an asynchronous runtime.
const OUTSIDE_WORLD: &[&str] = &[
    "axum",
    "getrandom",
    "hyper",
    "jiff",
    "chrono",
    "rand",
    "reqwest",
    "time",
    "tokio",
    "tower-http",
    "ureq",
];

/// Encoders other than the ledger's own: with one of them, somebody could write signed bytes anew.
const OTHER_ENCODERS: &[&str] = &["ciborium", "coset", "minicbor", "serde_cbor"];

/// The names under `[dependencies]` of a crate, not those of its tests.
fn dependencies(room: &str) -> Vec<String> {
    let manifest = fs::read_to_string(format!("{ROOT}/{room}/Cargo.toml")).unwrap();
    let lines = manifest.lines().skip_while(|line| *line != "[dependencies]").skip(1);
    let names: Vec<_> = lines
        .take_while(|line| !line.starts_with('['))
        .filter(|line| line.starts_with(|first: char| first.is_ascii_alphabetic()))
        .map(|line| line.split(['.', ' ', '=']).next().unwrap().to_owned())
        .collect();
    assert!(!names.is_empty(), "{room} has no dependencies: is Cargo.toml of another form now?");
    names
}

fn assert_has_none_of(room: &str, forbidden: &[&str]) {
    for name in dependencies(room) {
        assert!(!forbidden.contains(&name.as_str()), "{room} depends on {name}");
    }
}

/// Every Rust file of the project's own.
fn rust_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders: Vec<_> =
        ["ledger", "verifier", "issuer", "tests"].map(|room| Path::new(ROOT).join(room)).into();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    assert!(files.len() > 100, "only {} files were found", files.len());
    files
}

#[test]
fn the_ledger_depends_on_no_other_room_and_not_on_the_outside_world() {
    assert_has_none_of("ledger", &["verifier", "issuer"]);
    assert_has_none_of("ledger", OUTSIDE_WORLD);
}

#[test]
fn the_verifier_does_not_depend_on_the_issuer_or_its_storage() {
    assert_has_none_of("verifier", &["issuer", "sled", "argon2", "krilla"]);
}

#[test]
fn signed_bytes_have_one_encoder() {
    for room in ["ledger", "verifier", "issuer"] {
        assert_has_none_of(room, OTHER_ENCODERS);
    }
}

#[test]
fn every_room_bans_the_clock_and_the_environment() {
    for room in ["ledger", "verifier", "issuer"] {
        let rules = fs::read_to_string(format!("{ROOT}/{room}/clippy.toml")).unwrap();
        for banned in ["std::time::SystemTime::now", "std::env::var"] {
            assert!(rules.contains(&format!("path = \"{banned}\"")), "{room} may use {banned}");
        }
    }
}

#[test]
fn no_file_is_longer_than_500_lines() {
    for path in rust_files() {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(
            lines <= 500,
            "{} has {lines} lines: what second thing does it do?",
            path.display()
        );
    }
}

#[test]
fn lints_are_silenced_with_a_reason_only() {
    let banned = ["#[", "#!["].map(|start| format!("{start}allow("));
    for path in rust_files() {
        let text = fs::read_to_string(&path).unwrap();
        for line in text.lines() {
            assert!(
                !banned.iter().any(|allow| line.trim().starts_with(allow)),
                "{}",
                path.display()
            );
        }
    }
}
