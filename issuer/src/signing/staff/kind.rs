//! What two persons can agree to.

/// What a proposal would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProposalKind {
    /// Issue a batch of certificates.
    Issuance,
    /// Change the status of a title, a document or an authority.
    StatusChange,
    /// Register or remove a member of staff.
    Staff,
    /// Record, amend or rescind an entry of the integrity archive.
    Archive,
    /// Erase what is kept about a person.
    Erasure,
    /// Make or close a supervision record.
    Supervision,
    /// Renew a committee's authority.
    Authority,
    /// Add a year's holiday table.
    Calendar,
    /// Issue a corrected document.
    Reissue,
    /// Decide on a recheck.
    Recheck,
    /// Fix the population of a spot check.
    Sample,
}

impl ProposalKind {
    /// The code under which the journal keeps it.
    pub const fn code(self) -> u64 {
        match self {
            Self::Issuance => 1,
            Self::StatusChange => 2,
            Self::Staff => 9,
            Self::Archive => 10,
            Self::Erasure => 11,
            Self::Supervision => 12,
            Self::Authority => 15,
            Self::Calendar => 13,
            Self::Reissue => 8,
            Self::Recheck => 14,
            Self::Sample => 16,
        }
    }

    /// The kind with this code.
    pub const fn from_code(code: u64) -> Option<Self> {
        match code {
            1 => Some(Self::Issuance),
            2 => Some(Self::StatusChange),
            9 => Some(Self::Staff),
            10 => Some(Self::Archive),
            11 => Some(Self::Erasure),
            12 => Some(Self::Supervision),
            15 => Some(Self::Authority),
            13 => Some(Self::Calendar),
            8 => Some(Self::Reissue),
            14 => Some(Self::Recheck),
            16 => Some(Self::Sample),
            _ => None,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Issuance => "issuance",
            Self::StatusChange => "status-change",
            Self::Staff => "staff",
            Self::Archive => "archive",
            Self::Erasure => "erasure",
            Self::Supervision => "supervision",
            Self::Authority => "authority",
            Self::Calendar => "calendar",
            Self::Reissue => "reissue",
            Self::Recheck => "recheck",
            Self::Sample => "sample",
        }
    }
}
