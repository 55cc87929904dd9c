//! Random bytes, for a witness's own key and for whoever builds on this crate. Checking needs none.

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
