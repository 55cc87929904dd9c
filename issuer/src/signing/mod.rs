//! Keys: their files, the certificates that name them, and everything that signs.
//!
//! No key is used without an [`ExampleKeys`] policy: the keys in `keys-example/` are known to
//! everybody, and a program signs with them only when it was told to aloud.

mod certificates;
mod example;
mod example_files;
mod key_file;
mod key_pem;
mod log_signer;
mod mark;
pub mod new_file;
mod passphrase;
mod records;
pub mod staff;
pub mod x509;

pub use self::{
    certificates::{CertificateSigner, CertificateSignerError, ResumeError, SignCertificatesError},
    example::{ExampleKey, ExampleKeyRefused, ExampleKeys, is_example_key},
    example_files::{ExampleFilesError, write_example_files},
    key_file::{DocumentKeyFile, SigningKeyFile},
    key_pem::KeyFileError,
    log_signer::{LogSigner, LogSignerError, OpenLogSignerError, log_key},
    mark::{Mark, MarkError},
    passphrase::{Passphrase, PassphraseError},
    records::{RecordsKeyError, create_records_key, load_records_key},
};
