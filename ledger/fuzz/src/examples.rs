//! Well-formed inputs for each target, by the real writers: where fuzzing begins, and what the tests
//! alter byte by byte.

use ledger::{
    certificate::{LogGeneration, Text},
    checkpoint::SignedCheckpoint,
    digest::{NodeHash, RootHash},
    evidence::{AuthorityEvidence, Evidence, Moment, Place},
    journal::{AnchorOpening, JournalHead, JournalRecord, JournalSequence, RecordKind},
    merkle::{InclusionProof, TileSpan, TileWidth},
    note::SignedNote,
    path::LogPath,
    position::{LeafIndex, TreeSize},
    reader::{Fetch as _, LogReader},
    record::{
        ArchiveEntry, Correction, CorrectionKind, DecisionRecord, DocumentKind, IntegrityKind,
        IntegrityRecord, IssuanceRecord, PersonalRecord, Salt, Subject, SubjectKind,
    },
    replay::Follower,
    seal::{
        KEY_LEN, KeyEncryptionKey, KeyringPage, PrivateBundle, PrivatePayload, RecordKey,
        SealPlace, Sealed, WRAP_NONCE_LEN, WrapNonce, WrappedKey, seal,
    },
    status::{ExceptionList, Status},
    store::{
        FilePath, KeepCheckpoint, NewFile, StagedBatch, StagedKey, StagingHeader, StagingName,
    },
    test_kit::{Bureau, FalseTree, Seat, authority_entry, day},
    time::UnixMillis,
    tlog_proof::TlogProof,
    witness::{AddCheckpoint, cosignature_lines, size_text},
};

use super::properties::ORIGIN;

/// The name of a target, and inputs that it must read.
pub type Examples = (&'static str, Vec<Vec<u8>>);

/// Examples for every target.
pub fn examples() -> Vec<Examples> {
    let log = Log::new();
    vec![
        ("add_checkpoint", log.add_checkpoint()),
        ("authority", log.authorities()),
        ("certificate", vec![log.issued.certificate.clone()]),
        ("checkpoint", vec![log.bureau.checkpoint()]),
        ("copy", vec![log.copy()]),
        ("entry", log.tree.entries().to_vec()),
        ("entry_bundle", vec![log.entry_bundle()]),
        ("evidence", vec![log.evidence().encode()]),
        ("exceptions", log.exceptions()),
        ("journal", journal()),
        ("keyring", keyring()),
        ("note", vec![log.bureau.checkpoint(), log.bureau.policy().log_key().to_string().into()]),
        ("path", paths()),
        ("private_bundle", vec![private_bundle()]),
        ("qr", vec![log.issued.qr_text().into(), log.issued.qr_text_with_copy(log.copy()).into()]),
        ("record", records(&log.issued.certificate)),
        ("saved_replay", vec![log.saved_replay()]),
        ("staging", vec![staging()]),
        ("tlog_policy", vec![log.tlog_policy()]),
        ("tlog_proof", vec![log.tlog_proof()]),
        ("trust", vec![log.bureau.trust_toml().into()]),
    ]
}

/// A small log with two witnesses, a revocation, a reissue and a suspension.
struct Log {
    bureau: Bureau,
    issued: ledger::test_kit::Issued,
    tree: FalseTree,
}

impl Log {
    fn new() -> Self {
        let mut bureau = Bureau::with_witnesses(1, 2);
        let issued = bureau.issue(Bureau::claims(1));
        let other = bureau.issue(Bureau::claims(2));
        bureau.reissue(&issued);
        bureau.decide(other.index, Status::Revoked);
        bureau.decide(Seat::Committee.index(), Status::Suspended);
        let tree = bureau.tree();
        Self { bureau, issued, tree }
    }

    fn fetch(&self, path: LogPath) -> Vec<u8> {
        self.bureau.files().fetch(&path, path.max_len()).expect("memory").expect("it is there")
    }

    fn add_checkpoint(&self) -> Vec<Vec<u8>> {
        let note = SignedNote::parse(&self.bureau.checkpoint()).expect("a note");
        let hashes = vec![NodeHash::from_bytes([7; 32]), NodeHash::from_bytes([8; 32])];
        let old = TreeSize::new(3).expect("a size");
        let lines = cosignature_lines(note.signatures()).into_bytes();
        let request = AddCheckpoint::new(old, hashes, note).expect("a checkpoint");
        vec![request.to_bytes(), lines, size_text(old).into_bytes()]
    }

    fn tlog_policy(&self) -> Vec<u8> {
        let policy = self.bureau.policy();
        let mut text = format!("# kit\nlog {} https://log.example/\n", policy.log_key());
        for (number, key) in policy.quorum().witnesses().iter().enumerate() {
            text.push_str(&format!("\twitness w{number} {key}  https://w.example\n"));
        }
        text.push_str("group inner any w0\ngroup outer all inner w1\n\nquorum outer\n");
        text.into_bytes()
    }

    fn authorities(&self) -> Vec<Vec<u8>> {
        [Seat::Decide, Seat::Committee].map(|seat| authority_entry(seat).certificate).to_vec()
    }

    fn copy(&self) -> Vec<u8> {
        Bureau::copy_by(Seat::Copies, &self.issued.certificate, day("2026-12-31"))
    }

    fn entry_bundle(&self) -> Vec<u8> {
        let size = self.tree.size().get();
        let span = TileSpan::holding(size - 1, size).expect("it is within");
        let mut bytes = vec![(size - 1) as u8];
        bytes.extend(self.fetch(LogPath::Entries(span)));
        bytes
    }

    fn list(&self) -> ExceptionList {
        let head = self.bureau.head().list_head;
        ExceptionList::decode(&self.fetch(LogPath::StatusList(head))).expect("a list")
    }

    fn exceptions(&self) -> Vec<Vec<u8>> {
        let list = self.list();
        let mut examples = vec![list.encode(), ExceptionList::empty().encode()];
        examples.extend(list.iter().map(ledger::status::Exception::encode));
        examples
    }

    fn evidence(&self) -> Evidence {
        let (list, last) = (self.list(), self.tree.size().get() - 1);
        let authority = self.issued.claims.authority;
        let title = LeafIndex::new(0).expect("an index");
        Evidence {
            certificate: self.issued.certificate.clone(),
            hint: self.issued.index,
            copy: None,
            moment: Some(Moment {
                checkpoint: self.bureau.checkpoint(),
                head: Some(self.tree.prove(last)),
            }),
            authority: Some(AuthorityEvidence {
                entry: self.tree.prove(authority.get()),
                status: list.prove(authority),
            }),
            place: Some(Place {
                entry: self.tree.prove(self.issued.index.get()),
                log_time: Some(self.tree.prove(self.issued.index.get() + 1)),
                document: list.prove(self.issued.index),
                title: Some(list.prove(title)),
                under: None,
            }),
        }
    }

    fn saved_replay(&self) -> Vec<u8> {
        let checkpoint = SignedCheckpoint::parse(&self.bureau.checkpoint()).expect("a checkpoint");
        let checkpoint = checkpoint.verify(&self.bureau.policy()).expect("verified");
        let reader = LogReader::open(self.bureau.files(), checkpoint).expect("a log");
        let roots = self.bureau.trust().roots().to_vec();
        let mut follower = Follower::empty(LogGeneration::new(1), roots);
        follower.advance(&reader, &mut |_size| ()).expect("a log that keeps the rules");
        follower.saved().expect("it ends with a head").encode()
    }

    fn tlog_proof(&self) -> Vec<u8> {
        let proven = self.tree.prove(self.issued.index.get());
        TlogProof {
            index: proven.index,
            proof: InclusionProof::new(proven.path).expect("a path"),
            checkpoint: SignedCheckpoint::parse(&self.bureau.checkpoint()).expect("a checkpoint"),
            head: Some(self.tree.prove(self.tree.size().get() - 1)),
        }
        .to_bytes()
    }
}

fn journal() -> Vec<Vec<u8>> {
    let record = |kind: &str, actor: Option<&str>, data: &[u8], sealed| {
        let record = JournalRecord {
            sequence: JournalSequence::FIRST,
            time: UnixMillis::new(1_795_449_600_000).expect("a time"),
            kind: RecordKind::new(kind).expect("a kind"),
            actor: actor.map(str::to_owned),
            data: data.to_vec(),
            sealed,
        };
        record.to_bytes().expect("a record")
    };
    let opening = AnchorOpening::new([5; 16], JournalHead::empty(ORIGIN));
    vec![
        record("import", Some("staff-01"), b"rows", Some(sealed(0).0)),
        record("heartbeat", None, b"", None),
        record("erasure", Some("staff-01"), &[0x82, 0x01, 0x07], None),
        opening.to_bytes().to_vec(),
    ]
}

fn sealed(index: u64) -> (Sealed, WrappedKey) {
    let payload = PrivatePayload {
        plaintext: b"a private record".to_vec().into(),
        key: RecordKey::from_random([3; KEY_LEN]),
        nonce: WrapNonce::from_random([4; WRAP_NONCE_LEN]),
    };
    let place = SealPlace::LogRecord(LeafIndex::new(index).expect("an index"));
    seal(&KeyEncryptionKey::from_random([1; KEY_LEN]), ORIGIN, place, payload).expect("short")
}

fn keyring() -> Vec<Vec<u8>> {
    let mut page = KeyringPage::new();
    page.put(0, sealed(0).1).expect("an empty slot");
    page.put(7, sealed(7).1).expect("an empty slot");
    page.erase(7).expect("a full slot");
    let key = KeyEncryptionKey::from_random([1; KEY_LEN]).to_file();
    vec![page.to_bytes(), key.as_bytes().to_vec()]
}

fn private_bundle() -> Vec<u8> {
    let mut bundle = PrivateBundle::new();
    for record in [Some(sealed(0).0), None, Some(sealed(2).0)] {
        bundle.push(record).expect("room");
    }
    let mut bytes = vec![3];
    bytes.extend(bundle.to_bytes());
    bytes
}

fn staging() -> Vec<u8> {
    let size = |size| TreeSize::new(size).expect("a size");
    let width = TileWidth::new(2).expect("a width");
    let span = TileSpan::new(0, width).expect("a span");
    let file = |path, bytes: &[u8]| NewFile { path, bytes: bytes.to_vec() };
    let header = StagingHeader {
        base_size: size(0),
        base_root: RootHash::empty(),
        makes: StagingName { size: size(2), root: RootHash::from_bytes([7; 32]) },
        keep: KeepCheckpoint::ForProofs,
    };
    let files =
        vec![file(FilePath::Entries(span), b"entries"), file(FilePath::PrivateEntries(span), b"")];
    let index = LeafIndex::new(1).expect("an index");
    let keys = vec![StagedKey { index, key: sealed(1).1 }];
    StagedBatch::new(header, files, keys).expect("in order").to_bytes()
}

fn paths() -> Vec<Vec<u8>> {
    [
        "checkpoint",
        "checkpoints/1099511627776",
        "tile/1/x001/234.p/255",
        "tile/entries/x001/x234/067",
        "status/70000",
        "log/tile/0/000.p/1",
        "private/entries/005.p/7",
        "x001/234",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into_iter()
    .chain([StagingName {
        size: TreeSize::new(7).expect("a size"),
        root: RootHash::from_bytes([0xab; 32]),
    }
    .to_string()
    .into_bytes()])
    .collect()
}

fn text(text: &str) -> Text {
    Text::new(text).expect("a text")
}

fn records(certificate: &[u8]) -> Vec<Vec<u8>> {
    let salt = Salt::from_random([1; 16]);
    let personal = PersonalRecord {
        salt,
        name: text("董平燕"),
        sex: None,
        document_kind: DocumentKind::ResidentId,
        document_number: text("500000196205191011"),
        employer: Some(text("两江信息有限公司")),
        employer_code: None,
        pledged_on: Some(day("2025-12-26")),
        publicity_from: None,
        publicity_until: None,
        note: None,
    };
    let decision = DecisionRecord {
        salt,
        number_salt: salt,
        document_number: text("渝职改办〔2026〕900号"),
        clause: text("七(一)"),
        basis: "渝职改办〔2022〕226号".to_owned(),
        reasons: "提交的业绩材料系伪造".to_owned(),
        decided_on: day("2026-07-01"),
        served_on: None,
        remedy: Some("60日内申请行政复议".to_owned()),
        proposer: text("staff-01"),
        approver: text("staff-02"),
    };
    let integrity = IntegrityRecord {
        salt,
        subject: Subject {
            kind: SubjectKind::Applicant,
            name: text("董平燕"),
            identifier: text("500000196205191011"),
        },
        kind: IntegrityKind::TitleRevoked,
        conduct: "伪造业绩".to_owned(),
        clause: text("七(一)"),
        decision: text("渝职改办〔2026〕900号"),
        decided_on: day("2026-07-01"),
        bar_from: Some(day("2026-07-01")),
        bar_until: Some(day("2029-06-30")),
    };
    let issuance =
        IssuanceRecord { personal: personal.encode(), certificate: certificate.to_vec() };
    let correction = Correction {
        kind: CorrectionKind::Rescinded,
        entry: LeafIndex::new(4).expect("an index"),
        reason: "复议决定撤销".to_owned(),
        decision: text("渝府复〔2026〕12号"),
        decided_on: day("2026-09-01"),
    };
    let rescinded = ArchiveEntry { record: integrity.clone(), correction: Some(correction) };
    vec![
        personal.encode(),
        decision.encode(),
        integrity.encode(),
        rescinded.encode(),
        issuance.encode(),
    ]
}
