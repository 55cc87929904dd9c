//! Verdicts on real logs: the order in which they are reached, every reason, and what tampering does.
#![expect(clippy::unwrap_used, reason = "tests may panic")]

mod authority;
mod cache;
mod copies;
mod gathering;
mod log_proof;
mod moment;
mod offline;
mod past;
mod place;
mod signature;
mod status;
mod support;
mod tampering;
mod warm;
