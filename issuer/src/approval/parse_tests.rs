//! Rows, one changed field at a time.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use super::{ApprovedResult, Column, FieldFault, FieldFaults, parse};
use crate::catalogue::Catalogue;
use crate::table::{Heading, Row};

/// A row that is right in every field.
pub(crate) const GOOD: [(Column, &str); 19] = [
    (Column::Number, "1"),
    (Column::Name, "阿依古丽·买买提"),
    (Column::DocumentKind, "居民身份证"),
    (Column::DocumentNumber, "11010519491231002X"),
    (Column::Employer, "重庆（虚构）研究院"),
    (Column::EmployerCode, "91350100M000100Y43"),
    (Column::Series, "工程技术人员"),
    (Column::Specialty, "信息与通信工程"),
    (Column::Level, "正高级"),
    (Column::Title, "正高级工程师"),
    (Column::Method, "评审"),
    (Column::Committee, "CQ-05-01"),
    (Column::ReviewedOn, "2026-02-12"),
    (Column::NoticeFrom, "2026-03-02"),
    (Column::NoticeTo, "2026-03-09"),
    (Column::NoticeOutcome, "无异议"),
    (Column::ApprovalDocument, "渝职改办〔2026〕64号"),
    (Column::ApprovedOn, "2026-03-13"),
    (Column::PledgedOn, "2025-12-26"),
];

/// [`GOOD`] with some fields changed.
pub(crate) fn row_with(changes: &[(Column, &str)]) -> Row<Column> {
    Row::from_texts(GOOD.into_iter().chain(changes.iter().copied()))
}

fn read(changes: &[(Column, &str)]) -> Result<ApprovedResult, FieldFaults> {
    parse(&row_with(changes), &Catalogue::published().unwrap())
}

/// The code for which a row with one changed field is refused, after checking that the field's own
/// column is named and no other fault comes of it.
fn refused_for(column: Column, text: &str) -> &'static str {
    let (fault, others) = read(&[(column, text)]).unwrap_err().split();
    assert_eq!(fault.column(), column, "{text}");
    assert_eq!(others, [], "{text}");
    assert!(!fault.message_zh().is_empty() && !fault.message_en().is_empty());
    fault.code()
}

#[test]
fn reads_every_field() {
    let result = read(&[]).unwrap();
    assert_eq!(result.holder().name.as_str(), "阿依古丽·买买提");
    assert_eq!(result.holder().document.number(), "11010519491231002X");
    assert_eq!(result.employer().name, "重庆（虚构）研究院");
    assert_eq!(result.title().series.code().code(), 5);
    assert_eq!(result.title().name, "正高级工程师");
    assert_eq!(result.review().committee.as_str(), "CQ-05-01");
    assert_eq!(result.review().passed_on.to_string(), "2026-02-12");
    assert_eq!(result.notice().to.to_string(), "2026-03-09");
    assert_eq!(result.approval().document.as_str(), "渝职改办〔2026〕64号");
    assert_eq!(result.pledged_on().to_string(), "2025-12-26");
}

#[test]
fn harmless_variants_give_the_same_result() {
    let variants: [(Column, &str); 12] = [
        (Column::Name, " 阿依古丽 • 买买提"),
        (Column::DocumentKind, "身份证"),
        (Column::DocumentNumber, "１１０１０５ 19491231002x"),
        (Column::Employer, "\u{3000}重庆（虚构）研究院 "),
        (Column::EmployerCode, "91350100m000100y43"),
        (Column::Series, "05"),
        (Column::Level, "正高"),
        (Column::Committee, "ＣＱ-05-01"),
        (Column::ReviewedOn, "2026年2月12日"),
        (Column::NoticeOutcome, "公示无异议"),
        (Column::ApprovalDocument, "渝职改办[2026]64号"),
        (Column::ApprovedOn, "2026.3.13"),
    ];
    let plain = read(&[]).unwrap();
    for variant in variants {
        assert_eq!(read(&[variant]).unwrap(), plain, "{variant:?}");
    }
    assert_eq!(read(&variants).unwrap().result_key(), plain.result_key());
}

#[test]
fn refuses_a_faulty_field_by_its_own_code() {
    let cases = [
        (Column::Name, "", "holder_name_missing"),
        (Column::Name, "张三(曾用名)", "holder_name_invalid"),
        (Column::DocumentKind, "学生证", "document_kind_unknown"),
        (Column::DocumentKind, "", "field_missing"),
        (Column::DocumentNumber, "110105194912310021", "id_number_invalid"),
        (Column::DocumentNumber, "", "id_number_invalid"),
        (Column::Employer, "", "field_missing"),
        (Column::Employer, "重庆\u{202E}院究研", "field_unprintable"),
        (Column::EmployerCode, "91350100M000100Y44", "employer_code_invalid"),
        (Column::EmployerCode, "", "employer_code_invalid"),
        (Column::Series, "占星人员", "series_unknown"),
        (Column::Level, "高级", "level_unknown"),
        (Column::Title, "高级工程师", "title_name_mismatch"),
        (Column::Title, "", "field_missing"),
        (Column::Specialty, " ", "field_missing"),
        (Column::Method, "赠送", "obtain_method_unknown"),
        (Column::Committee, "第一评委会", "committee_unknown"),
        (Column::Committee, "", "field_missing"),
        (Column::ReviewedOn, "2026-02-30", "date_invalid"),
        (Column::NoticeFrom, "", "date_invalid"),
        (Column::NoticeTo, "三月九日", "date_invalid"),
        (Column::NoticeOutcome, "有异议，核查中", "objection_open"),
        (Column::NoticeOutcome, "", "field_missing"),
        (Column::ApprovalDocument, "渝职改办2026年第3号文件", "approval_document_malformed"),
        (Column::ApprovedOn, "26-3-13", "date_invalid"),
        (Column::PledgedOn, "", "pledge_missing"),
        (Column::PledgedOn, "已签", "date_invalid"),
    ];
    for (column, text, code) in cases {
        assert_eq!(refused_for(column, text), code, "{} = {text:?}", column.name());
    }
    assert_eq!(refused_for(Column::Specialty, &"长".repeat(41)), "field_too_long");
    assert_eq!(refused_for(Column::Employer, &"长".repeat(1_001)), "cell_unreadable");
}

#[test]
fn names_all_faults_from_left_to_right() {
    let faults = read(&[
        (Column::PledgedOn, ""),
        (Column::Name, ""),
        (Column::Level, "高级"),
        (Column::ApprovedOn, "x"),
    ]);
    let (first, others) = faults.unwrap_err().split();
    let others: Vec<_> = others.iter().map(FieldFault::code).collect();
    assert_eq!(first.code(), "holder_name_missing");
    assert_eq!(others, ["level_unknown", "date_invalid", "pledge_missing"]);
}

#[test]
fn the_key_of_a_result_changes_with_each_of_its_parts() {
    let key = |changes: &[(Column, &str)]| read(changes).unwrap().result_key();
    let plain = key(&[]);
    for change in [
        (Column::DocumentNumber, "500103199003070017"),
        (Column::Specialty, "通信"),
        (Column::Committee, "CQ-05-02"),
        (Column::ApprovalDocument, "渝职改办〔2026〕65号"),
    ] {
        assert_ne!(key(&[change]), plain, "{change:?}");
    }
    assert_ne!(key(&[(Column::Level, "副高级"), (Column::Title, "高级工程师")]), plain);
    assert_eq!(key(&[(Column::Name, "更名"), (Column::Employer, "另一单位")]), plain);
}

proptest::proptest! {
    #[test]
    fn never_panics_and_never_repeats_what_it_was_given(
        field in 0_usize..GOOD.len(), text in "\\PC{0,40}|[0-9Xx\u{3000}〔\\[年/.-]{0,25}",
    ) {
        let column = GOOD[field].0;
        if let Err(faults) = read(&[(column, &text)]) {
            let (first, others) = faults.split();
            for fault in others.iter().chain([&first]) {
                let said = format!("{}{}{fault:?}", fault.message_zh(), fault.message_en());
                let is_word = text.chars().filter(|c| c.is_alphanumeric()).count() > 6;
                proptest::prop_assert!(!(is_word && said.contains(text.trim())), "{}", said);
            }
        }
    }
}
