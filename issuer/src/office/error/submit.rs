//! A submission that was not appended, in Chinese: what became of it, and what to do.

use crate::sequencer::SubmitError;

pub(super) const fn code(error: &SubmitError) -> &'static str {
    match error {
        SubmitError::Rule(_) => "rule_broken",
        SubmitError::ClockBehind { .. } => "clock_behind",
        SubmitError::Random(_) => "random_failed",
        SubmitError::Full(_) => "log_full",
        SubmitError::Commit(_) => "commit_failed",
        SubmitError::AfterCommit(_) => "stopped_after_commit",
        SubmitError::Unpublished(_) => "not_published",
        SubmitError::EarlierUnpublished(_) => "earlier_not_published",
        SubmitError::Stopped => "sequencer_stopped",
    }
}

pub(super) const fn zh(error: &SubmitError) -> &'static str {
    match error {
        SubmitError::Rule(_) => "违反账本规则，未登记任何条目，请按原因更正",
        SubmitError::ClockBehind { .. } => "本机时钟早于上一状态摘要，请校正时钟",
        SubmitError::Random(_) => "系统没有给出随机数，未登记任何条目，请再执行一次",
        SubmitError::Full(_) => "账本已满，请开设新一代账本",
        SubmitError::Commit(_) => "登记未能完成，请检查磁盘后重新打开目录",
        SubmitError::AfterCommit(_) => "已登记，但其后的步骤失败而停止，请重新打开目录以继续",
        SubmitError::Unpublished(_) => {
            "已登记，见证签名不足而未公布，下次提交或发布状态摘要时会再次征集"
        }
        SubmitError::EarlierUnpublished(_) => "未登记：此前一批仍在等候见证签名，请稍后再执行",
        SubmitError::Stopped => "此前的失败使登记停止，请重新打开目录以恢复",
    }
}
