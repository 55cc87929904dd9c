//! Checking without the log: what a cache shows, and what it does not.

use ledger::{
    evidence::Evidence,
    status::Status,
    test_kit::{Bureau, Issued, Seat, at, day},
};
use verifier::{
    check::{Input, ProofCame},
    verdict::{Fact, Findings, Outcome, Question, Reason, Verdict, judge},
};

use crate::support::{
    HOUR, answer_of, because, cache, offline, proof, report, with_file, with_proof,
};

/// One certificate, more than a bundle before it, and something after it.
fn one_issued() -> (Bureau, Issued) {
    let mut bureau = Bureau::new();
    bureau.issue_all((100..400).map(Bureau::claims).collect());
    let issued = bureau.issue(Bureau::claims(1));
    bureau.now = bureau.now.saturating_add(HOUR);
    bureau.heartbeat();
    (bureau, issued)
}

fn qr(issued: &Issued) -> Input {
    Input::QrText(issued.qr_text())
}

fn check(bureau: &Bureau, kept: verifier::cache::Cache, input: &Input) -> Verdict {
    offline(bureau, kept).check_now(input).unwrap().verdict
}

fn unchecked(issued: &Issued, listed: Option<Outcome>, bureau: &Bureau) -> Reason {
    Reason::PlaceUnchecked { hint: issued.index, listed, time: bureau.head().time }
}

#[test]
fn a_qr_code_alone_is_genuine_and_not_listed_and_never_more() {
    let (bureau, issued) = one_issued();
    let verdict = check(&bureau, cache(&bureau), &qr(&issued));
    let expected = because(Outcome::CannotDetermine, unchecked(&issued, None, &bureau));
    assert_eq!(answer_of(&verdict), expected);
    assert_eq!(
        verdict.established,
        [Fact::Checkpoint, Fact::Signature, Fact::Authority, Fact::Fresh, Fact::NotListed]
    );
    assert_eq!(
        verdict.not_established,
        [
            Fact::Witnesses,
            Fact::OnRecord,
            Fact::WithinFiling,
            Fact::TitleStatus,
            Fact::CurrentDocument,
            Fact::Presenter
        ]
    );
    assert_eq!(verdict.claims.unwrap().number, issued.claims.number);
    assert_eq!((verdict.index, verdict.on_record_since, verdict.last_known), (None, None, None));
    let reason = verdict.reason.unwrap();
    assert!(reason.en().contains("Signature genuine"), "{}", reason.en());
    assert!(reason.en().contains("not on the list of exceptions of 2026-03-20"), "{}", reason.en());
    assert!(reason.en().contains("ledger place not checked"), "{}", reason.en());
    assert!(reason.zh().contains("签名真实"), "{}", reason.zh());
}

#[test]
fn a_small_log_is_kept_no_more_whole_than_a_large_one() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Bureau::claims(1));
    let verdict = check(&bureau, cache(&bureau), &qr(&issued));
    let expected = because(Outcome::CannotDetermine, unchecked(&issued, None, &bureau));
    assert_eq!(answer_of(&verdict), expected);
}

#[test]
fn what_the_list_says_of_the_place_that_a_qr_code_names_is_told_but_is_no_verdict() {
    let (mut bureau, issued) = one_issued();
    bureau.decide(issued.index, Status::Revoked);
    let verdict = check(&bureau, cache(&bureau), &qr(&issued));
    let listed = unchecked(&issued, Some(Outcome::Revoked), &bureau);
    assert_eq!(answer_of(&verdict), because(Outcome::CannotDetermine, listed));
    assert!(verdict.not_established.contains(&Fact::NotListed));
    // The hint is not signed: another one hides the revocation, and so establishes nothing.
    let text = issued.qr_text_with_hint(issued.index.get() - 1);
    let verdict = check(&bureau, cache(&bureau), &Input::QrText(text));
    assert_eq!(verdict.outcome, Outcome::CannotDetermine);
    assert!(!verdict.established.contains(&Fact::TitleStatus));
}

#[test]
fn the_title_that_a_reissue_names_is_looked_up_too() {
    let (mut bureau, first) = one_issued();
    let second = bureau.reissue(&first);
    let kept = cache(&bureau);
    let reason = |input: &Issued| check(&bureau, kept.clone(), &qr(input)).reason.unwrap();
    assert_eq!(reason(&first), unchecked(&first, Some(Outcome::Superseded), &bureau));
    assert_eq!(reason(&second), unchecked(&second, None, &bureau));
    bureau.decide(first.index, Status::Revoked);
    let verdict = check(&bureau, cache(&bureau), &qr(&second));
    assert_eq!(verdict.reason, Some(unchecked(&second, Some(Outcome::Revoked), &bureau)));
}

#[test]
fn a_hint_beyond_the_cache_may_be_newer() {
    let (mut bureau, _) = one_issued();
    let kept = cache(&bureau);
    let newer = bureau.issue(Bureau::claims(2));
    let verdict = check(&bureau, kept, &qr(&newer));
    let expected = because(Outcome::CannotDetermine, Reason::BeyondCheckpoint);
    assert_eq!(answer_of(&verdict), expected);
    assert!(verdict.established.contains(&Fact::Signature));
}

#[test]
fn a_forgery_is_told_without_the_log() {
    let (bureau, issued) = one_issued();
    let forged = Bureau::sign_as(Seat::Decide, &issued.claims).as_bytes().to_vec();
    let forged = Issued { certificate: forged, ..issued };
    let verdict = check(&bureau, cache(&bureau), &qr(&forged));
    assert_eq!(answer_of(&verdict), because(Outcome::NotOnRecord, Reason::SignatureWrong));
}

#[test]
fn with_its_proof_it_is_valid_as_of_the_list() {
    let (bureau, issued) = one_issued();
    let input = with_proof(&issued, &proof(&bureau, &issued));
    let verdict = check(&bureau, cache(&bureau), &input);
    assert_eq!(answer_of(&verdict), (Outcome::Valid, None));
    let facts = [Fact::OnRecord, Fact::OneHistory, Fact::WithinFiling, Fact::CurrentDocument];
    for fact in facts {
        assert!(verdict.established.contains(&fact), "{fact:?}");
    }
    assert_eq!(verdict.not_established, [Fact::Witnesses, Fact::Presenter]);
    assert_eq!(verdict.as_of.unwrap().time, bureau.head().time);
    assert_eq!(verdict.as_of.unwrap().checkpoint_size, bureau.size());
    assert_eq!(verdict.on_record_since, Some(at("2026-03-20", 9 * 60)));
    assert_eq!(verdict.index, Some(issued.index));
}

#[test]
fn the_answer_with_a_proof_is_its_own_receipt_online_and_offline() {
    let (bureau, issued) = one_issued();
    let input = with_proof(&issued, &proof(&bureau, &issued));
    let answered = offline(&bureau, cache(&bureau)).check_now(&input).unwrap();
    let kept = Evidence::decode(&answered.receipt).unwrap();
    let question = Question::Now(bureau.now);
    let again = judge(&kept, &Findings::NONE, &bureau.trust(), question);
    assert_eq!(again, answered.verdict);
    let receipt = Input::Receipt(answered.receipt);
    assert_eq!(check(&bureau, cache(&bureau), &receipt), answered.verdict);
    let online = crate::support::checker(&bureau).check_now(&receipt).unwrap();
    assert_eq!(online.verdict, answered.verdict);
}

#[test]
fn a_decision_after_the_proof_is_in_the_list_or_was_not_yet() {
    let (mut bureau, issued) = one_issued();
    let input = with_proof(&issued, &proof(&bureau, &issued));
    let before = cache(&bureau);
    bureau.decide(issued.index, Status::NotRecognised);
    let after = cache(&bureau);
    let verdict = check(&bureau, after, &input);
    assert_eq!(answer_of(&verdict), because(Outcome::NotRecognised, Reason::Decision));
    let verdict = check(&bureau, before, &input);
    assert_eq!(verdict.outcome, Outcome::Valid);
    assert!(verdict.as_of.unwrap().checkpoint_size < bureau.size());
}

#[test]
fn a_superseded_document_is_told_with_its_proof() {
    let (mut bureau, first) = one_issued();
    let input = with_proof(&first, &proof(&bureau, &first));
    let second = bureau.reissue(&first);
    let verdict = check(&bureau, cache(&bureau), &input);
    assert_eq!(answer_of(&verdict), because(Outcome::Superseded, Reason::Reissued));
    let input = with_proof(&second, &proof(&bureau, &second));
    assert_eq!(check(&bureau, cache(&bureau), &input).outcome, Outcome::Valid);
}

#[test]
fn a_list_that_is_too_old_answers_only_for_its_own_day() {
    let (mut bureau, issued) = one_issued();
    let input = with_proof(&issued, &proof(&bureau, &issued));
    let kept = cache(&bureau);
    bureau.now = bureau.now.saturating_add(25 * HOUR);
    let verdict = check(&bureau, kept.clone(), &input);
    assert!(matches!(verdict.reason, Some(Reason::Stale { .. })), "{:?}", verdict.reason);
    assert_eq!(verdict.last_known, Some(Outcome::Valid));
    let offline = offline(&bureau, kept);
    let as_of = |date| offline.check_as_of(&input, day(date)).unwrap();
    assert_eq!(as_of("2026-03-20").verdict.outcome, Outcome::Valid);
    // Of the day before, the list's head says nothing; of a much later one neither.
    assert_eq!(as_of("2026-03-19").verdict.reason, Some(Reason::NoCheckpoint));
    let verdict = check(&bureau, cache(&bureau), &qr(&issued));
    assert!(matches!(verdict.reason, Some(Reason::Stale { .. })), "{:?}", verdict.reason);
    assert_eq!(verdict.last_known, None);
}

#[test]
fn a_proof_newer_than_the_list_shows_the_place_and_no_status() {
    let (mut bureau, _) = one_issued();
    let kept = cache(&bureau);
    let newer = bureau.issue(Bureau::claims(2));
    let verdict = check(&bureau, kept, &with_proof(&newer, &proof(&bureau, &newer)));
    let expected = because(Outcome::CannotDetermine, Reason::BeyondCheckpoint);
    assert_eq!(answer_of(&verdict), expected);
    assert!(verdict.established.contains(&Fact::OnRecord));
    assert!(verdict.not_established.contains(&Fact::OneHistory));
}

#[test]
fn a_proof_without_a_head_shows_the_place_but_not_since_when() {
    let (bureau, issued) = one_issued();
    let plain = ledger::tlog_proof::TlogProof { head: None, ..proof(&bureau, &issued) };
    let verdict = check(&bureau, cache(&bureau), &with_proof(&issued, &plain));
    let expected = because(Outcome::CannotDetermine, Reason::LogTimeUnavailable);
    assert_eq!(answer_of(&verdict), expected);
    assert!(verdict.established.contains(&Fact::OnRecord));
    assert!(verdict.not_established.contains(&Fact::WithinFiling));
}

#[test]
fn a_wrong_proof_in_a_pdf_is_named_offline() {
    let (bureau, issued) = one_issued();
    let input = with_file(&issued, b"c2sp.org/tlog-proof@v2\n".to_vec(), ProofCame::InsidePdf);
    let verdict = check(&bureau, cache(&bureau), &input);
    assert_eq!(verdict.outcome, Outcome::CannotDetermine);
    assert_eq!(verdict.reason.map(|reason| reason.code()), Some("proof_malformed"));
    assert!(verdict.established.contains(&Fact::Signature));
}

#[test]
fn a_receipt_is_judged_by_the_newer_of_its_head_and_the_list() {
    let (mut bureau, issued) = one_issued();
    let older = cache(&bureau);
    bureau.now = bureau.now.saturating_add(HOUR);
    bureau.heartbeat();
    let receipt = Input::Receipt(report(&bureau, issued.qr_text()).receipt);
    let time = |verdict: &Verdict| verdict.as_of.unwrap().time;
    let own = check(&bureau, older, &receipt);
    assert_eq!((own.outcome, time(&own)), (Outcome::Valid, bureau.head().time));
    // Days later only the list is fresh.
    bureau.now = bureau.now.saturating_add(72 * HOUR);
    bureau.heartbeat();
    let verdict = check(&bureau, cache(&bureau), &receipt);
    assert_eq!((verdict.outcome, time(&verdict)), (Outcome::Valid, bureau.head().time));
    // Its checkpoint ended no batch: that both are of one history is on the log's word.
    assert!(verdict.not_established.contains(&Fact::OneHistory));
    bureau.decide(issued.index, Status::Revoked);
    let verdict = check(&bureau, cache(&bureau), &receipt);
    assert_eq!(answer_of(&verdict), because(Outcome::Revoked, Reason::Decision));
}

#[test]
fn a_receipt_asked_about_its_own_day_tells_what_the_list_knows_since() {
    let (mut bureau, issued) = one_issued();
    let receipt = Input::Receipt(report(&bureau, issued.qr_text()).receipt);
    bureau.now = at("2026-05-01", 0);
    bureau.decide(issued.index, Status::Revoked);
    let offline = offline(&bureau, cache(&bureau));
    let report = offline.check_as_of(&receipt, day("2026-03-20")).unwrap();
    assert_eq!((report.verdict.outcome, report.later), (Outcome::Valid, Some(Outcome::Revoked)));
}

#[test]
fn a_copy_is_checked_with_the_cached_authority() {
    let (bureau, issued) = one_issued();
    let copy = Bureau::copy_by(Seat::Copies, &issued.certificate, day("2026-03-31"));
    let bytes = proof(&bureau, &issued).to_bytes();
    let proof = verifier::check::LogProof { bytes, came: ProofCame::InsidePdf };
    let input = Input::Proved { text: issued.qr_text_with_copy(copy), proof };
    let verdict = check(&bureau, cache(&bureau), &input);
    assert_eq!(answer_of(&verdict), (Outcome::Valid, None));
    assert!(verdict.established.contains(&Fact::Copy));
}

#[test]
fn no_changed_byte_of_a_cache_hides_a_revocation_or_makes_one() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue_all((0..3).map(Bureau::claims).collect());
    let inputs = [0, 1].map(|at: usize| with_proof(&issued[at], &proof(&bureau, &issued[at])));
    bureau.decide(issued[1].index, Status::Revoked);
    let bytes = cache(&bureau).encode();
    let mut read = 0;
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        let Ok(kept) = verifier::cache::Cache::decode(&changed) else { continue };
        read += 1;
        let offline = offline(&bureau, kept);
        for (input, truth) in inputs.iter().zip([Outcome::Valid, Outcome::Revoked]) {
            let found = offline.check_now(input).unwrap().verdict.outcome;
            assert!(
                found == truth || found == Outcome::CannotDetermine,
                "byte {at}: {found:?} instead of {truth:?}"
            );
        }
    }
    assert!(read > bytes.len() / 2, "{read} of {}", bytes.len());
}

#[test]
fn two_histories_of_one_size_are_a_split_view() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Bureau::claims(1));
    // The same keys signed another history.
    let mut other = Bureau::new();
    other.issue(Bureau::claims(2));
    let input = with_proof(&issued, &proof(&bureau, &issued));
    let verdict = check(&bureau, cache(&other), &input);
    assert_eq!(answer_of(&verdict), because(Outcome::CannotDetermine, Reason::SplitView));
    let receipt = Input::Receipt(report(&bureau, issued.qr_text()).receipt);
    let verdict = check(&bureau, cache(&other), &receipt);
    assert_eq!(answer_of(&verdict), because(Outcome::CannotDetermine, Reason::SplitView));
}

#[test]
fn a_proof_of_another_history_is_refused_where_the_cache_can_tell() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Bureau::claims(1));
    let mut other = Bureau::new();
    other.issue(Bureau::claims(2));
    other.heartbeat();
    let verdict = check(&bureau, cache(&other), &with_proof(&issued, &proof(&bureau, &issued)));
    assert_eq!(verdict.outcome, Outcome::CannotDetermine);
    assert_eq!(verdict.reason.map(|reason| reason.code()), Some("proof_other_history"));
}

#[test]
fn a_place_is_taken_on_the_logs_word_where_the_cache_cannot_tell_and_that_is_said() {
    let (mut bureau, issued) = one_issued();
    bureau.issue_all((1000..1400).map(Bureau::claims).collect());
    // At a size at which no batch ended, the cache has no hashes.
    let files = std::sync::Arc::new(bureau.files());
    let size = ledger::test_kit::size(issued.index.get() + 3);
    let shown = crate::support::checkpoint_at(&bureau, size);
    let reader = ledger::reader::LogReader::open(files, shown.clone()).unwrap();
    let head = proof(&bureau, &issued).head.unwrap().index;
    let plain = ledger::tlog_proof::TlogProof {
        index: issued.index,
        proof: reader.prove_inclusion(issued.index).unwrap(),
        checkpoint: shown.signed().clone(),
        head: Some(ledger::evidence::ProvenEntry {
            index: head,
            bytes: reader.entry(head).unwrap(),
            path: reader.prove_inclusion(head).unwrap().hashes().to_vec(),
        }),
    };
    let verdict = check(&bureau, cache(&bureau), &with_proof(&issued, &plain));
    assert_eq!(verdict.outcome, Outcome::Valid);
    assert!(verdict.not_established.contains(&Fact::OneHistory));
    // Where the log is at hand, it is established with everything else.
    let online = crate::support::checker(&bureau).check_now(&with_proof(&issued, &plain)).unwrap();
    assert_eq!(online.verdict.outcome, Outcome::Valid);
    assert!(!online.verdict.not_established.contains(&Fact::OneHistory));
}
