//! Asking about certificates of a kit log.

use std::sync::Arc;

use ledger::{
    checkpoint::{SignedCheckpoint, VerifiedCheckpoint},
    evidence::Evidence,
    path::LogPath,
    position::{LeafIndex, TreeSize},
    reader::{Fetch, LogReader, read_checkpoint},
    test_kit::{Bureau, Issued, StoreFiles},
    time::{Date, UnixMillis},
    tlog_proof::TlogProof,
};
use verifier::{
    cache::Cache,
    check::{Input, LogProof, ProofCame, Report},
    clock::FixedClock,
    gather::{LastSeen, SearchLimit, View},
    log_checker::LogChecker,
    offline::OfflineChecker,
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

/// What is kept of a log as it is now.
pub fn cache(bureau: &Bureau) -> Cache {
    checker(bureau).kept(None).unwrap().cache
}

/// A checker with a cache and no log, as of the bureau's clock.
pub fn offline(bureau: &Bureau, cache: Cache) -> OfflineChecker<FixedClock> {
    OfflineChecker::new(bureau.trust(), cache, FixedClock(bureau.now))
}

/// The log proof of a certificate at the first checkpoint that covered it.
pub fn proof(bureau: &Bureau, issued: &Issued) -> TlogProof {
    let (files, policy, index) = (Arc::new(bureau.files()), bureau.policy(), issued.index);
    let view = View::open(&files, &policy, &LastSeen::nothing()).unwrap();
    let head = view.first_head_after(index).unwrap();
    let path = LogPath::KeptCheckpoint(head.covering_size());
    let checkpoint = read_checkpoint(&files, &path, &policy).unwrap();
    TlogProof::of(&LogReader::open(files, checkpoint).unwrap(), index, head).unwrap()
}

/// A certificate with a proof that somebody asks about.
pub fn with_proof(issued: &Issued, proof: &TlogProof) -> Input {
    with_file(issued, proof.to_bytes(), ProofCame::ByItself)
}

/// A certificate with a file in the place of its proof.
pub fn with_file(issued: &Issued, bytes: Vec<u8>, came: ProofCame) -> Input {
    Input::Proved { text: issued.qr_text(), proof: LogProof { bytes, came } }
}

/// A checkpoint of an earlier size, signed by the log.
pub fn checkpoint_at(bureau: &Bureau, size: TreeSize) -> VerifiedCheckpoint {
    let files = bureau.files();
    let newest = read_checkpoint(&files, &LogPath::Checkpoint, &bureau.policy()).unwrap();
    let root = LogReader::open(files, newest).unwrap().root_at(size).unwrap();
    let signed = SignedCheckpoint::parse(&bureau.sign_checkpoint(size, root)).unwrap();
    signed.verify(&bureau.policy()).unwrap()
}
