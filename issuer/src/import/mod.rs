//! The way in: files of approved results become checked rows, and a report says what became of each.

mod judge;
mod pending;
mod report;

pub use judge::{Judged, Rules, judge};
pub use pending::{PendingError, PendingResults, Standing};
pub use report::{ImportReport, Refusal, RowReport, RowVerdict};
