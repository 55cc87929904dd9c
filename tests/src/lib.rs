//! The kit of the tests across crates: a bureau in a temporary directory with an injected clock, the
//! real programs, the peers they are compared with, and the audit that every such test ends with.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

pub mod answers;
pub mod bureau;
pub mod busy;
pub mod clock;
pub mod deciding;
pub mod desk;
pub mod disk;
pub mod fake_witness;
pub mod files;
pub mod kept_port;
pub mod kills;
pub mod lists;
pub mod peers;
pub mod programs;
pub mod records;
pub mod scene;
pub mod server;
pub mod stranger;
pub mod victim;
pub mod wait;
pub mod watched;
pub mod whole;
pub mod witnesses;
