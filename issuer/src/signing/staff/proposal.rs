//! What is proposed, as one hash, and one person's signature under it or against it.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signer as _, VerifyingKey};
use ledger::{cbor::Writer, cose::SIGNATURE_LEN};
use sha2::{Digest as _, Sha256};

use super::ProposalKind;
use crate::signing::SigningKeyFile;

/// Separates these signatures from every other that an Ed25519 key of ours may make: checkpoints
/// begin with an origin, COSE structures with a CBOR array.
const SIGNED_CONTEXT: &[u8] = b"title-ledger/approval/v1\0";
/// Separates refusals from approvals.
const REFUSED_CONTEXT: &[u8] = b"title-ledger/refusal/v1\0";
/// Separates these hashes from every other.
const HASHED_CONTEXT: &str = "title-ledger/proposal/v1";

/// SHA-256 over everything that two persons agree to. The parts contain what makes a proposal
/// unrepeatable (a record's salted commitment, the event before), so an old approval approves
/// nothing new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProposalHash([u8; 32]);

impl ProposalHash {
    /// The hash of a proposal that consists of `parts`, in any order: for an issuance, what is signed
    /// of each certificate ([`crate::draft::Linted::proposal_part`]); for a status change, the bytes of
    /// its decision and of each entry that follows from it.
    ///
    /// In bytes: SHA-256 of the CBOR array `["title-ledger/proposal/v1", kind, [digest…]]` with the
    /// parts' SHA-256 digests in ascending order.
    pub fn of<P: AsRef<[u8]>>(kind: ProposalKind, parts: impl IntoIterator<Item = P>) -> Self {
        let mut digests: Vec<[u8; 32]> =
            parts.into_iter().map(|part| Sha256::digest(part.as_ref()).into()).collect();
        digests.sort_unstable();
        let mut out = Writer::new();
        out.array(3).text(HASHED_CONTEXT).text(kind.name()).array(digests.len());
        for digest in &digests {
            out.bytes(digest);
        }
        Self(Sha256::digest(out.finish()).into())
    }

    /// A hash that was stored before.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(super) fn signed_bytes(&self) -> Vec<u8> {
        [SIGNED_CONTEXT, &self.0].concat()
    }
}

/// A text that is no proposal's hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a draft's hash: 44 characters of base64, as `issuer case show` prints them")]
pub struct NotAProposal;

impl std::str::FromStr for ProposalHash {
    type Err = NotAProposal;

    fn from_str(text: &str) -> Result<Self, NotAProposal> {
        let bytes = STANDARD.decode(text).map_err(|_malformed| NotAProposal)?;
        bytes.try_into().map(Self).map_err(|_length| NotAProposal)
    }
}

impl fmt::Display for ProposalHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

/// One person's signature under a proposal; unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The key that is said to have signed.
    pub key: VerifyingKey,
    /// Ed25519 over `"title-ledger/approval/v1" 0x00 ‖ hash`.
    pub signature: [u8; SIGNATURE_LEN],
}

impl Approval {
    /// Signs a proposal.
    pub fn sign(key: &SigningKeyFile, proposal: &ProposalHash) -> Self {
        let signature = key.key().sign(&proposal.signed_bytes()).to_bytes();
        Self { key: key.public_key(), signature }
    }
}

/// One person's signature against a proposal: another context, so that it never passes for an
/// approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The key that signed.
    pub key: VerifyingKey,
    /// Ed25519 over `"title-ledger/refusal/v1" 0x00 ‖ hash`.
    pub signature: [u8; SIGNATURE_LEN],
}

impl Refusal {
    /// Signs a refusal of a proposal.
    pub fn sign(key: &SigningKeyFile, proposal: &ProposalHash) -> Self {
        let signed = [REFUSED_CONTEXT, &proposal.0].concat();
        Self { key: key.public_key(), signature: key.key().sign(&signed).to_bytes() }
    }
}
