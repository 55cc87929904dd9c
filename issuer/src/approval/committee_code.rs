//! Codes of review committees.

use std::fmt;
use std::str::FromStr;

/// A review committee's code (评委会代码), such as `CQ-05-01`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitteeCode(String);

/// A text that can be no committee's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a committee code has 1 to {MAX_CODE} letters A to Z, digits and hyphens")]
pub struct CommitteeCodeError;

impl CommitteeCode {
    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CommitteeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CommitteeCode {
    type Err = CommitteeCodeError;

    /// Reads a normalised code: capitals, no spaces.
    fn from_str(text: &str) -> Result<Self, CommitteeCodeError> {
        let belongs = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
        match (1..=MAX_CODE).contains(&text.len()) && text.bytes().all(belongs) {
            true => Ok(Self(text.to_owned())),
            false => Err(CommitteeCodeError),
        }
    }
}

/// Security: codes are repeated in messages and in file names.
const MAX_CODE: usize = 32;
