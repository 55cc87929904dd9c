//! The check that two different, registered persons signed one proposal.

use std::fmt;

use ed25519_dalek::VerifyingKey;
use ledger::ed25519::verify_strict;

use super::{Approval, ProposalHash, StaffId, StaffRegister};

/// Who signed, as errors name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Who proposes.
    Proposer,
    /// Who approves.
    Approver,
}

impl Part {
    const fn name_zh(self) -> &'static str {
        match self {
            Self::Proposer => "提出人",
            Self::Approver => "批准人",
        }
    }

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proposer => "proposer",
            Self::Approver => "approver",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why two signatures do not approve a proposal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} / {} [{}, {}]", self.message_zh(), self.message_en(), self.code(), self.field())]
pub enum ApprovalError {
    /// One key twice.
    SameKey,
    /// Two keys of one person.
    SamePerson {
        /// Whose.
        person: StaffId,
    },
    /// A key that nobody is registered with.
    UnknownKey {
        /// Whose.
        part: Part,
    },
    /// A key whose holder was registered after it signed: somebody else, or somebody who had left the
    /// staff and came back.
    RegisteredSince {
        /// Whose.
        part: Part,
    },
    /// A signature by another key, or under another proposal.
    BadSignature {
        /// Whose.
        part: Part,
    },
}

impl ApprovalError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SameKey => "same_key",
            Self::SamePerson { .. } => "same_person",
            Self::UnknownKey { .. } => "key_not_registered",
            Self::RegisteredSince { .. } => "registered_since",
            Self::BadSignature { .. } => "approval_signature_wrong",
        }
    }

    /// The field to look at.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::SameKey | Self::SamePerson { .. } => Part::Approver.name(),
            Self::UnknownKey { part }
            | Self::RegisteredSince { part }
            | Self::BadSignature { part } => part.name(),
        }
    }

    /// The sentence in Chinese.
    pub fn message_zh(&self) -> String {
        match self {
            Self::SameKey => "提出与批准用了同一把密钥，须由两人签署".to_owned(),
            Self::SamePerson { person } => format!("两把密钥同属 {person}，须由两人签署"),
            Self::UnknownKey { part } => {
                format!(
                    "{}的密钥未登记在任何工作人员名下，请改用已登记的密钥，或先用 issuer staff add 登记",
                    part.name_zh()
                )
            }
            Self::RegisteredSince { part } => {
                format!("{}的密钥在签署之后重新登记过，请由现任人员重新提出", part.name_zh())
            }
            Self::BadSignature { part } => {
                format!("{}的签名与密钥或草案不符，请查看草案后重新签署", part.name_zh())
            }
        }
    }

    /// The sentence in English.
    pub fn message_en(&self) -> String {
        match self {
            Self::SameKey => {
                "proposer and approver used the same key: two persons are needed".to_owned()
            }
            Self::SamePerson { person } => {
                format!("both keys belong to {person}: two persons are needed")
            }
            Self::UnknownKey { part } => {
                format!(
                    "the {part}'s key is not registered to any member of staff: use a registered key, \
                     or register it with `issuer staff add`"
                )
            }
            Self::RegisteredSince { part } => {
                format!(
                    "the {part}'s key was registered anew since it signed: somebody on the staff now \
                     has to propose it again"
                )
            }
            Self::BadSignature { part } => {
                format!(
                    "the {part}'s signature is not by that key under this proposal: look at the \
                     draft, and sign it again"
                )
            }
        }
    }
}

/// A proposal that two different, registered persons signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approved {
    proposal: ProposalHash,
    proposer: StaffId,
    approver: StaffId,
}

/// Checks that two persons signed a proposal.
#[derive(Debug, Clone, Copy)]
pub struct TwoPersons;

impl TwoPersons {
    /// The one way to an [`Approved`] proposal.
    ///
    /// # Errors
    /// [`ApprovalError`] names what is missing.
    #[expect(clippy::new_ret_no_self, reason = "what is new is the approval")]
    pub fn new(
        proposal: ProposalHash,
        proposer: &Approval,
        approver: &Approval,
        staff: &StaffRegister,
    ) -> Result<Approved, ApprovalError> {
        let (first, second) = Self::hold(&proposer.key, &approver.key, staff)?;
        signed_by(Part::Proposer, proposer, &proposal)?;
        signed_by(Part::Approver, approver, &proposal)?;
        Ok(Approved { proposal, proposer: first.clone(), approver: second.clone() })
    }

    /// Whether two keys are held by two registered persons; who they are.
    ///
    /// # Errors
    /// [`ApprovalError`] names what is missing.
    pub fn hold<'a>(
        proposer: &VerifyingKey,
        approver: &VerifyingKey,
        staff: &'a StaffRegister,
    ) -> Result<(&'a StaffId, &'a StaffId), ApprovalError> {
        if proposer == approver {
            return Err(ApprovalError::SameKey);
        }
        let owner = |part, key| {
            staff.owner(key).map(|person| &person.id).ok_or(ApprovalError::UnknownKey { part })
        };
        let (first, second) = (owner(Part::Proposer, proposer)?, owner(Part::Approver, approver)?);
        if first == second {
            return Err(ApprovalError::SamePerson { person: first.clone() });
        }
        Ok((first, second))
    }
}

fn signed_by(
    part: Part,
    approval: &Approval,
    proposal: &ProposalHash,
) -> Result<(), ApprovalError> {
    verify_strict(&approval.key, &proposal.signed_bytes(), &approval.signature)
        .map_err(|_bad| ApprovalError::BadSignature { part })
}

impl Approved {
    /// What was approved.
    pub const fn proposal(&self) -> ProposalHash {
        self.proposal
    }

    /// Who proposed it.
    pub const fn proposer(&self) -> &StaffId {
        &self.proposer
    }

    /// Who approved it.
    pub const fn approver(&self) -> &StaffId {
        &self.approver
    }
}
