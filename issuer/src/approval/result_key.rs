//! What makes two results the same result.

use sha2::{Digest, Sha256};

use super::ApprovedResult;
use crate::catalogue::level_en;
use crate::table;

/// A digest that two statements of one result share: person, series, level, specialty, committee and
/// approval document.
///
/// Privacy: it is computed from an identity number without a secret, so it could be guessed back. It
/// stays among the private records and never reaches a public file or a log.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResultKey([u8; 32]);

impl ResultKey {
    /// The digest.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A key that was stored before.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl std::fmt::Debug for ResultKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ResultKey(..)")
    }
}

impl ApprovedResult {
    /// The key under which a second import recognises this result.
    pub fn result_key(&self) -> ResultKey {
        digest([
            self.holder.document.kind().code(),
            self.holder.document.number(),
            &self.title.series.code_text(),
            self.title.series.name(),
            level_en(self.title.level),
            &table::compact(&self.title.specialty),
            self.review.committee.as_str(),
            self.approval.document.as_str(),
        ])
    }

    /// The key under which one list may name a title once: person, series, level and specialty.
    pub fn title_key(&self) -> ResultKey {
        digest([
            "title",
            self.holder.document.kind().code(),
            self.holder.document.number(),
            &self.title.series.code_text(),
            self.title.series.name(),
            level_en(self.title.level),
            &table::compact(&self.title.specialty),
        ])
    }
}

/// Each part is preceded by its length, so that no two lists of parts run into one text.
fn digest<const N: usize>(parts: [&str; N]) -> ResultKey {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    ResultKey(hash.finalize().into())
}
