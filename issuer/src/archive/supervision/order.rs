//! What staff hand in becomes a supervision record, or is refused.

use ledger::{certificate::Text, record::MAX_PROSE_LEN, time::Date};

use super::{SupervisionKind, SupervisionRecord, SupervisionRefusal};

/// A supervision record as staff write it.
#[derive(Debug, Clone, Copy)]
pub struct SupervisionOrder<'a> {
    /// A code of the closed set.
    pub kind: &'a str,
    /// Whom it is about: of the one kind of subject that its kind has.
    pub subject: Option<&'a str>,
    /// What was found.
    pub facts: &'a str,
}

impl SupervisionOrder<'_> {
    /// The record that the order makes.
    ///
    /// # Errors
    /// [`SupervisionRefusal`]: the first field that is wrong.
    pub fn record(&self, today: Date) -> Result<SupervisionRecord, SupervisionRefusal> {
        let kind = SupervisionKind::from_code(self.kind).ok_or(SupervisionRefusal::KindUnknown)?;
        let named = self.subject.map(str::trim).filter(|subject| !subject.is_empty());
        let subject = named.map(Text::new).transpose();
        let subject = subject.map_err(|_problem| SupervisionRefusal::SubjectInvalid)?;
        // Who made a counterfeit is seldom known at first.
        if subject.is_none() && kind != SupervisionKind::CounterfeitCase {
            return Err(SupervisionRefusal::SubjectMissing { kind });
        }
        let facts = prose(self.facts).ok_or(SupervisionRefusal::Facts)?;
        Ok(SupervisionRecord { kind, on: today, subject, facts, evidence: Vec::new() })
    }
}

/// The finding that closes a record.
///
/// # Errors
/// [`SupervisionRefusal::Finding`].
pub fn finding(text: &str) -> Result<String, SupervisionRefusal> {
    prose(text).ok_or(SupervisionRefusal::Finding)
}

fn prose(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.len() <= MAX_PROSE_LEN).then(|| text.to_owned())
}
