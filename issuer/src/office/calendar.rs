//! The calendar of the office: the tables that ship with the program, and those that staff added.

use std::collections::BTreeMap;

use ledger::{entry::AnchorPurpose, position::LeafIndex};

use super::{Office, OfficeError};
use crate::{
    calendar::{AddedTable, Calendar, CalendarRefusal, YearTable},
    signing::{SigningKeyFile, staff::ProposalKind},
};

/// A table that was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarAdded {
    /// Its anchor in the log.
    pub index: LeafIndex,
    /// What is counted by from now on.
    pub table: YearTable,
    /// Whether the year had a table before.
    pub corrects: bool,
}

/// A year that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownYear {
    /// What is counted by.
    pub table: YearTable,
    /// The anchors of the tables that staff added, oldest first; the last one counts. None: the
    /// program's own table counts.
    pub anchors: Vec<LeafIndex>,
}

impl Office {
    /// The calendar by which results are judged now: of a year the table that was added last, or the
    /// program's own.
    pub fn calendar(&self) -> Result<Calendar, OfficeError> {
        let mut calendar = Calendar::published()?;
        for known in self.added_years()?.into_values() {
            calendar = calendar.with_year(known.table);
        }
        Ok(calendar)
    }

    /// Every year that is known, ascending.
    pub fn calendar_years(&self) -> Result<Vec<KnownYear>, OfficeError> {
        let published = Calendar::published()?;
        let mut years: BTreeMap<i16, KnownYear> = BTreeMap::new();
        for table in published.years().filter_map(|year| published.table(year)) {
            years.insert(table.year(), KnownYear { table: table.clone(), anchors: Vec::new() });
        }
        years.extend(self.added_years()?);
        Ok(years.into_values().collect())
    }

    /// Adds a year's table, or puts one in the place of a known one. What was judged before stands.
    ///
    /// # Errors
    /// [`CalendarRefusal`]; [`OfficeError::Approval`].
    pub fn add_calendar(
        &mut self,
        document: &[u8],
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<CalendarAdded, OfficeError> {
        let added = AddedTable::read(document)?;
        let calendar = self.calendar()?;
        let known = calendar.table(added.year());
        if known == Some(added.table()) {
            return Err(CalendarRefusal::Unchanged { year: added.year() }.into());
        }
        let corrects = known.is_some();
        let record = added.record(&self.salt()?);
        let kind = ProposalKind::Calendar;
        let index = self.fix(AnchorPurpose::HolidayTable, record, kind, proposer, approver)?;
        Ok(CalendarAdded { index, table: added.table().clone(), corrects })
    }

    fn added_years(&self) -> Result<BTreeMap<i16, KnownYear>, OfficeError> {
        let mut anchors: BTreeMap<i16, Vec<LeafIndex>> = BTreeMap::new();
        for (year, index) in self.registry.holiday_tables()? {
            anchors.entry(year).or_default().push(index);
        }
        let mut years = BTreeMap::new();
        for (year, anchors) in anchors {
            let Some(&index) = anchors.last() else { continue };
            let record = self.private(index)?.ok_or(OfficeError::NoPrivateRecord { index })?;
            let table = AddedTable::from_record(&record)?.table().clone();
            years.insert(year, KnownYear { table, anchors });
        }
        Ok(years)
    }
}
