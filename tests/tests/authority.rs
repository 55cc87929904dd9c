//! Committees' authorities through the whole office: further filings, fresh keys, and decisions that
//! hit every entry of a committee. What a stranger makes of each certificate is asked of the verifier.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use issuer::{
    actions::Action,
    case::{CaseFault, CaseKind, Field, Matter, Order},
    committee::AuthorityFault,
    office::{IssueOptions, KeyChoice, Known, OfficeError},
};
use ledger::{
    position::LeafIndex,
    status::{MAX_SUSPENSIONS, Status},
};
use tests::{
    bureau::{Bureau, FIRST_COMMITTEE, Staff, key},
    lists::{committees, further_filing, reviewed_in_2025, synthetic},
    programs::{issuer_in, run, with_two_keys},
    records::{Records, qr_text},
    stranger::Stranger,
};
use verifier::{clock::Clock as _, verdict::Outcome};

/// Imports and issues one result of the first committee, and tells where it stands.
fn issue_one(bureau: &mut Bureau, list: &str) -> LeafIndex {
    assert_eq!(bureau.import(list.as_bytes()), 1);
    let issued = bureau.issue();
    assert_eq!(issued.len(), 1);
    issued[0].index
}

fn signer(bureau: &Bureau, index: LeafIndex) -> LeafIndex {
    Records::of(&bureau.dir()).certificate(index).unverified_claims().authority
}

fn outcome(bureau: &Bureau, index: LeafIndex) -> (Outcome, &'static str) {
    let certificate = Records::of(&bureau.dir()).certificate(index);
    let text = qr_text(certificate.as_bytes(), index);
    Stranger::of(&bureau.dir(), bureau.clock.now()).outcome(&text).unwrap()
}

fn authority_fault(error: &OfficeError) -> &AuthorityFault {
    match error {
        OfficeError::Authority(fault) => fault,
        other => panic!("{other:?}"),
    }
}

fn case_fault(error: &OfficeError) -> &CaseFault {
    match error {
        OfficeError::Case(fault) => fault,
        other => panic!("{other:?}"),
    }
}

/// What is held back, in the words that staff read; nothing is issued.
fn held_back(bureau: &mut Bureau) -> Vec<String> {
    let (proposer, approver) = (key("staff-1.key"), key("staff-2.key"));
    let options = IssueOptions { proposer: &proposer, approver: &approver };
    let report = bureau.office().issue(&options, |_step| {}).unwrap();
    assert_eq!(report.issued, []);
    report.held_back.iter().map(|held| held.fault.to_string()).collect()
}

#[test]
fn the_review_date_picks_the_filing_and_its_key() {
    let mut bureau = Bureau::new();
    let old = bureau.entries_for(CaseKind::SuspendAuthority)[0];
    let renewed = bureau.renew(&further_filing(), KeyChoice::New).unwrap();
    assert_eq!(renewed.known, Known::New);
    assert_eq!(bureau.entries_for(CaseKind::SuspendAuthority), [old, renewed.index]);

    let earlier = issue_one(&mut bureau, &reviewed_in_2025(0, 1));
    let later = issue_one(&mut bureau, &synthetic(3, 1));
    assert_eq!((signer(&bureau, earlier), signer(&bureau, later)), (old, renewed.index));
    for index in [earlier, later] {
        assert_eq!(outcome(&bureau, index).0, Outcome::Valid);
    }
    let folder = bureau.layout().keys().join("committees");
    for name in ["YZ-05-01.key", "YZ-05-01.2.key"] {
        assert!(folder.join(name).exists(), "{name}");
    }
    assert!(!folder.join("YZ-05-01.3.key").exists());
    bureau.audit();
}

#[test]
fn a_renewal_under_the_same_key_is_done_once() {
    let mut bureau = Bureau::new();
    let before = bureau.office().recorded_committees().unwrap();
    let old_key = before.get(FIRST_COMMITTEE).unwrap().filings()[0].authority.key().clone();
    let first = bureau.renew(&further_filing(), KeyChoice::Same).unwrap();
    bureau.reopen();
    let again = bureau.renew(&further_filing(), KeyChoice::Same).unwrap();
    assert_eq!((first.known, again.known), (Known::New, Known::Already));
    assert_eq!(again.index, first.index);
    let after = bureau.office().recorded_committees().unwrap();
    let filings = after.get(FIRST_COMMITTEE).unwrap().filings();
    assert_eq!(filings.len(), 2);
    assert!(filings.iter().all(|filing| *filing.authority.key() == old_key));
    // A fresh key for the filing of the list, once it is wanted; again only when it was used.
    let fresh = bureau.renew(&further_filing(), KeyChoice::New).unwrap();
    assert_eq!(fresh.known, Known::New);
    assert_eq!(bureau.renew(&further_filing(), KeyChoice::New).unwrap().index, fresh.index);
    let issued = issue_one(&mut bureau, &synthetic(0, 1));
    assert_eq!(signer(&bureau, issued), fresh.index);
    assert_eq!(bureau.renew(&further_filing(), KeyChoice::New).unwrap().known, Known::New);
    bureau.audit();
}

#[test]
fn registering_another_filing_of_a_known_committee_does_nothing_and_says_so() {
    let mut bureau = Bureau::new();
    let entries = Records::of(&bureau.dir()).entries().len();
    let list = committees(&further_filing());
    let (office, staff) = bureau.both();
    let known = office.register_committees(&list, &staff.proposer, &staff.approver).unwrap();
    assert_eq!(known[0].known, Known::OtherFiling);
    assert_eq!(Records::of(&bureau.dir()).entries().len(), entries);
    let list = bureau.beside("further.csv");
    std::fs::write(&list, further_filing()).unwrap();
    bureau.close();
    let words = ["authority", "register", "--committees", list.to_str().unwrap()];
    let told = run(with_two_keys(&mut issuer_in(&bureau.dir(), &bureau.clock, &words)));
    assert_eq!(told.code, Some(1));
    assert!(told.stdout.contains("issuer authority renew"), "{}", told.stdout);
}

#[test]
fn what_cannot_be_renewed_is_refused_with_its_code_and_nothing_is_written() {
    let mut bureau = Bureau::new();
    let unchanged = (Records::of(&bureau.dir()).journal().len(), 1);
    let (one, two) = (key("staff-1.key"), key("staff-2.key"));
    let list = committees(&further_filing());
    let mut refused = |code: &str, text: &str| {
        let list = committees(text);
        let outcome = bureau.office().renew_committee(code, &list, KeyChoice::Same, &one, &two);
        authority_fault(&outcome.unwrap_err()).code()
    };
    assert_eq!(refused("YZ-77-01", &further_filing()), "committee_not_registered");
    assert_eq!(refused("YZ-05-02", &further_filing()), "committee_not_listed");
    let four_years = further_filing().replace("2028-12-31", "2029-12-31");
    assert_eq!(refused(FIRST_COMMITTEE, &four_years), "filing_longer_than_three_years");
    let same_number = further_filing().replace("〔2026〕77号", "〔2024〕21号");
    assert_eq!(refused(FIRST_COMMITTEE, &same_number), "filing_differs");
    let outcome =
        bureau.office().renew_committee(FIRST_COMMITTEE, &list, KeyChoice::New, &one, &one);
    assert!(matches!(outcome, Err(OfficeError::Approval(_))), "{outcome:?}");
    let journal = Records::of(&bureau.dir()).journal().len();
    assert_eq!((journal, bureau.entries_for(CaseKind::SuspendAuthority).len()), unchanged);
}

#[test]
fn a_decision_on_a_committee_hits_every_entry_in_standing() {
    let mut bureau = Bureau::new();
    bureau.renew(&further_filing(), KeyChoice::New).unwrap();
    let all = bureau.entries_for(CaseKind::SuspendAuthority);
    for partial in [&all[..1], &all[1..]] {
        let error = bureau.decide(CaseKind::SuspendAuthority, partial.to_vec()).unwrap_err();
        assert_eq!(case_fault(&error).code(), "entry_missing");
    }
    let stranger =
        bureau.office().committee_targets("YZ-05-02", CaseKind::SuspendAuthority, None).unwrap();
    let mixed = [&all[..], &stranger[..]].concat();
    let error = bureau.decide(CaseKind::SuspendAuthority, mixed).unwrap_err();
    assert_eq!(case_fault(&error).code(), "not_together");

    let recorded = bureau.decide(CaseKind::SuspendAuthority, all.clone()).unwrap();
    assert_eq!((recorded.events.len(), recorded.archive.len()), (2, 1));
    let exceptions = bureau.office().exceptions().unwrap();
    assert!(all.iter().all(|entry| exceptions.status(*entry) == Status::Suspended));
    let further = further_filing().replace("77号", "78号").replace("2028-12-31", "2028-11-30");
    let error = bureau.renew(&further, KeyChoice::New).unwrap_err();
    assert_eq!(authority_fault(&error).code(), "authority_suspended");
    bureau.decide(CaseKind::ReinstateAuthority, all.clone()).unwrap();
    bureau.decide(CaseKind::CancelAuthority, all.clone()).unwrap();
    let error = bureau.renew(&further, KeyChoice::New).unwrap_err();
    assert_eq!(authority_fault(&error).code(), "authority_cancelled");
    bureau.audit();
}

#[test]
fn a_renewal_makes_a_proposed_suspension_stale() {
    let mut bureau = Bureau::new();
    let targets = bureau.entries_for(CaseKind::SuspendAuthority);
    let order = bureau.order(CaseKind::SuspendAuthority, targets);
    let proposed = bureau.office().propose_case(order, &key("staff-1.key")).unwrap();
    let renewed = bureau.renew(&further_filing(), KeyChoice::New).unwrap();
    let outcome = bureau.office().approve_case(proposed.case, proposed.draft, &key("staff-2.key"));
    let matter = Matter::Decision(CaseKind::SuspendAuthority);
    let stale = CaseFault::Stale { case: proposed.case, matter, target: renewed.index };
    assert_eq!(*case_fault(&outcome.unwrap_err()), stale);
    bureau.audit();
}

#[test]
fn a_fresh_entry_is_bound_by_the_committees_earlier_suspensions() {
    let mut bureau = Bureau::new();
    bureau.import(synthetic(0, 1).as_bytes());
    let old = bureau.entries_for(CaseKind::SuspendAuthority);
    let staff = Staff { proposer: key("staff-1.key"), approver: key("staff-2.key") };
    for (kind, day) in
        [(CaseKind::SuspendAuthority, "2026-02-15"), (CaseKind::ReinstateAuthority, "2026-03-01")]
    {
        let order = Order { decided_on: day.parse().unwrap(), ..bureau.order(kind, old.clone()) };
        bureau.office().decide(order, &staff.proposer, &staff.approver).unwrap();
    }
    bureau.renew(&further_filing(), KeyChoice::New).unwrap();
    let held = held_back(&mut bureau);
    assert_eq!(held.len(), 1);
    assert!(held[0].contains("committee_suspended"), "{held:?}");
    let earlier = issue_one_more(&mut bureau, &reviewed_in_2025(3, 1));
    assert_eq!(outcome(&bureau, earlier).0, Outcome::Valid);
    bureau.audit();
}

#[test]
fn a_suspension_that_no_list_could_keep_or_that_ends_before_it_began_is_refused_when_proposed() {
    let mut bureau = Bureau::new();
    let (suspend, reinstate) = (CaseKind::SuspendAuthority, CaseKind::ReinstateAuthority);
    let entries = bureau.entries_for(suspend);
    bureau.decide(suspend, entries.clone()).unwrap();
    let yesterday = "2026-03-01".parse().unwrap();
    for kind in [reinstate, CaseKind::CancelAuthority] {
        let order = Order { decided_on: yesterday, ..bureau.order(kind, entries.clone()) };
        let error = bureau.office().propose_case(order, &key("staff-1.key")).unwrap_err();
        let fault = case_fault(&error);
        assert_eq!((fault.code(), fault.field()), ("suspension_reversed", Field::DecidedOn));
    }
    for _ in 1..MAX_SUSPENSIONS {
        bureau.decide(reinstate, entries.clone()).unwrap();
        bureau.decide(suspend, entries.clone()).unwrap();
    }
    bureau.decide(reinstate, entries.clone()).unwrap();
    let earlier = Records::of(&bureau.dir()).journal().len();
    let error = bureau.decide(suspend, entries.clone()).unwrap_err();
    let fault = case_fault(&error);
    assert_eq!((fault.code(), fault.field()), ("too_many_suspensions", Field::Target));
    assert_eq!(Records::of(&bureau.dir()).journal().len(), earlier);
    bureau.decide(CaseKind::CancelAuthority, entries).unwrap();
    bureau.audit();
}

/// Issues one result beside those that are held back.
fn issue_one_more(bureau: &mut Bureau, list: &str) -> LeafIndex {
    assert_eq!(bureau.import(list.as_bytes()), 1);
    let (proposer, approver) = (key("staff-1.key"), key("staff-2.key"));
    let options = IssueOptions { proposer: &proposer, approver: &approver };
    let report = bureau.office().issue(&options, |_step| {}).unwrap();
    assert_eq!(report.issued.len(), 1);
    report.issued[0].index
}

#[test]
fn a_compromised_key_is_cut_off_at_its_last_good_entry_and_replaced() {
    let mut bureau = Bureau::new();
    let good = issue_one(&mut bureau, &synthetic(0, 1));
    let entry = signer(&bureau, good);
    bureau.renew(&further_filing(), KeyChoice::Same).unwrap();
    let stolen = issue_one(&mut bureau, &reviewed_in_2025(3, 1));
    let other = issue_one(&mut bureau, &synthetic(6, 1));
    bureau.import(synthetic(9, 1).as_bytes());
    bureau.close();
    let cancel = |words: &[&str]| {
        let cancel = ["authority", "cancel", FIRST_COMMITTEE, "--json"];
        let mut issuer = issuer_in(&bureau.dir(), &bureau.clock, &cancel);
        issuer.args(["--document", "渝州职改〔2026〕901号", "--reasons", "密钥失密。"]);
        issuer.args(["--decided-on", "2026-07-10", "--served-on", "2026-07-10"]).args(words);
        run(with_two_keys(&mut issuer))
    };
    let (last, at) = (good.get().to_string(), entry.get().to_string());
    assert_ne!(cancel(&["--index", &at]).code, Some(0), "an entry alone is never cancelled");
    let done = cancel(&["--index", &at, "--last-valid-index", &last]).expect_code(0).json();
    // Both entries under that key.
    assert_eq!(done["events"].as_array().unwrap().len(), 2);
    bureau.reopen();

    assert_eq!(outcome(&bureau, good).0, Outcome::Valid);
    for index in [stolen, other] {
        assert_eq!(outcome(&bureau, index), (Outcome::NotOnRecord, "authority_cancelled"));
    }
    let error = bureau.renew(&further_filing(), KeyChoice::Same).unwrap_err();
    assert_eq!(authority_fault(&error).code(), "key_cancelled");
    assert!(held_back(&mut bureau)[0].contains("committee_cancelled"));
    let fresh = bureau.renew(&further_filing(), KeyChoice::New).unwrap();
    let issued = bureau.issue();
    assert_eq!(signer(&bureau, issued[0].index), fresh.index);
    assert_eq!(outcome(&bureau, issued[0].index).0, Outcome::Valid);
    bureau.audit();
}

#[test]
fn nobody_registers_a_committee_alone_and_what_two_signed_is_in_the_journal() {
    let mut bureau = Bureau::new();
    let list = committees(&further_filing().replace(FIRST_COMMITTEE, "YZ-05-77"));
    let before = Records::of(&bureau.dir()).journal().len();
    let (one, two) = (key("staff-1.key"), key("staff-2.key"));
    let alone = bureau.office().register_committees(&list, &one, &one);
    assert!(matches!(alone, Err(OfficeError::Approval(_))), "{alone:?}");
    assert_eq!(Records::of(&bureau.dir()).journal().len(), before);

    let registered = bureau.office().register_committees(&list, &one, &two).unwrap();
    let fresh = registered.iter().filter(|one| one.known == Known::New);
    assert_eq!(fresh.map(|one| one.code.as_str()).collect::<Vec<_>>(), ["YZ-05-77"]);
    let lines = Records::of(&bureau.dir()).journal();
    assert!(matches!(
        &lines[before..],
        [Action::Proposed(first), Action::Approved(second), Action::CommitteeRegistered(_)]
            if first.proposal == second.proposal && first.key != second.key
    ));
    bureau.audit();
}
