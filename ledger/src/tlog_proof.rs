//! C2SP tlog-proof: index, inclusion proof and checkpoint in one text file, so that any transparency
//! tool checks that an entry is in the log. The entry's bytes are not in it.
//!
//! Its extra data, which other tools pass over, is the status head that follows the entry: what a
//! verifier without the log needs to know since when the entry has been on record.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    checkpoint::{
        CheckpointError, CheckpointParseError, CheckpointPolicy, SignedCheckpoint,
        VerifiedCheckpoint,
    },
    digest::{DIGEST_LEN, LeafHash, NodeHash},
    entry::MAX_ENTRY_LEN,
    evidence::ProvenEntry,
    merkle::{
        InclusionError, InclusionProof, MAX_INCLUSION_PROOF_LEN, ProofTooLong, ProveError,
        verify_inclusion,
    },
    note::MAX_NOTE_LEN,
    position::{LeafIndex, PositionTooLarge},
    reader::{Fetch, LogReader, ReadError},
};

const HEADER: &str = "c2sp.org/tlog-proof@v1";
const EXTRA: &str = "extra ";

/// The largest proof file in bytes: header, index, a checkpoint, an entry in base64, twice forty hashes.
///
/// Security: bounds what is read from a stranger's file.
pub const MAX_TLOG_PROOF_LEN: usize = MAX_NOTE_LEN + MAX_ENTRY_LEN.div_ceil(3) * 4 + 4096;

/// A proof as it was read; nothing in it is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// Where the entry is said to stand.
    pub index: LeafIndex,
    /// The inclusion proof.
    pub proof: InclusionProof,
    /// The checkpoint.
    pub checkpoint: SignedCheckpoint,
    /// The first status head after the entry, proved in the same tree; none in another tool's proof.
    pub head: Option<ProvenEntry>,
}

/// Why bytes are no proof file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofError {
    /// Longer than [`MAX_TLOG_PROOF_LEN`].
    #[error("a proof of {length} bytes; at most {MAX_TLOG_PROOF_LEN} are read")]
    TooLong {
        /// Bytes given.
        length: usize,
    },
    /// Another first line, or no text.
    #[error("not a C2SP tlog-proof of version 1")]
    Header,
    /// The extra data is not what this log puts there.
    #[error("the proof's extra data is no status head with its proof")]
    Extra,
    /// The index line is missing or malformed.
    #[error("the proof's index line is missing or malformed")]
    Index,
    /// A line is no base64 of a hash.
    #[error("line {line} of the proof is no hash in canonical base64")]
    Hash {
        /// Which line, counted from one.
        line: usize,
    },
    /// More hashes than a proof has.
    #[error(transparent)]
    TooManyHashes(#[from] ProofTooLong),
    /// An index that no log has.
    #[error(transparent)]
    Position(#[from] PositionTooLarge),
    /// The checkpoint is malformed.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointParseError),
}

/// Why a proof does not show that an entry is in the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofFault {
    /// It is of another log, or its checkpoint's signatures do not hold.
    #[error("the proof's checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// It is of another entry, or altered.
    #[error("the proof is not one of this entry: {0}")]
    NotIncluded(#[from] InclusionError),
}

impl TlogProof {
    /// The proof of the entry at `index` and of the status head after it, under the reader's checkpoint.
    ///
    /// # Errors
    /// One of them is not under it, or cannot be read.
    pub fn of<F: Fetch>(
        reader: &LogReader<F>,
        index: LeafIndex,
        head: LeafIndex,
    ) -> Result<Self, ProveError<ReadError<F::Error>>> {
        let bytes = reader.entry(head).map_err(ProveError::Source)?;
        let path = reader.prove_inclusion(head)?.hashes().to_vec();
        Ok(Self {
            index,
            proof: reader.prove_inclusion(index)?,
            checkpoint: reader.checkpoint().signed().clone(),
            head: Some(ProvenEntry { index: head, bytes, path }),
        })
    }

    /// Verifies that the log and the quorum of witnesses signed a tree in which the entry with hash
    /// `leaf` stands at [`TlogProof::index`] (C2SP tlog-proof, "Verifying a tlog proof").
    pub fn verify(
        &self,
        leaf: LeafHash,
        policy: &CheckpointPolicy,
    ) -> Result<VerifiedCheckpoint, TlogProofFault> {
        let checkpoint = self.checkpoint.clone().verify(policy)?;
        let (size, root) = (checkpoint.size(), checkpoint.root());
        verify_inclusion(leaf, self.index, size, self.proof.hashes(), root)?;
        Ok(checkpoint)
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("{HEADER}\n");
        if let Some(head) = &self.head {
            text.push_str(&format!("{EXTRA}{}\n", STANDARD.encode(head.encode())));
        }
        text.push_str(&format!("index {}\n", self.index));
        for hash in self.proof.hashes() {
            text.push_str(&STANDARD.encode(hash.as_bytes()));
            text.push('\n');
        }
        text.push('\n');
        [text.into_bytes(), self.checkpoint.to_bytes()].concat()
    }

    /// Whether a file says that it is a proof, of whatever version.
    pub fn is_named_in(bytes: &[u8]) -> bool {
        bytes.starts_with(b"c2sp.org/tlog-proof@")
    }

    /// Reads exactly one proof, whose extra data, where it has some, is a status head.
    pub fn parse(bytes: &[u8]) -> Result<Self, TlogProofError> {
        if bytes.len() > MAX_TLOG_PROOF_LEN {
            return Err(TlogProofError::TooLong { length: bytes.len() });
        }
        let text = std::str::from_utf8(bytes).map_err(|_not_text| TlogProofError::Header)?;
        let (proof, checkpoint) = text.split_once("\n\n").ok_or(TlogProofError::Header)?;
        let mut lines = proof.split('\n');
        if lines.next() != Some(HEADER) {
            return Err(TlogProofError::Header);
        }
        let mut index = lines.next().ok_or(TlogProofError::Index)?;
        let mut head = None;
        if let Some(extra) = index.strip_prefix(EXTRA) {
            let bytes = STANDARD.decode(extra).map_err(|_not_base64| TlogProofError::Extra)?;
            let proven = ProvenEntry::decode(&bytes).map_err(|_other| TlogProofError::Extra)?;
            head = Some(proven);
            index = lines.next().ok_or(TlogProofError::Index)?;
        }
        let number = index.strip_prefix("index ").ok_or(TlogProofError::Index)?;
        let index: u64 = number.parse().map_err(|_not_a_number| TlogProofError::Index)?;
        if index.to_string() != number {
            return Err(TlogProofError::Index);
        }
        let first = if head.is_some() { 4 } else { 3 };
        let mut hashes = Vec::new();
        for (text, line) in lines.zip(first..).take(MAX_INCLUSION_PROOF_LEN + 1) {
            hashes.push(hash(text).ok_or(TlogProofError::Hash { line })?);
        }
        Ok(Self {
            index: LeafIndex::new(index)?,
            proof: InclusionProof::new(hashes)?,
            checkpoint: SignedCheckpoint::parse(checkpoint.as_bytes())?,
            head,
        })
    }
}

/// The standard engine refuses what is not canonical.
fn hash(text: &str) -> Option<NodeHash> {
    let bytes: [u8; DIGEST_LEN] = STANDARD.decode(text).ok()?.try_into().ok()?;
    Some(NodeHash::from_bytes(bytes))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;

    const CHECKPOINT: &str = "example.org/log\n2\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        — example.org/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

    fn index(value: u64) -> LeafIndex {
        LeafIndex::new(value).unwrap()
    }

    fn proof(head: Option<ProvenEntry>) -> TlogProof {
        TlogProof {
            index: index(1),
            proof: InclusionProof::new(vec![NodeHash::from_bytes([7; 32])]).unwrap(),
            checkpoint: SignedCheckpoint::parse(CHECKPOINT.as_bytes()).unwrap(),
            head,
        }
    }

    #[test]
    fn a_proof_survives_writing_and_reading_with_a_head_and_without() {
        let path = vec![NodeHash::from_bytes([8; 32])];
        let head = ProvenEntry { index: index(1), bytes: vec![1, 2], path };
        for proof in [proof(None), proof(Some(head))] {
            assert_eq!(TlogProof::parse(&proof.to_bytes()), Ok(proof));
        }
    }

    #[test]
    fn refuses_other_extra_data_a_padded_index_and_a_broken_hash() {
        let with = |head: &str| format!("{HEADER}\n{head}\n\n{CHECKPOINT}").into_bytes();
        for extra in ["extra AAAA\nindex 1", "extra \nindex 1", "extra !\nindex 1"] {
            assert_eq!(TlogProof::parse(&with(extra)), Err(TlogProofError::Extra), "{extra}");
        }
        assert_eq!(TlogProof::parse(&with("index 01")), Err(TlogProofError::Index));
        let broken = TlogProof::parse(&with("index 1\nAAAA"));
        assert_eq!(broken, Err(TlogProofError::Hash { line: 3 }));
    }

    #[test]
    fn refuses_a_file_longer_than_any_proof() {
        let bytes = vec![b'a'; MAX_TLOG_PROOF_LEN + 1];
        let length = bytes.len();
        assert_eq!(TlogProof::parse(&bytes), Err(TlogProofError::TooLong { length }));
    }
}
