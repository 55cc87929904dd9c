//! Random bytes. Whatever needs some takes a [`Random`]: programs pass [`OsRandom`], tests and the
//! worthless example keys a [`Predictable`] one.

use sha2::{Digest as _, Sha256};

/// A source of random bytes.
pub trait Random {
    /// Fills `bytes`, or fails and leaves them unusable.
    ///
    /// # Errors
    /// [`RandomError`] when the source has none.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError>;
}

/// The operating system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no random bytes: {0}")]
pub struct RandomError(#[from] getrandom::Error);

/// `N` bytes of `random`.
///
/// # Errors
/// [`RandomError`] when the source has none.
pub fn bytes<const N: usize>(random: &mut dyn Random) -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    random.fill(&mut bytes)?;
    Ok(bytes)
}

/// The operating system's generator: the only source of anything that is secret.
#[derive(Debug, Clone, Copy)]
pub struct OsRandom;

impl Random for OsRandom {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError> {
        Ok(getrandom::fill(bytes)?)
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
