//! Holding one signed checkpoint against another.

use ledger::{
    checkpoint::{Checkpoint, VerifiedCheckpoint},
    digest::RootHash,
    position::TreeSize,
    reader::{LogReader, ReadError},
};

use super::{
    Finding, Fork, History, Link, Proof,
    found::{Ended, Found, Reading, wrong_file},
    state::{Known, StateDir},
};
use crate::fetch::LogSource;

/// Checks that the checkpoint shown extends the newest one seen; gives a reader under it.
pub(super) fn hold_against<'s>(
    known: &Known,
    shown: &VerifiedCheckpoint,
    source: &'s LogSource,
) -> Result<Reading<'s>, Ended> {
    let seen = known.seen.unverified();
    let fork = |link: Option<Link>| -> Ended {
        let (smaller, larger) = match seen.size <= shown.size() {
            true => (known.seen.clone(), shown.signed().clone()),
            false => (shown.signed().clone(), known.seen.clone()),
        };
        let proof = Proof::Fork(Fork { smaller, larger, link });
        let finding = Finding::SplitView { seen: point(seen), shown: of(shown) };
        Ended::Found(Box::new(Found { finding, proof: Some(proof) }))
    };
    if shown.size() == seen.size && shown.root() != seen.root {
        return Err(fork(None));
    }
    if shown.size() < seen.size {
        let history = match known.verified.clone().map(|seen| LogReader::open(source, seen)) {
            // Who shows a smaller log need not have the files of the larger one.
            None | Some(Err(_)) => History::NotCompared,
            Some(Ok(reader)) => match reader.check_extends(shown.size(), shown.root()) {
                Ok(()) => History::Same,
                Err(_) => match link(&reader, shown.size(), shown.root()) {
                    Some(link) => return Err(fork(Some(link))),
                    None => History::NotCompared,
                },
            },
        };
        return Err(Finding::RolledBack { seen: seen.size, shown: shown.size(), history }.into());
    }
    let reader = LogReader::open(source, shown.clone()).map_err(wrong_file)?;
    match reader.check_extends(seen.size, seen.root) {
        Ok(()) => Ok(reader),
        Err(ReadError::NotAnExtension { .. }) => {
            let link = link(&reader, seen.size, seen.root);
            Err(link.map_or_else(|| unsteady().into(), |link| fork(Some(link))))
        }
        Err(error) => Err(wrong_file(error).into()),
    }
}

/// Compares the checkpoints that could not be compared when they were shown.
pub(super) fn compare_suspects(state: &StateDir, reader: &Reading<'_>) -> Result<(), Ended> {
    for (path, suspect) in state.suspects()? {
        let (size, root) = point(suspect.unverified());
        let Ok(found) = reader.root_at(size) else { continue };
        if found == root {
            state.drop_suspect(&path)?;
            continue;
        }
        let link = match size == reader.size() {
            true => None,
            false => Some(link(reader, size, root).ok_or_else(unsteady)?),
        };
        let larger = reader.checkpoint().signed().clone();
        let finding = Finding::SplitView { seen: (size, root), shown: of(reader.checkpoint()) };
        let proof = Proof::Fork(Fork { smaller: suspect, larger, link });
        return Err(Found { finding, proof: Some(proof) }.into());
    }
    Ok(())
}

pub(super) fn of(checkpoint: &VerifiedCheckpoint) -> (TreeSize, RootHash) {
    (checkpoint.size(), checkpoint.root())
}

pub(super) fn point(checkpoint: &Checkpoint) -> (TreeSize, RootHash) {
    (checkpoint.size, checkpoint.root)
}

/// What proves that the reader's tree has another root than `root` at a smaller size; none if it has
/// the same, or cannot be read.
fn link(reader: &Reading<'_>, size: TreeSize, root: RootHash) -> Option<Link> {
    let found = reader.root_at(size).ok().filter(|found| *found != root)?;
    let proof = reader.prove_consistency(size).ok()?;
    Some(Link { root: found, proof: proof.hashes().to_vec() })
}

/// The tiles that gave another root give the proof of it; if they are gone by now, the next look finds
/// them or not.
fn unsteady() -> Finding {
    Finding::Unreachable { detail: "the tiles changed while they were read".to_owned() }
}
