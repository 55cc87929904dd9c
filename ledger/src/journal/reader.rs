//! Reads a journal from first to last, checks framing, chain and content, and names the exact place
//! of the first fault. Holds one record at a time.

use std::{
    fmt,
    io::{self, Read},
};

use crate::{
    digest::DIGEST_LEN,
    journal::{
        chain::{ChainHash, JournalHead, LENGTH_LEN, header},
        record::{JournalRecord, MAX_BODY_LEN, RecordError},
    },
};

/// A place between two records: what a later reader needs to go on from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalPlace {
    /// Byte offset in the file.
    pub offset: u64,
    /// The records before it.
    pub head: JournalHead,
}

/// The first thing that is wrong with a journal.
#[derive(Debug, thiserror::Error)]
#[error("journal record {record}, byte {offset}: {problem}")]
pub struct JournalFault {
    /// How many good records come before.
    pub record: u64,
    /// Where the faulty one begins.
    pub offset: u64,
    /// What is wrong with it.
    pub problem: JournalProblem,
}

/// What can be wrong with a journal.
#[derive(Debug, thiserror::Error)]
pub enum JournalProblem {
    /// The file could not be read.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// The file does not begin with the header for this log and version.
    #[error("this is no journal of version 1 beside this log")]
    WrongHeader,
    /// The file ends inside the header or inside a record, or the end was never written.
    #[error("the journal ends inside a record, of which {present} bytes are there")]
    Incomplete {
        /// Bytes of the incomplete record that are there.
        present: u64,
    },
    /// The record's length is impossible, or not that of the body that stands there.
    #[error("a record's length of {length} bytes is wrong (1 to {MAX_BODY_LEN} are possible)")]
    WrongLength {
        /// The length found.
        length: u32,
    },
    /// The chain does not fit: this record or one before it was altered.
    #[error("the chain is broken: computed {computed}, found {found}")]
    Chain {
        /// The chain hash over what is there.
        computed: ChainHash,
        /// The chain hash that is written after the record.
        found: ChainHash,
    },
    /// The record's content is wrong.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The record gives another place than where it stands.
    #[error("the record says that it is record {found}")]
    WrongSequence {
        /// The sequence in the record.
        found: u64,
    },
}

/// A length above that of most records.
const ORDINARY_LEN: usize = 4096;

/// Streams the records of a journal.
#[derive(Debug)]
pub struct JournalReader<R> {
    input: R,
    place: JournalPlace,
}

impl<R: Read> JournalReader<R> {
    /// Reads and checks the header. Give it a buffered input.
    pub fn open(mut input: R, origin: &str) -> Result<Self, JournalFault> {
        let fault = |problem| JournalFault { record: 0, offset: 0, problem };
        let expected = header(origin);
        let found = read_up_to(&mut input, expected.len()).map_err(|e| fault(e.into()))?;
        if !expected.starts_with(&found) {
            return Err(fault(JournalProblem::WrongHeader));
        }
        if found.len() < expected.len() {
            let present = found.len() as u64;
            return Err(fault(JournalProblem::Incomplete { present }));
        }
        let head = JournalHead::empty(origin);
        Ok(Self { input, place: JournalPlace { offset: expected.len() as u64, head } })
    }

    /// Goes on at a place that an earlier reader reached; `input` begins at its offset. A journal
    /// that changed before it is not noticed unless the chain at the place did.
    pub const fn resume(input: R, place: JournalPlace) -> Self {
        Self { input, place }
    }

    /// The place after the last record that was read.
    pub const fn place(&self) -> JournalPlace {
        self.place
    }

    /// The next record; none at the clean end of the file. After an error, stop.
    pub fn read_next(&mut self) -> Result<Option<JournalRecord>, JournalFault> {
        match self.read_checked() {
            Ok(Some((record, place))) => {
                self.place = place;
                Ok(Some(record))
            }
            Ok(None) => Ok(None),
            Err(problem) => {
                let JournalPlace { offset, head } = self.place;
                Err(JournalFault { record: head.count.get(), offset, problem })
            }
        }
    }

    fn read_checked(&mut self) -> Result<Option<(JournalRecord, JournalPlace)>, JournalProblem> {
        let prefix = read_up_to(&mut self.input, LENGTH_LEN)?;
        let Ok(length) = <[u8; LENGTH_LEN]>::try_from(prefix.as_slice()) else {
            return match prefix.len() as u64 {
                0 => Ok(None),
                present => Err(incomplete(present)),
            };
        };
        let length = u32::from_be_bytes(length);
        if length == 0 && self.only_zeros_follow()? {
            return Err(incomplete(LENGTH_LEN as u64));
        }
        if length == 0 || length as usize > MAX_BODY_LEN {
            return Err(JournalProblem::WrongLength { length });
        }
        let framed = read_up_to(&mut self.input, length as usize + DIGEST_LEN)?;
        let Some((body, chain)) = framed
            .split_last_chunk::<DIGEST_LEN>()
            .filter(|(body, _)| body.len() == length as usize)
        else {
            return Err(ends_inside(&framed, length));
        };
        self.check(body, ChainHash::from_bytes(*chain)).map(Some)
    }

    fn check(
        &mut self,
        body: &[u8],
        found: ChainHash,
    ) -> Result<(JournalRecord, JournalPlace), JournalProblem> {
        let head = self.place.head.after(body);
        let length = (LENGTH_LEN + body.len() + DIGEST_LEN) as u64;
        if head.chain != found {
            if found.as_bytes() == &[0; DIGEST_LEN] && self.only_zeros_follow()? {
                return Err(incomplete(length));
            }
            return Err(JournalProblem::Chain { computed: head.chain, found });
        }
        let record = JournalRecord::from_bytes(body)?;
        if record.sequence.get() != self.place.head.count.get() {
            return Err(JournalProblem::WrongSequence { found: record.sequence.get() });
        }
        Ok((record, JournalPlace { offset: self.place.offset + length, head }))
    }

    /// A power cut may leave a file as long as the lost write made it, with zeros where the bytes
    /// never arrived. Such a tail was never acknowledged: it counts as incomplete, not as altered.
    /// (Whoever could zero it could as well cut it off.)
    fn only_zeros_follow(&mut self) -> Result<bool, io::Error> {
        let mut chunk = [0; 4096];
        loop {
            match self.input.read(&mut chunk) {
                Ok(0) => return Ok(true),
                Ok(count) if chunk.iter().take(count).all(|byte| *byte == 0) => {}
                Ok(_) => return Ok(false),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// The file ends before the record does, if its length is right. If a whole body of another length
/// stands there, it is not: dropping an altered length as "incomplete" would drop acknowledged
/// records after it.
fn ends_inside(present: &[u8], length: u32) -> JournalProblem {
    match JournalRecord::len_at_start_of(present) {
        Some(actual) if actual != length as usize => JournalProblem::WrongLength { length },
        Some(_) | None => incomplete((LENGTH_LEN + present.len()) as u64),
    }
}

const fn incomplete(present: u64) -> JournalProblem {
    JournalProblem::Incomplete { present }
}

/// Reads `wanted` bytes, or fewer where the input ends. Allocates what arrives, not what is wanted.
fn read_up_to(input: &mut impl Read, wanted: usize) -> io::Result<Vec<u8>> {
    // A hostile length allocates no more than an ordinary record takes.
    let mut bytes = Vec::with_capacity(wanted.min(ORDINARY_LEN));
    input.take(wanted as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl fmt::Display for JournalPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record {}, byte {}", self.head.count, self.offset)
    }
}
