//! One journal record's body: the CBOR array
//! `[sequence, time, kind, actor or null, data, sealed or null]`.

use crate::{
    cbor::{CborError, Reader, Writer},
    journal::erasure::{ERASURE_KIND, parse_erasure},
    seal::{JournalSequence, MAX_SEALED_LEN, SealPlace, Sealed},
    time::UnixMillis,
};

/// The longest kind, in bytes.
///
/// Security: kinds are words of ours such as `issue-intent`; the bound keeps a hostile file from
/// filling logs and error messages.
pub const MAX_KIND_LEN: usize = 64;

/// The longest actor, in bytes: an account's identifier, never a person's name.
///
/// Security: as for [`MAX_KIND_LEN`].
pub const MAX_ACTOR_LEN: usize = 128;

/// The longest open data of one record: 1 MiB.
///
/// Security: together with the bound on payloads it limits what a reader allocates for one record
/// of a damaged file. The largest honest data, the hashes of a batch of 10,000 drafts, has 340 KB.
pub const MAX_DATA_LEN: usize = 1 << 20;

/// The longest body: all fields at their limits and 64 bytes of framing.
pub const MAX_BODY_LEN: usize =
    MAX_KIND_LEN + MAX_ACTOR_LEN + MAX_DATA_LEN + MAX_SEALED_LEN + FRAMING_LEN;

const FRAMING_LEN: usize = 64;

/// What kind of action a record is: 1 to [`MAX_KIND_LEN`] of `a`–`z`, `0`–`9` and `-`. Its meaning
/// is the issuer's, except for [`ERASURE_KIND`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKind(String);

impl RecordKind {
    /// Checks the alphabet and the length.
    pub fn new(text: &str) -> Result<Self, RecordError> {
        let allowed = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        if (1..=MAX_KIND_LEN).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(RecordError::Kind { len: text.len() })
        }
    }

    /// The kind's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One record of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRecord {
    /// Its place in the journal.
    pub sequence: JournalSequence,
    /// When it was written, by the writer's clock.
    pub time: UnixMillis,
    /// What was done.
    pub kind: RecordKind,
    /// The account that did it; none where the program itself did. No personal data.
    pub actor: Option<String>,
    /// Details that staff may read. No personal data: erasure does not reach it.
    pub data: Vec<u8>,
    /// A sealed payload about one person; its key is in the keyring under `sequence`.
    pub sealed: Option<Sealed>,
}

/// Why a record cannot be written, or bytes are none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The body is not the CBOR of a record.
    #[error(transparent)]
    Cbor(#[from] CborError),
    /// A kind outside its alphabet or length.
    #[error("a kind of {len} bytes is empty, too long, or not of a-z, 0-9 and hyphens")]
    Kind {
        /// Its length in bytes.
        len: usize,
    },
    /// The actor is too long.
    #[error("an actor of {len} bytes is empty or longer than {MAX_ACTOR_LEN}")]
    Actor {
        /// Its length in bytes.
        len: usize,
    },
    /// The data is too long.
    #[error("data of {len} bytes is longer than {MAX_DATA_LEN}")]
    Data {
        /// Its length in bytes.
        len: usize,
    },
    /// A record of the kind `erasure` whose data names no place.
    #[error("an erasure line that names no place: {source}")]
    Erasure {
        /// What is wrong with its data.
        source: CborError,
    },
    /// Erasure lines are written by erasing, not by hand.
    #[error("a record of kind `{ERASURE_KIND}` is written by erasing only")]
    ReservedKind,
}

impl JournalRecord {
    /// The place that this record says was erased; none when it is of another kind.
    pub fn erasure(&self) -> Result<Option<SealPlace>, RecordError> {
        if self.kind.as_str() != ERASURE_KIND {
            return Ok(None);
        }
        parse_erasure(&self.data).map(Some).map_err(|source| RecordError::Erasure { source })
    }

    /// The record's body.
    pub fn to_bytes(&self) -> Result<Vec<u8>, RecordError> {
        self.check()?;
        Ok(Writer::new()
            .array(FIELDS)
            .uint(self.sequence.get())
            .uint(self.time.get())
            .text(self.kind.as_str())
            .optional(self.actor.as_deref(), Writer::text)
            .bytes(&self.data)
            .optional(self.sealed.as_ref().map(Sealed::as_bytes), Writer::bytes)
            .finish())
    }

    /// Reads a body strictly: written again it is the same bytes.
    pub fn from_bytes(body: &[u8]) -> Result<Self, RecordError> {
        let mut reader = Reader::new(body);
        let record = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(record)
    }

    /// The length of the body that `bytes` begin with, if they begin with a complete one.
    pub(super) fn len_at_start_of(bytes: &[u8]) -> Option<usize> {
        let mut reader = Reader::new(bytes);
        Self::read(&mut reader).ok().map(|_record| reader.position())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, RecordError> {
        reader.array(FIELDS)?;
        let out_of_range = reader.not_allowed("sequence");
        let sequence = JournalSequence::new(reader.uint()?).map_err(|_too_large| out_of_range)?;
        let out_of_range = reader.not_allowed("time");
        let time = UnixMillis::new(reader.uint()?).ok_or(out_of_range)?;
        let kind = RecordKind::new(reader.text(MAX_KIND_LEN)?)?;
        let actor = reader.optional(|reader| reader.text(MAX_ACTOR_LEN))?.map(str::to_owned);
        let data = reader.bytes(MAX_DATA_LEN)?.to_vec();
        let no_payload = |reader: &Reader<'_>| reader.not_allowed("sealed");
        let sealed = reader.optional(|reader| {
            let wrong = no_payload(reader);
            let bytes = reader.bytes(MAX_SEALED_LEN)?.to_vec();
            Sealed::from_bytes(bytes).map_err(|_too_short| wrong)
        })?;
        let record = Self { sequence, time, kind, actor, data, sealed };
        record.check()?;
        Ok(record)
    }

    fn check(&self) -> Result<(), RecordError> {
        if let Some(actor) = &self.actor
            && !(1..=MAX_ACTOR_LEN).contains(&actor.len())
        {
            return Err(RecordError::Actor { len: actor.len() });
        }
        if self.data.len() > MAX_DATA_LEN {
            return Err(RecordError::Data { len: self.data.len() });
        }
        self.erasure().map(|_place| ())
    }
}

/// Items of a record's array.
const FIELDS: usize = 6;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_record() -> impl Strategy<Value = JournalRecord> {
        (
            0u64..1 << 40,
            0u64..253_402_300_799_999,
            "[a-z0-9-]{1,20}",
            proptest::option::of("[a-z0-9@.]{1,20}"),
            proptest::collection::vec(any::<u8>(), 0..40),
            proptest::option::of(proptest::collection::vec(any::<u8>(), 16..60)),
        )
            .prop_filter("erasure lines have data of their own", |f| f.2 != ERASURE_KIND)
            .prop_map(|(sequence, time, kind, actor, data, sealed)| JournalRecord {
                sequence: JournalSequence::new(sequence).unwrap(),
                time: UnixMillis::new(time).unwrap(),
                kind: RecordKind::new(&kind).unwrap(),
                actor,
                data,
                sealed: sealed.map(|bytes| Sealed::from_bytes(bytes).unwrap()),
            })
    }

    proptest! {
        #[test]
        fn a_record_that_was_written_is_read_back(record in any_record()) {
            let bytes = record.to_bytes().unwrap();
            prop_assert!(bytes.len() <= MAX_BODY_LEN);
            prop_assert_eq!(JournalRecord::from_bytes(&bytes), Ok(record));
        }

        #[test]
        fn a_record_that_was_read_is_written_back(
            record in any_record(), at: usize, flip in 1u8..=255,
        ) {
            let mut bytes = record.to_bytes().unwrap();
            let at = at % bytes.len();
            bytes[at] ^= flip;
            if let Ok(read) = JournalRecord::from_bytes(&bytes) {
                prop_assert_eq!(read.to_bytes().unwrap(), bytes);
            }
        }

        #[test]
        fn every_truncation_of_a_record_is_refused(record in any_record(), cut: usize) {
            let bytes = record.to_bytes().unwrap();
            let cut = cut % bytes.len();
            prop_assert!(JournalRecord::from_bytes(&bytes[..cut]).is_err());
        }
    }

    #[test]
    fn refuses_a_kind_that_is_no_word_of_ours() {
        for (text, len) in [("", 0), ("Issue", 5), ("a b", 3), ("签发", 6)] {
            assert_eq!(RecordKind::new(text), Err(RecordError::Kind { len }), "{text}");
        }
    }

    #[test]
    fn refuses_an_erasure_line_that_names_no_place() {
        let record = JournalRecord {
            sequence: JournalSequence::FIRST,
            time: UnixMillis::new(0).unwrap(),
            kind: RecordKind::new(ERASURE_KIND).unwrap(),
            actor: None,
            data: vec![0x82, 0x03, 0x00],
            sealed: None,
        };
        assert!(matches!(record.to_bytes(), Err(RecordError::Erasure { .. })));
    }
}
