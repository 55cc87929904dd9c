//! Issuing 10,000 certificates (lint, sign, verify, journal, append, durable, judge) against raw
//! Ed25519 signing on the same cores in the same run.
//!
//! `cargo bench -p issuer --bench issue` works in a temporary directory with the example keys.
#![expect(clippy::unwrap_used, reason = "a bench may stop at once")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use ed25519_dalek::{Signer as _, SigningKey};
use issuer::{
    archive::ArchiveSettings,
    calendar::Calendar,
    catalogue::Catalogue,
    committee,
    document::Marking,
    eligibility::EligibleResult,
    erasure::ValidTitles,
    import::{PendingResults as _, Rules, judge},
    office::{InitOptions, IssueOptions, Office, OpenOptions, Settings, init},
    random::{Buffered, OsRandom},
    sequencer::Heartbeat,
    signing::{ExampleKeys, Passphrase, SigningKeyFile, write_example_files},
    witnesses::WitnessOptions,
};
use ledger::{certificate::LogGeneration, parallel::map_pieces, qr::VerificationHost};
use verifier::clock::SystemClock;

const RESULTS: &str = include_str!("../demo/approved-results.csv");
const COMMITTEES: &[u8] = include_bytes!("../demo/committees.csv");
const BATCH: usize = 10_000;
/// Issued before the clock runs: every committee of the demo is among these.
const WARM: usize = 200;

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let keys = dir.path().join("keys-made");
    write_example_files(&keys).unwrap();
    let passphrase = || Passphrase::from_file(&keys.join("passphrase.txt")).unwrap();
    let mut office = office(dir.path(), &keys, passphrase());
    let results = results(&mut office);
    let key = |name: &str| {
        SigningKeyFile::load(&keys.join(name), &passphrase(), ExampleKeys::Allowed).unwrap()
    };
    let (proposer, approver) = (key("staff-1.key"), key("staff-2.key"));
    let options = IssueOptions { proposer: &proposer, approver: &approver };
    // A running office has opened its committees' key files, which is slow on purpose.
    office.add_all(results[..WARM].to_vec()).unwrap();
    office.issue(&options, |_done| {}).unwrap();
    office.add_all(results[WARM..].to_vec()).unwrap();
    let start = Instant::now();
    let report = office.issue(&options, |_done| {}).unwrap();
    let issuing = start.elapsed();
    assert_eq!((report.issued.len(), report.held_back.len()), (BATCH, 0));
    let signing = raw_signing();
    let rate = |time: Duration| BATCH as f64 / time.as_secs_f64();
    println!("issuing {BATCH} certificates: {issuing:?}, {:.0} a second", rate(issuing));
    println!("raw Ed25519 signing, all cores: {signing:?}, {:.0} a second", rate(signing));
    println!("ratio {:.3} (aim 0.2)", rate(issuing) / rate(signing));
}

fn office(dir: &std::path::Path, keys: &std::path::Path, passphrase: Passphrase) -> Office {
    let settings = Settings {
        generation: LogGeneration::new(1),
        host: VerificationHost::new("https://verify.example.cn").unwrap(),
        extra_months: 600,
        marking: Marking::Specimen,
        reserve_mebibytes: Settings::DEFAULT_RESERVE_MEBIBYTES,
        archive: ArchiveSettings::CAUTIOUS,
        recheck_period_from: Settings::DEFAULT_RECHECK_PERIOD_FROM,
        erasure_of_valid_titles: ValidTitles::OnRequest,
    };
    let open = OpenOptions {
        passphrase,
        examples: ExampleKeys::Allowed,
        heartbeat: Heartbeat::OnDemand,
        sequencer_random: Box::new(Buffered::new(OsRandom)),
        witnesses: WitnessOptions::silent(),
    };
    let options = InitOptions { keys, settings, policy: None };
    init(
        &dir.join("office"),
        &options,
        open,
        Arc::new(SystemClock),
        Box::new(Buffered::new(OsRandom)),
    )
    .unwrap()
}

/// The demo's accepted results, repeated with other approval documents until there are enough.
fn results(office: &mut Office) -> Vec<EligibleResult> {
    let catalogue = Catalogue::published().unwrap();
    let committees = committee::read(COMMITTEES, &catalogue).unwrap().committees;
    office.register_committees(&committees).unwrap();
    let rules = Rules { catalogue, committees, calendar: Calendar::published().unwrap() };
    let mut results = Vec::new();
    for round in 1.. {
        let list = RESULTS.replace("号,2026", &format!("{round}号,2026"));
        results.extend(judge(list.as_bytes(), &rules).unwrap().accepted);
        if results.len() >= WARM + BATCH {
            break;
        }
    }
    results.truncate(WARM + BATCH);
    results
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
