//! A bureau that imports and issues without end, for tests that take its disk away.
//!
//! `tireless DIR FIRST`: opens the data directory, then issues certificates for synthetic results,
//! numbered from FIRST, in batches of one to four; writes each number to standard output once it is
//! acknowledged.

#![expect(clippy::unwrap_used, clippy::panic, reason = "whoever loses its disk may stop at once")]

use std::io::Write as _;

use issuer::{import::PendingResults as _, office::IssueOptions};
use tests::{
    bureau::{BEGINNING, key, open},
    clock::TestClock,
    lists::{demo_rules, synthetic},
};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, dir, first] = arguments.as_slice() else { panic!("tireless DIR FIRST") };
    let first: usize = first.parse().unwrap();
    let mut office = open(dir.as_ref(), &TestClock::at(BEGINNING)).unwrap();
    let rules = demo_rules();
    let (proposer, approver) = (key("staff-1.key"), key("staff-2.key"));
    let mut next = first;
    for batch in 0.. {
        let count = 1 + batch % 4;
        let list = synthetic(next, count);
        next += count;
        office.add_all(issuer::import::judge(list.as_bytes(), &rules).unwrap().accepted).unwrap();
        let options = IssueOptions { proposer: &proposer, approver: &approver };
        let report = office.issue(&options, |_step| {}).unwrap();
        let mut out = std::io::stdout().lock();
        for issued in report.issued {
            writeln!(out, "{}", issued.number).unwrap();
        }
        out.flush().unwrap();
    }
}
