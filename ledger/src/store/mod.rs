//! Where a log, its private records and its journal lie: a small synchronous contract, a directory
//! that fulfils it, and a test double in memory that fails on command.
//!
//! The contract's one promise is about durability: when a writing call returns `Ok`, what it says is
//! durable survives a power cut. When it returns an error, nothing is known about what it wrote; the
//! store then refuses every further call, and only opening it anew (which recovers) tells what is
//! there. Nothing is ever retried in place: after a failed fsync the kernel may report success for
//! data that it dropped. The one exception is [`StageError::NotStaged`]. Reading stops nothing.
//!
//! | file | knows |
//! |---|---|
//! | `path` | the names of all files |
//! | `dir`, `dir_files` | the directory store |
//! | `read_only` | looking at a data directory without being its writer |
//! | `listing` | the names of what lies there |
//! | `memory` | the test double |
//! | `staging` | the content of a staging file |
//! | `keys` | changing the keyring |

#[cfg(test)]
mod contract_tests;
mod dir;
mod dir_files;
mod error;
mod held_lock;
mod keys;
mod listing;
mod memory;
mod path;
mod read_only;
mod staging;

use std::io::Read;

pub(crate) use self::keys::check_keys;
pub use self::{
    dir::DirStore,
    error::{FileDigest, IoAction, StageError, StoreError},
    held_lock::HeldLock,
    keys::{KeyChange, KeySlots, key_page, key_slot, slot_of},
    listing::ListedStore,
    memory::{FaultForm, MemoryDisk, MemoryStore},
    path::{
        FilePath, FilePathError, JOURNAL_FILE, KeyringFile, LOG_DIRECTORY, NotAStagingName,
        PRIVATE_DIRECTORY, STAGING_DIRECTORY, StagingName, StorePath,
    },
    read_only::{PublicFiles, ReadOnlyDir},
    staging::{
        KeepCheckpoint, MAX_STAGING_LEN, StagedBatch, StagedKey, StagingError, StagingHeader,
    },
};
use crate::position::LeafIndex;

/// A file that is to be made and never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its path.
    pub path: FilePath,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Reading. Nothing that is read is trusted because it came from here.
pub trait ReadStore: Send + Sync {
    /// A whole file; none if there is no such file.
    fn get(&self, path: &StorePath) -> Result<Option<Vec<u8>>, StoreError>;

    /// The journal from a byte offset on; empty where there is none yet.
    fn read_journal(&self, from: u64) -> Result<Box<dyn Read + Send>, StoreError>;
}

/// Storage with exactly one writing process.
///
/// Methods take `&self`, so that the log's writer and the journal's can share one store; each call
/// is atomic towards the others.
pub trait Store: ReadStore {
    /// Writes one staging file.
    ///
    /// Durable when it returns: the whole file under its name. On [`StageError::NotStaged`] there is
    /// no file of that name and the store goes on.
    fn stage(&self, name: StagingName, bytes: &[u8]) -> Result<(), StageError>;

    /// The names of all staging files. Read-only.
    fn staged(&self) -> Result<Vec<StagingName>, StoreError>;

    /// The bytes of a staging file, at most [`MAX_STAGING_LEN`]; none if there is none. Read-only.
    fn read_staged(&self, name: StagingName) -> Result<Option<Vec<u8>>, StoreError>;

    /// Removes a staging file; it may be gone already.
    ///
    /// Durable when it returns: that it is gone.
    fn drop_staged(&self, name: StagingName) -> Result<(), StoreError>;

    /// Replaces `private/lock` if it is byte for byte `expected` (none: if there is none).
    ///
    /// Durable when it returns: the new content. A crash leaves the old or the new one, whole.
    fn swap_lock(&self, expected: Option<&[u8]>, new: &[u8]) -> Result<(), StoreError>;

    /// Makes files. One that exists with the same bytes is left as it is; one that exists with other
    /// bytes is [`StoreError::Conflict`], and fatal.
    ///
    /// Durable when it returns: all files under their names, the present ones too. A crash leaves
    /// some of them, each whole or absent.
    fn create(&self, files: &[NewFile]) -> Result<(), StoreError>;

    /// Changes slots of the keyring.
    ///
    /// Durable when it returns: all changes. A crash leaves each keyring file as it was or changed.
    fn change_keys(&self, changes: &[KeyChange]) -> Result<(), StoreError>;

    /// Replaces the public checkpoint.
    ///
    /// Durable when it returns: the new content. A crash leaves the old or the new one, whole.
    fn replace_checkpoint(&self, note: &[u8]) -> Result<(), StoreError>;

    /// The heads whose exceptions lists are stored, in no order. Read-only.
    fn status_lists(&self) -> Result<Vec<LeafIndex>, StoreError>;

    /// Removes the exceptions list of a head; it may be gone already.
    ///
    /// Nothing is durable when it returns: a list that comes back after a power cut does no harm.
    fn remove_status_list(&self, head: LeafIndex) -> Result<(), StoreError>;

    /// The journal's length in bytes; 0 where there is none yet. Read-only.
    fn journal_len(&self) -> Result<u64, StoreError>;

    /// Bytes that can still be written before the disk is full. Read-only.
    fn free_bytes(&self) -> Result<u64, StoreError>;

    /// Appends to the journal, which must be `at` bytes long.
    ///
    /// Durable when it returns: all of `bytes`. A crash leaves any part of them.
    fn append_journal(&self, at: u64, bytes: &[u8]) -> Result<(), StoreError>;

    /// Cuts the journal to `len` bytes.
    ///
    /// Durable when it returns: the new length.
    fn truncate_journal(&self, len: u64) -> Result<(), StoreError>;
}
