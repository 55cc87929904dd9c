//! One place maps what went wrong to an exit code and to words.

use std::{fmt, path::PathBuf};

use super::{import::ImportError, key_access::KeyAccessError, keys::KeysError};
use crate::office::OfficeError;

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// The office refused or failed.
    Office(Box<OfficeError>),
    /// Nothing could be imported.
    Import(Box<ImportError>),
    /// Keys were not made or shown.
    Keys(Box<KeysError>),
    /// No passphrase was had.
    Passphrase(Box<KeyAccessError>),
    /// The words of the command line do not fit.
    Usage(String),
    /// A file could not be written or read.
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The demo found its own output wanting.
    Demo(String),
}

impl Failure {
    /// 64 for usage, 2 for the rest.
    pub fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 64,
            Self::Keys(error) => error.exit_code(),
            Self::Passphrase(_)
            | Self::Office(_)
            | Self::Import(_)
            | Self::Io { .. }
            | Self::Demo(_) => 2,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Office(error) => write!(f, "未完成 / not done: {error}"),
            Self::Import(error) => error.fmt(f),
            Self::Keys(error) => error.fmt(f),
            Self::Passphrase(error) => error.fmt(f),
            Self::Usage(words) => write!(f, "用法有误 / usage: {words}"),
            Self::Io { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Demo(words) => write!(f, "演示未通过 / the demo failed: {words}"),
        }
    }
}

impl<E: Into<OfficeError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Office(Box::new(error.into()))
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        Self::Import(Box::new(error))
    }
}

impl From<KeyAccessError> for Failure {
    fn from(error: KeyAccessError) -> Self {
        Self::Passphrase(Box::new(error))
    }
}
