//! What journal lines mean. The action *is* its line: what is not here was not done.
//!
//! Open data is for staff and names no person but by an identifier; what is about a person is sealed,
//! one person a payload, so that erasing it leaves the chain whole.

mod anchor;
mod archive;
mod authority;
mod cases;
mod codec;
mod erasure;
mod recheck;

use ledger::{
    certificate::{Text, TextError},
    cose::SIGNATURE_LEN,
    digest::Commitment,
    journal::{JournalSequence, RecordKind},
};

pub use self::{
    anchor::AnchorIntent,
    archive::{ArchiveAction, SampleFound},
    authority::{AuthorityAction, RegisteredCommittee},
    cases::{CaseEnd, CaseSignature},
    codec::{ActionError, MAX_INTENTS},
    erasure::ErasureDecided,
    recheck::RecheckAction,
};
pub(crate) use self::{
    authority::read_key,
    codec::{MAX_TEXT_LEN, decode_erasure},
};
use crate::{
    case::CaseId,
    signing::staff::{ProposalHash, ProposalKind, StaffId},
};

/// One line of the journal, as the issuer understands it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// A member of staff was registered with keys. Payload: the name.
    StaffRegistered {
        /// Who.
        person: StaffId,
        /// Ed25519 public keys.
        keys: Vec<[u8; 32]>,
    },
    /// A member of staff was removed: the keys sign nothing any more.
    StaffRemoved {
        /// Who.
        person: StaffId,
    },
    /// A committee was registered; its certificate goes into the log.
    CommitteeRegistered(RegisteredCommittee),
    /// Something about a registered committee's authority.
    Authority(AuthorityAction),
    /// An approved result was accepted and waits to be issued. Payload: the result.
    ResultImported,
    /// Somebody proposed something.
    Proposed(SignedProposal),
    /// Somebody else approved it.
    Approved(SignedProposal),
    /// A certificate is about to be appended. Payload: the issuance record, final bytes.
    IssueIntended {
        /// The certificate's commitment.
        commitment: Commitment,
        /// The line that imported the result it was made from; none for a reissue.
        result: Option<JournalSequence>,
        /// The proposal that two persons signed.
        proposal: ProposalHash,
    },
    /// A certificate was drafted for a batch that is proposed by a later line. Payload: what was drawn.
    IssueDrafted {
        /// The line that imported the result.
        result: JournalSequence,
    },
    /// A case was opened. Payload: its draft.
    CaseProposed {
        /// [`Matter::code`](crate::case::Matter::code).
        kind: u64,
        /// Who proposed it.
        by: CaseSignature,
    },
    /// A second person approved a case. This is the intent: what follows is put on record, also after
    /// a crash, and the case then ends.
    CaseApproved {
        /// Which.
        case: CaseId,
        /// Who approved it.
        by: CaseSignature,
    },
    /// A case was refused, or taken back by who proposed it. Payload: the reason.
    CaseRefused {
        /// Which.
        case: CaseId,
        /// Who refused it.
        by: CaseSignature,
    },
    /// An approved case ended.
    CaseEnded {
        /// Which.
        case: CaseId,
        /// How.
        end: CaseEnd,
    },
    /// Something about the integrity archive or a supervision record.
    Archive(ArchiveAction),
    /// Two persons decided to erase something.
    Erasure(ErasureDecided),
    /// An anchor is about to be appended. Payload: its private record, final bytes.
    AnchorIntended(AnchorIntent),
    /// Something about a recheck.
    Recheck(RecheckAction),
    /// These intents ended: what they intended is on record.
    Appended(Vec<Commitment>),
    /// These intents ended: what they intended was given up.
    Abandoned {
        /// Which.
        intents: Vec<Commitment>,
        /// Why; no personal data.
        reason: String,
    },
}

/// One person's signature under a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedProposal {
    /// What it would do.
    pub kind: ProposalKind,
    /// SHA-256 over everything it consists of.
    pub proposal: ProposalHash,
    /// The key that signed.
    pub key: [u8; 32],
    /// Its signature.
    pub signature: [u8; SIGNATURE_LEN],
}

impl Action {
    /// The journal's name for this kind of line.
    pub fn kind(&self) -> Result<RecordKind, ledger::journal::RecordError> {
        RecordKind::new(self.name())
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::StaffRegistered { .. } => STAFF_REGISTERED,
            Self::StaffRemoved { .. } => STAFF_REMOVED,
            Self::CommitteeRegistered(_) => COMMITTEE_REGISTERED,
            Self::Authority(action) => action.name(),
            Self::ResultImported => RESULT_IMPORTED,
            Self::Proposed(_) => PROPOSED,
            Self::Approved(_) => APPROVED,
            Self::IssueIntended { .. } => ISSUE_INTENDED,
            Self::IssueDrafted { .. } => ISSUE_DRAFTED,
            Self::CaseProposed { .. } => CASE_PROPOSED,
            Self::CaseApproved { .. } => CASE_APPROVED,
            Self::CaseRefused { .. } => CASE_REFUSED,
            Self::CaseEnded { .. } => CASE_ENDED,
            Self::Archive(action) => action.name(),
            Self::Erasure(_) => ERASURE_DECIDED,
            Self::AnchorIntended(_) => ANCHOR_INTENDED,
            Self::Recheck(action) => action.name(),
            Self::Appended(_) => APPENDED,
            Self::Abandoned { .. } => ABANDONED,
        }
    }
}

/// Reads a text field, naming it in the error.
fn text(value: &str) -> Result<Text, TextError> {
    Text::new(value)
}

const STAFF_REGISTERED: &str = "staff-registered";
const STAFF_REMOVED: &str = "staff-removed";
const COMMITTEE_REGISTERED: &str = "committee-registered";
const RESULT_IMPORTED: &str = "result-imported";
const PROPOSED: &str = "proposed";
const APPROVED: &str = "approved";
const ISSUE_INTENDED: &str = "issue-intended";
const ISSUE_DRAFTED: &str = "issue-drafted";
const CASE_PROPOSED: &str = "case-proposed";
const CASE_APPROVED: &str = "case-approved";
const CASE_REFUSED: &str = "case-refused";
const CASE_ENDED: &str = "case-ended";
const ERASURE_DECIDED: &str = "erasure-decided";
const ANCHOR_INTENDED: &str = "anchor-intended";
const APPENDED: &str = "appended";
const ABANDONED: &str = "abandoned";
