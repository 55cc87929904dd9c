//! `verifier monitor`: what it finds in a log that breaks the rules, or cannot be read.

use std::fs;

use ledger::{
    status::{ExceptionList, Status},
    test_kit::{Bureau, Seat},
    time::UnixMillis,
};
use serde_json::Value;

use super::{
    loopback::{Instead, Server},
    monitoring::{assert_found, assert_holds},
    place::Place,
};

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
