//! From a row to an approved result. Every column is looked at, so that staff learn all faults of a
//! row at once; the first, from left to right, is the reason the row is refused for.

use jiff::civil::Date;
use ledger::certificate::Level;

use super::fault::FoundFaults;
use super::{
    Approval, ApprovedResult, Column, CommitteeCode, DateError, DocumentNumber, Employer,
    FieldFault, FieldFaults, Holder, PublicNotice, Review, Title, date, method, provenance,
};
use crate::catalogue::{Catalogue, TitleSeries, read_level};
use crate::identity::{HolderName, HolderNameError, IdentityDocument, Uscc};
use crate::table::{self, Cell, CellFault, Row};

/// Reads one row of a list.
///
/// # Errors
/// All faults of the row; nothing of a faulty row is used.
pub fn parse(row: &Row<Column>, catalogue: &Catalogue) -> Result<ApprovedResult, FieldFaults> {
    let mut found = FoundFaults::default();
    let result = result(row, catalogue, &mut found);
    match (result, found.into_faults()) {
        (Some(result), None) => Ok(result),
        (_, Some(faults)) => Err(faults),
        // Not reached: a part that is missing has noted its fault.
        (None, None) => Err(FieldFault::Missing { column: Column::Number }.into()),
    }
}

/// The result, when no field is faulty. Each part is read before any is asked for.
fn result(
    row: &Row<Column>,
    catalogue: &Catalogue,
    found: &mut FoundFaults,
) -> Option<ApprovedResult> {
    let holder = holder(row, found);
    let employer = employer(row, found);
    let title = title(row, catalogue, found);
    let review = review(row, found);
    let notice = notice(row, found);
    let approval = approval(row, found);
    let pledged_on = found.take(pledge(row));
    let provenance = provenance::read(row, found);
    Some(ApprovedResult {
        holder: holder?,
        employer: employer?,
        title: title?,
        review: review?,
        notice: notice?,
        approval: approval?,
        pledged_on: pledged_on?,
        provenance: provenance?,
    })
}

fn holder(row: &Row<Column>, faults: &mut FoundFaults) -> Option<Holder> {
    let name = faults.take(name(row));
    let document = faults.take(document(row));
    Some(Holder { name: name?, document: document? })
}

fn name(row: &Row<Column>) -> Result<HolderName, FieldFault> {
    let text = table::text(&text(row, Column::Name)?);
    HolderName::read(&text).map_err(|problem| match problem {
        HolderNameError::Missing => FieldFault::HolderNameMissing,
        HolderNameError::Character { .. } | HolderNameError::TooLong { .. } => {
            FieldFault::HolderNameInvalid { problem }
        }
    })
}

fn document(row: &Row<Column>) -> Result<IdentityDocument, FieldFault> {
    let kind = table::compact(&text(row, Column::DocumentKind)?);
    if kind.is_empty() {
        return Err(FieldFault::Missing { column: Column::DocumentKind });
    }
    let number = match row.text(Column::DocumentNumber) {
        Err(CellFault::InexactNumber) => return Err(FieldFault::IdNumberLostDigits),
        _ => table::code(&text(row, Column::DocumentNumber)?),
    };
    match IdentityDocument::read(&kind, &number) {
        Err(_unknown) => Err(FieldFault::DocumentKindUnknown),
        Ok(document) => document.map_err(|problem| FieldFault::IdNumberInvalid { problem }),
    }
}

fn employer(row: &Row<Column>, faults: &mut FoundFaults) -> Option<Employer> {
    let name = faults.take(free_text(row, Column::Employer, MAX_EMPLOYER_CHARS));
    let code = faults.take(text(row, Column::EmployerCode).and_then(|text| {
        let code = table::code(&text).parse::<Uscc>();
        code.map_err(|problem| FieldFault::EmployerCodeInvalid { problem })
    }));
    Some(Employer { name: name?, code: code? })
}

fn title(row: &Row<Column>, catalogue: &Catalogue, faults: &mut FoundFaults) -> Option<Title> {
    let series = faults.take(series(row, catalogue));
    let specialty = faults.take(free_text(row, Column::Specialty, MAX_SPECIALTY_CHARS));
    let level = faults.take(level(row));
    let written = faults.take(required(row, Column::Title));
    let (series, level, written) = (series?, level?, written?);
    if written.chars().count() > MAX_TITLE_CHARS {
        faults.add(FieldFault::TooLong { column: Column::Title, limit: MAX_TITLE_CHARS });
        return None;
    }
    let name = catalogue
        .title(&series, level, &written)
        .map_err(|problem| FieldFault::TitleNameMismatch { problem });
    let name = faults.take(name);
    Some(Title { series, level, name: name?, specialty: specialty? })
}

fn series(row: &Row<Column>, catalogue: &Catalogue) -> Result<TitleSeries, FieldFault> {
    let written = required(row, Column::Series)?;
    catalogue.series(&written).map_err(|problem| FieldFault::SeriesUnknown { problem })
}

fn level(row: &Row<Column>) -> Result<Level, FieldFault> {
    let written = required(row, Column::Level)?;
    read_level(&written).map_err(|problem| FieldFault::LevelUnknown { problem })
}

fn review(row: &Row<Column>, faults: &mut FoundFaults) -> Option<Review> {
    let method =
        faults
            .take(required(row, Column::Method).and_then(|word| {
                method::read_method(&word).ok_or(FieldFault::ObtainMethodUnknown)
            }));
    let committee = faults.take(committee(row));
    let passed_on = faults.take(date(row, Column::ReviewedOn));
    Some(Review { committee: committee?, passed_on: passed_on?, method: method? })
}

fn committee(row: &Row<Column>) -> Result<CommitteeCode, FieldFault> {
    let written = table::code(&text(row, Column::Committee)?);
    if written.is_empty() {
        return Err(FieldFault::Missing { column: Column::Committee });
    }
    written.parse().map_err(|problem| FieldFault::CommitteeCodeMalformed { problem })
}

fn notice(row: &Row<Column>, faults: &mut FoundFaults) -> Option<PublicNotice> {
    let from = faults.take(date(row, Column::NoticeFrom));
    let to = faults.take(date(row, Column::NoticeTo));
    faults.take(outcome(row))?;
    Some(PublicNotice { from: from?, to: to? })
}

/// Clause 三(一): only a notice that ended without objection leads to a confirmation. Every other
/// word than 无异议 is taken for an objection that is not closed.
fn outcome(row: &Row<Column>) -> Result<(), FieldFault> {
    match required(row, Column::NoticeOutcome)?.as_str() {
        "无异议" | "公示无异议" | "经公示无异议" => Ok(()),
        _ => Err(FieldFault::ObjectionOpen),
    }
}

fn approval(row: &Row<Column>, faults: &mut FoundFaults) -> Option<Approval> {
    let document = faults.take(text(row, Column::ApprovalDocument).and_then(|text| {
        DocumentNumber::read(&text)
            .map_err(|problem| FieldFault::ApprovalDocumentMalformed { problem })
    }));
    let date = faults.take(date(row, Column::ApprovedOn));
    Some(Approval { document: document?, date: date? })
}

fn pledge(row: &Row<Column>) -> Result<Date, FieldFault> {
    match row.cell(Column::PledgedOn) {
        Cell::Empty => Err(FieldFault::PledgeMissing),
        _ => date(row, Column::PledgedOn),
    }
}

pub(super) fn date(row: &Row<Column>, column: Column) -> Result<Date, FieldFault> {
    match row.cell(column) {
        Cell::Date(date) => Ok(*date),
        Cell::Faulty(CellFault::WrongType | CellFault::InexactNumber) => {
            Err(FieldFault::DateInvalid { column, problem: DateError::Form })
        }
        _ => date::read(&text(row, column)?)
            .map_err(|problem| FieldFault::DateInvalid { column, problem }),
    }
}

/// A word that must be there, without spaces.
pub(super) fn required(row: &Row<Column>, column: Column) -> Result<String, FieldFault> {
    let word = table::compact(&text(row, column)?);
    if word.is_empty() { Err(FieldFault::Missing { column }) } else { Ok(word) }
}

/// A name that is kept as it is written, except for spaces around it and control characters.
pub(super) fn free_text(
    row: &Row<Column>,
    column: Column,
    limit: usize,
) -> Result<String, FieldFault> {
    let text = text(row, column)?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let kept = words.join(" ");
    match kept.chars().count() {
        0 => Err(FieldFault::Missing { column }),
        length if length > limit => Err(FieldFault::TooLong { column, limit }),
        _ if kept.chars().any(is_unprintable) => Err(FieldFault::Unprintable { column }),
        _ => Ok(kept),
    }
}

/// Control, direction and private-use characters would print as something else, or as nothing.
fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(u32::from(character),
            0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xE000..=0xF8FF | 0xFEFF | 0xFFFD | 0xF0000..)
}

pub(super) fn text(row: &Row<Column>, column: Column) -> Result<String, FieldFault> {
    row.text(column).map_err(|fault| FieldFault::Unreadable { column, fault })
}

/// Security: what is printed and carried in the private record is bounded; the longest registered
/// names of organisations have some 60 characters.
pub(super) const MAX_EMPLOYER_CHARS: usize = 100;
/// Security: printed in one line of the certificate and carried in its QR code.
const MAX_SPECIALTY_CHARS: usize = 40;
/// Security: as for the specialty; the longest name in the catalogue has 14 characters.
const MAX_TITLE_CHARS: usize = 40;
