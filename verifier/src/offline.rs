//! Checking without the log: from what was handed in, and from what was kept while it was at hand. A
//! receipt needs nothing else.

use ledger::{
    certificate::Claims,
    checkpoint::SignedCheckpoint,
    copy::SignedCopy,
    entry::{Entry, StatusHead},
    evidence::{
        AuthorityEvidence, CopyEvidence, Evidence, Moment, OtherCheckpoint, Place, ProvenEntry,
    },
    merkle::prove_inclusion,
    position::{LeafIndex, TreeSize},
    status::StatusProof,
    time::Date,
    trust::Trust,
};

use crate::{
    cache::Cache,
    check::{Checker, Input, InputError, LogProof, Report},
    clock::Clock,
    gather::{Listed, PlaceProof, claims_of, consistency},
    verdict::{Findings, HintedStatus, Known, Outcome, Question, Reason, Verdict, judge_knowing},
};

/// Answers from a cache alone.
#[derive(Debug)]
pub struct OfflineChecker<C> {
    known: Known,
    kept: Kept,
    clock: C,
}

/// Answers from what was handed in alone. Only a receipt holds what an answer needs; of anything else
/// no more than the signature can be said, and not even that without its authority.
#[derive(Debug)]
pub struct ReceiptChecker<C> {
    known: Known,
    clock: C,
}

impl<C: Clock> ReceiptChecker<C> {
    /// A checker that never asks a log and keeps nothing.
    pub fn new(trust: Trust, clock: C) -> Self {
        Self { known: Known::nothing(trust), clock }
    }

    /// Judges one input as of now, or as of the end of a Beijing day. What came later nobody knows here.
    pub fn check(&self, input: &Input, as_of: Option<Date>) -> Result<Report, InputError> {
        let now = self.clock.now();
        let question = as_of.map_or(Question::Now(now), |date| Question::AsOf { date, now });
        let given = input.evidence()?;
        let verdict = judge_knowing(&self.known, &given, &Findings::NONE, question);
        Ok(Report { receipt: given.encode(), verdict, later: None })
    }
}

/// A cache, ready to give evidence; nothing in it is verified here.
#[derive(Debug)]
struct Kept {
    cache: Cache,
    size: TreeSize,
    head: Option<StatusHead>,
    listed: Option<Listed>,
}

impl<C: Clock> OfflineChecker<C> {
    /// A checker that never asks a log.
    pub fn new(trust: Trust, cache: Cache, clock: C) -> Self {
        Self { known: Known::nothing(trust), kept: Kept::of(cache), clock }
    }

    /// Judges one input as of now.
    pub fn check_now(&self, input: &Input) -> Result<Report, InputError> {
        self.answer(input, Question::Now(self.clock.now()))
    }

    /// Judges one input as of the end of a Beijing day, and adds what came later as far as it is known.
    pub fn check_as_of(&self, input: &Input, date: Date) -> Result<Report, InputError> {
        self.answer(input, Question::AsOf { date, now: self.clock.now() })
    }

    fn answer(&self, input: &Input, question: Question) -> Result<Report, InputError> {
        let given = input.evidence()?;
        let mut report = self.answered(&given, input, question);
        if let Question::AsOf { now, .. } = question {
            let newest = self.answered(&given, input, Question::Now(now)).verdict.outcome;
            let is_news = newest != Outcome::CannotDetermine && newest != report.verdict.outcome;
            report.later = is_news.then_some(newest);
        }
        Ok(report)
    }

    fn answered(&self, given: &Evidence, input: &Input, question: Question) -> Report {
        let (evidence, findings) = self.gathered(given.clone(), input.proof(), question);
        let verdict = judge_knowing(&self.known, &evidence, &findings, question);
        let cached = Report { receipt: evidence.encode(), verdict, later: None };
        match input {
            Input::QrText(_) | Input::Proved { .. } => cached,
            Input::Receipt(_) => {
                let verdict = judge_knowing(&self.known, given, &Findings::NONE, question);
                let own = Report { receipt: given.encode(), verdict, later: None };
                if speaks_for_itself(&own.verdict, &cached.verdict) { own } else { cached }
            }
        }
    }

    /// Completes `evidence` from the cache.
    fn gathered(
        &self,
        mut evidence: Evidence,
        proof: Option<&LogProof>,
        question: Question,
    ) -> (Evidence, Findings) {
        let (moment, place) = (evidence.moment.take(), evidence.place.take());
        let mut findings = Findings::NONE;
        let Some(claims) = claims_of(&evidence) else { return (evidence, findings) };
        let Some(policy) = self.known.trust().log(claims.log) else { return (evidence, findings) };
        let kept = &self.kept;
        evidence.moment = kept.moment(question);
        evidence.authority = kept.authority(claims.authority);
        evidence.copy = evidence.copy.map(|copy| kept.copy(copy.copy));
        match (proof, place) {
            (Some(proof), _) => {
                match PlaceProof::read(proof, &evidence.certificate, &claims, policy) {
                    Ok(shown) => evidence.place = Some(kept.place_shown_by(shown)),
                    Err(fault) => findings.proof = Some(fault),
                }
            }
            (None, Some(place)) => evidence.place = kept.place_of_receipt(place, moment),
            (None, None) => {}
        }
        if evidence.place.is_none() {
            findings.hinted = Some(kept.hinted(evidence.hint, &claims));
        }
        (evidence, findings)
    }
}

/// Whether a receipt's own answer stands, rather than that of its certificate under the cache: it is an
/// answer, and the cache has none, or an older one. Two histories are never passed over.
fn speaks_for_itself(own: &Verdict, cached: &Verdict) -> bool {
    let is_answer = |verdict: &Verdict| verdict.outcome != Outcome::CannotDetermine;
    let time = |verdict: &Verdict| verdict.as_of.map(|as_of| as_of.time);
    match (is_answer(own), is_answer(cached)) {
        (true, true) => time(own) > time(cached),
        (true, false) => cached.reason != Some(Reason::SplitView),
        (false, true) => false,
        // Neither is one: the receipt at least has what was known last.
        (false, false) => own.last_known.is_some() && cached.last_known.is_none(),
    }
}

impl Kept {
    fn of(cache: Cache) -> Self {
        let checkpoint = SignedCheckpoint::parse(&cache.checkpoint);
        let size = checkpoint.map_or(TreeSize::EMPTY, |checkpoint| checkpoint.unverified().size);
        let head = match Entry::decode(&cache.head) {
            Ok(Entry::StatusHead(head)) => Some(head),
            Ok(_) | Err(_) => None,
        };
        let listed = head.as_ref().and_then(|head| Listed::of_head(&cache.list, head));
        Self { cache, size, head, listed }
    }

    /// Checkpoint and head; none for a day that was over before the head: its own head is not kept.
    fn moment(&self, question: Question) -> Option<Moment> {
        if let (Question::AsOf { date, .. }, Some(head)) = (question, &self.head)
            && head.time > date.beijing_end()
        {
            return None;
        }
        let head = self.size.last_index().and_then(|last| self.prove(last, &self.cache.head));
        Some(Moment { checkpoint: self.cache.checkpoint.clone(), head })
    }

    fn prove(&self, index: LeafIndex, bytes: &[u8]) -> Option<ProvenEntry> {
        let proof = prove_inclusion(&self.cache, index, self.size).ok()?;
        Some(ProvenEntry { index, bytes: bytes.to_vec(), path: proof.hashes().to_vec() })
    }

    /// The proof of what the list says of `index`; without a list, one that nobody accepts.
    fn status(&self, index: LeafIndex) -> StatusProof {
        match &self.listed {
            Some(listed) => listed.prove(index),
            None => StatusProof::NotListed { left: None, right: None },
        }
    }

    fn authority(&self, index: LeafIndex) -> Option<AuthorityEvidence> {
        let entry = self.prove(index, self.cache.authorities.get(&index)?)?;
        Some(AuthorityEvidence { entry, status: self.status(index) })
    }

    fn copy(&self, copy: Vec<u8>) -> CopyEvidence {
        let signer = SignedCopy::decode(&copy).ok();
        let authority = signer.and_then(|signer| self.authority(signer.unverified().authority));
        CopyEvidence { copy, authority }
    }

    fn place_shown_by(&self, proof: PlaceProof) -> Place {
        proof.into_place(|index| self.status(index), &self.cache, self.size)
    }

    /// A receipt's place, which is proved under its own checkpoint, with the status that the cache knows.
    fn place_of_receipt(&self, place: Place, moment: Option<Moment>) -> Option<Place> {
        let Ok(Entry::Issuance(issuance)) = Entry::decode(&place.entry.bytes) else { return None };
        let (checkpoint, log_time) = match place.under {
            Some(other) => (other.checkpoint, place.log_time),
            None => moment.map(|moment| (moment.checkpoint, place.log_time.or(moment.head)))?,
        };
        let size = SignedCheckpoint::parse(&checkpoint).ok()?.unverified().size;
        let consistency = consistency(&self.cache, size, self.size);
        Some(Place {
            log_time,
            document: self.status(place.entry.index),
            title: issuance.title.map(|title| self.status(title)),
            under: Some(OtherCheckpoint { checkpoint, consistency }),
            entry: place.entry,
        })
    }

    fn hinted(&self, hint: LeafIndex, claims: &Claims) -> HintedStatus {
        HintedStatus {
            document: self.status(hint),
            title: claims.title.map(|title| self.status(title)),
        }
    }
}

impl<C: Clock> Checker for OfflineChecker<C> {
    fn check(&self, input: &Input) -> Result<Report, InputError> {
        self.check_now(input)
    }
}
