//! The integrity archive: a correction cites an earlier entry about the same subject.

use std::collections::BTreeMap;

use crate::{
    audit::{AuditError, Fault, Problem},
    merkle::TileSpan,
    position::LeafIndex,
    record::{ArchiveEntry, Subject},
    store::FilePath,
};

/// What one entry of the archive says of others.
#[derive(Debug)]
pub(super) struct Archived {
    index: LeafIndex,
    /// Whom it is about, and which entry it cites; none where it was erased.
    opened: Option<(Subject, Option<LeafIndex>)>,
}

impl Archived {
    pub(super) fn opened(index: LeafIndex, entry: ArchiveEntry) -> Self {
        let cited = entry.correction.map(|correction| correction.entry);
        Self { index, opened: Some((entry.record.subject, cited)) }
    }

    pub(super) const fn erased(index: LeafIndex) -> Self {
        Self { index, opened: None }
    }
}

/// The entries so far with their subjects; none for one that was erased.
#[derive(Debug, Default)]
pub(super) struct Archive(BTreeMap<LeafIndex, Option<Subject>>);

impl Archive {
    /// Adds the entries of a bundle.
    pub(super) fn add(&mut self, found: Vec<Archived>, span: TileSpan) -> Result<(), AuditError> {
        for Archived { index, opened } in found {
            let (subject, cited) = opened.unzip();
            if let Some(Some(cited)) = cited
                && !self.may_cite(cited, subject.as_ref())
            {
                let path = FilePath::PrivateEntries(span);
                return Err(Fault::record(path, index, Problem::Correction { cited }).into());
            }
            self.0.insert(index, subject);
        }
        Ok(())
    }

    /// Identifiers decide: a correction may be of the name.
    fn may_cite(&self, cited: LeafIndex, subject: Option<&Subject>) -> bool {
        match (self.0.get(&cited), subject) {
            (None, _) => false,
            (Some(Some(known)), Some(subject)) => {
                (known.kind, &known.identifier) == (subject.kind, &subject.identifier)
            }
            (Some(None), _) | (Some(Some(_)), None) => true,
        }
    }
}
