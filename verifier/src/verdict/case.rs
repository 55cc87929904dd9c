//! One certificate on its way through the order of the verdict, step by step.

use std::sync::Arc;

use ledger::{
    authority::VerifiedAuthority,
    certificate::{LogGeneration, SignedCertificate, VerifiedCertificate},
    evidence::Evidence,
    position::LeafIndex,
    rules::check_signer,
    status::Standing,
    time::UnixMillis,
};

use super::{
    Fact, Findings, Outcome, Question, Verdict,
    authority::{AuthorityFinding, authority_standing, find_authority, verify_certificate},
    copy::{NoCopy, verify_copy},
    known::Memory,
    moment::VerifiedMoment,
    place::{History, VerifiedPlace, verify_place},
    reason::Reason,
    standing::{decided, standing},
};

/// A verdict reached before the end of the order.
pub(super) struct Stop {
    pub(super) outcome: Outcome,
    pub(super) reason: Reason,
}

fn not_on_record(reason: Reason) -> Stop {
    Stop { outcome: Outcome::NotOnRecord, reason }
}

fn cannot_determine(reason: Reason) -> Stop {
    Stop { outcome: Outcome::CannotDetermine, reason }
}

/// One certificate being judged.
pub(super) struct Case<'a> {
    evidence: &'a Evidence,
    findings: &'a Findings,
    memory: Memory<'a>,
    before: Option<&'a VerifiedCertificate>,
    question: Question,
    verdict: Verdict,
}

type Answer = (Outcome, Option<Reason>);

impl<'a> Case<'a> {
    /// A case of which nothing is established yet.
    pub(super) const fn new(
        memory: Memory<'a>,
        before: Option<&'a VerifiedCertificate>,
        evidence: &'a Evidence,
        findings: &'a Findings,
        question: Question,
    ) -> Self {
        Self { evidence, findings, memory, before, question, verdict: Verdict::nothing_known() }
    }

    /// What was established, without the answer.
    pub(super) fn verdict(self) -> Verdict {
        self.verdict
    }

    /// Goes through the order; the first match wins.
    pub(super) fn run(&mut self) -> Result<Answer, Stop> {
        let certificate = SignedCertificate::decode(&self.evidence.certificate)
            .map_err(|_malformed| not_on_record(Reason::CertificateMalformed))?;
        let claims = certificate.unverified_claims();
        let moment = self.moment(claims.log)?;
        let wanted = claims.authority;
        let signed = self.signature(&certificate, wanted, moment.as_deref().ok());
        let (verified, authority) = match (signed, &moment) {
            // Without a moment nothing could be had, the authority neither: the first says why.
            (Err(Stop { outcome: Outcome::CannotDetermine, .. }), Err(reason)) => {
                return Err(cannot_determine(reason.clone()));
            }
            (signed, _) => signed?,
        };
        let moment = moment.map_err(cannot_determine)?;
        match moment.answers(self.question, self.memory.trust().max_age_ms()) {
            Ok(()) => self.establish(Fact::Fresh),
            Err(reason) => {
                self.verdict.last_known = self.last_known(&verified, &authority, &moment);
                return Err(cannot_determine(reason));
            }
        }
        self.rest(&verified, &authority, &moment)
    }

    /// The checkpoint and head; a missing or wrong one is judged after the signature is.
    fn moment(&mut self, log: LogGeneration) -> Result<Result<Arc<VerifiedMoment>, Reason>, Stop> {
        let Some(policy) = self.memory.trust().log(log) else {
            return Err(cannot_determine(Reason::UnknownLog { generation: log.get() }));
        };
        let moment = match &self.evidence.moment {
            _ if self.findings.split_view.is_some() => Err(Reason::SplitView),
            Some(moment) => self.memory.moment(log, policy, moment),
            None => Err(Reason::NoCheckpoint),
        };
        if let Ok(verified) = &moment {
            self.verdict.as_of = Some(verified.as_of(self.question.instant()));
            self.establish(Fact::Checkpoint);
            if policy.quorum().needed() > 0 {
                self.establish(Fact::Witnesses);
            }
        }
        Ok(moment)
    }

    /// Step 1, and the first half of step 2.
    fn signature(
        &mut self,
        certificate: &SignedCertificate,
        wanted: LeafIndex,
        moment: Option<&VerifiedMoment>,
    ) -> Result<(VerifiedCertificate, Arc<VerifiedAuthority>), Stop> {
        let evidence = self.evidence.authority.as_ref();
        let authority = match find_authority(evidence, wanted, moment, self.memory) {
            AuthorityFinding::Accepted(authority) => authority,
            AuthorityFinding::NotAccepted => {
                return Err(not_on_record(Reason::AuthorityNotAccepted));
            }
            AuthorityFinding::Unavailable => {
                return Err(cannot_determine(Reason::AuthorityUnavailable));
            }
        };
        let verified = verify_certificate(certificate, &authority, self.before);
        let verified = verified.map_err(not_on_record)?;
        self.verdict.claims = Some(verified.shared_claims());
        self.establish(Fact::Signature);
        self.establish(Fact::Authority);
        Ok((verified, authority))
    }

    /// What a head that is too old said. Nothing that it establishes counts as established.
    fn last_known(
        &self,
        certificate: &VerifiedCertificate,
        authority: &VerifiedAuthority,
        moment: &VerifiedMoment,
    ) -> Option<Outcome> {
        let mut then = Case { verdict: self.verdict.clone(), ..*self };
        match then.rest(certificate, authority, moment) {
            Ok((outcome, _)) => Some(outcome),
            Err(Stop { outcome: Outcome::CannotDetermine, .. }) => None,
            Err(Stop { outcome, .. }) => Some(outcome),
        }
    }

    /// Steps 3 to 7 under a verified moment.
    fn rest(
        &mut self,
        certificate: &VerifiedCertificate,
        authority: &VerifiedAuthority,
        moment: &VerifiedMoment,
    ) -> Result<Answer, Stop> {
        let place = self.place(certificate, moment)?;
        self.verdict.index = Some(place.index);
        self.establish(Fact::OnRecord);
        if place.history == History::Proved {
            self.establish(Fact::OneHistory);
        }
        place.check_covered(moment, self.question).map_err(of_place)?;
        let log_time = place.log_time(moment).map_err(of_place)?;
        self.verdict.on_record_since = Some(log_time);
        self.signer(certificate, authority, &place, log_time, moment)?;
        self.establish(Fact::WithinFiling);
        let document = standing(&place.evidence.document, place.index, moment);
        let document = document.map_err(cannot_determine)?;
        let title = self.title(&place, &document, moment)?;
        self.establish(Fact::TitleStatus);
        if let Some(decided) = decided(&title).map_err(cannot_determine)? {
            self.verdict.event = title.exception().map(|exception| exception.event);
            return Ok((decided, Some(Reason::Decision)));
        }
        self.verdict.superseded_by = document.exception().and_then(|found| found.superseded_by);
        if self.verdict.superseded_by.is_some() {
            return Ok((Outcome::Superseded, Some(Reason::Reissued)));
        }
        self.establish(Fact::CurrentDocument);
        self.copy(certificate, moment)
    }

    fn place(
        &mut self,
        certificate: &VerifiedCertificate,
        moment: &VerifiedMoment,
    ) -> Result<VerifiedPlace<'a>, Stop> {
        let (evidence, findings) = (self.evidence, self.findings);
        let is_shown = evidence.place.is_some() || findings.proof.is_some();
        if !is_shown && !moment.covers(evidence.hint) {
            return Err(cannot_determine(Reason::BeyondCheckpoint));
        }
        let log = certificate.claims().log;
        let policy = self.memory.trust().log(log);
        let policy =
            policy.ok_or_else(|| cannot_determine(Reason::UnknownLog { generation: log.get() }))?;
        verify_place(evidence, findings, certificate, moment, policy).map_err(|reason| {
            match (reason, &findings.hinted) {
                (Reason::PlaceUnavailable, Some(hinted)) => {
                    self.unchecked(hinted.listed(evidence.hint, certificate, moment), moment)
                }
                (reason, _) => of_place(reason),
            }
        })
    }

    /// What is said where only the QR code names a place.
    fn unchecked(
        &mut self,
        listed: Result<Option<Outcome>, Reason>,
        moment: &VerifiedMoment,
    ) -> Stop {
        let (hint, time) = (self.evidence.hint, moment.time());
        cannot_determine(match listed {
            Ok(listed) => {
                if listed.is_none() {
                    self.establish(Fact::NotListed);
                }
                Reason::PlaceUnchecked { hint, listed, time }
            }
            Err(reason) => reason,
        })
    }

    /// Step 4.
    fn signer(
        &self,
        certificate: &VerifiedCertificate,
        authority: &VerifiedAuthority,
        place: &VerifiedPlace<'_>,
        log_time: UnixMillis,
        moment: &VerifiedMoment,
    ) -> Result<(), Stop> {
        let claims = certificate.claims();
        if claims.authority >= place.index {
            return Err(not_on_record(Reason::AuthorityNotAccepted));
        }
        let evidence = self
            .evidence
            .authority
            .as_ref()
            .ok_or_else(|| cannot_determine(Reason::AuthorityUnavailable))?;
        let standing = authority_standing(evidence, moment).map_err(cannot_determine)?;
        check_signer(claims, place.index, log_time, authority, standing.exception())
            .map_err(|fault| not_on_record(Reason::Signer(fault)))
    }

    fn title(
        &self,
        place: &VerifiedPlace<'_>,
        document: &Standing,
        moment: &VerifiedMoment,
    ) -> Result<Standing, Stop> {
        if place.title == place.index {
            return Ok(document.clone());
        }
        let proof = place.evidence.title.as_ref();
        let proof = proof.ok_or_else(|| cannot_determine(Reason::StatusUnproved))?;
        standing(proof, place.title, moment).map_err(cannot_determine)
    }

    /// The purpose-bound copy, if one came with the certificate.
    fn copy(
        &mut self,
        certificate: &VerifiedCertificate,
        moment: &VerifiedMoment,
    ) -> Result<Answer, Stop> {
        let Some(evidence) = &self.evidence.copy else { return Ok((Outcome::Valid, None)) };
        let terms = match verify_copy(evidence, certificate, moment, self.memory) {
            Ok(terms) => self.verdict.copy.insert(terms),
            Err(NoCopy::Wrong) => return Ok((Outcome::Superseded, Some(Reason::CopyWrong))),
            Err(NoCopy::Undetermined(reason)) => return Err(cannot_determine(reason)),
        };
        let expired_on = terms.expires_on;
        if self.question.instant() > expired_on.beijing_end() {
            return Ok((Outcome::Superseded, Some(Reason::CopyExpired { expired_on })));
        }
        self.establish(Fact::Copy);
        Ok((Outcome::Valid, None))
    }

    fn establish(&mut self, fact: Fact) {
        self.verdict.established.push(fact);
    }
}

/// What a reason that step 3 gives leads to.
fn of_place(reason: Reason) -> Stop {
    match reason {
        Reason::NotRecorded | Reason::RecordedLater { .. } | Reason::EntryDiffers => {
            not_on_record(reason)
        }
        other => cannot_determine(other),
    }
}
