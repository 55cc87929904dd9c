//! Waiting for what another process does.

use std::time::{Duration, Instant};

/// How long anything is waited for. A machine that runs everything at once is slow.
const AT_MOST: Duration = Duration::from_secs(60);
/// The pause before the next look: the other process needs the processor, too.
const PAUSE: Duration = Duration::from_millis(2);

/// What `look` finds, once it finds something.
///
/// # Panics
/// When it never does; the test says what was waited for.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + AT_MOST;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "{what}: it never came");
        std::thread::park_timeout(PAUSE);
    }
}
