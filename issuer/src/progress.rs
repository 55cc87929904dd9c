//! Long work tells how far it is.

use std::{fmt, sync::Arc};

/// Which of the two truths is being folded into the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folded {
    /// The journal; what is counted is lines.
    Journal,
    /// The log; what is counted is entries.
    Log,
}

/// How far the registry is made: `done` of `total` that it lacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folding {
    /// Of which.
    pub of: Folded,
    /// Folded by now.
    pub done: u64,
    /// To be folded in all.
    pub total: u64,
}

/// Who is told. Called often: it should be quick.
#[derive(Clone)]
pub struct Listener(Arc<dyn Fn(Folding) + Send + Sync>);

impl Listener {
    /// Tells this function.
    pub fn new(told: impl Fn(Folding) + Send + Sync + 'static) -> Self {
        Self(Arc::new(told))
    }

    /// Nobody is told.
    pub fn nobody() -> Self {
        Self::new(|_| {})
    }

    pub(crate) fn tell(&self, of: Folded, done: u64, total: u64) {
        (self.0)(Folding { of, done, total });
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener(..)")
    }
}
