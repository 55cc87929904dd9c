#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::collections::BTreeSet;

use ledger::{
    certificate::{SignedCertificate, Text},
    note::KeyName,
    record::PersonalRecord,
    time::Date,
    trust::Trust,
};

use super::*;
use crate::{
    case::{CaseDraft, CaseKind, Field, Matter},
    office::HoldFault,
    signing::staff::{Part, StaffId, StaffRegister},
    witnesses::NoQuorum,
};

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

fn is_english(text: &str) -> bool {
    text.chars().filter(char::is_ascii_alphabetic).count() >= 8
}

fn is_code(code: &str) -> bool {
    !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

#[test]
fn everything_explained_has_a_code_and_a_sentence_in_both_languages() {
    for (code, zh, en) in EXPLAINED {
        assert!(is_code(code), "{code}");
        assert!(is_chinese(zh) && !zh.contains(" / "), "{code}: {zh}");
        assert!(is_english(en) && !is_chinese(en), "{code}: {en}");
    }
    let words: BTreeSet<_> = EXPLAINED.iter().map(|(_, zh, _)| zh).collect();
    assert_eq!(words.len(), EXPLAINED.len());
}

/// One of each that can be made here; the others are like them, by the macro.
fn samples() -> Vec<OfficeError> {
    let path = || PathBuf::from("data/issuer.toml");
    let index = LeafIndex::new(7).unwrap();
    let size = ledger::position::TreeSize::new(9).unwrap();
    let no_quorum = NoQuorum { size, cosigned: 1, needed: 2 };
    let now = ledger::time::UnixMillis::new(5).unwrap();
    vec![
        OfficeError::Settings { path: path(), reason: "line 3".to_owned() },
        OfficeError::Io { path: path(), source: std::io::Error::other("scripted") },
        OfficeError::DiskNearlyFull { free: 1, bytes: 2, reserve: 3 },
        OfficeError::AlreadyThere { path: path() },
        OfficeError::NotThere { path: path() },
        OfficeError::NoAuthority { certificate: path() },
        OfficeError::CommitteeNotRegistered { code: "YZ-05-01".to_owned() },
        OfficeError::NoCommitteeAt { index },
        OfficeError::PayloadErased { line: 7 },
        OfficeError::LineMissing { line: 7 },
        OfficeError::NoSuchNumber { number: "1".to_owned() },
        OfficeError::Erased { index, on: "2026-07-10".parse().unwrap() },
        OfficeError::NoPrivateRecord { index },
        OfficeError::NoProof { index },
        OfficeError::StatusUnreadable,
        OfficeError::UnknownLog { generation: 3 },
        SubmitError::ClockBehind { now, last: now }.into(),
        SubmitError::Full(LeafIndex::new(u64::MAX).unwrap_err()).into(),
        SubmitError::Unpublished(no_quorum).into(),
        SubmitError::EarlierUnpublished(no_quorum).into(),
        SubmitError::Stopped.into(),
        StoreError::InUse { directory: "data".to_owned() }.into(),
        Trust::parse("").unwrap_err().into(),
        StaffId::new("?").unwrap_err().into(),
        StaffRegister::parse("?").unwrap_err().into(),
        CaseDraft::decode(&[]).unwrap_err().into(),
        SignedCertificate::decode(&[]).unwrap_err().into(),
        PersonalRecord::decode(&[]).unwrap_err().into(),
        Text::new("").unwrap_err().into(),
        LeafIndex::new(u64::MAX).unwrap_err().into(),
        Date::from_days(i64::MAX).unwrap_err().into(),
        KeyName::new("").unwrap_err().into(),
        serde_json::from_str::<u8>("?").unwrap_err().into(),
    ]
}

#[test]
fn what_the_rooms_say_themselves_is_in_both_languages_and_ends_with_its_code() {
    let missing = CaseFault::Missing {
        matter: Matter::Decision(CaseKind::RevokeTitle),
        field: Field::ServedOn,
    };
    for (error, code) in [
        (OfficeError::from(ApprovalError::SameKey), "[same_key, approver]"),
        (
            ApprovalError::UnknownKey { part: Part::Proposer }.into(),
            "[key_not_registered, proposer]",
        ),
        (CaseFault::NothingCorrected.into(), "[nothing_corrected, corrections, 三(二)]"),
        (missing.into(), "[field_missing, served_on, 七(一)]"),
    ] {
        let said = error.to_string();
        let (zh, en) = said.split_once(" / ").unwrap();
        assert!(is_chinese(zh) && is_english(en) && said.ends_with(code), "{said}");
    }
}

#[test]
fn every_message_begins_with_its_code_and_goes_on_in_chinese_and_then_in_english() {
    let held = HoldFault::Lint(LintFault::Number).to_string();
    for said in samples().iter().map(ToString::to_string).chain([held]) {
        let (code, words) = said.strip_prefix('[').unwrap().split_once("] ").unwrap();
        let (zh, en) = words.split_once(" / ").unwrap();
        assert!(is_code(code), "{said}");
        assert!(is_chinese(zh), "{said}");
        assert!(is_english(en) && !is_chinese(en), "{said}");
    }
}
