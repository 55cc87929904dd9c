//! Looking at cases.

use super::{CaseContent, Office, OfficeError};
use crate::{
    case::{CaseFault, CaseId, CaseState},
    registry::CaseRow,
};

/// A case with its draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseView {
    /// Who did what, and how far it is.
    pub row: CaseRow,
    /// What is decided; none when its payload was erased.
    pub content: Option<CaseContent>,
    /// Why it was refused, if it was.
    pub refusal: Option<String>,
}

impl Office {
    /// Every case, in the order in which they were proposed.
    ///
    /// # Errors
    /// The registry cannot be read.
    pub fn cases(&self) -> Result<Vec<CaseRow>, OfficeError> {
        Ok(self.registry.cases()?)
    }

    /// One case with its draft.
    ///
    /// # Errors
    /// [`CaseFault::NoSuchCase`].
    pub fn case(&self, case: CaseId) -> Result<CaseView, OfficeError> {
        let row = self.registry.case(case)?.ok_or(CaseFault::NoSuchCase { case })?;
        let content = match self.content_of(&row) {
            Ok(content) => Some(content),
            Err(OfficeError::PayloadErased { .. }) => None,
            Err(error) => return Err(error),
        };
        let refusal = match &row.decided {
            Some((line, _)) if row.state == CaseState::Refused => {
                let opened = self.payloads(&std::iter::once(*line).collect());
                let text = |payload: &[u8]| String::from_utf8_lossy(payload).into_owned();
                match opened {
                    Ok(lines) => lines.first().map(|line| text(&line.payload)),
                    Err(OfficeError::PayloadErased { .. }) => None,
                    Err(error) => return Err(error),
                }
            }
            Some(_) | None => None,
        };
        Ok(CaseView { row, content, refusal })
    }
}
