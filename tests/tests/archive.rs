//! The integrity archive across the crates: on record by two persons, corrected by appending, shown by
//! role, counted for everybody, made again from the log, and there once after any crash.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{fs, path::Path, process::Command};

use issuer::{
    actions::{Action, ArchiveAction},
    archive::{
        Amendment, ArchiveRefusal, Asker, BarChange, BarOrder, Cause, Expired, NewEntry, Shown,
        Standing, Statistics, SubjectOrder,
    },
    office::{ArchiveWritten, OfficeError},
};
use ledger::{
    certificate::Text,
    entry::Entry,
    position::LeafIndex,
    record::{IntegrityKind, SubjectKind},
};
use tests::{
    bureau::Bureau,
    clock::TestClock,
    kills::can_kill,
    lists,
    programs::{issuer_in, run, with_two_keys},
    records::Records,
    scene::Scene,
    whole,
};

const DECISION: &str = "渝州职改〔2026〕901号";

fn order<'a>(identifier: &'a str, bar: BarOrder) -> NewEntry<'a> {
    NewEntry {
        subject: SubjectOrder {
            kind: "applicant", name: "某人", document_kind: None, identifier
        },
        kind: "APPLICANT_FALSE_MATERIAL",
        conduct: "论文系剽窃。",
        clause: None,
        cause: cause(),
        bar,
    }
}

fn cause() -> Cause<'static> {
    Cause { decision: Some(DECISION), decided_on: Some("2026-07-09".parse().unwrap()) }
}

fn add(bureau: &mut Bureau, person: usize) -> ArchiveWritten {
    let (order, number) = (order, lists::identity_number(person));
    let (office, staff) = bureau.both();
    let written =
        office.archive_add(&order(&number, BarOrder::default()), &staff.proposer, &staff.approver);
    written.unwrap()
}

fn number(person: usize) -> Text {
    Text::new(&lists::identity_number(person)).unwrap()
}

/// What staff see of a person, all of it.
fn seen(bureau: &mut Bureau, person: usize) -> Vec<Shown> {
    let (asker, subject) = (Asker::Staff, (SubjectKind::Applicant, &number(person)));
    bureau.office().archive_look_up(&asker, subject, Expired::Included).unwrap()
}

#[test]
fn an_entry_is_on_record_as_a_commitment_and_found_by_its_subject_alone() {
    let mut bureau = Bureau::having_issued(2);
    let written = add(&mut bureau, 0);
    let entries = Records::of(&bureau.dir()).entries();
    let at = usize::try_from(written.index.get()).unwrap();
    assert_eq!(entries[at], Entry::IntegrityRecord(written.entry.commitment()));
    let shown = seen(&mut bureau, 0);
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].judged.entry, written.entry);
    assert!(seen(&mut bureau, 1).is_empty());
    // The same person as an expert is another subject.
    let expert = (SubjectKind::Expert, &number(0));
    let office = bureau.office();
    assert!(office.archive_look_up(&Asker::Staff, expert, Expired::Included).unwrap().is_empty());
    bureau.audit();
}

#[test]
fn a_revocation_is_in_the_archive() {
    let mut bureau = Bureau::having_issued(1);
    let title = bureau.office().registry().certificate_numbers().unwrap().remove(0);
    let revoked = bureau.revoke(&title);
    let shown = seen(&mut bureau, 0);
    assert_eq!(shown[0].judged.index, revoked.archive);
    assert_eq!(shown[0].judged.entry.record.kind, IntegrityKind::TitleRevoked);
    bureau.audit();
}

/// Records an entry, amends it, rescinds another, and gives what staff see of both persons.
fn corrected(bureau: &mut Bureau) -> (Vec<Shown>, Vec<Shown>) {
    let (first, second) = (add(bureau, 0), add(bureau, 1));
    let until = Some("2027-07-09".parse().unwrap());
    let amendment = Amendment {
        reason: "复核改为一年",
        cause: cause(),
        name: None,
        conduct: None,
        clause: None,
        bar: BarChange::To(BarOrder { from: None, until }),
    };
    let (office, staff) = bureau.both();
    let amended = office.archive_amend(first.index, &amendment, &staff.proposer, &staff.approver);
    assert_eq!(amended.unwrap().entry.record.bar_until, until);
    let (office, staff) = bureau.both();
    let (proposer, approver) = (&staff.proposer, &staff.approver);
    let rescinded = office.archive_rescind(second.index, "复议撤销", &cause(), proposer, approver);
    rescinded.unwrap();
    (seen(bureau, 0), seen(bureau, 1))
}

fn standings(shown: &[Shown]) -> Vec<&'static str> {
    shown.iter().map(|shown| shown.judged.standing.code()).collect()
}

#[test]
fn corrections_are_entries_of_their_own_and_the_log_made_again_says_the_same() {
    let mut bureau = Bureau::having_issued(2);
    let (first, second) = corrected(&mut bureau);
    assert_eq!(standings(&first), ["amended", "in_force"]);
    assert_eq!(standings(&second), ["rescinded", "rescission"]);
    let statistics = bureau.office().archive_statistics().unwrap();
    let cited = first[0].judged.index;
    let (office, staff) = bureau.both();
    let (proposer, approver) = (&staff.proposer, &staff.approver);
    let again = office.archive_rescind(cited, "再次", &cause(), proposer, approver);
    let Err(OfficeError::Archive(refusal)) = again else { panic!("{again:?}") };
    assert_eq!(refusal.code(), "entry_no_longer_stands");

    bureau.close();
    fs::remove_dir_all(bureau.layout().registry()).unwrap();
    bureau.reopen();
    assert_eq!((seen(&mut bureau, 0), seen(&mut bureau, 1)), (first, second));
    assert_eq!(bureau.office().archive_statistics().unwrap(), statistics);
    bureau.audit();
}

#[test]
fn an_expired_entry_is_hidden_and_not_deleted() {
    let mut bureau = Bureau::new();
    add(&mut bureau, 0);
    bureau.clock.advance_minutes(4 * 366 * 24 * 60);
    let subject = (SubjectKind::Applicant, &number(0));
    let office = bureau.office();
    assert!(office.archive_look_up(&Asker::Staff, subject, Expired::Hidden).unwrap().is_empty());
    let shown = office.archive_look_up(&Asker::Staff, subject, Expired::Included).unwrap();
    assert!(matches!(shown[0].judged.standing, Standing::Expired { .. }));
    bureau.audit();
}

#[test]
fn an_applicant_sees_their_own_and_the_disclosure_is_journalled() {
    let mut bureau = Bureau::new();
    let written = add(&mut bureau, 0);
    let own = Asker::Applicant { identifier: number(0) };
    let office = bureau.office();
    let subject = (SubjectKind::Applicant, &number(0));
    let shown = office.archive_look_up(&own, subject, Expired::Hidden).unwrap();
    assert_eq!(shown.len(), 1);
    let other = (SubjectKind::Applicant, &number(1));
    for (asker, subject, code) in
        [(&own, other, "not_their_own"), (&Asker::Employer, subject, "not_disclosed")]
    {
        match office.archive_look_up(asker, subject, Expired::Hidden) {
            Err(OfficeError::Archive(refusal)) => assert_eq!(refusal.code(), code),
            other => panic!("{other:?}"),
        }
    }
    let journal = Records::of(&bureau.dir()).journal();
    let disclosed =
        Action::Archive(ArchiveAction::Disclosed { asker: 2, entries: vec![written.index] });
    assert_eq!(journal.iter().filter(|action| **action == disclosed).count(), 1);
    bureau.audit();
}

#[test]
fn one_person_records_nothing() {
    let mut bureau = Bureau::new();
    let id = lists::identity_number(0);
    let before = Records::of(&bureau.dir()).entries().len();
    let (office, staff) = bureau.both();
    let outcome =
        office.archive_add(&order(&id, BarOrder::default()), &staff.proposer, &staff.proposer);
    assert!(matches!(outcome, Err(OfficeError::Approval(_))), "{outcome:?}");
    assert_eq!(Records::of(&bureau.dir()).entries().len(), before);
    assert_eq!(bureau.office().archive_statistics().unwrap(), Statistics::default());
    let missing = LeafIndex::new(0).unwrap();
    let refusal = bureau.office().archive_entry_at(missing).unwrap_err();
    let expected = ArchiveRefusal::NoSuchEntry { entry: missing };
    assert!(matches!(refusal, OfficeError::Archive(found) if found == expected));
    bureau.audit();
}

fn issuer(dir: &Path, clock: &TestClock, words: &[&str]) -> Command {
    issuer_in(dir, clock, &[&["archive"], words].concat())
}

fn add_command(dir: &Path, clock: &TestClock, id: &str) -> Command {
    let mut issuer = issuer(dir, clock, &["add", "--subject", "applicant", "--name", "某人"]);
    issuer.args(["--identifier", id, "--kind", "APPLICANT_FALSE_MATERIAL", "--json"]);
    issuer.args(["--conduct", "论文系剽窃。", "--decision", DECISION]);
    issuer.args(["--decided-on", "2026-07-09"]);
    with_two_keys(&mut issuer);
    issuer
}

#[test]
fn the_program_records_shows_counts_and_refuses_with_code_field_and_clause() {
    let mut bureau = Bureau::having_issued(1);
    bureau.close();
    let (dir, clock, id) = (bureau.dir(), bureau.clock.clone(), lists::identity_number(0));
    let added = run(&mut add_command(&dir, &clock, &id)).expect_code(0).json_lines().remove(0);
    assert_eq!(added["bar_until"], "2029-07-09");
    let wanted = bureau.beside("identifier");
    fs::write(&wanted, format!("{id}\n")).unwrap();
    let mut from_stdin = issuer(&dir, &clock, &["show", "--json", "--identifier", "-"]);
    let from_stdin = run(from_stdin.stdin(fs::File::open(&wanted).unwrap())).expect_code(0);
    assert_eq!(from_stdin.json_lines()[0]["index"], added["index"]);
    let show = |arguments: &[&str]| {
        let arguments = [&["show", "--json", "--identifier", &id], arguments].concat();
        run(&mut issuer(&dir, &clock, &arguments))
    };
    let shown = show(&[]).expect_code(0).json_lines().remove(0);
    assert_eq!((&shown["index"], &shown["standing"]), (&added["index"], &"in_force".into()));
    assert_eq!(shown["conduct"], "论文系剽窃。");
    show(&["--as", "applicant"]).expect_code(0);
    let refused = show(&["--as", "employer"]).expect_code(2);
    assert!(refused.stderr.contains("not_disclosed"), "{}", refused.stderr);
    // From the day of the switch on, without the conduct.
    let settings = bureau.layout().settings();
    let text = fs::read_to_string(&settings).unwrap();
    let switch = "archive_disclosed_to_employers_from = \"2026-07-10\"\n";
    fs::write(&settings, format!("{switch}{text}")).unwrap();
    let shown = show(&["--as", "employer"]).expect_code(0).json_lines().remove(0);
    assert_eq!((&shown["conduct"], &shown["kind"]), (&().into(), &added["kind"]));

    let counted = run(&mut issuer(&dir, &clock, &["statistics", "--json"])).expect_code(0);
    let expected = serde_json::json!({
        "year": 2026, "kind": "APPLICANT_FALSE_MATERIAL", "recorded": 1, "amended": 0, "rescinded": 0
    });
    assert_eq!(counted.json_lines()[0], expected);
    assert!(!counted.stdout.contains(&id) && !counted.stdout.contains("剽窃"));
    let wrong = run(&mut add_command(&dir, &clock, "500000196205191012")).expect_code(2);
    let said = &wrong.stderr;
    assert!(said.contains("identifier_invalid, identifier, 五(二)"), "{said}");
    assert!(!said.contains("5000001962"), "{said}");
    whole::audit(&dir);
}

#[test]
fn killed_while_it_records_the_entry_is_on_record_once_or_was_never_intended() {
    if !can_kill() {
        return;
    }
    let mut bureau = Bureau::new();
    let scene = Scene::of(&mut bureau);
    let command = add_command(scene.dir(), &bureau.clock, &lists::identity_number(0));
    scene.survives(&command, 20, |office, moment| {
        assert_eq!(office.registry().open_intents().unwrap(), [], "{moment:?}");
        let is_intent =
            |action: &Action| matches!(action, Action::Archive(ArchiveAction::Intended { .. }));
        let journal = Records::of(scene.dir()).journal();
        let intended = journal.iter().filter(|action| is_intent(action)).count();
        assert!(intended <= 1, "{moment:?}");
        assert_eq!(office.registry().archive_entries().unwrap().len(), intended, "{moment:?}");
    });
}
