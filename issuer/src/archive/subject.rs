//! Names and identifiers of subjects. An identifier has one spelling, so that it is found again.

use ledger::{
    certificate::Text,
    record::{Subject, SubjectKind},
};

use super::{ArchiveRefusal, labels::subject_from_code};
use crate::{
    approval::CommitteeCode,
    identity::{IdentityDocument, Uscc},
    table,
};

/// The kind of identity document that a person has unless told otherwise.
const USUAL_DOCUMENT: &str = "居民身份证";

/// Whom staff name, as they write it.
#[derive(Debug, Clone, Copy)]
pub struct SubjectOrder<'a> {
    /// A code of the closed set.
    pub kind: &'a str,
    /// A person's or unit's name.
    pub name: &'a str,
    /// The kind of a person's identity document; none: a resident identity card.
    pub document_kind: Option<&'a str>,
    /// A person's document number, a committee's code, a unit's credit code.
    pub identifier: &'a str,
}

impl SubjectOrder<'_> {
    /// The subject, if it is of the closed set and well-formed.
    pub(super) fn read(&self) -> Result<Subject, ArchiveRefusal> {
        let kind = subject_from_code(self.kind).ok_or(ArchiveRefusal::SubjectUnknown)?;
        let name =
            Text::new(self.name.trim()).map_err(|problem| ArchiveRefusal::Name { problem })?;
        Ok(Subject {
            kind,
            name,
            identifier: identifier(kind, self.document_kind, self.identifier)?,
        })
    }
}

/// An identifier in its one spelling.
///
/// # Errors
/// [`ArchiveRefusal::Identifier`]: not of the form that this kind of subject has. It repeats nothing.
pub fn identifier(
    kind: SubjectKind,
    document_kind: Option<&str>,
    written: &str,
) -> Result<Text, ArchiveRefusal> {
    let refused = || ArchiveRefusal::Identifier { subject: kind };
    let compact = table::compact(written).to_uppercase();
    let text = match kind {
        SubjectKind::Applicant | SubjectKind::Expert | SubjectKind::Staff => {
            let document = document_kind.unwrap_or(USUAL_DOCUMENT);
            let read = IdentityDocument::read(document, &compact).map_err(|_unknown| refused())?;
            read.map_err(|_malformed| refused())?.number().to_owned()
        }
        SubjectKind::Committee => {
            let code: CommitteeCode = compact.parse().map_err(|_malformed| refused())?;
            code.as_str().to_owned()
        }
        SubjectKind::ConveningUnit => {
            let code: Uscc = compact.parse().map_err(|_malformed| refused())?;
            code.as_str().to_owned()
        }
    };
    Text::new(&text).map_err(|_malformed| refused())
}
