//! The open data of journal lines: strict CBOR both ways.

use ledger::{
    cbor::{CborError, Reader, Writer},
    certificate::TextError,
    digest::Commitment,
    journal::{JournalRecord, JournalSequence},
    position::PositionTooLarge,
    time::NotADate,
};

use super::{
    ABANDONED, ANCHOR_INTENDED, APPENDED, APPROVED, Action, AnchorIntent, ArchiveAction,
    CASE_APPROVED, CASE_ENDED, CASE_PROPOSED, CASE_REFUSED, COMMITTEE_REGISTERED, ERASURE_DECIDED,
    ErasureDecided, ISSUE_DRAFTED, ISSUE_INTENDED, PROPOSED, RESULT_IMPORTED, RecheckAction,
    STAFF_REGISTERED, STAFF_REMOVED, SignedProposal,
    authority::{AuthorityAction, RegisteredCommittee},
    cases::{CaseEnd, CaseSignature, read_case},
};
use crate::signing::staff::{ProposalHash, ProposalKind, StaffError, StaffId};

/// Longest text in a line's open data.
pub(crate) const MAX_TEXT_LEN: usize = 512;
/// Most keys that one member of staff holds.
const MAX_KEYS: usize = 16;
/// Most intents that one line ends: what fits the longest data, 34 bytes each.
pub const MAX_INTENTS: usize = 10_000;

/// Why a journal line is none that the issuer writes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// A kind that this program does not know: the journal is of a newer version.
    #[error("journal line {at} is of kind {kind:?}, which this program does not know")]
    UnknownKind {
        /// Its place.
        at: u64,
        /// Its kind.
        kind: String,
    },
    /// The data is not of the kind's form.
    #[error("journal data: {0}")]
    Cbor(#[from] CborError),
    /// A position that no log or journal has.
    #[error("journal data: {0}")]
    Position(#[from] PositionTooLarge),
    /// A text is refused.
    #[error("journal data: {0}")]
    Text(#[from] TextError),
    /// A date outside the calendar.
    #[error("journal data: {0}")]
    Date(#[from] NotADate),
    /// An identifier is refused.
    #[error("journal data: {0}")]
    Staff(#[from] StaffError),
    /// A supervision record of no known kind.
    #[error("journal data: {0}")]
    Supervision(#[from] crate::archive::supervision::SupervisionError),
    /// A purpose that no anchor has.
    #[error("journal data: {0}")]
    Purpose(#[from] ledger::certificate::UnknownCode),
    /// A kind of proposal that does not exist.
    #[error("journal data: no kind of proposal has the code {code}")]
    ProposalKind {
        /// The code found.
        code: u64,
    },
}

impl Action {
    /// The line's open data.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new();
        match self {
            Self::StaffRegistered { person, keys } => {
                out.array(2).text(person.as_str()).array(keys.len());
                for key in keys {
                    out.bytes(key);
                }
            }
            Self::StaffRemoved { person } => {
                out.array(1).text(person.as_str());
            }
            Self::CommitteeRegistered(committee) => {
                committee.write(out.array(RegisteredCommittee::FIELDS));
            }
            Self::Authority(action) => action.write(&mut out),
            Self::ResultImported => {
                out.array(0);
            }
            Self::Proposed(signed) | Self::Approved(signed) => {
                out.array(4)
                    .uint(signed.kind.code())
                    .bytes(signed.proposal.as_bytes())
                    .bytes(&signed.key)
                    .bytes(&signed.signature);
            }
            Self::IssueIntended { commitment, result, proposal } => {
                out.array(3)
                    .bytes(commitment.as_bytes())
                    .optional(*result, |out, result| out.uint(result.get()))
                    .bytes(proposal.as_bytes());
            }
            Self::IssueDrafted { result } => {
                out.array(1).uint(result.get());
            }
            Self::CaseProposed { kind, by } => by.write(out.array(5).uint(*kind)),
            Self::CaseApproved { case, by } | Self::CaseRefused { case, by } => {
                by.write(out.array(5).uint(case.line().get()));
            }
            Self::CaseEnded { case, end } => end.write(out.array(2).uint(case.line().get())),
            Self::Archive(action) => action.write(&mut out),
            Self::Erasure(decided) => decided.write(&mut out),
            Self::AnchorIntended(intent) => intent.write(&mut out),
            Self::Recheck(action) => action.write(&mut out),
            Self::Appended(intents) => write_commitments(&mut out, intents),
            Self::Abandoned { intents, reason } => {
                out.array(2).text(reason);
                write_commitments(&mut out, intents);
            }
        }
        out.finish()
    }

    /// Reads a line that the issuer wrote; `None` for the ledger's own lines (erasures).
    pub fn decode(record: &JournalRecord) -> Result<Option<Self>, ActionError> {
        let mut input = Reader::new(&record.data);
        let input_ref = &mut input;
        let action = match record.kind.as_str() {
            STAFF_REGISTERED => read_staff(input_ref)?,
            STAFF_REMOVED => {
                input_ref.array(1)?;
                Self::StaffRemoved { person: StaffId::new(input_ref.text(MAX_TEXT_LEN)?)? }
            }
            COMMITTEE_REGISTERED => {
                input_ref.array(RegisteredCommittee::FIELDS)?;
                Self::CommitteeRegistered(RegisteredCommittee::read(input_ref)?)
            }
            RESULT_IMPORTED => {
                input_ref.array(0)?;
                Self::ResultImported
            }
            PROPOSED => Self::Proposed(read_proposal(input_ref)?),
            APPROVED => Self::Approved(read_proposal(input_ref)?),
            ISSUE_INTENDED => read_issue(input_ref)?,
            ISSUE_DRAFTED => {
                input_ref.array(1)?;
                Self::IssueDrafted { result: JournalSequence::new(input_ref.uint()?)? }
            }
            CASE_PROPOSED => {
                input_ref.array(5)?;
                Self::CaseProposed { kind: input_ref.uint()?, by: CaseSignature::read(input_ref)? }
            }
            CASE_APPROVED => {
                input_ref.array(5)?;
                let case = read_case(input_ref)?;
                Self::CaseApproved { case, by: CaseSignature::read(input_ref)? }
            }
            CASE_REFUSED => {
                input_ref.array(5)?;
                let case = read_case(input_ref)?;
                Self::CaseRefused { case, by: CaseSignature::read(input_ref)? }
            }
            CASE_ENDED => {
                input_ref.array(2)?;
                let case = read_case(input_ref)?;
                Self::CaseEnded { case, end: CaseEnd::read(input_ref)? }
            }
            ERASURE_DECIDED => Self::Erasure(ErasureDecided::read(input_ref)?),
            ANCHOR_INTENDED => Self::AnchorIntended(AnchorIntent::read(input_ref)?),
            APPENDED => Self::Appended(read_commitments(input_ref)?),
            ABANDONED => {
                input_ref.array(2)?;
                let reason = input_ref.text(MAX_TEXT_LEN)?.to_owned();
                Self::Abandoned { intents: read_commitments(input_ref)?, reason }
            }
            ledger::journal::ERASURE_KIND => return Ok(None),
            kind => {
                if let Some(action) = ArchiveAction::read(kind, input_ref)? {
                    Self::Archive(action)
                } else if let Some(action) = AuthorityAction::read(kind, input_ref)? {
                    Self::Authority(action)
                } else if let Some(action) = RecheckAction::read(kind, input_ref)? {
                    Self::Recheck(action)
                } else {
                    let (at, kind) = (record.sequence.get(), kind.to_owned());
                    return Err(ActionError::UnknownKind { at, kind });
                }
            }
        };
        input.finish()?;
        Ok(Some(action))
    }
}

/// Reads the open data of a decision to erase.
pub(crate) fn decode_erasure(data: &[u8]) -> Result<ErasureDecided, ActionError> {
    let mut input = Reader::new(data);
    let decided = ErasureDecided::read(&mut input)?;
    input.finish()?;
    Ok(decided)
}

fn read_staff(input: &mut Reader<'_>) -> Result<Action, ActionError> {
    input.array(2)?;
    let person = StaffId::new(input.text(MAX_TEXT_LEN)?)?;
    let keys = (0..input.array_up_to(MAX_KEYS)?)
        .map(|_| input.byte_array())
        .collect::<Result<_, CborError>>()?;
    Ok(Action::StaffRegistered { person, keys })
}

fn read_proposal(input: &mut Reader<'_>) -> Result<SignedProposal, ActionError> {
    input.array(4)?;
    let code = input.uint()?;
    Ok(SignedProposal {
        kind: ProposalKind::from_code(code).ok_or(ActionError::ProposalKind { code })?,
        proposal: ProposalHash::from_bytes(input.digest()?),
        key: input.byte_array()?,
        signature: input.byte_array()?,
    })
}

fn read_issue(input: &mut Reader<'_>) -> Result<Action, ActionError> {
    input.array(3)?;
    Ok(Action::IssueIntended {
        commitment: Commitment::from_bytes(input.digest()?),
        result: input
            .optional(|input| Ok::<_, ActionError>(JournalSequence::new(input.uint()?)?))?,
        proposal: ProposalHash::from_bytes(input.digest()?),
    })
}

fn write_commitments(out: &mut Writer, commitments: &[Commitment]) {
    out.array(commitments.len());
    for commitment in commitments {
        out.bytes(commitment.as_bytes());
    }
}

fn read_commitments(input: &mut Reader<'_>) -> Result<Vec<Commitment>, CborError> {
    (0..input.array_up_to(MAX_INTENTS)?)
        .map(|_| input.digest().map(Commitment::from_bytes))
        .collect()
}
