//! Step 1 of the order: the authority that the certificate names.

use std::sync::Arc;

use ledger::{
    authority::{Role, VerifiedAuthority},
    certificate::{SignedCertificate, VerifiedCertificate},
    evidence::AuthorityEvidence,
    position::LeafIndex,
    status::Standing,
};

use super::{known::Memory, moment::VerifiedMoment, reason::Reason};

/// What is known of an authority.
pub(super) enum AuthorityFinding {
    /// The entry could not be had.
    Unavailable,
    /// The entry is at hand and is no authority that a trusted root names.
    NotAccepted,
    /// An authority.
    Accepted(Arc<VerifiedAuthority>),
}

/// Finds the authority with index `wanted`. Where a moment is verified, the entry must be proved to
/// be in its tree; without one the root's signature alone still tells a forgery.
pub(super) fn find_authority(
    evidence: Option<&AuthorityEvidence>,
    wanted: LeafIndex,
    moment: Option<&VerifiedMoment>,
    memory: Memory<'_>,
) -> AuthorityFinding {
    let Some(evidence) = evidence.filter(|evidence| evidence.entry.index == wanted) else {
        return AuthorityFinding::Unavailable;
    };
    if moment.is_some_and(|moment| !moment.includes(evidence)) {
        return AuthorityFinding::Unavailable;
    }
    match (memory.authority(&evidence.entry.bytes), moment) {
        (Some(Ok(authority)), _) => AuthorityFinding::Accepted(authority),
        (Some(Err(_)), _) => AuthorityFinding::NotAccepted,
        // The log itself has something else at that index.
        (None, Some(_)) => AuthorityFinding::NotAccepted,
        (None, None) => AuthorityFinding::Unavailable,
    }
}

/// The certificate, once an issuing authority's signature on it verified, now or `before`.
pub(super) fn verify_certificate(
    certificate: &SignedCertificate,
    authority: &VerifiedAuthority,
    before: Option<&VerifiedCertificate>,
) -> Result<VerifiedCertificate, Reason> {
    let key = match (authority.role(), authority.ed25519_key()) {
        (Role::Issue, Some(key)) => key,
        (Role::Issue | Role::Decide | Role::CopyOnly | Role::DocumentSigning, _) => {
            return Err(Reason::AuthorityNotAccepted);
        }
    };
    if let Some(before) = before.filter(|before| before.is_of(certificate, key)) {
        return Ok(before.clone());
    }
    certificate.verify(key).map_err(|_wrong| Reason::SignatureWrong)
}

/// What the head says of the authority.
pub(super) fn authority_standing(
    evidence: &AuthorityEvidence,
    moment: &VerifiedMoment,
) -> Result<Standing, Reason> {
    moment.authority_standing(evidence).map_err(|_unproved| Reason::StatusUnproved)
}
