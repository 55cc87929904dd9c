#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::path::Path;

use ledger::{
    authority::{AuthorityExtension, AuthorityKey, Committee, Filing, Role, Scope},
    certificate::{Level, Series},
    qr::VerificationHost,
    rules::SignerFault,
    time::UnixMillis,
};
use serde_json::json;
use zeroize::Zeroizing;

use super::*;
use crate::{
    document::Field,
    random::{Predictable, bytes},
    signing::{
        CertificateSigner, Passphrase, SigningKeyFile,
        x509::{AuthorityRequest, Days, Root, Serial, make_root},
    },
};

const AUTHORITY: u64 = 3;

pub(crate) fn index(value: u64) -> LeafIndex {
    LeafIndex::new(value).unwrap()
}

/// An eligible result of an invented person.
pub(crate) fn eligible(change: impl FnOnce(&mut serde_json::Value)) -> EligibleResult {
    let mut stored = json!({
        "format": "eligible_result/1",
        "committee_name": "重庆市工程技术职称评审委员会（第1）",
        "result": {
            "name": "董平燕",
            "document_kind": "PASSPORT",
            "document_number": "E12345678901234",
            "employer": "两江信息有限公司",
            "employer_code": "91500000U203BNL05Q",
            "series": 5,
            "series_name": "工程技术人才",
            "level": 1,
            "title": "正高级工程师",
            "specialty": "信息与通信工程",
            "committee": "CQ-05-01",
            "passed_on": "2026-02-12",
            "method": 1,
            "notice_from": "2026-02-25",
            "notice_to": "2026-03-04",
            "approval_document": "渝职改办〔2026〕64号",
            "approved_on": "2026-03-13",
            "pledged_on": "2025-12-26"
        }
    });
    change(&mut stored);
    EligibleResult::from_journal(stored.to_string().as_bytes()).unwrap()
}

pub(crate) fn draft_of(result: &EligibleResult, label: &str) -> Draft {
    let recorder = Recorder { log: LogGeneration::new(1), authority: index(AUTHORITY) };
    let mut random = Predictable::new(label);
    let number = number::draw(2026, &mut random, &mut Always).unwrap();
    Draft::new(result, recorder, number, Salt::from_random(bytes(&mut random).unwrap())).unwrap()
}

pub(crate) fn draft() -> Draft {
    draft_of(&eligible(|_| ()), "draft")
}

/// A register in which every number is free.
struct Always;

impl number::NumberRegister for Always {
    type Error = std::convert::Infallible;

    fn reserve(&mut self, _: &CertificateNumber) -> Result<number::Reservation, Self::Error> {
        Ok(number::Reservation::Reserved)
    }
}

/// The committee of the results above, with its key.
pub(crate) fn committee(directory: &Path) -> CertificateSigner {
    let passphrase = Passphrase::new(Zeroizing::new("secret".to_owned())).unwrap();
    let key = |name: &str| {
        let path = directory.join(name);
        SigningKeyFile::create(&path, &passphrase, &mut Predictable::new(name)).unwrap()
    };
    let day = |day: &str| day.parse::<Date>().unwrap();
    let text = |text: &str| Text::new(text).unwrap();
    let root_key = key("root");
    let days = Days::new(day("2020-01-01"), day("2040-12-31")).unwrap();
    let certificate = make_root(&root_key, &text("根"), days, Serial([1; 16])).unwrap();
    let levels = vec![Level::SeniorFull, Level::SeniorAssociate];
    let scope = Scope::new(vec![Series::new(5).unwrap()], levels, text("500000")).unwrap();
    let number = text("渝职改办〔2024〕101号");
    let filing = Filing::new(number, day("2024-06-01"), day("2027-05-31")).unwrap();
    let signer = key("committee");
    let request = AuthorityRequest {
        name: text("重庆市工程技术职称评审委员会（第1）"),
        key: AuthorityKey::Ed25519(signer.public_key()),
        days: Days::of_filing(&filing, 12).unwrap(),
        extension: AuthorityExtension {
            role: Role::Issue,
            committee: Some(Committee { scope, filing }),
        },
        serial: Serial([2; 16]),
    };
    let authority = Root::new(root_key, certificate).unwrap().name_authority(request).unwrap();
    CertificateSigner::new(signer, index(AUTHORITY), authority).unwrap()
}

pub(crate) fn host() -> VerificationHost {
    VerificationHost::new("https://verify.example.cn").unwrap()
}

pub(crate) fn rules<'a>(signer: &'a CertificateSigner, host: &VerificationHost) -> LintRules<'a> {
    let now = "2026-04-01".parse::<Date>().unwrap().beijing_start();
    let room = QrRoom::of(host).unwrap();
    LintRules { signer, exception: None, next_index: index(70_000), now, room }
}

fn lint(draft: Draft) -> Result<Linted, LintFault> {
    let directory = tempfile::tempdir().unwrap();
    let (signer, host) = (committee(directory.path()), host());
    draft.lint(&rules(&signer, &host))
}

#[test]
fn a_draft_states_what_the_result_says() {
    let draft = draft();
    let claims = draft.claims();
    assert_eq!(claims.masked_id.as_str(), "E121234");
    assert_eq!(claims.review_date, Some("2026-02-12".parse().unwrap()));
    assert_eq!(claims.obtained_on, PartialDate::Day("2026-02-12".parse().unwrap()));
    assert_eq!(claims.issued_on, "2026-03-13".parse().unwrap());
    assert_eq!(claims.record, draft.personal().commitment());
    assert_eq!(draft.personal().document_number.as_str(), "E12345678901234");
}

#[test]
fn an_ordinary_draft_passes_with_an_ordinary_qr_code() {
    assert_eq!(lint(draft()).unwrap().print(), PrintedCode::Ordinary);
}

#[test]
fn two_drafts_of_one_result_have_different_proposals() {
    let result = eligible(|_| ());
    let parts =
        ["a", "b", "a"].map(|label| lint(draft_of(&result, label)).unwrap().proposal_part());
    assert_ne!(parts[0], parts[1]);
    assert_eq!(parts[0], parts[2]);
}

#[test]
fn refuses_claims_that_commit_to_another_record() {
    let mut wrong = draft();
    wrong.personal = draft_of(&eligible(|_| ()), "other salt").personal;
    assert_eq!(lint(wrong).unwrap_err(), LintFault::RecordDiffers { field: "record" });
}

#[test]
fn refuses_a_name_and_a_masked_number_that_the_record_does_not_have() {
    let mut wrong = draft();
    wrong.claims.holder_name = Text::new("董平").unwrap();
    assert_eq!(lint(wrong).unwrap_err(), LintFault::RecordDiffers { field: "holder_name" });
    let mut wrong = draft();
    wrong.claims.masked_id = MaskedId::new("E121235").unwrap();
    assert_eq!(lint(wrong).unwrap_err(), LintFault::RecordDiffers { field: "masked_id" });
}

#[test]
fn refuses_a_draft_of_another_authority() {
    let mut wrong = draft();
    wrong.claims.authority = index(4);
    let refused = LintFault::OtherAuthority { named: index(4), signer: index(AUTHORITY) };
    assert_eq!(lint(wrong).unwrap_err(), refused);
}

#[test]
fn refuses_what_the_committee_may_not_sign() {
    let mut wrong = draft();
    wrong.claims.level = Level::Intermediate;
    assert!(matches!(lint(wrong), Err(LintFault::Signer(SignerFault::OutOfScope { .. }))));
    let mut wrong = draft();
    wrong.claims.review_date = Some("2024-05-31".parse().unwrap());
    assert!(matches!(lint(wrong), Err(LintFault::Signer(SignerFault::OutsideFiling { .. }))));
    let mut wrong = draft();
    wrong.claims.issued_on = "2026-04-02".parse().unwrap();
    assert!(matches!(lint(wrong), Err(LintFault::Signer(SignerFault::IssuedAfterRecorded { .. }))));
}

#[test]
fn refuses_to_sign_after_the_authoritys_certificate_has_ended() {
    let directory = tempfile::tempdir().unwrap();
    let (signer, host) = (committee(directory.path()), host());
    let last = "2028-05-31".parse::<Date>().unwrap().beijing_end();
    let at = |now| draft().lint(&LintRules { now, ..rules(&signer, &host) });
    at(last).unwrap();
    let after = UnixMillis::new(last.get() + 1).unwrap();
    assert!(matches!(at(after), Err(LintFault::Signer(SignerFault::OutsideValidity { .. }))));
}

#[test]
fn refuses_a_number_of_another_rule() {
    let mut wrong = draft();
    wrong.claims.number = CertificateNumber::new("CQ2026K7M2P9QAX").unwrap();
    assert_eq!(lint(wrong).unwrap_err(), LintFault::Number);
}

#[test]
fn refuses_a_character_that_cannot_be_printed() {
    let rare = eligible(|stored| stored["result"]["name"] = "王\u{2A6A5}".into());
    let refused = lint(draft_of(&rare, "rare")).unwrap_err();
    let characters = vec!['\u{2A6A5}'];
    assert_eq!(refused, LintFault::CannotPrint { field: Field::HolderName, characters });
    assert!(!refused.to_string().contains('\u{2A6A5}'), "no part of a name in an error");
}

#[test]
fn refuses_a_qr_code_too_fine_for_paper() {
    let long = "很长的名称".repeat(12);
    let result = eligible(|stored| {
        stored["committee_name"] = long.clone().into();
        stored["result"]["specialty"] = long.clone().into();
        stored["result"]["title"] = long.clone().into();
        stored["result"]["name"] = "名".repeat(40).into();
    });
    let refused = lint(draft_of(&result, "long")).unwrap_err();
    assert!(matches!(refused, LintFault::QrTooFine { bytes, limit } if bytes > limit));
}
