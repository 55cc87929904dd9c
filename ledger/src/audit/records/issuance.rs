//! One issuance: certificate and personal record belong together, and its authority could sign it.

use super::{committed, titles::Document};
use crate::{
    audit::{Problem, replay::Replayed},
    certificate::{Claims, MaskedId, SignedCertificate},
    digest::Commitment,
    entry::Issuance,
    position::LeafIndex,
    record::{IssuanceRecord, PersonalRecord},
    rules::{Rule, check_signer},
};

pub(super) fn check(
    replayed: &Replayed,
    index: LeafIndex,
    issuance: &Issuance,
    plaintext: &[u8],
) -> Result<Document, Problem> {
    let record = IssuanceRecord::decode(plaintext).map_err(Problem::Record)?;
    committed(issuance.commitment, &record.certificate)?;
    let certificate =
        SignedCertificate::decode(&record.certificate).map_err(Problem::Certificate)?;
    // The replay has established that there is such an authority and that it may issue.
    let missing = || Problem::Rule(Rule::NoAuthority { authority: issuance.authority });
    let authority = replayed.state.authority(issuance.authority).ok_or_else(missing)?;
    let key = authority.ed25519_key().ok_or_else(missing)?;
    let verified = certificate.verify(key).map_err(Problem::CertificateSignature)?;
    let claims = verified.claims();
    check_claims(replayed, issuance, claims, &record.personal)?;
    let exception = replayed.past.exception(issuance.authority, index);
    let time = replayed.past.log_time(index).ok_or(Problem::NoHead { size: replayed.size })?;
    check_signer(claims, index, time, authority, exception).map_err(Problem::Signer)?;
    Ok(Document { index, title: issuance.title, number: claims.number.clone() })
}

/// The certificate says what entry and personal record say.
fn check_claims(
    replayed: &Replayed,
    issuance: &Issuance,
    claims: &Claims,
    personal: &[u8],
) -> Result<(), Problem> {
    if claims.record != Commitment::to(personal) {
        return Err(Problem::Claim { field: "record" });
    }
    let personal = PersonalRecord::decode(personal).map_err(Problem::Record)?;
    let masked = MaskedId::of_document(personal.document_number.as_str());
    for (field, agrees) in [
        ("log", claims.log == replayed.state.generation()),
        ("authority", claims.authority == issuance.authority),
        ("title", claims.title == issuance.title),
        ("holder_name", claims.holder_name == personal.name),
        ("masked_id", masked.is_ok_and(|masked| claims.masked_id == masked)),
    ] {
        if !agrees {
            return Err(Problem::Claim { field });
        }
    }
    Ok(())
}
