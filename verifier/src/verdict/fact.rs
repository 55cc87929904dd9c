//! What a verdict establishes, fact by fact, so that a reader sees what it rests on.

/// One thing that is established, or is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// The certificate's signature is the authority's.
    Signature,
    /// The bureau's root names the authority, and its role is to issue.
    Authority,
    /// The log's key signed the checkpoint.
    Checkpoint,
    /// Enough witnesses vouch that everybody sees the same log.
    Witnesses,
    /// The status is no older than the limit, or from the day asked about.
    Fresh,
    /// The certificate is in the log.
    OnRecord,
    /// The tree in which its place is proved is the beginning of the one that the status is of. Asked
    /// only where those are two checkpoints.
    OneHistory,
    /// The place that the QR code names is no exception. Asked only where the place itself could not
    /// be checked.
    NotListed,
    /// Series, level, review date and log time lie within the authority's filing.
    WithinFiling,
    /// What the head says of the title.
    TitleStatus,
    /// This is the title's current document.
    CurrentDocument,
    /// The purpose-bound copy is good.
    Copy,
    /// Whoever presents the certificate is its holder. No system can tell from a certificate.
    Presenter,
}

impl Fact {
    /// Every fact.
    pub const ALL: [Self; 13] = [
        Self::Signature,
        Self::Authority,
        Self::Checkpoint,
        Self::Witnesses,
        Self::Fresh,
        Self::OnRecord,
        Self::OneHistory,
        Self::NotListed,
        Self::WithinFiling,
        Self::TitleStatus,
        Self::CurrentDocument,
        Self::Copy,
        Self::Presenter,
    ];

    /// The stable name in `--json` and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Authority => "authority",
            Self::Checkpoint => "checkpoint",
            Self::Witnesses => "witnesses",
            Self::Fresh => "fresh",
            Self::OnRecord => "on_record",
            Self::OneHistory => "one_history",
            Self::NotListed => "not_listed",
            Self::WithinFiling => "within_filing",
            Self::TitleStatus => "title_status",
            Self::CurrentDocument => "current_document",
            Self::Copy => "copy",
            Self::Presenter => "presenter",
        }
    }

    /// The fact as a statement, in Chinese.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Signature => "证书签名真实，内容未被改动",
            Self::Authority => "签发机构由职改办根密钥指定",
            Self::Checkpoint => "账本检查点由账本密钥签署",
            Self::Witnesses => "见证方已联署该检查点",
            Self::Fresh => "状态时点在允许期限内",
            Self::OnRecord => "证书已登记在公开账本",
            Self::OneHistory => "登记证明与状态出自同一段账本历史",
            Self::NotListed => "二维码所指位置（未经核对）不在例外名单上",
            Self::WithinFiling => "评审在评委会备案的范围与期限内",
            Self::TitleStatus => "职称状态已有证明",
            Self::CurrentDocument => "是该职称的现行证书",
            Self::Copy => "用途限定副本有效",
            Self::Presenter => "出示人即持证人（请核对身份证件）",
        }
    }

    /// The fact as a statement, in English.
    pub const fn en(self) -> &'static str {
        match self {
            Self::Signature => "the certificate's signature is genuine and its content unaltered",
            Self::Authority => "the bureau's root key names the authority that signed it",
            Self::Checkpoint => "the log's key signed the checkpoint",
            Self::Witnesses => "witnesses cosigned the checkpoint",
            Self::Fresh => "the status is within the accepted age",
            Self::OnRecord => "the certificate is on record in the public log",
            Self::OneHistory => {
                "the proof of its place and the status are of one history of the log"
            }
            Self::NotListed => {
                "the place that the QR code names (not checked) is not on the list of exceptions"
            }
            Self::WithinFiling => "the review lies within the committee's filing",
            Self::TitleStatus => "the title's status is proved",
            Self::CurrentDocument => "this is the title's current document",
            Self::Copy => "the purpose-bound copy is good",
            Self::Presenter => "the person presenting it is its holder (check an identity card)",
        }
    }
}
