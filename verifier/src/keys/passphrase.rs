//! Passphrases, wiped when dropped and never shown.

use std::{fmt, path::Path};

use zeroize::Zeroizing;

use super::new_file::{self, FileError};

/// Longest passphrase file in bytes: whatever is longer was not meant.
const MAX_FILE_LEN: u64 = 1024;

/// What a key file is encrypted under.
pub struct Passphrase(Zeroizing<String>);

/// A passphrase that protects nothing, or a file that holds none.
#[derive(Debug, thiserror::Error)]
pub enum PassphraseError {
    /// Nothing stands there.
    #[error("the passphrase is empty")]
    Empty,
    /// More than one line, or a control character: a key file or a binary was named by mistake.
    #[error("the passphrase is not one line of text")]
    NotOneLine,
    /// The file cannot be read.
    #[error("{0}")]
    File(#[from] FileError),
}

impl Passphrase {
    /// A passphrase of at least one character and one line.
    ///
    /// # Errors
    /// [`PassphraseError::Empty`], [`PassphraseError::NotOneLine`].
    pub fn new(text: Zeroizing<String>) -> Result<Self, PassphraseError> {
        if text.is_empty() {
            return Err(PassphraseError::Empty);
        }
        if text.chars().any(char::is_control) {
            return Err(PassphraseError::NotOneLine);
        }
        Ok(Self(text))
    }

    /// Reads a file that holds one line.
    ///
    /// # Errors
    /// [`PassphraseError`] as above, or when the file cannot be read.
    pub fn from_file(path: &Path) -> Result<Self, PassphraseError> {
        let content = new_file::read(path, MAX_FILE_LEN)?;
        let text = str::from_utf8(&content).map_err(|_position| PassphraseError::NotOneLine)?;
        let line = text.strip_suffix('\n').unwrap_or(text);
        Self::new(Zeroizing::new(line.strip_suffix('\r').unwrap_or(line).to_owned()))
    }

    /// Whether somebody typed the same twice.
    pub fn is_same(&self, other: &Self) -> bool {
        *self.0 == *other.0
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}
