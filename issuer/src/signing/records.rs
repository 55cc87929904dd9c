//! The file of the key-encryption key of private records. It signs nothing, but whoever has it reads
//! everything: an example one is refused as signing keys are.

use std::path::{Path, PathBuf};

use ledger::seal::{KEY_LEN, KekFileError, KeyEncryptionKey};
use zeroize::Zeroizing;

use super::{
    ExampleKey, ExampleKeyRefused, ExampleKeys, example_files,
    new_file::{self, Access, FileError},
};
use crate::random::{Random, RandomError};

/// Longest file in bytes; a real one has 65.
const MAX_FILE_LEN: u64 = 256;

/// Why the key of private records was not made or read. No part of it is repeated.
#[derive(Debug, thiserror::Error)]
pub enum RecordsKeyError {
    /// The file itself.
    #[error("{0}")]
    File(#[from] FileError),
    /// Not the file's form.
    #[error("{}: {source}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: KekFileError,
    },
    /// Not text at all.
    #[error("{} is no text: it holds no key-encryption key", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
    },
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The worthless key where it is not allowed.
    #[error("{0}")]
    Example(#[from] ExampleKeyRefused),
}

/// Makes a new key and its file (0600, never overwritten, durable on return).
///
/// # Errors
/// [`RecordsKeyError`].
pub fn create_records_key(
    path: &Path,
    random: &mut dyn Random,
) -> Result<KeyEncryptionKey, RecordsKeyError> {
    let key = new_records_key(random)?;
    new_file::create(path, key.to_file().as_bytes(), Access::Owner)?;
    Ok(key)
}

/// Reads a key.
///
/// # Errors
/// [`RecordsKeyError`].
pub fn load_records_key(
    path: &Path,
    examples: ExampleKeys,
) -> Result<KeyEncryptionKey, RecordsKeyError> {
    let content = new_file::read(path, MAX_FILE_LEN)?;
    let text = str::from_utf8(&content)
        .map_err(|_position| RecordsKeyError::NotText { path: path.to_owned() })?;
    let key = KeyEncryptionKey::from_file(text)
        .map_err(|source| RecordsKeyError::Form { path: path.to_owned(), source })?;
    let is_example = key.to_file() == example_files::records_key()?.to_file();
    examples.judge(is_example.then_some(ExampleKey::Records))?;
    Ok(key)
}

pub(super) fn new_records_key(random: &mut dyn Random) -> Result<KeyEncryptionKey, RandomError> {
    let mut bytes = Zeroizing::new([0; KEY_LEN]);
    random.fill(bytes.as_mut_slice())?;
    Ok(KeyEncryptionKey::from_random(*bytes))
}
