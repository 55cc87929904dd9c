//! What is wrong with a log proof (C2SP tlog-proof) that was to show a certificate's place.

use ledger::{
    checkpoint::CheckpointError,
    tlog_proof::{TlogProofError, TlogProofFault},
};

use super::reason::CheckpointFault;

/// Why a log proof does not show the certificate's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProofFault {
    /// It is no proof file.
    Malformed(TlogProofError),
    /// It is of another log, or its checkpoint does not verify.
    Checkpoint(CheckpointFault),
    /// It proves another entry, or was altered.
    OtherEntry,
    /// Its checkpoint is not the beginning of the tree that the status is of.
    OtherHistory,
}

impl ProofFault {
    /// The stable name in `--json` and in the API.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "proof_malformed",
            Self::Checkpoint(CheckpointFault::Unverified(CheckpointError::WrongOrigin {
                ..
            })) => "proof_other_log",
            Self::Checkpoint(_) => "proof_checkpoint_wrong",
            Self::OtherEntry => "proof_other_entry",
            Self::OtherHistory => "proof_other_history",
        }
    }

    /// A sentence for the person who checks, in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Malformed(error) => {
                format!("登记证明无法读取（{error}）。请重新取得登记证明，或联网核验。")
            }
            Self::Checkpoint(CheckpointFault::Unverified(CheckpointError::WrongOrigin {
                expected,
                actual,
            })) => format!(
                "登记证明出自另一账本{actual}，而证书属于账本{expected}。请重新取得登记证明。"
            ),
            Self::Checkpoint(_) => {
                "登记证明所附检查点的签名不符或见证不足，不能作为依据。请联网核验。".to_owned()
            }
            Self::OtherEntry => {
                "登记证明不是这份证书的，或已被改动。请重新取得登记证明，或联网核验。".to_owned()
            }
            Self::OtherHistory => {
                "登记证明与状态不属同一段账本历史，不能作为依据。请联网核验。".to_owned()
            }
        }
    }

    /// A sentence for the person who checks, in English.
    pub fn en(&self) -> String {
        match self {
            Self::Malformed(error) => {
                format!("The log proof cannot be read: {error}. Get it again, or check online.")
            }
            Self::Checkpoint(CheckpointFault::Unverified(CheckpointError::WrongOrigin {
                expected,
                actual,
            })) => format!(
                "The log proof is of another log, {actual}; the certificate belongs to {expected}. Get its own proof."
            ),
            Self::Checkpoint(_) => {
                "The signatures or witnesses of the log proof's checkpoint do not hold; check online."
                    .to_owned()
            }
            Self::OtherEntry => {
                "The log proof is not this certificate's, or it was altered. Get it again, or check online."
                    .to_owned()
            }
            Self::OtherHistory => {
                "The log proof and the status are not of one history of the log; check online."
                    .to_owned()
            }
        }
    }
}

impl From<TlogProofFault> for ProofFault {
    fn from(fault: TlogProofFault) -> Self {
        match fault {
            TlogProofFault::Checkpoint(error) => {
                Self::Checkpoint(CheckpointFault::Unverified(error))
            }
            TlogProofFault::NotIncluded(_) => Self::OtherEntry,
        }
    }
}
