//! Holders are found by a keyed hash of their document number: who steals the registry without the
//! key learns no number from it, not even by guessing.

use hmac::{Hmac, KeyInit as _, Mac as _};
use ledger::{record::SubjectKind, seal::KeyEncryptionKey};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::short::{IN_PLACE, POSITION_LEN};

/// The key of the holders' index and of the index of imported results. Derived from the
/// key-encryption key, so that it is nowhere else.
pub struct HolderKey(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for HolderKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HolderKey(…)")
    }
}

impl HolderKey {
    /// The key that belongs to a key-encryption key.
    pub fn derived_from(kek: &KeyEncryptionKey) -> Self {
        Self(kek.derive("title-ledger/registry-holders/v1"))
    }

    /// The keyed hash of a document number, as much of it as keeps a key of the holders' tree in its
    /// node: 136 bits, of which two of a thousand million holders share none by chance.
    pub fn of(&self, document_number: &str) -> [u8; IN_PLACE - POSITION_LEN] {
        let [hash @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] =
            self.hash(b"document\0", document_number.as_bytes());
        hash
    }

    /// The keyed hash of a certificate number.
    pub(super) fn of_number(&self, number: &str) -> [u8; 32] {
        self.hash(b"number\0", number.as_bytes())
    }

    /// The keyed hash of a subject of the integrity archive.
    pub fn of_subject(&self, kind: SubjectKind, identifier: &str) -> [u8; 32] {
        let [.., code] = kind.code().to_be_bytes();
        self.hash(&[b"subject\0", &[code][..]].concat(), identifier.as_bytes())
    }

    /// The keyed hash of a result's key.
    pub(super) fn of_result(&self, key: &[u8]) -> [u8; 32] {
        self.hash(b"result\0", key)
    }

    fn hash(&self, domain: &[u8], value: &[u8]) -> [u8; 32] {
        #[expect(clippy::expect_used, reason = "HMAC is defined for keys of any length")]
        let mac = Hmac::<Sha256>::new_from_slice(self.0.as_slice()).expect("a key of any length");
        mac.chain_update(domain).chain_update(value).finalize().into_bytes().into()
    }
}
