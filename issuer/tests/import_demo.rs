//! The demo's own lists: most rows are accepted, and nearly every rule refuses one.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;

use issuer::calendar::Calendar;
use issuer::catalogue::Catalogue;
use issuer::committee;
use issuer::eligibility::GateSettings;
use issuer::import::{RowVerdict, Rules, judge};

#[test]
fn the_demo_list_shows_each_refusal_and_issues_the_rest() {
    let catalogue = Catalogue::published().unwrap();
    let committees = committee::read(include_bytes!("../demo/committees.csv"), &catalogue).unwrap();
    let registrable = committees.committees.registrable().count();
    assert_eq!((registrable, committees.lines.len()), (7, 8));
    let committees = committees.committees;
    let calendar = Calendar::published().unwrap();
    let rules = Rules { catalogue, committees, calendar, gates: GateSettings::cautious() };
    let judged = judge(include_bytes!("../demo/approved-results.csv"), &rules).unwrap();

    let mut refused: BTreeMap<&str, u32> = BTreeMap::new();
    for row in &judged.report.rows {
        if let RowVerdict::Refused(refusal) = &row.verdict {
            *refused.entry(refusal.code()).or_default() += 1;
        }
    }
    let expected = [
        ("approval_document_malformed", 1),
        ("approved_before_publicity_ended", 1),
        ("calendar_year_unknown", 1),
        ("committee_filing_expired", 1),
        ("committee_unknown", 2),
        ("confirmation_document_mismatch", 1),
        ("confirmation_unknown", 1),
        ("date_invalid", 1),
        ("document_kind_unknown", 1),
        ("duplicate_of_row", 1),
        ("employer_code_invalid", 1),
        ("field_missing", 1),
        ("filed_before_approval", 1),
        ("filing_not_expected", 1),
        ("filing_number_missing", 1),
        ("holder_name_invalid", 1),
        ("holder_name_missing", 1),
        ("id_number_invalid", 1),
        ("level_unknown", 1),
        ("objection_open", 1),
        ("obtain_method_unknown", 1),
        ("out_of_scope_level", 1),
        ("out_of_scope_series", 1),
        ("pledge_after_review", 1),
        ("pledge_missing", 1),
        ("publicity_before_review", 1),
        ("publicity_too_short", 1),
        ("series_unknown", 1),
        ("simultaneous_notice_missing", 1),
        ("source_system_not_allowed", 1),
        ("source_system_unknown", 1),
        ("title_name_mismatch", 1),
    ];
    assert_eq!(refused, BTreeMap::from(expected));
    assert_eq!(judged.report.rows.len(), 129);
    assert_eq!(judged.accepted.len(), 129 - 33);
    assert_eq!(judged.report.skipped, 1);
}
