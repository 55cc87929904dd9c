//! The office and its witnesses, end to end: a quorum with one of them down, none without it, old
//! copies that a witness knows better than, and a witness that was not written here.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{
    fs,
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use issuer::{
    office::OfficeError,
    sequencer::{SequencerError, SubmitError},
    witnesses::WitnessesError,
};
use ledger::{checkpoint::SignedCheckpoint, log::OpenError, trust::EXAMPLE_LOG_VKEY};
use tests::{
    bureau::{Bureau, open, open_without},
    files,
    kept_port::KeptPort,
    lists,
    peers::python_with,
    programs::{program, run},
    records::{Records, qr_text},
    stranger::Stranger,
    wait, whole,
    witnesses::{Watching, WitnessHost, keys_with_policy},
};
use verifier::{clock::Clock as _, verdict::Outcome};

/// Three running witnesses, and a policy that needs two of them.
struct Three {
    folder: tempfile::TempDir,
    hosts: Vec<WitnessHost>,
}

impl Three {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let watching = Watching::example();
        let hosts = ["w1", "w2", "w3"]
            .map(|name| WitnessHost::running(folder.path(), name, &watching))
            .into();
        Self { folder, hosts }
    }

    fn policy(&self) -> String {
        let lines: String = self.hosts.iter().map(WitnessHost::line).collect();
        let log = EXAMPLE_LOG_VKEY.trim();
        format!("log {log}\n{lines}group two 2 w1 w2 w3\nquorum two\n")
    }

    fn policy_file(&self) -> PathBuf {
        let path = self.folder.path().join("policy");
        fs::write(&path, self.policy()).unwrap();
        path
    }

    fn bureau(&self) -> Bureau {
        let keys = keys_with_policy(self.folder.path(), &self.policy());
        Bureau::witnessed(&keys, Some(&self.policy_file()))
    }
}

fn cosignatures(bureau: &Bureau) -> usize {
    published(&bureau.layout().log()).note().signatures().len() - 1
}

fn published(log: &Path) -> SignedCheckpoint {
    SignedCheckpoint::parse(&fs::read(log.join("checkpoint")).unwrap()).unwrap()
}

/// The verdict on the certificate that was recorded last.
fn last_verdict(bureau: &Bureau) -> (Outcome, usize) {
    let records = Records::of(&bureau.dir());
    let index = *records.issuances().keys().next_back().unwrap();
    let text = qr_text(records.certificate(index).as_bytes(), index);
    let verdict = Stranger::of(&bureau.dir(), bureau.clock.now()).verdict(&text).unwrap();
    (verdict.outcome, verdict.as_of.unwrap().cosignatures)
}

#[test]
fn two_of_three_witnesses_are_enough_and_one_is_not() {
    let mut three = Three::new();
    let mut bureau = three.bureau();
    bureau.import(lists::synthetic(0, 2).as_bytes());
    bureau.issue();
    assert!(cosignatures(&bureau) >= 2);
    let (outcome, counted) = last_verdict(&bureau);
    assert!(outcome == Outcome::Valid && counted >= 2, "{outcome:?}, {counted}");

    // One is down: the office goes on.
    three.hosts[2].kill();
    bureau.import(lists::synthetic(2, 2).as_bytes());
    bureau.issue();
    assert_eq!(cosignatures(&bureau), 2);
    assert_eq!(last_verdict(&bureau), (Outcome::Valid, 2));

    // Two are down: committed, not published, not acknowledged, and nothing else is appended.
    three.hosts[1].kill();
    let before = published(&bureau.layout().log());
    bureau.import(lists::synthetic(4, 1).as_bytes());
    let staff = tests::bureau::Staff {
        proposer: tests::bureau::key("staff-1.key"),
        approver: tests::bureau::key("staff-2.key"),
    };
    let error = *bureau.try_issue(&staff).unwrap_err();
    let OfficeError::Submit(SubmitError::Unpublished(missing)) = &error else { panic!("{error}") };
    assert_eq!((missing.cosigned, missing.needed), (1, 2));
    assert_eq!(published(&bureau.layout().log()), before);
    let error = bureau.office().heartbeat().unwrap_err();
    let waits = matches!(error, OfficeError::Submit(SubmitError::EarlierUnpublished(_)));
    assert!(waits, "{error}");
    // No look-up finds what may never be published.
    assert_eq!(bureau.office().registry().certificate_numbers().unwrap().len(), 4);

    // A witness is back: the next heartbeat publishes what waited.
    let watching = Watching::example();
    three.hosts[1].start(&watching);
    bureau.office().heartbeat().unwrap();
    assert_eq!(cosignatures(&bureau), 2);
    assert_eq!(last_verdict(&bureau), (Outcome::Valid, 2));

    // Opening asks every witness; one that cannot be asked must be named aloud.
    bureau.close();
    let error = open(&bureau.dir(), &bureau.clock).map(drop).unwrap_err();
    let unreachable = matches!(*error, OfficeError::OpenLog(OpenError::WitnessUnreachable { .. }));
    assert!(unreachable, "{error}");
    bureau.reopen_without(&["w3"]);
    // The intent that nobody acknowledged has ended: it is on record once.
    assert_eq!(bureau.office().registry().open_intents().unwrap(), []);
    assert_eq!(bureau.office().registry().certificate_numbers().unwrap().len(), 5);
    bureau.audit();
}

#[test]
fn the_program_begins_a_log_with_its_witnesses_and_says_what_each_did() {
    let three = Three::new();
    let keys = keys_with_policy(three.folder.path(), &three.policy());
    let dir = three.folder.path().join("data");
    let mut init = program("issuer");
    init.args(["init", "--allow-example-keys", "--host", "https://verify.example.org"]);
    init.arg("--keys").arg(&keys).arg("--policy").arg(three.policy_file());
    let said = run(init.arg("--dir").arg(&dir)).expect_code(0).stderr;
    assert!(said.matches("cosigned the checkpoint of size").count() >= 2, "{said}");
    assert!(published(&dir.join("log")).note().signatures().len() >= 3);
    whole::audit(&dir);

    let mut heartbeat = program("issuer");
    heartbeat.args(["heartbeat", "--allow-example-keys", "--dir"]);
    let said = run(heartbeat.arg(&dir)).expect_code(0).stderr;
    for witness in ["w1", "w2", "w3"] {
        assert!(said.contains(&format!("witness {witness}.example knows")), "{said}");
    }
}

#[test]
fn what_was_committed_without_quorum_is_published_on_opening() {
    let mut three = Three::new();
    let mut bureau = three.bureau();
    bureau.import(lists::synthetic(0, 1).as_bytes());
    for host in &mut three.hosts[1..] {
        host.kill();
    }
    let error = bureau.office().heartbeat().unwrap_err();
    assert!(matches!(error, OfficeError::Submit(SubmitError::Unpublished(_))), "{error}");
    let before = published(&bureau.layout().log());
    bureau.close();

    // Not even with both done without: two must cosign.
    let error = open_without(&bureau.dir(), &bureau.clock, &["w2", "w3"]).map(drop).unwrap_err();
    let missing = matches!(*error, OfficeError::Sequencer(SequencerError::NoQuorum(_)));
    assert!(missing, "{error}");
    assert_eq!(published(&bureau.layout().log()), before);

    for host in &mut three.hosts[1..] {
        host.start(&Watching::example());
    }
    bureau.reopen();
    let after = published(&bureau.layout().log());
    assert!(after.unverified().size > before.unverified().size);
    bureau.issue();
    bureau.audit();
}

#[test]
fn an_old_copy_of_directory_and_mark_is_refused_because_a_witness_knows_more() {
    let three = Three::new();
    let mut bureau = three.bureau();
    bureau.close();
    let old = bureau.beside("old");
    files::copy(&bureau.dir(), &old);
    bureau.reopen().heartbeat().unwrap();
    bureau.close();
    // Everything together: data, keys, mark. Nothing in the directory can tell.
    files::replace(&old, &bureau.dir());
    let error = open(&bureau.dir(), &bureau.clock).map(drop).unwrap_err();
    let OfficeError::OpenLog(OpenError::WitnessAhead { theirs, ours, .. }) = *error else {
        panic!("{error}")
    };
    assert!(theirs > ours);

    // The program says which witness knows what.
    let mut heartbeat = program("issuer");
    heartbeat.args(["heartbeat", "--allow-example-keys", "--now", &bureau.clock.text(), "--dir"]);
    let said = run(heartbeat.arg(bureau.dir())).expect_code(2).stderr;
    assert!(said.contains(&format!("witness w1.example knows {theirs} entries")), "{said}");
}

#[test]
fn a_directory_without_the_first_batch_is_refused_too() {
    let three = Three::new();
    let bureau = three.bureau();
    let dir = bureau.dir();
    bureau.audit();
    let empty = bureau.beside("empty");
    // As it was before anything was committed, and a mark that says that nothing was signed.
    for part in ["issuer.toml", "trust.toml", "witness-policy"] {
        fs::create_dir_all(&empty).unwrap();
        fs::copy(dir.join(part), empty.join(part)).unwrap();
    }
    files::copy(&dir.join("keys"), &empty.join("keys"));
    let mark = empty.join("keys/log.key.mark");
    let text = fs::read_to_string(&mark).unwrap();
    let vkey = text.lines().nth(1).unwrap();
    let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    fs::write(&mark, format!("title-ledger-mark-v1\n{vkey}\n0\n{root}\n")).unwrap();
    let error = open(&empty, &bureau.clock).map(drop).unwrap_err();
    assert!(matches!(*error, OfficeError::OpenLog(OpenError::WitnessAhead { .. })), "{error}");
}

#[test]
fn a_log_that_went_on_twice_gets_no_quorum_for_its_second_history() {
    let three = Three::new();
    let mut bureau = three.bureau();
    bureau.close();
    let copy = bureau.beside("copy");
    files::copy(&bureau.dir(), &copy);
    // Both go on from the same state: only asking on opening could have told them apart, and it came
    // too early.
    let second = open(&copy, &bureau.clock).unwrap();
    bureau.reopen().heartbeat().unwrap();
    bureau.clock.advance_minutes(1);
    let error = second.heartbeat().unwrap_err();
    let OfficeError::Submit(SubmitError::Unpublished(missing)) = &error else { panic!("{error}") };
    assert_eq!(missing.cosigned, 0);
    drop(second);
    bureau.audit();
}

#[test]
fn a_policy_that_strangers_would_not_accept_is_refused() {
    let three = Three::new();
    let bureau = three.bureau();
    let clock = bureau.clock.clone();
    closed(bureau, |dir| {
        let policy = fs::read_to_string(dir.join("witness-policy")).unwrap();
        let refused = |policy: Option<String>| {
            match policy {
                Some(policy) => fs::write(dir.join("witness-policy"), policy).unwrap(),
                None => fs::remove_file(dir.join("witness-policy")).unwrap(),
            }
            match *open(dir, &clock).map(drop).unwrap_err() {
                OfficeError::Witnesses(error) => *error,
                other => panic!("{other}"),
            }
        };
        // Strangers demand witnesses, and nobody knows where they are.
        assert!(matches!(refused(None), WitnessesError::NoPolicy { needed: 2, .. }));
        let without_address = policy.replace(" http://", " # http://").replace(" # ", "\n# ");
        let error = refused(Some(without_address));
        assert!(matches!(error, WitnessesError::NoAddress { .. }), "{error}");
        let stranger = WitnessHost::new(three.folder.path(), "w4", &Watching::example());
        let error = refused(Some(format!("{}{policy}", stranger.line())));
        assert!(matches!(error, WitnessesError::NotTrusted { .. }), "{error}");
        let error = refused(Some(format!("# cut off\n{}", policy.trim_end())));
        assert!(matches!(error, WitnessesError::Policy(_)), "{error}");
        let other = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
        let error = refused(Some(policy.replace(EXAMPLE_LOG_VKEY.trim(), other)));
        assert!(matches!(error, WitnessesError::OtherLogs { .. }), "{error}");
    });
}

/// Closes the office, and looks at its directory while it lasts.
fn closed(mut bureau: Bureau, look: impl FnOnce(&Path)) {
    bureau.close();
    look(&bureau.dir());
}

/// PyPI's `aics-witness`: another implementation, another language, its own store.
struct Aics {
    child: Child,
    line: String,
    _port: KeptPort,
}

impl Aics {
    fn start(folder: &Path) -> Option<Self> {
        let port = KeptPort::new();
        let address = port.address();
        let config = folder.join("witness.json");
        let aics = |arguments: &[&str]| -> Option<Command> {
            let mut python = python_with("aics_witness")?;
            python.args(["-m", "aics_witness"]).args(arguments).arg("--config").arg(&config);
            Some(python)
        };
        let made = run(&mut aics(&["init", "--name", "aics.example/w1"])?).expect_code(0);
        let vkey = made.stdout.split_whitespace().find(|word| word.starts_with("aics.example/w1+"));
        let line = format!("witness aics {} http://{}\n", vkey.unwrap(), address);
        let log = EXAMPLE_LOG_VKEY.trim();
        let origin = log.split('+').next().unwrap();
        run(&mut aics(&["add-log", "--origin", origin, "--vkey", log])?).expect_code(0);
        let mut serve = aics(&["serve", "--listen", &address.to_string()])?;
        let child = serve.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let aics = Self { child, line, _port: port };
        wait::until("aics-witness listens", || TcpStream::connect(address).ok());
        Some(aics)
    }
}

impl Drop for Aics {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _status = self.child.wait();
    }
}

#[test]
fn a_witness_that_was_not_written_here_cosigns_our_log() {
    let folder = tempfile::tempdir().unwrap();
    let Some(aics) = Aics::start(folder.path()) else { return };
    let ours = WitnessHost::running(folder.path(), "ours", &Watching::example());
    let policy = format!("{}{}group both all aics ours\nquorum both\n", aics.line, ours.line());
    let keys =
        keys_with_policy(folder.path(), &format!("log {}\n{policy}", EXAMPLE_LOG_VKEY.trim()));
    let file = folder.path().join("policy");
    fs::write(&file, policy).unwrap();
    let mut bureau = Bureau::witnessed(&keys, Some(&file));
    for round in 0..3 {
        bureau.import(lists::synthetic(round, 1).as_bytes());
        bureau.issue();
        assert_eq!(cosignatures(&bureau), 2);
        assert_eq!(last_verdict(&bureau), (Outcome::Valid, 2));
        bureau.reopen();
    }
    bureau.audit();
}
