//! Reading, which refuses whatever the writer would not have written.

use super::{
    MAJOR_ARRAY, MAJOR_BYTES, MAJOR_MAP, MAJOR_NEGATIVE, MAJOR_TAG, MAJOR_TEXT, MAJOR_UNSIGNED,
    NULL,
};
use crate::digest::DIGEST_LEN;

/// Why bytes are not the CBOR that was expected, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("CBOR at byte {at}: {fault}")]
pub struct CborError {
    /// Offset of the item in the input.
    pub at: usize,
    /// What is wrong with it.
    pub fault: CborFault,
}

/// What can be wrong with one CBOR item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CborFault {
    /// The input ends inside the item.
    #[error("the input ends here")]
    Truncated,
    /// Another kind of item stands here.
    #[error("expected {expected}, found initial byte {found:#04x}")]
    Unexpected {
        /// The kind that should stand here.
        expected: &'static str,
        /// The initial byte that does.
        found: u8,
    },
    /// A number or length in more bytes than it needs, or of indefinite length.
    #[error("not in the shortest form")]
    NotShortest,
    /// A string is longer than this field may be.
    #[error("{length} bytes, more than the {limit} allowed here")]
    TooLong {
        /// Length found.
        length: u64,
        /// Length allowed.
        limit: usize,
    },
    /// An array or map has another number of items.
    #[error("{found} items instead of {expected}")]
    WrongCount {
        /// Items required.
        expected: usize,
        /// Items found.
        found: u64,
    },
    /// A text string is not UTF-8.
    #[error("the text is not UTF-8")]
    NotUtf8,
    /// A value that this field cannot have.
    #[error("the value is not allowed for {field}")]
    NotAllowed {
        /// The field's name.
        field: &'static str,
    },
    /// Bytes follow the item.
    #[error("{count} bytes follow the item")]
    Trailing {
        /// How many.
        count: usize,
    },
}

/// Reads items one after another from untrusted bytes.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    input: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Reads `input` from its first byte.
    pub const fn new(input: &'a [u8]) -> Self {
        Self { input, at: 0 }
    }

    /// Offset of the next item.
    pub const fn position(&self) -> usize {
        self.at
    }

    /// An error at the next item's offset: a value read before makes no sense for `field`.
    pub const fn not_allowed(&self, field: &'static str) -> CborError {
        CborError { at: self.at, fault: CborFault::NotAllowed { field } }
    }

    /// Nothing may follow.
    pub const fn finish(self) -> Result<(), CborError> {
        match self.input.len() - self.at {
            0 => Ok(()),
            count => Err(CborError { at: self.at, fault: CborFault::Trailing { count } }),
        }
    }

    /// An array of exactly `count` items.
    pub fn array(&mut self, count: usize) -> Result<(), CborError> {
        self.counted(MAJOR_ARRAY, "an array", count)
    }

    /// A map of exactly `count` pairs.
    pub fn map(&mut self, count: usize) -> Result<(), CborError> {
        self.counted(MAJOR_MAP, "a map", count)
    }

    /// An array of at most `limit` items; its length.
    pub fn array_up_to(&mut self, limit: usize) -> Result<usize, CborError> {
        let at = self.at;
        let found = self.head(MAJOR_ARRAY, "an array")?;
        usize::try_from(found)
            .ok()
            .filter(|count| *count <= limit)
            .ok_or(CborError { at, fault: CborFault::TooLong { length: found, limit } })
    }

    /// This tag.
    pub fn tag(&mut self, tag: u64) -> Result<(), CborError> {
        let at = self.at;
        match self.head(MAJOR_TAG, "a tag")? {
            found if found == tag => Ok(()),
            _ => Err(CborError { at, fault: CborFault::NotAllowed { field: "tag" } }),
        }
    }

    /// An unsigned integer.
    pub fn uint(&mut self) -> Result<u64, CborError> {
        self.head(MAJOR_UNSIGNED, "an unsigned integer")
    }

    /// An integer of either sign within an `i64`.
    pub fn int(&mut self) -> Result<i64, CborError> {
        let at = self.at;
        let out_of_range = CborError { at, fault: CborFault::NotAllowed { field: "integer" } };
        match self.peek_major()? {
            MAJOR_NEGATIVE => {
                let magnitude = self.head(MAJOR_NEGATIVE, "an integer")?;
                i64::try_from(magnitude).map(|m| !m).ok().ok_or(out_of_range)
            }
            _ => {
                let value = self.head(MAJOR_UNSIGNED, "an integer")?;
                i64::try_from(value).ok().ok_or(out_of_range)
            }
        }
    }

    /// A byte string of at most `limit` bytes.
    pub fn bytes(&mut self, limit: usize) -> Result<&'a [u8], CborError> {
        self.string(MAJOR_BYTES, "a byte string", limit)
    }

    /// A byte string of exactly `N` bytes.
    pub fn byte_array<const N: usize>(&mut self) -> Result<[u8; N], CborError> {
        let at = self.at;
        let found = self.bytes(N)?;
        <[u8; N]>::try_from(found).map_err(|_shorter| CborError {
            at,
            fault: CborFault::WrongCount { expected: N, found: found.len() as u64 },
        })
    }

    /// A digest's 32 bytes.
    pub fn digest(&mut self) -> Result<[u8; DIGEST_LEN], CborError> {
        self.byte_array()
    }

    /// A text string of at most `limit` bytes of UTF-8.
    pub fn text(&mut self, limit: usize) -> Result<&'a str, CborError> {
        let at = self.at;
        let bytes = self.string(MAJOR_TEXT, "a text string", limit)?;
        std::str::from_utf8(bytes).map_err(|_where| CborError { at, fault: CborFault::NotUtf8 })
    }

    /// Null, or what `read` reads.
    pub fn optional<T, E: From<CborError>>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<Option<T>, E> {
        if self.input.get(self.at) == Some(&NULL) {
            self.at += 1;
            return Ok(None);
        }
        read(self).map(Some)
    }

    fn counted(
        &mut self,
        major: u8,
        expected: &'static str,
        count: usize,
    ) -> Result<(), CborError> {
        let at = self.at;
        match self.head(major, expected)? {
            found if found == count as u64 => Ok(()),
            found => Err(CborError { at, fault: CborFault::WrongCount { expected: count, found } }),
        }
    }

    fn string(
        &mut self,
        major: u8,
        expected: &'static str,
        limit: usize,
    ) -> Result<&'a [u8], CborError> {
        let at = self.at;
        let length = self.head(major, expected)?;
        let wanted = usize::try_from(length)
            .ok()
            .filter(|wanted| *wanted <= limit)
            .ok_or(CborError { at, fault: CborFault::TooLong { length, limit } })?;
        self.take(wanted)
    }

    fn peek_major(&self) -> Result<u8, CborError> {
        match self.input.get(self.at) {
            Some(initial) => Ok(initial >> 5),
            None => Err(CborError { at: self.at, fault: CborFault::Truncated }),
        }
    }

    fn head(&mut self, major: u8, expected: &'static str) -> Result<u64, CborError> {
        let at = self.at;
        let initial = self.take(1)?.first().copied().unwrap_or_default();
        if initial >> 5 != major {
            self.at = at;
            return Err(CborError {
                at,
                fault: CborFault::Unexpected { expected, found: initial },
            });
        }
        let width = match initial & 0x1F {
            short @ 0..=23 => return Ok(u64::from(short)),
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => return Err(CborError { at, fault: CborFault::NotShortest }),
        };
        let value = self.take(width)?.iter().fold(0u64, |n, byte| n << 8 | u64::from(*byte));
        let shortest = match width {
            1 => value >= 24,
            2 => value > 0xFF,
            4 => value > 0xFFFF,
            _ => value > 0xFFFF_FFFF,
        };
        if shortest { Ok(value) } else { Err(CborError { at, fault: CborFault::NotShortest }) }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], CborError> {
        let taken = self
            .at
            .checked_add(count)
            .and_then(|end| self.input.get(self.at..end))
            .ok_or(CborError { at: self.at, fault: CborFault::Truncated })?;
        self.at += count;
        Ok(taken)
    }
}
