//! Codes, words and clauses of the closed sets.

use ledger::record::{IntegrityKind, SubjectKind};

/// What is said of a kind.
struct Label {
    code: &'static str,
    zh: &'static str,
    en: &'static str,
    /// The clauses of the notice that it may rest on; the first unless the decision names another.
    clauses: &'static [&'static str],
}

const fn label(kind: IntegrityKind) -> Label {
    use IntegrityKind as Kind;
    let (code, zh, en, clauses): (_, _, _, &'static [&'static str]) = match kind {
        Kind::ApplicantFalseMaterial => (
            "APPLICANT_FALSE_MATERIAL",
            "申报弄虚作假",
            "false material in an application",
            &["七(一)", "一(一)"],
        ),
        Kind::TitleRevoked => ("TITLE_REVOKED", "撤销职称", "title revoked", &["七(一)"]),
        Kind::ExpertRemoved => {
            ("EXPERT_REMOVED", "取消评审专家资格", "removed as a review expert", &["七(六)"])
        }
        Kind::StaffBarred => (
            "STAFF_BARRED",
            "工作人员禁止从事评审工作",
            "staff barred from review work",
            &["七(七)", "五(二)"],
        ),
        Kind::RectificationOrdered => {
            ("RECTIFICATION_ORDERED", "责令限期整改", "ordered to rectify", &["五(二)"])
        }
        Kind::ReviewSuspended => {
            ("REVIEW_SUSPENDED", "暂停评审工作", "review work suspended", &["五(二)", "八"])
        }
        Kind::ReviewAuthorityCancelled => (
            "REVIEW_AUTHORITY_CANCELLED",
            "取消职称评审权",
            "review authority cancelled",
            &["五(二)", "七(四)", "七(五)", "八"],
        ),
        Kind::DutyFailureCriticised => {
            ("DUTY_FAILURE_CRITICISED", "未履行审核职责", "failed to examine", &["七(四)"])
        }
        Kind::ReviewNotRecognised => (
            "REVIEW_NOT_RECOGNISED",
            "评审不予认可",
            "review not recognised",
            &["七(五)", "五(一)"],
        ),
        Kind::InspectionObstructed => (
            "INSPECTION_OBSTRUCTED",
            "拒绝检查/谎报瞒报",
            "obstructed or misled an inspection",
            &["五(二)"],
        ),
        Kind::DisciplineViolation => (
            "DISCIPLINE_VIOLATION",
            "违反评审纪律(个人)",
            "personal breach of review discipline",
            &["五(二)"],
        ),
    };
    Label { code, zh, en, clauses }
}

/// The stable code of a kind.
pub const fn kind_code(kind: IntegrityKind) -> &'static str {
    label(kind).code
}

/// A kind in Chinese.
pub const fn kind_zh(kind: IntegrityKind) -> &'static str {
    label(kind).zh
}

/// A kind in English.
pub const fn kind_en(kind: IntegrityKind) -> &'static str {
    label(kind).en
}

/// The kind with this code; none outside the closed set.
pub fn kind_from_code(code: &str) -> Option<IntegrityKind> {
    IntegrityKind::ALL.iter().copied().find(|kind| kind_code(*kind) == code)
}

/// The clause that an entry of this kind rests on unless the decision names another.
pub fn default_clause(kind: IntegrityKind) -> &'static str {
    label(kind).clauses.first().copied().unwrap_or("五(二)")
}

/// Whether an entry of this kind may rest on a clause.
pub fn has_clause(kind: IntegrityKind, clause: &str) -> bool {
    label(kind).clauses.contains(&clause)
}

/// The stable code of a kind of subject.
pub const fn subject_code(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Applicant => "applicant",
        SubjectKind::Expert => "expert",
        SubjectKind::Staff => "staff",
        SubjectKind::Committee => "committee",
        SubjectKind::ConveningUnit => "convening_unit",
    }
}

/// A kind of subject in Chinese.
pub const fn subject_zh(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Applicant => "申报人",
        SubjectKind::Expert => "专家评委",
        SubjectKind::Staff => "职称评审工作人员",
        SubjectKind::Committee => "职称评审委员会",
        SubjectKind::ConveningUnit => "组建单位",
    }
}

/// The kind of subject with this code; none outside the closed set of clause 五(二).
pub fn subject_from_code(code: &str) -> Option<SubjectKind> {
    SubjectKind::ALL.iter().copied().find(|kind| subject_code(*kind) == code)
}
