//! What the office makes of each answer that a witness can give.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::fs;

use issuer::{office::OfficeError, sequencer::SubmitError, witnesses::NoQuorum};
use ledger::{
    digest::RootHash, log::OpenError, position::TreeSize, trust::EXAMPLE_LOG_VKEY,
    witness::LastCosigned,
};
use tests::{
    bureau::{Bureau, open},
    fake_witness::{FakeWitness, Scripted},
    wait,
    watched::Watched,
    witnesses::{Watching, WitnessHost, keys_with_policy},
};
use verifier::clock::Clock as _;

fn beat(watched: &mut Watched) -> Result<(), NoQuorum> {
    match watched.bureau.office().heartbeat() {
        Ok(_) => Ok(()),
        Err(OfficeError::Submit(
            SubmitError::Unpublished(missing) | SubmitError::EarlierUnpublished(missing),
        )) => Err(missing),
        Err(error) => panic!("{error}"),
    }
}

/// These answers give no cosignature, after exactly so many requests.
fn refuses(watched: &mut Watched, script: impl IntoIterator<Item = Scripted>, requests: usize) {
    let script: Vec<_> = script.into_iter().collect();
    let before = watched.size();
    watched.witness.script(script.clone());
    let missing = beat(watched).unwrap_err();
    assert_eq!((missing.cosigned, missing.needed), (0, 1), "{script:?}");
    assert_eq!(watched.witness.requests().len(), requests, "{script:?}");
    assert_eq!(watched.size(), before, "{script:?}");
    // Honest again: the batch that waited is published, and a head after it.
    beat(watched).unwrap();
    assert_eq!(watched.size(), before + 2, "{script:?}");
}

fn answer(status: u16) -> Scripted {
    Scripted::Answer(status, "words\n".to_owned())
}

#[test]
fn a_final_refusal_is_not_asked_again_and_a_passing_one_is() {
    let mut watched = Watched::new();
    // A redirection is no answer of a witness, and is not followed.
    for status in [301, 400, 401, 403, 404, 405, 413, 422] {
        refuses(&mut watched, [answer(status)], 1);
    }
    for status in [408, 429, 500, 502, 503] {
        refuses(&mut watched, std::iter::repeat_n(answer(status), 3), 3);
        // Once is not too often.
        watched.witness.script([answer(status)]);
        beat(&mut watched).unwrap();
        assert_eq!(watched.witness.requests().len(), 2);
    }
    refuses(&mut watched, std::iter::repeat_n(Scripted::HangUp, 3), 3);
    watched.bureau.audit();
}

#[test]
fn an_answer_that_is_no_cosignature_of_this_checkpoint_is_not_published() {
    let mut watched = Watched::new();
    let lines = |body: &str| Scripted::Answer(200, body.to_owned());
    let old = watched.bureau.clock.now().get() / 1000 - 301;
    for script in [
        lines(""),
        lines("not a signature\n"),
        lines("— fake.example AAAAAAAA"),
        lines(&"x".repeat(200_000)),
        Scripted::ByAnotherKey(78),
        Scripted::At(old),
    ] {
        let rounds = match &script {
            // More than any answer has: it is not read to its end.
            Scripted::Answer(_, body) if body.len() > 100_000 => 3,
            _ => 1,
        };
        refuses(&mut watched, std::iter::repeat_n(script, rounds), rounds);
    }
    watched.bureau.audit();
}

#[test]
fn a_conflict_is_answered_with_the_proof_from_the_size_that_the_witness_names() {
    let mut watched = Watched::new();
    let earlier = watched.witness.last().unwrap();
    beat(&mut watched).unwrap();
    beat(&mut watched).unwrap();
    // It was restored, lost everything, or never answered: it says so, and the office helps.
    for last in [Some(earlier), None] {
        watched.witness.set_last(last);
        watched.witness.script([]);
        beat(&mut watched).unwrap();
        assert_eq!(watched.witness.requests().len(), 2);
        assert_eq!(watched.witness.last().unwrap().size.get(), watched.size());
    }
    // The size it is known to have is asked from at once.
    watched.witness.script([]);
    beat(&mut watched).unwrap();
    assert_eq!(watched.witness.requests().len(), 1);
    watched.bureau.audit();
}

#[test]
fn a_conflict_without_a_usable_size_gives_no_cosignature() {
    let mut watched = Watched::new();
    let conflict = |body: String| Scripted::Answer(409, body);
    let known = watched.size();
    // No size; the size that was sent; a larger one than ours.
    refuses(&mut watched, [answer(409)], 1);
    let size = watched.size();
    assert!(size > known);
    refuses(&mut watched, [conflict(format!("{size}\n"))], 1);
    let ahead = watched.size() + 1000;
    let before = watched.size();
    watched.witness.script([conflict(format!("{ahead}\n"))]);
    beat(&mut watched).unwrap_err();
    assert_eq!(watched.witness.requests().len(), 1);
    assert_eq!(watched.size(), before);
    // Another size each time.
    beat(&mut watched).unwrap();
    let sizes = [1, 2, 3].map(|size| conflict(format!("{size}\n")));
    refuses(&mut watched, std::iter::repeat_n(sizes, 3).flatten(), 9);
    watched.bureau.audit();
}

#[test]
fn nobody_waits_for_a_witness_that_is_not_needed() {
    let folder = tempfile::tempdir().unwrap();
    let silent = FakeWitness::start();
    let ours = WitnessHost::running(folder.path(), "ours", &Watching::example());
    let log = EXAMPLE_LOG_VKEY.trim();
    let policy =
        format!("log {log}\n{}{}group one any fake ours\nquorum one\n", silent.line(), ours.line());
    let keys = keys_with_policy(folder.path(), &policy);
    let file = folder.path().join("policy");
    fs::write(&file, policy).unwrap();
    let mut bureau = Bureau::witnessed(&keys, Some(&file));
    silent.script([Scripted::Silence]);
    for _ in 0..3 {
        bureau.office().heartbeat().unwrap();
    }
    wait::until("the silent witness is asked", || (silent.waited_for() == 1).then_some(()));
    // Meanwhile it was asked once: requests to a witness that is slow do not pile up.
    assert_eq!(silent.requests().len(), 1);
    // Nor does who still waits for it keep anything of a directory that is closed.
    bureau.reopen();
    assert_eq!(silent.waited_for(), 1);
    bureau.audit();
}

#[test]
fn a_witness_that_knows_more_refuses_the_opening_and_one_with_another_root_the_publication() {
    let mut watched = Watched::new();
    let ours = watched.witness.last().unwrap();
    watched.bureau.close();
    let more = TreeSize::new(ours.size.get() + 1).unwrap();
    watched.witness.set_last(Some(LastCosigned { size: more, ..ours }));
    let error = open(&watched.bureau.dir(), &watched.bureau.clock).map(drop).unwrap_err();
    assert!(matches!(*error, OfficeError::OpenLog(OpenError::WitnessAhead { .. })), "{error}");
    // At our own size, asking cannot tell; cosigning does.
    let root = RootHash::from_bytes([1; 32]);
    watched.witness.set_last(Some(LastCosigned { root, ..ours }));
    watched.bureau.reopen();
    watched.witness.script([]);
    beat(&mut watched).unwrap_err();
    assert_eq!(watched.witness.requests().len(), 1);
    watched.witness.set_last(Some(ours));
    beat(&mut watched).unwrap();
    watched.bureau.audit();
}
