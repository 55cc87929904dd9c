//! What look-ups by number and name ask besides.

use ledger::position::LeafIndex;

use super::{Registry, RegistryError, index_at_end};

impl Registry {
    /// The first issuance at an index or behind it; none where the log has none any more.
    pub fn issuance_from(&self, index: LeafIndex) -> Result<Option<LeafIndex>, RegistryError> {
        let mut from_here = self.issuances.range(index.get().to_be_bytes()..).keys();
        from_here.next().map(|key| index_at_end(&key?, "issuances")).transpose()
    }
}
