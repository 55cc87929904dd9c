//! The registry learns of a batch on a thread of its own.
//!
//! sled takes one insert at a time, whatever the number of threads: a batch is fed to it by one, while
//! others put its files in place and judge it. What is folded counts once the registry's position is
//! noted; what was folded beyond it is folded again.

use std::{
    panic,
    sync::Arc,
    thread::{self, JoinHandle},
};

use ledger::position::LeafIndex;

use super::{Prepared, SequencerError};
use crate::registry::{Document, Fresh, Registry};

/// A batch on its way into the registry. It is waited for, whatever becomes of the batch: nothing
/// writes to a registry whose owner has gone.
pub(super) struct BatchFold(Option<JoinHandle<Result<(), SequencerError>>>);

impl BatchFold {
    /// Begins with a committed batch.
    pub(super) fn begin(
        registry: &Arc<Registry>,
        first: LeafIndex,
        entries: &Arc<Vec<Prepared>>,
    ) -> Self {
        let (registry, entries) = (registry.clone(), entries.clone());
        Self(Some(thread::spawn(move || fold_batch(&registry, first, &entries))))
    }

    /// Waits until every entry is folded.
    pub(super) fn end(mut self) -> Result<(), SequencerError> {
        let Some(folding) = self.0.take() else { return Ok(()) };
        folding.join().unwrap_or_else(|cause| panic::resume_unwind(cause))
    }
}

impl Drop for BatchFold {
    fn drop(&mut self) {
        if let Some(folding) = self.0.take() {
            // The batch failed already; what is folded wrongly or not at all is folded on opening.
            let _outcome = folding.join();
        }
    }
}

/// Folds the entries of a batch, in order.
fn fold_batch(
    registry: &Registry,
    first: LeafIndex,
    entries: &[Prepared],
) -> Result<(), SequencerError> {
    let mut documents = Vec::with_capacity(entries.len());
    for (index, prepared) in (first.get()..).zip(entries) {
        let index = LeafIndex::new(index)?;
        let fresh = prepared.issued.as_ref();
        let intended = fresh.map(|fresh| Fresh { intended: fresh.intended });
        registry.fold_appended(index, &prepared.entry, prepared.private.as_deref(), intended)?;
        documents.extend(fresh.map(|fresh| Document {
            index,
            number: &fresh.verified.claims().number,
            document_number: fresh.document_number.as_str(),
        }));
    }
    Ok(registry.put_documents(&documents)?)
}
