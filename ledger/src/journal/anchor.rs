//! What a status head of the log fixes of the journal: a salted hash, so that the public learns
//! neither how much is going on nor when. The opening lies in the head's private record.

use sha2::{Digest as _, Sha256};

use crate::{
    digest::{DIGEST_LEN, JournalAnchor},
    journal::{ChainHash, JournalHead, RecordCount},
};

/// Random bytes in an opening.
pub const ANCHOR_SALT_LEN: usize = 16;

/// Bytes of an opening: salt, record count (u64, big-endian), chain hash.
pub const ANCHOR_OPENING_LEN: usize = ANCHOR_SALT_LEN + 8 + DIGEST_LEN;

/// What an anchor commits to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnchorOpening {
    salt: [u8; ANCHOR_SALT_LEN],
    head: JournalHead,
}

/// Bytes that are no opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpeningError {
    /// Another length.
    #[error("the opening of a journal anchor has {ANCHOR_OPENING_LEN} bytes, not {found}")]
    Length {
        /// Bytes found.
        found: usize,
    },
    /// A record count that no journal has.
    #[error("the opening of a journal anchor counts {count} records")]
    Count {
        /// The count found.
        count: u64,
    },
}

impl AnchorOpening {
    /// Anchors `head`, which must be durable already. `salt` is fresh from the operating system.
    pub const fn new(salt: [u8; ANCHOR_SALT_LEN], head: JournalHead) -> Self {
        Self { salt, head }
    }

    /// The journal's head that was anchored.
    pub const fn head(&self) -> JournalHead {
        self.head
    }

    /// The anchor that this opens.
    pub fn anchor(&self) -> JournalAnchor {
        JournalAnchor::from_bytes(Sha256::digest(self.to_bytes()).into())
    }

    /// The opening's bytes; exactly what the anchor is the hash of.
    pub fn to_bytes(&self) -> [u8; ANCHOR_OPENING_LEN] {
        let mut bytes = [0; ANCHOR_OPENING_LEN];
        let (salt, rest) = bytes.split_at_mut(ANCHOR_SALT_LEN);
        let (count, chain) = rest.split_at_mut(8);
        salt.copy_from_slice(&self.salt);
        count.copy_from_slice(&self.head.count.get().to_be_bytes());
        chain.copy_from_slice(self.head.chain.as_bytes());
        bytes
    }

    /// Reads an opening. Whether it opens a certain anchor is for the caller to compare.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, OpeningError> {
        let wrong_length = OpeningError::Length { found: bytes.len() };
        let (salt, rest) = bytes.split_first_chunk::<ANCHOR_SALT_LEN>().ok_or(wrong_length)?;
        let (count, chain) = rest.split_first_chunk::<8>().ok_or(wrong_length)?;
        let chain = <[u8; DIGEST_LEN]>::try_from(chain).map_err(|_same_length| wrong_length)?;
        let count = RecordCount::new(u64::from_be_bytes(*count))
            .map_err(|too_large| OpeningError::Count { count: too_large.value })?;
        Ok(Self { salt: *salt, head: JournalHead { count, chain: ChainHash::from_bytes(chain) } })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_opening_that_was_written_is_read_back(salt: [u8; 16], count in 0u64..1 << 40, chain: [u8; 32]) {
            let head = JournalHead {
                count: RecordCount::new(count).unwrap(),
                chain: ChainHash::from_bytes(chain),
            };
            let opening = AnchorOpening::new(salt, head);
            prop_assert_eq!(AnchorOpening::from_bytes(&opening.to_bytes()), Ok(opening));
        }
    }

    #[test]
    fn the_anchor_is_the_hash_of_salt_count_and_chain() {
        let head = JournalHead {
            count: RecordCount::new(2).unwrap(),
            chain: ChainHash::from_bytes([9; 32]),
        };
        let mut expected = Sha256::new();
        expected.update([7u8; 16]);
        expected.update([0, 0, 0, 0, 0, 0, 0, 2]);
        expected.update([9u8; 32]);
        let expected: [u8; 32] = expected.finalize().into();
        assert_eq!(AnchorOpening::new([7; 16], head).anchor().as_bytes(), &expected);
    }

    #[test]
    fn refuses_an_opening_of_another_length() {
        for found in [0, 16, 24, 55, 57] {
            let error = AnchorOpening::from_bytes(&vec![0; found]).unwrap_err();
            assert_eq!(error, OpeningError::Length { found });
        }
    }

    #[test]
    fn refuses_an_opening_with_an_impossible_count() {
        let error = AnchorOpening::from_bytes(&[0xff; ANCHOR_OPENING_LEN]).unwrap_err();
        assert_eq!(error, OpeningError::Count { count: u64::MAX });
    }
}
