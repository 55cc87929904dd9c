//! A bureau's year, from one readable file, `tests/data/a_scripted_year.txt`: the real programs, command
//! after command, each on its date. At the end the whole directory is audited, and nobody's name or number
//! is in a public file.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use ledger::{
    certificate::SignedCertificate,
    position::LeafIndex,
    record::{IssuanceRecord, PersonalRecord},
    time::Date,
    trust::EXAMPLE_LOG_VKEY,
};
use serde_json::Value;
use tempfile::TempDir;
use tests::{
    bureau::EXAMPLE_KEYS,
    clock::TestClock,
    fake_witness::FakeWitness,
    files,
    lists::{self, DEMO_COMMITTEES, holder_name, identity_number},
    peers::python_with,
    programs::{Finished, program, run},
    records::{Records, qr_text},
    whole,
    witnesses::{keys_with_policy, size},
};

const CHECKER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/interop/sample.py");
const YEAR: &str = include_str!("../data/a_scripted_year.txt");

/// One line of the file.
struct Act<'a> {
    date: &'a str,
    words: Vec<String>,
    code: i32,
    says: Vec<&'a str>,
    says_not: Vec<&'a str>,
}

struct Year {
    folder: TempDir,
    /// The example keys, with a trust file that names the witness.
    keys: PathBuf,
    policy: String,
    /// The witness's.
    clock: TestClock,
    _witness: FakeWitness,
    /// What the last answer gave, by name.
    answer: BTreeMap<String, String>,
    /// How many lists were written.
    lists: usize,
}

impl Year {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = TestClock::at("2026-01-01");
        let witness = FakeWitness::with_clock(Box::new(clock.clone()));
        let policy = format!("log {}\n{}quorum fake\n", EXAMPLE_LOG_VKEY.trim(), witness.line());
        let keys = keys_with_policy(folder.path(), &policy);
        let answer = BTreeMap::new();
        Self { folder, keys, policy, clock, _witness: witness, answer, lists: 0 }
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn play(&mut self, line: &str) {
        let act = self.read(line);
        if act.words[0] == "verifier" {
            self.play(&format!("{} issuer heartbeat => 0", act.date));
        }
        self.clock.set(&format!("{}T10:00:00+08:00", act.date));
        let mut command = match act.words[0].as_str() {
            "python" => match python_with("cryptography") {
                Some(python) => python,
                None => return,
            },
            ours => program(ours),
        };
        command.args(&act.words[1..]);
        self.complete(&mut command, &act);
        let finished = run(&mut command);
        let Finished { code, stdout, stderr } = &finished;
        let said = format!("{stdout}{stderr}");
        assert_eq!(*code, Some(act.code), "{line}\n{said}");
        let compact = said.replace("\": ", "\":");
        for words in &act.says {
            let drawn = self.answer.get("indices").map(|indices| format!("\"indices\":{indices}"));
            let words = match *words {
                "{the-same-indices}" => drawn.as_deref().unwrap(),
                words => words,
            };
            let compact = compact.replace(", ", ",");
            assert!(compact.contains(words), "{line}\nwithout {words}: {said}");
        }
        for words in &act.says_not {
            assert!(!compact.contains(words), "{line}\nwith {words}: {said}");
        }
        if let Some(Value::Object(object)) =
            stdout.lines().last().and_then(|last| serde_json::from_str(last).ok())
        {
            let text = |value: Value| match value {
                Value::String(text) => text,
                other => other.to_string(),
            };
            self.answer.extend(object.into_iter().map(|(name, value)| (name, text(value))));
        }
    }

    fn read<'a>(&mut self, line: &'a str) -> Act<'a> {
        let (command, outcome) = line.split_once("=>").unwrap_or_else(|| panic!("{line}"));
        let (date, command) = command.trim().split_once(' ').unwrap();
        let mut words = Vec::new();
        let mut rest = command.trim();
        while !rest.is_empty() {
            let end = match rest.strip_prefix('{') {
                Some(inside) => inside.find('}').unwrap() + 2,
                None => rest.find(' ').unwrap_or(rest.len()),
            };
            let (word, after) = rest.split_at(end);
            words.extend(self.word(word));
            rest = after.trim_start();
        }
        let mut outcome = outcome.split_whitespace();
        let code = outcome.next().unwrap().parse().unwrap();
        let (says_not, says) = outcome.partition::<Vec<_>, _>(|words| words.starts_with('!'));
        let says_not = says_not.into_iter().map(|words| &words[1..]).collect();
        Act { date, words, code, says, says_not }
    }

    /// What a word of the file stands for.
    fn word(&mut self, word: &str) -> Vec<String> {
        let staff = |number: u8| format!("{EXAMPLE_KEYS}/staff-{number}.key");
        if word == "both" {
            return vec!["--proposer".into(), staff(1), "--approver".into(), staff(2)];
        }
        let Some(inside) = word.strip_prefix('{').and_then(|word| word.strip_suffix('}')) else {
            return vec![word.to_owned()];
        };
        let parts: Vec<&str> = inside.split(' ').collect();
        let person = |text: &str| text.parse::<usize>().unwrap();
        vec![match parts[..] {
            ["keys"] => self.keys.to_str().unwrap().to_owned(),
            ["policy"] => self.file("policy", &self.policy),
            ["population"] => self.folder.path().join("population").to_str().unwrap().to_owned(),
            ["log"] => self.dir().join("log").to_str().unwrap().to_owned(),
            ["trust"] => self.dir().join("trust.toml").to_str().unwrap().to_owned(),
            ["sample.py"] => CHECKER.to_owned(),
            ["size-and-3"] => (size(&self.dir().join("log")) + 3).to_string(),
            ["staff-1"] => staff(1),
            ["staff-2"] => staff(2),
            ["committees"] => self.file("committees.csv", &two_committees()),
            ["list", committee, title, first, count, reviewed] => {
                self.lists += 1;
                let rows =
                    list(committee, title, person(first)..person(first) + person(count), reviewed);
                self.file(&format!("list-{}.csv", self.lists), &rows)
            }
            ["number", one] => self.number(person(one)),
            ["numbers", first, count] => {
                let persons = person(first)..person(first) + person(count);
                let numbers: Vec<_> = persons.map(|one| self.number(one)).collect();
                self.file("numbers.txt", &numbers.join("\n"))
            }
            ["id", one] => identity_number(person(one)),
            ["qr", one] => self.qr(person(one)),
            [name] => self.answer[name].clone(),
            _ => panic!("{word}"),
        }]
    }

    fn file(&self, name: &str, content: &str) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Adds what every command needs.
    fn complete(&self, command: &mut Command, act: &Act<'_>) {
        let words: Vec<&str> = act.words.iter().map(String::as_str).collect();
        let (dir, log, trust) = (self.dir(), self.dir().join("log"), self.dir().join("trust.toml"));
        let now = format!("{}T10:00:00+08:00", act.date);
        match words[..] {
            ["python", ..] => {}
            ["issuer", "sample", "recompute", ..] => {
                command.arg("--json");
            }
            ["issuer", "init", ..] => {
                command.args(["--allow-example-keys", "--now", &now, "--dir"]).arg(dir);
            }
            ["issuer", "registry" | "heartbeat", ..] => {
                command.args(["--allow-example-keys", "--now", &now, "--dir"]).arg(dir);
            }
            ["issuer", ..] => {
                command.args(["--json", "--allow-example-keys", "--now", &now, "--dir"]).arg(dir);
            }
            ["verifier", ..] => {
                command.args(["--json", "--now", &now, "--log"]).arg(log).arg("--trust").arg(trust);
            }
            _ => {
                command.args(["--json", "--log"]).arg(log).arg("--trust").arg(trust);
                command.arg("--private").arg(dir.join("private"));
                command.arg("--private-key").arg(dir.join("keys/records.kek"));
            }
        }
    }

    /// The first certificate of a person, and where it stands.
    fn first(&self, person: usize) -> (SignedCertificate, LeafIndex) {
        let records = Records::of(&self.dir());
        let name = holder_name(person);
        let found = records.issuances().into_keys().find_map(|index| {
            let record = IssuanceRecord::decode(&records.private(index)).unwrap();
            let personal = PersonalRecord::decode(&record.personal).unwrap();
            let is_hers = personal.document_number.as_str() == identity_number(person);
            assert!(!is_hers || personal.name.as_str() == name);
            is_hers.then(|| (records.certificate(index), index))
        });
        found.unwrap_or_else(|| panic!("nothing was issued to person {person}"))
    }

    fn number(&self, person: usize) -> String {
        self.first(person).0.unverified_claims().number.to_string()
    }

    fn qr(&self, person: usize) -> String {
        let (certificate, index) = self.first(person);
        qr_text(certificate.as_bytes(), index)
    }
}

/// The demo's committees of engineering and of farming.
fn two_committees() -> String {
    let demo = std::str::from_utf8(DEMO_COMMITTEES).unwrap();
    let wanted = |line: &&str| {
        line.contains("评委会代码") || line.starts_with("YZ-05-01") || line.starts_with("YZ-06-01")
    };
    demo.lines().filter(wanted).map(|line| format!("{line}\n")).collect()
}

/// A list of results whose notice, confirmation and pledge follow from the day of the review.
fn list(committee: &str, title: &str, persons: std::ops::Range<usize>, reviewed: &str) -> String {
    let reviewed: Date = reviewed.parse().unwrap();
    let later = |days: i64| Date::from_days(i64::from(reviewed.days()) + days).unwrap();
    // 1 January 1970 was a Thursday.
    let weekday = (i64::from(reviewed.days()) + 3).rem_euclid(7);
    let day = |days: i64| later(14 - weekday + days);
    let pledged = later(-40);
    let title = match (committee, title) {
        ("A", "senior") => "05,桥梁与隧道工程,正高级,正高级工程师,评审,YZ-05-01",
        ("A", "associate") => "05,桥梁与隧道工程,副高级,高级工程师,评审,YZ-05-01",
        ("B", "senior") => "06,畜牧,副高级,高级畜牧师,评审,YZ-06-01",
        other => panic!("{other:?}"),
    };
    let dates = format!(
        "{reviewed},{},{},无异议,渝州职改〔2026〕11号,{},{pledged},",
        day(0),
        day(7),
        day(8)
    );
    lists::of(persons, title, &dates)
}

#[test]
fn a_scripted_year() {
    let mut year = Year::new();
    let lines = YEAR.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut acts = 0;
    for line in lines {
        year.play(line);
        acts += 1;
    }
    assert!(acts >= 50, "{acts}");
    let whole = whole::audit(&year.dir());
    // Persons 17 and 401, the 40, the document of person 42 that was superseded, and committee B.
    assert_eq!(whole.exceptions, 44);
    nobody_is_named(&year.dir().join("log"));
}

/// No name and no document number of the year is in a public file.
fn nobody_is_named(log: &Path) {
    let public = files::all(log);
    assert!(public.len() > 20);
    let persons = (0..500).flat_map(|person| [holder_name(person), identity_number(person)]);
    let secrets: Vec<Vec<u8>> =
        persons.chain(["更名者".to_owned()]).map(String::into_bytes).collect();
    for path in public {
        let bytes = fs::read(&path).unwrap();
        for secret in &secrets {
            assert!(!files::contains(&bytes, secret), "{}", path.display());
        }
    }
}
