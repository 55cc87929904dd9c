//! Verdicts on real logs: the order in which they are reached, every reason, and what tampering does.
#![expect(clippy::unwrap_used, reason = "tests may panic")]

mod authority;
mod copies;
mod gathering;
mod moment;
mod past;
mod place;
mod signature;
mod status;
mod support;
mod tampering;
mod warm;
