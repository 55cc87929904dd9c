//! What a verdict costs, in strict Ed25519 verifications measured in the same run:
//! `cargo bench -p verifier --bench judge`.
//!
//! Aims: warm (checkpoint and authority known) at most 1.3; cold at most 3.3 and one for each witness.
#![expect(clippy::unwrap_used, reason = "a bench may panic")]

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use ledger::{
    certificate::SignedCertificate,
    evidence::Evidence,
    status::Status,
    test_kit::{Bureau, Issued, Seat, authority_entry},
    trust::Trust,
};
use verifier::{
    check::Input,
    clock::FixedClock,
    gather::{LastSeen, SearchLimit, View},
    log_checker::LogChecker,
    verdict::{Findings, Known, Outcome, Question, Verdict, judge, judge_knowing},
};

const BATCH: u32 = 10_000;
const ROUNDS: usize = 9;

/// The time of one run of `work`: of each item the best of `ROUNDS`, so that what else the machine
/// does is left out, and over all items the mean.
fn best<T>(items: &[T], mut work: impl FnMut(&T)) -> Duration {
    let mut bests = vec![Duration::MAX; items.len()];
    for _ in 0..ROUNDS {
        for (item, best) in items.iter().zip(&mut bests) {
            let start = Instant::now();
            work(item);
            *best = start.elapsed().min(*best);
        }
    }
    bests.iter().sum::<Duration>() / items.len() as u32
}

fn line(what: &str, time: Duration, unit: Duration, aim: &str) {
    let ratio = time.as_secs_f64() / unit.as_secs_f64();
    let micros = time.as_secs_f64() * 1e6;
    println!("{what:<44} {micros:>8.1} µs {ratio:>7.2} strict verifications   {aim}");
}

/// A log with many exceptions, and a batch of certificates on it.
fn a_batch(witnesses: u8) -> (Bureau, Vec<Issued>) {
    let mut bureau = Bureau::with_witnesses(usize::from(witnesses), witnesses);
    let earlier = bureau.issue_all((0..200).map(Bureau::claims).collect());
    for issued in earlier.iter().step_by(4) {
        bureau.decide(issued.index, Status::Revoked);
    }
    let batch = bureau.issue_all((1000..1000 + BATCH).map(Bureau::claims).collect());
    (bureau, batch)
}

fn evidence_of(view: &View<ledger::test_kit::StoreFiles>, issued: &Issued) -> Evidence {
    view.evidence(issued.certificate.clone(), issued.claims.authority, issued.index)
}

fn valid(verdict: Verdict) {
    assert_eq!(black_box(verdict).outcome, Outcome::Valid);
}

fn main() {
    let (bureau, batch) = a_batch(0);
    let trust = bureau.trust();
    let question = Question::Now(bureau.now);
    let view = |bureau: &Bureau| {
        View::open(&Arc::new(bureau.files()), &bureau.policy(), &LastSeen::nothing()).unwrap()
    };

    let sample: Vec<_> = batch.iter().step_by(50).collect();
    let signed: Vec<_> =
        sample.iter().map(|i| SignedCertificate::decode(&i.certificate).unwrap()).collect();
    let accept = |trust: &Trust| {
        ledger::rules::accept_authority(&authority_entry(Seat::Committee), trust.roots()).unwrap()
    };
    let authority = accept(&trust);
    let key = authority.ed25519_key().unwrap();
    let parts: Vec<_> = signed.iter().map(SignedCertificate::signed_parts).collect();
    let unit = best(&parts, |(message, signature)| {
        key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).unwrap();
    });
    line("verify_strict", unit, unit, "");

    let opened = view(&bureau);
    let evidence: Vec<_> = sample.iter().map(|issued| evidence_of(&opened, issued)).collect();
    let known = Known::nothing(trust.clone());
    let warm = best(&evidence, |e| valid(judge_knowing(&known, e, &Findings::NONE, question)));
    line("judge, warm", warm, unit, "aim 1.3");
    let cold = best(&evidence, |e| valid(judge(e, &Findings::NONE, &trust, question)));
    line("judge, cold, no witness", cold, unit, "aim 3.3");

    for witnesses in [1, 3] {
        let (bureau, batch) = a_batch(witnesses);
        let (trust, opened) = (bureau.trust(), view(&bureau));
        let sample = batch.iter().step_by(100);
        let evidence: Vec<_> = sample.map(|issued| evidence_of(&opened, issued)).collect();
        let cold = best(&evidence, |e| valid(judge(e, &Findings::NONE, &trust, question)));
        let aim = format!("aim {}.3", 3 + witnesses);
        line(&format!("judge, cold, {witnesses} witnesses"), cold, unit, &aim);
    }

    let opened = view(&bureau);
    let time = best(&batch, |issued| {
        black_box(evidence_of(&opened, issued));
    });
    line("evidence, per certificate of a batch", time, unit, "");
    let all: Vec<_> = batch.iter().map(|issued| evidence_of(&opened, issued)).collect();
    let time = best(&all, |e| valid(judge_knowing(&known, e, &Findings::NONE, question)));
    line("judge, per certificate of a batch", time, unit, "");

    let limit = SearchLimit::entries(u64::MAX);
    let checker = LogChecker::new(trust, bureau.files(), FixedClock(bureau.now), limit);
    let texts: Vec<_> = sample.iter().map(|issued| Input::QrText(issued.qr_text())).collect();
    let checked = best(&texts, |text| valid(checker.check_now(text).unwrap().verdict));
    line("check of a QR text, everything at hand", checked, unit, "");
}
