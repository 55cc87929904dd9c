//! The sentences for faults of fields.

use super::{Column, DateError, DocumentNumberError, FieldFault};
use crate::catalogue::{LevelError, SeriesError, TitleNameMismatch, level_en, level_zh};
use crate::identity::{self, HolderNameError, ResidentNumberError, UsccError};
use crate::table::{CellFault, Heading};

impl FieldFault {
    /// The sentence in Chinese.
    pub fn message_zh(&self) -> String {
        let column = self.column().name();
        match self {
            Self::Missing { .. } => format!("“{column}”为空"),
            Self::TooLong { limit, .. } => format!("“{column}”超过 {limit} 个字符"),
            Self::Unprintable { .. } => format!("“{column}”含有无法显示的字符"),
            Self::Unreadable { fault, .. } => format!("“{column}”无法读取:{}", cell_zh(*fault)),
            Self::HolderNameMissing => "“姓名”为空".to_owned(),
            Self::HolderNameInvalid { problem } => name_zh(*problem),
            Self::DocumentKindUnknown => {
                "“证件类型”不在可用类型之内,例如:居民身份证、护照".to_owned()
            }
            Self::IdNumberInvalid { problem } => format!("证件号码无效:{}", id_zh(*problem)),
            Self::IdNumberLostDigits => {
                "证件号码以数值保存,末几位已丢失:请把该列设为文本后重新填写".to_owned()
            }
            Self::EmployerCodeInvalid { problem } => {
                format!("统一社会信用代码无效:{}", uscc_zh(*problem))
            }
            Self::SeriesUnknown { problem } => series_zh(*problem),
            Self::LevelUnknown { problem: LevelError::Coarse } => {
                "级别过粗:请写明正高级、副高级、助理级或员级".to_owned()
            }
            Self::LevelUnknown { problem: LevelError::Unknown } => {
                "级别应为正高级、副高级、中级、助理级、员级之一".to_owned()
            }
            Self::TitleNameMismatch { problem } => title_zh(problem),
            Self::ObtainMethodUnknown => "取得方式应为评审、考核认定、考试或转移确认".to_owned(),
            Self::CommitteeCodeMalformed { .. } => {
                "评委会代码格式不符:只能是字母、数字和连字符".to_owned()
            }
            Self::DateInvalid { problem, .. } => format!("“{column}”{}", date_zh(*problem)),
            Self::ObjectionOpen => {
                "公示结果不是“无异议”:异议核查完毕之前不得确认资格(三(一))".to_owned()
            }
            Self::ApprovalDocumentMalformed { problem } => document_zh(*problem).to_owned(),
            Self::PledgeMissing => "没有个人承诺书签署日期(一(一))".to_owned(),
            Self::SourceSystemUnknown => {
                "来源系统应为市专业技术人员服务平台;只有教育、卫生可由其专用系统导入(二(一))"
                    .to_owned()
            }
            Self::ConfirmationUnknown => {
                "确认方式应为人社部门发文、组建单位发文或自主评审备案(三(一))".to_owned()
            }
            Self::FilingNumberMalformed { problem: DocumentNumberError::Missing } => {
                "自主评审的结果没有备案文号:须报核准部门备案后才能签发(三(一))".to_owned()
            }
            Self::FilingNumberMalformed { .. } => {
                "备案文号格式不符,应形如 渝人社备〔2026〕64号(三(一))".to_owned()
            }
            Self::FilingNotExpected { .. } => {
                format!("填有“{column}”,但“确认方式”不是自主评审备案:请核对后改正其中一项(三(一))")
            }
            Self::NoticeNotSimultaneous => {
                "同级人社部门没有同步公示,或所填不是“是”(三(一))".to_owned()
            }
        }
    }

    /// The sentence in English.
    pub fn message_en(&self) -> String {
        let column = self.column().name_en();
        match self {
            Self::Missing { .. } => format!("the {column} is missing"),
            Self::TooLong { limit, .. } => format!("the {column} has more than {limit} characters"),
            Self::Unprintable { .. } => {
                format!("the {column} has characters that cannot be printed")
            }
            Self::Unreadable { fault, .. } => format!("the {column} cannot be read: {fault}"),
            Self::HolderNameMissing => "the name is missing".to_owned(),
            Self::HolderNameInvalid { problem } => format!("the name cannot be used: {problem}"),
            Self::DocumentKindUnknown => {
                "the kind of identity document is not one of the known kinds".to_owned()
            }
            Self::IdNumberInvalid { problem } => {
                format!("the identity document number is invalid: {problem}")
            }
            Self::IdNumberLostDigits => "the identity document number was kept as a number and \
                has lost its last digits: make the column text and enter it again"
                .to_owned(),
            Self::EmployerCodeInvalid { problem } => {
                format!("the employer's unified social credit code is invalid: {problem}")
            }
            Self::SeriesUnknown { problem } => format!("the title series is unknown: {problem}"),
            Self::LevelUnknown { problem } => format!("the level is unknown: {problem}"),
            Self::TitleNameMismatch { problem } => title_en(problem),
            Self::ObtainMethodUnknown => "the obtain method is unknown: review, initial \
                determination, examination or transfer confirmation is expected"
                .to_owned(),
            Self::CommitteeCodeMalformed { problem } => problem.to_string(),
            Self::DateInvalid { problem, .. } => format!("the {column} is invalid: {problem}"),
            Self::ObjectionOpen => {
                "the public notice did not end without objection: nothing can be \
                confirmed before the objection is closed (clause 3(1))"
                    .to_owned()
            }
            Self::ApprovalDocumentMalformed { problem } => {
                format!("the approval document number is malformed: {problem}")
            }
            Self::PledgeMissing => "there is no date of a signed pledge (clause 1(1))".to_owned(),
            Self::SourceSystemUnknown => "the source system must be the platform; only education \
                and health may come from systems of their own (clause 2(1))"
                .to_owned(),
            Self::ConfirmationUnknown => "the way of confirmation must be a document of the HRSS \
                department, a document of the convening unit, or a filed autonomous review \
                (clause 3(1))"
                .to_owned(),
            Self::FilingNumberMalformed { problem: DocumentNumberError::Missing } => {
                "the result of an autonomous review has no filing number: it must be filed with the \
                 authority that approved the unit before anything is issued (clause 3(1))"
                    .to_owned()
            }
            Self::FilingNumberMalformed { problem } => {
                format!("the number of the result's filing is malformed: {problem} (clause 3(1))")
            }
            Self::FilingNotExpected { .. } => format!(
                "the {column} is given, and the way of confirmation is no autonomous review: \
                 correct one of the two (clause 3(1))"
            ),
            Self::NoticeNotSimultaneous => "the HRSS authority of the same level did not publish \
                the notice at the same time, or the cell does not say so (clause 3(1))"
                .to_owned(),
        }
    }
}

const fn cell_zh(fault: CellFault) -> &'static str {
    match fault {
        CellFault::Encoding => "含有不属于本文件编码的字节",
        CellFault::TooLong => "内容过长",
        CellFault::InexactNumber => "以数值保存,已不精确:请把该列设为文本后重新填写",
        CellFault::WorkbookError => "单元格是公式错误值",
        CellFault::WrongType => "单元格是时间、时长或逻辑值",
    }
}

fn name_zh(problem: HolderNameError) -> String {
    match problem {
        HolderNameError::Missing => "“姓名”为空".to_owned(),
        HolderNameError::Character { code_point, position } => {
            format!("姓名第 {position} 个字符(U+{code_point:04X})不能用于姓名")
        }
        HolderNameError::TooLong { found } => format!("姓名过长({found} 个字符)"),
    }
}

fn id_zh(problem: identity::DocumentNumberError) -> String {
    use identity::DocumentNumberError as Error;
    match problem {
        Error::Missing => "为空".to_owned(),
        Error::Resident(ResidentNumberError::Length { found }) => {
            format!("有 {found} 位,应为 18 位")
        }
        Error::Resident(ResidentNumberError::Character { position }) => {
            format!("第 {position} 位不应是该字符")
        }
        Error::Resident(ResidentNumberError::BirthDate) => "第 7 至 14 位不是日期".to_owned(),
        Error::Resident(ResidentNumberError::CheckCharacter) => "校验位不符".to_owned(),
        Error::Prefix => "开头几位属于其他证件类型".to_owned(),
        Error::Form => "与该证件类型的格式不符".to_owned(),
        Error::TooLong { limit } => format!("超过 {limit} 个字符"),
    }
}

fn uscc_zh(problem: UsccError) -> String {
    match problem {
        UsccError::Missing => "为空".to_owned(),
        UsccError::Length { found } => format!("有 {found} 位,应为 18 位"),
        UsccError::Character { position } => format!("第 {position} 位不应是该字符"),
        UsccError::OrganisationCode => "其中的组织机构代码(第 9 至 17 位)校验位不符".to_owned(),
        UsccError::CheckCharacter => "校验位不符".to_owned(),
    }
}

fn series_zh(problem: SeriesError) -> String {
    match problem {
        SeriesError::NotACode => "职称系列代码应为两位数字".to_owned(),
        SeriesError::UnknownCode { code } => format!("没有代码为 {code:02} 的职称系列"),
        SeriesError::UnknownName => "没有这个名称的职称系列".to_owned(),
        SeriesError::CodeAndNameDiffer { code } => {
            format!("职称系列代码 {code:02} 与所写名称不符")
        }
        SeriesError::OtherNeedsName => "系列代码 99 之后须写明系列名称".to_owned(),
    }
}

fn title_zh(problem: &TitleNameMismatch) -> String {
    let (code, level) = (problem.series.code(), level_zh(problem.level));
    match (problem.found_at, problem.known.is_empty()) {
        (Some(found), _) => {
            format!("该资格名称属于{},不属于系列 {code:02} 的{level}", level_zh(found))
        }
        (None, true) => format!("系列 {code:02} 不设{level}"),
        (None, false) => {
            let known = some_of(&problem.known, "、");
            format!("系列 {code:02} 的{level}没有这个资格名称,例如:{known}")
        }
    }
}

fn title_en(problem: &TitleNameMismatch) -> String {
    let (code, level) = (problem.series.code(), level_en(problem.level));
    match (problem.found_at, problem.known.is_empty()) {
        (Some(found), _) => {
            format!("the title name belongs to level {}, not to {level}", level_en(found))
        }
        (None, true) => format!("series {code:02} has no level {level}"),
        (None, false) => {
            let known = some_of(&problem.known, ", ");
            format!("series {code:02} has no title of that name at level {level}; it has {known}")
        }
    }
}

fn some_of(names: &[String], separator: &str) -> String {
    let shown: Vec<&str> = names.iter().take(5).map(String::as_str).collect();
    shown.join(separator)
}

const fn date_zh(problem: DateError) -> &'static str {
    match problem {
        DateError::Missing => "为空",
        DateError::Form => "不是日期,应形如 2026-03-02",
        DateError::NoSuchDay => "是不存在的日期",
    }
}

const fn document_zh(problem: DocumentNumberError) -> &'static str {
    match problem {
        DocumentNumberError::Missing => "“批准文号”为空",
        DocumentNumberError::Year => "批准文号缺少六角括号中的年份,应形如 渝职改办〔2026〕64号",
        DocumentNumberError::Issuer => "批准文号的发文机关代字缺失或不符",
        DocumentNumberError::Number => "批准文号年份之后应为序号(不补零)加“号”",
    }
}

impl Column {
    /// The column's heading, as reports name it.
    pub fn heading(self) -> &'static str {
        self.name()
    }
}
