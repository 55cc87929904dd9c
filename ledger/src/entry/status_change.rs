//! A status change: a decision signed by a deciding authority, as it stands in public. Reasons,
//! document number and persons are in the private decision record, which is bound by hash.

use ed25519_dalek::VerifyingKey;

use crate::{
    cbor::{CborError, Reader, Writer},
    certificate::{LogGeneration, UnknownCode},
    cose::{BadSignature, CoseError, Purpose, SIGNATURE_LEN, Sign1, to_be_signed},
    digest::Commitment,
    position::{LeafIndex, PositionTooLarge},
    status::Status,
    time::{Date, NotADate},
};

const FIELDS: usize = 9;

/// What is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// The log it belongs to: a decision cannot be carried into another log.
    pub log: LogGeneration,
    /// Index of the authority whose key signs it.
    pub authority: LeafIndex,
    /// Index of a title's first issuance, or of an authority entry.
    pub target: LeafIndex,
    /// Index of the status change before it on this target; none on the first. So that an old
    /// signed decision cannot be replayed.
    pub previous: Option<LeafIndex>,
    /// The status from now on.
    pub status: Status,
    /// 决定日: the decision's date, and the first or last day of a suspension.
    pub decided_on: Date,
    /// On an authority whose key was compromised: the last entry signed by it that is still good.
    pub last_valid_index: Option<LeafIndex>,
    /// SHA-256 of the private decision record.
    pub record: Commitment,
    /// SHA-256(16 random bytes ‖ 决定文号); the random bytes are in the record.
    pub number: Commitment,
}

/// Why bytes are no signed status change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatusChangeError {
    /// Not the COSE structure.
    #[error("status change: {0}")]
    Cose(#[from] CoseError),
    /// Not the CBOR structure.
    #[error("status change: {0}")]
    Cbor(#[from] CborError),
    /// A status that does not exist.
    #[error("status change: {0}")]
    Code(#[from] UnknownCode),
    /// A date outside the calendar.
    #[error("status change: {0}")]
    Date(#[from] NotADate),
    /// A position outside every log.
    #[error("status change: {0}")]
    Position(#[from] PositionTooLarge),
}

/// A decision about to be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsignedStatusChange {
    payload: Vec<u8>,
}

impl UnsignedStatusChange {
    /// Encodes the decision.
    pub fn new(decision: &Decision) -> Self {
        Self { payload: decision.encode() }
    }

    /// What the authority's key signs.
    pub fn to_be_signed(&self) -> Vec<u8> {
        to_be_signed(Purpose::StatusChange, &self.payload)
    }

    /// The decision with its signature, which is not checked here.
    pub fn with_signature(
        self,
        signature: [u8; SIGNATURE_LEN],
    ) -> Result<SignedStatusChange, StatusChangeError> {
        let decision = Decision::decode(&self.payload)?;
        let sign1 = Sign1::assemble(Purpose::StatusChange, self.payload, signature);
        Ok(SignedStatusChange { sign1, decision })
    }
}

/// A status change as it was read; its signature is unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedStatusChange {
    sign1: Sign1,
    decision: Decision,
}

impl SignedStatusChange {
    /// Parses exactly one.
    pub fn decode(bytes: &[u8]) -> Result<Self, StatusChangeError> {
        let sign1 = Sign1::decode(Purpose::StatusChange, bytes)?;
        let decision = Decision::decode(sign1.payload())?;
        Ok(Self { sign1, decision })
    }

    /// The bytes.
    pub fn encode(&self) -> Vec<u8> {
        self.sign1.encode()
    }

    /// The decision before anybody checked the signature: to find the authority whose key does.
    pub const fn unverified(&self) -> &Decision {
        &self.decision
    }

    /// Checks the signature under the deciding authority's key.
    pub fn verify(&self, key: &VerifyingKey) -> Result<VerifiedStatusChange, BadSignature> {
        self.sign1.verify(key)?;
        Ok(VerifiedStatusChange { decision: self.decision })
    }
}

/// A decision whose signature verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifiedStatusChange {
    decision: Decision,
}

impl VerifiedStatusChange {
    /// What was decided.
    pub const fn decision(&self) -> &Decision {
        &self.decision
    }
}

impl Decision {
    fn encode(&self) -> Vec<u8> {
        Writer::new()
            .array(FIELDS)
            .uint(u64::from(self.log.get()))
            .uint(self.authority.get())
            .uint(self.target.get())
            .optional(self.previous, |out, previous| out.uint(previous.get()))
            .uint(self.status.code())
            .int(i64::from(self.decided_on.days()))
            .optional(self.last_valid_index, |out, index| out.uint(index.get()))
            .bytes(self.record.as_bytes())
            .bytes(self.number.as_bytes())
            .finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, StatusChangeError> {
        let mut input = Reader::new(bytes);
        input.array(FIELDS)?;
        let decision = Self {
            log: LogGeneration::read(&mut input)?,
            authority: read_index(&mut input)?,
            target: read_index(&mut input)?,
            previous: input.optional(read_index)?,
            status: Status::from_code(input.uint()?)?,
            decided_on: Date::from_days(input.int()?)?,
            last_valid_index: input.optional(read_index)?,
            record: Commitment::from_bytes(input.digest()?),
            number: Commitment::from_bytes(input.digest()?),
        };
        input.finish()?;
        Ok(decision)
    }
}

fn read_index(input: &mut Reader<'_>) -> Result<LeafIndex, StatusChangeError> {
    Ok(LeafIndex::new(input.uint()?)?)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::*;

    fn decision() -> Decision {
        Decision {
            log: LogGeneration::new(1),
            authority: LeafIndex::new(1).unwrap(),
            target: LeafIndex::new(12).unwrap(),
            previous: None,
            status: Status::Revoked,
            decided_on: "2026-07-01".parse().unwrap(),
            last_valid_index: None,
            record: Commitment::to(b"decision"),
            number: Commitment::to(b"number"),
        }
    }

    #[test]
    fn a_signed_decision_is_read_back_and_verifies() {
        let key = SigningKey::from_bytes(&[3; 32]);
        let unsigned = UnsignedStatusChange::new(&decision());
        let signature = key.sign(&unsigned.to_be_signed()).to_bytes();
        let bytes = unsigned.with_signature(signature).unwrap().encode();
        let read = SignedStatusChange::decode(&bytes).unwrap();
        assert_eq!(read.verify(&key.verifying_key()).unwrap().decision(), &decision());
    }

    #[test]
    fn another_key_does_not_verify_it() {
        let unsigned = UnsignedStatusChange::new(&decision());
        let signature = SigningKey::from_bytes(&[3; 32]).sign(&unsigned.to_be_signed()).to_bytes();
        let signed = unsigned.with_signature(signature).unwrap();
        let other = SigningKey::from_bytes(&[4; 32]).verifying_key();
        assert_eq!(signed.verify(&other), Err(BadSignature));
    }
}
