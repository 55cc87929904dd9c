//! What of a subject's entries stands. Corrections are read off the entries; expiry is a matter of the
//! day on which is asked, and deletes nothing.

use std::collections::BTreeMap;

use ledger::{
    position::LeafIndex,
    record::{ArchiveEntry, CorrectionKind, IntegrityKind, IntegrityRecord},
    time::Date,
};

use super::ArchiveSettings;

/// An entry at its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Where it stands.
    pub index: LeafIndex,
    /// What it says.
    pub entry: ArchiveEntry,
}

/// What an entry counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It counts.
    InForce,
    /// A later one stands in its place.
    Amended {
        /// Which.
        by: LeafIndex,
    },
    /// It was rescinded.
    Rescinded {
        /// By which.
        by: LeafIndex,
    },
    /// It is a rescission: it takes another away and says nothing itself.
    Rescission,
    /// Its time is over.
    Expired {
        /// Its last day.
        on: Date,
    },
}

impl Standing {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::InForce => "in_force",
            Self::Amended { .. } => "amended",
            Self::Rescinded { .. } => "rescinded",
            Self::Rescission => "rescission",
            Self::Expired { .. } => "expired",
        }
    }
}

/// An entry with what it counts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Where it stands.
    pub index: LeafIndex,
    /// What it says.
    pub entry: ArchiveEntry,
    /// What it counts for.
    pub standing: Standing,
}

/// Judges all entries of one subject as of a day. Of two corrections of one entry, which the issuer
/// never makes, the first holds.
pub fn judge(entries: Vec<Kept>, settings: &ArchiveSettings, today: Date) -> Vec<Judged> {
    let mut corrected: BTreeMap<LeafIndex, Standing> = BTreeMap::new();
    for Kept { index, entry } in &entries {
        if let Some(correction) = &entry.correction {
            corrected.entry(correction.entry).or_insert(match correction.kind {
                CorrectionKind::Amended => Standing::Amended { by: *index },
                CorrectionKind::Rescinded => Standing::Rescinded { by: *index },
            });
        }
    }
    let judge_one = |Kept { index, entry }| {
        let is_rescission = entry
            .correction
            .as_ref()
            .is_some_and(|correction| correction.kind == CorrectionKind::Rescinded);
        let standing = match (corrected.get(&index), expires_on(&entry.record, settings)) {
            _ if is_rescission => Standing::Rescission,
            (Some(corrected), _) => *corrected,
            (None, Some(on)) if today > on => Standing::Expired { on },
            (None, _) => Standing::InForce,
        };
        Judged { index, entry, standing }
    };
    entries.into_iter().map(judge_one).collect()
}

/// The last day on which an entry is shown; none if it does not expire by itself: an expert's or a
/// member of staff's removal and a cancelled review authority last, and so does a bar without an end.
pub fn expires_on(record: &IntegrityRecord, settings: &ArchiveSettings) -> Option<Date> {
    let expires = match record.kind {
        IntegrityKind::ExpertRemoved
        | IntegrityKind::StaffBarred
        | IntegrityKind::ReviewAuthorityCancelled => false,
        IntegrityKind::ApplicantFalseMaterial
        | IntegrityKind::TitleRevoked
        | IntegrityKind::RectificationOrdered
        | IntegrityKind::ReviewSuspended
        | IntegrityKind::DutyFailureCriticised
        | IntegrityKind::ReviewNotRecognised
        | IntegrityKind::InspectionObstructed
        | IntegrityKind::DisciplineViolation => true,
    };
    let lasting_bar = record.bar_from.is_some() && record.bar_until.is_none();
    if !expires || lasting_bar {
        return None;
    }
    // A date beyond the calendar never comes.
    let kept = record.decided_on.plus_months(settings.retention_months).ok()?;
    Some(record.bar_until.map_or(kept, |until| until.max(kept)))
}
