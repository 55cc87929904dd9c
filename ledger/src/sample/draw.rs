//! The draw: a pure function of seed and population.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::{cosignature::Cosignature, digest::DIGEST_LEN, position::LeafIndex};

/// What a draw hangs on: SHA-256 of a cosignature's 72 bytes, as they stand behind the key ID in its
/// signature line (time, then the Ed25519 signature).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed([u8; DIGEST_LEN]);

impl Seed {
    /// The seed that a cosignature gives. That it verifies is the caller's to check.
    pub fn of(cosignature: &Cosignature) -> Self {
        Self(Sha256::digest(cosignature.to_bytes()).into())
    }

    /// A seed that is known already.
    pub const fn from_bytes(bytes: [u8; DIGEST_LEN]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; DIGEST_LEN] {
        &self.0
    }
}

impl fmt::Display for Seed {
    /// Lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The first `size` of a population by SHA-256(seed ‖ index as eight bytes, big-endian), ascending.
/// There is no modulus, hence no bias: every subset of that size is as likely as any other.
pub fn rank(seed: &Seed, population: &[LeafIndex], size: usize) -> Vec<LeafIndex> {
    let mut ranked: Vec<([u8; DIGEST_LEN], LeafIndex)> = population
        .iter()
        .map(|index| {
            let hash = Sha256::new().chain_update(seed.0).chain_update(index.get().to_be_bytes());
            (hash.finalize().into(), *index)
        })
        .collect();
    ranked.sort_unstable();
    ranked.into_iter().take(size).map(|(_, index)| index).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn indices(range: std::ops::Range<u64>) -> Vec<LeafIndex> {
        range.map(|index| LeafIndex::new(index).unwrap()).collect()
    }

    /// Computed by Python's hashlib:
    /// `sorted(range(10), key=lambda i: sha256(bytes(32) + i.to_bytes(8, "big")).digest())`.
    const ZERO_SEED_OF_TEN: [u64; 10] = [1, 6, 3, 0, 7, 4, 2, 9, 8, 5];

    #[test]
    fn the_ranking_is_the_one_that_another_language_computes() {
        let ranked = rank(&Seed::from_bytes([0; 32]), &indices(0..10), 10);
        let ranked: Vec<u64> = ranked.into_iter().map(LeafIndex::get).collect();
        assert_eq!(ranked, ZERO_SEED_OF_TEN);
    }

    proptest! {
        #[test]
        fn a_sample_is_of_the_population_once_each_and_a_larger_one_goes_on_from_it(
            seed: [u8; 32], population in 0u64..200, size in 0usize..200
        ) {
            let population = indices(0..population);
            let seed = Seed::from_bytes(seed);
            let sample = rank(&seed, &population, size);
            prop_assert_eq!(sample.len(), size.min(population.len()));
            let members: BTreeSet<_> = sample.iter().copied().collect();
            prop_assert_eq!(members.len(), sample.len());
            prop_assert!(sample.iter().all(|index| population.contains(index)));
            let larger = rank(&seed, &population, size + 1);
            prop_assert_eq!(&larger[..sample.len()], &sample[..]);
            // The order in which the population is told does not matter.
            let reversed: Vec<_> = population.iter().rev().copied().collect();
            prop_assert_eq!(rank(&seed, &reversed, size), sample);
        }
    }
}
