//! Both sample lists, through the real command line, give exactly the verdicts that stand beside them.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use tests::programs::{Finished, program, run};

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../issuer/tests/data/samples").join(name)
}

fn dry_run(list: &Path, committees: &Path) -> Finished {
    let mut issuer = program("issuer");
    issuer.arg("import").arg(list).arg("--committees").arg(committees);
    run(issuer.args(["--dry-run", "--json"]))
}

/// The lines in the form of `expected.json`.
fn verdicts(lines: &[Value]) -> Value {
    let mut verdicts = Map::new();
    for line in lines {
        let renamed = [("verdict", "verdict"), ("reason", "reason"), ("duplicate_of", "row")];
        let fields = renamed.into_iter();
        let fields = fields.filter_map(|(ours, theirs)| Some((theirs, line.get(ours)?.clone())));
        let fields: Map<_, _> = fields.map(|(name, value)| (name.to_owned(), value)).collect();
        let row = line["row"].as_str().unwrap().to_owned();
        assert!(verdicts.insert(row, fields.into()).is_none(), "each row once");
    }
    verdicts.into()
}

fn expected() -> Value {
    serde_json::from_slice(&std::fs::read(sample("expected.json")).unwrap()).unwrap()
}

#[test]
fn the_csv_list_gives_exactly_what_is_expected() {
    let judged = dry_run(&sample("approved-results.csv"), &sample("committees.csv"));
    assert_eq!(verdicts(&judged.expect_code(1).json_lines()), expected());
}

#[test]
fn the_xlsx_list_gives_exactly_what_is_expected() {
    let judged = dry_run(&sample("approved-results.xlsx"), &sample("committees.csv"));
    assert_eq!(verdicts(&judged.expect_code(1).json_lines()), expected());
}

#[test]
fn every_refusal_has_a_sentence_in_both_languages() {
    let judged = dry_run(&sample("approved-results.csv"), &sample("committees.csv"));
    let lines = judged.json_lines();
    let refused: Vec<_> = lines.iter().filter(|line| line["verdict"] == "refused").collect();
    assert!(!refused.is_empty());
    for line in refused {
        for sentence in ["message_zh", "message_en"] {
            assert!(line[sentence].as_str().is_some_and(|text| !text.is_empty()), "{line}");
        }
    }
}

#[test]
fn a_list_that_cannot_be_read_is_named_and_ends_with_2() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("no-workbook.xlsx");
    std::fs::write(&list, b"PK\x03\x04 and nothing else").unwrap();
    let judged = dry_run(&list, &sample("committees.csv")).expect_code(2);
    assert_eq!(judged.stdout, "");
    assert!(judged.stderr.contains("no-workbook.xlsx"), "{}", judged.stderr);
}

#[test]
fn an_unknown_option_ends_with_64() {
    run(program("issuer").args(["import", "--no-such-option"])).expect_code(64);
}
