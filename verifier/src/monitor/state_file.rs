//! The bytes of a monitor's state. FORMAT.md section 23.

use std::io::{self, Read};

use ledger::{
    cbor::{CborError, Reader, Writer},
    certificate::LogGeneration,
    checkpoint::{CheckpointParseError, SignedCheckpoint},
    digest::Commitment,
    note::MAX_NOTE_LEN,
    position::{LeafIndex, TreeSize},
    replay::{KnownCommitment, MAX_SAVED_LEN, SavedError, SavedReplay},
};

const MAGIC: &str = "title-ledger-monitor-v1";
/// Bytes of one commitment: index and prefix.
pub(super) const RECORD_LEN: usize = 16;
/// Length of the hash at the end of the state.
const HASH_LEN: usize = 32;
/// The longest file.
pub(super) const MAX_STATE_LEN: usize = MAX_SAVED_LEN + 2 * MAX_NOTE_LEN;

/// Why the bytes of a state are refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum Malformed {
    #[error(transparent)]
    Cbor(#[from] CborError),
    #[error(transparent)]
    Checkpoint(#[from] CheckpointParseError),
    #[error(transparent)]
    Saved(#[from] SavedError),
    #[error("its hash is not the one at its end")]
    Hash,
    #[error("it is of another kind")]
    Kind,
}

/// The content of the file `state`.
pub(super) struct StateFile {
    pub(super) generation: LogGeneration,
    pub(super) seen: SignedCheckpoint,
    pub(super) saved: Option<Saved>,
}

/// A replay right after a head, and the commitments of its entries.
#[derive(Debug, Clone)]
pub(super) struct Saved {
    pub(super) replay: Vec<u8>,
    pub(super) size: TreeSize,
    /// How many commitments it has.
    pub(super) commitments: u64,
    /// The chain over them.
    pub(super) chain: Commitment,
}

impl StateFile {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.array(4).text(MAGIC).uint(u64::from(self.generation.get()));
        out.bytes(&self.seen.to_bytes());
        out.optional(self.saved.as_ref(), |out, saved| {
            out.array(3).bytes(&saved.replay).uint(saved.commitments).bytes(saved.chain.as_bytes())
        });
        let mut bytes = out.finish();
        let hash = Commitment::to(&bytes);
        bytes.extend_from_slice(hash.as_bytes());
        bytes
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let (bytes, hash) = bytes.split_last_chunk::<HASH_LEN>().ok_or(Malformed::Hash)?;
        if Commitment::to(bytes).as_bytes() != hash {
            return Err(Malformed::Hash);
        }
        let mut input = Reader::new(bytes);
        input.array(4)?;
        if input.text(MAGIC.len())? != MAGIC {
            return Err(Malformed::Kind);
        }
        let generation = u8::try_from(input.uint()?).map_err(|_beyond| Malformed::Kind)?;
        let seen = SignedCheckpoint::parse(input.bytes(MAX_NOTE_LEN)?)?;
        let saved = input.optional(|input| -> Result<_, Malformed> {
            input.array(3)?;
            let replay = input.bytes(MAX_SAVED_LEN)?.to_vec();
            let size = SavedReplay::decode(&replay)?.size();
            let commitments = input.uint()?;
            let chain = Commitment::from_bytes(input.digest()?);
            // An entry has at most one; the file is as long as this says.
            if commitments > size.get() {
                return Err(Malformed::Kind);
            }
            Ok(Saved { replay, size, commitments, chain })
        })?;
        input.finish()?;
        Ok(Self { generation: LogGeneration::new(generation), seen, saved })
    }
}

/// The chain's value before the first record.
pub(super) const CHAIN_START: Commitment = Commitment::from_bytes([0; HASH_LEN]);

/// The chain's value after one more record: SHA-256(before ‖ record).
pub(super) fn chained(before: Commitment, record: &[u8; RECORD_LEN]) -> Commitment {
    let mut both = [0; HASH_LEN + RECORD_LEN];
    let (left, right) = both.split_at_mut(HASH_LEN);
    left.copy_from_slice(before.as_bytes());
    right.copy_from_slice(record);
    Commitment::to(&both)
}

/// A commitment's record: index and prefix.
pub(super) fn written(known: &KnownCommitment) -> [u8; RECORD_LEN] {
    let both = u128::from(known.index.get()) << 64 | u128::from(known.prefix);
    both.to_be_bytes()
}

/// The records of a file, one after another, so that they are never held twice. It ends early where
/// something is wrong; [`Records::check`] says so.
pub(super) struct Records<R> {
    file: R,
    left: u64,
    last: Option<LeafIndex>,
    chain: Commitment,
    failed: Option<RecordsError>,
}

/// What is wrong with the file of commitments.
#[derive(Debug, thiserror::Error)]
pub(super) enum RecordsError {
    #[error(transparent)]
    Io(io::Error),
    #[error("it is shorter than the state says")]
    Short,
    #[error("a record is malformed or out of order")]
    Record,
    #[error("its chain is not the one in the state")]
    Chain,
}

impl<R: Read> Records<R> {
    /// The first `count` records.
    pub(super) const fn new(file: R, count: u64) -> Self {
        Self { file, left: count, last: None, chain: CHAIN_START, failed: None }
    }

    /// Checks, after the last one, that all were as they were written.
    pub(super) fn check(self, chain: Commitment) -> Result<(), RecordsError> {
        match self.failed {
            Some(error) => Err(error),
            None if self.left == 0 && self.chain == chain => Ok(()),
            None => Err(RecordsError::Chain),
        }
    }

    fn read(&mut self) -> Result<KnownCommitment, RecordsError> {
        let mut bytes = [0; RECORD_LEN];
        self.file.read_exact(&mut bytes).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => RecordsError::Short,
            _ => RecordsError::Io(error),
        })?;
        self.chain = chained(self.chain, &bytes);
        let known = record(&bytes).filter(|known| self.last.is_none_or(|last| last < known.index));
        let known = known.ok_or(RecordsError::Record)?;
        self.last = Some(known.index);
        Ok(known)
    }
}

impl<R: Read> Iterator for Records<R> {
    type Item = KnownCommitment;

    fn next(&mut self) -> Option<KnownCommitment> {
        if self.failed.is_some() || self.left == 0 {
            return None;
        }
        match self.read() {
            Ok(known) => {
                self.left -= 1;
                Some(known)
            }
            Err(error) => {
                self.failed = Some(error);
                None
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.left).ok();
        (left.unwrap_or_default(), left)
    }
}

/// The first half of a hash in hexadecimal, for names.
pub(super) fn short(hash: &Commitment) -> String {
    hash.as_bytes().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a record.
fn record(bytes: &[u8; RECORD_LEN]) -> Option<KnownCommitment> {
    let both = u128::from_be_bytes(*bytes);
    let index = LeafIndex::new((both >> 64) as u64).ok()?;
    Some(KnownCommitment { index, prefix: both as u64 })
}
