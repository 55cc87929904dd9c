//! Drafts are read back as they were written, and every kind says what it must.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use ledger::{
    certificate::{LogGeneration, Text},
    position::LeafIndex,
    record::{IntegrityKind, IntegrityRecord, Subject, SubjectKind},
    status::Status,
    time::Date,
};
use proptest::prelude::*;

use super::*;
use crate::signing::staff::StaffId;

fn index(index: u64) -> LeafIndex {
    LeafIndex::new(index).unwrap()
}

fn day() -> Date {
    "2026-07-01".parse().unwrap()
}

fn draft(kind: CaseKind, targets: Vec<Target>) -> CaseDraft {
    CaseDraft {
        log: LogGeneration::new(1),
        authority: index(0),
        kind,
        targets,
        document: Text::new("渝职改办〔2026〕900号").unwrap(),
        clause: Text::new(kind.clause()).unwrap(),
        basis: "渝职改办〔2022〕226号".to_owned(),
        reasons: "提交的业绩材料系伪造".to_owned(),
        decided_on: day(),
        served_on: Some(day()),
        remedy: Some(DEFAULT_REMEDY.to_owned()),
        heard: Some("笔录在卷".to_owned()),
        ground: kind.grounds().first().copied(),
        last_valid_index: None,
        notes: vec![ArchiveNote::Record {
            subject: Subject {
                kind: SubjectKind::Applicant,
                name: Text::new("某人").unwrap(),
                identifier: Text::new("500000196205191011").unwrap(),
            },
            kind: IntegrityKind::TitleRevoked,
            bar: Some((day(), day())),
        }],
        seed: [7; 32],
    }
}

fn target(at: u64) -> Target {
    Target { index: index(at), previous: at.checked_sub(3).map(index) }
}

#[test]
fn a_draft_of_each_kind_is_read_back_as_it_was_written() {
    for kind in CaseKind::ALL {
        let written = draft(kind, vec![target(1), target(9)]);
        assert_eq!(CaseDraft::decode(&written.encode()), Ok(written));
    }
}

#[test]
fn a_draft_that_rescinds_an_archive_entry_repeats_it_under_another_salt() {
    let revocation = draft(CaseKind::RevokeTitle, vec![target(4)]);
    let [before] = &revocation.archive()[..] else { panic!("one entry") };
    let rescind = ArchiveNote::Rescind { entry: index(6), record: Box::new(before.record.clone()) };
    let restoration = CaseDraft {
        notes: vec![rescind],
        seed: [9; 32],
        ..draft(CaseKind::RestoreTitle, vec![target(4)])
    };
    assert_eq!(CaseDraft::decode(&restoration.encode()), Ok(restoration.clone()));
    let [after] = &restoration.archive()[..] else { panic!("one entry") };
    let correction = after.correction.as_ref().unwrap();
    assert_eq!(correction.entry, index(6));
    assert_ne!(after.record.salt, before.record.salt);
    let same = IntegrityRecord { salt: before.record.salt, ..after.record.clone() };
    assert_eq!(same, before.record);
}

#[test]
fn refuses_targets_that_do_not_ascend() {
    for targets in [vec![], vec![target(9), target(1)], vec![target(4), target(4)]] {
        let written = draft(CaseKind::NotRecognise, targets);
        assert_eq!(CaseDraft::decode(&written.encode()), Err(DraftFault::Targets));
    }
}

#[test]
fn every_field_changes_what_the_two_persons_sign() {
    let one = draft(CaseKind::RevokeTitle, vec![target(4)]);
    let others = [
        CaseDraft { seed: [8; 32], ..one.clone() },
        CaseDraft { targets: vec![target(5)], ..one.clone() },
        CaseDraft { targets: vec![Target { previous: None, ..target(4) }], ..one.clone() },
        CaseDraft { served_on: None, ..one.clone() },
        CaseDraft { heard: None, ..one.clone() },
        CaseDraft { notes: vec![], ..one.clone() },
        CaseDraft { kind: CaseKind::CancelError, ..one.clone() },
    ];
    for other in others {
        assert_ne!(other.proposal(), one.proposal());
    }
}

#[test]
fn a_draft_gives_the_same_records_each_time_and_no_two_of_one_salt() {
    let one = draft(CaseKind::NotRecognise, (1..50).map(target).collect());
    let (first, second) = (StaffId::new("staff-1").unwrap(), StaffId::new("staff-2").unwrap());
    let pairs = one.decisions(&first, &second).unwrap();
    assert_eq!(pairs, one.decisions(&first, &second).unwrap());
    let salts = pairs
        .iter()
        .flat_map(|pair| [*pair.record.salt.as_bytes(), *pair.record.number_salt.as_bytes()]);
    let archive = one.archive();
    let mut salts: Vec<_> =
        salts.chain(archive.iter().map(|entry| *entry.record.salt.as_bytes())).collect();
    salts.sort_unstable();
    salts.dedup();
    assert_eq!(salts.len(), 2 * 49 + 1);
}

/// `tests/data/certificate_status.json`: REVOKE, DERECOGNISE, CANCEL from EFFECTIVE; REINSTATE back; and for
/// authorities valid ⇄ suspended, either → revoked.
#[test]
fn a_kind_may_follow_the_statuses_of_the_table_and_no_other() {
    use CaseKind::*;
    let ended = [Status::Revoked, Status::NotRecognised, Status::CancelledError];
    for kind in CaseKind::ALL {
        for status in Status::ALL {
            let expected = match kind {
                RevokeTitle | NotRecognise | CancelError | SuspendAuthority => {
                    *status == Status::Valid
                }
                RestoreTitle => ended.contains(status),
                ReinstateAuthority => *status == Status::Suspended,
                CancelAuthority => [Status::Valid, Status::Suspended].contains(status),
            };
            assert_eq!(kind.may_follow(*status), expected, "{kind:?} on {status:?}");
        }
    }
}

#[test]
fn a_title_comes_back_by_the_law_of_its_ground_and_not_by_the_notice() {
    let basis = |ground, basis: Option<&str>| {
        let document = Text::new("〔2026〕渝州行终5号").unwrap();
        let order = Order {
            ground: Some(ground),
            basis: basis.map(str::to_owned),
            ..Order::new(CaseKind::RestoreTitle, vec![index(4)], document, day(), "某".to_owned())
        };
        order.settle(day()).unwrap().order().basis.clone().unwrap()
    };
    assert_eq!(basis(Ground::Judgment, None), "中华人民共和国行政诉讼法");
    assert_eq!(basis(Ground::Reconsideration, None), "中华人民共和国行政复议法");
    assert_eq!(basis(Ground::SelfCorrection, None), BASIS);
    assert_eq!(basis(Ground::Judgment, Some("某法")), "某法");
}

#[test]
fn codes_and_names_lead_back_to_their_kinds() {
    for kind in CaseKind::ALL {
        assert_eq!(CaseKind::from_code(kind.code()), Some(kind));
        assert_eq!(CaseKind::from_name(kind.name()), Some(kind));
        assert!(Text::new(kind.clause()).is_ok());
    }
    for ground in Ground::ALL {
        assert_eq!(Ground::from_code(ground.code()), Some(ground));
        assert_eq!(Ground::from_name(ground.name()), Some(ground));
    }
    for code in 0..6 {
        assert!(CaseState::from_code(code).is_none_or(|state| state.code() == code));
    }
}

proptest! {
    #[test]
    fn what_is_read_is_written_again_as_it_was(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(read) = CaseDraft::decode(&bytes) {
            prop_assert_eq!(read.encode(), bytes);
        }
    }

    #[test]
    fn a_draft_with_a_changed_byte_is_another_or_none(at in 0usize..400, with in 1u8..) {
        let whole = draft(CaseKind::RevokeTitle, vec![target(4)]);
        let mut bytes = whole.encode();
        let at = at % bytes.len();
        bytes[at] ^= with;
        if let Ok(read) = CaseDraft::decode(&bytes) {
            prop_assert_ne!(&read, &whole);
            prop_assert_eq!(read.encode(), bytes);
        }
    }
}
