//! The columns of a list of committees.

use crate::table::Heading;

/// A column of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommitteeColumn {
    /// 评委会代码
    Code,
    /// 评委会名称
    Name,
    /// 组建单位
    ConveningUnit,
    /// 组建单位统一社会信用代码
    ConveningCode,
    /// 核准部门
    ApprovingAuthority,
    /// 核准备案文号
    FilingNumber,
    /// 备案起始日期
    FiledFrom,
    /// 备案截止日期
    FiledUntil,
    /// 职称系列
    Series,
    /// 级别
    Levels,
    /// 区县
    District,
    /// 自主评审: optional
    Autonomous,
}

impl Heading for CommitteeColumn {
    const ALL: &'static [Self] = &[
        Self::Code,
        Self::Name,
        Self::ConveningUnit,
        Self::ConveningCode,
        Self::ApprovingAuthority,
        Self::FilingNumber,
        Self::FiledFrom,
        Self::FiledUntil,
        Self::Series,
        Self::Levels,
        Self::District,
        Self::Autonomous,
    ];
    const LABEL: Self = Self::Code;
    const ANCHOR: Self = Self::Code;

    fn name(self) -> &'static str {
        match self {
            Self::Code => "评委会代码",
            Self::Name => "评委会名称",
            Self::ConveningUnit => "组建单位",
            Self::ConveningCode => "组建单位统一社会信用代码",
            Self::ApprovingAuthority => "核准部门",
            Self::FilingNumber => "核准备案文号",
            Self::FiledFrom => "备案起始日期",
            Self::FiledUntil => "备案截止日期",
            Self::Series => "职称系列",
            Self::Levels => "级别",
            Self::District => "区县",
            Self::Autonomous => "自主评审",
        }
    }

    fn synonyms(self) -> &'static [&'static str] {
        match self {
            Self::Code => &["代码", "评委会编码", "评审委员会代码"],
            Self::Name => &["名称", "评审委员会名称"],
            Self::ConveningUnit => &["组建单位名称"],
            Self::ConveningCode => &["统一社会信用代码", "组建单位信用代码"],
            Self::ApprovingAuthority => &["核准备案部门", "备案部门"],
            Self::FilingNumber => &["备案文号", "核准文号"],
            Self::FiledFrom => &["备案开始日期", "备案起始时间"],
            Self::FiledUntil => &["备案结束日期", "备案截止时间", "备案有效期至"],
            Self::Series => &["系列", "评审系列"],
            Self::Levels => &["层级", "评审级别"],
            Self::District => &["区域", "区县代码", "行政区划代码"],
            Self::Autonomous => &["是否自主评审", "自主评审单位"],
        }
    }

    fn is_required(self) -> bool {
        self != Self::Autonomous
    }
}

impl CommitteeColumn {
    /// The column in English sentences.
    pub const fn name_en(self) -> &'static str {
        match self {
            Self::Code => "committee code",
            Self::Name => "committee name",
            Self::ConveningUnit => "convening unit",
            Self::ConveningCode => "convening unit's unified social credit code",
            Self::ApprovingAuthority => "approving authority",
            Self::FilingNumber => "filing number",
            Self::FiledFrom => "first day of the filing",
            Self::FiledUntil => "last day of the filing",
            Self::Series => "title series",
            Self::Levels => "levels",
            Self::District => "district",
            Self::Autonomous => "whether the unit reviews autonomously",
        }
    }
}
