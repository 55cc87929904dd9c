//! A registry that is made again, or that caught up from any point of the past, gives the same answers
//! to every question as the one that was there all along: in a bureau that did everything once that a
//! bureau can do.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{collections::BTreeSet, fs, path::Path};

use ledger::entry::{AnchorPurpose, Entry};
use tests::{answers::Answers, busy::Busy, files, records::Records};

/// The kinds of lines that `issuer/src/actions` names.
fn kinds_of_lines() -> BTreeSet<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../issuer/src/actions");
    let constants = files::all(&source).into_iter().flat_map(|path| {
        let text = fs::read_to_string(path).unwrap();
        let named =
            |line: &str| Some(line.strip_prefix("const ")?.split_once(": &str = \"")?.1.to_owned());
        text.lines().filter_map(named).collect::<Vec<_>>()
    });
    constants.map(|value| value.trim_end_matches("\";").to_owned()).collect()
}

#[test]
fn a_registry_made_again_or_caught_up_from_anywhere_answers_every_query_alike() {
    let mut busy = Busy::new();
    let copies = busy.does_everything();
    let records = Records::of(&busy.bureau.dir());
    let did: BTreeSet<String> =
        records.journal().iter().map(|line| line.kind().unwrap().as_str().to_owned()).collect();
    assert_eq!(did, kinds_of_lines(), "the bureau of this test must do everything");
    for purpose in [AnchorPurpose::SamplePopulation, AnchorPurpose::HolidayTable] {
        let is_of = |entry: &Entry| matches!(entry, Entry::Anchor(a) if a.purpose == purpose);
        assert!(records.entries().iter().any(is_of));
    }
    // The registry that was there all along.
    let live = busy.answers();
    assert_eq!(live.office.waiting, 2);
    let of_numbers = live.of_numbers.iter();
    assert_eq!(of_numbers.filter(|of| of.documents.len() == 2).count(), 1);
    assert_eq!(busy.numbers.len() - live.numbers.len(), 3);
    same(&busy.answers_with(None), &live, "made again");
    for copy in &copies {
        same(&busy.answers_with(Some(copy)), &live, &copy.display().to_string());
    }
    // An office goes on from what was made again.
    busy.answers_with(None);
    assert_eq!(busy.bureau.issue().len(), 2);
    busy.bureau.audit();
}

/// Compares part by part: all of it would be too much to read.
fn same(found: &Answers, expected: &Answers, which: &str) {
    let Answers {
        positions,
        numbers,
        of_numbers,
        of_persons,
        of_committees,
        of_commitments,
        of_entries,
        of_lines,
        lists,
        office,
    } = found;
    assert_eq!(positions, &expected.positions, "{which}");
    assert_eq!(numbers, &expected.numbers, "{which}");
    assert_eq!(of_numbers, &expected.of_numbers, "{which}");
    assert_eq!(of_persons, &expected.of_persons, "{which}");
    assert_eq!(of_committees, &expected.of_committees, "{which}");
    assert_eq!(of_commitments, &expected.of_commitments, "{which}");
    for (at, (found, expected)) in of_entries.iter().zip(&expected.of_entries).enumerate() {
        assert_eq!(found, expected, "{which}: entry {at}");
    }
    for (at, (found, expected)) in of_lines.iter().zip(&expected.of_lines).enumerate() {
        assert_eq!(found, expected, "{which}: line {at}");
    }
    assert_eq!(lists, &expected.lists, "{which}");
    assert_eq!(office, &expected.office, "{which}");
    assert!(found == expected, "{which}");
}

#[test]
fn no_query_of_registry_or_office_is_left_out() {
    let asked = include_str!("../src/answers.rs");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../issuer/src");
    let mut queries = 0;
    for room in ["registry", "office"] {
        for path in files::all(&source.join(room)) {
            let text = fs::read_to_string(&path).unwrap();
            let functions = text.split("\n    pub fn ").skip(1);
            for function in functions {
                let (name, rest) = function.split_once('(').unwrap();
                if !rest.trim_start().starts_with("&self") || NO_QUERIES.contains(&name) {
                    continue;
                }
                queries += 1;
                assert!(asked.contains(&format!(".{name}(")), "{name} in {}", path.display());
            }
        }
    }
    assert!(queries > 50, "{queries}");
}

/// What changes something, what says where files lie, and what is no answer of the registry: time, trust
/// and settings, a head that is published, what is printed from the log, what an error says.
const NO_QUERIES: [&str; 28] = [
    "refusal",
    "fold_entry",
    "fold_line",
    "fold_erasures",
    "set_log_position",
    "set_journal_position",
    "sync",
    "of",
    "of_subject",
    "dir",
    "log",
    "kept_checkpoints",
    "settings",
    "trust",
    "witness_policy",
    "keys",
    "key",
    "committee_key",
    "out",
    "registry",
    "today",
    "heartbeat",
    "printer",
    "print",
    "log_proof",
    "lookup_desk",
    "lookup_desk_over",
    "ask",
];
