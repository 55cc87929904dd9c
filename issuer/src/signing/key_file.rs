//! The two kinds of key files: Ed25519 for everything on record, P-256 for the PDF's signature.

use std::path::{Path, PathBuf};

use ed25519_dalek::{SigningKey, VerifyingKey, pkcs8::KeypairBytes};
use pkcs8::EncodePrivateKey as _;
use zeroize::Zeroizing;

use super::{ExampleKeyRefused, ExampleKeys, KeyPemError, Passphrase, key_pem};
use crate::random::{self, Random, RandomError};

/// Why a key file was not made, not read or not used. No part of the key is repeated.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file, its form, or the passphrase.
    #[error("{0}")]
    Pem(#[from] KeyPemError),
    /// A worthless key where none is allowed.
    #[error("{0}")]
    Example(#[from] ExampleKeyRefused),
}

/// An Ed25519 private key together with the file that it lies in. The key is wiped when dropped.
pub struct SigningKeyFile {
    path: PathBuf,
    key: SigningKey,
}

impl SigningKeyFile {
    /// Makes a new key and its file (0600, never overwritten, durable on return).
    ///
    /// # Errors
    /// [`KeyFileError`]; no file is left behind then.
    pub fn create(
        path: &Path,
        passphrase: &Passphrase,
        random: &mut dyn Random,
    ) -> Result<Self, KeyFileError> {
        let key = new_ed25519(random).map_err(KeyPemError::from)?;
        // Version 1 of PKCS#8, without the public key: OpenSSL 3.0 cannot read version 2.
        let bytes = KeypairBytes { secret_key: key.to_bytes(), public_key: None };
        key_pem::create(
            path,
            &bytes.to_pkcs8_der().map_err(KeyPemError::from)?,
            passphrase,
            random,
        )?;
        Ok(Self { path: path.to_owned(), key })
    }

    /// Opens a key file.
    ///
    /// # Errors
    /// [`KeyFileError`]; [`KeyFileError::Example`] for a worthless key that `examples` refuses.
    pub fn load(
        path: &Path,
        passphrase: &Passphrase,
        examples: ExampleKeys,
    ) -> Result<Self, KeyFileError> {
        let document = key_pem::load(path, passphrase)?;
        let key: SigningKey = key_pem::decode(path, &document, "Ed25519")?;
        examples.check(&key.verifying_key())?;
        Ok(Self { path: path.to_owned(), key })
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The public half.
    pub fn public_key(&self) -> VerifyingKey {
        self.key.verifying_key()
    }

    /// The private half.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }
}

impl std::fmt::Debug for SigningKeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKeyFile").field("path", &self.path).finish_non_exhaustive()
    }
}

/// A fresh Ed25519 key: 32 bytes of `random`.
pub(super) fn new_ed25519(random: &mut dyn Random) -> Result<SigningKey, RandomError> {
    Ok(SigningKey::from_bytes(&Zeroizing::new(random::bytes(random)?)))
}

/// A fresh P-256 key.
pub(super) fn new_p256(random: &mut dyn Random) -> Result<p256::SecretKey, RandomError> {
    loop {
        let bytes = Zeroizing::new(random::bytes::<32>(random)?);
        // All but one in 2^32 strings of 32 bytes are keys.
        if let Ok(key) = p256::SecretKey::from_slice(bytes.as_slice()) {
            return Ok(key);
        }
    }
}

/// A P-256 private key of the chain that signs PDFs. The key is wiped when dropped.
pub struct DocumentKeyFile {
    path: PathBuf,
    key: p256::SecretKey,
}

impl DocumentKeyFile {
    /// Makes a new key and its file (0600, never overwritten, durable on return).
    ///
    /// # Errors
    /// [`KeyFileError`]; no file is left behind then.
    pub fn create(
        path: &Path,
        passphrase: &Passphrase,
        random: &mut dyn Random,
    ) -> Result<Self, KeyFileError> {
        let key = new_p256(random).map_err(KeyPemError::from)?;
        key_pem::create(path, &key.to_pkcs8_der().map_err(KeyPemError::from)?, passphrase, random)?;
        Ok(Self { path: path.to_owned(), key })
    }

    /// Opens a key file.
    ///
    /// # Errors
    /// [`KeyFileError`]; [`KeyFileError::Example`] for a worthless key that `examples` refuses.
    pub fn load(
        path: &Path,
        passphrase: &Passphrase,
        examples: ExampleKeys,
    ) -> Result<Self, KeyFileError> {
        let document = key_pem::load(path, passphrase)?;
        let key: p256::SecretKey = key_pem::decode(path, &document, "P-256")?;
        examples.check_document_key(&key.public_key())?;
        Ok(Self { path: path.to_owned(), key })
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The public half.
    pub fn public_key(&self) -> p256::PublicKey {
        self.key.public_key()
    }

    /// The key that [`crate::document::sign::DocumentSigner`] takes.
    pub fn signing_key(&self) -> p256::ecdsa::SigningKey {
        self.key.clone().into()
    }
}

impl std::fmt::Debug for DocumentKeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DocumentKeyFile").field("path", &self.path).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "key_file_tests.rs"]
mod tests;
