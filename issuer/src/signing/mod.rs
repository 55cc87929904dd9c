//! Keys: their files, the certificates that name them, and everything that signs.
//!
//! No key is used without an [`ExampleKeys`] policy: the keys in `keys-example/` are known to
//! everybody, and a program signs with them only when it was told to aloud.

mod certificates;
mod example;
mod example_files;
mod key_file;
mod log_signer;
mod mark;
mod records;
pub mod staff;
pub mod x509;

pub use verifier::keys::{KeyPemError, Passphrase, PassphraseError, new_file};
use verifier::keys::{key_pem, lock, replaced};

pub use self::{
    certificates::{CertificateSigner, CertificateSignerError, ResumeError, SignCertificatesError},
    example::{ExampleKey, ExampleKeyRefused, ExampleKeys, is_example_key},
    example_files::{ExampleFilesError, write_example_files},
    key_file::{DocumentKeyFile, KeyFileError, SigningKeyFile},
    log_signer::{LogSigner, LogSignerError, OpenLogSignerError, log_key},
    mark::{Mark, MarkError},
    records::{RecordsKeyError, create_records_key, load_records_key},
};
