//! No single person issues a batch or revokes a title (promise 7), through the whole office
//! and through the command line.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{fs, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::VerifyingKey;
use issuer::{
    actions::{Action, ArchiveAction, CaseSignature, SignedProposal},
    archive::{
        BarOrder, Cause, NewEntry, SubjectOrder,
        supervision::{SupervisionKind, SupervisionOrder},
    },
    case::CaseKind,
    office::{ErasureOrder, OfficeError},
    signing::{
        ExampleKeys, SigningKeyFile,
        staff::{Approval, ApprovalError, Part, ProposalHash, StaffRegister, TwoPersons},
    },
};
use tempfile::TempDir;
use tests::{
    bureau::{Bureau, EXAMPLE_KEYS, Staff, key, passphrase, randomness},
    files, lists,
    programs::{program, run},
    records::Records,
};

const RESULTS: usize = 3;

/// A bureau whose imported results wait.
fn waiting(bureau: &mut Bureau) {
    assert_eq!(bureau.import(lists::synthetic(0, RESULTS).as_bytes()), RESULTS);
}

/// Nobody issues with these keys, nothing of the attempt is left, and two persons then can.
fn refused(bureau: &mut Bureau, staff: &Staff) -> ApprovalError {
    let before = Records::of(&bureau.dir()).journal();
    let error = match bureau.try_issue(staff).map_err(|error| *error) {
        Err(OfficeError::Approval(error)) => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(Records::of(&bureau.dir()).journal(), before);
    assert_eq!(bureau.office().waiting().unwrap(), RESULTS);
    assert_eq!(bureau.issue().len(), RESULTS);
    bureau.audit();
    error
}

/// A key that nobody is registered with.
fn stray_key(folder: &TempDir) -> SigningKeyFile {
    let path = folder.path().join("stray.key");
    SigningKeyFile::create(&path, &passphrase(), &mut randomness("stray")).unwrap()
}

#[test]
fn one_key_cannot_both_propose_and_approve_a_batch() {
    let mut bureau = Bureau::new();
    waiting(&mut bureau);
    let staff = Staff { proposer: key("staff-1.key"), approver: key("staff-1.key") };
    assert_eq!(refused(&mut bureau, &staff), ApprovalError::SameKey);
}

#[test]
fn two_keys_of_one_person_cannot_issue_a_batch() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    files::copy(Path::new(EXAMPLE_KEYS), &keys);
    let second = stray_key(&folder);
    let register = fs::read_to_string(keys.join("staff.toml")).unwrap();
    let owned = STANDARD.encode(key("staff-1.key").public_key().as_bytes());
    let added = format!("{owned}\", \"{}", STANDARD.encode(second.public_key().as_bytes()));
    fs::write(keys.join("staff.toml"), register.replace(&owned, &added)).unwrap();

    let mut bureau = Bureau::with_keys(&keys);
    waiting(&mut bureau);
    let staff = Staff { proposer: key("staff-1.key"), approver: second };
    let error = refused(&mut bureau, &staff);
    assert!(matches!(&error, ApprovalError::SamePerson { person } if person.as_str() == "staff-1"));
}

#[test]
fn an_unregistered_key_cannot_approve_a_batch() {
    let folder = tempfile::tempdir().unwrap();
    let mut bureau = Bureau::new();
    waiting(&mut bureau);
    let staff = Staff { proposer: key("staff-1.key"), approver: stray_key(&folder) };
    assert_eq!(refused(&mut bureau, &staff), ApprovalError::UnknownKey { part: Part::Approver });
}

#[test]
fn one_key_cannot_both_propose_and_approve_a_revocation() {
    let mut bureau = Bureau::having_issued(RESULTS);
    let number = bureau.office().registry().certificate_numbers().unwrap().remove(0);
    let (order, one) = (bureau.order(CaseKind::RevokeTitle, Vec::new()), key("staff-2.key"));
    let before = Records::of(&bureau.dir()).journal();
    let outcome = bureau.office().revoke(&number, order, &one, &one);
    assert!(matches!(outcome, Err(OfficeError::Approval(ApprovalError::SameKey))));
    assert_eq!(Records::of(&bureau.dir()).journal(), before);
    bureau.revoke(&number);
    assert_eq!(bureau.audit().exceptions, 1);
}

#[test]
fn the_command_line_refuses_one_key_for_both_and_says_why() {
    let mut bureau = Bureau::having_issued(1);
    let number = bureau.office().registry().certificate_numbers().unwrap().remove(0);
    bureau.import(lists::synthetic(10, 1).as_bytes());
    bureau.close();
    let one = format!("{EXAMPLE_KEYS}/staff-1.key");
    let signed = |verb: &[&str]| {
        let mut issuer = program("issuer");
        issuer.args(verb).args(["--proposer", &one, "--approver", &one, "--allow-example-keys"]);
        run(issuer.args(["--now", &bureau.clock.text(), "--dir"]).arg(bureau.dir()))
    };
    let order = [
        ["--document", "渝州职改〔2026〕1号"],
        ["--decided-on", "2026-07-09"],
        ["--served-on", "2026-07-09"],
        ["--reasons", "x"],
        ["--heard", "x"],
    ]
    .concat();
    let revoke = [&["revoke", number.as_str()], &order[..]].concat();
    for finished in [signed(&["issue"]), signed(&revoke)] {
        let finished = finished.expect_code(2);
        assert!(finished.stderr.contains("two persons are needed"), "{}", finished.stderr);
    }
    assert_eq!(bureau.audit().exceptions, 0);
}

/// The approvals that the journal holds under a proposal.
fn approvals(journal: &[Action], wanted: ProposalHash) -> (Approval, Approval) {
    let signed = |signed: &SignedProposal| Approval {
        key: VerifyingKey::from_bytes(&signed.key).unwrap(),
        signature: signed.signature,
    };
    let in_case = |by: &CaseSignature| Approval {
        key: VerifyingKey::from_bytes(&by.key).unwrap(),
        signature: by.signature,
    };
    let found = |pick: &dyn Fn(&Action) -> Option<(ProposalHash, Approval)>| {
        let mut found = journal.iter().filter_map(pick);
        found.find(|(proposal, _)| *proposal == wanted).map(|(_, approval)| approval).unwrap()
    };
    let proposed = found(&|action| match action {
        Action::Proposed(by) => Some((by.proposal, signed(by))),
        Action::CaseProposed { by, .. } => Some((by.proposal, in_case(by))),
        _ => None,
    });
    let approved = found(&|action| match action {
        Action::Approved(by) => Some((by.proposal, signed(by))),
        Action::CaseApproved { by, .. } => Some((by.proposal, in_case(by))),
        _ => None,
    });
    (proposed, approved)
}

/// The proposals that the journal's intents rest on, without repetitions.
fn proposals(journal: &[Action]) -> Vec<ProposalHash> {
    let mut proposals: Vec<_> = journal
        .iter()
        .filter_map(|action| match action {
            Action::IssueIntended { proposal, .. } => Some(*proposal),
            Action::CaseApproved { by, .. } => Some(by.proposal),
            Action::Archive(
                ArchiveAction::Intended { proposal, .. }
                | ArchiveAction::Supervised { proposal: Some(proposal), .. }
                | ArchiveAction::SupervisionClosed { proposal, .. },
            ) => Some(*proposal),
            Action::Erasure(decided) => Some(decided.proposal),
            _ => None,
        })
        .collect();
    proposals.dedup();
    proposals
}

/// An entry of the archive, a supervision record, its end, and an erasure.
fn record_close_and_erase(bureau: &mut Bureau) {
    let (office, Staff { proposer, approver }) = bureau.both();
    let id = lists::identity_number(1);
    let entry = NewEntry {
        subject: SubjectOrder {
            kind: "expert",
            name: "某人",
            document_kind: None,
            identifier: &id,
        },
        kind: "EXPERT_REMOVED",
        conduct: "应回避不回避。",
        clause: None,
        cause: Cause {
            decision: Some("渝州职改〔2026〕901号"),
            decided_on: Some("2026-07-09".parse().unwrap()),
        },
        bar: BarOrder::default(),
    };
    office.archive_add(&entry, proposer, approver).unwrap();
    let (kind, facts) = (SupervisionKind::Commendation, "评审公正。");
    let order = SupervisionOrder { kind: kind.code(), subject: Some("某单位"), facts };
    let line = office.supervise(&order, proposer, approver).unwrap();
    office.close_supervision(line, kind, "已通报。", proposer, approver).unwrap();
    let line = ErasureOrder::Line(line);
    office.erase(&line, "渝州职改删〔2026〕3号", proposer, approver).unwrap();
}

#[test]
fn whatever_was_intended_two_persons_signed_and_their_signatures_approve_nothing_else() {
    let mut bureau = Bureau::having_issued(RESULTS);
    let number = bureau.office().registry().certificate_numbers().unwrap().remove(0);
    bureau.revoke(&number);
    bureau.import(lists::synthetic(RESULTS, 2).as_bytes());
    bureau.issue();
    record_close_and_erase(&mut bureau);
    let journal = Records::of(&bureau.dir()).journal();
    let staff = fs::read_to_string(format!("{EXAMPLE_KEYS}/staff.toml")).unwrap();
    let staff = StaffRegister::parse(&staff).unwrap();

    let proposals = proposals(&journal);
    assert_eq!(proposals.len(), 7);
    for proposal in &proposals {
        let (first, second) = approvals(&journal, *proposal);
        let approved = TwoPersons::new(*proposal, &first, &second, &staff).unwrap();
        assert_ne!(approved.proposer(), approved.approver());
        for other in proposals.iter().filter(|other| *other != proposal) {
            let outcome = TwoPersons::new(*other, &first, &second, &staff);
            assert_eq!(outcome, Err(ApprovalError::BadSignature { part: Part::Proposer }));
        }
    }
    bureau.audit();
}

#[test]
fn example_keys_sign_nothing_unless_they_are_allowed() {
    let mut bureau = Bureau::new();
    bureau.close();
    let finished = run(program("issuer").args(["heartbeat", "--dir"]).arg(bureau.dir()));
    let finished = finished.expect_code(2);
    assert!(finished.stderr.contains("--allow-example-keys"), "{}", finished.stderr);
    let path = Path::new(EXAMPLE_KEYS).join("staff-1.key");
    assert!(SigningKeyFile::load(&path, &passphrase(), ExampleKeys::Refused).is_err());
    bureau.audit();
}
