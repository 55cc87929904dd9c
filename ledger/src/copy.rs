//! A purpose-bound copy: a holder's certificate handed out for one purpose, to one recipient, until
//! one day. It rides behind the certificate in a QR code and is not logged.

use ed25519_dalek::VerifyingKey;

use crate::{
    cbor::{CborError, Reader, Writer},
    certificate::{LogGeneration, MAX_TEXT_LEN, Text, TextError},
    cose::{BadSignature, CoseError, Purpose, SIGNATURE_LEN, Sign1, to_be_signed},
    digest::Commitment,
    position::{LeafIndex, PositionTooLarge},
    time::{Date, NotADate},
};

/// The largest copy in bytes, tag included: two texts and what every copy has.
///
/// Security: bounds what a QR text or an evidence file makes a reader hold.
pub const MAX_COPY_LEN: usize = 1200;

/// What a copy is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyTerms {
    /// The log it belongs to.
    pub log: LogGeneration,
    /// Index of the authority (role `copy`) whose key signs it.
    pub authority: LeafIndex,
    /// Commitment of the certificate that it is a copy of.
    pub certificate: Commitment,
    /// What it is for.
    pub purpose: Text,
    /// Whom it is for.
    pub recipient: Text,
    /// The last day, in Beijing, on which it is good.
    pub expires_on: Date,
}

/// Why bytes are no copy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CopyError {
    /// Not the COSE structure.
    #[error("copy: {0}")]
    Cose(#[from] CoseError),
    /// Not the CBOR structure.
    #[error("copy: {0}")]
    Cbor(#[from] CborError),
    /// A text is refused.
    #[error("copy: {0}")]
    Text(#[from] TextError),
    /// A date outside the calendar.
    #[error("copy: {0}")]
    Date(#[from] NotADate),
    /// A position outside every log.
    #[error("copy: {0}")]
    Position(#[from] PositionTooLarge),
}

/// A copy as it was read; its signature is unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCopy {
    sign1: Sign1,
    terms: CopyTerms,
}

/// A copy whose signature verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedCopy {
    terms: CopyTerms,
}

impl CopyTerms {
    /// What the authority's key signs.
    pub fn to_be_signed(&self) -> Vec<u8> {
        to_be_signed(Purpose::Copy, &self.encode())
    }

    /// The copy with its signature, which is not checked here.
    pub fn with_signature(self, signature: [u8; SIGNATURE_LEN]) -> SignedCopy {
        SignedCopy { sign1: Sign1::assemble(Purpose::Copy, self.encode(), signature), terms: self }
    }

    fn encode(&self) -> Vec<u8> {
        Writer::new()
            .array(6)
            .uint(u64::from(self.log.get()))
            .uint(self.authority.get())
            .bytes(self.certificate.as_bytes())
            .text(self.purpose.as_str())
            .text(self.recipient.as_str())
            .int(i64::from(self.expires_on.days()))
            .finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, CopyError> {
        let mut input = Reader::new(bytes);
        input.array(6)?;
        let terms = Self {
            log: LogGeneration::read(&mut input)?,
            authority: LeafIndex::new(input.uint()?)?,
            certificate: Commitment::from_bytes(input.digest()?),
            purpose: Text::new(input.text(MAX_TEXT_LEN)?)?,
            recipient: Text::new(input.text(MAX_TEXT_LEN)?)?,
            expires_on: Date::from_days(input.int()?)?,
        };
        input.finish()?;
        Ok(terms)
    }
}

impl SignedCopy {
    /// Parses exactly one copy.
    pub fn decode(bytes: &[u8]) -> Result<Self, CopyError> {
        let sign1 = Sign1::decode(Purpose::Copy, bytes)?;
        let terms = CopyTerms::decode(sign1.payload())?;
        Ok(Self { sign1, terms })
    }

    /// The copy's bytes.
    pub fn encode(&self) -> Vec<u8> {
        self.sign1.encode()
    }

    /// The terms before anybody checked the signature: to find the authority whose key does.
    pub const fn unverified(&self) -> &CopyTerms {
        &self.terms
    }

    /// Checks the signature under the copying authority's key.
    pub fn verify(self, key: &VerifyingKey) -> Result<VerifiedCopy, BadSignature> {
        self.sign1.verify(key)?;
        Ok(VerifiedCopy { terms: self.terms })
    }
}

impl VerifiedCopy {
    /// What the copy is good for.
    pub const fn terms(&self) -> &CopyTerms {
        &self.terms
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::*;

    #[test]
    fn a_signed_copy_is_read_back_and_verifies_under_its_key_only() {
        let terms = CopyTerms {
            log: LogGeneration::new(1),
            authority: LeafIndex::new(2).unwrap(),
            certificate: Commitment::to(b"certificate"),
            purpose: Text::new("投标资格审查").unwrap(),
            recipient: Text::new("某某招标代理有限公司").unwrap(),
            expires_on: "2026-12-31".parse().unwrap(),
        };
        let key = SigningKey::from_bytes(&[5; 32]);
        let signature = key.sign(&terms.to_be_signed()).to_bytes();
        let bytes = terms.clone().with_signature(signature).encode();
        let read = SignedCopy::decode(&bytes).unwrap();
        let other = SigningKey::from_bytes(&[6; 32]).verifying_key();
        assert_eq!(read.clone().verify(&other), Err(BadSignature));
        assert_eq!(read.verify(&key.verifying_key()).unwrap().terms(), &terms);
    }
}
