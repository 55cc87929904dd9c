//! The keyring: one file per 256 positions, with one slot of fixed size for each. It is the only
//! private data that changes in place, because erasure happens here.
//!
//! A slot is `state ‖ nonce (24) ‖ wrapped key (32) ‖ tag (16)`: state 0 is empty, 1 wrapped,
//! 2 erased; in the first and the last everything after the state is zero.
//!
//! What erasure cannot do: a file system or a disk may keep the old block until it is reused, and
//! backups keep the old file. Backups of the keyring must be replaced after an erasure.

use super::{KEY_LEN, SLOTS_PER_BUNDLE, TAG_LEN, WRAP_NONCE_LEN, WrapNonce};

/// Bytes of a wrapped key with its tag, without the nonce.
pub const WRAPPED_KEY_LEN: usize = KEY_LEN + TAG_LEN;

/// Bytes of one slot.
pub const SLOT_LEN: usize = 1 + WRAP_NONCE_LEN + WRAPPED_KEY_LEN;

/// Bytes of a keyring file; every keyring file has exactly these.
pub const KEYRING_FILE_LEN: usize = SLOT_LEN * SLOTS_PER_BUNDLE;

/// A record key, encrypted under a key-encryption key, and the nonce it was encrypted with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    nonce: WrapNonce,
    ciphertext: [u8; WRAPPED_KEY_LEN],
}

impl WrappedKey {
    /// `None` when `ciphertext` has not exactly [`WRAPPED_KEY_LEN`] bytes.
    pub(super) fn assemble(nonce: WrapNonce, ciphertext: &[u8]) -> Option<Self> {
        let ciphertext = <[u8; WRAPPED_KEY_LEN]>::try_from(ciphertext).ok()?;
        Some(Self { nonce, ciphertext })
    }

    pub(super) const fn nonce(&self) -> &WrapNonce {
        &self.nonce
    }

    pub(super) const fn ciphertext(&self) -> &[u8] {
        &self.ciphertext
    }
}

/// What the keyring knows about one position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySlot {
    /// There never was a payload here.
    Empty,
    /// The payload's key.
    Wrapped(WrappedKey),
    /// The payload's key was destroyed.
    Erased,
}

impl KeySlot {
    /// The slot's bytes.
    pub fn to_bytes(&self) -> [u8; SLOT_LEN] {
        let mut bytes = [0; SLOT_LEN];
        let (state, rest) = bytes.split_at_mut(1);
        match self {
            Self::Empty => state[0] = EMPTY,
            Self::Erased => state[0] = ERASED,
            Self::Wrapped(key) => {
                state[0] = WRAPPED;
                let (nonce, ciphertext) = rest.split_at_mut(WRAP_NONCE_LEN);
                nonce.copy_from_slice(key.nonce.as_bytes());
                ciphertext.copy_from_slice(&key.ciphertext);
            }
        }
        bytes
    }

    /// Reads a slot strictly.
    pub fn from_bytes(bytes: &[u8; SLOT_LEN]) -> Result<Self, KeyringError> {
        let (&state, rest) = bytes.split_first().unwrap_or((&EMPTY, &[]));
        let blank = rest.iter().all(|byte| *byte == 0);
        match (state, rest.split_first_chunk::<WRAP_NONCE_LEN>()) {
            (EMPTY, _) if blank => Ok(Self::Empty),
            (ERASED, _) if blank => Ok(Self::Erased),
            (WRAPPED, Some((nonce, key))) => {
                WrappedKey::assemble(WrapNonce::from_random(*nonce), key)
                    .map(Self::Wrapped)
                    .ok_or(KeyringError::NoSuchState { state })
            }
            _ => Err(KeyringError::NoSuchState { state }),
        }
    }
}

/// The slots of one keyring file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyringPage {
    slots: Vec<KeySlot>,
}

/// Bytes that are no keyring file, or a change that the keyring refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// The file has another length.
    #[error("a keyring file has {KEYRING_FILE_LEN} bytes, this one has {found}")]
    WrongLength {
        /// Bytes found.
        found: usize,
    },
    /// A slot is in no state that this format has.
    #[error("a keyring slot with state byte {state} is no slot of this format")]
    NoSuchState {
        /// The slot's first byte.
        state: u8,
    },
    /// As above, in a file.
    #[error("slot {slot} of the keyring file: {source}")]
    Slot {
        /// The slot, 0 to 255.
        slot: usize,
        /// What is wrong with it.
        source: Box<KeyringError>,
    },
    /// A slot would get a second key; the payload under the first would be lost.
    #[error("slot {slot} of the keyring file already holds another key")]
    Occupied {
        /// The slot, 0 to 255.
        slot: u8,
    },
    /// A slot without a key cannot be erased.
    #[error("slot {slot} of the keyring file is empty: there is nothing to erase")]
    NothingToErase {
        /// The slot, 0 to 255.
        slot: u8,
    },
}

impl KeyringPage {
    /// A page on which every slot is empty, as it is before its first key.
    pub fn new() -> Self {
        Self { slots: vec![KeySlot::Empty; SLOTS_PER_BUNDLE] }
    }

    /// What is in a slot.
    pub fn get(&self, slot: u8) -> &KeySlot {
        self.slots.get(usize::from(slot)).unwrap_or(&KeySlot::Empty)
    }

    /// All slots in order.
    pub fn iter(&self) -> impl Iterator<Item = &KeySlot> {
        self.slots.iter()
    }

    /// Puts a key into an empty slot. Putting the same key again changes nothing, and an erased
    /// slot stays erased: replaying a batch must not bring a destroyed key back.
    pub fn put(&mut self, slot: u8, key: WrappedKey) -> Result<(), KeyringError> {
        match self.get(slot) {
            KeySlot::Empty => self.set(slot, KeySlot::Wrapped(key)),
            KeySlot::Wrapped(present) if *present != key => {
                return Err(KeyringError::Occupied { slot });
            }
            KeySlot::Wrapped(_) | KeySlot::Erased => {}
        }
        Ok(())
    }

    /// Puts a key into a slot whatever it holds. Only for a position at which no payload was ever
    /// made permanent: a journal record that a crash cut off.
    pub fn put_over_unused(&mut self, slot: u8, key: WrappedKey) {
        self.set(slot, KeySlot::Wrapped(key));
    }

    /// Destroys the key in a slot. Erasing twice is the same as once.
    pub fn erase(&mut self, slot: u8) -> Result<(), KeyringError> {
        match self.get(slot) {
            KeySlot::Empty => Err(KeyringError::NothingToErase { slot }),
            KeySlot::Wrapped(_) | KeySlot::Erased => {
                self.set(slot, KeySlot::Erased);
                Ok(())
            }
        }
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.slots.iter().flat_map(KeySlot::to_bytes).collect()
    }

    /// Reads a keyring file strictly.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyringError> {
        let (slots, []) = bytes.as_chunks::<SLOT_LEN>() else {
            return Err(KeyringError::WrongLength { found: bytes.len() });
        };
        if slots.len() != SLOTS_PER_BUNDLE {
            return Err(KeyringError::WrongLength { found: bytes.len() });
        }
        let read = |(slot, bytes)| {
            KeySlot::from_bytes(bytes)
                .map_err(|source| KeyringError::Slot { slot, source: Box::new(source) })
        };
        Ok(Self { slots: slots.iter().enumerate().map(read).collect::<Result<_, _>>()? })
    }

    fn set(&mut self, slot: u8, value: KeySlot) {
        if let Some(place) = self.slots.get_mut(usize::from(slot)) {
            *place = value;
        }
    }
}

impl Default for KeyringPage {
    fn default() -> Self {
        Self::new()
    }
}

const EMPTY: u8 = 0;
const WRAPPED: u8 = 1;
const ERASED: u8 = 2;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(fill: u8) -> WrappedKey {
        let nonce = WrapNonce::from_random([fill; WRAP_NONCE_LEN]);
        WrappedKey { nonce, ciphertext: [fill; WRAPPED_KEY_LEN] }
    }

    fn any_slot() -> impl Strategy<Value = KeySlot> {
        prop_oneof![
            Just(KeySlot::Empty),
            Just(KeySlot::Erased),
            any::<u8>().prop_map(|fill| KeySlot::Wrapped(key(fill))),
        ]
    }

    proptest! {
        #[test]
        fn a_page_that_was_written_is_read_back(
            slots in proptest::collection::vec(any_slot(), SLOTS_PER_BUNDLE),
        ) {
            let page = KeyringPage { slots };
            prop_assert_eq!(KeyringPage::from_bytes(&page.to_bytes()), Ok(page));
        }

        #[test]
        fn a_slot_that_was_read_is_written_back(state in 0u8..4, fill: [u8; SLOT_LEN - 1]) {
            let mut bytes = [0; SLOT_LEN];
            bytes[0] = state;
            bytes[1..].copy_from_slice(&fill);
            if let Ok(slot) = KeySlot::from_bytes(&bytes) {
                prop_assert_eq!(slot.to_bytes(), bytes);
            }
        }
    }

    #[test]
    fn refuses_a_truncated_file() {
        let mut bytes = KeyringPage::new().to_bytes();
        bytes.pop();
        let found = KEYRING_FILE_LEN - 1;
        assert_eq!(KeyringPage::from_bytes(&bytes), Err(KeyringError::WrongLength { found }));
    }

    #[test]
    fn refuses_a_file_with_one_slot_more() {
        let mut bytes = KeyringPage::new().to_bytes();
        bytes.extend_from_slice(&KeySlot::Empty.to_bytes());
        let found = KEYRING_FILE_LEN + SLOT_LEN;
        assert_eq!(KeyringPage::from_bytes(&bytes), Err(KeyringError::WrongLength { found }));
    }

    #[test]
    fn refuses_an_erased_slot_that_still_holds_bytes() {
        let mut bytes = KeySlot::Erased.to_bytes();
        bytes[SLOT_LEN - 1] = 1;
        assert_eq!(KeySlot::from_bytes(&bytes), Err(KeyringError::NoSuchState { state: ERASED }));
    }

    #[test]
    fn names_the_slot_that_is_wrong() {
        let mut bytes = KeyringPage::new().to_bytes();
        bytes[3 * SLOT_LEN] = 9;
        let source = Box::new(KeyringError::NoSuchState { state: 9 });
        let expected = KeyringError::Slot { slot: 3, source };
        assert_eq!(KeyringPage::from_bytes(&bytes), Err(expected));
    }

    #[test]
    fn refuses_a_second_key_for_the_same_payload() {
        let mut page = KeyringPage::new();
        page.put(4, key(1)).unwrap();
        assert_eq!(page.put(4, key(2)), Err(KeyringError::Occupied { slot: 4 }));
        assert_eq!(page.get(4), &KeySlot::Wrapped(key(1)));
    }

    #[test]
    fn putting_a_key_again_does_not_bring_an_erased_one_back() {
        let mut page = KeyringPage::new();
        page.put(4, key(1)).unwrap();
        page.erase(4).unwrap();
        page.put(4, key(1)).unwrap();
        assert_eq!(page.get(4), &KeySlot::Erased);
    }

    #[test]
    fn an_erased_page_holds_no_byte_of_the_key() {
        let mut page = KeyringPage::new();
        page.put(255, key(0x5a)).unwrap();
        page.erase(255).unwrap();
        assert!(!page.to_bytes().contains(&0x5a));
    }

    #[test]
    fn refuses_to_erase_where_there_is_nothing() {
        let error = KeyringPage::new().erase(0).unwrap_err();
        assert_eq!(error, KeyringError::NothingToErase { slot: 0 });
    }
}
