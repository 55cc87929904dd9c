//! What may be erased and what must be kept.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use ledger::{
    certificate::Text,
    record::{
        ArchiveEntry, Correction, CorrectionKind, IntegrityKind, IntegrityRecord, Salt, Subject,
        SubjectKind,
    },
};

use super::*;
use crate::archive::{Kept, judge};

const SETTINGS: ArchiveSettings = ArchiveSettings::CAUTIOUS;

fn at(index: u64) -> LeafIndex {
    LeafIndex::new(index).unwrap()
}

/// An entry of 2026-07-01 at `index`, perhaps a correction of another.
fn kept(index: u64, correction: Option<(CorrectionKind, u64)>) -> Kept {
    let text = |text| Text::new(text).unwrap();
    let decided_on = "2026-07-01".parse().unwrap();
    let record = IntegrityRecord {
        salt: Salt::from_random([1; 16]),
        subject: Subject {
            kind: SubjectKind::Applicant,
            name: text("某人"),
            identifier: text("500000196205191011"),
        },
        kind: IntegrityKind::ApplicantFalseMaterial,
        conduct: "剽窃".to_owned(),
        clause: text("七(一)"),
        decision: text("渝州职改〔2026〕900号"),
        decided_on,
        bar_from: None,
        bar_until: None,
    };
    let correction = correction.map(|(kind, entry)| Correction {
        kind,
        entry: at(entry),
        reason: "复核".to_owned(),
        decision: text("渝州职改〔2026〕901号"),
        decided_on,
    });
    Kept { index: at(index), entry: ArchiveEntry { record, correction } }
}

fn judged(entries: Vec<Kept>, today: &str) -> Vec<Judged> {
    judge(entries, &SETTINGS, today.parse().unwrap())
}

#[test]
fn a_reason_names_nobody_and_says_something() {
    let secrets = || ["某人", "500000196205191011"].into_iter();
    assert_eq!(reason(" 申请〔2026〕3号 ", secrets()), Ok("申请〔2026〕3号"));
    assert_eq!(reason("  ", secrets()), Err(ErasureRefusal::NoReason));
    assert_eq!(reason(&"长".repeat(134), secrets()), Err(ErasureRefusal::LongReason));
    for named in ["某人申请", "500000196205191011 的申请"] {
        let refusal = reason(named, secrets()).unwrap_err();
        assert_eq!(refusal, ErasureRefusal::ReasonNamesPerson);
        assert!(!format!("{refusal}").contains("某人"));
    }
}

#[test]
fn a_valid_title_is_erased_on_request_unless_the_setting_keeps_it() {
    let entry = judged(vec![kept(3, None)], "2026-07-10");
    let may = |status, holder: &[Judged], valid| {
        may_erase_title(at(1), status, holder, valid, &SETTINGS).map_err(|refusal| refusal.code())
    };
    assert_eq!(may(Status::Valid, &entry, ValidTitles::OnRequest), Ok(()));
    assert_eq!(may(Status::Valid, &[], ValidTitles::Kept), Err("title_valid"));
    for status in [Status::Revoked, Status::NotRecognised, Status::CancelledError] {
        assert_eq!(may(status, &entry, ValidTitles::OnRequest), Err("entry_unexpired"));
        let later = judged(vec![kept(3, None)], "2029-07-02");
        assert_eq!(may(status, &later, ValidTitles::OnRequest), Ok(()));
        assert_eq!(may(status, &[], ValidTitles::OnRequest), Ok(()));
    }
}

#[test]
fn an_entry_in_force_is_kept_with_the_clause_and_the_day_it_expires() {
    let entries = judged(vec![kept(3, None)], "2029-07-01");
    let refusal = erasable_chain(at(3), &entries, &SETTINGS).unwrap_err();
    assert_eq!((refusal.code(), refusal.clause()), ("entry_unexpired", "五(二)"));
    assert!(refusal.to_string().contains("2029-07-01"), "{refusal}");
    let later = judged(vec![kept(3, None)], "2029-07-02");
    assert_eq!(erasable_chain(at(3), &later, &SETTINGS), Ok(vec![at(3)]));
}

#[test]
fn an_entry_goes_with_its_whole_chain_of_corrections_or_not_at_all() {
    use CorrectionKind::{Amended, Rescinded};
    let chain = || vec![kept(3, None), kept(5, Some((Amended, 3))), kept(8, None)];
    let entries = judged(chain(), "2026-07-10");
    for index in [3, 5] {
        let refusal = erasable_chain(at(index), &entries, &SETTINGS).unwrap_err();
        assert!(refusal.to_string().contains(" 5 "), "the newest is in force: {refusal}");
    }
    let mut rescinded = chain();
    rescinded.push(kept(9, Some((Rescinded, 5))));
    let entries = judged(rescinded, "2026-07-10");
    for index in [3, 5, 9] {
        let found = erasable_chain(at(index), &entries, &SETTINGS);
        assert_eq!(found, Ok(vec![at(3), at(5), at(9)]), "{index}");
    }
    assert!(erasable_chain(at(8), &entries, &SETTINGS).is_err());
}
