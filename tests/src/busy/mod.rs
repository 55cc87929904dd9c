//! A bureau that does everything once that a bureau can do: every kind of entry and of line.

mod records;
mod titles;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use issuer::{case::CaseKind, office::ErasureOrder, signing::SigningKeyFile};
use ledger::{certificate::CertificateNumber, position::LeafIndex};

use self::{
    records::{archives, counts_days, erases, is_interrupted, samples, supervises},
    titles::{batches, decides, files_again, issues, rechecks, reissues, suspends},
};
use crate::{
    answers::{About, Answers},
    bureau::{Bureau, passphrase, randomness},
    fake_witness::{FakeWitness, watched},
    files,
    lists::{identity_number, synthetic},
    records::Records,
};

/// A bureau with one witness, which must cosign.
pub struct Busy {
    /// The bureau.
    pub bureau: Bureau,
    /// Every certificate number that it gave away, also of what was erased.
    pub numbers: BTreeSet<CertificateNumber>,
    _witness: FakeWitness,
    folder: tempfile::TempDir,
}

/// What the bureau does, one after the other; the registry is copied after each.
const DEEDS: [fn(&mut Busy); 13] = [
    issues,
    batches,
    files_again,
    decides,
    suspends,
    reissues,
    archives,
    supervises,
    counts_days,
    rechecks,
    samples,
    erases,
    is_interrupted,
];
/// The decisions' document.
const DOCUMENT: &str = "渝州职改〔2026〕77号";
/// Persons of the synthetic lists that it knows, and some that it does not.
const PERSONS: usize = 27;

impl Busy {
    /// It did nothing yet.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (bureau, witness) = watched(folder.path());
        Self { bureau, numbers: BTreeSet::new(), _witness: witness, folder }
    }

    /// Does everything, and gives the copies of the registry that were made on the way.
    pub fn does_everything(&mut self) -> Vec<PathBuf> {
        let mut copies = Vec::new();
        for (number, deed) in DEEDS.into_iter().enumerate() {
            deed(self);
            self.numbers.extend(self.bureau.office().registry().certificate_numbers().unwrap());
            self.bureau.close();
            let copy = self.bureau.beside(&format!("registry-{number}"));
            files::copy(&self.bureau.layout().registry(), &copy);
            copies.push(copy);
            self.bureau.reopen();
        }
        copies
    }

    /// Asks everything.
    pub fn answers(&mut self) -> Answers {
        let numbers = self.numbers.iter().cloned().collect();
        Answers::of(&mut self.bureau, &About { persons: PERSONS, numbers })
    }

    /// What the office answers with another registry than its own, or with none.
    pub fn answers_with(&mut self, registry: Option<&Path>) -> Answers {
        self.bureau.close();
        let own = self.bureau.layout().registry();
        match registry {
            Some(other) => files::replace(other, &own),
            None => fs::remove_dir_all(own).unwrap(),
        }
        self.bureau.reopen();
        self.answers()
    }

    fn import(&mut self, first: usize, count: usize) {
        assert_eq!(self.bureau.import(synthetic(first, count).as_bytes()), count);
    }

    fn title(&mut self, person: usize) -> LeafIndex {
        self.bureau.office().registry().by_holder(&identity_number(person)).unwrap()[0]
    }

    fn number(&mut self, person: usize) -> CertificateNumber {
        let title = self.title(person);
        let certificate = Records::of(&self.bureau.dir()).certificate(title);
        certificate.unverified_claims().number.clone()
    }

    fn decide(&mut self, kind: CaseKind, persons: &[usize]) {
        let titles = persons.iter().map(|person| self.title(*person)).collect();
        self.bureau.decide(kind, titles).unwrap();
    }

    fn erase(&mut self, order: &ErasureOrder) {
        let (office, staff) = self.bureau.both();
        office.erase(order, "渝州职改删〔2026〕3号", &staff.proposer, &staff.approver).unwrap();
    }

    fn new_key(&self, name: &str) -> SigningKeyFile {
        let path = self.folder.path().join(name);
        SigningKeyFile::create(&path, &passphrase(), &mut randomness(name)).unwrap()
    }
}

impl Default for Busy {
    fn default() -> Self {
        Self::new()
    }
}
