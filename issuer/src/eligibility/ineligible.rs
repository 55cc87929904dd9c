//! Which gate kept a result out, with its evidence.

use jiff::civil::Date;
use ledger::certificate::{Level, Series};
use ledger::position::LeafIndex;

use super::ProvenanceFault;
use crate::approval::{Column, CommitteeCode};
use crate::catalogue::{level_en, level_zh};
use crate::committee::RegistrationFault;

/// Why an approved result may not be issued.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message_en())]
pub enum Ineligible {
    /// No committee with that code is in the list.
    CommitteeUnknown {
        /// The code.
        code: CommitteeCode,
    },
    /// The committee stands in the list and was refused at registration: it has no standing.
    CommitteeNotRegistered {
        /// The code.
        code: CommitteeCode,
        /// Why it was refused.
        fault: Box<RegistrationFault>,
    },
    /// The pledge was signed after the review.
    PledgeAfterReview {
        /// When it was signed.
        pledged: Date,
        /// When the review was passed.
        passed_on: Date,
    },
    /// The notice began before the review.
    NoticeBeforeReview {
        /// The notice's first day.
        from: Date,
        /// When the review was passed.
        passed_on: Date,
    },
    /// The notice touches a year without a published holiday table.
    CalendarYearUnknown {
        /// The year.
        year: i16,
    },
    /// The notice had fewer than five full working days.
    NoticeTooShort {
        /// Its first day, which is not counted.
        from: Date,
        /// Its last day.
        to: Date,
        /// The day on which it could have ended.
        earliest_end: Date,
    },
    /// The confirmation is not later than the notice's last day.
    ApprovedBeforeNoticeEnded {
        /// The notice's last day.
        to: Date,
        /// The approval's date.
        approved: Date,
    },
    /// The review came before the committee's filing.
    FilingNotBegun {
        /// When the review was passed.
        passed_on: Date,
        /// The filing's first day.
        from: ledger::time::Date,
    },
    /// The review came after the committee's filing.
    FilingExpired {
        /// When the review was passed.
        passed_on: Date,
        /// The filing's last day.
        until: ledger::time::Date,
    },
    /// The review fell into a suspension (clause 五(二)).
    Suspended {
        /// When the review was passed.
        passed_on: Date,
        /// The suspension's first day.
        from: ledger::time::Date,
    },
    /// The list names a filing for the day of the review that is not on record.
    FilingNotOnRecord {
        /// When the review was passed.
        passed_on: Date,
    },
    /// 取消评审权 (clauses 五(二), 七(四)): nothing more is signed for it, also no review from before.
    Cancelled {
        /// When the review was passed.
        passed_on: Date,
        /// The decision.
        event: LeafIndex,
    },
    /// The time in which reviews of that filing are signed is over.
    SigningOver {
        /// When the review was passed.
        passed_on: Date,
        /// The last day on which they were signed.
        until: ledger::time::Date,
    },
    /// The applicant was barred from applying on the day of the pledge or of the review (clause 七(一)).
    /// The conduct is not told.
    ApplicantBarred {
        /// The bar's last day; none: without end.
        until: Option<ledger::time::Date>,
    },
    /// The committee does not review this series.
    SeriesOutOfScope {
        /// The series.
        series: Series,
    },
    /// The committee does not review this level.
    LevelOutOfScope {
        /// The level.
        level: Level,
    },
    /// Source system, confirmation or simultaneous notice (clauses 二(一), 三(一)).
    Provenance(ProvenanceFault),
}

impl From<ProvenanceFault> for Ineligible {
    fn from(fault: ProvenanceFault) -> Self {
        Self::Provenance(fault)
    }
}

impl Ineligible {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::CommitteeUnknown { .. } | Self::CommitteeNotRegistered { .. } => {
                "committee_unknown"
            }
            Self::PledgeAfterReview { .. } => "pledge_after_review",
            Self::NoticeBeforeReview { .. } => "publicity_before_review",
            Self::CalendarYearUnknown { .. } => "calendar_year_unknown",
            Self::NoticeTooShort { .. } => "publicity_too_short",
            Self::ApprovedBeforeNoticeEnded { .. } => "approved_before_publicity_ended",
            Self::FilingNotBegun { .. } => "committee_filing_not_begun",
            Self::FilingExpired { .. } => "committee_filing_expired",
            Self::Suspended { .. } => "committee_suspended",
            Self::FilingNotOnRecord { .. } => "committee_filing_not_on_record",
            Self::Cancelled { .. } => "committee_cancelled",
            Self::SigningOver { .. } => "committee_signing_over",
            Self::ApplicantBarred { .. } => "applicant_barred",
            Self::SeriesOutOfScope { .. } => "out_of_scope_series",
            Self::LevelOutOfScope { .. } => "out_of_scope_level",
            Self::Provenance(fault) => fault.code(),
        }
    }

    /// The column to look at.
    pub const fn column(&self) -> Column {
        match self {
            Self::CommitteeUnknown { .. } | Self::CommitteeNotRegistered { .. } => {
                Column::Committee
            }
            Self::PledgeAfterReview { .. } => Column::PledgedOn,
            Self::NoticeBeforeReview { .. } | Self::CalendarYearUnknown { .. } => {
                Column::NoticeFrom
            }
            Self::NoticeTooShort { .. } => Column::NoticeTo,
            Self::ApprovedBeforeNoticeEnded { .. } => Column::ApprovedOn,
            Self::FilingNotBegun { .. }
            | Self::FilingExpired { .. }
            | Self::Suspended { .. }
            | Self::FilingNotOnRecord { .. }
            | Self::Cancelled { .. }
            | Self::SigningOver { .. } => Column::ReviewedOn,
            Self::ApplicantBarred { .. } => Column::DocumentNumber,
            Self::SeriesOutOfScope { .. } => Column::Series,
            Self::LevelOutOfScope { .. } => Column::Level,
            Self::Provenance(fault) => fault.column(),
        }
    }

    /// The sentence in Chinese.
    pub fn message_zh(&self) -> String {
        match self {
            Self::CommitteeUnknown { code } => format!("没有登记代码为 {code} 的评委会"),
            Self::CommitteeNotRegistered { code, fault } => {
                format!("评委会 {code} 未予登记:{}", fault.message_zh())
            }
            Self::PledgeAfterReview { pledged, passed_on } => {
                format!("承诺书签署于 {pledged},晚于评审通过日期 {passed_on}(一(一))")
            }
            Self::NoticeBeforeReview { from, passed_on } => {
                format!("公示始于 {from},早于评审通过日期 {passed_on}(三(一))")
            }
            Self::CalendarYearUnknown { year } => {
                format!("尚无 {year} 年的节假日安排,无法计算公示期:请先补充该年日历")
            }
            Self::NoticeTooShort { from, to, earliest_end } => format!(
                "公示自 {from} 至 {to} 不足五个工作日(首日不计),最早应到 {earliest_end}(三(一))"
            ),
            Self::ApprovedBeforeNoticeEnded { to, approved } => {
                format!("批准日期 {approved} 不晚于公示截止日期 {to}(三(一))")
            }
            Self::FilingNotBegun { passed_on, from } => {
                format!("评审通过日期 {passed_on} 早于评委会备案起始日期 {from}(二(二))")
            }
            Self::FilingExpired { passed_on, until } => {
                format!("评审通过日期 {passed_on} 时评委会备案已于 {until} 到期(二(二))")
            }
            Self::Suspended { passed_on, from } => {
                format!("评审通过日期 {passed_on} 时评委会自 {from} 起暂停评审(五(二))")
            }
            Self::FilingNotOnRecord { passed_on } => format!(
                "名单所列备案含评审通过日期 {passed_on},但尚未登记:请先用 issuer authority renew 续备案(二(二))"
            ),
            Self::Cancelled { passed_on, event } => format!(
                "评委会的评审权已由第 {event} 条决定取消,评审通过日期 {passed_on} 的结果不再以其名义签发:\
                 请报市职改办,由其决定是否另行评审(五(二)、七(四))"
            ),
            Self::SigningOver { passed_on, until } => {
                format!("评审通过日期 {passed_on} 所属备案的结果只能签发至 {until}(二(二))")
            }
            Self::ApplicantBarred { until: Some(until) } => {
                format!("申报人至 {until} 不得申报,申报或评审在此期间的结果不得签发(七(一))")
            }
            Self::ApplicantBarred { until: None } => {
                "申报人不得申报,申报或评审在此期间的结果不得签发(七(一))".to_owned()
            }
            Self::SeriesOutOfScope { series } => {
                format!("评委会的评审范围不含系列 {:02}(七(五))", series.code())
            }
            Self::LevelOutOfScope { level } => {
                format!("评委会的评审范围不含{}(七(五))", level_zh(*level))
            }
            Self::Provenance(fault) => fault.message_zh(),
        }
    }

    /// The sentence in English.
    pub fn message_en(&self) -> String {
        match self {
            Self::CommitteeUnknown { code } => format!("no committee {code} is registered"),
            Self::CommitteeNotRegistered { code, fault } => {
                format!("committee {code} was refused at registration: {fault}")
            }
            Self::PledgeAfterReview { pledged, passed_on } => format!(
                "the pledge was signed on {pledged}, after the review of {passed_on} (clause 1(1))"
            ),
            Self::NoticeBeforeReview { from, passed_on } => format!(
                "the notice began on {from}, before the review of {passed_on} (clause 3(1))"
            ),
            Self::CalendarYearUnknown { year } => format!(
                "no holiday table of {year} is known, so the notice cannot be counted: add it first"
            ),
            Self::NoticeTooShort { from, to, earliest_end } => format!(
                "the notice from {from} to {to} has fewer than five working days (the first day is \
                 not counted); it could end on {earliest_end} (clause 3(1))"
            ),
            Self::ApprovedBeforeNoticeEnded { to, approved } => format!(
                "the approval of {approved} is not later than the notice's last day {to} (clause 3(1))"
            ),
            Self::FilingNotBegun { passed_on, from } => format!(
                "the review of {passed_on} came before the committee's filing of {from} (clause 2(2))"
            ),
            Self::FilingExpired { passed_on, until } => format!(
                "the committee's filing ended on {until}, before the review of {passed_on} \
                 (clause 2(2))"
            ),
            Self::Suspended { passed_on, from } => format!(
                "the committee was suspended from {from}, and the review was on {passed_on} (clause 5(2))"
            ),
            Self::FilingNotOnRecord { passed_on } => format!(
                "the list's filing covers the review of {passed_on} and is not on record: put it there \
                 with `issuer authority renew` (clause 2(2))"
            ),
            Self::Cancelled { passed_on, event } => format!(
                "the committee's authority was cancelled by the decision at {event}, and nothing more is \
                 signed for it, also not for the review of {passed_on}: put it before the bureau, which \
                 may have it reviewed anew (clauses 5(2), 7(4))"
            ),
            Self::SigningOver { passed_on, until } => format!(
                "reviews of the filing that covers {passed_on} were signed until {until} (clause 2(2))"
            ),
            Self::ApplicantBarred { until: Some(until) } => format!(
                "the applicant may not apply until after {until}, and applied or was reviewed under \
                 that bar (clause 7(1))"
            ),
            Self::ApplicantBarred { until: None } => "the applicant may not apply, and applied or \
                was reviewed under that bar (clause 7(1))"
                .to_owned(),
            Self::SeriesOutOfScope { series } => {
                format!("the committee does not review series {:02} (clause 7(5))", series.code())
            }
            Self::LevelOutOfScope { level } => {
                format!("the committee does not review level {} (clause 7(5))", level_en(*level))
            }
            Self::Provenance(fault) => fault.message_en(),
        }
    }
}
