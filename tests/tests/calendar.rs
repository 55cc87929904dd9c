//! Holiday tables that staff add: two persons, journalled, fixed in the log, counted by from then on,
//! and there once after any crash.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use issuer::{
    actions::Action,
    calendar::{CalendarRefusal, UnknownYear},
    import::{self, RowVerdict, Rules},
    office::{CalendarAdded, Office, OfficeError},
};
use ledger::{
    digest::Commitment,
    entry::{AnchorPurpose, Entry},
};
use tests::{
    bureau::Bureau,
    kills::can_kill,
    lists::{DEMO_COMMITTEES, demo_rules, synthetic},
    programs::{issuer_in, program, run, with_two_keys},
    records::Records,
    scene::Scene,
};

/// The year's days as announced in this test, and one more holiday.
fn table(more: &str) -> String {
    format!(
        r#"{{"schema":"holidays_cn/1","certainty_by_year":{{"2027":{{"level":"B","why":"测试"}}}},
        "days":{{"2027-01-01":"holiday",{more}"2027-02-06":"holiday","2027-02-20":"workday",
        "2027-05-01":"holiday","2027-10-01":"holiday","2027-10-02":"holiday","2027-10-03":"holiday"}}}}"#
    )
}

/// A list whose notices end on 5 January 2027, the fifth working day by the first table.
fn list(first: usize) -> String {
    let list = synthetic(first, 3);
    let of_new_year =
        "2026-12-20,2026-12-28,2027-01-05,无异议,渝州职改〔2027〕11号,2027-01-06,2026-11-22";
    let changed = list.replace(
        "2026-02-20,2026-03-02,2026-03-09,无异议,渝州职改〔2026〕11号,2026-03-10,2025-11-22",
        of_new_year,
    );
    assert_ne!(changed, list);
    changed
}

fn add(bureau: &mut Bureau, document: &str) -> Result<CalendarAdded, Box<OfficeError>> {
    let (office, staff) = bureau.both();
    office.add_calendar(document.as_bytes(), &staff.proposer, &staff.approver).map_err(Box::new)
}

/// Codes of the rows' refusals, by the office's calendar.
fn judged(office: &Office, list: &str) -> Vec<Option<&'static str>> {
    let rules = Rules { calendar: office.calendar().unwrap(), ..demo_rules() };
    let report = import::judge(list.as_bytes(), &rules).unwrap().report;
    let code = |verdict: &RowVerdict| match verdict {
        RowVerdict::Refused(refusal) => Some(refusal.code()),
        RowVerdict::Accepted(_) => None,
    };
    report.rows.iter().map(|row| code(&row.verdict)).collect()
}

#[test]
fn a_table_is_fixed_in_the_log_and_counted_by_and_a_corrected_one_wins() {
    let mut bureau = Bureau::new();
    let end = |office: &Office| {
        let calendar = office.calendar().unwrap();
        calendar.notice_last_day("2026-12-28".parse().unwrap(), 5).map(|day| day.to_string())
    };
    assert_eq!(end(bureau.office()), Err(UnknownYear { year: 2027 }));
    assert_eq!(judged(bureau.office(), &list(0)), [Some("calendar_year_unknown"); 3]);
    let added = add(&mut bureau, &table("")).unwrap();
    assert!(!added.corrects);
    assert_eq!(end(bureau.office()), Ok("2027-01-05".to_owned()));
    assert_eq!(judged(bureau.office(), &list(0)), [None; 3]);
    // What the log fixed is the document, byte for byte, behind random bytes.
    let records = Records::of(&bureau.dir());
    let record = records.private(added.index);
    assert_eq!(record[16..], *table("").as_bytes());
    match &records.entries()[usize::try_from(added.index.get()).unwrap()] {
        Entry::Anchor(anchor) => {
            assert_eq!(anchor.purpose, AnchorPurpose::HolidayTable);
            assert_eq!(anchor.commitment, Commitment::to(&record));
        }
        other => panic!("{other:?}"),
    }

    let corrected = add(&mut bureau, &table(r#""2027-01-04":"holiday","#)).unwrap();
    assert!(corrected.corrects && corrected.index > added.index);
    assert_eq!(end(bureau.office()), Ok("2027-01-06".to_owned()));
    assert_eq!(judged(bureau.office(), &list(0)), [Some("publicity_too_short"); 3]);
    let years = bureau.office().calendar_years().unwrap();
    assert_eq!(years.last().unwrap().anchors, [added.index, corrected.index]);

    bureau.close();
    fs::remove_dir_all(bureau.layout().registry()).unwrap();
    assert_eq!(bureau.reopen().calendar_years().unwrap(), years);
    bureau.audit();
}

#[test]
fn refuses_one_person_the_same_table_again_and_what_is_no_table() {
    let mut bureau = Bureau::new();
    let before = Records::of(&bureau.dir()).entries().len();
    let (office, staff) = bureau.both();
    let alone = office.add_calendar(table("").as_bytes(), &staff.proposer, &staff.proposer);
    assert!(matches!(alone, Err(OfficeError::Approval(_))), "{alone:?}");
    let refused = add(&mut bureau, &table("").replace("2027-05-01", "2027-05-03")).unwrap_err();
    let OfficeError::Calendar(refusal) = *refused else { panic!("{refused:?}") };
    assert_eq!(
        (refusal.code(), refusal.field(), refusal.clause()),
        ("table_incomplete", "days", "三(一)")
    );
    assert_eq!(Records::of(&bureau.dir()).entries().len(), before);
    add(&mut bureau, &table("")).unwrap();
    let again = add(&mut bureau, &table("").replace("测试", "再次")).unwrap_err();
    assert!(matches!(*again, OfficeError::Calendar(CalendarRefusal::Unchanged { year: 2027 })));
    bureau.audit();
}

fn add_command(bureau: &Bureau, dir: &Path, file: &Path) -> Command {
    let words = ["calendar", "add", file.to_str().unwrap(), "--json"];
    let mut issuer = issuer_in(dir, &bureau.clock, &words);
    with_two_keys(&mut issuer);
    issuer
}

fn written(bureau: &Bureau, name: &str, text: &str) -> PathBuf {
    let file = bureau.beside(name);
    fs::write(&file, text).unwrap();
    file
}

#[test]
fn the_program_imports_by_the_added_table_and_what_was_judged_before_stands() {
    let mut bureau = Bureau::new();
    bureau.close();
    let (dir, now) = (bureau.dir(), bureau.clock.text());
    let committees = bureau.beside("committees.csv");
    fs::write(&committees, DEMO_COMMITTEES).unwrap();
    let import = |list: &Path| {
        let mut issuer = program("issuer");
        issuer.arg("import").arg(list).arg("--committees").arg(&committees).arg("--dir").arg(&dir);
        run(issuer.args(["--json", "--allow-example-keys", "--now", &now]))
    };
    let first = written(&bureau, "first.csv", &list(0));
    let refused = import(&first).expect_code(1).json_lines();
    assert_eq!(refused[0]["reason"], "calendar_year_unknown");
    let wrong = written(&bureau, "wrong.json", "{}");
    let said = run(&mut add_command(&bureau, &dir, &wrong)).expect_code(2).stderr;
    assert!(said.contains("[table_malformed, file, 三(一)]"), "{said}");

    let file = written(&bureau, "2027.json", &table(""));
    let added = run(&mut add_command(&bureau, &dir, &file)).expect_code(0).json();
    assert_eq!((&added["year"], &added["corrects"]), (&2027.into(), &false.into()));
    import(&first).expect_code(0);
    let file = written(&bureau, "corrected.json", &table(r#""2027-01-04":"holiday","#));
    run(&mut add_command(&bureau, &dir, &file)).expect_code(0);
    let second = written(&bureau, "second.csv", &list(10));
    assert_eq!(import(&second).expect_code(1).json_lines()[0]["reason"], "publicity_too_short");

    let listed = run(&mut issuer_in(&dir, &bureau.clock, &["calendar", "list", "--json"]));
    let years = listed.expect_code(0).json_lines();
    assert_eq!(years.len(), 6);
    assert_eq!(years[4]["anchors"].as_array().unwrap().len(), 0);
    assert_eq!(years[5]["anchors"][0], added["index"]);
    assert_eq!(bureau.reopen().waiting().unwrap(), 3);
    bureau.audit();
}

#[test]
fn killed_while_it_is_added_a_table_is_fixed_once_or_was_never_intended() {
    if !can_kill() {
        return;
    }
    let mut bureau = Bureau::new();
    let scene = Scene::of(&mut bureau);
    let file = written(&bureau, "2027.json", &table(""));
    scene.survives(&add_command(&bureau, scene.dir(), &file), 20, |office, moment| {
        assert_eq!(office.registry().open_intents().unwrap(), [], "{moment:?}");
        let is_intent = |action: &Action| matches!(action, Action::AnchorIntended(_));
        let journal = Records::of(scene.dir()).journal();
        let intended = journal.iter().filter(|action| is_intent(action)).count();
        assert!(intended <= 1, "{moment:?}");
        assert_eq!(office.registry().holiday_tables().unwrap().len(), intended, "{moment:?}");
    });
}
