//! One place maps what went wrong to an exit code and to words.

use std::{fmt, path::PathBuf};

use super::{import::ImportError, key_access::KeyAccessError, keys::KeysError};
use crate::{causes, office::OfficeError};

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
    /// The pages cannot be served on this port.
    Port {
        /// The port of 127.0.0.1.
        port: u16,
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
            | Self::Port { .. }
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
            Self::Usage(words) => {
                write!(f, "[usage] 用法有误，请更正此参数 / usage: correct this argument: {words}")
            }
            Self::Io { path, source } => write!(
                f,
                "[io_failed] {0}无法读写（{1}），请检查路径、权限与空间 / cannot be read or written, check \
                 the path, its permissions and the room on the disk: {0}: {source}",
                path.display(),
                causes::zh(source)
            ),
            Self::Port { port, source } => write!(
                f,
                "[port_not_had] 无法在 127.0.0.1:{port} 提供页面（{}），请用 --port 换一个端口 / no pages can be \
                 served on 127.0.0.1:{port}: {source}: choose another port with --port",
                causes::zh(source)
            ),
            Self::Demo(words) => {
                write!(
                    f,
                    "[demo_failed] 演示未通过，请报告此错误 / the demo failed, report this: {words}"
                )
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_command_line_says_itself_has_a_code_and_both_languages() {
        for (failure, code, part) in [
            (Failure::Usage("--now x".to_owned()), "[usage] ", "--now x"),
            (
                Failure::Port { port: 8080, source: std::io::Error::other("in use") },
                "[port_not_had] ",
                "127.0.0.1:8080: in use",
            ),
            (Failure::Demo("x is not on record".to_owned()), "[demo_failed] ", "not on record"),
            (
                Failure::Io { path: "stdout".into(), source: std::io::Error::other("closed") },
                "[io_failed] ",
                "stdout: closed",
            ),
        ] {
            let said = failure.to_string();
            assert!(said.starts_with(code) && said.contains(part), "{said}");
            let (zh, en) = said.split_once(" / ").unwrap_or_default();
            assert!(zh.contains('请') && en.is_ascii(), "{said}");
        }
    }
}
