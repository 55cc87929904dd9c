//! Deterministic CBOR (RFC 8949 §4.2.1), written and read strictly.
//!
//! The formats use seven things: unsigned and negative integers, byte and text strings, arrays, maps
//! with a fixed order of integer keys, tags and null. Everything else is refused on sight, and so is
//! a length or number in more bytes than it needs: what was read, written again, is the same bytes.

mod reader;
mod writer;

pub use self::{
    reader::{CborError, CborFault, Reader},
    writer::Writer,
};

const MAJOR_UNSIGNED: u8 = 0;
const MAJOR_NEGATIVE: u8 = 1;
const MAJOR_BYTES: u8 = 2;
const MAJOR_TEXT: u8 = 3;
const MAJOR_ARRAY: u8 = 4;
const MAJOR_MAP: u8 = 5;
const MAJOR_TAG: u8 = 6;
const NULL: u8 = 0xF6;

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
