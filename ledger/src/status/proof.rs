//! Proofs that an index is on the list of exceptions, or that it is not.
//!
//! Absence hangs on the order of the list: two neighbours *i*, *i+1* with the index between them.
//! Order itself is checked by whoever holds the whole list; monitors and auditors recompute it.

use super::exception::{Exception, ExceptionError};
use crate::{
    cbor::{CborError, Reader, Writer},
    digest::NodeHash,
    entry::StatusHead,
    merkle::{InclusionError, MAX_INCLUSION_PROOF_LEN, verify_inclusion},
    position::{LeafIndex, PositionTooLarge, TreeSize},
};

/// Longest encoded exception in bytes: 64 suspensions of at most 30 bytes each, and the rest.
const MAX_EXCEPTION_LEN: usize = 2048;

/// An exception at its place in the status tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionInclusion {
    position: u64,
    exception: Exception,
    path: Vec<NodeHash>,
}

/// What a list says of an index, with its proof, unverified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusProof {
    /// It is an exception.
    Listed(ExceptionInclusion),
    /// It is none: it lies between two neighbours, or before the first, or after the last, or the
    /// list is empty.
    NotListed {
        /// The exception before it.
        left: Option<ExceptionInclusion>,
        /// The exception after it.
        right: Option<ExceptionInclusion>,
    },
}

/// What a verified head says of one index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    index: LeafIndex,
    exception: Option<Exception>,
}

/// Why a status proof does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatusProofError {
    /// The head does not cover the index.
    #[error("index {index} is not covered by the head at {head}")]
    NotCovered {
        /// The index asked about.
        index: LeafIndex,
        /// The head's index.
        head: LeafIndex,
    },
    /// An exception is not in the head's list.
    #[error("exception {index} is not in the list: {source}")]
    NotIncluded {
        /// The exception's index.
        index: LeafIndex,
        /// What the inclusion proof lacks.
        source: InclusionError,
    },
    /// The proof is about another index.
    #[error("the proof is about index {found}, not {wanted}")]
    OtherIndex {
        /// The index that was asked about.
        wanted: LeafIndex,
        /// The index proved.
        found: LeafIndex,
    },
    /// The neighbours do not prove absence.
    #[error("the neighbours in the list do not prove that index {index} is absent")]
    NotNeighbours {
        /// The index asked about.
        index: LeafIndex,
    },
    /// A list of this size cannot exist.
    #[error(transparent)]
    Position(#[from] PositionTooLarge),
}

impl Standing {
    /// The index this is about.
    pub const fn index(&self) -> LeafIndex {
        self.index
    }

    /// What is on record; nothing when it is simply valid.
    pub const fn exception(&self) -> Option<&Exception> {
        self.exception.as_ref()
    }
}

impl ExceptionInclusion {
    pub(super) const fn new(position: u64, exception: Exception, path: Vec<NodeHash>) -> Self {
        Self { position, exception, path }
    }

    fn verify(&self, head: &StatusHead) -> Result<(), StatusProofError> {
        let size = TreeSize::new(head.exceptions)?;
        let position = LeafIndex::new(self.position)?;
        verify_inclusion(self.exception.leaf_hash(), position, size, &self.path, head.list_root)
            .map_err(|source| StatusProofError::NotIncluded { index: self.exception.index, source })
    }

    fn write<'a>(&self, out: &'a mut Writer) -> &'a mut Writer {
        out.array(3).uint(self.position).bytes(&self.exception.encode()).array(self.path.len());
        for hash in &self.path {
            out.bytes(hash.as_bytes());
        }
        out
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, ExceptionError> {
        input.array(3)?;
        let position = input.uint()?;
        let exception = Exception::decode(input.bytes(MAX_EXCEPTION_LEN)?)?;
        let path = (0..input.array_up_to(MAX_INCLUSION_PROOF_LEN)?)
            .map(|_| input.digest().map(NodeHash::from_bytes))
            .collect::<Result<_, CborError>>()?;
        Ok(Self { position, exception, path })
    }
}

impl StatusProof {
    /// Establishes what `head` says of `index`.
    pub fn verify(
        &self,
        index: LeafIndex,
        head: &StatusHead,
    ) -> Result<Standing, StatusProofError> {
        if index >= head.index {
            return Err(StatusProofError::NotCovered { index, head: head.index });
        }
        match self {
            Self::Listed(inclusion) => {
                let found = inclusion.exception.index;
                if found != index {
                    return Err(StatusProofError::OtherIndex { wanted: index, found });
                }
                inclusion.verify(head)?;
                Ok(Standing { index, exception: Some(inclusion.exception.clone()) })
            }
            Self::NotListed { left, right } => {
                verify_absence(index, left.as_ref(), right.as_ref(), head)?;
                Ok(Standing { index, exception: None })
            }
        }
    }

    pub(crate) fn write<'a>(&self, out: &'a mut Writer) -> &'a mut Writer {
        match self {
            Self::Listed(inclusion) => {
                out.array(1);
                inclusion.write(out)
            }
            Self::NotListed { left, right } => {
                out.array(2);
                out.optional(left.as_ref(), |out, left| left.write(out));
                out.optional(right.as_ref(), |out, right| right.write(out))
            }
        }
    }

    pub(crate) fn read(input: &mut Reader<'_>) -> Result<Self, ExceptionError> {
        let wrong = input.not_allowed("status proof");
        match input.array_up_to(2)? {
            1 => Ok(Self::Listed(ExceptionInclusion::read(input)?)),
            2 => Ok(Self::NotListed {
                left: input.optional(ExceptionInclusion::read)?,
                right: input.optional(ExceptionInclusion::read)?,
            }),
            _ => Err(wrong.into()),
        }
    }
}

fn verify_absence(
    index: LeafIndex,
    left: Option<&ExceptionInclusion>,
    right: Option<&ExceptionInclusion>,
    head: &StatusHead,
) -> Result<(), StatusProofError> {
    for neighbour in [left, right].into_iter().flatten() {
        neighbour.verify(head)?;
    }
    let proved = match (left, right) {
        (None, None) => head.exceptions == 0 && head.list_root == crate::digest::RootHash::empty(),
        (None, Some(right)) => right.position == 0 && index < right.exception.index,
        (Some(left), None) => {
            left.position.checked_add(1) == Some(head.exceptions) && left.exception.index < index
        }
        (Some(left), Some(right)) => {
            left.position.checked_add(1) == Some(right.position)
                && left.exception.index < index
                && index < right.exception.index
        }
    };
    if proved { Ok(()) } else { Err(StatusProofError::NotNeighbours { index }) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        digest::JournalAnchor,
        status::{ExceptionList, Status},
        time::UnixMillis,
    };

    fn index(value: u64) -> LeafIndex {
        LeafIndex::new(value).unwrap()
    }

    fn list_of(indices: &[u64]) -> ExceptionList {
        let mut list = ExceptionList::empty();
        for i in indices {
            let day = "2026-07-01".parse().unwrap();
            list.change_status(index(*i), Status::Revoked, index(*i + 1000), day, None);
        }
        list
    }

    fn head_over(list: &ExceptionList) -> StatusHead {
        StatusHead {
            index: index(5000),
            previous: None,
            time: UnixMillis::new(1).unwrap(),
            exceptions: list.len() as u64,
            list_root: list.root(),
            list_head: index(5000),
            journal: JournalAnchor::from_bytes([0; 32]),
        }
    }

    proptest! {
        #[test]
        fn every_index_is_proved_listed_or_not(
            indices in proptest::collection::btree_set(0u64..400, 0..40), asked in 0u64..420,
        ) {
            let indices: Vec<u64> = indices.into_iter().collect();
            let list = list_of(&indices);
            let standing = list.prove(index(asked)).verify(index(asked), &head_over(&list)).unwrap();
            prop_assert_eq!(standing.exception().is_some(), indices.contains(&asked));
        }

        #[test]
        fn a_listed_index_is_never_proved_absent(
            indices in proptest::collection::btree_set(0u64..60, 1..20),
            pick: prop::sample::Index, left: prop::sample::Index, right: prop::sample::Index,
        ) {
            let indices: Vec<u64> = indices.into_iter().collect();
            let list = list_of(&indices);
            let listed = index(*pick.get(&indices));
            let neighbour = |which: &prop::sample::Index| {
                match list.prove(index(*which.get(&indices))) {
                    StatusProof::Listed(inclusion) => Some(inclusion),
                    StatusProof::NotListed { .. } => None,
                }
            };
            for (left, right) in [
                (neighbour(&left), neighbour(&right)), (None, neighbour(&right)),
                (neighbour(&left), None), (None, None),
            ] {
                let forged = StatusProof::NotListed { left, right };
                prop_assert_eq!(
                    forged.verify(listed, &head_over(&list)),
                    Err(StatusProofError::NotNeighbours { index: listed })
                );
            }
        }

        #[test]
        fn a_proof_survives_writing_and_reading(
            indices in proptest::collection::btree_set(0u64..60, 0..20), asked in 0u64..70,
        ) {
            let list = list_of(&indices.into_iter().collect::<Vec<_>>());
            let proof = list.prove(index(asked));
            let mut out = Writer::new();
            proof.write(&mut out);
            let bytes = out.finish();
            let mut input = Reader::new(&bytes);
            prop_assert_eq!(StatusProof::read(&mut input).unwrap(), proof);
            prop_assert!(input.finish().is_ok());
        }
    }

    #[test]
    fn the_head_itself_is_not_covered() {
        let list = list_of(&[]);
        let head = head_over(&list);
        assert_eq!(
            list.prove(head.index).verify(head.index, &head),
            Err(StatusProofError::NotCovered { index: head.index, head: head.index })
        );
    }
}
