//! Steps 5 and 6 of the order: what the head says of a title and its documents.

use ledger::{
    certificate::VerifiedCertificate,
    position::LeafIndex,
    status::{Standing, Status, StatusProof},
};

use super::{HintedStatus, Outcome, moment::VerifiedMoment, reason::Reason};

/// What the moment's head says of `index`.
pub(super) fn standing(
    proof: &StatusProof,
    index: LeafIndex,
    moment: &VerifiedMoment,
) -> Result<Standing, Reason> {
    proof.verify(index, moment.head()).map_err(|_unproved| Reason::StatusUnproved)
}

/// Step 5: a decision on the title.
pub(super) fn decided(title: &Standing) -> Result<Option<Outcome>, Reason> {
    match title.exception().map(|exception| exception.status) {
        None | Some(Status::Valid) => Ok(None),
        Some(Status::Revoked) => Ok(Some(Outcome::Revoked)),
        Some(Status::NotRecognised) => Ok(Some(Outcome::NotRecognised)),
        Some(Status::CancelledError) => Ok(Some(Outcome::CancelledError)),
        // No rule lets a title have these: a head that says so is false.
        Some(Status::Suspended | Status::Superseded) => Err(Reason::StatusUnproved),
    }
}

impl HintedStatus {
    /// What the list says of the place that a QR code names, and of the title that its certificate
    /// names; none if nothing. The hint is not signed, so this need not be the certificate's status.
    pub(super) fn listed(
        &self,
        hint: LeafIndex,
        certificate: &VerifiedCertificate,
        moment: &VerifiedMoment,
    ) -> Result<Option<Outcome>, Reason> {
        let document = standing(&self.document, hint, moment)?;
        let title = match (certificate.claims().title, &self.title) {
            (None, _) => document.clone(),
            (Some(title), Some(proof)) => standing(proof, title, moment)?,
            (Some(_), None) => return Err(Reason::StatusUnproved),
        };
        let superseded = document.exception().and_then(|found| found.superseded_by);
        Ok(decided(&title)?.or(superseded.map(|_by| Outcome::Superseded)))
    }
}
