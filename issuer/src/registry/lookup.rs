//! What look-ups by number and name ask besides.

use ledger::position::LeafIndex;

use super::{Registry, RegistryError, damaged_in};

impl Registry {
    /// The first issuance at an index or behind it; none where the log has none any more.
    pub fn issuance_from(&self, index: LeafIndex) -> Result<Option<LeafIndex>, RegistryError> {
        let Some(issuance) = self.issuances.values_from(index.get())?.next() else {
            return Ok(None);
        };
        LeafIndex::new(issuance?.0).map(Some).map_err(|_beyond| damaged_in("issuances"))
    }
}
