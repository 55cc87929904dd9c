//! What a look at a log can come to.

use ledger::{
    digest::RootHash,
    position::{LeafIndex, TreeSize},
    replay::{Broken, ListFault},
    time::UnixMillis,
};

/// What a look came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Nothing is wrong.
    Fine,
    /// The checkpoint is malformed, not trusted, or has a line that nobody can check.
    Checkpoint {
        /// What is wrong with it.
        detail: String,
    },
    /// The log signed two histories.
    SplitView {
        /// Size and root seen before.
        seen: (TreeSize, RootHash),
        /// Size and root shown now.
        shown: (TreeSize, RootHash),
    },
    /// The log went back: it shows a smaller size than was seen.
    RolledBack {
        /// The size seen.
        seen: TreeSize,
        /// The size shown.
        shown: TreeSize,
        /// Whether what is shown is the beginning of what was seen.
        history: History,
    },
    /// An entry may not stand where it does.
    Broken(Broken),
    /// The checkpoint does not end with a status head.
    NoHead {
        /// Its size.
        size: TreeSize,
    },
    /// The newest exceptions list is not the one that the entries give.
    List {
        /// The head whose file it is.
        head: LeafIndex,
        /// What is wrong with it.
        fault: ListFault,
    },
    /// A file is missing or not what the checkpoint commits to.
    File {
        /// Which, and what is wrong with it.
        detail: String,
    },
    /// The log has published nothing for too long.
    Stale {
        /// The older of the last head's time and the quorum's.
        time: UnixMillis,
        /// How old it may be, in milliseconds.
        limit_ms: u64,
    },
    /// The last head's time is ahead of this clock.
    Ahead {
        /// The head's time.
        time: UnixMillis,
    },
    /// The log cannot be read.
    Unreachable {
        /// Why not.
        detail: String,
    },
}

/// Whether a smaller log is the beginning of a larger one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum History {
    /// It is.
    Same,
    /// The files of the larger one are not at hand. The smaller one's checkpoint is kept and compared
    /// as soon as they are.
    NotCompared,
}

/// How bad it is; the exit code of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is wrong.
    Fine,
    /// It cannot be said now: stale, or out of reach.
    Unknown,
    /// Something is wrong with the log or with whoever serves it.
    Fault,
}

impl Finding {
    /// How bad it is.
    pub const fn severity(&self) -> Severity {
        match self {
            Self::Fine => Severity::Fine,
            Self::Checkpoint { .. }
            | Self::SplitView { .. }
            | Self::RolledBack { .. }
            | Self::Broken(_)
            | Self::NoHead { .. }
            | Self::List { .. }
            | Self::File { .. } => Severity::Fault,
            Self::Stale { .. } | Self::Ahead { .. } | Self::Unreachable { .. } => Severity::Unknown,
        }
    }

    /// Whether what was shown is known to be of the history that was seen, so that it need not be
    /// compared later.
    pub(super) const fn is_of_one_history(&self) -> bool {
        matches!(self, Self::RolledBack { history: History::Same, .. })
    }

    /// The stable name in JSON.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Checkpoint { .. } => "checkpoint",
            Self::SplitView { .. } => "split_view",
            Self::RolledBack { .. } => "rolled_back",
            Self::Broken(_) => "broken_rule",
            Self::NoHead { .. } => "no_head",
            Self::List { .. } => "list",
            Self::File { .. } => "file",
            Self::Stale { .. } => "stale",
            Self::Ahead { .. } => "clock_ahead",
            Self::Unreachable { .. } => "unreachable",
        }
    }

    /// The entry at fault, where it is one entry.
    pub const fn index(&self) -> Option<LeafIndex> {
        match self {
            Self::Broken(broken) => broken.index(),
            Self::List { head, .. } => Some(*head),
            Self::Fine
            | Self::Checkpoint { .. }
            | Self::SplitView { .. }
            | Self::RolledBack { .. }
            | Self::NoHead { .. }
            | Self::File { .. }
            | Self::Stale { .. }
            | Self::Ahead { .. }
            | Self::Unreachable { .. } => None,
        }
    }

    /// The name of the rule that an entry breaks.
    pub const fn rule(&self) -> Option<&'static str> {
        match self {
            Self::Broken(Broken::Rule { index: _, rule }) => Some(rule.code()),
            Self::Broken(Broken::Entry { .. }) => Some("entry_encoding"),
            Self::Broken(Broken::Full(_)) => Some("log_size"),
            Self::NoHead { .. } => Some("checkpoint_without_head"),
            Self::Fine
            | Self::Checkpoint { .. }
            | Self::SplitView { .. }
            | Self::RolledBack { .. }
            | Self::List { .. }
            | Self::File { .. }
            | Self::Stale { .. }
            | Self::Ahead { .. }
            | Self::Unreachable { .. } => None,
        }
    }

    /// In Chinese, without the full stop.
    pub fn zh(&self) -> String {
        match self {
            Self::Fine => "未发现问题".to_owned(),
            Self::Checkpoint { detail } => format!("检查点不可信（{detail}）"),
            Self::SplitView { seen, shown } => format!(
                "账本密钥签过两段互相矛盾的历史：先前所见{}条、根{}，现在所示{}条、根{}",
                seen.0, seen.1, shown.0, shown.1
            ),
            Self::RolledBack { seen, shown, history: History::Same } => {
                format!("账本从{seen}条退回到{shown}条（同一历史）")
            }
            Self::RolledBack { seen, shown, history: History::NotCompared } => format!(
                "账本从{seen}条退回到{shown}条；是否同一历史现在无法比对，所示检查点已保存，待能读到先前的账本时比对"
            ),
            Self::Broken(Broken::Full(error)) => format!("账本超出容量（{error}）"),
            Self::Broken(Broken::Entry { index, source }) => {
                format!("第{index}条不是有效的记录（{source}）")
            }
            Self::Broken(Broken::Rule { index, rule }) => {
                format!("第{index}条违反账本规则 {}（{rule}）", rule.code())
            }
            Self::NoHead { size } => format!("{size}条的检查点不是以状态摘要结尾"),
            Self::List { head, fault } => {
                format!("例外清单 status/{head} 与记录推算的不一致（{fault}）")
            }
            Self::File { detail } => format!("公开文件与检查点不符（{detail}）"),
            Self::Stale { time, limit_ms } => {
                format!("账本自{time}起没有新内容，已超过{}分钟的时限", limit_ms / 60_000)
            }
            Self::Ahead { time } => format!("最新状态摘要的时间{time}超前于本机时钟"),
            Self::Unreachable { detail } => format!("账本无法读取（{detail}）"),
        }
    }

    /// In English, without the full stop.
    pub fn en(&self) -> String {
        match self {
            Self::Fine => "nothing is wrong".to_owned(),
            Self::Checkpoint { detail } => {
                format!("the checkpoint is not to be believed: {detail}")
            }
            Self::SplitView { seen, shown } => format!(
                "the log's key signed two histories: size {} with root {} was seen, size {} with root {} is shown",
                seen.0, seen.1, shown.0, shown.1
            ),
            Self::RolledBack { seen, shown, history: History::Same } => {
                format!("the log went back from size {seen} to size {shown} of the same history")
            }
            Self::RolledBack { seen, shown, history: History::NotCompared } => format!(
                "the log went back from size {seen} to size {shown}; whether that is the same history cannot be told now: the checkpoint is kept and compared once the log that was seen can be read again"
            ),
            Self::Broken(broken) => match broken {
                Broken::Rule { index, rule } => {
                    format!("entry {index} breaks the rule {}: {rule}", rule.code())
                }
                Broken::Entry { .. } | Broken::Full(_) => broken.to_string(),
            },
            Self::NoHead { size } => {
                format!("the checkpoint of size {size} does not end with a status head")
            }
            Self::List { head, fault } => {
                format!("the list status/{head} is not the one that the entries give: {fault}")
            }
            Self::File { detail } => {
                format!("a public file is not what the checkpoint commits to: {detail}")
            }
            Self::Stale { time, limit_ms } => format!(
                "the log has had nothing new since {time}, which is longer than {} minutes",
                limit_ms / 60_000
            ),
            Self::Ahead { time } => format!("the last head's time {time} is ahead of this clock"),
            Self::Unreachable { detail } => format!("the log cannot be read: {detail}"),
        }
    }
}
