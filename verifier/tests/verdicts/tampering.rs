//! What tampering with evidence can do: withhold, never falsify.

use std::sync::LazyLock;

use ledger::{
    evidence::{Evidence, EvidenceError},
    position::LeafIndex,
    status::Status,
    test_kit::{Bureau, Seat, day},
    time::UnixMillis,
    trust::Trust,
};
use proptest::prelude::*;
use verifier::verdict::{Findings, Known, Outcome, Question, Verdict, judge_knowing};

use crate::support::report;

/// A log in which every part of the evidence is there: reissues, exceptions on both sides, a copy, a
/// log time of its own.
struct Case {
    receipt: Vec<u8>,
    trust: Trust,
    now: UnixMillis,
    index: LeafIndex,
}

static CASE: LazyLock<Case> = LazyLock::new(full_case);

fn full_case() -> Case {
    let mut bureau = Bureau::with_witnesses(1, 2);
    let issued = bureau.issue_all((0..5).map(Bureau::claims).collect());
    let second = bureau.reissue(&issued[2]);
    bureau.decide(issued[0].index, Status::Revoked);
    bureau.decide(issued[4].index, Status::NotRecognised);
    bureau.heartbeat();
    let copy = Bureau::copy_by(Seat::Copies, &second.certificate, day("2026-03-31"));
    let report = report(&bureau, second.qr_text_with_copy(copy));
    assert_eq!(report.verdict.outcome, Outcome::Valid);
    Case { receipt: report.receipt, trust: bureau.trust(), now: bureau.now, index: second.index }
}

impl Case {
    fn judge(&self, known: &Known, evidence: &Evidence) -> Verdict {
        judge_knowing(known, evidence, &Findings::NONE, Question::Now(self.now))
    }
}

/// Whether a verdict on tampered bytes is one that may be given: nothing, or the very same.
fn harmless(found: &Verdict, genuine: &Verdict) -> bool {
    let same = |found: &Verdict| {
        (&found.claims, found.index, found.on_record_since, &found.copy)
            == (&genuine.claims, genuine.index, genuine.on_record_since, &genuine.copy)
    };
    match found.outcome {
        Outcome::Valid => same(found),
        Outcome::NotOnRecord | Outcome::CannotDetermine => true,
        // A copy that does not verify.
        Outcome::Superseded => found.claims == genuine.claims && found.copy != genuine.copy,
        Outcome::Revoked | Outcome::NotRecognised | Outcome::CancelledError => false,
    }
}

#[test]
fn no_flipped_bit_of_a_receipt_makes_it_say_anything_else() {
    let case = &*CASE;
    let known = Known::nothing(case.trust.clone());
    let genuine = case.judge(&known, &Evidence::decode(&case.receipt).unwrap());
    assert_eq!((genuine.outcome, genuine.index), (Outcome::Valid, Some(case.index)));
    let mut unharmed = 0;
    for at in 0..case.receipt.len() {
        let mut bytes = case.receipt.clone();
        bytes[at] ^= 1 << (at % 8);
        if let Ok(evidence) = Evidence::decode(&bytes) {
            let found = case.judge(&known, &evidence);
            assert!(harmless(&found, &genuine), "byte {at}: {found:?}");
            unharmed += usize::from(found.outcome == Outcome::Valid);
        }
    }
    // The hint, and what an unknown or superfluous witness signed, need not be right. Nothing else.
    assert!(unharmed < 120, "{unharmed} bytes are not protected");
}

#[test]
fn a_receipt_cut_off_anywhere_is_none() {
    let case = &*CASE;
    for end in 0..case.receipt.len() {
        let refused = Evidence::decode(&case.receipt[..end]);
        assert!(
            matches!(refused, Err(EvidenceError::Cbor(_) | EvidenceError::Exception(_))),
            "{end}"
        );
    }
}

#[test]
fn without_any_one_part_it_cannot_be_determined() {
    let case = &*CASE;
    let known = Known::nothing(case.trust.clone());
    let evidence = Evidence::decode(&case.receipt).unwrap();
    type Drop = (&'static str, fn(&mut Evidence));
    let drops: [Drop; 7] = [
        ("moment", |e| e.moment = None),
        ("head", |e| e.moment.as_mut().unwrap().head = None),
        ("authority", |e| e.authority = None),
        ("place", |e| e.place = None),
        ("log time", |e| e.place.as_mut().unwrap().log_time = None),
        ("title", |e| e.place.as_mut().unwrap().title = None),
        ("copy's authority", |e| e.copy.as_mut().unwrap().authority = None),
    ];
    for (part, drop) in drops {
        let mut evidence = evidence.clone();
        drop(&mut evidence);
        let verdict = case.judge(&known, &evidence);
        assert_eq!(verdict.outcome, Outcome::CannotDetermine, "{part}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Several changes at once, and parts of one receipt in another.
    #[test]
    fn no_mixture_of_changed_bytes_makes_a_receipt_say_anything_else(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let case = &*CASE;
        let known = Known::nothing(case.trust.clone());
        let genuine = case.judge(&known, &Evidence::decode(&case.receipt).unwrap());
        let mut bytes = case.receipt.clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(evidence) = Evidence::decode(&bytes) {
            let found = case.judge(&known, &evidence);
            prop_assert!(harmless(&found, &genuine), "{found:?}");
        }
    }
}

#[test]
fn a_revoked_title_is_never_shown_as_valid_by_changed_evidence() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue_all((0..5).map(Bureau::claims).collect());
    let clean = Evidence::decode(&report(&bureau, issued[2].qr_text()).receipt).unwrap();
    for at in [0, 2, 4] {
        bureau.decide(issued[at].index, Status::Revoked);
    }
    let revoked = Evidence::decode(&report(&bureau, issued[2].qr_text()).receipt).unwrap();
    let left = Evidence::decode(&report(&bureau, issued[1].qr_text()).receipt).unwrap();
    let right = Evidence::decode(&report(&bureau, issued[3].qr_text()).receipt).unwrap();
    let known = Known::nothing(bureau.trust());
    for other in [&clean, &left, &right] {
        let mut mixed = revoked.clone();
        mixed.place.as_mut().unwrap().document = other.place.as_ref().unwrap().document.clone();
        let verdict = judge_knowing(&known, &mixed, &Findings::NONE, Question::Now(bureau.now));
        assert_eq!(verdict.outcome, Outcome::CannotDetermine);
    }
}
