//! What a machine is told of a refusal: code, field, clause and both sentences, whatever the verb; and
//! nothing changed.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use issuer::{case::CaseKind, office::Proposed};
use tests::{
    bureau::{Bureau, EXAMPLE_KEYS, key},
    programs::{issuer_in, run},
};

#[test]
fn a_refusal_with_json_is_an_object_with_code_field_and_clause_whatever_the_verb() {
    let mut bureau = Bureau::having_issued(1);
    let number = bureau.office().registry().certificate_numbers().unwrap().remove(0);
    let title = bureau.office().title(&number).unwrap();
    let order = bureau.order(CaseKind::RevokeTitle, vec![title]);
    let proposed = bureau.office().propose_case(order, &key("staff-1.key")).unwrap();
    let (Proposed { case, draft }, number) = (proposed, number.to_string());
    bureau.close();
    let [one, two] = [1, 2].map(|number| format!("{EXAMPLE_KEYS}/staff-{number}.key"));
    let both = ["--proposer", &one, "--approver", &two];
    let same = ["--proposer", &one, "--approver", &one];
    let (case, draft) = (case.to_string(), draft.to_string());
    let decided = ["--document", "渝州职改〔2026〕64号", "--decided-on", "2026-07-09"];
    let decided = [&decided[..], &["--reasons", "事实"]].concat();
    let table = bureau.beside("table.json");
    std::fs::write(&table, "{}").unwrap();
    let sample = ["--size", "1", "--announced-size", "900", "--witness", "w", "--out", "x.json"];
    let archive = ["archive", "add", "--subject", "employer", "--name", "某", "--identifier", "1"];
    let decision = ["--decision", "渝州职改〔2026〕64号", "--decided-on", "2026-07-09"];
    let kind = ["--kind", "TITLE_REVOKED", "--conduct", "某事"];
    let refusals: [(Vec<&str>, &str, &str, Option<&str>); 11] = [
        (
            vec!["case", "approve", &case, "--draft", &draft, "--approver", &one],
            "same_key",
            "approver",
            None,
        ),
        (
            [&["authority", "suspend", "YZ-05-01"], &decided[..], &same].concat(),
            "same_key",
            "approver",
            None,
        ),
        (
            [&["authority", "suspend", "YZ-99-99"], &decided[..], &both].concat(),
            "committee_not_registered",
            "committee",
            Some("二(二)"),
        ),
        (
            [
                &["authority", "cancel", "YZ-05-01", "--served-on", "2026-07-09"],
                &decided[..],
                &both,
            ]
            .concat()
            .into_iter()
            .chain(["--index", "5", "--last-valid-index", "900"])
            .collect(),
            "last_valid_ahead",
            "last_valid_index",
            Some("七(四)"),
        ),
        (
            vec![
                "recheck",
                "open",
                "--number",
                &number,
                "--applied-on",
                "2026-07-09",
                "--grounds",
                "某",
            ],
            "recheck_late",
            "applied-on",
            Some("四"),
        ),
        (
            [&["sample", "fix"], &sample[..], &both].concat(),
            "unknown_witness",
            "witness",
            Some("六"),
        ),
        (vec!["sample", "draw", "5"], "population_not_fixed", "sample", Some("六")),
        (
            [&["erase", "--number", "CQ2026AAAAAAAAA", "--reason", "某"], &both[..]].concat(),
            "no_such_number",
            "number",
            None,
        ),
        (
            [&["calendar", "add", table.to_str().unwrap()], &both[..]].concat(),
            "table_malformed",
            "file",
            Some("三(一)"),
        ),
        (
            [&archive[..], &decision, &kind, &both].concat(),
            "subject_unknown",
            "subject",
            Some("五(二)"),
        ),
        (
            [&["supervision", "record", "--kind", "OTHER", "--facts", "某"], &both[..]].concat(),
            "supervision_kind_unknown",
            "kind",
            Some("五(一)"),
        ),
    ];
    let whole = bureau.audit();
    for (words, code, field, clause) in refusals {
        let told = run(issuer_in(&bureau.dir(), &bureau.clock, &words).arg("--json"));
        let refusal = told.expect_code(2).json_lines().remove(0);
        let found = ["refused", "field", "clause"].map(|part| refusal[part].as_str());
        assert_eq!(found, [Some(code), Some(field), clause], "{words:?}: {refusal}");
        let zh = refusal["zh"].as_str().unwrap();
        assert!(zh.chars().any(|c| ('一'..='龥').contains(&c)), "{refusal}");
        assert!(!refusal["en"].as_str().unwrap().is_empty(), "{refusal}");
    }
    assert_eq!(bureau.audit(), whole);
}
