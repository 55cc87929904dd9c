//! Records that are read where a question's number has none.

use ledger::{
    certificate::CertificateNumber,
    position::{LeafIndex, TreeSize},
};

use super::{LookupKey, NAMES, Records};

/// How often a decoy is drawn again because the record that was hit is erased. In a log of which nine
/// in ten records were erased one decoy in eight hundred is not found; the question is then answered
/// without it.
const DRAWS: u32 = 64;

/// The decoys of a number: always the same ones, so that asking twice tells nothing, and anywhere in the
/// log, so that they lie in memory or on the disk as often as documents do. Drawn for every question,
/// whether they are needed or not. None only where no record was found.
pub(super) fn pick<R: Records>(
    records: &R,
    key: &LookupKey,
    number: &CertificateNumber,
) -> Result<[Option<LeafIndex>; NAMES], R::Error> {
    let size = records.size()?;
    let mut decoys = [None; NAMES];
    let mut draws = 0;
    for decoy in &mut decoys {
        while decoy.is_none() && draws < DRAWS {
            *decoy = draw(records, size, key.place(number, draws, size))?;
            draws += 1;
        }
    }
    Ok(decoys)
}

/// The first document at a place or behind it, or else the log's first one; none if it was erased.
fn draw<R: Records>(
    records: &R,
    size: TreeSize,
    place: u64,
) -> Result<Option<LeafIndex>, R::Error> {
    let mut hit = None;
    for from in [place, 0] {
        let from = LeafIndex::new(from).ok().filter(|from| from.is_within(size));
        if let (None, Some(from)) = (hit, from) {
            hit = records.issuance_from(from)?;
        }
    }
    match hit {
        Some(index) if !records.is_erased(index)? => Ok(Some(index)),
        Some(_) | None => Ok(None),
    }
}
