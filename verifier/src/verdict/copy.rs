//! The end of the order: a purpose-bound copy that came with the certificate.

use ledger::{
    authority::{Role, VerifiedAuthority},
    certificate::VerifiedCertificate,
    copy::{CopyTerms, SignedCopy},
    evidence::{AuthorityEvidence, CopyEvidence},
    status::Status,
};

use super::{
    authority::{AuthorityFinding, authority_standing, find_authority},
    known::Memory,
    moment::VerifiedMoment,
    reason::Reason,
};

/// Why there is no good copy.
pub(super) enum NoCopy {
    /// It is none, or nobody who may make copies made it of this certificate.
    Wrong,
    /// What would show it could not be had.
    Undetermined(Reason),
}

/// The terms of a copy of `certificate`, signed by an authority that may sign copies at this moment.
/// Whether they have run out is for the caller to say.
pub(super) fn verify_copy(
    evidence: &CopyEvidence,
    certificate: &VerifiedCertificate,
    moment: &VerifiedMoment,
    memory: Memory<'_>,
) -> Result<CopyTerms, NoCopy> {
    let copy = SignedCopy::decode(&evidence.copy).map_err(|_malformed| NoCopy::Wrong)?;
    let wanted = copy.unverified().authority;
    let unavailable = || NoCopy::Undetermined(Reason::CopyUnavailable);
    let signer = evidence.authority.as_ref().ok_or_else(unavailable)?;
    let authority = match find_authority(Some(signer), wanted, Some(moment), memory) {
        AuthorityFinding::Accepted(authority) => authority,
        AuthorityFinding::NotAccepted => return Err(NoCopy::Wrong),
        AuthorityFinding::Unavailable => return Err(unavailable()),
    };
    let key = match may_copy(signer, &authority, moment)? {
        true => authority.ed25519_key().ok_or(NoCopy::Wrong)?,
        false => return Err(NoCopy::Wrong),
    };
    let verified = copy.verify(key).map_err(|_bad| NoCopy::Wrong)?;
    let terms = verified.terms();
    if terms.certificate != certificate.commitment() || terms.log != certificate.claims().log {
        return Err(NoCopy::Wrong);
    }
    Ok(terms.clone())
}

/// Whether the authority may sign copies at this moment.
fn may_copy(
    evidence: &AuthorityEvidence,
    authority: &VerifiedAuthority,
    moment: &VerifiedMoment,
) -> Result<bool, NoCopy> {
    let standing = authority_standing(evidence, moment).map_err(NoCopy::Undetermined)?;
    let status = standing.exception().map_or(Status::Valid, |exception| exception.status);
    Ok(authority.role() == Role::CopyOnly
        && status == Status::Valid
        && authority.is_valid_at(moment.time()))
}
