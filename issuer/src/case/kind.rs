//! The kinds of decisions, and what each of them is about, rests on and leads to
//! (`tests/data/certificate_status.json`; clauses 五(二), 七(一), 七(四), 七(五), 八 of the notice).

use ledger::status::Status;

use super::{Field, order::BASIS};

/// What a case decides. A closed set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CaseKind {
    /// 撤销职称: a title obtained by fraud, with all its documents.
    RevokeTitle,
    /// 不予认可: titles that a committee had no power to award, a whole list at once.
    NotRecognise,
    /// 更正注销: an error of registration or issuing, without anybody's fault.
    CancelError,
    /// 恢复: a title, after reconsideration, judgment or the bureau's own correction.
    RestoreTitle,
    /// 暂停评审.
    SuspendAuthority,
    /// 恢复评审: the end of a suspension.
    ReinstateAuthority,
    /// 取消评审权: final. Also for a compromised key, with the last entry that is still good.
    CancelAuthority,
}

/// What a correction or a restoration rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ground {
    /// 行政复议决定
    Reconsideration,
    /// 法院判决
    Judgment,
    /// 自行纠正
    SelfCorrection,
    /// 复核纠正结论, clause 四
    Recheck,
    /// 登记、发证差错文书
    RegistrationError,
}

/// Whom a kind of decision is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    /// One title.
    Title,
    /// A list of titles.
    Titles,
    /// One authority: all entries of a committee that are in standing, or those under one key.
    Authority,
}

impl CaseKind {
    /// Every kind, in the order of the codes.
    pub const ALL: [Self; 7] = [
        Self::RevokeTitle,
        Self::NotRecognise,
        Self::CancelError,
        Self::RestoreTitle,
        Self::SuspendAuthority,
        Self::ReinstateAuthority,
        Self::CancelAuthority,
    ];

    /// The code under which drafts keep it.
    pub const fn code(self) -> u64 {
        match self {
            Self::RevokeTitle => 1,
            Self::NotRecognise => 2,
            Self::CancelError => 3,
            Self::RestoreTitle => 4,
            Self::SuspendAuthority => 5,
            Self::ReinstateAuthority => 6,
            Self::CancelAuthority => 7,
        }
    }

    /// The kind with this code.
    pub fn from_code(code: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The stable name on the command line and in `--json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RevokeTitle => "revoke",
            Self::NotRecognise => "not-recognise",
            Self::CancelError => "cancel-error",
            Self::RestoreTitle => "restore",
            Self::SuspendAuthority => "suspend-authority",
            Self::ReinstateAuthority => "reinstate-authority",
            Self::CancelAuthority => "cancel-authority",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The words in Chinese.
    pub const fn name_zh(self) -> &'static str {
        match self {
            Self::RevokeTitle => "撤销职称",
            Self::NotRecognise => "不予认可",
            Self::CancelError => "更正注销",
            Self::RestoreTitle => "恢复职称",
            Self::SuspendAuthority => "暂停评审",
            Self::ReinstateAuthority => "恢复评审",
            Self::CancelAuthority => "取消评审权",
        }
    }

    /// Whom it is about.
    pub const fn target(self) -> TargetKind {
        match self {
            Self::RevokeTitle | Self::CancelError | Self::RestoreTitle => TargetKind::Title,
            Self::NotRecognise => TargetKind::Titles,
            Self::SuspendAuthority | Self::ReinstateAuthority | Self::CancelAuthority => {
                TargetKind::Authority
            }
        }
    }

    /// The status that its targets have afterwards.
    pub const fn status(self) -> Status {
        match self {
            Self::RevokeTitle | Self::CancelAuthority => Status::Revoked,
            Self::NotRecognise => Status::NotRecognised,
            Self::CancelError => Status::CancelledError,
            Self::RestoreTitle | Self::ReinstateAuthority => Status::Valid,
            Self::SuspendAuthority => Status::Suspended,
        }
    }

    /// Whether it may be decided on a target of this status.
    pub const fn may_follow(self, status: Status) -> bool {
        match self.target() {
            TargetKind::Title | TargetKind::Titles => status.title_may_become(self.status()),
            TargetKind::Authority => status.authority_may_become(self.status()),
        }
    }

    /// The clause that it rests on where the decision names no other.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::RevokeTitle => "七(一)",
            Self::NotRecognise => "七(五)",
            Self::CancelError | Self::RestoreTitle => "八",
            Self::SuspendAuthority | Self::ReinstateAuthority => "五(二)",
            Self::CancelAuthority => "七(四)",
        }
    }

    /// What a decision of this kind must say beside its document's number, its date and its reasons.
    pub const fn requires(self) -> &'static [Field] {
        match self {
            // 查实;决定文号、决定日、送达日、陈述申辩记录、救济告知;双人复核.
            Self::RevokeTitle => &[Field::ServedOn, Field::Heard],
            Self::NotRecognise | Self::SuspendAuthority | Self::ReinstateAuthority => &[],
            Self::CancelError | Self::RestoreTitle => &[Field::Ground],
            Self::CancelAuthority => &[Field::ServedOn],
        }
    }

    /// Whether it takes something from somebody, who must then be told the remedies.
    pub const fn carries_remedy(self) -> bool {
        match self {
            Self::RevokeTitle
            | Self::NotRecognise
            | Self::CancelError
            | Self::SuspendAuthority
            | Self::CancelAuthority => true,
            Self::RestoreTitle | Self::ReinstateAuthority => false,
        }
    }

    /// The grounds that it may rest on; none: it names no ground.
    pub const fn grounds(self) -> &'static [Ground] {
        match self {
            Self::CancelError => &[Ground::Recheck, Ground::RegistrationError],
            Self::RestoreTitle => {
                &[Ground::Reconsideration, Ground::Judgment, Ground::SelfCorrection]
            }
            Self::RevokeTitle
            | Self::NotRecognise
            | Self::SuspendAuthority
            | Self::ReinstateAuthority
            | Self::CancelAuthority => &[],
        }
    }
}

impl Ground {
    /// Every ground, in the order of the codes.
    pub const ALL: [Self; 5] = [
        Self::Reconsideration,
        Self::Judgment,
        Self::SelfCorrection,
        Self::Recheck,
        Self::RegistrationError,
    ];

    /// The code under which drafts keep it.
    pub const fn code(self) -> u64 {
        match self {
            Self::Reconsideration => 1,
            Self::Judgment => 2,
            Self::SelfCorrection => 3,
            Self::Recheck => 4,
            Self::RegistrationError => 5,
        }
    }

    /// The ground with this code.
    pub fn from_code(code: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|ground| ground.code() == code)
    }

    /// The stable name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reconsideration => "reconsideration",
            Self::Judgment => "judgment",
            Self::SelfCorrection => "self-correction",
            Self::Recheck => "recheck",
            Self::RegistrationError => "registration-error",
        }
    }

    /// The ground with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ground| ground.name() == name)
    }

    /// The legal basis of a decision on this ground that names no other. That a title comes back by
    /// reconsideration or judgment is no rule of the notice.
    pub const fn basis(self) -> &'static str {
        match self {
            Self::Reconsideration => "中华人民共和国行政复议法",
            Self::Judgment => "中华人民共和国行政诉讼法",
            Self::SelfCorrection | Self::Recheck | Self::RegistrationError => BASIS,
        }
    }

    /// The words in Chinese.
    pub const fn name_zh(self) -> &'static str {
        match self {
            Self::Reconsideration => "行政复议决定",
            Self::Judgment => "法院判决",
            Self::SelfCorrection => "自行纠正",
            Self::Recheck => "复核纠正结论",
            Self::RegistrationError => "登记、发证差错",
        }
    }
}
