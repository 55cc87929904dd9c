//! What a log is convicted by: files that `verifier evidence` checks, as a monitor keeps them.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use ledger::{
    checkpoint::SignedCheckpoint,
    merkle::{ConsistencyError, verify_consistency},
    note::{SignedNote, VerifierKey},
    witness::{AddCheckpoint, WitnessRefusal},
};

use super::state::Kept;
use crate::{
    keys::replaced::{Disk, replace},
    monitor::{Evidence, Fork, Link},
};

/// Most files of evidence that are kept.
///
/// Security: a log that turns can sign as much as it likes, but fills no disk. The first is enough.
const MAX_FILES: usize = 100;

/// The two histories that a refused request proves, together with what was cosigned before: two roots
/// of one size, or a proof from another root than the one cosigned. None where it proves nothing:
/// anybody can send a proof that does not hold.
pub(super) fn fork_in(
    request: &AddCheckpoint,
    refusal: &WitnessRefusal,
    kept: &Kept,
    keys: &[&VerifierKey],
) -> Option<Fork> {
    let link = match refusal {
        WitnessRefusal::TwoRoots { .. } => None,
        WitnessRefusal::Inconsistent(ConsistencyError::OldRootMismatch { computed, .. }) => {
            let (old, new) = (request.old(), request.unverified());
            verify_consistency(old, *computed, new.size, new.root, request.proof()).ok()?;
            Some(Link { root: *computed, proof: request.proof().to_vec() })
        }
        _ => return None,
    };
    let smaller = checkpoint(&kept.note)?;
    let larger = checkpoint(&request.note().only_by(keys)?)?;
    Some(Fork { smaller, larger, link })
}

/// A checkpoint of a form that evidence has; those with extension lines have none.
pub(super) fn checkpoint(note: &SignedNote) -> Option<SignedCheckpoint> {
    SignedCheckpoint::parse(&note.to_bytes()).ok()
}

/// Keeps evidence in `directory/evidence`; durable on return. Gives the file, or none where there are
/// enough of them.
pub(super) fn keep(
    evidence: &Evidence,
    disk: &mut dyn Disk,
    directory: &Path,
) -> io::Result<Option<PathBuf>> {
    let folder = directory.join("evidence");
    fs::create_dir_all(&folder)?;
    let path = folder.join(evidence.file_name());
    if path.exists() {
        return Ok(Some(path));
    }
    if fs::read_dir(&folder)?.count() >= MAX_FILES {
        return Ok(None);
    }
    replace(disk, &path, evidence.to_text().as_bytes())?;
    Ok(Some(path))
}
