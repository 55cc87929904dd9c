//! Erasing what is kept about a person: keys are destroyed, proofs stay, every look-up says so, and
//! nothing is lost without a line in the journal.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use issuer::{
    actions::{Action, ArchiveAction},
    archive::{Asker, BarOrder, Cause, Expired, NewEntry, SubjectOrder},
    case::CaseKind,
    office::{ErasureOrder, OfficeError},
    registry::ResultState,
};
use ledger::{
    audit::{AuditError, Problem},
    certificate::{CertificateNumber, Text},
    journal::JournalSequence,
    position::LeafIndex,
    record::SubjectKind,
    seal::SealPlace,
};
use tests::{
    bureau::Bureau,
    clock::TestClock,
    files,
    kills::can_kill,
    lists,
    programs::{issuer_in, run, with_two_keys},
    records::{Records, qr_text},
    scene::Scene,
    stranger::Stranger,
    whole,
};
use verifier::{clock::Clock as _, verdict::Outcome};

const REASON: &str = "渝州职改删〔2026〕3号";

fn erase(bureau: &mut Bureau, order: &ErasureOrder) -> Result<Vec<SealPlace>, String> {
    let (office, staff) = bureau.both();
    match office.erase(order, REASON, &staff.proposer, &staff.approver) {
        Ok(erased) => Ok(erased.places),
        Err(OfficeError::Erasure(refusal)) => Err(refusal.code().to_owned()),
        Err(other) => panic!("{other}"),
    }
}

/// The certificate number of a person's one title, and where it stands.
fn title_of(bureau: &mut Bureau, person: usize) -> (CertificateNumber, LeafIndex) {
    let registry = bureau.office().registry();
    let index = registry.by_holder(&lists::identity_number(person)).unwrap()[0];
    let numbers = registry.certificate_numbers().unwrap();
    let number = numbers.into_iter().find(|number| registry.by_number(number).unwrap()[0] == index);
    (number.unwrap(), index)
}

/// Everything that the registry still says of a number, its holder and its lines.
fn answers(
    bureau: &mut Bureau,
    number: &CertificateNumber,
    person: usize,
) -> impl PartialEq + use<> {
    let registry = bureau.office().registry();
    let index = registry.by_number(number).unwrap();
    (
        registry.by_holder(&lists::identity_number(person)).unwrap(),
        registry.certificate_numbers().unwrap(),
        registry.results().unwrap(),
        index
            .iter()
            .map(|at| registry.erased(SealPlace::LogRecord(*at)).unwrap())
            .collect::<Vec<_>>(),
        index,
        registry.archive_entries().unwrap(),
    )
}

#[test]
fn an_erased_title_says_so_everywhere_and_the_holders_code_still_verifies() {
    let mut bureau = Bureau::having_issued(3);
    let (number, index) = title_of(&mut bureau, 1);
    let certificate = Records::of(&bureau.dir()).certificate(index);
    let places = erase(&mut bureau, &ErasureOrder::Number(number.clone())).unwrap();
    // The record, the line of the result and the line with the final bytes.
    assert_eq!(places.len(), 3);
    assert!(places.contains(&SealPlace::LogRecord(index)));
    let whole = bureau.audit().private.unwrap();
    assert_eq!(whole.erased, 1);

    let now = bureau.clock.now();
    let stranger = Stranger::of(&bureau.dir(), now);
    let code = qr_text(certificate.as_bytes(), index);
    assert_eq!(stranger.outcome(&code), Some((Outcome::Valid, "")));
    assert_eq!(bureau.office().erased_on(index).unwrap(), Some(now.beijing_date()));
    assert_eq!(
        erase(&mut bureau, &ErasureOrder::Number(number.clone())),
        Err("erased_already".into())
    );

    let before = answers(&mut bureau, &number, 1);
    bureau.close();
    for verb in ["print", "proof"] {
        let words = [verb, number.as_str()];
        let mut issuer = issuer_in(&bureau.dir(), &bureau.clock, &words);
        let said = run(&mut issuer).expect_code(2).stderr;
        assert!(
            said.contains("erased on 2026-07-10") && said.contains("2026-07-10 依法删除"),
            "{said}"
        );
    }
    fs::remove_dir_all(bureau.layout().registry()).unwrap();
    bureau.reopen();
    assert!(
        answers(&mut bureau, &number, 1) == before,
        "the registry made again says something else"
    );
    assert_eq!(bureau.office().registry().by_number(&number).unwrap(), [index]);
    // The same list, imported again, issues nothing twice, though nobody can read who it was.
    assert_eq!(bureau.import(lists::synthetic(0, 3).as_bytes()), 0);
    // The others are as they were.
    let (other, _) = title_of(&mut bureau, 2);
    assert_eq!(erase(&mut bureau, &ErasureOrder::Number(other)).unwrap().len(), 3);
    bureau.audit();
}

#[test]
fn a_registry_that_slept_through_an_erasure_says_what_one_made_again_says() {
    let mut bureau = Bureau::having_issued(2);
    bureau.import(lists::synthetic(2, 1).as_bytes());
    let (number, index) = title_of(&mut bureau, 0);
    let waiting = bureau.office().registry().results().unwrap()[2].0;
    bureau.close();
    let old = bureau.beside("old-registry");
    files::copy(&bureau.layout().registry(), &old);
    bureau.reopen();
    erase(&mut bureau, &ErasureOrder::Number(number.clone())).unwrap();
    erase(&mut bureau, &ErasureOrder::Line(waiting)).unwrap();
    let live = answers(&mut bureau, &number, 0);
    bureau.close();
    files::replace(&old, &bureau.layout().registry());
    bureau.reopen();
    assert!(answers(&mut bureau, &number, 0) == live, "the old registry says something else");
    assert!(bureau.office().erased_on(index).unwrap().is_some());
    bureau.close();
    fs::remove_dir_all(bureau.layout().registry()).unwrap();
    bureau.reopen();
    assert!(
        answers(&mut bureau, &number, 0) == live,
        "the registry made again says something else"
    );
    bureau.audit();
}

#[test]
fn what_was_printed_goes_with_the_record() {
    let mut bureau = Bureau::having_issued(1);
    let (number, _) = title_of(&mut bureau, 0);
    bureau.close();
    let words = ["print", number.as_str()];
    run(&mut issuer_in(&bureau.dir(), &bureau.clock, &words)).expect_code(0);
    assert_eq!(files::all(&bureau.layout().out()).len(), 4);
    bureau.reopen();
    erase(&mut bureau, &ErasureOrder::Number(number)).unwrap();
    assert!(files::all(&bureau.layout().out()).is_empty());
    bureau.audit();
}

#[test]
fn no_byte_of_an_erased_person_can_be_opened_any_more() {
    let mut bureau = Bureau::having_issued(2);
    let (number, index) = title_of(&mut bureau, 0);
    let places = erase(&mut bureau, &ErasureOrder::Number(number)).unwrap();
    let lines: BTreeSet<_> = places
        .iter()
        .filter_map(|place| match place {
            SealPlace::JournalPayload(line) => Some(*line),
            SealPlace::LogRecord(_) => None,
        })
        .collect();
    assert_eq!(lines.len(), 2);
    for line in lines {
        assert_eq!(erase(&mut bureau, &ErasureOrder::Line(line)), Err("erased_already".into()));
    }
    assert_eq!(erase(&mut bureau, &ErasureOrder::Index(index)), Err("erased_already".into()));
    bureau.close();
    bureau.reopen();
    bureau.audit();
}

#[test]
fn a_result_that_waits_is_erased_by_its_line_and_never_issued() {
    let mut bureau = Bureau::new();
    bureau.import(lists::synthetic(0, 2).as_bytes());
    let results = bureau.office().registry().results().unwrap();
    let (line, _) = results[0];
    assert_eq!(erase(&mut bureau, &ErasureOrder::Line(line)).unwrap().len(), 1);
    assert_eq!(bureau.office().waiting().unwrap(), 1);
    bureau.close();
    fs::remove_dir_all(bureau.layout().registry()).unwrap();
    bureau.reopen();
    assert_eq!(bureau.issue().len(), 1);
    let states = bureau.office().registry().results().unwrap();
    assert_eq!(
        states.into_iter().map(|(_, state)| state).collect::<Vec<_>>(),
        [ResultState::Issued]
    );
    // Imported anew it is a new result.
    assert_eq!(bureau.import(lists::synthetic(0, 2).as_bytes()), 1);
    bureau.audit();
}

#[test]
fn a_revoked_title_is_kept_while_its_archive_entry_is_in_force() {
    let mut bureau = Bureau::having_issued(2);
    let (number, index) = title_of(&mut bureau, 0);
    let revoked = bureau.revoke(&number);
    for order in [ErasureOrder::Number(number.clone()), ErasureOrder::Index(index)] {
        assert_eq!(erase(&mut bureau, &order), Err("entry_unexpired".into()));
    }
    assert_eq!(
        erase(&mut bureau, &ErasureOrder::Index(revoked.archive)),
        Err("entry_unexpired".into())
    );
    bureau.clock.advance_minutes(4 * 366 * 24 * 60);
    let places = erase(&mut bureau, &ErasureOrder::Number(number)).unwrap();
    // Document, import, intent, decision, case.
    assert_eq!(places.len(), 5);
    assert!(places.contains(&SealPlace::LogRecord(revoked.event)));
    assert_eq!(erase(&mut bureau, &ErasureOrder::Index(revoked.archive)).unwrap().len(), 1);
    assert_eq!(bureau.office().archive_statistics().unwrap().erased, 1);
    bureau.office().heartbeat().unwrap();
    bureau.audit();
    bureau.close();
    fs::remove_dir_all(bureau.layout().registry()).unwrap();
    bureau.reopen();
    let id = Text::new(&lists::identity_number(0)).unwrap();
    let subject = (SubjectKind::Applicant, &id);
    let office = bureau.office();
    assert!(office.archive_look_up(&Asker::Staff, subject, Expired::Included).unwrap().is_empty());
    assert_eq!(office.archive_statistics().unwrap().erased, 1);
}

#[test]
fn what_an_open_case_needs_is_kept_and_what_came_to_nothing_goes_with_the_title() {
    let mut bureau = Bureau::having_issued(2);
    let ((number, title), (other, _)) = (title_of(&mut bureau, 0), title_of(&mut bureau, 1));
    bureau.revoke(&other);
    let order = bureau.order(CaseKind::RevokeTitle, vec![title]);
    let (office, staff) = bureau.both();
    let proposed = office.propose_case(order, &staff.proposer).unwrap();
    let order = ErasureOrder::Number(number);
    assert_eq!(erase(&mut bureau, &order), Err("case_open".into()));
    let (office, staff) = bureau.both();
    office.refuse_case(proposed.case, "事实不清。", &staff.approver).unwrap();
    // Document, import, intent, the case and the reason of its refusal.
    assert_eq!(erase(&mut bureau, &order).unwrap().len(), 5);
    assert!(bureau.office().case(proposed.case).unwrap().content.is_none());
    // An erased case hides no other one.
    bureau.clock.advance_minutes(4 * 366 * 24 * 60);
    assert_eq!(erase(&mut bureau, &ErasureOrder::Number(other)).unwrap().len(), 5);
    bureau.close();
    bureau.reopen();
    bureau.audit();
}

#[test]
fn an_archive_entry_recorded_by_hand_is_erased_with_its_line() {
    let mut bureau = Bureau::new();
    let id = lists::identity_number(0);
    let order = NewEntry {
        subject: SubjectOrder {
            kind: "expert",
            name: "某人",
            document_kind: None,
            identifier: &id,
        },
        kind: "DISCIPLINE_VIOLATION",
        conduct: "违反评审纪律。",
        clause: None,
        cause: Cause {
            decision: Some("渝州职改〔2026〕901号"),
            decided_on: Some("2026-07-09".parse().unwrap()),
        },
        bar: BarOrder::default(),
    };
    let (office, staff) = bureau.both();
    let index = office.archive_add(&order, &staff.proposer, &staff.approver).unwrap().index;
    bureau.clock.advance_minutes(4 * 366 * 24 * 60);
    let places = erase(&mut bureau, &ErasureOrder::Index(index)).unwrap();
    let journal = Records::of(&bureau.dir()).journal();
    let at = journal
        .iter()
        .position(|action| matches!(action, Action::Archive(ArchiveAction::Intended { .. })));
    let line = JournalSequence::new(at.unwrap() as u64).unwrap();
    assert_eq!(places, [SealPlace::LogRecord(index), SealPlace::JournalPayload(line)]);
    bureau.audit();
}

#[test]
fn what_is_about_nobody_or_names_somebody_is_refused_and_one_person_erases_nothing() {
    let mut bureau = Bureau::having_issued(1);
    let (number, index) = title_of(&mut bureau, 0);
    let first = ErasureOrder::Index(LeafIndex::new(0).unwrap());
    assert_eq!(erase(&mut bureau, &first), Err("not_personal".into()));
    for line in [0, 5_000] {
        let line = ErasureOrder::Line(JournalSequence::new(line).unwrap());
        assert_eq!(erase(&mut bureau, &line), Err("not_a_line_to_erase".into()));
    }
    let before = Records::of(&bureau.dir()).journal().len();
    let (office, staff) = bureau.both();
    let order = ErasureOrder::Number(number);
    let named = lists::holder_name(0);
    let outcome = office.erase(&order, &named, &staff.proposer, &staff.approver);
    assert!(outcome.unwrap_err().to_string().contains("reason_names_person"));
    let alone = office.erase(&order, REASON, &staff.proposer, &staff.proposer);
    assert!(matches!(alone, Err(OfficeError::Approval(_))), "{alone:?}");
    assert_eq!(office.erased_on(index).unwrap(), None);
    assert_eq!(Records::of(&bureau.dir()).journal().len(), before);
    assert_eq!(bureau.audit().private.unwrap().erased, 0);
}

#[test]
fn a_key_lost_without_a_line_fails_the_audit() {
    let mut bureau = Bureau::having_issued(2);
    let (_, index) = title_of(&mut bureau, 0);
    bureau.close();
    let page = bureau.dir().join("private/keyring/log/000");
    let mut bytes = fs::read(&page).unwrap();
    // Slots have 73 bytes (FORMAT.md section 14); state 2 is erased.
    let slot = usize::try_from(index.get()).unwrap() * 73;
    assert_eq!(bytes[slot], 1);
    bytes[slot] = 2;
    bytes[slot + 1..slot + 73].fill(0);
    fs::write(&page, bytes).unwrap();
    match whole::try_audit(&bureau.dir()) {
        Err(AuditError::Fault { fault, .. }) => {
            assert_eq!(fault.index, Some(index));
            assert!(matches!(fault.problem, Problem::ErasedWithoutLine), "{fault}");
        }
        other => panic!("{other:?}"),
    }
    whole::try_audit_public(&bureau.dir()).unwrap();
}

fn erase_command(dir: &Path, number: &CertificateNumber, clock: &TestClock) -> Command {
    let words = ["erase", "--number", number.as_str(), "--reason", REASON, "--json"];
    let mut issuer = issuer_in(dir, clock, &words);
    with_two_keys(&mut issuer);
    issuer
}

#[test]
fn killed_while_it_erases_what_was_decided_is_erased_and_nothing_else() {
    if !can_kill() {
        return;
    }
    let mut bureau = Bureau::having_issued(2);
    let (number, index) = title_of(&mut bureau, 0);
    let scene = Scene::of(&mut bureau);
    let dir = scene.dir();
    scene.survives(&erase_command(dir, &number, &bureau.clock), 8, |office, moment| {
        let is_decision = |action: &Action| matches!(action, Action::Erasure(_));
        let decided = Records::of(dir).journal().iter().any(is_decision);
        assert_eq!(office.erased_on(index).unwrap().is_some(), decided, "{moment:?}");
        assert_eq!(office.registry().unfinished_erasures().unwrap(), [], "{moment:?}");
        drop(office);
        let erased = whole::audit(dir).private.unwrap().erased;
        assert_eq!(erased, u64::from(decided), "{moment:?}");
        let again = run(&mut erase_command(dir, &number, &bureau.clock));
        assert_eq!(again.code, Some(if decided { 2 } else { 0 }), "{moment:?}: {}", again.stderr);
    });
}

/// What was drawn for a person's certificate when a batch was proposed lies in a line of its own.
#[test]
fn what_was_drawn_for_a_person_in_a_proposed_batch_is_erased_too() {
    let mut bureau = Bureau::new();
    bureau.import(lists::synthetic(0, 2).as_bytes());
    let (office, staff) = bureau.both();
    let proposed = office.propose_batch(&staff.proposer).unwrap().case.unwrap();
    office.approve_case(proposed.case, proposed.draft, &staff.approver).unwrap();
    let (number, index) = title_of(&mut bureau, 1);
    let places = erase(&mut bureau, &ErasureOrder::Number(number)).unwrap();
    // The record, the lines of the result, of the draft and of the final bytes.
    assert_eq!(places.len(), 4);
    assert!(places.contains(&SealPlace::LogRecord(index)));
    bureau.reopen();
    assert_eq!(bureau.audit().private.unwrap().erased, 1);
}
