//! `verifier monitor` and `verifier evidence`.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use ledger::{
    digest::Commitment,
    entry::Entry,
    status::{ExceptionList, Status},
    test_kit::{Bureau, Seat},
    time::UnixMillis,
};
use serde_json::Value;
use verifier::monitor::{Evidence, Proven};

use super::{
    loopback::{Instead, Server},
    place::{Place, assert_exit, files, wait_until},
};

impl Place {
    fn monitor_command(&self, log: &str, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_verifier"));
        command.args(["--lang", "en", "monitor", "--log", log, "--json", "--trust"]);
        command.arg(self.path("trust.toml")).arg("--state").arg(self.path("monitor")).args(more);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// One look at the bureau's present.
    fn look(&self, log: &str) -> Output {
        self.look_at(log, self.bureau.now)
    }

    fn look_at(&self, log: &str, now: UnixMillis) -> Output {
        let now = now.to_string();
        self.monitor_command(log, &["--once", "--now", &now]).output().unwrap()
    }

    fn look_dir(&self) -> Output {
        self.look(self.log().to_str().unwrap())
    }

    fn evidence(&self, file: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_verifier"));
        command.args(["--lang", "en", "evidence", "--json"]).arg(self.path("monitor").join(file));
        command.arg("--trust").arg(self.path("trust.toml")).output().unwrap()
    }

    /// The one file of evidence.
    fn kept(&self) -> PathBuf {
        let names = files(&self.path("monitor")).into_keys();
        let kept: Vec<_> = names.filter(|name| name.starts_with("evidence")).collect();
        assert_eq!(kept.len(), 1, "{kept:?}");
        self.path("monitor").join(&kept[0])
    }
}

fn json(output: &Output) -> Value {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().last().unwrap_or_else(|| panic!("nothing was said; {err}"));
    serde_json::from_str(line).unwrap()
}

/// Asserts a finding by its exit code and name.
fn assert_found(output: &Output, code: i32, name: &str) -> Value {
    let line = json(output);
    assert_eq!((output.status.code(), line["code"].as_str()), (Some(code), Some(name)), "{line}");
    line
}

#[test]
fn a_log_that_keeps_the_rules_is_fine_and_is_not_read_twice() {
    let mut place = Place::new();
    place.grow();
    let server = Server::of(&place.log());
    let line = assert_found(&place.look(&server.url()), 0, "fine");
    let size = place.bureau.size().get();
    assert_eq!((line["size"].as_u64(), line["replayed"].as_u64()), (Some(size), Some(size)));
    assert_eq!(line["as_of"], place.bureau.head().time.to_string());
    assert_eq!(line["evidence"], Value::Null);
    server.take_asked();
    place.grow();
    assert_found(&place.look(&server.url()), 0, "fine");
    let asked = server.take_asked();
    assert!(!asked.contains(&"/tile/entries/000".to_owned()), "{asked:?}");
    // And again, with nothing new.
    assert_found(&place.look(&server.url()), 0, "fine");
}

#[test]
fn two_checkpoints_of_one_size_are_kept_as_evidence_that_anybody_verifies() {
    let mut place = Place::new();
    place.grow();
    assert_found(&place.look_dir(), 0, "fine");
    let before = place.bureau.checkpoint();
    let server = Server::of(&place.log());
    let root = place.bureau.tree().with(6, b"other".to_vec()).root();
    let forked = place.bureau.sign_checkpoint(place.bureau.size(), root);
    server.instead("checkpoint", Instead::Bytes(forked.clone()));
    let line = assert_found(&place.look(&server.url()), 1, "split_view");
    let kept = place.kept();
    assert_eq!(line["evidence"].as_str(), kept.file_name().unwrap().to_str());
    assert_eq!(fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o644);
    let text = fs::read_to_string(&kept).unwrap();
    for note in [before, forked] {
        assert!(text.contains(&String::from_utf8(note).unwrap()), "a note is not in it whole");
    }
    assert_holds(&place, 0);
    // Found again, it is the same file.
    assert_found(&place.look(&server.url()), 1, "split_view");
    assert_eq!(place.kept(), kept);
    assert_eq!(fs::read_to_string(&kept).unwrap(), text);
    // The log is not trusted again because it goes back to its first history: but that one is fine.
    assert_found(&place.look_dir(), 0, "fine");
}

/// `verifier evidence` ends with this code, and says so in JSON.
fn assert_holds(place: &Place, code: i32) -> Value {
    let name = place.kept();
    let output = place.evidence(name.file_name().unwrap().to_str().unwrap());
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{err}");
    let line = json(&output);
    assert_eq!(line["holds"].as_bool(), Some(code == 0), "{line}");
    line
}

#[test]
fn a_longer_history_is_kept_with_the_proof_between_them() {
    let mut place = Place::new();
    place.grow();
    assert_found(&place.look_dir(), 0, "fine");
    let mut other = Place::new();
    other.records(2000);
    let line = assert_found(&place.look(other.log().to_str().unwrap()), 1, "split_view");
    assert!(line["zh"].as_str().unwrap().contains("两段互相矛盾的历史"));
    let kept = fs::read_to_string(place.kept()).unwrap();
    assert!(kept.contains("=== consistency proof ==="), "{kept}");
    assert_holds(&place, 0);
}

#[test]
fn a_shorter_history_is_proved_as_soon_as_the_longer_one_can_be_read() {
    let mut place = Place::new();
    place.grow();
    let mut other = Place::new();
    other.records(3);
    // Whoever shows it serves the files of what was seen too: proved at once.
    let server = Server::of(&place.log());
    assert_found(&place.look(&server.url()), 0, "fine");
    server.instead("checkpoint", Instead::Bytes(other.bureau.checkpoint()));
    assert_found(&place.look(&server.url()), 1, "split_view");
    assert_holds(&place, 0);
    fs::remove_file(place.kept()).unwrap();
    // It is served alone: its checkpoint is kept, and proved when the log is at hand again.
    let line = assert_found(&place.look(other.log().to_str().unwrap()), 1, "rolled_back");
    assert!(line["en"].as_str().unwrap().contains("cannot be told now"), "{line}");
    place.grow();
    server.honest();
    assert_found(&place.look(&server.url()), 1, "split_view");
    assert_holds(&place, 0);
}

#[test]
fn a_log_that_only_went_back_is_fine_once_it_is_back() {
    let mut place = Place::new();
    place.grow();
    let old = tempfile::tempdir().unwrap();
    fs::write(old.path().join("checkpoint"), place.bureau.checkpoint()).unwrap();
    place.grow();
    assert_found(&place.look_dir(), 0, "fine");
    let line = assert_found(&place.look(old.path().to_str().unwrap()), 1, "rolled_back");
    assert!(line["en"].as_str().unwrap().contains("cannot be told now"), "{line}");
    let to_compare = || {
        files(&place.path("monitor")).into_keys().filter(|n| n.starts_with("to-compare")).count()
    };
    assert_eq!(to_compare(), 1);
    assert_found(&place.look_dir(), 0, "fine");
    assert_eq!(to_compare(), 0);
}

#[test]
fn a_power_of_two_needs_no_seed_in_its_proof_and_still_proves_a_fork() {
    let mut place = Place::new();
    // Five authorities and a head are there; up to eight with this.
    place.records(1);
    assert_eq!(place.bureau.size().get(), 8);
    assert_found(&place.look_dir(), 0, "fine");
    let mut other = Place::new();
    other.records(40);
    assert_found(&place.look(other.log().to_str().unwrap()), 1, "split_view");
    assert_holds(&place, 0);
}

#[test]
fn evidence_that_was_altered_proves_nothing() {
    let mut place = Place::new();
    place.grow();
    assert_found(&place.look_dir(), 0, "fine");
    let mut other = Place::new();
    other.records(2000);
    assert_found(&place.look(other.log().to_str().unwrap()), 1, "split_view");
    let bytes = fs::read(place.kept()).unwrap();
    let trust = place.bureau.trust();
    let whole = Evidence::parse(&bytes).unwrap();
    assert_eq!(whole.verify(&trust), Ok(Proven::TwoHistories));
    assert_eq!(whole.to_text().as_bytes(), bytes);
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        let Ok(evidence) = Evidence::parse(&flipped) else { continue };
        // When it was found is the monitor's word alone.
        let only_time = Evidence { found_at: whole.found_at, ..evidence.clone() } == whole;
        assert!(only_time || evidence.verify(&trust).is_err(), "byte {at}");
    }
    // Under the keys of somebody else it is evidence against nobody.
    let strangers = concat!(env!("CARGO_MANIFEST_DIR"), "/../keys-example/trust.toml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_verifier"));
    command.args(["--lang", "en", "evidence", "--trust", strangers]).arg(place.kept());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("does not name the key"), "{said}");
    fs::write(place.kept(), &bytes[..bytes.len() - 1]).unwrap();
    assert_eq!(place.evidence(place.kept().to_str().unwrap()).status.code(), Some(2));
}

#[test]
fn two_checkpoints_of_one_history_are_no_evidence() {
    let mut place = Place::new();
    place.grow();
    let one = place.bureau.checkpoint();
    place.grow();
    let parse = |bytes: &[u8]| ledger::checkpoint::SignedCheckpoint::parse(bytes).unwrap();
    let (smaller, larger) = (parse(&one), parse(&place.bureau.checkpoint()));
    let policy = place.bureau.policy();
    let verified = larger.clone().verify(&policy).unwrap();
    let reader = ledger::reader::LogReader::open(place.bureau.files(), verified).unwrap();
    let size = smaller.unverified().size;
    let proof = reader.prove_consistency(size).unwrap().hashes().to_vec();
    let root = smaller.unverified().root;
    for link in [None, Some(verifier::monitor::Link { root, proof })] {
        let fork =
            verifier::monitor::Fork { smaller: smaller.clone(), larger: larger.clone(), link };
        let proof = verifier::monitor::Proof::Fork(fork);
        let log_key = policy.log_key().clone();
        let evidence = Evidence { log_key, found_at: place.bureau.now, proof };
        assert!(evidence.verify(&place.bureau.trust()).is_err());
    }
}

#[test]
fn a_revoked_certificate_appended_again_is_named_by_index_and_rule() {
    let mut place = Place::new();
    place.grow();
    let issued = place.bureau.issue(Bureau::claims(90_000));
    place.bureau.decide(issued.index, Status::Revoked);
    assert_found(&place.look_dir(), 0, "fine");
    let again = place.bureau.issue_false(Seat::Committee, issued.claims, |entry| entry);
    let line = assert_found(&place.look_dir(), 1, "broken_rule");
    assert_eq!(line["index"].as_u64(), Some(again.index.get()));
    assert_eq!(line["rule"], "commitment_repeated");
    let holds = assert_holds(&place, 0);
    assert_eq!(holds["index"].as_u64(), Some(again.index.get()));
    // The log goes on; the fault stays.
    place.bureau.heartbeat();
    let line = assert_found(&place.look_dir(), 1, "broken_rule");
    assert_eq!(line["index"].as_u64(), Some(again.index.get()));
}

#[test]
fn a_head_over_a_false_list_is_named() {
    let mut place = Place::new();
    let issued = place.bureau.issue(Bureau::claims(1));
    assert_found(&place.look_dir(), 0, "fine");
    let day = place.bureau.now.beijing_date();
    place.bureau.append_false(Vec::new(), |list| {
        list.set(issued.index, Status::Revoked, issued.index, day);
    });
    let line = assert_found(&place.look_dir(), 1, "broken_rule");
    assert_eq!(line["rule"], "head");
    assert_eq!(line["index"].as_u64(), Some(place.bureau.size().get() - 1));
    assert_holds(&place, 0);
}

#[test]
fn a_list_that_is_not_sorted_or_not_there_is_named() {
    let mut place = Place::new();
    let issued = place.bureau.issue_all(vec![Bureau::claims(1), Bureau::claims(2)]);
    place.bureau.decide(issued[0].index, Status::Revoked);
    place.bureau.decide(issued[1].index, Status::Revoked);
    let server = Server::of(&place.log());
    let path = format!("status/{}", place.bureau.head().list_head);
    let list = fs::read(place.log().join(&path)).unwrap();
    let parsed = ExceptionList::decode(&list).unwrap();
    let items: Vec<_> = parsed.iter().map(ledger::status::Exception::encode).collect();
    let unsorted = [&list[..1], &items[1], &items[0]].concat();
    assert_eq!(unsorted.len(), list.len());
    server.instead(&path, Instead::Bytes(unsorted));
    let line = assert_found(&place.look(&server.url()), 1, "list");
    assert!(line["en"].as_str().unwrap().contains("follows"), "{line}");
    server.instead(&path, Instead::Missing);
    assert_found(&place.look(&server.url()), 1, "file");
    server.instead(&path, Instead::Status(503));
    assert_found(&place.look(&server.url()), 2, "unreachable");
    server.honest();
    assert_found(&place.look(&server.url()), 0, "fine");
}

#[test]
fn a_checkpoint_with_an_unknown_line_or_without_its_quorum_is_named() {
    let mut place = Place::new();
    place.grow();
    let server = Server::of(&place.log());
    let line = "— stranger.example AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
    let unknown = [&place.bureau.checkpoint(), line.as_bytes()].concat();
    server.instead("checkpoint", Instead::Bytes(unknown));
    let line = assert_found(&place.look(&server.url()), 1, "checkpoint");
    assert!(line["en"].as_str().unwrap().contains("unknown key stranger.example"), "{line}");
    server.instead("checkpoint", Instead::Endless);
    assert_found(&place.look(&server.url()), 1, "file");
    server.honest();
    let witnessed = Bureau::with_witnesses(1, 1).trust_toml();
    fs::write(place.path("trust.toml"), witnessed).unwrap();
    let line = assert_found(&place.look(&server.url()), 1, "checkpoint");
    assert!(line["en"].as_str().unwrap().contains("quorum"), "{line}");
}

#[test]
fn a_log_that_goes_back_is_named() {
    let mut place = Place::new();
    place.grow();
    let old = place.bureau.checkpoint();
    let before = place.bureau.size().get();
    place.grow();
    let server = Server::of(&place.log());
    assert_found(&place.look(&server.url()), 0, "fine");
    server.instead("checkpoint", Instead::Bytes(old));
    let line = assert_found(&place.look(&server.url()), 1, "rolled_back");
    let says = format!("to size {before} of the same history");
    assert!(line["en"].as_str().unwrap().ends_with(&says), "{line}");
    assert_eq!(line["size"].as_u64(), Some(place.bureau.size().get()));
}

#[test]
fn a_log_that_stands_still_or_runs_ahead_cannot_be_vouched_for() {
    let mut place = Place::new();
    place.grow();
    let log = place.log();
    let log = log.to_str().unwrap();
    let now = place.bureau.now;
    assert_found(&place.look_at(log, now.saturating_add(24 * 3_600_000)), 0, "fine");
    let late = now.saturating_add(24 * 3_600_000 + 1000);
    assert_found(&place.look_at(log, late), 2, "stale");
    let early = UnixMillis::new(now.get() - 6 * 60_000).unwrap();
    assert_found(&place.look_at(log, early), 2, "clock_ahead");
    let nowhere = place.look("http://127.0.0.1:1");
    assert_found(&nowhere, 2, "unreachable");
}

#[test]
fn a_flipped_byte_in_any_tile_or_bundle_is_named() {
    let mut place = Place::new();
    place.grow();
    let server = Server::of(&place.log());
    let size = place.bureau.size().get();
    let partial = format!("{:03}.p/{}", size / 256, size % 256);
    for path in ["tile/0/000", "tile/entries/000", &format!("tile/0/{partial}")] {
        let mut bytes = fs::read(place.log().join(path)).unwrap();
        bytes[100] ^= 1;
        server.instead(path, Instead::Bytes(bytes));
        let line = assert_found(&place.look(&server.url()), 1, "file");
        let is_named = line["en"].as_str().unwrap().contains(path) || path.contains(".p/");
        assert!(is_named, "{line}");
        server.honest();
    }
    assert_found(&place.look(&server.url()), 0, "fine");
}

#[test]
fn a_monitor_that_was_killed_goes_on_where_it_saved() {
    let mut place = Place::new();
    for _ in 0..5 {
        place.records(5000);
    }
    let server = Server::of(&place.log());
    let last = "tile/entries/092";
    server.instead(last, Instead::Stalled);
    let now = place.bureau.now.to_string();
    let mut child =
        place.monitor_command(&server.url(), &["--once", "--now", &now]).spawn().unwrap();
    server.wait_for(last);
    child.kill().unwrap();
    child.wait().unwrap();
    server.honest();
    server.take_asked();
    let line = assert_found(&place.look(&server.url()), 0, "fine");
    assert_eq!(line["replayed"].as_u64(), Some(place.bureau.size().get()));
    let asked = server.take_asked();
    assert!(!asked.contains(&"/tile/entries/003".to_owned()), "it began anew");
    assert!(asked.contains(&"/tile/entries/092".to_owned()));
    // And it still knows every commitment of before.
    let first = Entry::IntegrityRecord(Commitment::to(&3_u64.to_be_bytes()));
    place.bureau.append_false(vec![first], |_list| ());
    let line = assert_found(&place.look(&server.url()), 1, "broken_rule");
    assert_eq!(line["rule"], "commitment_repeated");
}

#[test]
fn a_state_that_is_lost_or_altered_is_refused() {
    let mut place = Place::new();
    place.grow();
    assert_found(&place.look_dir(), 0, "fine");
    let state = place.path("monitor");
    for name in ["state", "commitments"] {
        let whole = fs::read(state.join(name)).unwrap();
        for at in (0..whole.len()).step_by(whole.len() / 7) {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            fs::write(state.join(name), flipped).unwrap();
            assert_exit(&place.look_dir(), 2, &format!("{name} was altered"));
        }
        fs::write(state.join(name), &whole[..whole.len() - 1]).unwrap();
        assert_exit(&place.look_dir(), 2, &format!("{name} was altered"));
        fs::remove_file(state.join(name)).unwrap();
        assert_exit(&place.look_dir(), 2, &format!("{name} is missing"));
        fs::write(state.join(name), whole).unwrap();
    }
    assert_found(&place.look_dir(), 0, "fine");
    // What a crash left behind the commitments does no harm.
    let path = state.join("commitments");
    fs::write(&path, [fs::read(&path).unwrap(), vec![7; 40]].concat()).unwrap();
    place.grow();
    assert_found(&place.look_dir(), 0, "fine");
    assert_found(&place.look_dir(), 0, "fine");
    // A state of another log, though nothing in it is altered.
    let toml = place.bureau.trust_toml().replace("generation = 1", "generation = 2");
    fs::write(place.path("trust.toml"), toml).unwrap();
    assert_exit(&place.look_dir(), 2, "another directory");
}

#[test]
fn a_webhook_is_told_what_is_wrong_and_when_it_is_fine_again() {
    let mut place = Place::new();
    place.grow();
    let (server, hook) = (Server::of(&place.log()), Server::of(&place.path("nothing")));
    let url = format!("{}/hook", hook.url());
    let now = place.bureau.now.to_string();
    let look = |more: &[&str]| {
        let once = [&["--once", "--now", now.as_str(), "--webhook", url.as_str()], more].concat();
        place.monitor_command(&server.url(), &once).output().unwrap()
    };
    assert_found(&look(&[]), 0, "fine");
    assert_eq!(hook.posted(), Vec::<String>::new());
    server.instead("checkpoint", Instead::Bytes(b"nonsense".to_vec()));
    // Twice it fails, then it is taken.
    hook.answer_posts(&[500, 503, 204]);
    let found = look(&[]);
    let line = assert_found(&found, 1, "checkpoint");
    let posted = hook.posted();
    assert_eq!(posted.len(), 3);
    assert_eq!(serde_json::from_str::<Value>(&posted[2]).unwrap(), line);
    // It never works: told, and the finding stands.
    hook.answer_posts(&[500]);
    let found = look(&[]);
    assert_found(&found, 1, "checkpoint");
    assert_exit(&found, 1, "could not be posted");
    let wrong = place.monitor_command(&server.url(), &["--once", "--webhook", "ftp://x"]).output();
    assert_eq!(wrong.unwrap().status.code(), Some(64));
}

#[test]
fn a_monitor_goes_on_until_a_fault_or_until_it_is_told_to_stop() {
    let mut place = Place::new();
    place.grow();
    let log = place.log();
    let now = place.bureau.now.to_string();
    let every = ["--interval", "1", "--now", now.as_str()];
    let start =
        |place: &Place| place.monitor_command(log.to_str().unwrap(), &every).spawn().unwrap();
    let child = start(&place);
    wait_until(|| place.path("monitor/state").exists());
    assert_exit(&place.look_dir(), 2, "another process");
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    let stopped = child.wait_with_output().unwrap();
    assert_exit(&stopped, 0, "");
    let child = start(&place);
    place.bureau.append_false(
        vec![Entry::IntegrityRecord(Commitment::to(&0_u64.to_be_bytes()))],
        |_list| (),
    );
    let ended = child.wait_with_output().unwrap();
    assert_found(&ended, 1, "broken_rule");
}
