//! Puts approved title results on the ledger: import, issue, revoke, print.

pub mod actions;
pub mod approval;
pub mod archive;
pub mod calendar;
pub mod case;
pub mod catalogue;
pub mod cli;
pub mod committee;
pub mod counterfeit;
pub mod document;
pub mod draft;
pub mod eligibility;
pub mod erasure;
pub mod identity;
pub mod import;
pub mod lookup;
pub mod office;
pub mod progress;
pub mod published;
pub mod random;
pub mod recheck;
pub mod registry;
pub mod sample;
pub mod sequencer;
pub mod signing;
pub mod witnesses;
