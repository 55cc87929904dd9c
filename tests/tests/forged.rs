//! What a stranger makes of certificates that were changed, never recorded, or pointed elsewhere, and
//! of a log that has grown old.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use issuer::sequencer::{
    Heartbeat, Prepared, SequencerError, SequencerHandle, Submission, SubmitError,
};
use ledger::{
    digest::Commitment,
    entry::{Entry, Issuance},
    position::LeafIndex,
    qr::{QrPayload, VerificationHost},
    record::IssuanceRecord,
};
use tests::{
    bureau::Bureau,
    clock::TestClock,
    desk::sequencer,
    programs::{Finished, program, run},
    records::{Records, qr_text},
    stranger::Stranger,
};
use verifier::{clock::Clock as _, verdict::Outcome};

/// A closed bureau that issued some certificates, and where the first of them stands.
fn bureau() -> (Bureau, LeafIndex) {
    let mut bureau = Bureau::having_issued(4);
    bureau.audit();
    bureau.close();
    let index = *Records::of(&bureau.dir()).issuances().keys().next().unwrap();
    (bureau, index)
}

fn stranger(bureau: &Bureau) -> Stranger {
    Stranger::of(&bureau.dir(), bureau.clock.now())
}

/// `verifier check` on the texts of QR codes.
fn check(bureau: &Bureau, clock: &TestClock, texts: &[String]) -> Finished {
    let mut verifier = program("verifier");
    verifier.arg("check").args(texts).arg("--log").arg(bureau.layout().log());
    verifier.arg("--trust").arg(bureau.layout().trust());
    run(verifier.args(["--json", "--now", &clock.text()]))
}

/// The same bytes with one text in place of another of the same length.
fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    let mut changed = bytes.to_vec();
    changed[at..at + to.len()].copy_from_slice(to.as_bytes());
    changed
}

#[test]
fn a_certificate_with_one_changed_claim_is_not_on_record() {
    let (bureau, index) = bureau();
    let genuine = Records::of(&bureau.dir()).certificate(index);
    let claims = genuine.unverified_claims();
    let number = claims.number.as_str();
    let other_number =
        format!("{}{}", &number[..number.len() - 1], if number.ends_with('7') { '8' } else { '7' });
    let name = claims.holder_name.as_str();
    let other_name = format!("{}仁", &name[..name.len() - "仁".len()]);
    let texts: Vec<String> = [
        (number, other_number.as_str()),
        (name, other_name.as_str()),
        ("渝州职改〔2026〕11号", "渝州职改〔2026〕12号"),
    ]
    .iter()
    .map(|(from, to)| qr_text(&replaced(genuine.as_bytes(), from, to), index))
    .collect();
    let checked = check(&bureau, &bureau.clock, &texts).expect_code(1);
    for line in checked.json_lines() {
        assert_eq!(line["verdict"], "not_on_record");
        assert_eq!(line["claims"], serde_json::Value::Null, "nothing unverified is shown");
    }
}

#[test]
fn no_changed_byte_of_a_certificate_leaves_it_valid() {
    let (bureau, index) = bureau();
    let stranger = stranger(&bureau);
    let genuine = Records::of(&bureau.dir()).certificate(index).as_bytes().to_vec();
    let outcome = |bytes: &[u8]| stranger.outcome(&qr_text(bytes, index)).map(|(o, _)| o);
    assert_eq!(outcome(&genuine), Some(Outcome::Valid));
    for at in 0..genuine.len() {
        let mut changed = genuine.clone();
        changed[at] ^= 1 << (at % 8);
        let found = outcome(&changed);
        let refused = matches!(found, None | Some(Outcome::NotOnRecord | Outcome::CannotDetermine));
        assert!(refused, "byte {at}: {found:?}");
    }
}

#[test]
fn a_genuine_certificate_that_was_never_recorded_is_not_on_record_wherever_it_points() {
    let (mut bureau, index) = bureau();
    let (before, issued, unrecorded) = bureau.unrecorded_in_copy();
    let stranger = Stranger::of(&before, bureau.clock.now());
    let found = stranger.verdict(&qr_text(unrecorded.as_bytes(), index)).unwrap();
    assert_eq!(found.outcome, Outcome::NotOnRecord);
    assert!(found.claims.is_some(), "its signature is genuine");
    // A hint beyond the log's end may be of a certificate that is younger than this copy of the log.
    let beyond = stranger.outcome(&qr_text(unrecorded.as_bytes(), issued)).unwrap();
    assert_eq!(beyond.0, Outcome::CannotDetermine);
    bureau.audit();
}

#[test]
fn a_recorded_certificate_with_a_wrong_hint_is_found() {
    let (bureau, index) = bureau();
    let (stranger, records) = (stranger(&bureau), Records::of(&bureau.dir()));
    let certificate = records.certificate(index);
    let size = records.entries().len() as u64;
    for hint in (0..size).map(|hint| LeafIndex::new(hint).unwrap()) {
        let found = stranger.verdict(&qr_text(certificate.as_bytes(), hint)).unwrap();
        assert_eq!((found.outcome, found.index), (Outcome::Valid, Some(index)), "hint {hint}");
    }
}

#[test]
fn a_log_older_than_the_limit_determines_nothing_and_shows_what_was_last_known() {
    let (bureau, index) = bureau();
    let text = qr_text(Records::of(&bureau.dir()).certificate(index).as_bytes(), index);
    let later = bureau.clock.clone();
    later.advance_minutes(24 * 60 - 1);
    check(&bureau, &later, std::slice::from_ref(&text)).expect_code(0);
    later.advance_minutes(2);
    let line = check(&bureau, &later, &[text]).expect_code(2).json_lines().remove(0);
    assert_eq!(line["verdict"], "cannot_determine");
    assert_eq!(line["last_known"], "valid");
}

#[test]
fn what_is_not_valid_wins_over_what_cannot_be_determined() {
    let (bureau, index) = bureau();
    let certificate = Records::of(&bureau.dir()).certificate(index);
    let number = certificate.unverified_claims().number.clone();
    let beyond = LeafIndex::new(1_000_000).unwrap();
    let forged =
        replaced(certificate.as_bytes(), number.as_str(), &"Q".repeat(number.as_str().len()));
    let undetermined = qr_text(certificate.as_bytes(), beyond);
    check(&bureau, &bureau.clock, std::slice::from_ref(&undetermined)).expect_code(2);
    let both = check(&bureau, &bureau.clock, &[undetermined, qr_text(&forged, index)]);
    both.expect_code(1);
}

#[test]
fn a_genuine_certificate_under_another_host_is_judged_by_its_content() {
    let (bureau, index) = bureau();
    let certificate = Records::of(&bureau.dir()).certificate(index).as_bytes().to_vec();
    let host = VerificationHost::new("https://elsewhere.example.com").unwrap();
    let text = QrPayload { certificate, index, copy: None }.to_text(&host);
    assert_eq!(stranger(&bureau).outcome(&text).map(|(outcome, _)| outcome), Some(Outcome::Valid));
}

/// The rules of the log see commitments alone; what they cannot see, the judge of our own output must.
#[test]
fn a_certificate_that_a_stranger_refuses_stops_the_writer_that_recorded_it() {
    let mut bureau = Bureau::having_issued(1);
    let (before, index, _genuine) = bureau.unrecorded_in_copy();
    let records = Records::of(&bureau.dir());
    let mut record = IssuanceRecord::decode(&records.private(index)).unwrap();
    // The last byte is of the signature.
    *record.certificate.last_mut().unwrap() ^= 1;
    let commitment = Commitment::to(&record.certificate);
    let issuance = Issuance { commitment, ..records.issuances()[&index] };
    let forged = Prepared::new(Entry::Issuance(issuance), Some(record.encode().into()));

    let writer = SequencerHandle::start(sequencer(&before, &bureau.clock), Heartbeat::OnDemand);
    let submit = |entry| writer.submit(Submission { entries: vec![entry] }).wait();
    let refused = submit(forged).unwrap_err();
    assert!(
        matches!(
            refused,
            SubmitError::AfterCommit(SequencerError::JudgedOtherwise {
                outcome: Outcome::NotOnRecord,
                reason: "signature_wrong",
                ..
            })
        ),
        "{refused}"
    );
    let next = submit(records.again(index)).unwrap_err();
    assert!(matches!(next, SubmitError::Stopped), "{next}");
}
