//! `issuer import` as a program sees it: exit codes, lines, and a second import.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use issuer::approval::ResultKey;
use issuer::calendar::Calendar;
use issuer::cli::import::{ImportArgs, ImportError, ImportExit, run};
use issuer::committee::Committees;
use issuer::eligibility::{EligibleResult, GateSettings, Ineligible};
use issuer::import::{PendingError, PendingResults, Standing};
use serde_json::Value;

/// A store in memory that can be told to fail.
#[derive(Default)]
struct Store {
    kept: BTreeMap<ResultKey, EligibleResult>,
    fails: bool,
    /// The document number of an applicant who is barred.
    barred: Option<String>,
}

impl PendingResults for Store {
    fn standing(&self, key: &ResultKey) -> Result<Option<Standing>, PendingError> {
        Ok(self.kept.contains_key(key).then_some(Standing::Pending))
    }

    fn closed_gate(&self, result: &EligibleResult) -> Result<Option<Ineligible>, PendingError> {
        let barred = self.barred.as_deref() == Some(result.result().holder().document.number());
        let until = "2029-07-01".parse().unwrap();
        Ok(barred.then_some(Ineligible::ApplicantBarred { until: Some(until) }))
    }

    fn judge_by_record(&self, _committees: &mut Committees) -> Result<(), PendingError> {
        Ok(())
    }

    fn calendar(&self) -> Result<Calendar, PendingError> {
        Ok(Calendar::published().unwrap())
    }

    fn gates(&self) -> GateSettings {
        GateSettings::cautious()
    }

    fn add_all(&mut self, results: Vec<EligibleResult>) -> Result<(), PendingError> {
        if self.fails {
            return Err(PendingError::from(Box::<dyn std::error::Error + Send + Sync>::from(
                "full",
            )));
        }
        for result in results {
            let known = self.kept.insert(result.result().result_key(), result);
            assert_eq!(known, None, "what is known is not given again");
        }
        Ok(())
    }
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/samples").join(name)
}

fn args(file: PathBuf) -> ImportArgs {
    ImportArgs { file, committees: sample("committees.csv"), dir: None, dry_run: true, json: true }
}

fn run_with(
    args: &ImportArgs,
    store: Option<&mut dyn PendingResults>,
) -> (Result<ImportExit, ImportError>, String, String) {
    let (mut out, mut talk) = (Vec::new(), Vec::new());
    let exit = run(args, &mut out, &mut talk, store);
    (exit, String::from_utf8(out).unwrap(), String::from_utf8(talk).unwrap())
}

#[test]
fn a_list_with_refused_rows_ends_with_1_and_one_json_object_a_line() {
    let (exit, out, talk) = run_with(&args(sample("approved-results.csv")), None);
    assert_eq!(exit.unwrap().code(), 1);
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 300);
    assert_eq!(lines[0], serde_json::json!({"row": "1", "line": 2, "verdict": "accepted"}));
    assert_eq!(lines[7]["reason"], "pledge_missing");
    assert_eq!(lines[7]["column"], "承诺书签署日期");
    assert_eq!(lines[36]["duplicate_of"], "1");
    assert!(talk.contains("CQ-20-12") && talk.contains("filing_longer_than_three_years"), "{talk}");
    assert!(talk.contains("accepted 252"), "{talk}");
}

#[test]
fn importing_a_list_twice_keeps_each_result_once() {
    let mut store = Store::default();
    let csv = args(sample("approved-results.csv"));
    assert_eq!(run_with(&csv, Some(&mut store)).0.unwrap(), ImportExit::SomeRefused);
    assert_eq!(store.kept.len(), 252);
    let (exit, out, talk) = run_with(&args(sample("approved-results.xlsx")), Some(&mut store));
    assert_eq!(exit.unwrap(), ImportExit::SomeRefused);
    assert_eq!(store.kept.len(), 252);
    assert_eq!(out.matches("\"standing\":\"already_pending\"").count(), 252);
    assert!(talk.contains("252 of them imported before"), "{talk}");
}

#[test]
fn a_barred_applicant_is_refused_with_the_end_of_the_bar_and_the_next_rows_keep_their_verdicts() {
    let barred = Some("500000199204286397".to_owned());
    let mut store = Store { barred, ..Store::default() };
    let csv = args(sample("approved-results.csv"));
    let (exit, out, _) = run_with(&csv, Some(&mut store));
    assert_eq!(exit.unwrap(), ImportExit::SomeRefused);
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        (&lines[0]["verdict"], &lines[2]["verdict"]),
        (&"accepted".into(), &"accepted".into())
    );
    assert_eq!(lines[1]["reason"], "applicant_barred");
    assert_eq!(lines[1]["column"], "证件号码");
    assert!(lines[1]["message_en"].as_str().unwrap().contains("2029-07-01"));
    let refused = lines.iter().filter(|line| line["reason"] == "applicant_barred").count();
    assert_eq!(store.kept.len(), 252 - refused);
}

#[test]
fn a_list_without_faults_ends_with_0() {
    let dir = tempfile::tempdir().unwrap();
    let text = std::fs::read(sample("approved-results.csv")).unwrap();
    let three: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').take(4).collect();
    let file = dir.path().join("list.csv");
    std::fs::write(&file, three.concat()).unwrap();
    let (exit, out, _) = run_with(&args(file), None);
    assert_eq!(exit.unwrap().code(), 0);
    assert_eq!(out.lines().count(), 3);
}

#[test]
fn a_file_that_cannot_be_used_ends_with_2_and_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let cases: [(&str, &[u8], &str); 4] = [
        ("list.pdf.csv", b"%PDF-1.7", "export the list"),
        ("old.xlsx", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "save it as .xlsx"),
        ("empty.csv", b"\r\n", "empty"),
        ("other.csv", b"a,b\n1,2\n", "headings"),
    ];
    for (name, content, advice) in cases {
        let file = dir.path().join(name);
        std::fs::write(&file, content).unwrap();
        let (exit, out, _) = run_with(&args(file), None);
        let error = exit.unwrap_err();
        assert_eq!((error.code(), out.as_str()), (2, ""));
        assert!(error.to_string().contains(name), "{error}");
        assert!(error.to_string().contains(advice), "{error}");
    }
    let error = run_with(&args(dir.path().join("absent.csv")), None).0.unwrap_err();
    assert!(error.to_string().contains("absent.csv"), "{error}");
}

#[test]
fn a_store_that_fails_is_not_reported_as_success() {
    let mut store = Store { fails: true, ..Store::default() };
    let (exit, out, _) = run_with(&args(sample("approved-results.csv")), Some(&mut store));
    assert!(matches!(exit, Err(ImportError::Store(_))), "{exit:?}");
    assert_eq!(out, "");
}

#[test]
fn speaks_both_languages_without_json() {
    let plain = ImportArgs { json: false, ..args(sample("approved-results.csv")) };
    let (_, out, _) = run_with(&plain, None);
    assert!(out.contains("没有个人承诺书签署日期") && out.contains("signed pledge"), "{out}");
    assert!(!out.contains("500000199106156775"));
}
