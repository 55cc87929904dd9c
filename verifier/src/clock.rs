//! The one place that asks for the time. Everything below takes `now` as an argument.

use std::time::{SystemTime, UNIX_EPOCH};

use ledger::time::UnixMillis;

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> UnixMillis;
}

/// The machine's clock. Before 1970 it reads as 1970, after 9999 as 9999: both make every status
/// stale or ahead, never fresh.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> UnixMillis {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let millis = u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX);
        UnixMillis::new(millis).unwrap_or(UnixMillis::MAX)
    }
}

/// A clock that stands still, for `--now` and for tests.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub UnixMillis);

impl Clock for FixedClock {
    fn now(&self) -> UnixMillis {
        self.0
    }
}
