//! Verifier keys (C2SP signed-note "vkeys"): who is believed, by name, ID and public key.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{PUBLIC_KEY_LENGTH, SIGNATURE_LENGTH, VerifyingKey};

use crate::{
    cosignature::{Cosignature, CosignatureError, cosigned_message},
    ed25519::{is_weak, verify_strict},
    note::{InvalidKeyName, KeyId, KeyName, NoteText, VerifiedSignature},
};

/// What a key's signatures are over. Two of the kinds that C2SP assigns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureKind {
    /// 0x01: Ed25519 over the note's text. The log's own.
    Ed25519,
    /// 0x04: a timestamped Ed25519 cosignature of a checkpoint. A witness's.
    CosignatureV1,
}

impl SignatureKind {
    pub(super) const fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::CosignatureV1 => 0x04,
        }
    }

    const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0x01 => Some(Self::Ed25519),
            0x04 => Some(Self::CosignatureV1),
            _ => None,
        }
    }
}

/// A public key that is believed under a name, for one kind of signature. It is not weak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: KeyName,
    id: KeyId,
    kind: SignatureKind,
    key: VerifyingKey,
}

/// Why text or bytes are no verifier key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifierKeyError {
    /// Not three parts between plus signs.
    #[error("a verifier key is written <name>+<key ID in hexadecimal>+<base64>")]
    Form,
    /// The name is none.
    #[error(transparent)]
    Name(#[from] InvalidKeyName),
    /// Not canonical standard base64.
    #[error("the key is not canonical base64")]
    Base64(#[from] base64::DecodeError),
    /// No kind of signature that is known here.
    #[error("keys of kind {kind:#04x} are not known; 0x01 and 0x04 are")]
    UnknownKind {
        /// The first byte of the key.
        kind: u8,
    },
    /// Not 32 bytes of key.
    #[error("an Ed25519 key has 32 bytes, not {len}")]
    Length {
        /// How many bytes there were after the kind.
        len: usize,
    },
    /// The key ID is not that of this name and key: one of the three was mistyped.
    #[error("the key ID of this name and key is {computed}, not {stated}")]
    IdMismatch {
        /// The ID as written.
        stated: String,
        /// The ID that follows from name, kind and key.
        computed: KeyId,
    },
    /// The bytes are no point of the curve.
    #[error("the key is no Ed25519 public key")]
    NotAPoint,
    /// A point of small order, under which anything verifies, or written in another way than its own.
    #[error("the key is weak: anybody can sign under it")]
    Weak,
}

/// Why a signature does not verify.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Not as many bytes as this kind of signature has.
    #[error("a signature of {actual} bytes instead of {expected}")]
    Length {
        /// How many bytes there should be.
        expected: usize,
        /// How many there were.
        actual: usize,
    },
    /// No cosignature.
    #[error(transparent)]
    Cosignature(#[from] CosignatureError),
    /// The signature is not by this key over this text. (The library's error deliberately says no
    /// more.)
    #[error("the signature is not by this key over this text")]
    Mismatch,
}

impl VerifierKey {
    /// A key for signatures of `kind` under `name`. Refuses weak keys.
    pub fn new(
        name: KeyName,
        kind: SignatureKind,
        public_key: &[u8; PUBLIC_KEY_LENGTH],
    ) -> Result<Self, VerifierKeyError> {
        let key =
            VerifyingKey::from_bytes(public_key).map_err(|_opaque| VerifierKeyError::NotAPoint)?;
        // A point has one canonical encoding; under another, implementations disagree.
        if is_weak(&key) || key.to_edwards().compress().as_bytes() != public_key {
            return Err(VerifierKeyError::Weak);
        }
        let id = KeyId::of(&name, kind, public_key);
        Ok(Self { name, id, kind, key })
    }

    /// The key's name.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// The key's ID.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// What the key's signatures are over.
    pub fn kind(&self) -> SignatureKind {
        self.kind
    }

    /// The public key's bytes (RFC 8032).
    pub fn public_key(&self) -> &[u8; PUBLIC_KEY_LENGTH] {
        self.key.as_bytes()
    }

    /// Verifies the bytes after the key ID of a signature line.
    pub(super) fn verify(
        &self,
        text: &NoteText,
        signature: &[u8],
    ) -> Result<VerifiedSignature<'_>, SignatureError> {
        match self.kind {
            SignatureKind::Ed25519 => {
                self.verify_ed25519(text.as_str().as_bytes(), signature)?;
                Ok(VerifiedSignature::Plain { key: self })
            }
            SignatureKind::CosignatureV1 => {
                let cosignature = Cosignature::parse(signature)?;
                let message = cosigned_message(cosignature.time(), text);
                self.verify_ed25519(&message, cosignature.signature())?;
                Ok(VerifiedSignature::Cosignature { key: self, time: cosignature.time() })
            }
        }
    }

    pub(super) fn verify_ed25519(
        &self,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        let Ok(signature) = <&[u8; SIGNATURE_LENGTH]>::try_from(signature) else {
            let (expected, actual) = (SIGNATURE_LENGTH, signature.len());
            return Err(SignatureError::Length { expected, actual });
        };
        verify_strict(&self.key, message, signature).map_err(|_bad| SignatureError::Mismatch)
    }
}

impl fmt::Display for VerifierKey {
    /// `<name>+<key ID>+<base64 of kind and key>`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [[self.kind.byte()].as_slice(), self.public_key()].concat();
        write!(f, "{}+{}+{}", self.name, self.id, STANDARD.encode(bytes))
    }
}

impl FromStr for VerifierKey {
    type Err = VerifierKeyError;

    fn from_str(text: &str) -> Result<Self, VerifierKeyError> {
        // The base64 may contain plus signs; the name and the ID cannot.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(VerifierKeyError::Form);
        };
        let name = KeyName::new(name)?;
        let bytes = STANDARD.decode(key)?;
        let (kind, public_key) = bytes.split_first().ok_or(VerifierKeyError::Form)?;
        let kind =
            SignatureKind::from_byte(*kind).ok_or(VerifierKeyError::UnknownKind { kind: *kind })?;
        let Ok(public_key) = public_key.try_into() else {
            return Err(VerifierKeyError::Length { len: public_key.len() });
        };
        let key = Self::new(name, kind, public_key)?;
        if key.id.to_string() != id {
            return Err(VerifierKeyError::IdMismatch { stated: id.to_owned(), computed: key.id });
        }
        Ok(key)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;

    const VKEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    fn parse(text: &str) -> Result<VerifierKey, VerifierKeyError> {
        text.parse()
    }

    #[test]
    fn the_specifications_key_is_read_and_written() {
        let key = parse(VKEY).unwrap();
        assert_eq!(key.name().as_str(), "example.com/foo");
        assert_eq!(key.kind(), SignatureKind::Ed25519);
        assert_eq!(key.to_string(), VKEY);
    }

    #[test]
    fn refuses_a_key_whose_name_was_changed() {
        let computed = KeyId::of(
            &KeyName::new("example.com/fop").unwrap(),
            SignatureKind::Ed25519,
            parse(VKEY).unwrap().public_key(),
        );
        let expected = VerifierKeyError::IdMismatch { stated: "530d903a".to_owned(), computed };
        assert_eq!(parse(&VKEY.replace("foo", "fop")), Err(expected));
    }

    #[test]
    fn refuses_a_key_id_in_capitals() {
        let verdict = parse(&VKEY.replace("530d903a", "530D903A"));
        assert!(
            matches!(verdict, Err(VerifierKeyError::IdMismatch { stated, .. }) if stated == "530D903A")
        );
    }

    #[test]
    fn refuses_a_key_of_a_kind_that_is_not_known() {
        let text = format!("w+00000000+{}", STANDARD.encode([6; 33]));
        assert_eq!(parse(&text), Err(VerifierKeyError::UnknownKind { kind: 6 }));
    }

    #[test]
    fn refuses_a_key_of_another_length() {
        let text = format!("w+00000000+{}", STANDARD.encode([1; 34]));
        assert_eq!(parse(&text), Err(VerifierKeyError::Length { len: 33 }));
    }

    #[test]
    fn refuses_weak_and_non_canonical_keys() {
        let name = || KeyName::new("w").unwrap();
        // The neutral element, a point of order 8, and the neutral element with y = p + 1.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        let mut order_eight = [0; 32];
        order_eight.copy_from_slice(
            &STANDARD.decode("xxdqcD1N2E+6PAt2DRBnDyogU/osOczGTsf9d5KsA3o=").unwrap(),
        );
        let mut non_canonical = [0xff; 32];
        (non_canonical[0], non_canonical[31]) = (0xee, 0x7f);
        for key in [neutral, order_eight, non_canonical] {
            let verdict = VerifierKey::new(name(), SignatureKind::Ed25519, &key);
            assert_eq!(verdict, Err(VerifierKeyError::Weak));
        }
        // y = p + 3: a point of large order, written in a way that is not its own.
        let mut alias = [0xff; 32];
        (alias[0], alias[31]) = (0xf0, 0x7f);
        let verdict = VerifierKey::new(name(), SignatureKind::Ed25519, &alias);
        assert_eq!(verdict, Err(VerifierKeyError::Weak));
    }
}
