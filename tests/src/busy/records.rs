//! What is kept, fixed and erased beside titles, and what a program leaves that stops.

use issuer::{
    actions::{Action, CaseEnd},
    archive::{
        Amendment, Asker, BarChange, BarOrder, Cause, Expired, NewEntry, SubjectOrder,
        supervision::SupervisionOrder,
    },
    case::{CaseId, CaseKind},
    office::{ErasureOrder, SampleOrder},
    registry::ResultState,
    signing::{
        SigningKeyFile,
        staff::{Person, ProposalHash, StaffId},
    },
};
use ledger::{
    certificate::Text, digest::Commitment, position::TreeSize, record::SubjectKind, sample::Filter,
};

use super::{Busy, DOCUMENT};
use crate::{
    bureau::{FIRST_COMMITTEE, key},
    desk,
    lists::identity_number,
    records::{Records, qr_text},
    witnesses::size,
};

/// Entries of which one is amended and one rescinded, and a disclosure.
pub(super) fn archives(busy: &mut Busy) {
    let today = busy.bureau.today();
    let cause = || Cause { decision: Some(DOCUMENT), decided_on: Some(today) };
    let mut written = Vec::new();
    for (kind, conduct, person) in [
        ("applicant", "APPLICANT_FALSE_MATERIAL", 8),
        ("applicant", "APPLICANT_FALSE_MATERIAL", 9),
        ("expert", "DISCIPLINE_VIOLATION", 9),
    ] {
        let identifier = identity_number(person);
        let subject =
            SubjectOrder { kind, name: "某人", document_kind: None, identifier: &identifier };
        let order = NewEntry {
            subject,
            kind: conduct,
            conduct: "论文系剽窃。",
            clause: None,
            cause: cause(),
            bar: BarOrder::default(),
        };
        let (office, staff) = busy.bureau.both();
        let entry = office.archive_add(&order, &staff.proposer, &staff.approver).unwrap();
        written.push(entry.index);
    }
    let amendment = Amendment {
        reason: "复核改为一年",
        cause: cause(),
        name: None,
        conduct: None,
        clause: None,
        bar: BarChange::To(BarOrder { from: None, until: Some(today.plus_months(12).unwrap()) }),
    };
    let (office, staff) = busy.bureau.both();
    let (one, two) = (&staff.proposer, &staff.approver);
    office.archive_amend(written[0], &amendment, one, two).unwrap();
    office.archive_rescind(written[1], "复议撤销", &cause(), one, two).unwrap();
    let identifier = Text::new(&identity_number(8)).unwrap();
    let own = Asker::Applicant { identifier: identifier.clone() };
    let subject = (SubjectKind::Applicant, &identifier);
    assert_eq!(office.archive_look_up(&own, subject, Expired::Hidden).unwrap().len(), 1);
}

/// A counterfeit that the public reports, a record by staff, and the end of one.
pub(super) fn supervises(busy: &mut Busy) {
    let title = busy.title(10);
    let certificate = Records::of(&busy.bureau.dir()).certificate(title);
    let mut forged = certificate.as_bytes().to_vec();
    *forged.last_mut().unwrap() ^= 1;
    let office = busy.bureau.office();
    let reported = office.report_counterfeit(qr_text(&forged, title).into_bytes()).unwrap();
    let (office, staff) = busy.bureau.both();
    let (one, two) = (&staff.proposer, &staff.approver);
    let order =
        SupervisionOrder {
            kind: "COMMENDATION", subject: Some("某单位"), facts: "评审公正。"
        };
    office.supervise(&order, one, two).unwrap();
    let kind = office.supervision(reported).unwrap().row.kind;
    office.close_supervision(reported, kind, "系伪造。", one, two).unwrap();
}

pub(super) fn counts_days(busy: &mut Busy) {
    for more in ["", r#""2027-01-04":"holiday","#] {
        let table = format!(
            r#"{{"schema":"holidays_cn/1","certainty_by_year":{{"2027":{{"level":"B","why":"测试"}}}},
            "days":{{"2027-01-01":"holiday",{more}"2027-02-06":"holiday","2027-02-20":"workday",
            "2027-05-01":"holiday","2027-10-01":"holiday","2027-10-02":"holiday","2027-10-03":"holiday"}}}}"#
        );
        let (office, staff) = busy.bureau.both();
        office.add_calendar(table.as_bytes(), &staff.proposer, &staff.approver).unwrap();
    }
}

/// A spot check that is fixed, drawn and found something, and one that waits for its seed.
pub(super) fn samples(busy: &mut Busy) {
    let committee = Some(Text::new(FIRST_COMMITTEE).unwrap());
    let log = busy.bureau.layout().log();
    let fix = |busy: &mut Busy, ahead: u64| {
        let order = SampleOrder {
            filter: Filter { committee: committee.clone(), ..Filter::default() },
            size: 2,
            announced: TreeSize::new(size(&log) + ahead).unwrap(),
            witness: "fake.example",
        };
        let (office, staff) = busy.bureau.both();
        office.fix_sample(&order, &staff.proposer, &staff.approver).unwrap().file.anchor
    };
    let drawn = fix(busy, 2);
    busy.import(20, 3);
    // With the two of the batch that was refused, and the one who passed after all.
    assert_eq!(busy.bureau.issue().len(), 6);
    let (office, staff) = busy.bureau.both();
    let found = office.sample_report(drawn).unwrap().drawn.sample[0];
    let (one, two) = (&staff.proposer, &staff.approver);
    office.sample_finding(drawn, found, "会议记录缺页", one, two).unwrap();
    fix(busy, 1000);
}

/// A title, a corrected title, an entry of the archive with its corrections, and a result that waits.
pub(super) fn erases(busy: &mut Busy) {
    busy.import(23, 1);
    let results = busy.bureau.office().registry().results().unwrap();
    let waiting = results.iter().find(|(_, state)| *state == ResultState::Pending).unwrap().0;
    let title = busy.number(6);
    let title_with_recheck = busy.number(10);
    let corrected = busy.number(7);
    let archive = busy.bureau.office().registry().archive_entries().unwrap();
    // The rescinded one: the last entry but one of those recorded by hand.
    let rescinded = archive.iter().rev().map(|(index, _)| *index).find(|index| {
        let judged = busy.bureau.office().archive_entry_at(*index).unwrap();
        judged.standing.code() == "rescinded"
    });
    for order in [
        ErasureOrder::Number(title),
        ErasureOrder::Number(title_with_recheck),
        ErasureOrder::Number(corrected),
        ErasureOrder::Index(rescinded.unwrap()),
        ErasureOrder::Line(waiting),
    ] {
        busy.erase(&order);
    }
}

/// Staff come and go, a case is open, a result waits, a committee is cancelled; and what a program left
/// that stopped before it folded its lines: an intent that was given up, and a case that failed.
pub(super) fn is_interrupted(busy: &mut Busy) {
    let third = busy.new_key("third.key");
    let person = |id: &str, key: &SigningKeyFile| Person {
        id: StaffId::new(id).unwrap(),
        name: Text::new("某某").unwrap(),
        keys: vec![key.public_key()],
    };
    let fourth = busy.new_key("fourth.key");
    let (office, staff) = busy.bureau.both();
    let (one, two) = (&staff.proposer, &staff.approver);
    office.add_staff(person("staff-3", &third), one, two).unwrap();
    office.add_staff(person("staff-4", &fourth), one, two).unwrap();
    office.remove_staff(&StaffId::new("staff-4").unwrap(), one, two).unwrap();
    let entries = busy.bureau.entries_for(CaseKind::CancelAuthority);
    busy.bureau.decide(CaseKind::CancelAuthority, entries).unwrap();
    busy.import(25, 2);
    busy.bureau.office().heartbeat().unwrap();
    let failing = propose(busy, 8);
    busy.bureau.close();
    let by =
        Records::of(&busy.bureau.dir()).journal().into_iter().rev().find_map(|line| match line {
            Action::CaseProposed { by, .. } => Some(by),
            _ => None,
        });
    let commitment = Commitment::to(b"an issuance that was given up");
    let proposal = ProposalHash::from_bytes([7; 32]);
    let end = CaseEnd::Failed { reason: "test".to_owned() };
    desk::write_lines(
        &busy.bureau.dir(),
        &busy.bureau.clock,
        vec![
            (Action::IssueIntended { commitment, result: None, proposal }, Some(vec![7; 32])),
            (Action::Abandoned { intents: vec![commitment], reason: "test".to_owned() }, None),
            (Action::CaseApproved { case: failing, by: by.unwrap() }, None),
            (Action::CaseEnded { case: failing, end }, None),
        ],
    );
    busy.bureau.reopen();
    propose(busy, 0);
}

fn propose(busy: &mut Busy, person: usize) -> CaseId {
    let title = busy.title(person);
    let order = busy.bureau.order(CaseKind::RevokeTitle, vec![title]);
    busy.bureau.office().propose_case(order, &key("staff-1.key")).unwrap().case
}
