//! What a case is about: a decision, or certificates to be issued.

use super::CaseKind;

/// What a case would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    /// Decide on titles or on an authority.
    Decision(CaseKind),
    /// 签发: issue a batch of first certificates.
    IssueBatch,
    /// 换发: issue a corrected document of a title.
    Reissue,
}

const ISSUE_BATCH: u64 = 20;
const REISSUE: u64 = 21;

impl Matter {
    /// The code under which journal and registry keep it.
    pub const fn code(self) -> u64 {
        match self {
            Self::Decision(kind) => kind.code(),
            Self::IssueBatch => ISSUE_BATCH,
            Self::Reissue => REISSUE,
        }
    }

    /// The matter with this code.
    pub fn from_code(code: u64) -> Option<Self> {
        match code {
            ISSUE_BATCH => Some(Self::IssueBatch),
            REISSUE => Some(Self::Reissue),
            _ => CaseKind::from_code(code).map(Self::Decision),
        }
    }

    /// The stable name on the command line and in `--json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decision(kind) => kind.name(),
            Self::IssueBatch => "issue",
            Self::Reissue => "reissue",
        }
    }

    /// The clause that it rests on where the decision names no other.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::Decision(kind) => kind.clause(),
            Self::IssueBatch => "三(一)",
            Self::Reissue => "三(二)",
        }
    }

    /// The words in Chinese.
    pub const fn name_zh(self) -> &'static str {
        match self {
            Self::Decision(kind) => kind.name_zh(),
            Self::IssueBatch => "签发",
            Self::Reissue => "换发",
        }
    }
}
