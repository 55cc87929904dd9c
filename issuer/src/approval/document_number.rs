//! Numbers of official documents (发文字号), GB/T 9704: issuer's word, year in 〔〕, running number.

use std::fmt;

use crate::table;

/// An official document's number, such as `渝职改办〔2026〕64号`, in its one canonical spelling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentNumber(String);

/// What is wrong with a document's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentNumberError {
    /// Nothing is written.
    #[error("no document number is given")]
    Missing,
    /// No year in brackets.
    #[error("the year in brackets 〔〕 is missing")]
    Year,
    /// The part before the year is not the issuer's word of 2 to 20 letters.
    #[error("the issuer's word before the year is missing or malformed")]
    Issuer,
    /// The part behind the year is not a number without leading zeros, followed by 号.
    #[error("behind the year a running number (without leading zeros) and 号 are expected")]
    Number,
}

impl DocumentNumber {
    /// Reads a number in which other brackets may stand for 〔〕 and spaces may stand anywhere.
    ///
    /// # Errors
    /// [`DocumentNumberError`] names the part that is malformed.
    pub fn read(raw: &str) -> Result<Self, DocumentNumberError> {
        let text: String = table::compact(raw).chars().map(bracket).collect();
        if text.is_empty() {
            return Err(DocumentNumberError::Missing);
        }
        let (issuer, rest) = text.split_once('〔').ok_or(DocumentNumberError::Year)?;
        let (year, rest) = rest.split_once('〕').ok_or(DocumentNumberError::Year)?;
        if year.len() != 4 || !year.bytes().all(|byte| byte.is_ascii_digit()) || year < EARLIEST {
            return Err(DocumentNumberError::Year);
        }
        let letters = issuer.chars().count();
        if !(2..=20).contains(&letters) || !issuer.chars().all(char::is_alphabetic) {
            return Err(DocumentNumberError::Issuer);
        }
        let number = rest.strip_suffix('号').ok_or(DocumentNumberError::Number)?;
        let is_plain = (1..=6).contains(&number.len())
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && !number.starts_with('0');
        match is_plain {
            true => Ok(Self(text)),
            false => Err(DocumentNumberError::Number),
        }
    }

    /// The number in its canonical spelling.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The issuer's word (发文机关代字), the part before the year.
    pub fn issuer(&self) -> &str {
        self.0.split_once('〔').map_or("", |(issuer, _)| issuer)
    }
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Brackets that typists use for 〔 and 〕; full-width ones are half-width already.
fn bracket(character: char) -> char {
    match character {
        '[' | '(' | '{' | '【' | '〖' | '﹝' | '⟦' | '「' | '《' | '<' => '〔',
        ']' | ')' | '}' | '】' | '〗' | '﹞' | '⟧' | '」' | '》' | '>' => '〕',
        other => other,
    }
}

/// No office that issues these is older.
const EARLIEST: &str = "1949";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_every_bracket_the_canonical_one() {
        let canonical = DocumentNumber("渝职改办〔2026〕64号".to_owned());
        for text in [
            "渝职改办〔2026〕64号",
            "渝职改办[2026]64号",
            "渝职改办［２０２６］６４号",
            "渝职改办（2026）64号",
            "渝职改办【2026】64 号",
            " 渝职改办 ﹝2026﹞ 64号",
        ] {
            assert_eq!(DocumentNumber::read(text).as_ref(), Ok(&canonical), "{text}");
        }
        assert_eq!(canonical.issuer(), "渝职改办");
    }

    #[test]
    fn names_the_malformed_part() {
        use DocumentNumberError as Error;
        let cases = [
            ("", Error::Missing),
            ("渝职改办2026年第3号文件", Error::Year),
            ("渝职改办〔26〕3号", Error::Year),
            ("渝职改办〔0026〕3号", Error::Year),
            ("〔2026〕3号", Error::Issuer),
            ("渝职改办1〔2026〕3号", Error::Issuer),
            ("渝职改办〔2026〕3", Error::Number),
            ("渝职改办〔2026〕第3号", Error::Number),
            ("渝职改办〔2026〕03号", Error::Number),
            ("渝职改办〔2026〕3号文", Error::Number),
        ];
        for (text, expected) in cases {
            assert_eq!(DocumentNumber::read(text), Err(expected), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn reading_what_was_read_changes_nothing(text in "[渝职a]{2,5}[〔\\[(][12][0-9]{3}[〕\\])][0-9]{1,4}号") {
            if let Ok(number) = DocumentNumber::read(&text) {
                proptest::prop_assert_eq!(DocumentNumber::read(number.as_str()), Ok(number));
            }
        }
    }
}
