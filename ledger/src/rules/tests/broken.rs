//! One entry for each rule, and nothing else wrong with it.

use std::collections::BTreeSet;

use ed25519_dalek::Signer as _;

use super::*;
use crate::{
    certificate::LogGeneration,
    digest::Commitment,
    entry::{Issuance, UnsignedStatusChange},
    private_kit::{
        index, key,
        papers::{anchor, commitment, integrity},
        x509::{AuthoritySpec, root},
    },
    rules::LogState,
    status::{ExceptionList, MAX_SUSPENSIONS},
};

/// The stable name of each rule. A new one does not compile until it has a name here, and the test
/// below fails until it has a case.
fn name(rule: &Rule) -> &'static str {
    match rule {
        Rule::Authority(_) => "authority",
        Rule::AuthorityRepeated { .. } => "authority repeated",
        Rule::NoAuthority { .. } => "no authority",
        Rule::Role { .. } => "role",
        Rule::Standing { .. } => "standing",
        Rule::CommitmentRepeated { .. } => "commitment repeated",
        Rule::NotSorted => "not sorted",
        Rule::NoTitle { .. } => "no title",
        Rule::ReissueByCommittee { .. } => "reissue by committee",
        Rule::ReissueOfTitle { .. } => "reissue of title",
        Rule::OtherLog { .. } => "other log",
        Rule::DecisionSignature { .. } => "decision signature",
        Rule::NoTarget { .. } => "no target",
        Rule::Previous { .. } => "previous",
        Rule::Transition { .. } => "transition",
        Rule::NotItsOwn => "not its own",
        Rule::LastValidIndex => "last valid index",
        Rule::TooManySuspensions { .. } => "too many suspensions",
        Rule::SuspensionReversed { .. } => "suspension reversed",
        Rule::DecisionFromTheFuture { .. } => "decision from the future",
        Rule::OutsideValidity { .. } => "outside validity",
        Rule::Head { field } => field,
        Rule::HeadTime { .. } => "head time",
    }
}

/// The rules by name; a head has five fields.
const NAMES: usize = 22 + 5;

/// Makes the entry that breaks a rule.
type Breaker = fn(&mut Bureau) -> Entry;

/// The rule's name, what is done, and how.
type Case = (&'static str, &'static str, Breaker);

const AUTHORITIES: &[Case] = &[
    ("authority", "an authority that another root signed", |_| {
        let spec = AuthoritySpec { root_seed: 201, ..committee(20) };
        Entry::Authority(authority_entry(&spec))
    }),
    ("authority", "an authority entry that states another role", |_| {
        let mut entry = authority_entry(&bureau(20, Role::CopyOnly));
        entry.role = Role::Decide;
        Entry::Authority(entry)
    }),
    ("authority repeated", "the same authority again", |_| {
        Entry::Authority(authority_entry(&committee(COMMITTEE)))
    }),
    ("no authority", "an issuance by nobody", |_| issued(&holder("CQ-3", 3), 99, 99, None).entry),
    ("no authority", "an issuance by what is an issuance", |_| {
        issued(&holder("CQ-3", 3), 6, COMMITTEE, None).entry
    }),
    ("no authority", "a decision by nobody", |_| {
        decided((99, DECIDE), 6, Status::Revoked, None, day("2026-07-01"))
    }),
    ("role", "an issuance by the authority for decisions", |_| {
        issued(&holder("CQ-3", 3), 0, DECIDE, None).entry
    }),
    ("role", "a decision by the authority for copies", |_| {
        decided((4, COPIES), 6, Status::Revoked, None, day("2026-07-01"))
    }),
    ("role", "a restoration by the committee that issued", |log| {
        log.apply(&bureau_decides(6, Status::Revoked, None)).unwrap();
        decided((2, COMMITTEE), 6, Status::Valid, Some(9), day("2026-07-02"))
    }),
    ("role", "a committee that decides on a committee", |_| {
        decided((2, COMMITTEE), 3, Status::Revoked, None, day("2026-07-01"))
    }),
    ("role", "a committee that does not recognise a title of its own", |_| {
        decided((2, COMMITTEE), 6, Status::NotRecognised, None, day("2026-07-01"))
    }),
    ("standing", "an issuance by a committee that was cancelled", |log| {
        log.apply(&bureau_decides(2, Status::Revoked, None)).unwrap();
        issued(&holder("CQ-3", 3), 2, COMMITTEE, None).entry
    }),
    ("standing", "a revocation by a committee that is suspended", |log| {
        log.apply(&bureau_decides(2, Status::Suspended, None)).unwrap();
        decided((2, COMMITTEE), 6, Status::Revoked, None, day("2026-07-02"))
    }),
    ("not its own", "a committee that revokes another committee's title", |_| {
        decided((3, OTHER), 6, Status::Revoked, None, day("2026-07-01"))
    }),
];

const ISSUANCES: &[Case] = &[
    ("commitment repeated", "an issuance appended again", |log| log.entries.0[6].clone()),
    ("commitment repeated", "an anchor twice in one batch", |log| {
        let paper = anchor(9);
        log.apply(&paper.entry).unwrap();
        paper.entry
    }),
    ("commitment repeated", "an integrity record again in a later batch", |log| {
        let paper = integrity(9);
        log.apply(&paper.entry).unwrap();
        head(log);
        paper.entry
    }),
    ("commitment repeated", "an integrity record with an issuance's commitment", |log| {
        let Entry::Issuance(issuance) = log.entries.0[6] else { panic!("6 is an issuance") };
        Entry::IntegrityRecord(issuance.commitment)
    }),
    ("commitment repeated", "a decision with the record of another", |log| {
        let record = decision_record(9);
        let first = decision(0, 6, Status::Revoked, None, &record);
        log.apply(&status_change(&first, DECIDE, &record).entry).unwrap();
        let second = decision(0, 7, Status::Revoked, None, &record);
        status_change(&second, DECIDE, &record).entry
    }),
    ("not sorted", "issuances of a batch in descending order", |log| {
        let papers = ["CQ-3", "CQ-4"].map(|number| issued(&holder(number, 3), 2, COMMITTEE, None));
        let papers = sorted(papers.to_vec());
        log.apply(&papers[1].entry).unwrap();
        assert!(commitment(&papers[0]) < commitment(&papers[1]));
        papers[0].entry.clone()
    }),
    ("no title", "a reissue of a head", |_| issued(&holder("CQ-1", 3), 1, OWN, Some(5)).entry),
    ("no title", "a reissue of a reissue", |log| {
        log.apply(&issued(&holder("CQ-1", 3), 1, OWN, Some(6)).entry).unwrap();
        head(log);
        issued(&holder("CQ-1", 4), 1, OWN, Some(9)).entry
    }),
    ("no title", "a reissue of what is not there yet", |_| {
        issued(&holder("CQ-1", 3), 1, OWN, Some(9)).entry
    }),
    ("reissue by committee", "a committee that corrects its own certificate", |_| {
        issued(&holder("CQ-1", 3), 2, COMMITTEE, Some(6)).entry
    }),
    ("reissue of title", "a reissue of a revoked title", |log| {
        log.apply(&bureau_decides(6, Status::Revoked, None)).unwrap();
        issued(&holder("CQ-1", 3), 1, OWN, Some(6)).entry
    }),
];

const DECISIONS: &[Case] = &[
    ("other log", "a decision for another log", |_| {
        let record = decision_record(9);
        let mut decision = decision(0, 6, Status::Revoked, None, &record);
        decision.log = LogGeneration::new(2);
        status_change(&decision, DECIDE, &record).entry
    }),
    ("decision signature", "a decision that another key signed", |_| {
        decided((0, OWN), 6, Status::Revoked, None, day("2026-07-01"))
    }),
    ("decision signature", "a signed decision whose target was changed", |_| {
        let record = decision_record(9);
        let signed = decision(0, 6, Status::Revoked, None, &record);
        let other = decision(0, 7, Status::Revoked, None, &record);
        let signature = key(DECIDE).sign(&UnsignedStatusChange::new(&signed).to_be_signed());
        let forged = UnsignedStatusChange::new(&other).with_signature(signature.to_bytes());
        Entry::StatusChange(forged.unwrap())
    }),
    ("no target", "a decision on a head", |_| bureau_decides(5, Status::Revoked, None)),
    ("no target", "a decision on a reissue instead of its title", |log| {
        log.apply(&issued(&holder("CQ-1", 3), 1, OWN, Some(6)).entry).unwrap();
        bureau_decides(9, Status::Revoked, None)
    }),
    ("no target", "a decision on what is not there yet", |_| {
        bureau_decides(50, Status::Revoked, None)
    }),
    ("previous", "a decision that names a predecessor where there is none", |_| {
        bureau_decides(6, Status::Revoked, Some(5))
    }),
    ("previous", "a decision that forgets its predecessor", |log| {
        log.apply(&bureau_decides(6, Status::Revoked, None)).unwrap();
        head(log);
        bureau_decides(6, Status::Valid, None)
    }),
    ("previous", "a revocation that forgets the restoration before it", |log| {
        log.apply(&bureau_decides(6, Status::Revoked, None)).unwrap();
        log.apply(&bureau_decides(6, Status::Valid, Some(9))).unwrap();
        head(log);
        decided((0, DECIDE), 6, Status::NotRecognised, Some(9), day("2026-07-03"))
    }),
    ("transition", "a title that is restored and was never anything else", |_| {
        bureau_decides(6, Status::Valid, None)
    }),
    ("transition", "a title that is suspended", |_| bureau_decides(6, Status::Suspended, None)),
    ("transition", "a decision that supersedes", |_| bureau_decides(6, Status::Superseded, None)),
    ("transition", "a revoked title that is cancelled", |log| {
        log.apply(&bureau_decides(6, Status::Revoked, None)).unwrap();
        bureau_decides(6, Status::CancelledError, Some(9))
    }),
    ("transition", "a cancelled authority that comes back", |log| {
        log.apply(&bureau_decides(2, Status::Revoked, None)).unwrap();
        bureau_decides(2, Status::Valid, Some(9))
    }),
    ("transition", "an authority that is not recognised", |_| {
        bureau_decides(2, Status::NotRecognised, None)
    }),
    ("last valid index", "a last valid index on a title", |_| {
        with_last_valid_index(6, Status::Revoked, 7)
    }),
    ("last valid index", "a last valid index on a suspension", |_| {
        with_last_valid_index(2, Status::Suspended, 7)
    }),
    ("last valid index", "a last valid index before the authority itself", |_| {
        with_last_valid_index(2, Status::Revoked, 1)
    }),
    ("last valid index", "a last valid index that is not there yet", |_| {
        with_last_valid_index(2, Status::Revoked, 9)
    }),
    ("too many suspensions", "one suspension more than a list can hold", |log| {
        let mut previous = None;
        for _ in 0..MAX_SUSPENSIONS {
            for status in [Status::Suspended, Status::Valid] {
                let at = log.next_index().get();
                log.apply(&bureau_decides(2, status, previous)).unwrap();
                previous = Some(at);
            }
        }
        bureau_decides(2, Status::Suspended, previous)
    }),
    ("suspension reversed", "a suspension that ends before it begins", |log| {
        log.apply(&bureau_decides(2, Status::Suspended, None)).unwrap();
        decided((0, DECIDE), 2, Status::Valid, Some(9), day("2026-06-30"))
    }),
];

const HEADS: &[Case] = &[
    ("decision from the future", "a head before the date of a decision", |log| {
        let tomorrow = day("2026-11-25");
        log.apply(&decided((0, DECIDE), 6, Status::Revoked, None, tomorrow)).unwrap();
        Entry::StatusHead(next_head(log))
    }),
    ("outside validity", "a head after the certificate of an authority that issued", |log| {
        log.apply(&issued(&holder("CQ-3", 3), 2, COMMITTEE, None).entry).unwrap();
        let time = day("2028-06-01").beijing_start();
        Entry::StatusHead(log.state.next_head(time, JOURNAL).unwrap())
    }),
    ("outside validity", "a head after the certificate of an authority that decided", |log| {
        log.apply(&bureau_decides(6, Status::Revoked, None)).unwrap();
        let time = day("2028-06-01").beijing_start();
        Entry::StatusHead(log.state.next_head(time, JOURNAL).unwrap())
    }),
    ("index", "a head for another index", |log| {
        Entry::StatusHead(StatusHead { index: index(10), ..next_head(log) })
    }),
    ("previous head", "a head that skips the head before it", |log| {
        Entry::StatusHead(StatusHead { previous: Some(index(5)), ..next_head(log) })
    }),
    ("number of exceptions", "a head that counts wrongly", |log| {
        Entry::StatusHead(StatusHead { exceptions: 1, ..next_head(log) })
    }),
    ("list root", "a head with the root of another list", |log| {
        log.apply(&bureau_decides(6, Status::Revoked, None)).unwrap();
        let before = log.state.last_head().unwrap().list_root;
        Entry::StatusHead(StatusHead { list_root: before, ..next_head(log) })
    }),
    ("list head", "a head that names an older list than its own", |log| {
        log.apply(&bureau_decides(6, Status::Revoked, None)).unwrap();
        Entry::StatusHead(StatusHead { list_head: index(5), ..next_head(log) })
    }),
    ("list head", "a head that names itself though nothing changed", |log| {
        let head = next_head(log);
        Entry::StatusHead(StatusHead { list_head: head.index, ..head })
    }),
    ("head time", "a head before the one before it", |log| {
        let last = log.state.last_head().unwrap().time.get();
        let time = UnixMillis::new(last - 1).unwrap();
        Entry::StatusHead(log.state.next_head(time, JOURNAL).unwrap())
    }),
];

fn with_last_valid_index(target: u64, status: Status, last: u64) -> Entry {
    let record = decision_record(9);
    let mut decision = decision(0, target, status, None, &record);
    decision.last_valid_index = Some(index(last));
    status_change(&decision, DECIDE, &record).entry
}

#[test]
fn every_rule_is_broken_by_one_entry_and_says_so() {
    let mut broken = BTreeSet::new();
    for (expected, case, make) in [AUTHORITIES, ISSUANCES, DECISIONS, HEADS].into_iter().flatten() {
        let mut log = log();
        let entry = make(&mut log);
        let found = rule(&mut log, &entry);
        assert_eq!(name(&found), *expected, "{case}: {found}");
        broken.insert(*expected);
    }
    assert_eq!(broken.len(), NAMES, "{broken:?}");
}

#[test]
fn an_entry_that_breaks_a_rule_is_named_with_its_index() {
    let mut log = log();
    let entry = log.entries.0[6].clone();
    let error = log.state.apply(&entry, &log.entries).unwrap_err();
    assert!(error.to_string().starts_with("entry 9: the commitment "), "{error}");
}

#[test]
fn the_evidence_names_both_sides() {
    let mut log = log();
    let authority = index(99);
    let stranger = Issuance { authority, title: None, commitment: Commitment::to(b"x") };
    assert_eq!(rule(&mut log, &Entry::Issuance(stranger)), Rule::NoAuthority { authority });
    let forgetful = bureau_decides(6, Status::Revoked, Some(5));
    let expected = Rule::Previous { expected: None, found: Some(index(5)) };
    assert_eq!(rule(&mut self::log(), &forgetful), expected);
}

#[test]
fn a_state_after_a_head_is_not_put_together_from_another_list() {
    let mut log = log();
    log.apply(&bureau_decides(6, Status::Revoked, None)).unwrap();
    head(&mut log);
    let last = *log.state.last_head().unwrap();
    let after = |exceptions| {
        LogState::after_head(LogGeneration::new(1), vec![root()], last, exceptions, [])
    };
    let found = after(ExceptionList::empty()).unwrap_err();
    assert_eq!(found, Rule::Head { field: "list root" });
    let state = after(log.state.exceptions().clone()).unwrap();
    assert_eq!(state.size(), log.state.size());
}
