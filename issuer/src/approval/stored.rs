//! An approved result in the journal: one strict JSON object, read back through the same parsers that
//! read it from a list.

use ledger::certificate::{Level, ObtainMethod, Series, UnknownCode};
use serde::{Deserialize, Serialize};

use super::committee_code::CommitteeCodeError;
use super::{
    Approval, ApprovedResult, DateError, DocumentNumber, DocumentNumberError, Employer, Holder,
    PublicNotice, Review, Title, provenance::StoredProvenance, read_date,
};
use crate::catalogue::TitleSeries;
use crate::identity::{
    self, DocumentKind, HolderName, HolderNameError, IdentityDocument, UsccError,
};

/// The fields as they lie in the journal. Personal data: sealed there, never in `Debug` output.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredApproved {
    name: String,
    document_kind: String,
    document_number: String,
    employer: String,
    employer_code: String,
    series: u8,
    series_name: String,
    level: u64,
    title: String,
    specialty: String,
    committee: String,
    passed_on: String,
    method: u64,
    notice_from: String,
    notice_to: String,
    approval_document: String,
    approved_on: String,
    pledged_on: String,
    #[serde(default, skip_serializing_if = "StoredProvenance::is_empty")]
    provenance: StoredProvenance,
}

/// Why stored fields are no approved result. Holds no personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StoredFieldError {
    /// The name is none.
    #[error("name: {0}")]
    Name(#[from] HolderNameError),
    /// A kind of document that has no such code.
    #[error("document kind: no such code")]
    DocumentKind,
    /// The document's number breaks the rule of its kind.
    #[error("document number: {0}")]
    DocumentNumber(#[from] identity::DocumentNumberError),
    /// The employer's code is none.
    #[error("employer code: {0}")]
    EmployerCode(#[from] UsccError),
    /// The committee's code is none.
    #[error("committee: {0}")]
    Committee(#[from] CommitteeCodeError),
    /// The approval document's number, or that of the result's filing, is none.
    #[error("approval document: {0}")]
    ApprovalDocument(#[from] DocumentNumberError),
    /// A source system that has no such code.
    #[error("source system: no such code")]
    SourceSystem,
    /// A date is none.
    #[error("date: {0}")]
    Date(#[from] DateError),
    /// A code that its table does not have.
    #[error(transparent)]
    Code(#[from] UnknownCode),
}

impl From<&ApprovedResult> for StoredApproved {
    fn from(result: &ApprovedResult) -> Self {
        Self {
            name: result.holder.name.as_str().to_owned(),
            document_kind: result.holder.document.kind().code().to_owned(),
            document_number: result.holder.document.number().to_owned(),
            employer: result.employer.name.clone(),
            employer_code: result.employer.code.as_str().to_owned(),
            series: result.title.series.code().code(),
            series_name: result.title.series.name().to_owned(),
            level: result.title.level.code(),
            title: result.title.name.clone(),
            specialty: result.title.specialty.clone(),
            committee: result.review.committee.as_str().to_owned(),
            passed_on: result.review.passed_on.to_string(),
            method: result.review.method.code(),
            notice_from: result.notice.from.to_string(),
            notice_to: result.notice.to.to_string(),
            approval_document: result.approval.document.as_str().to_owned(),
            approved_on: result.approval.date.to_string(),
            pledged_on: result.pledged_on.to_string(),
            provenance: StoredProvenance::from(&result.provenance),
        }
    }
}

impl TryFrom<StoredApproved> for ApprovedResult {
    type Error = StoredFieldError;

    fn try_from(stored: StoredApproved) -> Result<Self, StoredFieldError> {
        let kind = DocumentKind::from_code(&stored.document_kind);
        let kind = kind.ok_or(StoredFieldError::DocumentKind)?;
        Ok(Self {
            holder: Holder {
                name: HolderName::read(&stored.name)?,
                document: IdentityDocument::new(kind, &stored.document_number)?,
            },
            employer: Employer { name: stored.employer, code: stored.employer_code.parse()? },
            title: Title {
                series: TitleSeries::as_recorded(
                    Series::new(u64::from(stored.series))?,
                    stored.series_name,
                ),
                level: Level::from_code(stored.level)?,
                name: stored.title,
                specialty: stored.specialty,
            },
            review: Review {
                committee: stored.committee.parse()?,
                passed_on: read_date(&stored.passed_on)?,
                method: ObtainMethod::from_code(stored.method)?,
            },
            notice: PublicNotice {
                from: read_date(&stored.notice_from)?,
                to: read_date(&stored.notice_to)?,
            },
            approval: Approval {
                document: DocumentNumber::read(&stored.approval_document)?,
                date: read_date(&stored.approved_on)?,
            },
            pledged_on: read_date(&stored.pledged_on)?,
            provenance: stored.provenance.try_into()?,
        })
    }
}
