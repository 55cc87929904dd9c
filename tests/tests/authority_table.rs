//! Every (status, event) pair of a committee's authority: what may happen happens, everything else is
//! refused with its code and changes nothing. And who may do it: only the bureau's deciding authority,
//! whoever else signs.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::path::Path;

use ed25519_dalek::Signer as _;
use issuer::{
    archive::Cause,
    case::CaseKind,
    committee::KeyNumber,
    office::{KeyChoice, Known, OfficeError, RectificationOrder, Rectified},
    sequencer::{Prepared, Submission, SubmitError},
    signing::{ExampleKeys, SigningKeyFile},
};
use ledger::{
    authority::Role,
    certificate::LogGeneration,
    digest::Commitment,
    entry::{Decision, Entry, UnsignedStatusChange},
    position::LeafIndex,
    rules::{Rule, RuleError},
    status::Status,
};
use tests::{
    bureau::{Bureau, FIRST_COMMITTEE, key, passphrase},
    desk::sequencer,
    lists::{DEMO_COMMITTEES, committees, further_filing},
    records::Records,
};
use verifier::clock::Clock as _;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    /// The filing that is on record, once more.
    RegisterAgain,
    /// A further filing, as if the committee were new.
    RegisterAnother,
    Renew,
    Rectify,
    Decide(CaseKind),
}

/// What comes of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// The first entry's status afterwards.
    Done(Status),
    /// Nothing is done, and that is said.
    Nothing(Known),
    /// A refusal with this code.
    Refused(&'static str),
}

const SUSPEND: Event = Event::Decide(CaseKind::SuspendAuthority);
const REINSTATE: Event = Event::Decide(CaseKind::ReinstateAuthority);
const CANCEL: Event = Event::Decide(CaseKind::CancelAuthority);
const TRANSITION: Outcome = Outcome::Refused("transition_not_allowed");
const KNOWN: Outcome = Outcome::Nothing(Known::Already);
const OTHER: Outcome = Outcome::Nothing(Known::OtherFiling);

/// The table: valid ⇄ suspended, either → revoked, which is final. A suspended committee can be told to
/// put things right and gets no new entry; one that lost its authority gets neither.
const TABLE: [(Status, [(Event, Outcome); 7]); 3] = [
    (
        Status::Valid,
        [
            (Event::RegisterAgain, KNOWN),
            (Event::RegisterAnother, OTHER),
            (Event::Renew, Outcome::Done(Status::Valid)),
            (Event::Rectify, Outcome::Done(Status::Valid)),
            (SUSPEND, Outcome::Done(Status::Suspended)),
            (REINSTATE, TRANSITION),
            (CANCEL, Outcome::Done(Status::Revoked)),
        ],
    ),
    (
        Status::Suspended,
        [
            (Event::RegisterAgain, KNOWN),
            (Event::RegisterAnother, OTHER),
            (Event::Renew, Outcome::Refused("authority_suspended")),
            (Event::Rectify, Outcome::Done(Status::Suspended)),
            (SUSPEND, TRANSITION),
            (REINSTATE, Outcome::Done(Status::Valid)),
            (CANCEL, Outcome::Done(Status::Revoked)),
        ],
    ),
    (
        Status::Revoked,
        [
            (Event::RegisterAgain, KNOWN),
            (Event::RegisterAnother, OTHER),
            (Event::Renew, Outcome::Refused("authority_cancelled")),
            (Event::Rectify, Outcome::Refused("authority_cancelled")),
            (SUSPEND, TRANSITION),
            (REINSTATE, TRANSITION),
            (CANCEL, TRANSITION),
        ],
    ),
];

fn status(bureau: &mut Bureau, entry: LeafIndex) -> Status {
    bureau.office().exceptions().unwrap().status(entry)
}

fn register(bureau: &mut Bureau, list: &str) -> Outcome {
    let (office, staff) = bureau.both();
    let registered =
        office.register_committees(&committees(list), &staff.proposer, &staff.approver).unwrap();
    Outcome::Nothing(registered.iter().find(|one| one.code == FIRST_COMMITTEE).unwrap().known)
}

fn refusal(error: OfficeError) -> Outcome {
    Outcome::Refused(match error {
        OfficeError::Case(fault) => {
            assert!(fault.clause().is_some());
            fault.code()
        }
        OfficeError::Authority(fault) => {
            assert!(fault.clause().is_some());
            fault.code()
        }
        other => panic!("{other:?}"),
    })
}

fn happen(bureau: &mut Bureau, event: Event, entry: LeafIndex) -> Outcome {
    let outcome = match event {
        Event::RegisterAgain => {
            return register(bureau, std::str::from_utf8(DEMO_COMMITTEES).unwrap());
        }
        Event::RegisterAnother => return register(bureau, &further_filing()),
        Event::Renew => bureau.renew(&further_filing(), KeyChoice::Same).map(|_| ()),
        Event::Rectify => {
            let today = bureau.today();
            let order = RectificationOrder {
                code: FIRST_COMMITTEE,
                to: Rectified::Committee,
                deadline: today.plus_months(1).unwrap(),
                cause: Cause {
                    decision: Some("渝州职改〔2026〕55号"), decided_on: Some(today)
                },
                conduct: "程序不规范。",
                clause: None,
            };
            let (one, two) = (key("staff-1.key"), key("staff-2.key"));
            bureau.office().order_rectification(&order, &one, &two).map(|_| ()).map_err(Box::new)
        }
        Event::Decide(kind) => {
            let targets = bureau.entries_for(kind);
            assert_eq!(targets, [entry]);
            bureau.decide(kind, targets).map(|_| ())
        }
    };
    match outcome {
        Ok(()) => Outcome::Done(status(bureau, entry)),
        Err(error) => refusal(*error),
    }
}

fn size(bureau: &Bureau) -> (usize, usize) {
    let records = Records::of(&bureau.dir());
    (records.entries().len(), records.journal().len())
}

#[test]
fn every_authority_status_and_event() {
    for (from, row) in TABLE {
        for (event, expected) in row {
            let mut bureau = Bureau::new();
            let entry = bureau.entries_for(CaseKind::SuspendAuthority)[0];
            match from {
                Status::Suspended => drop(happen(&mut bureau, SUSPEND, entry)),
                Status::Revoked => drop(happen(&mut bureau, CANCEL, entry)),
                _ => {}
            }
            assert_eq!(status(&mut bureau, entry), from);
            let before = size(&bureau);
            assert_eq!(happen(&mut bureau, event, entry), expected, "{from:?} {event:?}");
            match expected {
                Outcome::Done(_) => assert_ne!(size(&bureau), before, "{from:?} {event:?}"),
                Outcome::Nothing(_) | Outcome::Refused(_) => {
                    assert_eq!(size(&bureau), before, "{from:?} {event:?}");
                    assert_eq!(status(&mut bureau, entry), from);
                }
            }
            bureau.audit();
        }
    }
}

/// An entry that would move an authority to a status, signed by some authority's key.
fn signed_by(
    signer: (LeafIndex, &SigningKeyFile),
    target: LeafIndex,
    previous: Option<LeafIndex>,
    status: Status,
    bureau: &Bureau,
) -> Prepared {
    let unsigned = UnsignedStatusChange::new(&Decision {
        log: LogGeneration::new(1),
        authority: signer.0,
        target,
        previous,
        status,
        decided_on: bureau.clock.now().beijing_date(),
        last_valid_index: None,
        record: Commitment::from_bytes([3; 32]),
        number: Commitment::from_bytes([4; 32]),
    });
    let signature = signer.1.key().sign(&unsigned.to_be_signed()).to_bytes();
    let entry = Entry::StatusChange(unsigned.with_signature(signature).unwrap());
    Prepared::new(entry, Some(vec![0].into()))
}

fn load(path: &Path) -> SigningKeyFile {
    SigningKeyFile::load(path, &passphrase(), ExampleKeys::Allowed).unwrap()
}

#[test]
fn nobody_but_the_deciding_authority_decides_on_an_authority() {
    let mut bureau = Bureau::new();
    let other = "YZ-05-02";
    let suspend = CaseKind::SuspendAuthority;
    let entry = |bureau: &mut Bureau, code| {
        bureau.office().committee_targets(code, suspend, None).unwrap()[0]
    };
    let (first, second) = (entry(&mut bureau, FIRST_COMMITTEE), entry(&mut bureau, other));
    let suspended = bureau.decide(suspend, vec![second]).unwrap().events[0];
    bureau.close();
    let layout = bureau.layout();
    let committee = load(&layout.committee_key(FIRST_COMMITTEE, KeyNumber::FIRST));
    let (issue, copy) = (load(&layout.key("issue.key")), load(&layout.key("copy.key")));

    let mut sequencer = sequencer(&bureau.dir(), &bureau.clock);
    let place = |key: &SigningKeyFile| {
        let mut authorities = sequencer.state().authorities();
        let own = authorities.find(|(_, one)| one.ed25519_key() == Some(&key.public_key()));
        own.map(|(index, authority)| (index, authority.role())).unwrap()
    };
    let signers = [&committee, &issue, &copy].map(|key| (place(key), key));
    assert_eq!(signers.map(|((_, role), _)| role), [Role::Issue, Role::Issue, Role::CopyOnly]);
    let size = sequencer.size();
    for ((index, role), key) in signers {
        for (target, previous, status) in [
            (first, None, Status::Suspended),
            (first, None, Status::Revoked),
            (second, Some(suspended), Status::Valid),
            (second, Some(suspended), Status::Revoked),
        ] {
            let entry = signed_by((index, key), target, previous, status, &bureau);
            let entries = vec![entry];
            let answer = sequencer.commit_group(vec![Submission { entries }]).remove(0);
            let Err(SubmitError::Rule(RuleError::Broken { rule, .. })) = answer else {
                panic!("{role:?} on {target}: {answer:?}");
            };
            assert_eq!(rule, Rule::Role { authority: index, role }, "{status:?} on {target}");
        }
    }
    assert_eq!(sequencer.size(), size);
}
