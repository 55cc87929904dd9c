//! The registry can be thrown away: made again from log, private records and journal, it gives the
//! same answers to every question.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{collections::BTreeMap, fs};

use issuer::{
    archive::Cause,
    committee::Rectification,
    office::{KeyChoice, RectificationOrder, Rectified},
    registry::{CaseRow, FilingRow, Intent, Registry, ResultState, StaffRow},
};
use ledger::{
    certificate::CertificateNumber,
    digest::{Commitment, RootHash},
    entry::{AuthorityEntry, Entry, Issuance},
    journal::{JournalPlace, JournalSequence},
    position::{LeafIndex, TreeSize},
    rules::History as _,
};
use tests::{
    bureau::{Bureau, FIRST_COMMITTEE, key},
    lists,
    programs::{program, run},
    records::Records,
};

const PERSONS: usize = 9;
const ISSUED: usize = 6;

/// Everything that the registry can be asked about this bureau.
#[derive(Debug, PartialEq)]
struct Answers {
    log: (TreeSize, RootHash),
    journal: Option<JournalPlace>,
    numbers: Vec<(CertificateNumber, Vec<LeafIndex>)>,
    holders: Vec<Vec<LeafIndex>>,
    results: Vec<(JournalSequence, ResultState)>,
    intents: Vec<Option<Intent>>,
    open: Vec<Intent>,
    filings: Vec<(FilingRow, Vec<FilingRow>)>,
    rectifications: Vec<Rectification>,
    staff: Vec<StaffRow>,
    cases: Vec<CaseRow>,
    authorities: Vec<(LeafIndex, AuthorityEntry)>,
    places: BTreeMap<Commitment, Option<LeafIndex>>,
    issuances: Vec<(Option<Issuance>, bool, Option<LeafIndex>)>,
}

/// Asks everything. The commitments come from the log and the journal, not from the registry.
fn answers(bureau: &mut Bureau) -> Answers {
    let records = Records::of(&bureau.dir());
    let intended: Vec<Commitment> = records
        .journal()
        .iter()
        .filter_map(|action| match action {
            issuer::actions::Action::IssueIntended { commitment, .. } => Some(*commitment),
            _ => None,
        })
        .chain(records.entries().iter().filter_map(|entry| match entry {
            Entry::StatusChange(change) => Some(change.unverified().record),
            Entry::IntegrityRecord(commitment) => Some(*commitment),
            _ => None,
        }))
        .collect();
    let size = records.entries().len() as u64;
    let indices = || (0..size).map(|index| LeafIndex::new(index).unwrap());
    let registry: &Registry = bureau.office().registry();
    let numbers = registry.certificate_numbers().unwrap();
    let filings = registry.all_filings().unwrap();
    let person = |number| registry.by_holder(&lists::identity_number(number)).unwrap();
    let place = |commitment: &Commitment| registry.commitment(commitment).unwrap();
    let of_index = |index| {
        let issuance = registry.issuance(index).unwrap();
        (issuance, registry.has_issuance(index).unwrap(), registry.last_decision(index).unwrap())
    };
    Answers {
        log: registry.log_position().unwrap(),
        journal: registry.journal_position().unwrap(),
        numbers: numbers
            .into_iter()
            .map(|number| {
                let documents = registry.by_number(&number).unwrap();
                (number, documents)
            })
            .collect(),
        holders: (0..PERSONS).map(person).collect(),
        results: registry.results().unwrap(),
        intents: intended.iter().map(|c| registry.intent(c).unwrap()).collect(),
        open: registry.open_intents().unwrap(),
        filings: filings
            .into_iter()
            .map(|filing| {
                let of_committee = registry.filings(&filing.committee.code).unwrap();
                (filing, of_committee)
            })
            .collect(),
        rectifications: registry.rectifications().unwrap(),
        staff: registry.staff().unwrap(),
        cases: registry.cases().unwrap(),
        authorities: registry.authorities().unwrap(),
        places: intended.iter().map(|commitment| (*commitment, place(commitment))).collect(),
        issuances: indices().map(of_index).collect(),
    }
}

/// A bureau with something of everything: issued, revoked, waiting.
fn bureau() -> Bureau {
    let mut bureau = Bureau::having_issued(ISSUED);
    let number = bureau.office().registry().certificate_numbers().unwrap().remove(2);
    bureau.revoke(&number);
    bureau.renew(&lists::further_filing(), KeyChoice::New).unwrap();
    let today = bureau.today();
    let order = RectificationOrder {
        code: FIRST_COMMITTEE,
        to: Rectified::Committee,
        deadline: today.plus_months(1).unwrap(),
        cause: Cause { decision: Some("渝州职改〔2026〕55号"), decided_on: Some(today) },
        conduct: "程序不规范。",
        clause: None,
    };
    let (one, two) = (key("staff-1.key"), key("staff-2.key"));
    let done = bureau.office().order_rectification(&order, &one, &two).unwrap();
    bureau.office().order_rectification(&order, &one, &two).unwrap();
    bureau.office().complete_rectification(done.order, today, "已复查", &one, &two).unwrap();
    bureau.import(lists::synthetic(ISSUED, PERSONS - ISSUED).as_bytes());
    bureau.office().heartbeat().unwrap();
    bureau
}

#[test]
fn a_deleted_registry_is_made_again_on_opening_with_the_same_answers() {
    let mut bureau = bureau();
    let before = answers(&mut bureau);
    assert_eq!(before.numbers.len(), ISSUED);
    assert_eq!(before.holders.iter().filter(|documents| documents.len() == 1).count(), ISSUED);
    bureau.close();
    fs::remove_dir_all(bureau.layout().registry()).unwrap();
    bureau.reopen();
    assert_eq!(answers(&mut bureau), before);
    assert_eq!(bureau.issue().len(), PERSONS - ISSUED);
    bureau.audit();
}

#[test]
fn registry_rebuild_gives_the_same_answers() {
    let mut bureau = bureau();
    let before = answers(&mut bureau);
    bureau.close();
    let mut issuer = program("issuer");
    issuer.args(["registry", "rebuild", "--allow-example-keys", "--now", &bureau.clock.text()]);
    run(issuer.arg("--dir").arg(bureau.dir())).expect_code(0);
    bureau.reopen();
    assert_eq!(answers(&mut bureau), before);
    bureau.audit();
}

#[test]
fn a_registry_that_lags_behind_catches_up() {
    let mut bureau = Bureau::having_issued(2);
    bureau.close();
    let old = bureau.beside("old-registry");
    tests::files::copy(&bureau.layout().registry(), &old);
    bureau.reopen();
    bureau.import(lists::synthetic(2, 4).as_bytes());
    assert_eq!(bureau.issue().len(), 4);
    let number = bureau.office().registry().certificate_numbers().unwrap().remove(0);
    bureau.revoke(&number);
    let before = answers(&mut bureau);
    bureau.close();
    tests::files::replace(&old, &bureau.layout().registry());
    bureau.reopen();
    assert_eq!(answers(&mut bureau), before);
    bureau.audit();
}

#[test]
fn the_registry_of_another_bureau_is_refused_with_what_to_do() {
    let mut other = Bureau::having_issued(3);
    other.close();
    let mut bureau = Bureau::having_issued(2);
    bureau.close();
    tests::files::replace(&other.layout().registry(), &bureau.layout().registry());
    let mut issuer = program("issuer");
    issuer.args(["heartbeat", "--allow-example-keys", "--now", &bureau.clock.text(), "--dir"]);
    let finished = run(issuer.arg(bureau.dir())).expect_code(2);
    assert!(finished.stderr.contains("issuer registry rebuild"), "{}", finished.stderr);
    bureau.audit();
}
