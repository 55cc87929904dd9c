#![expect(clippy::unwrap_used, reason = "tests may panic")]

use proptest::prelude::*;

use super::*;
use crate::position::LeafIndex;

const ORIGIN: &str = "ledger.example/titles";

fn kek(fill: u8) -> KeyEncryptionKey {
    KeyEncryptionKey::from_random([fill; KEY_LEN])
}

fn log_place(index: u64) -> SealPlace {
    SealPlace::LogRecord(LeafIndex::new(index).unwrap())
}

fn payload(plaintext: &[u8]) -> PrivatePayload {
    PrivatePayload {
        plaintext: plaintext.to_vec().into(),
        key: RecordKey::from_random([3; KEY_LEN]),
        nonce: WrapNonce::from_random([2; WRAP_NONCE_LEN]),
    }
}

fn sealed(place: SealPlace, plaintext: &[u8]) -> (KeySlot, Sealed) {
    let (sealed, wrapped) = seal(&kek(1), ORIGIN, place, payload(plaintext)).unwrap();
    (KeySlot::Wrapped(wrapped), sealed)
}

proptest! {
    #[test]
    fn what_was_sealed_opens_at_its_place(
        plaintext in proptest::collection::vec(any::<u8>(), 0..200), index in 0u64..1 << 40,
    ) {
        let (slot, sealed) = sealed(log_place(index), &plaintext);
        match open(&kek(1), ORIGIN, log_place(index), &slot, &sealed).unwrap() {
            Unsealed::Opened(opened) => prop_assert_eq!(opened.as_slice(), plaintext),
            Unsealed::Erased => prop_assert!(false, "nothing was erased"),
        }
    }

    #[test]
    fn any_changed_bit_of_the_ciphertext_is_refused(position: usize, bit in 0u8..8) {
        let (slot, sealed) = sealed(log_place(0), b"a record");
        let mut bytes = sealed.as_bytes().to_vec();
        let position = position % bytes.len();
        bytes[position] ^= 1 << bit;
        let altered = Sealed::from_bytes(bytes).unwrap();
        let error = open(&kek(1), ORIGIN, log_place(0), &slot, &altered).unwrap_err();
        prop_assert_eq!(error, SealError::DoesNotOpen { place: log_place(0) });
    }
}

#[test]
fn an_erased_payload_is_an_answer_and_not_an_error() {
    let (_, sealed) = sealed(log_place(0), b"a record");
    let outcome = open(&kek(1), ORIGIN, log_place(0), &KeySlot::Erased, &sealed).unwrap();
    assert!(matches!(outcome, Unsealed::Erased));
}

#[test]
fn refuses_a_payload_whose_key_is_missing() {
    let (_, sealed) = sealed(log_place(0), b"a record");
    let error = open(&kek(1), ORIGIN, log_place(0), &KeySlot::Empty, &sealed).unwrap_err();
    assert_eq!(error, SealError::NoKey { place: log_place(0) });
}

#[test]
fn a_payload_moved_to_another_index_does_not_open() {
    let (slot, sealed) = sealed(log_place(0), b"a record");
    let error = open(&kek(1), ORIGIN, log_place(1), &slot, &sealed).unwrap_err();
    assert_eq!(error, SealError::KeyDoesNotUnwrap { place: log_place(1) });
}

#[test]
fn a_payload_of_the_journal_does_not_open_as_one_of_the_log() {
    let journal = SealPlace::JournalPayload(JournalSequence::FIRST);
    let (slot, sealed) = sealed(journal, b"a record");
    let error = open(&kek(1), ORIGIN, log_place(0), &slot, &sealed).unwrap_err();
    assert_eq!(error, SealError::KeyDoesNotUnwrap { place: log_place(0) });
}

#[test]
fn a_payload_of_another_log_does_not_open() {
    let (slot, sealed) = sealed(log_place(0), b"a record");
    let error = open(&kek(1), "ledger.example/other", log_place(0), &slot, &sealed).unwrap_err();
    assert_eq!(error, SealError::KeyDoesNotUnwrap { place: log_place(0) });
}

#[test]
fn another_key_encryption_key_opens_nothing() {
    let (slot, sealed) = sealed(log_place(0), b"a record");
    let error = open(&kek(9), ORIGIN, log_place(0), &slot, &sealed).unwrap_err();
    assert_eq!(error, SealError::KeyDoesNotUnwrap { place: log_place(0) });
}

#[test]
fn refuses_a_plaintext_beyond_the_limit() {
    let plaintext = vec![0; MAX_PLAINTEXT_LEN + 1];
    let error = seal(&kek(1), ORIGIN, log_place(5), payload(&plaintext)).unwrap_err();
    assert_eq!(error, SealError::TooLong { place: log_place(5), len: plaintext.len() });
}

#[test]
fn debug_output_shows_no_plaintext() {
    assert_eq!(format!("{:?}", payload(b"a record")), "PrivatePayload(8 bytes)");
}
