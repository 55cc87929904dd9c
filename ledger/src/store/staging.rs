//! The content of a staging file: everything that a batch writes, in one file, so that one fsync and
//! one rename make it recoverable as a whole. It is private: keys and records are in it.
//!
//! `magic ‖ base size (u64) ‖ base root ‖ size (u64) ‖ root ‖ keep (u8) ‖ files (u32) ‖ keys (u32)`,
//! then for each file `path length (u16) ‖ path ‖ length (u32) ‖ bytes`, for each key
//! `log index (u64) ‖ slot`, then SHA-256 over all of it. Numbers are big-endian; files ascend by
//! path and keys by index, strictly.

use sha2::{Digest as _, Sha256};

use crate::{
    digest::{DIGEST_LEN, RootHash},
    position::{LeafIndex, PositionTooLarge, TreeSize},
    seal::{KeySlot, KeyringError, SLOT_LEN, WrappedKey},
    store::{FilePathError, NewFile, StagingName},
};

/// The largest staging file: 1 GiB.
///
/// Security: recovery reads it as a whole, so this bounds its memory. A batch of 10,000 issuances has
/// about 20 MB; one bundle of the largest private records has 257 MiB.
pub const MAX_STAGING_LEN: usize = 1 << 30;

const MAGIC: &[u8] = b"title-ledger-staging-v1\n";

/// Whether the batch's checkpoint is kept under `checkpoints/` for proofs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeepCheckpoint {
    /// A batch of issuances: its certificates carry proofs against this checkpoint.
    ForProofs,
    /// Any other batch.
    No,
}

/// Which tree a batch continues, and which it makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StagingHeader {
    /// Size of the tree that is continued.
    pub base_size: TreeSize,
    /// Root of the tree that is continued.
    pub base_root: RootHash,
    /// The tree that is made.
    pub makes: StagingName,
    /// Whether its checkpoint is kept.
    pub keep: KeepCheckpoint,
}

/// The wrapped key of a new private record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedKey {
    /// The entry whose private record it opens.
    pub index: LeafIndex,
    /// The key.
    pub key: WrappedKey,
}

/// Everything that one batch writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedBatch {
    header: StagingHeader,
    files: Vec<NewFile>,
    keys: Vec<StagedKey>,
}

/// Why bytes are no complete staging file, or a batch cannot be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StagingError {
    /// The digest at its end does not fit: it was not written to its end. It may be dropped, for a
    /// batch is signed only after its staging file is durable.
    #[error("the staging file is incomplete")]
    Incomplete,
    /// It is complete but of another format, perhaps of a later version: it must not be dropped.
    #[error("the staging file is complete, but not of this version's format, at byte {at}")]
    Format {
        /// Where the format is left.
        at: usize,
    },
    /// A path that no batch writes.
    #[error("the staging file holds a wrong path: {0}")]
    Path(#[from] FilePathError),
    /// A key slot that holds no key.
    #[error("the staging file holds a wrong key: {0}")]
    Key(#[from] KeyringError),
    /// A position beyond the largest tree.
    #[error("the staging file: {0}")]
    Position(#[from] PositionTooLarge),
    /// Two files with one path, or two keys with one index.
    #[error("the batch writes something twice")]
    Duplicate,
    /// The batch is too large.
    #[error("the batch has {len} bytes, more than {MAX_STAGING_LEN}: make it smaller")]
    TooLarge {
        /// Its length.
        len: usize,
    },
}

impl StagedBatch {
    /// Puts a batch in order.
    pub fn new(
        header: StagingHeader,
        mut files: Vec<NewFile>,
        mut keys: Vec<StagedKey>,
    ) -> Result<Self, StagingError> {
        files.sort_by_key(|file| file.path);
        keys.sort_by_key(|key| key.index);
        let batch = Self { header, files, keys };
        if !batch.is_strictly_ascending() {
            return Err(StagingError::Duplicate);
        }
        match batch.encoded_len() {
            len if len > MAX_STAGING_LEN => Err(StagingError::TooLarge { len }),
            _ => Ok(batch),
        }
    }

    /// Which trees the batch joins.
    pub const fn header(&self) -> &StagingHeader {
        &self.header
    }

    /// The files, ascending by path.
    pub fn files(&self) -> &[NewFile] {
        &self.files
    }

    /// The keys, ascending by index.
    pub fn keys(&self) -> &[StagedKey] {
        &self.keys
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.encoded_len());
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&self.header.base_size.get().to_be_bytes());
        out.extend_from_slice(self.header.base_root.as_bytes());
        out.extend_from_slice(&self.header.makes.size.get().to_be_bytes());
        out.extend_from_slice(self.header.makes.root.as_bytes());
        out.push(match self.header.keep {
            KeepCheckpoint::No => 0,
            KeepCheckpoint::ForProofs => 1,
        });
        // All lengths fit: the whole is at most MAX_STAGING_LEN, and paths have some dozens of bytes.
        out.extend_from_slice(&(self.files.len() as u32).to_be_bytes());
        out.extend_from_slice(&(self.keys.len() as u32).to_be_bytes());
        for file in &self.files {
            let path = file.path.to_string();
            out.extend_from_slice(&(path.len() as u16).to_be_bytes());
            out.extend_from_slice(path.as_bytes());
            out.extend_from_slice(&(file.bytes.len() as u32).to_be_bytes());
            out.extend_from_slice(&file.bytes);
        }
        for StagedKey { index, key } in &self.keys {
            out.extend_from_slice(&index.get().to_be_bytes());
            out.extend_from_slice(&KeySlot::Wrapped(key.clone()).to_bytes());
        }
        let digest = Sha256::digest(&out);
        out.extend_from_slice(&digest);
        out
    }

    /// Reads a staging file strictly.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StagingError> {
        let (content, digest) =
            bytes.split_last_chunk::<DIGEST_LEN>().ok_or(StagingError::Incomplete)?;
        if <[u8; DIGEST_LEN]>::from(Sha256::digest(content)) != *digest {
            return Err(StagingError::Incomplete);
        }
        let mut input = Input { bytes: content, at: 0 };
        if input.take(MAGIC.len())? != MAGIC {
            return Err(StagingError::Format { at: 0 });
        }
        let base_size = TreeSize::new(input.u64()?)?;
        let base_root = RootHash::from_bytes(input.array()?);
        let size = TreeSize::new(input.u64()?)?;
        let root = RootHash::from_bytes(input.array()?);
        let keep = match input.array()? {
            [0] => KeepCheckpoint::No,
            [1] => KeepCheckpoint::ForProofs,
            [_] => return Err(input.wrong()),
        };
        let (files, keys) = (input.u32()?, input.u32()?);
        // No capacity from untrusted counts: each item takes its bytes from the input first.
        let files = (0..files).map(|_| input.file()).collect::<Result<_, _>>()?;
        let keys = (0..keys).map(|_| input.key()).collect::<Result<_, _>>()?;
        let makes = StagingName { size, root };
        let batch =
            Self { header: StagingHeader { base_size, base_root, makes, keep }, files, keys };
        match batch.is_strictly_ascending() {
            true if input.at == content.len() => Ok(batch),
            true => Err(input.wrong()),
            false => Err(StagingError::Duplicate),
        }
    }

    fn is_strictly_ascending(&self) -> bool {
        self.files.is_sorted_by(|a, b| a.path < b.path)
            && self.keys.is_sorted_by(|a, b| a.index < b.index)
    }

    fn encoded_len(&self) -> usize {
        let file = |file: &NewFile| 2 + file.path.to_string().len() + 4 + file.bytes.len();
        MAGIC.len()
            + 2 * (8 + DIGEST_LEN)
            + 1
            + 8
            + self.files.iter().map(file).sum::<usize>()
            + self.keys.len() * (8 + SLOT_LEN)
            + DIGEST_LEN
    }
}

struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Input<'a> {
    const fn wrong(&self) -> StagingError {
        StagingError::Format { at: self.at }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], StagingError> {
        let end = self.at.checked_add(count).ok_or(self.wrong())?;
        let taken = self.bytes.get(self.at..end).ok_or(self.wrong())?;
        self.at = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], StagingError> {
        let wrong = self.wrong();
        self.take(N)?.try_into().map_err(|_same_length| wrong)
    }

    fn u64(&mut self) -> Result<u64, StagingError> {
        Ok(u64::from_be_bytes(self.array()?))
    }

    fn u32(&mut self) -> Result<u32, StagingError> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    fn file(&mut self) -> Result<NewFile, StagingError> {
        let length = u16::from_be_bytes(self.array()?);
        let wrong = self.wrong();
        let path =
            str::from_utf8(self.take(usize::from(length))?).map_err(|_not_text| wrong)?.parse()?;
        let length = self.u32()?;
        Ok(NewFile { path, bytes: self.take(length as usize)?.to_vec() })
    }

    fn key(&mut self) -> Result<StagedKey, StagingError> {
        let index = LeafIndex::new(self.u64()?)?;
        let wrong = self.wrong();
        match KeySlot::from_bytes(&self.array::<SLOT_LEN>()?)? {
            KeySlot::Wrapped(key) => Ok(StagedKey { index, key }),
            KeySlot::Empty | KeySlot::Erased => Err(wrong),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        merkle::{TileSpan, TileWidth},
        seal::{
            KEY_LEN, KeyEncryptionKey, PrivatePayload, RecordKey, SealPlace, WRAP_NONCE_LEN,
            WrapNonce, seal,
        },
        store::FilePath,
    };

    fn key(index: u64) -> StagedKey {
        let index = LeafIndex::new(index).unwrap();
        let kek = KeyEncryptionKey::from_random([1; KEY_LEN]);
        let nonce = WrapNonce::from_random([2; WRAP_NONCE_LEN]);
        let key = RecordKey::from_random([3; KEY_LEN]);
        let payload = PrivatePayload { plaintext: b"x".to_vec().into(), key, nonce };
        let place = SealPlace::LogRecord(index);
        let (_, key) = seal(&kek, "log.example", place, payload).unwrap();
        StagedKey { index, key }
    }

    fn file(number: u64, bytes: Vec<u8>) -> NewFile {
        let span = TileSpan::new(number, TileWidth::new(3).unwrap()).unwrap();
        NewFile { path: FilePath::Entries(span), bytes }
    }

    fn header() -> StagingHeader {
        StagingHeader {
            base_size: TreeSize::EMPTY,
            base_root: RootHash::empty(),
            makes: StagingName {
                size: TreeSize::new(3).unwrap(),
                root: RootHash::from_bytes([5; DIGEST_LEN]),
            },
            keep: KeepCheckpoint::ForProofs,
        }
    }

    fn any_batch() -> impl Strategy<Value = StagedBatch> {
        let files = proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..20), 0..4);
        (files, 0u64..3).prop_map(|(files, keys)| {
            let files = (0..).zip(files).map(|(n, bytes)| file(n, bytes)).collect();
            StagedBatch::new(header(), files, (0..keys).map(key).collect()).unwrap()
        })
    }

    proptest! {
        #[test]
        fn a_batch_that_was_written_is_read_back(batch in any_batch()) {
            let bytes = batch.to_bytes();
            prop_assert_eq!(bytes.len(), batch.encoded_len());
            prop_assert_eq!(StagedBatch::from_bytes(&bytes), Ok(batch));
        }

        #[test]
        fn every_truncation_is_recognised_as_incomplete(batch in any_batch(), cut: usize) {
            let bytes = batch.to_bytes();
            let cut = cut % bytes.len();
            prop_assert_eq!(StagedBatch::from_bytes(&bytes[..cut]), Err(StagingError::Incomplete));
        }

        #[test]
        fn a_complete_file_of_any_content_is_read_strictly(
            batch in any_batch(), at: usize, flip in 1u8..=255,
        ) {
            let mut bytes = batch.to_bytes();
            bytes.truncate(bytes.len() - DIGEST_LEN);
            let at = at % bytes.len();
            bytes[at] ^= flip;
            let digest = Sha256::digest(&bytes);
            bytes.extend_from_slice(&digest);
            if let Ok(read) = StagedBatch::from_bytes(&bytes) {
                prop_assert_eq!(read.to_bytes(), bytes);
            }
        }
    }

    #[test]
    fn refuses_a_batch_that_writes_a_file_twice() {
        let files = vec![file(1, vec![1]), file(1, vec![1])];
        assert_eq!(StagedBatch::new(header(), files, vec![]), Err(StagingError::Duplicate));
    }

    #[test]
    fn refuses_a_complete_file_of_another_version() {
        let mut bytes = b"title-ledger-staging-v2\n".to_vec();
        let digest = Sha256::digest(&bytes);
        bytes.extend_from_slice(&digest);
        assert_eq!(StagedBatch::from_bytes(&bytes), Err(StagingError::Format { at: 0 }));
    }
}
