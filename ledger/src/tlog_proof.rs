//! C2SP tlog-proof: index, inclusion proof and checkpoint in one text file, so that any transparency
//! tool checks that an entry is in the log. The entry's bytes are not in it.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    checkpoint::{CheckpointParseError, SignedCheckpoint},
    digest::{DIGEST_LEN, NodeHash},
    merkle::{InclusionProof, MAX_INCLUSION_PROOF_LEN, ProofTooLong},
    note::MAX_NOTE_LEN,
    position::{LeafIndex, PositionTooLarge},
};

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// The largest proof file in bytes: header, index, forty hashes, a checkpoint.
///
/// Security: bounds what is read from a stranger's file.
pub const MAX_TLOG_PROOF_LEN: usize = MAX_NOTE_LEN + 4096;

/// A proof as it was read; nothing in it is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// Where the entry is said to stand.
    pub index: LeafIndex,
    /// The inclusion proof.
    pub proof: InclusionProof,
    /// The checkpoint.
    pub checkpoint: SignedCheckpoint,
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
    /// Extra data, which our proofs never have.
    #[error("the proof carries extra data, which this log does not use")]
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

impl TlogProof {
    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("{HEADER}\nindex {}\n", self.index);
        for hash in self.proof.hashes() {
            text.push_str(&STANDARD.encode(hash.as_bytes()));
            text.push('\n');
        }
        text.push('\n');
        [text.into_bytes(), self.checkpoint.to_bytes()].concat()
    }

    /// Reads exactly one proof without extra data.
    pub fn parse(bytes: &[u8]) -> Result<Self, TlogProofError> {
        if bytes.len() > MAX_TLOG_PROOF_LEN {
            return Err(TlogProofError::TooLong { length: bytes.len() });
        }
        let text = std::str::from_utf8(bytes).map_err(|_not_text| TlogProofError::Header)?;
        let (head, checkpoint) = text.split_once("\n\n").ok_or(TlogProofError::Header)?;
        let mut lines = head.split('\n');
        if lines.next() != Some(HEADER) {
            return Err(TlogProofError::Header);
        }
        let index = lines.next().ok_or(TlogProofError::Index)?;
        if index.starts_with("extra ") {
            return Err(TlogProofError::Extra);
        }
        let number = index.strip_prefix("index ").ok_or(TlogProofError::Index)?;
        let index: u64 = number.parse().map_err(|_not_a_number| TlogProofError::Index)?;
        if index.to_string() != number {
            return Err(TlogProofError::Index);
        }
        let mut hashes = Vec::new();
        for (line, text) in lines.enumerate().take(MAX_INCLUSION_PROOF_LEN + 1) {
            hashes.push(hash(text).ok_or(TlogProofError::Hash { line: line + 3 })?);
        }
        Ok(Self {
            index: LeafIndex::new(index)?,
            proof: InclusionProof::new(hashes)?,
            checkpoint: SignedCheckpoint::parse(checkpoint.as_bytes())?,
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

    #[test]
    fn a_proof_survives_writing_and_reading() {
        let proof = TlogProof {
            index: LeafIndex::new(1).unwrap(),
            proof: InclusionProof::new(vec![NodeHash::from_bytes([7; 32])]).unwrap(),
            checkpoint: SignedCheckpoint::parse(CHECKPOINT.as_bytes()).unwrap(),
        };
        assert_eq!(TlogProof::parse(&proof.to_bytes()), Ok(proof));
    }

    #[test]
    fn refuses_extra_data_a_padded_index_and_a_broken_hash() {
        let with = |head: &str| format!("{HEADER}\n{head}\n\n{CHECKPOINT}").into_bytes();
        assert_eq!(TlogProof::parse(&with("extra AAAA\nindex 1")), Err(TlogProofError::Extra));
        assert_eq!(TlogProof::parse(&with("index 01")), Err(TlogProofError::Index));
        let broken = TlogProof::parse(&with("index 1\nAAAA"));
        assert_eq!(broken, Err(TlogProofError::Hash { line: 3 }));
    }
}
