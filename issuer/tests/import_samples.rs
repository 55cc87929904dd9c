//! Both sample lists give exactly the verdicts that stand beside them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use issuer::calendar::Calendar;
use issuer::catalogue::Catalogue;
use issuer::committee;
use issuer::document::missing_characters;
use issuer::eligibility::GateSettings;
use issuer::import::{Judged, Rules, judge};
use serde_json::{Map, Value};

const CSV: &[u8] = include_bytes!("data/samples/approved-results.csv");
const XLSX: &[u8] = include_bytes!("data/samples/approved-results.xlsx");
const COMMITTEES: &[u8] = include_bytes!("data/samples/committees.csv");
const EXPECTED: &str = include_str!("data/samples/expected.json");

fn rules() -> Rules {
    let catalogue = Catalogue::published().unwrap();
    let committees = committee::read(COMMITTEES, &catalogue).unwrap().committees;
    let calendar = Calendar::published().unwrap();
    Rules { catalogue, committees, calendar, gates: GateSettings::cautious() }
}

/// The verdicts in the form of `expected.json`.
fn verdicts(judged: &Judged) -> Value {
    let mut verdicts = Map::new();
    for row in &judged.report.rows {
        let line: Value = serde_json::from_str(&row.to_json().unwrap()).unwrap();
        let mut verdict = Map::new();
        verdict.insert("verdict".to_owned(), line["verdict"].clone());
        for (ours, theirs) in [("reason", "reason"), ("duplicate_of", "row")] {
            if let Some(value) = line.get(ours) {
                verdict.insert(theirs.to_owned(), value.clone());
            }
        }
        let number = line["row"].as_str().unwrap().to_owned();
        assert!(verdicts.insert(number, Value::Object(verdict)).is_none(), "each row once");
    }
    Value::Object(verdicts)
}

fn expected() -> Value {
    serde_json::from_str(EXPECTED).unwrap()
}

/// A sample with its text changed, in UTF-8.
fn csv_with(from: &str, to: &str) -> Vec<u8> {
    let (text, _, had_errors) = encoding_rs::GB18030.decode(CSV);
    assert!(!had_errors && text.contains(from), "{from} stands there");
    text.replace(from, to).into_bytes()
}

#[test]
fn the_csv_sample_gives_exactly_the_expected_verdicts() {
    let judged = judge(CSV, &rules()).unwrap();
    assert_eq!(verdicts(&judged), expected());
    assert_eq!(judged.accepted.len(), 252);
}

#[test]
fn the_xlsx_sample_gives_exactly_the_expected_verdicts() {
    let judged = judge(XLSX, &rules()).unwrap();
    assert_eq!(verdicts(&judged), expected());
}

#[test]
fn what_was_accepted_can_be_printed() {
    for result in judge(CSV, &rules()).unwrap().accepted {
        let result = result.result();
        let (name, title) = (result.holder().name.as_str(), result.title());
        for text in [name, &title.name, &title.specialty] {
            assert_eq!(missing_characters(text), Vec::<char>::new());
        }
    }
}

#[test]
fn both_samples_hold_the_same_results() {
    let rules = rules();
    assert_eq!(judge(CSV, &rules).unwrap().accepted, judge(XLSX, &rules).unwrap().accepted);
}

#[test]
fn harmless_variants_change_no_verdict() {
    let (text, _, _) = encoding_rs::GB18030.decode(CSV);
    let changed = text
        .replace('\r', "")
        .replace("工程技术人员", "０５")
        .replace("会计专业人员", "17 会计专业人员")
        .replace("〔2026〕", "[２０２６]")
        .replace("2026-03-02", "2026年3月2日")
        .replace("2026-03-09", "2026/3/9")
        .replace("2026-09-28", " 2026.9.28 ")
        .replace("500000", "５０００ ００")
        .replace('X', "x")
        .replace("副高级", "副 高　级")
        .replace("CQ-05-01", "cq－05－01");
    assert_ne!(changed, text);
    let with_bom = format!("\u{FEFF}{changed}合计,300人\n,,,\n");
    let judged = judge(with_bom.as_bytes(), &rules()).unwrap();
    assert_eq!(verdicts(&judged), expected());
    assert_eq!(judged.report.skipped, 1);
}

#[test]
fn a_row_that_is_cut_short_spoils_nothing_else() {
    let judged =
        judge(&csv_with(",正高级工程师,评审,CQ-05-01,2026-02-12,", ","), &rules()).unwrap();
    let mut expected = expected();
    // Row 1 and its copies are cut; nothing remains for the copies to be duplicates of.
    for row in ["1", "37", "56", "260"] {
        expected[row] = serde_json::json!({"verdict": "refused", "reason": "row_malformed"});
    }
    assert_eq!(verdicts(&judged), expected);
}

#[test]
fn bytes_of_no_encoding_spoil_their_own_row_only() {
    let mut bytes = CSV.to_vec();
    let at = bytes.windows(4).position(|window| window == b"\r\n2,").unwrap() + 4;
    bytes[at] = 0xFF;
    let judged = judge(&bytes, &rules()).unwrap();
    let mut expected = expected();
    expected["2"] = serde_json::json!({"verdict": "refused", "reason": "encoding_invalid"});
    assert_eq!(verdicts(&judged), expected);
}

#[test]
fn no_report_repeats_a_name_or_a_number() {
    let judged = judge(CSV, &rules()).unwrap();
    let report: String =
        judged.report.rows.iter().map(|row| row.to_json().unwrap() + "\n").collect();
    let (text, _, _) = encoding_rs::GB18030.decode(CSV);
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [_, name, _, _, number, ..] = cells.as_slice() else { panic!("{line}") };
        assert!(!report.contains(number));
        assert!(name.is_empty() || !report.contains(name));
    }
    assert!(!format!("{judged:?}").contains("500000196205191011"));
}

#[test]
fn a_committee_refused_at_registration_is_unknown_to_rows() {
    let judged = judge(&csv_with("CQ-07-08", "CQ-20-12"), &rules()).unwrap();
    let line = judged.report.rows.iter().find(|row| row.label.as_str() == "18").unwrap();
    let line = line.to_json().unwrap();
    assert!(line.contains("\"reason\":\"committee_unknown\""), "{line}");
    assert!(line.contains("longer than three years"), "{line}");
}
