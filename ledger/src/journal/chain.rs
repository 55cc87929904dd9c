//! Header, framing and chain. The file is `header ‖ record ‖ record ‖ …`, a record is
//! `length of body (u32, big-endian) ‖ body ‖ chain (32)`, with
//! chain_0 = SHA-256(header) and chain_i = SHA-256(chain_{i-1} ‖ body_i).

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::{
    digest::DIGEST_LEN,
    position::{MAX_TREE_SIZE, PositionTooLarge},
    seal::JournalSequence,
};

/// First line of a journal's header: format and version.
const HEADER_LINE: &str = "title-ledger-journal-v1";

/// Bytes before a body.
pub(super) const LENGTH_LEN: usize = 4;

/// The header of the journal that belongs to the log named `origin`: two lines. A journal put beside
/// another log does not even begin rightly.
pub(super) fn header(origin: &str) -> Vec<u8> {
    format!("{HEADER_LINE}\n{origin}\n").into_bytes()
}

/// A hash over the whole journal up to a record.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChainHash([u8; DIGEST_LEN]);

impl ChainHash {
    /// Wraps bytes that were read from a place where a chain hash stands.
    pub const fn from_bytes(bytes: [u8; DIGEST_LEN]) -> Self {
        Self(bytes)
    }

    /// The hash's bytes.
    pub const fn as_bytes(&self) -> &[u8; DIGEST_LEN] {
        &self.0
    }

    /// The chain before the first record.
    fn of_header(header: &[u8]) -> Self {
        Self(Sha256::digest(header).into())
    }

    /// The chain after one more record.
    fn extended_by(self, body: &[u8]) -> Self {
        Self(Sha256::new().chain_update(self.0).chain_update(body).finalize().into())
    }
}

impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChainHash({self})")
    }
}

/// How many records a journal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordCount(u64);

impl RecordCount {
    /// No record.
    pub const ZERO: Self = Self(0);

    /// A count of at most [`MAX_TREE_SIZE`].
    pub fn new(value: u64) -> Result<Self, PositionTooLarge> {
        if value <= MAX_TREE_SIZE { Ok(Self(value)) } else { Err(PositionTooLarge { value }) }
    }

    /// The count as a number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The sequence that the next record gets.
    pub fn next_sequence(self) -> Result<JournalSequence, PositionTooLarge> {
        JournalSequence::new(self.0)
    }
}

impl fmt::Display for RecordCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a journal stands: how many records, and the chain over them. This is what is anchored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct JournalHead {
    /// How many records.
    pub count: RecordCount,
    /// The chain hash after the last of them.
    pub chain: ChainHash,
}

impl JournalHead {
    /// The head of a journal without records, beside the log named `origin`.
    pub fn empty(origin: &str) -> Self {
        Self { count: RecordCount::ZERO, chain: ChainHash::of_header(&header(origin)) }
    }

    /// The head after one more record with this body.
    pub(super) fn after(self, body: &[u8]) -> Self {
        Self { count: RecordCount(self.count.0 + 1), chain: self.chain.extended_by(body) }
    }
}

/// A record as it stands in the file; `head` is the head after it. The body is bounded by
/// [`super::MAX_BODY_LEN`], far below what the length can say.
pub(super) fn write_framed(out: &mut Vec<u8>, body: &[u8], head: JournalHead) {
    out.reserve(LENGTH_LEN + body.len() + DIGEST_LEN);
    out.extend_from_slice(&(body.len() as u32).to_be_bytes());
    out.extend_from_slice(body);
    out.extend_from_slice(head.chain.as_bytes());
}
