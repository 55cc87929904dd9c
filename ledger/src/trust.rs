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
    tlog_policy::{TlogPolicy, TlogPolicyError},
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
    /// The policy of a log is malformed.
    #[error("log generation {generation}: {source}")]
    TlogPolicy {
        /// The log.
        generation: u8,
        /// What is wrong with it.
        source: TlogPolicyError,
    },
    /// A log's key is not to be had, or had in two ways that differ.
    #[error(
        "log generation {generation}: name the log's key once: as `vkey`, or as the only `log` line of `policy`"
    )]
    LogKey {
        /// The log.
        generation: u8,
    },
    /// A policy and the keys that say the same in another way.
    #[error("log generation {generation}: `policy` takes the place of `witnesses` and `quorum`")]
    PolicyAndWitnesses {
        /// The log.
        generation: u8,
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
    vkey: Option<String>,
    witnesses: Option<Vec<String>>,
    quorum: Option<usize>,
    /// The text of a C2SP tlog-policy.
    policy: Option<String>,
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
        let vkey = self.vkey.as_ref().map(|vkey| self.key(vkey)).transpose()?;
        let (log_key, quorum) = match &self.policy {
            Some(_) if self.witnesses.is_some() || self.quorum.is_some() => {
                return Err(TrustError::PolicyAndWitnesses { generation });
            }
            Some(text) => {
                let policy = TlogPolicy::parse(text.as_bytes())
                    .map_err(|source| TrustError::TlogPolicy { generation, source })?;
                (log_key(vkey, &policy), Ok(policy.quorum().clone()))
            }
            None => {
                let witnesses = self.witnesses.iter().flatten().map(|vkey| self.key(vkey));
                let witnesses = witnesses.collect::<Result<_, _>>()?;
                (vkey, Quorum::new(self.quorum.unwrap_or(0), witnesses))
            }
        };
        let log_key = log_key.ok_or(TrustError::LogKey { generation })?;
        quorum
            .and_then(|quorum| CheckpointPolicy::new(log_key, quorum))
            .map_err(|source| TrustError::Policy { generation, source })
    }

    fn key(&self, vkey: &str) -> Result<VerifierKey, TrustError> {
        let generation = self.generation;
        let wrong = |source| TrustError::Key { generation, vkey: vkey.to_owned(), source };
        vkey.parse().map_err(wrong)
    }
}

/// The log's key: the one that the section names, if the policy names no log or that one among
/// others; else the policy's only one.
fn log_key(named: Option<VerifierKey>, policy: &TlogPolicy) -> Option<VerifierKey> {
    let mut logs = policy.logs().iter().map(|log| &log.key);
    match named {
        Some(key) if policy.logs().is_empty() || logs.any(|log| *log == key) => Some(key),
        Some(_) => None,
        None => logs.next().filter(|_| logs.next().is_none()).cloned(),
    }
}

impl RootSection {
    fn root(&self, number: usize) -> Result<RootCertificate, TrustError> {
        let (_label, der) = der::pem::decode_vec(self.certificate.trim().as_bytes())
            .map_err(|source| TrustError::Pem { number, source })?;
        RootCertificate::from_der(&der).map_err(|source| TrustError::Root { number, source })
    }
}

#[cfg(test)]
#[path = "trust_tests.rs"]
mod tests;
