//! Provenance in the journal. Lines from before it was asked for have none.

use serde::{Deserialize, Serialize};

use super::{Confirmation, Provenance, ResultFiling, SimultaneousNotice, SourceSystem};
use crate::approval::{DocumentNumber, StoredFieldError, read_date};

/// What a list stated; what it did not state is left out.
#[derive(Serialize, Deserialize, PartialEq, Eq, Default)]
#[serde(deny_unknown_fields)]
pub(in crate::approval) struct StoredProvenance {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirmation: Option<StoredConfirmation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    simultaneous_notice: Option<StoredNotice>,
}

#[derive(Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum StoredConfirmation {
    HrssDocument,
    UnitDocument,
    Autonomous { filing_number: String, filed_on: String, filed_with: String },
}

#[derive(Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum StoredNotice {
    Published,
}

impl StoredProvenance {
    pub(in crate::approval) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl From<&Provenance> for StoredProvenance {
    fn from(provenance: &Provenance) -> Self {
        Self {
            source: provenance.source.map(|source| source.code().to_owned()),
            confirmation: provenance.confirmation.as_ref().map(|confirmation| match confirmation {
                Confirmation::HrssDocument => StoredConfirmation::HrssDocument,
                Confirmation::UnitDocument => StoredConfirmation::UnitDocument,
                Confirmation::Autonomous(filing) => StoredConfirmation::Autonomous {
                    filing_number: filing.number.as_str().to_owned(),
                    filed_on: filing.filed_on.to_string(),
                    filed_with: filing.filed_with.clone(),
                },
            }),
            simultaneous_notice: provenance
                .simultaneous_notice
                .map(|SimultaneousNotice| StoredNotice::Published),
        }
    }
}

impl TryFrom<StoredProvenance> for Provenance {
    type Error = StoredFieldError;

    fn try_from(stored: StoredProvenance) -> Result<Self, StoredFieldError> {
        let source = stored.source.map(|code| {
            let known = SourceSystem::ALL.into_iter().find(|source| source.code() == code);
            known.ok_or(StoredFieldError::SourceSystem)
        });
        let confirmation = stored.confirmation.map(|confirmation| {
            Ok::<_, StoredFieldError>(match confirmation {
                StoredConfirmation::HrssDocument => Confirmation::HrssDocument,
                StoredConfirmation::UnitDocument => Confirmation::UnitDocument,
                StoredConfirmation::Autonomous { filing_number, filed_on, filed_with } => {
                    Confirmation::Autonomous(ResultFiling {
                        number: DocumentNumber::read(&filing_number)?,
                        filed_on: read_date(&filed_on)?,
                        filed_with,
                    })
                }
            })
        });
        Ok(Self {
            source: source.transpose()?,
            confirmation: confirmation.transpose()?,
            simultaneous_notice: stored
                .simultaneous_notice
                .map(|StoredNotice::Published| SimultaneousNotice),
        })
    }
}
