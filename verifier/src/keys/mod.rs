//! Key files, and the small files beside them. A witness keeps a key of its own; the issuer's keys lie
//! in files of the same kind, and its crate builds on this module.

#[cfg(any(test, feature = "test-kit"))]
pub mod failing_disk;
pub mod key_pem;
pub mod lock;
pub mod new_file;
mod passphrase;
pub mod replaced;

pub use self::{
    key_pem::KeyPemError,
    passphrase::{Passphrase, PassphraseError},
};
