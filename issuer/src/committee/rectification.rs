//! 责令限期整改 (clause 五(二)): an order to put things right by a deadline. When it is over, two persons
//! may suspend or cancel; nothing is suspended by a clock alone, because whether something was put
//! right is judged, not counted.

use ledger::{certificate::Text, digest::Commitment, journal::JournalSequence, time::Date};

/// An order to a committee or to its convening unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rectification {
    /// The journal line that holds it; its number.
    pub order: JournalSequence,
    /// The committee's code.
    pub code: String,
    /// 决定文号
    pub document: Text,
    /// The last day on which it can be complied with.
    pub deadline: Date,
    /// The commitment of its entry in the integrity archive.
    pub entry: Commitment,
    /// When it was complied with, as two persons found; none while it is open.
    pub done_on: Option<Date>,
}

impl Rectification {
    /// Whether it is open and its deadline has passed.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.done_on.is_none() && self.deadline < today
    }

    /// What a suspension or cancellation for it cites.
    pub fn citation(&self) -> String {
        let (document, deadline) = (self.document.as_str(), self.deadline);
        format!("{document}责令限期整改，期限至 {deadline}，逾期未完成")
    }
}
