//! Builds the worked example of FORMAT.md from fixed keys and compares every byte, so that the
//! document cannot drift away from the code.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]
#![expect(clippy::disallowed_types, reason = "the test plays the signers")]

use std::collections::BTreeMap;

use ed25519_dalek::Signer as _;
use ledger::{
    authority::Role,
    certificate::LogGeneration,
    checkpoint::{Checkpoint, CheckpointSigner, Origin, SignedCheckpoint},
    copy::{CopyTerms, SignedCopy},
    cosignature::{Cosignature, CosignatureTime, cosigned_message},
    digest::Commitment,
    entry::Entry,
    evidence::{AuthorityEvidence, Evidence, Moment, Place, ProvenEntry},
    merkle::{LeafSlice, prove_inclusion},
    note::{KeyName, SignatureKind, VerifierKey},
    position::TreeSize,
    qr::{QrPayload, VerificationHost},
    status::Status,
    tlog_proof::TlogProof,
    trust::Trust,
};

use blocks::Blocks;
use log::{Log, certificate, index, key};

#[path = "format_worked_example/blocks.rs"]
mod blocks;
#[path = "format_worked_example/log.rs"]
mod log;
#[path = "format_worked_example/private.rs"]
mod private;
#[path = "format_worked_example/x509.rs"]
mod x509;

type Made = BTreeMap<&'static str, Vec<u8>>;

#[test]
fn every_block_of_the_worked_example_is_what_the_code_makes() {
    let mut made = Made::new();
    let log = build_log(&mut made);
    let checkpoint = sign_checkpoint(&log);
    made.insert("root-certificate", log::root_certificate());
    made.insert("authority-extension", log::committee_extension().to_der().unwrap());
    made.insert("checkpoint", checkpoint.to_bytes());
    made.insert("trust-keys", trust_keys());
    trust_file_accepts(&checkpoint);
    certificate_blocks(&mut made);
    record_blocks(&mut made);
    made.insert("evidence", evidence(&log, &checkpoint).encode());
    made.insert("tlog-proof", tlog_proof(&log, &checkpoint));
    private_blocks(&log, &mut made);
    Blocks::read().compare(&made);
}

/// The eleven entries.
fn build_log(made: &mut Made) -> Log {
    let mut log = Log::new();
    log.append(&log::committee());
    log.append(&log::authority(Role::Decide, log::DECIDE, "Example bureau, decisions"));
    log.append(&log::authority(Role::CopyOnly, log::COPY, "Example bureau, copies"));
    log.append(&log::holiday_anchor());
    log.head("2026-03-09", log::empty_journal(0x41));
    let mut commitments = [certificate(), log::sign(log::other_claims())].map(|c| c.commitment());
    commitments.sort();
    for commitment in commitments {
        let issuance = ledger::entry::Issuance { authority: index(0), title: None, commitment };
        log.append(&Entry::Issuance(issuance));
    }
    log.head("2026-03-10", log::empty_journal(0x42));
    let title = title_index(&log);
    log.append(&Entry::StatusChange(log::revocation(title)));
    log.append(&Entry::IntegrityRecord(log::integrity_record().commitment()));
    log.head("2026-05-09", private::last_opening());
    for (number, label) in ENTRY_LABELS {
        made.insert(label, log.entries[number].clone());
    }
    let leaves = log.leaves();
    made.insert("leaf-hashes", leaves.iter().flat_map(|leaf| *leaf.as_bytes()).collect());
    made.insert("tree-root", log.root().as_bytes().to_vec());
    let list = log.state.exceptions();
    assert_eq!(list.status(title), Status::Revoked);
    made.insert("exceptions-list", list.encode());
    made.insert("exceptions-root", list.root().as_bytes().to_vec());
    log
}

/// Where the first certificate's issuance stands, as SHA-256 has it.
const TITLE: u64 = 5;

const ENTRY_LABELS: [(usize, &str); 8] = [
    (0, "entry-0"),
    (3, "entry-3"),
    (4, "entry-4"),
    (5, "entry-5"),
    (7, "entry-7"),
    (8, "entry-8"),
    (9, "entry-9"),
    (10, "entry-10"),
];

fn title_index(log: &Log) -> ledger::position::LeafIndex {
    let commitment = certificate().commitment();
    let stands_at = |at: &usize| matches!(Entry::decode(&log.entries[*at]), Ok(Entry::Issuance(i)) if i.commitment == commitment);
    assert_eq!((5..=6).find(stands_at), Some(TITLE as usize));
    index(TITLE)
}

fn verifier_key(name: &str, kind: SignatureKind, seed: u8) -> VerifierKey {
    let public = key(seed).verifying_key().to_bytes();
    VerifierKey::new(KeyName::new(name).unwrap(), kind, &public).unwrap()
}

fn log_key() -> VerifierKey {
    verifier_key(log::ORIGIN, SignatureKind::Ed25519, log::LOG)
}

fn witness_key() -> VerifierKey {
    verifier_key("witness.example/w1", SignatureKind::CosignatureV1, log::WITNESS)
}

struct LogSigner(VerifierKey);

impl CheckpointSigner for LogSigner {
    type Error = std::convert::Infallible;

    fn key(&self) -> &VerifierKey {
        &self.0
    }

    fn sign(&mut self, checkpoint: &Checkpoint) -> Result<[u8; 64], Self::Error> {
        Ok(key(log::LOG).sign(checkpoint.to_text().as_str().as_bytes()).to_bytes())
    }
}

fn sign_checkpoint(log: &Log) -> SignedCheckpoint {
    let size = TreeSize::new(log.entries.len() as u64).unwrap();
    let origin = Origin::new(log::ORIGIN).unwrap();
    let checkpoint = Checkpoint { origin, size, root: log.root() };
    let signed = checkpoint.sign(&mut LogSigner(log_key())).unwrap();
    let time = CosignatureTime::at(log::nine_in_the_morning("2026-05-09"));
    let message = cosigned_message(time, signed.note().unverified_text());
    let cosignature = Cosignature::new(time, key(log::WITNESS).sign(&message).to_bytes());
    signed.with_signature(cosignature.line(&witness_key()).unwrap()).unwrap()
}

fn trust_keys() -> Vec<u8> {
    format!("{}\n{}\n", log_key(), witness_key()).into_bytes()
}

/// A trust file with the example's keys accepts the example's checkpoint.
fn trust_file_accepts(checkpoint: &SignedCheckpoint) {
    let pem =
        der::pem::encode_string("CERTIFICATE", der::pem::LineEnding::LF, &log::root_certificate());
    let file = format!(
        "[[log]]\ngeneration = 1\nvkey = \"{}\"\nwitnesses = [\"{}\"]\nquorum = 1\n\n\
         [[root]]\ncertificate = \"\"\"\n{}\"\"\"\n",
        log_key(),
        witness_key(),
        pem.unwrap()
    );
    let trust = Trust::parse(&file).unwrap();
    let policy = trust.log(LogGeneration::new(1)).unwrap();
    assert_eq!(checkpoint.clone().verify(policy).unwrap().size().get(), 11);
}

fn certificate_blocks(made: &mut Made) {
    let (certificate, hint) = (certificate(), index(TITLE));
    made.insert("to-be-signed", log::unsigned_certificate().to_be_signed());
    made.insert("certificate", certificate.as_bytes().to_vec());
    made.insert("commitment", certificate.commitment().as_bytes().to_vec());
    let other = log::sign(log::other_claims());
    made.insert("other-certificate", other.as_bytes().to_vec());
    let copy = sign_copy(certificate.commitment()).encode();
    let host = VerificationHost::new("https://verify.example.org").unwrap();
    let payload =
        |copy| QrPayload { certificate: certificate.as_bytes().to_vec(), index: hint, copy };
    let text = |copy| {
        let text = payload(copy).to_text(&host);
        assert_eq!(QrPayload::from_text(&text).unwrap().to_text(&host), text);
        format!("{text}\n").into_bytes()
    };
    made.insert("qr-text", text(None));
    made.insert("copy", copy.clone());
    made.insert("qr-text-with-copy", text(Some(copy)));
}

fn sign_copy(certificate: Commitment) -> SignedCopy {
    let terms = CopyTerms {
        log: LogGeneration::new(1),
        authority: index(2),
        certificate,
        purpose: log::text("入职核验"),
        recipient: log::text("示例公司"),
        expires_on: log::date("2026-06-30"),
    };
    let signature = key(log::COPY).sign(&terms.to_be_signed()).to_bytes();
    let copy = terms.with_signature(signature);
    assert_eq!(SignedCopy::decode(&copy.encode()).as_ref(), Ok(&copy));
    copy
}

fn record_blocks(made: &mut Made) {
    made.insert("personal-record", log::personal_record().encode());
    made.insert("decision-record", log::decision_record().encode());
    made.insert("integrity-record", log::integrity_record().encode());
}

/// An entry with the proof of its place in the whole log.
fn proven(log: &Log, number: u64) -> ProvenEntry {
    let size = TreeSize::new(log.entries.len() as u64).unwrap();
    let proof = prove_inclusion(&LeafSlice(&log.leaves()), index(number), size).unwrap();
    let bytes = log.entries[number as usize].clone();
    let proven = ProvenEntry { index: index(number), bytes, path: proof.hashes().to_vec() };
    proven.verify(size, log.root()).unwrap();
    proven
}

fn evidence(log: &Log, checkpoint: &SignedCheckpoint) -> Evidence {
    let proven = |number| proven(log, number);
    let head = *log.state.last_head().unwrap();
    let list = log.state.exceptions();
    let title = title_index(log);
    let (document, standing) = (list.prove(title), list.prove(index(0)));
    assert!(document.verify(title, &head).unwrap().exception().is_some());
    assert!(standing.verify(index(0), &head).unwrap().exception().is_none());
    let evidence = Evidence {
        certificate: certificate().as_bytes().to_vec(),
        hint: title,
        copy: None,
        moment: Some(Moment { checkpoint: checkpoint.to_bytes(), head: Some(proven(10)) }),
        authority: Some(AuthorityEvidence { entry: proven(0), status: standing }),
        place: Some(Place {
            entry: proven(title.get()),
            log_time: Some(proven(7)),
            document,
            title: None,
            under: None,
        }),
    };
    assert_eq!(Evidence::decode(&evidence.encode()).as_ref(), Ok(&evidence));
    evidence
}

fn tlog_proof(log: &Log, checkpoint: &SignedCheckpoint) -> Vec<u8> {
    let size = TreeSize::new(log.entries.len() as u64).unwrap();
    let proof = prove_inclusion(&LeafSlice(&log.leaves()), index(TITLE), size).unwrap();
    let checkpoint = checkpoint.clone();
    let proof = TlogProof { index: index(TITLE), proof, checkpoint, head: Some(proven(log, 7)) };
    assert_eq!(TlogProof::parse(&proof.to_bytes()).as_ref(), Ok(&proof));
    proof.to_bytes()
}

fn private_blocks(log: &Log, made: &mut Made) {
    let journal = private::journal();
    made.insert("journal", journal.bytes);
    let [first, second] = <[Vec<u8>; 2]>::try_from(journal.bodies).unwrap();
    made.insert("journal-body-0", first);
    made.insert("journal-body-1", second);
    made.insert("anchor-opening", private::last_opening().to_bytes().to_vec());
    let (sealed, wrapped) = private::sealed_opening(10);
    made.insert("sealed-opening", sealed.as_bytes().to_vec());
    made.insert("private-bundle", private::bundle(sealed).to_bytes());
    for (label, slot) in private::slots(&wrapped) {
        made.insert(label, slot.to_bytes().to_vec());
    }
    made.insert("kek-file", private::kek().to_file().as_bytes().to_vec());
    let list = log.state.exceptions().encode();
    made.insert("staging-file", private::staging(log, list, wrapped));
}
