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
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Proposer => "proposer",
            Self::Approver => "approver",
        })
    }
}

/// Why two signatures do not approve a proposal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalError {
    /// One key twice.
    #[error(
        "提出与批准用了同一把密钥，须由两人签署 / proposer and approver used the same key: two persons \
         are needed [{}]",
        self.code()
    )]
    SameKey,
    /// Two keys of one person.
    #[error(
        "两把密钥同属 {person}，须由两人签署 / both keys belong to {person}: two persons are needed [{}]",
        self.code()
    )]
    SamePerson {
        /// Whose.
        person: StaffId,
    },
    /// A key that nobody is registered with.
    #[error(
        "{}的密钥未登记在任何工作人员名下，请改用已登记的密钥，或先用 issuer staff add 登记 / the {part}'s key \
         is not registered to any member of staff: use a registered key, or register it with `issuer \
         staff add` [{}]",
        part.name_zh(),
        self.code()
    )]
    UnknownKey {
        /// Whose.
        part: Part,
    },
    /// A signature by another key, or under another proposal.
    #[error(
        "{}的签名与密钥或草案不符，请查看草案后重新签署 / the {part}'s signature is not by that key under \
         this proposal: look at the draft, and sign it again [{}]",
        part.name_zh(),
        self.code()
    )]
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
            Self::BadSignature { .. } => "approval_signature_wrong",
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
