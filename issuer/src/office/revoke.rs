//! Revoking a title in one go, with both persons at hand: a case that is proposed and approved.

use ledger::{certificate::CertificateNumber, position::LeafIndex, status::ExceptionList};

use super::{Office, OfficeError};
use crate::{
    case::{CaseKind, Order},
    published::Published,
    signing::SigningKeyFile,
};

/// What was put on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revoked {
    /// The title's first index.
    pub title: LeafIndex,
    /// The status change.
    pub event: LeafIndex,
    /// The entry of the integrity archive.
    pub archive: LeafIndex,
}

impl Office {
    /// Revokes the title that a certificate documents, with all its documents. What `order` is about
    /// is put in here.
    ///
    /// # Errors
    /// As for [`Office::propose_case`] and [`Office::approve_case`]. Two keys that are not two persons'
    /// are refused before anything is journalled.
    pub fn revoke(
        &mut self,
        number: &CertificateNumber,
        order: Order,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<Revoked, OfficeError> {
        let title = self.title(number)?;
        let order = Order { kind: CaseKind::RevokeTitle, targets: vec![title], ..order };
        let recorded = self.decide(order, proposer, approver)?;
        match (&recorded.events[..], &recorded.archive[..]) {
            (&[event], &[archive]) => Ok(Revoked { title, event, archive }),
            _ => Err(OfficeError::StatusUnreadable),
        }
    }

    /// The exceptions as the published head states them.
    ///
    /// # Errors
    /// The published files cannot be read back.
    pub fn exceptions(&self) -> Result<ExceptionList, OfficeError> {
        let unknown = OfficeError::UnknownLog { generation: self.settings.generation.get() };
        let policy = self.trust.log(self.settings.generation).ok_or(unknown)?;
        let view = Published::view(&self.store, policy)
            .map_err(|_unreadable| OfficeError::StatusUnreadable)?;
        view.list().cloned().ok_or(OfficeError::StatusUnreadable)
    }

    pub(super) fn origin(&self) -> Result<String, OfficeError> {
        let unknown = OfficeError::UnknownLog { generation: self.settings.generation.get() };
        let policy = self.trust.log(self.settings.generation).ok_or(unknown)?;
        Ok(policy.origin().as_str().to_owned())
    }
}
