//! From a batch to the files that it writes.

use crate::{
    digest::LeafHash,
    entry::{Entry, MAX_ENTRY_LEN},
    log::{Batch, BatchRefused, NewEntry, NewHead, Tip},
    merkle::{Tile, TileEdge, TileSpan, append_bundles, bundles_between},
    parallel::map_pieces,
    position::{LeafIndex, TreeSize},
    seal::{KeyEncryptionKey, PrivateBundle, PrivatePayload, SealPlace, Sealed, seal},
    status::ExceptionList,
    store::{
        FilePath, KeyChange, NewFile, ReadStore, StagedBatch, StagedKey, StagingHeader,
        StagingName, check_keys,
    },
};

/// Everything that a batch writes, and the tree that it makes.
pub(super) struct Planned {
    pub(super) staged: StagedBatch,
    pub(super) edge: TileEdge,
    pub(super) partial_entries: Vec<u8>,
}

/// Checks that a batch fits the tip, and makes its files. Writes nothing.
pub(super) fn plan(
    store: &(impl ReadStore + ?Sized),
    kek: &KeyEncryptionKey,
    origin: &str,
    tip: &Tip,
    batch: Batch,
) -> Result<Planned, BatchRefused> {
    check_place(tip, &batch)?;
    let (old, new) = (tip.edge.size(), batch.new_size());
    let keep = batch.keep;
    let mut files = Vec::new();
    if let Some(bytes) = batch.list {
        files.push(NewFile { path: FilePath::StatusList(batch.head.head.index), bytes });
    }
    let entries = with_head(batch.first, batch.entries, batch.head)?;

    let bytes: Vec<_> = entries.iter().map(|entry| entry.bytes.as_slice()).collect();
    let leaves: Vec<_> = bytes.iter().map(|entry| LeafHash::of(entry)).collect();
    let (edge, tiles) = tip.edge.append(&leaves)?;
    let tile_file =
        |tile: &Tile| NewFile { path: FilePath::Tile(tile.id()), bytes: tile.to_bytes() };
    files.extend(tiles.iter().map(tile_file));

    let bundles = append_bundles(old, &tip.partial_entries, &bytes)?;
    let partial_entries = match bundles.last() {
        Some((span, bytes)) if !span.width().is_full() => bytes.clone(),
        _ => Vec::new(),
    };
    let entry_file = |(span, bytes)| NewFile { path: FilePath::Entries(span), bytes };
    files.extend(bundles.into_iter().map(entry_file));

    let (sealed, keys) = seal_records(kek, origin, batch.first, entries)?;
    files.extend(private_files(store, old, new, sealed)?);

    let makes = StagingName { size: new, root: edge.root() };
    let header = StagingHeader { base_size: old, base_root: tip.edge.root(), makes, keep };
    let staged = StagedBatch::new(header, files, keys)?;
    check_unoccupied(store, &staged)?;
    Ok(Planned { staged, edge, partial_entries })
}

fn check_place(tip: &Tip, batch: &Batch) -> Result<(), BatchRefused> {
    let size = tip.edge.size();
    if size.next_index()? != batch.first {
        return Err(BatchRefused::WrongPlace { first: batch.first, size });
    }
    let NewHead { head, opening, .. } = &batch.head;
    let expected_index = LeafIndex::new(batch.first.get() + batch.entries.len() as u64)?;
    let list_is_named = match (&batch.list, tip.head) {
        (Some(_), _) => head.list_head == head.index,
        (None, Some(last)) => head.list_head == last.list_head && head.list_root == last.list_root,
        (None, None) => false,
    };
    let list_is_right = batch.list.as_ref().is_none_or(|bytes| {
        ExceptionList::decode(bytes)
            .is_ok_and(|list| list.root() == head.list_root && list.len() as u64 == head.exceptions)
    });
    for (field, fits) in [
        ("index", head.index == expected_index),
        ("previous head", head.previous == tip.head.map(|last| last.index)),
        ("time", tip.head.is_none_or(|last| head.time >= last.time)),
        ("list head", list_is_named),
        ("list root", list_is_right),
        ("journal anchor", head.journal == opening.anchor()),
    ] {
        if !fits {
            return Err(BatchRefused::Head { field });
        }
    }
    Ok(())
}

/// The entries with the head after them.
fn with_head(
    first: LeafIndex,
    mut entries: Vec<NewEntry>,
    head: NewHead,
) -> Result<Vec<NewEntry>, BatchRefused> {
    let NewHead { head, opening, key, nonce } = head;
    entries.push(NewEntry {
        bytes: Entry::StatusHead(head).encode(),
        private: Some(PrivatePayload { plaintext: opening.to_bytes().to_vec().into(), key, nonce }),
    });
    for (entry, index) in entries.iter().zip(first.get()..) {
        if entry.bytes.len() > MAX_ENTRY_LEN {
            let (index, len) = (LeafIndex::new(index)?, entry.bytes.len());
            return Err(BatchRefused::EntryTooLong { index, len, limit: MAX_ENTRY_LEN });
        }
    }
    Ok(entries)
}

fn seal_records(
    kek: &KeyEncryptionKey,
    origin: &str,
    first: LeafIndex,
    entries: Vec<NewEntry>,
) -> Result<(Vec<Option<Sealed>>, Vec<StagedKey>), BatchRefused> {
    let payloads = entries.into_iter().map(|entry| entry.private);
    let outcomes = map_pieces((first.get()..).zip(payloads).collect(), |piece| {
        piece.into_iter().map(|(index, payload)| seal_record(kek, origin, index, payload)).collect()
    });
    let (mut sealed, mut keys) = (Vec::new(), Vec::new());
    for record in outcomes? {
        let (ciphertext, key) = record.unzip();
        sealed.push(ciphertext);
        keys.extend(key);
    }
    Ok((sealed, keys))
}

fn seal_record(
    kek: &KeyEncryptionKey,
    origin: &str,
    index: u64,
    payload: Option<PrivatePayload>,
) -> Result<Option<(Sealed, StagedKey)>, BatchRefused> {
    let Some(payload) = payload else { return Ok(None) };
    let index = LeafIndex::new(index)?;
    let (ciphertext, key) = seal(kek, origin, SealPlace::LogRecord(index), payload)?;
    Ok(Some((ciphertext, StagedKey { index, key })))
}

/// The bundles of private records, in step with those of the public entries.
fn private_files(
    store: &(impl ReadStore + ?Sized),
    old: TreeSize,
    new: TreeSize,
    records: Vec<Option<Sealed>>,
) -> Result<Vec<NewFile>, BatchRefused> {
    let mut bundle = continued_bundle(store, old)?;
    let mut records = records.into_iter();
    let mut files = Vec::new();
    for span in bundles_between(old, new) {
        let path = FilePath::PrivateEntries(span);
        let missing = usize::from(span.width().get()) - bundle.len();
        for record in records.by_ref().take(missing) {
            bundle
                .push(record)
                .map_err(|source| BatchRefused::PrivateBundle { path: path.to_string(), source })?;
        }
        files.push(NewFile { path, bytes: std::mem::take(&mut bundle).to_bytes() });
    }
    Ok(files)
}

/// The partial bundle of private records that a log of `size` entries ends with.
fn continued_bundle(
    store: &(impl ReadStore + ?Sized),
    size: TreeSize,
) -> Result<PrivateBundle, BatchRefused> {
    let last = size.last_index().and_then(|last| TileSpan::holding(last.get(), size.get()));
    let Some(span) = last.filter(|span| !span.width().is_full()) else {
        return Ok(PrivateBundle::new());
    };
    let path = FilePath::PrivateEntries(span);
    let bytes =
        store.get(&path.into())?.ok_or_else(|| BatchRefused::Missing { path: path.to_string() })?;
    PrivateBundle::from_bytes(&bytes, usize::from(span.width().get()))
        .map_err(|source| BatchRefused::PrivateBundle { path: path.to_string(), source })
}

/// Refuses before the commit point what storage would refuse after it.
fn check_unoccupied(
    store: &(impl ReadStore + ?Sized),
    staged: &StagedBatch,
) -> Result<(), BatchRefused> {
    for NewFile { path, bytes } in staged.files() {
        if store.get(&(*path).into())?.is_some_and(|present| present != *bytes) {
            return Err(BatchRefused::Occupied { path: path.to_string() });
        }
    }
    check_keys(store, &key_changes(staged))?;
    Ok(())
}

/// The changes of the keyring that a batch brings.
pub(super) fn key_changes(staged: &StagedBatch) -> Vec<KeyChange> {
    let change =
        |staged: &StagedKey| KeyChange::Put(SealPlace::LogRecord(staged.index), staged.key.clone());
    staged.keys().iter().map(change).collect()
}
