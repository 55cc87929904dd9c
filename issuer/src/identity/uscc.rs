//! Unified social credit codes of organisations, GB 32100, with the organisation code of GB 11714
//! inside them.

use std::fmt;
use std::str::FromStr;

/// A unified social credit code (统一社会信用代码): 18 characters, both check characters right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uscc(String);

/// What is wrong with a unified social credit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UsccError {
    /// Nothing is written.
    #[error("no code is given")]
    Missing,
    /// Not 18 characters.
    #[error("{found} characters instead of 18")]
    Length {
        /// How many characters it has.
        found: usize,
    },
    /// A character that the standard does not use there (the letters I, O, S, V, Z never occur).
    #[error("a character at position {position} that does not belong there")]
    Character {
        /// Counted from 1.
        position: usize,
    },
    /// The 17th character does not follow from the organisation code before it (GB 11714).
    #[error("the organisation code inside (characters 9 to 17) has a wrong check character")]
    OrganisationCode,
    /// The last character does not follow from the others (GB 32100).
    #[error("the last character (the check character) does not match the others")]
    CheckCharacter,
}

impl Uscc {
    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Uscc {
    type Err = UsccError;

    /// Reads a normalised code: no spaces, capital letters.
    fn from_str(text: &str) -> Result<Self, UsccError> {
        if text.is_empty() {
            return Err(UsccError::Missing);
        }
        let found = text.chars().count();
        if found != LENGTH {
            return Err(UsccError::Length { found });
        }
        let mut values = [0_u32; LENGTH];
        for (index, (slot, character)) in values.iter_mut().zip(text.chars()).enumerate() {
            let value = ALPHABET.find(character).filter(|_| character.is_ascii());
            // Characters 3 to 8 are the district: digits only.
            let fits = value.filter(|value| !(2..8).contains(&index) || *value < 10);
            *slot = fits.ok_or(UsccError::Character { position: index + 1 })? as u32;
        }
        if !organisation_code_is_right(text) {
            return Err(UsccError::OrganisationCode);
        }
        let sum: u32 = values.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
        match values.last() == Some(&((31 - sum % 31) % 31)) {
            true => Ok(Self(text.to_owned())),
            false => Err(UsccError::CheckCharacter),
        }
    }
}

/// Characters 9 to 17 are an organisation code: eight characters and a check character, in which
/// letters count from A = 10 without the gaps of GB 32100.
fn organisation_code_is_right(text: &str) -> bool {
    let sum: u32 = text
        .chars()
        .skip(8)
        .zip(ORGANISATION_WEIGHTS)
        .filter_map(|(character, weight)| character.to_digit(36).map(|value| value * weight))
        .sum();
    let expected = match 11 - sum % 11 {
        10 => Some('X'),
        11 => Some('0'),
        digit => char::from_digit(digit, 10),
    };
    text.chars().nth(16) == expected
}

const LENGTH: usize = 18;
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/// For the first 17 characters; the check character itself is not weighed.
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn decides_the_vectors_of_gb_32100() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/data/id_vectors.json")).unwrap();
        let vectors = vectors["gb32100"]["vectors"].as_array().unwrap();
        assert_eq!(vectors.len(), 8);
        for vector in vectors {
            let code = vector["uscc"].as_str().unwrap();
            assert_eq!(
                code.parse::<Uscc>().is_ok(),
                vector["valid"].as_bool().unwrap(),
                "{vector}"
            );
        }
    }

    #[test]
    fn says_which_check_failed() {
        let cases = [
            ("", UsccError::Missing),
            ("91350100M000100Y4", UsccError::Length { found: 17 }),
            ("91350100M000100Y44", UsccError::CheckCharacter),
            ("91350100M000100Y54", UsccError::OrganisationCode),
            ("9135010OM000100Y43", UsccError::Character { position: 8 }),
            ("9135010AM000100Y43", UsccError::Character { position: 8 }),
            ("91350100M000100Y4é", UsccError::Character { position: 18 }),
        ];
        for (code, expected) in cases {
            assert_eq!(code.parse::<Uscc>(), Err(expected), "{code}");
        }
    }
}
