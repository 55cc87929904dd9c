//! `issuer demo --once`, as somebody runs it from a clean clone, and what a stranger finds in its
//! directory afterwards. Real processes, the real clock.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use serde_json::{Map, Value};
use tests::{
    files, lists,
    programs::{Finished, program, run},
    whole,
};

/// One run of the demo, which all tests here look at and none changes.
static DEMO: LazyLock<PathBuf> = LazyLock::new(|| {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demo");
    if dir.exists() {
        fs::remove_dir_all(&dir).unwrap();
    }
    demo(&dir).expect_code(0);
    dir
});

fn demo(dir: &Path) -> Finished {
    run(program("issuer").args(["demo", "--once", "--dir"]).arg(dir))
}

/// The printed files with an extension.
fn printed(dir: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files = files::all(&dir.join("out"));
    files.retain(|path| path.extension().is_some_and(|found| found == extension));
    files
}

fn check(dir: &Path, inputs: &[PathBuf]) -> Finished {
    let mut verifier = program("verifier");
    verifier.arg("check").args(inputs).arg("--log").arg(dir.join("log"));
    run(verifier.arg("--trust").arg(dir.join("trust.toml")).arg("--json"))
}

/// The verdict on each certificate number.
fn verdicts(checked: &Finished) -> BTreeMap<String, String> {
    let text = |line: &Value, field: &str| line[field].as_str().unwrap().to_owned();
    checked.json_lines().iter().map(|line| (text(line, "number"), text(line, "verdict"))).collect()
}

fn report(dir: &Path) -> Value {
    serde_json::from_slice(&fs::read(dir.join("out/report.json")).unwrap()).unwrap()
}

fn audit(dir: &Path, private: &[PathBuf]) -> Value {
    let mut ledger = program("ledger");
    ledger.arg("audit").arg("--log").arg(dir.join("log"));
    ledger.arg("--trust").arg(dir.join("trust.toml")).arg("--json").args(private);
    run(&mut ledger).expect_code(0).json_lines().remove(0)
}

#[test]
fn the_revoked_certificate_and_only_it_is_found_revoked() {
    let pdfs = printed(&DEMO, "pdf");
    assert!(pdfs.len() >= 90, "{} certificates", pdfs.len());
    let verdicts = verdicts(&check(&DEMO, &pdfs).expect_code(1));
    assert_eq!(verdicts.len(), pdfs.len());
    let with = |wanted: &str| verdicts.values().filter(|verdict| *verdict == wanted).count();
    assert_eq!((with("revoked"), with("valid")), (1, pdfs.len() - 1));
    whole::audit(&DEMO);
}

#[test]
fn a_port_in_use_is_told_before_anything_is_made() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demo-without-port");
    let mut issuer = program("issuer");
    let refused = run(issuer.args(["demo", "--port", &port, "--dir"]).arg(&dir)).expect_code(2);
    assert!(refused.stderr.contains("--port 换一个端口"), "{}", refused.stderr);
    assert!(refused.stderr.contains("choose another port with --port"), "{}", refused.stderr);
    assert!(!dir.exists());
}

#[test]
fn pictures_and_receipts_get_the_verdicts_of_the_printed_certificates() {
    let expected = verdicts(&check(&DEMO, &printed(&DEMO, "pdf")));
    for kind in ["png", "receipt"] {
        let files = printed(&DEMO, kind);
        assert_eq!(verdicts(&check(&DEMO, &files).expect_code(1)), expected, "{kind}");
    }
}

#[test]
fn the_audit_is_clean_with_and_without_the_private_part() {
    let public = audit(&DEMO, &[]);
    assert_eq!((&public["whole"], &public["exceptions"]), (&true.into(), &1.into()));
    let private = [
        "--private".into(),
        DEMO.join("private"),
        "--private-key".into(),
        DEMO.join("keys/records.kek"),
    ];
    let private = audit(&DEMO, &private);
    assert_eq!((&private["whole"], &private["size"]), (&true.into(), &public["size"]));
    assert_eq!((&private["private"], &private["erased"]), (&true.into(), &0.into()));
}

#[test]
fn the_report_says_of_each_row_what_the_import_says() {
    let folder = tempfile::tempdir().unwrap();
    let [list, committees] = ["list.csv", "committees.csv"].map(|name| folder.path().join(name));
    fs::write(&list, lists::DEMO_RESULTS).unwrap();
    fs::write(&committees, lists::DEMO_COMMITTEES).unwrap();
    let mut issuer = program("issuer");
    issuer.arg("import").arg(&list).arg("--committees").arg(&committees);
    let imported = run(issuer.args(["--dry-run", "--json"])).expect_code(1);

    let kept = |line: &Value| -> Map<String, Value> {
        let fields = ["row", "verdict", "reason"].map(str::to_owned);
        fields.into_iter().filter_map(|f| Some((f.clone(), line.get(&f)?.clone()))).collect()
    };
    let expected: Vec<_> = imported.json_lines().iter().map(kept).collect();
    let reported: Vec<_> = report(&DEMO)["rows"].as_array().unwrap().iter().map(kept).collect();
    assert!(reported.len() >= 100);
    assert_eq!(reported, expected);
}

#[test]
fn the_report_says_of_each_certificate_what_a_stranger_finds() {
    let checked = check(&DEMO, &printed(&DEMO, "pdf"));
    let mut found = BTreeMap::new();
    for line in checked.json_lines() {
        let file = Path::new(line["input"].as_str().unwrap()).file_name().unwrap().to_owned();
        let file = file.into_string().unwrap();
        found
            .insert(file, [line["number"].clone(), line["index"].clone(), line["verdict"].clone()]);
    }
    let report = report(&DEMO);
    let reported = report["certificates"].as_array().unwrap().iter().map(|certificate| {
        let field = |name: &str| certificate[name].clone();
        let file = certificate["file"].as_str().unwrap().to_owned();
        (file, [field("number"), field("index"), field("status")])
    });
    assert_eq!(reported.collect::<BTreeMap<_, _>>(), found);
}

#[test]
fn run_again_the_demo_issues_and_revokes_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("demo");
    files::copy(&DEMO, &dir);
    let before = whole::audit(&dir);
    demo(&dir).expect_code(0);
    assert_eq!(report(&dir)["certificates"], report(&DEMO)["certificates"]);
    assert_eq!(whole::audit(&dir), before);
}
