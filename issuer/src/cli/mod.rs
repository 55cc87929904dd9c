//! The command line's verbs.

pub mod import;
pub mod key_access;
pub mod keys;
