//! What holds of every parser: whatever it reads, written again, is the same bytes; and it never
//! panics. Each function is one fuzz target, and says whether the input was read.

use verifier::{cache::Cache, monitor::Evidence};

/// One target: its name, and its function.
pub type Target = (&'static str, fn(&[u8]) -> bool);

/// Every target.
pub const TARGETS: &[Target] = &[("cache", cache), ("evidence_file", evidence_file)];

/// What is kept of a log.
pub fn cache(data: &[u8]) -> bool {
    match Cache::decode(data) {
        Ok(cache) => {
            assert_eq!(cache.encode(), data, "written differently than read");
            true
        }
        Err(_) => false,
    }
}

/// What proves that a log misbehaved.
pub fn evidence_file(data: &[u8]) -> bool {
    match Evidence::parse(data) {
        Ok(evidence) => {
            assert_eq!(evidence.to_text().as_bytes(), data, "written differently than read");
            true
        }
        Err(_) => false,
    }
}
