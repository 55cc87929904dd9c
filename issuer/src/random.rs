//! Random bytes. Whatever needs some takes a [`Random`]: programs pass [`OsRandom`], tests and the
//! worthless example keys a [`Predictable`] one.

use sha2::{Digest as _, Sha256};
pub use verifier::random::{OsRandom, Random, RandomError, bytes};
use zeroize::Zeroizing;

/// A source that asks another one for many bytes at once: ten thousand certificates take a hundred
/// thousand small draws, each of which would be a system call. No byte is given twice; what was given
/// is wiped.
pub struct Buffered<R> {
    source: R,
    bytes: Zeroizing<[u8; BUFFER]>,
    left: usize,
}

/// Bytes asked for at once.
const BUFFER: usize = 4096;

impl<R: Random> Buffered<R> {
    /// Nothing is asked for yet.
    pub fn new(source: R) -> Self {
        Self { source, bytes: Zeroizing::new([0; BUFFER]), left: 0 }
    }
}

impl<R: Random> Random for Buffered<R> {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError> {
        for byte in bytes {
            if self.left == 0 {
                self.source.fill(self.bytes.as_mut_slice())?;
                self.left = BUFFER;
            }
            self.left -= 1;
            if let Some(next) = self.bytes.get_mut(self.left) {
                *byte = std::mem::take(next);
            }
        }
        Ok(())
    }
}

/// Bytes that everybody can compute from a label: SHA-256 of the label and a counter. For tests and
/// for keys that are worthless on purpose.
#[derive(Debug, Clone)]
pub struct Predictable {
    label: String,
    block: u64,
}

impl Predictable {
    /// The source that belongs to `label`.
    pub fn new(label: &str) -> Self {
        Self { label: label.to_owned(), block: 0 }
    }
}

impl Random for Predictable {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError> {
        for chunk in bytes.chunks_mut(32) {
            let hash = Sha256::new()
                .chain_update(self.block.to_be_bytes())
                .chain_update(self.label.as_bytes())
                .finalize();
            self.block += 1;
            chunk.iter_mut().zip(hash).for_each(|(byte, random)| *byte = random);
        }
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;

    /// Counts up, so that a byte given twice or left out shows.
    struct Counting(u32);

    impl Random for Counting {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError> {
            for pair in bytes.chunks_mut(2) {
                let number = self.0.to_be_bytes();
                pair.copy_from_slice(&number[2..]);
                self.0 += 1;
            }
            Ok(())
        }
    }

    #[test]
    fn a_buffered_source_gives_every_byte_of_its_source_once() {
        let (mut buffered, mut plain) = (Buffered::new(Counting(0)), Counting(0));
        let mut drawn = Vec::new();
        for length in (0..200).map(|round| round * 7 % 100) {
            let mut bytes = vec![0; length];
            buffered.fill(&mut bytes).unwrap();
            drawn.extend(bytes);
        }
        let mut whole = vec![0; BUFFER * (drawn.len() / BUFFER)];
        plain.fill(&mut whole).unwrap();
        drawn.truncate(whole.len());
        drawn.sort_unstable();
        whole.sort_unstable();
        assert!(drawn.len() >= BUFFER);
        assert_eq!(drawn, whole);
    }
}
