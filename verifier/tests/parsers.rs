//! The properties that the fuzz targets assert, on their examples and on altered ones: so that no
//! target rots, and that every parser is strict in every byte.

#[path = "../fuzz/src/examples.rs"]
#[expect(clippy::expect_used, reason = "tests may panic")]
mod examples;
#[path = "../fuzz/src/properties.rs"]
mod properties;

use properties::TARGETS;
use proptest::prelude::*;

fn target(name: &str) -> fn(&[u8]) -> bool {
    let found = TARGETS.iter().find(|(target, _)| *target == name);
    found.unwrap_or_else(|| unreachable!("no target {name}")).1
}

#[test]
fn every_target_reads_its_examples_and_not_one_byte_more_or_less() {
    let examples = examples::examples();
    let named: Vec<_> = examples.iter().map(|(name, _)| *name).collect();
    assert_eq!(named, TARGETS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    for (name, examples) in examples {
        let property = target(name);
        for example in examples {
            assert!(property(&example), "{name}");
            assert!(!property(&[example.as_slice(), b"\0"].concat()), "{name}");
            for end in 0..example.len() {
                assert!(!property(&example[..end]), "{name}: {end}");
            }
        }
    }
}

#[test]
fn an_altered_example_is_refused_or_written_as_it_was_read() {
    for (name, examples) in examples::examples() {
        let property = target(name);
        for mut example in examples {
            for at in 0..example.len() {
                for change in [1, 0x20, 0x80, 0xff] {
                    example[at] ^= change;
                    property(&example);
                    example[at] ^= change;
                }
            }
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
