//! What the rules look up of the log before the last head.

use std::{collections::BTreeMap, convert::Infallible};

use crate::{
    digest::Commitment,
    entry::{Entry, Issuance},
    position::LeafIndex,
    rules::History,
};

#[derive(Debug, Clone, Default)]
pub(super) struct Past {
    commitments: BTreeMap<Commitment, LeafIndex>,
    decisions: BTreeMap<LeafIndex, LeafIndex>,
    issuances: BTreeMap<LeafIndex, Issuance>,
}

impl Past {
    pub(super) fn remember(&mut self, index: LeafIndex, entry: &Entry) {
        match entry {
            Entry::Issuance(issuance) => {
                self.commitments.insert(issuance.commitment, index);
                self.issuances.insert(index, *issuance);
            }
            Entry::StatusChange(change) => {
                self.decisions.insert(change.unverified().target, index);
            }
            Entry::IntegrityRecord(commitment) => {
                self.commitments.insert(*commitment, index);
            }
            Entry::Anchor(anchor) => {
                self.commitments.insert(anchor.commitment, index);
            }
            Entry::Authority(_) | Entry::StatusHead(_) => {}
        }
    }

    pub(super) fn last_decision_on(&self, target: LeafIndex) -> Option<LeafIndex> {
        self.decisions.get(&target).copied()
    }
}

impl History for Past {
    type Error = Infallible;

    fn commitment(&self, commitment: &Commitment) -> Result<Option<LeafIndex>, Infallible> {
        Ok(self.commitments.get(commitment).copied())
    }

    fn last_decision(&self, target: LeafIndex) -> Result<Option<LeafIndex>, Infallible> {
        Ok(self.last_decision_on(target))
    }

    fn issuance(&self, index: LeafIndex) -> Result<Option<Issuance>, Infallible> {
        Ok(self.issuances.get(&index).copied())
    }
}
