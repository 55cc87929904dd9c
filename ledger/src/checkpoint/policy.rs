//! Whose signatures a checkpoint needs: the log's, and those of a quorum of the listed witnesses.

use crate::{
    checkpoint::{Origin, Quorum},
    note::{KeyName, MAX_SIGNATURES, SignatureKind, VerifierKey},
};

/// One log, its key, and the witnesses that must vouch for its view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointPolicy {
    origin: Origin,
    log_key: VerifierKey,
    quorum: Quorum,
}

/// Why keys make no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// The log's key is of a witness's kind.
    #[error("the key of {name} is no log's key: those are of kind 0x01")]
    NotALogKey {
        /// The key's name.
        name: KeyName,
    },
    /// A witness's key is of a log's kind.
    #[error("the key of {name} is no witness's key: those are of kind 0x04")]
    NotAWitnessKey {
        /// The key's name.
        name: KeyName,
    },
    /// One key or one name twice: it would be counted twice.
    #[error("the key of witness {name} repeats the name or the public key of another key")]
    Repeated {
        /// The name of the second of them.
        name: KeyName,
    },
    /// More are needed than there are, or none of a group.
    #[error("a quorum cannot need {needed} of {witnesses}")]
    CannotBeMet {
        /// How many are needed.
        needed: usize,
        /// How many there are.
        witnesses: usize,
    },
    /// A rule names a witness that is not listed, or names one twice.
    #[error("the quorum names {name}, which is not among the witnesses, or names it twice")]
    Unlisted {
        /// The name.
        name: KeyName,
    },
    /// More witnesses than a note can have signatures.
    #[error("{witnesses} witnesses; a note has at most {MAX_SIGNATURES} signatures")]
    TooManyWitnesses {
        /// How many there are.
        witnesses: usize,
    },
}

impl CheckpointPolicy {
    /// The policy for the log whose origin is its key's name.
    pub fn new(log_key: VerifierKey, quorum: Quorum) -> Result<Self, PolicyError> {
        if log_key.kind() != SignatureKind::Ed25519 {
            return Err(PolicyError::NotALogKey { name: log_key.name().clone() });
        }
        // A log that cosigned as a witness would vouch for itself.
        let own = quorum.witnesses().iter().find(|key| key.public_key() == log_key.public_key());
        if let Some(key) = own {
            return Err(PolicyError::Repeated { name: key.name().clone() });
        }
        Ok(Self { origin: Origin(log_key.name().clone()), log_key, quorum })
    }

    /// Which log.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The log's key.
    pub fn log_key(&self) -> &VerifierKey {
        &self.log_key
    }

    /// The witnesses, and which of them are needed.
    pub fn quorum(&self) -> &Quorum {
        &self.quorum
    }

    /// All keys whose signatures are looked at: the log's first, then the witnesses'.
    pub fn keys(&self) -> Vec<&VerifierKey> {
        std::iter::once(&self.log_key).chain(self.quorum.witnesses()).collect()
    }
}
