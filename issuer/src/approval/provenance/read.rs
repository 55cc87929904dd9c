//! The columns that say which way a result came. A list that has one is held to it in every row.

use super::{Confirmation, Provenance, ResultFiling, SimultaneousNotice, SourceSystem};
use crate::approval::{
    Column, DocumentNumber, FieldFault,
    fault::FoundFaults,
    parse::{MAX_EMPLOYER_CHARS, date, free_text, required, text},
};
use crate::table::Row;

/// Reads what a row states; faults are noted.
pub(in crate::approval) fn read(row: &Row<Column>, faults: &mut FoundFaults) -> Option<Provenance> {
    let source = stated(row, Column::Source, |column| source(row, column), faults);
    let confirmation = confirmation(row, faults);
    let notice = |column| simultaneous_notice(row, column);
    let simultaneous_notice = stated(row, Column::SimultaneousNotice, notice, faults);
    Some(Provenance {
        source: source?,
        confirmation: confirmation?,
        simultaneous_notice: simultaneous_notice?,
    })
}

/// Nothing where the list does not have the column, else what the row says there.
fn stated<T>(
    row: &Row<Column>,
    column: Column,
    read: impl FnOnce(Column) -> Result<T, FieldFault>,
    faults: &mut FoundFaults,
) -> Option<Option<T>> {
    match row.has(column) {
        false => Some(None),
        true => faults.take(read(column)).map(Some),
    }
}

/// Clause 二(一): any other system than these leads to no certificate.
fn source(row: &Row<Column>, column: Column) -> Result<SourceSystem, FieldFault> {
    match required(row, column)?.as_str() {
        "平台"
        | "市平台"
        | "服务平台"
        | "专业技术人员服务平台"
        | "市专业技术人员服务平台"
        | "重庆市专业技术人员服务平台" => Ok(SourceSystem::Platform),
        "教育系统" | "教育专用系统" => Ok(SourceSystem::Education),
        "卫生系统" | "卫生专用系统" | "卫生健康系统" | "卫生健康专用系统" => {
            Ok(SourceSystem::Health)
        }
        _ => Err(FieldFault::SourceSystemUnknown),
    }
}

/// Every other word than these is taken for a notice that was not simultaneous, as with objections.
fn simultaneous_notice(
    row: &Row<Column>,
    column: Column,
) -> Result<SimultaneousNotice, FieldFault> {
    match required(row, column)?.as_str() {
        "是" | "同步" | "已同步" | "同步公示" | "已同步公示" => {
            Ok(SimultaneousNotice)
        }
        _ => Err(FieldFault::NoticeNotSimultaneous),
    }
}

/// The way of confirmation, and the filing that ③ has and the others have not.
enum Way {
    HrssDocument,
    UnitDocument,
    Autonomous,
}

fn confirmation(row: &Row<Column>, faults: &mut FoundFaults) -> Option<Option<Confirmation>> {
    match stated(row, Column::Confirmation, |column| way(row, column), faults)? {
        None => without_filing(row, faults).map(|()| None),
        Some(Way::HrssDocument) => {
            without_filing(row, faults).map(|()| Some(Confirmation::HrssDocument))
        }
        Some(Way::UnitDocument) => {
            without_filing(row, faults).map(|()| Some(Confirmation::UnitDocument))
        }
        Some(Way::Autonomous) => filing(row, faults).map(Confirmation::Autonomous).map(Some),
    }
}

fn way(row: &Row<Column>, column: Column) -> Result<Way, FieldFault> {
    match required(row, column)?.as_str() {
        "人社部门发文"
        | "人社(职改)部门发文"
        | "人社职改部门发文"
        | "职改部门发文"
        | "人社发文" => Ok(Way::HrssDocument),
        "组建单位发文" | "评委会组建单位发文" => Ok(Way::UnitDocument),
        "自主评审" | "自主评审备案" | "自主评审并备案" | "自主评审+备案" => {
            Ok(Way::Autonomous)
        }
        _ => Err(FieldFault::ConfirmationUnknown),
    }
}

fn filing(row: &Row<Column>, faults: &mut FoundFaults) -> Option<ResultFiling> {
    let number = faults.take(text(row, Column::ResultFilingNumber).and_then(|text| {
        DocumentNumber::read(&text).map_err(|problem| FieldFault::FilingNumberMalformed { problem })
    }));
    let filed_on = faults.take(date(row, Column::ResultFiledOn));
    let filed_with = faults.take(free_text(row, Column::ResultFiledWith, MAX_EMPLOYER_CHARS));
    Some(ResultFiling { number: number?, filed_on: filed_on?, filed_with: filed_with? })
}

/// A filing beside another confirmation, or beside none: one of the two is wrong, and a filing may be
/// what the confirmation rests on.
fn without_filing(row: &Row<Column>, faults: &mut FoundFaults) -> Option<()> {
    let filing = [Column::ResultFilingNumber, Column::ResultFiledOn, Column::ResultFiledWith];
    match filing.into_iter().find(|column| !row.cell(*column).is_empty()) {
        Some(column) => faults.take(Err(FieldFault::FilingNotExpected { column })),
        None => Some(()),
    }
}
