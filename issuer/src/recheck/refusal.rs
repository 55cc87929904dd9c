//! Why a recheck is not opened or decided: a stable code, the field, the clause, a sentence in Chinese
//! and English. No sentence repeats a name, a number of a person, or a reason.

use jiff::civil::Date;

use super::RecheckId;

/// Why a recheck is not opened or decided.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} / {} [{}, {}, 四]", self.message_zh(), self.message_en(), self.code(), self.field())]
#[expect(
    missing_docs,
    reason = "each variant is documented by its sentences, fields are its evidence"
)]
pub enum RecheckRefusal {
    /// More than two months after publication.
    Late { applied_on: Date, last_day: Date },
    /// Nothing was published yet.
    BeforePublication { applied_on: Date, published_on: Date },
    /// A day of tomorrow.
    InFuture { field: &'static str },
    /// A year without a table.
    YearUnknown { year: i16 },
    /// No day of publication.
    PublicationMissing,
    /// Another day than on record.
    PublicationDiffers { recorded: Date },
    /// Nothing stands there.
    Missing { field: &'static str },
    /// More than a field holds.
    TooLong { field: &'static str, limit: usize },
    /// A text that cannot be kept.
    Text { field: &'static str },
    /// No number of its kind.
    Identifier,
    /// No such committee.
    Committee,
    /// Not there.
    NoSuchRecheck { recheck: RecheckId },
    /// Decided already.
    Decided { recheck: RecheckId },
    /// One is open.
    Open { recheck: RecheckId },
    /// No document number.
    Document,
    /// Older than the application.
    DecidedBeforeApplied { applied_on: Date },
    /// No follow-up.
    FollowUpMissing,
    /// A follow-up that does not fit.
    FollowUpNotAllowed,
    /// No result.
    ResultMissing,
    /// A result that does not fit.
    ResultNotAllowed,
    /// A gate is closed.
    ResultRefused { code: &'static str, zh: String, en: String },
    /// Not one row.
    ResultNotOneRow { rows: usize },
    /// Somebody else's.
    ResultOfAnother,
    /// Imported before.
    ResultKnown,
}

impl RecheckRefusal {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Late { .. } => "recheck_late",
            Self::BeforePublication { .. } => "applied_before_publication",
            Self::InFuture { .. } => "date_in_future",
            Self::YearUnknown { .. } => "calendar_year_unknown",
            Self::PublicationMissing => "publication_missing",
            Self::PublicationDiffers { .. } => "publication_differs",
            Self::Missing { .. } => "field_missing",
            Self::TooLong { .. } => "field_too_long",
            Self::Text { .. } => "text_refused",
            Self::Identifier => "identifier_invalid",
            Self::Committee => "committee_unknown",
            Self::NoSuchRecheck { .. } => "no_such_recheck",
            Self::Decided { .. } => "already_decided",
            Self::Open { .. } => "already_open",
            Self::Document => "decision_invalid",
            Self::DecidedBeforeApplied { .. } => "decided_before_applied",
            Self::FollowUpMissing => "follow_up_missing",
            Self::FollowUpNotAllowed => "follow_up_not_allowed",
            Self::ResultMissing => "result_missing",
            Self::ResultNotAllowed => "result_not_allowed",
            Self::ResultRefused { .. } => "result_refused",
            Self::ResultNotOneRow { .. } => "result_not_one_row",
            Self::ResultOfAnother => "result_of_another",
            Self::ResultKnown => "result_known",
        }
    }

    /// The field that it is about.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::InFuture { field } => field,
            Self::Missing { field } => field,
            Self::TooLong { field, .. } => field,
            Self::Text { field } => field,
            Self::Late { .. } | Self::BeforePublication { .. } => "applied-on",
            Self::YearUnknown { .. }
            | Self::PublicationMissing
            | Self::PublicationDiffers { .. } => "published-on",
            Self::Identifier => "identifier",
            Self::Committee => "committee",
            Self::NoSuchRecheck { .. } | Self::Decided { .. } => "id",
            Self::Open { .. } => "number",
            Self::Document => "document",
            Self::DecidedBeforeApplied { .. } => "decided-on",
            Self::FollowUpMissing | Self::FollowUpNotAllowed => "follow-up",
            Self::ResultMissing
            | Self::ResultNotAllowed
            | Self::ResultRefused { .. }
            | Self::ResultNotOneRow { .. }
            | Self::ResultOfAnother
            | Self::ResultKnown => "result",
        }
    }

    /// The sentence in Chinese.
    pub fn message_zh(&self) -> String {
        match self {
            Self::Late { applied_on, last_day } => {
                format!("{applied_on} 申请复查已逾期,最后一日为 {last_day},不予受理")
            }
            Self::BeforePublication { applied_on, published_on } => {
                format!("申请日 {applied_on} 早于结果公布日 {published_on}")
            }
            Self::InFuture { .. } => "日期晚于今天".to_owned(),
            Self::YearUnknown { year } => {
                format!("尚无 {year} 年的节假日安排,无法计算期限:请先用 issuer calendar add 补充")
            }
            Self::PublicationMissing => "未说明结果公布日".to_owned(),
            Self::PublicationDiffers { recorded } => {
                format!("与登记的公示开始日期 {recorded} 不符")
            }
            Self::Missing { .. } => "必填项为空".to_owned(),
            Self::TooLong { limit, .. } => format!("超过 {limit} 字节"),
            Self::Text { .. } => "含有不能记录的字符,或过长".to_owned(),
            Self::Identifier => "证件号码不符合其证件类型的规则".to_owned(),
            Self::Committee => "没有登记该代码的评委会".to_owned(),
            Self::NoSuchRecheck { recheck } => format!("没有编号为 {recheck} 的复查"),
            Self::Decided { recheck } => format!("复查 {recheck} 已有结果"),
            Self::Open { recheck } => format!("对同一结果的复查 {recheck} 尚未办结"),
            Self::Document => "决定文号不符合规则".to_owned(),
            Self::DecidedBeforeApplied { applied_on } => format!("决定日期早于申请日 {applied_on}"),
            Self::FollowUpMissing => {
                "更正已发证的结果须说明后续:cancel-error 或 reissue".to_owned()
            }
            Self::FollowUpNotAllowed => "此结果没有这种后续".to_owned(),
            Self::ResultMissing => "由不通过改为通过须附一行批准结果".to_owned(),
            Self::ResultNotAllowed => "此结果不附批准名单".to_owned(),
            Self::ResultRefused { code, zh, .. } => format!("批准结果未通过核验:{zh} [{code}]"),
            Self::ResultNotOneRow { rows } => format!("名单应恰有一行,此名单有 {rows} 行"),
            Self::ResultOfAnother => "名单中的人或评委会与复查申请不同".to_owned(),
            Self::ResultKnown => "该结果此前已导入".to_owned(),
        }
    }

    /// The sentence in English.
    pub fn message_en(&self) -> String {
        match self {
            Self::Late { applied_on, last_day } => {
                format!("the application of {applied_on} is late: the last day was {last_day}")
            }
            Self::BeforePublication { applied_on, published_on } => format!(
                "the application of {applied_on} came before the publication of {published_on}"
            ),
            Self::InFuture { .. } => "the date is later than today".to_owned(),
            Self::YearUnknown { year } => format!(
                "no holiday table of {year} is known, so the period cannot be counted: add it with `issuer calendar add`"
            ),
            Self::PublicationMissing => {
                "the day of publication is not stated and not on record".to_owned()
            }
            Self::PublicationDiffers { recorded } => {
                format!("the notice on record began on {recorded}")
            }
            Self::Missing { .. } => "nothing stands in a field that must be filled".to_owned(),
            Self::TooLong { limit, .. } => format!("more than {limit} bytes"),
            Self::Text { .. } => "a text that no record can hold".to_owned(),
            Self::Identifier => "the number breaks the rule of its kind of document".to_owned(),
            Self::Committee => "no committee of this code is registered".to_owned(),
            Self::NoSuchRecheck { recheck } => format!("there is no recheck {recheck}"),
            Self::Decided { recheck } => format!("recheck {recheck} is decided"),
            Self::Open { recheck } => format!("recheck {recheck} of the same result is open"),
            Self::Document => "no number of an official document".to_owned(),
            Self::DecidedBeforeApplied { applied_on } => {
                format!("the decision is older than the application of {applied_on}")
            }
            Self::FollowUpMissing => {
                "a corrected result that was issued needs a follow-up: cancel-error or reissue"
                    .to_owned()
            }
            Self::FollowUpNotAllowed => "no such follow-up has this outcome".to_owned(),
            Self::ResultMissing => {
                "a correction from failed to passed needs the one row of the approved result"
                    .to_owned()
            }
            Self::ResultNotAllowed => "no approved result belongs to this outcome".to_owned(),
            Self::ResultRefused { code, en, .. } => {
                format!("the approved result is refused: {en} [{code}]")
            }
            Self::ResultNotOneRow { rows } => {
                format!("the list must have exactly one row; it has {rows}")
            }
            Self::ResultOfAnother => {
                "the row is about another person or committee than the application".to_owned()
            }
            Self::ResultKnown => "this result was imported before".to_owned(),
        }
    }
}
