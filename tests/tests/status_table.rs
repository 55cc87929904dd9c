//! Every (status, event) pair of titles and documents: what the domain's table allows happens,
//! everything else is refused with its code and changes nothing. `tests/data/certificate_status.json` is
//! the table.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;

use issuer::{
    case::{CaseKind, Corrections, ReissueOrder},
    import::PendingResults as _,
    office::OfficeError,
};
use ledger::{
    certificate::{CertificateNumber, Text},
    position::LeafIndex,
    status::Status,
};
use tests::{
    bureau::{Bureau, key},
    lists,
    records::{Records, qr_text},
    stranger::Stranger,
};
use verifier::clock::Clock as _;

const TABLE: &str = include_str!("../data/certificate_status.json");

/// An event of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Issue,
    Decide(CaseKind),
    Reissue,
}

const EVENTS: [(&str, Event); 6] = [
    ("ISSUE", Event::Issue),
    ("REVOKE", Event::Decide(CaseKind::RevokeTitle)),
    ("DERECOGNISE", Event::Decide(CaseKind::NotRecognise)),
    ("CANCEL", Event::Decide(CaseKind::CancelError)),
    ("REINSTATE", Event::Decide(CaseKind::RestoreTitle)),
    ("REISSUE", Event::Reissue),
];

/// The table's names of a title's statuses, and how a title gets there.
const STATUSES: [(&str, Status, Option<CaseKind>); 4] = [
    ("EFFECTIVE", Status::Valid, None),
    ("REVOKED", Status::Revoked, Some(CaseKind::RevokeTitle)),
    ("NOT_RECOGNISED", Status::NotRecognised, Some(CaseKind::NotRecognise)),
    ("CANCELLED_ERROR", Status::CancelledError, Some(CaseKind::CancelError)),
];

/// What the table allows: (status, event) → status afterwards. A reissue moves a document, so it is
/// allowed on a title that is effective and leaves it so.
fn allowed() -> BTreeSet<(String, &'static str, String)> {
    let table: serde_json::Value = serde_json::from_str(TABLE).unwrap();
    let mut allowed = BTreeSet::new();
    for transition in table["transitions"].as_array().unwrap() {
        let field = |name: &str| transition[name].as_str().unwrap();
        let word = field("event").split(' ').next().unwrap();
        let (event, _) = EVENTS.iter().find(|(name, _)| *name == word).unwrap();
        for from in field("from").split('|') {
            let (from, to) = match from {
                "CURRENT" => ("EFFECTIVE", "EFFECTIVE"),
                from => (from, field("to")),
            };
            allowed.insert((from.to_owned(), *event, to.to_owned()));
        }
    }
    allowed
}

fn try_event(bureau: &mut Bureau, event: Event, title: LeafIndex) -> Result<(), Box<OfficeError>> {
    match event {
        Event::Decide(kind) => bureau.decide(kind, vec![title]).map(|_| ()),
        Event::Reissue => {
            let order = correction(bureau, title, "换发之人");
            let office = bureau.office();
            let proposed = office.propose_reissue(order, &key("staff-1.key")).map_err(Box::new)?;
            let approved = office.approve_case(proposed.case, proposed.draft, &key("staff-2.key"));
            approved.map(|_| ()).map_err(Box::new)
        }
        Event::Issue => unreachable!("an issuance has no title yet"),
    }
}

fn correction(bureau: &Bureau, title: LeafIndex, name: &str) -> ReissueOrder {
    ReissueOrder {
        title,
        corrections: Corrections { name: Some(Text::new(name).unwrap()), ..Corrections::default() },
        document: Text::new("渝州职改〔2026〕31号").unwrap(),
        decided_on: bureau.today(),
        reasons: "姓名更正。".to_owned(),
    }
}

fn status_of(bureau: &mut Bureau, title: LeafIndex) -> Status {
    bureau.office().exceptions().unwrap().status(title)
}

fn titles(bureau: &mut Bureau) -> Vec<LeafIndex> {
    let numbers = bureau.office().registry().certificate_numbers().unwrap();
    numbers.iter().map(|number| bureau.office().title(number).unwrap()).collect()
}

#[test]
fn every_status_and_event() {
    let allowed = allowed();
    assert_eq!(allowed.len(), 8, "{allowed:?}");
    assert!(allowed.contains(&("—".to_owned(), "ISSUE", "EFFECTIVE".to_owned())));
    let mut bureau = Bureau::having_issued(STATUSES.len() * EVENTS.len());
    let mut titles = titles(&mut bureau).into_iter();
    let (mut happened, mut refused) = (0, 0);
    for (status, code, way) in STATUSES {
        for (word, event) in EVENTS {
            let title = titles.next().unwrap();
            if let Some(way) = way {
                bureau.decide(way, vec![title]).unwrap();
            }
            assert_eq!(status_of(&mut bureau, title), code);
            let after = allowed.iter().find(|(from, event, _)| from == status && *event == word);
            let entries = Records::of(&bureau.dir()).entries().len();
            if event == Event::Issue {
                // A title that is on record is not issued again: its result stands as issued.
                assert!(after.is_none());
                assert!(bureau.issue().is_empty());
                assert_eq!(Records::of(&bureau.dir()).entries().len(), entries);
                refused += 1;
                continue;
            }
            match (after, try_event(&mut bureau, event, title).map_err(|error| *error)) {
                (Some((_, _, to)), Ok(())) => {
                    let (_, expected, _) = STATUSES.iter().find(|(name, _, _)| name == to).unwrap();
                    assert_eq!(status_of(&mut bureau, title), *expected, "{status} {word}");
                    happened += 1;
                }
                (None, Err(OfficeError::Case(fault))) => {
                    assert_eq!(fault.code(), "transition_not_allowed", "{status} {word}");
                    assert!(fault.clause().is_some());
                    assert_eq!(status_of(&mut bureau, title), code);
                    assert_eq!(Records::of(&bureau.dir()).entries().len(), entries);
                    refused += 1;
                }
                (after, outcome) => panic!("{status} {word}: {after:?}, {outcome:?}"),
            }
        }
    }
    assert_eq!((happened, refused), (7, 17));
    bureau.audit();
}

/// The document layer: a title's documents follow the title, and nothing is decided on a document.
#[test]
fn nothing_is_decided_on_a_document_and_all_documents_follow_their_title() {
    let mut bureau = Bureau::having_issued(1);
    let title = titles(&mut bureau)[0];
    try_event(&mut bureau, Event::Reissue, title).unwrap();
    let records = Records::of(&bureau.dir());
    let documents: Vec<_> = records.issuances().into_keys().collect();
    assert_eq!(documents.len(), 2);
    let second = documents[1];
    for kind in CaseKind::ALL {
        let Err(OfficeError::Case(fault)) =
            bureau.decide(kind, vec![second]).map_err(|error| *error)
        else {
            panic!("{kind:?}")
        };
        assert_eq!(fault.code(), "no_target");
    }
    let outcomes = |bureau: &Bureau| -> Vec<_> {
        let stranger = Stranger::of(&bureau.dir(), bureau.clock.now());
        let text = |index: &LeafIndex| {
            let certificate = Records::of(&bureau.dir()).certificate(*index);
            qr_text(certificate.as_bytes(), *index)
        };
        documents.iter().map(|index| stranger.outcome(&text(index)).unwrap().0.name()).collect()
    };
    assert_eq!(outcomes(&bureau), ["superseded", "valid"]);
    bureau.decide(CaseKind::RevokeTitle, vec![title]).unwrap();
    assert_eq!(outcomes(&bureau), ["revoked", "revoked"]);
    bureau.decide(CaseKind::RestoreTitle, vec![title]).unwrap();
    assert_eq!(outcomes(&bureau), ["superseded", "valid"]);
    bureau.audit();
}

#[test]
fn a_result_that_was_issued_is_not_issued_again() {
    let mut bureau = Bureau::having_issued(2);
    let list = lists::synthetic(0, 2);
    assert_eq!(bureau.import(list.as_bytes()), 0);
    let judged = issuer::import::judge(list.as_bytes(), &lists::demo_rules()).unwrap();
    for result in judged.accepted {
        let standing = bureau.office().standing(&result.result().result_key()).unwrap();
        assert_eq!(standing, Some(issuer::import::Standing::Issued));
    }
    let numbers: Vec<CertificateNumber> = bureau.office().registry().certificate_numbers().unwrap();
    assert_eq!(numbers.len(), 2);
}
