//! Filling a cache: once from the whole log, then from what was added, whatever the old one says.

use ledger::{
    status::Status,
    test_kit::{Bureau, Issued, Seat, authority_entry},
};
use verifier::{
    cache::Cache,
    clock::FixedClock,
    gather::SearchLimit,
    log_checker::LogChecker,
    verdict::{Fact, Outcome},
};

use crate::{
    gathering::Changed,
    support::{cache, checker, checker_on, offline, proof, with_proof},
};

fn batch(bureau: &mut Bureau, from: u32, count: u32) -> Vec<Issued> {
    bureau.issue_all((from..from + count).map(Bureau::claims).collect())
}

#[test]
fn what_is_filled_on_is_what_would_be_filled_anew() {
    let mut bureau = Bureau::new();
    let mut kept = cache(&bureau);
    for from in [0, 1000, 2000, 3000] {
        batch(&mut bureau, from, 130 + from / 10);
        bureau.heartbeat();
        kept = checker(&bureau).kept(Some(&kept)).unwrap();
        assert_eq!(kept, cache(&bureau), "{}", bureau.size());
        assert_eq!(kept.read_to(), bureau.size());
        assert_eq!(Cache::decode(&kept.encode()), Ok(kept.clone()));
    }
}

#[test]
fn filling_on_reads_what_was_added_only() {
    let mut bureau = Bureau::new();
    batch(&mut bureau, 0, 1000);
    let kept = cache(&bureau);
    batch(&mut bureau, 2000, 3);
    let files = Changed::new(bureau.files())
        .with("tile/entries/000", None)
        .with("tile/entries/001", None)
        .with("tile/entries/002", None)
        .with("tile/0/000", None)
        .with("tile/0/001", None);
    let filled = checker_on(&bureau, files).kept(Some(&kept)).unwrap();
    assert_eq!(filled, cache(&bureau));
}

#[test]
fn a_certificate_of_every_batch_is_of_one_history_with_the_cache() {
    let mut bureau = Bureau::new();
    let batches = [0, 1000, 2000].map(|from| batch(&mut bureau, from, 200));
    bureau.decide(batches[1][7].index, Status::Revoked);
    let offline = offline(&bureau, cache(&bureau));
    for issued in batches.iter().flatten().step_by(37) {
        let report = offline.check_now(&with_proof(issued, &proof(&bureau, issued))).unwrap();
        assert_eq!(report.verdict.outcome, Outcome::Valid);
        assert!(report.verdict.established.contains(&Fact::OneHistory));
    }
}

#[test]
fn a_long_log_is_read_in_several_fillings() {
    let mut bureau = Bureau::new();
    batch(&mut bureau, 0, 300);
    // The same authority once more, which no rule allows, stands far behind the others.
    let again = ledger::entry::Entry::Authority(authority_entry(Seat::Committee));
    let later = bureau.append_false(vec![again], |_list| {});
    let claims = ledger::certificate::Claims { authority: later, ..Bureau::claims(5000) };
    let issued = bureau.issue_false(Seat::Committee, claims, |entry| entry);
    bureau.heartbeat();
    let limit = SearchLimit::entries(200);
    let checker = LogChecker::new(bureau.trust(), bureau.files(), FixedClock(bureau.now), limit);
    let input = verifier::check::Input::QrText(issued.qr_text());
    let code = |kept: &Cache| {
        let verdict = offline(&bureau, kept.clone()).check_now(&input).unwrap().verdict;
        verdict.reason.unwrap().code()
    };
    let mut kept = checker.kept(None).unwrap();
    assert_eq!(code(&kept), "authority_unavailable");
    for _ in 0..4 {
        kept = checker.kept(Some(&kept)).unwrap();
    }
    assert_eq!((kept.read_to(), code(&kept)), (bureau.size(), "place_unchecked"));
}

#[test]
fn an_altered_cache_is_made_good_when_the_log_is_at_hand() {
    let mut bureau = Bureau::new();
    batch(&mut bureau, 0, 300);
    let bytes = cache(&bureau).encode();
    batch(&mut bureau, 1000, 300);
    let whole = cache(&bureau);
    let mut good = 0;
    // From the back: the hashes, then authorities. What stands in front is replaced anyway.
    for at in (1..bytes.len()).rev().step_by(97) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x40;
        let Ok(altered) = Cache::decode(&changed) else { continue };
        let filled = checker(&bureau).kept(Some(&altered)).unwrap();
        good += usize::from(filled == whole);
    }
    assert!(good > 10, "{good}");
}
