//! Look-up by number and name across the crates: what is found is what a stranger accepts, and whoever
//! does not know both gets one answer, after the same work, and only so often.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{
    fs,
    io::{Read, Write as _},
    process::{Command, Stdio},
    sync::{Arc, Mutex},
};

use issuer::{
    case::{Corrections, ReissueOrder},
    lookup::{Answer, NAMES},
    office::{AskerKey, ErasureOrder, LookupDesk, OfficeError},
};
use ledger::{
    certificate::{CertificateNumber, Text},
    position::LeafIndex,
    qr::QrPayload,
    store::{ReadOnlyDir, ReadStore, StoreError, StorePath},
};
use tests::{
    bureau::{Bureau, key},
    lists::{holder_name, identity_number, synthetic},
    programs::{Finished, program, run},
    stranger::Stranger,
};
use verifier::{clock::Clock as _, verdict::Outcome};

const CORRECTED: &str = "更名者";
const ANYBODY: AskerKey<'static> = AskerKey(b"192.0.2.1");

/// The certificate number of a person.
fn number_of(bureau: &mut Bureau, person: usize) -> CertificateNumber {
    let registry = bureau.office().registry();
    let index = registry.by_holder(&identity_number(person)).unwrap()[0];
    let numbers = registry.certificate_numbers().unwrap();
    numbers.into_iter().find(|number| registry.by_number(number).unwrap().contains(&index)).unwrap()
}

/// Gives a person's title a document with another name.
fn correct(bureau: &mut Bureau, person: usize) -> LeafIndex {
    let number = number_of(bureau, person);
    let order = ReissueOrder {
        title: bureau.office().title(&number).unwrap(),
        corrections: Corrections {
            name: Some(Text::new(CORRECTED).unwrap()),
            ..Corrections::default()
        },
        document: Text::new("渝州职改〔2026〕31号").unwrap(),
        decided_on: bureau.today(),
        reasons: "姓名更正。".to_owned(),
    };
    let proposed = bureau.office().propose_reissue(order, &key("staff-1.key")).unwrap();
    let office = bureau.office();
    office.approve_case(proposed.case, proposed.draft, &key("staff-2.key")).unwrap().issued[0]
}

fn erase(bureau: &mut Bureau, number: &CertificateNumber) {
    let (office, staff) = bureau.both();
    let order = ErasureOrder::Number(number.clone());
    office.erase(&order, "渝州职改删〔2026〕3号", &staff.proposer, &staff.approver).unwrap();
}

/// `issuer lookup`, with a name on its standard input.
fn issuer(bureau: &Bureau, number: &str, name: &[u8], more: &[&str]) -> Finished {
    let mut issuer = program("issuer");
    issuer.args(["lookup", number, "--allow-example-keys", "--now", &bureau.clock.text()]);
    issuer.args(more).arg("--dir").arg(bureau.dir());
    with_input(&mut issuer, name)
}

fn with_input(command: &mut Command, input: &[u8]) -> Finished {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let (mut stdout, mut stderr) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    Finished { code: child.wait().unwrap().code(), stdout, stderr }
}

fn found(desk: &LookupDesk, number: &CertificateNumber, name: &str) -> String {
    match desk.ask(ANYBODY, number.as_str(), name).unwrap() {
        Answer::Found { qr_text } => qr_text,
        Answer::NoSuchCertificate => panic!("not found"),
    }
}

fn index_in(qr_text: &str) -> LeafIndex {
    QrPayload::from_text(qr_text).unwrap().index
}

#[test]
fn what_is_found_is_the_newest_document_and_a_stranger_judges_it() {
    let mut bureau = Bureau::having_issued(4);
    let numbers = [0, 1, 2].map(|person| number_of(&mut bureau, person));
    bureau.revoke(&numbers[1]);
    let corrected = correct(&mut bureau, 2);
    let stranger = Stranger::of(&bureau.dir(), bureau.clock.now());
    let desk = bureau.office().lookup_desk().unwrap();
    let valid = found(&desk, &numbers[0], &holder_name(0));
    assert_eq!(stranger.outcome(&valid), Some((Outcome::Valid, "")));
    let revoked = found(&desk, &numbers[1], &holder_name(1));
    assert_eq!(stranger.outcome(&revoked).unwrap().0, Outcome::Revoked);
    // Who holds the superseded document, with the name that was wrong, finds the new one.
    for name in [CORRECTED, &holder_name(2)] {
        let newest = found(&desk, &numbers[2], name);
        assert_eq!(index_in(&newest), corrected);
        assert_eq!(stranger.outcome(&newest), Some((Outcome::Valid, "")));
    }
    bureau.audit();
}

#[test]
fn what_the_registry_learnt_of_a_batch_that_is_still_judged_is_not_found_yet() {
    let mut bureau = Bureau::having_issued(2);
    let (before, root) = bureau.office().registry().log_position().unwrap();
    assert_eq!(bureau.import(synthetic(2, 2).as_bytes()), 2);
    bureau.issue();
    let number = number_of(&mut bureau, 2);
    let office = bureau.office();
    let desk = office.lookup_desk().unwrap();
    assert!(!index_in(&found(&desk, &number, &holder_name(2))).is_within(before));
    // As while the batch is judged: folded, and the position not noted.
    office.registry().set_log_position(before, root).unwrap();
    let answer = desk.ask(ANYBODY, number.as_str(), &holder_name(2)).unwrap();
    assert_eq!(answer, Answer::NoSuchCertificate);
}

#[test]
fn the_program_reads_the_name_from_its_input_and_verifier_check_accepts_what_it_prints() {
    let mut bureau = Bureau::having_issued(2);
    let number = number_of(&mut bureau, 1);
    bureau.close();
    let name = holder_name(1);
    let spaced: String = name.chars().map(|letter| format!("{letter}　")).collect();
    let mut texts = Vec::new();
    for typed in [format!("{name}\n"), spaced, format!("{name}\r\nsecond line")] {
        let finished = issuer(&bureau, number.as_str(), typed.as_bytes(), &[]).expect_code(0);
        assert_eq!(finished.stderr, "");
        texts.push(finished.stdout.trim_end().to_owned());
    }
    texts.dedup();
    let small = number.as_str().to_lowercase();
    let json = issuer(&bureau, &small, name.as_bytes(), &["--json"]).expect_code(0).json();
    assert_eq!(json, serde_json::json!({ "found": true, "qr_text": texts[0] }));
    assert_eq!(texts.len(), 1);
    let mut verifier = program("verifier");
    verifier.arg("check").arg(&texts[0]).arg("--log").arg(bureau.layout().log());
    verifier.arg("--trust").arg(bureau.layout().trust()).args(["--now", &bureau.clock.text()]);
    run(&mut verifier).expect_code(0);
    bureau.audit();
}

/// Numbers and names that find nothing, of each kind.
fn in_vain(bureau: &mut Bureau) -> Vec<(String, String)> {
    let [number, erased] = [0, 1].map(|person| number_of(bureau, person));
    let (name, erased_name) = (holder_name(0), holder_name(1));
    erase(bureau, &erased);
    let number = number.as_str().to_owned();
    vec![
        (number.clone(), holder_name(2)),
        (number.clone(), String::new()),
        (number.clone(), format!("{name}丰")),
        (number.clone(), "王3".to_owned()),
        (number, "王".repeat(400)),
        (erased.as_str().to_owned(), erased_name),
        (erased.as_str().to_owned(), name.clone()),
        ("CQ2026AAAAAAAAA".to_owned(), name.clone()),
        ("GZ-0012345".to_owned(), name.clone()),
        ("渝2026（1）号".to_owned(), name.clone()),
        (String::new(), name.clone()),
        ("9".repeat(500), name),
    ]
}

#[test]
fn wrong_number_wrong_name_erased_and_absent_are_answered_with_the_same_bytes() {
    let mut bureau = Bureau::having_issued(3);
    let questions = in_vain(&mut bureau);
    bureau.close();
    for more in [&[][..], &["--json"]] {
        let mut answers = Vec::new();
        for (number, name) in &questions {
            let Finished { code, stdout, stderr } =
                issuer(&bureau, number, name.as_bytes(), more).expect_code(1);
            for secret in [number, name].into_iter().filter(|secret| secret.chars().count() > 1) {
                assert!(!stdout.contains(secret.as_str()) && !stderr.contains(secret.as_str()));
            }
            answers.push((code, stdout, stderr));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
    }
    // What is no text is no name.
    let number = &questions[0].0;
    let odd = issuer(&bureau, number, b"\xff\xfe", &["--json"]).expect_code(1);
    assert_eq!(odd.json(), serde_json::json!({ "found": false }));
    bureau.audit();
}

/// The files of a data directory, and which kinds of them were read.
struct Noting {
    files: ReadOnlyDir,
    read: Mutex<Vec<String>>,
}

impl ReadStore for Noting {
    fn get(&self, path: &StorePath) -> Result<Option<Vec<u8>>, StoreError> {
        let name = path.to_string();
        let kind = name.split('/').take(2).collect::<Vec<_>>().join("/");
        self.read.lock().unwrap().push(kind);
        self.files.get(path)
    }

    fn read_journal(&self, from: u64) -> Result<Box<dyn Read + Send>, StoreError> {
        self.read.lock().unwrap().push("journal".to_owned());
        self.files.read_journal(from)
    }
}

#[test]
fn every_answer_takes_the_same_reads() {
    let mut bureau = Bureau::having_issued(5);
    correct(&mut bureau, 4);
    let known: Vec<_> = [0, 2, 3, 4]
        .map(|person| (number_of(&mut bureau, person).as_str().to_owned(), holder_name(person)))
        .to_vec();
    let in_vain = in_vain(&mut bureau);
    let layout = bureau.layout();
    let files = ReadOnlyDir::new(&layout.log(), Some(&bureau.dir().join("private")));
    let noting = Arc::new(Noting { files, read: Mutex::default() });
    let desk = bureau.office().lookup_desk_over(noting.clone()).unwrap();
    let one = ["private/entries".to_owned(), "private/keyring".to_owned()];
    let all: Vec<String> = std::iter::repeat_n(one, NAMES).flatten().collect();
    for (questions, is_known) in [(&known, true), (&in_vain, false)] {
        for (asker, (number, name)) in questions.iter().enumerate() {
            let asker = asker.to_be_bytes();
            let answer = desk.ask(AskerKey(&asker), number, name).unwrap();
            assert_eq!(answer != Answer::NoSuchCertificate, is_known, "{number} {name}");
            assert_eq!(*noting.read.lock().unwrap(), all, "{number} {name}");
            noting.read.lock().unwrap().clear();
        }
    }
    bureau.audit();
}

fn is_refused(desk: &LookupDesk, asker: &[u8], number: &str, name: &str) -> bool {
    match desk.ask(AskerKey(asker), number, name) {
        Ok(_) => false,
        Err(OfficeError::TooManyAttempts(too_many)) => {
            let said = too_many.to_string();
            assert!(said.contains("ask again in") && !said.contains(number), "{said}");
            true
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn askers_and_guessed_numbers_are_limited_by_the_settings_and_the_clock() {
    let mut bureau = Bureau::having_issued(2);
    let [number, other] = [0, 1].map(|person| number_of(&mut bureau, person).as_str().to_owned());
    bureau.close();
    let settings = bureau.layout().settings();
    let text = fs::read_to_string(&settings).unwrap();
    assert!(text.contains("lookup_questions_per_hour = 30\nlookup_failures_per_day = 10\n"));
    let text = text.replace("_hour = 30", "_hour = 6").replace("_day = 10", "_day = 4");
    fs::write(&settings, text).unwrap();
    let desk = bureau.reopen().lookup_desk().unwrap();
    let name = holder_name(0);
    // Right answers do not shut a number.
    for asker in 0..9u8 {
        assert!(!is_refused(&desk, &[asker], &number, &name));
    }
    // Nobody guesses for longer than four names, from however many places; then the right one is
    // refused, too, until some hours have passed.
    let guesses = (0..200u8).filter(|asker| !is_refused(&desk, &[*asker], &number, "王五"));
    assert_eq!(guesses.count(), 4);
    assert!(is_refused(&desk, b"anybody", &number, &name));
    assert!(!is_refused(&desk, b"anybody", &other, &holder_name(1)));
    bureau.clock.advance_minutes(6 * 60);
    assert!(!is_refused(&desk, b"anybody", &number, &name));
    // Numbers that nobody has are shut alike.
    let absent = (0..200u8).filter(|asker| !is_refused(&desk, &[*asker], "CQ2026AAAAAAAAA", &name));
    assert_eq!(absent.count(), 4);
    // One asker has six questions, whatever they are about.
    let served = (0..20).filter(|n| !is_refused(&desk, b"one", &format!("GZ-{n}"), &name));
    assert_eq!(served.count(), 6);
    bureau.audit();
}
