//! Which of the two languages a page is in.

use axum::http::{HeaderMap, header::ACCEPT_LANGUAGE};
use serde::Deserialize;

use super::words::{EN, Words, ZH};

/// The most of an `Accept-Language` header that is looked at, in bytes. Security: bounds the work on it.
const MAX_HEADER_LEN: usize = 256;

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Chinese: the language of the certificates.
    Zh,
    /// English.
    En,
}

/// What follows `?` in the pages' addresses.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct LangQuery {
    /// The language that was chosen on a page.
    #[serde(default)]
    lang: Option<Lang>,
}

impl Lang {
    /// The chosen language; else what the browser asks for; else Chinese.
    pub fn negotiate(query: LangQuery, headers: &HeaderMap) -> Self {
        let asked = || {
            let header = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
            preferred(header.get(..MAX_HEADER_LEN).unwrap_or(header))
        };
        query.lang.or_else(asked).unwrap_or(Self::Zh)
    }

    /// Every string of the pages.
    pub const fn words(self) -> &'static Words {
        match self {
            Self::Zh => &ZH,
            Self::En => &EN,
        }
    }

    /// The other language, for the switch.
    pub const fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }

    /// For `?lang=`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// For the `lang` attribute (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// One of two texts.
    pub fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// The language with the highest weight (RFC 9110, 12.5.4); of equal ones the first.
fn preferred(header: &str) -> Option<Lang> {
    let mut best: Option<(Lang, f32)> = None;
    for part in header.split(',') {
        let (tag, weight) = part.split_once(';').unwrap_or((part, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.parse::<f32>().ok());
        let lang = match tag.trim().get(..2).map(str::to_ascii_lowercase).as_deref() {
            Some("zh") => Lang::Zh,
            Some("en") => Lang::En,
            _ => continue,
        };
        if let Some(weight) = weight.filter(|w| *w > 0.0)
            && best.is_none_or(|(_, other)| weight > other)
        {
            best = Some((lang, weight));
        }
    }
    best.map(|(lang, _)| lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_preference_counts_by_weight() {
        assert_eq!(preferred("en-GB,en;q=0.9,zh;q=0.8"), Some(Lang::En));
        assert_eq!(preferred("fr, en;q=0.3, zh-Hans-CN;q=0.5"), Some(Lang::Zh));
        assert_eq!(preferred("de, fr;q=0.5"), None);
        assert_eq!(preferred("en;q=0, zh;q=0.1"), Some(Lang::Zh));
        assert_eq!(preferred("中文,;q=,;;q=x"), None);
    }

    #[test]
    fn a_choice_on_the_page_outweighs_the_browser() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, axum::http::HeaderValue::from_static("en"));
        let chosen = LangQuery { lang: Some(Lang::Zh) };
        assert_eq!(Lang::negotiate(chosen, &headers), Lang::Zh);
        assert_eq!(Lang::negotiate(LangQuery::default(), &headers), Lang::En);
        assert_eq!(Lang::negotiate(LangQuery::default(), &HeaderMap::new()), Lang::Zh);
    }
}
