//! What may be done, and what follows from it.

use super::*;
use crate::{
    private_kit::{index, papers::commitment},
    status::Exception,
};

fn apply_all(log: &mut Bureau, entries: impl IntoIterator<Item = Entry>) {
    for entry in entries {
        log.apply(&entry).unwrap_or_else(|rule| panic!("{rule}"));
        head(log);
    }
}

fn exception(log: &Bureau, at: u64) -> Exception {
    log.state.exceptions().get(index(at)).unwrap().clone()
}

#[test]
fn a_title_may_be_revoked_restored_and_not_recognised() {
    let mut log = log();
    apply_all(&mut log, [bureau_decides(6, Status::Revoked, None)]);
    assert_eq!(log.state.exceptions().status(index(6)), Status::Revoked);
    apply_all(&mut log, [bureau_decides(6, Status::Valid, Some(9))]);
    assert!(log.state.exceptions().is_empty());
    apply_all(&mut log, [bureau_decides(6, Status::NotRecognised, Some(11))]);
    assert_eq!(exception(&log, 6).event, index(13));
}

#[test]
fn every_way_out_of_valid_leads_back_to_it() {
    for status in [Status::Revoked, Status::NotRecognised, Status::CancelledError] {
        let mut log = log();
        apply_all(&mut log, [bureau_decides(6, status, None)]);
        assert_eq!(log.state.exceptions().status(index(6)), status);
        apply_all(&mut log, [bureau_decides(6, Status::Valid, Some(9))]);
        assert_eq!(log.state.exceptions().status(index(6)), Status::Valid);
    }
}

#[test]
fn a_committee_may_revoke_a_title_of_its_own() {
    let mut log = log();
    let own = decided((2, COMMITTEE), 6, Status::Revoked, None, day("2026-07-01"));
    apply_all(&mut log, [own]);
    assert_eq!(log.state.exceptions().status(index(6)), Status::Revoked);
}

#[test]
fn decisions_of_one_batch_follow_each_other() {
    let mut log = log();
    log.apply(&bureau_decides(6, Status::Revoked, None)).unwrap();
    log.apply(&bureau_decides(6, Status::Valid, Some(9))).unwrap();
    head(&mut log);
    assert!(log.state.exceptions().is_empty());
}

#[test]
fn a_reissue_supersedes_the_document_before_it_and_not_the_title() {
    let mut log = log();
    let reissue = |salt| issued(&holder("CQ-1", salt), 1, OWN, Some(6)).entry;
    apply_all(&mut log, [reissue(3), reissue(4)]);
    assert_eq!(log.state.exceptions().current_document(index(6)), index(11));
    let (first, second) = (exception(&log, 6), exception(&log, 9));
    assert_eq!((first.status, first.superseded_by), (Status::Valid, Some(index(9))));
    assert_eq!((second.status, second.superseded_by), (Status::Valid, Some(index(11))));
    apply_all(&mut log, [bureau_decides(6, Status::Revoked, None)]);
    // The title's status stands on its first index; its documents follow it.
    assert_eq!(exception(&log, 6).status, Status::Revoked);
    assert_eq!(exception(&log, 9), second);
}

#[test]
fn a_reissue_in_the_batch_of_its_title_is_possible() {
    let mut log = log();
    let first = issued(&holder("CQ-3", 3), 2, COMMITTEE, None);
    log.apply(&first.entry).unwrap();
    // It must come later in the order of commitments too.
    let mut reissues = (4..).map(|salt| issued(&holder("CQ-3", salt), 1, OWN, Some(9)));
    let reissue = reissues.find(|reissue| commitment(reissue) > commitment(&first)).unwrap();
    apply_all(&mut log, [reissue.entry]);
    assert_eq!(log.state.exceptions().current_document(index(9)), index(10));
}

#[test]
fn a_suspended_committee_may_issue_what_it_reviewed_before() {
    let mut log = log();
    apply_all(&mut log, [bureau_decides(2, Status::Suspended, None)]);
    apply_all(&mut log, [issued(&holder("CQ-3", 3), 2, COMMITTEE, None).entry]);
    let end = decided((0, DECIDE), 2, Status::Valid, Some(9), day("2026-09-01"));
    apply_all(&mut log, [end]);
    let suspended = exception(&log, 2);
    assert_eq!(suspended.status, Status::Valid);
    assert!(suspended.suspensions[0].covers(day("2026-08-31")));
    assert!(!suspended.suspensions[0].covers(day("2026-09-01")));
}

#[test]
fn a_suspension_may_end_in_a_cancellation_by_a_last_valid_index() {
    let mut log = log();
    apply_all(&mut log, [bureau_decides(2, Status::Suspended, None)]);
    let record = decision_record(9);
    let mut cancellation = decision(0, 2, Status::Revoked, Some(9), &record);
    cancellation.last_valid_index = Some(index(6));
    apply_all(&mut log, [status_change(&cancellation, DECIDE, &record).entry]);
    let cancelled = exception(&log, 2);
    assert_eq!((cancelled.status, cancelled.last_valid_index), (Status::Revoked, Some(index(6))));
    assert!(cancelled.suspensions[0].ended.is_some());
}

#[test]
fn heads_without_anything_between_them_keep_the_list_of_the_last_change() {
    let mut log = log();
    apply_all(&mut log, [bureau_decides(6, Status::Revoked, None)]);
    head(&mut log);
    head(&mut log);
    let last = log.state.last_head().unwrap();
    assert_eq!((last.index, last.previous), (index(12), Some(index(11))));
    assert_eq!(last.list_head, index(10));
}

#[test]
fn two_heads_may_have_the_same_time() {
    let mut log = log();
    let time = log.state.last_head().unwrap().time;
    let head = log.state.next_head(time, JOURNAL).unwrap();
    assert_eq!(log.apply(&Entry::StatusHead(head)), Ok(index(9)));
}
