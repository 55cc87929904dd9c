//! How long a decision takes: from the second approval to the published checkpoint, on an idle log
//! (limit: 100 ms); 10,000 titles that are not recognised in one decision and one batch, against the
//! signatures and verifications that it cannot do without; and the registry made again.
//!
//! `cargo bench -p issuer --bench cases` works in a temporary directory with the example keys.
#![expect(clippy::unwrap_used, reason = "a bench may stop at once")]

mod kit;

use std::time::{Duration, Instant};

use ed25519_dalek::{Signer as _, SigningKey};
use issuer::{
    case::{CaseKind, Order},
    import::PendingResults as _,
    office::{IssueOptions, Office},
};
use ledger::{certificate::Text, position::LeafIndex};
use verifier::clock::{Clock as _, SystemClock};

use self::kit::{Bureau, Lists, bureau};

const LIST: usize = 10_000;
const SINGLE: usize = 200;

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let Bureau { mut office, proposer, approver } = bureau(dir.path());
    let results = Lists::of(&mut office, &proposer, &approver).take(LIST + SINGLE);
    for piece in results.chunks(LIST) {
        office.add_all(piece.to_vec()).unwrap();
    }
    let options = IssueOptions { proposer: &proposer, approver: &approver };
    office.issue(&options, |_step| {}).unwrap();
    let titles = titles(&office);

    let mut times: Vec<Duration> = titles[LIST..]
        .iter()
        .map(|title| {
            let order = order(CaseKind::RevokeTitle, vec![*title]);
            let proposed = office.propose_case(order, &proposer).unwrap();
            let start = Instant::now();
            office.approve_case(proposed.case, proposed.draft, &approver).unwrap();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    let at = |part: usize| times[times.len() * part / 100];
    println!(
        "a case, from its approval to the published checkpoint ({SINGLE} times): p50 {:?}, p99 {:?}, \
         {:.2} of 100 ms",
        at(50),
        at(99),
        at(99).as_secs_f64() / 0.1
    );

    let order = order(CaseKind::NotRecognise, titles[..LIST].to_vec());
    let proposed = office.propose_case(order, &proposer).unwrap();
    let start = Instant::now();
    let recorded = office.approve_case(proposed.case, proposed.draft, &approver).unwrap();
    let took = start.elapsed();
    assert_eq!(recorded.events.len(), LIST);
    let least = signed_and_verified();
    println!("{LIST} titles not recognised by one decision in one batch: {took:?}");
    println!("as many signatures, each verified once, on one core: {least:?}");
    println!("ratio {:.2}", least.as_secs_f64() / took.as_secs_f64());
}

fn titles(office: &Office) -> Vec<LeafIndex> {
    let numbers = office.registry().certificate_numbers().unwrap();
    numbers.iter().map(|number| office.title(number).unwrap()).collect()
}

fn order(kind: CaseKind, targets: Vec<LeafIndex>) -> Order {
    let today = SystemClock.now().beijing_date();
    let document = Text::new("渝州职改〔2026〕900号").unwrap();
    Order {
        served_on: Some(today),
        heard: Some("笔录在卷".to_owned()),
        ..Order::new(kind, targets, document, today, "业绩证明系伪造。".to_owned())
    }
}

/// What no implementation can do without.
fn signed_and_verified() -> Duration {
    let key = SigningKey::from_bytes(&[7; 32]);
    let public = key.verifying_key();
    let start = Instant::now();
    for number in 0..LIST as u64 {
        let message = [&number.to_be_bytes()[..], &[0x5A; 150]].concat();
        let signature = key.sign(&message);
        public.verify_strict(&message, &signature).unwrap();
    }
    start.elapsed()
}
