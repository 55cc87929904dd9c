#![expect(clippy::unwrap_used, reason = "tests may panic")]

use ed25519_dalek::SigningKey;
use proptest::prelude::*;

use super::*;

fn name(number: u8) -> KeyName {
    KeyName::new(&format!("w{number}.example")).unwrap()
}

fn witnesses(count: u8) -> Vec<VerifierKey> {
    let key = |number| {
        let public = SigningKey::from_bytes(&[number; 32]).verifying_key().to_bytes();
        VerifierKey::new(name(number), SignatureKind::CosignatureV1, &public).unwrap()
    };
    (1..=count).map(key).collect()
}

fn one(number: u8) -> QuorumRule {
    QuorumRule::Witness(name(number))
}

fn at_least(needed: usize, of: impl IntoIterator<Item = QuorumRule>) -> QuorumRule {
    QuorumRule::AtLeast { needed, of: of.into_iter().collect() }
}

fn seconds(seconds: u64) -> CosignatureTime {
    CosignatureTime::from_seconds(seconds).unwrap()
}

/// The state where each witness cosigned at the second beside its number.
fn state(quorum: &Quorum, signed: &[(u8, u64)]) -> QuorumState {
    let names: Vec<_> = signed.iter().map(|(number, at)| (name(*number), seconds(*at))).collect();
    quorum.state(names.iter().map(|(name, at)| (name, *at)))
}

/// The example of the specification: two of X, one of Y, both groups.
fn x_and_y() -> Quorum {
    let x = at_least(2, [1, 2, 3].map(one));
    let y = at_least(1, [4, 5, 6].map(one));
    Quorum::of(Some(at_least(2, [x, y])), witnesses(6)).unwrap()
}

#[test]
fn a_quorum_of_groups_needs_enough_of_each_group() {
    let quorum = x_and_y();
    assert_eq!(quorum.needed(), 3);
    assert_eq!(state(&quorum, &[(1, 9), (2, 9), (3, 9)]), QuorumState::NotMet);
    assert_eq!(state(&quorum, &[(1, 9), (4, 9), (5, 9), (6, 9)]), QuorumState::NotMet);
    assert_eq!(state(&quorum, &[(1, 7), (3, 8), (5, 9)]), QuorumState::MetSince(seconds(7)));
}

#[test]
fn a_quorum_of_groups_is_as_old_as_its_oldest_cosignature_that_is_needed() {
    let all = [(1, 50), (2, 40), (3, 10), (4, 20), (5, 30), (6, 5)];
    // The two newest of X are of 50 and 40, the newest of Y is of 30.
    assert_eq!(state(&x_and_y(), &all), QuorumState::MetSince(seconds(30)));
}

#[test]
fn refuses_a_witness_that_could_contribute_in_two_ways() {
    let unlisted = |number| Err(PolicyError::Unlisted { name: name(number) });
    let twice = at_least(2, [one(1), at_least(1, [one(1), one(2)])]);
    assert_eq!(Quorum::of(Some(twice), witnesses(2)), unlisted(1));
    assert_eq!(Quorum::of(Some(one(3)), witnesses(2)), unlisted(3));
}

#[test]
fn refuses_a_group_that_cannot_be_met_or_always_is() {
    for (needed, of) in [(0, vec![one(1)]), (2, vec![one(1)]), (1, vec![])] {
        let expected = Err(PolicyError::CannotBeMet { needed, witnesses: of.len() });
        assert_eq!(Quorum::of(Some(at_least(needed, of)), witnesses(2)), expected);
    }
}

/// Rules over the witnesses from 1 to 6, each at most once.
fn rules() -> impl Strategy<Value = QuorumRule> {
    (proptest::sample::subsequence(vec![1u8, 2, 3, 4, 5, 6], 1..=6), any::<[u8; 3]>()).prop_map(
        |(numbers, dice)| {
            let (left, right) = numbers.split_at(usize::from(dice[0]) % numbers.len());
            let group = |numbers: &[u8], die: u8| {
                at_least(usize::from(die) % numbers.len() + 1, numbers.iter().copied().map(one))
            };
            match left {
                [] => group(right, dice[1]),
                left => at_least(
                    usize::from(dice[2]) % 2 + 1,
                    [group(left, dice[1]), group(right, dice[2])],
                ),
            }
        },
    )
}

proptest! {
    /// What `met_since` computes is what it is defined as: the newest time such that the
    /// cosignatures since then meet the quorum.
    #[test]
    fn the_time_of_a_quorum_is_the_newest_that_suffices(
        rule in rules(),
        times in proptest::collection::vec(proptest::option::of(0u64..8), 6),
    ) {
        let quorum = Quorum::of(Some(rule), witnesses(6)).unwrap();
        let signed: Vec<_> =
            (1u8..).zip(&times).filter_map(|(n, at)| Some((n, (*at)?))).collect();
        let met_by = |since: u64| {
            let late: Vec<_> = signed.iter().copied().filter(|(_, at)| *at >= since).collect();
            state(&quorum, &late) != QuorumState::NotMet
        };
        let newest = (0..8).rev().find(|since| met_by(*since));
        let expected = newest.map_or(QuorumState::NotMet, |at| QuorumState::MetSince(seconds(at)));
        prop_assert_eq!(state(&quorum, &signed), expected);
        if expected != QuorumState::NotMet {
            prop_assert!(signed.len() >= quorum.needed());
        }
    }
}
