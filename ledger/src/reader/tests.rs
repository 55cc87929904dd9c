#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::{cell::RefCell, collections::BTreeMap, convert::Infallible};

use ed25519_dalek::{Signer as _, SigningKey};

use super::*;
use crate::{
    checkpoint::{Checkpoint, CheckpointSigner, Origin, Quorum},
    merkle::{
        BundleError, TileSpan, TileWidth, append_bundles, root_of_leaves, verify_consistency,
        verify_inclusion,
    },
    note::{KeyName, SignatureKind, VerifierKey},
};

struct LogKey(SigningKey, VerifierKey);

impl LogKey {
    fn new() -> Self {
        let signing = SigningKey::from_bytes(&[1; 32]);
        let public = signing.verifying_key().to_bytes();
        let name = KeyName::new("example.com/log").unwrap();
        let key = VerifierKey::new(name, SignatureKind::Ed25519, &public).unwrap();
        Self(signing, key)
    }
}

impl CheckpointSigner for LogKey {
    type Error = Infallible;

    fn key(&self) -> &VerifierKey {
        &self.1
    }

    fn sign(&mut self, checkpoint: &Checkpoint) -> Result<[u8; 64], Infallible> {
        Ok(self.0.sign(checkpoint.to_text().as_str().as_bytes()).to_bytes())
    }
}

fn policy() -> CheckpointPolicy {
    CheckpointPolicy::new(LogKey::new().1, Quorum::none()).unwrap()
}

fn checkpoint(size: u64, root: RootHash) -> VerifiedCheckpoint {
    let origin = Origin::new("example.com/log").unwrap();
    let checkpoint = Checkpoint { origin, size: tree_size(size), root };
    checkpoint.sign(&mut LogKey::new()).unwrap().verify(&policy()).unwrap()
}

fn tree_size(value: u64) -> TreeSize {
    TreeSize::new(value).unwrap()
}

fn index(value: u64) -> LeafIndex {
    LeafIndex::new(value).unwrap()
}

fn entry_at(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}

fn leaves(count: u64) -> Vec<LeafHash> {
    (0..count).map(|index| LeafHash::of(&entry_at(index))).collect()
}

fn path(text: &str) -> LogPath {
    text.parse().unwrap()
}

/// The public files of a log, in memory. It notes what it was asked for.
#[derive(Debug, Clone, Default)]
struct Files {
    files: BTreeMap<LogPath, Vec<u8>>,
    asked: RefCell<Vec<LogPath>>,
}

impl Fetch for Files {
    type Error = Infallible;

    fn fetch(&self, path: &LogPath, _max_len: usize) -> Result<Option<Vec<u8>>, Infallible> {
        self.asked.borrow_mut().push(*path);
        Ok(self.files.get(path).cloned())
    }
}

/// A log that grew to each of `sizes` in turn; all its files, and its last checkpoint.
fn log(sizes: &[u64]) -> (Files, VerifiedCheckpoint) {
    let mut files = Files::default();
    let mut edge = TileEdge::empty();
    for size in sizes {
        let old = edge.size();
        let entries: Vec<_> = (old.get()..*size).map(entry_at).collect();
        let hashes: Vec<_> = entries.iter().map(|entry| LeafHash::of(entry)).collect();
        let partial = TileSpan::holding(old.get().saturating_sub(1), old.get())
            .filter(|span| !span.width().is_full())
            .map(|span| files.files[&LogPath::Entries(span)].clone())
            .unwrap_or_default();
        for (span, bytes) in append_bundles(old, &partial, &entries).unwrap() {
            files.files.insert(LogPath::Entries(span), bytes);
        }
        let (next, tiles) = edge.append(&hashes).unwrap();
        files.files.extend(tiles.iter().map(|tile| (LogPath::Tile(tile.id()), tile.to_bytes())));
        edge = next;
    }
    (files, checkpoint(edge.size().get(), edge.root()))
}

fn open(
    files: &Files,
    checkpoint: &VerifiedCheckpoint,
) -> Result<LogReader<Files>, ReadError<Infallible>> {
    LogReader::open(files.clone(), checkpoint.clone())
}

fn all_entries(reader: &LogReader<Files>) -> Result<Vec<Vec<u8>>, ReadError<Infallible>> {
    let mut entries = Vec::new();
    for bundle in reader.bundles(TreeSize::EMPTY, reader.size()) {
        entries.extend(bundle?.into_entries());
    }
    Ok(entries)
}

#[test]
fn entries_hashes_and_proofs_of_logs_of_many_sizes_are_right() {
    for size in [1u64, 2, 15, 255, 256, 257, 300, 511, 512, 513, 1000] {
        let (files, checkpoint) = log(&[size]);
        let root = checkpoint.root();
        let reader = open(&files, &checkpoint).unwrap();
        assert_eq!(all_entries(&reader), Ok((0..size).map(entry_at).collect()));
        for at in [0, 1, size / 2, size - 1].into_iter().filter(|at| *at < size) {
            assert_eq!(reader.entry(index(at)), Ok(entry_at(at)));
            let leaf = reader.leaf_hash(index(at)).unwrap();
            assert_eq!(leaf, LeafHash::of(&entry_at(at)));
            let proof = reader.prove_inclusion(index(at)).unwrap();
            let verdict = verify_inclusion(leaf, index(at), tree_size(size), proof.hashes(), root);
            assert_eq!(verdict, Ok(()));
        }
        for old in [1, size / 2, size].into_iter().filter(|old| *old > 0) {
            let old_root = root_of_leaves(&leaves(old));
            assert_eq!(reader.check_extends(tree_size(old), old_root), Ok(()));
            let proof = reader.prove_consistency(tree_size(old)).unwrap();
            let (old, new) = (tree_size(old), tree_size(size));
            assert_eq!(verify_consistency(old, old_root, new, root, proof.hashes()), Ok(()));
        }
    }
}

#[test]
fn a_log_of_three_levels_is_read() {
    let (files, checkpoint) = log(&[65_536 + 700]);
    let reader = open(&files, &checkpoint).unwrap();
    for at in [0, 300, 65_535, 65_536, 66_235] {
        assert_eq!(reader.entry(index(at)), Ok(entry_at(at)));
    }
    let old = root_of_leaves(&leaves(300));
    assert_eq!(reader.check_extends(tree_size(300), old), Ok(()));
}

#[test]
fn the_empty_log_has_nothing_to_read() {
    let (files, checkpoint) = (Files::default(), checkpoint(0, RootHash::empty()));
    let reader = open(&files, &checkpoint).unwrap();
    assert_eq!(all_entries(&reader), Ok(vec![]));
    let size = TreeSize::EMPTY;
    let beyond = ReadError::IndexBeyondCheckpoint { index: index(0), size };
    assert_eq!(reader.entry(index(0)), Err(beyond));
    assert_eq!(reader.check_extends(size, RootHash::empty()), Ok(()));
}

#[test]
fn a_range_is_cut_to_what_was_asked_for() {
    let (files, checkpoint) = log(&[600]);
    let reader = open(&files, &checkpoint).unwrap();
    let bundles: Result<Vec<_>, _> = reader.bundles(tree_size(250), tree_size(520)).collect();
    let bundles = bundles.unwrap();
    let firsts: Vec<_> = bundles.iter().map(|bundle| bundle.first().get()).collect();
    assert_eq!(firsts, [250, 256, 512]);
    let entries: Vec<_> = bundles.into_iter().flat_map(VerifiedBundle::into_entries).collect();
    assert_eq!(entries, (250..520).map(entry_at).collect::<Vec<_>>());
}

#[test]
fn a_range_beyond_the_checkpoint_ends_with_an_error() {
    let (files, checkpoint) = log(&[10]);
    let reader = open(&files, &checkpoint).unwrap();
    let bundles: Vec<_> = reader.bundles(tree_size(8), tree_size(12)).collect();
    let size = tree_size(10);
    let beyond = ReadError::IndexBeyondCheckpoint { index: index(10), size };
    assert_eq!(bundles[0].as_ref().unwrap().entries().len(), 2);
    assert_eq!(bundles[1..], [Err(beyond)]);
}

#[test]
fn an_old_checkpoint_is_read_after_its_partial_files_gave_way_to_full_ones() {
    let (mut files, _) = log(&[100, 300]);
    let old = checkpoint(100, root_of_leaves(&leaves(100)));
    files.files.retain(|path, _| match path {
        LogPath::Tile(id) => id.span().width() != TileWidth::new(100).unwrap(),
        LogPath::Entries(span) => span.width() != TileWidth::new(100).unwrap(),
        LogPath::Checkpoint | LogPath::KeptCheckpoint(_) | LogPath::StatusList(_) => true,
    });
    let reader = open(&files, &old).unwrap();
    assert_eq!(all_entries(&reader), Ok((0..100).map(entry_at).collect()));
    let size = tree_size(100);
    let beyond = ReadError::IndexBeyondCheckpoint { index: index(100), size };
    assert_eq!(reader.entry(index(100)), Err(beyond));
}

#[test]
fn names_the_missing_file() {
    let (files, checkpoint) = log(&[300]);
    for (text, first_missed) in
        [("tile/0/000", "tile/0/000"), ("tile/entries/001.p/44", "tile/entries/001.p/44")]
    {
        let mut files = files.clone();
        files.files.remove(&path(text));
        let reader = open(&files, &checkpoint).unwrap();
        assert_eq!(all_entries(&reader), Err(ReadError::Missing { path: path(first_missed) }));
    }
    let mut files = files.clone();
    files.files.remove(&path("tile/0/001.p/44"));
    let missing = ReadError::Missing { path: path("tile/0/001.p/44") };
    assert_eq!(open(&files, &checkpoint).unwrap_err(), missing);
}

#[test]
fn refuses_more_bytes_than_a_file_can_have() {
    let (mut files, checkpoint) = log(&[300]);
    files.files.insert(path("tile/0/000"), vec![0; 8193]);
    let reader = open(&files, &checkpoint).unwrap();
    let expected = ReadError::TooLong { path: path("tile/0/000"), max: 8192, actual: 8193 };
    assert_eq!(reader.leaf_hash(index(0)), Err(expected));
}

#[test]
fn refuses_a_full_tile_of_another_length() {
    let (mut files, checkpoint) = log(&[300]);
    files.files.get_mut(&path("tile/0/000")).unwrap().truncate(8160);
    let reader = open(&files, &checkpoint).unwrap();
    let (path, expected, actual) = (path("tile/0/000"), 8192, 8160);
    let wrong = ReadError::WrongLength { path, expected, actual };
    assert_eq!(reader.leaf_hash(index(0)), Err(wrong));
}

#[test]
fn refuses_a_tile_that_stands_in_another_ones_place() {
    let (mut files, checkpoint) = log(&[600]);
    let other = files.files[&path("tile/0/001")].clone();
    files.files.insert(path("tile/0/000"), other);
    let reader = open(&files, &checkpoint).unwrap();
    let node = |index| NodeId::new(8, index).unwrap();
    let expected = reader.node(node(0)).unwrap();
    let computed = reader.node(node(1)).unwrap();
    let mismatch = ReadError::TileMismatch { path: path("tile/0/000"), expected, computed };
    assert_eq!(reader.entry(index(0)), Err(mismatch));
}

#[test]
fn refuses_an_entry_that_the_tree_does_not_have() {
    let (mut files, checkpoint) = log(&[3]);
    let bundle = append_bundles(TreeSize::EMPTY, b"", &[&b"entry 0"[..], b"forged!", b"entry 2"]);
    files.files.insert(path("tile/entries/000.p/3"), bundle.unwrap()[0].1.clone());
    let reader = open(&files, &checkpoint).unwrap();
    let mismatch = ReadError::EntryMismatch {
        path: path("tile/entries/000.p/3"),
        index: index(1),
        expected: LeafHash::of(b"entry 1"),
        computed: LeafHash::of(b"forged!"),
    };
    assert_eq!(reader.entry(index(1)), Err(mismatch.clone()));
    assert_eq!(all_entries(&reader), Err(mismatch));
}

#[test]
fn refuses_a_bundle_with_bytes_left_over() {
    let (mut files, checkpoint) = log(&[3]);
    files.files.get_mut(&path("tile/entries/000.p/3")).unwrap().push(0);
    let reader = open(&files, &checkpoint).unwrap();
    let source = BundleError::TrailingBytes { count: 1, width: 3 };
    let expected = ReadError::Bundle { path: path("tile/entries/000.p/3"), source };
    assert_eq!(reader.entry(index(1)), Err(expected));
}

#[test]
fn finds_that_a_log_signed_two_histories() {
    let (files, checkpoint) = log(&[300]);
    let reader = open(&files, &checkpoint).unwrap();
    let seen = root_of_leaves(&[LeafHash::of(b"another history")]);
    let computed = root_of_leaves(&leaves(1));
    let expected = ReadError::NotAnExtension { size: tree_size(1), expected: seen, computed };
    assert_eq!(reader.check_extends(tree_size(1), seen), Err(expected));
}

#[test]
fn a_tile_is_fetched_once() {
    let (files, checkpoint) = log(&[600]);
    let reader = open(&files, &checkpoint).unwrap();
    for at in 0..256 {
        assert_eq!(reader.leaf_hash(index(at)), Ok(LeafHash::of(&entry_at(at))));
    }
    let asked = reader.fetch.asked.borrow();
    assert_eq!(asked.iter().filter(|asked| **asked == path("tile/0/000")).count(), 1);
}

#[test]
fn a_checkpoint_is_fetched_and_verified() {
    let (mut files, checkpoint) = log(&[3]);
    let missing = ReadCheckpointError::Read(ReadError::Missing { path: LogPath::Checkpoint });
    assert_eq!(read_checkpoint(&files, &LogPath::Checkpoint, &policy()), Err(missing));
    files.files.insert(LogPath::Checkpoint, checkpoint.signed().to_bytes());
    assert_eq!(read_checkpoint(&files, &LogPath::Checkpoint, &policy()), Ok(checkpoint.clone()));
    let changed =
        String::from_utf8(checkpoint.signed().to_bytes()).unwrap().replace("\n3\n", "\n4\n");
    files.files.insert(LogPath::Checkpoint, changed.into_bytes());
    let verdict = read_checkpoint(&files, &LogPath::Checkpoint, &policy());
    assert!(matches!(verdict, Err(ReadCheckpointError::Verify { path: LogPath::Checkpoint, .. })));
}

/// Everything that a reader says of a log; what it could not read is an error, and no answer.
fn answers(reader: &LogReader<Files>, size: u64) -> Vec<Option<Vec<u8>>> {
    let mut answers: Vec<_> = all_entries(reader).into_iter().flatten().map(Some).collect();
    answers.resize(size as usize, None);
    for at in [0, 1, size / 2, size - 1] {
        answers.push(reader.entry(index(at)).ok());
        answers.push(reader.leaf_hash(index(at)).ok().map(|leaf| leaf.as_bytes().to_vec()));
        let proof = reader.prove_inclusion(index(at)).ok();
        answers
            .push(proof.map(|proof| proof.hashes().iter().flat_map(|h| *h.as_bytes()).collect()));
    }
    let root = reader.root_at(tree_size(size / 2)).ok();
    answers.push(root.map(|root| root.as_bytes().to_vec()));
    answers
}

#[test]
fn no_changed_byte_of_any_file_makes_a_reader_say_anything_wrong() {
    // Every byte of the small log; every thirteenth of the one with full tiles, to take no minute.
    for (size, step) in [(15, 1), (258, 13)] {
        let (files, checkpoint) = log(&[size]);
        let truth = answers(&open(&files, &checkpoint).unwrap(), size);
        let mut changed = files.clone();
        for (path, bytes) in &files.files {
            for at in (0..bytes.len()).step_by(step) {
                changed.files.get_mut(path).unwrap()[at] ^= 1 << (at % 8);
                if let Ok(reader) = open(&changed, &checkpoint) {
                    let said = answers(&reader, size);
                    let wrong = said
                        .iter()
                        .zip(&truth)
                        .find(|(said, truth)| said.is_some() && said != truth);
                    assert_eq!(wrong, None, "{path} at {at}");
                    assert_ne!(said, truth, "{path} at {at} went unnoticed");
                }
                changed.files.get_mut(path).unwrap()[at] = bytes[at];
            }
        }
    }
}
