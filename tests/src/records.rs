//! What lies in a data directory, read back: entries, private records, certificates, journal lines.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use issuer::{
    actions::Action,
    office::Layout,
    sequencer::Prepared,
    signing::{ExampleKeys, load_records_key},
};
use ledger::{
    certificate::{LogGeneration, SignedCertificate},
    entry::{Entry, Issuance},
    journal::{JournalPlace, JournalReader},
    log::read_private,
    path::LogPath,
    position::LeafIndex,
    qr::{QrPayload, VerificationHost},
    reader::{LogReader, read_checkpoint},
    record::IssuanceRecord,
    seal::Unsealed,
    store::{ReadOnlyDir, ReadStore as _},
};
use verifier::fetch::LogDir;

use crate::whole;

/// A data directory, read from its files alone.
#[derive(Debug)]
pub struct Records {
    dir: PathBuf,
}

impl Records {
    /// The records of a data directory.
    pub fn of(dir: &Path) -> Self {
        Self { dir: dir.to_owned() }
    }

    /// Every public entry, in order.
    pub fn entries(&self) -> Vec<Entry> {
        let reader = self.reader();
        let indices = (0..reader.size().get()).map(|index| LeafIndex::new(index).unwrap());
        indices.map(|index| Entry::decode(&reader.entry(index).unwrap()).unwrap()).collect()
    }

    /// Every issuance, by its index.
    pub fn issuances(&self) -> BTreeMap<LeafIndex, Issuance> {
        let entries = (0..).zip(self.entries());
        entries
            .filter_map(|(index, entry)| match entry {
                Entry::Issuance(issuance) => Some((LeafIndex::new(index).unwrap(), issuance)),
                _ => None,
            })
            .collect()
    }

    /// How many status heads there are: one for each batch.
    pub fn heads(&self) -> usize {
        let entries = self.entries().into_iter();
        entries.filter(|entry| matches!(entry, Entry::StatusHead(_))).count()
    }

    /// The private record at an index, which is there.
    pub fn private(&self, index: LeafIndex) -> Vec<u8> {
        let key = Layout::new(&self.dir).key("records.kek");
        let key = load_records_key(&key, ExampleKeys::Allowed).unwrap();
        let (reader, origin) = (self.reader(), self.origin());
        let record = read_private(&self.files(), &key, &origin, index, reader.size()).unwrap();
        match record {
            Some(Unsealed::Opened(plaintext)) => plaintext.to_vec(),
            Some(Unsealed::Erased) | None => panic!("no private record at {index}"),
        }
    }

    /// What stands at an index, ready to be appended once more.
    pub fn again(&self, index: LeafIndex) -> Prepared {
        let entry = self.entries().remove(usize::try_from(index.get()).unwrap());
        Prepared::new(entry, Some(self.private(index).into()))
    }

    /// The certificate whose issuance stands at an index.
    pub fn certificate(&self, index: LeafIndex) -> SignedCertificate {
        let record = IssuanceRecord::decode(&self.private(index)).unwrap();
        SignedCertificate::decode(&record.certificate).unwrap()
    }

    /// The lines of the journal, as the issuer understands them.
    pub fn journal(&self) -> Vec<Action> {
        let input = self.files().read_journal(0).unwrap();
        let mut reader = JournalReader::open(input, &self.origin()).unwrap();
        let mut actions = Vec::new();
        while let Some(record) = reader.read_next().unwrap() {
            actions.extend(Action::decode(&record).unwrap());
        }
        actions
    }

    /// Where the journal's lines begin, the ledger's own among them, and where the last one ends.
    pub fn journal_places(&self) -> Vec<JournalPlace> {
        let input = self.files().read_journal(0).unwrap();
        let mut reader = JournalReader::open(input, &self.origin()).unwrap();
        let mut places = vec![reader.place()];
        while reader.read_next().unwrap().is_some() {
            places.push(reader.place());
        }
        places
    }

    /// The origin of the log.
    pub fn origin(&self) -> String {
        let trust = whole::trust(&self.dir);
        trust.log(LogGeneration::new(1)).unwrap().origin().as_str().to_owned()
    }

    fn files(&self) -> ReadOnlyDir {
        ReadOnlyDir::new(&self.dir.join("log"), Some(&self.dir.join("private")))
    }

    fn reader(&self) -> LogReader<LogDir> {
        let files = LogDir::new(self.dir.join("log"));
        let trust = whole::trust(&self.dir);
        let policy = trust.log(LogGeneration::new(1)).unwrap();
        let checkpoint = read_checkpoint(&files, &LogPath::Checkpoint, policy).unwrap();
        LogReader::open(files, checkpoint).unwrap()
    }
}

/// The text of a certificate's QR code, with a hint where it stands.
pub fn qr_text(certificate: &[u8], hint: LeafIndex) -> String {
    let payload = QrPayload { certificate: certificate.to_vec(), index: hint, copy: None };
    payload.to_text(&VerificationHost::new("https://verify.example.org").unwrap())
}
