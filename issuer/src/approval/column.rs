//! The columns of a list of approved results, as the bureau's platform exports them.

use crate::table::Heading;

/// A column of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// 序号
    Number,
    /// 姓名
    Name,
    /// 证件类型
    DocumentKind,
    /// 证件号码
    DocumentNumber,
    /// 工作单位
    Employer,
    /// 统一社会信用代码
    EmployerCode,
    /// 职称系列
    Series,
    /// 专业
    Specialty,
    /// 级别
    Level,
    /// 资格名称
    Title,
    /// 取得方式
    Method,
    /// 评委会代码
    Committee,
    /// 评审通过日期
    ReviewedOn,
    /// 公示开始日期
    NoticeFrom,
    /// 公示截止日期
    NoticeTo,
    /// 公示结果
    NoticeOutcome,
    /// 批准文号
    ApprovalDocument,
    /// 批准日期
    ApprovedOn,
    /// 承诺书签署日期
    PledgedOn,
    /// 来源系统: optional, as the five below are
    Source,
    /// 确认方式
    Confirmation,
    /// 备案文号: of the result, by which an autonomous unit's review is confirmed
    ResultFilingNumber,
    /// 备案日期
    ResultFiledOn,
    /// 备案部门
    ResultFiledWith,
    /// 同步公示
    SimultaneousNotice,
    /// 性别: known, not used.
    Sex,
    /// 备注: known, not used.
    Remark,
}

impl Heading for Column {
    const ALL: &'static [Self] = &[
        Self::Number,
        Self::Name,
        Self::DocumentKind,
        Self::DocumentNumber,
        Self::Employer,
        Self::EmployerCode,
        Self::Series,
        Self::Specialty,
        Self::Level,
        Self::Title,
        Self::Method,
        Self::Committee,
        Self::ReviewedOn,
        Self::NoticeFrom,
        Self::NoticeTo,
        Self::NoticeOutcome,
        Self::ApprovalDocument,
        Self::ApprovedOn,
        Self::PledgedOn,
        Self::Source,
        Self::Confirmation,
        Self::ResultFilingNumber,
        Self::ResultFiledOn,
        Self::ResultFiledWith,
        Self::SimultaneousNotice,
        Self::Sex,
        Self::Remark,
    ];
    const LABEL: Self = Self::Number;
    const ANCHOR: Self = Self::DocumentNumber;

    fn name(self) -> &'static str {
        match self {
            Self::Number => "序号",
            Self::Name => "姓名",
            Self::DocumentKind => "证件类型",
            Self::DocumentNumber => "证件号码",
            Self::Employer => "工作单位",
            Self::EmployerCode => "统一社会信用代码",
            Self::Series => "职称系列",
            Self::Specialty => "专业",
            Self::Level => "级别",
            Self::Title => "资格名称",
            Self::Method => "取得方式",
            Self::Committee => "评委会代码",
            Self::ReviewedOn => "评审通过日期",
            Self::NoticeFrom => "公示开始日期",
            Self::NoticeTo => "公示截止日期",
            Self::NoticeOutcome => "公示结果",
            Self::ApprovalDocument => "批准文号",
            Self::ApprovedOn => "批准日期",
            Self::PledgedOn => "承诺书签署日期",
            Self::Source => "来源系统",
            Self::Confirmation => "确认方式",
            Self::ResultFilingNumber => "备案文号",
            Self::ResultFiledOn => "备案日期",
            Self::ResultFiledWith => "备案部门",
            Self::SimultaneousNotice => "同步公示",
            Self::Sex => "性别",
            Self::Remark => "备注",
        }
    }

    fn synonyms(self) -> &'static [&'static str] {
        match self {
            Self::Number => &["编号", "序"],
            Self::Name => &["申报人", "申报人姓名"],
            Self::DocumentKind => &["证件种类", "证件名称"],
            Self::DocumentNumber => &["证件号", "身份证号", "身份证号码", "身份证件号码"],
            Self::Employer => &["单位", "单位名称", "用人单位", "所在单位", "工作单位名称"],
            Self::EmployerCode => &["社会信用代码", "信用代码", "单位统一社会信用代码"],
            Self::Series => &["系列", "职称系列名称", "评审系列"],
            Self::Specialty => &["专业名称", "申报专业", "评审专业"],
            Self::Level => &["层级", "职称级别", "职称层级", "申报级别"],
            Self::Title => &["职称名称", "职称", "取得资格名称", "专业技术资格名称"],
            Self::Method => &["取得途径", "职称取得方式"],
            Self::Committee => &["评委会编码", "评审委员会代码"],
            Self::ReviewedOn => &["评审通过时间", "评审日期", "取得时间", "取得日期"],
            Self::NoticeFrom => &["公示开始时间", "公示起始日期", "公示开始日"],
            Self::NoticeTo => &["公示截止时间", "公示结束日期", "公示结束时间", "公示截止日"],
            Self::NoticeOutcome => &["公示情况", "公示意见"],
            Self::ApprovalDocument => &["批准文件号", "批准文件文号", "发文文号", "确认文号"],
            Self::ApprovedOn => &["批准时间", "发文日期", "确认日期"],
            Self::PledgedOn => {
                &["承诺书签署时间", "承诺书签订日期", "承诺书日期", "个人承诺书签署日期"]
            }
            Self::Source => &["数据来源", "申报系统", "来源平台"],
            Self::Confirmation => &["资格确认方式", "确认途径", "确认路径"],
            Self::ResultFilingNumber => &["备案号", "结果备案文号", "评审结果备案文号"],
            Self::ResultFiledOn => &["备案时间", "结果备案日期", "评审结果备案日期"],
            Self::ResultFiledWith => &["备案机关", "结果备案部门", "评审结果备案部门"],
            Self::SimultaneousNotice => &["人社部门同步公示", "同级人社部门同步公示"],
            Self::Sex => &[],
            Self::Remark => &["说明"],
        }
    }

    fn is_required(self) -> bool {
        !matches!(
            self,
            Self::Source
                | Self::Confirmation
                | Self::ResultFilingNumber
                | Self::ResultFiledOn
                | Self::ResultFiledWith
                | Self::SimultaneousNotice
                | Self::Sex
                | Self::Remark
        )
    }
}

impl Column {
    /// The column in English sentences.
    pub const fn name_en(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Name => "name",
            Self::DocumentKind => "kind of identity document",
            Self::DocumentNumber => "identity document number",
            Self::Employer => "employer",
            Self::EmployerCode => "employer's unified social credit code",
            Self::Series => "title series",
            Self::Specialty => "specialty",
            Self::Level => "level",
            Self::Title => "title name",
            Self::Method => "obtain method",
            Self::Committee => "committee code",
            Self::ReviewedOn => "date the review was passed",
            Self::NoticeFrom => "first day of the public notice",
            Self::NoticeTo => "last day of the public notice",
            Self::NoticeOutcome => "outcome of the public notice",
            Self::ApprovalDocument => "approval document number",
            Self::ApprovedOn => "approval date",
            Self::PledgedOn => "date the pledge was signed",
            Self::Source => "source system",
            Self::Confirmation => "way of confirmation",
            Self::ResultFilingNumber => "number of the result's filing",
            Self::ResultFiledOn => "date of the result's filing",
            Self::ResultFiledWith => "authority with which the result was filed",
            Self::SimultaneousNotice => "simultaneous notice of the HRSS authority",
            Self::Sex => "sex",
            Self::Remark => "remark",
        }
    }
}
