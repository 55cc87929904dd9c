//! Private records: each payload sealed once under a random key of its own, the key wrapped in a
//! small keyring. Erasing a payload destroys its key; the ciphertext, the tree and every proof stay.
//!
//! Sealing is ChaCha20-Poly1305 (RFC 8439) with the zero nonce, which is sound because the key is
//! used for nothing else; wrapping is XChaCha20-Poly1305 with a random nonce. Both authenticate the
//! [`SealPlace`] and the log's origin.

mod bundle;
mod key;
mod keyring;
mod place;

use std::{fmt, ops::Deref, sync::Arc};

use chacha20poly1305::{
    ChaCha20Poly1305, Key, KeyInit as _, Nonce, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use zeroize::Zeroizing;

pub use self::{
    bundle::{BundleError, PrivateBundle, SLOTS_PER_BUNDLE},
    key::{KEY_LEN, KekFileError, KeyEncryptionKey, RecordKey, WRAP_NONCE_LEN, WrapNonce},
    keyring::{
        KEYRING_FILE_LEN, KeySlot, KeyringError, KeyringPage, SLOT_LEN, WRAPPED_KEY_LEN, WrappedKey,
    },
    place::{JournalSequence, SealPlace},
};

/// The longest plaintext that one payload may have: 1 MiB.
///
/// Security: a bundle of 256 payloads is read at once, so this bounds what one damaged or hostile
/// file can make a reader allocate. A personal record with its certificate has about 2 KiB; the
/// largest honest payload, a sample's population list, has some tens of KiB.
pub const MAX_PLAINTEXT_LEN: usize = 1 << 20;

/// Length of the Poly1305 tag that ends every ciphertext.
pub const TAG_LEN: usize = 16;

/// The longest ciphertext: [`MAX_PLAINTEXT_LEN`] and the tag.
pub const MAX_SEALED_LEN: usize = MAX_PLAINTEXT_LEN + TAG_LEN;

/// One sealed payload: ciphertext and tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

/// A plaintext that several may hold: one record is sealed in the journal and in the log, each time
/// under a key of its own. Wiped when the last of them drops it; its `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Plaintext(Arc<Zeroizing<Vec<u8>>>);

impl From<Vec<u8>> for Plaintext {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Zeroizing::new(bytes)))
    }
}

impl Deref for Plaintext {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Plaintext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plaintext({} bytes)", self.len())
    }
}

/// A payload on its way to be sealed, with what sealing it uses up. Its `Debug` shows nothing of it.
pub struct PrivatePayload {
    /// The plaintext.
    pub plaintext: Plaintext,
    /// A fresh key for this payload only.
    pub key: RecordKey,
    /// A fresh nonce for wrapping that key.
    pub nonce: WrapNonce,
}

impl fmt::Debug for PrivatePayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivatePayload({} bytes)", self.plaintext.len())
    }
}

/// What became of a payload that somebody wants to read. Erasure is lawful, hence no error.
#[derive(Debug)]
pub enum Unsealed {
    /// The plaintext; wiped when dropped.
    Opened(Zeroizing<Vec<u8>>),
    /// The key was destroyed. Whether rightly so, the journal's erasure lines say.
    Erased,
}

/// Why a payload could not be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The plaintext is longer than [`MAX_PLAINTEXT_LEN`].
    #[error("{place} has {len} bytes, more than {MAX_PLAINTEXT_LEN}")]
    TooLong {
        /// What was to be sealed.
        place: SealPlace,
        /// Its length in bytes.
        len: usize,
    },
    /// The bytes cannot be a sealed payload: shorter than a tag, or too long.
    #[error("{len} bytes cannot be a sealed payload ({TAG_LEN} to {MAX_SEALED_LEN} bytes)")]
    NotSealed {
        /// Length found.
        len: usize,
    },
    /// The keyring holds no key where there is a payload.
    #[error("{place} is sealed, but the keyring holds no key for it")]
    NoKey {
        /// The payload.
        place: SealPlace,
    },
    /// The wrapped key does not open under this key-encryption key.
    #[error(
        "the key of {place} does not unwrap: another key-encryption key, another log or place, or \
         altered bytes"
    )]
    KeyDoesNotUnwrap {
        /// The payload.
        place: SealPlace,
    },
    /// The ciphertext does not open under its key.
    #[error("{place} does not open under its key: another log or place, or altered bytes")]
    DoesNotOpen {
        /// The payload.
        place: SealPlace,
    },
}

impl Sealed {
    /// Wraps bytes that were read from a place where a sealed payload stands.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, SealError> {
        if (TAG_LEN..=MAX_SEALED_LEN).contains(&bytes.len()) {
            Ok(Self(bytes))
        } else {
            Err(SealError::NotSealed { len: bytes.len() })
        }
    }

    /// Ciphertext and tag.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Seals a payload for `place` in the log named `origin` and wraps its key. The key is consumed, so
/// that it seals nothing else.
pub fn seal(
    kek: &KeyEncryptionKey,
    origin: &str,
    place: SealPlace,
    payload: PrivatePayload,
) -> Result<(Sealed, WrappedKey), SealError> {
    let PrivatePayload { plaintext, key, nonce } = payload;
    let too_long = || SealError::TooLong { place, len: plaintext.len() };
    if plaintext.len() > MAX_PLAINTEXT_LEN {
        return Err(too_long());
    }
    // The cipher itself only fails on lengths far above our bound.
    let sealed = ChaCha20Poly1305::new(&Key::from(*key.bytes()))
        .encrypt(
            &Nonce::default(),
            Payload { msg: &plaintext, aad: &place.associated_data(SEAL_PURPOSE, origin) },
        )
        .map_err(|_opaque| too_long())?;
    let wrapped = wrapping_cipher(kek)
        .encrypt(
            &XNonce::from(*nonce.as_bytes()),
            Payload {
                msg: key.bytes().as_slice(),
                aad: &place.associated_data(WRAP_PURPOSE, origin),
            },
        )
        .map_err(|_opaque| too_long())?;
    let wrapped = WrappedKey::assemble(nonce, &wrapped).ok_or_else(too_long)?;
    Ok((Sealed(sealed), wrapped))
}

/// Opens the payload of `place` with what the keyring holds for it.
pub fn open(
    kek: &KeyEncryptionKey,
    origin: &str,
    place: SealPlace,
    slot: &KeySlot,
    sealed: &Sealed,
) -> Result<Unsealed, SealError> {
    let wrapped = match slot {
        KeySlot::Empty => return Err(SealError::NoKey { place }),
        KeySlot::Erased => return Ok(Unsealed::Erased),
        KeySlot::Wrapped(wrapped) => wrapped,
    };
    let key = Zeroizing::new(
        wrapping_cipher(kek)
            .decrypt(
                &XNonce::from(*wrapped.nonce().as_bytes()),
                Payload {
                    msg: wrapped.ciphertext(),
                    aad: &place.associated_data(WRAP_PURPOSE, origin),
                },
            )
            .map_err(|_opaque| SealError::KeyDoesNotUnwrap { place })?,
    );
    let key = <[u8; KEY_LEN]>::try_from(key.as_slice())
        .map(RecordKey::from_random)
        .map_err(|_other_length| SealError::KeyDoesNotUnwrap { place })?;
    let plaintext = ChaCha20Poly1305::new(&Key::from(*key.bytes()))
        .decrypt(
            &Nonce::default(),
            Payload { msg: sealed.as_bytes(), aad: &place.associated_data(SEAL_PURPOSE, origin) },
        )
        .map_err(|_opaque| SealError::DoesNotOpen { place })?;
    Ok(Unsealed::Opened(Zeroizing::new(plaintext)))
}

fn wrapping_cipher(kek: &KeyEncryptionKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(*kek.bytes()))
}

/// Domain of the associated data under which payloads are sealed.
const SEAL_PURPOSE: &str = "title-ledger/sealed-payload/v1";

/// Domain of the associated data under which record keys are wrapped.
const WRAP_PURPOSE: &str = "title-ledger/wrapped-key/v1";

#[cfg(test)]
mod tests;
