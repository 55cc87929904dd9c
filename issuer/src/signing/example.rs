//! The keys of `keys-example/`, which everybody has, and the policy that keeps them out of real work.
//!
//! They are computed from public labels, so that nobody wonders where they come from, and so that the
//! program knows them without reading a file that somebody could replace.

use std::sync::LazyLock;

use ed25519_dalek::{SigningKey, VerifyingKey};

use super::key_file::{new_ed25519, new_p256};
use crate::random::{Predictable, RandomError};

/// One key of `keys-example/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExampleKey {
    /// The bureau's root: `root.key`.
    Root,
    /// The log's: `log.key`.
    Log,
    /// The bureau's decisions: `decide.key`.
    Decide,
    /// The bureau's own certificates: `issue.key`.
    Issue,
    /// Purpose-bound copies: `copy.key`.
    Copy,
    /// One member of staff: `staff-1.key`.
    StaffOne,
    /// Another member of staff: `staff-2.key`.
    StaffTwo,
    /// The root of the chain that signs PDFs (P-256): `document-root.key`.
    DocumentRoot,
    /// The key that signs PDFs (P-256): `document.key`.
    Document,
    /// The key-encryption key of private records: `records.kek`.
    Records,
}

/// Whether the worthless keys may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExampleKeys {
    /// No: the rule.
    Refused,
    /// Yes: somebody said `--allow-example-keys`, or this is the demo.
    Allowed,
}

/// A worthless key where none is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{}.{} is an example key, which everybody has: make your own with `issuer keys new`, or say \
     --allow-example-keys", .key.stem(), .key.extension()
)]
pub struct ExampleKeyRefused {
    /// Which key.
    pub key: ExampleKey,
}

impl ExampleKey {
    /// The Ed25519 keys.
    pub const ED25519: &'static [Self] = &[
        Self::Root,
        Self::Log,
        Self::Decide,
        Self::Issue,
        Self::Copy,
        Self::StaffOne,
        Self::StaffTwo,
    ];
    /// The P-256 keys.
    pub const P256: &'static [Self] = &[Self::DocumentRoot, Self::Document];

    /// Its file's name, without the extension.
    pub const fn stem(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Log => "log",
            Self::Decide => "decide",
            Self::Issue => "issue",
            Self::Copy => "copy",
            Self::StaffOne => "staff-1",
            Self::StaffTwo => "staff-2",
            Self::DocumentRoot => "document-root",
            Self::Document => "document",
            Self::Records => "records",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Records => "kek",
            _ => "key",
        }
    }

    /// The random bytes that are not random from which this key and its file are made.
    pub(super) fn source(self) -> Predictable {
        Predictable::new(&format!("title-ledger example key, worthless: {}", self.stem()))
    }
}

impl ExampleKeys {
    /// Refuses an example key unless it is allowed.
    ///
    /// # Errors
    /// [`ExampleKeyRefused`] names the key.
    pub fn check(self, public_key: &VerifyingKey) -> Result<(), ExampleKeyRefused> {
        let known = &PUBLIC_KEYS.ed25519;
        self.judge(known.iter().find(|(_, key)| key == public_key).map(|(name, _)| *name))
    }

    /// Refuses an example P-256 key unless it is allowed.
    ///
    /// # Errors
    /// [`ExampleKeyRefused`] names the key.
    pub fn check_document_key(self, key: &p256::PublicKey) -> Result<(), ExampleKeyRefused> {
        let known = &PUBLIC_KEYS.p256;
        self.judge(known.iter().find(|(_, example)| example == key).map(|(name, _)| *name))
    }

    pub(super) fn judge(self, found: Option<ExampleKey>) -> Result<(), ExampleKeyRefused> {
        match (self, found) {
            (Self::Refused, Some(key)) => Err(ExampleKeyRefused { key }),
            (Self::Refused, None) | (Self::Allowed, _) => Ok(()),
        }
    }
}

/// Whether everybody has the private half of this key.
pub fn is_example_key(public_key: &VerifyingKey) -> bool {
    ExampleKeys::Refused.check(public_key).is_err()
}

struct PublicKeys {
    ed25519: Vec<(ExampleKey, VerifyingKey)>,
    p256: Vec<(ExampleKey, p256::PublicKey)>,
}

static PUBLIC_KEYS: LazyLock<PublicKeys> = LazyLock::new(|| {
    // A predictable source never fails; a test counts what is here.
    let ed25519 = |key: &ExampleKey| Some((*key, signing_key(*key).ok()?.verifying_key()));
    let p256 = |key: &ExampleKey| Some((*key, document_key(*key).ok()?.public_key()));
    PublicKeys {
        ed25519: ExampleKey::ED25519.iter().filter_map(ed25519).collect(),
        p256: ExampleKey::P256.iter().filter_map(p256).collect(),
    }
});

pub(super) fn signing_key(key: ExampleKey) -> Result<SigningKey, RandomError> {
    new_ed25519(&mut key.source())
}

fn document_key(key: ExampleKey) -> Result<p256::SecretKey, RandomError> {
    new_p256(&mut key.source())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;

    #[test]
    fn every_example_key_is_known_and_no_other_is() {
        assert_eq!(PUBLIC_KEYS.ed25519.len(), ExampleKey::ED25519.len());
        assert_eq!(PUBLIC_KEYS.p256.len(), ExampleKey::P256.len());
        for key in ExampleKey::ED25519 {
            let public_key = signing_key(*key).unwrap().verifying_key();
            let refused = Err(ExampleKeyRefused { key: *key });
            assert_eq!(ExampleKeys::Refused.check(&public_key), refused);
            assert_eq!(ExampleKeys::Allowed.check(&public_key), Ok(()));
        }
        let other = SigningKey::from_bytes(&[7; 32]).verifying_key();
        assert!(!is_example_key(&other));
    }

    #[test]
    fn no_two_example_keys_are_the_same() {
        let keys = PUBLIC_KEYS.ed25519.iter().map(|(_, key)| key.to_bytes());
        let different: std::collections::BTreeSet<_> = keys.collect();
        assert_eq!(different.len(), ExampleKey::ED25519.len());
    }
}
