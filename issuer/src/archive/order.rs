//! What staff hand in becomes a record, or is refused. Corrections are records of their own.

use ledger::{
    certificate::Text,
    position::LeafIndex,
    record::{
        ArchiveEntry, Correction, CorrectionKind, IntegrityKind, IntegrityRecord, MAX_PROSE_LEN,
        Salt, SubjectKind,
    },
    time::Date,
};

use super::{
    ArchiveField as Field, ArchiveRefusal, ArchiveSettings, Judged, Standing, SubjectOrder,
    labels::{default_clause, has_clause, kind_from_code},
};
use crate::approval::DocumentNumber;

/// The document that something rests on.
#[derive(Debug, Clone, Copy)]
pub struct Cause<'a> {
    /// 决定文号
    pub decision: Option<&'a str>,
    /// 决定日
    pub decided_on: Option<Date>,
}

/// The days on which a subject may not apply, as staff give them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BarOrder {
    /// The first.
    pub from: Option<Date>,
    /// The last.
    pub until: Option<Date>,
}

/// What an amendment does to a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BarChange {
    /// The days that are given replace the old ones; the others stay.
    To(BarOrder),
    /// The entry stays, and bars no longer.
    Lifted,
}

/// A new entry as staff write it.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry<'a> {
    /// Whom it is about.
    pub subject: SubjectOrder<'a>,
    /// A code of the closed set.
    pub kind: &'a str,
    /// The conduct found.
    pub conduct: &'a str,
    /// The clause; none: the usual one of the kind.
    pub clause: Option<&'a str>,
    /// The decision.
    pub cause: Cause<'a>,
    /// The bar; where nothing is said, the default of the kind.
    pub bar: BarOrder,
}

/// What an amendment changes; what is not named stays. Subject and kind cannot be amended: such an
/// entry is rescinded, and a right one recorded.
#[derive(Debug, Clone, Copy)]
pub struct Amendment<'a> {
    /// Why.
    pub reason: &'a str,
    /// The document that corrects.
    pub cause: Cause<'a>,
    /// The name, if that was wrong.
    pub name: Option<&'a str>,
    /// The conduct.
    pub conduct: Option<&'a str>,
    /// The clause.
    pub clause: Option<&'a str>,
    /// The bar.
    pub bar: BarChange,
}

/// The entry that an order makes.
///
/// # Errors
/// [`ArchiveRefusal`]: the first field that is wrong.
pub fn recorded(
    order: &NewEntry<'_>,
    settings: &ArchiveSettings,
    today: Date,
    salt: Salt,
) -> Result<ArchiveEntry, ArchiveRefusal> {
    let subject = order.subject.read()?;
    let kind = kind_from_code(order.kind).ok_or(ArchiveRefusal::KindUnknown)?;
    if !kind.applies_to(subject.kind) {
        return Err(ArchiveRefusal::SubjectNotAllowed { kind, subject: subject.kind });
    }
    let (decision, decided_on) = cause(&order.cause, today)?;
    let bar = match order.bar {
        BarOrder { from: None, until: None } => default_bar(kind, decided_on, settings)?,
        BarOrder { from, until } => BarOrder { from: from.or(Some(decided_on)), until },
    };
    let record = IntegrityRecord {
        salt,
        kind,
        conduct: prose(order.conduct, Field::Conduct)?,
        clause: clause(kind, order.clause.unwrap_or(default_clause(kind)))?,
        decision,
        decided_on,
        bar_from: bar.from,
        bar_until: bar.until,
        subject,
    };
    in_order(&record)?;
    Ok(ArchiveEntry::recorded(record))
}

/// The amendment of an entry that is in force or has expired.
///
/// # Errors
/// [`ArchiveRefusal`]: the first field that is wrong, or that the entry no longer stands.
pub fn amended(
    cited: &Judged,
    order: &Amendment<'_>,
    today: Date,
    salt: Salt,
) -> Result<ArchiveEntry, ArchiveRefusal> {
    let correction = correction(CorrectionKind::Amended, cited, order.reason, &order.cause, today)?;
    let before = &cited.entry.record;
    let mut record = IntegrityRecord { salt, ..before.clone() };
    if let Some(name) = order.name {
        record.subject.name =
            Text::new(name.trim()).map_err(|problem| ArchiveRefusal::Name { problem })?;
    }
    if let Some(conduct) = order.conduct {
        record.conduct = prose(conduct, Field::Conduct)?;
    }
    if let Some(wanted) = order.clause {
        record.clause = clause(record.kind, wanted)?;
    }
    (record.bar_from, record.bar_until) = match order.bar {
        BarChange::To(bar) => (bar.from.or(record.bar_from), bar.until.or(record.bar_until)),
        BarChange::Lifted => (None, None),
    };
    in_order(&record)?;
    if (IntegrityRecord { salt: before.salt, ..record.clone() }) == *before {
        return Err(ArchiveRefusal::NothingAmended);
    }
    Ok(ArchiveEntry { record, correction: Some(correction) })
}

/// The rescission of an entry (复议, 诉讼, 纠错).
///
/// # Errors
/// [`ArchiveRefusal`]: the first field that is wrong, or that the entry no longer stands.
pub fn rescinded(
    cited: &Judged,
    reason: &str,
    cause: &Cause<'_>,
    today: Date,
    salt: Salt,
) -> Result<ArchiveEntry, ArchiveRefusal> {
    let correction = correction(CorrectionKind::Rescinded, cited, reason, cause, today)?;
    let record = IntegrityRecord { salt, ..cited.entry.record.clone() };
    Ok(ArchiveEntry { record, correction: Some(correction) })
}

fn correction(
    kind: CorrectionKind,
    cited: &Judged,
    reason: &str,
    why: &Cause<'_>,
    today: Date,
) -> Result<Correction, ArchiveRefusal> {
    let entry: LeafIndex = cited.index;
    match cited.standing {
        Standing::InForce | Standing::Expired { .. } => {}
        Standing::Amended { by } | Standing::Rescinded { by } => {
            return Err(ArchiveRefusal::NoLongerStands { entry, by });
        }
        Standing::Rescission => {
            return Err(ArchiveRefusal::NoLongerStands { entry, by: entry });
        }
    }
    let reason = prose(reason, Field::Reason)?;
    let (decision, decided_on) = cause(why, today)?;
    if decided_on < cited.entry.record.decided_on {
        let earliest = cited.entry.record.decided_on;
        return Err(ArchiveRefusal::CorrectedBeforeDecided { decided_on, earliest });
    }
    Ok(Correction { kind, entry, reason, decision, decided_on })
}

fn cause(cause: &Cause<'_>, today: Date) -> Result<(Text, Date), ArchiveRefusal> {
    let written = cause.decision.map(str::trim).filter(|number| !number.is_empty());
    let written = written.ok_or(ArchiveRefusal::Missing { field: Field::Decision })?;
    let number =
        DocumentNumber::read(written).map_err(|problem| ArchiveRefusal::Decision { problem })?;
    let decided_on = cause.decided_on.ok_or(ArchiveRefusal::Missing { field: Field::DecidedOn })?;
    if decided_on > today {
        return Err(ArchiveRefusal::DecidedInFuture { decided_on, today });
    }
    let number = Text::new(number.as_str()).map_err(|_long| ArchiveRefusal::TooLong {
        field: Field::Decision,
        limit: ledger::certificate::MAX_TEXT_LEN,
    })?;
    Ok((number, decided_on))
}

/// Three years for an applicant's false material and a revoked title; for the rest what the decision
/// says, which is no bar where it says nothing. False material costs the application of the whole year
/// (取消当年申报资格), so that bar begins with the decision's year and lasts to its end at least: what
/// was applied for and reviewed earlier in it is not issued either.
fn default_bar(
    kind: IntegrityKind,
    decided_on: Date,
    settings: &ArchiveSettings,
) -> Result<BarOrder, ArchiveRefusal> {
    match kind {
        IntegrityKind::ApplicantFalseMaterial | IntegrityKind::TitleRevoked => {
            let beyond = |_beyond| ArchiveRefusal::Missing { field: Field::BarUntil };
            let until = decided_on.plus_months(settings.bar_months).map_err(beyond)?;
            if kind == IntegrityKind::TitleRevoked {
                return Ok(BarOrder { from: Some(decided_on), until: Some(until) });
            }
            let (year, _, _) = decided_on.ymd();
            let first = Date::from_ymd(year, 1, 1).map_err(beyond)?;
            let last = Date::from_ymd(year, 12, 31).map_err(beyond)?;
            Ok(BarOrder { from: Some(first), until: Some(until.max(last)) })
        }
        IntegrityKind::ExpertRemoved
        | IntegrityKind::StaffBarred
        | IntegrityKind::RectificationOrdered
        | IntegrityKind::ReviewSuspended
        | IntegrityKind::ReviewAuthorityCancelled
        | IntegrityKind::DutyFailureCriticised
        | IntegrityKind::ReviewNotRecognised
        | IntegrityKind::InspectionObstructed
        | IntegrityKind::DisciplineViolation => Ok(BarOrder::default()),
    }
}

fn in_order(record: &IntegrityRecord) -> Result<(), ArchiveRefusal> {
    match (record.bar_from, record.bar_until) {
        (Some(from), Some(until)) if until < from => {
            Err(ArchiveRefusal::BarEndsBeforeItBegins { from, until })
        }
        (None, Some(_)) => Err(ArchiveRefusal::Missing { field: Field::BarFrom }),
        // An open end would bar a person for good, which no rule allows.
        (Some(_), None) if record.subject.kind == SubjectKind::Applicant => {
            Err(ArchiveRefusal::Missing { field: Field::BarUntil })
        }
        _ => Ok(()),
    }
}

fn clause(kind: IntegrityKind, wanted: &str) -> Result<Text, ArchiveRefusal> {
    match has_clause(kind, wanted) {
        true => Text::new(wanted).map_err(|_none| ArchiveRefusal::ClauseNotOfKind { kind }),
        false => Err(ArchiveRefusal::ClauseNotOfKind { kind }),
    }
}

fn prose(text: &str, field: Field) -> Result<String, ArchiveRefusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ArchiveRefusal::Missing { field });
    }
    if text.len() > MAX_PROSE_LEN {
        return Err(ArchiveRefusal::TooLong { field, limit: MAX_PROSE_LEN });
    }
    Ok(text.to_owned())
}
