//! Members of staff, and the two of them that it takes: a batch is issued and a title revoked only
//! when two persons have signed the same proposal (promise 7 of ARCHITECTURE.md).
//!
//! Pure: who is registered comes from the journal, and what was approved goes back there.

mod kind;
mod proposal;
mod register;
mod two_persons;

pub use self::{
    kind::ProposalKind,
    proposal::{Approval, NotAProposal, ProposalHash, Refusal},
    register::{Person, StaffError, StaffId, StaffRegister},
    two_persons::{ApprovalError, Approved, Part, TwoPersons},
};

#[cfg(test)]
#[path = "staff_tests.rs"]
mod tests;
