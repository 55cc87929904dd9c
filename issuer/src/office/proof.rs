//! The C2SP proof that a certificate is on record: for its PDF, and alone.

use std::sync::Arc;

use ledger::{
    checkpoint::CheckpointPolicy,
    path::LogPath,
    position::LeafIndex,
    reader::{LogReader, read_checkpoint},
    store::{DirStore, PublicFiles},
    tlog_proof::TlogProof,
};
use verifier::gather::View;

use super::{Office, OfficeError};
use crate::published::Published;

impl Office {
    /// The proof of the certificate at `index`, as a `.tlog-proof` file.
    pub fn log_proof(&self, index: LeafIndex) -> Result<Vec<u8>, OfficeError> {
        let (policy, view) = self.published()?;
        log_proof(&self.store, &policy, &view, index)
    }

    /// Key and witnesses of this office's log, and the log as it is published now.
    pub(super) fn published(
        &self,
    ) -> Result<(CheckpointPolicy, View<Published<DirStore>>), OfficeError> {
        let unknown = OfficeError::UnknownLog { generation: self.settings.generation.get() };
        let policy = self.trust.log(self.settings.generation).ok_or(unknown)?.clone();
        let view = Published::view(&self.store, &policy)
            .map_err(|_unreadable| OfficeError::StatusUnreadable)?;
        Ok((policy, view))
    }
}

/// The proof at the first checkpoint that covered the certificate, with the head that ends it: since then it
/// has been on record. Every batch of issuances kept its checkpoint, so there is one.
pub(super) fn log_proof(
    store: &Arc<DirStore>,
    policy: &CheckpointPolicy,
    view: &View<Published<DirStore>>,
    index: LeafIndex,
) -> Result<Vec<u8>, OfficeError> {
    let head = view.first_head_after(index).ok_or(OfficeError::NoProof { index })?;
    let path = LogPath::KeptCheckpoint(head.covering_size());
    let files = PublicFiles(&**store);
    let checkpoint = read_checkpoint(&files, &path, policy)?;
    Ok(TlogProof::of(&LogReader::open(files, checkpoint)?, index, head)?.to_bytes())
}
