//! Counts that anybody may see: by kind and year of the decision. No subject, no conduct.

use std::collections::BTreeMap;

use ledger::record::{ArchiveEntry, CorrectionKind, IntegrityKind};

/// Counts of one kind in one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Entries first recorded for decisions of that year.
    pub recorded: u64,
    /// Entries of decisions of that year that were amended, once for each amendment.
    pub amended: u64,
    /// Entries of decisions of that year that were rescinded.
    pub rescinded: u64,
}

/// Counts of the whole archive.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statistics {
    /// By year of the decision and code of the kind, ascending.
    pub counts: BTreeMap<(i32, IntegrityKind), Count>,
    /// Entries whose records were erased: nothing is known of them but that they were there.
    pub erased: u64,
}

impl Statistics {
    /// Counts one entry; none: it was erased.
    pub fn count(&mut self, entry: Option<&ArchiveEntry>) {
        let Some(entry) = entry else {
            self.erased += 1;
            return;
        };
        let (year, _, _) = entry.record.decided_on.ymd();
        let count = self.counts.entry((year, entry.record.kind)).or_default();
        match entry.correction.as_ref().map(|correction| correction.kind) {
            None => count.recorded += 1,
            Some(CorrectionKind::Amended) => count.amended += 1,
            Some(CorrectionKind::Rescinded) => count.rescinded += 1,
        }
    }
}
