//! Deterministic CBOR (RFC 8949 §4.2.1), written and read strictly.
//!
//! The formats use seven things: unsigned and negative integers, byte and text strings, arrays, maps
//! with a fixed order of integer keys, tags and null. Everything else is refused on sight, and so is
//! a length or number in more bytes than it needs: what was read, written again, is the same bytes.

use crate::digest::DIGEST_LEN;

const MAJOR_UNSIGNED: u8 = 0;
const MAJOR_NEGATIVE: u8 = 1;
const MAJOR_BYTES: u8 = 2;
const MAJOR_TEXT: u8 = 3;
const MAJOR_ARRAY: u8 = 4;
const MAJOR_MAP: u8 = 5;
const MAJOR_TAG: u8 = 6;
const NULL: u8 = 0xF6;

/// Room for what is written most: claims, certificates, personal records. They grow byte by byte.
const USUAL_LEN: usize = 384;

/// Writes one CBOR item after another; every number in its shortest form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Writer {
    out: Vec<u8>,
}

impl Writer {
    /// An empty output.
    pub fn new() -> Self {
        Self { out: Vec::with_capacity(USUAL_LEN) }
    }

    /// An array of `count` items, which the caller writes next.
    pub fn array(&mut self, count: usize) -> &mut Self {
        self.head(MAJOR_ARRAY, count as u64)
    }

    /// A map of `count` pairs; the caller writes keys in ascending order of their encoding.
    pub fn map(&mut self, count: usize) -> &mut Self {
        self.head(MAJOR_MAP, count as u64)
    }

    /// A tag; the caller writes the tagged item next.
    pub fn tag(&mut self, tag: u64) -> &mut Self {
        self.head(MAJOR_TAG, tag)
    }

    /// An unsigned integer.
    pub fn uint(&mut self, value: u64) -> &mut Self {
        self.head(MAJOR_UNSIGNED, value)
    }

    /// An integer of either sign.
    pub fn int(&mut self, value: i64) -> &mut Self {
        if value < 0 {
            self.head(MAJOR_NEGATIVE, !value as u64)
        } else {
            self.head(MAJOR_UNSIGNED, value as u64)
        }
    }

    /// A byte string.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.head(MAJOR_BYTES, bytes.len() as u64);
        self.out.extend_from_slice(bytes);
        self
    }

    /// A text string.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.head(MAJOR_TEXT, text.len() as u64);
        self.out.extend_from_slice(text.as_bytes());
        self
    }

    /// Null: an optional field that is absent.
    pub fn null(&mut self) -> &mut Self {
        self.out.push(NULL);
        self
    }

    /// `value` written by `write`, or null.
    pub fn optional<T>(
        &mut self,
        value: Option<T>,
        write: impl FnOnce(&mut Self, T) -> &mut Self,
    ) -> &mut Self {
        match value {
            Some(value) => write(self, value),
            None => self.null(),
        }
    }

    /// An item that is already encoded.
    pub fn encoded(&mut self, item: &[u8]) -> &mut Self {
        self.out.extend_from_slice(item);
        self
    }

    /// The bytes written.
    pub fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    fn head(&mut self, major: u8, value: u64) -> &mut Self {
        let major = major << 5;
        match value {
            0..=23 => self.out.push(major | value as u8),
            24..=0xFF => self.out.extend_from_slice(&[major | 24, value as u8]),
            0x100..=0xFFFF => {
                self.out.push(major | 25);
                self.out.extend_from_slice(&(value as u16).to_be_bytes());
            }
            0x1_0000..=0xFFFF_FFFF => {
                self.out.push(major | 26);
                self.out.extend_from_slice(&(value as u32).to_be_bytes());
            }
            _ => {
                self.out.push(major | 27);
                self.out.extend_from_slice(&value.to_be_bytes());
            }
        }
        self
    }
}

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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn writes_the_examples_of_rfc_8949_appendix_a() {
        let cases: [(i64, &[u8]); 8] = [
            (0, &[0x00]),
            (23, &[0x17]),
            (24, &[0x18, 0x18]),
            (1000, &[0x19, 0x03, 0xE8]),
            (1_000_000, &[0x1A, 0x00, 0x0F, 0x42, 0x40]),
            (1_000_000_000_000, &[0x1B, 0x00, 0x00, 0x00, 0xE8, 0xD4, 0xA5, 0x10, 0x00]),
            (-1, &[0x20]),
            (-1000, &[0x39, 0x03, 0xE7]),
        ];
        for (value, encoded) in cases {
            assert_eq!(Writer::new().int(value).finish(), encoded);
            let mut reader = Reader::new(encoded);
            assert_eq!(reader.int().unwrap(), value);
            reader.finish().unwrap();
        }
        assert_eq!(Writer::new().text("水").finish(), [0x63, 0xE6, 0xB0, 0xB4]);
        assert_eq!(Writer::new().array(2).uint(1).null().finish(), [0x82, 0x01, 0xF6]);
    }

    #[test]
    fn refuses_a_number_in_more_bytes_than_it_needs() {
        for long in [&[0x18, 0x17][..], &[0x19, 0, 0xFF], &[0x1A, 0, 0, 0xFF, 0xFF]] {
            let fault = Reader::new(long).uint().unwrap_err().fault;
            assert_eq!(fault, CborFault::NotShortest);
        }
    }

    #[test]
    fn refuses_indefinite_lengths() {
        let fault = Reader::new(&[0x9F, 0xFF]).array(0).unwrap_err().fault;
        assert_eq!(fault, CborFault::NotShortest);
    }

    #[test]
    fn refuses_a_string_longer_than_the_input_without_allocating_it() {
        let fault = Reader::new(&[0x5A, 0xFF, 0xFF, 0xFF, 0xFF]).bytes(usize::MAX).unwrap_err();
        assert_eq!(fault.fault, CborFault::Truncated);
    }

    #[test]
    fn refuses_bytes_after_the_item() {
        let mut reader = Reader::new(&[0x01, 0x02]);
        reader.uint().unwrap();
        assert_eq!(reader.finish().unwrap_err().fault, CborFault::Trailing { count: 1 });
    }

    proptest! {
        #[test]
        fn integers_survive_writing_and_reading(value: i64) {
            let bytes = Writer::new().int(value).finish();
            prop_assert_eq!(Reader::new(&bytes).int().unwrap(), value);
        }

        #[test]
        fn agrees_with_ciborium(value: i64, text: String, bytes: Vec<u8>) {
            let ours = Writer::new().array(3).int(value).text(&text).bytes(&bytes).finish();
            let mut theirs = Vec::new();
            let item = ciborium::Value::Array(vec![
                value.into(), text.into(), ciborium::Value::Bytes(bytes),
            ]);
            ciborium::into_writer(&item, &mut theirs).unwrap();
            prop_assert_eq!(ours, theirs);
        }
    }
}
