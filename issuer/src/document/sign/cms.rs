//! The CMS structure of a PAdES B-B signature (RFC 5652, RFC 5035), assembled by hand: one signer,
//! detached content, three signed attributes. The signing time is not among them: PAdES puts it
//! into the signature dictionary (EN 319 142-1, 6.3).

use ::cms::{
    cert::{CertificateChoices, IssuerAndSerialNumber},
    content_info::{CmsVersion, ContentInfo},
    signed_data::{
        CertificateSet, EncapsulatedContentInfo, SignedAttributes, SignedData, SignerIdentifier,
        SignerInfo, SignerInfos,
    },
};
use const_oid::{
    ObjectIdentifier,
    db::{
        rfc5911::{ID_CONTENT_TYPE, ID_DATA, ID_MESSAGE_DIGEST, ID_SIGNED_DATA},
        rfc5912::{ECDSA_WITH_SHA_256, ID_SHA_256},
    },
};
use der::{
    Any, Encode, Sequence,
    asn1::{OctetString, SetOfVec},
};
use p256::ecdsa::{DerSignature, signature::Signer};
use sha2::{Digest, Sha256};
use x509_cert::{attr::Attribute, spki::AlgorithmIdentifierOwned};

use super::{DocumentSigner, SignError};

/// `id-aa-signingCertificateV2` (RFC 5035).
const SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// `SigningCertificateV2` (RFC 5035, 5.4.1), without policies.
#[derive(Sequence)]
struct SigningCertificateV2 {
    certificates: Vec<EssCertIdV2>,
}

/// `ESSCertIDv2`: SHA-256 is the default and therefore not written.
#[derive(Sequence)]
struct EssCertIdV2 {
    hash: OctetString,
}

/// Signs `content` and returns the DER of a `ContentInfo` that does not contain it.
pub(super) fn detached(signer: &DocumentSigner, content: &[&[u8]]) -> Result<Vec<u8>, SignError> {
    let attributes = signed_attributes(signer, content)?;
    // The attributes are signed as a SET OF (RFC 5652, 5.4), not with the tag they have in the file.
    let signature: DerSignature = signer.key.try_sign(&attributes.to_der()?)?;
    let sha256 = AlgorithmIdentifierOwned { oid: ID_SHA_256, parameters: None };
    let issued = signer.certificate.tbs_certificate();
    let info = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: issued.issuer().clone(),
            serial_number: issued.serial_number().clone(),
        }),
        digest_alg: sha256.clone(),
        signed_attrs: Some(attributes),
        signature_algorithm: AlgorithmIdentifierOwned { oid: ECDSA_WITH_SHA_256, parameters: None },
        signature: OctetString::new(signature.as_bytes())?,
        unsigned_attrs: None,
    };
    let certificates: Vec<_> = std::iter::once(&signer.certificate)
        .chain(&signer.chain)
        .cloned()
        .map(CertificateChoices::Certificate)
        .collect();
    let data = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![sha256])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: ID_DATA, econtent: None },
        certificates: Some(CertificateSet::try_from(certificates)?),
        crls: None,
        signer_infos: SignerInfos::try_from(vec![info])?,
    };
    let content = Any::encode_from(&data)?;
    Ok(ContentInfo { content_type: ID_SIGNED_DATA, content }.to_der()?)
}

fn signed_attributes(
    signer: &DocumentSigner,
    content: &[&[u8]],
) -> Result<SignedAttributes, SignError> {
    let mut digest = Sha256::new();
    content.iter().for_each(|part| digest.update(part));
    let certificate = Sha256::digest(signer.certificate.to_der()?);
    let certificate = EssCertIdV2 { hash: OctetString::new(certificate.as_slice())? };
    let certificate = SigningCertificateV2 { certificates: vec![certificate] };
    let attributes = vec![
        attribute(ID_CONTENT_TYPE, Any::encode_from(&ID_DATA)?)?,
        attribute(
            ID_MESSAGE_DIGEST,
            Any::encode_from(&OctetString::new(digest.finalize().as_slice())?)?,
        )?,
        attribute(SIGNING_CERTIFICATE_V2, Any::encode_from(&certificate)?)?,
    ];
    Ok(SignedAttributes::try_from(attributes)?)
}

fn attribute(oid: ObjectIdentifier, value: Any) -> Result<Attribute, SignError> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
}
