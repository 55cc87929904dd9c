//! The properties that the fuzz targets assert, on their examples and on altered ones: so that no
//! target rots, and that every parser is strict in every byte.

#[path = "../fuzz/src/examples.rs"]
#[expect(clippy::expect_used, reason = "tests may panic")]
mod examples;
#[path = "../fuzz/src/properties.rs"]
#[expect(clippy::expect_used, reason = "tests may panic")]
mod properties;

use std::collections::BTreeSet;

use properties::{Outcome, TARGETS};
use proptest::prelude::*;

/// Examples beyond this many bytes are altered at every `len / DENSE`-th byte.
const DENSE: usize = 1200;

fn target(name: &str) -> fn(&[u8]) -> Outcome {
    let found = TARGETS.iter().find(|(target, _)| *target == name);
    found.unwrap_or_else(|| unreachable!("no target {name}")).1
}

#[test]
fn every_target_reads_its_examples() {
    let mut covered = BTreeSet::new();
    for (name, examples) in examples::examples() {
        for (number, example) in examples.iter().enumerate() {
            let outcome = target(name)(example);
            assert_eq!(outcome, Outcome::ReadAndWritten, "{name}, example {number}");
        }
        covered.insert(name);
    }
    assert_eq!(covered, TARGETS.iter().map(|(name, _)| *name).collect());
}

#[test]
fn an_altered_example_is_refused_or_written_as_it_was_read() {
    for (name, examples) in examples::examples() {
        let property = target(name);
        for example in examples {
            for at in (0..example.len()).step_by(example.len() / DENSE + 1) {
                for change in [1, 0x20, 0x80, 0xff] {
                    let mut altered = example.clone();
                    if let Some(byte) = altered.get_mut(at) {
                        *byte ^= change;
                    }
                    property(&altered);
                }
                property(example.get(..at).unwrap_or_default());
            }
        }
    }
}

#[test]
fn a_byte_too_many_is_refused_where_every_byte_counts() {
    // Digits end at what is no digit, TOML and paths may go on; a journal has records of its own.
    let may_go_on = ["qr", "trust", "path", "journal", "staging", "keyring"];
    for (name, examples) in examples::examples() {
        for example in examples.iter().filter(|_| !may_go_on.contains(&name)) {
            let longer = [example.as_slice(), b"\0"].concat();
            assert_eq!(target(name)(&longer), Outcome::Refused, "{name}");
        }
    }
}

proptest! {
    #[test]
    fn whatever_is_read_is_written_the_same(data in proptest::collection::vec(any::<u8>(), 0..300)) {
        for (_, property) in TARGETS {
            property(&data);
        }
    }
}
