//! What the program says to the person who started it: Chinese first, then English.

use std::{
    io::{self, IsTerminal as _},
    path::Path,
    str::FromStr,
};

use serde::Serialize;
use tracing_subscriber::filter::LevelFilter;

use crate::causes::zh;

/// The language of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// 中文
    Zh,
    /// English
    En,
}

/// A language that the program does not speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("zh or en")]
pub struct UnknownLanguage;

/// Something to say, in both languages: what happened, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) zh: String,
    pub(super) en: String,
}

impl Language {
    /// The language of a POSIX locale such as `en_GB.UTF-8`; Chinese where it names neither.
    pub fn of_locale(locale: Option<&str>) -> Self {
        match locale {
            Some(locale) if locale.starts_with("en") => Self::En,
            Some(_) | None => Self::Zh,
        }
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(text: &str) -> Result<Self, UnknownLanguage> {
        match text {
            "zh" | "zh-CN" => Ok(Self::Zh),
            "en" => Ok(Self::En),
            _ => Err(UnknownLanguage),
        }
    }
}

impl Message {
    pub(super) fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// Says it on stderr.
    pub(super) fn say(&self) {
        eprintln!("{}\n{}", self.zh, self.en);
    }
}

/// Data as one line of JSON.
///
/// # Errors
/// What to say where it has no form in JSON; nothing is left out instead.
pub(super) fn json_line(data: &impl Serialize) -> Result<String, Message> {
    serde_json::to_string(data).map_err(|error| {
        Message::new(
            format!("结果无法写成 JSON（{}）。请去掉 --json 再试，并报告此错误。", zh(&error)),
            format!(
                "The result has no form in JSON ({error}). Try without --json, and report this."
            ),
        )
    })
}

/// Sends what a server logs to stderr; in colours on a terminal only, so that a file gets plain text.
pub(super) fn start_log() {
    let log = tracing_subscriber::fmt().with_writer(io::stderr);
    log.with_ansi(io::stderr().is_terminal()).with_max_level(LevelFilter::INFO).init();
}

/// The results cannot be written.
pub(super) fn unwritable(error: &io::Error) -> Message {
    Message::new(
        format!("结果无法写出（{}）。请检查输出位置后重试。", zh(error)),
        format!("The results cannot be written ({error}). Check where they go, and try again."),
    )
}

/// What is done with a file of the program's own.
#[derive(Debug, Clone, Copy)]
pub(super) enum Doing {
    Reading,
    Writing,
}

/// A file of the program's own that cannot be read or written.
pub(super) struct OwnFile<'a> {
    /// What it is called: 缓存.
    pub(super) zh: &'a str,
    /// What it is called: the cache.
    pub(super) en: &'a str,
    pub(super) path: &'a Path,
    /// The option that names another.
    pub(super) option: &'a str,
}

impl OwnFile<'_> {
    /// What to say of it.
    pub(super) fn failed(&self, doing: Doing, error: &io::Error) -> Message {
        let Self { zh: file_zh, en: file_en, path, option } = self;
        let (path, why) = (path.display(), zh(error));
        let (cannot_zh, cannot_en) = match doing {
            Doing::Reading => ("读取", "read"),
            Doing::Writing => ("写入", "written"),
        };
        Message::new(
            format!(
                "{file_zh}{path}无法{cannot_zh}（{why}）。请检查权限，或用 {option} 另指文件。"
            ),
            format!(
                "{file_en} {path} cannot be {cannot_en} ({error}). Check its permissions, or name another with {option}."
            ),
        )
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn what_has_no_form_in_json_is_said_and_not_left_out() {
        assert_eq!(json_line(&BTreeMap::from([("a", 1)])), Ok("{\"a\":1}".to_owned()));
        let refused = json_line(&BTreeMap::from([((1, 2), 3)])).unwrap_err();
        assert!(refused.zh.contains("--json") && refused.en.contains("--json"), "{refused:?}");
    }

    #[test]
    fn the_locale_chooses_the_language_and_chinese_is_the_rule() {
        let spoken = [Some("en_GB.UTF-8"), Some("zh_CN.UTF-8"), Some("C"), None];
        let spoken = spoken.map(Language::of_locale);
        assert_eq!(spoken, [Language::En, Language::Zh, Language::Zh, Language::Zh]);
    }
}
