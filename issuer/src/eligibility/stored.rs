//! Eligible results in the journal.

use ledger::certificate::{Text, TextError};
use serde::{Deserialize, Serialize};

use super::EligibleResult;
use crate::approval::{ApprovedResult, StoredApproved, StoredFieldError};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    format: String,
    committee_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cites: Option<String>,
    result: StoredApproved,
}

/// Why bytes are no stored result. Holds no personal data.
#[derive(Debug, thiserror::Error)]
pub enum StoredResultError {
    /// Not the JSON object; the line and column say where.
    #[error("not a stored result (line {line}, column {column})")]
    Json {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// Another format.
    #[error("the stored result has format {found:?}, expected {FORMAT:?}")]
    Format {
        /// What stands there.
        found: String,
    },
    /// A field breaks a rule that every result keeps.
    #[error("the stored result breaks a rule: {0}")]
    Field(#[from] StoredFieldError),
    /// The committee's name, or what the result cites, cannot stand in a record.
    #[error("the stored result has a text that cannot be used: {0}")]
    CommitteeName(#[from] TextError),
    /// Read and written again it has other bytes.
    #[error("the stored result is not in the one form in which it is written")]
    NotCanonical,
}

impl EligibleResult {
    /// The bytes for the journal. Personal data: to be sealed.
    ///
    /// # Errors
    /// Never for values of this type; the JSON writer's error is passed on rather than hidden.
    pub fn to_journal(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&Stored {
            format: FORMAT.to_owned(),
            committee_name: self.committee_name.as_str().to_owned(),
            cites: self.cites.as_ref().map(|cites| cites.as_str().to_owned()),
            result: StoredApproved::from(&self.result),
        })
    }

    /// A result that was eligible when it was journalled. Its fields pass the same parsers again; the
    /// gates are not asked again, because committees and calendars of that day are not at hand.
    ///
    /// # Errors
    /// [`StoredResultError`] when the bytes are not exactly what [`Self::to_journal`] writes.
    pub fn from_journal(bytes: &[u8]) -> Result<Self, StoredResultError> {
        // The JSON reader's own sentence may quote the text it met: only the place is kept.
        let stored: Stored = serde_json::from_slice(bytes).map_err(|error| {
            StoredResultError::Json { line: error.line(), column: error.column() }
        })?;
        if stored.format != FORMAT {
            return Err(StoredResultError::Format { found: stored.format });
        }
        let committee_name = Text::new(&stored.committee_name)?;
        let cites = stored.cites.as_deref().map(Text::new).transpose()?;
        let result = ApprovedResult::try_from(stored.result)?;
        let read = Self { result, committee_name, cites };
        match read.to_journal() {
            Ok(written) if written == bytes => Ok(read),
            Ok(_) | Err(_) => Err(StoredResultError::NotCanonical),
        }
    }
}

const FORMAT: &str = "eligible_result/1";
