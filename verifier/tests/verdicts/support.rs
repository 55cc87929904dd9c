//! Asking about certificates of a kit log.

use ledger::{
    evidence::Evidence,
    position::LeafIndex,
    reader::Fetch,
    test_kit::{Bureau, Issued, StoreFiles},
    time::{Date, UnixMillis},
};
use verifier::{
    check::{Input, Report},
    clock::FixedClock,
    gather::SearchLimit,
    log_checker::LogChecker,
    verdict::{Findings, Outcome, Question, Reason, Verdict, judge},
};

pub const HOUR: u64 = 3_600_000;

/// An outcome with its reason.
pub type Answer = (Outcome, Option<Reason>);

pub fn checker(bureau: &Bureau) -> LogChecker<StoreFiles, FixedClock> {
    checker_on(bureau, bureau.files())
}

pub fn checker_on<F: Fetch>(bureau: &Bureau, files: F) -> LogChecker<F, FixedClock> {
    let limit = SearchLimit::entries(u64::MAX);
    LogChecker::new(bureau.trust(), files, FixedClock(bureau.now), limit)
}

pub fn report(bureau: &Bureau, qr_text: String) -> Report {
    checker(bureau).check_now(&Input::QrText(qr_text)).unwrap()
}

/// The verdict on a certificate now.
pub fn verdict(bureau: &Bureau, issued: &Issued) -> Verdict {
    report(bureau, issued.qr_text()).verdict
}

pub fn answer(bureau: &Bureau, issued: &Issued) -> Answer {
    answer_of(&verdict(bureau, issued))
}

pub fn answer_of(verdict: &Verdict) -> Answer {
    (verdict.outcome, verdict.reason.clone())
}

pub fn report_as_of(bureau: &Bureau, issued: &Issued, date: Date) -> Report {
    checker(bureau).check_as_of(&Input::QrText(issued.qr_text()), date).unwrap()
}

/// All evidence about a certificate, as its receipt holds it.
pub fn evidence(bureau: &Bureau, issued: &Issued) -> Evidence {
    Evidence::decode(&report(bureau, issued.qr_text()).receipt).unwrap()
}

/// The verdict on evidence alone, as of the bureau's clock.
pub fn judged(bureau: &Bureau, evidence: &Evidence) -> Verdict {
    judged_at(bureau, evidence, bureau.now)
}

pub fn judged_at(bureau: &Bureau, evidence: &Evidence, now: UnixMillis) -> Verdict {
    judge(evidence, &Findings::NONE, &bureau.trust(), Question::Now(now))
}

/// A certificate that was signed and never recorded, with a hint of where it would stand.
pub fn unrecorded(claims: ledger::certificate::Claims, hint: LeafIndex) -> Issued {
    let certificate = Bureau::sign_as(ledger::test_kit::Seat::Committee, &claims);
    Issued { certificate: certificate.as_bytes().to_vec(), index: hint, claims }
}

pub const fn because(outcome: Outcome, reason: Reason) -> Answer {
    (outcome, Some(reason))
}
