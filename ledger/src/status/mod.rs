//! Statuses, and the list of exceptions: everything issued that is not on it is `valid`.

mod exception;
mod list;
mod proof;
pub(crate) mod provable;

pub use self::{
    exception::{Exception, ExceptionError, MAX_SUSPENSIONS, Suspension, SuspensionEnd},
    list::{ExceptionList, ListError, MAX_LIST_LEN},
    proof::{Standing, StatusProof, StatusProofError},
    provable::ProvableList,
};
use crate::certificate::coded;

coded! {
    /// The status of a title, a document or an authority: 4-bit codes within the registry of the
    /// IETF Token Status List.
    Status, "status" {
        /// 有效
        Valid = 0,
        /// 撤销; on an authority 取消评审权, which is final.
        Revoked = 1,
        /// 暂停评审; authorities only.
        Suspended = 2,
        /// 已换发: this document, not the title.
        Superseded = 3,
        /// 不予认可
        NotRecognised = 0x0C,
        /// 更正注销
        CancelledError = 0x0D,
    }
}

impl Status {
    /// The stable name used in reports and by `--json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Revoked => "revoked",
            Self::Suspended => "suspended",
            Self::Superseded => "superseded",
            Self::NotRecognised => "not_recognised",
            Self::CancelledError => "cancelled_error",
        }
    }

    /// Whether a decision may move a title from this status to `next`
    /// (`tests/data/certificate_status.json`: 撤销, 不予认可, 更正注销, 恢复).
    pub const fn title_may_become(self, next: Self) -> bool {
        match (self, next) {
            (Self::Valid, Self::Revoked | Self::NotRecognised | Self::CancelledError)
            | (Self::Revoked | Self::NotRecognised | Self::CancelledError, Self::Valid) => true,
            (
                Self::Valid
                | Self::Revoked
                | Self::Suspended
                | Self::Superseded
                | Self::NotRecognised
                | Self::CancelledError,
                _,
            ) => false,
        }
    }

    /// Whether a decision may move an authority from this status to `next`: 暂停 and its end, and
    /// 取消评审权, after which nothing follows.
    pub const fn authority_may_become(self, next: Self) -> bool {
        match (self, next) {
            (Self::Valid, Self::Suspended | Self::Revoked)
            | (Self::Suspended, Self::Valid | Self::Revoked) => true,
            (
                Self::Valid
                | Self::Revoked
                | Self::Suspended
                | Self::Superseded
                | Self::NotRecognised
                | Self::CancelledError,
                _,
            ) => false,
        }
    }
}
