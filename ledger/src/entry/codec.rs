//! Entry bytes. `Entry::decode` accepts exactly what `Entry::encode` writes.

use super::{
    Anchor, AnchorPurpose, AuthorityEntry, Entry, Issuance, SignedStatusChange, StatusChangeError,
    StatusHead,
};
use crate::{
    authority::Role,
    cbor::{CborError, Reader, Writer},
    certificate::{Text, TextError, UnknownCode},
    digest::{Commitment, JournalAnchor, RootHash},
    position::{LeafIndex, PositionTooLarge},
    time::UnixMillis,
};

/// The largest entry in bytes.
///
/// Security: a reader allocates no more than this per entry, and 256 of them fit the largest
/// bundle that a mirror reads. The largest real entry is an authority's certificate, about 1 KiB.
pub const MAX_ENTRY_LEN: usize = 8 * 1024;

/// Longest filing number in bytes; the limit of every text field.
const MAX_FILING_NUMBER_LEN: usize = 192;

const AUTHORITY: u64 = 1;
const ISSUANCE: u64 = 2;
const STATUS_CHANGE: u64 = 3;
const INTEGRITY_RECORD: u64 = 4;
const ANCHOR: u64 = 5;
const STATUS_HEAD: u64 = 6;
/// Items of a status head, the longest of the six arrays.
const HEAD_ITEMS: usize = 8;

/// Why bytes are no entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Longer than [`MAX_ENTRY_LEN`].
    #[error("an entry of {length} bytes; at most {MAX_ENTRY_LEN} are read")]
    TooLong {
        /// Bytes given.
        length: usize,
    },
    /// Not the CBOR structure.
    #[error("entry: {0}")]
    Cbor(#[from] CborError),
    /// A code that its table does not have, the entry's kind among them.
    #[error("entry: {0}")]
    Code(#[from] UnknownCode),
    /// A position outside every log.
    #[error("entry: {0}")]
    Position(#[from] PositionTooLarge),
    /// The filing number is no acceptable text.
    #[error("entry, filing number: {0}")]
    FilingNumber(#[from] TextError),
    /// A head's time is beyond the year 9999.
    #[error("entry: the head's time {millis} is out of range")]
    Time {
        /// Milliseconds found.
        millis: u64,
    },
    /// The signed status change inside is malformed.
    #[error(transparent)]
    StatusChange(#[from] StatusChangeError),
}

impl Entry {
    /// The entry's bytes: what the leaf hash covers.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new();
        match self {
            Self::Authority(entry) => out
                .array(4)
                .uint(AUTHORITY)
                .bytes(&entry.certificate)
                .uint(entry.role.code())
                .optional(entry.filing_number.as_ref(), |out, number| out.text(number.as_str())),
            Self::Issuance(entry) => out
                .array(4)
                .uint(ISSUANCE)
                .uint(entry.authority.get())
                .optional(entry.title, |out, title| out.uint(title.get()))
                .bytes(entry.commitment.as_bytes()),
            Self::StatusChange(change) => out.array(2).uint(STATUS_CHANGE).bytes(&change.encode()),
            Self::IntegrityRecord(commitment) => {
                out.array(2).uint(INTEGRITY_RECORD).bytes(commitment.as_bytes())
            }
            Self::Anchor(anchor) => out
                .array(3)
                .uint(ANCHOR)
                .uint(anchor.purpose.code())
                .bytes(anchor.commitment.as_bytes()),
            Self::StatusHead(head) => encode_head(&mut out, head),
        };
        out.finish()
    }

    /// Parses exactly one entry.
    pub fn decode(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > MAX_ENTRY_LEN {
            return Err(EntryError::TooLong { length: bytes.len() });
        }
        let mut peek = Reader::new(bytes);
        peek.array_up_to(HEAD_ITEMS)?;
        let kind = peek.uint()?;
        let mut body = Reader::new(bytes);
        let items = match kind {
            AUTHORITY | ISSUANCE => 4,
            STATUS_CHANGE | INTEGRITY_RECORD => 2,
            ANCHOR => 3,
            STATUS_HEAD => HEAD_ITEMS,
            code => return Err(UnknownCode { table: "entry kind", code }.into()),
        };
        body.array(items)?;
        body.uint()?;
        let entry = match kind {
            AUTHORITY => Self::Authority(decode_authority(&mut body)?),
            ISSUANCE => Self::Issuance(Issuance {
                authority: read_index(&mut body)?,
                title: body.optional(read_index)?,
                commitment: Commitment::from_bytes(body.digest()?),
            }),
            STATUS_CHANGE => {
                Self::StatusChange(SignedStatusChange::decode(body.bytes(MAX_ENTRY_LEN)?)?)
            }
            INTEGRITY_RECORD => Self::IntegrityRecord(Commitment::from_bytes(body.digest()?)),
            ANCHOR => Self::Anchor(Anchor {
                purpose: AnchorPurpose::from_code(body.uint()?)?,
                commitment: Commitment::from_bytes(body.digest()?),
            }),
            _ => Self::StatusHead(decode_head(&mut body)?),
        };
        body.finish()?;
        Ok(entry)
    }
}

fn decode_authority(input: &mut Reader<'_>) -> Result<AuthorityEntry, EntryError> {
    let certificate = input.bytes(MAX_ENTRY_LEN)?.to_vec();
    let role = Role::from_code(input.uint()?)?;
    let filing_number =
        input.optional(|input| input.text(MAX_FILING_NUMBER_LEN))?.map(Text::new).transpose()?;
    Ok(AuthorityEntry { certificate, role, filing_number })
}

fn encode_head<'a>(out: &'a mut Writer, head: &StatusHead) -> &'a mut Writer {
    out.array(HEAD_ITEMS)
        .uint(STATUS_HEAD)
        .uint(head.index.get())
        .optional(head.previous, |out, previous| out.uint(previous.get()))
        .uint(head.time.get())
        .uint(head.exceptions)
        .bytes(head.list_root.as_bytes())
        .uint(head.list_head.get())
        .bytes(head.journal.as_bytes())
}

fn decode_head(input: &mut Reader<'_>) -> Result<StatusHead, EntryError> {
    let index = read_index(input)?;
    let previous = input.optional(read_index)?;
    let millis = input.uint()?;
    let time = UnixMillis::new(millis).ok_or(EntryError::Time { millis })?;
    Ok(StatusHead {
        index,
        previous,
        time,
        exceptions: input.uint()?,
        list_root: RootHash::from_bytes(input.digest()?),
        list_head: read_index(input)?,
        journal: JournalAnchor::from_bytes(input.digest()?),
    })
}

fn read_index(input: &mut Reader<'_>) -> Result<LeafIndex, EntryError> {
    Ok(LeafIndex::new(input.uint()?)?)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cbor::CborFault;

    fn index(value: u64) -> LeafIndex {
        LeafIndex::new(value).unwrap()
    }

    fn examples() -> Vec<Entry> {
        vec![
            Entry::Authority(AuthorityEntry {
                certificate: vec![0x30, 0x00],
                role: Role::Issue,
                filing_number: Some(Text::new("渝职改办〔2024〕101号").unwrap()),
            }),
            Entry::Issuance(Issuance {
                authority: index(0),
                title: Some(index(300)),
                commitment: Commitment::to(b"x"),
            }),
            Entry::IntegrityRecord(Commitment::to(b"y")),
            Entry::Anchor(Anchor {
                purpose: AnchorPurpose::HolidayTable,
                commitment: Commitment::to(b"z"),
            }),
            Entry::StatusHead(StatusHead {
                index: index(70_000),
                previous: None,
                time: UnixMillis::new(1_795_449_600_000).unwrap(),
                exceptions: 0,
                list_root: RootHash::empty(),
                list_head: index(70_000),
                journal: JournalAnchor::from_bytes([1; 32]),
            }),
        ]
    }

    #[test]
    fn every_kind_is_read_back_as_it_was_written() {
        for entry in examples() {
            assert_eq!(Entry::decode(&entry.encode()), Ok(entry));
        }
    }

    #[test]
    fn refuses_every_truncation_of_every_kind() {
        for bytes in examples().iter().map(Entry::encode) {
            for end in 0..bytes.len() {
                assert!(
                    matches!(Entry::decode(&bytes[..end]), Err(EntryError::Cbor(_))),
                    "{end} of {bytes:?}"
                );
            }
        }
    }

    #[test]
    fn refuses_a_kind_that_does_not_exist() {
        let error = Entry::decode(&[0x82, 0x07, 0x00]).unwrap_err();
        assert_eq!(error, EntryError::Code(UnknownCode { table: "entry kind", code: 7 }));
    }

    #[test]
    fn refuses_a_kind_with_the_items_of_another() {
        let error = Entry::decode(&[0x82, 0x02, 0x00]).unwrap_err();
        let wrong = CborFault::WrongCount { expected: 4, found: 2 };
        assert_eq!(error, EntryError::Cbor(CborError { at: 0, fault: wrong }));
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_written_the_same(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(entry) = Entry::decode(&bytes) {
                prop_assert_eq!(entry.encode(), bytes);
            }
        }

        #[test]
        fn a_changed_byte_is_refused_or_written_back_the_same(which in 0usize..5, at in 0usize..150, byte: u8) {
            let mut bytes = examples()[which].encode();
            let at = at % bytes.len();
            bytes[at] = byte;
            if let Ok(entry) = Entry::decode(&bytes) {
                prop_assert_eq!(entry.encode(), bytes);
            }
        }
    }
}
