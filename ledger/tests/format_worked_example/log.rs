//! The log of the worked example: eleven entries that obey every rule.

use std::collections::BTreeMap;

use ed25519_dalek::{Signer as _, SigningKey};
use ledger::{
    authority::{AuthorityExtension, Committee, Filing, Role, RootCertificate, Scope},
    certificate::{
        CertificateNumber, Claims, Level, LogGeneration, MaskedId, ObtainMethod, Series,
        SignedCertificate, Text, UnsignedCertificate,
    },
    digest::{Commitment, LeafHash, RootHash},
    entry::{
        Anchor, AnchorPurpose, AuthorityEntry, Decision, Entry, Issuance, SignedStatusChange,
        UnsignedStatusChange,
    },
    journal::{AnchorOpening, JournalHead},
    merkle::root_of_leaves,
    position::LeafIndex,
    record::{
        DecisionRecord, DocumentKind, IntegrityKind, IntegrityRecord, PersonalRecord, Salt, Sex,
        Subject, SubjectKind,
    },
    rules::{History, LogState},
    status::Status,
    time::{Date, PartialDate, UnixMillis},
};

use crate::x509;

pub const ORIGIN: &str = "example.org/titles";
const ROOT_NAME: &str = "Example root";
const COMMITTEE_NAME: &str = "Example committee";
const FILING: &str = "示例备案〔2025〕1号";

/// The key whose seed is 32 times this byte.
pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}
pub const ROOT: u8 = 0x01;
pub const LOG: u8 = 0x02;
pub const ISSUE: u8 = 0x03;
pub const DECIDE: u8 = 0x04;
pub const COPY: u8 = 0x05;
pub const WITNESS: u8 = 0x06;

pub fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

pub fn date(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn index(number: u64) -> LeafIndex {
    LeafIndex::new(number).unwrap()
}

/// 09:00 in Beijing on a day.
pub fn nine_in_the_morning(day: &str) -> UnixMillis {
    date(day).beijing_start().saturating_add(9 * 3_600_000)
}

/// The state of the log, its entries and what a history remembers of them.
pub struct Log {
    pub entries: Vec<Vec<u8>>,
    pub state: LogState,
    past: Past,
}

#[derive(Default)]
struct Past {
    commitments: BTreeMap<Commitment, LeafIndex>,
    decisions: BTreeMap<LeafIndex, LeafIndex>,
    issuances: BTreeMap<LeafIndex, Issuance>,
}

impl History for Past {
    type Error = std::convert::Infallible;

    fn commitment(&self, commitment: &Commitment) -> Result<Option<LeafIndex>, Self::Error> {
        Ok(self.commitments.get(commitment).copied())
    }

    fn last_decision(&self, target: LeafIndex) -> Result<Option<LeafIndex>, Self::Error> {
        Ok(self.decisions.get(&target).copied())
    }

    fn issuance(&self, index: LeafIndex) -> Result<Option<Issuance>, Self::Error> {
        Ok(self.issuances.get(&index).copied())
    }
}

impl Log {
    pub fn new() -> Self {
        let root = RootCertificate::from_der(&root_certificate()).unwrap();
        let state = LogState::empty(LogGeneration::new(1), vec![root]);
        Self { entries: Vec::new(), state, past: Past::default() }
    }

    /// Appends an entry, which must obey the rules.
    pub fn append(&mut self, entry: &Entry) -> LeafIndex {
        let index = self.state.apply(entry, &self.past).unwrap();
        if let Entry::Issuance(issuance) = entry {
            self.past.issuances.insert(index, *issuance);
        }
        self.entries.push(entry.encode());
        assert_eq!(Entry::decode(self.entries.last().unwrap()).as_ref(), Ok(entry));
        index
    }

    /// Ends a batch with a status head at nine in the morning of `day`.
    pub fn head(&mut self, day: &str, opening: AnchorOpening) -> LeafIndex {
        let time = nine_in_the_morning(day);
        let head = self.state.next_head(time, opening.anchor()).unwrap();
        self.append(&Entry::StatusHead(head))
    }

    pub fn leaves(&self) -> Vec<LeafHash> {
        self.entries.iter().map(|entry| LeafHash::of(entry)).collect()
    }

    pub fn root(&self) -> RootHash {
        root_of_leaves(&self.leaves())
    }
}

pub fn root_certificate() -> Vec<u8> {
    let request = x509::Request {
        serial: 1,
        issuer: ROOT_NAME,
        subject: ROOT_NAME,
        validity: ("250101000000Z", "491231235959Z"),
        subject_key: x509::ed25519_subject_key(&key(ROOT)),
        extension: None,
    };
    x509::certificate(&request, &key(ROOT))
}

pub fn committee_extension() -> AuthorityExtension {
    let levels = vec![Level::SeniorFull, Level::SeniorAssociate];
    let scope = Scope::new(vec![Series::new(5).unwrap()], levels, text("500000")).unwrap();
    let filing = Filing::new(text(FILING), date("2025-06-01"), date("2028-05-31")).unwrap();
    AuthorityExtension { role: Role::Issue, committee: Some(Committee { scope, filing }) }
}

pub fn authority(role: Role, seed: u8, subject: &str) -> Entry {
    let extension = match role {
        Role::Issue => committee_extension(),
        role => AuthorityExtension { role, committee: None },
    };
    let request = x509::Request {
        serial: seed,
        issuer: ROOT_NAME,
        subject,
        validity: ("250601000000Z", "290531235959Z"),
        subject_key: x509::ed25519_subject_key(&key(seed)),
        extension: Some(&extension),
    };
    let certificate = x509::certificate(&request, &key(ROOT));
    let filing_number = extension.committee.map(|committee| committee.filing.number().clone());
    Entry::Authority(AuthorityEntry { certificate, role, filing_number })
}

pub fn committee() -> Entry {
    authority(Role::Issue, ISSUE, COMMITTEE_NAME)
}

pub fn holiday_anchor() -> Entry {
    let purpose = AnchorPurpose::HolidayTable;
    Entry::Anchor(Anchor { purpose, commitment: Commitment::to(b"0123456789abcdef holidays") })
}

pub fn personal_record() -> PersonalRecord {
    PersonalRecord {
        salt: Salt::from_random([0x51; 16]),
        name: text("示例甲"),
        sex: Some(Sex::Female),
        document_kind: DocumentKind::ResidentId,
        document_number: text("500000199001011011"),
        employer: Some(text("示例单位")),
        employer_code: None,
        pledged_on: None,
        publicity_from: Some(date("2026-03-02")),
        publicity_until: Some(date("2026-03-06")),
        note: None,
    }
}

fn claims(number: &str, name: &str, record: Commitment) -> Claims {
    Claims {
        log: LogGeneration::new(1),
        number: CertificateNumber::new(number).unwrap(),
        title: None,
        holder_name: text(name),
        masked_id: MaskedId::of_document("500000199001011011").unwrap(),
        series: Series::new(5).unwrap(),
        level: Level::SeniorAssociate,
        title_name: text("高级工程师"),
        specialty: text("建筑工程"),
        obtained_on: PartialDate::Day(date("2026-02-28")),
        review_date: Some(date("2026-02-28")),
        obtain_method: ObtainMethod::Review,
        approval_document: text("示例发〔2026〕7号"),
        issued_on: date("2026-03-10"),
        committee_name: text(COMMITTEE_NAME),
        authority: index(0),
        record,
    }
}

pub fn unsigned_certificate() -> UnsignedCertificate {
    let claims = claims("EX-2026-0001", "示例甲", personal_record().commitment());
    UnsignedCertificate::new(&claims).unwrap()
}

pub fn sign(unsigned: UnsignedCertificate) -> SignedCertificate {
    let signature = key(ISSUE).sign(&unsigned.to_be_signed()).to_bytes();
    let certificate = unsigned.with_signature(signature);
    assert_eq!(SignedCertificate::decode(certificate.as_bytes()).as_ref(), Ok(&certificate));
    certificate.verify(&key(ISSUE).verifying_key()).unwrap();
    certificate
}

pub fn certificate() -> SignedCertificate {
    sign(unsigned_certificate())
}

/// A second certificate, whose month of obtaining is known and whose review date stands alone.
pub fn other_claims() -> UnsignedCertificate {
    let mut claims = claims("EX-2026-0002", "示例乙", Commitment::to(b"another personal record"));
    claims.obtained_on = PartialDate::Month { year: 2026, month: 2 };
    UnsignedCertificate::new(&claims).unwrap()
}

pub fn decision_record() -> DecisionRecord {
    DecisionRecord {
        salt: Salt::from_random([0x52; 16]),
        number_salt: Salt::from_random([0x53; 16]),
        document_number: text("示例撤〔2026〕3号"),
        clause: text("七(一)"),
        basis: "示例依据".to_owned(),
        reasons: "示例事实".to_owned(),
        decided_on: date("2026-05-08"),
        served_on: None,
        remedy: Some("示例救济告知".to_owned()),
        proposer: text("staff-1"),
        approver: text("staff-2"),
    }
}

pub fn revocation(title: LeafIndex) -> SignedStatusChange {
    let record = decision_record();
    let unsigned = UnsignedStatusChange::new(&Decision {
        log: LogGeneration::new(1),
        authority: index(1),
        target: title,
        previous: None,
        status: Status::Revoked,
        decided_on: record.decided_on,
        last_valid_index: None,
        record: record.commitment(),
        number: record.number_commitment(),
    });
    let signature = key(DECIDE).sign(&unsigned.to_be_signed()).to_bytes();
    unsigned.with_signature(signature).unwrap()
}

pub fn integrity_record() -> IntegrityRecord {
    IntegrityRecord {
        salt: Salt::from_random([0x54; 16]),
        subject: Subject {
            kind: SubjectKind::Applicant,
            name: text("示例甲"),
            identifier: text("500000199001011011"),
        },
        kind: IntegrityKind::TitleRevoked,
        conduct: "示例行为".to_owned(),
        clause: text("七(一)"),
        decision: text("示例撤〔2026〕3号"),
        decided_on: date("2026-05-08"),
        bar_from: Some(date("2026-05-08")),
        bar_until: None,
    }
}

/// Anchors a journal without records, as all heads of the example do but the last.
pub fn empty_journal(salt: u8) -> AnchorOpening {
    AnchorOpening::new([salt; 16], JournalHead::empty(ORIGIN))
}
