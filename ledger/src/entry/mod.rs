//! The six kinds of log entries, each one deterministic CBOR array whose first item is its kind.

mod codec;
mod status_change;

pub use self::{
    codec::{EntryError, MAX_ENTRY_LEN},
    status_change::{
        Decision, SignedStatusChange, StatusChangeError, UnsignedStatusChange, VerifiedStatusChange,
    },
};
use crate::{
    authority::Role,
    certificate::Text,
    digest::{Commitment, JournalAnchor, RootHash},
    position::LeafIndex,
    time::UnixMillis,
};

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Names an authority.
    Authority(AuthorityEntry),
    /// Records that a certificate was issued.
    Issuance(Issuance),
    /// Changes the status of a title or an authority.
    StatusChange(SignedStatusChange),
    /// Records that the integrity archive grew, and nothing more.
    IntegrityRecord(Commitment),
    /// Fixes something at this point of the log.
    Anchor(Anchor),
    /// Ends a published checkpoint with the status of everything before it.
    StatusHead(StatusHead),
}

/// An authority's certificate and the filing that it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityEntry {
    /// The X.509 certificate, DER.
    pub certificate: Vec<u8>,
    /// The role, as the certificate's extension states it too.
    pub role: Role,
    /// 核准备案文号; none for the bureau's own keys.
    pub filing_number: Option<Text>,
}

/// A certificate was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Issuance {
    /// Index of the authority that signed it.
    pub authority: LeafIndex,
    /// Index of the title's first issuance; none on the first.
    pub title: Option<LeafIndex>,
    /// SHA-256 of the certificate's bytes.
    pub commitment: Commitment,
}

impl Issuance {
    /// Index of the title that the issuance at `index` documents: its own on the first.
    pub fn title_index(&self, index: LeafIndex) -> LeafIndex {
        self.title.unwrap_or(index)
    }
}

crate::certificate::coded! {
    /// What an anchor fixes.
    AnchorPurpose, "anchor purpose" {
        /// The population that a spot check will be drawn from.
        SamplePopulation = 1,
        /// A year's holiday table.
        HolidayTable = 2,
    }
}

/// Something was fixed at this point of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// What.
    pub purpose: AnchorPurpose,
    /// SHA-256 of the private record that holds it.
    pub commitment: Commitment,
}

/// The status of everything before it, in one root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusHead {
    /// Its own index: the number of entries it covers.
    pub index: LeafIndex,
    /// Index of the head before it; none on the first. So that "the first head after an entry",
    /// which is the entry's log time, can be proved with one inclusion proof.
    pub previous: Option<LeafIndex>,
    /// When it was made; never less than in the head before.
    pub time: UnixMillis,
    /// How many exceptions the list has.
    pub exceptions: u64,
    /// RFC 6962 root over the encoded exceptions.
    pub list_root: RootHash,
    /// The head whose file `status/<index>` holds this list: itself, or an earlier one when nothing
    /// changed since.
    pub list_head: LeafIndex,
    /// Commits to the bureau's journal at this point.
    pub journal: JournalAnchor,
}
