//! Private records of the log, read back.

use ledger::{log::read_private, position::LeafIndex, seal::Unsealed};
use zeroize::Zeroizing;

use super::{Office, OfficeError};

impl Office {
    /// The private record at an index; none where the entry has none, or it was erased.
    pub(super) fn private(
        &self,
        index: LeafIndex,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, OfficeError> {
        let size = self.registry.log_position()?.0;
        match read_private(&*self.store, &self.kek, &self.origin()?, index, size)? {
            Some(Unsealed::Opened(bytes)) => Ok(Some(bytes)),
            Some(Unsealed::Erased) | None => Ok(None),
        }
    }
}
