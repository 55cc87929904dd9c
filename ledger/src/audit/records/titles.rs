//! Certificate numbers: one for each title, and a reissue keeps it.

use std::collections::{BTreeSet, HashMap};

use crate::{
    audit::{AuditError, Fault, Problem},
    certificate::CertificateNumber,
    merkle::TileSpan,
    position::LeafIndex,
    store::FilePath,
};

/// What one issuance says of numbers.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) index: LeafIndex,
    pub(super) title: Option<LeafIndex>,
    pub(super) number: CertificateNumber,
}

/// The titles of the log so far by their numbers.
#[derive(Debug, Default)]
pub(super) struct Titles {
    by_number: HashMap<CertificateNumber, LeafIndex>,
    /// Titles whose first certificate was erased: what their number was, the first reissue says.
    without_number: BTreeSet<LeafIndex>,
}

impl Titles {
    /// Adds the documents of a bundle, and what was erased in it.
    pub(super) fn add(
        &mut self,
        documents: Vec<Document>,
        erased: &[LeafIndex],
        span: TileSpan,
    ) -> Result<(), AuditError> {
        self.without_number.extend(erased);
        for document in documents {
            let index = document.index;
            self.document(document)
                .map_err(|problem| Fault::record(FilePath::PrivateEntries(span), index, problem))?;
        }
        Ok(())
    }

    fn document(&mut self, document: Document) -> Result<(), Problem> {
        let Document { index, title, number } = document;
        let known = self.by_number.get(&number).copied();
        match (title, known) {
            (None, Some(title)) => return Err(Problem::NumberRepeated { title }),
            (Some(title), Some(known)) if title == known => {}
            (Some(_), Some(title)) => return Err(Problem::NumberRepeated { title }),
            (Some(title), None) if self.without_number.remove(&title) => {
                self.by_number.insert(number, title);
            }
            (Some(_), None) => return Err(Problem::NumberChanged),
            (None, None) => {
                self.by_number.insert(number, index);
            }
        }
        Ok(())
    }
}
