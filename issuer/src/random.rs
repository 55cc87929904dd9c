//! Random bytes. Whatever needs some takes a [`Random`]: programs pass [`OsRandom`], tests and the
//! worthless example keys a [`Predictable`] one.

use sha2::{Digest as _, Sha256};
pub use verifier::random::{OsRandom, Random, RandomError, bytes};

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
