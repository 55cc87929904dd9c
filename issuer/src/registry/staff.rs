//! Who is on the staff now, by identifier: the line of their registration ‖ length of the keys ‖ keys ‖
//! name.

use ledger::journal::JournalSequence;

use super::{Registry, RegistryError, damaged_in, number};
use crate::signing::staff::StaffId;

const TREE: &str = "staff";

/// A member of staff as the index keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffRow {
    /// Who.
    pub id: StaffId,
    /// The journal's line that registered them, the last one if they left and came back.
    pub since: JournalSequence,
    /// Ed25519 public keys.
    pub keys: Vec<[u8; 32]>,
    /// What is shown.
    pub name: String,
}

impl Registry {
    /// Every registered member of staff.
    pub fn staff(&self) -> Result<Vec<StaffRow>, RegistryError> {
        self.staff
            .iter()
            .map(|item| {
                let (id, value) = item?;
                row(&id, &value).ok_or(damaged_in(TREE))
            })
            .collect()
    }

    pub(super) fn put_staff(
        &self,
        at: JournalSequence,
        id: &StaffId,
        keys: &[[u8; 32]],
        name: &[u8],
    ) -> Result<(), RegistryError> {
        let keys = keys.concat();
        let lengths = [at.get(), keys.len() as u64].map(u64::to_be_bytes);
        self.staff.insert(id.as_str(), [lengths.as_flattened(), &keys, name].concat())?;
        Ok(())
    }

    pub(super) fn remove_staff(&self, id: &StaffId) -> Result<(), RegistryError> {
        self.staff.remove(id.as_str())?;
        Ok(())
    }
}

fn row(id: &[u8], value: &[u8]) -> Option<StaffRow> {
    let id = StaffId::new(std::str::from_utf8(id).ok()?).ok()?;
    let (since, rest) = value.split_at_checked(8)?;
    let since = JournalSequence::new(number(since)?).ok()?;
    let (length, rest) = rest.split_at_checked(8)?;
    let (keys, name) = rest.split_at_checked(usize::try_from(number(length)?).ok()?)?;
    let (keys, []) = keys.as_chunks::<32>() else { return None };
    Some(StaffRow { id, since, keys: keys.to_vec(), name: String::from_utf8(name.to_vec()).ok()? })
}
