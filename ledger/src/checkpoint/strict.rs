//! Verifying a checkpoint of which every byte must be accounted for: also a signature line by an
//! unknown key, which a verifier ignores.

use super::{CheckpointError, CheckpointPolicy, SignedCheckpoint, VerifiedCheckpoint};
use crate::note::{KeyId, KeyName};

/// Why a checkpoint is not accounted for to the last byte.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StrictError {
    /// A signature line by a key that the policy does not name.
    #[error("a signature line by the unknown key {name} ({id})")]
    Unknown {
        /// The name in the line.
        name: KeyName,
        /// The key ID in the line.
        id: KeyId,
    },
    /// It is not to be believed.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

impl SignedCheckpoint {
    /// Verifies the checkpoint as [`SignedCheckpoint::verify`] does, and refuses signature lines by
    /// keys that the policy does not name: auditors, monitors and mirrors hand on no bytes that
    /// nobody checked.
    pub fn verify_every_line(
        self,
        policy: &CheckpointPolicy,
    ) -> Result<VerifiedCheckpoint, StrictError> {
        if let Some(line) = self.note().unknown_signatures(&policy.keys()).first() {
            return Err(StrictError::Unknown { name: line.name().clone(), id: line.id() });
        }
        Ok(self.verify(policy)?)
    }
}
