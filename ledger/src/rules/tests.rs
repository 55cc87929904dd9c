//! Every rule broken once, by one entry after a log that is in order; and what may be done.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

mod allowed;
mod broken;

use super::Rule;
use crate::{
    authority::Role,
    digest::JournalAnchor,
    entry::{Entry, StatusHead},
    private_kit::{
        bureau::Bureau,
        day,
        papers::{decision, decision_record, holder, issued, sorted, status_change},
        x509::{authority_entry, bureau, committee},
    },
    status::Status,
    time::{Date, UnixMillis},
};

/// Seeds of the keys; the authorities stand at the indices 0 to 4.
const DECIDE: u8 = 10;
const OWN: u8 = 11;
const COMMITTEE: u8 = 12;
const OTHER: u8 = 13;
const COPIES: u8 = 14;

/// Authorities at 0 to 4, a head at 5, issuances by the committee at 6 and 7, a head at 8.
fn log() -> Bureau {
    let mut log = Bureau::new();
    let specs = [
        bureau(DECIDE, Role::Decide),
        bureau(OWN, Role::Issue),
        committee(COMMITTEE),
        committee(OTHER),
        bureau(COPIES, Role::CopyOnly),
    ];
    for spec in specs {
        log.apply(&Entry::Authority(authority_entry(&spec))).unwrap();
    }
    head(&mut log);
    let papers = ["CQ-1", "CQ-2"].map(|number| issued(&holder(number, 1), 2, COMMITTEE, None));
    for paper in sorted(papers.to_vec()) {
        log.apply(&paper.entry).unwrap();
    }
    head(&mut log);
    log
}

const JOURNAL: JournalAnchor = JournalAnchor::from_bytes([5; 32]);

/// 2026-11-24 in Beijing, noon, and so many seconds.
fn noon(seconds: u64) -> UnixMillis {
    day("2026-11-24").beijing_start().saturating_add((12 * 3600 + seconds) * 1000)
}

fn next_head(log: &Bureau) -> StatusHead {
    log.state.next_head(noon(log.next_index().get()), JOURNAL).unwrap()
}

/// Applies the head that must come now.
fn head(log: &mut Bureau) {
    log.apply(&Entry::StatusHead(next_head(log))).unwrap_or_else(|rule| panic!("{rule}"));
}

/// A decision of `authority` by its key.
fn decided(
    (authority, seed): (u64, u8),
    target: u64,
    status: Status,
    previous: Option<u64>,
    decided_on: Date,
) -> Entry {
    // Records differ, as their salts do.
    let salt = (target as u8).wrapping_mul(31) ^ (previous.unwrap_or(200) as u8);
    let mut record = decision_record(salt);
    record.decided_on = decided_on;
    status_change(&decision(authority, target, status, previous, &record), seed, &record).entry
}

/// A decision of the bureau on 2026-07-01.
fn bureau_decides(target: u64, status: Status, previous: Option<u64>) -> Entry {
    decided((0, DECIDE), target, status, previous, day("2026-07-01"))
}

fn rule(log: &mut Bureau, entry: &Entry) -> Rule {
    log.apply(entry).unwrap_err()
}
