//! The two kinds of keys behind private records. The ledger has no randomness: whoever calls it
//! makes the bytes. None of these types shows its content, and all wipe it when dropped.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

/// Length of record keys and key-encryption keys in bytes (ChaCha20, RFC 8439 §2.3).
pub const KEY_LEN: usize = 32;

/// Length of the nonce under which a record key is wrapped (XChaCha20).
pub const WRAP_NONCE_LEN: usize = 24;

/// First part of the one line of a key-encryption key's file.
const KEK_PREFIX: &str = "title-ledger-kek-v1:";

/// A random key that seals exactly one payload.
///
/// It cannot be cloned and sealing consumes it, so that the fixed nonce under it is used once.
pub struct RecordKey(Zeroizing<[u8; KEY_LEN]>);

impl RecordKey {
    /// Takes 32 bytes fresh from the operating system's generator. Never derive or reuse them.
    pub fn from_random(bytes: [u8; KEY_LEN]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    pub(super) fn bytes(&self) -> &[u8; KEY_LEN] {
        &self.0
    }
}

impl fmt::Debug for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordKey(…)")
    }
}

/// Twenty-four random bytes, fresh for every wrapping. So long a nonce may be random: a repetition
/// is out of reach (2^96 wrappings).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrapNonce([u8; WRAP_NONCE_LEN]);

impl WrapNonce {
    /// Takes bytes fresh from the operating system's generator.
    pub const fn from_random(bytes: [u8; WRAP_NONCE_LEN]) -> Self {
        Self(bytes)
    }

    /// The nonce's bytes; they are no secret.
    pub const fn as_bytes(&self) -> &[u8; WRAP_NONCE_LEN] {
        &self.0
    }
}

/// The key that wraps record keys in the keyring. Keep it where copies of `log/` and
/// `private/` do not go: they alone then open nothing. (`issuer init` puts it into `keys/` beside them.)
pub struct KeyEncryptionKey(Zeroizing<[u8; KEY_LEN]>);

/// A key-encryption key's file that is not what [`KeyEncryptionKey::to_file`] writes.
///
/// It carries no part of the content: that is the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KekFileError {
    /// The file does not begin with the name of this format.
    #[error("the file does not begin with `{KEK_PREFIX}`: it is no key-encryption key")]
    WrongPrefix,
    /// The key is not written as canonical base64.
    #[error("the key after `{KEK_PREFIX}` is not canonical base64")]
    NotBase64,
    /// The key has another length.
    #[error("the key has {found} bytes instead of {KEY_LEN}")]
    WrongLength {
        /// Bytes found.
        found: usize,
    },
    /// Something other than one line feed follows the key.
    #[error("the file holds more than its one line")]
    NotOneLine,
}

impl KeyEncryptionKey {
    /// Takes 32 bytes fresh from the operating system's generator.
    pub fn from_random(bytes: [u8; KEY_LEN]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads the one line `title-ledger-kek-v1:<base64 of 32 bytes>`, with or without a line feed.
    pub fn from_file(text: &str) -> Result<Self, KekFileError> {
        let line = text.strip_suffix('\n').unwrap_or(text);
        if line.contains('\n') {
            return Err(KekFileError::NotOneLine);
        }
        let encoded = line.strip_prefix(KEK_PREFIX).ok_or(KekFileError::WrongPrefix)?;
        // The decoder's own error quotes a byte of the key, so it is dropped on purpose.
        let decoded = Zeroizing::new(
            STANDARD.decode(encoded).map_err(|_quotes_the_key| KekFileError::NotBase64)?,
        );
        let mut bytes = <[u8; KEY_LEN]>::try_from(decoded.as_slice())
            .map_err(|_same_length| KekFileError::WrongLength { found: decoded.len() })?;
        let key = Self::from_random(bytes);
        bytes.zeroize();
        Ok(key)
    }

    /// The file's whole content, one line with its line feed. Write it with mode 0600.
    pub fn to_file(&self) -> Zeroizing<String> {
        let encoded = Zeroizing::new(STANDARD.encode(self.0.as_slice()));
        Zeroizing::new(format!("{KEK_PREFIX}{}\n", encoded.as_str()))
    }

    /// A key for another purpose than wrapping: SHA-256(purpose ‖ 0 ‖ key). It says nothing about this
    /// key, nor about one for another purpose.
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; KEY_LEN]> {
        let digest = Sha256::new()
            .chain_update(purpose)
            .chain_update([0])
            .chain_update(self.0.as_slice())
            .finalize();
        Zeroizing::new(digest.into())
    }

    pub(super) fn bytes(&self) -> &[u8; KEY_LEN] {
        &self.0
    }
}

impl fmt::Debug for KeyEncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyEncryptionKey(…)")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_key_file_that_was_written_is_read_back(bytes: [u8; KEY_LEN]) {
            let text = KeyEncryptionKey::from_random(bytes).to_file();
            let read = KeyEncryptionKey::from_file(&text).unwrap();
            prop_assert_eq!(read.bytes(), &bytes);
            prop_assert_eq!(read.to_file(), text);
        }
    }

    #[test]
    fn a_key_file_is_one_readable_line() {
        let text = KeyEncryptionKey::from_random([0; KEY_LEN]).to_file();
        assert_eq!(
            text.as_str(),
            "title-ledger-kek-v1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
        );
    }

    #[test]
    fn refuses_a_key_file_of_another_format() {
        let error = KeyEncryptionKey::from_file("title-ledger-kek-v2:AAAA\n").unwrap_err();
        assert_eq!(error, KekFileError::WrongPrefix);
    }

    #[test]
    fn refuses_a_key_file_with_a_short_key() {
        let error = KeyEncryptionKey::from_file("title-ledger-kek-v1:AAAA\n").unwrap_err();
        assert_eq!(error, KekFileError::WrongLength { found: 3 });
    }

    #[test]
    fn refuses_a_key_file_with_a_second_line() {
        let mut text = KeyEncryptionKey::from_random([7; KEY_LEN]).to_file().to_string();
        text.push('\n');
        assert_eq!(KeyEncryptionKey::from_file(&text).unwrap_err(), KekFileError::NotOneLine);
    }

    #[test]
    fn refuses_a_key_file_whose_base64_is_not_canonical() {
        let text = "title-ledger-kek-v1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n";
        assert_eq!(KeyEncryptionKey::from_file(text).unwrap_err(), KekFileError::NotBase64);
    }

    #[test]
    fn debug_output_shows_no_key() {
        assert_eq!(format!("{:?}", RecordKey::from_random([7; KEY_LEN])), "RecordKey(…)");
        assert_eq!(
            format!("{:?}", KeyEncryptionKey::from_random([7; KEY_LEN])),
            "KeyEncryptionKey(…)"
        );
    }
}
