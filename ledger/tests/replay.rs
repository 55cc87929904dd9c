//! Following a log checkpoint by checkpoint: what a monitor and a replaying witness rest on.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use std::{
    cell::Cell,
    collections::BTreeMap,
    fmt::{self, Display},
    ops::ControlFlow,
};

use ledger::{
    certificate::LogGeneration,
    checkpoint::{SignedCheckpoint, VerifiedCheckpoint},
    entry::{Entry, Issuance},
    path::LogPath,
    position::TreeSize,
    reader::{Fetch, LogReader, ReadError},
    replay::{Broken, FollowError, Follower, ListFault, SavedReplay},
    rules::Rule,
    status::Status,
    test_kit::{Bureau, Seat, StoreFiles, day, index},
};

#[derive(Debug, Clone, PartialEq, Eq)]
struct Unreachable;

impl Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unreachable")
    }
}

/// The files of a log, some of them replaced, that can be had only so often.
struct Files {
    files: StoreFiles,
    instead: BTreeMap<LogPath, Vec<u8>>,
    left: Cell<usize>,
}

impl Files {
    fn of(log: &Bureau) -> Self {
        Self { files: log.files(), instead: BTreeMap::new(), left: Cell::new(usize::MAX) }
    }
}

impl Fetch for Files {
    type Error = Unreachable;

    fn fetch(&self, path: &LogPath, max_len: usize) -> Result<Option<Vec<u8>>, Unreachable> {
        self.left.set(self.left.get().checked_sub(1).ok_or(Unreachable)?);
        if let Some(bytes) = self.instead.get(path) {
            return Ok(Some(bytes.clone()));
        }
        Ok(self.files.fetch(path, max_len).unwrap())
    }
}

fn checkpoint(log: &Bureau) -> VerifiedCheckpoint {
    SignedCheckpoint::parse(&log.checkpoint()).unwrap().verify(&log.policy()).unwrap()
}

fn beginning(log: &Bureau) -> Follower {
    Follower::empty(LogGeneration::new(1), log.trust().roots().to_vec())
}

fn advance(follower: &mut Follower, log: &Bureau) -> Result<(), FollowError<Unreachable>> {
    let files = Files::of(log);
    let reader = LogReader::open(&files, checkpoint(log))?;
    follower.advance(&reader, &mut |_size| ())
}

/// A log with two titles, one of them revoked, restored and reissued.
fn eventful() -> Bureau {
    let mut log = Bureau::new();
    let issued = log.issue_all(vec![Bureau::claims(1), Bureau::claims(2)]);
    log.decide(issued[0].index, Status::Revoked);
    log.decide(issued[0].index, Status::Valid);
    log.reissue(&issued[0]);
    log
}

#[test]
fn following_in_steps_or_at_once_comes_to_the_same_state() {
    let mut log = Bureau::new();
    let mut in_steps = beginning(&log);
    advance(&mut in_steps, &log).unwrap();
    let issued = log.issue_all(vec![Bureau::claims(1), Bureau::claims(2)]);
    advance(&mut in_steps, &log).unwrap();
    log.decide(issued[0].index, Status::Revoked);
    advance(&mut in_steps, &log).unwrap();
    log.decide(issued[0].index, Status::Valid);
    log.reissue(&issued[1]);
    log.heartbeat();
    advance(&mut in_steps, &log).unwrap();
    let mut at_once = beginning(&log);
    advance(&mut at_once, &log).unwrap();
    assert_eq!((in_steps.size(), in_steps.root()), (at_once.size(), at_once.root()));
    assert_eq!(in_steps.root(), checkpoint(&log).root());
    assert_eq!(in_steps.state().exceptions(), at_once.state().exceptions());
    assert_eq!(in_steps.state().last_head(), Some(&log.head()));
}

#[test]
fn a_revoked_certificate_appended_again_is_found_by_whoever_followed_before() {
    let mut log = eventful();
    let issued = log.issue(Bureau::claims(9));
    log.decide(issued.index, Status::Revoked);
    let mut follower = beginning(&log);
    advance(&mut follower, &log).unwrap();
    let size = follower.size();
    let again = log.issue_false(Seat::Committee, issued.claims.clone(), |entry| entry);
    let error = advance(&mut follower, &log).unwrap_err();
    let FollowError::Broken(Broken::Rule { index, rule }) = &error else { panic!("{error}") };
    assert_eq!(*index, again.index);
    assert!(matches!(rule, Rule::CommitmentRepeated { at, .. } if *at == issued.index), "{rule}");
    assert_eq!(follower.size(), size);
    // It is the log's fault, so it is found again.
    assert_eq!(advance(&mut follower, &log), Err(error));
}

#[test]
fn a_head_over_a_false_list_is_found() {
    let mut log = eventful();
    let issued = log.issue(Bureau::claims(9));
    log.append_false(Vec::new(), |list| {
        list.set(issued.index, Status::Revoked, issued.index, day("2026-03-20"));
    });
    let error = advance(&mut beginning(&log), &log).unwrap_err();
    let FollowError::Broken(Broken::Rule { index, rule }) = error else { panic!("{error}") };
    assert_eq!(index.covering_size(), log.size());
    assert_eq!(rule, Rule::Head { field: "number of exceptions" });
}

#[test]
fn an_unsorted_list_and_one_that_says_something_else_are_found() {
    let mut log = eventful();
    let issued = log.issue(Bureau::claims(9));
    log.decide(issued.index, Status::Revoked);
    let path = LogPath::StatusList(log.head().list_head);
    let true_list = log.files().fetch(&path, path.max_len()).unwrap().unwrap();
    // Two exceptions: [array of 2][first][second].
    let mut parts = ledger::status::ExceptionList::decode(&true_list).unwrap();
    assert_eq!(parts.len(), 2);
    let encoded: Vec<_> = parts.iter().map(|exception| exception.encode()).collect();
    let unsorted = [&true_list[..1], &encoded[1], &encoded[0]].concat();
    parts = ledger::status::ExceptionList::empty();
    let follow = |bytes: Vec<u8>| {
        let mut files = Files::of(&log);
        files.instead.insert(path, bytes);
        let reader = LogReader::open(&files, checkpoint(&log)).unwrap();
        beginning(&log).advance(&reader, &mut |_size| ())
    };
    let fault = |error| match error {
        Err(FollowError::List { head, fault }) if head == log.head().index => fault,
        other => panic!("{other:?}"),
    };
    let unsorted = fault(follow(unsorted));
    let text = unsorted.to_string();
    assert!(matches!(unsorted, ListFault::Malformed(_)) && text.contains("follows"), "{text}");
    assert_eq!(fault(follow(parts.encode())), ListFault::Differs);
    assert_eq!(follow(true_list), Ok(()));
}

#[test]
fn a_checkpoint_that_ends_without_a_head_is_found() {
    let log = eventful();
    let issuance = Issuance {
        authority: Seat::Committee.index(),
        title: None,
        commitment: ledger::digest::Commitment::to(b"one more"),
    };
    let size = log.size().get();
    let tree = log.tree().with(size, Entry::Issuance(issuance).encode());
    let files = tree_files(&log, tree.entries());
    let signed = log.sign_checkpoint(tree.size(), tree.root());
    let checkpoint = SignedCheckpoint::parse(&signed).unwrap().verify(&log.policy()).unwrap();
    let reader = LogReader::open(&files, checkpoint).unwrap();
    let verdict = beginning(&log).advance(&reader, &mut |_size| ());
    assert_eq!(verdict, Err(FollowError::NoHead { size: tree.size() }));
}

#[test]
fn whoever_followed_one_history_refuses_another() {
    let mut one = eventful();
    let mut follower = beginning(&one);
    advance(&mut follower, &one).unwrap();
    one.heartbeat();
    // The other one differs in the commitment of one issuance.
    let mut other = Bureau::new();
    for serial in 20..30 {
        other.issue(Bureau::claims(serial));
    }
    let error = advance(&mut follower, &other).unwrap_err();
    let FollowError::Read(ReadError::NotAnExtension { size, expected, .. }) = error else {
        panic!("{error}")
    };
    assert_eq!((size, expected), (follower.size(), follower.root()));
    advance(&mut follower, &one).unwrap();
}

#[test]
fn a_network_that_fails_anywhere_loses_nothing() {
    let log = eventful();
    let files = Files::of(&log);
    let reader = LogReader::open(&files, checkpoint(&log)).unwrap();
    let mut undisturbed = beginning(&log);
    undisturbed.advance(&reader, &mut |_size| ()).unwrap();
    for reachable in 0.. {
        let mut follower = beginning(&log);
        // A reader of its own: nothing is cached.
        let files = Files::of(&log);
        let reader = LogReader::open(&files, checkpoint(&log)).unwrap();
        files.left.set(reachable);
        let outcome = follower.advance(&reader, &mut |_size| ());
        files.left.set(usize::MAX);
        if let Err(error) = &outcome {
            assert!(matches!(error, FollowError::Read(ReadError::Fetch { .. })), "{error}");
            follower.advance(&reader, &mut |_size| ()).unwrap();
        }
        assert_eq!(follower.root(), undisturbed.root());
        assert_eq!(follower.state().exceptions(), undisturbed.state().exceptions());
        if outcome.is_ok() {
            assert!(reachable > 3, "nothing was disturbed");
            break;
        }
    }
    assert!(index(0).is_within(undisturbed.size()));
}

/// The files of a log with other entries.
fn tree_files(log: &Bureau, entries: &[Vec<u8>]) -> Files {
    use ledger::{
        digest::LeafHash,
        merkle::{TileEdge, append_bundles},
    };
    let leaves: Vec<_> = entries.iter().map(|entry| LeafHash::of(entry)).collect();
    let (_, tiles) = TileEdge::empty().append(&leaves).unwrap();
    let mut files = Files::of(log);
    for tile in tiles {
        files.instead.insert(LogPath::Tile(tile.id()), tile.to_bytes());
    }
    for (span, bytes) in append_bundles(TreeSize::EMPTY, &[], entries).unwrap() {
        files.instead.insert(LogPath::Entries(span), bytes);
    }
    files
}

#[test]
fn a_replay_that_was_saved_goes_on_as_if_it_had_not_stopped() {
    let mut log = eventful();
    let mut whole = beginning(&log);
    advance(&mut whole, &log).unwrap();
    let saved = whole.saved().unwrap();
    let bytes = saved.encode();
    assert_eq!(SavedReplay::decode(&bytes).unwrap(), saved);
    let commitments = whole.commitments_from(TreeSize::EMPTY);
    let restore = |saved: SavedReplay| {
        let roots = log.trust().roots().to_vec();
        Follower::restore(LogGeneration::new(1), roots, saved, commitments.clone())
    };
    let mut restored = restore(saved).unwrap();
    assert_eq!((restored.size(), restored.root()), (whole.size(), whole.root()));
    assert_eq!(restored.saved(), whole.saved());
    // It knows the decisions and the commitments of before.
    let issued = log.issue(Bureau::claims(9));
    log.decide(issued.index, Status::Revoked);
    advance(&mut restored, &log).unwrap();
    let again = log.issue_false(Seat::Committee, issued.claims.clone(), |entry| entry);
    let error = advance(&mut restored, &log).unwrap_err();
    let FollowError::Broken(broken) = &error else { panic!("{error}") };
    assert_eq!(broken.index(), Some(again.index));
}

#[test]
fn a_saved_replay_is_read_strictly() {
    let log = eventful();
    let mut follower = beginning(&log);
    advance(&mut follower, &log).unwrap();
    let bytes = follower.saved().unwrap().encode();
    for at in 0..bytes.len() {
        assert!(SavedReplay::decode(&bytes[..at]).is_err(), "cut at {at}");
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        if let Ok(other) = SavedReplay::decode(&flipped) {
            assert_eq!(other.encode(), flipped, "flipped at {at}");
        }
    }
}

#[test]
fn nothing_is_saved_between_two_heads() {
    let log = eventful();
    let files = Files::of(&log);
    let reader = LogReader::open(&files, checkpoint(&log)).unwrap();
    let mut follower = beginning(&log);
    assert_eq!(follower.saved(), None);
    let mut sizes = Vec::new();
    let flow = follower.advance_while(&reader, &mut |follower| {
        sizes.push(follower.saved().unwrap().size());
        if sizes.len() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(flow, Ok(ControlFlow::Break(())));
    assert_eq!(sizes.last(), Some(&follower.size()));
    advance(&mut follower, &log).unwrap();
    assert_eq!(follower.size(), log.size());
}
