//! A clock that stands still until a test moves it.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use ledger::time::UnixMillis;
use verifier::clock::{Clock, parse_instant};

/// A clock that a test sets; every copy shows the same time.
#[derive(Debug, Clone)]
pub struct TestClock(Arc<AtomicU64>);

impl TestClock {
    /// A clock that shows an instant (RFC 3339, or a Beijing date).
    pub fn at(text: &str) -> Self {
        Self(Arc::new(AtomicU64::new(parse_instant(text).unwrap().get())))
    }

    /// Sets it to an instant (RFC 3339, or a Beijing date).
    pub fn set(&self, text: &str) {
        self.0.store(parse_instant(text).unwrap().get(), Ordering::SeqCst);
    }

    /// Moves it on.
    pub fn advance_minutes(&self, minutes: u64) {
        self.0.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }

    /// What it shows, as `--now` takes it.
    pub fn text(&self) -> String {
        self.now().to_string()
    }
}

impl Clock for TestClock {
    fn now(&self) -> UnixMillis {
        UnixMillis::new(self.0.load(Ordering::SeqCst)).unwrap()
    }
}
