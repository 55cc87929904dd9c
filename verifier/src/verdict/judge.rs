//! The order of the verdict: the first match wins.
//!
//! 1. signature, chain or role wrong → not on record;
//! 2. no authority, no fresh verified head, or a hint beyond it → cannot determine;
//! 3. the place in the log;
//! 4. the authority's scope, dates and standing at that place → not on record;
//! 5. revoked, not recognised, cancelled; 6. superseded, or a copy that has run out; 7. valid.

use ledger::{certificate::VerifiedCertificate, evidence::Evidence, trust::Trust};

use super::{
    Fact, Findings, Question, Verdict,
    case::{Case, Stop},
    known::{Known, Memory},
};

/// Judges a certificate by what was gathered about it. Pure: the same evidence, trust and question
/// give the same verdict, today and in ten years.
pub fn judge(
    evidence: &Evidence,
    findings: &Findings,
    trust: &Trust,
    question: Question,
) -> Verdict {
    judge_case(Memory::Nothing(trust), None, evidence, findings, question)
}

/// The same verdict as [`judge`]'s under the trust file of `known`, without verifying again what
/// verified before.
pub fn judge_knowing(
    known: &Known,
    evidence: &Evidence,
    findings: &Findings,
    question: Question,
) -> Verdict {
    judge_case(Memory::Kept(known), None, evidence, findings, question)
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
    judge_case(Memory::Kept(known), Some(before), evidence, findings, question)
}

fn judge_case(
    memory: Memory<'_>,
    before: Option<&VerifiedCertificate>,
    evidence: &Evidence,
    findings: &Findings,
    question: Question,
) -> Verdict {
    let mut case = Case::new(memory, before, evidence, findings, question);
    let (outcome, reason) = match case.run() {
        Ok((outcome, reason)) => (outcome, reason),
        Err(Stop { outcome, reason }) => (outcome, Some(reason)),
    };
    let mut verdict = case.verdict();
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
