#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::{
    fs,
    path::PathBuf,
    sync::{
        Barrier,
        atomic::{AtomicU64, Ordering},
    },
};

use ed25519_dalek::{Signer as _, SigningKey};
use ledger::{
    certificate::LogGeneration,
    checkpoint::SignedCheckpoint,
    digest::{LeafHash, RootHash},
    merkle::{LeafSlice, prove_consistency, root_of_leaves},
    note::{KeyName, NoteText, SignatureKind, SignatureLine, SignedNote, VerifierKey},
    reader::LogReader,
    status::Status,
    test_kit::{Bureau, Seat, StoreFiles, at, day, size},
    time::UnixMillis,
    trust::Trust,
    witness::{AddCheckpoint, WitnessRefusal},
};
use zeroize::Zeroizing;

use super::*;
use crate::{
    clock::{Clock, FixedClock},
    fetch::LogDir,
    keys::{
        Passphrase,
        failing_disk::{FailingDisk, Fails},
    },
    monitor::{Evidence, Proven},
    random::OsRandom,
};

const ORIGIN: &str = "log.example/a";

/// A log whose entries are one byte each, so that it can be any size and have a second history.
fn leaves(of: u64, branch: u8) -> Vec<LeafHash> {
    (0..of).map(|index| LeafHash::of(&[if index < 3 { 0 } else { branch }, index as u8])).collect()
}

fn log_key() -> (SigningKey, VerifierKey) {
    let signing = SigningKey::from_bytes(&[1; 32]);
    let public = signing.verifying_key().to_bytes();
    let name = KeyName::new(ORIGIN).unwrap();
    (signing, VerifierKey::new(name, SignatureKind::Ed25519, &public).unwrap())
}

fn signed(of: u64, root: RootHash) -> SignedNote {
    let (signing, key) = log_key();
    let text = NoteText::new(&format!("{ORIGIN}\n{of}\n{root}\n")).unwrap();
    let signature = signing.sign(text.as_str().as_bytes()).to_bytes().to_vec();
    SignedNote::new(text, SignatureLine::new(&key, signature))
}

/// The request to go from `old` to `new` in the history of `branch`.
fn request(old: u64, new: u64, branch: u8) -> Vec<u8> {
    let leaves = leaves(new, branch);
    let proof = match old {
        0 => Vec::new(),
        old if old >= new => Vec::new(),
        old => {
            let proof = prove_consistency(&LeafSlice(&leaves), size(old), size(new)).unwrap();
            proof.hashes().to_vec()
        }
    };
    let note = signed(new, root_of_leaves(&leaves));
    AddCheckpoint::new(size(old), proof, note).unwrap().to_bytes()
}

struct Place(tempfile::TempDir);

impl Place {
    /// A directory with a fresh key.
    fn new(statement: Statement) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        let name = KeyName::new("w.example").unwrap();
        let key = &place.key();
        WitnessKey::create(key, name, statement, &passphrase(), &mut OsRandom).unwrap();
        place
    }

    fn key(&self) -> PathBuf {
        self.0.path().join("witness.key")
    }

    fn state(&self) -> PathBuf {
        self.0.path().join("state")
    }

    fn file(&self) -> PathBuf {
        self.state().join(super::state::origin_hash(ORIGIN))
    }

    fn try_open<C: Clock>(&self, clock: C) -> Result<Witness<C, LogDir>, WitnessOpenError> {
        let key = WitnessKey::open(&self.key(), &passphrase()).unwrap();
        Witness::open(key, &self.state(), vec![log_key().1], None, clock, &mut |_| {})
    }

    fn open(&self) -> Witness<FixedClock, LogDir> {
        self.try_open(FixedClock(at("2026-03-20", 0))).unwrap()
    }
}

fn passphrase() -> Passphrase {
    Passphrase::new(Zeroizing::new("secret".to_owned())).unwrap()
}

fn known(refused: &Refused) -> Option<u64> {
    match refused {
        Refused::Rule(WitnessRefusal::OtherSize { known, .. }) => Some(known.get()),
        _ => None,
    }
}

#[test]
fn what_was_cosigned_is_remembered_after_starting_again() {
    let place = Place::new(Statement::Append);
    place.open().add_checkpoint(&request(0, 5, 0)).unwrap();
    let witness = place.open();
    assert_eq!(known(&witness.add_checkpoint(&request(0, 9, 0)).unwrap_err()), Some(5));
    witness.add_checkpoint(&request(5, 9, 0)).unwrap();
    let newest = witness.newest(&super::state::origin_hash(ORIGIN)).unwrap();
    assert_eq!(newest.verify(&[&log_key().1, witness.public()]).unwrap().len(), 2);
    assert_eq!(witness.newest("00"), None);
}

/// The evidence that was kept, read and verified.
fn evidence(place: &Place, trust: &Trust) -> Vec<Proven> {
    let Ok(folder) = fs::read_dir(place.state().join("evidence")) else { return Vec::new() };
    let verified = folder.map(|file| {
        let evidence = Evidence::parse(&fs::read(file.unwrap().path()).unwrap()).unwrap();
        evidence.verify(trust).unwrap()
    });
    verified.collect()
}

/// A trust file that names the log of one-byte entries.
fn trust() -> Trust {
    let toml = Bureau::new().trust_toml();
    let (before, rest) = toml.split_once("vkey = \"").unwrap();
    let (_, after) = rest.split_once('"').unwrap();
    Trust::parse(&format!("{before}vkey = \"{}\"{after}", log_key().1)).unwrap()
}

#[test]
fn another_history_is_refused_and_what_proves_it_is_kept() {
    let place = Place::new(Statement::Append);
    let witness = place.open();
    witness.add_checkpoint(&request(0, 5, 0)).unwrap();
    // A proof that does not hold proves nothing: anybody can send one.
    let bad = String::from_utf8(request(5, 9, 0)).unwrap();
    let lines: Vec<_> = bad.split('\n').enumerate().filter(|(line, _)| *line != 1).collect();
    let bad = lines.iter().map(|(_, line)| *line).collect::<Vec<_>>().join("\n");
    let refused = witness.add_checkpoint(bad.as_bytes()).unwrap_err();
    assert!(matches!(refused, Refused::Rule(WitnessRefusal::Inconsistent(_))), "{refused}");
    assert_eq!(evidence(&place, &trust()), []);
    // The log's own proof that it went on from another root.
    let grown = witness.add_checkpoint(&request(5, 9, 1)).unwrap_err();
    assert!(matches!(grown, Refused::Rule(WitnessRefusal::Inconsistent(_))), "{grown}");
    assert_eq!(evidence(&place, &trust()), [Proven::TwoHistories]);
    let two = witness.add_checkpoint(&request(5, 5, 1)).unwrap_err();
    assert!(matches!(two, Refused::Rule(WitnessRefusal::TwoRoots { .. })), "{two}");
    assert_eq!(evidence(&place, &trust()), [Proven::TwoHistories; 2]);
}

/// A clock that a test sets.
struct Hands(AtomicU64);

impl Clock for &'static Hands {
    fn now(&self) -> UnixMillis {
        UnixMillis::new(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

#[test]
fn no_cosignature_is_older_than_the_one_before() {
    static HANDS: Hands = Hands(AtomicU64::new(50_000));
    let place = Place::new(Statement::Append);
    let witness = place.try_open(&HANDS).unwrap();
    let first = witness.add_checkpoint(&request(0, 5, 0)).unwrap();
    // Within the second, the same question has the same answer and costs no write.
    fs::remove_file(place.file()).unwrap();
    assert_eq!(witness.add_checkpoint(&request(5, 5, 0)).unwrap(), first);
    assert!(!place.file().exists());
    HANDS.0.store(49_000, Ordering::SeqCst);
    let behind = witness.add_checkpoint(&request(5, 9, 0)).unwrap_err();
    assert!(matches!(behind, Refused::ClockBehind));
    HANDS.0.store(51_000, Ordering::SeqCst);
    assert_ne!(witness.add_checkpoint(&request(5, 5, 0)).unwrap(), first);
    assert!(place.file().exists());
}

#[test]
fn of_two_requests_at_once_one_is_told_what_the_other_made() {
    for _ in 0..20 {
        let place = Place::new(Statement::Append);
        let witness = place.open();
        witness.add_checkpoint(&request(0, 5, 0)).unwrap();
        let together = Barrier::new(2);
        let ask = |new| {
            together.wait();
            witness.add_checkpoint(&request(5, new, 0))
        };
        let (seven, nine) = std::thread::scope(|scope| {
            let seven = scope.spawn(|| ask(7));
            let nine = scope.spawn(|| ask(9));
            (seven.join().unwrap(), nine.join().unwrap())
        });
        let (made, refused) = match (&seven, &nine) {
            (Ok(_), Err(refused)) => (7, refused),
            (Err(refused), Ok(_)) => (9, refused),
            both => unreachable!("{both:?}"),
        };
        assert_eq!(known(refused), Some(made));
        drop(witness);
        let error = place.open().add_checkpoint(&request(5, 11, 0)).unwrap_err();
        assert_eq!(known(&error), Some(made));
    }
}

#[test]
fn a_failure_at_any_step_gives_no_answer_and_starting_again_goes_on() {
    for first in [true, false] {
        // Three steps for the state, three for the list of logs.
        for step in 0..6 {
            for fails in [Fails::Undone, Fails::Done] {
                let place = Place::new(Statement::Append);
                let witness = place.open();
                let old = if first { 0 } else { 5 };
                if !first {
                    witness.add_checkpoint(&request(0, 5, 0)).unwrap();
                }
                witness.set_disk(Box::new(FailingDisk::after(step, fails)));
                for _ in 0..2 {
                    // Also with the disk in order again: what is durable is not known.
                    let failed = witness.add_checkpoint(&request(old, 9, 0)).unwrap_err();
                    assert!(matches!(failed, Refused::NotDurable(_)), "step {step}: {failed}");
                }
                drop(witness);
                let witness = place.open();
                let now = known(&witness.add_checkpoint(&request(7, 9, 0)).unwrap_err()).unwrap();
                assert!(now == old || now == 9, "step {step}: {now}");
                witness.add_checkpoint(&request(now, 11, 0)).unwrap();
                drop(witness);
                // The log is on the list by now, whatever was lost before.
                fs::remove_file(place.file()).unwrap();
                let lost = place.try_open(FixedClock(at("2026-03-20", 0))).map(drop);
                assert!(matches!(lost, Err(WitnessOpenError::State(StateError::Lost { .. }))));
            }
        }
    }
}

#[test]
fn refuses_to_start_from_a_state_that_is_lost_cut_off_or_another_logs() {
    let place = Place::new(Statement::Append);
    place.open().add_checkpoint(&request(0, 5, 0)).unwrap();
    let whole = fs::read(place.file()).unwrap();
    let open = || place.try_open(FixedClock(at("2026-03-20", 0))).map(drop);
    for length in (0..whole.len()).step_by(29) {
        fs::write(place.file(), &whole[..length]).unwrap();
        let error = open().unwrap_err();
        let damaged = matches!(
            error,
            WitnessOpenError::State(StateError::Note { .. } | StateError::NotCosigned { .. })
        );
        assert!(damaged, "{length}: {error}");
    }
    fs::remove_file(place.file()).unwrap();
    assert!(matches!(open(), Err(WitnessOpenError::State(StateError::Lost { .. }))));
    fs::write(place.file(), whole).unwrap();
    open().unwrap();
    // An old copy of the state, which lacks nothing.
    let old = fs::read(place.file()).unwrap();
    place.open().add_checkpoint(&request(5, 9, 0)).unwrap();
    fs::write(place.file(), old).unwrap();
    assert!(matches!(open(), Err(WitnessOpenError::State(StateError::Old { .. }))));
    fs::remove_file(WitnessKey::list_path(&place.key())).unwrap();
    let missing = WitnessKey::open(&place.key(), &passphrase()).unwrap_err();
    assert!(matches!(missing, WitnessKeyError::ListMissing { .. }), "{missing}");
}

#[test]
fn a_key_is_held_once_states_one_thing_and_has_its_own_list() {
    let place = Place::new(Statement::Append);
    let held = place.open();
    let again = WitnessKey::open(&place.key(), &passphrase()).unwrap_err();
    assert!(matches!(again, WitnessKeyError::Lock(_)), "{again}");
    drop(held);
    let replaying = Place::new(Statement::Replayed);
    let other = replaying.try_open(FixedClock(at("2026-03-20", 0))).map(drop);
    assert!(matches!(other, Err(WitnessOpenError::OtherStatement { .. })));
    let lists = [&place, &replaying].map(|place| WitnessKey::list_path(&place.key()));
    fs::copy(&lists[1], &lists[0]).unwrap();
    let other = WitnessKey::open(&place.key(), &passphrase()).unwrap_err();
    assert!(matches!(other, WitnessKeyError::OtherKey { .. }), "{other}");
    fs::write(&lists[0], "title-ledger-witness-v1\n").unwrap();
    let malformed = WitnessKey::open(&place.key(), &passphrase()).unwrap_err();
    assert!(matches!(malformed, WitnessKeyError::ListMalformed { .. }), "{malformed}");
}

/// A replaying witness of the kit's log.
fn replaying(
    place: &Place,
    log: &Bureau,
) -> Result<Witness<FixedClock, StoreFiles>, WitnessOpenError> {
    let (trust, policy) = (log.trust(), log.policy());
    let replayer = Replayer::new(&trust, LogGeneration::new(1), &policy, log.files()).unwrap();
    let key = WitnessKey::open(&place.key(), &passphrase()).unwrap();
    let logs = vec![policy.log_key().clone()];
    let clock = FixedClock(at("2026-03-21", 0));
    Witness::open(key, &place.state(), logs, Some(replayer), clock, &mut |_| {})
}

/// The request to cosign the kit's newest checkpoint after `old` entries.
fn newest(log: &Bureau, old: u64) -> Vec<u8> {
    let checkpoint = SignedCheckpoint::parse(&log.checkpoint()).unwrap();
    let note = checkpoint.note().clone();
    let proof = match old {
        0 => Vec::new(),
        old => {
            let reader = LogReader::open(log.files(), checkpoint.verify(&log.policy()).unwrap());
            reader.unwrap().prove_consistency(size(old)).unwrap().hashes().to_vec()
        }
    };
    AddCheckpoint::new(size(old), proof, note).unwrap().to_bytes()
}

#[test]
fn a_replaying_witness_goes_on_where_it_stopped() {
    let place = Place::new(Statement::Replayed);
    let mut log = Bureau::new();
    let witness = replaying(&place, &log).unwrap();
    witness.add_checkpoint(&newest(&log, 0)).unwrap();
    let first = log.head().index.covering_size().get();
    let issued = log.issue(Bureau::claims(1));
    log.decide(issued.index, Status::Revoked);
    witness.add_checkpoint(&newest(&log, first)).unwrap();
    let second = log.head().index.covering_size().get();
    drop(witness);
    log.issue(Bureau::claims(2));
    replaying(&place, &log).unwrap().add_checkpoint(&newest(&log, second)).unwrap();
}

#[test]
fn a_replaying_witness_refuses_what_the_log_itself_signed_falsely_and_keeps_evidence() {
    let falsehoods: [fn(&mut Bureau); 3] = [
        // A revoked certificate once more.
        |log| {
            let issued = log.issue(Bureau::claims(1));
            log.decide(issued.index, Status::Revoked);
            log.issue_false(Seat::Committee, issued.claims, |entry| entry);
        },
        // A head over a list that hides a revocation.
        |log| {
            let issued = log.issue(Bureau::claims(1));
            log.decide(issued.index, Status::Revoked);
            log.append_false(Vec::new(), |list| {
                list.set(issued.index, Status::Valid, issued.index, day("2026-03-20"));
            });
        },
        // An issuance by an authority whose role it is not.
        |log| {
            log.issue_false(Seat::Copies, Bureau::claims(1), |entry| entry);
        },
    ];
    for falsehood in falsehoods {
        let place = Place::new(Statement::Replayed);
        let mut log = Bureau::new();
        let witness = replaying(&place, &log).unwrap();
        witness.add_checkpoint(&newest(&log, 0)).unwrap();
        let honest = log.head().index.covering_size().get();
        falsehood(&mut log);
        let refused = witness.add_checkpoint(&newest(&log, honest)).unwrap_err();
        let Refused::Broken { evidence: Some(_), .. } = &refused else { unreachable!("{refused}") };
        assert_eq!(evidence(&place, &log.trust()), [Proven::EntryOnRecord]);
        // A plain witness sees a log that only grew.
        let place = Place::new(Statement::Append);
        let key = WitnessKey::open(&place.key(), &passphrase()).unwrap();
        let logs = vec![log.policy().log_key().clone()];
        let clock = FixedClock(at("2026-03-21", 0));
        let plain: Witness<_, LogDir> =
            Witness::open(key, &place.state(), logs, None, clock, &mut |_| {}).unwrap();
        plain.add_checkpoint(&newest(&log, 0)).unwrap();
    }
}
