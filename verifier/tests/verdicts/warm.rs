//! Judging with what is known already: the same verdicts, always.

use std::sync::LazyLock;

use ledger::{
    certificate::Claims,
    evidence::Evidence,
    status::Status,
    test_kit::{Bureau, Seat, day},
    time::UnixMillis,
    trust::Trust,
};
use proptest::prelude::*;
use verifier::verdict::{Findings, Known, Question, judge, judge_knowing};

use crate::support::{evidence, unrecorded};

struct Cases {
    trust: Trust,
    now: UnixMillis,
    evidence: Vec<Evidence>,
    known: Known,
}

/// Evidence of many kinds, and one memory for all of them.
static CASES: LazyLock<Cases> = LazyLock::new(|| {
    let mut bureau = Bureau::with_witnesses(1, 2);
    let first = bureau.issue(Bureau::claims(1));
    let mut cases = vec![evidence(&bureau, &first)];
    let reissued = bureau.reissue(&first);
    bureau.now = bureau.now.saturating_add(3_600_000);
    let other =
        bureau.issue(Claims { authority: Seat::OtherCommittee.index(), ..Bureau::claims(2) });
    let revoked = bureau.issue(Bureau::claims(3));
    bureau.decide(revoked.index, Status::Revoked);
    let stray = unrecorded(Bureau::claims(4), revoked.index);
    for issued in [first, reissued, other, revoked, stray] {
        cases.push(evidence(&bureau, &issued));
    }
    let trust = bureau.trust();
    Cases { known: Known::nothing(trust.clone()), trust, now: bureau.now, evidence: cases }
});

fn question(kind: u8) -> Question {
    let now = CASES.now;
    match kind % 4 {
        0 => Question::Now(now),
        1 => Question::Now(now.saturating_add(48 * 3_600_000)),
        2 => Question::AsOf { date: day("2026-03-20"), now },
        _ => Question::AsOf { date: day("2026-03-19"), now },
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn what_is_known_changes_no_verdict(
        which: prop::sample::Index, parts_of: prop::sample::Index, exchanged in 0u8..8,
        change: Option<(prop::sample::Index, u8)>, kind: u8,
    ) {
        let cases = &*CASES;
        let mut evidence = which.get(&cases.evidence).clone();
        let other = parts_of.get(&cases.evidence).clone();
        if exchanged & 1 != 0 { evidence.moment = other.moment }
        if exchanged & 2 != 0 { evidence.authority = other.authority }
        if exchanged & 4 != 0 { evidence.place = other.place }
        let mut bytes = evidence.encode();
        if let Some((at, byte)) = change {
            let at = at.index(bytes.len());
            bytes[at] ^= byte;
        }
        let evidence = Evidence::decode(&bytes).unwrap_or(evidence);
        let question = question(kind);
        let fresh = judge(&evidence, &Findings::NONE, &cases.trust, question);
        let warm = judge_knowing(&cases.known, &evidence, &Findings::NONE, question);
        prop_assert_eq!(&fresh, &warm);
        let again = judge_knowing(&cases.known, &evidence, &Findings::NONE, question);
        prop_assert_eq!(fresh, again);
    }
}
