//! Where accepted results wait to be issued.

use crate::approval::ResultKey;
use crate::calendar::Calendar;
use crate::committee::Committees;
use crate::eligibility::{EligibleResult, GateSettings, Ineligible};

/// The store of accepted results. The contract that makes a second import of one list harmless.
pub trait PendingResults {
    /// What is known of a result.
    ///
    /// # Errors
    /// [`PendingError`] when the store cannot be asked.
    fn standing(&self, key: &ResultKey) -> Result<Option<Standing>, PendingError>;

    /// The gate that only the store knows and that keeps a result out, if one does: its applicant is
    /// barred, or it is to be filed on a day to come.
    ///
    /// # Errors
    /// [`PendingError`] when the store cannot be asked.
    fn closed_gate(&self, result: &EligibleResult) -> Result<Option<Ineligible>, PendingError>;

    /// Has results judged by the committees that are on record.
    ///
    /// # Errors
    /// [`PendingError`] when the store cannot be asked.
    fn judge_by_record(&self, committees: &mut Committees) -> Result<(), PendingError>;

    /// The calendar by which results are judged.
    ///
    /// # Errors
    /// [`PendingError`] when the store cannot be asked.
    fn calendar(&self) -> Result<Calendar, PendingError>;

    /// What the gates leave to the office.
    fn gates(&self) -> GateSettings;

    /// Keeps results. When it returns without error all of them are durable; on an error any of them
    /// may be, and importing the list again puts that right.
    ///
    /// # Errors
    /// [`PendingError`] when they cannot be kept.
    fn add_all(&mut self, results: Vec<EligibleResult>) -> Result<(), PendingError>;
}

/// What became of a result that was imported before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It waits to be issued.
    Pending,
    /// It is on record.
    Issued,
}

/// The store of accepted results failed.
#[derive(Debug, thiserror::Error)]
#[error("the store of pending results failed: {source}")]
pub struct PendingError {
    /// The store's own error.
    #[from]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}
