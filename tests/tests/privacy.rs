//! No name and no document number of a run stands in any public file, in anything a program says, or
//! in clear in the private part, the journal or the registry (promise 6).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use tests::{
    bureau::EXAMPLE_KEYS,
    files::{self, contains},
    lists,
    programs::{Finished, program, run},
    whole,
};

/// When the list of the demo is all approved.
const NOW: &str = "2026-11-02";

/// Everything that would betray a person of the demo's list: each name of at least two characters and
/// each document number, those of refused rows too.
fn secrets() -> Vec<String> {
    let persons = lists::persons(lists::DEMO_RESULTS);
    let texts = persons.into_iter().flat_map(|(name, number)| [name, number]);
    // A total's cells are no secrets; a mistyped number is.
    let secrets: BTreeSet<String> = texts.filter(|text| text.chars().count() >= 2).collect();
    assert!(secrets.len() > 200, "{} secrets", secrets.len());
    secrets.into_iter().collect()
}

/// The shortest form that is looked for: two characters in UTF-8. Four bytes, as they have in UTF-16,
/// stand by chance in what is sealed, signed or hashed.
const SHORTEST: usize = 6;

/// The first secret that stands in some bytes, in UTF-8 or, where that is long enough, UTF-16.
fn betrayed<'a>(bytes: &[u8], secrets: &'a [String]) -> Option<&'a str> {
    let in_it = |secret: &&String| {
        let utf16 = |bytes: fn(u16) -> [u8; 2]| secret.encode_utf16().flat_map(bytes).collect();
        let wide: [Vec<u8>; 2] = [utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)];
        let plain = [secret.as_bytes().to_vec()];
        let mut forms = plain.iter().chain(&wide).filter(|form| form.len() >= SHORTEST);
        forms.any(|form| contains(bytes, form))
    };
    secrets.iter().find(in_it).map(String::as_str)
}

fn assert_silent(what: &str, bytes: &[u8], secrets: &[String]) {
    assert_eq!(betrayed(bytes, secrets), None, "{what}");
}

/// One run of the whole job, with everything that the programs said.
struct Run {
    folder: tempfile::TempDir,
    said: Vec<(String, String)>,
}

impl Run {
    fn dir(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    fn say(&mut self, what: &str, mut command: Command, codes: &[i32]) -> Finished {
        let finished = run(&mut command);
        let code = finished.code.unwrap();
        assert!(codes.contains(&code), "{what}: {code}, {}", finished.stderr);
        self.said.push((format!("{what}, stderr"), finished.stderr.clone()));
        finished
    }

    fn issuer(&mut self, what: &str, arguments: &[&str], codes: &[i32]) -> Finished {
        let mut issuer = program("issuer");
        issuer.args(arguments).args(["--allow-example-keys", "--now", NOW, "--dir"]);
        issuer.arg(self.dir());
        let finished = self.say(what, issuer, codes);
        self.said.push((format!("{what}, stdout"), finished.stdout.clone()));
        finished
    }

    /// Init, committees, import (twice), issue, revoke, print, heartbeat, rebuild, and each once wrong.
    fn whole_job() -> Self {
        let mut job = Self { folder: tempfile::tempdir().unwrap(), said: Vec::new() };
        let [list, committees] =
            ["list.csv", "committees.csv"].map(|name| job.folder.path().join(name));
        fs::write(&list, lists::DEMO_RESULTS).unwrap();
        fs::write(&committees, lists::DEMO_COMMITTEES).unwrap();
        let (list, committees) = (list.to_str().unwrap(), committees.to_str().unwrap());
        let [first, second] = [1, 2].map(|n| format!("{EXAMPLE_KEYS}/staff-{n}.key"));
        let two = ["--proposer", &first, "--approver", &second];
        let host = ["--keys", EXAMPLE_KEYS, "--host", "https://verify.example.org"];
        job.issuer("init", &[&["init"], &host[..]].concat(), &[0]);
        let register = ["authority", "register", "--committees", committees];
        job.issuer("authority", &[&register[..], &two].concat(), &[1]);
        job.issuer("import", &["import", list, "--committees", committees], &[1]);
        job.issuer("import again", &["import", list, "--committees", committees, "--json"], &[1]);
        job.issuer("one person", &["issue", "--proposer", &first, "--approver", &first], &[2]);
        let issued = job.issuer("issue", &[&["issue", "--json"], &two[..]].concat(), &[0]);
        let number = issued.json_lines()[0]["number"].as_str().unwrap().to_owned();
        let order = ["--document", "渝州职改〔2026〕900号", "--decided-on", "2026-11-01"];
        let heard = ["--served-on", "2026-11-01", "--heard", "已听取陈述申辩，笔录在卷。"];
        let reasons = ["--reasons", "业绩证明系伪造。"];
        let revoke = [&["revoke", &number], &order[..], &heard, &reasons, &two].concat();
        job.issuer("revoke", &revoke, &[0]);
        job.issuer("revoke again", &revoke, &[2]);
        job.issuer("print", &["print", &number], &[0]);
        let other = issued.json_lines()[1]["number"].as_str().unwrap().to_owned();
        job.archive_and_erase(&number, &other, &two);
        job.issuer("heartbeat", &["heartbeat"], &[0]);
        job.issuer("rebuild", &["registry", "rebuild"], &[0]);
        job.check(&number);
        job
    }

    /// The archive about a person of the list, each step once wrong; a report of what is on record; an
    /// erasure.
    fn archive_and_erase(&mut self, revoked: &str, erased: &str, two: &[&str]) {
        let (name, id) = lists::persons(lists::DEMO_RESULTS).remove(0);
        let whom = ["--subject", "applicant", "--identifier", &id];
        let entry = ["--kind", "APPLICANT_FALSE_MATERIAL", "--conduct", "论文系剽窃。"];
        let cause = ["--decision", "渝州职改〔2026〕901号", "--decided-on", "2026-11-01"];
        let add = [&["archive", "add", "--name", &name], &whom[..], &entry, &cause, two].concat();
        self.issuer("archive add", &add, &[0]);
        let wrong = [&add[..], &["--bar-until", "2026-10-01"]].concat();
        self.issuer("archive add wrong", &wrong, &[2]);
        self.issuer("archive show", &[&["archive", "show", "--json"], &whom[..]].concat(), &[0]);
        let denied = [&["archive", "show", "--as", "employer"], &whom[..]].concat();
        self.issuer("archive show denied", &denied, &[2]);
        self.issuer("archive statistics", &["archive", "statistics"], &[0]);
        let pdf = self.dir().join(format!("out/{revoked}.pdf"));
        self.issuer("counterfeit", &["counterfeit", "report", pdf.to_str().unwrap()], &[1]);
        let erase = [&["erase", "--number", erased, "--reason", "申请〔2026〕3号"], two].concat();
        self.issuer("erase", &erase, &[0]);
        self.issuer("erase again", &erase, &[2]);
        self.issuer("print erased", &["print", erased], &[2]);
    }

    /// A stranger's check and an audit. Only `verifier check` says the holder's name on stdout: it was
    /// handed the certificate.
    fn check(&mut self, number: &str) {
        let dir = self.dir();
        let log = |command: &mut Command| {
            command.arg("--log").arg(dir.join("log")).arg("--trust").arg(dir.join("trust.toml"));
        };
        let mut verifier = program("verifier");
        verifier.args(["check", "--now", NOW]).arg(dir.join(format!("out/{number}.pdf")));
        log(&mut verifier);
        self.say("check", verifier, &[1]);
        let mut ledger = program("ledger");
        ledger.args(["audit", "--json", "--private"]).arg(dir.join("private"));
        ledger.arg("--private-key").arg(dir.join("keys/records.kek"));
        log(&mut ledger);
        let audited = self.say("audit", ledger, &[0]);
        self.said.push(("audit, stdout".to_owned(), audited.stdout));
        for what in ["checkpoint", "head", "list", "4", "20"] {
            let mut ledger = program("ledger");
            ledger.args(["inspect", what, "--json"]);
            log(&mut ledger);
            let inspected = self.say("inspect", ledger, &[0]);
            self.said.push((format!("inspect {what}, stdout"), inspected.stdout));
        }
    }
}

#[test]
fn no_file_but_the_printed_certificates_and_nothing_said_betrays_a_person() {
    let (job, secrets) = (Run::whole_job(), secrets());
    let dir = job.dir();
    for part in ["log", "private", "registry", "keys"] {
        let files = files::all(&dir.join(part));
        assert!(!files.is_empty(), "{part}");
        for path in files {
            assert_silent(&path.display().to_string(), &fs::read(&path).unwrap(), &secrets);
            let named = path.file_name().unwrap().as_encoded_bytes();
            assert_silent("a file's name", named, &secrets);
        }
    }
    for path in [dir.join("issuer.toml"), dir.join("trust.toml")] {
        assert_silent("settings", &fs::read(path).unwrap(), &secrets);
    }
    for (what, text) in &job.said {
        assert_silent(what, text.as_bytes(), &secrets);
    }
    whole::audit(&dir);
}

#[test]
fn the_demo_says_and_publishes_nothing_of_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("demo");
    let said = run(program("issuer").args(["demo", "--once", "--dir"]).arg(&dir)).expect_code(0);
    let secrets = secrets();
    assert_silent("stdout", said.stdout.as_bytes(), &secrets);
    assert_silent("stderr", said.stderr.as_bytes(), &secrets);
    assert_silent("report", &fs::read(dir.join("out/report.json")).unwrap(), &secrets);
    for path in files::all(&dir.join("log")) {
        assert_silent(&path.display().to_string(), &fs::read(&path).unwrap(), &secrets);
    }
    assert_private_files_are_closed(&dir);
    whole::audit(&dir);
}

/// Private records and keys are readable by their owner alone.
fn assert_private_files_are_closed(dir: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mut closed = files::all(&dir.join("private"));
    closed.extend(files::all(&dir.join("keys")).into_iter().filter(|path| {
        path.extension().is_some_and(|extension| extension == "key" || extension == "kek")
    }));
    for path in closed {
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o077;
        assert_eq!(mode, 0, "{}", path.display());
    }
}

#[test]
fn the_search_finds_what_it_looks_for() {
    let secrets = secrets();
    let (secret, wide) = (&secrets[7], secrets[7].encode_utf16().flat_map(u16::to_be_bytes));
    let hidden = [b"before ", secret.as_bytes(), b" after"].concat();
    assert_eq!(betrayed(&hidden, &secrets), Some(secret.as_str()));
    assert_eq!(betrayed(&wide.collect::<Vec<_>>(), &secrets), Some(secret.as_str()));
    assert_eq!(betrayed(b"nothing", &secrets), None);
}
