//! Data on standard output: a reader that went away is an error like any other, not a panic.

use std::{fmt, io::Write as _};

use super::failure::Failure;

/// One line on standard output.
///
/// # Errors
/// [`Failure::Io`].
pub fn line(line: fmt::Arguments<'_>) -> Result<(), Failure> {
    writeln!(std::io::stdout().lock(), "{line}").map_err(stdout_failed)
}

/// Standard output could not be written.
pub fn stdout_failed(source: std::io::Error) -> Failure {
    Failure::Io { path: "stdout".into(), source }
}

/// `println!` that fails instead of panicking.
macro_rules! say {
    ($($words:tt)*) => {
        $crate::cli::say::line(format_args!($($words)*))
    };
}
