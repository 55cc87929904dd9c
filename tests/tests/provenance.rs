//! Which way a result came (clauses 二(一), 三(一)): what a list states of it is held to at import and
//! again at issue, and kept; what it does not state, `issuer.toml` decides.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::fs;

use issuer::office::{HoldFault, IssueOptions, KeyChoice, Known};
use tests::{
    bureau::Bureau,
    lists,
    programs::{Finished, program, run},
};

const HEADINGS: &str = "来源系统,确认方式,备案文号,备案日期,备案部门,同步公示";
const BUREAU: &str = "渝州市人力资源和社会保障局";

/// A list of synthetic persons whose rows have these cells besides.
fn stating(rows: &[&str]) -> String {
    let list = lists::synthetic(0, rows.len());
    let added = std::iter::once(&HEADINGS).chain(rows);
    list.lines().zip(added).map(|(line, added)| format!("{line},{added}\n")).collect()
}

/// A filed autonomous review.
fn filed(number: &str, day: &str) -> String {
    format!("平台,自主评审备案,{number},{day},{BUREAU},是")
}

/// `issuer import` of a list under the demo's committees.
fn import(bureau: &Bureau, results: &str, more: &[&str]) -> Finished {
    import_under(bureau, results, lists::DEMO_COMMITTEES, more)
}

fn import_under(bureau: &Bureau, results: &str, under: &[u8], more: &[&str]) -> Finished {
    let [list, committees] = ["list.csv", "committees.csv"].map(|name| bureau.beside(name));
    fs::write(&list, results).unwrap();
    fs::write(&committees, under).unwrap();
    let mut issuer = program("issuer");
    issuer.arg("import").arg(&list).arg("--committees").arg(&committees).arg("--json");
    issuer.args(["--allow-example-keys", "--now", &bureau.clock.text(), "--dir"]);
    run(issuer.arg(bureau.dir()).args(more))
}

/// The verdict of each row: accepted, or the code.
fn verdicts(finished: &Finished) -> Vec<String> {
    let word = |row: serde_json::Value| {
        row.get("reason").unwrap_or(&row["verdict"]).as_str().unwrap().to_owned()
    };
    finished.json_lines().into_iter().map(word).collect()
}

#[test]
fn a_list_that_states_its_way_is_held_to_it_in_every_row() {
    let mut bureau = Bureau::new();
    bureau.close();
    let (filing, early) = (
        filed("渝州人社备〔2026〕3号", "2026-03-12"),
        filed("渝州人社备〔2026〕3号", "2026-03-01"),
    );
    let (to_come, own) =
        (filed("渝州人社备〔2026〕4号", "2026-12-01"), filed("渝州职改〔2026〕11号", "2026-03-12"));
    let list = stating(&[
        "平台,人社部门发文,,,,是",
        ",人社部门发文,,,,是",
        "教育专用系统,人社部门发文,,,,是",
        "外省平台,人社部门发文,,,,是",
        "平台,电话通知,,,,是",
        "平台,自主评审,,,,是",
        &filing,
        &early,
        &to_come,
        &own,
        "平台,组建单位发文,,,,未同步",
    ]);
    let finished = import(&bureau, &list, &[]).expect_code(1);
    let expected = [
        ("accepted", ""),
        ("field_missing", "来源系统"),
        ("source_system_not_allowed", "来源系统"),
        ("source_system_unknown", "来源系统"),
        ("confirmation_unknown", "确认方式"),
        ("filing_number_missing", "备案文号"),
        ("accepted", ""),
        ("filed_before_approval", "备案日期"),
        ("filed_in_future", "备案日期"),
        ("filing_is_approval", "备案文号"),
        ("simultaneous_notice_missing", "同步公示"),
    ];
    assert_eq!(verdicts(&finished), expected.map(|(code, _)| code));
    for (row, (code, column)) in finished.json_lines().iter().zip(expected) {
        if code != "accepted" {
            assert_eq!(row["column"], column, "{row}");
            let clause = row["message_zh"].as_str().unwrap().contains("(一)");
            assert!(clause || code == "field_missing", "{row}");
        }
    }
    assert!(!finished.stderr.contains("columns not used"), "{}", finished.stderr);
    bureau.reopen();
    assert_eq!(bureau.issue().len(), 2);
    bureau.audit();
}

#[test]
fn of_an_autonomous_units_committee_only_filed_results_are_taken_also_when_it_is_on_record() {
    let mut bureau = Bureau::new();
    bureau.close();
    // Every third synthetic row is the first committee's.
    let text = std::str::from_utf8(lists::DEMO_COMMITTEES).unwrap();
    let autonomy = ["自主评审", "是"].into_iter().chain(std::iter::repeat("否"));
    let lines = text.lines().zip(autonomy);
    let under: String = lines.map(|(line, cell)| format!("{line},{cell}\n")).collect();
    let filing = filed("渝州人社备〔2026〕3号", "2026-03-12");
    let list = stating(&[
        "平台,人社部门发文,,,,是",
        "平台,人社部门发文,,,,是",
        &filing,
        &filing,
        "平台,组建单位发文,,,,是",
    ]);
    let expected = [
        "autonomous_review_not_filed",
        "accepted",
        "committee_not_autonomous",
        "accepted",
        "accepted",
    ];
    for more in [&["--dry-run"][..], &[]] {
        let finished = import_under(&bureau, &list, under.as_bytes(), more).expect_code(1);
        assert_eq!(verdicts(&finished), expected, "{more:?}");
    }
    let plain = import_under(&bureau, &lists::synthetic(0, 2), under.as_bytes(), &[]);
    assert_eq!(verdicts(&plain), ["autonomous_review_not_filed", "accepted"]);
}

#[test]
fn an_autonomous_unit_on_record_is_one_whatever_a_later_list_says_or_leaves_out() {
    let mut bureau = Bureau::new();
    // Imported before anybody put it on record; held back after.
    assert_eq!(bureau.import(lists::synthetic(0, 1).as_bytes()), 1);
    let first = std::str::from_utf8(lists::DEMO_COMMITTEES).unwrap().lines();
    let under: String =
        first.zip(["自主评审", "是"]).map(|(line, cell)| format!("{line},{cell}\n")).collect();
    let renewed = bureau.renew(&under, KeyChoice::Same).unwrap();
    assert_eq!(renewed.known, Known::New);
    assert_eq!(bureau.renew(&under, KeyChoice::Same).unwrap().known, Known::Already);
    bureau.reopen();
    let (office, staff) = bureau.both();
    let options = IssueOptions { proposer: &staff.proposer, approver: &staff.approver };
    let report = office.issue(&options, |_done| {}).unwrap();
    assert_eq!((report.issued.len(), report.held_back.len()), (0, 1));
    assert!(report.held_back[0].fault.to_string().contains("autonomous_review_not_filed"));
    bureau.close();

    let filing = filed("渝州人社备〔2026〕3号", "2026-03-12");
    let list = stating(&["平台,人社部门发文,,,,是", "平台,人社部门发文,,,,是", &filing]);
    let silent = std::str::from_utf8(lists::DEMO_COMMITTEES).unwrap();
    let denying = under.replace(",是", ",否");
    for committees in [silent, &denying] {
        let finished = import_under(&bureau, &list, committees.as_bytes(), &[]);
        assert_eq!(verdicts(&finished)[0], "autonomous_review_not_filed", "{committees}");
    }
    bureau.audit();
}

#[test]
fn what_a_list_does_not_state_is_by_its_form_or_refused_as_the_office_is_set() {
    let mut bureau = Bureau::new();
    bureau.close();
    let plain = lists::synthetic(0, 2);
    let by_unit = plain.replace("渝州职改〔2026〕11号", "渝州建工〔2026〕11号");
    // By its form: whose document it is, its word says; said aloud what stands for what.
    let finished = import(&bureau, &by_unit, &["--dry-run"]).expect_code(1);
    assert_eq!(verdicts(&finished), ["confirmation_not_stated"; 2]);
    assert!(finished.stderr.contains("来源系统、确认方式、同步公示"), "{}", finished.stderr);
    assert_eq!(verdicts(&import(&bureau, &plain, &["--dry-run"]).expect_code(0)), ["accepted"; 2]);

    let path = bureau.dir().join("issuer.toml");
    let text = fs::read_to_string(&path).unwrap();
    let strict = text.replace("\"by_form\"", "\"refused\"");
    assert_ne!(strict, text, "a fresh directory says what holds");
    fs::write(&path, strict).unwrap();
    let finished = import(&bureau, &plain, &[]).expect_code(1);
    assert_eq!(verdicts(&finished), ["source_system_not_stated"; 2]);
    assert!(finished.stdout.contains("import_unstated_gates"), "{}", finished.stdout);
    assert!(!finished.stderr.contains("来源系统、确认方式"), "{}", finished.stderr);
    let stated = stating(&["平台,人社部门发文,,,,是", "平台,组建单位发文,,,,是"]);
    assert_eq!(verdicts(&import(&bureau, &stated, &[]).expect_code(0)), ["accepted"; 2]);

    // A bureau that names its own word.
    fs::write(&path, text.replace("[\"人社\", \"职改\"]", "[\"渝州建工\"]")).unwrap();
    let more = |list: &str| list.replace("〔2026〕11号", "〔2026〕12号");
    let finished = import(&bureau, &more(&plain), &[]).expect_code(1);
    assert_eq!(verdicts(&finished), ["confirmation_not_stated"; 2]);
    assert_eq!(verdicts(&import(&bureau, &more(&by_unit), &[]).expect_code(0)), ["accepted"; 2]);
}

#[test]
fn what_is_filed_on_a_day_to_come_waits_for_that_day_whoever_imported_it() {
    let mut bureau = Bureau::new();
    let to_come = filed("渝州人社备〔2026〕4号", "2026-12-01");
    let list = stating(&["平台,人社部门发文,,,,是", &to_come]);
    // Kept without the gate that `issuer import` asks.
    assert_eq!(bureau.import(list.as_bytes()), 2);
    let held = |bureau: &mut Bureau| {
        let (office, staff) = bureau.both();
        let options = IssueOptions { proposer: &staff.proposer, approver: &staff.approver };
        let report = office.issue(&options, |_step| {}).unwrap();
        let code = |fault: &HoldFault| match fault {
            HoldFault::Ineligible(gate) => gate.code(),
            other => panic!("{other}"),
        };
        let codes: Vec<_> = report.held_back.iter().map(|held| code(&held.fault)).collect();
        (report.issued.len(), codes)
    };
    assert_eq!(held(&mut bureau), (1, vec!["filed_in_future"]));
    // What the list stated is read again from the journal, also by a new registry.
    bureau.close();
    fs::remove_dir_all(bureau.dir().join("registry")).unwrap();
    bureau.reopen();
    assert_eq!(held(&mut bureau), (0, vec!["filed_in_future"]));
    bureau.clock.set("2026-12-01T09:00:00+08:00");
    assert_eq!(held(&mut bureau), (1, vec![]));
    bureau.audit();
}
