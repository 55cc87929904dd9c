//! What a verdict costs, in strict Ed25519 verifications: `cargo bench -p verifier --bench judge`.
//!
//! The unit is `verify_strict` of ed25519-dalek, of a certificate's length, under a key that is
//! decompressed already. It is measured between the verdicts that it is compared with, so that what
//! else the machine does hits both.
//!
//! Aims: warm (checkpoint and authority known) at most 1.3; cold at most 3.3 and one for each witness.
#![expect(clippy::unwrap_used, reason = "a bench may panic")]

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use ed25519_dalek::VerifyingKey;
use ledger::{
    certificate::SignedCertificate,
    evidence::Evidence,
    status::Status,
    test_kit::{Bureau, Issued, Seat, authority_entry},
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

/// What the machine's own yardstick works on: messages and their signatures under one key.
struct Yardstick {
    key: VerifyingKey,
    signed: Vec<(Vec<u8>, [u8; 64])>,
}

/// A time, and that of one strict verification beside it.
struct Measured {
    time: Duration,
    unit: Duration,
}

impl Yardstick {
    /// The time of one run of `work` and of one strict verification: of each item the best of
    /// `ROUNDS`, so that what else the machine does is left out, and over all items the mean.
    fn beside<T>(&self, items: &[T], mut work: impl FnMut(&T)) -> Measured {
        let mut bests = vec![(Duration::MAX, Duration::MAX); items.len()];
        for _ in 0..ROUNDS {
            let signed = self.signed.iter().cycle();
            for ((item, (best, unit)), signed) in items.iter().zip(&mut bests).zip(signed) {
                *best = timed(|| work(item)).min(*best);
                *unit = timed(|| self.verify(signed)).min(*unit);
            }
        }
        let (times, units): (Vec<_>, Vec<_>) = bests.into_iter().unzip();
        let mean = |times: Vec<Duration>| times.iter().sum::<Duration>() / items.len() as u32;
        Measured { time: mean(times), unit: mean(units) }
    }

    fn verify(&self, (message, signature): &(Vec<u8>, [u8; 64])) {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.key.verify_strict(message, &signature).unwrap();
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn line(what: &str, Measured { time, unit }: &Measured, aim: &str) {
    let ratio = time.as_secs_f64() / unit.as_secs_f64();
    let (micros, unit) = (time.as_secs_f64() * 1e6, unit.as_secs_f64() * 1e6);
    println!(
        "{what:<40} {micros:>6.1} µs {ratio:>5.2} strict verifications of {unit:.1} µs  {aim}"
    );
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
    let signed = sample.iter().map(|i| SignedCertificate::decode(&i.certificate).unwrap());
    let signed: Vec<_> = signed.map(|certificate| certificate.signed_parts()).collect();
    let authority = authority_entry(Seat::Committee);
    let authority = ledger::rules::accept_authority(&authority, trust.roots()).unwrap();
    let unit = Yardstick { key: *authority.ed25519_key().unwrap(), signed: signed.clone() };
    let ours = unit.beside(&signed, |(message, signature)| {
        ledger::ed25519::verify_strict(&unit.key, message, signature).unwrap();
    });
    line("the same, as the ledger verifies", &ours, "");

    let opened = view(&bureau);
    let evidence: Vec<_> = sample.iter().map(|issued| evidence_of(&opened, issued)).collect();
    let known = Known::nothing(trust.clone());
    let warm =
        unit.beside(&evidence, |e| valid(judge_knowing(&known, e, &Findings::NONE, question)));
    line("judge, warm", &warm, "aim 1.3");
    let cold = unit.beside(&evidence, |e| valid(judge(e, &Findings::NONE, &trust, question)));
    line("judge, cold, no witness", &cold, "aim 3.3");

    for witnesses in [1, 3] {
        let (bureau, batch) = a_batch(witnesses);
        let (trust, opened) = (bureau.trust(), view(&bureau));
        let sample = batch.iter().step_by(100);
        let evidence: Vec<_> = sample.map(|issued| evidence_of(&opened, issued)).collect();
        let cold = unit.beside(&evidence, |e| valid(judge(e, &Findings::NONE, &trust, question)));
        let aim = format!("aim {}.3", 3 + witnesses);
        line(&format!("judge, cold, witnesses: {witnesses}"), &cold, &aim);
    }

    let opened = view(&bureau);
    let time = unit.beside(&batch, |issued| {
        black_box(evidence_of(&opened, issued));
    });
    line("evidence, per certificate of a batch", &time, "");
    let all: Vec<_> = batch.iter().map(|issued| evidence_of(&opened, issued)).collect();
    let time = unit.beside(&all, |e| valid(judge_knowing(&known, e, &Findings::NONE, question)));
    line("judge, per certificate of a batch", &time, "");

    let limit = SearchLimit::entries(u64::MAX);
    let checker = LogChecker::new(trust, bureau.files(), FixedClock(bureau.now), limit);
    let texts: Vec<_> = sample.iter().map(|issued| Input::QrText(issued.qr_text())).collect();
    let checked = unit.beside(&texts, |text| valid(checker.check_now(text).unwrap().verdict));
    line("check of a QR text, everything at hand", &checked, "");
}
