//! `verifier monitor`: what it keeps, whom it tells, how it ends.

use std::{fs, process::Command};

use ledger::{digest::Commitment, entry::Entry};
use serde_json::Value;

use super::{
    loopback::{Instead, Server},
    monitoring::assert_found,
    place::{Place, assert_exit, wait_until},
};

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
