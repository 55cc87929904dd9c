//! Cosignatures (C2SP tlog-cosignature, Ed25519 v1): a witness states that at a time it had seen no
//! larger consistent tree of this log.

use ed25519_dalek::SIGNATURE_LENGTH;

use crate::{
    note::{KeyName, NoteText, SignatureKind, SignatureLine, VerifierKey},
    time::UnixMillis,
};

/// Length of a cosignature in bytes: eight of time, then the Ed25519 signature.
pub const COSIGNATURE_LEN: usize = TIME_LEN + SIGNATURE_LENGTH;

const TIME_LEN: usize = 8;

/// When a witness says it signed, in whole seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CosignatureTime(u64);

/// A cosignature as it stands in a signature line. Nothing is verified yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cosignature {
    time: CosignatureTime,
    signature: [u8; SIGNATURE_LENGTH],
}

/// Why bytes are no cosignature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CosignatureError {
    /// Not [`COSIGNATURE_LEN`] bytes.
    #[error("a cosignature of {actual} bytes instead of {COSIGNATURE_LEN}")]
    Length {
        /// How many bytes there were.
        actual: usize,
    },
    /// A time that no instant of ours can be.
    #[error("a cosignature at second {seconds}, beyond the year 9999")]
    TimeTooLate {
        /// The time in seconds since 1970.
        seconds: u64,
    },
}

/// A key of another kind than a witness has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the key of {name} is no key for cosignatures")]
pub struct NotAWitnessKey {
    /// The key's name.
    pub name: KeyName,
}

impl CosignatureTime {
    /// A time in seconds, at most the second of [`UnixMillis::MAX`].
    pub const fn from_seconds(seconds: u64) -> Result<Self, CosignatureError> {
        if seconds <= UnixMillis::MAX.get() / 1000 {
            Ok(Self(seconds))
        } else {
            Err(CosignatureError::TimeTooLate { seconds })
        }
    }

    /// The second in which `instant` lies.
    pub const fn at(instant: UnixMillis) -> Self {
        Self(instant.get() / 1000)
    }

    /// Seconds since 1970.
    pub const fn seconds(self) -> u64 {
        self.0
    }

    /// The beginning of that second.
    pub fn instant(self) -> UnixMillis {
        // At most MAX / 1000, so the product is at most MAX.
        UnixMillis::new(self.0 * 1000).unwrap_or(UnixMillis::MAX)
    }
}

impl Cosignature {
    /// Joins a time and the signature over [`cosigned_message`] of that time.
    pub const fn new(time: CosignatureTime, signature: [u8; SIGNATURE_LENGTH]) -> Self {
        Self { time, signature }
    }

    /// Reads the bytes after the key ID of a signature line.
    pub fn parse(bytes: &[u8]) -> Result<Self, CosignatureError> {
        let too_short_or_long = CosignatureError::Length { actual: bytes.len() };
        let (time, signature) = bytes.split_first_chunk::<TIME_LEN>().ok_or(too_short_or_long)?;
        let Ok(signature) = signature.try_into() else { return Err(too_short_or_long) };
        Ok(Self { time: CosignatureTime::from_seconds(u64::from_be_bytes(*time))?, signature })
    }

    /// The bytes that [`Cosignature::parse`] reads.
    pub fn to_bytes(&self) -> [u8; COSIGNATURE_LEN] {
        let mut bytes = [0; COSIGNATURE_LEN];
        let (time, signature) = bytes.split_at_mut(TIME_LEN);
        time.copy_from_slice(&self.time.0.to_be_bytes());
        signature.copy_from_slice(&self.signature);
        bytes
    }

    /// The line that a witness adds to a checkpoint.
    pub fn line(&self, key: &VerifierKey) -> Result<SignatureLine, NotAWitnessKey> {
        match key.kind() {
            SignatureKind::CosignatureV1 => Ok(SignatureLine::new(key, self.to_bytes().to_vec())),
            SignatureKind::Ed25519 => Err(NotAWitnessKey { name: key.name().clone() }),
        }
    }

    /// When the witness says it signed.
    pub const fn time(&self) -> CosignatureTime {
        self.time
    }

    /// The Ed25519 signature.
    pub const fn signature(&self) -> &[u8; SIGNATURE_LENGTH] {
        &self.signature
    }
}

/// What a witness signs: a header, its time, and the text of the checkpoint.
pub fn cosigned_message(time: CosignatureTime, checkpoint: &NoteText) -> Vec<u8> {
    format!("cosignature/v1\ntime {}\n{checkpoint}", time.0).into_bytes()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::*;
    use crate::note::{NoteVerifyError, SignatureError, SignedNote, VerifiedSignature};

    fn text() -> NoteText {
        NoteText::new(
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        )
        .unwrap()
    }

    fn witness() -> (SigningKey, VerifierKey) {
        let signing = SigningKey::from_bytes(&[7; 32]);
        let name = KeyName::new("witness.example.com/w1").unwrap();
        let public = signing.verifying_key().to_bytes();
        let key = VerifierKey::new(name, SignatureKind::CosignatureV1, &public).unwrap();
        (signing, key)
    }

    fn cosigned(stated: u64, signed: u64) -> (SignedNote, VerifierKey) {
        let (signing, key) = witness();
        let signed = CosignatureTime::from_seconds(signed).unwrap();
        let signature = signing.sign(&cosigned_message(signed, &text())).to_bytes();
        let stated = CosignatureTime::from_seconds(stated).unwrap();
        let line = Cosignature::new(stated, signature).line(&key).unwrap();
        (SignedNote::new(text(), line), key)
    }

    #[test]
    fn the_message_is_that_of_the_specification() {
        let time = CosignatureTime::from_seconds(1_679_315_147).unwrap();
        let expected = "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n\
                        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        assert_eq!(cosigned_message(time, &text()), expected.as_bytes());
    }

    #[test]
    fn a_cosignature_verifies_with_its_time() {
        let (note, key) = cosigned(1_679_315_147, 1_679_315_147);
        let time = CosignatureTime::from_seconds(1_679_315_147).unwrap();
        let expected = VerifiedSignature::Cosignature { key: &key, time };
        assert_eq!(note.verify(&[&key]), Ok(vec![expected]));
    }

    #[test]
    fn refuses_a_cosignature_whose_time_was_changed() {
        let (note, key) = cosigned(1_679_315_148, 1_679_315_147);
        let verdict = note.verify(&[&key]);
        assert!(matches!(
            verdict,
            Err(NoteVerifyError::Signature { source: SignatureError::Mismatch, .. })
        ));
    }

    #[test]
    fn refuses_a_time_beyond_the_year_9999() {
        let seconds = UnixMillis::MAX.get() / 1000 + 1;
        let mut bytes = [0; COSIGNATURE_LEN];
        bytes[..8].copy_from_slice(&seconds.to_be_bytes());
        assert_eq!(Cosignature::parse(&bytes), Err(CosignatureError::TimeTooLate { seconds }));
    }

    #[test]
    fn refuses_a_cosignature_of_another_length() {
        for actual in [0, 7, 64, 71, 73] {
            let verdict = Cosignature::parse(&vec![0; actual]);
            assert_eq!(verdict, Err(CosignatureError::Length { actual }));
        }
    }

    #[test]
    fn a_logs_key_makes_no_cosignature_line() {
        let (_, witness) = witness();
        let key =
            VerifierKey::new(witness.name().clone(), SignatureKind::Ed25519, witness.public_key());
        let key = key.unwrap();
        let time = CosignatureTime::from_seconds(0).unwrap();
        let verdict = Cosignature::new(time, [0; 64]).line(&key);
        assert_eq!(verdict, Err(NotAWitnessKey { name: key.name().clone() }));
    }
}
