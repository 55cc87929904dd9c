//! What can be wrong with the fields of a row: a stable code, a column, and a sentence in Chinese and
//! in English. No sentence repeats a name or a number of a person.

use super::committee_code::CommitteeCodeError;
use super::{Column, DateError, DocumentNumberError};
use crate::catalogue::{LevelError, SeriesError, TitleNameMismatch};
use crate::identity::{self, HolderNameError, UsccError};
use crate::table::CellFault;

/// One fault of one field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message_en())]
pub enum FieldFault {
    /// A required field is empty and has no code of its own for that.
    Missing {
        /// The field.
        column: Column,
    },
    /// More text than can be printed.
    TooLong {
        /// The field.
        column: Column,
        /// The most characters.
        limit: usize,
    },
    /// Control, direction or private-use characters.
    Unprintable {
        /// The field.
        column: Column,
    },
    /// The cell cannot be read.
    Unreadable {
        /// The field.
        column: Column,
        /// Why.
        fault: CellFault,
    },
    /// No name.
    HolderNameMissing,
    /// A name that no certificate can carry.
    HolderNameInvalid {
        /// Why.
        problem: HolderNameError,
    },
    /// A kind of document that is not in the list of kinds.
    DocumentKindUnknown,
    /// A number that breaks the rule of its kind.
    IdNumberInvalid {
        /// Why.
        problem: identity::DocumentNumberError,
    },
    /// A number that a spreadsheet has rounded.
    IdNumberLostDigits,
    /// The employer's code is missing or breaks GB 32100.
    EmployerCodeInvalid {
        /// Why.
        problem: UsccError,
    },
    /// No series of the catalogue.
    SeriesUnknown {
        /// Why.
        problem: SeriesError,
    },
    /// No level, or a coarse one.
    LevelUnknown {
        /// Why.
        problem: LevelError,
    },
    /// The series has no title of that name at that level.
    TitleNameMismatch {
        /// What it has instead.
        problem: TitleNameMismatch,
    },
    /// No known way to obtain a title.
    ObtainMethodUnknown,
    /// A text that can be no committee's code.
    CommitteeCodeMalformed {
        /// Why.
        problem: CommitteeCodeError,
    },
    /// A date that is missing, malformed or impossible.
    DateInvalid {
        /// The field.
        column: Column,
        /// Why.
        problem: DateError,
    },
    /// The notice did not end without objection (clause 三(一)).
    ObjectionOpen,
    /// The approval document's number is missing or malformed.
    ApprovalDocumentMalformed {
        /// Why.
        problem: DocumentNumberError,
    },
    /// No signed pledge (clause 一(一)).
    PledgeMissing,
    /// Another system than the platform and those of education and health (clause 二(一)).
    SourceSystemUnknown,
    /// None of the three confirmations (clause 三(一)).
    ConfirmationUnknown,
    /// The number of an autonomous unit's filing is missing or malformed (clause 三(一)).
    FilingNumberMalformed {
        /// Why.
        problem: DocumentNumberError,
    },
    /// A filing where the list states another confirmation than an autonomous review, or none.
    FilingNotExpected {
        /// The field.
        column: Column,
    },
    /// The HRSS authority did not publish the notice at the same time (clause 三(一)).
    NoticeNotSimultaneous,
}

/// All faults of one row; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFaults {
    first: FieldFault,
    others: Vec<FieldFault>,
}

/// The faults found so far.
#[derive(Default)]
pub(super) struct FoundFaults(Vec<FieldFault>);

impl FieldFault {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "field_missing",
            Self::TooLong { .. } => "field_too_long",
            Self::Unprintable { .. } => "field_unprintable",
            Self::Unreadable { fault: CellFault::Encoding, .. } => "encoding_invalid",
            Self::Unreadable { .. } => "cell_unreadable",
            Self::HolderNameMissing => "holder_name_missing",
            Self::HolderNameInvalid { .. } => "holder_name_invalid",
            Self::DocumentKindUnknown => "document_kind_unknown",
            Self::IdNumberInvalid { .. } | Self::IdNumberLostDigits => "id_number_invalid",
            Self::EmployerCodeInvalid { .. } => "employer_code_invalid",
            Self::SeriesUnknown { .. } => "series_unknown",
            Self::LevelUnknown { .. } => "level_unknown",
            Self::TitleNameMismatch { .. } => "title_name_mismatch",
            Self::ObtainMethodUnknown => "obtain_method_unknown",
            Self::CommitteeCodeMalformed { .. } => "committee_unknown",
            Self::DateInvalid { .. } => "date_invalid",
            Self::ObjectionOpen => "objection_open",
            Self::ApprovalDocumentMalformed { .. } => "approval_document_malformed",
            Self::PledgeMissing => "pledge_missing",
            Self::SourceSystemUnknown => "source_system_unknown",
            Self::ConfirmationUnknown => "confirmation_unknown",
            Self::FilingNumberMalformed { problem: DocumentNumberError::Missing } => {
                "filing_number_missing"
            }
            Self::FilingNumberMalformed { .. } => "filing_number_malformed",
            Self::FilingNotExpected { .. } => "filing_not_expected",
            Self::NoticeNotSimultaneous => "simultaneous_notice_missing",
        }
    }

    /// The column that the fault is in.
    pub const fn column(&self) -> Column {
        match self {
            Self::Missing { column }
            | Self::TooLong { column, .. }
            | Self::Unprintable { column }
            | Self::Unreadable { column, .. }
            | Self::DateInvalid { column, .. }
            | Self::FilingNotExpected { column } => *column,
            Self::HolderNameMissing | Self::HolderNameInvalid { .. } => Column::Name,
            Self::DocumentKindUnknown => Column::DocumentKind,
            Self::IdNumberInvalid { .. } | Self::IdNumberLostDigits => Column::DocumentNumber,
            Self::EmployerCodeInvalid { .. } => Column::EmployerCode,
            Self::SeriesUnknown { .. } => Column::Series,
            Self::LevelUnknown { .. } => Column::Level,
            Self::TitleNameMismatch { .. } => Column::Title,
            Self::ObtainMethodUnknown => Column::Method,
            Self::CommitteeCodeMalformed { .. } => Column::Committee,
            Self::ObjectionOpen => Column::NoticeOutcome,
            Self::ApprovalDocumentMalformed { .. } => Column::ApprovalDocument,
            Self::PledgeMissing => Column::PledgedOn,
            Self::SourceSystemUnknown => Column::Source,
            Self::ConfirmationUnknown => Column::Confirmation,
            Self::FilingNumberMalformed { .. } => Column::ResultFilingNumber,
            Self::NoticeNotSimultaneous => Column::SimultaneousNotice,
        }
    }
}

impl FieldFaults {
    /// The leftmost fault, which is the reason of the refusal, and the others from left to right.
    pub fn split(self) -> (FieldFault, Vec<FieldFault>) {
        (self.first, self.others)
    }
}

impl From<FieldFault> for FieldFaults {
    fn from(first: FieldFault) -> Self {
        Self { first, others: Vec::new() }
    }
}

impl FoundFaults {
    pub(super) fn add(&mut self, fault: FieldFault) {
        self.0.push(fault);
    }

    /// The value of a field, or its fault noted.
    pub(super) fn take<T>(&mut self, field: Result<T, FieldFault>) -> Option<T> {
        field.map_err(|fault| self.add(fault)).ok()
    }

    /// All that was found, in the order of the columns.
    pub(super) fn into_faults(mut self) -> Option<FieldFaults> {
        self.0.sort_by_key(FieldFault::column);
        let mut in_order = self.0.into_iter();
        Some(FieldFaults { first: in_order.next()?, others: in_order.collect() })
    }
}
