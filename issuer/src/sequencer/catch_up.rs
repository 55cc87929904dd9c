//! Opening: the registry is folded up to the log, and the rules' state is put together.

use ledger::{
    checkpoint::CheckpointPolicy,
    entry::Entry,
    log::{LogWriter, read_private_bundle},
    position::{LeafIndex, TreeSize},
    reader::LogReader,
    rules::LogState,
    seal::Unsealed,
    status::ExceptionList,
    store::{FilePath, PublicFiles, Store},
};

use super::{Parts, Sequencer, SequencerError};
use crate::{progress::Folded, signing::LogSigner};

/// Folds what the registry lacks, and gives the state after the last head.
pub(super) fn catch_up(
    parts: &Parts,
    writer: &LogWriter<LogSigner>,
    policy: &CheckpointPolicy,
) -> Result<LogState, SequencerError> {
    let roots = parts.trust.roots().to_vec();
    let Some(committed) = writer.committed() else {
        return Ok(LogState::empty(parts.generation, roots));
    };
    // What this writer signed itself needs no witness to be read back.
    let own = CheckpointPolicy::new(policy.log_key().clone(), ledger::checkpoint::Quorum::none());
    let own =
        own.map_err(|_same_key| SequencerError::UnknownLog { generation: parts.generation.get() })?;
    let reader = LogReader::open(PublicFiles(&*parts.store), committed.clone().verify(&own)?)?;
    fold_missing(parts, &reader, writer.origin())?;
    let last = reader.size().last_index().ok_or(SequencerError::NothingPending)?;
    let head = match Entry::decode(&reader.entry(last)?) {
        Ok(Entry::StatusHead(head)) => head,
        Ok(_) | Err(_) => return Err(SequencerError::NoHead { index: last }),
    };
    let list = FilePath::StatusList(head.list_head);
    let bytes = parts.store.get(&list.into())?;
    let bytes = bytes.ok_or(SequencerError::ListMissing { head: head.list_head })?;
    let list = ExceptionList::decode(&bytes)?;
    let authorities = parts.registry.authorities()?;
    LogState::after_head(parts.generation, roots, head, list, authorities)
        .map_err(SequencerError::State)
}

fn fold_missing(
    parts: &Parts,
    reader: &LogReader<PublicFiles<'_, dyn Store>>,
    origin: &str,
) -> Result<(), SequencerError> {
    let (from, root) = parts.registry.log_position()?;
    let size = reader.size();
    if from > size || reader.root_at(from)? != root {
        return Err(SequencerError::RegistryDiffers { size: from.get() });
    }
    if from == size {
        return Ok(());
    }
    for bundle in reader.bundles(from, size) {
        let bundle = bundle?;
        let private = read_private_bundle(&*parts.store, &parts.kek, origin, bundle.first(), size)?;
        for ((index, entry), private) in (bundle.first().get()..).zip(bundle.entries()).zip(private)
        {
            let opened = match &private {
                Some(Unsealed::Opened(plaintext)) => Some(plaintext.as_slice()),
                Some(Unsealed::Erased) | None => None,
            };
            parts.registry.fold_entry(LeafIndex::new(index)?, entry, opened)?;
        }
        let done = bundle.first().get() + bundle.entries().len() as u64 - from.get();
        parts.progress.tell(Folded::Log, done, size.get() - from.get());
    }
    parts.registry.set_log_position(size, reader.root_at(size)?)?;
    Ok(parts.registry.sync()?)
}

impl Sequencer {
    /// Notes that every entry is folded.
    pub(super) fn folded_to_end(&self) -> Result<(), SequencerError> {
        let committed = self.writer.committed().ok_or(SequencerError::NothingPending)?;
        let (registry, size): (_, TreeSize) = (&self.parts.registry, self.writer.size());
        registry.set_log_position(size, committed.unverified().root)?;
        Ok(registry.sync()?)
    }
}
