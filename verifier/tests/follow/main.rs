//! Programs that follow a log as processes, against directories and a web server that lies.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may panic")]

mod loopback;
mod mirror;
mod monitor;
mod monitor_forks;
mod monitor_state;
mod monitoring;
mod place;
