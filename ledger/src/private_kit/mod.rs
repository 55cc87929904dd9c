//! What tests of rules and audits build logs from: a bureau with its private part, records and
//! journal, by the real writers. (`test_kit` is for other crates' tests, which see public files only.)
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]
#![expect(clippy::disallowed_types, reason = "tests play the signers")]

pub(crate) mod bureau;
pub(crate) mod papers;
pub(crate) mod x509;

use ed25519_dalek::SigningKey;

use crate::{position::LeafIndex, time::Date};

/// One key for each seed.
pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

pub(crate) fn index(value: u64) -> LeafIndex {
    LeafIndex::new(value).unwrap()
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}
