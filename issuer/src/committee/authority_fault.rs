//! Why a committee's authority is not renewed or dealt with.

use ledger::{certificate::Text, journal::JournalSequence, position::LeafIndex, time::Date};

use super::{Committees, RegistrationFault, ReviewCommittee};

/// A refusal: code, field, clause, and a sentence in Chinese and English. Nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} / {} [{}]", self.message_zh(), self.message_en(), self.code())]
pub enum AuthorityFault {
    /// The committee is not on record.
    NotRegistered {
        /// Its code.
        code: String,
    },
    /// The list of filings does not name the committee.
    NotListed {
        /// Its code.
        code: String,
    },
    /// The filing in the list cannot be registered.
    NotRegistrable {
        /// The committee's code.
        code: String,
        /// Why.
        fault: Box<RegistrationFault>,
    },
    /// 取消评审权 is final.
    Cancelled {
        /// The committee's code.
        code: String,
        /// The decision.
        event: LeafIndex,
    },
    /// A suspended committee gets no new entry, which the suspension would not reach.
    Suspended {
        /// The committee's code.
        code: String,
        /// The suspension's first day.
        from: Date,
    },
    /// A filing with this number is on record with other dates or another scope.
    FilingDiffers {
        /// The committee's code.
        code: String,
        /// 核准备案文号
        number: Text,
    },
    /// The key was cancelled; going on under it would undo that.
    KeyCancelled {
        /// The committee's code.
        code: String,
        /// The cancelled entry.
        index: LeafIndex,
    },
    /// A deadline on the day of the decision or before it.
    DeadlineTooEarly {
        /// 决定日
        decided_on: Date,
        /// The deadline.
        deadline: Date,
    },
    /// There is no such order to put things right.
    NoSuchRectification {
        /// The number asked for.
        order: JournalSequence,
    },
    /// The order was complied with already.
    AlreadyDone {
        /// The order.
        order: JournalSequence,
        /// When.
        done_on: Date,
    },
    /// It is to have been complied with on a day that is still to come.
    DoneInFuture {
        /// That day.
        done_on: Date,
        /// Today, in Beijing.
        today: Date,
    },
    /// It is to have been complied with before it was ordered.
    DoneBeforeOrdered {
        /// That day.
        done_on: Date,
        /// 决定日
        decided_on: Date,
    },
    /// Nothing says how it was found that an order was complied with.
    FindingMissing,
}

impl AuthorityFault {
    /// The committee of a list, if it can be registered.
    ///
    /// # Errors
    /// [`Self::NotListed`], [`Self::NotRegistrable`].
    pub fn listed<'a>(code: &str, list: &'a Committees) -> Result<&'a ReviewCommittee, Self> {
        let not_listed = || Self::NotListed { code: code.to_owned() };
        let parsed = code.parse().map_err(|_no_code| not_listed())?;
        list.get(&parsed).ok_or_else(not_listed)?.map_err(|fault| Self::NotRegistrable {
            code: code.to_owned(),
            fault: Box::new(fault.clone()),
        })
    }

    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotRegistered { .. } => "committee_not_registered",
            Self::NotListed { .. } => "committee_not_listed",
            Self::NotRegistrable { fault, .. } => fault.code(),
            Self::Cancelled { .. } => "authority_cancelled",
            Self::Suspended { .. } => "authority_suspended",
            Self::FilingDiffers { .. } => "filing_differs",
            Self::KeyCancelled { .. } => "key_cancelled",
            Self::DeadlineTooEarly { .. } => "deadline_too_early",
            Self::NoSuchRectification { .. } => "no_such_rectification",
            Self::AlreadyDone { .. } => "rectification_done",
            Self::DoneInFuture { .. } => "done_in_future",
            Self::DoneBeforeOrdered { .. } => "done_before_ordered",
            Self::FindingMissing => "field_missing",
        }
    }

    /// The field to look at.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::NotRegistered { .. }
            | Self::NotListed { .. }
            | Self::Cancelled { .. }
            | Self::Suspended { .. } => "committee",
            Self::NotRegistrable { .. } | Self::FilingDiffers { .. } => "filing",
            Self::KeyCancelled { .. } => "key",
            Self::DeadlineTooEarly { .. } => "deadline",
            Self::NoSuchRectification { .. } | Self::AlreadyDone { .. } => "done",
            Self::DoneInFuture { .. } | Self::DoneBeforeOrdered { .. } => "done_on",
            Self::FindingMissing => "reasons",
        }
    }

    /// The clause of the notice that asks for it; none where only the safety of keys does.
    pub const fn clause(&self) -> Option<&'static str> {
        match self {
            Self::NotRegistered { .. }
            | Self::NotListed { .. }
            | Self::NotRegistrable { .. }
            | Self::FilingDiffers { .. } => Some("二(二)"),
            Self::Cancelled { .. } => Some("七(四)"),
            Self::Suspended { .. }
            | Self::DeadlineTooEarly { .. }
            | Self::NoSuchRectification { .. }
            | Self::AlreadyDone { .. }
            | Self::DoneInFuture { .. }
            | Self::DoneBeforeOrdered { .. }
            | Self::FindingMissing => Some("五(二)"),
            Self::KeyCancelled { .. } => None,
        }
    }

    /// The sentence in Chinese.
    pub fn message_zh(&self) -> String {
        match self {
            Self::NotRegistered { code } => {
                format!("评委会 {code} 尚未登记：请先用 issuer authority register 登记")
            }
            Self::NotListed { code } => format!("名单中没有评委会 {code}"),
            Self::NotRegistrable { code, fault } => {
                format!("评委会 {code} 的备案不能登记：{}", fault.message_zh())
            }
            Self::Cancelled { code, event } => {
                format!("评委会 {code} 的评审权已由第 {event} 条决定取消，不可恢复（七(四)）")
            }
            Self::Suspended { code, from } => {
                format!("评委会 {code} 自 {from} 起暂停评审，恢复后方可续备案（五(二)）")
            }
            Self::FilingDiffers { code, number } => format!(
                "评委会 {code} 的备案 {} 已登记，期限或范围与名单不同：新的备案须有新的文号（二(二)）",
                number.as_str()
            ),
            Self::KeyCancelled { code, index } => format!(
                "评委会 {code} 的密钥已随第 {index} 条注销，不能续用：请加 --new-key 更换密钥"
            ),
            Self::DeadlineTooEarly { decided_on, deadline } => {
                format!("整改期限 {deadline} 不晚于决定日 {decided_on}（五(二)）")
            }
            Self::NoSuchRectification { order } => {
                let order = order.get();
                format!("没有整改令 {order}：请用 issuer authority list 查看")
            }
            Self::AlreadyDone { order, done_on } => {
                let order = order.get();
                format!("整改令 {order} 已于 {done_on} 完成")
            }
            Self::DoneInFuture { done_on, today } => {
                format!("完成日 {done_on} 晚于今天 {today}")
            }
            Self::DoneBeforeOrdered { done_on, decided_on } => {
                format!("完成日 {done_on} 早于责令整改的决定日 {decided_on}（五(二)）")
            }
            Self::FindingMissing => "缺少整改完成的认定理由（五(二)）".to_owned(),
        }
    }

    /// The sentence in English.
    pub fn message_en(&self) -> String {
        match self {
            Self::NotRegistered { code } => {
                format!("committee {code} is not registered: use `issuer authority register` first")
            }
            Self::NotListed { code } => format!("the list does not name committee {code}"),
            Self::NotRegistrable { code, fault } => {
                format!("the filing of committee {code} cannot be registered: {fault}")
            }
            Self::Cancelled { code, event } => format!(
                "the authority of committee {code} was cancelled for good by the decision at {event}"
            ),
            Self::Suspended { code, from } => format!(
                "committee {code} is suspended from {from}: it can be renewed once it is reinstated"
            ),
            Self::FilingDiffers { code, number } => format!(
                "filing {} of committee {code} is on record with other dates or another scope: a \
                 further filing has a number of its own",
                number.as_str()
            ),
            Self::KeyCancelled { code, index } => format!(
                "the key of committee {code} was cancelled with entry {index}: add --new-key"
            ),
            Self::DeadlineTooEarly { decided_on, deadline } => {
                format!("the deadline {deadline} is not later than the decision of {decided_on}")
            }
            Self::NoSuchRectification { order } => {
                let order = order.get();
                format!("no order to rectify has the number {order}: see `issuer authority list`")
            }
            Self::AlreadyDone { order, done_on } => {
                let order = order.get();
                format!("order {order} was complied with on {done_on}")
            }
            Self::DoneInFuture { done_on, today } => {
                format!("complied with on {done_on}, and today is {today}")
            }
            Self::DoneBeforeOrdered { done_on, decided_on } => {
                format!("complied with on {done_on}, before it was ordered on {decided_on}")
            }
            Self::FindingMissing => {
                "nothing says how it was found that the order was complied with".to_owned()
            }
        }
    }
}
