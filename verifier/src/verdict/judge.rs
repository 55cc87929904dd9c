//! The order of the verdict: the first match wins.
//!
//! 1. signature, chain or role wrong → not on record;
//! 2. no authority, no fresh verified head, or a hint beyond it → cannot determine;
//! 3. the place in the log;
//! 4. the authority's scope, dates and standing at that place → not on record;
//! 5. revoked, not recognised, cancelled; 6. superseded, or a copy that has run out; 7. valid.

use std::sync::Arc;

use ledger::{
    authority::{Role, VerifiedAuthority},
    certificate::{LogGeneration, SignedCertificate, VerifiedCertificate},
    copy::SignedCopy,
    evidence::{AuthorityEvidence, Evidence},
    position::LeafIndex,
    rules::check_signer,
    status::{Standing, Status},
    time::UnixMillis,
    trust::Trust,
};

use super::{
    Fact, Findings, Outcome, Question, Verdict,
    authority::{AuthorityFinding, authority_standing, find_authority, verify_certificate},
    known::Known,
    moment::VerifiedMoment,
    place::{History, VerifiedPlace, verify_place},
    reason::Reason,
    standing::{decided, standing},
};

/// Judges a certificate by what was gathered about it. Pure: the same evidence, trust and question
/// give the same verdict, today and in ten years.
pub fn judge(
    evidence: &Evidence,
    findings: &Findings,
    trust: &Trust,
    question: Question,
) -> Verdict {
    judge_knowing(&Known::nothing(trust.clone()), evidence, findings, question)
}

/// The same verdict as [`judge`]'s under the trust file of `known`, without verifying again what
/// verified before.
pub fn judge_knowing(
    known: &Known,
    evidence: &Evidence,
    findings: &Findings,
    question: Question,
) -> Verdict {
    judge_case(known, None, evidence, findings, question)
}

/// The same verdict once more, for whoever verified the certificate's signature before, as an issuer
/// does with what it has just signed. `before` counts if it is of the very bytes in `evidence` and of
/// the key of their authority; else the signature is verified now.
pub fn judge_verified(
    known: &Known,
    before: &VerifiedCertificate,
    evidence: &Evidence,
    findings: &Findings,
    question: Question,
) -> Verdict {
    judge_case(known, Some(before), evidence, findings, question)
}

fn judge_case(
    known: &Known,
    before: Option<&VerifiedCertificate>,
    evidence: &Evidence,
    findings: &Findings,
    question: Question,
) -> Verdict {
    let verdict = Verdict::nothing_known();
    let mut case = Case { evidence, findings, known, before, question, verdict };
    let (outcome, reason) = match case.run() {
        Ok((outcome, reason)) => (outcome, reason),
        Err(Stop { outcome, reason }) => (outcome, Some(reason)),
    };
    let mut verdict = case.verdict;
    verdict.outcome = outcome;
    verdict.reason = reason;
    verdict.not_established =
        Fact::ALL.into_iter().filter(|fact| !verdict.established.contains(fact)).collect();
    verdict.not_established.retain(|fact| is_asked(*fact, evidence, findings));
    verdict
}

/// Whether a fact is a question at all about what was handed in.
fn is_asked(fact: Fact, evidence: &Evidence, findings: &Findings) -> bool {
    match fact {
        Fact::Copy => evidence.copy.is_some(),
        Fact::OneHistory => evidence.place.as_ref().is_some_and(|place| place.under.is_some()),
        Fact::NotListed => findings.hinted.is_some(),
        Fact::Signature
        | Fact::Authority
        | Fact::Checkpoint
        | Fact::Witnesses
        | Fact::Fresh
        | Fact::OnRecord
        | Fact::WithinFiling
        | Fact::TitleStatus
        | Fact::CurrentDocument
        | Fact::Presenter => true,
    }
}

/// A verdict reached before the end of the order.
struct Stop {
    outcome: Outcome,
    reason: Reason,
}

fn not_on_record(reason: Reason) -> Stop {
    Stop { outcome: Outcome::NotOnRecord, reason }
}

fn cannot_determine(reason: Reason) -> Stop {
    Stop { outcome: Outcome::CannotDetermine, reason }
}

/// One certificate being judged.
struct Case<'a> {
    evidence: &'a Evidence,
    findings: &'a Findings,
    known: &'a Known,
    before: Option<&'a VerifiedCertificate>,
    question: Question,
    verdict: Verdict,
}

type Answer = (Outcome, Option<Reason>);

impl<'a> Case<'a> {
    fn run(&mut self) -> Result<Answer, Stop> {
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
        match moment.answers(self.question, self.known.trust().max_age_ms()) {
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
        let Some(policy) = self.known.trust().log(log) else {
            return Err(cannot_determine(Reason::UnknownLog { generation: log.get() }));
        };
        let moment = match &self.evidence.moment {
            _ if self.findings.split_view.is_some() => Err(Reason::SplitView),
            Some(moment) => self.known.moment(log, policy, moment),
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
        let authority = match find_authority(evidence, wanted, moment, self.known) {
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
        self.verdict.claims = Some(verified.claims().clone());
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
        match self.copy(certificate, moment)? {
            Some(reason) => Ok((Outcome::Superseded, Some(reason))),
            None => Ok((Outcome::Valid, None)),
        }
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
        let policy = self.known.trust().log(log);
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

    /// The purpose-bound copy: nothing if there is none or it is good.
    fn copy(
        &mut self,
        certificate: &VerifiedCertificate,
        moment: &VerifiedMoment,
    ) -> Result<Option<Reason>, Stop> {
        let Some(evidence) = &self.evidence.copy else { return Ok(None) };
        let Ok(copy) = SignedCopy::decode(&evidence.copy) else {
            return Ok(Some(Reason::CopyWrong));
        };
        let wanted = copy.unverified().authority;
        let signer = evidence.authority.as_ref();
        let authority = match find_authority(signer, wanted, Some(moment), self.known) {
            AuthorityFinding::Accepted(authority) => authority,
            AuthorityFinding::NotAccepted => return Ok(Some(Reason::CopyWrong)),
            AuthorityFinding::Unavailable => return Err(cannot_determine(Reason::CopyUnavailable)),
        };
        let good_signer = signer.map(|signer| copying_authority(signer, &authority, moment));
        let key = match good_signer.transpose()? {
            Some(true) => authority.ed25519_key(),
            Some(false) | None => None,
        };
        let Some(verified) = key.and_then(|key| copy.verify(key).ok()) else {
            return Ok(Some(Reason::CopyWrong));
        };
        let terms = verified.terms();
        if terms.certificate != certificate.commitment() || terms.log != certificate.claims().log {
            return Ok(Some(Reason::CopyWrong));
        }
        self.verdict.copy = Some(terms.clone());
        if self.question.instant() > terms.expires_on.beijing_end() {
            return Ok(Some(Reason::CopyExpired { expired_on: terms.expires_on }));
        }
        self.establish(Fact::Copy);
        Ok(None)
    }

    fn establish(&mut self, fact: Fact) {
        self.verdict.established.push(fact);
    }
}

/// Whether the authority may sign copies at this moment.
fn copying_authority(
    evidence: &AuthorityEvidence,
    authority: &VerifiedAuthority,
    moment: &VerifiedMoment,
) -> Result<bool, Stop> {
    let standing = authority_standing(evidence, moment).map_err(cannot_determine)?;
    let status = standing.exception().map_or(Status::Valid, |exception| exception.status);
    Ok(authority.role() == Role::CopyOnly
        && status == Status::Valid
        && authority.is_valid_at(moment.time()))
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
