//! A replay's state as bytes, so that it goes on where it stopped instead of at the first entry.
//!
//! What is saved is believed as far as it can be checked: the certificates of authorities verify
//! under the roots, the list gives the head's root, the peaks give the root that the next checkpoint
//! must extend. The commitments and last decisions rest on the word of whoever kept them.

use super::{
    Follower, Replay,
    indexed::Indexed,
    known::{Commitments as _, Known},
};
use crate::{
    authority::RootCertificate,
    cbor::{CborError, Reader, Writer},
    certificate::LogGeneration,
    digest::NodeHash,
    entry::{AuthorityEntry, Entry, EntryError, MAX_ENTRY_LEN, StatusHead},
    merkle::Edge,
    position::{LeafIndex, PositionTooLarge, TreeSize},
    rules::{LogState, Rule},
    status::{ExceptionList, ListError, MAX_LIST_LEN},
};

/// The most authorities, and the most decided targets, that are read back: 4 million, as many as a
/// list of exceptions can name.
const MAX_ITEMS: usize = 1 << 22;

/// The most bytes of a saved replay, the commitments apart.
pub const MAX_SAVED_LEN: usize = 4 * MAX_LIST_LEN;

/// Where a commitment stands, and the first eight bytes of it: all that is kept of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownCommitment {
    /// The entry.
    pub index: LeafIndex,
    /// The commitment's first eight bytes, big-endian.
    pub prefix: u64,
}

/// A replay right after a status head, without its commitments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedReplay {
    head: StatusHead,
    list: ExceptionList,
    authorities: Vec<(LeafIndex, AuthorityEntry)>,
    decisions: Vec<(LeafIndex, LeafIndex)>,
    peaks: Vec<NodeHash>,
}

/// Why bytes are no saved replay, or one that contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SavedError {
    /// Not the CBOR structure.
    #[error(transparent)]
    Cbor(#[from] CborError),
    /// A position outside every log.
    #[error(transparent)]
    Position(#[from] PositionTooLarge),
    /// An entry in it is malformed.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The list in it is malformed.
    #[error(transparent)]
    List(#[from] ListError),
    /// Its parts do not belong together.
    #[error("its {part} is not the one of its head")]
    Part {
        /// The part.
        part: &'static str,
    },
    /// An authority or the list breaks a rule.
    #[error(transparent)]
    Rule(#[from] Rule),
}

impl SavedReplay {
    /// How many entries were applied.
    pub const fn size(&self) -> TreeSize {
        self.head.index.covering_size()
    }

    /// The bytes: one CBOR item (FORMAT.md section 23).
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.array(5).bytes(&Entry::StatusHead(self.head).encode()).bytes(&self.list.encode());
        out.array(self.authorities.len());
        for (index, entry) in &self.authorities {
            out.array(2).uint(index.get()).bytes(&Entry::Authority(entry.clone()).encode());
        }
        out.array(self.decisions.len());
        for (target, event) in &self.decisions {
            out.array(2).uint(target.get()).uint(event.get());
        }
        out.array(self.peaks.len());
        for peak in &self.peaks {
            out.bytes(peak.as_bytes());
        }
        out.finish()
    }

    /// Reads what [`SavedReplay::encode`] writes.
    pub fn decode(bytes: &[u8]) -> Result<Self, SavedError> {
        let mut input = Reader::new(bytes);
        input.array(5)?;
        let Entry::StatusHead(head) = Entry::decode(input.bytes(MAX_ENTRY_LEN)?)? else {
            return Err(SavedError::Part { part: "head" });
        };
        let list = ExceptionList::decode(input.bytes(MAX_LIST_LEN)?)?;
        let mut authorities = Vec::new();
        for _ in 0..input.array_up_to(MAX_ITEMS)? {
            input.array(2)?;
            let index = LeafIndex::new(input.uint()?)?;
            let Entry::Authority(entry) = Entry::decode(input.bytes(MAX_ENTRY_LEN)?)? else {
                return Err(SavedError::Part { part: "authority" });
            };
            authorities.push((index, entry));
        }
        let mut decisions = Vec::new();
        for _ in 0..input.array_up_to(MAX_ITEMS)? {
            input.array(2)?;
            decisions.push((LeafIndex::new(input.uint()?)?, LeafIndex::new(input.uint()?)?));
        }
        let mut peaks = Vec::new();
        for _ in 0..input.array_up_to(u64::BITS as usize)? {
            peaks.push(NodeHash::from_bytes(input.digest()?));
        }
        input.finish()?;
        let saved = Self { head, list, authorities, decisions, peaks };
        saved.check_order()?;
        Ok(saved)
    }

    /// One writing for one state: ascending, and within the size.
    fn check_order(&self) -> Result<(), SavedError> {
        let indices = |of: &[LeafIndex]| {
            of.is_sorted_by(|a, b| a < b) && of.iter().all(|index| index.is_within(self.size()))
        };
        let authorities: Vec<_> = self.authorities.iter().map(|(index, _)| *index).collect();
        let targets: Vec<_> = self.decisions.iter().map(|(target, _)| *target).collect();
        let later = |(target, event): &(LeafIndex, LeafIndex)| {
            target < event && event.is_within(self.size())
        };
        for (part, holds) in [
            ("authorities", indices(&authorities)),
            ("decisions", indices(&targets) && self.decisions.iter().all(later)),
            ("edge", self.peaks.len() == self.size().get().count_ones() as usize),
        ] {
            if !holds {
                return Err(SavedError::Part { part });
            }
        }
        Ok(())
    }
}

impl Follower {
    /// The state, if the entry applied last is a status head; none in between, and before the first.
    pub fn saved(&self) -> Option<SavedReplay> {
        let head = *self.state().last_head()?;
        if head.index.covering_size() != self.size() {
            return None;
        }
        let entry = |authority: &crate::authority::VerifiedAuthority| AuthorityEntry {
            certificate: authority.der().to_vec(),
            role: authority.role(),
            filing_number: authority
                .extension()
                .committee
                .as_ref()
                .map(|committee| committee.filing.number().clone()),
        };
        let authorities = self.state().authorities();
        Some(SavedReplay {
            head,
            list: self.state().exceptions().clone(),
            authorities: authorities.map(|(index, found)| (index, entry(found))).collect(),
            decisions: self.replay.known.decisions().collect(),
            peaks: self.edge.peaks().to_vec(),
        })
    }

    /// The commitments of the entries from index `from` on, ascending by index.
    pub fn commitments_from(&self, from: TreeSize) -> Vec<KnownCommitment> {
        let mut found: Vec<_> = self.replay.known.commitments.from(from).collect();
        found.sort_unstable();
        found
    }

    /// The replay that was saved, with the commitments of all its entries.
    pub fn restore(
        generation: LogGeneration,
        roots: Vec<RootCertificate>,
        saved: SavedReplay,
        commitments: impl IntoIterator<Item = KnownCommitment>,
    ) -> Result<Self, SavedError> {
        let size = saved.size();
        let mut known = Known::<Indexed>::nothing();
        for commitment in commitments {
            if !commitment.index.is_within(size) {
                return Err(SavedError::Part { part: "table of commitments" });
            }
            known.commitments.add(commitment);
        }
        for (target, event) in saved.decisions {
            known.decide(target, event);
        }
        let SavedReplay { head, list, authorities, peaks, .. } = saved;
        let state = LogState::after_head(generation, roots, head, list, authorities)?;
        let edge = Edge::from_peaks(size, peaks);
        Ok(Self { replay: Replay { state, known }, edge })
    }
}
