//! Series with their names, and codes as lists write them.

use ledger::certificate::Series;

/// A series with its name; the name of a national one is the catalogue's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TitleSeries {
    code: Series,
    name: String,
}

/// A text that names no series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SeriesError {
    /// Digits, but not one or two of them.
    #[error("a series code has two digits")]
    NotACode,
    /// A code that the catalogue does not have.
    #[error("there is no series {code:02}")]
    UnknownCode {
        /// The code that was looked for.
        code: u8,
    },
    /// A name that the catalogue does not have.
    #[error("there is no series of that name")]
    UnknownName,
    /// The name beside the code belongs to another series.
    #[error("series {code:02} has another name")]
    CodeAndNameDiffer {
        /// The code that was written.
        code: u8,
    },
    /// 99 stands for "other" and says nothing without a name.
    #[error("series 99 needs its name behind the code")]
    OtherNeedsName,
}

/// A series code of one or two digits.
pub(super) fn read_code(text: &str) -> Result<Series, SeriesError> {
    let well_formed = matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit());
    let code: u8 = text.parse().ok().filter(|_| well_formed).ok_or(SeriesError::NotACode)?;
    Series::new(u64::from(code)).ok().ok_or(SeriesError::UnknownCode { code })
}

impl TitleSeries {
    /// A series outside the national ones, under its own name.
    ///
    /// # Errors
    /// [`SeriesError::OtherNeedsName`] when the name is empty.
    pub fn other(name: &str) -> Result<Self, SeriesError> {
        match name.is_empty() {
            true => Err(SeriesError::OtherNeedsName),
            false => Ok(Self { code: Series::OTHER, name: name.to_owned() }),
        }
    }

    /// Only the catalogue makes these: code and name agree.
    pub(super) fn national(code: Series, name: String) -> Self {
        Self { code, name }
    }

    /// A series as it was recorded once; catalogues change, records do not.
    pub(crate) fn as_recorded(code: Series, name: String) -> Self {
        Self { code, name }
    }

    /// The code.
    pub fn code(&self) -> Series {
        self.code
    }

    /// The code as two digits.
    pub fn code_text(&self) -> String {
        format!("{:02}", self.code.code())
    }

    /// The name, as certificates show it.
    pub fn name(&self) -> &str {
        &self.name
    }
}
