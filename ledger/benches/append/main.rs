//! What the log's writer and its audit cost as a log grows.
//!
//! `cargo bench -p ledger --bench append [-- DIR]`: appending at size 1,000,000 against size 1,000,
//! against raw SHA-256 of the same entries, and one entry at a time. About 3 GB in DIR.
//!
//! `cargo bench -p ledger --bench append -- growth [DIR [ENTRIES]]`: a log of ten million entries.
//!
//! `cargo bench -p ledger --bench append -- audit DIR`: the audit alone, of a log that `growth` left in DIR.
//!
//! DIR is a temporary directory if it is not given. What is compared is measured in turn, so that
//! what else the machine does hits both.
#![expect(clippy::unwrap_used, reason = "a bench may stop at once")]
#![expect(clippy::disallowed_methods, reason = "a bench measures time")]
#![expect(clippy::disallowed_types, reason = "a bench plays the signer")]

mod growth;
mod kit;
mod million;

use std::path::PathBuf;

fn main() {
    let kept = tempfile::tempdir().unwrap();
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with('-'));
    let first = arguments.next();
    let verb = first.clone().filter(|word| word == "growth" || word == "audit");
    let dir = if verb.is_some() { arguments.next() } else { first };
    let dir: PathBuf = dir.map_or_else(|| kept.path().to_owned(), Into::into);
    match verb.as_deref() {
        Some("growth") => growth::run(&dir, arguments.next().map(|count| count.parse().unwrap())),
        Some(_) => growth::audit(&dir.join("large")),
        None => million::run(&dir),
    }
}
