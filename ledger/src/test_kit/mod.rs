//! A bureau in miniature, for tests: a root, five authorities, a log with its one writer, witnesses,
//! and a clock that is a number. Behind the feature `test-kit`, which only tests turn on.
//!
//! Everything is the real thing except the keys, which are worthless and always the same. The log is
//! written by [`crate::log::LogWriter`] under [`crate::rules`]; [`Bureau::append_false`] and
//! [`FalseTree`] play a log that breaks them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]
#![expect(clippy::disallowed_types, reason = "tests play the signers")]

mod bureau;
mod claims;
mod false_log;
mod help;
mod log_key;
mod past;
pub(crate) mod pki;

pub use self::{
    bureau::{Bureau, Issued, StoreFiles},
    false_log::{FalseList, FalseTree},
    help::help_lacking_a_language,
    log_key::{KIT_ORIGIN, Witness},
    pki::{Seat, authority_entry, authority_entry_of_another_root},
};
/// The hasher with which the lists' trees are built, for comparisons with rs_merkle's own.
pub use crate::status::provable::Rfc6962;
use crate::{
    position::{LeafIndex, TreeSize},
    time::{Date, UnixMillis},
};

/// An index.
pub fn index(value: u64) -> LeafIndex {
    LeafIndex::new(value).unwrap()
}

/// A size.
pub fn size(value: u64) -> TreeSize {
    TreeSize::new(value).unwrap()
}

/// A date, as `YYYY-MM-DD`.
pub fn day(text: &str) -> Date {
    text.parse().unwrap_or_else(|_| panic!("{text} is no date"))
}

/// An instant of a Beijing day: its beginning and so many minutes.
pub fn at(date: &str, minutes: u64) -> UnixMillis {
    day(date).beijing_start().saturating_add(minutes * 60_000)
}
