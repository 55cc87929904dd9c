//! Step 3 of the order: the certificate's place in the log and its log time.

use ledger::{
    certificate::VerifiedCertificate,
    checkpoint::{CheckpointError, CheckpointPolicy, SignedCheckpoint},
    entry::{Entry, Issuance, StatusHead},
    evidence::{Evidence, OtherCheckpoint, Place},
    merkle::verify_consistency,
    position::LeafIndex,
    time::UnixMillis,
};

use super::{
    Findings, ProofFault, Question, Search,
    moment::{Tree, VerifiedMoment},
    reason::{CheckpointFault, Reason},
};

/// A certificate's proved place.
pub(super) struct VerifiedPlace<'e> {
    pub(super) index: LeafIndex,
    pub(super) title: LeafIndex,
    pub(super) evidence: &'e Place,
    pub(super) history: History,
    tree: Tree,
}

/// How the tree of the place and the tree of the status belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum History {
    /// It is one tree.
    OneTree,
    /// The place's tree is proved to be the beginning of the status's.
    Proved,
    /// Both are signed by the log; that neither denies the other is on its word, and its witnesses'.
    OnTheLogsWord,
}

/// Proves the place of `certificate`, or says why there is none.
pub(super) fn verify_place<'e>(
    evidence: &'e Evidence,
    findings: &Findings,
    certificate: &VerifiedCertificate,
    moment: &VerifiedMoment,
    policy: &CheckpointPolicy,
) -> Result<VerifiedPlace<'e>, Reason> {
    let place = evidence.place.as_ref().ok_or_else(|| nothing_found(findings))?;
    let (tree, history) = match &place.under {
        None => (moment.tree(), History::OneTree),
        Some(other) => other_tree(other, moment.tree(), policy)?,
    };
    let issuance = match tree.entry(&place.entry) {
        Some(Entry::Issuance(found)) if found.commitment == certificate.commitment() => found,
        Some(_) | None if place.under.is_some() => {
            return Err(Reason::ProofWrong(ProofFault::OtherEntry));
        }
        Some(_) | None => return Err(nothing_found(findings)),
    };
    check_claims(&issuance, certificate)?;
    let index = place.entry.index;
    let title = issuance.title_index(index);
    Ok(VerifiedPlace { index, title, evidence: place, history, tree })
}

fn nothing_found(findings: &Findings) -> Reason {
    match (findings.search, &findings.proof) {
        (Search::ReadInVain, _) => Reason::NotRecorded,
        (Search::NotComplete, Some(fault)) => Reason::ProofWrong(fault.clone()),
        (Search::NotComplete, None) => Reason::PlaceUnavailable,
    }
}

/// The tree of another checkpoint. It is believed when it is proved to be the beginning of the
/// moment's tree, whoever signed it; else when the log and its witnesses signed it.
fn other_tree(
    other: &OtherCheckpoint,
    status: Tree,
    policy: &CheckpointPolicy,
) -> Result<(Tree, History), Reason> {
    let wrong = |fault| Reason::ProofWrong(ProofFault::Checkpoint(fault));
    let signed = SignedCheckpoint::parse(&other.checkpoint)
        .map_err(|_malformed| wrong(CheckpointFault::Malformed))?;
    let stated = signed.unverified();
    let tree = Tree { size: stated.size, root: stated.root };
    if stated.origin != *policy.origin() {
        let (expected, actual) = (policy.origin().clone(), stated.origin.clone());
        return Err(wrong(CheckpointFault::Unverified(CheckpointError::WrongOrigin {
            expected,
            actual,
        })));
    }
    let proof = other.consistency.as_deref();
    let begins_with =
        |proof| verify_consistency(tree.size, tree.root, status.size, status.root, proof).is_ok();
    if proof.is_some_and(begins_with) || tree == status {
        return Ok((tree, History::Proved));
    }
    signed.verify(policy).map_err(|error| wrong(CheckpointFault::Unverified(error)))?;
    match proof {
        // Two roots of one size, both signed: proof that the log equivocated.
        _ if tree.size == status.size => Err(Reason::SplitView),
        Some(_) => Err(Reason::ProofWrong(ProofFault::OtherHistory)),
        None => Ok((tree, History::OnTheLogsWord)),
    }
}

fn check_claims(issuance: &Issuance, certificate: &VerifiedCertificate) -> Result<(), Reason> {
    let claims = certificate.claims();
    if issuance.authority == claims.authority && issuance.title == claims.title {
        Ok(())
    } else {
        Err(Reason::EntryDiffers)
    }
}

impl VerifiedPlace<'_> {
    /// Whether the status that the moment's head states covers this place. A question about a past day is
    /// answered by that day's last head; what came later was not on record.
    pub(super) fn check_covered(
        &self,
        moment: &VerifiedMoment,
        question: Question,
    ) -> Result<(), Reason> {
        match (self.history, question) {
            _ if moment.covers(self.index) => Ok(()),
            (History::OneTree, Question::AsOf { date, .. }) => {
                Err(Reason::RecordedLater { asked: date })
            }
            (History::OneTree, Question::Now(_)) => Err(Reason::HeadWrong),
            // The status at hand is older than the place.
            (History::Proved | History::OnTheLogsWord, _) => Err(Reason::BeyondCheckpoint),
        }
    }

    /// The time of the first head after the place. A head is the first after it when the head before
    /// that one stands below the index.
    pub(super) fn log_time(&self, moment: &VerifiedMoment) -> Result<UnixMillis, Reason> {
        let head = match (&self.evidence.log_time, self.history) {
            (None, History::OneTree) => *moment.head(),
            (None, History::Proved | History::OnTheLogsWord) => {
                return Err(Reason::LogTimeUnavailable);
            }
            (Some(proven), _) => match self.tree.entry(proven) {
                Some(Entry::StatusHead(head)) if head.index == proven.index => head,
                Some(_) | None => return Err(Reason::HeadWrong),
            },
        };
        if self.is_first_after(&head) { Ok(head.time) } else { Err(Reason::HeadWrong) }
    }

    fn is_first_after(&self, head: &StatusHead) -> bool {
        self.index < head.index && head.previous.is_none_or(|previous| previous < self.index)
    }
}
