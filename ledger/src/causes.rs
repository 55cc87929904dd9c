//! Why something failed, in Chinese: the causes that people meet at a command line, each with a stable
//! code. Every other error keeps its own English words.

use std::{error::Error, fmt, io, num::ParseIntError, path::Path};

use crate::{store::StoreError, time::NotADate};

/// A cause that people meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Its stable name.
    pub code: &'static str,
    /// What it is, in Chinese.
    pub zh: String,
}

impl Cause {
    /// A cause in these words.
    pub fn new(code: &'static str, zh: impl Into<String>) -> Self {
        Self { code, zh: zh.into() }
    }

    /// What the operating system says of a file; none of what it seldom says.
    pub fn in_io(error: &io::Error) -> Option<Self> {
        let (code, zh) = match error.kind() {
            io::ErrorKind::NotFound => ("file_not_found", "没有此文件或目录"),
            io::ErrorKind::PermissionDenied => ("permission_denied", "没有权限"),
            io::ErrorKind::AlreadyExists => ("file_exists", "文件已存在"),
            io::ErrorKind::StorageFull => ("disk_full", "磁盘已满"),
            io::ErrorKind::QuotaExceeded => ("quota_exceeded", "超出磁盘配额"),
            io::ErrorKind::ReadOnlyFilesystem => ("disk_read_only", "文件系统只读"),
            io::ErrorKind::IsADirectory => ("is_a_directory", "这是目录，不是文件"),
            io::ErrorKind::NotADirectory => ("not_a_directory", "路径中有一段不是目录"),
            io::ErrorKind::InvalidData => ("not_text", "内容不是 UTF-8 文字"),
            io::ErrorKind::BrokenPipe => ("output_closed", "对方已关闭"),
            io::ErrorKind::ConnectionRefused => ("connection_refused", "对方拒绝连接"),
            io::ErrorKind::TimedOut => ("timed_out", "等候超时"),
            io::ErrorKind::AddrInUse => ("address_in_use", "地址或端口已被占用"),
            io::ErrorKind::AddrNotAvailable => ("address_not_here", "本机没有此地址"),
            _ => return None,
        };
        Some(Self::new(code, zh))
    }

    /// The same cause, of this file.
    #[must_use]
    pub fn of_file(self, path: &Path) -> Self {
        Self { zh: format!("{}：{}", path.display(), self.zh), ..self }
    }

    /// What is known of one error of this crate or of the standard library, without its source.
    pub fn known(error: &(dyn Error + 'static)) -> Option<Self> {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return Self::in_io(error);
        }
        match error.downcast_ref::<StoreError>() {
            Some(StoreError::InUse { directory }) => {
                return Some(Self::new("in_use", format!("{directory} 正由另一进程使用")));
            }
            Some(StoreError::Io { path, source, .. }) => {
                return Some(Self::in_io(source)?.of_file(Path::new(path)));
            }
            Some(_) | None => {}
        }
        if error.is::<NotADate>() {
            return Some(Self::new("date_wrong", "日期应写作 YYYY-MM-DD"));
        }
        error.is::<ParseIntError>().then(|| Self::new("number_wrong", "应为整数"))
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", self.zh, self.code)
    }
}

/// An error within a Chinese sentence: the first of it and its sources that is `known`, else its own
/// words.
pub fn zh(
    error: &(dyn Error + 'static),
    known: impl Fn(&(dyn Error + 'static)) -> Option<Cause>,
) -> String {
    find(error, known).map_or_else(|| error.to_string(), |cause| cause.to_string())
}

/// What is `known` of the first of an error and its sources of which something is.
pub fn find(
    error: &(dyn Error + 'static),
    known: impl Fn(&(dyn Error + 'static)) -> Option<Cause>,
) -> Option<Cause> {
    std::iter::successors(Some(error), |&error| error.source()).find_map(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("outer: {0}")]
    struct Outer(#[source] io::Error);

    #[test]
    fn a_cause_is_found_below_the_error_that_it_made_and_has_a_code() {
        for (kind, said) in [
            (io::ErrorKind::NotFound, "没有此文件或目录 [file_not_found]"),
            (io::ErrorKind::PermissionDenied, "没有权限 [permission_denied]"),
            (io::ErrorKind::StorageFull, "磁盘已满 [disk_full]"),
        ] {
            assert_eq!(zh(&Outer(kind.into()), Cause::known), said);
        }
    }

    #[test]
    fn what_is_not_known_keeps_its_own_words() {
        let seldom = Outer(io::Error::other("a fault of the disk"));
        assert_eq!(zh(&seldom, Cause::known), "outer: a fault of the disk");
    }

    #[test]
    fn a_directory_in_use_and_a_file_are_named() {
        let in_use = StoreError::InUse { directory: "/srv/office".to_owned() };
        assert_eq!(zh(&in_use, Cause::known), "/srv/office 正由另一进程使用 [in_use]");
        let denied = Cause::in_io(&io::ErrorKind::PermissionDenied.into());
        let named = denied.map(|cause| cause.of_file(Path::new("a.key")).to_string());
        assert_eq!(named.as_deref(), Some("a.key：没有权限 [permission_denied]"));
    }
}
