//! Certificates, decisions and records with their entries.

use ed25519_dalek::Signer as _;

use super::{day, index, key};
use crate::{
    certificate::{
        CertificateNumber, Claims, LogGeneration, MaskedId, Text, UnsignedCertificate,
        tests::sample_claims,
    },
    digest::Commitment,
    entry::{Anchor, AnchorPurpose, Decision, Entry, Issuance, UnsignedStatusChange},
    record::{
        ArchiveEntry, DecisionRecord, DocumentKind, IntegrityKind, IntegrityRecord, IssuanceRecord,
        PersonalRecord, Salt, Subject, SubjectKind,
    },
    status::Status,
};

/// An entry and what is kept private about it.
#[derive(Debug, Clone)]
pub(crate) struct Paper {
    pub(crate) entry: Entry,
    pub(crate) private: Option<Vec<u8>>,
}

/// Somebody who holds a title.
#[derive(Debug, Clone)]
pub(crate) struct Holder {
    pub(crate) name: &'static str,
    pub(crate) id: &'static str,
    pub(crate) number: &'static str,
    pub(crate) salt: u8,
}

pub(crate) const fn holder(number: &'static str, salt: u8) -> Holder {
    Holder { name: "董平燕", id: "500000196205191011", number, salt }
}

pub(crate) fn personal(holder: &Holder) -> PersonalRecord {
    PersonalRecord {
        salt: Salt::from_random([holder.salt; 16]),
        name: Text::new(holder.name).unwrap(),
        sex: None,
        document_kind: DocumentKind::ResidentId,
        document_number: Text::new(holder.id).unwrap(),
        employer: None,
        employer_code: None,
        pledged_on: None,
        publicity_from: None,
        publicity_until: None,
        note: None,
    }
}

/// The claims of a holder's certificate, signed by the authority at `authority`.
pub(crate) fn claims(holder: &Holder, authority: u64, title: Option<u64>) -> Claims {
    Claims {
        number: CertificateNumber::new(holder.number).unwrap(),
        title: title.map(index),
        holder_name: Text::new(holder.name).unwrap(),
        masked_id: MaskedId::of_document(holder.id).unwrap(),
        authority: index(authority),
        record: personal(holder).commitment(),
        ..sample_claims()
    }
}

/// The issuance of a certificate with `claims`, signed by the key of `seed`.
pub(crate) fn issuance(claims: &Claims, seed: u8, personal: &PersonalRecord) -> Paper {
    let unsigned = UnsignedCertificate::new(claims).unwrap();
    let signature = key(seed).sign(&unsigned.to_be_signed()).to_bytes();
    let certificate = unsigned.with_signature(signature);
    let issuance = Issuance {
        authority: claims.authority,
        title: claims.title,
        commitment: certificate.commitment(),
    };
    let record = IssuanceRecord {
        personal: personal.encode(),
        certificate: certificate.as_bytes().to_vec(),
    };
    Paper { entry: Entry::Issuance(issuance), private: Some(record.encode()) }
}

/// A holder's issuance as it should be.
pub(crate) fn issued(holder: &Holder, authority: u64, seed: u8, title: Option<u64>) -> Paper {
    issuance(&claims(holder, authority, title), seed, &personal(holder))
}

pub(crate) fn decision_record(salt: u8) -> DecisionRecord {
    DecisionRecord {
        salt: Salt::from_random([salt; 16]),
        number_salt: Salt::from_random([salt.wrapping_add(1); 16]),
        document_number: Text::new("渝职改办〔2026〕900号").unwrap(),
        clause: Text::new("七(一)").unwrap(),
        basis: "渝职改办〔2022〕226号".to_owned(),
        reasons: "提交的业绩材料系伪造".to_owned(),
        decided_on: day("2026-07-01"),
        served_on: None,
        remedy: None,
        proposer: Text::new("staff-01").unwrap(),
        approver: Text::new("staff-02").unwrap(),
    }
}

/// A decision on `target` that rests on a record.
pub(crate) fn decision(
    authority: u64,
    target: u64,
    status: Status,
    previous: Option<u64>,
    record: &DecisionRecord,
) -> Decision {
    Decision {
        log: LogGeneration::new(1),
        authority: index(authority),
        target: index(target),
        previous: previous.map(index),
        status,
        decided_on: record.decided_on,
        last_valid_index: None,
        record: record.commitment(),
        number: record.number_commitment(),
    }
}

/// The entry of a decision, signed by the key of `seed`.
pub(crate) fn status_change(decision: &Decision, seed: u8, record: &DecisionRecord) -> Paper {
    let unsigned = UnsignedStatusChange::new(decision);
    let signature = key(seed).sign(&unsigned.to_be_signed()).to_bytes();
    let change = unsigned.with_signature(signature).unwrap();
    Paper { entry: Entry::StatusChange(change), private: Some(record.encode()) }
}

pub(crate) fn integrity(salt: u8) -> Paper {
    archived(&ArchiveEntry::recorded(integrity_record(salt)))
}

/// The entry of the archive that a private record stands behind.
pub(crate) fn archived(entry: &ArchiveEntry) -> Paper {
    let private = Some(entry.encode());
    Paper { entry: Entry::IntegrityRecord(entry.commitment()), private }
}

pub(crate) fn integrity_record(salt: u8) -> IntegrityRecord {
    IntegrityRecord {
        salt: Salt::from_random([salt; 16]),
        subject: Subject {
            kind: SubjectKind::Applicant,
            name: Text::new("董平燕").unwrap(),
            identifier: Text::new("500000196205191011").unwrap(),
        },
        kind: IntegrityKind::TitleRevoked,
        conduct: "伪造业绩".to_owned(),
        clause: Text::new("七(一)").unwrap(),
        decision: Text::new("渝职改办〔2026〕900号").unwrap(),
        decided_on: day("2026-07-01"),
        bar_from: None,
        bar_until: None,
    }
}

pub(crate) fn anchor(salt: u8) -> Paper {
    anchor_of(salt, 0)
}

/// One of many anchors.
pub(crate) fn anchor_of(salt: u8, number: u8) -> Paper {
    let population = [[salt; 16].as_slice(), b"population ", &[number]].concat();
    let anchor = Anchor {
        purpose: AnchorPurpose::SamplePopulation,
        commitment: Commitment::to(&population),
    };
    Paper { entry: Entry::Anchor(anchor), private: Some(population) }
}

/// The commitment by which the issuances of a batch are sorted.
pub(crate) fn commitment(paper: &Paper) -> Commitment {
    match &paper.entry {
        Entry::Issuance(issuance) => issuance.commitment,
        other => panic!("{other:?} is no issuance"),
    }
}

/// Papers that may follow each other in one batch: issuances ascending by commitment.
pub(crate) fn sorted(mut papers: Vec<Paper>) -> Vec<Paper> {
    papers.sort_by_key(commitment);
    papers
}

pub(crate) const fn no_private(entry: Entry) -> Paper {
    Paper { entry, private: None }
}
