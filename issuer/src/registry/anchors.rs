//! Where what was fixed stands: holiday tables by year. Folded from the log's private records, so that
//! what counts is exactly what an anchor fixed.

use ledger::{entry::AnchorPurpose, position::LeafIndex};

use super::{Registry, RegistryError, damaged_in, index_at_end};
use crate::calendar::AddedTable;

const CALENDAR: &str = "calendar";

/// The trees of what anchors fixed.
#[derive(Debug)]
pub(super) struct AnchorTrees {
    /// Year (2 bytes) ‖ index of the anchor → nothing.
    calendar: sled::Tree,
}

impl AnchorTrees {
    pub(super) fn open(db: &sled::Db) -> Result<Self, sled::Error> {
        Ok(Self { calendar: db.open_tree(CALENDAR)? })
    }
}

impl Registry {
    /// Folds in an anchor; one whose record was erased fixes nothing that could be read any more.
    pub(super) fn fold_anchor(
        &self,
        index: LeafIndex,
        purpose: AnchorPurpose,
        private: Option<&[u8]>,
    ) -> Result<(), RegistryError> {
        let Some(private) = private else { return Ok(()) };
        match purpose {
            AnchorPurpose::HolidayTable => {
                let table = AddedTable::from_record(private);
                let year = table.map_err(|_malformed| damaged_in("private records"))?.year();
                let key = [&year.to_be_bytes()[..], &index.get().to_be_bytes()].concat();
                self.anchors.calendar.insert(key, &[])?;
            }
            AnchorPurpose::SamplePopulation => {}
        }
        Ok(())
    }

    /// The anchors of holiday tables with their years, by year and then as they came: of a year the
    /// last one counts.
    pub fn holiday_tables(&self) -> Result<Vec<(i16, LeafIndex)>, RegistryError> {
        self.anchors
            .calendar
            .iter()
            .keys()
            .map(|key| {
                let key = key?;
                let year = key.first_chunk::<2>().ok_or(damaged_in(CALENDAR))?;
                Ok((i16::from_be_bytes(*year), index_at_end(&key, CALENDAR)?))
            })
            .collect()
    }
}
