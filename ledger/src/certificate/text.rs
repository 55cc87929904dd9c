//! The text fields of a certificate: bounded, printable, never blank at the ends.

use std::{fmt, str::FromStr};

/// Longest text field in bytes of UTF-8.
///
/// Security: bounds a certificate's size, and with it what every reader allocates. 192 bytes are 64
/// Chinese characters.
pub const MAX_TEXT_LEN: usize = 192;

/// Why a text is refused. The text itself is not repeated: it may be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing stands there.
    #[error("the text is empty")]
    Empty,
    /// Longer than its limit.
    #[error("the text has {length} bytes, more than {limit}")]
    TooLong {
        /// Bytes given.
        length: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// A control or invisible formatting character, or white space at an end.
    #[error("the text has U+{code:04X} at byte {at}, which is not allowed there")]
    Character {
        /// The code point.
        code: u32,
        /// Where it stands.
        at: usize,
    },
    /// Not the form that this field has.
    #[error("not of the form {form}")]
    Form {
        /// The form in words.
        form: &'static str,
    },
}

/// A text that people read: 1 to 192 bytes, no control or bidirectional formatting characters, no
/// white space at its ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(String);

impl Text {
    /// Accepts a text of the form above.
    pub fn new(text: &str) -> Result<Self, TextError> {
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        if text.len() > MAX_TEXT_LEN {
            return Err(TextError::TooLong { length: text.len(), limit: MAX_TEXT_LEN });
        }
        let inner = text.trim();
        let misplaced = text.char_indices().find(|(at, character)| {
            let outside =
                *at < text.len() - text.trim_start().len() || *at >= text.trim_end().len();
            outside || character.is_control() || is_deceptive(*character)
        });
        match misplaced {
            Some((at, character)) => Err(TextError::Character { code: character as u32, at }),
            None => Ok(Self(inner.to_owned())),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Characters that change how others are shown, or are not shown, and so make one name look like
/// another: line separators, zero-width and bidirectional controls, annotations, tags, the byte order
/// mark.
const fn is_deceptive(character: char) -> bool {
    matches!(character,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A certificate number: 1 to 32 ASCII letters, digits and hyphens; legacy numbers are kept as
/// they are. The rule by which new ones are made belongs to the issuer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CertificateNumber(String);

impl CertificateNumber {
    /// Longest number in bytes: it is a file name, and it stands in the QR code.
    pub const MAX_LEN: usize = 32;

    /// Accepts a number of the form above.
    pub fn new(number: &str) -> Result<Self, TextError> {
        let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        if number.is_empty() {
            return Err(TextError::Empty);
        }
        if number.len() > Self::MAX_LEN {
            return Err(TextError::TooLong { length: number.len(), limit: Self::MAX_LEN });
        }
        if number.as_bytes().iter().all(allowed) {
            Ok(Self(number.to_owned()))
        } else {
            Err(TextError::Form { form: "ASCII letters, digits and hyphens" })
        }
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CertificateNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CertificateNumber {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::new(text)
    }
}

/// The visible characters of an identity document's number, and no others: the first three and the
/// last four of a number of 15 characters and more, the last two of a shorter one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MaskedId(String);

impl MaskedId {
    const HEAD: usize = 3;
    const LONG: usize = 7;
    const SHORT: usize = 2;

    /// Accepts seven visible characters, or one or two.
    pub fn new(visible: &str) -> Result<Self, TextError> {
        Text::new(visible)?;
        match visible.chars().count() {
            Self::LONG | 1..=Self::SHORT => Ok(Self(visible.to_owned())),
            _ => Err(TextError::Form { form: "seven visible characters, or at most two" }),
        }
    }

    /// The visible characters of a whole document number; the rest is forgotten.
    pub fn of_document(number: &str) -> Result<Self, TextError> {
        Text::new(number)?;
        let characters: Vec<char> = number.chars().collect();
        let tail = |count: usize| characters.iter().rev().take(count).rev();
        if characters.len() >= 15 {
            Self::new(&characters.iter().take(Self::HEAD).chain(tail(4)).collect::<String>())
        } else {
            Self::new(&tail(Self::SHORT).collect::<String>())
        }
    }

    /// The stored characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MaskedId {
    /// `500****1011`, or `****67`: four stars stand for however many characters are hidden.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let visible = self.0.chars().count();
        let head = if visible == Self::LONG { Self::HEAD } else { 0 };
        let (head, tail): (String, String) =
            (self.0.chars().take(head).collect(), self.0.chars().skip(head).collect());
        write!(f, "{head}****{tail}")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;

    #[test]
    fn refuses_characters_that_make_one_name_look_like_another() {
        for text in [
            "王\u{202E}明",
            "王\u{200B}明",
            "王\u{61C}明",
            "王\u{AD}明",
            "王\u{E0041}明",
            "王\n明",
            " 王明",
            "王明\u{3000}",
        ] {
            assert!(matches!(Text::new(text), Err(TextError::Character { .. })), "{text:?}");
        }
    }

    #[test]
    fn keeps_the_middle_dot_and_inner_spaces_of_names() {
        assert_eq!(Text::new("阿卜杜拉·买买提").unwrap().as_str(), "阿卜杜拉·买买提");
        assert_eq!(Text::new("John Smith").unwrap().as_str(), "John Smith");
    }

    #[test]
    fn keeps_only_the_visible_characters_of_a_document_number() {
        let long = MaskedId::of_document("500000196205191011").unwrap();
        assert_eq!((long.as_str(), long.to_string().as_str()), ("5001011", "500****1011"));
        let short = MaskedId::of_document("H12345678").unwrap();
        assert_eq!((short.as_str(), short.to_string().as_str()), ("78", "****78"));
    }

    #[test]
    fn refuses_a_number_that_is_no_file_name() {
        for number in ["", "../x", "a b", "a/b", "渝123"] {
            assert!(CertificateNumber::new(number).is_err(), "{number}");
        }
    }
}
