//! The life of a batch: commit, publish, finish. The table in the module above says what is durable
//! after each step.

use crate::{
    checkpoint::{Checkpoint, SignedCheckpoint, VerifiedCheckpoint},
    log::{
        Batch, BatchRefused, CommitError, LogWriter, MarkedSigner, PendingBatch, PublishError, Tip,
        check::rehash,
        plan::{Planned, key_changes, plan},
    },
    store::{
        FilePath, KeepCheckpoint, NewFile, StageError, StagedBatch, Store, StoreError, StorePath,
    },
};

impl<K: MarkedSigner> LogWriter<K> {
    /// Makes a batch permanent: steps (0) to (3).
    ///
    /// When it returns, the batch is signed, committed and in place, and nobody is told of it: it is
    /// pending. After [`CommitError::Refused`] or [`CommitError::NotStaged`] nothing happened; after
    /// any other error the writer has stopped, and opening the log again tells whether the batch is
    /// committed.
    pub fn commit(&mut self, batch: Batch) -> Result<&PendingBatch, CommitError<K::Error>> {
        self.commit_telling(batch, || {})
    }

    /// As [`LogWriter::commit`], and calls `committed` right after the commit point, before the files
    /// are put in place. After a refusal it was not called.
    pub fn commit_telling(
        &mut self,
        batch: Batch,
        committed: impl FnOnce(),
    ) -> Result<&PendingBatch, CommitError<K::Error>> {
        if self.stopped {
            return Err(CommitError::Stopped);
        }
        if let Some(pending) = &self.pending {
            return Err(BatchRefused::Unfinished { size: pending.name.size }.into());
        }
        self.check_lock()?;
        let (first, head) = (batch.first, batch.head.head);
        let Planned { staged, edge, partial_entries } =
            plan(&*self.store, &self.kek, self.policy.origin().as_str(), &self.tip, batch)?;
        // From here on, every way out but the two that say so leaves the writer stopped.
        self.stopped = true;
        rehash(&*self.store, &staged)?;
        let name = staged.header().makes;
        match self.store.stage(name, &staged.to_bytes()) {
            Ok(()) => {}
            Err(StageError::NotStaged(error)) => {
                self.stopped = false;
                return Err(CommitError::NotStaged(error));
            }
            Err(StageError::Stopped(error)) => return Err(error.into()),
        }
        let origin = self.policy.origin().clone();
        let checkpoint = Checkpoint { origin, size: name.size, root: name.root }
            .sign(&mut self.signer)
            .map_err(CommitError::Sign)?;
        self.store.swap_lock(self.lock_bytes().as_deref(), &checkpoint.to_bytes())?;
        committed();
        apply(&*self.store, &staged)?;
        let keep = staged.header().keep;
        let lock = Some(checkpoint.clone());
        self.tip = Tip { edge, partial_entries, head: Some(head), lock };
        self.stopped = false;
        let pending = PendingBatch { name, first, checkpoint, published: None, keep };
        Ok(self.pending.insert(pending))
    }

    /// Shows the pending batch to the world: step (5). `cosigned` is its checkpoint, with the
    /// cosignatures that the caller's policy asks for.
    ///
    /// Durable when it returns: the public checkpoint, and for a batch of issuances the kept one.
    /// Gives the checkpoint that was published: if a crash came between the two, it is the kept one
    /// with its earlier cosignatures.
    pub fn publish(
        &mut self,
        cosigned: &VerifiedCheckpoint,
    ) -> Result<SignedCheckpoint, PublishError> {
        let pending = self.usable_pending()?;
        let checkpoint = pending.checkpoint.unverified();
        if cosigned.signed().unverified() != checkpoint {
            let (origin, size) = (cosigned.origin().clone(), cosigned.size());
            return Err(PublishError::OtherCheckpoint { origin, size });
        }
        let published = match pending.keep {
            KeepCheckpoint::No => cosigned.signed().clone(),
            KeepCheckpoint::ForProofs => self.keep_checkpoint(cosigned.signed())?,
        };
        let stored = self.store.replace_checkpoint(&published.to_bytes());
        self.stopping(stored)?;
        if let Some(pending) = &mut self.pending {
            pending.published = Some(published.clone());
        }
        Ok(published)
    }

    /// Forgets the pending batch, which is published and acknowledged: step (8).
    ///
    /// Durable when it returns: that its staging file is gone.
    pub fn finish(&mut self) -> Result<(), PublishError> {
        let pending = self.usable_pending()?;
        if pending.published.is_none() {
            return Err(PublishError::NotPublished);
        }
        let dropped = self.store.drop_staged(pending.name);
        self.stopping(dropped)?;
        self.pending = None;
        Ok(())
    }

    /// Another writer's checkpoint must be noticed before the key signs a tree beside it, not only
    /// when the lock is swapped: the key's mark would then be ahead of every lock.
    fn check_lock(&mut self) -> Result<(), StoreError> {
        let (present, expected) = (self.store.get(&StorePath::Lock)?, self.lock_bytes());
        let unchanged = present == expected;
        let changed = || StoreError::lock_changed(expected.as_deref(), present.as_deref());
        let outcome = if unchanged { Ok(()) } else { Err(changed()) };
        self.stopping(outcome)
    }

    fn lock_bytes(&self) -> Option<Vec<u8>> {
        self.tip.lock.as_ref().map(SignedCheckpoint::to_bytes)
    }

    fn keep_checkpoint(
        &mut self,
        cosigned: &SignedCheckpoint,
    ) -> Result<SignedCheckpoint, PublishError> {
        let path = FilePath::KeptCheckpoint(cosigned.unverified().size);
        if let Some(kept) = self.store.get(&path.into())? {
            let kept = SignedCheckpoint::parse(&kept)
                .map_err(|source| PublishError::Kept { path: path.to_string(), source })?;
            if kept.unverified() != cosigned.unverified() {
                let (origin, size) = (kept.unverified().origin.clone(), kept.unverified().size);
                return Err(PublishError::OtherCheckpoint { origin, size });
            }
            return Ok(kept);
        }
        let created = self.store.create(&[NewFile { path, bytes: cosigned.to_bytes() }]);
        self.stopping(created)?;
        Ok(cosigned.clone())
    }

    fn usable_pending(&self) -> Result<&PendingBatch, PublishError> {
        if self.stopped {
            return Err(PublishError::Stopped);
        }
        self.pending.as_ref().ok_or(PublishError::NothingPending)
    }

    /// A failed writing call stops the writer.
    fn stopping<T>(&mut self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        self.stopped |= outcome.is_err();
        outcome
    }
}

/// Step (3): puts a committed batch in place. Doing it again changes nothing.
pub(super) fn apply(store: &dyn Store, staged: &StagedBatch) -> Result<(), StoreError> {
    store.create(staged.files())?;
    store.change_keys(&key_changes(staged))
}
