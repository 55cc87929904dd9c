//! Which file is wrong when the entries do not give the signed root. The tiles decide, from the root
//! downwards: the first that its parent does not commit to, else the first entry that its tile does
//! not. If the right edge of the tree does not give the root either, it is the fault found before.

use super::{AuditError, Fault, Problem};
use crate::{
    checkpoint::VerifiedCheckpoint,
    position::TreeSize,
    reader::{LogReader, ReadError},
    store::{ListedStore, PublicFiles, StoreError},
};

pub(super) fn blame<S: ListedStore>(
    files: &S,
    tip: &VerifiedCheckpoint,
    otherwise: Fault,
) -> Result<Fault, AuditError> {
    let reader = match LogReader::open(PublicFiles(files), tip.clone()) {
        Ok(reader) => reader,
        Err(error) => return named(error, otherwise),
    };
    match reader.bundles(TreeSize::EMPTY, tip.size()).find_map(Result::err) {
        Some(error) => named(error, otherwise),
        None => Ok(otherwise),
    }
}

fn named(error: ReadError<StoreError>, otherwise: Fault) -> Result<Fault, AuditError> {
    Ok(match error {
        ReadError::Fetch { path, source: StoreError::TooLarge { limit, .. } } => {
            Fault::public(path, Problem::TooLong { limit })
        }
        ReadError::Fetch { path: _, source } => return Err(source.into()),
        ReadError::Missing { path } => Fault::public(path, Problem::Missing),
        ReadError::TooLong { path, max, .. } => {
            Fault::public(path, Problem::TooLong { limit: max })
        }
        ReadError::WrongLength { path, .. } | ReadError::TileMismatch { path, .. } => {
            Fault::public(path, Problem::Tile)
        }
        ReadError::Bundle { path, source } => Fault::public(path, Problem::Bundle(source)),
        ReadError::EntryMismatch { path, index, .. } => {
            Fault::entry(path, index, Problem::EntryDiffers)
        }
        ReadError::EdgeMismatch { .. }
        | ReadError::IndexBeyondCheckpoint { .. }
        | ReadError::SizeBeyondCheckpoint { .. }
        | ReadError::Node(_)
        | ReadError::NotAnExtension { .. } => otherwise,
    })
}
