//! Step 1 of the order: the authority that the certificate names.

use ledger::{
    authority::{Role, VerifiedAuthority},
    certificate::{SignedCertificate, VerifiedCertificate},
    entry::Entry,
    evidence::AuthorityEvidence,
    position::LeafIndex,
    rules::accept_authority,
    status::Standing,
    trust::Trust,
};

use super::{moment::VerifiedMoment, reason::Reason};

/// What is known of an authority.
pub(super) enum AuthorityFinding {
    /// The entry could not be had.
    Unavailable,
    /// The entry is at hand and is no authority that a trusted root names.
    NotAccepted,
    /// An authority.
    Accepted(Box<VerifiedAuthority>),
}

/// Finds the authority with index `wanted`. Where a moment is verified, the entry must be proved to
/// be in its tree; without one the root's signature alone still tells a forgery.
pub(super) fn find_authority(
    evidence: Option<&AuthorityEvidence>,
    wanted: LeafIndex,
    moment: Option<&VerifiedMoment>,
    trust: &Trust,
) -> AuthorityFinding {
    let Some(evidence) = evidence.filter(|evidence| evidence.entry.index == wanted) else {
        return AuthorityFinding::Unavailable;
    };
    let entry = match moment {
        Some(moment) => moment.entry(&evidence.entry),
        None => Entry::decode(&evidence.entry.bytes).ok(),
    };
    match (entry, moment) {
        (Some(Entry::Authority(entry)), _) => match accept_authority(&entry, trust.roots()) {
            Ok(authority) => AuthorityFinding::Accepted(Box::new(authority)),
            Err(_) => AuthorityFinding::NotAccepted,
        },
        // The log itself has something else at that index.
        (Some(_), Some(_)) => AuthorityFinding::NotAccepted,
        (Some(_), None) | (None, _) => AuthorityFinding::Unavailable,
    }
}

/// The certificate, once an issuing authority's signature on it verified.
pub(super) fn verify_certificate(
    certificate: &SignedCertificate,
    authority: &VerifiedAuthority,
) -> Result<VerifiedCertificate, Reason> {
    let key = match (authority.role(), authority.ed25519_key()) {
        (Role::Issue, Some(key)) => key,
        (Role::Issue | Role::Decide | Role::CopyOnly | Role::DocumentSigning, _) => {
            return Err(Reason::AuthorityNotAccepted);
        }
    };
    certificate.verify(key).map_err(|_wrong| Reason::SignatureWrong)
}

/// What the head says of the authority.
pub(super) fn authority_standing(
    evidence: &AuthorityEvidence,
    moment: &VerifiedMoment,
) -> Result<Standing, Reason> {
    evidence
        .status
        .verify(evidence.entry.index, moment.head())
        .map_err(|_unproved| Reason::StatusUnproved)
}
