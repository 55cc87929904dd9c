//! Well-formed inputs for each target, by the real writers: where fuzzing begins, and what the tests
//! alter byte by byte.

use ledger::{
    checkpoint::SignedCheckpoint,
    evidence::ProvenEntry,
    path::LogPath,
    reader::{Fetch as _, LogReader},
    status::Status,
    test_kit::Bureau,
};
use verifier::{
    clock::FixedClock,
    gather::SearchLimit,
    log_checker::LogChecker,
    monitor::{Evidence, Fork, Proof},
};

/// The name of a target, and inputs that it must read.
pub type Examples = (&'static str, Vec<Vec<u8>>);

/// Examples for every target.
pub fn examples() -> Vec<Examples> {
    let mut bureau = Bureau::with_witnesses(1, 2);
    let small = cache(&bureau);
    let first = bureau.issue(Bureau::claims(1));
    let earlier = checkpoint(&bureau);
    bureau.issue_all((2..9).map(Bureau::claims).collect());
    bureau.decide(first.index, Status::Revoked);
    vec![
        ("cache", vec![small, cache(&bureau)]),
        ("evidence_file", vec![entry(&bureau), fork(&bureau, earlier)]),
    ]
}

fn cache(bureau: &Bureau) -> Vec<u8> {
    let (trust, files, clock) = (bureau.trust(), bureau.files(), FixedClock(bureau.now));
    let checker = LogChecker::new(trust, files, clock, SearchLimit::entries(1_000));
    checker.kept(None).expect("the log is whole").cache.encode()
}

fn checkpoint(bureau: &Bureau) -> SignedCheckpoint {
    let path = LogPath::Checkpoint;
    let bytes = bureau.files().fetch(&path, path.max_len()).expect("it is there");
    SignedCheckpoint::parse(&bytes.expect("it is there")).expect("the kit signed it")
}

fn evidence(bureau: &Bureau, proof: Proof) -> Vec<u8> {
    let log_key = bureau.policy().log_key().clone();
    Evidence { log_key, found_at: bureau.now, proof }.to_text().into_bytes()
}

fn entry(bureau: &Bureau) -> Vec<u8> {
    let signed = checkpoint(bureau);
    let verified = signed.clone().verify(&bureau.policy()).expect("the kit signed it");
    let reader = LogReader::open(bureau.files(), verified).expect("the log is whole");
    let index = reader.size().last_index().expect("something was issued");
    let bytes = reader.entry(index).expect("the log is whole");
    let path = reader.prove_inclusion(index).expect("the log is whole").hashes().to_vec();
    let entry = ProvenEntry { index, bytes, path };
    let charge = "status_head: another list root / 例外清单的根不同".to_owned();
    evidence(bureau, Proof::Entry { checkpoint: signed, entry, charge })
}

fn fork(bureau: &Bureau, smaller: SignedCheckpoint) -> Vec<u8> {
    evidence(bureau, Proof::Fork(Fork { smaller, larger: checkpoint(bureau), link: None }))
}
