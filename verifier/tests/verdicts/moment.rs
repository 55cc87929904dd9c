//! Step 2: the authority's entry, and a fresh verified head.

use ledger::{
    certificate::{Claims, LogGeneration},
    entry::{Entry, StatusHead},
    evidence::{Evidence, Moment},
    status::Status,
    test_kit::{Bureau, FalseTree, Issued, index},
    time::UnixMillis,
};
use verifier::{
    check::Input,
    gather::{LastSeen, SearchLimit},
    log_checker::LogChecker,
    verdict::{CheckpointFault, Fact, Outcome, Reason},
};

use crate::support::{
    HOUR, answer, answer_of, because, checker_on, evidence, judged, judged_at, report, unrecorded,
    verdict,
};

fn one_issued() -> (Bureau, Issued) {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Bureau::claims(1));
    (bureau, issued)
}

fn reason(bureau: &Bureau, evidence: &Evidence) -> Reason {
    let verdict = judged(bureau, evidence);
    assert_eq!(verdict.outcome, Outcome::CannotDetermine);
    verdict.reason.unwrap()
}

#[test]
fn without_the_authority_it_cannot_be_determined() {
    let (bureau, issued) = one_issued();
    let evidence = Evidence { authority: None, ..evidence(&bureau, &issued) };
    assert_eq!(reason(&bureau, &evidence), Reason::AuthorityUnavailable);
}

#[test]
fn without_a_checkpoint_it_cannot_be_determined() {
    let (bureau, issued) = one_issued();
    let evidence = Evidence { moment: None, ..evidence(&bureau, &issued) };
    assert_eq!(reason(&bureau, &evidence), Reason::NoCheckpoint);
}

#[test]
fn a_log_that_the_trust_file_does_not_name_is_unknown() {
    let mut bureau = Bureau::new();
    let claims = Claims { log: LogGeneration::new(2), ..Bureau::claims(1) };
    let issued = bureau.issue(claims);
    let expected = because(Outcome::CannotDetermine, Reason::UnknownLog { generation: 2 });
    assert_eq!(answer(&bureau, &issued), expected);
}

#[test]
fn a_malformed_checkpoint_is_no_ground() {
    let (bureau, issued) = one_issued();
    let mut evidence = evidence(&bureau, &issued);
    evidence.moment.as_mut().unwrap().checkpoint.pop();
    assert_eq!(reason(&bureau, &evidence), Reason::CheckpointWrong(CheckpointFault::Malformed));
}

#[test]
fn a_checkpoint_that_states_another_size_than_was_signed_is_no_ground() {
    let (bureau, issued) = one_issued();
    let mut evidence = evidence(&bureau, &issued);
    let moment = evidence.moment.as_mut().unwrap();
    let text = String::from_utf8(moment.checkpoint.clone()).unwrap();
    moment.checkpoint = text.replacen("\n8\n", "\n9\n", 1).into_bytes();
    let reason = reason(&bureau, &evidence);
    assert!(
        matches!(reason, Reason::CheckpointWrong(CheckpointFault::Unverified(_))),
        "{reason:?}"
    );
}

#[test]
fn a_checkpoint_without_the_quorum_of_witnesses_is_no_ground() {
    let mut bureau = Bureau::with_witnesses(2, 3);
    bureau.reached = 1;
    let issued = bureau.issue(Bureau::claims(1));
    let verdict = verdict(&bureau, &issued);
    assert_eq!(verdict.outcome, Outcome::CannotDetermine);
    assert!(
        matches!(verdict.reason, Some(Reason::CheckpointWrong(CheckpointFault::Unverified(_)))),
        "{:?}",
        verdict.reason
    );
    assert_eq!((verdict.as_of, verdict.established), (None, vec![]));
}

#[test]
fn with_the_quorum_of_witnesses_their_word_is_established() {
    let mut bureau = Bureau::with_witnesses(2, 3);
    bureau.reached = 2;
    let issued = bureau.issue(Bureau::claims(1));
    let verdict = verdict(&bureau, &issued);
    assert_eq!(answer_of(&verdict), (Outcome::Valid, None));
    assert!(verdict.established.contains(&Fact::Witnesses));
    assert_eq!(verdict.as_of.unwrap().cosignatures, 2);
}

#[test]
fn without_a_head_or_with_something_else_in_its_place_it_cannot_be_determined() {
    let (bureau, issued) = one_issued();
    let evidence = evidence(&bureau, &issued);
    let tree = bureau.tree();
    for head in [None, Some(tree.prove(6))] {
        let mut evidence = evidence.clone();
        evidence.moment.as_mut().unwrap().head = head;
        assert_eq!(reason(&bureau, &evidence), Reason::HeadWrong);
    }
}

#[test]
fn an_earlier_head_says_nothing_about_now() {
    let (mut bureau, issued) = one_issued();
    let before = bureau.head();
    bureau.decide(issued.index, Status::Revoked);
    let mut evidence = evidence(&bureau, &issued);
    let tree = bureau.tree();
    evidence.moment.as_mut().unwrap().head = Some(tree.prove(before.index.get()));
    assert_eq!(reason(&bureau, &evidence), Reason::HeadWrong);
}

#[test]
fn a_head_that_covers_another_size_than_its_place_is_wrong() {
    let (bureau, issued) = one_issued();
    let tree = bureau.tree();
    let last = tree.size().get() - 1;
    let misplaced = StatusHead { index: index(last + 5), ..bureau.head() };
    let tree = tree.with(last, Entry::StatusHead(misplaced).encode());
    let evidence = under(&bureau, &tree, &issued);
    assert_eq!(reason(&bureau, &evidence), Reason::HeadWrong);
}

#[test]
fn a_checkpoint_whose_last_entry_is_no_head_is_wrong() {
    let (bureau, issued) = one_issued();
    let tree = bureau.tree();
    let tree = tree.with(tree.size().get(), tree.entries()[0].clone());
    let evidence = under(&bureau, &tree, &issued);
    assert_eq!(reason(&bureau, &evidence), Reason::HeadWrong);
}

/// The evidence about a certificate under a tree of which the log's key signed a checkpoint.
fn under(bureau: &Bureau, tree: &FalseTree, issued: &Issued) -> Evidence {
    let mut evidence = evidence(bureau, issued);
    let last = tree.size().get() - 1;
    evidence.moment = Some(Moment {
        checkpoint: bureau.sign_checkpoint(tree.size(), tree.root()),
        head: Some(tree.prove(last)),
    });
    evidence.authority.as_mut().unwrap().entry = tree.prove(1);
    evidence.place.as_mut().unwrap().entry = tree.prove(issued.index.get());
    evidence
}

#[test]
fn a_head_older_than_the_limit_is_stale_and_its_answer_is_the_last_known() {
    let (mut bureau, issued) = one_issued();
    let time = bureau.now;
    bureau.now = time.saturating_add(24 * HOUR);
    assert_eq!(answer(&bureau, &issued), (Outcome::Valid, None));
    bureau.now = time.saturating_add(24 * HOUR + 1);
    let verdict = verdict(&bureau, &issued);
    let stale = Reason::Stale { time, asked: bureau.now, limit_ms: 24 * HOUR };
    assert_eq!(answer_of(&verdict), because(Outcome::CannotDetermine, stale));
    assert_eq!(verdict.last_known, Some(Outcome::Valid));
    assert!(!verdict.established.contains(&Fact::Fresh));
    assert!(!verdict.established.contains(&Fact::TitleStatus));
}

#[test]
fn what_was_last_known_of_a_revoked_certificate_is_that_it_was_revoked() {
    let (mut bureau, issued) = one_issued();
    bureau.decide(issued.index, Status::Revoked);
    bureau.now = bureau.now.saturating_add(48 * HOUR);
    let verdict = verdict(&bureau, &issued);
    assert_eq!(
        (verdict.outcome, verdict.last_known),
        (Outcome::CannotDetermine, Some(Outcome::Revoked))
    );
}

#[test]
fn the_age_counts_from_the_older_of_head_and_cosignatures() {
    let mut bureau = Bureau::with_witnesses(2, 2);
    let cosigned = bureau.now;
    bureau.cosigned_at = Some(cosigned);
    bureau.now = cosigned.saturating_add(23 * HOUR);
    let issued = bureau.issue(Bureau::claims(1));
    assert_eq!(answer(&bureau, &issued), (Outcome::Valid, None));
    let as_of = verdict(&bureau, &issued).as_of.unwrap();
    assert_eq!((as_of.cosignatures, as_of.cosigned_at), (2, Some(cosigned)));
    assert_eq!(as_of.cosignature_age_ms(), Some(23 * HOUR));
    bureau.now = bureau.now.saturating_add(2 * HOUR);
    let stale = Reason::Stale { time: cosigned, asked: bureau.now, limit_ms: 24 * HOUR };
    assert_eq!(answer(&bureau, &issued), because(Outcome::CannotDetermine, stale));
}

#[test]
fn a_head_five_minutes_ahead_is_accepted_and_more_is_not() {
    let (bureau, issued) = one_issued();
    let evidence = evidence(&bureau, &issued);
    let at = |before: u64| UnixMillis::new(bureau.now.get() - before).unwrap();
    assert_eq!(judged_at(&bureau, &evidence, at(300_000)).outcome, Outcome::Valid);
    let verdict = judged_at(&bureau, &evidence, at(300_001));
    let ahead = Reason::ClockAhead { time: bureau.now, now: at(300_001) };
    assert_eq!(answer_of(&verdict), because(Outcome::CannotDetermine, ahead));
}

#[test]
fn a_hint_beyond_the_checkpoint_may_be_newer_than_it() {
    let bureau = Bureau::new();
    let newer = unrecorded(Bureau::claims(1), index(bureau.size().get()));
    let expected = because(Outcome::CannotDetermine, Reason::BeyondCheckpoint);
    assert_eq!(answer(&bureau, &newer), expected);
}

#[test]
fn a_log_that_shows_two_histories_is_believed_in_neither() {
    let (bureau, issued) = one_issued();
    let mut other = Bureau::new();
    other.issue(Bureau::claims(7));
    let there = other.issue(Bureau::claims(8));
    let first = report(&bureau, issued.qr_text());
    assert_eq!(first.verdict.outcome, Outcome::Valid);

    let seen = checker_on(&bureau, bureau.files());
    seen.check_now(&Input::QrText(issued.qr_text())).unwrap();
    let seen = LastSeen::of(seen.seen().newest().unwrap());
    let limit = SearchLimit::entries(1000);
    let clock = verifier::clock::FixedClock(bureau.now);
    let checker = LogChecker::having_seen(seen, bureau.trust(), other.files(), clock, limit);
    let verdict = checker.check_now(&Input::QrText(there.qr_text())).unwrap().verdict;
    assert_eq!(answer_of(&verdict), because(Outcome::CannotDetermine, Reason::SplitView));
    // Of one size, too.
    let mut same_size = Bureau::new();
    let there = same_size.issue(Bureau::claims(9));
    let seen = LastSeen::of(checker.seen().newest().unwrap());
    let files = same_size.files();
    let checker = LogChecker::having_seen(seen, bureau.trust(), files, clock, limit);
    let verdict = checker.check_now(&Input::QrText(there.qr_text())).unwrap().verdict;
    assert_eq!(answer_of(&verdict), because(Outcome::CannotDetermine, Reason::SplitView));
}

#[test]
fn an_older_checkpoint_than_the_one_seen_is_no_step_back() {
    let (mut bureau, issued) = one_issued();
    let old = bureau.checkpoint();
    bureau.decide(issued.index, Status::Revoked);
    let checker = checker_on(&bureau, bureau.files());
    checker.check_now(&Input::QrText(issued.qr_text())).unwrap();
    let seen = LastSeen::of(checker.seen().newest().unwrap());

    let files = crate::gathering::Changed::new(bureau.files()).with("checkpoint", Some(old));
    let clock = verifier::clock::FixedClock(bureau.now);
    let limit = SearchLimit::entries(1000);
    let checker = LogChecker::having_seen(seen, bureau.trust(), files, clock, limit);
    let verdict = checker.check_now(&Input::QrText(issued.qr_text())).unwrap().verdict;
    assert_eq!(verdict.outcome, Outcome::Revoked);
}
