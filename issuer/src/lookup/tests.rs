#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
};

use ledger::{
    certificate::{Text, UnsignedCertificate},
    seal::KeyEncryptionKey,
    test_kit,
};
use proptest::prelude::*;

use super::*;

/// Which of [`Records`]' questions was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Read {
    Size,
    Documents,
    IssuanceFrom,
    IsErased,
    Certificate,
}

/// A log whose entries are heads (none) or documents with a number and a name, and what was read of it.
#[derive(Default, Clone)]
struct Log {
    entries: Vec<Option<(String, String)>>,
    erased: BTreeSet<u64>,
    reads: RefCell<Vec<Read>>,
}

impl Log {
    fn of(documents: &[(&str, &str)]) -> Self {
        let own = |(number, name): &(&str, &str)| Some(((*number).to_owned(), (*name).to_owned()));
        Self { entries: documents.iter().map(own).collect(), ..Self::default() }
    }

    fn erasing(mut self, index: u64) -> Self {
        self.erased.insert(index);
        self
    }

    fn indices(&self, is_wanted: impl Fn(&str) -> bool) -> Vec<LeafIndex> {
        let wanted = |(at, entry): (u64, &Option<(String, String)>)| {
            let is_wanted = entry.as_ref().is_some_and(|(number, _)| is_wanted(number));
            is_wanted.then(|| LeafIndex::new(at).unwrap())
        };
        (0..).zip(&self.entries).filter_map(wanted).collect()
    }

    fn note(&self, read: Read) {
        self.reads.borrow_mut().push(read);
    }

    /// Answers, and says what was read for it.
    fn ask(&self, number: &str, name: &str) -> (Answer, Vec<Read>) {
        self.reads.take();
        let Ok(answer) = answer(self, &key(), &host(), &Question::read(number, name));
        (answer, self.reads.take())
    }

    fn found(&self, number: &str, name: &str) -> Option<u64> {
        match self.ask(number, name).0 {
            Answer::Found { qr_text } => Some(QrPayload::from_text(&qr_text).unwrap().index.get()),
            Answer::NoSuchCertificate => None,
        }
    }

    /// The share of the log from which a decoy is found in one draw.
    fn readable_share(&self) -> f64 {
        let hits = (0..self.entries.len()).filter(|from| {
            let hit = (*from..self.entries.len()).find(|at| self.entries[*at].is_some());
            hit.is_some_and(|at| !self.erased.contains(&(at as u64)))
        });
        hits.count() as f64 / self.entries.len() as f64
    }
}

impl Records for Log {
    type Error = Infallible;

    fn size(&self) -> Result<TreeSize, Infallible> {
        self.note(Read::Size);
        Ok(TreeSize::new(self.entries.len() as u64).unwrap())
    }

    fn documents(&self, number: &CertificateNumber) -> Result<Vec<LeafIndex>, Infallible> {
        self.note(Read::Documents);
        Ok(self.indices(|of| of == number.as_str()))
    }

    fn issuance_from(&self, index: LeafIndex) -> Result<Option<LeafIndex>, Infallible> {
        self.note(Read::IssuanceFrom);
        Ok(self.indices(|_| true).into_iter().find(|at| *at >= index))
    }

    fn is_erased(&self, index: LeafIndex) -> Result<bool, Infallible> {
        self.note(Read::IsErased);
        Ok(self.erased.contains(&index.get()))
    }

    fn certificate(&self, index: LeafIndex) -> Result<Option<SignedCertificate>, Infallible> {
        self.note(Read::Certificate);
        let at = usize::try_from(index.get()).unwrap();
        let (number, name) = self.entries[at].clone().unwrap();
        let mut claims = test_kit::Bureau::claims(0);
        claims.number = CertificateNumber::new(&number).unwrap();
        claims.holder_name = Text::new(&name).unwrap();
        let certificate = UnsignedCertificate::new(&claims).unwrap().with_signature([7; 64]);
        Ok((!self.erased.contains(&index.get())).then_some(certificate))
    }
}

fn key() -> LookupKey {
    LookupKey::derived_from(&KeyEncryptionKey::from_random([5; 32]))
}

fn host() -> VerificationHost {
    VerificationHost::new("https://verify.example.org").unwrap()
}

#[test]
fn number_and_name_together_find_the_newest_document() {
    let log = Log::of(&[("A1", "张三"), ("B2", "李四"), ("A1", "张三")]);
    assert_eq!(log.found("A1", "张 三"), Some(2));
    assert_eq!(log.found("B2", "李四"), Some(1));
    assert_eq!(log.found("B2", "张三"), None);
    assert_eq!(log.found("C3", "张三"), None);
    assert_eq!(log.found("", ""), None);
    assert_eq!(Log::default().found("A1", "张三"), None);
}

#[test]
fn who_holds_the_document_before_a_correction_finds_the_new_one() {
    let log = Log::of(&[("A1", "张山"), ("B2", "李四"), ("A1", "张三")]);
    assert_eq!(log.found("A1", "张山"), Some(2));
    assert_eq!(log.found("A1", "张三"), Some(2));
    let log = Log::of(&[("A1", "张山"), ("A1", "张三"), ("A1", "张珊")]);
    assert_eq!(log.found("A1", "张山"), None);
    assert_eq!(log.found("A1", "张三"), Some(2));
}

#[test]
fn once_the_newest_document_is_erased_the_number_has_none() {
    let log = Log::of(&[("A1", "张三"), ("B2", "李四"), ("A1", "张三")]);
    assert_eq!(log.clone().erasing(2).found("A1", "张三"), None);
    assert_eq!(log.clone().erasing(0).found("A1", "张三"), Some(2));
    let nothing_left = log.erasing(0).erasing(1).erasing(2);
    assert_eq!(nothing_left.found("A1", "张三"), None);
    assert_eq!(nothing_left.found("B2", "李四"), None);
}

#[test]
fn a_decoy_opens_nothing_even_if_it_has_the_name_that_was_asked_for() {
    let log = Log::of(&[("A1", "张三"), ("B2", "张三"), ("C3", "张三")]);
    for number in ["A1", "B2"] {
        assert_eq!(log.clone().erasing(0).erasing(1).found(number, "张三"), None);
    }
    for absent in 0..200 {
        assert_eq!(log.found(&format!("N{absent}"), "张三"), None);
    }
}

#[test]
fn decoys_come_from_the_whole_log() {
    let documents: Vec<(String, String)> =
        (0..64).map(|at| (format!("A{at}"), "张三".to_owned())).collect();
    let log = Log { entries: documents.into_iter().map(Some).collect(), ..Log::default() };
    let mut hits = BTreeMap::<u64, usize>::new();
    for absent in 0..2000 {
        let number = CertificateNumber::new(&format!("N{absent}")).unwrap();
        let Ok(decoys) = decoy::pick(&log, &key(), &number);
        for decoy in decoys {
            *hits.entry(decoy.unwrap().get()).or_default() += 1;
        }
    }
    // 4,000 draws, 62.5 of each expected; five standard deviations are 39.
    assert_eq!(hits.len(), 64);
    assert!(hits.values().all(|count| (23..=102).contains(count)), "{hits:?}");
}

#[test]
fn an_answer_shows_nothing_in_its_debug_output() {
    let log = Log::of(&[("A1", "张三")]);
    assert_eq!(format!("{:?}", log.ask("A1", "张三").0), "Found(..)");
    assert_eq!(format!("{:?}", log.ask("A1", "李四").0), "NoSuchCertificate");
}

/// Entries of a log: heads, and documents of one of a few numbers and names.
fn entries() -> impl Strategy<Value = Vec<Option<(String, String)>>> {
    let document = ("[ABC]", "[张李]").prop_map(Some);
    prop::collection::vec(prop_oneof![3 => document, 1 => Just(None)], 1..40)
}

proptest! {
    #[test]
    fn for_right_wrong_erased_and_absent_as_many_records_are_read(
        entries in entries(),
        erased in prop::collection::vec(any::<bool>(), 40),
        name in "[张李]{1,40}",
    ) {
        let indices = (0u64..).zip(&entries).zip(erased);
        let erased = indices.filter_map(|((at, entry), erased)| (erased && entry.is_some()).then_some(at));
        let log = Log { erased: erased.collect(), entries, ..Log::default() };
        prop_assume!(log.readable_share() > 0.4);
        for number in ["A", "B", "C", "D", "渝"] {
            let (_, reads) = log.ask(number, &name);
            let count = |wanted| reads.iter().filter(|read| **read == wanted).count();
            prop_assert_eq!(count(Read::Certificate), NAMES);
            prop_assert_eq!((count(Read::Size), count(Read::Documents)), (1, 1));
        }
    }

    #[test]
    fn whether_a_number_is_on_record_changes_nothing_in_what_is_read(
        entries in entries(),
        name in "[张李]{1,40}",
    ) {
        let log = Log { entries, ..Log::default() };
        prop_assume!(log.readable_share() > 0.0);
        // The same log in which the number belongs to somebody else.
        let mut without = log.clone();
        for (number, _) in without.entries.iter_mut().flatten() {
            if number == "A" {
                "Z".clone_into(number);
            }
        }
        prop_assert_eq!(log.ask("A", &name).1, without.ask("A", "").1);
    }
}
