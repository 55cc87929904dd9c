//! Why the archive refuses something: a stable code, the field, the clause, a sentence in Chinese and
//! English. No sentence repeats a name, a number of a person, or a conduct.

use ledger::{
    certificate::TextError,
    position::LeafIndex,
    record::{IntegrityKind, SubjectKind},
    time::Date,
};

use super::labels::{kind_code, kind_en, kind_zh, subject_code, subject_zh};
use crate::approval::DocumentNumberError;

/// The field that a refusal is about, as the command line and JSON name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArchiveField {
    /// Whom.
    Subject,
    /// The name.
    Name,
    /// The identifier.
    Identifier,
    /// The kind.
    Kind,
    /// The conduct.
    Conduct,
    /// The clause.
    Clause,
    /// 决定文号
    Decision,
    /// 决定日
    DecidedOn,
    /// First day of a bar.
    BarFrom,
    /// Last day of a bar.
    BarUntil,
    /// Why something is corrected or erased.
    Reason,
    /// The entry that is cited or looked up.
    Index,
    /// Who asks.
    Asker,
}

impl ArchiveField {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Name => "name",
            Self::Identifier => "identifier",
            Self::Kind => "kind",
            Self::Conduct => "conduct",
            Self::Clause => "clause",
            Self::Decision => "decision",
            Self::DecidedOn => "decided-on",
            Self::BarFrom => "bar-from",
            Self::BarUntil => "bar-until",
            Self::Reason => "reason",
            Self::Index => "index",
            Self::Asker => "as",
        }
    }

    const fn zh(self) -> &'static str {
        match self {
            Self::Subject => "对象",
            Self::Name => "姓名或名称",
            Self::Identifier => "证件号码或代码",
            Self::Kind => "类别",
            Self::Conduct => "行为",
            Self::Clause => "条款",
            Self::Decision => "决定文号",
            Self::DecidedOn => "决定日期",
            Self::BarFrom => "限制起始日期",
            Self::BarUntil => "限制截止日期",
            Self::Reason => "理由",
            Self::Index => "记录序号",
            Self::Asker => "查询人",
        }
    }
}

/// Why the archive refuses something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} / {} [{}, {}, {}]", self.message_zh(), self.message_en(), self.code(), self.field().name(), self.clause())]
#[expect(
    missing_docs,
    reason = "each variant is documented by its sentences, fields are its evidence"
)]
pub enum ArchiveRefusal {
    /// Not one of the five kinds of subjects.
    SubjectUnknown,
    /// Not one of the eleven kinds.
    KindUnknown,
    /// A kind that is not of this subject.
    SubjectNotAllowed { kind: IntegrityKind, subject: SubjectKind },
    /// A name that cannot be kept.
    Name { problem: TextError },
    /// An identifier that breaks its rule.
    Identifier { subject: SubjectKind },
    /// Nothing stands in a field that must be filled.
    Missing { field: ArchiveField },
    /// More bytes than a field holds.
    TooLong { field: ArchiveField, limit: usize },
    /// No document number.
    Decision { problem: DocumentNumberError },
    /// A decision of tomorrow.
    DecidedInFuture { decided_on: Date, today: Date },
    /// A correction older than what it corrects.
    CorrectedBeforeDecided { decided_on: Date, earliest: Date },
    /// A clause that no entry of this kind rests on.
    ClauseNotOfKind { kind: IntegrityKind },
    /// A bar whose end comes before its beginning.
    BarEndsBeforeItBegins { from: Date, until: Date },
    /// No entry of the archive stands there.
    NoSuchEntry { entry: LeafIndex },
    /// The entry was corrected already.
    NoLongerStands { entry: LeafIndex, by: LeafIndex },
    /// An amendment that changes nothing.
    NothingAmended,
    /// Not one of the askers.
    AskerUnknown,
    /// An applicant asks about somebody else.
    NotTheirOwn,
    /// Employers and departments are not answered, or not yet.
    NotDisclosed { from: Option<Date> },
    /// Expired entries are for staff only.
    ExpiredForStaffOnly,
    /// An entry that has not expired must be kept.
    Unexpired { entry: LeafIndex, until: Option<Date> },
}

impl ArchiveRefusal {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SubjectUnknown => "subject_unknown",
            Self::KindUnknown => "kind_unknown",
            Self::SubjectNotAllowed { .. } => "subject_not_allowed",
            Self::Name { .. } => "name_invalid",
            Self::Identifier { .. } => "identifier_invalid",
            Self::Missing { .. } => "field_missing",
            Self::TooLong { .. } => "field_too_long",
            Self::Decision { .. } => "decision_number_malformed",
            Self::DecidedInFuture { .. } => "decided_in_future",
            Self::CorrectedBeforeDecided { .. } => "corrected_before_decided",
            Self::ClauseNotOfKind { .. } => "clause_not_of_kind",
            Self::BarEndsBeforeItBegins { .. } => "bar_ends_before_it_begins",
            Self::NoSuchEntry { .. } => "no_such_entry",
            Self::NoLongerStands { .. } => "entry_no_longer_stands",
            Self::NothingAmended => "nothing_amended",
            Self::AskerUnknown => "asker_unknown",
            Self::NotTheirOwn => "not_their_own",
            Self::NotDisclosed { .. } => "not_disclosed",
            Self::ExpiredForStaffOnly => "expired_for_staff_only",
            Self::Unexpired { .. } => "entry_unexpired",
        }
    }

    /// The field to look at.
    pub const fn field(&self) -> ArchiveField {
        use ArchiveField as Field;
        match self {
            Self::SubjectUnknown | Self::SubjectNotAllowed { .. } => Field::Subject,
            Self::KindUnknown => Field::Kind,
            Self::Name { .. } => Field::Name,
            Self::Identifier { .. } | Self::NotTheirOwn => Field::Identifier,
            Self::Missing { field } | Self::TooLong { field, .. } => *field,
            Self::Decision { .. } => Field::Decision,
            Self::DecidedInFuture { .. } | Self::CorrectedBeforeDecided { .. } => Field::DecidedOn,
            Self::ClauseNotOfKind { .. } => Field::Clause,
            Self::BarEndsBeforeItBegins { .. } => Field::BarUntil,
            Self::NoSuchEntry { .. } | Self::NoLongerStands { .. } | Self::Unexpired { .. } => {
                Field::Index
            }
            Self::NothingAmended => Field::Conduct,
            Self::AskerUnknown | Self::NotDisclosed { .. } | Self::ExpiredForStaffOnly => {
                Field::Asker
            }
        }
    }

    /// The clause of the notice.
    pub fn clause(&self) -> &'static str {
        match self {
            Self::ClauseNotOfKind { kind } => super::labels::default_clause(*kind),
            Self::BarEndsBeforeItBegins { .. } => "七(一)",
            Self::SubjectUnknown
            | Self::KindUnknown
            | Self::SubjectNotAllowed { .. }
            | Self::Name { .. }
            | Self::Identifier { .. }
            | Self::Missing { .. }
            | Self::TooLong { .. }
            | Self::Decision { .. }
            | Self::DecidedInFuture { .. }
            | Self::CorrectedBeforeDecided { .. }
            | Self::NoSuchEntry { .. }
            | Self::NoLongerStands { .. }
            | Self::NothingAmended
            | Self::AskerUnknown
            | Self::NotTheirOwn
            | Self::NotDisclosed { .. }
            | Self::ExpiredForStaffOnly
            | Self::Unexpired { .. } => "五(二)",
        }
    }

    /// The sentence in Chinese.
    pub fn message_zh(&self) -> String {
        match self {
            Self::SubjectUnknown => {
                "诚信档案库只记评委会、组建单位、工作人员、专家评委和申报人".to_owned()
            }
            Self::KindUnknown => "不是诚信档案库的十一类记录之一".to_owned(),
            Self::SubjectNotAllowed { kind, subject } => {
                format!("“{}”不适用于{}", kind_zh(*kind), subject_zh(*subject))
            }
            Self::Name { .. } => "姓名或名称不可用".to_owned(),
            Self::Identifier { subject } => {
                format!("{}的证件号码或代码不符合规则", subject_zh(*subject))
            }
            Self::Missing { field } => format!("缺少{}", field.zh()),
            Self::TooLong { field, limit } => format!("{}超过 {limit} 字节", field.zh()),
            Self::Decision { .. } => "决定文号格式不符，应形如 渝职改办〔2026〕64号".to_owned(),
            Self::DecidedInFuture { decided_on, today } => {
                format!("决定日期 {decided_on} 晚于今天 {today}")
            }
            Self::CorrectedBeforeDecided { decided_on, earliest } => {
                format!("更正日期 {decided_on} 早于原决定日期 {earliest}")
            }
            Self::ClauseNotOfKind { kind } => {
                format!("“{}”不依据该条款", kind_zh(*kind))
            }
            Self::BarEndsBeforeItBegins { from, until } => {
                format!("限制截止日期 {until} 早于起始日期 {from}")
            }
            Self::NoSuchEntry { entry } => format!("第 {entry} 条不是诚信档案记录，或已删除"),
            Self::NoLongerStands { entry, by } => {
                format!("第 {entry} 条已由第 {by} 条更正或撤销，请引用最新的一条")
            }
            Self::NothingAmended => "更正没有改变任何内容".to_owned(),
            Self::AskerUnknown => "查询人应为 staff、applicant、employer 或 department".to_owned(),
            Self::NotTheirOwn => "申报人只能查询本人的记录".to_owned(),
            Self::NotDisclosed { from: None } => {
                "尚未规定向用人单位和主管部门提供查询（archive_disclosed_to_employers_from）"
                    .to_owned()
            }
            Self::NotDisclosed { from: Some(from) } => {
                format!("自 {from} 起方可向用人单位和主管部门提供查询")
            }
            Self::ExpiredForStaffOnly => "已期满的记录仅供工作人员查阅".to_owned(),
            Self::Unexpired { entry, until: Some(until) } => {
                format!("第 {entry} 条诚信档案记录至 {until} 期满，此前不得删除")
            }
            Self::Unexpired { entry, until: None } => {
                format!("第 {entry} 条诚信档案记录不自动期满，不得删除")
            }
        }
    }

    /// The sentence in English.
    pub fn message_en(&self) -> String {
        match self {
            Self::SubjectUnknown => "the archive is about committees, convening units, staff, \
                experts and applicants only"
                .to_owned(),
            Self::KindUnknown => "not one of the archive's eleven kinds".to_owned(),
            Self::SubjectNotAllowed { kind, subject } => {
                format!(
                    "{} does not apply to a subject of kind {}",
                    kind_code(*kind),
                    subject_code(*subject)
                )
            }
            Self::Name { problem } => format!("the name cannot be kept: {problem}"),
            Self::Identifier { subject } => {
                format!(
                    "the identifier breaks the rule for subjects of kind {}",
                    subject_code(*subject)
                )
            }
            Self::Missing { field } => format!("{} is missing", field.name()),
            Self::TooLong { field, limit } => {
                format!("{} has more than {limit} bytes", field.name())
            }
            Self::Decision { problem } => format!("the decision document's number: {problem}"),
            Self::DecidedInFuture { decided_on, today } => {
                format!("the decision of {decided_on} is later than today, {today}")
            }
            Self::CorrectedBeforeDecided { decided_on, earliest } => format!(
                "the correction of {decided_on} is older than the decision of {earliest} that it corrects"
            ),
            Self::ClauseNotOfKind { kind } => {
                format!("an entry '{}' does not rest on that clause", kind_en(*kind))
            }
            Self::BarEndsBeforeItBegins { from, until } => {
                format!("the bar ends on {until}, before it begins on {from}")
            }
            Self::NoSuchEntry { entry } => {
                format!("index {entry} is no entry of the archive, or it was erased")
            }
            Self::NoLongerStands { entry, by } => {
                format!("the entry at {entry} was corrected by {by} already: cite the newest one")
            }
            Self::NothingAmended => "the amendment changes nothing".to_owned(),
            Self::AskerUnknown => {
                "who asks is one of staff, applicant, employer, department".to_owned()
            }
            Self::NotTheirOwn => "an applicant sees their own entries only".to_owned(),
            Self::NotDisclosed { from: None } => "employers and departments are not answered \
                (archive_disclosed_to_employers_from is not set)"
                .to_owned(),
            Self::NotDisclosed { from: Some(from) } => {
                format!("employers and departments are answered from {from} on")
            }
            Self::ExpiredForStaffOnly => "expired entries are shown to staff only".to_owned(),
            Self::Unexpired { entry, until: Some(until) } => {
                format!(
                    "the archive entry at {entry} is kept until {until}: it cannot be erased before"
                )
            }
            Self::Unexpired { entry, until: None } => format!(
                "the archive entry at {entry} does not expire by itself: it cannot be erased"
            ),
        }
    }
}
