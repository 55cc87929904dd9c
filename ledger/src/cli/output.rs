//! Where results go, and what stands in their way.

use std::{
    fmt,
    io::{self, Write as _},
};

use ledger::{audit::Unreadable, seal::KekFileError, trust::TrustError};

use super::text;

/// For people or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Sentences.
    Words,
    /// One JSON object a line.
    Json,
}

/// Why a command gave no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// Nobody reads our output any more.
    OutputClosed,
    /// Output cannot be written.
    Output(io::Error),
    /// A file that was named cannot be read.
    File { path: String, source: io::Error },
    /// The trust file is refused.
    Trust { path: String, source: Box<TrustError> },
    /// The key-encryption key's file is refused.
    Key { path: String, source: KekFileError },
    /// The log cannot be read.
    Log(Unreadable),
    /// What was asked for is not there, or cannot be shown.
    NotShown { what: String, reason: String },
}

impl From<Unreadable> for Failure {
    fn from(error: Unreadable) -> Self {
        Self::Log(error)
    }
}

impl From<ledger::store::StoreError> for Failure {
    fn from(error: ledger::store::StoreError) -> Self {
        Self::Log(error.into())
    }
}

impl fmt::Display for Failure {
    /// Chinese first, then English, then what to do next in both.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text::Sentences { zh, en, next_zh, next_en } = text::of_failure(self);
        writeln!(f, "无法完成：{zh}")?;
        writeln!(f, "  下一步：{next_zh}")?;
        writeln!(f, "could not be done: {en}")?;
        write!(f, "  next: {next_en}")
    }
}

/// One line on stdout.
pub(super) fn line(text: impl fmt::Display) -> Result<(), Failure> {
    match writeln!(io::stdout(), "{text}") {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Failure::OutputClosed),
        Err(error) => Err(Failure::Output(error)),
    }
}
