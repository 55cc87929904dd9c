//! The trust file: everything that a stranger must believe before checking anything. A root key, a
//! log key, perhaps witnesses, and how old an answer may be.
//!
//! It stands in this crate because `ledger audit` needs it too; the verifier uses it as it is.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    authority::{CertificateFault, RootCertificate},
    certificate::LogGeneration,
    checkpoint::{CheckpointPolicy, PolicyError, Quorum},
    note::{VerifierKey, VerifierKeyError},
};

/// Largest trust file in bytes; bounds what a program reads that was pointed at the wrong file.
pub const MAX_TRUST_LEN: usize = 256 * 1024;

/// Age of a status that a verifier accepts when the trust file names none.
const DEFAULT_MAX_AGE_MINUTES: u32 = 24 * 60;

/// The public key of the example log: `keys-example/trust.toml` names it. Everybody has its private
/// half, so a program that trusts it says so aloud.
pub const EXAMPLE_LOG_VKEY: &str = include_str!("../../keys-example/log.vkey");

/// What is trusted, parsed and checked.
#[derive(Debug, Clone)]
pub struct Trust {
    logs: BTreeMap<LogGeneration, CheckpointPolicy>,
    roots: Vec<RootCertificate>,
    max_age_ms: u64,
}

/// Why a trust file is refused.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// Longer than [`MAX_TRUST_LEN`].
    #[error("a trust file of {length} bytes; at most {MAX_TRUST_LEN} are read")]
    TooLong {
        /// Bytes given.
        length: usize,
    },
    /// Not TOML of the right shape.
    #[error("the trust file is not of the right form: {0}")]
    Form(#[from] toml::de::Error),
    /// No log or no root is named.
    #[error("the trust file names no [[{section}]]")]
    Missing {
        /// The section.
        section: &'static str,
    },
    /// A key is malformed or weak.
    #[error("log generation {generation}, key {vkey:?}: {source}")]
    Key {
        /// The log.
        generation: u8,
        /// The text of the key.
        vkey: String,
        /// What is wrong with it.
        source: VerifierKeyError,
    },
    /// Log key, witnesses and quorum do not fit together.
    #[error("log generation {generation}: {source}")]
    Policy {
        /// The log.
        generation: u8,
        /// What does not fit.
        source: PolicyError,
    },
    /// A generation is named twice.
    #[error("log generation {generation} is named twice")]
    GenerationTwice {
        /// The log.
        generation: u8,
    },
    /// A root is no PEM certificate.
    #[error("root {number} of the trust file is no PEM certificate: {source}")]
    Pem {
        /// Which `[[root]]`, counted from one.
        number: usize,
        /// What is wrong.
        source: der::pem::Error,
    },
    /// A root certificate is refused.
    #[error("root {number} of the trust file: {source}")]
    Root {
        /// Which `[[root]]`, counted from one.
        number: usize,
        /// What is wrong.
        source: CertificateFault,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrustFile {
    max_age_minutes: Option<u32>,
    #[serde(default)]
    log: Vec<LogSection>,
    #[serde(default)]
    root: Vec<RootSection>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogSection {
    generation: u8,
    vkey: String,
    #[serde(default)]
    witnesses: Vec<String>,
    #[serde(default)]
    quorum: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RootSection {
    certificate: String,
}

impl Trust {
    /// Reads a trust file.
    pub fn parse(text: &str) -> Result<Self, TrustError> {
        if text.len() > MAX_TRUST_LEN {
            return Err(TrustError::TooLong { length: text.len() });
        }
        let file: TrustFile = toml::from_str(text)?;
        let mut logs = BTreeMap::new();
        for section in &file.log {
            let generation = section.generation;
            if logs.insert(LogGeneration::new(generation), section.policy()?).is_some() {
                return Err(TrustError::GenerationTwice { generation });
            }
        }
        let roots = file.root.iter().enumerate().map(|(at, section)| section.root(at + 1));
        let roots: Vec<_> = roots.collect::<Result<_, _>>()?;
        for (section, missing) in [("log", logs.is_empty()), ("root", roots.is_empty())] {
            if missing {
                return Err(TrustError::Missing { section });
            }
        }
        let minutes = file.max_age_minutes.unwrap_or(DEFAULT_MAX_AGE_MINUTES);
        Ok(Self { logs, roots, max_age_ms: u64::from(minutes) * 60_000 })
    }

    /// The key and quorum of a log.
    pub fn log(&self, generation: LogGeneration) -> Option<&CheckpointPolicy> {
        self.logs.get(&generation)
    }

    /// Every log, the newest generation last.
    pub fn logs(&self) -> impl Iterator<Item = (LogGeneration, &CheckpointPolicy)> {
        self.logs.iter().map(|(generation, policy)| (*generation, policy))
    }

    /// The roots that may name authorities.
    pub fn roots(&self) -> &[RootCertificate] {
        &self.roots
    }

    /// The oldest status that may still be called current, in milliseconds.
    pub const fn max_age_ms(&self) -> u64 {
        self.max_age_ms
    }

    /// Whether a log is trusted whose private key everybody has.
    pub fn names_example_keys(&self) -> bool {
        self.logs.values().any(|policy| policy.log_key().to_string() == EXAMPLE_LOG_VKEY.trim())
    }
}

impl LogSection {
    fn policy(&self) -> Result<CheckpointPolicy, TrustError> {
        let generation = self.generation;
        let key = |vkey: &String| {
            vkey.parse::<VerifierKey>().map_err(|source| TrustError::Key {
                generation,
                vkey: vkey.clone(),
                source,
            })
        };
        let log_key = key(&self.vkey)?;
        let witnesses = self.witnesses.iter().map(key).collect::<Result<_, _>>()?;
        Quorum::new(self.quorum, witnesses)
            .and_then(|quorum| CheckpointPolicy::new(log_key, quorum))
            .map_err(|source| TrustError::Policy { generation, source })
    }
}

impl RootSection {
    fn root(&self, number: usize) -> Result<RootCertificate, TrustError> {
        let (_label, der) = der::pem::decode_vec(self.certificate.trim().as_bytes())
            .map_err(|source| TrustError::Pem { number, source })?;
        RootCertificate::from_der(&der).map_err(|source| TrustError::Root { number, source })
    }
}
