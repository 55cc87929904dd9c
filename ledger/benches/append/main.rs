//! What the log's writer and its audit cost as a log grows.
//!
//! `cargo bench -p ledger --bench append [-- DIR]`: appending at size 1,000,000 against size 1,000,
//! against raw SHA-256 of the same entries, and one entry at a time. About 3 GB in DIR.
//!
//! `cargo bench -p ledger --bench append -- growth [DIR [ENTRIES]]`: a log of ten million entries.
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
    let grow = first.as_deref() == Some("growth");
    let dir = if grow { arguments.next() } else { first };
    let dir: PathBuf = dir.map_or_else(|| kept.path().to_owned(), Into::into);
    if grow {
        growth::run(&dir, arguments.next().map(|count| count.parse().unwrap()));
    } else {
        million::run(&dir);
    }
}
