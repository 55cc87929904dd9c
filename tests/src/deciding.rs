//! Deciding on titles as cases, and what a refused approval leaves behind.

use issuer::{
    case::{CaseFault, CaseKind},
    office::{OfficeError, Proposed},
    signing::SigningKeyFile,
};
use ledger::position::LeafIndex;

use crate::{
    bureau::{Bureau, key},
    records::Records,
};

/// The titles of a bureau, in the order of their numbers.
pub fn titles(bureau: &mut Bureau) -> Vec<LeafIndex> {
    let office = bureau.office();
    let numbers = office.registry().certificate_numbers().unwrap();
    numbers.iter().map(|number| office.title(number).unwrap()).collect()
}

/// The first member of staff proposes.
pub fn propose(bureau: &mut Bureau, kind: CaseKind, targets: Vec<LeafIndex>) -> Proposed {
    let order = bureau.order(kind, targets);
    bureau.office().propose_case(order, &key("staff-1.key")).unwrap()
}

/// The refusal of an approval, which leaves journal, log and case as they were.
pub fn refused(bureau: &mut Bureau, proposed: Proposed, approver: &SigningKeyFile) -> OfficeError {
    let (journal, entries) = before(bureau);
    let Proposed { case, draft } = proposed;
    let state = bureau.office().case(case).unwrap().row.state;
    let error = bureau.office().approve_case(case, draft, approver).unwrap_err();
    assert_eq!(before(bureau), (journal, entries));
    assert_eq!(bureau.office().case(case).unwrap().row.state, state);
    error
}

/// How many lines the journal has, and how many entries the log.
pub fn before(bureau: &Bureau) -> (usize, usize) {
    let records = Records::of(&bureau.dir());
    (records.journal().len(), records.entries().len())
}

/// The fault of a case.
pub fn case_fault(error: OfficeError) -> CaseFault {
    match error {
        OfficeError::Case(fault) => fault,
        other => panic!("{other:?}"),
    }
}
