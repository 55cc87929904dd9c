//! The gates about the way of a result, one at a time, and each way around them.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use super::{
    EligibleResult, EmptyWord, GateSettings, HrssWords, Ineligible, ProvenanceFault, UnstatedGates,
    check, check_filed,
};
use crate::approval::{
    Column::{self, *},
    Confirmation as Confirmed, FieldFault, Provenance, SourceSystem, parse,
    parse_tests::{GOOD, row_with},
};
use crate::calendar::Calendar;
use crate::catalogue::Catalogue;
use crate::committee::{self, Autonomy, ReviewCommittee};

const COMMITTEES: &[u8] = include_bytes!("../../tests/data/samples/committees.csv");

/// What a list states of a result that came through the platform, confirmed by the department.
const STATED: [(Column, &str); 3] =
    [(Source, "市平台"), (Confirmation, "人社部门发文"), (SimultaneousNotice, "是")];
/// A filed result of an autonomous unit, which has a document word of its own.
const FILED: [(Column, &str); 5] = [
    (ApprovalDocument, "渝大评〔2026〕4号"),
    (Confirmation, "自主评审备案"),
    (ResultFilingNumber, "渝人社备〔2026〕9号"),
    (ResultFiledOn, "2026-03-20"),
    (ResultFiledWith, "重庆市人力资源和社会保障局"),
];
/// The sample's result in a series that education reviews.
const TEACHER: [(Column, &str); 5] = [
    (Series, "中小学教师"),
    (Specialty, "小学语文"),
    (Level, "副高级"),
    (Title, "高级教师"),
    (Committee, "CQ-22-09"),
];

type Changes<'a> = &'a [(Column, &'a str)];

fn checked_by(
    settings: &GateSettings,
    changes: &[Changes<'_>],
) -> Result<EligibleResult, Ineligible> {
    let catalogue = Catalogue::published().unwrap();
    let committees = committee::read(COMMITTEES, &catalogue).unwrap().committees;
    let approved = parse(&row_with(&changes.concat()), &catalogue).unwrap();
    check(approved, &committees, &Calendar::published().unwrap(), settings)
}

fn checked(changes: &[Changes<'_>]) -> Result<EligibleResult, Ineligible> {
    checked_by(&GateSettings::cautious(), changes)
}

/// The code for which a row with these fields is refused, after checking that `column` is named.
fn gate(column: Column, changes: &[Changes<'_>]) -> &'static str {
    gate_by(&GateSettings::cautious(), column, changes)
}

fn gate_by(settings: &GateSettings, column: Column, changes: &[Changes<'_>]) -> &'static str {
    let gate = checked_by(settings, changes).unwrap_err();
    assert_eq!(gate.column(), column, "{changes:?}");
    let (zh, en) = (gate.message_zh(), gate.message_en());
    assert!(zh.contains("(一)") && en.contains("(clause") | en.contains("; clauses"), "{zh} {en}");
    gate.code()
}

/// The codes of the field faults of a row, from left to right.
fn faults(changes: &[Changes<'_>]) -> Vec<(&'static str, Column)> {
    let read = parse(&row_with(&changes.concat()), &Catalogue::published().unwrap());
    let (first, others) = read.unwrap_err().split();
    let named = |fault: &FieldFault| {
        assert!(!fault.message_zh().is_empty() && !fault.message_en().is_empty());
        (fault.code(), fault.column())
    };
    std::iter::once(&first).chain(&others).map(named).collect()
}

fn strict() -> GateSettings {
    GateSettings { unstated: UnstatedGates::Refused, ..GateSettings::cautious() }
}

#[test]
fn keeps_what_a_list_states() {
    assert_eq!(checked(&[]).unwrap().result().provenance(), &Provenance::default());
    let stated = checked(&[&STATED]).unwrap();
    let provenance = stated.result().provenance();
    assert_eq!(provenance.source, Some(SourceSystem::Platform));
    assert_eq!(provenance.confirmation, Some(Confirmed::HrssDocument));
    assert!(provenance.simultaneous_notice.is_some());
    let filed = checked(&[&STATED, &FILED]).unwrap();
    let Some(Confirmed::Autonomous(filing)) = &filed.result().provenance().confirmation else {
        unreachable!("the row says so")
    };
    assert_eq!(filing.number.as_str(), "渝人社备〔2026〕9号");
    assert_eq!(filing.filed_on.to_string(), "2026-03-20");
    assert_eq!(filing.filed_with, "重庆市人力资源和社会保障局");
}

#[test]
fn each_confirmation_opens_the_gate_alone() {
    let by_unit = [(Confirmation, "组建单位发文"), (ApprovalDocument, "渝工程学会〔2026〕4号")];
    for settings in [GateSettings::cautious(), strict()] {
        for changes in [&STATED[..], &by_unit, &FILED] {
            let result = checked_by(&settings, &[&STATED, changes]);
            assert!(result.is_ok(), "{changes:?}: {result:?}");
        }
    }
}

#[test]
fn a_stated_column_holds_every_row_to_it() {
    for column in [Source, Confirmation, SimultaneousNotice] {
        assert_eq!(faults(&[&[(column, "")]]), [("field_missing", column)]);
        assert_eq!(faults(&[&STATED, &[(column, " \u{3000}")]]), [("field_missing", column)]);
    }
    let unknown = [
        (Source, "某某网", "source_system_unknown"),
        (Source, "线下", "source_system_unknown"),
        (Confirmation, "口头通知", "confirmation_unknown"),
        (Confirmation, "备案", "confirmation_unknown"),
        (SimultaneousNotice, "否", "simultaneous_notice_missing"),
        (SimultaneousNotice, "未同步公示", "simultaneous_notice_missing"),
        (SimultaneousNotice, "2026-03-02", "simultaneous_notice_missing"),
    ];
    for (column, text, code) in unknown {
        assert_eq!(faults(&[&STATED, &[(column, text)]]), [(code, column)], "{text}");
    }
}

#[test]
fn only_education_and_health_come_through_systems_of_their_own() {
    let from = |system| [(Source, system), (SimultaneousNotice, "是")];
    let not_allowed = "source_system_not_allowed";
    // Series 05 is neither.
    for system in ["教育专用系统", "卫生专用系统", "卫生健康系统"] {
        assert_eq!(gate(Source, &[&from(system)]), not_allowed, "{system}");
    }
    assert!(checked(&[&TEACHER, &from("教育系统")]).is_ok());
    assert!(checked(&[&TEACHER, &from("平台")]).is_ok());
    assert_eq!(gate(Source, &[&TEACHER, &from("卫生系统")]), not_allowed);
    // Which series are education's is a setting, and so are health's.
    let series = |code| vec![ledger::certificate::Series::new(code).unwrap()];
    let settings = GateSettings { education_series: series(1), ..GateSettings::cautious() };
    assert_eq!(gate_by(&settings, Source, &[&TEACHER, &from("教育系统")]), not_allowed);
    let settings = GateSettings { health_series: series(5), ..GateSettings::cautious() };
    assert!(checked_by(&settings, &[&from("卫生系统")]).is_ok());
}

#[test]
fn the_platform_does_not_stand_for_the_notice_of_a_result_from_elsewhere() {
    let changes = [&TEACHER[..], &[(Source, "教育系统")]];
    assert_eq!(gate(SimultaneousNotice, &changes), "simultaneous_notice_not_stated");
    assert!(checked(&[&TEACHER, &[(Source, "平台")]]).is_ok());
}

#[test]
fn an_autonomous_review_is_confirmed_by_its_filing_alone() {
    let without = |column| {
        let filed = FILED.into_iter().filter(|(one, _)| *one != column).collect::<Vec<_>>();
        faults(&[&filed])
    };
    // A column that the list does not have is as good as a blank cell.
    for column in [ResultFilingNumber, ResultFiledOn, ResultFiledWith] {
        assert_eq!(without(column), faults(&[&FILED, &[(column, "")]]));
    }
    assert_eq!(without(ResultFilingNumber), [("filing_number_missing", ResultFilingNumber)]);
    assert_eq!(without(ResultFiledOn), [("date_invalid", ResultFiledOn)]);
    assert_eq!(without(ResultFiledWith), [("field_missing", ResultFiledWith)]);
    let alone = [(Confirmation, "自主评审")];
    let all = ["filing_number_missing", "date_invalid", "field_missing"];
    assert_eq!(faults(&[&alone]).into_iter().map(|(code, _)| code).collect::<Vec<_>>(), all);
    let malformed = [(ResultFilingNumber, "已备案")];
    let code = "filing_number_malformed";
    assert_eq!(faults(&[&FILED, &malformed]), [(code, ResultFilingNumber)]);
}

#[test]
fn no_other_act_passes_for_the_filing() {
    let number = |text| gate(ResultFilingNumber, &[&FILED, &[(ResultFilingNumber, text)]]);
    assert_eq!(number("渝大评[2026]4号"), "filing_is_approval");
    // The committee's own filing, 核准备案.
    assert_eq!(number("渝职改办〔2024〕101号"), "filing_is_of_committee");
    let filed_on = |text| [(ResultFiledOn, text)];
    // The approval is of 2026-03-13.
    let early = gate(ResultFiledOn, &[&FILED, &filed_on("2026-03-12")]);
    assert_eq!(early, "filed_before_approval");
    assert!(checked(&[&FILED, &filed_on("2026-03-13")]).is_ok());
    for other in ["重庆大学", "江津区人力资源和社会保障局"] {
        let code = gate(ResultFiledWith, &[&FILED, &[(ResultFiledWith, other)]]);
        assert_eq!(code, "filed_with_another_authority");
    }
    let spaced = [(ResultFiledWith, " 重庆市 人力资源和社会保障局")];
    assert!(checked(&[&FILED, &spaced]).is_ok());
}

#[test]
fn what_will_only_be_filed_is_not_confirmed_before_that_day() {
    let result = checked(&[&FILED]).unwrap();
    let on = |day: &str| check_filed(result.result(), day.parse().unwrap());
    let gate = on("2026-03-19").unwrap_err();
    assert!(matches!(gate, Ineligible::Provenance(ProvenanceFault::FiledInFuture { .. })));
    assert_eq!((gate.code(), gate.column()), ("filed_in_future", ResultFiledOn));
    assert_eq!(on("2026-03-20"), Ok(()));
    assert_eq!(check_filed(checked(&[]).unwrap().result(), "2020-01-01".parse().unwrap()), Ok(()));
}

#[test]
fn a_filing_beside_another_confirmation_is_a_contradiction() {
    let filing = &FILED[2..];
    for way in ["人社部门发文", "组建单位发文"] {
        let found = faults(&[&[(Confirmation, way)], filing]);
        assert_eq!(found, [("filing_not_expected", ResultFilingNumber)], "{way}");
    }
    // So is one in a list that does not say that it is of an autonomous review.
    assert_eq!(faults(&[filing]), [("filing_not_expected", ResultFilingNumber)]);
    let only_authority = [(ResultFiledWith, "重庆市人力资源和社会保障局")];
    assert_eq!(faults(&[&only_authority]), [("filing_not_expected", ResultFiledWith)]);
    // Blank cells say nothing.
    let blank = [(ResultFilingNumber, ""), (ResultFiledOn, " "), (ResultFiledWith, "")];
    assert!(checked(&[&STATED, &blank]).is_ok() && checked(&[&blank]).is_ok());
}

#[test]
fn an_autonomous_units_result_is_confirmed_in_no_other_way_and_no_other_units_in_that() {
    let catalogue = Catalogue::published().unwrap();
    let committees = committee::read(COMMITTEES, &catalogue).unwrap().committees;
    let code = |autonomy, changes: &[Changes<'_>]| {
        let listed = committees.registrable().cloned();
        let listed = listed.map(|one| ReviewCommittee { autonomy: Some(autonomy), ..one });
        let approved = parse(&row_with(&changes.concat()), &catalogue).unwrap();
        let (calendar, settings) = (Calendar::published().unwrap(), GateSettings::cautious());
        let gate = check(approved, &listed.collect(), &calendar, &settings).map(drop);
        gate.map_err(|gate| {
            assert_eq!(gate.column(), Confirmation);
            assert!(!gate.message_zh().is_empty() && !gate.message_en().is_empty());
            gate.code()
        })
    };
    let by_unit = [(Confirmation, "组建单位发文")];
    for changes in [&[][..], &STATED, &by_unit] {
        let not_filed = Err("autonomous_review_not_filed");
        assert_eq!(code(Autonomy::Autonomous, &[changes]), not_filed, "{changes:?}");
        assert_eq!(code(Autonomy::Ordinary, &[changes]), Ok(()));
    }
    assert_eq!(code(Autonomy::Autonomous, &[&FILED]), Ok(()));
    assert_eq!(code(Autonomy::Ordinary, &[&FILED]), Err("committee_not_autonomous"));
}

#[test]
fn a_document_is_the_departments_by_its_word() {
    let mismatch = "confirmation_document_mismatch";
    for (document, is_hrss) in [
        ("渝职改办〔2026〕4号", true),
        ("渝人社发〔2026〕4号", true),
        ("江津人社〔2026〕4号", true),
        ("渝建发〔2026〕4号", false),
        ("渝大评〔2026〕4号", false),
    ] {
        let document = [(ApprovalDocument, document)];
        let unstated = checked(&[&document]).map_err(|gate| gate.code()).map(drop);
        let stated = checked(&[&document, &STATED]).map_err(|gate| gate.code()).map(drop);
        let expected = |code| if is_hrss { Ok(()) } else { Err(code) };
        assert_eq!(unstated, expected("confirmation_not_stated"), "{document:?}");
        assert_eq!(stated, expected(mismatch), "{document:?}");
    }
    // A bureau may name its own words; none at all make every list state its confirmation.
    let by = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let hrss_words = HrssWords::new(&words)?;
        Ok(GateSettings { hrss_words, ..GateSettings::cautious() })
    };
    let unit_office = [(ApprovalDocument, "渝大职改〔2026〕4号")];
    assert!(checked(&[&unit_office]).is_ok());
    let narrow = by(&[" 渝职改办", "渝人社发"]).unwrap();
    assert_eq!(gate_by(&narrow, Confirmation, &[&unit_office]), "confirmation_not_stated");
    assert_eq!(gate_by(&narrow, Confirmation, &[&unit_office, &STATED]), mismatch);
    assert!(checked_by(&narrow, &[]).is_ok());
    assert_eq!(gate_by(&by(&[]).unwrap(), Confirmation, &[]), "confirmation_not_stated");
    assert_eq!(by(&["职改", "\u{3000}"]), Err(EmptyWord));
}

#[test]
fn a_strict_office_refuses_what_is_not_stated() {
    let left_out = |column| {
        let stated: Vec<_> = STATED.into_iter().filter(|(one, _)| *one != column).collect();
        gate_by(&strict(), column, &[&stated])
    };
    assert_eq!(left_out(Source), "source_system_not_stated");
    assert_eq!(left_out(Confirmation), "confirmation_not_stated");
    assert_eq!(left_out(SimultaneousNotice), "simultaneous_notice_not_stated");
    assert_eq!(gate_by(&strict(), Source, &[]), "source_system_not_stated");
    assert!(checked_by(&strict(), &[&STATED]).is_ok());
}

#[test]
fn reads_back_from_the_journal_what_a_list_stated() {
    let by_unit = [(Confirmation, "组建单位发文")];
    let lists: [&[Changes<'_>]; 5] = [
        &[],
        &[&STATED],
        &[&STATED, &FILED],
        &[&by_unit],
        &[&TEACHER, &STATED, &[(Source, "教育系统")]],
    ];
    for changes in lists {
        let eligible = checked(changes).unwrap();
        let bytes = eligible.to_journal().unwrap();
        assert_eq!(EligibleResult::from_journal(&bytes).unwrap(), eligible, "{changes:?}");
    }
}

#[test]
fn a_journal_line_from_before_these_columns_reads_as_stating_none() {
    let line = include_bytes!("../../tests/data/eligible-result-1.json");
    let read = EligibleResult::from_journal(line).unwrap();
    assert_eq!(read, checked(&[]).unwrap());
}

#[test]
fn refuses_journal_bytes_that_state_what_no_list_states() {
    let bytes = checked(&[&STATED, &FILED]).unwrap().to_journal().unwrap();
    let text = String::from_utf8(bytes).unwrap();
    for (from, to) in [
        ("platform", "website"),
        ("autonomous", "hearsay"),
        ("published", "planned"),
        ("渝人社备〔2026〕9号", "渝人社备[2026]9号"),
        ("渝人社备〔2026〕9号", "备案"),
        ("2026-03-20", "2026-3-20"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from} stands there");
        assert!(EligibleResult::from_journal(changed.as_bytes()).is_err(), "{to}");
    }
}

proptest::proptest! {
    /// What an older export says is judged as it was before lists could say more.
    #[test]
    fn a_list_without_the_columns_is_judged_by_its_document_alone(
        column in 0_usize..GOOD.len(),
        text in "\\PC{0,12}|20[0-9]{2}-[01][0-9]-[0-3][0-9]|渝(职改办|人社发|建发)〔202[0-9]〕[1-9]号",
    ) {
        let changes = [(GOOD[column].0, text.as_str())];
        let approved = parse(&row_with(&changes), &Catalogue::published().unwrap());
        if let Ok(approved) = approved {
            let is_hrss = GateSettings::cautious().hrss_words.issued(&approved.approval().document);
            proptest::prop_assert_eq!(approved.provenance(), &Provenance::default());
            let code = checked(&[&changes]).map_err(|gate| gate.code());
            match code {
                Ok(_) => proptest::prop_assert!(is_hrss),
                Err("confirmation_not_stated") => proptest::prop_assert!(!is_hrss),
                Err(code) => proptest::prop_assert!(!code.contains("source") && !code.contains("filed")
                    && !code.contains("simultaneous"), "{}", code),
            }
        }
    }
}
