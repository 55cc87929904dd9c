//! The certificate: a COSE_Sign1 over CWT claims (RFC 8392). What a QR code carries and a holder
//! keeps; the log holds only its commitment.

mod claims;
mod codes;
mod text;

use std::sync::Arc;

use ed25519_dalek::{PUBLIC_KEY_LENGTH, VerifyingKey};

pub(crate) use self::codes::coded;
pub use self::{
    claims::{Claims, ClaimsError, LogGeneration},
    codes::{Level, ObtainMethod, Series, UnknownCode},
    text::{CertificateNumber, MAX_TEXT_LEN, MaskedId, Text, TextError},
};
use crate::{
    cose::{BadSignature, CoseError, Purpose, SIGNATURE_LEN, Sign1, to_be_signed},
    digest::Commitment,
    ed25519,
};

/// The largest certificate in bytes, tag included.
///
/// Security: readers of QR codes, evidence and private records allocate no more than this for one.
pub const MAX_CERTIFICATE_LEN: usize = 2048;

/// Claims that are about to be signed, with the exact bytes that the signature will cover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsignedCertificate {
    payload: Vec<u8>,
    claims: Arc<Claims>,
}

impl UnsignedCertificate {
    /// Encodes `claims`; refuses what a reader would refuse.
    pub fn new(claims: &Claims) -> Result<Self, ClaimsError> {
        let payload = claims.encode();
        let claims = Arc::new(Claims::decode(&payload)?);
        Ok(Self { payload, claims })
    }

    /// What the authority's key signs.
    pub fn to_be_signed(&self) -> Vec<u8> {
        to_be_signed(Purpose::Certificate, &self.payload)
    }

    /// The certificate with its signature, which is not checked here.
    pub fn with_signature(self, signature: [u8; SIGNATURE_LEN]) -> SignedCertificate {
        let sign1 = Sign1::assemble(Purpose::Certificate, self.payload, signature);
        SignedCertificate { bytes: sign1.encode(), sign1, claims: self.claims }
    }
}

/// A certificate as it was read: its structure is sound, its signature unchecked, its claims out
/// of reach until it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCertificate {
    bytes: Vec<u8>,
    sign1: Sign1,
    claims: Arc<Claims>,
}

/// Why bytes are no certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Longer than [`MAX_CERTIFICATE_LEN`].
    #[error("a certificate of {length} bytes; at most {MAX_CERTIFICATE_LEN} are read")]
    TooLong {
        /// Bytes given.
        length: usize,
    },
    /// Not the COSE structure.
    #[error(transparent)]
    Cose(#[from] CoseError),
    /// The claims are not well-formed.
    #[error(transparent)]
    Claims(#[from] ClaimsError),
}

impl SignedCertificate {
    /// Parses exactly one certificate.
    pub fn decode(bytes: &[u8]) -> Result<Self, CertificateError> {
        if bytes.len() > MAX_CERTIFICATE_LEN {
            return Err(CertificateError::TooLong { length: bytes.len() });
        }
        let sign1 = Sign1::decode(Purpose::Certificate, bytes)?;
        let claims = Arc::new(Claims::decode(sign1.payload())?);
        Ok(Self { bytes: bytes.to_vec(), sign1, claims })
    }

    /// The bytes that are committed to.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The commitment that its issuance entry carries.
    pub fn commitment(&self) -> Commitment {
        Commitment::to(&self.bytes)
    }

    /// The claims before anybody checked the signature: to find the authority whose key checks
    /// it, and for nothing that a person sees.
    pub fn unverified_claims(&self) -> &Claims {
        &self.claims
    }

    /// What was signed, and the signature: to put the certificate together again, or to verify
    /// without this type.
    pub fn signed_parts(&self) -> (Vec<u8>, [u8; SIGNATURE_LEN]) {
        (to_be_signed(Purpose::Certificate, self.sign1.payload()), *self.sign1.signature())
    }

    /// Checks the signature under the authority's key.
    pub fn verify(&self, key: &VerifyingKey) -> Result<VerifiedCertificate, VerifyError> {
        self.sign1.verify(key)?;
        Ok(self.verified_under(key))
    }

    /// Checks certificates that whoever calls has just signed with these keys, all at once
    /// ([`ed25519::verify_own`]); if that fails, one by one, as a stranger does.
    ///
    /// # Errors
    /// That of the first whose signature is faulty.
    pub fn verify_own(
        own: &[(Self, &VerifyingKey)],
    ) -> Result<Vec<VerifiedCertificate>, VerifyError> {
        let made = own.iter().map(|(certificate, key)| {
            let (message, signature) = certificate.signed_parts();
            ed25519::Made { key, message, signature }
        });
        match ed25519::verify_own(&made.collect::<Vec<_>>()) {
            Ok(()) => Ok(own.iter().map(|(own, key)| own.verified_under(key)).collect()),
            Err(BadSignature) => own.iter().map(|(own, key)| own.verify(key)).collect(),
        }
    }

    /// Only for the code that has just verified the signature.
    fn verified_under(&self, key: &VerifyingKey) -> VerifiedCertificate {
        VerifiedCertificate {
            claims: Arc::clone(&self.claims),
            commitment: self.commitment(),
            key: key.to_bytes(),
        }
    }
}

/// Why a certificate did not verify.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The signature is not the authority's.
    #[error(transparent)]
    Signature(#[from] BadSignature),
}

/// A certificate whose signature verified under a key; that the key belongs to an authority in
/// good standing is established elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedCertificate {
    claims: Arc<Claims>,
    commitment: Commitment,
    key: [u8; PUBLIC_KEY_LENGTH],
}

impl VerifiedCertificate {
    /// What the authority states.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The same claims, for whoever keeps them.
    pub fn shared_claims(&self) -> Arc<Claims> {
        Arc::clone(&self.claims)
    }

    /// The commitment that its issuance entry must carry.
    pub const fn commitment(&self) -> Commitment {
        self.commitment
    }

    /// Whether it is the certificate with exactly these bytes that verified, under exactly this key.
    /// Then nobody need verify it again.
    pub fn is_of(&self, certificate: &SignedCertificate, key: &VerifyingKey) -> bool {
        self.commitment == certificate.commitment() && self.key == key.to_bytes()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
pub(crate) mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};
    use proptest::prelude::*;

    use super::*;
    use crate::{position::LeafIndex, time::PartialDate};

    pub(crate) fn sample_claims() -> Claims {
        Claims {
            log: LogGeneration::new(1),
            number: CertificateNumber::new("CQ2026K7M2P9QAX").unwrap(),
            title: None,
            holder_name: Text::new("董平燕").unwrap(),
            masked_id: MaskedId::new("5001011").unwrap(),
            series: Series::new(5).unwrap(),
            level: Level::SeniorFull,
            title_name: Text::new("正高级工程师").unwrap(),
            specialty: Text::new("信息与通信工程").unwrap(),
            obtained_on: PartialDate::Day("2026-02-12".parse().unwrap()),
            review_date: Some("2026-02-12".parse().unwrap()),
            obtain_method: ObtainMethod::Review,
            approval_document: Text::new("渝职改办〔2026〕64号").unwrap(),
            issued_on: "2026-03-13".parse().unwrap(),
            committee_name: Text::new("重庆市工程技术职称评审委员会（第1）").unwrap(),
            authority: LeafIndex::new(3).unwrap(),
            record: Commitment::to(b"a record"),
        }
    }

    pub(crate) fn sign(claims: &Claims, key: &SigningKey) -> SignedCertificate {
        let unsigned = UnsignedCertificate::new(claims).unwrap();
        let signature = key.sign(&unsigned.to_be_signed()).to_bytes();
        unsigned.with_signature(signature)
    }

    #[test]
    fn a_signed_certificate_is_read_back_and_verifies() {
        let key = SigningKey::from_bytes(&[9; 32]);
        let certificate = sign(&sample_claims(), &key);
        let read = SignedCertificate::decode(certificate.as_bytes()).unwrap();
        let verified = read.verify(&key.verifying_key()).unwrap();
        assert_eq!(verified.claims(), &sample_claims());
        assert_eq!(verified.commitment(), Commitment::to(certificate.as_bytes()));
    }

    #[test]
    fn what_verified_is_known_again_by_its_bytes_and_its_key_only() {
        let (key, other) = (SigningKey::from_bytes(&[9; 32]), SigningKey::from_bytes(&[8; 32]));
        let certificate = sign(&sample_claims(), &key);
        let verified = certificate.verify(&key.verifying_key()).unwrap();
        assert!(verified.is_of(&certificate, &key.verifying_key()));
        assert!(!verified.is_of(&certificate, &other.verifying_key()));
        let same_claims = sign(&sample_claims(), &other);
        assert!(!verified.is_of(&same_claims, &key.verifying_key()));
    }

    #[test]
    fn an_ordinary_certificate_leaves_room_in_a_version_13_qr_code() {
        let key = SigningKey::from_bytes(&[9; 32]);
        let length = sign(&sample_claims(), &key).as_bytes().len();
        assert!(length <= 293, "{length} bytes");
    }

    #[test]
    fn certificates_of_ones_own_are_verified_at_once_and_a_faulty_one_is_found() {
        let keys = [8, 9].map(|seed| SigningKey::from_bytes(&[seed; 32]));
        let public = keys.each_ref().map(SigningKey::verifying_key);
        let mut own: Vec<_> = (0..20)
            .map(|number| {
                let record = Commitment::to(&[number]);
                let key = usize::from(number > 12);
                (sign(&Claims { record, ..sample_claims() }, &keys[key]), &public[key])
            })
            .collect();
        let verified = SignedCertificate::verify_own(&own).unwrap();
        let each = own.iter().map(|(own, key)| own.verify(key).unwrap());
        assert_eq!(verified, each.collect::<Vec<_>>());
        own[7].0 = sign(&sample_claims(), &keys[1]);
        let verdict = SignedCertificate::verify_own(&own);
        assert_eq!(verdict, Err(VerifyError::Signature(BadSignature)));
    }

    #[test]
    fn another_key_does_not_verify_it() {
        let certificate = sign(&sample_claims(), &SigningKey::from_bytes(&[9; 32]));
        let other = SigningKey::from_bytes(&[8; 32]).verifying_key();
        assert_eq!(certificate.verify(&other), Err(VerifyError::Signature(BadSignature)));
    }

    proptest! {
        #[test]
        fn any_bit_flipped_is_refused(bit in 0usize..2000) {
            let key = SigningKey::from_bytes(&[9; 32]);
            let mut bytes = sign(&sample_claims(), &key).as_bytes().to_vec();
            let bit = bit % (bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            let accepted = SignedCertificate::decode(&bytes)
                .is_ok_and(|certificate| certificate.verify(&key.verifying_key()).is_ok());
            prop_assert!(!accepted);
        }

        #[test]
        fn whatever_is_read_is_written_the_same(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(certificate) = SignedCertificate::decode(&bytes) {
                prop_assert_eq!(certificate.sign1.encode(), bytes);
            }
        }
    }
}
