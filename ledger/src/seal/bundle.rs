//! The file `private/entries/<N>`: the sealed payloads of up to 256 entries, in the order of their
//! indices. Each slot is `length (u32, big-endian) ‖ ciphertext`; an entry without a private record
//! has length 0. A partial bundle `<N>.p/<W>` holds W slots.

use super::{MAX_SEALED_LEN, SealError, Sealed};

/// Slots of a full bundle, as many as a tile has hashes and a keyring file has keys.
pub const SLOTS_PER_BUNDLE: usize = 256;

/// The private payloads of consecutive entries, at most [`SLOTS_PER_BUNDLE`] of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrivateBundle {
    slots: Vec<Option<Sealed>>,
}

/// Bytes that are no private bundle, or a slot too many.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// The bundle is full.
    #[error("a bundle holds at most {SLOTS_PER_BUNDLE} records")]
    Full,
    /// The file ends inside a slot.
    #[error("the bundle ends inside slot {slot}, at byte {offset}")]
    Truncated {
        /// The slot that is incomplete.
        slot: usize,
        /// Where it begins.
        offset: usize,
    },
    /// A slot's length is that of no sealed payload.
    #[error("slot {slot} of the bundle: {source}")]
    Slot {
        /// The slot.
        slot: usize,
        /// What is wrong with its length.
        source: SealError,
    },
    /// The file goes on after the slots that it should hold.
    #[error("the bundle goes on after its {expected} records, at byte {offset}")]
    Trailing {
        /// Slots expected.
        expected: usize,
        /// Where they end.
        offset: usize,
    },
}

impl PrivateBundle {
    /// A bundle without slots.
    pub const fn new() -> Self {
        Self { slots: Vec::new() }
    }

    /// Adds the next entry's payload, or that it has none.
    pub fn push(&mut self, payload: Option<Sealed>) -> Result<(), BundleError> {
        if self.slots.len() == SLOTS_PER_BUNDLE {
            return Err(BundleError::Full);
        }
        self.slots.push(payload);
        Ok(())
    }

    /// How many entries the bundle covers.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether the bundle covers no entry.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The payload in a slot; `None` beyond the bundle, `Some(None)` where there is no payload.
    pub fn get(&self, slot: usize) -> Option<Option<&Sealed>> {
        self.slots.get(slot).map(Option::as_ref)
    }

    /// The payloads in order.
    pub fn iter(&self) -> impl Iterator<Item = Option<&Sealed>> {
        self.slots.iter().map(Option::as_ref)
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let payloads: usize = self.iter().flatten().map(|sealed| sealed.as_bytes().len()).sum();
        let mut bytes = Vec::with_capacity(payloads + LENGTH_LEN * self.len());
        for payload in self.iter() {
            let payload = payload.map(Sealed::as_bytes).unwrap_or_default();
            // `Sealed` is at most MAX_SEALED_LEN long, far below u32::MAX.
            bytes.extend_from_slice(&(payload.len() as u32).to_be_bytes());
            bytes.extend_from_slice(payload);
        }
        bytes
    }

    /// Reads a bundle of exactly `width` slots: the name of the file says how many.
    pub fn from_bytes(bytes: &[u8], width: usize) -> Result<Self, BundleError> {
        if width > SLOTS_PER_BUNDLE {
            return Err(BundleError::Full);
        }
        let mut slots = Vec::with_capacity(width);
        let mut rest = bytes;
        for slot in 0..width {
            let truncated = BundleError::Truncated { slot, offset: bytes.len() - rest.len() };
            let Some((length, after)) = rest.split_first_chunk::<LENGTH_LEN>() else {
                return Err(truncated);
            };
            let length = u32::from_be_bytes(*length) as usize;
            if length > MAX_SEALED_LEN {
                return Err(BundleError::Slot {
                    slot,
                    source: SealError::NotSealed { len: length },
                });
            }
            let Some((payload, after)) = after.split_at_checked(length) else {
                return Err(truncated);
            };
            slots.push(match payload {
                [] => None,
                payload => Some(
                    Sealed::from_bytes(payload.to_vec())
                        .map_err(|source| BundleError::Slot { slot, source })?,
                ),
            });
            rest = after;
        }
        if rest.is_empty() {
            Ok(Self { slots })
        } else {
            Err(BundleError::Trailing { expected: width, offset: bytes.len() - rest.len() })
        }
    }
}

/// Bytes of the length before each payload.
const LENGTH_LEN: usize = 4;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_bundle() -> impl Strategy<Value = PrivateBundle> {
        let slot = proptest::option::of(proptest::collection::vec(any::<u8>(), 16..60));
        proptest::collection::vec(slot, 0..8).prop_map(|slots| PrivateBundle {
            slots: slots.into_iter().map(|s| s.map(|b| Sealed::from_bytes(b).unwrap())).collect(),
        })
    }

    proptest! {
        #[test]
        fn a_bundle_that_was_written_is_read_back(bundle in any_bundle()) {
            let bytes = bundle.to_bytes();
            prop_assert_eq!(PrivateBundle::from_bytes(&bytes, bundle.len()), Ok(bundle));
        }

        #[test]
        fn a_bundle_that_was_read_is_written_back(
            bytes in proptest::collection::vec(any::<u8>(), 0..64), width in 0usize..4,
        ) {
            if let Ok(bundle) = PrivateBundle::from_bytes(&bytes, width) {
                prop_assert_eq!(bundle.to_bytes(), bytes);
            }
        }

        #[test]
        fn every_truncation_of_a_bundle_is_refused(bundle in any_bundle(), cut: usize) {
            let bytes = bundle.to_bytes();
            if !bytes.is_empty() {
                let cut = cut % bytes.len();
                let read = PrivateBundle::from_bytes(&bytes[..cut], bundle.len());
                prop_assert!(matches!(read, Err(BundleError::Truncated { .. })), "{:?}", read);
            }
        }
    }

    #[test]
    fn refuses_bytes_after_the_last_slot() {
        let error = PrivateBundle::from_bytes(&[0, 0, 0, 0, 9], 1).unwrap_err();
        assert_eq!(error, BundleError::Trailing { expected: 1, offset: 4 });
    }

    #[test]
    fn refuses_a_length_beyond_the_limit_before_reading_on() {
        let error = PrivateBundle::from_bytes(&[0xff; 4], 1).unwrap_err();
        let source = SealError::NotSealed { len: u32::MAX as usize };
        assert_eq!(error, BundleError::Slot { slot: 0, source });
    }

    #[test]
    fn refuses_a_payload_shorter_than_its_tag() {
        let error = PrivateBundle::from_bytes(&[0, 0, 0, 1, 7], 1).unwrap_err();
        assert_eq!(error, BundleError::Slot { slot: 0, source: SealError::NotSealed { len: 1 } });
    }

    #[test]
    fn refuses_a_slot_beyond_the_last() {
        let mut bundle = PrivateBundle::new();
        for _ in 0..SLOTS_PER_BUNDLE {
            bundle.push(None).unwrap();
        }
        assert_eq!(bundle.push(None), Err(BundleError::Full));
    }
}
