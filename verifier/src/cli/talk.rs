//! What the program says to the person who started it: Chinese first, then English.

use std::str::FromStr;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_chooses_the_language_and_chinese_is_the_rule() {
        let spoken = [Some("en_GB.UTF-8"), Some("zh_CN.UTF-8"), Some("C"), None];
        let spoken = spoken.map(Language::of_locale);
        assert_eq!(spoken, [Language::En, Language::Zh, Language::Zh, Language::Zh]);
    }
}
