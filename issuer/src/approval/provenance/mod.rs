//! How a result came to be confirmed and to this office: the source system (clause 二(一)), the HRSS
//! authority's simultaneous notice (三(一)¶1), and which of the three confirmations it has (三(一)¶2).
//!
//! Lists state these in columns of their own, which older exports do not have. What a list does not
//! state is none here; whether its form may stand for it is [`crate::eligibility`]'s to say.

mod read;
mod stored;

pub(super) use read::read;
pub(super) use stored::StoredProvenance;

use jiff::civil::Date;

use super::DocumentNumber;

/// What a list states about the way of a result; none where it does not have the column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Provenance {
    /// 来源系统
    pub source: Option<SourceSystem>,
    /// 确认方式
    pub confirmation: Option<Confirmation>,
    /// 同步公示
    pub simultaneous_notice: Option<SimultaneousNotice>,
}

/// The system through which an application went: a closed set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceSystem {
    /// 重庆市专业技术人员服务平台, for everybody since 2022-01-01
    Platform,
    /// 教育专用系统
    Education,
    /// 卫生专用系统
    Health,
}

/// The three confirmations, of which one is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirmation {
    /// ① 人社(职改)部门发文: the approval document is the HRSS or title-reform department's.
    HrssDocument,
    /// ② 组建单位发文: the approval document is the convening unit's.
    UnitDocument,
    /// ③ 自主评审: an autonomous unit's result, filed with the authority that approved the unit. The
    /// notice does not say whether its document counts before that: here the filing is a must.
    Autonomous(ResultFiling),
}

/// The filing of an autonomous unit's result (备案).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultFiling {
    /// 备案文号
    pub number: DocumentNumber,
    /// 备案日期
    pub filed_on: Date,
    /// 备案部门, as written
    pub filed_with: String,
}

/// 同级人社部门同步公示: the HRSS authority of the same level published the notice at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SimultaneousNotice;

impl SourceSystem {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Platform, Self::Education, Self::Health];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Education => "education",
            Self::Health => "health",
        }
    }

    /// The system in Chinese sentences.
    pub const fn name_zh(self) -> &'static str {
        match self {
            Self::Platform => "市专业技术人员服务平台",
            Self::Education => "教育专用系统",
            Self::Health => "卫生专用系统",
        }
    }

    /// The system in English sentences.
    pub const fn name_en(self) -> &'static str {
        match self {
            Self::Platform => "the platform",
            Self::Education => "the education system",
            Self::Health => "the health system",
        }
    }
}
