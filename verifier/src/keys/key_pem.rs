//! Private keys as encrypted PKCS#8 PEM (RFC 5958, RFC 8018), so that OpenSSL reads them too.
//!
//! scrypt (N = 2^14, r = 8, p = 1) and AES-256-CBC: the strongest that OpenSSL 3.0 accepts by default;
//! it refuses a larger N. AES-CBC does not authenticate: a damaged file is told from a wrong passphrase
//! by nothing, and both give [`KeyPemError::NotOpened`].

use std::path::{Path, PathBuf};

use pkcs8::{
    EncryptedPrivateKeyInfoRef, LineEnding, PrivateKeyInfoRef, SecretDocument,
    der::{Decode as _, pem::PemLabel as _},
    pkcs5::{
        self,
        pbes2::{EncryptionScheme as Cipher, Kdf, Parameters, Salt, ScryptParams},
    },
};

use super::{
    Passphrase,
    new_file::{self, Access, FileError},
};
use crate::random::{self, Random, RandomError};

/// Longest key file in bytes.
///
/// Security: bounds what is read when another file was named; real ones have about 350 bytes.
const MAX_KEY_FILE_LEN: u64 = 8 * 1024;

/// Largest scrypt cost (N) that is computed.
///
/// Security: 128·N·r bytes of memory are needed, 1 GiB at N = 2^20; a file must not choose more.
const MAX_SCRYPT_COST: u64 = 1 << 20;

/// Why a key file was not made or not read. No part of the key is repeated.
#[derive(Debug, thiserror::Error)]
pub enum KeyPemError {
    /// The file itself.
    #[error("{0}")]
    File(#[from] FileError),
    /// No PEM of an encrypted private key.
    #[error("{} is no encrypted private key (PEM)", path.display())]
    NotEncryptedPem {
        /// The file.
        path: PathBuf,
    },
    /// It asks for more work than is spent on a key file.
    #[error("{} is encrypted in a way that is not accepted here: scrypt up to N = 2^20, or PBKDF2", path.display())]
    Scheme {
        /// The file.
        path: PathBuf,
    },
    /// Wrong passphrase, or damaged.
    #[error("the passphrase does not open {}, or the file is damaged", path.display())]
    NotOpened {
        /// The file.
        path: PathBuf,
    },
    /// A key of another algorithm.
    #[error("{} is no {expected} private key", path.display())]
    OtherAlgorithm {
        /// The file.
        path: PathBuf,
        /// What was expected.
        expected: &'static str,
    },
    /// The key could not be encoded.
    #[error("the key could not be encoded: {0}")]
    Encode(#[from] pkcs8::Error),
    /// The scheme could not be encoded.
    #[error("the key could not be encrypted: {0}")]
    Encrypt(#[from] pkcs5::Error),
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// Encrypts the PKCS#8 DER of a key and writes it to a new file.
///
/// # Errors
/// [`KeyPemError`]; no file is left behind then.
pub fn create(
    path: &Path,
    key: &SecretDocument,
    passphrase: &Passphrase,
    random: &mut dyn Random,
) -> Result<(), KeyPemError> {
    let kdf = ScryptParams {
        salt: Salt::new(random::bytes::<16>(random)?).map_err(pkcs8::Error::from)?,
        cost_parameter: 1 << 14,
        block_size: 8,
        parallelization: 1,
        key_length: None,
    };
    let cipher = Cipher::Aes256Cbc { iv: random::bytes(random)? };
    let parameters = Parameters { kdf: Kdf::Scrypt(kdf), encryption: cipher };
    let info = PrivateKeyInfoRef::try_from(key.as_bytes())?;
    let encrypted = info.encrypt_with_params(parameters, passphrase.as_bytes())?;
    let pem = encrypted
        .to_pem(EncryptedPrivateKeyInfoRef::PEM_LABEL, LineEnding::LF)
        .map_err(pkcs8::Error::from)?;
    Ok(new_file::create(path, pem.as_bytes(), Access::Owner)?)
}

/// Reads and decrypts a key file.
///
/// # Errors
/// [`KeyPemError`].
pub fn load(path: &Path, passphrase: &Passphrase) -> Result<SecretDocument, KeyPemError> {
    let content = new_file::read(path, MAX_KEY_FILE_LEN)?;
    let not_pem = || KeyPemError::NotEncryptedPem { path: path.to_owned() };
    let pem = str::from_utf8(&content).map_err(|_position| not_pem())?;
    let (label, document) = SecretDocument::from_pem(pem).map_err(|_quotes_key| not_pem())?;
    if label != EncryptedPrivateKeyInfoRef::PEM_LABEL {
        return Err(not_pem());
    }
    let info = EncryptedPrivateKeyInfoRef::from_der(document.as_bytes())
        .map_err(|_quotes_key| not_pem())?;
    if !is_acceptable(&info.encryption_algorithm) {
        return Err(KeyPemError::Scheme { path: path.to_owned() });
    }
    info.decrypt(passphrase.as_bytes())
        .map_err(|_opaque| KeyPemError::NotOpened { path: path.to_owned() })
}

fn is_acceptable(scheme: &pkcs5::EncryptionScheme) -> bool {
    let Some(parameters) = scheme.pbes2() else { return false };
    match &parameters.kdf {
        Kdf::Scrypt(scrypt) => {
            scrypt.cost_parameter <= MAX_SCRYPT_COST
                && scrypt.block_size <= 8
                && scrypt.parallelization <= 4
        }
        // What `openssl genpkey -aes256` writes; the count is bounded by the library.
        Kdf::Pbkdf2(_) => true,
        _ => false,
    }
}

/// The key in a decrypted document; `expected` names its algorithm.
///
/// # Errors
/// [`KeyPemError::OtherAlgorithm`].
pub fn decode<K: pkcs8::DecodePrivateKey>(
    path: &Path,
    document: &SecretDocument,
    expected: &'static str,
) -> Result<K, KeyPemError> {
    K::from_pkcs8_der(document.as_bytes())
        .map_err(|_opaque| KeyPemError::OtherAlgorithm { path: path.to_owned(), expected })
}
