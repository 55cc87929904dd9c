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
    import::PendingResults as _,
    office::{IssueOptions, IssueStep},
};
use ledger::parallel::map_pieces;

use self::kit::{Bureau, Lists, bureau};

const BATCH: usize = 10_000;
/// Issued before the clock runs: every committee of the demo is among these.
const WARM: usize = 200;

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let Bureau { mut office, proposer, approver } = bureau(dir.path());
    let results = Lists::of(&mut office, &proposer, &approver).take(WARM + BATCH);
    let options = IssueOptions { proposer: &proposer, approver: &approver };
    // A running office has opened its committees' key files, which is slow on purpose.
    office.add_all(results[..WARM].to_vec()).unwrap();
    office.issue(&options, |_step| {}).unwrap();
    office.add_all(results[WARM..].to_vec()).unwrap();
    let start = Instant::now();
    let mut before = Duration::ZERO;
    let approved = |step| {
        if let IssueStep::Approved { .. } = step {
            before = start.elapsed();
        }
    };
    let report = office.issue(&options, approved).unwrap();
    let whole = start.elapsed();
    assert_eq!((report.issued.len(), report.held_back.len()), (BATCH, 0));
    let signing = raw_signing();
    let rate = |time: Duration| BATCH as f64 / time.as_secs_f64();
    println!("raw Ed25519 signing, all cores: {signing:?}, {:.0} a second", rate(signing));
    for (what, time) in [("", whole - before), (", with all that comes before", whole)] {
        let ratio = rate(time) / rate(signing);
        println!("issuing {BATCH} certificates{what}: {time:?}, ratio {ratio:.3} (aim 0.2)");
    }
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
