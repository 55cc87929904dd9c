//! The rules that every entry of the log obeys. One engine serves the writer, which refuses what
//! breaks them, and everybody who replays the log: auditors, monitors, replaying witnesses.
//!
//! The public part needs public entries only. What needs the certificate itself (scope and review
//! date) is in [`check_signer`], which every verifier applies.

mod decision;
mod error;
mod signer;
mod state;

pub use self::{
    error::{Rule, RuleError},
    signer::{SignerFault, check_signer},
    state::{History, LogState, accept_authority},
};

#[cfg(test)]
mod signer_tests;
#[cfg(test)]
mod tests;
