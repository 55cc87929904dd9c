//! An append-only Merkle log of title certificates that anyone can audit.
//!
//! The ledger knows formats and proofs. It knows no clock (`now` is an argument), no randomness, no
//! environment, no network and no private signing key: those belong to the crates above it.
//! `FORMAT.md` beside this crate is normative for every byte.

#![cfg_attr(test, expect(clippy::disallowed_types, reason = "tests play the signers"))]

pub mod audit;
pub mod authority;
pub mod causes;
pub mod cbor;
pub mod certificate;
pub mod checkpoint;
pub mod copy;
pub mod cose;
pub mod cosignature;
pub mod digest;
pub mod ed25519;
pub mod entry;
pub mod evidence;
pub mod journal;
pub mod log;
pub mod merkle;
pub mod note;
pub mod parallel;
pub mod path;
pub mod position;
#[cfg(test)]
mod private_kit;
pub mod qr;
pub mod reader;
pub mod record;
pub mod replay;
pub mod rules;
pub mod sample;
pub mod seal;
pub mod status;
pub mod store;
#[cfg(feature = "test-kit")]
pub mod test_kit;
pub mod time;
pub mod tlog_policy;
pub mod tlog_proof;
pub mod trust;
pub mod usage;
pub mod witness;
