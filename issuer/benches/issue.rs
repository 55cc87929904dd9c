//! Issuing 10,000 certificates (sign, verify, journal, append, durable, judge, acknowledge: from the
//! second person's signature on) against raw Ed25519 signing on the same cores in the same run; and the
//! same with what comes before: reading the results, their gates, numbers, drafts, the lint, and two
//! persons' signatures.
//!
//! `cargo bench -p issuer --bench issue` works in a temporary directory with the example keys.
#![expect(clippy::unwrap_used, reason = "a bench may stop at once")]

mod kit;

use std::time::{Duration, Instant};

use ed25519_dalek::{Signer as _, SigningKey};
use issuer::{
    eligibility::EligibleResult,
    import::PendingResults as _,
    office::{IssueOptions, IssueStep},
};
use ledger::parallel::map_pieces;

use self::kit::{Bureau, Lists, bureau};

const BATCH: usize = 10_000;
/// One measurement of a tenth of a second says little.
const ROUNDS: usize = 5;
/// Issued before the clock runs: every committee of the demo is among these.
const WARM: usize = 200;

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let mut bureau = bureau(dir.path());
    let Bureau { office, proposer, approver } = &mut bureau;
    let results = Lists::of(office, proposer, approver).take(WARM + ROUNDS * BATCH);
    // A running office has opened its committees' key files, which is slow on purpose.
    issue(&mut bureau, &results[..WARM]);
    let rounds = results[WARM..].chunks(BATCH).map(|batch| {
        let Issuing { from_approval, whole } = issue(&mut bureau, batch);
        (raw_signing(), from_approval, whole)
    });
    let rounds: Vec<_> = rounds.collect();
    let median = |part: fn(&(Duration, Duration, Duration)) -> Duration| {
        let mut times: Vec<_> = rounds.iter().map(part).collect();
        times.sort_unstable();
        times[ROUNDS / 2]
    };
    let signing = median(|(signing, ..)| *signing);
    println!("{BATCH} certificates, median of {ROUNDS} batches");
    println!("raw Ed25519 signing, all cores: {signing:?}");
    for (what, time) in [
        ("issuing", median(|(_, from_approval, _)| *from_approval)),
        ("issuing, with all that comes before", median(|(.., whole)| *whole)),
    ] {
        let ratio = signing.as_secs_f64() / time.as_secs_f64();
        println!("{what}: {time:?}, ratio {ratio:.3} (aim 0.2)");
    }
}

struct Issuing {
    from_approval: Duration,
    whole: Duration,
}

fn issue(bureau: &mut Bureau, results: &[EligibleResult]) -> Issuing {
    let Bureau { office, proposer, approver } = bureau;
    office.add_all(results.to_vec()).unwrap();
    let mut before = Duration::ZERO;
    let start = Instant::now();
    let approved = |step| {
        if let IssueStep::Approved { .. } = step {
            before = start.elapsed();
        }
    };
    let report = office.issue(&IssueOptions { proposer, approver }, approved).unwrap();
    let whole = start.elapsed();
    assert_eq!((report.issued.len(), report.held_back.len()), (results.len(), 0));
    Issuing { from_approval: whole - before, whole }
}

/// The limit: nothing but signatures of a certificate's length, on all cores.
fn raw_signing() -> Duration {
    let key = SigningKey::from_bytes(&[7; 32]);
    let messages: Vec<Vec<u8>> =
        (0..BATCH as u64).map(|n| [&n.to_be_bytes()[..], &[0x5A; 272]].concat()).collect();
    let start = Instant::now();
    let signatures = map_pieces(messages, |piece| {
        Ok::<_, std::convert::Infallible>(
            piece.iter().map(|message| key.sign(message)).collect::<Vec<_>>(),
        )
    });
    assert_eq!(signatures.unwrap().len(), BATCH);
    start.elapsed()
}
