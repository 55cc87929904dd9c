//! Why a committee cannot be registered, with stable codes and sentences in both languages.

use ledger::authority::ExtensionFault;
use ledger::certificate::TextError;

use super::CommitteeColumn;
use crate::approval::{DateError, DocumentNumberError};
use crate::catalogue::{LevelError, SeriesError};
use crate::identity::UsccError;
use crate::table::{CellFault, Heading};

/// Why a committee cannot be registered (clause 二(二)).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message_en())]
pub enum RegistrationFault {
    /// A field is empty.
    Missing {
        /// The field.
        column: CommitteeColumn,
    },
    /// A field holds what no certificate can carry.
    Text {
        /// The field.
        column: CommitteeColumn,
        /// Why.
        problem: TextError,
    },
    /// A cell cannot be read.
    Unreadable {
        /// The field.
        column: CommitteeColumn,
        /// Why.
        fault: CellFault,
    },
    /// The convening unit's code is missing or breaks GB 32100.
    ConveningCodeInvalid {
        /// Why.
        problem: UsccError,
    },
    /// The filing's document number is missing or malformed.
    FilingNumberMalformed {
        /// Why.
        problem: DocumentNumberError,
    },
    /// A date that is missing, malformed or impossible.
    DateInvalid {
        /// The field.
        column: CommitteeColumn,
        /// Why.
        problem: DateError,
    },
    /// A series that the catalogue does not have.
    SeriesUnknown {
        /// Why.
        problem: SeriesError,
    },
    /// A level that does not exist, or a coarse one.
    LevelUnknown {
        /// Why.
        problem: LevelError,
    },
    /// The district is not a code of six digits.
    DistrictMalformed,
    /// Neither 是 nor 否.
    AutonomyUnknown,
    /// The filing is longer than three years.
    FilingLongerThanThreeYears {
        /// The ledger's own rule, which was broken, with the dates.
        problem: ExtensionFault,
    },
    /// Another rule of what an authority's certificate may state.
    NotCertifiable {
        /// The rule, with its evidence.
        problem: ExtensionFault,
    },
    /// An earlier line of the list has the same code.
    RepeatedCode,
}

impl RegistrationFault {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "field_missing",
            Self::Text { .. } => "field_unprintable",
            Self::Unreadable { fault: CellFault::Encoding, .. } => "encoding_invalid",
            Self::Unreadable { .. } => "cell_unreadable",
            Self::ConveningCodeInvalid { .. } => "convening_unit_code_invalid",
            Self::FilingNumberMalformed { .. } => "filing_number_malformed",
            Self::DateInvalid { .. } => "date_invalid",
            Self::SeriesUnknown { .. } => "series_unknown",
            Self::LevelUnknown { .. } => "level_unknown",
            Self::DistrictMalformed => "district_code_malformed",
            Self::AutonomyUnknown => "autonomy_unknown",
            Self::FilingLongerThanThreeYears { .. } => "filing_longer_than_three_years",
            Self::NotCertifiable { .. } => "filing_not_certifiable",
            Self::RepeatedCode => "committee_code_repeated",
        }
    }

    /// The column that the fault is in.
    pub const fn column(&self) -> CommitteeColumn {
        match self {
            Self::Missing { column }
            | Self::Text { column, .. }
            | Self::Unreadable { column, .. }
            | Self::DateInvalid { column, .. } => *column,
            Self::ConveningCodeInvalid { .. } => CommitteeColumn::ConveningCode,
            Self::FilingNumberMalformed { .. } => CommitteeColumn::FilingNumber,
            Self::SeriesUnknown { .. } => CommitteeColumn::Series,
            Self::LevelUnknown { .. } => CommitteeColumn::Levels,
            Self::DistrictMalformed => CommitteeColumn::District,
            Self::AutonomyUnknown => CommitteeColumn::Autonomous,
            Self::FilingLongerThanThreeYears { .. } | Self::NotCertifiable { .. } => {
                CommitteeColumn::FiledUntil
            }
            Self::RepeatedCode => CommitteeColumn::Code,
        }
    }

    /// The sentence in Chinese.
    pub fn message_zh(&self) -> String {
        let column = self.column().name();
        match self {
            Self::Missing { .. } => format!("“{column}”为空"),
            Self::Text { .. } => format!("“{column}”过长或含有无法显示的字符"),
            Self::Unreadable { .. } => format!("“{column}”单元格无法读取"),
            Self::ConveningCodeInvalid { .. } => "组建单位的统一社会信用代码无效".to_owned(),
            Self::FilingNumberMalformed { .. } => {
                "核准备案文号格式不符,应形如 渝职改办〔2026〕64号".to_owned()
            }
            Self::DateInvalid { .. } => format!("“{column}”不是有效日期"),
            Self::SeriesUnknown { .. } => "职称系列不在目录之内".to_owned(),
            Self::LevelUnknown { .. } => {
                "级别应为正高级、副高级、中级、助理级、员级,多个之间用顿号".to_owned()
            }
            Self::DistrictMalformed => "区县应为六位行政区划代码".to_owned(),
            Self::AutonomyUnknown => "“自主评审”应为是或否(三(一))".to_owned(),
            Self::FilingLongerThanThreeYears { .. } => {
                "备案有效期超过三年(二(二)),不予登记".to_owned()
            }
            Self::NotCertifiable { problem } => format!("备案不能登记:{problem}"),
            Self::RepeatedCode => "评委会代码与前面某行重复".to_owned(),
        }
    }

    /// The sentence in English.
    pub fn message_en(&self) -> String {
        let column = self.column().name_en();
        match self {
            Self::Missing { .. } => format!("the {column} is missing"),
            Self::Text { problem, .. } => format!("the {column} cannot be used: {problem}"),
            Self::Unreadable { fault, .. } => format!("the {column} cannot be read: {fault}"),
            Self::ConveningCodeInvalid { problem } => {
                format!("the convening unit's unified social credit code is invalid: {problem}")
            }
            Self::FilingNumberMalformed { problem } => {
                format!("the filing number is malformed: {problem}")
            }
            Self::DateInvalid { problem, .. } => format!("the {column} is invalid: {problem}"),
            Self::SeriesUnknown { problem } => format!("the title series is unknown: {problem}"),
            Self::LevelUnknown { problem } => format!("a level is unknown: {problem}"),
            Self::DistrictMalformed => "the district is not a code of six digits".to_owned(),
            Self::AutonomyUnknown => {
                "whether the unit reviews autonomously must be 是 or 否 (clause 3(1))".to_owned()
            }
            Self::FilingLongerThanThreeYears { problem } => {
                format!("{problem} (clause 2(2)): not registered")
            }
            Self::NotCertifiable { problem } => {
                format!("the filing cannot be registered: {problem}")
            }
            Self::RepeatedCode => "an earlier line has the same committee code".to_owned(),
        }
    }
}
