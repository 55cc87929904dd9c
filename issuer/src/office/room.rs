//! A disk that is nearly full takes in nothing new: what room is left belongs to heads, without which
//! every status grows old, and to decisions.

use ledger::store::Store as _;

use super::{Office, OfficeError};

impl Office {
    /// Refuses intake (results, committees, certificates) that would eat into the reserve.
    ///
    /// `bytes` is about what the intake itself will write.
    pub(super) fn check_room(&self, bytes: u64) -> Result<(), OfficeError> {
        let (free, reserve) = (self.store.free_bytes()?, self.settings.reserve_bytes());
        match free.checked_sub(bytes).is_some_and(|left| left >= reserve) {
            true => Ok(()),
            false => Err(OfficeError::DiskNearlyFull { free, bytes, reserve }),
        }
    }
}
