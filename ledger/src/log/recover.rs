//! What is made of a crash. Three things are compared: the lock, which is the truth; the signer's
//! mark, which says what may have been signed; and the staging files, which say what that was.

use crate::{
    checkpoint::{Checkpoint, CheckpointPolicy, SignedCheckpoint},
    digest::{LeafHash, NodeHash, RootHash},
    entry::{Entry, StatusHead},
    log::{
        CLOCK_WAIT_MS, MarkedSigner, OpenError, PendingBatch, SignerMark, Tip, WitnessAnswer,
        append::apply,
        open::check_witnesses,
        tiles::{TileReadError, Tiles, read_tile},
    },
    merkle::{
        EntryBundle, Tile, TileEdge, TileEdgeError, TileId, TileSpan, prove_inclusion, tree_root,
        verify_inclusion,
    },
    position::{LeafIndex, TreeSize},
    store::{FilePath, StagedBatch, StagingError, StagingName, Store, StorePath},
    time::UnixMillis,
};

/// A log as recovery leaves it.
pub(super) struct Recovered {
    pub(super) tip: Tip,
    pub(super) pending: Option<PendingBatch>,
}

/// Recovers. Nothing is signed before every reason to refuse was looked at.
pub(super) fn recover<K: MarkedSigner>(
    store: &dyn Store,
    signer: &mut K,
    policy: &CheckpointPolicy,
    now: UnixMillis,
    witnesses: &[WitnessAnswer],
) -> Result<Recovered, OpenError<K::Error>> {
    let lock = read_checkpoint(store, StorePath::Lock, policy)?;
    let public = read_checkpoint(store, StorePath::PublicCheckpoint, policy)?;
    let committed = tree_of(lock.as_ref());
    check_public_size(public.as_ref(), committed)?;
    let staged = read_staging(store)?;
    let unsettled = unsettled_batch(&staged, signer.mark(), committed, lock.is_some())?;

    // Committed means that it is put in place, whatever else is wrong: the lock is the truth.
    if let Some(batch) = staged.find(committed) {
        apply(store, batch)?;
    }
    let mut tip = load_tip(store, lock)?;
    check_public_root(store, public.as_ref(), committed)?;
    check_clock(now, tip.head)?;
    check_witnesses(committed.size, witnesses)?;

    if let Some(batch) = unsettled {
        // The key has, or may have, signed it: the only tree of that size that it will ever sign.
        let StagingName { size, root } = batch.header().makes;
        let signed = Checkpoint { origin: policy.origin().clone(), size, root }
            .sign(signer)
            .map_err(OpenError::Sign)?;
        let before = tip.lock.as_ref().map(SignedCheckpoint::to_bytes);
        store.swap_lock(before.as_deref(), &signed.to_bytes())?;
        apply(store, batch)?;
        tip = load_tip(store, Some(signed))?;
    }
    let pending = settle_staging(store, &staged, &tip, public)?;
    Ok(Recovered { tip, pending })
}

/// The tree that a checkpoint is of; the empty tree without one.
fn tree_of(checkpoint: Option<&SignedCheckpoint>) -> StagingName {
    checkpoint.map(SignedCheckpoint::unverified).map_or_else(
        || StagingName { size: TreeSize::EMPTY, root: RootHash::empty() },
        |checkpoint| StagingName { size: checkpoint.size, root: checkpoint.root },
    )
}

fn read_checkpoint<E>(
    store: &dyn Store,
    path: StorePath,
    policy: &CheckpointPolicy,
) -> Result<Option<SignedCheckpoint>, OpenError<E>> {
    let Some(bytes) = store.get(&path)? else {
        return Ok(None);
    };
    let shown = || path.to_string();
    let signed = SignedCheckpoint::parse(&bytes)
        .map_err(|source| OpenError::Unreadable { path: shown(), source })?;
    let verified =
        signed.verify(policy).map_err(|source| OpenError::Unverified { path: shown(), source })?;
    Ok(Some(verified.signed().clone()))
}

/// The staging files that are there: those complete, and the names of all.
struct Staging {
    names: Vec<StagingName>,
    complete: Vec<StagedBatch>,
}

impl Staging {
    fn find(&self, makes: StagingName) -> Option<&StagedBatch> {
        self.complete.iter().find(|batch| batch.header().makes == makes)
    }
}

fn read_staging<E>(store: &dyn Store) -> Result<Staging, OpenError<E>> {
    let names = store.staged()?;
    let mut complete = Vec::new();
    for name in &names {
        let bytes = store.read_staged(*name)?.unwrap_or_default();
        match StagedBatch::from_bytes(&bytes) {
            Ok(batch) if batch.header().makes == *name => complete.push(batch),
            Ok(batch) => {
                let makes = batch.header().makes;
                return Err(OpenError::StagingMisnamed { name: *name, makes });
            }
            Err(StagingError::Incomplete) => {}
            Err(source) => return Err(OpenError::Staging { name: *name, source }),
        }
    }
    Ok(Staging { names, complete })
}

/// Compares the mark with the lock. Gives the batch that the key may have signed and the lock does
/// not have; refuses where there should be one and is none.
fn unsettled_batch<E>(
    staged: &Staging,
    mark: Option<SignerMark>,
    committed: StagingName,
    has_lock: bool,
) -> Result<Option<&StagedBatch>, OpenError<E>> {
    let lock = committed.size;
    match mark {
        None if !has_lock => Ok(None),
        Some(mark) if mark.size > lock => {
            let signed = StagingName { size: mark.size, root: mark.root };
            let continues = |batch: &&StagedBatch| {
                let header = batch.header();
                header.base_size == committed.size && header.base_root == committed.root
            };
            match staged.find(signed).filter(continues) {
                Some(batch) => Ok(Some(batch)),
                None => Err(OpenError::MarkAhead { mark, lock, staged: staged.names.clone() }),
            }
        }
        Some(mark) if mark.size == lock && mark.root == committed.root => Ok(None),
        Some(mark) if mark.size == lock => {
            Err(OpenError::MarkDiffers { mark, lock: committed.root })
        }
        mark => Err(OpenError::MarkBehind { mark, lock }),
    }
}

fn check_public_size<E>(
    public: Option<&SignedCheckpoint>,
    committed: StagingName,
) -> Result<(), OpenError<E>> {
    match public.map(|public| public.unverified().size) {
        Some(size) if size > committed.size => {
            Err(OpenError::PublicAhead { public: size, lock: committed.size })
        }
        _ => Ok(()),
    }
}

/// What is published must be an earlier state of what is committed.
fn check_public_root<E>(
    store: &dyn Store,
    public: Option<&SignedCheckpoint>,
    committed: StagingName,
) -> Result<(), OpenError<E>> {
    let Some(public) = public.map(SignedCheckpoint::unverified) else {
        return Ok(());
    };
    let root = if public.size == committed.size {
        committed.root
    } else {
        tree_root(&Tiles::stored(store, committed.size), public.size)?
    };
    if root == public.root {
        Ok(())
    } else {
        Err(OpenError::PublicDiffers { size: public.size, public: public.root, committed: root })
    }
}

fn check_clock<E>(now: UnixMillis, head: Option<StatusHead>) -> Result<(), OpenError<E>> {
    match head.map(|head| head.time) {
        Some(head) if now.saturating_add(CLOCK_WAIT_MS) < head => {
            Err(OpenError::ClockBehind { now, head })
        }
        _ => Ok(()),
    }
}

/// Loads the right edge of the committed tree, and proves that it is the committed one.
fn load_tip<E>(store: &dyn Store, lock: Option<SignedCheckpoint>) -> Result<Tip, OpenError<E>> {
    let Some(lock) = lock else {
        return Ok(Tip::empty());
    };
    let (size, root) = (lock.unverified().size, lock.unverified().root);
    let edge = TileEdge::load(size, root, |tile| read_tile(store, tile))
        .map_err(|error| missing_is_short(size, error))?;
    let Some((last, span)) =
        size.last_index().and_then(|last| Some((last, TileSpan::holding(last.get(), size.get())?)))
    else {
        return Err(OpenError::NoHead { size });
    };
    let path = FilePath::Entries(span);
    let bytes = store
        .get(&path.into())?
        .ok_or_else(|| OpenError::StorageShort { lock: size, path: path.to_string() })?;
    let bundle = EntryBundle::parse(&bytes, span.width())?;
    check_bundle(store, size, span, &bundle)?;
    let entry = bundle.entries().last().copied().unwrap_or_default();
    let proof = prove_inclusion(&Tiles::stored(store, size), last, size)?;
    verify_inclusion(LeafHash::of(entry), last, size, proof.hashes(), root)?;
    let head = match Entry::decode(entry)? {
        Entry::StatusHead(head) if head.index == last => head,
        _ => return Err(OpenError::NoHead { size }),
    };
    let partial_entries = if span.width().is_full() { Vec::new() } else { bytes };
    Ok(Tip { edge, partial_entries, head: Some(head), lock: Some(lock) })
}

/// The last bundle is continued by the next batch, so all of it must be what its tile says.
fn check_bundle<E>(
    store: &dyn Store,
    size: TreeSize,
    span: TileSpan,
    bundle: &EntryBundle<'_>,
) -> Result<(), OpenError<E>> {
    let Ok(id) = TileId::new(0, span) else {
        return Err(OpenError::NoHead { size });
    };
    let tile = Tile::parse(id, &read_tile(store, id)?).map_err(TileReadError::from)?;
    let entries = bundle.entries().iter().map(|entry| NodeHash::from(LeafHash::of(entry)));
    for ((computed, said), index) in entries.zip(tile.hashes()).zip(span.start()..) {
        if let Ok(index) = LeafIndex::new(index)
            && computed != *said
        {
            return Err(OpenError::EntryDiffers { index });
        }
    }
    Ok(())
}

fn missing_is_short<E>(lock: TreeSize, error: TileEdgeError<TileReadError>) -> OpenError<E> {
    match error {
        TileEdgeError::Read { tile, source: TileReadError::Missing { .. } } => {
            OpenError::StorageShort { lock, path: FilePath::Tile(tile).to_string() }
        }
        other => OpenError::StorageDiffers(other),
    }
}

/// Drops every staging file but that of the committed batch, which is pending as long as it is there.
fn settle_staging<E>(
    store: &dyn Store,
    staged: &Staging,
    tip: &Tip,
    public: Option<SignedCheckpoint>,
) -> Result<Option<PendingBatch>, OpenError<E>> {
    let committed = tree_of(tip.lock.as_ref());
    for name in staged.names.iter().filter(|name| **name != committed) {
        store.drop_staged(*name)?;
    }
    let (Some(batch), Some(checkpoint)) = (staged.find(committed), tip.lock.clone()) else {
        return Ok(None);
    };
    let header = batch.header();
    let first = header
        .base_size
        .next_index()
        .map_err(|_full| OpenError::NoHead { size: header.makes.size })?;
    let published = public.filter(|public| public.unverified() == checkpoint.unverified());
    Ok(Some(PendingBatch { name: committed, first, checkpoint, published, keep: header.keep }))
}
