//! Lists that state which way their results came: the columns are found by heading in any order, in
//! CSV as in xlsx, and every row of a list that has one is held to it.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use issuer::approval::{Confirmation, SourceSystem};
use issuer::calendar::Calendar;
use issuer::catalogue::Catalogue;
use issuer::committee;
use issuer::eligibility::{GateSettings, UnstatedGates};
use issuer::import::{Judged, RowVerdict, Rules, judge};
use proptest::strategy::Strategy as _;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

const COMMITTEES: &[u8] = include_bytes!("data/samples/committees.csv");
const SAMPLE: &[u8] = include_bytes!("data/samples/approved-results.csv");

/// The added columns of one row, by [`ADDED`], and what must become of it.
type Case<'a> = ([&'a str; 6], Result<(), (&'a str, &'a str)>);

const ADDED: [&str; 6] = ["来源系统", "确认方式", "备案文号", "备案日期", "备案部门", "同步公示"];
const BUREAU: &str = "重庆市人力资源和社会保障局";
const NUMBER: &str = "渝人社备〔2026〕9号";
/// Rows 1 to 10 of the sample, of which 8 and 10 are refused for what they state elsewhere. Row 3 is a
/// primary-school teacher's.
const CASES: [Case<'_>; 10] = [
    (["平台", "人社部门发文", "", "", "", "是"], Ok(())),
    (["", "人社部门发文", "", "", "", "是"], Err(("field_missing", "来源系统"))),
    (["教育专用系统", "组建单位发文", "", "", "", "已同步公示"], Ok(())),
    (
        ["卫生专用系统", "人社部门发文", "", "", "", "是"],
        Err(("source_system_not_allowed", "来源系统")),
    ),
    (["平台", "自主评审备案", NUMBER, "2026-12-01", BUREAU, "是"], Ok(())),
    (
        ["平台", "自主评审", "", "2026-12-01", BUREAU, "是"],
        Err(("filing_number_missing", "备案文号")),
    ),
    (
        ["平台", "自主评审", NUMBER, "2026-01-02", BUREAU, "是"],
        Err(("filed_before_approval", "备案日期")),
    ),
    (["平台", "人社部门发文", "", "", "", "是"], Err(("pledge_missing", "承诺书签署日期"))),
    (["平台", "人社部门发文", "", "", "", "否"], Err(("simultaneous_notice_missing", "同步公示"))),
    (["平台", "人社部门发文", "", "", "", "是"], Err(("objection_open", "公示结果"))),
];

fn rules() -> Rules {
    let catalogue = Catalogue::published().unwrap();
    let committees = committee::read(COMMITTEES, &catalogue).unwrap().committees;
    let calendar = Calendar::published().unwrap();
    Rules { catalogue, committees, calendar, gates: GateSettings::cautious() }
}

/// Headings and rows of the sample's first ten, with the added columns behind them.
fn table() -> Vec<Vec<String>> {
    let (text, _, _) = encoding_rs::GB18030.decode(SAMPLE);
    let lines = text.lines().take(11);
    let added = std::iter::once(ADDED).chain(CASES.map(|(cells, _)| cells));
    let rows = lines.zip(added);
    rows.map(|(line, added)| line.split(',').chain(added).map(str::to_owned).collect()).collect()
}

/// The columns of a table in another order.
fn in_order(table: &[Vec<String>], order: &[usize]) -> Vec<Vec<String>> {
    table.iter().map(|row| order.iter().map(|at| row[*at].clone()).collect()).collect()
}

fn csv(table: &[Vec<String>]) -> Vec<u8> {
    table.iter().map(|row| row.join(",") + "\r\n").collect::<String>().into_bytes()
}

/// A workbook in which dates are date cells.
fn xlsx(table: &[Vec<String>]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let format = Format::new().set_num_format("yyyy-mm-dd");
    for (line, row) in (0..).zip(table) {
        for (column, text) in (0..).zip(row) {
            match ExcelDateTime::parse_from_str(text) {
                Ok(date) if text.len() == 10 && text.starts_with("20") => {
                    sheet.write_datetime_with_format(line, column, &date, &format).unwrap()
                }
                _ => sheet.write_string(line, column, text).unwrap(),
            };
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn assert_expected(judged: &Judged) {
    assert_eq!(judged.report.rows.len(), CASES.len());
    assert!(judged.report.unknown_columns.is_empty() && judged.report.absent_columns.is_empty());
    for (row, (_, expected)) in judged.report.rows.iter().zip(CASES) {
        let verdict = match &row.verdict {
            RowVerdict::Accepted(_) => Ok(()),
            RowVerdict::Refused(refusal) => Err((refusal.code(), refusal.column().unwrap())),
        };
        assert_eq!(verdict, expected, "row {}", row.label);
    }
    let provenance: Vec<_> =
        judged.accepted.iter().map(|result| result.result().provenance()).collect();
    let sources: Vec<_> = provenance.iter().map(|one| one.source).collect();
    let platform = Some(SourceSystem::Platform);
    assert_eq!(sources, [platform, Some(SourceSystem::Education), platform]);
    let confirmed: Vec<_> = provenance.iter().map(|one| one.confirmation.as_ref()).collect();
    assert!(matches!(
        confirmed[..],
        [
            Some(Confirmation::HrssDocument),
            Some(Confirmation::UnitDocument),
            Some(Confirmation::Autonomous(_))
        ]
    ));
    assert!(provenance.iter().all(|one| one.simultaneous_notice.is_some()));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]

    #[test]
    fn the_columns_are_found_in_any_order_in_both_kinds_of_files(
        order in proptest::strategy::Just((0..27_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let table = in_order(&table(), &order);
        assert_expected(&judge(&csv(&table), &rules()).unwrap());
        assert_expected(&judge(&xlsx(&table), &rules()).unwrap());
    }
}

#[test]
fn other_headings_and_words_mean_the_same() {
    let text = String::from_utf8(csv(&table())).unwrap();
    let changed = text
        .replace("来源系统", "数据来源（必填）")
        .replace("确认方式", "资格确认方式*")
        .replace("备案文号", "评审结果备案文号")
        .replace(",同步公示\r\n", ",人社部门同步公示\r\n")
        .replace("平台", "重庆市专业技术人员服务平台")
        .replace("人社部门发文", "人社（职改）部门发文")
        .replace("自主评审备案", "自主评审＋备案")
        .replace(NUMBER, "渝人社备［２０２６］9号");
    assert_ne!(changed, text);
    assert_expected(&judge(changed.as_bytes(), &rules()).unwrap());
}

#[test]
fn a_line_that_ends_before_an_added_column_leaves_it_blank() {
    let text = String::from_utf8(csv(&table())).unwrap();
    let cut = text.replacen(",平台,人社部门发文,,,,是\r\n", ",平台\r\n", 1);
    assert_ne!(cut, text);
    let judged = judge(cut.as_bytes(), &rules()).unwrap();
    let RowVerdict::Refused(refusal) = &judged.report.rows[0].verdict else {
        unreachable!("the confirmation is missing")
    };
    assert_eq!((refusal.code(), refusal.column()), ("field_missing", Some("确认方式")));
    assert_eq!(refusal.other_codes(), ["field_missing"]);
}

#[test]
fn a_strict_office_takes_lists_with_the_columns_only() {
    let gates = GateSettings { unstated: UnstatedGates::Refused, ..GateSettings::cautious() };
    let strict = Rules { gates, ..rules() };
    assert_expected(&judge(&csv(&table()), &strict).unwrap());
    let (lenient, strict) = (judge(SAMPLE, &rules()).unwrap(), judge(SAMPLE, &strict).unwrap());
    assert_eq!((lenient.accepted.len(), strict.accepted.len()), (252, 0));
    for (was, is) in lenient.report.rows.iter().zip(&strict.report.rows) {
        let RowVerdict::Refused(refusal) = &is.verdict else { unreachable!("none is accepted") };
        match &was.verdict {
            RowVerdict::Accepted(_) => assert_eq!(refusal.code(), "source_system_not_stated"),
            // A copy of a row that was accepted is no copy of one that is not.
            RowVerdict::Refused(known) if known.code() == "duplicate_of_row" => {
                assert_eq!(refusal.code(), "source_system_not_stated");
            }
            RowVerdict::Refused(known) => assert_eq!(refusal.code(), known.code()),
        }
    }
}
