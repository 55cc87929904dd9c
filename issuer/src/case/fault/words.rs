//! A refusal in words, in Chinese and in English.

use ledger::{
    record::MAX_PROSE_LEN,
    status::{MAX_SUSPENSIONS, Status},
};

use super::CaseFault;
use crate::case::MAX_TARGETS;

impl CaseFault {
    /// The sentence in Chinese.
    pub fn message_zh(&self) -> String {
        match self {
            Self::Missing { matter, field } => {
                format!(
                    "{}缺少{}（{}）：请补齐",
                    matter.name_zh(),
                    field.name_zh(),
                    matter.clause()
                )
            }
            Self::NotForKind { kind, field } => {
                format!(
                    "{}决定不能有此{}（{}）：请去掉或更正",
                    kind.name_zh(),
                    field.name_zh(),
                    kind.clause()
                )
            }
            Self::TooLong { matter: _, field, bytes } => {
                format!("{}有 {bytes} 字节，最多 {MAX_PROSE_LEN}：请缩短", field.name_zh())
            }
            Self::DecidedInFuture { matter: _, decided_on, today } => {
                format!("决定日 {decided_on} 晚于今天 {today}：请更正")
            }
            Self::ServedOutOfOrder { matter: _, decided_on, served_on } => {
                format!("送达日 {served_on} 早于决定日 {decided_on}，或尚未到来：请更正")
            }
            Self::TooManyTargets { kind, found } => {
                format!("{}决定列出了 {found} 个对象，超出所限：请分案提出", kind.name_zh())
            }
            Self::TargetTwice { kind: _, target } => {
                format!("第 {target} 条在清单中重复：请删去一处")
            }
            Self::NoTarget { kind, target } => {
                format!("第 {target} 条不能作为{}决定的对象：请核对编号", kind.name_zh())
            }
            Self::Transition { kind, target, status } => format!(
                "第 {target} 条现为{}，不能{}（{}）：请核对编号，或另择决定",
                status_zh(*status),
                kind.name_zh(),
                kind.clause()
            ),
            Self::EntryMissing { kind, target } => format!(
                "该评委会的第 {target} 条也有效，{}须一并列入（{}）",
                kind.name_zh(),
                kind.clause()
            ),
            Self::NotTogether { kind, target } => format!(
                "第 {target} 条与其他各条不属同一评委会或同一密钥，不能一并{}（{}）",
                kind.name_zh(),
                kind.clause()
            ),
            Self::Document { matter } => {
                format!("{}的文号格式不符，应形如 渝职改办〔2026〕64号：请更正", matter.name_zh())
            }
            Self::ClauseNotOfKind { kind } => {
                format!("{}决定及其诚信档案记录不能依据该条款：请更正", kind.name_zh())
            }
            Self::LastValidAhead { kind: _, last, size } => {
                format!("最后有效序号 {last} 尚未登记，账本现有 {size} 条：请核对")
            }
            Self::SuspensionReversed { kind: _, from, decided_on } => {
                format!("恢复日 {decided_on} 早于暂停起始日 {from}（五(二)）：请更正")
            }
            Self::TooManySuspensions { kind: _, target } => format!(
                "第 {target} 条已暂停过 {MAX_SUSPENSIONS} 次，不能再暂停（五(二)）：请改为取消其评审权"
            ),
            Self::NothingCorrected => "没有任何更正（三(二)）：请列出更正事项".to_owned(),
            Self::ReissueOfTitle { title, status } => {
                format!("第 {title} 条现为{}，不能换发（三(二)）：请核对编号", status_zh(*status))
            }
            Self::ResultMoved { case, line } => {
                format!(
                    "案件 {case} 提出后，工作日志第 {line} 行的结果已有变化：请重新提出",
                    line = line.get()
                )
            }
            Self::Stale { case, matter: _, target } => {
                format!("案件 {case} 提出后，第 {target} 条另有决定：请重新提出")
            }
            Self::OtherDraft { case, matter: _, proposed } => {
                format!("案件 {case} 的草案已是 {proposed}，与所批准的不同：请先查看再批准")
            }
            Self::Closed { case, matter: _, state } => {
                format!("案件 {case} {}：请用 issuer case show 查看", state.name_zh())
            }
            Self::NoSuchCase { case } => format!("没有案件 {case}：请用 issuer case list 查看"),
        }
    }

    /// The sentence in English.
    pub fn message_en(&self) -> String {
        match self {
            Self::Missing { matter, field } => {
                format!(
                    "{} is missing, and a case of kind {} needs it: add it",
                    field.name(),
                    matter.name()
                )
            }
            Self::NotForKind { kind, field } => {
                format!(
                    "a case of kind {} cannot have this {}: leave it out, or correct it",
                    kind.name(),
                    field.name()
                )
            }
            Self::TooLong { matter: _, field, bytes } => {
                format!(
                    "{} has {bytes} bytes, and at most {MAX_PROSE_LEN} fit: shorten it",
                    field.name()
                )
            }
            Self::DecidedInFuture { matter: _, decided_on, today } => {
                format!("the decision is of {decided_on}, and today is {today}: correct the date")
            }
            Self::ServedOutOfOrder { matter: _, decided_on, served_on } => format!(
                "it was served on {served_on}, which is before the decision of {decided_on} or \
                 still to come: correct the date"
            ),
            Self::TooManyTargets { kind, found } => format!(
                "{found} targets; a case of kind {} has one, a list at most {MAX_TARGETS}: propose \
                 several",
                kind.name()
            ),
            Self::TargetTwice { kind: _, target } => {
                format!("entry {target} stands in the list twice: take one out")
            }
            Self::NoTarget { kind, target } => {
                format!(
                    "entry {target} is nothing that a case of kind {} is about: check the number",
                    kind.name()
                )
            }
            Self::Transition { kind, target, status } => {
                format!(
                    "entry {target} is {}; {} is not allowed: check the number, or decide otherwise",
                    status.name(),
                    kind.name()
                )
            }
            Self::EntryMissing { kind, target } => format!(
                "entry {target} of the same committee is in standing, too: a case of kind {} names \
                 all of them",
                kind.name()
            ),
            Self::NotTogether { kind, target } => format!(
                "entry {target} is of another committee or under another key than the first: a case \
                 of kind {} is about one committee, with --last-valid-index about one key (--index)",
                kind.name()
            ),
            Self::Document { matter } => format!(
                "the document's number of a case of kind {} is none, it looks like \
                 渝职改办〔2026〕64号: correct it",
                matter.name()
            ),
            Self::ClauseNotOfKind { kind } => format!(
                "neither a case of kind {} nor the archive entry that follows rests on that clause: \
                 correct it",
                kind.name()
            ),
            Self::LastValidAhead { kind: _, last, size } => format!(
                "last_valid_index {last} is not on record yet, the log has {size} entries: check it"
            ),
            Self::SuspensionReversed { kind: _, from, decided_on } => format!(
                "the suspension of {from} cannot end on {decided_on}, before it began: correct the date"
            ),
            Self::TooManySuspensions { kind: _, target } => format!(
                "entry {target} was suspended {MAX_SUSPENSIONS} times already, and no more is kept of \
                 one entry: cancel it instead"
            ),
            Self::NothingCorrected => "nothing is corrected: say what is".to_owned(),
            Self::ReissueOfTitle { title, status } => {
                format!(
                    "the title at entry {title} is {}; it is not reissued: check the number",
                    status.name()
                )
            }
            Self::ResultMoved { case, line } => format!(
                "since case {case} was proposed, the result of journal line {} has moved on: \
                 propose it again",
                line.get()
            ),
            Self::Stale { case, matter: _, target } => format!(
                "since case {case} was proposed, something was decided on entry {target}: propose \
                 it again"
            ),
            Self::OtherDraft { case, matter: _, proposed } => format!(
                "the draft of case {case} is {proposed}, another one than was approved: look at it \
                 first"
            ),
            Self::Closed { case, matter: _, state } => {
                format!("case {case} is {} already: see `issuer case show`", state.name())
            }
            Self::NoSuchCase { case } => format!("no case {case}: see `issuer case list`"),
        }
    }
}

const fn status_zh(status: Status) -> &'static str {
    match status {
        Status::Valid => "有效",
        Status::Revoked => "已撤销",
        Status::Suspended => "暂停评审",
        Status::Superseded => "已换发",
        Status::NotRecognised => "不予认可",
        Status::CancelledError => "更正注销",
    }
}
