//! Filling a cache: once from the whole log, then from what was added, whatever the old one says.

use ledger::{
    status::Status,
    test_kit::{Bureau, Issued, Seat, authority_entry},
};
use verifier::{
    cache::{Cache, LeftOut, NotFilled},
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
        kept = checker(&bureau).kept(Some(&kept)).unwrap().cache;
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
    let filled = checker_on(&bureau, files).kept(Some(&kept)).unwrap().cache;
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
    let mut kept = checker.kept(None).unwrap().cache;
    assert_eq!(code(&kept), "authority_unavailable");
    for _ in 0..4 {
        kept = checker.kept(Some(&kept)).unwrap().cache;
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
        let filled = checker(&bureau).kept(Some(&altered)).unwrap().cache;
        good += usize::from(filled == whole);
    }
    assert!(good > 10, "{good}");
}

#[test]
fn what_cannot_be_read_now_is_named_and_kept_the_next_time() {
    let mut bureau = Bureau::new();
    batch(&mut bureau, 0, 700);
    let files = Changed::new(bureau.files()).with("tile/entries/001", None);
    let filled = checker_on(&bureau, files).kept(None).unwrap();
    let [LeftOut::Entries { from, cause }] = &filled.left_out[..] else {
        unreachable!("{:?}", filled.left_out)
    };
    assert_eq!(from.get(), 256);
    assert!(cause.contains("tile/entries/001"), "{cause}");
    let next = checker(&bureau).kept(Some(&filled.cache)).unwrap();
    assert_eq!((next.left_out, next.cache), (vec![], cache(&bureau)));
}

#[test]
fn an_authority_or_a_batch_without_its_proof_is_named_and_kept_the_next_time() {
    let mut bureau = Bureau::new();
    batch(&mut bureau, 0, 700);
    let bytes = cache(&bureau).encode();
    batch(&mut bureau, 2000, 400);
    // The authorities stand in the first of these tiles, and the first batch ended in the other.
    let files = || Changed::new(bureau.files()).with("tile/0/000", None).with("tile/0/002", None);
    let (whole, mut authorities, mut batches) = (cache(&bureau), 0, 0);
    // A hash that serves a proof is wrong or missing in the cache, and the log's own cannot be had.
    for at in (bytes.len() - 700..bytes.len()).step_by(7) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x40;
        let Ok(altered) = Cache::decode(&changed) else { continue };
        let filled = checker_on(&bureau, files()).kept(Some(&altered)).unwrap();
        for missing in &filled.left_out {
            assert!(missing.to_string().contains("tile/0/00"), "{missing}");
            assert!(missing.zh().contains("tile/0/00"), "{}", missing.zh());
            authorities += usize::from(matches!(missing, LeftOut::Authority { .. }));
            batches += usize::from(matches!(missing, LeftOut::Batch { .. }));
        }
        let next = checker(&bureau).kept(Some(&filled.cache)).unwrap();
        assert_eq!((next.left_out, next.cache), (vec![], whole.clone()), "{at}");
    }
    assert!(authorities > 0 && batches > 0, "{authorities}, {batches}");
}

#[test]
fn without_a_log_or_its_list_nothing_is_kept_and_that_is_said() {
    let mut bureau = Bureau::new();
    let issued = batch(&mut bureau, 0, 3);
    bureau.decide(issued[0].index, Status::Revoked);
    let head = bureau.size().last_index().unwrap();
    let without = |path: &str| {
        checker_on(&bureau, Changed::new(bureau.files()).with(path, None)).kept(None).unwrap_err()
    };
    assert_eq!(without("checkpoint"), NotFilled::NoLog);
    assert_eq!(without(&format!("status/{head}")), NotFilled::NoList { head });
    for why in [NotFilled::NoLog, NotFilled::NoList { head }] {
        assert!(why.to_string().is_ascii() && !why.zh().is_ascii(), "{why}");
    }
}
