//! Signed notes (C2SP signed-note): a text, a blank line, and one line for each signature. Read
//! strictly: a note that was read and is written again is the same bytes.

mod key;
mod name;
mod text;
#[cfg(test)]
mod wycheproof_tests;

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::cosignature::CosignatureTime;
pub use key::{SignatureError, SignatureKind, VerifierKey, VerifierKeyError};
pub use name::{InvalidKeyName, KeyId, KeyName, MAX_KEY_NAME_LEN};
pub use text::{InvalidNoteText, NoteText};

/// The longest note that is read, in bytes: 128 KiB.
///
/// Security: a stranger's file costs no more memory than this. C2SP asks verifiers to take 16
/// signatures, of up to 5 kB each with post-quantum keys; in base64, with names, that is 110 KiB.
pub const MAX_NOTE_LEN: usize = 128 * 1024;

/// The most signature lines that are read.
///
/// Security: bounds the signatures that a note can make us verify; C2SP asks for at least 16.
pub const MAX_SIGNATURES: usize = 100;

const KEY_ID_LEN: usize = 4;

/// A note whose form is right. Nothing is verified: its text must not be believed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    text: NoteText,
    signatures: Vec<SignatureLine>,
}

/// One signature line: `— <key name> <base64 of key ID and signature>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureLine {
    name: KeyName,
    id: KeyId,
    signature: Vec<u8>,
}

/// Why bytes are no signed note.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Longer than [`MAX_NOTE_LEN`].
    #[error("a note of {len} bytes; at most {MAX_NOTE_LEN} are read")]
    TooLong {
        /// The length in bytes.
        len: usize,
    },
    /// Not UTF-8.
    #[error("the note is not UTF-8")]
    NotUtf8(#[from] std::str::Utf8Error),
    /// The text does not have a note text's form.
    #[error(transparent)]
    Text(#[from] InvalidNoteText),
    /// No blank line separates text and signatures.
    #[error("no blank line separates the note's text from its signatures")]
    NoBlankLine,
    /// The last line does not end with a newline, or there is no signature line.
    #[error("the note does not end with a signature line")]
    NoSignatureLine,
    /// More than [`MAX_SIGNATURES`].
    #[error("a note of more than {MAX_SIGNATURES} signatures")]
    TooManySignatures,
    /// A signature line that is none.
    #[error("signature line {line} of the note")]
    Line {
        /// Position of the line among the signature lines, from 1.
        line: usize,
        /// What is wrong with it.
        #[source]
        source: SignatureLineError,
    },
}

/// Why text is no signature line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureLineError {
    /// Not an em dash, a key name and base64 between single spaces.
    #[error("a signature line consists of an em dash, a key name and base64 between single spaces")]
    Form,
    /// The key name is none.
    #[error(transparent)]
    Name(#[from] InvalidKeyName),
    /// Not canonical standard base64.
    #[error("the signature is not canonical base64")]
    Base64(#[from] base64::DecodeError),
    /// Too short for a key ID and a signature.
    #[error("{len} bytes are too few for a key ID and a signature")]
    TooShort {
        /// The number of bytes.
        len: usize,
    },
}

/// Why a note is not to be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteVerifyError {
    /// No signature is by one of the known keys.
    #[error("none of the note's {signatures} signatures is by a known key")]
    NoKnownSignature {
        /// How many signature lines there are.
        signatures: usize,
    },
    /// Two signature lines name the same known key.
    #[error("two signatures of the note are by {name}+{id}")]
    Repeated {
        /// The key's name.
        name: KeyName,
        /// The key's ID.
        id: KeyId,
    },
    /// A signature that names a known key does not verify.
    #[error("the signature by {name}+{id} does not verify")]
    Signature {
        /// The key's name.
        name: KeyName,
        /// The key's ID.
        id: KeyId,
        /// What is wrong with it.
        #[source]
        source: SignatureError,
    },
}

/// A signature of a note that was verified, and what it states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerifiedSignature<'k> {
    /// An Ed25519 signature of the note's text.
    Plain {
        /// The key that signed.
        key: &'k VerifierKey,
    },
    /// A timestamped cosignature of a checkpoint.
    Cosignature {
        /// The witness's key.
        key: &'k VerifierKey,
        /// When the witness says it signed.
        time: CosignatureTime,
    },
}

impl SignedNote {
    /// Reads a note in the one form that is allowed.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_NOTE_LEN {
            return Err(NoteError::TooLong { len: bytes.len() });
        }
        let note = std::str::from_utf8(bytes)?;
        // The last blank line separates: the text may contain blank lines of its own.
        let blank = note.rfind("\n\n").ok_or(NoteError::NoBlankLine)?;
        let (text, lines) = note.split_at(blank + 1);
        let text = NoteText::new(text)?;
        let lines = lines.strip_prefix('\n').and_then(|lines| lines.strip_suffix('\n'));
        let mut signatures = Vec::new();
        for (line, number) in lines.ok_or(NoteError::NoSignatureLine)?.split('\n').zip(1..) {
            if number > MAX_SIGNATURES {
                return Err(NoteError::TooManySignatures);
            }
            let signature = line.parse();
            signatures.push(signature.map_err(|source| NoteError::Line { line: number, source })?);
        }
        Ok(Self { text, signatures })
    }

    /// A note with its first signature.
    pub fn new(text: NoteText, signature: SignatureLine) -> Self {
        Self { text, signatures: vec![signature] }
    }

    /// The same note with one signature line more, after the others.
    pub fn with_signature(mut self, signature: SignatureLine) -> Result<Self, NoteError> {
        self.signatures.push(signature);
        if self.signatures.len() > MAX_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        match self.to_bytes().len() {
            0..=MAX_NOTE_LEN => Ok(self),
            len => Err(NoteError::TooLong { len }),
        }
    }

    /// The text, not to be believed before a signature was verified.
    pub fn unverified_text(&self) -> &NoteText {
        &self.text
    }

    /// The signature lines, in order, verified or not.
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }

    /// The signature lines that name none of `keys`. Verifiers ignore them; an audit does not.
    pub fn unknown_signatures(&self, keys: &[&VerifierKey]) -> Vec<&SignatureLine> {
        let known = |line: &&SignatureLine| keys.iter().any(|key| line.names(key));
        self.signatures.iter().filter(|line| !known(line)).collect()
    }

    /// The same text with the signature lines of these keys alone; none if there are none.
    pub fn only_by(&self, keys: &[&VerifierKey]) -> Option<Self> {
        let by_them = |line: &&SignatureLine| keys.iter().any(|key| line.names(key));
        let signatures: Vec<_> = self.signatures.iter().filter(by_them).cloned().collect();
        (!signatures.is_empty()).then(|| Self { text: self.text.clone(), signatures })
    }

    /// Verifies every signature that names one of `keys` (name and ID both); one that fails makes the
    /// whole note fail, as does a note with none. Signatures by other keys are ignored.
    pub fn verify<'k>(
        &self,
        keys: &[&'k VerifierKey],
    ) -> Result<Vec<VerifiedSignature<'k>>, NoteVerifyError> {
        let mut verified = Vec::new();
        for key in keys {
            let mut lines = self.signatures.iter().filter(|line| line.names(key));
            let Some(line) = lines.next() else { continue };
            if lines.next().is_some() {
                return Err(NoteVerifyError::Repeated { name: key.name().clone(), id: key.id() });
            }
            let signature = key.verify(&self.text, &line.signature).map_err(|source| {
                NoteVerifyError::Signature { name: key.name().clone(), id: key.id(), source }
            })?;
            verified.push(signature);
        }
        match verified.len() {
            0 => Err(NoteVerifyError::NoKnownSignature { signatures: self.signatures.len() }),
            _ => Ok(verified),
        }
    }

    /// The note's bytes: those that [`SignedNote::parse`] read.
    pub fn to_bytes(&self) -> Vec<u8> {
        let lines = self.signatures.iter().map(|line| format!("{line}\n"));
        format!("{}\n{}", self.text, lines.collect::<String>()).into_bytes()
    }
}

impl SignatureLine {
    /// A line for the raw signature bytes that `key` made, in the form of the key's kind.
    pub fn new(key: &VerifierKey, signature: Vec<u8>) -> Self {
        Self { name: key.name().clone(), id: key.id(), signature }
    }

    /// The name of the key that claims to have signed.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// The ID of the key that claims to have signed.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// What stands behind the key ID; its form is that of the key's kind.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Whether the line claims to be by `key`.
    pub fn names(&self, key: &VerifierKey) -> bool {
        self.name == *key.name() && self.id == key.id()
    }
}

impl fmt::Display for SignatureLine {
    /// The line without its newline.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.id.as_bytes().as_slice(), &self.signature].concat();
        write!(f, "— {} {}", self.name, STANDARD.encode(bytes))
    }
}

impl FromStr for SignatureLine {
    type Err = SignatureLineError;

    /// Reads a line without its newline.
    fn from_str(line: &str) -> Result<Self, SignatureLineError> {
        let rest = line.strip_prefix("— ").ok_or(SignatureLineError::Form)?;
        let (name, encoded) = rest.split_once(' ').ok_or(SignatureLineError::Form)?;
        let name = KeyName::new(name)?;
        let bytes = STANDARD.decode(encoded)?;
        match bytes.split_first_chunk::<KEY_ID_LEN>() {
            Some((id, signature)) if !signature.is_empty() => {
                Ok(Self { name, id: KeyId::from_bytes(*id), signature: signature.to_vec() })
            }
            _ => Err(SignatureLineError::TooShort { len: bytes.len() }),
        }
    }
}

#[cfg(test)]
mod tests;
