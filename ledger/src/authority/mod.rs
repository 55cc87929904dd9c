//! Authorities: who may sign what. An Ed25519 X.509 certificate under the bureau's root, with a
//! critical extension that states role, scope and filing.

mod certificate;
mod extension;

pub use self::{
    certificate::{
        AuthorityCertificate, AuthorityChainError, AuthorityKey, CertificateFault, MAX_X509_LEN,
        RootCertificate, VerifiedAuthority,
    },
    extension::{
        AuthorityExtension, Committee, ExtensionFault, Filing, OID_AUTHORITY_EXTENSION, Scope,
    },
};
use crate::certificate::coded;

coded! {
    /// What an authority may sign.
    Role, "role" {
        /// Certificates; revocations of its own.
        Issue = 1,
        /// Every status change, of titles and of authorities. The bureau.
        Decide = 2,
        /// Purpose-bound copies.
        CopyOnly = 3,
        /// The PDF's signature (P-256).
        DocumentSigning = 4,
    }
}
