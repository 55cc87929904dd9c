//! The whole list at one head: a map by index, its file, its tree.

use std::collections::BTreeMap;

use super::{
    Status,
    exception::{Exception, ExceptionError, Suspension, SuspensionEnd},
    proof::StatusProof,
    provable::ProvableList,
};
use crate::{
    cbor::{CborError, Reader, Writer},
    digest::RootHash,
    position::LeafIndex,
    time::Date,
};

/// The largest list file in bytes.
///
/// Security: bounds what is read from a network before anything is verified. An exception has about
/// 15 bytes, so this holds four million of them.
pub const MAX_LIST_LEN: usize = 64 << 20;

/// Every index that is not simply valid, ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionList {
    by_index: BTreeMap<LeafIndex, Exception>,
}

/// Why bytes are no list of exceptions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// Not the CBOR structure.
    #[error("status list: {0}")]
    Cbor(#[from] CborError),
    /// An exception in it is malformed.
    #[error("status list: {0}")]
    Exception(#[from] ExceptionError),
    /// Not strictly ascending by index.
    #[error("status list: index {index} follows index {after}")]
    NotAscending {
        /// The index out of place.
        index: LeafIndex,
        /// The index before it.
        after: LeafIndex,
    },
    /// Longer than [`MAX_LIST_LEN`].
    #[error("a status list of {length} bytes; at most {MAX_LIST_LEN} are read")]
    TooLong {
        /// Bytes given.
        length: usize,
    },
}

impl ExceptionList {
    /// The list of a log in which nothing ever happened.
    pub const fn empty() -> Self {
        Self { by_index: BTreeMap::new() }
    }

    /// What is on record about `index`; nothing when it is simply valid.
    pub fn get(&self, index: LeafIndex) -> Option<&Exception> {
        self.by_index.get(&index)
    }

    /// The status of `index` as a title or an authority.
    pub fn status(&self, index: LeafIndex) -> Status {
        self.get(index).map_or(Status::Valid, |exception| exception.status)
    }

    /// The exceptions in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = &Exception> {
        self.by_index.values()
    }

    /// How many exceptions there are.
    pub fn len(&self) -> usize {
        self.by_index.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_index.is_empty()
    }

    /// The document that stands for the title at `title` now.
    pub fn current_document(&self, title: LeafIndex) -> LeafIndex {
        let mut document = title;
        // Every step goes to a later index, so this ends.
        while let Some(next) = self.get(document).and_then(|found| found.superseded_by) {
            if next <= document {
                break;
            }
            document = next;
        }
        document
    }

    /// The list file: one CBOR array of the exceptions.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.array(self.len());
        for exception in self.iter() {
            out.encoded(&exception.encode());
        }
        out.finish()
    }

    /// Parses a list file: order and uniqueness are checked, the root is the caller's to compare.
    pub fn decode(bytes: &[u8]) -> Result<Self, ListError> {
        if bytes.len() > MAX_LIST_LEN {
            return Err(ListError::TooLong { length: bytes.len() });
        }
        let mut input = Reader::new(bytes);
        let mut by_index = BTreeMap::new();
        let mut last: Option<LeafIndex> = None;
        for _ in 0..input.array_up_to(MAX_LIST_LEN)? {
            let exception = Exception::read(&mut input)?;
            let index = exception.index;
            if let Some(after) = last.filter(|last| *last >= index) {
                return Err(ListError::NotAscending { index, after });
            }
            last = Some(index);
            by_index.insert(index, exception);
        }
        input.finish()?;
        Ok(Self { by_index })
    }

    /// The RFC 6962 root over the encoded exceptions.
    pub fn root(&self) -> RootHash {
        ProvableList::of(self).root()
    }

    /// Proves what the list says of `index`: that it is an exception, or that it is none. Hashes the
    /// whole list; for many proofs make a [`ProvableList`].
    pub fn prove(&self, index: LeafIndex) -> StatusProof {
        ProvableList::of(self).prove(index)
    }

    /// Records a decision on the title or authority at `index`, made by the status change `event`.
    /// Whether it is allowed is the caller's to have checked.
    pub(crate) fn change_status(
        &mut self,
        index: LeafIndex,
        next: Status,
        event: LeafIndex,
        decided_on: Date,
        last_valid_index: Option<LeafIndex>,
    ) {
        let exception = self.entry(index, event);
        match next {
            Status::Suspended => {
                exception.suspensions.push(Suspension { event, from: decided_on, ended: None });
            }
            Status::Valid | Status::Revoked => {
                if let Some(open) = exception.suspensions.last_mut().filter(|s| s.ended.is_none()) {
                    open.ended = Some(SuspensionEnd { event, until: decided_on });
                }
            }
            Status::Superseded | Status::NotRecognised | Status::CancelledError => {}
        }
        exception.status = next;
        exception.event = event;
        exception.last_valid_index = last_valid_index;
        if !exception.is_exceptional() {
            self.by_index.remove(&index);
        }
    }

    /// Records that the issuance `by` replaced the document at `index`.
    pub(crate) fn supersede(&mut self, index: LeafIndex, by: LeafIndex) {
        self.entry(index, by).superseded_by = Some(by);
    }

    fn entry(&mut self, index: LeafIndex, event: LeafIndex) -> &mut Exception {
        self.by_index.entry(index).or_insert(Exception {
            index,
            status: Status::Valid,
            superseded_by: None,
            event,
            last_valid_index: None,
            suspensions: Vec::new(),
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;

    pub(crate) fn index(value: u64) -> LeafIndex {
        LeafIndex::new(value).unwrap()
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_restored_title_that_was_never_superseded_leaves_the_list() {
        let mut list = ExceptionList::empty();
        list.change_status(index(5), Status::Revoked, index(9), day("2026-07-01"), None);
        assert_eq!(list.status(index(5)), Status::Revoked);
        list.change_status(index(5), Status::Valid, index(11), day("2026-09-01"), None);
        assert_eq!(list, ExceptionList::empty());
        assert_eq!(list.root(), RootHash::empty());
    }

    #[test]
    fn an_authority_once_suspended_stays_listed_with_its_dates() {
        let mut list = ExceptionList::empty();
        list.change_status(index(2), Status::Suspended, index(9), day("2026-03-01"), None);
        list.change_status(index(2), Status::Valid, index(20), day("2026-06-01"), None);
        let exception = list.get(index(2)).unwrap();
        assert_eq!(exception.status, Status::Valid);
        assert!(exception.suspensions[0].covers(day("2026-05-31")));
        assert!(!exception.suspensions[0].covers(day("2026-06-01")));
        assert!(!exception.suspensions[0].covers(day("2026-02-28")));
    }

    #[test]
    fn the_current_document_is_the_last_of_the_chain_of_reissues() {
        let mut list = ExceptionList::empty();
        list.supersede(index(5), index(9));
        list.supersede(index(9), index(14));
        assert_eq!(list.current_document(index(5)), index(14));
        assert_eq!(list.current_document(index(6)), index(6));
    }

    #[test]
    fn a_list_file_out_of_order_is_refused() {
        let mut list = ExceptionList::empty();
        list.supersede(index(5), index(9));
        list.supersede(index(9), index(14));
        assert_eq!(ExceptionList::decode(&list.encode()), Ok(list.clone()));
        let [first, second]: [Vec<u8>; 2] =
            list.iter().map(Exception::encode).collect::<Vec<_>>().try_into().unwrap();
        let swapped = Writer::new().array(2).encoded(&second).encoded(&first).finish();
        let error = ListError::NotAscending { index: index(5), after: index(9) };
        assert_eq!(ExceptionList::decode(&swapped), Err(error));
        let twice = Writer::new().array(2).encoded(&first).encoded(&first).finish();
        let error = ListError::NotAscending { index: index(5), after: index(5) };
        assert_eq!(ExceptionList::decode(&twice), Err(error));
    }
}
