//! On which days an applicant may not apply (七(一); three years by the national rules).

use ledger::{record::SubjectKind, time::Date};

use super::{BarCounts, Judged, Standing};

/// A span of days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// The first day.
    pub from: Date,
    /// The last; none: without end.
    pub until: Option<Date>,
}

impl Bar {
    fn covers(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// The bars of an applicant's entries. An entry that has expired since still barred on its days; an
/// amended or rescinded one bars on none.
pub fn bars(entries: &[Judged]) -> impl Iterator<Item = Bar> {
    entries.iter().filter_map(|judged| {
        let record = &judged.entry.record;
        let counts = match judged.standing {
            Standing::InForce | Standing::Expired { .. } => true,
            Standing::Amended { .. } | Standing::Rescinded { .. } | Standing::Rescission => false,
        };
        let applicant = record.subject.kind == SubjectKind::Applicant;
        let from = record.bar_from.filter(|_first| counts && applicant)?;
        Some(Bar { from, until: record.bar_until })
    })
}

/// The bar that keeps an application out, if one does: the one that ends last.
pub fn hit(
    bars: impl Iterator<Item = Bar>,
    pledged_on: Date,
    reviewed_on: Date,
    counts: BarCounts,
) -> Option<Bar> {
    let covers = |bar: &Bar| match counts {
        BarCounts::ReviewOrPledge => bar.covers(pledged_on) || bar.covers(reviewed_on),
        BarCounts::Review => bar.covers(reviewed_on),
        BarCounts::Pledge => bar.covers(pledged_on),
    };
    bars.filter(covers).max_by_key(|bar| (bar.until.is_none(), bar.until))
}
