//! From the commit point to the acknowledgement: steps (4) to (8) of a batch.

use ledger::{checkpoint::SignedCheckpoint, position::LeafIndex};

use super::{BatchFold, Sequencer, SequencerError, SubmitError, Unpublished};

impl Sequencer {
    /// Finishes a batch that waits for its quorum. Without quorum nothing else may be appended: the
    /// log has one unpublished batch at most.
    pub(super) fn settle(&mut self) -> Result<(), SubmitError> {
        if self.stopped {
            return Err(SubmitError::Stopped);
        }
        self.finish_unpublished().map_err(|error| match error {
            SequencerError::NoQuorum(missing) => SubmitError::EarlierUnpublished(missing),
            error => SubmitError::AfterCommit(error),
        })
    }

    /// Collects cosignatures for the committed batch, publishes it, judges it and folds it. Without
    /// quorum it goes on waiting; any other failure stops the sequencer.
    pub(super) fn finish_unpublished(&mut self) -> Result<(), SequencerError> {
        let Some(batch) = self.unpublished.take() else { return Ok(()) };
        self.stopped = true;
        if let Err(error) = self.publish_pending() {
            if let SequencerError::NoQuorum(_) = error {
                self.unpublished = Some(batch);
                self.stopped = false;
            }
            return Err(error);
        }
        let Unpublished { first, entries, state, folding } = batch;
        // The registry learns of the batch while it is judged. Its position is noted after both.
        let registry = &self.parts.registry;
        let folding = folding.unwrap_or_else(|| BatchFold::begin(registry, first, &entries));
        self.judge_batch(first, &entries)?;
        folding.end()?;
        self.folded_to_end()?;
        self.writer.finish()?;
        self.prune_lists(&state)?;
        self.state = state;
        self.stopped = false;
        Ok(())
    }

    /// Steps (4) and (5) of the pending batch.
    pub(super) fn publish_pending(&mut self) -> Result<(), SequencerError> {
        let pending = self.writer.pending().ok_or(SequencerError::NothingPending)?;
        let checkpoint = match pending.published() {
            Some(published) => published.clone(),
            None => self.cosigned(pending.checkpoint())?,
        };
        let verified = checkpoint.verify(&self.policy)?;
        self.writer.publish(&verified)?;
        Ok(())
    }

    fn cosigned(&self, checkpoint: &SignedCheckpoint) -> Result<SignedCheckpoint, SequencerError> {
        let Some(witnesses) = &self.parts.witnesses else { return Ok(checkpoint.clone()) };
        let now = self.parts.clock.now();
        Ok(witnesses.collect(checkpoint, now).map_err(Box::new)??)
    }

    pub(super) fn pending_first(&self) -> Result<LeafIndex, SequencerError> {
        let pending = self.writer.pending().ok_or(SequencerError::NothingPending)?;
        Ok(pending.first())
    }
}
