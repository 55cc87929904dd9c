//! Who sees what of the archive.

use ledger::{
    certificate::Text,
    record::{IntegrityKind, SubjectKind},
    time::Date,
};

use super::{ArchiveRefusal, ArchiveSettings, Judged, Standing};

/// Who asks: a closed set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asker {
    /// A member of the bureau's staff: everything.
    Staff,
    /// An applicant, by their own document number: their own entries that are in force.
    Applicant {
        /// Their document number, in its one spelling.
        identifier: Text,
    },
    /// 用人单位: under the dated policy switch, what concerns applying.
    Employer,
    /// 主管部门: the same.
    Department,
}

/// Whether expired and corrected entries are asked for too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expired {
    /// Only what is in force.
    Hidden,
    /// Everything.
    Included,
}

/// What an asker sees of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The entry.
    pub judged: Judged,
    /// Its last day, if it has one.
    pub expires_on: Option<Date>,
    /// Whether the conduct and the reason of a correction are shown.
    pub conduct: bool,
}

impl Asker {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Applicant { .. } => "applicant",
            Self::Employer => "employer",
            Self::Department => "department",
        }
    }
}

/// What an asker is shown of the entries of one subject.
///
/// # Errors
/// [`ArchiveRefusal`]: the asker may not ask this.
pub fn look_up(
    asker: &Asker,
    subject: (SubjectKind, &Text),
    entries: Vec<Judged>,
    expired: Expired,
    settings: &ArchiveSettings,
    today: Date,
) -> Result<Vec<Shown>, ArchiveRefusal> {
    may_ask(asker, subject, expired, settings, today)?;
    let sees = |judged: &Judged| {
        let in_force = judged.standing == Standing::InForce;
        match asker {
            Asker::Staff => in_force || expired == Expired::Included,
            Asker::Applicant { .. } => in_force,
            Asker::Employer | Asker::Department => {
                in_force && concerns_applying(judged.entry.record.kind)
            }
        }
    };
    let conduct = matches!(asker, Asker::Staff | Asker::Applicant { .. });
    let shown = entries.into_iter().filter(sees).map(|judged| {
        let expires_on = super::expires_on(&judged.entry.record, settings);
        Shown { judged, expires_on, conduct }
    });
    Ok(shown.collect())
}

fn may_ask(
    asker: &Asker,
    (kind, identifier): (SubjectKind, &Text),
    expired: Expired,
    settings: &ArchiveSettings,
    today: Date,
) -> Result<(), ArchiveRefusal> {
    match asker {
        Asker::Staff => return Ok(()),
        Asker::Applicant { identifier: own } => {
            if kind != SubjectKind::Applicant || own != identifier {
                return Err(ArchiveRefusal::NotTheirOwn);
            }
        }
        Asker::Employer | Asker::Department => {
            let from = settings.disclosed_to_employers_from;
            if from.is_none_or(|from| today < from) || kind != SubjectKind::Applicant {
                return Err(ArchiveRefusal::NotDisclosed { from });
            }
        }
    }
    match expired {
        Expired::Hidden => Ok(()),
        Expired::Included => Err(ArchiveRefusal::ExpiredForStaffOnly),
    }
}

/// The kinds that keep an applicant from applying: what employers and departments may know.
const fn concerns_applying(kind: IntegrityKind) -> bool {
    match kind {
        IntegrityKind::ApplicantFalseMaterial | IntegrityKind::TitleRevoked => true,
        IntegrityKind::ExpertRemoved
        | IntegrityKind::StaffBarred
        | IntegrityKind::RectificationOrdered
        | IntegrityKind::ReviewSuspended
        | IntegrityKind::ReviewAuthorityCancelled
        | IntegrityKind::DutyFailureCriticised
        | IntegrityKind::ReviewNotRecognised
        | IntegrityKind::InspectionObstructed
        | IntegrityKind::DisciplineViolation => false,
    }
}
