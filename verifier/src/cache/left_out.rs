//! What a cache should hold and does not, and why nothing is kept at all.

use ledger::position::{LeafIndex, TreeSize};

use super::Cache;

/// What there is to keep of a log, and what could not be had of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// What to keep.
    pub cache: Cache,
    /// What it should hold as well. The next filling goes back for it.
    pub left_out: Vec<LeftOut>,
}

/// Why there is nothing to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotFilled {
    /// No log of the trust file can be read and verified.
    #[error("no log of the trust file can be read and verified here")]
    NoLog,
    /// The list of exceptions under the newest head is missing, or another one than the head states.
    #[error(
        "the list of exceptions at status/{head} is missing, or not the one that the head states"
    )]
    NoList {
        /// The head.
        head: LeafIndex,
    },
}

/// Something that a cache should hold and does not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LeftOut {
    /// Entries that could not be read: authorities may stand among them.
    #[error("entries from {from} on: {cause}")]
    Entries {
        /// How many entries stand before them.
        from: TreeSize,
        /// What could not be read.
        cause: String,
    },
    /// The proof of the newest head's place.
    #[error("the proof of the head at entry {index}: {cause}")]
    Head {
        /// Where it stands.
        index: LeafIndex,
        /// What could not be read, or does not hold.
        cause: String,
    },
    /// An authority, whose place could not be proved.
    #[error("the authority at entry {index}: {cause}")]
    Authority {
        /// Where it stands.
        index: LeafIndex,
        /// What could not be read, or does not hold.
        cause: String,
    },
    /// That the log begins with the batch that ended at a size.
    #[error("the proof of the batch that ended at size {size}: {cause}")]
    Batch {
        /// The size.
        size: TreeSize,
        /// What could not be read, or does not hold.
        cause: String,
    },
}

impl NotFilled {
    /// The sentence in Chinese.
    pub fn zh(self) -> String {
        match self {
            Self::NoLog => "信任文件所列的账本在此无法读取或验明".to_owned(),
            Self::NoList { head } => format!("status/{head}的例外清单缺失，或与状态头不符"),
        }
    }
}

impl LeftOut {
    /// The place in Chinese, with what the reader said.
    pub fn zh(&self) -> String {
        match self {
            Self::Entries { from, cause } => format!("第{from}条起的条目：{cause}"),
            Self::Head { index, cause } => format!("第{index}条状态头的证明：{cause}"),
            Self::Authority { index, cause } => format!("第{index}条机构：{cause}"),
            Self::Batch { size, cause } => format!("至{size}条为止的一批的证明：{cause}"),
        }
    }
}
