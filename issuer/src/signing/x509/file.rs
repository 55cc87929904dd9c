//! Certificates as PEM files.

use std::path::{Path, PathBuf};

use der::pem::LineEnding;

use crate::signing::new_file::{self, Access, FileError};

/// Label of a certificate in PEM (RFC 7468 §5).
const LABEL: &str = "CERTIFICATE";

/// Longest certificate file in bytes; a real one has about 1,200.
const MAX_FILE_LEN: u64 = 16 * 1024;

/// Why a certificate's file was not read or made.
#[derive(Debug, thiserror::Error)]
pub enum CertificateFileError {
    /// The file itself.
    #[error("{0}")]
    File(#[from] FileError),
    /// Not one PEM certificate.
    #[error("{} is no certificate in PEM: {source}", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        source: der::pem::Error,
    },
    /// PEM of something else.
    #[error("{} holds a {label}, not a {LABEL}", path.display())]
    Label {
        /// The file.
        path: PathBuf,
        /// What it holds.
        label: String,
    },
}

/// Writes a certificate to a new file that everybody may read.
///
/// # Errors
/// [`CertificateFileError`].
pub fn write_certificate(path: &Path, der: &[u8]) -> Result<(), CertificateFileError> {
    let pem = der::pem::encode_string(LABEL, LineEnding::LF, der)
        .map_err(|source| CertificateFileError::Pem { path: path.to_owned(), source })?;
    Ok(new_file::create(path, pem.as_bytes(), Access::Everybody)?)
}

/// Reads the DER in a certificate's file.
///
/// # Errors
/// [`CertificateFileError`].
pub fn read_certificate(path: &Path) -> Result<Vec<u8>, CertificateFileError> {
    let content = new_file::read(path, MAX_FILE_LEN)?;
    let (label, der) = der::pem::decode_vec(&content)
        .map_err(|source| CertificateFileError::Pem { path: path.to_owned(), source })?;
    if label != LABEL {
        let label = label.to_owned();
        return Err(CertificateFileError::Label { path: path.to_owned(), label });
    }
    Ok(der)
}
