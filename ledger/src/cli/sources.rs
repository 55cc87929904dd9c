//! Reading what the arguments name.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use ledger::{
    seal::KeyEncryptionKey,
    trust::{MAX_TRUST_LEN, Trust},
};
use zeroize::Zeroizing;

use super::{output::Failure, text};

/// Longest file of a key-encryption key; a real one has 65 bytes.
const MAX_KEY_FILE_LEN: usize = 4096;

/// The trust file, with a word of warning where everybody has its log's key.
pub(super) fn trust(path: &Path) -> Result<Trust, Failure> {
    let text = read(path, MAX_TRUST_LEN)?;
    let trust = Trust::parse(&text).map_err(|source| Failure::Trust {
        path: path.display().to_string(),
        source: Box::new(source),
    })?;
    if trust.names_example_keys() {
        eprintln!("{}", text::EXAMPLE_KEYS);
    }
    Ok(trust)
}

pub(super) fn private_key(path: &Path) -> Result<KeyEncryptionKey, Failure> {
    let text = read(path, MAX_KEY_FILE_LEN)?;
    KeyEncryptionKey::from_file(&text)
        .map_err(|source| Failure::Key { path: path.display().to_string(), source })
}

/// A text file of at most `limit` bytes; more is refused by whoever parses it.
fn read(path: &Path, limit: usize) -> Result<Zeroizing<String>, Failure> {
    let fault = |source: io::Error| Failure::File { path: path.display().to_string(), source };
    let mut text = Zeroizing::new(String::new());
    let mut file = File::open(path).map_err(fault)?.take(limit as u64 + 1);
    file.read_to_string(&mut text).map_err(fault)?;
    Ok(text)
}
