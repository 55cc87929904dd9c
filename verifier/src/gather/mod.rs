//! Gathering evidence about one certificate from a log that is trusted for nothing.
//!
//! What is gathered here is judged elsewhere, by whoever likes, from the evidence alone. Only two
//! findings cannot stand in evidence: that everything was read in vain, and that the log showed two
//! histories.

mod heads;
mod nodes;
mod proof;
mod search;
mod seen;
mod view;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ledger::{
    certificate::{Claims, LogGeneration, SignedCertificate},
    checkpoint::CheckpointPolicy,
    copy::SignedCopy,
    digest::Commitment,
    entry::Issuance,
    evidence::{Evidence, Moment},
    position::LeafIndex,
    reader::Fetch,
    time::Date,
};

pub(crate) use self::{
    proof::{PlaceProof, consistency},
    view::Listed,
};
use self::{search::Searches, view::fetch_checkpoint};
pub use self::{
    seen::LastSeen,
    view::{View, ViewError},
};
use crate::{
    check::{LogProof, ProofCame},
    verdict::{Findings, Known, ProofFault, Question, Search},
};

/// How much of a log may be read in search of one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchLimit(u64);

impl SearchLimit {
    /// At most this many entries.
    pub const fn entries(count: u64) -> Self {
        Self(count)
    }

    pub(crate) const fn get(self) -> u64 {
        self.0
    }
}

/// Gathers from one log. While the checkpoint's bytes stay the same, the view that hangs on them is
/// used again: nothing is read twice.
#[derive(Debug)]
pub struct Gatherer<F> {
    source: Arc<F>,
    known: Arc<Known>,
    seen: LastSeen,
    views: Mutex<Views<F>>,
    searches: Mutex<Searches>,
}

/// The views opened last.
#[derive(Debug)]
struct Views<F> {
    newest: Option<(LogGeneration, Vec<u8>, Arc<View<F>>)>,
    /// The one of a past day, under the newest.
    past: Option<(Date, Arc<View<F>>)>,
}

impl<F: Fetch> Gatherer<F> {
    /// A gatherer that shares with its judge what verified before.
    pub fn new(source: F, known: Arc<Known>, seen: LastSeen) -> Self {
        let views = Mutex::new(Views { newest: None, past: None });
        let searches = Mutex::default();
        Self { source: Arc::new(source), known, seen, views, searches }
    }

    /// The newest checkpoint seen.
    pub const fn seen(&self) -> &LastSeen {
        &self.seen
    }

    /// The view under the log's present checkpoint.
    pub fn view(
        &self,
        generation: LogGeneration,
        policy: &CheckpointPolicy,
    ) -> Result<Arc<View<F>>, ViewError> {
        let bytes = fetch_checkpoint(&*self.source).ok_or(ViewError::Unavailable)?;
        if let Some((known_generation, known_bytes, view)) = &self.views().newest
            && (*known_generation, known_bytes) == (generation, &bytes)
        {
            return Ok(Arc::clone(view));
        }
        let (source, seen) = (&self.source, &self.seen);
        let view = Arc::new(View::of_checkpoint(source, bytes.clone(), policy, seen)?);
        // Without its list a view is worth another try.
        if view.list().is_some() {
            let newest = Some((generation, bytes, Arc::clone(&view)));
            *self.views() = Views { newest, past: None };
        }
        Ok(view)
    }

    /// Completes `evidence` from the log that the certificate names. A log proof that came with it
    /// shows its place where the log's own files do not.
    pub fn gather(
        &self,
        mut evidence: Evidence,
        proof: Option<&LogProof>,
        question: Question,
        limit: SearchLimit,
    ) -> (Evidence, Findings) {
        let mut findings = Findings::NONE;
        let Some(claims) = claims_of(&evidence) else { return (evidence, findings) };
        let Some(policy) = self.known.trust().log(claims.log) else { return (evidence, findings) };
        let view = match self.view(claims.log, policy) {
            Ok(view) => self.at(view, question),
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
        evidence.moment = Some(view.moment());
        evidence.authority = view.authority(claims.authority);
        let shown = match shown_by(proof, &evidence, &claims, policy) {
            Ok(shown) => shown,
            Err(fault) => {
                findings.proof = Some(fault);
                return (evidence, findings);
            }
        };
        if let Some(split) = shown.as_ref().and_then(|shown| view.contradicted_by(shown)) {
            findings.split_view = Some(split);
            return (evidence, findings);
        }
        let at = shown.as_ref().map_or(evidence.hint, PlaceProof::index);
        let mut found = search::at(at, &view, &evidence);
        // A forgery is told by its signature; reading the whole log for it would let anybody keep a
        // server busy.
        if found.is_none() && self.is_signed(&evidence) {
            (found, findings.search) = self.search(&view, claims.log, &evidence, limit);
        }
        evidence.place = found.and_then(|(index, issuance)| view.place(index, &issuance));
        if evidence.place.is_none() {
            evidence.place = shown.map(|shown| view.place_shown_by(shown));
        }
        evidence.copy = evidence.copy.map(|copy| {
            let signer = SignedCopy::decode(&copy.copy).ok();
            view.copy(copy.copy, signer.map(|copy| copy.unverified().authority))
        });
        (evidence, findings)
    }

    /// Reads the log for a certificate, as far as it was not read for it before.
    fn search(
        &self,
        view: &View<F>,
        log: LogGeneration,
        evidence: &Evidence,
        limit: SearchLimit,
    ) -> (Option<(LeafIndex, Issuance)>, Search) {
        let wanted = (log, Commitment::to(&evidence.certificate));
        let earlier = self.searches().get(&wanted);
        // No lock is held while a whole log may be read.
        let outcome = search::everywhere(view, evidence, limit, earlier);
        if let Some(searched) = outcome.remembered {
            self.searches().remember(wanted, searched);
        }
        (outcome.found, outcome.search)
    }

    /// The view that answers a question about the past, where that is asked.
    fn at(&self, newest: Arc<View<F>>, question: Question) -> Arc<View<F>> {
        let Question::AsOf { date, .. } = question else { return newest };
        if let Some((known, view)) = &self.views().past
            && *known == date
            && view.checkpoint() == newest.checkpoint()
        {
            return Arc::clone(view);
        }
        let Some(past) = newest.before(&self.source, date.beijing_end()) else { return newest };
        let past = Arc::new(past);
        self.views().past = Some((date, Arc::clone(&past)));
        past
    }

    /// Whether the authority's key verifies the certificate.
    fn is_signed(&self, evidence: &Evidence) -> bool {
        let signer = evidence.authority.as_ref();
        let signer = signer.and_then(|signer| self.known.authority(&signer.entry.bytes));
        match (signer, SignedCertificate::decode(&evidence.certificate)) {
            (Some(Ok(authority)), Ok(certificate)) => {
                authority.ed25519_key().is_some_and(|key| certificate.verify(key).is_ok())
            }
            _ => false,
        }
    }

    fn searches(&self) -> MutexGuard<'_, Searches> {
        // A panic elsewhere cannot leave a finding that was not made.
        self.searches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn views(&self) -> MutexGuard<'_, Views<F>> {
        // A panic elsewhere cannot leave a view that was not verified.
        self.views.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place that a log proof shows. One that came by itself must hold; one inside a PDF that does not
/// is left aside, since the log is at hand.
fn shown_by(
    proof: Option<&LogProof>,
    evidence: &Evidence,
    claims: &Claims,
    policy: &CheckpointPolicy,
) -> Result<Option<PlaceProof>, ProofFault> {
    let Some(proof) = proof else { return Ok(None) };
    match (PlaceProof::read(proof, &evidence.certificate, claims, policy), proof.came) {
        (Ok(shown), _) => Ok(Some(shown)),
        (Err(fault), ProofCame::ByItself) => Err(fault),
        (Err(_), ProofCame::InsidePdf) => Ok(None),
    }
}

pub(crate) fn claims_of(evidence: &Evidence) -> Option<Claims> {
    Some(SignedCertificate::decode(&evidence.certificate).ok()?.unverified_claims().clone())
}
