//! The one place that asks for the time. Everything below takes `now` as an argument.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use ledger::time::{Date, UnixMillis};

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

/// The machine's clock, or the time that somebody named instead.
#[derive(Debug, Clone, Copy)]
pub enum ChosenClock {
    /// The machine's.
    System,
    /// One that stands still.
    Fixed(UnixMillis),
}

impl Clock for ChosenClock {
    fn now(&self) -> UnixMillis {
        match self {
            Self::System => SystemClock.now(),
            Self::Fixed(now) => *now,
        }
    }
}

/// Text that names no instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "neither RFC 3339 between 1970 and 9999 (2026-03-20T09:00:00+08:00) nor a date (2026-03-20)"
)]
pub struct NotAnInstant;

/// The instant that a text names: RFC 3339, or a date for its first moment in Beijing.
pub fn parse_instant(text: &str) -> Result<UnixMillis, NotAnInstant> {
    if let Ok(date) = text.parse::<Date>() {
        return Ok(date.beijing_start());
    }
    let timestamp: Timestamp = text.parse().map_err(|_detail| NotAnInstant)?;
    let millis = u64::try_from(timestamp.as_millisecond()).map_err(|_before_1970| NotAnInstant)?;
    UnixMillis::new(millis).ok_or(NotAnInstant)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Result<String, NotAnInstant> {
        parse_instant(text).map(|instant| instant.to_string())
    }

    #[test]
    fn an_instant_is_read_with_any_offset() {
        let beijing = Ok("2026-03-20T09:00:00+08:00".to_owned());
        assert_eq!(shown("2026-03-20T09:00:00+08:00"), beijing);
        assert_eq!(shown("2026-03-20T01:00:00Z"), beijing);
    }

    #[test]
    fn a_date_means_its_first_moment_in_beijing() {
        assert_eq!(shown("2026-03-20"), Ok("2026-03-20T00:00:00+08:00".to_owned()));
    }

    #[test]
    fn refuses_what_names_no_instant() {
        for text in ["", "tomorrow", "2026-03-20T09:00:00", "1969-12-31T00:00:00Z", "2026-13-01"] {
            assert_eq!(shown(text), Err(NotAnInstant), "{text}");
        }
    }
}
