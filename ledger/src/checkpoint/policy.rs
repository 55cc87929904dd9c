//! Whose signatures a checkpoint needs: the log's, and those of k of the listed witnesses.

use std::collections::BTreeSet;

use crate::{
    checkpoint::Origin,
    note::{KeyName, MAX_SIGNATURES, SignatureKind, VerifierKey},
};

/// How many of which witnesses must cosign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quorum {
    needed: usize,
    witnesses: Vec<VerifierKey>,
}

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
    /// More witnesses are needed than there are.
    #[error("{needed} of {witnesses} witnesses are needed")]
    CannotBeMet {
        /// How many are needed.
        needed: usize,
        /// How many there are.
        witnesses: usize,
    },
    /// More witnesses than a note can have signatures.
    #[error("{witnesses} witnesses; a note has at most {MAX_SIGNATURES} signatures")]
    TooManyWitnesses {
        /// How many there are.
        witnesses: usize,
    },
}

impl Quorum {
    /// No witness is needed: only the log's own word.
    pub const fn none() -> Self {
        Self { needed: 0, witnesses: Vec::new() }
    }

    /// `needed` of `witnesses`. Their names and their public keys are all different, since each
    /// counts once.
    pub fn new(needed: usize, witnesses: Vec<VerifierKey>) -> Result<Self, PolicyError> {
        if needed > witnesses.len() {
            return Err(PolicyError::CannotBeMet { needed, witnesses: witnesses.len() });
        }
        if witnesses.len() >= MAX_SIGNATURES {
            return Err(PolicyError::TooManyWitnesses { witnesses: witnesses.len() });
        }
        let (mut names, mut keys) = (BTreeSet::new(), BTreeSet::new());
        for key in &witnesses {
            if key.kind() != SignatureKind::CosignatureV1 {
                return Err(PolicyError::NotAWitnessKey { name: key.name().clone() });
            }
            if !names.insert(key.name()) || !keys.insert(key.public_key()) {
                return Err(PolicyError::Repeated { name: key.name().clone() });
            }
        }
        Ok(Self { needed, witnesses })
    }

    /// How many witnesses must cosign.
    pub fn needed(&self) -> usize {
        self.needed
    }

    /// The witnesses that count.
    pub fn witnesses(&self) -> &[VerifierKey] {
        &self.witnesses
    }
}

impl CheckpointPolicy {
    /// The policy for the log whose origin is its key's name.
    pub fn new(log_key: VerifierKey, quorum: Quorum) -> Result<Self, PolicyError> {
        if log_key.kind() != SignatureKind::Ed25519 {
            return Err(PolicyError::NotALogKey { name: log_key.name().clone() });
        }
        // A log that cosigned as a witness would vouch for itself.
        let own = quorum.witnesses.iter().find(|key| key.public_key() == log_key.public_key());
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

    /// The witnesses, and how many of them are needed.
    pub fn quorum(&self) -> &Quorum {
        &self.quorum
    }

    /// All keys whose signatures are looked at: the log's first, then the witnesses'.
    pub fn keys(&self) -> Vec<&VerifierKey> {
        std::iter::once(&self.log_key).chain(&self.quorum.witnesses).collect()
    }
}
