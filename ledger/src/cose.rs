//! COSE_Sign1 (RFC 9052 §4.2) as this project uses it: Ed25519 under `alg` -8, tag 18, an empty
//! unprotected header, and one fixed protected header per purpose, so that a signature made for one
//! purpose can never be taken for another.

use ed25519_dalek::VerifyingKey;

pub use crate::ed25519::BadSignature;
use crate::{
    cbor::{CborError, Reader, Writer},
    ed25519::verify_strict,
};

/// Tag of COSE_Sign1.
const TAG_SIGN1: u64 = 18;
/// Length of an Ed25519 signature.
pub const SIGNATURE_LEN: usize = 64;

/// What a signature is for; it decides the protected header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A title certificate: `{1: -8}` and nothing else, because every byte stands in a QR code.
    Certificate,
    /// A status change: `{1: -8, 16: "title-status-change"}` (`typ`, RFC 9596).
    StatusChange,
    /// A purpose-bound copy: `{1: -8, 16: "title-copy"}`.
    Copy,
}

impl Purpose {
    /// The protected header's bytes.
    fn protected(self) -> Vec<u8> {
        const ALG: u64 = 1;
        const ALG_EDDSA: i64 = -8;
        const TYP: u64 = 16;
        let mut header = Writer::new();
        match self {
            Self::Certificate => header.map(1).uint(ALG).int(ALG_EDDSA),
            Self::StatusChange => {
                header.map(2).uint(ALG).int(ALG_EDDSA).uint(TYP).text("title-status-change")
            }
            Self::Copy => header.map(2).uint(ALG).int(ALG_EDDSA).uint(TYP).text("title-copy"),
        };
        header.finish()
    }

    /// The largest payload of this purpose in bytes.
    ///
    /// Security: bounds what is hashed and held before a signature has been checked. A certificate
    /// must fit a QR code (version 40-M holds 2,331 bytes); the others are a few hundred bytes.
    const fn payload_limit(self) -> usize {
        match self {
            Self::Certificate => 2048,
            Self::StatusChange | Self::Copy => 1024,
        }
    }
}

/// Why bytes are not a COSE_Sign1 of the expected purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CoseError {
    /// Not the CBOR structure.
    #[error("not a COSE_Sign1: {0}")]
    Cbor(#[from] CborError),
    /// The protected header is another than the purpose's.
    #[error("the protected header is not the one of {expected:?}")]
    WrongHeader {
        /// The purpose that was expected.
        expected: Purpose,
    },
}

/// A parsed COSE_Sign1 whose signature nobody has checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign1 {
    purpose: Purpose,
    payload: Vec<u8>,
    signature: [u8; SIGNATURE_LEN],
}

impl Sign1 {
    /// Puts together what a signer returned.
    pub const fn assemble(
        purpose: Purpose,
        payload: Vec<u8>,
        signature: [u8; SIGNATURE_LEN],
    ) -> Self {
        Self { purpose, payload, signature }
    }

    /// Parses exactly one COSE_Sign1 of `purpose`.
    pub fn decode(purpose: Purpose, bytes: &[u8]) -> Result<Self, CoseError> {
        let protected = purpose.protected();
        let mut reader = Reader::new(bytes);
        reader.tag(TAG_SIGN1)?;
        reader.array(4)?;
        if reader.bytes(64)? != protected {
            return Err(CoseError::WrongHeader { expected: purpose });
        }
        reader.map(0)?;
        let payload = reader.bytes(purpose.payload_limit())?.to_vec();
        let signature = reader.byte_array()?;
        reader.finish()?;
        Ok(Self { purpose, payload, signature })
    }

    /// The bytes, tag included.
    pub fn encode(&self) -> Vec<u8> {
        Writer::new()
            .tag(TAG_SIGN1)
            .array(4)
            .bytes(&self.purpose.protected())
            .map(0)
            .bytes(&self.payload)
            .bytes(&self.signature)
            .finish()
    }

    /// The signed content; unverified.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The signature's bytes.
    pub const fn signature(&self) -> &[u8; SIGNATURE_LEN] {
        &self.signature
    }

    /// Checks the signature strictly (RFC 8032, no small-order keys, no malleability).
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), BadSignature> {
        verify_strict(key, &to_be_signed(self.purpose, &self.payload), &self.signature)
    }
}

/// The `Sig_structure` that a signer signs (RFC 9052 §4.4), with empty external data.
pub fn to_be_signed(purpose: Purpose, payload: &[u8]) -> Vec<u8> {
    Writer::new()
        .array(4)
        .text("Signature1")
        .bytes(&purpose.protected())
        .bytes(&[])
        .bytes(payload)
        .finish()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use coset::{CborSerializable as _, TaggedCborSerializable as _};
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::*;

    fn signed(purpose: Purpose) -> Sign1 {
        let key = SigningKey::from_bytes(&[7; 32]);
        let payload = vec![0xA0];
        let signature = key.sign(&to_be_signed(purpose, &payload)).to_bytes();
        Sign1::assemble(purpose, payload, signature)
    }

    #[test]
    fn coset_reads_what_we_write_and_computes_the_same_signed_bytes() {
        let ours = signed(Purpose::StatusChange);
        let theirs = coset::CoseSign1::from_tagged_slice(&ours.encode()).unwrap();
        assert_eq!(theirs.tbs_data(&[]), to_be_signed(Purpose::StatusChange, &[0xA0]));
        assert_eq!(theirs.signature, ours.signature());
        assert_eq!(theirs.protected.clone().to_vec().unwrap(), Purpose::StatusChange.protected());
    }

    #[test]
    fn a_signature_for_one_purpose_is_refused_for_another() {
        let bytes = signed(Purpose::StatusChange).encode();
        assert_eq!(
            Sign1::decode(Purpose::Copy, &bytes),
            Err(CoseError::WrongHeader { expected: Purpose::Copy })
        );
    }

    #[test]
    fn refuses_a_signature_over_a_changed_payload() {
        let key = SigningKey::from_bytes(&[7; 32]).verifying_key();
        let good = signed(Purpose::Certificate);
        assert_eq!(good.verify(&key), Ok(()));
        let forged = Sign1::assemble(Purpose::Certificate, vec![0x80], *good.signature());
        assert_eq!(forged.verify(&key), Err(BadSignature));
    }

    #[test]
    fn refuses_every_truncation_and_a_trailing_byte() {
        let mut bytes = signed(Purpose::Certificate).encode();
        for end in 0..bytes.len() {
            assert!(matches!(
                Sign1::decode(Purpose::Certificate, &bytes[..end]),
                Err(CoseError::Cbor(_) | CoseError::WrongHeader { .. })
            ));
        }
        bytes.push(0);
        assert!(matches!(
            Sign1::decode(Purpose::Certificate, &bytes),
            Err(CoseError::Cbor(CborError { .. }))
        ));
    }
}
