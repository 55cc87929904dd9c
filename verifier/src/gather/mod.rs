//! Gathering evidence about one certificate from a log that is trusted for nothing.
//!
//! What is gathered here is judged elsewhere, by whoever likes, from the evidence alone. Only two
//! findings cannot stand in evidence: that everything was read in vain, and that the log showed two
//! histories.

mod heads;
mod search;
mod view;

use ledger::{
    certificate::{Claims, SignedCertificate},
    copy::SignedCopy,
    entry::{Entry, Issuance},
    evidence::{AuthorityEvidence, Evidence, Moment, Place, ProvenEntry},
    position::LeafIndex,
    reader::Fetch,
    rules::accept_authority,
    trust::Trust,
};

use self::heads::{first_head_after, last_head_before};
pub use self::view::{LastSeen, View, ViewError};
use crate::verdict::{Findings, Question};

/// How much of a log may be read in search of one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchLimit(u64);

impl SearchLimit {
    /// At most this many entries.
    pub const fn entries(count: u64) -> Self {
        Self(count)
    }
}

/// Completes `evidence` from the log that the certificate names.
pub fn gather<F: Fetch>(
    mut evidence: Evidence,
    fetch: &F,
    seen: &LastSeen,
    trust: &Trust,
    question: Question,
    limit: SearchLimit,
) -> (Evidence, Findings) {
    let mut findings = Findings::NONE;
    let Some(claims) = claims_of(&evidence) else { return (evidence, findings) };
    let Some(policy) = trust.log(claims.log) else { return (evidence, findings) };
    let view = match View::open(fetch, policy, seen) {
        Ok(view) => view,
        Err(ViewError::SplitView(split)) => {
            findings.split_view = Some(split);
            return (evidence, findings);
        }
        Err(ViewError::Unverified { checkpoint }) => {
            evidence.moment = Some(Moment { checkpoint, head: None });
            return (evidence, findings);
        }
        Err(ViewError::Unavailable) => return (evidence, findings),
    };
    let view = match question {
        Question::Now(_) => view,
        Question::AsOf { date, .. } => match last_head_before(&view, date.beijing_end()) {
            Some(head) => view.at_head(head),
            None => view,
        },
    };
    evidence.moment = Some(view.moment());
    evidence.authority = authority(&view, claims.authority);
    evidence.place = None;
    // A forgery is told by its signature; reading the whole log for it would let anybody keep a
    // server busy.
    if is_signed(&evidence, trust) {
        let (found, search) = search::find(&view, &evidence, limit);
        findings.search = search;
        evidence.place = found.and_then(|(index, issuance)| place(&view, index, &issuance));
    }
    if let Some(copy) = &mut evidence.copy {
        let signer = SignedCopy::decode(&copy.copy).ok().map(|copy| copy.unverified().authority);
        copy.authority = signer.and_then(|signer| authority(&view, signer));
    }
    (evidence, findings)
}

fn claims_of(evidence: &Evidence) -> Option<Claims> {
    SignedCertificate::decode(&evidence.certificate).ok()?.unverified_claims().ok()
}

/// Whether the authority's key verifies the certificate.
fn is_signed(evidence: &Evidence, trust: &Trust) -> bool {
    let entry = evidence.authority.as_ref().map(|signer| Entry::decode(&signer.entry.bytes));
    let Some(Ok(Entry::Authority(entry))) = entry else { return false };
    let certificate = SignedCertificate::decode(&evidence.certificate);
    match (accept_authority(&entry, trust.roots()), certificate) {
        (Ok(authority), Ok(certificate)) => {
            authority.ed25519_key().is_some_and(|key| certificate.verify(key).is_ok())
        }
        _ => false,
    }
}

fn authority<F: Fetch>(view: &View<'_, F>, index: LeafIndex) -> Option<AuthorityEvidence> {
    Some(AuthorityEvidence { entry: view.prove(index)?, status: view.status(index) })
}

fn place<F: Fetch>(view: &View<'_, F>, index: LeafIndex, issuance: &Issuance) -> Option<Place> {
    let log_time = match first_head_after(view, index)? {
        head if head.index == view.head_index() => None,
        head => Some(head),
    };
    Some(Place {
        entry: view.prove(index)?,
        log_time,
        document: view.status(index),
        title: issuance.title.map(|title| view.status(title)),
    })
}

/// The entry with its place proved, read as a status head.
fn as_head(entry: &ProvenEntry) -> Option<ledger::entry::StatusHead> {
    match Entry::decode(&entry.bytes) {
        Ok(Entry::StatusHead(head)) => Some(head),
        Ok(_) | Err(_) => None,
    }
}
