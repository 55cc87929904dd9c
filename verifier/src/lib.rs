//! Checks title certificates the way a stranger does: with a root key, a log key and static files.
//!
//! It trusts no storage and no network: every answer hangs on a verified checkpoint. It has no way to
//! write to the log and knows no secret of the bureau.

pub mod cache;
pub mod causes;
pub mod check;
pub mod cli;
pub mod clock;
pub mod fetch;
pub mod gather;
pub mod keys;
pub mod labels;
pub mod log_checker;
pub mod mirror;
pub mod monitor;
pub mod offline;
pub mod random;
pub mod report_json;
pub mod scan;
pub mod verdict;
pub mod watch;
pub mod web;
pub mod witness;
