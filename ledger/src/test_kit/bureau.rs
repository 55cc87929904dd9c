//! The bureau itself: it issues, decides, publishes, and tells what a stranger must trust.

use std::{fmt::Write as _, path::Path, sync::Arc};

use der::pem::LineEnding;
use ed25519_dalek::Signer as _;

use super::{
    FalseList, FalseTree, Seat, Witness, at, authority_entry, claims, index, log_key::LogKey,
    past::Past, pki,
};
use crate::{
    certificate::{Claims, LogGeneration, SignedCertificate, Text, UnsignedCertificate},
    checkpoint::{
        Checkpoint, CheckpointPolicy, CheckpointSigner as _, Origin, Quorum, SignedCheckpoint,
    },
    copy::CopyTerms,
    digest::{Commitment, RootHash},
    entry::{AuthorityEntry, Decision, Entry, Issuance, StatusHead, UnsignedStatusChange},
    journal::{AnchorOpening, JournalHead},
    log::{Batch, LogWriter, NewEntry, NewHead},
    path::LogPath,
    position::{LeafIndex, TreeSize},
    qr::{QrPayload, VerificationHost},
    reader::{Fetch, LogReader},
    rules::LogState,
    seal::{KEY_LEN, KeyEncryptionKey, RecordKey, WRAP_NONCE_LEN, WrapNonce},
    status::{ExceptionList, Status},
    store::{DirStore, KeepCheckpoint, MemoryDisk, Store, StoreError, StorePath},
    time::{Date, UnixMillis},
    trust::Trust,
};

/// A bureau with a log.
pub struct Bureau {
    writer: LogWriter<LogKey>,
    state: LogState,
    past: Past,
    authorities: Vec<(LeafIndex, AuthorityEntry)>,
    witnesses: Vec<Witness>,
    needed: usize,
    /// The bureau's clock: the time of the next head and of its cosignatures.
    pub now: UnixMillis,
    /// How many witnesses are reached and cosign, the first ones.
    pub reached: usize,
    /// When witnesses say they cosigned, if not now.
    pub cosigned_at: Option<UnixMillis>,
}

/// A certificate on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Its COSE bytes.
    pub certificate: Vec<u8>,
    /// Where it stands.
    pub index: LeafIndex,
    /// What it states.
    pub claims: Claims,
}

/// The public files of a bureau's log, to read from.
#[derive(Clone)]
pub struct StoreFiles(Arc<dyn Store>);

impl std::fmt::Debug for StoreFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreFiles")
    }
}

impl Fetch for StoreFiles {
    type Error = StoreError;

    fn fetch(&self, path: &LogPath, max_len: usize) -> Result<Option<Vec<u8>>, StoreError> {
        crate::store::PublicFiles(&*self.0).fetch(path, max_len)
    }
}

impl Issued {
    /// The text of its QR code.
    pub fn qr_text(&self) -> String {
        qr_text(&self.certificate, self.index, None)
    }

    /// The text of a QR code with a wrong hint.
    pub fn qr_text_with_hint(&self, hint: u64) -> String {
        qr_text(&self.certificate, index(hint), None)
    }

    /// The text of a QR code with a purpose-bound copy.
    pub fn qr_text_with_copy(&self, copy: Vec<u8>) -> String {
        qr_text(&self.certificate, self.index, Some(copy))
    }
}

fn qr_text(certificate: &[u8], index: LeafIndex, copy: Option<Vec<u8>>) -> String {
    let host = VerificationHost::new("https://verify.example").unwrap();
    QrPayload { certificate: certificate.to_vec(), index, copy }.to_text(&host)
}

impl Bureau {
    /// A bureau whose log is in memory, on 2026-03-20 at 09:00, with its authorities on record.
    pub fn new() -> Self {
        Self::on(Arc::new(MemoryDisk::new().open().unwrap()), 0, 0)
    }

    /// The same, with `needed` of `witnesses` witnesses in its trust file; all of them cosign.
    pub fn with_witnesses(needed: usize, witnesses: u8) -> Self {
        Self::on(Arc::new(MemoryDisk::new().open().unwrap()), needed, witnesses)
    }

    /// The same, with its files below `directory`: the public ones in `log`.
    pub fn in_directory(directory: &Path) -> Self {
        Self::in_directory_with_witnesses(directory, 0, 0)
    }

    /// Both.
    pub fn in_directory_with_witnesses(directory: &Path, needed: usize, witnesses: u8) -> Self {
        Self::on(Arc::new(DirStore::open(directory).unwrap()), needed, witnesses)
    }

    fn on(store: Arc<dyn Store>, needed: usize, witnesses: u8) -> Self {
        let now = at("2026-03-20", 9 * 60);
        let kek = Arc::new(KeyEncryptionKey::from_random([1; KEY_LEN]));
        let writer = LogWriter::open(store, LogKey::new(), kek, now, &[]);
        let mut bureau = Self {
            writer: writer.unwrap_or_else(|error| panic!("the log should open: {error}")),
            state: LogState::empty(LogGeneration::new(1), vec![pki::root()]),
            past: Past::default(),
            authorities: Vec::new(),
            witnesses: (0..witnesses).map(Witness::new).collect(),
            needed,
            now,
            reached: usize::from(witnesses),
            cosigned_at: None,
        };
        bureau.append(Seat::ALL.map(|seat| Entry::Authority(authority_entry(seat))).to_vec());
        bureau
    }

    /// Claims of an ordinary certificate of the first committee; `serial` makes them unlike others.
    pub fn claims(serial: u32) -> Claims {
        claims::ordinary(serial)
    }

    /// Signs claims as `seat`, whatever they say.
    pub fn sign_as(seat: Seat, claims: &Claims) -> SignedCertificate {
        let unsigned = UnsignedCertificate::new(claims).unwrap();
        let signature = seat.key().sign(&unsigned.to_be_signed()).to_bytes();
        unsigned.with_signature(signature)
    }

    /// A purpose-bound copy of a certificate, signed by `seat`.
    pub fn copy_by(seat: Seat, certificate: &[u8], expires_on: Date) -> Vec<u8> {
        let terms = CopyTerms {
            log: LogGeneration::new(1),
            authority: seat.index(),
            certificate: Commitment::to(certificate),
            purpose: Text::new("投标资格审查").unwrap(),
            recipient: Text::new("某招标代理机构").unwrap(),
            expires_on,
        };
        let signature = seat.key().sign(&terms.to_be_signed()).to_bytes();
        terms.with_signature(signature).encode()
    }

    /// Issues one certificate, signed by the authority that its claims name.
    pub fn issue(&mut self, claims: Claims) -> Issued {
        self.issue_all(vec![claims]).remove(0)
    }

    /// Issues a batch; what comes back is in the order of the log.
    pub fn issue_all(&mut self, claims: Vec<Claims>) -> Vec<Issued> {
        let mut signed: Vec<_> = claims.into_iter().map(sign).collect();
        signed.sort_by_key(|(certificate, _)| certificate.commitment());
        let entries = signed.iter().map(|(certificate, claims)| issuance(certificate, claims));
        let first = self.append(entries.collect());
        let issued = signed.into_iter().zip(first.get()..);
        issued
            .map(|((certificate, claims), at)| Issued {
                certificate: certificate.as_bytes().to_vec(),
                index: index(at),
                claims,
            })
            .collect()
    }

    /// Issues a corrected document of a title, signed by the bureau's own authority.
    pub fn reissue(&mut self, first: &Issued) -> Issued {
        let title = Some(first.claims.title.unwrap_or(first.index));
        let record = Commitment::to(&self.size().get().to_be_bytes());
        let claims =
            Claims { title, authority: Seat::Bureau.index(), record, ..first.claims.clone() };
        self.issue(claims)
    }

    /// Puts a certificate on record without asking the rules: signed by `signer`, under an entry
    /// that says what `entry` makes of the true one.
    pub fn issue_false(
        &mut self,
        signer: Seat,
        claims: Claims,
        entry: impl FnOnce(Issuance) -> Issuance,
    ) -> Issued {
        let certificate = Self::sign_as(signer, &claims);
        let (authority, title) = (claims.authority, claims.title);
        let commitment = certificate.commitment();
        let entry = entry(Issuance { authority, title, commitment });
        let index = self.append_false(vec![Entry::Issuance(entry)], |_list| {});
        Issued { certificate: certificate.as_bytes().to_vec(), index, claims }
    }

    /// Puts a decision of the bureau on record, of today.
    pub fn decide(&mut self, target: LeafIndex, status: Status) -> LeafIndex {
        let today = self.now.beijing_date();
        self.decide_with(target, status, today, None)
    }

    /// Puts a decision of the bureau on record.
    pub fn decide_with(
        &mut self,
        target: LeafIndex,
        status: Status,
        decided_on: Date,
        last_valid_index: Option<LeafIndex>,
    ) -> LeafIndex {
        let salt = self.size().get().to_be_bytes();
        let decision = Decision {
            log: LogGeneration::new(1),
            authority: Seat::Decide.index(),
            target,
            previous: self.past.last_decision_on(target),
            status,
            decided_on,
            last_valid_index,
            record: Commitment::to(&[b"decision".as_slice(), &salt].concat()),
            number: Commitment::to(&[b"number".as_slice(), &salt].concat()),
        };
        let unsigned = UnsignedStatusChange::new(&decision);
        let signature = Seat::Decide.key().sign(&unsigned.to_be_signed()).to_bytes();
        self.append(vec![Entry::StatusChange(unsigned.with_signature(signature).unwrap())])
    }

    /// Publishes a head with nothing before it.
    pub fn heartbeat(&mut self) {
        self.append(Vec::new());
    }

    /// Appends entries that obey the rules, and a head; gives the first one's index.
    pub fn append(&mut self, entries: Vec<Entry>) -> LeafIndex {
        let before = self.state.last_head().copied();
        for entry in &entries {
            let applied = self.state.apply(entry, &self.past);
            applied.unwrap_or_else(|error| panic!("a rule is broken: {error}"));
        }
        let head = self.state.next_head(self.now, opening().anchor()).unwrap();
        let applied = self.state.apply(&Entry::StatusHead(head), &self.past);
        applied.unwrap_or_else(|error| panic!("a rule is broken: {error}"));
        let list = self.state.exceptions().clone();
        self.write(entries, head, before, &list)
    }

    /// Appends entries that may break every rule, and a head over a list that `falsify` changed as
    /// it likes; gives the first one's index.
    pub fn append_false(
        &mut self,
        entries: Vec<Entry>,
        falsify: impl FnOnce(&mut FalseList),
    ) -> LeafIndex {
        let before = self.state.last_head().copied();
        let mut list = FalseList(self.state.exceptions().clone());
        falsify(&mut list);
        let FalseList(list) = list;
        let index = index(self.size().get() + entries.len() as u64);
        let head = StatusHead {
            index,
            previous: before.map(|head| head.index),
            time: self.now,
            exceptions: list.len() as u64,
            list_root: list.root(),
            list_head: index,
            journal: opening().anchor(),
        };
        let first = self.write(entries, head, None, &list);
        let known = self.authorities.clone().into_iter();
        let known = known
            .filter(|(_, entry)| crate::rules::accept_authority(entry, &[pki::root()]).is_ok());
        let (generation, roots) = (LogGeneration::new(1), vec![pki::root()]);
        self.state = LogState::after_head(generation, roots, head, list, known).unwrap();
        first
    }

    /// Commits, cosigns, publishes and finishes.
    fn write(
        &mut self,
        entries: Vec<Entry>,
        head: StatusHead,
        before: Option<StatusHead>,
        list: &ExceptionList,
    ) -> LeafIndex {
        let first = self.writer.next_index().unwrap();
        let issues = entries.iter().any(|entry| matches!(entry, Entry::Issuance(_)));
        let unchanged = before.is_some_and(|before| before.list_head == head.list_head);
        let batch = Batch {
            first,
            entries: entries
                .iter()
                .map(|entry| NewEntry { bytes: entry.encode(), private: None })
                .collect(),
            head: NewHead {
                head,
                opening: opening(),
                key: RecordKey::from_random([6; KEY_LEN]),
                nonce: WrapNonce::from_random([7; WRAP_NONCE_LEN]),
            },
            list: (!unchanged).then(|| list.encode()),
            keep: if issues { KeepCheckpoint::ForProofs } else { KeepCheckpoint::No },
        };
        let committed = self.writer.commit(batch);
        let committed = committed.unwrap_or_else(|error| panic!("not committed: {error}"));
        let checkpoint = committed.checkpoint().clone();
        let cosigned = self.cosign(checkpoint);
        // Published even without the quorum: it is the verifier that is tested.
        let alone = CheckpointPolicy::new(LogKey::new().key().clone(), Quorum::none()).unwrap();
        let verified = cosigned.verify(&alone).unwrap();
        self.writer.publish(&verified).unwrap_or_else(|error| panic!("not published: {error}"));
        self.writer.finish().unwrap_or_else(|error| panic!("not finished: {error}"));
        for (entry, at) in entries.iter().zip(first.get()..) {
            self.past.remember(index(at), entry);
            if let Entry::Authority(entry) = entry {
                self.authorities.push((index(at), entry.clone()));
            }
        }
        first
    }

    fn cosign(&self, checkpoint: SignedCheckpoint) -> SignedCheckpoint {
        let time = self.cosigned_at.unwrap_or(self.now);
        let sign = |checkpoint, witness: &Witness| witness.cosign(checkpoint, time);
        self.witnesses.iter().take(self.reached).fold(checkpoint, sign)
    }

    /// How many entries there are.
    pub fn size(&self) -> TreeSize {
        self.writer.size()
    }

    /// The last status head.
    pub fn head(&self) -> StatusHead {
        *self.state.last_head().unwrap()
    }

    /// The public checkpoint's bytes.
    pub fn checkpoint(&self) -> Vec<u8> {
        self.writer.store().get(&StorePath::PublicCheckpoint).unwrap().unwrap()
    }

    /// Signs a checkpoint of any tree, cosigned by all witnesses now: a log key that turned.
    pub fn sign_checkpoint(&self, size: TreeSize, root: RootHash) -> Vec<u8> {
        let origin = Origin::new(super::KIT_ORIGIN).unwrap();
        let signed = Checkpoint { origin, size, root }.sign(&mut LogKey::new()).unwrap();
        self.cosign(signed).to_bytes()
    }

    /// The log's public files.
    pub fn files(&self) -> StoreFiles {
        StoreFiles(Arc::clone(self.writer.store()))
    }

    /// All entries as a tree to falsify.
    pub fn tree(&self) -> FalseTree {
        let checkpoint = SignedCheckpoint::parse(&self.checkpoint()).unwrap();
        let alone = CheckpointPolicy::new(LogKey::new().key().clone(), Quorum::none()).unwrap();
        let reader = LogReader::open(self.files(), checkpoint.verify(&alone).unwrap());
        let reader = reader.unwrap();
        let bundles = reader.bundles(TreeSize::EMPTY, reader.size());
        FalseTree::of(bundles.flat_map(|bundle| bundle.unwrap().into_entries()).collect())
    }

    /// Key and quorum of the log.
    pub fn policy(&self) -> CheckpointPolicy {
        let witnesses = self.witnesses.iter().map(|witness| witness.key().clone()).collect();
        let quorum = Quorum::new(self.needed, witnesses).unwrap();
        CheckpointPolicy::new(LogKey::new().key().clone(), quorum).unwrap()
    }

    /// The trust file that a stranger needs: statuses may be a day old.
    pub fn trust_toml(&self) -> String {
        let pem =
            der::pem::encode_string("CERTIFICATE", LineEnding::LF, pki::root().der()).unwrap();
        let mut toml = format!("[[log]]\ngeneration = 1\nvkey = \"{}\"\n", LogKey::new().key());
        if !self.witnesses.is_empty() {
            let keys: Vec<_> = self.witnesses.iter().map(|w| format!("\"{}\"", w.key())).collect();
            let keys = keys.join(", ");
            writeln!(toml, "witnesses = [{keys}]\nquorum = {}", self.needed).unwrap();
        }
        writeln!(toml, "[[root]]\ncertificate = \"\"\"\n{pem}\"\"\"").unwrap();
        toml
    }

    /// The same, parsed.
    pub fn trust(&self) -> Trust {
        Trust::parse(&self.trust_toml()).unwrap()
    }
}

impl Default for Bureau {
    fn default() -> Self {
        Self::new()
    }
}

fn opening() -> AnchorOpening {
    AnchorOpening::new([5; 16], JournalHead::empty(super::KIT_ORIGIN))
}

fn sign(claims: Claims) -> (SignedCertificate, Claims) {
    let seat = Seat::ALL.into_iter().find(|seat| seat.index() == claims.authority);
    let seat = seat.unwrap_or_else(|| panic!("no authority has index {}", claims.authority));
    (Bureau::sign_as(seat, &claims), claims)
}

fn issuance(certificate: &SignedCertificate, claims: &Claims) -> Entry {
    let (authority, title) = (claims.authority, claims.title);
    Entry::Issuance(Issuance { authority, title, commitment: certificate.commitment() })
}
