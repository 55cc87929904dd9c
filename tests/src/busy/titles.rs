//! What is done with titles and committees.

use issuer::{
    archive::Cause,
    case::{CaseKind, Corrections, ReissueOrder},
    committee::Rectification,
    office::{
        KeyChoice, RecheckOrder, RecheckSubject, RecheckVerdict, RectificationOrder, Rectified,
    },
    recheck::Outcome,
};
use ledger::certificate::Text;

use super::{Busy, DOCUMENT};
use crate::{
    bureau::FIRST_COMMITTEE,
    lists::{demo_committees, further_filing, holder_name, identity_number, synthetic},
};

pub(super) fn issues(busy: &mut Busy) {
    busy.import(0, 12);
    assert_eq!(busy.bureau.issue().len(), 12);
}

/// One batch by a case, and one that is refused, whose results go on waiting.
pub(super) fn batches(busy: &mut Busy) {
    busy.import(12, 3);
    let (office, staff) = busy.bureau.both();
    let proposed = office.propose_batch(&staff.proposer).unwrap().case.unwrap();
    office.approve_case(proposed.case, proposed.draft, &staff.approver).unwrap();
    busy.import(15, 2);
    let (office, staff) = busy.bureau.both();
    let proposed = office.propose_batch(&staff.proposer).unwrap().case.unwrap();
    office.refuse_case(proposed.case, "名单有误。", &staff.approver).unwrap();
}

/// A fresh key, and two orders to put things right, of which one was complied with.
pub(super) fn files_again(busy: &mut Busy) {
    let bureau = &mut busy.bureau;
    bureau.renew(&further_filing(), KeyChoice::New).unwrap();
    let today = bureau.today();
    let order = RectificationOrder {
        code: FIRST_COMMITTEE,
        to: Rectified::Committee,
        deadline: today.plus_months(1).unwrap(),
        cause: Cause { decision: Some(DOCUMENT), decided_on: Some(today) },
        conduct: "程序不规范。",
        clause: None,
    };
    let (office, staff) = bureau.both();
    let (one, two) = (&staff.proposer, &staff.approver);
    let done = office.order_rectification(&order, one, two).unwrap();
    office.order_rectification(&order, one, two).unwrap();
    office.complete_rectification(done.order, today, "已复查", one, two).unwrap();
    let open: Vec<Rectification> = office.open_rectifications(FIRST_COMMITTEE).unwrap();
    assert_eq!(open.len(), 1);
}

pub(super) fn decides(busy: &mut Busy) {
    let number = busy.number(1);
    busy.bureau.revoke(&number);
    busy.decide(CaseKind::RevokeTitle, &[3]);
    busy.decide(CaseKind::RestoreTitle, &[3]);
    busy.decide(CaseKind::NotRecognise, &[2, 4]);
    busy.decide(CaseKind::CancelError, &[5]);
}

pub(super) fn suspends(busy: &mut Busy) {
    for kind in [CaseKind::SuspendAuthority, CaseKind::ReinstateAuthority] {
        let entries = busy.bureau.entries_for(kind);
        busy.bureau.decide(kind, entries).unwrap();
        busy.bureau.clock.advance_minutes(24 * 60);
    }
}

pub(super) fn reissues(busy: &mut Busy) {
    let order = ReissueOrder {
        title: busy.title(7),
        corrections: Corrections {
            name: Some(Text::new("更名者").unwrap()),
            ..Corrections::default()
        },
        document: Text::new("渝州职改〔2026〕31号").unwrap(),
        decided_on: busy.bureau.today(),
        reasons: "姓名更正。".to_owned(),
    };
    let (office, staff) = busy.bureau.both();
    let proposed = office.propose_reissue(order, &staff.proposer).unwrap();
    office.approve_case(proposed.case, proposed.draft, &staff.approver).unwrap();
}

/// One upheld, one from failed to passed, one open.
pub(super) fn rechecks(busy: &mut Busy) {
    let (decided_on, reasons) = ("2026-06-01".parse().unwrap(), "经复查属实。");
    let order = |subject| RecheckOrder {
        subject,
        applied_on: "2026-05-06".parse().unwrap(),
        published_on: Some("2026-03-02".parse().unwrap()),
        confirmed_on: None,
        grounds: "论文未计入",
    };
    let verdict = |outcome| RecheckVerdict {
        outcome,
        follow_up: None,
        document: DOCUMENT,
        decided_on,
        reasons,
        result: None,
    };
    let passed = [10, 11].map(|person| busy.number(person));
    let (office, staff) = busy.bureau.both();
    let (one, two) = (&staff.proposer, &staff.approver);
    let upheld = office.open_recheck(&order(RecheckSubject::Passed(&passed[0]))).unwrap();
    office.decide_recheck(upheld.id, &verdict(Outcome::Upheld), one, two).unwrap();
    office.open_recheck(&order(RecheckSubject::Passed(&passed[1]))).unwrap();
    let (identifier, name) = (&*identity_number(18), &*holder_name(18));
    let (application, committee) = ("2026-05-0017", FIRST_COMMITTEE);
    let failed =
        RecheckSubject::Failed { application, committee, name, document_kind: None, identifier };
    let failed = office.open_recheck(&order(failed)).unwrap();
    let (list, committees) = (synthetic(18, 1), demo_committees());
    let with = RecheckVerdict {
        result: Some((list.as_bytes(), &committees)),
        ..verdict(Outcome::Corrected)
    };
    office.decide_recheck(failed.id, &with, one, two).unwrap();
}
