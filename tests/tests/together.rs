//! Many callers, one writer: group commit, heartbeats, and a second process that is turned away.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    collections::BTreeMap,
    sync::{Arc, Barrier},
    thread,
};

use issuer::sequencer::{Heartbeat, Placed, Prepared, SequencerHandle, Submission};
use ledger::{
    digest::Commitment,
    entry::{Anchor, AnchorPurpose, Entry},
    position::LeafIndex,
};
use tests::{
    bureau::{Bureau, open},
    desk::sequencer,
    programs::{program, run},
    records::Records,
};

const CALLERS: usize = 4;
const EACH: usize = 25;

/// Fixes a text in the log: the simplest entry that has a private record.
fn anchor(text: &str) -> Prepared {
    let anchor = Anchor {
        purpose: AnchorPurpose::SamplePopulation,
        commitment: Commitment::to(text.as_bytes()),
    };
    Prepared::new(Entry::Anchor(anchor), Some(text.as_bytes().to_vec().into()))
}

/// Hands in [`EACH`] submissions at once and waits for all of them.
fn call(handle: &SequencerHandle, caller: usize) -> Vec<(String, Placed)> {
    let texts = (0..EACH).map(|number| format!("caller {caller}, submission {number}"));
    let waiting: Vec<_> = texts
        .map(|text| {
            let submission = Submission { entries: vec![anchor(&text)] };
            (text, handle.submit(submission))
        })
        .collect();
    waiting.into_iter().map(|(text, answer)| (text, answer.wait().unwrap())).collect()
}

#[test]
fn callers_at_the_same_time_share_batches_and_each_entry_stands_once() {
    let mut bureau = Bureau::new();
    bureau.close();
    let before = Records::of(&bureau.dir()).heads();
    let heartbeat = Heartbeat::OnDemand;
    let handle = SequencerHandle::start(sequencer(&bureau.dir(), &bureau.clock), heartbeat);
    let (handle, barrier) = (Arc::new(handle), Arc::new(Barrier::new(CALLERS)));
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let (handle, barrier) = (Arc::clone(&handle), Arc::clone(&barrier));
            thread::spawn(move || {
                barrier.wait();
                call(&handle, caller)
            })
        })
        .collect();
    let placed: Vec<_> = callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect();
    drop(handle);

    let records = Records::of(&bureau.dir());
    let entries = records.entries();
    let standing: BTreeMap<LeafIndex, &str> =
        placed.iter().map(|(text, placed)| (placed.indices[0], text.as_str())).collect();
    assert_eq!(standing.len(), CALLERS * EACH);
    for (index, text) in standing {
        let there = &entries[usize::try_from(index.get()).unwrap()];
        assert_eq!(*there, anchor(text).entry);
        assert_eq!(records.private(index), text.as_bytes());
    }
    let anchors = entries.iter().filter(|entry| matches!(entry, Entry::Anchor(_))).count();
    assert_eq!(anchors, CALLERS * EACH);
    let batches = records.heads() - before;
    assert!(batches < CALLERS * EACH / 2, "{batches} batches for {} entries", CALLERS * EACH);
    assert!(placed.iter().all(|(_, placed)| placed.indices[0].is_within(placed.size)));
    bureau.audit();
}

#[test]
fn a_submission_that_breaks_a_rule_is_refused_alone() {
    let mut bureau = Bureau::new();
    bureau.close();
    let mut sequencer = sequencer(&bureau.dir(), &bureau.clock);
    let group =
        ["one", "two", "one", "three"].map(|text| Submission { entries: vec![anchor(text)] });
    let answers = sequencer.commit_group(group.into());
    let accepted: Vec<bool> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(accepted, [true, true, false, true]);
    drop(sequencer);
    let entries = Records::of(&bureau.dir()).entries();
    for text in ["one", "two", "three"] {
        let there = entries.iter().filter(|entry| **entry == anchor(text).entry).count();
        assert_eq!(there, 1, "{text}");
    }
    bureau.audit();
}

#[test]
fn a_heartbeat_publishes_a_fresh_status_and_nothing_else() {
    let mut bureau = Bureau::having_issued(1);
    let before = bureau.audit();
    bureau.clock.advance_minutes(10);
    let size = bureau.office().heartbeat().unwrap();
    let after = bureau.audit();
    assert_eq!((after.size, after.size.get()), (size, before.size.get() + 1));
    let minutes = |whole: ledger::audit::Whole| whole.as_of.unwrap().get() / 60_000;
    assert_eq!(minutes(after), minutes(before) + 10);
}

#[test]
fn a_clock_set_back_stops_heads_until_it_is_right_again() {
    let mut bureau = Bureau::new();
    bureau.clock.advance_minutes(120);
    bureau.office().heartbeat().unwrap();
    let before = bureau.audit();
    let slow = tests::clock::TestClock::at(tests::bureau::BEGINNING);
    bureau.close();
    let Err(error) = open(&bureau.dir(), &slow) else { unreachable!("opened with a slow clock") };
    assert!(error.to_string().contains("clock"), "{error}");
    assert_eq!(bureau.audit(), before);
    bureau.reopen().heartbeat().unwrap();
    bureau.audit();
}

#[test]
fn a_second_process_on_the_same_directory_is_turned_away_with_a_clear_message() {
    let mut bureau = Bureau::new();
    let before = bureau.audit();
    let second = |bureau: &Bureau| {
        let mut issuer = program("issuer");
        issuer.args(["heartbeat", "--allow-example-keys", "--now", &bureau.clock.text(), "--dir"]);
        run(issuer.arg(bureau.dir()))
    };
    let finished = second(&bureau).expect_code(2);
    assert_eq!(finished.stdout, "");
    assert!(finished.stderr.contains("another process writes to"), "{}", finished.stderr);
    assert_eq!(bureau.audit(), before);
    bureau.close();
    let published = second(&bureau).expect_code(0).stdout;
    assert_eq!(published.trim().parse(), Ok(before.size.get() + 1));
    bureau.audit();
}
