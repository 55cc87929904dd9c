//! Gathering from files that somebody altered or withheld, and reading nothing twice.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use ledger::{
    path::LogPath,
    reader::Fetch,
    status::Status,
    store::StoreError,
    test_kit::{Bureau, StoreFiles},
};
use verifier::{
    check::Input,
    gather::{LastSeen, View},
    verdict::{Findings, Outcome, Question, Reason, judge},
};

use crate::support::{answer_of, because, checker_on, unrecorded};

/// Files of which some are others than the log's, and a note of which were asked for.
#[derive(Debug, Clone)]
pub struct Changed {
    files: StoreFiles,
    changed: BTreeMap<String, Option<Vec<u8>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Changed {
    pub fn new(files: StoreFiles) -> Self {
        Self { files, changed: BTreeMap::new(), asked: Arc::default() }
    }

    pub fn with(mut self, path: &str, bytes: Option<Vec<u8>>) -> Self {
        self.changed.insert(path.to_owned(), bytes);
        self
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

impl Fetch for Changed {
    type Error = StoreError;

    fn fetch(&self, path: &LogPath, max_len: usize) -> Result<Option<Vec<u8>>, StoreError> {
        let name = path.to_string();
        self.asked.lock().unwrap().push(name.clone());
        match self.changed.get(&name) {
            Some(changed) => Ok(changed.clone()),
            None => self.files.fetch(path, max_len),
        }
    }
}

#[test]
fn no_changed_byte_of_any_file_hides_a_revocation_or_makes_one() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue_all((0..3).map(Bureau::claims).collect());
    let event = bureau.decide(issued[1].index, Status::Revoked);
    let size = bureau.size().get();
    let paths = [
        "checkpoint".to_owned(),
        format!("tile/0/000.p/{size}"),
        format!("tile/entries/000.p/{size}"),
        format!("status/{}", event.get() + 1),
    ];
    for name in paths {
        let path: LogPath = name.parse().unwrap();
        let bytes = bureau.files().fetch(&path, path.max_len()).unwrap().unwrap();
        for at in (0..bytes.len()).step_by(3) {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            let files = Changed::new(bureau.files()).with(&name, Some(changed));
            let checker = checker_on(&bureau, files);
            for (certificate, truth) in
                [(&issued[0], Outcome::Valid), (&issued[1], Outcome::Revoked)]
            {
                let report = checker.check_now(&Input::QrText(certificate.qr_text())).unwrap();
                let found = report.verdict.outcome;
                assert!(
                    found == truth || found == Outcome::CannotDetermine,
                    "{name}, byte {at}: {found:?} instead of {truth:?}"
                );
            }
        }
    }
}

#[test]
fn a_withheld_file_leads_to_cannot_determine_and_never_to_not_recorded() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue_all((0..3).map(Bureau::claims).collect());
    bureau.decide(issued[1].index, Status::Revoked);
    let size = bureau.size().get();
    let status = format!("status/{}", bureau.head().list_head.get());
    for (name, reason) in [
        ("checkpoint".to_owned(), Reason::NoCheckpoint),
        (format!("tile/0/000.p/{size}"), Reason::NoCheckpoint),
        (format!("tile/entries/000.p/{size}"), Reason::NoCheckpoint),
        (status, Reason::StatusUnproved),
    ] {
        // Of a partial file the full one may have taken the place; here there is none either.
        let files = Changed::new(bureau.files()).with(&name, None);
        let input = Input::QrText(issued[0].qr_text());
        let verdict = checker_on(&bureau, files).check_now(&input).unwrap().verdict;
        assert_eq!(answer_of(&verdict), because(Outcome::CannotDetermine, reason), "{name}");
    }
}

#[test]
fn a_withheld_bundle_leads_to_cannot_determine_for_what_stands_in_it() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue_all((0..600).map(Bureau::claims).collect());
    let files = Changed::new(bureau.files()).with("tile/entries/001", None);
    let checker = checker_on(&bureau, files);
    for (at, expected) in [
        (300, because(Outcome::CannotDetermine, Reason::PlaceUnavailable)),
        (10, (Outcome::Valid, None)),
        (590, (Outcome::Valid, None)),
    ] {
        let report = checker.check_now(&Input::QrText(issued[at].qr_text())).unwrap();
        assert_eq!(answer_of(&report.verdict), expected, "{at}");
    }
}

#[test]
fn while_the_checkpoint_stays_the_same_only_it_and_new_bundles_are_read() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue_all((0..100).map(Bureau::claims).collect());
    let files = Changed::new(bureau.files());
    let checker = checker_on(&bureau, files.clone());
    let check = |at: usize| {
        let report = checker.check_now(&Input::QrText(issued[at].qr_text())).unwrap();
        assert_eq!(report.verdict.outcome, Outcome::Valid);
    };
    check(0);
    assert!(files.asked().len() > 3);
    check(50);
    assert_eq!(files.asked(), ["checkpoint"]);
    bureau.decide(issued[7].index, Status::Revoked);
    check(51);
    assert!(files.asked().iter().any(|path| path.starts_with("status/")));
    let report = checker.check_now(&Input::QrText(issued[7].qr_text())).unwrap();
    assert_eq!(report.verdict.outcome, Outcome::Revoked);
}

#[test]
fn a_view_gives_the_evidence_of_a_whole_batch_and_reads_each_bundle_once() {
    let mut bureau = Bureau::new();
    bureau.heartbeat();
    let issued = bureau.issue_all((0..1000).map(Bureau::claims).collect());
    let files = Changed::new(bureau.files());
    let source = Arc::new(files.clone());
    let view = View::open(&source, &bureau.policy(), &LastSeen::nothing()).unwrap();
    files.asked();
    let question = Question::Now(bureau.now);
    for certificate in &issued {
        let (bytes, authority) = (certificate.certificate.clone(), certificate.claims.authority);
        let evidence = view.evidence(bytes, authority, certificate.index);
        let verdict = judge(&evidence, &Findings::NONE, &bureau.trust(), question);
        assert_eq!((verdict.outcome, verdict.index), (Outcome::Valid, Some(certificate.index)));
    }
    let asked = files.asked();
    let bundles = asked.iter().filter(|path| path.starts_with("tile/entries/")).count();
    // Four of the batch, and the authority's once more.
    assert!(bundles <= 5, "{asked:?}");
}

#[test]
fn a_forgery_does_not_make_the_log_be_read_through() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue_all((0..600).map(Bureau::claims).collect());
    let forged = Bureau::sign_as(ledger::test_kit::Seat::Decide, &issued[0].claims);
    let forged =
        ledger::test_kit::Issued { certificate: forged.as_bytes().to_vec(), ..issued[0].clone() };
    let files = Changed::new(bureau.files());
    let checker = checker_on(&bureau, files.clone());
    let report = checker.check_now(&Input::QrText(forged.qr_text())).unwrap();
    let expected = because(Outcome::NotOnRecord, Reason::SignatureWrong);
    assert_eq!(answer_of(&report.verdict), expected);
    assert!(!files.asked().contains(&"tile/entries/001".to_owned()));
}

#[test]
fn many_wrong_hints_of_one_certificate_cost_one_reading_of_the_log() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue_all((0..600).map(Bureau::claims).collect());
    let stray = unrecorded(Bureau::claims(9000), issued[0].index);
    let files = Changed::new(bureau.files());
    let checker = checker_on(&bureau, files.clone());
    let check = |text| checker.check_now(&Input::QrText(text)).unwrap().verdict.outcome;
    let bundles = |files: &Changed| {
        files.asked().iter().filter(|path| path.starts_with("tile/entries/")).count()
    };
    for certificate in [&issued[400], &stray] {
        let outcome = check(certificate.qr_text_with_hint(3));
        assert!(bundles(&files) >= 2);
        for hint in 4..50 {
            assert_eq!(check(certificate.qr_text_with_hint(hint)), outcome);
        }
        assert_eq!(bundles(&files), 0);
    }
    // What was added since is read, and nothing else.
    bureau.issue_all((1000..1300).map(Bureau::claims).collect());
    assert_eq!(check(stray.qr_text_with_hint(3)), Outcome::NotOnRecord);
    let asked = files.asked();
    assert!(!asked.contains(&"tile/entries/001".to_owned()), "{asked:?}");
}
