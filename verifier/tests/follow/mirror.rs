//! `verifier mirror`.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader},
    process::{Command, Output, Stdio},
};

use ledger::{
    audit::{Scope, check_everything},
    status::Status,
    store::ReadOnlyDir,
    test_kit::{Bureau, at},
};

use super::{
    loopback::{Instead, Server},
    place::{Place, assert_exit, files, wait_until},
};

impl Place {
    fn command(&self, from: &str, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_verifier"));
        command.args(["--lang", "en", "mirror", "--from", from, "--trust"]);
        command.arg(self.path("trust.toml")).arg("--to").arg(self.path("copies/log")).args(more);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn mirror(&self, from: &str) -> Output {
        self.command(from, &[]).output().unwrap()
    }

    fn mirror_dir(&self) -> Output {
        self.mirror(self.log().to_str().unwrap())
    }

    fn copy(&self) -> BTreeMap<String, Vec<u8>> {
        files(&self.path("copies/log"))
    }

    fn audit_copy(&self) {
        let copy = ReadOnlyDir::new(&self.path("copies/log"), None);
        let whole = check_everything(&copy, &self.bureau.trust(), Scope::Public, &|_| ()).unwrap();
        assert_eq!(whole.size, self.bureau.size());
    }

    /// The copy is byte for byte the source, and an audit passes it.
    fn assert_copied(&self) {
        let (source, copy) = (files(&self.log()), self.copy());
        assert_eq!(copy.keys().collect::<Vec<_>>(), source.keys().collect::<Vec<_>>());
        assert!(copy == source, "the copy differs");
        self.audit_copy();
    }
}

#[test]
fn a_copy_has_every_file_of_the_source_and_no_other() {
    let mut place = Place::new();
    place.grow();
    assert_exit(&place.mirror_dir(), 0, "");
    place.assert_copied();
    // And when the log goes on, so does the copy: twice, to full tiles of the next level's second.
    for _ in 0..2 {
        place.grow();
        assert_exit(&place.mirror_dir(), 0, "");
        place.assert_copied();
    }
    // Nothing new: nothing changes.
    assert_exit(&place.mirror_dir(), 0, "");
    place.assert_copied();
}

#[test]
fn a_copy_in_steps_is_the_copy_at_once_at_every_edge_of_a_tile() {
    let mut place = Place::new();
    for (records, size) in [(248, 255), (0, 256), (0, 257), (253, 511), (0, 512), (0, 513)] {
        place.records(records);
        assert_eq!(place.bureau.size().get(), size);
        assert_exit(&place.mirror_dir(), 0, "");
        place.assert_copied();
    }
    let in_steps = place.copy();
    fs::remove_dir_all(place.path("copies")).unwrap();
    assert_exit(&place.mirror_dir(), 0, "");
    assert!(place.copy() == in_steps, "at once it is another");
}

#[test]
fn old_lists_leave_the_copy_when_they_leave_the_source() {
    let mut place = Place::new();
    let issued = place.bureau.issue(Bureau::claims(1));
    for (day, minutes) in [("2026-03-20", 600), ("2026-03-20", 660), ("2026-03-21", 600)] {
        place.bureau.now = at(day, minutes);
        let status = match place.bureau.head().exceptions {
            0 => Status::Revoked,
            _ => Status::Valid,
        };
        place.bureau.decide(issued.index, status);
        assert_exit(&place.mirror_dir(), 0, "");
    }
    assert_eq!(files(&place.path("copies/log/status")).len(), 4);
    place.bureau.now = at("2026-03-25", 600);
    place.bureau.decide(issued.index, Status::Valid);
    assert_exit(&place.mirror_dir(), 0, "");
    // The first two of the 20th were replaced on the same day, more than 24 hours ago.
    assert_eq!(files(&place.path("copies/log/status")).len(), 3);
    place.audit_copy();
}

#[test]
fn a_copy_that_was_killed_goes_on_with_what_it_has() {
    let mut place = Place::new();
    place.records(1500);
    place.grow();
    let server = Server::of(&place.log());
    place.records(256 * 40);
    // A bundle of the second window of 32 never comes.
    server.instead("tile/entries/045", Instead::Stalled);
    let mut child = place.command(&server.url(), &[]).spawn().unwrap();
    server.wait_for("tile/entries/045");
    let beside = place.path("copies/log.mirror/files/tile/entries/031");
    wait_until(|| beside.exists());
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(place.copy(), BTreeMap::new());
    server.honest();
    server.take_asked();
    assert_exit(&place.mirror(&server.url()), 0, "");
    place.assert_copied();
    let asked = server.take_asked();
    assert!(asked.contains(&"/tile/entries/045".to_owned()));
    assert!(!asked.contains(&"/tile/entries/003".to_owned()), "it was fetched again");
}

#[test]
fn what_an_interrupted_round_left_is_not_believed() {
    let mut place = Place::new();
    place.grow();
    let staged = place.path("copies/log.mirror/files/tile/entries");
    fs::create_dir_all(&staged).unwrap();
    fs::write(staged.join("000"), b"of another history").unwrap();
    assert_exit(&place.mirror_dir(), 0, "");
    place.assert_copied();
}

#[test]
fn a_move_that_was_interrupted_is_finished() {
    let mut place = Place::new();
    place.grow();
    assert_exit(&place.mirror_dir(), 0, "");
    let before = place.copy();
    place.grow();
    assert_exit(&place.mirror_dir(), 0, "");
    // Back to the moment after the commit: the checkpoint and half of the files are not moved yet.
    let (copy, beside) = (place.path("copies/log"), place.path("copies/log.mirror"));
    let new: Vec<_> = place.copy().into_keys().filter(|name| !before.contains_key(name)).collect();
    for name in new.iter().step_by(2) {
        let staged = beside.join("files").join(name);
        fs::create_dir_all(staged.parent().unwrap()).unwrap();
        fs::rename(copy.join(name), staged).unwrap();
    }
    fs::rename(copy.join("checkpoint"), beside.join("checkpoint")).unwrap();
    fs::write(copy.join("checkpoint"), &before["checkpoint"]).unwrap();
    assert_exit(&place.mirror_dir(), 0, "");
    place.assert_copied();
}

#[test]
fn a_source_that_lies_is_named_and_leaves_the_copy_as_it_was() {
    let mut place = Place::new();
    place.grow();
    assert_exit(&place.mirror_dir(), 0, "");
    let before = place.copy();
    let old = place.bureau.checkpoint();
    place.grow();
    let server = Server::of(&place.log());
    let bytes = |name: &str| fs::read(place.log().join(name)).unwrap();
    let flipped = |name: &str, at: usize| {
        let mut bytes = bytes(name);
        bytes[at] ^= 1;
        Instead::Bytes(bytes)
    };
    let size = place.bureau.size().get();
    let list = format!("status/{}", place.bureau.head().list_head);
    let kept: u64 = files(&place.log())
        .keys()
        .filter_map(|name| name.strip_prefix("checkpoints/")?.parse().ok())
        .max()
        .unwrap();
    let kept = format!("checkpoints/{kept}");
    let last = format!("tile/entries/{:03}.p/{}", size / 256, size % 256);
    let cut = Instead::Bytes(bytes("tile/0/001")[..8000].to_vec());
    let lies = [
        ("checkpoint", flipped("checkpoint", 30), 1, "checkpoint"),
        ("checkpoint", Instead::Endless, 1, "longer than"),
        ("checkpoint", Instead::Bytes(with_unknown_line(&bytes("checkpoint"))), 1, "unknown key"),
        ("checkpoint", Instead::Missing, 2, "no file checkpoint"),
        ("checkpoint", Instead::Status(500), 2, "500"),
        ("tile/0/001", flipped("tile/0/001", 77), 1, "tile/0/001"),
        ("tile/0/001", cut, 1, "tile/0/001 has 8000 bytes"),
        ("tile/entries/001", flipped("tile/entries/001", 500), 1, "tile/entries/001"),
        ("tile/entries/001", Instead::Endless, 1, "longer than"),
        ("tile/entries/001", Instead::Missing, 1, "tile/entries/001 is missing"),
        (&last, flipped(&last, 9), 1, &last),
        (&kept, flipped(&kept, 40), 1, &kept),
        (&kept, Instead::Missing, 1, &kept),
        (&kept, Instead::Bytes(old), 1, &kept),
        (&list, flipped(&list, 3), 1, &list),
        (&list, Instead::Missing, 1, &list),
    ];
    for (path, lie, code, says) in lies {
        server.instead(path, lie);
        let output = place.mirror(&server.url());
        assert_exit(&output, code, says);
        assert!(place.copy() == before, "{says}: the copy changed");
        server.honest();
    }
    assert_exit(&place.mirror(&server.url()), 0, "");
    place.assert_copied();
}

fn with_unknown_line(checkpoint: &[u8]) -> Vec<u8> {
    let line = "— stranger.example AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
    [checkpoint, line.as_bytes()].concat()
}

#[test]
fn a_source_that_goes_back_or_shows_another_history_is_named() {
    let mut place = Place::new();
    place.grow();
    let server = Server::of(&place.log());
    let old = place.bureau.checkpoint();
    place.grow();
    assert_exit(&place.mirror(&server.url()), 0, "");
    let before = place.copy();
    server.instead("checkpoint", Instead::Bytes(old));
    assert_exit(&place.mirror(&server.url()), 1, "went back");
    let (size, root) = (place.bureau.size(), place.bureau.tree().with(6, b"other".to_vec()).root());
    let forked = place.bureau.sign_checkpoint(size, root);
    server.instead("checkpoint", Instead::Bytes(forked));
    assert_exit(&place.mirror(&server.url()), 1, "two histories");
    // Another history that is longer, and one that is shorter.
    let mut other = Place::new();
    other.records(3);
    let shorter = other.mirror_into(&place);
    assert_exit(&shorter, 1, "two histories");
    other.records(2000);
    assert_exit(&other.mirror_into(&place), 1, "two histories");
    assert!(place.copy() == before, "the copy changed");
}

impl Place {
    /// Mirrors this log into another's copy: the keys are the same.
    fn mirror_into(&self, other: &Self) -> Output {
        other.mirror(self.log().to_str().unwrap())
    }
}

#[test]
fn a_copy_goes_nowhere_near_a_writer_nor_over_other_files() {
    let place = Place::new();
    let other = Place::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_verifier"));
    command.args(["--lang", "en", "mirror", "--from"]).arg(place.log()).arg("--trust");
    command.arg(place.path("trust.toml")).arg("--to").arg(other.log());
    assert_exit(&command.output().unwrap(), 2, "belongs to the log's writer");
    fs::create_dir_all(place.path("copies/log")).unwrap();
    fs::write(place.path("copies/log/index.html"), b"x").unwrap();
    assert_exit(&place.mirror_dir(), 2, "neither empty nor a copy");
}

#[test]
fn a_copy_that_follows_keeps_up_until_it_is_told_to_stop() {
    let mut place = Place::new();
    place.grow();
    let from = place.log();
    let follow = ["--follow", "--interval", "1"];
    let child = place.command(from.to_str().unwrap(), &follow).spawn().unwrap();
    let has_all = |place: &Place| {
        let copy = fs::read(place.path("copies/log/checkpoint")).unwrap_or_default();
        copy == place.bureau.checkpoint()
    };
    wait_until(|| has_all(&place));
    place.grow();
    wait_until(|| has_all(&place));
    // A second one keeps out.
    assert_exit(&place.mirror_dir(), 2, "another mirror");
    let told = Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(told.success());
    let output = child.wait_with_output().unwrap();
    assert_exit(&output, 0, "");
    place.assert_copied();
}

#[test]
fn a_copy_that_is_served_can_be_copied_in_turn() {
    let mut place = Place::new();
    place.grow();
    assert_exit(&place.mirror_dir(), 0, "");
    let first = place.path("first");
    fs::rename(place.path("copies/log"), &first).unwrap();
    let mut serve = Command::new(env!("CARGO_BIN_EXE_verifier"));
    serve.args(["serve", "--listen", "127.0.0.1:0", "--log"]).arg(&first);
    serve.arg("--trust").arg(place.path("trust.toml"));
    serve.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut serving = serve.spawn().unwrap();
    let mut address = String::new();
    BufReader::new(serving.stdout.take().unwrap()).read_line(&mut address).unwrap();
    let copied = place.mirror(&format!("{}log", address.trim()));
    serving.kill().unwrap();
    serving.wait().unwrap();
    assert_exit(&copied, 0, "");
    place.assert_copied();
}
