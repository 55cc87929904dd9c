//! The witness as a program: every status of C2SP tlog-witness by its own request, what it remembers
//! when it is killed, and what it refuses to start from.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{fs, io::Write as _, path::Path, process::Stdio};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ledger::{
    checkpoint::SignedCheckpoint,
    note::{SignedNote, VerifierKey},
    trust::EXAMPLE_LOG_VKEY,
    witness::{AddCheckpoint, SIZE_CONTENT_TYPE, parse_cosignatures},
};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tests::{
    bureau::Bureau,
    desk::{Forgetful, append_hostile},
    files,
    kills::can_kill,
    lists,
    peers::python_with,
    programs::{program, run},
    records::Records,
    witnesses::{Watching, WitnessHost, newest, size, too_long},
};

/// A bureau whose log has two published sizes: the directory as it was, and as it is.
fn grown() -> (Bureau, std::path::PathBuf) {
    let mut bureau = Bureau::having_issued(2);
    let before = bureau.beside("before");
    files::copy(&bureau.layout().log(), &before);
    bureau.import(lists::synthetic(2, 3).as_bytes());
    bureau.issue();
    (bureau, before)
}

fn origin_hash() -> String {
    let vkey: VerifierKey = EXAMPLE_LOG_VKEY.trim().parse().unwrap();
    Sha256::digest(vkey.name().as_str()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The checkpoint of a log directory with the answer's signature lines verifies under the key.
fn assert_cosigned(log: &Path, answer: &str, vkey: &str) {
    let checkpoint = SignedCheckpoint::parse(&fs::read(log.join("checkpoint")).unwrap()).unwrap();
    let [line] = parse_cosignatures(answer.as_bytes()).unwrap().try_into().unwrap();
    let key: VerifierKey = vkey.parse().unwrap();
    let note = SignedNote::new(checkpoint.note().unverified_text().clone(), line);
    assert_eq!(note.verify(&[&key]).unwrap().len(), 1);
}

#[test]
fn every_status_of_the_specification_has_its_own_request() {
    let (bureau, before) = grown();
    let log = bureau.layout().log();
    let witness = WitnessHost::running(&bureau.beside("w"), "w1", &Watching::example());
    let status = |body: &[u8]| witness.add_checkpoint(body).status;
    let text = |body: Vec<u8>| String::from_utf8(body).unwrap();
    let monitoring = format!("/{}/checkpoint", origin_hash());
    assert_eq!(witness.request("GET", &monitoring, b"").unwrap().status, 404);

    // 200, also when the log had no cosignature before.
    let answer = witness.add_checkpoint(&newest(&before, 0));
    assert_eq!(answer.status, 200);
    assert_cosigned(&before, &answer.body, &witness.vkey);
    let first = size(&before);

    // 400: malformed, or the old size is greater than the checkpoint's.
    assert_eq!(status(b""), 400);
    assert_eq!(status(&newest(&log, first)[1..]), 400);
    let larger = text(newest(&before, 0)).replacen("old 0", "old 999", 1);
    assert_eq!(status(larger.as_bytes()), 400);
    assert_eq!(status(&too_long()), 413);

    // 403: the log's signature is not there, or fails.
    let signed = text(newest(&log, first));
    let unsigned = signed.replace("— example.org/title-ledger ", "— example.org/title-ledgers ");
    assert_eq!(status(unsigned.as_bytes()), 403);
    let next = first + 1;
    let forged = signed.replacen(&format!("\n{}\n", size(&log)), &format!("\n{next}\n"), 1);
    assert_eq!(status(forged.as_bytes()), 403);

    // 404: another log.
    let other = signed.replacen("\n\nexample.org/title-ledger\n", "\n\nexample.org/other\n", 1);
    assert_eq!(status(other.as_bytes()), 404);

    // 409: another size was cosigned last, which the body names.
    for old in [0, first - 1] {
        let conflict = witness.add_checkpoint(&newest(&log, old));
        assert_eq!((conflict.status, conflict.body), (409, format!("{first}\n")));
        assert_eq!(conflict.content_type, SIZE_CONTENT_TYPE);
    }

    // 422: the proof does not hold.
    let mut lines: Vec<&str> = signed.split('\n').collect();
    lines.remove(1);
    assert_eq!(status(lines.join("\n").as_bytes()), 422);

    // None of this changed anything: the honest request is answered, and its checkpoint to be had.
    let answer = witness.add_checkpoint(signed.as_bytes());
    assert_eq!(answer.status, 200);
    assert_cosigned(&log, &answer.body, &witness.vkey);
    let newest = witness.request("GET", &monitoring, b"").unwrap();
    assert_eq!(newest.status, 200);
    let note = SignedNote::parse(newest.body.as_bytes()).unwrap();
    let keys = [EXAMPLE_LOG_VKEY.trim(), &witness.vkey].map(|vkey| vkey.parse().unwrap());
    assert_eq!(note.verify(&[&keys[0], &keys[1]]).unwrap().len(), 2);
    assert_eq!(witness.request("GET", "/add-checkpoint", b"").unwrap().status, 405);
    assert_eq!(witness.request("GET", "/", b"").unwrap().status, 404);
    assert!(!witness.state().join("evidence").exists());
}

/// What `verifier evidence` says of the one file that was kept; it holds.
fn evidence_of(witness: &WitnessHost, bureau: &Bureau) -> String {
    let [file] = files::all(&witness.state().join("evidence")).try_into().unwrap();
    let mut verifier = program("verifier");
    verifier.args(["evidence", "--lang", "en"]).arg(file);
    let said = run(verifier.arg("--trust").arg(bureau.layout().trust())).expect_code(0);
    format!("{}{}", said.stdout, said.stderr)
}

/// PyPI's `aics-witness` has a client, too: what a log of somebody else's would send.
const CLIENT: &str = r#"
import base64, json, sys
from aics_witness.feeder import WitnessClient
given = json.load(sys.stdin)
client = WitnessClient(given["url"], given["vkey"], state_path=given["state"])
for step in given["steps"]:
    proofs = {int(old): [base64.b64decode(h) for h in proof] for old, proof in step["proofs"].items()}
    print(client.submit(step["note"], lambda old, new: proofs[old]), end="")
"#;

#[test]
fn a_client_that_was_not_written_here_gets_its_cosignatures() {
    let Some(mut python) = python_with("aics_witness") else { return };
    let mut bureau = Bureau::having_issued(1);
    let log = bureau.layout().log();
    let witness = WitnessHost::running(&bureau.beside("w"), "w1", &Watching::example());
    let (mut steps, mut sizes, mut logs) = (Vec::new(), vec![0], Vec::new());
    for round in 1..4 {
        let proofs: serde_json::Map<_, _> = sizes
            .iter()
            .map(|old| {
                let request = AddCheckpoint::parse(&newest(&log, *old)).unwrap();
                let hashes = request.proof().iter().map(|hash| STANDARD.encode(hash.as_bytes()));
                (old.to_string(), hashes.collect::<Vec<_>>().into())
            })
            .collect();
        let note = fs::read_to_string(log.join("checkpoint")).unwrap();
        steps.push(json!({ "note": note, "proofs": proofs }));
        sizes.push(size(&log));
        let copy = bureau.beside(&format!("log-{round}"));
        files::copy(&log, &copy);
        logs.push(copy);
        bureau.import(lists::synthetic(round, 1).as_bytes());
        bureau.issue();
    }
    let state = bureau.beside("client.json");
    let given =
        json!({ "url": witness.url(), "vkey": witness.vkey, "state": state, "steps": steps });
    python.args(["-c", CLIENT]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = python.spawn().unwrap();
    child.stdin.take().unwrap().write_all(given.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let lines = String::from_utf8(output.stdout).unwrap();
    assert_eq!(lines.lines().count(), logs.len());
    for (line, log) in lines.lines().zip(logs) {
        assert_cosigned(&log, &format!("{line}\n"), &witness.vkey);
    }
}

#[test]
fn a_split_view_is_refused_and_both_sides_are_kept() {
    let mut bureau = Bureau::having_issued(2);
    bureau.close();
    let copy = bureau.beside("copy");
    files::copy(&bureau.dir(), &copy);
    let witness = WitnessHost::running(&bureau.beside("w"), "w1", &Watching::example());
    assert_eq!(witness.add_checkpoint(&newest(&bureau.layout().log(), 0)).status, 200);
    let common = size(&bureau.layout().log());

    // Log and mark were restored together, and the log goes on twice.
    bureau.reopen().heartbeat().unwrap();
    bureau.clock.advance_minutes(1);
    tests::bureau::open(&copy, &bureau.clock).unwrap().heartbeat().unwrap();
    let (log, other) = (bureau.layout().log(), copy.join("log"));
    assert_eq!(size(&log), size(&other));
    assert_eq!(witness.add_checkpoint(&newest(&log, common)).status, 200);

    let refused = witness.add_checkpoint(&newest(&other, size(&log)));
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(evidence_of(&witness, &bureau).contains("two histories"));
    let later = tests::bureau::open(&copy, &bureau.clock).unwrap().heartbeat();
    later.unwrap();
    let refused = witness.add_checkpoint(&newest(&other, size(&log)));
    assert_eq!(refused.status, 422, "{}", refused.body);
}

#[test]
fn a_replaying_witness_refuses_a_false_entry_that_a_plain_one_cosigns() {
    let mut bureau = Bureau::having_issued(2);
    let log = bureau.layout().log();
    let watching = Watching::Replayed(log.clone(), bureau.layout().trust());
    let mut replaying = WitnessHost::running(&bureau.beside("w"), "w1", &watching);
    let plain = WitnessHost::running(&bureau.beside("w"), "w2", &Watching::example());
    let ask = |witness: &WitnessHost, old| witness.add_checkpoint(&newest(&log, old));
    assert_eq!(ask(&replaying, 0).status, 200);
    assert_eq!(ask(&plain, 0).status, 200);
    let first = size(&log);

    // It goes on where it was, also after it was started again.
    bureau.import(lists::synthetic(2, 3).as_bytes());
    bureau.issue();
    assert_eq!(ask(&replaying, first).status, 200);
    assert_eq!(ask(&plain, first).status, 200);
    let honest = size(&log);
    replaying.kill();
    replaying.start(&watching);
    assert_eq!(ask(&replaying, honest).status, 200);

    // A certificate once more on record, by the log's own key.
    bureau.close();
    let dir = bureau.dir();
    let records = Records::of(&dir);
    let again = records.again(*records.issuances().keys().next().unwrap());
    append_hostile(&dir, &bureau.clock, &[again], &Forgetful::past(&dir, None));
    let refused = ask(&replaying, honest);
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("commitment"), "{}", refused.body);
    let said = evidence_of(&replaying, &bureau);
    assert!(said.contains("commitment"), "{said}");
    assert_eq!(ask(&plain, honest).status, 200);
}

#[test]
fn starting_without_the_state_without_the_list_or_for_another_purpose_is_refused() {
    let bureau = Bureau::having_issued(1);
    let watching = Watching::example();
    let mut witness = WitnessHost::running(&bureau.beside("w"), "w1", &watching);
    assert_eq!(witness.add_checkpoint(&newest(&bureau.layout().log(), 0)).status, 200);
    witness.kill();
    let [file] = files::all(&witness.state()).try_into().unwrap();
    let whole = fs::read(&file).unwrap();
    let refused = |watching: &Watching, what: &str| {
        let said = run(&mut witness.command(watching)).expect_code(2).stderr;
        assert!(said.contains(what), "{said}");
    };
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    refused(&watching, "damaged");
    fs::remove_file(&file).unwrap();
    refused(&watching, "its state is lost");
    fs::remove_dir_all(witness.state()).unwrap();
    refused(&watching, "its state is lost");
    fs::create_dir(witness.state()).unwrap();
    fs::write(&file, &whole).unwrap();
    let replayed = Watching::Replayed(bureau.layout().log(), bureau.layout().trust());
    refused(&replayed, "one thing only");
    let list = fs::read(witness.list()).unwrap();
    fs::remove_file(witness.list()).unwrap();
    refused(&watching, "is missing");
    fs::write(witness.list(), list).unwrap();
    witness.start(&watching);
    assert_eq!(witness.add_checkpoint(&newest(&bureau.layout().log(), 0)).status, 409);
}

#[test]
fn killed_at_any_sync_or_rename_it_answers_for_what_it_had_cosigned() {
    if !can_kill() {
        return;
    }
    let (bureau, before) = grown();
    let (log, watching) = (bureau.layout().log(), Watching::example());
    let (first, second) = (size(&before), size(&log));
    // Two files are replaced, each so: write, rename, directory.
    for old in [0, first] {
        for (call, count) in [("fsync", 4), ("rename", 2)] {
            for when in 1..=count {
                let parent = bureau.beside(&format!("w-{old}-{call}-{when}"));
                let mut witness = WitnessHost::new(&parent, "w1", &watching);
                witness.start(&watching);
                if old > 0 {
                    assert_eq!(witness.add_checkpoint(&newest(&before, 0)).status, 200);
                }
                witness.kill();
                let itself = witness.command(&watching);
                let mut strace = std::process::Command::new("strace");
                strace.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}")]);
                strace.args(["-e", &format!("inject={call}:signal=SIGKILL:when={when}")]);
                strace.arg(itself.get_program()).args(itself.get_args());
                witness.start_as(strace);
                let answer = witness.request("POST", "/add-checkpoint", &newest(&log, old));
                assert!(answer.is_none(), "{call} {when}: answered before it was durable");
                witness.wait();
                witness.start(&watching);
                // An old size that it cannot have had: it names the one that it has.
                let now = witness.add_checkpoint(&newest(&log, second - 1));
                let now: u64 = now.body.trim().parse().unwrap();
                assert!(now == old || now == second, "{call} {when}: {now}");
                let answer = witness.add_checkpoint(&newest(&log, now));
                assert_eq!(answer.status, 200, "{call} {when}");
                assert_cosigned(&log, &answer.body, &witness.vkey);
            }
        }
    }
}
