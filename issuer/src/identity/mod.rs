//! Who a result is about: names, identity documents (GB 11643 and others), organisations (GB 32100).
//!
//! Nothing here is rejected by today's district table: old prefixes and codes that were given away
//! again are on valid documents. Names and numbers never appear in `Debug` output or in errors.

mod document;
mod name;
mod resident;
mod uscc;

pub use document::{
    DocumentKind, DocumentNumberError, IdentityDocument, UnknownDocumentKind, VisibleNumber,
};
pub use name::{HolderName, HolderNameError, MAX_NAME_CHARS};
pub use resident::ResidentNumberError;
pub use uscc::{Uscc, UsccError};
