//! What a broken rule looks like.

use crate::{
    authority::{AuthorityChainError, Role},
    digest::Commitment,
    position::{LeafIndex, PositionTooLarge},
    status::{MAX_SUSPENSIONS, Status},
    time::{Date, UnixMillis},
};

/// An entry that breaks a rule, or a past that could not be looked up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError<E> {
    /// The entry breaks a rule.
    #[error("entry {index}: {rule}")]
    Broken {
        /// The entry's index.
        index: LeafIndex,
        /// The rule.
        rule: Rule,
    },
    /// The log has as many entries as one can have.
    #[error(transparent)]
    Full(PositionTooLarge),
    /// The history could not be read.
    #[error("the history could not be read: {0}")]
    History(E),
}

/// A broken rule, with both sides of the comparison.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// The authority's certificate is not acceptable.
    #[error("the authority is not acceptable: {0}")]
    Authority(#[from] AuthorityChainError),
    /// The same authority certificate stands in the log already.
    #[error("the same authority certificate stands at index {at}")]
    AuthorityRepeated {
        /// Where.
        at: LeafIndex,
    },
    /// No authority stands at the index that the entry names.
    #[error("no authority stands at index {authority}")]
    NoAuthority {
        /// The index.
        authority: LeafIndex,
    },
    /// The authority's role does not allow this.
    #[error("the authority at index {authority} has the role {role:?}, which does not allow this")]
    Role {
        /// The authority.
        authority: LeafIndex,
        /// Its role.
        role: Role,
    },
    /// The authority is not in good standing.
    #[error("the authority at index {authority} is {}", .status.name())]
    Standing {
        /// The authority.
        authority: LeafIndex,
        /// Its status.
        status: Status,
    },
    /// The commitment stands in the log already.
    #[error("the commitment {commitment} stands at index {at}")]
    CommitmentRepeated {
        /// The commitment.
        commitment: Commitment,
        /// Where it stood first.
        at: LeafIndex,
    },
    /// The issuances of one batch are not in ascending order of their commitments.
    #[error("the issuances of this batch are not sorted by commitment")]
    NotSorted,
    /// A reissue of something that is no title.
    #[error("a reissue names index {title} as its title, which is no first issuance")]
    NoTitle {
        /// The index named.
        title: LeafIndex,
    },
    /// A committee signed an issuance with `title`; only the bureau may.
    #[error("a reissue is signed by a committee (authority {authority}); only the bureau may")]
    ReissueByCommittee {
        /// The authority.
        authority: LeafIndex,
    },
    /// A reissue of a title that is not valid.
    #[error("a reissue of title {title}, which is {}", .status.name())]
    ReissueOfTitle {
        /// The title.
        title: LeafIndex,
        /// Its status.
        status: Status,
    },
    /// A decision for another log.
    #[error("the decision is for log generation {found}, this is {expected}")]
    OtherLog {
        /// The generation of this log.
        expected: u8,
        /// The one in the decision.
        found: u8,
    },
    /// The decision's signature is not the authority's.
    #[error("the decision's signature is not that of the authority at index {authority}")]
    DecisionSignature {
        /// The authority.
        authority: LeafIndex,
    },
    /// The target is neither a title's first issuance nor an authority.
    #[error("index {target} is neither a title's first issuance nor an authority")]
    NoTarget {
        /// The target.
        target: LeafIndex,
    },
    /// The decision names another predecessor than the last decision on its target.
    #[error("the decision names {found:?} as the one before it; on record is {expected:?}")]
    Previous {
        /// The last decision on the target.
        expected: Option<LeafIndex>,
        /// The one that the decision names.
        found: Option<LeafIndex>,
    },
    /// No decision may move the target from one status to the other.
    #[error("{} may not become {}", .from.name(), .to.name())]
    Transition {
        /// The status on record.
        from: Status,
        /// The status decided.
        to: Status,
    },
    /// An issuing authority decided on a title that another one issued.
    #[error("an issuing authority may revoke only titles that it issued")]
    NotItsOwn,
    /// `last_valid_index` on something else than an authority's cancellation, or out of range.
    #[error("last_valid_index does not belong here or is out of range")]
    LastValidIndex,
    /// One suspension more than a list can hold: nobody could read the next one.
    #[error("the authority at index {authority} was suspended {MAX_SUSPENSIONS} times already")]
    TooManySuspensions {
        /// The authority.
        authority: LeafIndex,
    },
    /// A suspension ends before it began.
    #[error("the suspension ends on {until}, before it began on {from}")]
    SuspensionReversed {
        /// Its first day.
        from: Date,
        /// The day of its end.
        until: Date,
    },
    /// A decision dated after the log time.
    #[error("a decision of {decided_on} was recorded on {recorded_on}")]
    DecisionFromTheFuture {
        /// The decision's date.
        decided_on: Date,
        /// The Beijing date of the log time.
        recorded_on: Date,
    },
    /// The signer's certificate was not valid at the log time.
    #[error("at {time} the certificate of authority {authority} was not valid")]
    OutsideValidity {
        /// The authority.
        authority: LeafIndex,
        /// The log time.
        time: UnixMillis,
    },
    /// A field of a status head differs from what the log says.
    #[error("the status head's {field} is not what the log says")]
    Head {
        /// The field.
        field: &'static str,
    },
    /// A head's time is before the last head's.
    #[error("the head's time {time} is before the last head's, {last}")]
    HeadTime {
        /// The time of the last head.
        last: UnixMillis,
        /// The time of this one.
        time: UnixMillis,
    },
}

impl Rule {
    /// The stable name that programs give in JSON.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Authority(_) => "authority",
            Self::AuthorityRepeated { .. } => "authority_repeated",
            Self::NoAuthority { .. } => "no_authority",
            Self::Role { .. } => "role",
            Self::Standing { .. } => "standing",
            Self::CommitmentRepeated { .. } => "commitment_repeated",
            Self::NotSorted => "not_sorted",
            Self::NoTitle { .. } => "no_title",
            Self::ReissueByCommittee { .. } => "reissue_by_committee",
            Self::ReissueOfTitle { .. } => "reissue_of_title",
            Self::OtherLog { .. } => "other_log",
            Self::DecisionSignature { .. } => "decision_signature",
            Self::NoTarget { .. } => "no_target",
            Self::Previous { .. } => "previous",
            Self::Transition { .. } => "transition",
            Self::NotItsOwn => "not_its_own",
            Self::LastValidIndex => "last_valid_index",
            Self::TooManySuspensions { .. } => "too_many_suspensions",
            Self::SuspensionReversed { .. } => "suspension_reversed",
            Self::DecisionFromTheFuture { .. } => "decision_from_the_future",
            Self::OutsideValidity { .. } => "outside_validity",
            Self::Head { .. } => "head",
            Self::HeadTime { .. } => "head_time",
        }
    }
}
