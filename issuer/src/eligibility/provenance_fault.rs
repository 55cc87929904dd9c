//! Which gate about the way of a result kept it out, with its evidence.

use jiff::civil::Date;
use ledger::certificate::{Series, Text};

use crate::approval::{Column, SourceSystem};

/// Why the way of a result leads to no issuance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message_en())]
pub enum ProvenanceFault {
    /// The list does not have a column that this office demands (`import_unstated_gates`).
    NotStated {
        /// The column.
        column: Column,
    },
    /// Another system than the platform, for a series that is not that system's (clause 二(一)).
    SourceNotAllowed {
        /// The system.
        system: SourceSystem,
        /// The series.
        series: Series,
    },
    /// The list does not say which confirmation it is, and the document's word is no HRSS department's.
    ConfirmationUnclear,
    /// ① is stated, and the document's word is no HRSS department's.
    DocumentNotHrss,
    /// The committee is an autonomous unit's, and the list states another confirmation than ③, or none.
    AutonomousNotFiled,
    /// ③ is stated, and the committee is no autonomous unit's.
    CommitteeNotAutonomous,
    /// ③ with the unit's own document for the filing.
    FilingIsApproval,
    /// ③ with the filing of the committee (核准备案) for the filing of the result.
    FilingIsOfCommittee,
    /// ③ filed before there was anything to file.
    FiledBeforeApproval {
        /// When it was filed.
        filed_on: Date,
        /// The approval's date.
        approved: Date,
    },
    /// ③ that will only be filed: until then it is not confirmed.
    FiledInFuture {
        /// When it is to be filed.
        filed_on: Date,
    },
    /// ③ filed with another authority than the one that approved the unit.
    FiledWithAnother {
        /// The one that approved the unit.
        approving: Text,
    },
    /// The list is from a system of its own and does not say whether the HRSS authority published the
    /// notice at the same time: the platform cannot stand for it.
    NoticeNotStated {
        /// The system.
        system: SourceSystem,
    },
}

impl ProvenanceFault {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotStated { column: Column::Source } => "source_system_not_stated",
            Self::NotStated { column: Column::Confirmation } | Self::ConfirmationUnclear => {
                "confirmation_not_stated"
            }
            Self::NotStated { .. } | Self::NoticeNotStated { .. } => {
                "simultaneous_notice_not_stated"
            }
            Self::SourceNotAllowed { .. } => "source_system_not_allowed",
            Self::DocumentNotHrss => "confirmation_document_mismatch",
            Self::AutonomousNotFiled => "autonomous_review_not_filed",
            Self::CommitteeNotAutonomous => "committee_not_autonomous",
            Self::FilingIsApproval => "filing_is_approval",
            Self::FilingIsOfCommittee => "filing_is_of_committee",
            Self::FiledBeforeApproval { .. } => "filed_before_approval",
            Self::FiledInFuture { .. } => "filed_in_future",
            Self::FiledWithAnother { .. } => "filed_with_another_authority",
        }
    }

    /// The column to look at.
    pub const fn column(&self) -> Column {
        match self {
            Self::NotStated { column } => *column,
            Self::SourceNotAllowed { .. } => Column::Source,
            Self::ConfirmationUnclear
            | Self::DocumentNotHrss
            | Self::AutonomousNotFiled
            | Self::CommitteeNotAutonomous => Column::Confirmation,
            Self::FilingIsApproval | Self::FilingIsOfCommittee => Column::ResultFilingNumber,
            Self::FiledBeforeApproval { .. } | Self::FiledInFuture { .. } => Column::ResultFiledOn,
            Self::FiledWithAnother { .. } => Column::ResultFiledWith,
            Self::NoticeNotStated { .. } => Column::SimultaneousNotice,
        }
    }

    /// The sentence in Chinese.
    pub fn message_zh(&self) -> String {
        match self {
            Self::NotStated { column } => format!(
                "名单没有“{}”列,而本单位要求逐行列明(issuer.toml 的 import_unstated_gates;二(一)、三(一))",
                column.heading()
            ),
            Self::SourceNotAllowed { system, series } => format!(
                "系列 {:02} 须经市专业技术人员服务平台申报,不得由{}导入(二(一))",
                series.code(),
                system.name_zh()
            ),
            Self::ConfirmationUnclear => "名单没有“确认方式”列,批准文号也不是人社(职改)部门的:\
                无法区分组建单位发文与未备案的自主评审,请补充该列(三(一))"
                .to_owned(),
            Self::DocumentNotHrss => {
                "“确认方式”为人社部门发文,但批准文号的发文机关代字不是人社(职改)部门的(三(一))"
                    .to_owned()
            }
            Self::AutonomousNotFiled => {
                "评委会属自主评审单位:其结果须报核准部门备案,“确认方式”应为\
                自主评审备案并填写备案文号、日期和部门(三(一))"
                    .to_owned()
            }
            Self::CommitteeNotAutonomous => {
                "“确认方式”为自主评审备案,但评委会不属自主评审单位(三(一))".to_owned()
            }
            Self::FilingIsApproval => {
                "备案文号与批准文号相同:自主评审单位自己的文件不是备案(三(一))".to_owned()
            }
            Self::FilingIsOfCommittee => {
                "备案文号是评委会的核准备案文号,不是这次评审结果的备案(三(一))".to_owned()
            }
            Self::FiledBeforeApproval { filed_on, approved } => {
                format!("备案日期 {filed_on} 早于批准日期 {approved}(三(一))")
            }
            Self::FiledInFuture { filed_on } => {
                format!("备案日期 {filed_on} 尚未到来:备案之后才能签发(三(一))")
            }
            Self::FiledWithAnother { approving } => {
                format!("自主评审的结果应报核准部门({approving})备案(三(一))")
            }
            Self::NoticeNotStated { system } => format!(
                "来自{}的名单须有“同步公示”列,写明同级人社部门是否同步公示(三(一))",
                system.name_zh()
            ),
        }
    }

    /// The sentence in English.
    pub fn message_en(&self) -> String {
        match self {
            Self::NotStated { column } => format!(
                "the list has no column for the {}, which this office demands \
                 (import_unstated_gates in issuer.toml; clauses 2(1), 3(1))",
                column.name_en()
            ),
            Self::SourceNotAllowed { system, series } => format!(
                "results of series {:02} come through the platform and not from {} (clause 2(1))",
                series.code(),
                system.name_en()
            ),
            Self::ConfirmationUnclear => "the list does not state the way of confirmation, and the \
                approval document is no HRSS department's: a convening unit's document cannot be told \
                from an autonomous review that was not filed; add the column (clause 3(1))"
                .to_owned(),
            Self::DocumentNotHrss => "a document of the HRSS department is stated, and the approval \
                document's word is no HRSS or title-reform department's (clause 3(1))"
                .to_owned(),
            Self::AutonomousNotFiled => "the committee is an autonomous unit's: its results are filed \
                with the authority that approved the unit, and the list must state that way of \
                confirmation with the filing (clause 3(1))"
                .to_owned(),
            Self::CommitteeNotAutonomous => "an autonomous review is stated, and the committee is no \
                autonomous unit's (clause 3(1))"
                .to_owned(),
            Self::FilingIsApproval => "the filing has the number of the approval document: an \
                autonomous unit's own document is no filing (clause 3(1))"
                .to_owned(),
            Self::FilingIsOfCommittee => "the filing has the number of the committee's own filing, \
                which is not one of this result (clause 3(1))"
                .to_owned(),
            Self::FiledBeforeApproval { filed_on, approved } => format!(
                "the result was filed on {filed_on}, before its approval of {approved} (clause 3(1))"
            ),
            Self::FiledInFuture { filed_on } => format!(
                "the result is to be filed on {filed_on}: nothing is issued before (clause 3(1))"
            ),
            Self::FiledWithAnother { approving } => format!(
                "the result of an autonomous review must be filed with the authority that approved \
                 the unit, {approving} (clause 3(1))"
            ),
            Self::NoticeNotStated { system } => format!(
                "a list from {} must say in a column whether the HRSS authority of the same level \
                 published the notice at the same time (clause 3(1))",
                system.name_en()
            ),
        }
    }
}
